"""Passwords: hashed with a salt of their own, checked, and never told."""

import re

import pytest

from service.hub.passwords import check_password, hash_password, is_common, new_password


@pytest.fixture(autouse=True)
def cheap_passwords():
    """Here they cost what they cost."""


def test_a_password_fits_its_own_hash_only():
    hashed = hash_password("correct horse battery")
    assert check_password("correct horse battery", hashed)
    assert not check_password("correct horse batterz", hashed)
    assert "correct" not in hashed


def test_equal_passwords_have_different_hashes():
    assert hash_password("correct horse battery") != hash_password("correct horse battery")


def test_the_cost_stands_in_the_hash_so_that_it_can_be_raised():
    assert re.fullmatch(r"scrypt\$15\$8\$3\$[0-9a-f]{32}\$[0-9a-f]{64}", hash_password("correct horse battery"))


def test_a_name_that_does_not_exist_has_no_password():
    assert not check_password("", None)
    assert not check_password("\0" * 10, None)


def test_made_passwords_are_long_and_differ():
    made = {new_password() for _ in range(50)}
    assert len(made) == 50 and all(re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", one) for one in made)


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "1234567890", "Password123", "qwertyuiop1", "Wenling2026"[:10], "ababababab"])
def test_what_is_tried_first_is_no_password(password):
    assert is_common(password)


@pytest.mark.parametrize("password", ["correct horse battery", "k3pm-7xqa-bbcc-hh22", "六闸潮水厂门口那棵树", "my password is a poem"])
def test_a_sentence_will_do(password):
    assert not is_common(password)
