"""`gonzhi keys`, `issue` and `verify`: exit codes, JSON, one sentence for every fault."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gonzhi_code import qr
from gonzhi_code.posters import render_page
from tests.code_samples import BASE_URL

from .commands import VILLAGE, issue_words, one_sentence


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


@pytest.mark.parametrize("name", ["", " "])
def test_a_poster_without_the_name_of_its_place_is_refused(gonzhi: Any, keys: str, name: str) -> None:
    words = list(issue_words(keys, "--poster", "p.pdf"))
    words[words.index("--name") + 1] = name
    told = gonzhi(*words)
    assert told.code == 1 and one_sentence(told) and "no name" in told.err
    assert told.out == "" and not Path("p.pdf").exists()


def test_a_day_that_no_code_can_say_is_refused_in_words(gonzhi: Any, keys: str) -> None:
    told = gonzhi(*issue_words(keys, "--date", "1999-01-01"))
    assert (told.code, told.err) == (2, "gonzhi: issued_on is a date from 2020-01-01 to 2064-11-08, not 1999-01-01\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("null", 'is no key file: it must hold one JSON object with an object "keys" in it.'),
        ("{}", 'is no key file: it must hold one JSON object with an object "keys" in it.'),
        ('{"keys": {"a": 5}}', "key 'a' must be hexadecimal text, or an object with algorithm and secret."),
        ('{"keys": {"a": "xyz"}}', "key 'a' has a secret that is not hexadecimal."),
        ('{"keys": {"a": {"algorithm": "x", "secret": ""}}}', "key 'a' has an algorithm that is none of hmac-sha256,"),
        ("[" * 100_000, "is nested too deeply."),
    ],
)
def test_what_is_no_key_file_is_said_in_words(gonzhi: Any, tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "k.json").write_text(content)
    told = gonzhi(*issue_words("k.json"))
    assert told.code == 2 and one_sentence(told)
    assert told.err.startswith(f"gonzhi: k.json: {said}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda url: url[:-2] + ("0" if url[-2] != "0" else "1") + url[-1], "bad_signature"),
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
