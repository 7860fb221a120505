"""The servers of one machine: embedded PostgreSQL and Valkey, and the processes of `make run`."""
