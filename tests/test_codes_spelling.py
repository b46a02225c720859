"""Which spellings of a code are read, and which texts are more, less or other than the code."""

from __future__ import annotations

import pytest

from gonzhi_code import base32
from gonzhi_code.codes import Code
from gonzhi_code.errors import MalformedCode
from tests.code_samples import BASE_URL, DAY, SPOT, signer


def issued() -> Code:
    return signer().issue(SPOT, scene_key="unified", serial=1, issued_on=DAY)


def full_width(text: str) -> str:
    return "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize(
    "typed",
    [
        lambda c: c.url,
        lambda c: c.url.lower(),
        lambda c: c.url.upper(),
        lambda c: c.url.swapcase(),
        lambda c: c.url.replace("https://", "http://"),
        lambda c: c.url.replace("https://", ""),
        lambda c: c.url.replace("https://", "").lower(),
        lambda c: c.token,
        lambda c: c.token.lower(),
        lambda c: c.token_groups,
        lambda c: c.token_groups.replace(" ", "-"),
        lambda c: c.token_groups.replace(" ", "\n"),
        lambda c: f"  {c.url}\r\n",
        lambda c: "gz.example.gov.cn/s/" + c.token_groups.lower(),
        lambda c: c.token.replace("1", "I").replace("0", "O"),
        lambda c: c.token.replace("1", "l").replace("0", "o"),
        lambda c: full_width(c.token_groups),
        lambda c: full_width(c.url.lower()),
    ],
)
def test_the_same_code_typed_differently_verifies(typed):
    code = issued()
    assert "1" in code.token and "0" in code.token
    assert signer().verify(typed(code)) == code.claims
    assert signer().token_of(typed(code)) == code.token


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda c: c.url + "?scene=wage",
        lambda c: c.url + "#top",
        lambda c: c.url + "/",
        lambda c: c.url + ".",
        lambda c: "see " + c.url,
        lambda c: "https://https://" + c.url[8:],
        lambda c: "https:" + c.url[8:],
        lambda c: "ftp" + c.url[5:],
        lambda c: c.url.replace("/S/", "/S//"),
        lambda c: c.url.replace("/S/", "/"),
        lambda c: c.url.replace("GZ.", "GZ-"),
        lambda c: c.url.replace("GZ.EXAMPLE", "GZ.EXAMPLE.GOV.CN@EVIL"),
        lambda c: c.url.replace("GOV.CN", "GOV.CN:443"),
        lambda c: "https://EVIL.EXAMPLE.COM/S/" + c.token,
        lambda c: "/S/" + c.token,
        lambda c: c.token + "0",
        lambda c: "2" + c.token,
        lambda c: c.token + c.token,
        lambda c: c.token[:-1],
        lambda c: c.token[:-1] + "U",
        lambda c: c.token[:-1] + "_" + c.token[-1],
        lambda c: c.token[:20] + "\x00" + c.token[20:],
        lambda c: c.token[:20] + "\u200b" + c.token[20:],
        lambda c: c.token[:20] + "\u00a0" + c.token[20:],
        lambda c: c.token.replace("0", "٠"),  # an Arabic-Indic zero, which int() would take
        lambda c: c.token.replace("1", "ı"),  # a dotless i, which upper() would make ours
        lambda c: c.token.replace("0", "⓪"),
        lambda c: "+" + c.token,
        lambda c: c.url * 20,
    ],
)
def test_a_text_that_is_more_or_less_than_the_code_is_malformed(spoilt):
    code = issued()
    assert spoilt(code) != code.url
    with pytest.raises(MalformedCode) as raised:
        signer().verify(spoilt(code))
    assert raised.value.reason == "malformed" and raised.value.claims is None


def test_our_token_at_a_foreign_address_is_called_so():
    with pytest.raises(MalformedCode, match="foreign address"):
        signer().verify("https://gz.example.com/s/" + issued().token)


def test_the_last_character_has_only_one_spelling():
    """45 characters hold 225 bits for 224, so each code has a twin text that holds the same bytes; it is refused."""
    token = issued().token
    twin = token[:-1] + base32.ALPHABET[base32.ALPHABET.index(token[-1]) ^ 1]
    with pytest.raises(MalformedCode, match="last character"):
        signer().verify(twin)


@pytest.mark.parametrize("text", ["", " ", "-", "https://", BASE_URL, "12345", "共治码", "WIFI:T:WPA;S:x;;", "2" * 44])
def test_texts_of_strangers_are_malformed(text: str):
    with pytest.raises(MalformedCode):
        signer().verify(text)
