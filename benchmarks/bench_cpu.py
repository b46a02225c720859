"""CPU time of one request, without a web server: scan page and submit against the bare Flask app, called in one process.

Requests a second depend on what else the machine does; the CPU time of a process hardly does, so this is what to look at on a
busy machine and while mending. Both applications are called as WSGI functions, in turns, in one thread.
What the outbox worker spends on a case afterwards is said beside it.

    .venv/bin/python -m benchmarks.bench_cpu              SQLite
    .venv/bin/python -m benchmarks.bench_cpu --postgres   a temporary PostgreSQL server; its own CPU time is counted too
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import tempfile
import urllib.parse
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.bench_service import ROOTS, cpu_seconds, multipart, sample_form

REQUESTS = 200
ROUNDS = 11


def environ_of(method: str, path: str, body: bytes = b"", content_type: str = "") -> dict[str, Any]:
    """What gunicorn hands over for such a request."""
    return {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "", "RAW_URI": path,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "4000",
        "HTTP_HOST": "127.0.0.1:8000", "HTTP_ACCEPT_ENCODING": "br, gzip", "SERVER_SOFTWARE": "gunicorn",
        "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.input_terminated": True,
    }  # fmt: skip


class Caller:
    """Calls a WSGI application with one request again and again; ``SUBMISSION`` in the body becomes a new id each time."""

    def __init__(self, app: Callable[..., Any], environ: dict[str, Any], body: bytes = b"", wanted: str = "200") -> None:
        self._app, self._environ, self._body, self._wanted = app, environ, body, wanted
        self._count = 0
        self._begin = f"{os.urandom(6).hex()}"

    def __call__(self) -> None:
        self._count += 1
        body = self._body.replace(b"SUBMISSION", f"{self._begin}{self._count:08d}".encode())
        environ = {**self._environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        answer = self._app(environ, self._start)
        for _ in answer:
            pass
        if hasattr(answer, "close"):
            answer.close()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        if not status.startswith(self._wanted):
            raise SystemExit(f"{self._environ['PATH_INFO']} answered {status}")


def cpu_us(call: Callable[[], Any], times: int = REQUESTS) -> float:
    """CPU time of this process and of the database server for one call, in microseconds."""
    start = cpu_seconds()
    for _ in range(times):
        call()
    return (cpu_seconds() - start) / times * 1e6


def poster(caller_app: Any, path: str, pairs: list[tuple[str, str]]) -> Caller:
    content_type, body = multipart([*pairs, ("submission_id", "SUBMISSION")])
    return Caller(caller_app, environ_of("POST", path, body, content_type), body, "303")


def callers(folder: Path, bare_url: str, service_url: str) -> tuple[dict[str, Callable[[], Any]], Any]:
    from benchmarks.bare_app import create_app as create_bare
    from benchmarks.bare_app import make_tables
    from gonzhi_code.spots import Spot
    from service.app import create_app
    from service.hub.codes import mint
    from service.hub.context import build_hub
    from service.settings import Settings
    from service.store import migrate

    make_tables(bare_url)
    os.environ["BARE_DATABASE_URL"] = bare_url
    bare = create_bare().wsgi_app
    settings = Settings.from_environ(
        {
            "GONZHI_MODE": "demo", "GONZHI_VAR": str(folder), "GONZHI_DATABASE": service_url, "GONZHI_SLOW_AFTER": "1000000",
            "GONZHI_SECRET": os.urandom(32).hex(), "GONZHI_CODE_KEYS": f"a={os.urandom(32).hex()}", "GONZHI_SLOW_MS": "0",
        }
    )  # fmt: skip
    hub = build_hub(settings)
    migrate(hub.store)
    code = mint(hub, Spot(id=7, name="文化礼堂", village_id="331081104294"), "general")
    ours = create_app(settings, hub=hub).wsgi_app
    path = urllib.parse.urlsplit(code.url).path
    pairs = sample_form("general")
    bare_pairs = [("q0", dict(pairs)["description"]), ("q1", "新河镇六闸潮村"), ("q3", "a"), ("q4", "12"), ("q5", "13800138000")]
    return {
        "hello": Caller(bare, environ_of("GET", "/hello")),
        "page": Caller(bare, environ_of("GET", "/page")),
        "scan": Caller(ours, environ_of("GET", path)),
        "bare": poster(bare, "/submit", bare_pairs),
        "submit": poster(ours, path, pairs),
    }, hub


def worker_us(hub: Any) -> float:
    """CPU time of the outbox worker for one case."""
    from service.hub.outbox_state import standing
    from service.work import make_worker

    worker = make_worker(hub)
    waiting = standing(hub).get("pending", 0)
    start = cpu_seconds()
    # The console connector prints every case.
    with open(os.devnull, "w") as silent, contextlib.redirect_stdout(silent):
        worker.run_until_empty()
    return (cpu_seconds() - start) / max(waiting / 2, 1) * 1e6


def run(database: str, folder: Path, bare_url: str, service_url: str) -> None:
    made, hub = callers(folder, bare_url, service_url)
    figures: dict[str, list[float]] = {name: [] for name in made}
    for call in made.values():
        cpu_us(call, 30)
    for _ in range(ROUNDS):
        for name, call in made.items():
            figures[name].append(cpu_us(call))
    middle = {name: statistics.median(one) for name, one in figures.items()}
    print(f"{database}: CPU time of one request, database included, medians of {ROUNDS} rounds of {REQUESTS}")
    for name, value in middle.items():
        print(f"  {name:<10} {value:8.0f} us")
    for ours, theirs in (("scan", "page"), ("scan", "hello"), ("submit", "bare")):
        ratio = statistics.median(b / a for a, b in zip(figures[ours], figures[theirs], strict=True))
        print(f"  {theirs} / {ours}: {ratio:.2f}")
    print(f"  outbox worker, both lanes, in full batches: {worker_us(hub):.0f} us a case")
    hub.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="use a temporary PostgreSQL server")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gonzhi-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        if options.postgres:
            from tests.parts.postgres import running_server

            server = stack.enter_context(running_server(durable=True))
            ROOTS.add(server.pid)
            run("PostgreSQL", folder, server.create("bare"), server.create("ours"))
        else:
            run("SQLite", folder, f"sqlite:///{folder}/bare.db", f"sqlite:///{folder}/ours.db")


if __name__ == "__main__":
    main()
