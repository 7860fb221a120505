"""The web application: settings from the environment, the application, and its bell."""

import os

from app.factory import create_app
from config.local.record import with_local_servers
from config.local.tether import die_with_parent
from config.settings import from_environ
from worker.bell import bell_for

die_with_parent()
settings = with_local_servers(from_environ(os.environ))
app = create_app(settings)
app.extensions["bell"] = bell_for(settings)
