"""The web application: settings of the environment, the application, and its bell."""

import gc

from app.db.base import refuse_to_start
from app.factory import create_app
from config.environment import load_settings
from config.local.tether import die_with_parent
from config.logging import configure_logging
from worker.bell import bell_for

die_with_parent()
settings = load_settings()
configure_logging(settings)
app = create_app(settings)
refuse_to_start(app)
app.extensions["bell"] = bell_for(settings)

# What lives as long as the process is not looked through again at every full collection, which
# would hold up the requests of that moment by a tenth of a second.
gc.collect()
gc.freeze()
