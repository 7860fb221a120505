"""How this machine runs the product: settings, logging, Celery's options, and the servers of one machine.

Nothing here imports the application or the worker.
"""
