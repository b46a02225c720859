"""Typed answers: marshmallow fields that carry their own Chinese wording and refuse bad input with a sentence.

A field says what is asked (label, hint, note), how it is drawn (widget, options, unit) and when (``show_when``), all in its
``metadata``, from which forms.py makes the form. A field with a ``show_when`` is required only where that condition holds.
``personal`` marks what identifies a person: such answers are sealed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

import marshmallow
from marshmallow import ValidationError

from .amounts import read_day, read_month, read_yuan, tidy
from .conditions import Condition
from .idnumbers import read_credit_code, read_mobile, read_resident_id
from .texts import clean_block, clean_line, compact
from .words import Words

T = TypeVar("T")
TODAY: ContextVar[dt.date | None] = ContextVar("gonzhi_today", default=None)
"""The day that counts as today while answers are loaded; None: nothing is held against a calendar."""

_UNREADABLE = Words("这一项看不明白，请重新填写", "This answer cannot be read; please give it again")
_PLEASE_FILL = Words("请填写：{label}", "Please fill in: {label}")


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Stands for an answer that is needed and was not given, with the sentence to say so."""

    sentence: Words


class Asked(marshmallow.fields.Field[T], Generic[T]):
    """Base of all questions.

    Args:
        label: what is asked. required: without it the form is not accepted (under ``show_when``, only where that holds).
        show_when: condition on answers asked earlier. required_when: always asked, but needed only where this holds.
        hint, note, unit: see :class:`gonzhi_code.forms.FieldSpec`. told (a noun, for numbers): how the reason of a decision calls the answer.
        personal: identifies a person. missing: the sentence when a required answer is missing, instead of the usual one;
            missing_if: other sentences, each under its condition; the first that holds is said.
        guard: a function that looks at the finished value and returns a sentence to refuse it with, or None.
    """

    widget: ClassVar[str] = "text"
    inputmode: ClassVar[str] = ""
    many: ClassVar[bool] = False
    please: ClassVar[Words] = _PLEASE_FILL

    def __init__(
        self,
        label: Words,
        *,
        required: bool = False,
        show_when: Condition | None = None,
        required_when: Condition | None = None,
        hint: Words | None = None,
        note: Words | None = None,
        unit: Words | None = None,
        personal: bool = False,
        autocomplete: str = "off",
        missing: Words | None = None,
        missing_if: tuple[tuple[Condition, Words], ...] = (),
        guard: Callable[[Any], Words | None] | None = None,
        **drawn: Any,
    ) -> None:
        missing = missing or Words(self.please.format(label=label), self.please.en.format(label=getattr(label, "en", label)))
        super().__init__(
            required=required and show_when is None,
            error_messages={"required": missing, "null": missing, "invalid": _UNREADABLE},
            metadata={
                "label": label, "widget": self.widget, "inputmode": self.inputmode, "needed": required, "show_when": show_when,
                "required_when": required_when, "hint": hint, "note": note, "unit": unit, "personal": personal, "autocomplete": autocomplete, **drawn,
            },
        )  # fmt: skip
        self.guard = guard
        self.missing_if = missing_if

    def read(self, value: Any) -> T:
        """The typed answer of one posted or JSON value; raises ValidationError with Words."""
        raise TypeError("read() belongs to the concrete fields")

    def from_stored(self, value: Any) -> T:
        """The typed answer of a value that ``Scene.dump`` made; limits are not looked at again."""
        answer: T = value
        return answer

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> T:
        if isinstance(value, Unanswered):
            raise ValidationError(value.sentence)
        answer = self.read(value)
        if self.guard is not None and (refusal := self.guard(answer)):
            raise ValidationError(refusal)
        return answer

    def _validate(self, value: Any) -> None:
        # read() has looked at everything already; marshmallow's chain of validators costs a tenth of a form for nothing.
        if self.validators:
            super()._validate(value)

    def _text(self, value: Any) -> str:
        """Text of a posted value; JSON numbers are taken as they are written, other kinds refused."""
        if isinstance(value, str):
            return value
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return str(value)
        raise self.make_error("invalid")


class Text(Asked[str]):
    """Free text of ``min_length`` to ``max_length`` characters; several lines where ``lines`` is True."""

    def __init__(self, label: Words, *, max_length: int = 100, min_length: int = 1, lines: bool = False, **asked: Any) -> None:
        widget = "textarea" if lines else "text"
        super().__init__(label, **{"widget": widget, "max_length": max_length, "min_length": min_length, **asked})
        self.max_length, self.min_length, self.lines, self.label = max_length, min_length, lines, label

    def read(self, value: Any) -> str:
        text = (clean_block if self.lines else clean_line)(self._text(value))
        if not text:
            raise self.make_error("required")
        if len(text) > self.max_length:
            raise ValidationError(self._length("最多 {limit} 个字", "at most {limit} characters", self.max_length, len(text)))
        if len(text) < self.min_length:
            raise ValidationError(self._length("至少 {limit} 个字", "at least {limit} characters", self.min_length, len(text)))
        return text

    def _length(self, zh: str, en: str, limit: int, have: int) -> Words:
        label = self.label
        return Words(
            f"{label}：{zh.format(limit=limit)}，现在是 {have} 个字",
            f"{getattr(label, 'en', label)}: {en.format(limit=limit)}, now {have}",
        )


class Mobile(Asked[str]):
    """A mainland mobile number, kept as 11 digits. Personal unless said otherwise."""

    widget, inputmode = "tel", "tel"

    def __init__(self, label: Words, **asked: Any) -> None:
        super().__init__(label, **{"personal": True, "autocomplete": "tel", "max_length": 20, **asked})

    def read(self, value: Any) -> str:
        return read_mobile(self._text(value))


class ResidentId(Asked[str]):
    """A resident identity number; only its date and check digit are looked at. Always personal."""

    def __init__(self, label: Words, **asked: Any) -> None:
        super().__init__(label, **{**asked, "personal": True, "max_length": 24})

    def read(self, value: Any) -> str:
        return read_resident_id(self._text(value), TODAY.get())


class CreditCode(Asked[str]):
    """A unified social credit code (统一社会信用代码)."""

    def __init__(self, label: Words, **asked: Any) -> None:
        super().__init__(label, **{"max_length": 24, **asked})

    def read(self, value: Any) -> str:
        return read_credit_code(self._text(value))


class AreaId(Asked[str]):
    """A place by its 12-digit area code; whether the county knows it is the county's to say."""

    _WRONG = Words("请从列表里选择地点", "Please choose the place from the list")

    def __init__(self, label: Words, *, level: str, **asked: Any) -> None:
        super().__init__(label, **{"widget": level, **asked})
        self.level = level

    def read(self, value: Any) -> str:
        area_id = compact(self._text(value))
        good = len(area_id) == 12 and area_id.isascii() and area_id.isdecimal()
        if not good or (self.level == "township" and not area_id.endswith("000")):
            raise ValidationError(self._WRONG)
        return area_id


class Month(Asked[str]):
    """A month, ``YYYY-MM``, not after today unless ``ahead``."""

    widget = "month"

    def __init__(self, label: Words, *, ahead: bool = False, **asked: Any) -> None:
        super().__init__(label, **asked)
        self.ahead = ahead

    def read(self, value: Any) -> str:
        return read_month(self._text(value), None if self.ahead else TODAY.get())


class Day(Asked[dt.date]):
    """A day, not after today unless ``ahead``."""

    widget = "date"

    def __init__(self, label: Words, *, ahead: bool = False, **asked: Any) -> None:
        super().__init__(label, **asked)
        self.ahead = ahead

    def read(self, value: Any) -> dt.date:
        return read_day(self._text(value), None if self.ahead else TODAY.get())

    def from_stored(self, value: Any) -> dt.date:
        return dt.date.fromisoformat(value)

    def _serialize(self, value: dt.date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat() if value else None


class Yuan(Asked[Decimal]):
    """A sum in yuan with two decimals, from ``least`` to ``most``."""

    widget, inputmode = "money", "decimal"

    def __init__(self, label: Words, *, least: str = "0.01", most: str = "99999999.99", **asked: Any) -> None:
        unit = Words("元", "yuan")
        self.least, self.most = Decimal(least), Decimal(most)
        super().__init__(label, **{"unit": unit, "minimum": self.least, "maximum": self.most, "max_length": 20, **asked})

    def read(self, value: Any) -> Decimal:
        amount = read_yuan(self._text(value))
        if not self.least <= amount <= self.most:
            raise ValidationError(
                Words(f"金额要在 {self.least} 元到 {self.most} 元之间", f"The sum must be from {self.least} to {self.most} yuan")
            )
        return amount

    def from_stored(self, value: Any) -> Decimal:
        return Decimal(value)

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)


class Whole(Asked[int]):
    """A whole number from ``least`` to ``most``."""

    widget, inputmode = "number", "numeric"

    def __init__(self, label: Words, *, least: int = 0, most: int = 9999, **asked: Any) -> None:
        super().__init__(label, **{"minimum": least, "maximum": most, **asked})
        self.least, self.most = least, most

    def read(self, value: Any) -> int:
        text = tidy(self._text(value)).removesuffix("人").removesuffix("个").replace(",", "")
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            raise ValidationError(Words("请写一个整数，例如 3", "Please give a whole number, such as 3"))
        if not self.least <= (number := int(text)) <= self.most:
            raise ValidationError(
                Words(f"请写 {self.least} 到 {self.most} 之间的整数", f"Please give a whole number from {self.least} to {self.most}")
            )
        return number
