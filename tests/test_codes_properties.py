"""Properties of codes: nothing but the code itself verifies, and nothing at all breaks the reader."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gonzhi_code import base32
from gonzhi_code.claims import FIRST_DAY, LAST_DAY
from gonzhi_code.codes import CodeClaims, pack, unpack
from gonzhi_code.errors import CodeError
from tests.code_samples import BASE_URL, KEYS, signer

SIGNER = signer()
STRANGER = signer("a", **{key_id: dataclasses.replace(key, secret=key.secret[::-1][:-1] + b"\x7f") for key_id, key in KEYS.items()})

keys = st.sampled_from(sorted(KEYS))
claims = st.builds(
    lambda key_id, **fields: CodeClaims(version=KEYS[key_id].version, key_id=key_id, **fields),
    key_id=keys,
    scene_code=st.integers(0, 31) | st.integers(64, 127),
    place_id=st.integers(10**11, 10**12 - 1).map(str),
    spot_id=st.integers(1, 2**24 - 1),
    serial=st.integers(1, 4095),
    issuer=st.integers(0, 1023),
    issued_on=st.dates(FIRST_DAY, LAST_DAY),
    validity_months=st.integers(0, 4095),
)
few = settings(max_examples=150, deadline=None)


def verifies_as(text: Any) -> CodeClaims | None:
    """What a text verifies as; None where it is refused. Anything but the error tree fails the test."""
    try:
        return SIGNER.verify(text)
    except CodeError as error:
        assert error.reason in {"malformed", "unknown_version", "unknown_key", "bad_signature"}
        return None


@few
@given(claims)
def test_bytes_and_claims_go_one_to_one(made: CodeClaims):
    assert unpack(pack(made)) == made
    assert pack(unpack(pack(made))) == pack(made)


@few
@given(claims)
def test_what_is_signed_verifies_and_ends_on_a_real_day(made: CodeClaims):
    code = SIGNER.sign(made)
    assert verifies_as(code.url) == verifies_as(code.token) == made
    assert SIGNER.token_of(code.url.lower()) == code.token
    assert made.expires_on is None or made.expires_on > made.issued_on >= dt.date(2020, 1, 1)


@few
@given(st.binary(max_size=90))
def test_base32_goes_there_and_back_and_has_one_text_for_each_bytes(data: bytes):
    text = base32.encode(data)
    assert base32.is_spelled(text)
    assert len(text) == base32.text_length(len(data))
    if data:
        assert base32.decode(text, len(data)) == data


@few
@given(st.text(st.sampled_from(base32.ALPHABET), min_size=45, max_size=45))
def test_base32_reads_only_what_it_would_write(text: str):
    try:
        data = base32.decode(text, 28)
    except ValueError:
        # The one spare bit is set: exactly the texts whose last character has an odd value.
        assert base32.ALPHABET.index(text[-1]) % 2 == 1
    else:
        assert base32.encode(data) == text


@few
@given(claims, st.data())
def test_no_single_character_can_be_changed(made: CodeClaims, data: st.DataObject):
    token = SIGNER.sign(made).token
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([c for c in base32.ALPHABET if c != token[place]]))
    assert verifies_as(token[:place] + other + token[place + 1 :]) is None


@few
@given(claims, st.data())
def test_no_bit_of_claims_or_tag_can_be_changed(made: CodeClaims, data: st.DataObject):
    token = SIGNER.sign(made).token
    size = 28 if made.version == 1 else 80
    flips = data.draw(st.integers(1, 2 ** (8 * size) - 1))
    altered = int.from_bytes(base32.decode(token, size), "big") ^ flips
    assert verifies_as(BASE_URL + base32.encode(altered.to_bytes(size, "big"))) is None


@few
@given(claims, st.data())
def test_no_truncated_text_verifies(made: CodeClaims, data: st.DataObject):
    code = SIGNER.sign(made)
    cut = data.draw(st.integers(0, len(code.token) - 1))
    assert verifies_as(code.token[:cut]) is None
    assert verifies_as(code.token[cut + 1 :]) is None
    assert verifies_as(code.url[: len(code.url) - len(code.token) + cut]) is None


@few
@given(claims, st.text(min_size=1, max_size=20), st.booleans(), st.booleans())
@example(CodeClaims(1, "a", 0, "331081101204", 7, 1, 0, dt.date(2026, 11, 23)), "?scene=wage", False, True)
def test_no_extended_text_verifies_unless_blanks_and_hyphens_alone_were_added(
    made: CodeClaims, addition: str, before: bool, whole: bool
):
    code = SIGNER.sign(made)
    text = code.url if whole else code.token
    text = addition + text if before else text + addition
    if verifies_as(text) is not None:
        assert set(addition) <= set(" \t\r\n-\u3000－")


@few
@given(claims, st.data())
def test_no_two_codes_can_be_mixed(made: CodeClaims, data: st.DataObject):
    other = data.draw(claims)
    first, second = SIGNER.sign(made).token, SIGNER.sign(other).token
    cut = data.draw(st.integers(0, min(len(first), len(second))))
    mixed = first[:cut] + second[cut:]
    assert verifies_as(mixed) in (None, made if mixed == first else other if mixed == second else None)


@few
@given(claims)
def test_no_foreign_code_verifies(made: CodeClaims):
    assert verifies_as(STRANGER.sign(made).url) is None
    foreign = signer(base_url="https://gz.example.com/s/").sign(made)
    assert verifies_as(foreign.url) is None
    assert verifies_as(foreign.token) == made


@few
@given(claims, st.data())
def test_letter_case_is_forgiven_in_ascii_alone(made: CodeClaims, data: st.DataObject):
    token = SIGNER.sign(made).token
    cased = "".join(data.draw(st.sampled_from([c, c.lower()])) for c in token[:45]) + token[45:]
    assert verifies_as(cased) == made
    # Letters that Unicode folds to ours but nobody types: dotless i, long s, Kelvin, circled and mathematical digits.
    place = data.draw(st.integers(0, len(token) - 1))
    lookalike = data.draw(st.sampled_from(["ı", "ſ", "\u212a", "①", "𝟎", "О", "А", "٣", "Ⅰ", "ß", "ﬁ"]))
    assert verifies_as(token[:place] + lookalike + token[place + 1 :]) is None


@few
@given(claims, st.data())
def test_whatever_verifies_is_a_spelling_of_the_one_token(made: CodeClaims, data: st.DataObject):
    code = SIGNER.sign(made)
    alphabet = st.sampled_from(list(base32.ALPHABET + "iloILO \t\n-_u０Ｉ"))
    place = data.draw(st.integers(0, len(code.token) - 1))
    text = code.token[:place] + data.draw(st.text(alphabet, max_size=3)) + code.token[place + 1 :]
    if verifies_as(text) is not None:
        assert SIGNER.token_of(text) == code.token


anything = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=200) | st.text(max_size=200)
    | st.lists(st.text(max_size=5), max_size=5) | st.dictionaries(st.text(max_size=3), st.integers(), max_size=3)
    | st.characters(categories=["Cs"])
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(anything)
def test_nothing_breaks_the_reader(thing: Any):
    assert verifies_as(thing) is None


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(base32.ALPHABET + "ILOilo -/:.?\u3000\x00٣"), min_size=40, max_size=140), st.booleans())
def test_no_text_of_our_own_letters_breaks_the_reader(text: str, whole: bool):
    assert verifies_as(BASE_URL + text if whole else text) is None


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=28, max_size=28) | st.binary(min_size=80, max_size=80), st.sampled_from([None, 1, 2]))
def test_no_bytes_of_the_right_length_break_the_reader(data: bytes, version: int | None):
    if version:
        data = bytes([version << 4 | data[0] & 15]) + data[1:]
    assert verifies_as(base32.encode(data)) is None


@pytest.mark.parametrize("text", ["2" * 10**7, "共" * 10**6, "-" * 10**7, " " * 10**7, BASE_URL * 10**5, "\ud800" * 999])
def test_huge_texts_are_refused_at_once(text: str):
    assert verifies_as(text) is None


def test_objects_of_other_types_are_refused():
    class Odd:
        def __str__(self) -> str:
            raise RuntimeError("nobody asks")

    for thing in (Odd(), object, bytearray(b"x"), memoryview(b"2M" * 30), (), ..., NotImplemented, 10**400, float("nan")):
        assert verifies_as(thing) is None
