"""Codes: what they say, how they are written and refused, and the codes on walls that must verify for ever."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from gonzhi_code import base32, claims, qr
from gonzhi_code.codes import Code, CodeClaims, CodeSigner, pack, unpack
from gonzhi_code.errors import (
    BadSignature,
    CodeError,
    MalformedCode,
    UnknownCodeVersion,
    UnknownKey,
    UnknownScene,
)
from gonzhi_code.keys import Key, KeyRing
from gonzhi_code.spots import Spot
from tests.code_samples import BASE_URL, DAY, ED25519, GOLDEN, KEYS, SHA256, SPOT, golden_claims, golden_ring, signer

GOOD = CodeClaims(1, "a", 1, "331081101204", 7, 1, 0, DAY)


def issued(issuing: str = "a", **changes: object) -> Code:
    arguments = {"scene_key": "unified", "serial": 1, "issued_on": DAY} | changes
    return signer(issuing).issue(SPOT, **arguments)


@pytest.mark.parametrize("entry", GOLDEN["codes"], ids=lambda entry: f"{entry['algorithm']}-{entry['claims']['scene_code']}")
def test_golden_codes_verify_for_ever_and_are_signed_the_same(entry: dict):
    reader = CodeSigner(golden_ring(), GOLDEN["base_url"])
    expected = golden_claims(entry)
    assert reader.verify(entry["url"]) == expected
    assert reader.sign(expected).url == entry["url"]


def test_golden_codes_cover_every_algorithm():
    assert {entry["algorithm"] for entry in GOLDEN["codes"]} == {"hmac-sha256", "hmac-sm3", "ed25519"}


def test_golden_ed25519_codes_verify_with_the_published_key_alone():
    reader = CodeSigner(KeyRing({"e": Key.ed25519_public(bytes.fromhex(GOLDEN["public_key_hex"]))}), GOLDEN["base_url"])
    read = [reader.verify(entry["url"]) for entry in GOLDEN["codes"] if entry["algorithm"] == "ed25519"]
    assert [found.spot_id for found in read] == [7, 65536]


@pytest.mark.parametrize(("key_id", "version", "length"), [("a", 1, 45), ("b", 1, 45), ("c", 2, 128)])
def test_an_issued_code_verifies_and_says_what_was_asked(key_id: str, version: int, length: int):
    code = issued(key_id, validity_months=36)
    assert signer().verify(code.url) == code.claims
    assert signer().verify(code.token) == code.claims
    assert code.claims == CodeClaims(version, key_id, 0, SPOT.village_id, SPOT.id, 1, SPOT.issuer, DAY, 36)
    assert len(code.token) == length


def test_scheme_is_printed_small_and_host_path_and_token_in_capitals():
    code = issued()
    assert code.url == "https://GZ.EXAMPLE.GOV.CN/S/" + code.token
    assert code.token == code.token.upper()


def test_the_host_can_be_printed_small_and_both_prints_verify():
    ring = KeyRing(KEYS, issuing="a")
    small = CodeSigner(ring, BASE_URL, upper_host=False)
    code = small.issue(SPOT, scene_key="unified", serial=1, issued_on=DAY)
    assert code.url.startswith("https://gz.example.gov.cn/S/2M")
    assert small.verify(issued().url) == signer().verify(code.url)


def test_a_printed_code_is_a_version_five_symbol():
    assert issued().qr_version == 5
    assert issued("c").qr_version == qr.version(issued("c").url) == 9


def test_a_code_drawn_photographed_and_decoded_verifies():
    for key_id in KEYS:
        code = issued(key_id)
        assert signer().verify(qr.read_image(qr.png(code.url, module_pixels=4))) == code.claims


def test_groups_of_five_and_the_poster_number_are_for_people():
    code = issued()
    assert [len(group) for group in code.token_groups.split(" ")] == [5] * 9
    assert code.token_groups.replace(" ", "") == code.token
    assert code.poster_no == "7-1"


def test_the_scene_key_comes_from_the_number():
    assert issued().claims.scene_key == "unified"
    with pytest.raises(UnknownScene):
        _ = dataclasses.replace(GOOD, scene_code=127).scene_key


def test_a_code_for_a_scene_that_is_not_installed_is_not_minted():
    with pytest.raises(UnknownScene):
        issued(scene_key="no_such_scene")


# --- refusals --------------------------------------------------------------------------------------------------------


def forged(**changes: object) -> str:
    """A token over claims that were changed after signing."""
    code = issued()
    tag = base32.decode(code.token, 28)[16:]
    return base32.encode(pack(dataclasses.replace(code.claims, **changes)) + tag)


@pytest.mark.parametrize(
    "changes",
    [
        {"scene_code": 1}, {"place_id": "331081101205"}, {"spot_id": 8}, {"serial": 2}, {"issuer": 1},
        {"issued_on": DAY + dt.timedelta(days=1)}, {"validity_months": 1}, {"key_id": "b"}, {"key_id": "c"},
    ],
)  # fmt: skip
def test_a_code_with_any_field_changed_is_a_bad_signature_with_its_claims(changes: dict):
    with pytest.raises(BadSignature) as raised:
        signer().verify(forged(**changes))
    assert raised.value.claims == dataclasses.replace(issued().claims, **changes)


def test_a_code_of_a_key_that_is_not_on_the_ring_names_the_key():
    with pytest.raises(UnknownKey) as raised:
        signer("a", a=SHA256).verify(issued("b").url)
    assert raised.value.key_id == "b"
    assert raised.value.claims == issued("b").claims


def test_a_code_of_another_secret_under_the_same_id_is_a_bad_signature():
    stranger = signer("a", a=b"\x09" * 32)
    with pytest.raises(BadSignature):
        stranger.verify(issued().url)


def test_a_retired_key_still_verifies_but_no_longer_issues():
    old = signer("a", a=SHA256).issue(SPOT, scene_key="unified", serial=1, issued_on=DAY)
    rotated = signer("d", a=SHA256, d=b"\x04" * 32)
    assert rotated.verify(old.url).key_id == "a"
    assert rotated.issue(SPOT, scene_key="unified", serial=2, issued_on=DAY).claims.key_id == "d"


def test_a_public_key_is_never_taken_for_an_hmac_secret():
    """Who knows the public key must not be able to sign with it by naming it in a version 1 code."""
    public = ED25519.public()
    attacker = signer("c", c=Key.sha256(public.secret))
    code = attacker.issue(SPOT, scene_key="unified", serial=1, issued_on=DAY)
    with pytest.raises(BadSignature):
        CodeSigner(KeyRing({"c": public}), BASE_URL).verify(code.url)


@pytest.mark.parametrize("version", [0, *range(3, 16)])
def test_a_layout_of_a_later_release_is_told_apart(version: int):
    body = bytearray(pack(GOOD))
    body[0] = version << 4 | body[0] & 0x0F
    for tag_bytes in (12, 20, 64):
        with pytest.raises(UnknownCodeVersion) as raised:
            signer().verify(BASE_URL + base32.encode(bytes(body) + bytes(tag_bytes)))
        assert raised.value.version == version


def test_a_token_of_the_other_versions_length_is_malformed():
    one, two = issued("a").token, issued("c").token
    for token in (one + two[45:], two[:45]):
        with pytest.raises(MalformedCode):
            signer().verify(token)


# --- ranges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 0), ("version", 3), ("key_id", "i"), ("key_id", "A"), ("key_id", ""), ("key_id", None),
        ("scene_code", -1), ("scene_code", 32), ("scene_code", 63), ("scene_code", 128), ("scene_code", True),
        ("place_id", "33108110120"), ("place_id", "3310811012040"), ("place_id", "033108110120"), ("place_id", "33108110120x"),
        ("place_id", "３３１０８１１０１２０４"), ("place_id", 331081101204), ("place_id", ""),
        ("spot_id", 0), ("spot_id", 2**24), ("spot_id", "7"), ("spot_id", 7.0),
        ("serial", 0), ("serial", 4096), ("issuer", -1), ("issuer", 1024),
        ("issued_on", dt.date(2019, 12, 31)), ("issued_on", dt.date(2064, 11, 9)), ("issued_on", "2026-11-23"),
        ("issued_on", dt.datetime(2026, 11, 23)), ("validity_months", -1), ("validity_months", 4096),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_by_name(field: str, value: object):
    with pytest.raises(ValueError, match="scene codes 32 to 63 are reserved" if value in (32, 63) else field):
        dataclasses.replace(GOOD, **{field: value})


def test_issuing_for_a_spot_out_of_range_is_refused():
    for spot in (Spot(0, "x", SPOT.village_id), Spot(1, "x", "3310"), Spot(1, "x", SPOT.village_id, issuer=1024)):
        with pytest.raises(ValueError, match="spot_id|place_id|issuer"):
            signer().issue(spot, scene_key="unified", serial=1, issued_on=DAY)


@pytest.mark.parametrize(
    ("low_bit", "bits", "value"),
    [(112, 7, 32), (112, 7, 63), (72, 40, 10**11 - 1), (72, 40, 10**12), (72, 40, 2**40 - 1), (48, 24, 0), (36, 12, 0)],
)
def test_a_field_out_of_range_is_malformed_even_under_a_good_tag(low_bit: int, bits: int, value: int):
    body = int.from_bytes(pack(GOOD), "big") & ~((1 << bits) - 1 << low_bit) | value << low_bit
    signed = signer().ring.signer("a").sign(body.to_bytes(16, "big"))
    with pytest.raises(MalformedCode, match="out of range|reserved"):
        signer().verify(base32.encode(signed))


def test_the_fields_fill_128_bits_and_every_limit_survives():
    assert sum(bits for _, bits in claims.FIELDS) == 128
    least = CodeClaims(1, "0", 0, "100000000000", 1, 1, 0, dt.date(2020, 1, 1), 0)
    most = CodeClaims(2, "z", 127, "999999999999", 2**24 - 1, 4095, 1023, dt.date(2064, 11, 8), 4095)
    for limits in (least, most, GOOD):
        assert unpack(pack(limits)) == limits


def test_an_earlier_code_can_be_printed_once_more_to_the_letter():
    code = issued()
    assert signer("b").sign(code.claims) == code


def test_signing_by_a_key_that_is_missing_or_of_another_version_is_refused():
    with pytest.raises(ValueError, match="not on the ring"):
        signer().sign(dataclasses.replace(GOOD, key_id="z"))
    with pytest.raises(ValueError, match="signs codes of version 2"):
        signer().sign(dataclasses.replace(GOOD, key_id="c"))


def test_a_ring_that_only_verifies_mints_nothing():
    reader = CodeSigner(KeyRing({"c": ED25519.public()}), BASE_URL)
    assert reader.verify(issued("c").url) == issued("c").claims
    with pytest.raises(ValueError, match="only verifies"):
        reader.issue(SPOT, scene_key="unified", serial=1, issued_on=DAY)


@pytest.mark.parametrize(
    ("issued_on", "months", "last_day"),
    [
        (dt.date(2026, 11, 23), 0, None),
        (dt.date(2026, 11, 23), 1, dt.date(2026, 12, 23)),
        (dt.date(2026, 11, 23), 2, dt.date(2027, 1, 23)),
        (dt.date(2026, 12, 31), 2, dt.date(2027, 2, 28)),
        (dt.date(2027, 8, 31), 6, dt.date(2028, 2, 29)),
        (dt.date(2026, 1, 31), 12, dt.date(2027, 1, 31)),
        (dt.date(2064, 11, 8), 4095, dt.date(2406, 2, 8)),
    ],
)
def test_a_span_of_months_ends_where_the_civil_code_says(issued_on: dt.date, months: int, last_day: dt.date | None):
    assert dataclasses.replace(GOOD, issued_on=issued_on, validity_months=months).expires_on == last_day


@pytest.mark.parametrize(
    "base_url",
    [
        "", "gz.example.gov.cn/s/", "ftp://gz.example.gov.cn/s/", "https:///s/", "https://gz.example.gov.cn/s",
        "https://gz.example.gov.cn", "https://gz.example.gov.cn/s/?a=/", "https://gz.example.gov.cn/s/#/", "https://u@gz.example.gov.cn/s/",
        "https://共治.cn/s/", "https://gz.example.gov.cn/s_s/", "https://[::1]/s/", "https://gz example/s/", "HTTPS://gz.example.gov.cn/s/?/",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_printed_is_refused(base_url: str):
    with pytest.raises(ValueError, match="base_url"):
        signer(base_url=base_url)


@pytest.mark.parametrize("port", ["x", "99999", "0", "65536", "", "-1", "80:80", "9" * 5000])
def test_an_address_with_a_port_that_is_none_is_refused(port: str):
    with pytest.raises(ValueError, match="base_url has a port from 1 to 65535 or none"):
        signer(base_url=f"https://gz:{port}/s/")


def test_a_day_of_issue_out_of_range_is_said_as_people_write_it():
    with pytest.raises(ValueError, match="issued_on is a date from 2020-01-01 to 2064-11-08, not 1999-01-01$"):
        signer().issue(SPOT, scene_key="wage", serial=1, issued_on=dt.date(1999, 1, 1))


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000/s/", "https://GZ.EXAMPLE.GOV.CN/S/", "https://gz.cn/"])
def test_other_addresses_carry_codes_as_well(base_url: str):
    mint = signer(base_url=base_url)
    code = mint.issue(SPOT, scene_key="unified", serial=1, issued_on=DAY)
    assert mint.verify(code.url) == mint.verify(code.url.lower()) == code.claims
    assert code.url.partition("://")[2].isupper()


def test_every_error_of_verify_has_a_reason_of_its_own():
    reasons = {error.reason for error in (MalformedCode, UnknownCodeVersion, UnknownKey, BadSignature)}
    assert len(reasons) == 4
    assert all(issubclass(error, CodeError) for error in (MalformedCode, UnknownCodeVersion, UnknownKey, BadSignature))
