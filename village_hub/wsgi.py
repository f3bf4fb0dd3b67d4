"""Pages for a threaded server: `gunicorn village_hub.wsgi:app`. Sockets are served by `village_hub.serve`."""

from __future__ import annotations

from village_hub.app import create_app
from village_hub.kernel.settings import Settings

app = create_app(Settings.from_environment())
