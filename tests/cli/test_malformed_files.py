"""Every command that reads a file, against files that are not what they should be: an exit code of the list, one sentence, no traceback."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gonzhi_code.counties import wenling
from gonzhi_code.scenes import get_scene
from tests.code_samples import BASE_URL

from .commands import VILLAGE, Told, issue_words, one_sentence

EXIT_CODES = (0, 1, 2)
# What Python says of its own values, and nobody who wrote a file can do anything with.
PYTHON = re.compile(r"Traceback|object is not|NoneType|<class|datetime\.|Error\(|\('keys'\)|unhashable|argument|not supported between")
SECRET = "5a" * 32
DEEP = "[" * 100_000
DEEP_OBJECT = '{"a":' * 100_000
HEAD = "id,name,village_id"

ANY_FILE = {
    "empty": b"",
    "bytes": bytes(range(256)),
    "nul": b"\0" * 50,
    "not utf-8": "点位".encode("gb18030"),
    "deep list": DEEP.encode(),
    "deep object": DEEP_OBJECT.encode(),
    "deep and whole": b"[" * 990 + b"]" * 990,
    "null": b"null",
    "number": b"1e999",
    "nan": b"NaN",
    "long number": b"[" + b"9" * 5000 + b"]",
    "text": b'"abc"',
    "list": b"[]",
    "lists": b"[[], {}, null, 3]",
    "object": b"{}",
    "surrogate": b'{"keys": {"\\ud800": "\\ud800"}, "amount_total": "\\ud800"}',
    "one long line": b"x" * 200_000,
    "long cell": (HEAD + "\n1," + "长" * 140_000 + f",{VILLAGE}\n").encode(),
    "open quote": (HEAD + '\n1,"a,' + VILLAGE + "\n").encode(),
    "zip": b"PK\x03\x04" + bytes(60),
}
KEY_FILES = {
    "keys is null": {"keys": None},
    "no keys": {"keys": {}},
    "keys is a list": {"keys": ["a"]},
    "key is null": {"keys": {"a": None}},
    "key is a number": {"keys": {"a": 5}},
    "odd hex": {"keys": {"a": SECRET[:-1]}},
    "no hex": {"keys": {"a": "q" * 64}},
    "short": {"keys": {"a": "5a"}},
    "bad id": {"keys": {"ab": SECRET}},
    "issuing is a list": {"issuing": [], "keys": {"a": SECRET}},
    "issuing is another": {"issuing": "b", "keys": {"a": SECRET}},
    "no issuing": {"keys": {"a": SECRET}},
    "no secret": {"keys": {"a": {"algorithm": "ed25519"}}},
    "no algorithm": {"keys": {"a": {"secret": SECRET}}},
    "strange algorithm": {"keys": {"a": {"algorithm": ["rot13"], "secret": SECRET}}},
    "strange state": {"issuing": "a", "keys": {"a": {"algorithm": "ed25519", "secret": SECRET, "state": "tired", "since": "2026-11-23"}}},
    "state without a day": {"issuing": "a", "keys": {"a": {"algorithm": "ed25519", "secret": SECRET, "state": "retired"}}},
    "state is a list": {"issuing": "a", "keys": {"a": {"algorithm": "ed25519", "secret": SECRET, "state": []}}},
    "made is a list": {"issuing": "a", "keys": {"a": {"algorithm": "ed25519", "secret": SECRET, "made": []}}},
}
SHEETS = {
    "strange id": f"{HEAD}\n٣,a,{VILLAGE}\n",
    "huge id": f"{HEAD}\n{'9' * 5000},a,{VILLAGE}\n",
    "too many cells": f"{HEAD}\n1,a,{VILLAGE},,,\n",
    "too few cells": f"{HEAD}\n1\n",
    "same heading twice": f"{HEAD},{HEAD}\n1,a,{VILLAGE},1,a,{VILLAGE}\n",
    "strange owner": f"{HEAD},owner_unit_id\n1,a,{VILLAGE},nobody\n",
    "strange issuer": f"{HEAD},issuer\n1,a,{VILLAGE},-1\n",
    "blank name": f"{HEAD}\n1,   ,{VILLAGE}\n",
    "control characters": f"{HEAD}\n1,a\x01b,{VILLAGE}\n",
}
RECORDS: dict[str, Any] = {
    "no key": [{}],
    "key is a list": [{"scene_key": []}],
    "unknown scene": [{"scene_key": "dogs", "answers": 5}],
    "answers are a list": [{"scene_key": "wage", "answers": [1]}],
    "money": [{"scene_key": "wage", "answers": {"amount_total": "abc"}}],
    "money is a list": [{"scene_key": "wage", "answers": {"amount_total": []}}],
    "money is not a number": [{"scene_key": "wage", "answers": {"amount_total": "sNaN", "worker_count": 3}}],
    "months": [{"scene_key": "wage", "answers": {"arrears_months": "q"}}],
    "count": [{"scene_key": "wage", "answers": {"worker_count": "many"}}],
    "village is a list": [{"scene_key": "wage", "answers": {"village_id": []}}],
    "facts are a number": [{"scene_key": "wage", "facts": 5}],
    "fact is an object": [{"scene_key": "wage", "facts": {"source": {}}}],
    "spot is a list": [{"scene_key": "wage", "spot": [1]}],
    "spot has more": [{"scene_key": "wage", "spot": {"id": 1, "name": "a", "village_id": VILLAGE, "colour": "red"}}],
    "spot has less": [{"scene_key": "wage", "spot": {"id": 1}}],
    "spot's village is a list": [{"scene_key": "wage", "spot": {"id": 1, "name": "a", "village_id": []}}],
    "place is a list": [{"scene_key": "wage", "place": [1]}],
}
COUNTIES: dict[str, tuple[str, Callable[[str], str]]] = {
    "nothing": ("county.toml", lambda text: ""),
    "deep": ("county.toml", lambda text: "a = " + DEEP),
    "office with a strange brace": ("county.toml", lambda text: text.replace("{township}社会", "{x}社会")),
    "office with an open brace": ("county.toml", lambda text: text.replace("{township}社会", "{township社会")),
    "office with a number": ("county.toml", lambda text: text.replace('name = "{township}社会发展服务办公室"', "name = 5")),
    "office is text": ("county.toml", lambda text: text.replace("[offices.social]", "[offices]\nsocial = 3\n[offices.other]")),
    "alias is text": ("county.toml", lambda text: text.replace('aliases = ["水利局"]', 'aliases = "水利局"')),
    "unit is text": ("county.toml", lambda text: 'units = "x"\n' + text.replace("[[units]]", "[[others]]")),
    "units are texts": ("county.toml", lambda text: 'units = ["x"]\n' + text.replace("[[units]]", "[[others]]")),
    "unit id is a list": ("county.toml", lambda text: text.replace('id = "police"', "id = []")),
    "superior is a list": ("county.toml", lambda text: text.replace('superior = "police"', "superior = []")),
    "no centre": ("county.toml", lambda text: text.replace('id = "centre"', 'id = "middle"')),
    "assumed is text": ("county.toml", lambda text: text.replace("assumed = [", 'assumed = "x"\nothers = [')),
    "role is a number": ("county.toml", lambda text: text + "\nlabour = 3\n"),
    "roles are a list": ("county.toml", lambda text: "roles = []\n" + text.replace("[roles]", "")),
    "settings are text": ("county.toml", lambda text: 'settings = "x"\n' + text.replace("[settings.", "[others.")),
    "clock is text": ("county.toml", lambda text: text.replace("rectify_days = 15", 'rectify_days = "x"')),
    "clock is negative": ("county.toml", lambda text: text.replace("rectify_days = 15", "rectify_days = -15")),
    "threshold is text": ("county.toml", lambda text: text.replace("red_workers = 30", 'red_workers = "x"')),
    "hours are a number": ("county.toml", lambda text: text.replace('winter = ["08:00-11:30", "13:40-16:40"]', "winter = 5")),
    "hours are numbers": ("county.toml", lambda text: text.replace('winter = ["08:00-11:30", "13:40-16:40"]', "winter = [5]")),
    "summer is a number": ("county.toml", lambda text: text.replace("summer_months = [6, 7, 8, 9]", "summer_months = 5")),
    "own office is text": ("county.toml", lambda text: text + "\n[township_offices]\n331081104000 = 5\n"),
    "contact is a list": ("county.toml", lambda text: text.replace('police = "110"', "police = []")),
    "key is a table": ("county.toml", lambda text: text.replace('key = "wenling"', "key = {}")),
    "row with more cells": ("townships.csv", lambda text: text.replace("Xinhe Town", "Xinhe Town,a,b")),
    "row with fewer cells": ("townships.csv", lambda text: text.replace(",town,,Xinhe Town", "")),
    "strange township": ("villages.csv", lambda text: text.replace("331081101204", "331081999204")),
    "long cell of a village": ("villages.csv", lambda text: text + "331081101999," + "长" * 140_000 + ",\n"),
    "calendar is a list": ("calendar-2026.json", lambda text: "[]"),
    "calendar is deep": ("calendar-2026.json", lambda text: DEEP),
    "calendar is no JSON": ("calendar-2026.json", lambda text: "{"),
    "days are a number": ("calendar-2026.json", lambda text: '{"year": 2026, "days": 5}'),
    "a day is a list": ("calendar-2026.json", lambda text: '{"year": 2026, "days": [[]]}'),
    "a date is a number": ("calendar-2026.json", lambda text: '{"year": 2026, "days": [{"date": 5, "name": "", "isOffDay": true}]}'),
    "no days": ("calendar-2026.json", lambda text: '{"year": 2026}'),
}


def printing(*words: str) -> tuple[str, ...]:
    return (*words, "--base-url", BASE_URL, "--out", "out", "--date", "2026-11-24")


# Each reads the file `bad`; `good.json` holds keys, `spots.csv` a spot, `codes.txt` nothing, `list.gzrl` a list.
READING = {
    "issue": issue_words("bad"),
    "verify": ("verify", "A" * 45, "--keys", "bad"),
    "verify with a list": ("verify", "A" * 45, "--keys", "good.json", "--revocations", "bad"),
    "posters": printing("posters", "bad", "--keys", "good.json"),
    "posters with keys": printing("posters", "spots.csv", "--keys", "bad"),
    "batch": printing("batch", "bad", "--keys", "good.json"),
    "batch with keys": printing("batch", "spots.csv", "--keys", "bad"),
    "batch with a font": printing("batch", "spots.csv", "--keys", "good.json", "--font", "bad"),
    "keys list": ("keys", "list", "bad"),
    "keys rotate": ("keys", "rotate", "bad"),
    "keys retire": ("keys", "retire", "bad", "a"),
    "keys compromise": ("keys", "compromise", "bad", "a"),
    "keys export": ("keys", "export-public", "bad", "out.pub"),
    "revocations of codes": ("revocations", "make", "new.gzrl", "--keys", "good.json", "--codes", "bad"),
    "revocations with keys": ("revocations", "make", "new.gzrl", "--keys", "bad", "--codes", "codes.txt"),
    "revocations after a list": ("revocations", "make", "bad", "--keys", "good.json", "--codes", "codes.txt"),
    "revocations show": ("revocations", "show", "bad", "--keys", "good.json"),
    "explain": ("routes", "explain", "wage", "--answers", "bad"),
    "replay": ("routes", "replay", "bad"),
}
OF_KEYS = [name for name, words in READING.items() if words[0] == "keys" or words[words.index("--keys") + 1 if "--keys" in words else 0] == "bad"]
OF_COUNTY = {
    "check": ("county", "check", "./county"),
    "show": ("county", "show", "./county"),
    "routes check": ("routes", "check", "--county", "./county"),
    "explain": ("routes", "explain", "shelter", "--county", "./county"),
    "replay": ("routes", "replay", "cases.json", "--county", "./county"),
    "issue": issue_words("good.json", "--county", "./county"),
    "posters": printing("posters", "spots.csv", "--keys", "good.json", "--county", "./county"),
    "batch": printing("batch", "spots.csv", "--keys", "good.json", "--county", "./county"),
}


@pytest.fixture
def room(gonzhi: Any, tmp_path: Path) -> Path:
    """A folder with everything good that a command needs beside its bad file."""
    gonzhi("keys", "make", "good.json", "--algorithm", "ed25519")
    (tmp_path / "spots.csv").write_text(f"{HEAD}\n1,文化礼堂,{VILLAGE}\n", "utf-8")
    (tmp_path / "codes.txt").write_text("", "utf-8")
    (tmp_path / "cases.json").write_text('[{"scene_key": "shelter", "answers": {}}]', "utf-8")
    return tmp_path


def well_said(told: Told) -> None:
    assert told.code in EXIT_CODES, told.err
    assert not PYTHON.search(told.err + told.out), told.err + told.out


@pytest.mark.parametrize("command", READING)
def test_a_file_of_anything_is_refused_in_words(gonzhi: Any, room: Path, command: str) -> None:
    for content in ANY_FILE.values():
        (room / "bad").write_bytes(content)
        shutil.rmtree(room / "out", ignore_errors=True)
        well_said(gonzhi(*READING[command]))
        well_said(gonzhi(*READING[command], "--json"))


@pytest.mark.parametrize("command", OF_KEYS)
def test_a_key_file_that_is_none_is_refused_in_words_and_never_quoted(gonzhi: Any, room: Path, command: str) -> None:
    for content in KEY_FILES.values():
        (room / "bad").write_text(json.dumps(content), "utf-8")
        shutil.rmtree(room / "out", ignore_errors=True)
        told = gonzhi(*READING[command])
        well_said(told)
        assert "5a5a5a5a" not in told.err + told.out


@pytest.mark.parametrize("command", ["posters", "batch"])
def test_a_sheet_with_strange_rows_is_told_row_by_row(gonzhi: Any, room: Path, command: str) -> None:
    for content in SHEETS.values():
        (room / "bad").write_text(content, "utf-8")
        shutil.rmtree(room / "out", ignore_errors=True)
        well_said(gonzhi(*READING[command]))


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_that_no_hub_wrote_is_named_by_its_place(gonzhi: Any, room: Path, kind: str) -> None:
    good = {"scene_key": "general", "answers": {}, "rule_id": "", "lead": ""}
    (room / "bad").write_text(json.dumps([good, *RECORDS[kind]]), "utf-8")
    told = gonzhi("routes", "replay", "bad")
    well_said(told)
    assert told.code in (0, 2)
    if told.code:
        assert one_sentence(told) and "bad: record 2 " in told.err


@pytest.mark.parametrize("value", [None, True, -1, 1e999, "\ud800", "q" * 100_000, [], [[]], {}, {"a": {}}, [{"a": []}]], ids=range(11))
def test_answers_of_any_kind_are_refused_by_their_names(gonzhi: Any, room: Path, value: Any) -> None:
    (room / "bad").write_text(json.dumps(dict.fromkeys(get_scene("wage").fields, value)), "utf-8")
    told = gonzhi("routes", "explain", "wage", "--answers", "bad", "--json")
    well_said(told)
    assert told.code == 1 and "worker_count" in told.data["errors"] and told.err == ""


@pytest.mark.parametrize("kind", COUNTIES)
def test_a_county_folder_that_is_none_is_refused_in_words(gonzhi: Any, room: Path, kind: str) -> None:
    shutil.copytree(Path(wenling.__path__[0]), room / "county", ignore=shutil.ignore_patterns("__pycache__", "__init__.py"))
    name, spoil = COUNTIES[kind]
    text = (room / "county" / name).read_text("utf-8")
    assert spoil(text) != text
    (room / "county" / name).write_text(spoil(text), "utf-8")
    for command, words in OF_COUNTY.items():
        shutil.rmtree(room / "out", ignore_errors=True)
        told = gonzhi(*words)
        well_said(told)
        if command == "check":
            assert told.code == 1, told.out


@pytest.mark.parametrize("name", ["out/batch.json", "out/journal.jsonl", "good.ledger/ledger.jsonl"])
def test_a_batch_does_not_go_on_from_files_that_were_altered(gonzhi: Any, room: Path, name: str) -> None:
    words = ("batch", "spots.csv", "--keys", "good.json", "--base-url", BASE_URL, "--out", "out")
    assert gonzhi(*words).code == 0
    for content in (b"[]", b"{}", b'{"batch_id": 1, "sheet": 2, "words": {"date": []}}', DEEP.encode(), b"\xff"):
        (room / name).write_bytes(content + b"\n")
        told = gonzhi(*words)
        well_said(told)
        assert told.code == 1 and one_sentence(told)
