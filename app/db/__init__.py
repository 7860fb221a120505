"""The database: engine, scope of a transaction, unit of work, outbox. The only home of Flask-SQLAlchemy."""
