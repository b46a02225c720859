"""Passwords: hashed with a salt of their own, checked, and never told."""

import re

from service.hub.passwords import check_password, hash_password, new_password


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
