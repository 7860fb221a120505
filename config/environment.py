"""The one place outside `config/local` that reads the process's environment."""

import os

from config.local.record import with_local_servers
from config.settings import Settings, from_environ


def load_settings() -> Settings:
    """Return settings ready for use: from the environment, then from this machine's servers.

    Raises SettingsError when anything is wrong, or when there is no database to use.
    """
    return with_local_servers(from_environ(os.environ))
