"""The production web server: gunicorn, started from our settings rather than from its own command line.

The rule it keeps: the application is made once and then forked, so that what is read-only is shared and a fault of the
settings, county or rules shows once, before anybody listens.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from .app import create_app
from .settings import Settings

REQUEST_SECONDS = 60
"""A worker that says nothing for this long is replaced; the slowest honest request is a photo over a bad line."""
GRACE_SECONDS = 4
"""Requests at hand may finish for this long after the signal to stop."""
KEEP_ALIVE_SECONDS = 5
BACKLOG = 1024
REQUEST_LINE_BYTES = 8190
"""The most that gunicorn takes: whatever was scanned is answered with a form, not with its own page."""
SWITCH_SECONDS = 0.0005
"""How soon a thread that comes back from the disk gets its turn at Python (its default is ten times that): it holds the
database's writer lock at that moment, and who computes beside it does not."""


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings."""

    def __init__(self, settings: Settings, app: Flask) -> None:
        self._settings = settings
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn."""
        settings = self._settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": "gthread",
            "timeout": REQUEST_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": KEEP_ALIVE_SECONDS,
            "backlog": BACKLOG,
            "limit_request_line": REQUEST_LINE_BYTES,
            "proc_name": "gonzhi",
            "loglevel": "warning",
            "worker_exit": _worker_exit,
            # Its second door, for an administration tool that we do not use, stays shut.
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application; made before the workers are forked."""
        return self._app


def _worker_exit(server: Any, worker: Any) -> None:
    """Write down what this process still counts."""
    worker.app.wsgi().extensions["gonzhi"].close()


def run_server(settings: Settings) -> None:
    """Serve until told to stop. Ends the process."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    sys.setswitchinterval(SWITCH_SECONDS)
    Server(settings, create_app(settings)).run()
