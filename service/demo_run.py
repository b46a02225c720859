"""Runs the demo: prepares it, starts web server and worker, says when it is ready, and ends both together."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Mapping

from .app import create_app
from .demo import ACCOUNTS_FILE, POSTERS_FOLDER, check_port, demo_environ, fill, remember_port
from .hub.context import Hub, build_hub
from .processes import Child, Family
from .serve import Server
from .settings import Settings
from .store import is_current, migrate
from .work import run_worker

START_SECONDS = 30.0


def run_demo(environ: Mapping[str, str]) -> int:
    """Run until Ctrl-C. Returns the exit code.

    Raises:
        BadSetting: a setting is wrong, or the port is taken.
    """
    environ = demo_environ(environ, create=True)
    settings = Settings.from_environ(environ)
    check_port(settings)
    settings.var_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    remember_port(environ, settings.port)
    hub = build_hub(settings)
    accounts = _prepare(hub)
    app = create_app(settings, hub=hub)
    # What rests in the pools belongs to this process; the children open their own.
    hub.store.close()
    server = Child("web server", Server(settings, app).run, again=False)
    family = Family([server, Child("outbox worker", lambda: run_worker(hub), again=True)])
    try:
        family.start()
        if not _wait_until_ready(settings, family, server):
            if not family.stopping:
                print("gonzhi: the web server did not start; see above.", file=sys.stderr)
            return 0 if family.stopping else 1
        _announce(settings, accounts)
        name = family.watch()
        if name:
            print(f"gonzhi: the {name} ended unexpectedly.", file=sys.stderr)
        return 1 if name else 0
    finally:
        family.end()


def _prepare(hub: Hub) -> list[str]:
    """Tables, accounts, codes and posters, where they are missing."""
    with hub.store.read() as tx:
        current = is_current(tx)
    if not current:
        migrate(hub.store)
    return fill(hub)


def _wait_until_ready(settings: Settings, family: Family, server: Child) -> bool:
    patience = time.monotonic() + START_SECONDS
    while time.monotonic() < patience and not family.stopping and not server.ended():
        connection = http.client.HTTPConnection(settings.host, settings.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    return False


def _announce(settings: Settings, accounts: list[str]) -> None:
    if accounts:
        print("Staff accounts, made now:")
        for line in accounts:
            print(f"  {line}")
    print(f"Staff accounts: {settings.var_dir / ACCOUNTS_FILE}")
    print(f"Posters: {settings.var_dir / POSTERS_FOLDER}")
    print(f"Ready: http://{settings.host}:{settings.port}/", flush=True)
