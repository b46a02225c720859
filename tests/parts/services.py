"""The service as processes: web server and outbox worker, started by the command that people use."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class LiveService:
    """A running service: where it answers, where its data lies, and how its command line is reached."""

    url: str
    var: Path
    environ: Mapping[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    def command(self, *arguments: str) -> str:
        """Runs ``python -m service ...`` on the same data and returns what it prints."""
        command = [sys.executable, "-m", "service", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=dict(self.environ), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def environment(var: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a demo with its own data; settings of the machine do not leak in."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GONZHI_")}
    return {**clean, "GONZHI_VAR": str(var), "PORT": str(port), "PYTHONUNBUFFERED": "1", **more}


@contextmanager
def running_service(var: Path, **more: str) -> Iterator[LiveService]:
    """Starts the demo: migrated database, codes, web server and worker. Ends all of it with the signal of Ctrl-C.

    Args:
        var: folder of the data; a second start on the same folder keeps them.
        more: further settings by their names in the environment.
    """
    var.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environ = environment(var, port, **more)
    log = var.parent / f"{var.name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "demo"], cwd=ROOT, env=environ, stdout=output, stderr=output, start_new_session=True
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, process, log)
            yield LiveService(url, var, environ, process, log)
        finally:
            _end(process)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    patience = time.monotonic() + START_SECONDS
    while time.monotonic() < patience:
        assert process.poll() is None, f"the service ended at its start:\n{log.read_text(errors='replace')}"
        try:
            with urllib.request.urlopen(url + "/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the service was not ready after {START_SECONDS} s:\n{log.read_text(errors='replace')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise AssertionError(f"the service did not end within {STOP_SECONDS} s of Ctrl-C") from None
