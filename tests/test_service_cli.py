"""The command line of the service, and the demo as it really runs: its processes, its files, its ends."""

import datetime as dt
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from gonzhi_code.counties import load_county
from gonzhi_code.routing import route
from gonzhi_code.scenes import all_scenes, get_scene
from service.cli import main
from service.demo_data import CODES, USERS
from service.hub.context import build_hub
from service.hub.intake import submit
from service.notify.templates import TEXTS
from service.settings import Settings
from service.store import cases
from tests.parts.services import environment, free_port, running_service

ROOT = Path(__file__).resolve().parents[1]
SECRET = "0123456789abcdef" * 4


@pytest.fixture
def environ(tmp_path):
    """A production environment with a migrated database."""
    made = {
        "GONZHI_VAR": str(tmp_path / "var"),
        "GONZHI_BASE_URL": "https://gz.example.gov.cn/s/",
        "GONZHI_SECRET": SECRET,
        "GONZHI_CODE_KEYS": f"a={SECRET}",
    }
    assert main(["migrate"], made) == 0
    return made


def run(capsys, environ, *arguments):
    capsys.readouterr()
    status = main(list(arguments), environ)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def file_case(environ, scene_key="wage", number=1):
    hub = build_hub(Settings.from_environ(environ))
    form = {}
    for name, value in get_scene(scene_key).sample_form():
        form.setdefault(name, []).append(value)
    receipt = submit(
        hub, token_text=None, scene_key=scene_key, form=form, submission_id=f"sub-{number:06d}", address="10.0.0.1", language="zh"
    )
    hub.close()
    return receipt


def test_a_case_is_told_as_json_however_its_number_is_written(environ, capsys):
    receipt = file_case(environ)
    for written in (receipt.case_no, receipt.case_no.replace("-", "").lower()):
        status, out, _ = run(capsys, environ, "case", written, "--json")
        told = json.loads(out)
        assert status == 0 and told["case_no"] == receipt.case_no
    wanted = {
        "state", "scene_key", "lead", "lead_id", "helpers", "due_at", "why", "rule_id", "rules_version", "dispatch_seconds",
        "moves", "marks", "township_id",
    }  # fmt: skip
    assert wanted <= told.keys()
    assert told["lead"] == receipt.lead.name and 0 <= told["dispatch_seconds"] < 60
    assert [move["action"] for move in told["moves"]] == ["report", "accept", "assign"]


def test_all_cases_are_told_newest_first(environ, capsys):
    assert json.loads(run(capsys, environ, "cases", "--json")[1]) == []
    sent = [file_case(environ, "general", number).case_no for number in range(3)]
    told = json.loads(run(capsys, environ, "cases", "--json")[1])
    assert [one["case_no"] for one in told] == sent[::-1]


def test_a_case_that_does_not_exist_is_one_sentence_and_status_1(environ, capsys):
    status, out, err = run(capsys, environ, "case", "2222-2222")
    assert (status, out, err) == (1, "", "gonzhi: there is no case 2222-2222\n")


def test_users_are_made_listed_and_given_new_passwords(environ, capsys, monkeypatch):
    def typed(text):
        reading, writing = os.pipe()
        os.write(writing, f"{text}\n".encode())
        os.close(writing)
        monkeypatch.setattr(sys, "stdin", os.fdopen(reading))

    typed("correct horse battery")
    assert run(capsys, environ, "user", "add", "zhao", "--unit", "labour")[0] == 0
    typed("another long password")
    assert run(capsys, environ, "user", "password", "zhao")[0] == 0
    status, out, _ = run(capsys, environ, "user", "list")
    assert status == 0 and re.match(r"zhao +unit +labour", out)
    typed("short")
    status, _, err = run(capsys, environ, "user", "add", "li", "--unit", "labour")
    assert status == 2 and err == "gonzhi: a password has at least 10 characters\n"


def test_accounts_are_looked_after_from_the_command_line(environ, capsys, monkeypatch):
    def told(name):
        return next(one for one in json.loads(run(capsys, environ, "user", "list", "--json")[1]) if one["username"] == name)

    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\n"))
    assert run(capsys, environ, "user", "add", "wang", "--unit", "education", "--grant", "open_sealed", "--lent")[0] == 0
    assert told("wang")["grants"] == ["open_sealed"] and told("wang")["must_change"]
    assert "open_sealed" in run(capsys, environ, "user", "list")[1]
    change = ("--unit", "331081104.social", "--role", "grid", "--village", "331081104294", "--take", "open_sealed", "--grant", "export")
    assert run(capsys, environ, "user", "change", "wang", *change)[0] == 0
    assert (told("wang")["role"], told("wang")["area_ids"], told("wang")["grants"]) == ("grid", ["331081104294"], ["export"])
    status, out, _ = run(capsys, environ, "user", "reset", "wang")
    assert status == 0 and re.match(r"([a-z2-9]{4}-){3}[a-z2-9]{4}\n", out)
    for command, key, value in (("disable", "disabled", True), ("enable", "disabled", False), ("sign-out", "sessions", 0), ("reset-factor", "second_factor", False)):
        assert run(capsys, environ, "user", command, "wang")[0] == 0
        assert told("wang")[key] == value
    for command in ("change", "reset", "disable", "enable", "sign-out", "reset-factor"):
        status, _, err = run(capsys, environ, "user", command, "nobody")
        assert status == 2 and err == "gonzhi: there is no user 'nobody'\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\n"))
    assert run(capsys, environ, "user", "add", "boss", "--unit", "centre")[0] == 0
    status, _, err = run(capsys, environ, "user", "disable", "boss")
    assert status == 2 and "last manager" in err


def test_the_outbox_is_delivered_and_told(environ, capsys):
    file_case(environ)
    assert run(capsys, environ, "outbox")[1] == "2 pending\n"
    status, out, _ = run(capsys, environ, "work", "--once")
    assert status == 0 and json.loads(out.splitlines()[0])["type"] == "cn.gonzhi.case.assigned"
    assert json.loads(run(capsys, environ, "outbox", "--json")[1]) == {"delivered": 2}
    assert json.loads(run(capsys, environ, "outbox", "--failed", "--json")[1]) == []
    assert run(capsys, environ, "outbox", "--redrive")[1] == "0 put back in line\n"


def test_sms_are_sent_listed_and_put_back_in_line(environ, capsys):
    environ |= {"GONZHI_SMS": "file", "GONZHI_SMS_QUIET": "none", "GONZHI_SMS_SIGN": "温岭市社会治理中心"}
    file_case(environ)
    assert run(capsys, environ, "notices")[1] == "empty\n"
    run(capsys, environ, "work", "--once")
    assert json.loads(run(capsys, environ, "notices", "--json")[1]) == {"counts": {"sent": 1}, "stopped": {}}
    (path,) = (Path(environ["GONZHI_VAR"]) / "sms").glob("*.jsonl")
    assert json.loads(path.read_text("utf-8"))["text"].startswith("【温岭市社会治理中心】您反映的事项已受理，编号")
    for what in ("--failed", "--replies"):
        assert json.loads(run(capsys, environ, "notices", what, "--json")[1]) == []
    assert run(capsys, environ, "notices", "--redrive")[1] == "0 put back in line\n"
    assert run(capsys, environ, "notices", "--redrive", "--id", "1")[1] == "0 put back in line\n", "what arrived is not sent again"


def test_a_provider_whose_kit_is_missing_stops_the_worker_with_one_sentence(environ, capsys, monkeypatch):
    texts = ",".join(f"{key}=SMS_{number}" for number, key in enumerate(TEXTS))
    chosen = {"GONZHI_SMS": "aliyun", "GONZHI_SMS_SIGN": "温岭市社会治理中心", "GONZHI_SMS_KEY_ID": "id", "GONZHI_SMS_KEY_SECRET": "secret"}
    monkeypatch.delitem(sys.modules, "service.notify.aliyun", raising=False)
    monkeypatch.setitem(sys.modules, "alibabacloud_dysmsapi20170525.client", None)
    status, _, error = run(capsys, {**environ, **chosen, "GONZHI_SMS_TEMPLATES": texts}, "work", "--once")
    assert status == 2 and error.startswith("gonzhi: GONZHI_SMS cannot be used: aliyun needs its kit") and error.count("\n") == 1


@pytest.mark.parametrize(("channel", "spelling"), [("aliyun", "${no1}-${no2}"), ("tencent", "{1}-{2}")])
def test_the_texts_to_file_are_printed_before_anything_is_filed(environ, capsys, channel, spelling):
    status, out, _ = run(capsys, {**environ, "GONZHI_SMS": channel, "GONZHI_SMS_PAGE": "gz.wl.gov.cn/track"}, "notices", "--texts")
    assert status == 0 and len(out.splitlines()) == len(TEXTS) and all(spelling in line for line in out.splitlines())
    assert "gz.wl.gov.cn/track" in out


@pytest.mark.parametrize("command", [["serve"], ["work"], ["cases"], ["migrate"]])
def test_a_missing_secret_stops_every_command_with_one_sentence(command, environ, capsys):
    del environ["GONZHI_SECRET"]
    status, out, err = run(capsys, environ, *command)
    assert status == 2 and out == "" and err.startswith("gonzhi: GONZHI_SECRET is missing") and err.count("\n") == 1


def test_serving_never_falls_back_to_the_secrets_of_the_demo(tmp_path, capsys):
    (tmp_path / "secrets.json").write_text(json.dumps({"GONZHI_SECRET": SECRET, "GONZHI_CODE_KEYS": f"a={SECRET}"}))
    status, _, err = run(capsys, {"GONZHI_VAR": str(tmp_path)}, "serve")
    assert status == 2 and "is missing" in err


def test_a_database_that_is_not_there_is_one_sentence(environ, capsys):
    status, _, err = run(capsys, {**environ, "GONZHI_DATABASE": "postgresql://nobody@127.0.0.1:1/nothing"}, "cases")
    assert status == 1 and err.startswith("gonzhi: the database cannot be used:") and err.count("\n") == 1


def test_a_database_that_was_not_migrated_is_one_sentence(environ, capsys, tmp_path):
    status, _, err = run(capsys, {**environ, "GONZHI_VAR": str(tmp_path / "empty")}, "cases")
    assert status == 1 and "migrate" in err and err.count("\n") == 1


def test_the_state_of_a_code_that_nobody_minted_is_refused(environ, capsys):
    assert run(capsys, environ, "code", "state", "0" * 45, "lost")[0] == 1
    status, _, err = run(capsys, environ, "code", "state", "hello", "lost")
    assert status == 1 and err.count("\n") == 1


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One running demo for every test that does it no harm."""
    with running_service(tmp_path_factory.mktemp("demo") / "var") as service:
        yield service


@pytest.fixture
def doomed(tmp_path):
    """A demo of our own, to be hurt."""
    with running_service(tmp_path / "var") as service:
        yield service


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family_of(pid):
    return [pid, *(one for child in children_of(pid) for one in family_of(child))]


def alive(pids):
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def wait_for(condition, seconds=20.0):
    patience = time.monotonic() + seconds
    while time.monotonic() < patience:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def post_sample(service, code):
    scene = get_scene(code["scene_key"])
    pairs = [*scene.sample_form(), ("submission_id", f"from-the-test-{scene.key}")]
    with urllib.request.urlopen(code["url"], urlencode(pairs).encode(), timeout=10) as answer:
        return answer.status, answer.url, answer.read().decode()


def test_the_demo_has_a_code_for_every_scene_in_at_least_three_townships(demo):
    codes = json.loads(demo.command("codes", "--json"))
    assert {code["scene_key"] for code in codes} == {"unified", *(scene.key for scene in all_scenes())}
    assert len({code["place"][:9] for code in codes}) >= 3
    assert all(re.fullmatch(r"331081\d{6}", code["place"]) and code["state"] == "good" for code in codes)
    assert all(code["url"].startswith(demo.url + "/S/") for code in codes)
    posters = sorted(path.name for path in (demo.var / "posters").glob("*.pdf"))
    assert posters == sorted(f"{code['spot_id']}-{code['serial']}.pdf" for code in codes)


def test_a_form_sent_to_the_demo_is_assigned_and_delivered_within_the_minute(demo):
    code = next(code for code in json.loads(demo.command("codes", "--json")) if code["scene_key"] == "wage")
    status, url, _ = post_sample(demo, code)
    assert status == 200 and "/receipt/" in url

    def delivered():
        (told,) = [one for one in json.loads(demo.command("cases", "--json")) if one["scene_key"] == "wage"]
        return told if told["delivered_at"] else None

    told = wait_for(delivered)
    assert told["state"] == "assigned"
    assert told["dispatch_seconds"] < 60 and told["deliver_seconds"] < 60


def test_a_code_declared_lost_still_takes_the_complaint_and_marks_it(demo):
    code = next(code for code in json.loads(demo.command("codes", "--json")) if code["scene_key"] == "general")
    demo.command("code", "state", code["token"], "lost", "--note", "torn off")
    time.sleep(0.6)
    assert post_sample(demo, code)[0] == 200
    (told,) = [one for one in json.loads(demo.command("cases", "--json")) if one["scene_key"] == "general"]
    assert "code_lost" in told["marks"] and told["township_id"] == code["place"][:9] + "000"


def test_what_the_demo_keeps_private_is_private(demo):
    for name in ("secrets.json", "accounts.txt", "gonzhi.sqlite3"):
        assert stat.S_IMODE((demo.var / name).stat().st_mode) == 0o600, name
    accounts = (demo.var / "accounts.txt").read_text(encoding="utf-8")
    assert len(accounts.splitlines()) == len(demo.command("user", "list").splitlines()) == len(USERS)


def test_the_lead_of_every_demo_code_can_sign_in_and_the_list_names_its_unit(demo):
    county = load_county("wenling")
    accounts = (demo.var / "accounts.txt").read_text(encoding="utf-8")
    for code in CODES:
        for scene in all_scenes():
            if code.scene_key in (scene.key, "unified"):
                lead = route(scene, scene.load(scene.sample, today=dt.date(2026, 11, 24)), code.spot, county).lead
                assert lead.id in {user.unit_id for user in USERS} and lead.name in accounts, (scene.key, code.spot.name)
    assert {user.role for user in USERS} >= {"grid", "auditor"}


def test_a_worker_that_dies_is_started_again_and_ctrl_c_ends_all(doomed):
    server, worker = children_of(doomed.process.pid)
    os.kill(worker, signal.SIGKILL)
    again = wait_for(lambda: [pid for pid in children_of(doomed.process.pid) if pid not in (server, worker)])
    assert again
    family = family_of(doomed.process.pid)
    started = time.monotonic()
    doomed.process.send_signal(signal.SIGINT)
    assert doomed.process.wait(10) == 0 and time.monotonic() - started < 8
    assert wait_for(lambda: not alive(family))


def test_ctrl_c_of_a_terminal_goes_to_the_whole_group_and_yet_all_end_in_order(tmp_path):
    process = start_demo(tmp_path / "var", free_port())
    until_ready(process)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(15) == 0
    said = process.stderr.read()
    assert "ended" not in said and "SIGKILL" not in said, said


def test_no_process_outlives_a_demo_that_is_killed(doomed):
    family = family_of(doomed.process.pid)
    doomed.process.kill()
    doomed.process.wait()
    assert wait_for(lambda: not alive(family))


def start_demo(var, port):
    return subprocess.Popen(
        [sys.executable, "-m", "service", "demo"],
        cwd=ROOT,
        env=environment(var, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until_ready(process):
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("Ready:"):
            return lines
    raise AssertionError(process.stderr.read())


def stop(process):
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0


def test_a_second_start_keeps_everything_and_follows_a_new_port(tmp_path):
    first_port, second_port = free_port(), free_port()
    first = start_demo(tmp_path / "var", first_port)
    lines = until_ready(first)
    assert lines[-1] == f"Ready: http://127.0.0.1:{first_port}/" and any("centre" in line for line in lines)
    secrets = json.loads((tmp_path / "var/secrets.json").read_text())
    poster = (tmp_path / "var/posters/1-1.pdf").read_bytes()
    stop(first)
    second = start_demo(tmp_path / "var", second_port)
    lines = until_ready(second)
    kept = json.loads((tmp_path / "var/secrets.json").read_text())
    assert not any("made now" in line for line in lines)
    assert {**kept, "PORT": ""} == {**secrets, "PORT": ""} and kept["PORT"] == str(second_port)
    assert (tmp_path / "var/posters/1-1.pdf").read_bytes() != poster, "the address on the posters has changed"
    status = subprocess.run(
        [sys.executable, "-m", "service", "codes", "--json"],
        cwd=ROOT,
        env={**environment(tmp_path / "var", 0), "PORT": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    codes = json.loads(status.stdout)
    assert len(codes) == 6 and all(code["url"].startswith(f"http://127.0.0.1:{second_port}/S/") for code in codes)
    third = start_demo(tmp_path / "other", second_port)
    assert third.wait(20) == 2 and f"PORT is {second_port}, which cannot be used" in third.stderr.read()
    stop(second)


def test_what_is_due_to_go_is_told_and_the_reporter_goes_on_request(environ, capsys):
    receipt = file_case(environ)
    status, out, _ = run(capsys, environ, "retention", "--json")
    assert status == 0 and json.loads(out)["due"] == {"masked": 0, "forgotten": 0} and json.loads(out)["reporter_days"] == 180
    status, out, _ = run(capsys, environ, "retention", "--now")
    assert status == 0 and "after 180 days: 0 done, 0 due" in out
    status, _, err = run(capsys, environ, "mask", receipt.case_no, "--reason", "本人要求")
    assert status == 1 and "still being handled" in err
    status, _, err = run(capsys, environ, "mask", receipt.case_no, "--reason", " ")
    assert status == 2 and "--reason" in err
    status, _, err = run(capsys, environ, "mask", "ZZZZ-ZZZZ", "--reason", "本人要求")
    assert status == 1 and "no case" in err
    hub = build_hub(Settings.from_environ(environ))
    with hub.store.write() as tx:
        row = cases.get_case(tx, receipt.case_no)
        cases.change_case(tx, row["id"], row["version"], {"state": "closed", "closed_at": hub.clock()})
    hub.close()
    status, out, _ = run(capsys, environ, "mask", receipt.case_no, "--reason", "本人要求")
    assert status == 0 and "no longer kept" in out
    assert json.loads(run(capsys, environ, "retention", "--json")[1])["done"] == {"masked": 1}
