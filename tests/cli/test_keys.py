"""`gonzhi keys` and `revocations`: keys come and go without a printed code being lost, and a code is checked with no network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .commands import issue_words, one_sentence


def states(gonzhi: Any, path: str) -> dict[str, str]:
    return {one["id"]: one["state"] for one in gonzhi("keys", "list", path, "--json").data}


def test_keys_are_rotated_retired_and_compromised_and_their_codes_keep_verifying(gonzhi: Any, keys: str) -> None:
    old = gonzhi(*issue_words(keys)).out.strip()
    assert one_sentence(gonzhi("keys", "retire", keys, "a"))  # it still issues
    assert gonzhi("keys", "rotate", keys).out.startswith("b issues")
    assert Path(keys).stat().st_mode & 0o077 == 0
    assert gonzhi(*issue_words(keys, "--json")).data["key_id"] == "b"
    assert gonzhi("keys", "retire", keys, "a").code == 0
    assert states(gonzhi, keys) == {"a": "retired", "b": "issuing"}
    assert gonzhi("verify", old, "--keys", keys).code == 0
    told = gonzhi("keys", "compromise", keys, "a")
    assert "replaced" in told.out
    verified = gonzhi("verify", old, "--keys", keys, "--json")
    assert (verified.code, verified.data["genuine"], verified.data["key_state"]) == (1, True, "compromised")
    assert gonzhi("verify", old, "--keys", keys).out.startswith("genuine, but its key is compromised")
    assert one_sentence(gonzhi("keys", "retire", keys, "a"))  # never taken back
    assert "a  hmac-sha256     compromised  made " in gonzhi("keys", "list", keys).out


def test_the_issuing_key_may_be_compromised_and_then_nothing_issues(gonzhi: Any, keys: str) -> None:
    assert "nothing issues now" in gonzhi("keys", "compromise", keys, "a").out
    assert one_sentence(gonzhi(*issue_words(keys)))
    assert gonzhi("keys", "rotate", keys, "--algorithm", "ed25519").code == 0
    assert gonzhi(*issue_words(keys, "--json")).data["version"] == 2


@pytest.mark.parametrize("words", [("retire", "z"), ("retire",), ("compromise", "z"), ("export-public", "p.pub")], ids=str)
def test_a_fault_about_keys_is_one_sentence(gonzhi: Any, keys: str, words: tuple[str, ...]) -> None:
    told = gonzhi("keys", words[0], keys, *words[1:])
    assert (told.code, one_sentence(told)) == (2, True)
    assert states(gonzhi, keys) == {"a": "issuing"}


def test_an_agency_that_mints_on_its_own_is_checked_offline_with_a_public_key_and_a_signed_list(gonzhi: Any, tmp_path: Path) -> None:
    gonzhi("keys", "make", "agency.json", "--algorithm", "ed25519")
    good, lost = (gonzhi(*issue_words("agency.json", "--serial", str(serial))).out.strip() for serial in (1, 2))
    assert gonzhi("keys", "export-public", "agency.json", "agency.pub").code == 0
    secret = json.loads((tmp_path / "agency.json").read_text())["keys"]["a"]["secret"]
    assert secret not in (tmp_path / "agency.pub").read_text()
    assert one_sentence(gonzhi(*issue_words("agency.pub")))  # reads, and makes none
    (tmp_path / "lost.txt").write_text(f"\n{lost.lower()}\n\n")
    made = gonzhi("revocations", "make", "list.gzrl", "--keys", "agency.json", "--codes", "lost.txt", "--json")
    assert (made.data["number"], made.data["codes"], made.data["bytes"]) == (1, 1, 21 + 6 + 64)
    asked = ("--public", "agency.pub", "--revocations", "list.gzrl")
    assert gonzhi("verify", good, *asked).code == 0
    told = gonzhi("verify", lost, *asked)
    assert told.code == 1 and told.out.startswith("genuine, but revoked\n")
    assert gonzhi("verify", lost, *asked, "--json").data["revoked"] is True
    # The next list has the next number and knows of the key.
    gonzhi("keys", "compromise", "agency.json", "a")
    assert gonzhi("revocations", "make", "list.gzrl", "--keys", "agency.json", "--codes", "lost.txt").out.startswith("number     2\n")
    assert gonzhi("verify", good, *asked, "--json").data["key_state"] == "compromised"
    assert one_sentence(gonzhi("revocations", "make", "list.gzrl", "--keys", "agency.json", "--codes", "lost.txt", "--number", "2"))
    assert gonzhi("revocations", "show", "list.gzrl", "--keys", "agency.pub", "--json").data["keys"]["a"].startswith("compromised since ")


def test_a_line_that_is_no_code_is_named(gonzhi: Any, tmp_path: Path) -> None:
    gonzhi("keys", "make", "agency.json", "--algorithm", "ed25519")
    code = gonzhi(*issue_words("agency.json")).out.strip()
    (tmp_path / "lost.txt").write_text(f"{code}\n\nnonsense\n")
    asked = ("revocations", "make", "list.gzrl", "--keys", "agency.json", "--codes", "lost.txt")
    told = gonzhi(*asked)
    assert told.code == 2 and one_sentence(told) and "lost.txt: line 3 is no code" in told.err
    assert not (tmp_path / "list.gzrl").exists()
    assert one_sentence(gonzhi(*asked, "--days", "999999999999"))


def test_keys_without_an_issuing_one_are_listed(gonzhi: Any, tmp_path: Path) -> None:
    (tmp_path / "k.json").write_text(json.dumps({"keys": {"a": "00" * 32}}))
    assert states(gonzhi, "k.json") == {"a": "verifies"}


def test_a_stale_or_false_list_is_said(gonzhi: Any, keys: str, tmp_path: Path) -> None:
    gonzhi("keys", "make", "agency.json", "--algorithm", "ed25519")
    code = gonzhi(*issue_words("agency.json")).out.strip()
    (tmp_path / "none.txt").write_text("")
    gonzhi("revocations", "make", "old.gzrl", "--keys", "agency.json", "--codes", "none.txt", "--days", "0")
    assert gonzhi("verify", code, "--keys", "agency.json", "--revocations", "old.gzrl", "--json").data["list_stale"] is False
    whole = (tmp_path / "old.gzrl").read_bytes()
    (tmp_path / "false.gzrl").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    for words in (("verify", code, "--keys", "agency.json", "--revocations", "false.gzrl"), ("revocations", "make", "x", "--keys", keys, "--codes", "none.txt")):
        assert one_sentence(gonzhi(*words))
