"""The database: engine, scope, unit of work, outbox. The only home of Flask-SQLAlchemy."""
