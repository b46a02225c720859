"""Sealing: opens only what was sealed for the same purpose, and blinds without telling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sealing import CannotOpen, Sealer

OLD, NEW = b"old secret of thirty-two bytes...", b"new secret of thirty-two bytes..."
sealer = Sealer(NEW)


@given(st.text(max_size=40), st.binary(max_size=400))
@settings(max_examples=100)
def test_what_was_sealed_opens_for_the_same_purpose(purpose, data):
    assert sealer.open(purpose, sealer.seal(purpose, data)) == data


def test_equal_texts_are_sealed_differently_each_time():
    assert sealer.seal("answers", b"13800138000") != sealer.seal("answers", b"13800138000")


def test_a_sealed_blob_does_not_open_for_another_case():
    with pytest.raises(CannotOpen):
        sealer.open("answers:K7DM-4QXB", sealer.seal("answers:K7DM-4QXA", b"x"))


def test_every_altered_byte_is_noticed():
    blob = sealer.seal("p", b"thirteen byte")
    for place in range(len(blob)):
        altered = blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]
        with pytest.raises(CannotOpen):
            sealer.open("p", altered)


@given(st.binary(max_size=60))
@settings(max_examples=100)
def test_no_foreign_bytes_raise_anything_else(blob):
    with pytest.raises(CannotOpen):
        sealer.open("p", blob)


def test_an_earlier_secret_still_opens_and_no_longer_seals():
    turned = Sealer(NEW, older=(OLD,))
    assert turned.open("p", Sealer(OLD).seal("p", b"x")) == b"x"
    with pytest.raises(CannotOpen):
        Sealer(OLD).open("p", turned.seal("p", b"x"))


def test_a_blind_index_matches_equal_texts_only_and_depends_on_the_purpose():
    assert sealer.blind("phone", "13800138000") == Sealer(NEW).blind("phone", "13800138000")
    assert sealer.blind("phone", "13800138000") != sealer.blind("phone", "13800138001")
    assert sealer.blind("phone", "13800138000") != sealer.blind("address", "13800138000")
    assert sealer.blind("phone", "13800138000") != Sealer(OLD).blind("phone", "13800138000")


def test_blinds_of_every_secret_are_found_again():
    turned = Sealer(NEW, older=(OLD,))
    assert turned.blinds("phone", "1") == (sealer.blind("phone", "1"), Sealer(OLD).blind("phone", "1"))


def test_derived_keys_are_32_bytes_and_differ_by_label():
    assert len(sealer.derive("a")) == 32 and sealer.derive("a") != sealer.derive("b")
