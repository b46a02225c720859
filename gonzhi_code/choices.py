"""Answers that are chosen: one option, some options, yes or no, one tick box.

What a page posts is the option's ``value``; the words beside it may change, the value never does, because rules, stored
cases and partners hold it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from .fields import Asked
from .forms import Option
from .words import Words

_PLEASE_CHOOSE = Words("请选择：{label}", "Please choose: {label}")


def options_of(**choices: tuple[str, str]) -> tuple[Option, ...]:
    """Options in the order written: ``options_of(none=("没有", "No"), planned=("准备", "Planned"))``."""
    return tuple(Option(value, Words(zh, en)) for value, (zh, en) in choices.items())


class Choice(Asked[str]):
    """One of several options."""

    widget, please = "radio", _PLEASE_CHOOSE

    def __init__(self, label: Words, options: tuple[Option, ...], **asked: Any) -> None:
        super().__init__(label, **{"options": options, **asked})
        self.values = frozenset(option.value for option in options)

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.values:
            raise self.make_error("required")
        return value


class Choices(Asked[list[str]]):
    """Some of several options, at most ``most``."""

    widget, many, please = "checkboxes", True, _PLEASE_CHOOSE

    def __init__(self, label: Words, options: tuple[Option, ...], *, most: int | None = None, **asked: Any) -> None:
        super().__init__(label, **{"options": options, "maximum": most, **asked})
        self.order = tuple(option.value for option in options)
        self.most = most

    def read(self, value: Any) -> list[str]:
        values = value if isinstance(value, list | tuple) else [value]
        if not values or any(not isinstance(one, str) or one not in self.order for one in values):
            raise self.make_error("required")
        if self.most is not None and len(set(values)) > self.most:
            raise ValidationError(Words(f"最多选 {self.most} 项", f"Please choose at most {self.most}"))
        return [one for one in self.order if one in values]


_YES_NO: Mapping[Any, bool] = {"yes": True, "no": False, "on": True, "true": True, "false": False, "1": True, "0": False}


class YesNo(Asked[bool]):
    """A question with yes and no; a page posts ``yes`` or ``no``, JSON may say true or false."""

    widget, please = "radio", Words("请回答：{label}", "Please answer: {label}")

    def __init__(self, label: Words, *, yes: Words | None = None, no: Words | None = None, **asked: Any) -> None:
        options = (Option("yes", yes or Words("是", "Yes")), Option("no", no or Words("否", "No")))
        super().__init__(label, **{"options": options, "boolean": True, **asked})

    def read(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        answer = _YES_NO.get(value.strip().lower()) if isinstance(value, str) else None
        if answer is None:
            raise self.make_error("required")
        return answer


class Confirm(YesNo):
    """One tick box: ticked posts ``yes``, not ticked posts nothing and is not an answer."""

    widget, please = "confirm", Words("请勾选：{label}", "Please tick: {label}")
