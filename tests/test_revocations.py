"""The list of revoked codes: what was put in comes out, nothing else is believed, and no bytes break the reader."""

from __future__ import annotations

import datetime as dt
import re
import struct
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.base32 import ALPHABET
from gonzhi_code.claims import FIRST_DAY, LAST_DAY
from gonzhi_code.errors import BadRevocationList
from gonzhi_code.keys import KEY_IDS, Key
from gonzhi_code.revocations import (
    CODES_MOST,
    CONTEXT,
    DIGEST_BYTES,
    MAGIC,
    KeyState,
    read_revocations,
    sign_revocations,
    token_digest,
)

PAIR, OTHER = Key.ed25519(bytes(range(32))), Key.ed25519(bytes(range(1, 33)))
PUBLIC = {"c": PAIR.public()}
DAY = dt.date(2026, 11, 24)
tokens = st.lists(st.text(ALPHABET, min_size=45, max_size=45), max_size=40)
states = st.dictionaries(st.sampled_from(KEY_IDS), st.tuples(st.sampled_from(KeyState), st.dates(FIRST_DAY, LAST_DAY)), max_size=6)


def signed(codes: list[str] | None = None, number: int = 3, key: Key = PAIR, key_id: str = "c") -> bytes:
    return sign_revocations(codes or [], key_id, key, number=number, issued_on=DAY, next_on=DAY + dt.timedelta(days=30), issuer=7)


@given(tokens, states, st.integers(0, 2**32 - 1), st.integers(0, 1023), st.dates(FIRST_DAY, LAST_DAY))
@settings(max_examples=100, deadline=None)
def test_what_was_put_in_comes_out(codes: list[str], keys: dict[str, tuple[KeyState, dt.date]], number: int, issuer: int, day: dt.date) -> None:
    data = sign_revocations(codes, "c", PAIR, number=number, issued_on=day, next_on=LAST_DAY, issuer=issuer, keys=keys)
    held = read_revocations(data, PUBLIC)
    assert (held.number, held.issuer, held.issued_on, held.next_on, dict(held.keys)) == (number, issuer, day, LAST_DAY, keys)
    assert all(held.revoked(code) for code in codes) and len(held.digests) == len(set(codes))
    assert not held.revoked("Z" * 44 + "8")
    assert {key_id: held.key_state(key_id) for key_id in KEY_IDS} == {key_id: keys[key_id][0] if key_id in keys else None for key_id in KEY_IDS}
    # The order in which codes come in does not matter, so the same list is the same bytes.
    assert data == sign_revocations([*reversed(codes), *codes], "c", PAIR, number=number, issued_on=day, next_on=LAST_DAY, issuer=issuer, keys=keys)


@given(tokens, st.data())
@settings(max_examples=150, deadline=None)
def test_no_altered_list_is_believed(codes: list[str], data: st.DataObject) -> None:
    whole = signed(codes)
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[place] ^= data.draw(st.integers(1, 255))
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    for wrong in (bytes(flipped), cut, whole + b"\0", whole[: -DIGEST_BYTES] + whole[-64:]):
        with pytest.raises(BadRevocationList):
            read_revocations(wrong, PUBLIC)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for start in (b"", MAGIC, MAGIC + b"c"):
        with pytest.raises(BadRevocationList):
            read_revocations(start + data, PUBLIC)


def test_only_a_known_key_signs_and_no_earlier_list_is_taken() -> None:
    for keys, said in (({}, "no known Ed25519 key"), ({"c": Key.sha256(bytes(32))}, "no known Ed25519 key"), ({"c": OTHER.public()}, "signature")):
        with pytest.raises(BadRevocationList, match=said):
            read_revocations(signed(), keys)
    assert read_revocations(signed(), {"c": PAIR}).number == 3
    assert read_revocations(signed(), PUBLIC, known_number=3).number == 3
    with pytest.raises(BadRevocationList, match="older than list 4"):
        read_revocations(signed(), PUBLIC, known_number=4)
    with pytest.raises(BadRevocationList, match="version 2"):
        read_revocations(b"GZRL\x02" + signed()[5:], PUBLIC)


def test_what_does_not_fit_is_refused_when_it_is_signed() -> None:
    for arguments, said in (({"key": Key.sha256(bytes(32))}, "Ed25519 pair"), ({"key": PAIR.public()}, "Ed25519 pair"), ({"key_id": "i"}, "key id"), ({"number": 2**32}, "fit")):
        with pytest.raises(ValueError, match=said):
            signed(**arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not expected before"):
        sign_revocations([], "c", PAIR, number=1, issued_on=DAY, next_on=DAY - dt.timedelta(days=1))
    assert CODES_MOST < 2**32


def test_a_list_says_when_a_newer_one_should_be_there() -> None:
    held = read_revocations(signed(), PUBLIC)
    assert not held.is_stale(DAY + dt.timedelta(days=30)) and held.is_stale(DAY + dt.timedelta(days=31))


def test_the_page_describes_the_bytes_and_another_reader_needs_nothing_else() -> None:
    page = (Path(__file__).parents[1] / "docs/code-format.md").read_text("utf-8")
    section = page.partition("## The list of revoked codes")[2]
    sizes = re.findall(r"^\| (\d+)(?: each)? \| (\w+) \|", section, re.MULTILINE)
    assert [name for _, name in sizes] == ["magic", "version", "key", "issuer", "number", "issued", "next", "keys", "codes", "key", "code", "signature"]
    data = sign_revocations(["A" * 45, "B" * 45], "c", PAIR, number=5, issued_on=DAY, next_on=DAY, keys={"a": (KeyState.COMPROMISED, DAY)})
    fields = [int(size) for size, _ in sizes]
    assert sum(fields[:9]) + fields[9] + 2 * fields[10] + fields[11] == len(data)
    assert struct.unpack(">4sBcHLHHBL", data[:21]) == (b"GZRL", 1, b"c", 0, 5, 2519, 2519, 1, 2)
    assert data[21:25] == b"a\x02" + (2519).to_bytes(2, "big")
    assert data[25:37] == b"".join(sorted(map(token_digest, ("A" * 45, "B" * 45))))
    Ed25519PublicKey.from_public_bytes(PAIR.public().secret).verify(data[-64:], CONTEXT + data[:-64])
    assert f'"{CONTEXT.decode()}"' in section
