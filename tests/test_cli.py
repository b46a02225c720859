"""The command line `gonzhi`, run as people and programs run it: exit codes, JSON, one sentence for every fault."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from gonzhi_code import qr
from gonzhi_code.cli import main
from gonzhi_code.posters import render_page
from gonzhi_code.scenes import all_scenes, get_scene
from tests.code_samples import BASE_URL

ROOT = Path(__file__).parent.parent
VILLAGE, OTHER_VILLAGE = "331081101204", "331081001018"


class Told:
    """What one command gave back."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def gonzhi(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Told:
        try:
            code = main(words)
        except SystemExit as ended:  # argparse ends the process itself
            code = int(ended.code or 0)
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return run


@pytest.fixture
def keys(gonzhi: Any, tmp_path: Path) -> str:
    assert gonzhi("keys", "new", "keys.json").code == 0
    return str(tmp_path / "keys.json")


def issue_words(keys: str, *more: str) -> tuple[str, ...]:
    return ("issue", "--keys", keys, "--base-url", BASE_URL, "--spot", "7", "--name", "文化礼堂", "--village", VILLAGE, *more)


def one_sentence(told: Told) -> bool:
    return told.err.startswith("gonzhi: ") and told.err.count("\n") == 1 and "Traceback" not in told.err


def test_a_key_file_is_for_its_owner_only_and_never_overwritten(gonzhi: Any, keys: str) -> None:
    before = Path(keys).read_text()
    assert Path(keys).stat().st_mode & 0o077 == 0
    again = gonzhi("keys", "new", keys)
    assert (again.code, Path(keys).read_text()) == (2, before)
    assert one_sentence(again)


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "hmac-sm3", "ed25519"])
def test_a_code_of_every_algorithm_is_issued_and_found_genuine(gonzhi: Any, algorithm: str) -> None:
    gonzhi("keys", "new", "k.json", "--algorithm", algorithm)
    issued = gonzhi(*issue_words("k.json", "--scene", "wage", "--serial", "3", "--date", "2026-11-23", "--months", "24", "--json")).data
    verified = gonzhi("verify", issued["url"].lower(), "--keys", "k.json", "--base-url", BASE_URL, "--json")
    assert verified.code == 0
    said = verified.data
    assert said.pop("genuine") is said.pop("address_checked") is True
    assert said == {name: value for name, value in issued.items() if name not in ("url", "token")}
    assert (said["scene_key"], said["place_id"], said["serial"]) == ("wage", VILLAGE, 3)
    assert (said["issued_on"], said["expires_on"]) == ("2026-11-23", "2028-11-23")


def test_keys_may_be_written_as_plain_hex(gonzhi: Any, tmp_path: Path) -> None:
    (tmp_path / "k.json").write_text(json.dumps({"issuing": "b", "keys": {"a": "00" * 32, "b": "11" * 32}}))
    assert gonzhi(*issue_words("k.json", "--json")).data["key_id"] == "b"


def test_a_code_is_dated_today_in_shanghai_when_no_day_is_given(gonzhi: Any, keys: str) -> None:
    shanghai = dt.timezone(dt.timedelta(hours=8))
    before = dt.datetime.now(shanghai).date()
    issued = dt.date.fromisoformat(gonzhi(*issue_words(keys, "--json")).data["issued_on"])
    assert before <= issued <= dt.datetime.now(shanghai).date()


def test_an_issued_code_prints_its_address_alone_and_its_pictures_read_back(gonzhi: Any, keys: str) -> None:
    told = gonzhi(*issue_words(keys, "--poster", "p.pdf", "--svg", "q.svg"))
    url = told.out.strip()
    assert re.fullmatch(r"https://GZ\.EXAMPLE\.GOV\.CN/S/[0-9A-Z]{45}", url)
    assert qr.read_image(render_page(Path("p.pdf").read_bytes(), dpi=150)) == url
    assert Path("q.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda url: url[:-2] + ("AA" if not url.endswith("AA") else "BB"), "bad_signature"),
        (lambda url: url[:-9], "malformed"),
        (lambda url: url.replace("GZ.EXAMPLE", "GZ.EVIL"), "malformed"),
        (lambda url: "https://example.com/", "malformed"),
        (lambda url: "", "malformed"),
    ],
    ids=["altered", "torn", "foreign host", "stranger", "empty"],
)
def test_what_is_not_genuine_ends_with_1_and_its_reason(gonzhi: Any, keys: str, change: Any, reason: str) -> None:
    url = gonzhi(*issue_words(keys)).out.strip()
    asked = ("verify", change(url), "--keys", keys, "--base-url", BASE_URL)
    told = gonzhi(*asked, "--json")
    assert (told.code, told.data["genuine"], told.data["reason"]) == (1, False, reason)
    plain = gonzhi(*asked)
    assert plain.code == 1
    assert plain.out.startswith("not genuine: ")


def test_the_address_is_checked_only_where_it_is_known_and_that_is_said(gonzhi: Any, keys: str) -> None:
    url = gonzhi(*issue_words(keys)).out.strip().replace("GZ.EXAMPLE", "OTHER")
    assert gonzhi("verify", url, "--keys", keys, "--json").data["address_checked"] is False
    assert "not checked" in gonzhi("verify", url, "--keys", keys).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--spot", "0"), 2),
        (("--spot", "16777216"), 2),
        (("--serial", "5000"), 2),
        (("--base-url", "gz.example.gov.cn"), 2),
        (("--village", "331081999999"), 1),
        (("--scene", "dogs"), 1),
        (("--county", "atlantis"), 1),
        (("--poster", "no/such/folder/p.pdf"), 2),
    ],
    ids=str,
)
def test_a_fault_of_an_argument_is_one_sentence(gonzhi: Any, keys: str, words: tuple[str, ...], code: int) -> None:
    told = gonzhi(*issue_words(keys, *words))
    assert told.code == code
    assert one_sentence(told)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"keys": 3}', '{"issuing": "a", "keys": {"a": "00"}}', '{"issuing": "z", "keys": {"a": "%s"}}' % ("00" * 32),
     '{"issuing": "a", "keys": {"a": {"algorithm": "rot13", "secret": "00"}}}'],
)  # fmt: skip
def test_a_bad_key_file_is_named(gonzhi: Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    for words in (issue_words("bad.json"), ("verify", "x", "--keys", "bad.json")):
        told = gonzhi(*words)
        assert told.code == 2
        assert one_sentence(told)
        assert "bad.json" in told.err


def test_missing_words_are_wrong_use(gonzhi: Any) -> None:
    for words in ((), ("issue",), ("verify",), ("posters",), ("routes",), ("county",), ("dance",)):
        assert gonzhi(*words).code == 2
    assert "2026-13-01" in gonzhi(*issue_words("k", "--date", "2026-13-01")).err


SHEET = f"""id,name,village_id,subject_name
7,文化礼堂,{VILLAGE},
x,坏行,{VILLAGE},
8,卫生院,331081999999,
9,实验学校,{OTHER_VILLAGE},实验学校
9,又一所,{OTHER_VILLAGE},
10,,{VILLAGE},
11,𠮷字,{VILLAGE},
"""


def test_a_sheet_becomes_posters_and_a_list_and_every_bad_row_is_told(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    (tmp_path / "spots.csv").write_text(SHEET, "utf-8-sig")
    asked = ("posters", "spots.csv", "--keys", keys, "--base-url", BASE_URL, "--out", "out", "--scene", "campus", "--serial", "2")
    told = gonzhi(*asked, "--json")
    assert told.code == 1
    assert [fault.partition(":")[0] for fault in told.data["faults"]] == ["row 3", "row 4", "row 6", "row 7", "row 8"]
    assert "𠮷" in told.data["faults"][-1]
    made = told.data["made"]
    assert [one["spot_id"] for one in made] == [7, 9]
    for one in made:
        assert qr.read_image(render_page(Path("out", one["file"]).read_bytes(), dpi=150)) == one["url"]
        assert gonzhi("verify", one["url"], "--keys", keys, "--base-url", BASE_URL).code == 0
    with open("out/campus-2.csv", encoding="utf-8-sig", newline="") as file:
        assert [(row["file"], row["url"]) for row in csv.DictReader(file)] == [(one["file"], one["url"]) for one in made]
    plain = gonzhi(*asked)
    assert plain.out == "2 posters in out\n"
    assert plain.err.startswith("row 3: ")
    assert plain.err.count("\n") == 5


@pytest.mark.parametrize(
    ("text", "words", "code", "named"),
    [
        ("id,name\n1,a\n", (), 2, "village_id"),
        (SHEET, ("--layout", "papyrus"), 1, "papyrus"),
        (SHEET, ("--scene", "dogs"), 1, "dogs"),
        (SHEET, ("--out", "spots.csv"), 2, "spots.csv"),
        (SHEET.encode("gb18030"), (), 2, "UTF-8"),
    ],
    ids=["column", "layout", "scene", "folder", "encoding"],
)
def test_what_is_wrong_with_a_whole_sheet_is_said_once(
    gonzhi: Any, keys: str, tmp_path: Path, text: str | bytes, words: tuple[str, ...], code: int, named: str
) -> None:
    (tmp_path / "spots.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    told = gonzhi("posters", "spots.csv", "--keys", keys, "--base-url", BASE_URL, "--out", "out", *words)
    assert told.code == code
    assert one_sentence(told)
    assert named in told.err
    assert not list(tmp_path.glob("out/*"))


def test_a_terminal_sees_progress_with_rate_and_time_left_and_a_file_does_not(keys: str, tmp_path: Path) -> None:
    (tmp_path / "spots.csv").write_text("id,name,village_id\n" + "".join(f"{n},礼堂,{VILLAGE}\n" for n in (1, 2)), "utf-8")
    words = [sys.executable, "-m", "gonzhi_code.cli", "posters", "spots.csv", "--keys", keys, "--base-url", BASE_URL, "--out", "out"]
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    subprocess.run(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=theirs, check=True)
    os.close(theirs)
    seen = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "2/2" in seen
    assert "posters/s" in seen or "s/ posters" in seen
    piped = subprocess.run(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    assert piped.stderr == b""


def test_scenes_give_programs_a_sample_and_the_form_that_posts_it(gonzhi: Any) -> None:
    told = gonzhi("scenes", "--json").data
    assert [(one["key"], one["code"]) for one in told] == [(scene.key, scene.code) for scene in all_scenes()]
    for one in told:
        assert set(one["titles"]) == {"zh", "en"}
        posted: MultiDict[str, str] = MultiDict([(name, value) for name, value in one["sample_form"]])
        assert all(isinstance(value, str) for value in posted.values())
        scene = get_scene(one["key"])
        assert scene.load(posted) == scene.load(one["sample"])


def test_scenes_are_listed_for_people_and_their_schemas_for_programs(gonzhi: Any) -> None:
    listed = gonzhi("scenes").out
    assert all(scene.key in listed and str(scene.title) in listed for scene in all_scenes())
    for scene in all_scenes():
        schema = gonzhi("scenes", "--schema", scene.key).data
        assert schema["$schema"].startswith("https://json-schema.org/")
        assert set(scene.sample) <= set(schema["properties"])
    assert one_sentence(gonzhi("scenes", "--schema", "dogs"))


def test_wenling_is_complete_and_what_is_assumed_is_listed(gonzhi: Any) -> None:
    told = gonzhi("county", "check", "--json")
    assert told.code == 0
    assert (told.data["county"], told.data["problems"]) == ("wenling", [])
    assert "townships.331081400000.owner_id" in told.data["assumed"]
    plain = gonzhi("county", "check")
    assert plain.code == 0
    assert "16 townships" in plain.out
    assert "661 villages" in plain.out


def test_a_county_folder_with_a_fault_ends_with_1_and_names_it(gonzhi: Any, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree(ROOT / "gonzhi_code/counties/wenling", folder)
    toml = folder / "county.toml"
    toml.write_text(toml.read_text("utf-8").replace('phone = "95598"', 'phone = "13800000000"'), "utf-8")
    told = gonzhi("county", "check", str(folder))
    assert told.code == 1
    assert "13800000000" in told.out
    toml.unlink()
    missing = gonzhi("county", "check", str(folder))
    assert missing.code == 1
    assert one_sentence(missing)


def test_a_county_is_shown_to_people_and_programs(gonzhi: Any) -> None:
    shown = gonzhi("county", "show", "--json").data
    assert (len(shown["townships"]), shown["villages"], shown["working_days_until"]) == (17, 661, "2026-12-31")
    assert "温岭市人力资源和社会保障局" in gonzhi("county", "show").out


def test_the_rules_of_every_scene_are_checked(gonzhi: Any) -> None:
    assert gonzhi("routes", "check", "--json").data == {scene.key: [] for scene in all_scenes()}
    plain = gonzhi("routes", "check")
    assert plain.code == 0
    assert plain.out.count("good") == len(all_scenes())


def test_a_decision_is_explained_rule_by_rule(gonzhi: Any) -> None:
    told = gonzhi("routes", "explain", "wage", "--place", VILLAGE, "--json").data
    assert told["lead"] == "labour"
    assert "大溪镇" in told["place"]
    assert [one["rule_id"] for one in told["tried"] if one["decided"]] == [told["rule_id"]]
    assert told["rule_id"] in gonzhi("routes", "explain", "wage").out


def test_answers_to_be_explained_may_come_from_a_file_and_are_checked(gonzhi: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(dict(get_scene("wage").sample) | {"worker_count": -1}), "utf-8")
    told = gonzhi("routes", "explain", "wage", "--answers", "a.json")
    assert told.code == 1
    assert "worker_count: " in told.err
    (tmp_path / "a.json").write_text("[1]", "utf-8")
    assert gonzhi("routes", "explain", "wage", "--answers", "a.json").code == 2
    assert one_sentence(gonzhi("routes", "explain", "wage", "--place", "331081999999"))


def test_past_cases_are_replayed_and_only_differences_are_told(gonzhi: Any, tmp_path: Path) -> None:
    scene = get_scene("wage")
    answers = scene.dump(scene.load(scene.sample))
    decided = gonzhi("routes", "explain", "wage", "--place", VILLAGE, "--json").data
    same = {"case_no": "A", "scene_key": "wage", "answers": answers, "place": VILLAGE, "rule_id": decided["rule_id"], "lead": "labour"}
    (tmp_path / "cases.json").write_text(json.dumps([same, same | {"case_no": "B", "lead": "police"}]), "utf-8")
    told = gonzhi("routes", "replay", "cases.json", "--json")
    assert told.code == 0
    assert [(one["case_no"], one["was_lead"], one["now_lead"], one["moved"]) for one in told.data] == [("B", "police", "labour", True)]
    assert "2 cases, 1 would" in gonzhi("routes", "replay", "cases.json").out
    for text in ("{}", "[3]", "nonsense"):
        (tmp_path / "cases.json").write_text(text)
        assert gonzhi("routes", "replay", "cases.json").code == 2


def test_the_installed_command_runs_and_a_reader_may_stop_reading() -> None:
    command = Path(sys.executable).parent / "gonzhi"
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"gonzhi \d+\.\d+\.\d+\n", version.stdout)
    head = subprocess.run(f"{command} scenes --json | head -c 1", shell=True, capture_output=True, text=True, check=True)
    assert (head.stdout, head.stderr) == ("[", "")
