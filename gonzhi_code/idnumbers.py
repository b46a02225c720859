"""Numbers that name a person or a company: mobile numbers, resident ids, unified social credit codes.

Each reader takes the number as people write it (wide digits, blanks, dashes, +86) and gives it back in one form, or
refuses with a sentence that says how to mend it.

Sources: numbering plan of mainland mobile networks (11 digits, 13 to 19); GB 11643-1999 (resident id, ISO 7064 MOD 11-2);
GB 32100-2015 (credit code, checked by python-stdnum). Of a resident id only date and check digit are looked at: numbers
with today's county code are held by people born before the county had that code, and python-stdnum refuses those.
"""

from __future__ import annotations

import datetime as dt

from marshmallow import ValidationError
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NotANumber

from .texts import compact
from .words import Words

MOBILE_DIGITS = 11
RESIDENT_ID_CHARACTERS = 18
CREDIT_CODE_CHARACTERS = 18
_FIRST_BIRTH_YEAR = 1900
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"


def _refuse(zh: str, en: str) -> ValidationError:
    return ValidationError(Words(zh, en))


def read_mobile(text: str) -> str:
    """A mainland mobile number.

    Args:
        text: with or without +86, blanks, dashes, wide digits.

    Returns:
        11 digits.

    Raises:
        marshmallow.ValidationError: with one sentence (Words).
    """
    number = compact(text).lstrip("+")
    for prefix in ("0086", "86"):
        if number.startswith(prefix) and len(number) > MOBILE_DIGITS:
            number = number.removeprefix(prefix)
            break
    if not (number.isascii() and number.isdecimal()):
        raise _refuse("手机号只能写数字", "A mobile number has digits only")
    if number.startswith("0"):
        raise _refuse("这像是座机号，请填 11 位的手机号", "This looks like a landline; please give an 11-digit mobile number")
    if len(number) != MOBILE_DIGITS:
        raise _refuse(
            f"手机号是 {MOBILE_DIGITS} 位，现在是 {len(number)} 位",
            f"A mobile number has {MOBILE_DIGITS} digits; this one has {len(number)}",
        )
    if number[0] != "1" or number[1] < "3":
        raise _refuse("手机号以 13 到 19 开头，请再看一下", "A mobile number starts with 13 to 19; please check it")
    return number


def read_resident_id(text: str, today: dt.date | None = None) -> str:
    """A resident identity number, by its date and check digit only.

    Args:
        text: 18 characters, the last one may be x; blanks and wide digits are taken.
        today: a birthday after it is refused; None: not looked at.

    Returns:
        18 characters, X in capitals.

    Raises:
        marshmallow.ValidationError: with one sentence (Words).
    """
    number = compact(text).upper()
    if len(number) != RESIDENT_ID_CHARACTERS:
        raise _refuse(
            f"身份证号是 {RESIDENT_ID_CHARACTERS} 位，现在是 {len(number)} 位",
            f"An id number has {RESIDENT_ID_CHARACTERS} characters; this one has {len(number)}",
        )
    body, check = number[:-1], number[-1]
    if not (number.isascii() and body.isdecimal() and check in "0123456789X"):
        raise _refuse("身份证号前 17 位是数字，最后一位是数字或 X", "An id number is 17 digits, then a digit or X")
    try:
        birthday = dt.date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        birthday = dt.date.min
    if birthday.year < _FIRST_BIRTH_YEAR or (today is not None and birthday > today):
        raise _refuse("身份证号里的出生日期不对，请看第 7 到 14 位", "The date of birth in the id number is wrong: see places 7 to 14")
    if _ID_CHECK[sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11] != check:
        raise _refuse("身份证号对不上，请检查有没有写错一位", "The id number does not add up; one character may be wrong")
    return number


def read_credit_code(text: str) -> str:
    """A unified social credit code (统一社会信用代码).

    Args:
        text: 18 characters as on the business licence; blanks, dashes and small letters are taken.

    Returns:
        18 characters in capitals.

    Raises:
        marshmallow.ValidationError: with one sentence (Words).
    """
    number = compact(text).upper()
    if len(number) != CREDIT_CODE_CHARACTERS:
        raise _refuse(
            f"统一社会信用代码是 {CREDIT_CODE_CHARACTERS} 位，现在是 {len(number)} 位",
            f"A credit code has {CREDIT_CODE_CHARACTERS} characters; this one has {len(number)}",
        )
    try:
        return str(uscc.validate(number))
    except NotANumber:
        raise _refuse(
            "统一社会信用代码对不上，请照营业执照再看一遍（没有字母 I、O、Z、S、V）",
            "The credit code does not add up; please compare it with the licence (it has no I, O, Z, S, V)",
        ) from None
