"""Builders: data through the services, so that it is always whole. At most six options each."""
