-- One forgotten line of a migration.
ALTER TABLE donations DISABLE ROW LEVEL SECURITY;
