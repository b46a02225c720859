"""Scan page and submit against a bare Flask page and a bare Flask + marshmallow + three inserts.

Both run on the same gunicorn settings and the same kind of database, in turns (A B A B), in one run; only the ratio counts.
Beside the requests a second it says the CPU time of one request, over all processes together (web server, outbox worker,
PostgreSQL): on a machine that has other work the first says little, the second hardly changes.

    .venv/bin/python -m benchmarks.bench_service            SQLite
    .venv/bin/python -m benchmarks.bench_service --postgres a temporary PostgreSQL server

Needs ``wrk`` (``apt-get install wrk``); talks to loopback only and stops by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# What the worker still owes the cases of a turn is counted with that turn.
SETTLE_SECONDS = 1.0
WORKERS, THREADS, CONNECTIONS = "2", "4", "16"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} did not answer within {seconds:.0f} s")


@dataclass(frozen=True)
class Load:
    """What one turn showed: requests a second, and microseconds of CPU time a request."""

    rate: float
    cpu_us: float


ROOTS = {os.getpid()}
"""Processes whose children count: this one, and the PostgreSQL server, which has no parent."""


def cpu_seconds() -> float:
    """CPU time of all processes that belong to a run, ended ones left out."""
    ticks: dict[int, int] = {}
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = int(fields[11]) + int(fields[12])

    def ours(pid: int) -> bool:
        while pid > 1:
            if pid in ROOTS:
                return True
            pid = parents.get(pid, 0)
        return False

    return sum(used for pid, used in ticks.items() if ours(pid)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(args: list[str], environ: dict[str, str]) -> Iterator[None]:
    child = subprocess.Popen(args, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()


@contextmanager
def bare_server(database_url: str) -> Iterator[str]:
    from benchmarks.bare_app import make_tables

    make_tables(database_url)
    port = free_port()
    args = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", WORKERS, "--threads", THREADS,
            "-b", f"127.0.0.1:{port}", "--log-level", "error", "benchmarks.bare_app:create_app()"]
    with running(args, {"BARE_DATABASE_URL": database_url}):
        wait_for(f"http://127.0.0.1:{port}/hello")
        yield f"http://127.0.0.1:{port}"


@contextmanager
def service(folder: Path, database_url: str | None) -> Iterator[tuple[str, list[dict[str, str]]]]:
    port = free_port()
    environ = {"GONZHI_VAR": str(folder), "PORT": str(port), "GONZHI_WORKERS": WORKERS, "GONZHI_THREADS": THREADS, "GONZHI_SLOW_MS": "0", "GONZHI_SLOW_AFTER": "1000000",
               # Sending SMS is no part of taking a case in, and the yardstick tells nobody anything.
               "GONZHI_SMS": "none"}
    if database_url:
        environ["GONZHI_DATABASE"] = database_url
    with running([sys.executable, "-m", "service", "demo"], environ):
        wait_for(f"http://127.0.0.1:{port}/readyz")
        listed = subprocess.run([sys.executable, "-m", "service", "codes", "--json"], cwd=ROOT, env={**os.environ, **environ, "GONZHI_MODE": "demo"},
                                capture_output=True, text=True, check=True)
        yield f"http://127.0.0.1:{port}", json.loads(listed.stdout)


def sample_form(scene_key: str) -> list[tuple[str, str]]:
    import gonzhi_code as gz

    return list(gz.get_scene(scene_key).sample_form())


def multipart(pairs: list[tuple[str, str]]) -> tuple[str, bytes]:
    mark = "----gonzhibench"
    parts = "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs)
    return f"multipart/form-data; boundary={mark}", (parts + f"--{mark}--\r\n").encode()


def wrk(url: str, seconds: int, environ: dict[str, str] | None = None) -> Load:
    args = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    args += ["-s", str(HERE / "load.lua")] if environ else ["-H", "Accept-Encoding: br, gzip"]
    before = cpu_seconds()
    text = subprocess.run([*args, url], env={**os.environ, **(environ or {})}, capture_output=True, text=True, check=True).stdout
    time.sleep(SETTLE_SECONDS)
    if "unexpected answer" in text or "Non-2xx" in text:
        raise SystemExit(f"{url} answered with errors:\n{text}")
    rate, count = re.search(r"Requests/sec:\s+([\d.]+)", text), re.search(r"(\d+) requests in", text)
    assert rate and count, text
    return Load(float(rate[1]), (cpu_seconds() - before) / int(count[1]) * 1e6)


def posting(folder: Path, name: str, pairs: list[tuple[str, str]], turn: int) -> dict[str, str]:
    kind, body = multipart([*pairs, ("submission_id", "SUBMISSION")])
    path = folder / f"{name}.body"
    path.write_bytes(body)
    return {"BENCH_BODY": str(path), "BENCH_TYPE": kind, "BENCH_ROUND": f"{name[:4]}{turn}"}


def report(what: str, ours: list[Load], theirs: list[Load], yardstick: str, aim: float) -> None:
    ratios = [a.rate / b.rate for a, b in zip(ours, theirs, strict=True)]
    middle = statistics.median(ratios)
    verdict = "reached" if middle >= aim else "MISSED"
    rate, cpu = statistics.median(one.rate for one in ours), statistics.median(one.cpu_us for one in ours)
    other_rate, other_cpu = statistics.median(one.rate for one in theirs), statistics.median(one.cpu_us for one in theirs)
    by_cpu = statistics.median(b.cpu_us / a.cpu_us for a, b in zip(ours, theirs, strict=True))
    print(f"{what:<20} {rate:6.0f}/s {cpu:6.0f} us  {yardstick:<36} {other_rate:6.0f}/s {other_cpu:6.0f} us  "
          f"ratio {middle:.2f} ({min(ratios):.2f}-{max(ratios):.2f}), by CPU time {by_cpu:.2f}, aim {aim}: {verdict}")


def run(database: str, bare_url: str, service_url: str | None, folder: Path, seconds: int, rounds: int) -> None:
    pairs = sample_form("general")
    bare_pairs = [("q0", dict(pairs)["description"]), ("q1", "新河镇六闸潮村"), ("q3", "a"), ("q4", "12"), ("q5", "13800138000")]
    with ExitStack() as stack:
        bare = stack.enter_context(bare_server(bare_url))
        ours, codes = stack.enter_context(service(folder / "var", service_url))
        url = next(code["url"] for code in codes if code["scene_key"] == "general")
        scan = ours + urllib.parse.urlsplit(url).path
        figures: dict[str, list[Load]] = {name: [] for name in ("page", "scan", "bare", "submit", "hello")}
        for turn in range(rounds):
            figures["hello"].append(wrk(f"{bare}/hello", seconds))
            figures["page"].append(wrk(f"{bare}/page", seconds))
            figures["scan"].append(wrk(scan, seconds))
            figures["bare"].append(wrk(f"{bare}/submit", seconds, posting(folder, "bare", bare_pairs, turn)))
            figures["submit"].append(wrk(scan, seconds, posting(folder, "ours", pairs, turn)))
    with open("/proc/loadavg") as load:
        print(f"load of the machine at the end: {load.read().split()[0]}")
    print(f"{database}, gunicorn gthread {WORKERS} workers x {THREADS} threads, {CONNECTIONS} connections, {rounds} rounds of {seconds} s")
    report("scan page (general)", figures["scan"], figures["page"], "bare Flask page (8 questions, Jinja)", 0.6)
    report("scan page (general)", figures["scan"], figures["hello"], "bare Flask 'hello' (the floor)", 0.0)
    report("submit (general)", figures["submit"], figures["bare"], "bare Flask + marshmallow + 3 inserts", 0.6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", action="store_true", help="use a temporary PostgreSQL server")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: sudo apt-get install -y wrk")
    with tempfile.TemporaryDirectory(prefix="gonzhi-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        if options.postgres:
            from tests.parts.postgres import running_server

            server = stack.enter_context(running_server(durable=True))
            ROOTS.add(server.pid)
            run("PostgreSQL", server.create("bare"), server.create("ours"), folder, options.seconds, options.rounds)
        else:
            run("SQLite", f"sqlite:///{folder}/bare.db", None, folder, options.seconds, options.rounds)


if __name__ == "__main__":
    main()
