"""Keys and the ring: what is refused, what is derived, and what never shows."""

from __future__ import annotations

import hashlib
import hmac
import random

import itsdangerous
import pytest
from itsdangerous.signer import SigningAlgorithm

from gonzhi_code import tagging
from gonzhi_code.keys import KEY_IDS, Algorithm, ClaimsSigner, Key, KeyRing

SECRET = bytes(range(32))


def test_plain_bytes_mean_hmac_sha256():
    ring = KeyRing({"a": SECRET}, issuing="a")
    assert ring.keys["a"] == Key.sha256(SECRET)
    assert ring.issuing_signer().version == 1


@pytest.mark.parametrize("length", [0, 1, 16, 31])
def test_a_secret_under_thirty_two_bytes_is_refused(length: int):
    for make in (Key.sha256, Key.sm3, Key.ed25519, Key.ed25519_public):
        with pytest.raises(ValueError, match="32 bytes"):
            make(b"x" * length)
    with pytest.raises(ValueError, match="at least 32 bytes"):
        KeyRing({"a": b"x" * length}, issuing="a")


def test_an_ed25519_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes, not 33"):
        Key.ed25519(b"x" * 33)


@pytest.mark.parametrize("secret", ["x" * 32, None, 32, [1] * 32])
def test_a_secret_that_is_not_bytes_is_refused(secret: object):
    with pytest.raises(TypeError, match="a key is bytes"):
        KeyRing({"a": secret}, issuing="a")


@pytest.mark.parametrize("key_id", ["", "A", "i", "l", "o", "u", "ab", "-", "ａ", " "])
def test_a_key_id_that_a_code_cannot_carry_is_refused(key_id: str):
    with pytest.raises(ValueError, match="a key id is one character"):
        KeyRing({key_id: SECRET})


def test_every_crockford_character_can_name_a_key():
    assert len(KEY_IDS) == 32
    assert set(KeyRing(dict.fromkeys(KEY_IDS, SECRET), issuing="z").keys) == set(KEY_IDS)


def test_an_empty_ring_is_refused():
    with pytest.raises(ValueError, match="at least one key"):
        KeyRing({})


def test_an_issuing_key_that_is_missing_is_refused():
    with pytest.raises(ValueError, match="'b' is not on the ring"):
        KeyRing({"a": SECRET}, issuing="b")


def test_a_public_key_cannot_issue():
    public = Key.ed25519(SECRET).public()
    with pytest.raises(ValueError, match="cannot sign"):
        KeyRing({"a": public}, issuing="a")
    with pytest.raises(ValueError, match="cannot sign"):
        ClaimsSigner(public).sign(b"value")


def test_a_ring_without_issuing_key_only_verifies():
    with pytest.raises(ValueError, match="only verifies"):
        KeyRing({"a": SECRET}).issuing_signer()


def test_the_ring_does_not_change_when_the_mapping_it_came_from_does():
    keys: dict[str, bytes | Key] = {"a": SECRET}
    ring = KeyRing(keys, issuing="a")
    keys["b"] = SECRET
    assert ring.signer("b") is None
    with pytest.raises(TypeError):
        ring.keys["b"] = Key.sha256(SECRET)  # type: ignore[index]


def test_no_repr_shows_a_secret():
    secret = b"do not show me, I am 32 bytes long"
    for shown in (repr(Key.sha256(secret)), repr(KeyRing({"a": secret}, issuing="a")), str(Key.sm3(secret))):
        assert "do not show" not in shown
        assert secret.hex() not in shown


def test_only_ed25519_keys_have_a_public_half():
    public = Key.ed25519(SECRET).public()
    assert public.algorithm is Algorithm.ED25519_PUBLIC
    assert public.public() is public
    assert public.secret != SECRET
    for key in (Key.sha256(SECRET), Key.sm3(SECRET)):
        with pytest.raises(ValueError, match="no public half"):
            key.public()


def test_the_hooks_are_those_of_itsdangerous():
    for key in (Key.sha256(SECRET), Key.sm3(SECRET), Key.ed25519(SECRET)):
        signer = ClaimsSigner(key)
        assert isinstance(signer, itsdangerous.Signer)
        assert isinstance(signer.algorithm, SigningAlgorithm)
        signed = signer.sign(b"sixteen bytes...")
        assert len(signed) == 16 + signer.tag_bytes
        assert signer.unsign(signed) == b"sixteen bytes..."
        assert signer.validate(signed)
        assert not signer.validate(signed[:-1] + bytes([signed[-1] ^ 1]))
        with pytest.raises(itsdangerous.BadSignature):
            signer.unsign(b"X" + signed[1:])
        with pytest.raises(TypeError, match="as bytes"):
            signer.sign("text")


def test_the_hmac_tag_is_that_of_the_standard_library_with_the_derived_key():
    for key, digest in ((Key.sha256(SECRET), "sha256"), (Key.sm3(SECRET), tagging.sm3_mac())):
        if isinstance(digest, str):
            derived = hmac.digest(SECRET, b"gonzhi.code.v1", digest)
            expected = hmac.digest(derived, b"value", digest)[:12]
        else:
            expected = digest(digest(SECRET, b"gonzhi.code.v1"), b"value")[:12]
        assert ClaimsSigner(key).get_signature(b"value") == expected


def test_one_secret_gives_different_tags_under_different_algorithms():
    tags = {ClaimsSigner(key).get_signature(b"value")[:12] for key in (Key.sha256(SECRET), Key.sm3(SECRET), Key.ed25519(SECRET))}
    assert len(tags) == 3


def test_both_sources_of_sm3_give_the_same_tags():
    rng = random.Random(3)
    assert tagging._hashlib_has_sm3() or tagging._cryptography_has_sm3()
    for _ in range(20):
        key, value = rng.randbytes(rng.randrange(32, 100)), rng.randbytes(rng.randrange(100))
        assert tagging._mac_sm3_hashlib(key, value) == tagging._mac_sm3_cryptography(key, value)


def test_hmac_sm3_is_hmac_over_sm3():
    """RFC 2104 spelled out over the bare hash, so that no library's HMAC is trusted twice."""
    block = SECRET.ljust(64, b"\x00")

    def sm3(data: bytes) -> bytes:
        return hashlib.new("sm3", data).digest()

    inner = sm3(bytes(b ^ 0x36 for b in block) + b"value")
    assert tagging.sm3_mac()(SECRET, b"value") == sm3(bytes(b ^ 0x5C for b in block) + inner)


def test_cryptography_stands_in_where_python_has_no_sm3(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tagging, "_hashlib_has_sm3", lambda: False)
    tagging.sm3_mac.cache_clear()
    try:
        assert tagging.sm3_mac() is tagging._mac_sm3_cryptography
    finally:
        tagging.sm3_mac.cache_clear()


def test_an_sm3_key_without_any_sm3_says_so_when_the_ring_is_built(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tagging, "_hashlib_has_sm3", lambda: False)
    monkeypatch.setattr(tagging, "_cryptography_has_sm3", lambda: False)
    tagging.sm3_mac.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="SM3 is not available"):
            KeyRing({"a": Key.sm3(SECRET)}, issuing="a")
        KeyRing({"a": Key.sha256(SECRET)}, issuing="a")
    finally:
        tagging.sm3_mac.cache_clear()
