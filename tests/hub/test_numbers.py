"""Numbers a citizen is given: speakable, unguessable, found again however they are typed."""

import itertools
import secrets

import pytest

from service.hub.numbers import (
    ALPHABET,
    ReceiptTokens,
    new_case_no,
    plain_letters,
    query_code,
    query_codes,
    read_case_no,
)
from service.sealing import Sealer

OLD, NEW = b"old secret of thirty-two bytes...", b"new secret of thirty-two bytes..."


def test_a_case_number_has_no_letter_that_is_taken_for_another():
    assert not set("01ILOBSZ") & set(ALPHABET)
    number = new_case_no(secrets.choice)
    assert len(number) == 9 and number[4] == "-" and set(number.replace("-", "")) <= set(ALPHABET)


def test_case_numbers_follow_the_given_randomness():
    letters = itertools.cycle("2345")
    assert new_case_no(lambda alphabet: next(letters)) == "2345-2345"


@pytest.mark.parametrize("typed", ["K7DM-4QXA", "k7dm4qxa", " K7DM 4QXA ", "Ｋ７ＤＭ－４ＱＸＡ", "K7DM—4QXA", "K7DM\u00a04QXA"])
def test_a_case_number_is_read_however_it_is_typed(typed):
    assert read_case_no(typed) == "K7DM-4QXA"


@pytest.mark.parametrize("typed", ["", "K7DM-4QX", "K7DM-4QX0", "K7DM-4QXAA", "工单号", "x" * 10_000])
def test_what_is_no_case_number_is_none(typed):
    assert read_case_no(typed) == ""


def test_letters_are_cut_before_they_are_looked_at():
    assert len(plain_letters("９" * 10_000)) == 64


def test_a_query_code_belongs_to_one_case_and_one_submission():
    sealer = Sealer(NEW)
    code = query_code(sealer, "K7DM-4QXA", "sub-1")
    assert code == query_code(sealer, "K7DM-4QXA", "sub-1") and len(code) == 6 and set(code) <= set(ALPHABET)
    assert code != query_code(sealer, "K7DM-4QXA", "sub-2")
    assert code != query_code(sealer, "K7DM-4QXC", "sub-1")
    assert code != query_code(Sealer(OLD), "K7DM-4QXA", "sub-1")


def test_the_query_code_of_an_earlier_secret_still_counts():
    turned = Sealer(NEW, older=(OLD,))
    assert query_code(Sealer(OLD), "K7DM-4QXA", "s") in query_codes(turned, "K7DM-4QXA", "s")


def test_a_receipt_token_reads_back_and_no_other_text_does():
    tokens = ReceiptTokens(Sealer(NEW))
    token = tokens.make("K7DM-4QXA")
    assert tokens.read(token) == "K7DM-4QXA"
    for wrong in ("", "K7DM-4QXA", token[:-1], "K7DM-4QXC" + token[9:], "é" + token, ReceiptTokens(Sealer(OLD)).make("K7DM-4QXA")):
        assert tokens.read(wrong) == ""


def test_a_receipt_token_of_an_earlier_secret_still_reads():
    assert ReceiptTokens(Sealer(NEW, older=(OLD,))).read(ReceiptTokens(Sealer(OLD)).make("K7DM-4QXA")) == "K7DM-4QXA"
