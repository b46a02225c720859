"""The service as processes: it starts, tells that it is ready, survives a dead worker, keeps its data and ends with Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import gonzhi_code as gz
from tests.parts.services import ROOT, LiveService, environment, free_port, running_service

PATIENCE_SECONDS = 30


def fetch(url: str, form: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
    """Status, final address and text of an answer."""
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    with urllib.request.urlopen(url, body, timeout=20) as answer:
        return answer.status, answer.url, answer.read().decode()


def submit(service: LiveService, submission_id: str) -> str:
    """Posts the sample of the wage form without a code. Returns the address of the receipt."""
    form = [*gz.get_scene("wage").sample_form(), ("submission_id", submission_id), ("scene_key", "wage")]
    status, receipt, _text = fetch(service.url + "/", form)
    assert status == 200
    assert "/receipt/" in receipt
    return receipt


def cases(service: LiveService) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(service.command("cases", "--json"))
    return found


def children_of(pid: int) -> dict[int, int]:
    """Every process below one: its id and its parent's."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    below: dict[int, int] = {}
    found = {pid}
    while found:
        found = {child for child, parent in parents.items() if parent in found and child not in below}
        below.update({child: parents[child] for child in found})
    return below


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(what: str, holds: object) -> None:
    patience = time.monotonic() + PATIENCE_SECONDS
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < patience, f"not within {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.1)


def test_a_running_service_says_that_it_is_alive_and_ready(live_server: LiveService) -> None:
    assert fetch(live_server.url + "/healthz")[0] == 200
    ready = json.loads(fetch(live_server.url + "/readyz")[2])
    assert ready["ready"] is True
    assert f"Ready: {live_server.url}/" in live_server.log.read_text()


def test_secrets_and_accounts_are_for_their_owner_only(live_server: LiveService) -> None:
    for name in ("secrets.json", "accounts.txt", "gonzhi.sqlite3"):
        assert (live_server.var / name).stat().st_mode & 0o077 == 0, name


def test_a_second_start_keeps_the_data_and_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    var = tmp_path / "var"
    with running_service(var) as first:
        receipt = submit(first, "processes-1")
        codes = {(code["token"], code["state"]) for code in json.loads(first.command("codes", "--json"))}
        accounts = (var / "accounts.txt").read_text()
        processes = [first.process.pid, *children_of(first.process.pid)]
        assert len(processes) >= 4  # the parent, the web server with its processes, the worker
    assert first.process.returncode == 0
    wait_for("every process has ended", lambda: not any(alive(pid) for pid in processes))
    with running_service(var) as second:
        assert {(code["token"], code["state"]) for code in json.loads(second.command("codes", "--json"))} == codes
        assert (var / "accounts.txt").read_text() == accounts
        assert len(cases(second)) == 1
        path = urllib.parse.urlsplit(receipt).path
        assert str(cases(second)[0]["case_no"])[:4] in fetch(second.url + path)[2]


def test_a_case_is_delivered_although_the_worker_was_killed(tmp_path: Path) -> None:
    with running_service(tmp_path / "var") as service:
        workers = [pid for pid, parent in children_of(service.process.pid).items() if parent == service.process.pid]
        # Of the parent's two children the web server has children itself, the outbox worker has none.
        worker = next(pid for pid in workers if not children_of(pid))
        os.kill(worker, signal.SIGKILL)
        submit(service, "processes-2")
        case_no = str(cases(service)[0]["case_no"])

        def delivered() -> bool:
            found = json.loads(service.command("case", case_no, "--json"))
            return found["dispatch_seconds"] is not None

        wait_for("the case was delivered by the worker that took over", delivered)
        assert json.loads(service.command("case", case_no, "--json"))["dispatch_seconds"] < 60

        def told() -> list[dict[str, str]]:
            files = (tmp_path / "var" / "sms").glob("*.jsonl")
            return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]

        wait_for("the reporter was told by SMS", told)
        (sms,) = told()
        assert case_no in sms["text"] and sms["phone"] == gz.get_scene("wage").sample["reporter_phone"]
        assert sms["phone"] not in service.log.read_text()


def test_the_same_service_runs_on_postgresql(tmp_path: Path, empty_postgres_url: str) -> None:
    with running_service(tmp_path / "var", GONZHI_DATABASE=empty_postgres_url) as service:
        submit(service, "processes-3")
        submit(service, "processes-3")
        assert len(cases(service)) == 1
        case_no = str(cases(service)[0]["case_no"])
        told = "dispatch_seconds"
        wait_for("the case was delivered", lambda: json.loads(service.command("case", case_no, "--json"))[told] is not None)
        assert not (tmp_path / "var" / "gonzhi.sqlite3").exists()


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "service", "demo"], cwd=ROOT, env=environment(tmp_path / "var", port),
            capture_output=True, text=True, timeout=60, check=False,
        )
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


def test_outside_the_demo_a_missing_or_short_secret_stops_the_start(tmp_path: Path) -> None:
    for secret, says in (("", "missing"), ("too short", "too short")):
        environ = environment(tmp_path / "var", free_port(), GONZHI_CODE_KEYS="a=" + "0123456789abcdef" * 4)
        environ.update(GONZHI_BASE_URL="https://gz.example.gov.cn/s/", GONZHI_SECRET=secret)
        done = subprocess.run(
            [sys.executable, "-m", "service", "serve"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 2
        assert "GONZHI_SECRET" in done.stderr
        assert says in done.stderr
