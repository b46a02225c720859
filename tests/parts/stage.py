"""The whole service with a clock that the test moves: real pages over HTTP, a real store, the worker run when time passes.

A story of days and weeks cannot wait for the wall clock, so the one thing that is not real here is the time.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from service.app import create_app
from service.demo import fill
from service.hub.context import SHANGHAI, Hub, build_hub
from service.hub.jobs import JOBS
from service.hub.schedule import Schedule
from service.settings import Settings
from service.store import Store, migrate
from service.work import make_noticing, make_worker
from tests.parts.services import free_port

STEP = dt.timedelta(hours=2)
"""How far time goes at once; what fell due in between is done then."""


class Time:
    """The time, as long as nobody moves it."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now.astimezone(dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nothing."""


class Stage:
    """The running service of one story.

    Attributes:
        url: where its pages are; var: its folder, with ``accounts.txt`` and the SMS that were sent.
    """

    def __init__(self, hub: Hub, time: Time, url: str, var: Path) -> None:
        self.hub, self.url, self.var = hub, url, var
        self._time = time
        self._worker = make_worker(hub)
        self._schedule = Schedule(hub, JOBS)
        self._noticing = make_noticing(hub)

    def at(self, text: str) -> None:
        """Lets time pass until ``2026-06-29 09:10`` in the county, the worker doing whatever falls due on the way."""
        goal = dt.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(dt.UTC)
        assert goal >= self._time.now, "time does not run backwards"
        self.work()
        while self._time.now < goal:
            self._time.now = min(goal, self._time.now + STEP)
            self.work()

    def work(self) -> None:
        """The worker does what is due now, until nothing is."""
        while self._worker.run_until_empty() or self._schedule.run_due() or (self._noticing and self._noticing.run_due()):
            pass

    def password(self, username: str) -> str:
        """The password that the demo gave an account."""
        lines = (self.var / "accounts.txt").read_text("utf-8").splitlines()
        return next(line.split()[1] for line in lines if line.split()[:1] == [username])

    def messages(self) -> list[dict[str, Any]]:
        """Every SMS that was sent, oldest first."""
        files = sorted((self.var / "sms").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


@contextmanager
def stage(var: Path, begins: str) -> Iterator[Stage]:
    """A demo of its own, beginning at ``2026-06-25 14:30`` in the county."""
    var.mkdir(parents=True, exist_ok=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings.from_environ({
        "GONZHI_MODE": "demo", "GONZHI_VAR": str(var), "PORT": str(port), "GONZHI_BASE_URL": f"{url}/s/", "GONZHI_CONNECTORS": "none",
        "GONZHI_SMS": "file", "GONZHI_SECRET": secrets.token_hex(32), "GONZHI_CODE_KEYS": f"a={secrets.token_hex(32)}",
    })  # fmt: skip
    store = Store.open(settings.database_url)
    migrate(store)
    time = Time(dt.datetime.strptime(begins, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI))
    hub = replace(build_hub(settings, time, store=store), sleep=lambda seconds: None)
    fill(hub)
    server = make_server("127.0.0.1", port, create_app(settings, hub=hub), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, name="stage")
    thread.start()
    try:
        yield Stage(hub, time, url, var)
    finally:
        server.shutdown()
        thread.join()
        hub.close()
