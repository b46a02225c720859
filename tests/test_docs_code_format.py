"""docs/code-format.md says of the layout what the library does, to the byte."""

from __future__ import annotations

import hmac
import re
from pathlib import Path
from typing import Any

from gonzhi_code import base32
from gonzhi_code.claims import FIELDS
from gonzhi_code.codes import TAG_BYTES, pack
from gonzhi_code.errors import BadSignature, MalformedCode, UnknownCodeVersion, UnknownKey
from gonzhi_code.keys import SALT_V1, SALT_V2
from tests.code_samples import GOLDEN, golden_claims, golden_ring

PAGE = (Path(__file__).parents[1] / "docs/code-format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
TABLES = [
    [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    for table in re.findall(r"(?:^\|.*\|\n)+", PAGE, re.MULTILINE)
]
ENTRY = GOLDEN["codes"][0]
CODE = base32.decode(ENTRY["url"][-45:], 28)


def table_with(header: str) -> list[list[str]]:
    (found,) = [table for table in TABLES if table[0][1] == header]
    return found[2:]


def test_the_example_is_the_first_golden_code():
    assert BLOCKS[0][1].strip() == ENTRY["url"]
    assert BLOCKS[1][1].strip() == GOLDEN["keys"]["a"]["secret_hex"]


def test_the_fields_of_the_page_are_those_of_the_library_in_order():
    assert [(row[0], int(row[1])) for row in table_with("bits")] == list(FIELDS)


def test_the_bits_of_the_example_are_those_that_are_signed():
    rows = table_with("says")
    assert [row[0] for row in rows] == [name for name, _ in FIELDS]
    bits = [row[3].strip("`") for row in rows]
    assert [len(field) for field in bits] == [size for _, size in FIELDS]
    assert [int(field, 2) for field in bits] == [int(row[2]) for row in rows]
    assert int("".join(bits), 2).to_bytes(16, "big") == pack(golden_claims(ENTRY)) == CODE[:16]


def test_signed_bytes_derived_key_tag_and_groups_are_those_of_the_library():
    signed, derived, tag, groups = BLOCKS[2][1].strip().splitlines()
    secret = bytes.fromhex(GOLDEN["keys"]["a"]["secret_hex"])
    assert bytes.fromhex(signed) == CODE[:16]
    assert bytes.fromhex(derived) == hmac.digest(secret, SALT_V1, "sha256")
    assert bytes.fromhex(tag) == CODE[16:]
    signer = golden_ring().signer("a")
    assert signer is not None and signer.sign(CODE[:16]) == CODE
    assert groups.replace(" ", "") == base32.encode(CODE)


def test_the_python_example_finds_the_code_genuine():
    (source,) = [text for language, text in BLOCKS if language == "python"]
    names: dict[str, Any] = {}
    exec(compile(source, "docs/code-format.md", "exec"), names)
    assert names["genuine"] is True
    assert (names["place"], names["spot"]) == (331081101204, 7)


def test_versions_salts_alphabet_and_reasons_are_named_as_they_are():
    rows = table_with("signed bytes")
    assert [int(row[0]) for row in rows] == list(TAG_BYTES)
    for row, tag_bytes in zip(rows, TAG_BYTES.values(), strict=True):
        assert row[2].startswith(f"{tag_bytes}:")
        assert row[3] == f"{16 + tag_bytes} bytes, {base32.text_length(16 + tag_bytes)} characters"
    assert f"`{base32.ALPHABET}`" in PAGE
    assert all(f'"{salt.decode()}"' in PAGE for salt in (SALT_V1, SALT_V2))
    reasons = [row[0].strip("`") for row in table_with("meaning")]
    assert reasons == [error.reason for error in (MalformedCode, UnknownCodeVersion, UnknownKey, BadSignature)]
