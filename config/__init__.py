"""How this machine runs the product: settings, logging, Celery's options, local servers.

Nothing here imports the application or the worker.
"""
