"""Sums of money, months and days as people write them.

``1,200.50元`` and ``2万`` are plain, so they are taken; ``2万5`` and ``1,20`` are not, so the person is asked. A month is
kept as ``YYYY-MM`` text, which sorts and compares as it reads; a day is a date. What lies ahead of ``today`` is known
only by the caller's clock; this library has none.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from marshmallow import ValidationError

from .words import Words

_YUAN = re.compile(r"(?:人民币|¥|RMB|CNY)?((?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,6})?)(万)?(?:元|块|块钱|圆|RMB|CNY)?整?", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})月?|(\d{2}))")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?|(\d{2})(\d{2}))")
_YEARS = (1950, 2100)
CENT = Decimal("0.01")


def tidy(text: str) -> str:
    """A figure in half-width characters without blanks; a minus stays, for it changes what is meant."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_yuan(text: str) -> Decimal:
    """A sum in yuan.

    Args:
        text: digits with at most two decimals; thousands commas, 元, ¥ and a closing 万 are understood.

    Returns:
        The sum with exactly two decimals.

    Raises:
        marshmallow.ValidationError: with one sentence (Words).
    """
    found = _YUAN.fullmatch(tidy(text).replace("¥", "¥"))
    if not found:
        raise ValidationError(
            Words("金额请写成数字，例如 12000、1200.50 或 1.2万", "Please write the sum in digits, such as 12000, 1200.50 or 1.2万")
        )
    amount = Decimal(found[1].replace(",", "")) * (10000 if found[2] else 1)
    rounded = amount.quantize(CENT)
    if rounded != amount:
        raise ValidationError(Words("金额最多写到分（两位小数）", "A sum has at most two decimals"))
    return rounded


def read_month(text: str, today: dt.date | None = None) -> str:
    """A month.

    Args:
        text: ``2026-03``, ``2026/3``, ``202603`` or ``2026年3月``.
        today: a month after it is refused; None: not looked at.

    Returns:
        ``YYYY-MM``.

    Raises:
        marshmallow.ValidationError: with one sentence (Words).
    """
    found = _MONTH.fullmatch(tidy(text))
    year, month = (int(found[1]), int(found[2] or found[3])) if found else (0, 0)
    if not (_YEARS[0] <= year <= _YEARS[1] and 1 <= month <= 12):
        raise ValidationError(Words("月份请写成 2026-03 这样", "Please write the month like 2026-03"))
    if today is not None and (year, month) > (today.year, today.month):
        raise ValidationError(Words("这个月份还没到，请检查年份", "This month has not come yet; please check the year"))
    return f"{year:04d}-{month:02d}"


def read_day(text: str, today: dt.date | None = None) -> dt.date:
    """A day.

    Args:
        text: ``2026-03-05``, ``2026/3/5``, ``20260305`` or ``2026年3月5日``.
        today: a day after it is refused; None: not looked at.

    Raises:
        marshmallow.ValidationError: with one sentence (Words).
    """
    found = _DAY.fullmatch(tidy(text))
    try:
        day = dt.date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5])) if found else dt.date.min
    except ValueError:
        day = dt.date.min
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise ValidationError(Words("日期请写成 2026-03-05 这样", "Please write the date like 2026-03-05"))
    if today is not None and day > today:
        raise ValidationError(Words("日期不能晚于今天", "The date cannot be later than today"))
    return day


def months_between(first: str, last: str) -> int:
    """How many months lie from ``first`` to ``last``, both counted: 2026-03 to 2026-05 is 3."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:]) + 1
