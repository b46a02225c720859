"""The answers of one form as a marshmallow schema: what is posted goes in, typed answers and derived facts come out.

The rules kept here: keys the form does not know are ignored; blank is the same as not given; a question that its
``show_when`` hides is dropped, and its answer with it; every bad field is reported at once; facts that rules need and
nobody is asked (months of arrears, items found wrong) are derived from the answers by the schema itself and declared as
``dump_only`` fields, so that nobody can post them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import marshmallow
from marshmallow import ValidationError

from .conditions import ALWAYS, Condition, Test, all_of
from .fields import TODAY, Asked, Unanswered
from .words import Words

Problem = tuple[str, Words]
_ROW_DIGITS = 3


@dataclass(frozen=True, slots=True)
class _Question:
    """A field with its conditions made ready: they are tried at every form."""

    name: str
    asked: marshmallow.fields.Field[Any]
    shown: Test | None
    needed: Test | None
    unanswered: tuple[tuple[Test, Unanswered], ...]
    looks_at: frozenset[str]

    @classmethod
    def of(cls, name: str, asked: marshmallow.fields.Field[Any], outer: Condition | None) -> _Question:
        """``outer`` is the condition of the section the question stands in."""
        said = asked.metadata
        if outer is not None:
            asked.required = False  # this copy belongs to this schema; whether it is needed is asked below, where it is shown
        shown_when = [condition for condition in (outer, said.get("show_when")) if condition is not None]
        needed_when = ALWAYS if said.get("needed") and shown_when else said.get("required_when")
        missing_if = getattr(asked, "missing_if", ())
        conditions = [*shown_when, *([needed_when] if needed_when else []), *(condition for condition, _ in missing_if)]
        return cls(
            name,
            asked,
            all_of(*shown_when).prepare({}) if shown_when else None,
            needed_when.prepare({}) if needed_when is not None else None,
            tuple((condition.prepare({}), Unanswered(sentence)) for condition, sentence in missing_if),
            frozenset(fact for condition in conditions for fact in condition.fields()),
        )


def _in_order(questions: list[_Question]) -> tuple[_Question, ...]:
    """The questions, each after those its conditions look at; otherwise in the order declared.

    Raises:
        ValueError: conditions go round in a circle.
    """
    names = {question.name for question in questions}
    ordered: list[_Question] = []
    while questions:
        known = {question.name for question in ordered}
        ready = [question for question in questions if question.looks_at & names <= known]
        if not ready:
            raise ValueError("these questions show and hide each other: " + ", ".join(question.name for question in questions))
        ordered += ready
        questions = [question for question in questions if question not in ready]
    return tuple(ordered)


class AnswersSchema(marshmallow.Schema):
    """Base of every scene's answers.

    Args:
        shown_when: conditions beside the fields' own, by field name (those of the sections they stand in).
    """

    class Meta:
        unknown = marshmallow.EXCLUDE

    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc]
        "type": Words("没有收到填写的内容，请再试一次", "Nothing that was filled in arrived; please try again")
    }

    def __init__(self, *, shown_when: Mapping[str, Condition] | None = None, **options: Any) -> None:
        super().__init__(**options)
        outer = shown_when or {}
        self._plan = _in_order([_Question.of(name, asked, outer.get(name)) for name, asked in self.load_fields.items()])
        self._controllers = frozenset(name for question in self._plan for name in question.looks_at)

    def cross_check(self, answers: Mapping[str, Any], today: dt.date | None) -> Iterable[Problem]:
        """What is wrong between answers, as (field name, sentence). Answers that are bad in themselves are absent."""
        return ()

    def derive(self, answers: Mapping[str, Any], today: dt.date | None) -> Mapping[str, Any]:
        """Facts that follow from good answers, one for each ``dump_only`` field that can be known."""
        return {}

    @marshmallow.pre_load
    def _gather(self, posted: Any, **kwargs: Any) -> Any:
        """Pick what this form asks out of what was posted, controlling questions first, leaving out what is hidden."""
        if hasattr(posted, "getlist"):
            posted = {name: posted.getlist(name) for name in posted}
        elif not isinstance(posted, Mapping):
            return posted
        picked: dict[str, Any] = {}
        facts: dict[str, Any] = {}
        for question in self._plan:
            if question.shown is not None and not question.shown(facts):
                continue
            name = question.name
            value = _pick(posted, name, question.asked)
            if value is None:
                if question.needed is not None and question.needed(facts):
                    # Refused by the field as missing, together with everything else.
                    picked[name] = next((said for holds, said in question.unanswered if holds(facts)), None)
                continue
            picked[name] = value
            if name in self._controllers:
                try:
                    facts[name] = question.asked.deserialize(value)
                except ValidationError:
                    continue  # what cannot be read controls nothing; the field itself reports it
        return picked

    @marshmallow.validates_schema(skip_on_field_errors=False)
    def _between(self, answers: Mapping[str, Any], **kwargs: Any) -> None:
        problems: dict[str, list[str]] = {}
        for name, sentence in self.cross_check(answers, TODAY.get()):
            problems.setdefault(name, []).append(sentence)
        if problems:
            raise ValidationError(problems)

    @marshmallow.post_load
    def _add_derived(self, answers: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        answers.update(self.derive(answers, TODAY.get()))
        return answers


class Rows(Asked[list[dict[str, Any]]]):
    """A small table: ``least`` to ``most`` rows, each with the answers of ``row``.

    A page posts ``<name>-<i>-<sub>``, JSON a list of objects. Rows with nothing in them are left out.

    Args:
        too_many: the sentence for more than ``most`` rows, where a law sets the limit.
    """

    widget = "rows"

    def __init__(
        self, label: Words, row: type[AnswersSchema], *, least: int = 0, most: int = 20, too_many: Words | None = None, **asked: Any
    ) -> None:
        self.row = row()
        self.least, self.most = least, most
        self.too_many = too_many or Words(f"最多写 {most} 行", f"At most {most} rows")
        super().__init__(label, **{"rows_min": least, "rows_max": most, **asked})

    def read(self, value: Any) -> list[dict[str, Any]]:
        rows = value if isinstance(value, Mapping) else dict(enumerate(value)) if isinstance(value, list) else None
        if rows is None:
            raise self.make_error("invalid")
        rows = {i: row for i, row in rows.items() if not (isinstance(row, Mapping) and all(_blank(cell) for cell in row.values()))}
        if len(rows) > self.most:
            raise ValidationError(self.too_many)
        if len(rows) < max(self.least, 1):
            raise self.make_error("required")
        answers, problems = [], {}
        for i, row in rows.items():
            try:
                answers.append(self.row.load(row))
            except ValidationError as error:
                problems[i] = error.messages
        if problems:
            raise ValidationError(problems)
        return answers

    def from_stored(self, value: Any) -> list[dict[str, Any]]:
        return [undump(self.row, row) for row in value]

    def _serialize(self, value: list[dict[str, Any]] | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return [dump(self.row, row) for row in value or ()]


def _blank(value: Any) -> bool:
    if value is None:
        return True
    return not value.strip() if isinstance(value, str) else isinstance(value, list | tuple | dict) and not value


def _pick(posted: Mapping[str, Any], name: str, asked: marshmallow.fields.Field[Any]) -> Any:
    """The value of one question among lists of posted texts or JSON values; None where nothing was given."""
    value = posted.get(name)
    if isinstance(asked, Rows):
        return _picked_rows(posted, name) if value is None or isinstance(value, str) else None if _blank(value) else value
    if isinstance(value, list | tuple):
        if getattr(asked, "many", False):
            value = [one for one in value if not _blank(one)]
        elif isinstance(asked, Asked):
            value = value[0] if value else None
    return None if _blank(value) else value


def _picked_rows(posted: Mapping[str, Any], name: str) -> dict[int, dict[str, Any]] | None:
    """Cells posted as ``<name>-<i>-<sub>``, by row; row numbers stay as posted, so that errors find their control."""
    rows: dict[int, dict[str, Any]] = {}
    start = name + "-"
    for key in posted:
        if isinstance(key, str) and key.startswith(start):
            number, dash, cell = key[len(start) :].partition("-")
            if dash and number.isascii() and number.isdecimal() and len(number) <= _ROW_DIGITS:
                value = posted[key]
                rows.setdefault(int(number), {})[cell] = value[0] if isinstance(value, list) and value else value
    filled = {i: rows[i] for i in sorted(rows) if not all(_blank(cell) for cell in rows[i].values())}
    return filled or None


def dump(schema: marshmallow.Schema, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as JSON-able values: sums and days become text; what is plain already stays."""
    known = schema.fields
    return {
        name: known[name].serialize(name, answers) if name in known and not isinstance(value, str | bool | int) else value
        for name, value in answers.items()
    }


def undump(schema: marshmallow.Schema, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Answers from what :func:`dump` made. Keys of an earlier release stay as they are."""
    answers = {}
    for name, value in stored.items():
        field = schema.fields.get(name)
        if isinstance(field, Asked):
            value = field.from_stored(value)
        elif field is not None:
            value = field.deserialize(value)
        answers[name] = value
    return answers


def flat_messages(messages: Any, name: str = "") -> dict[str, list[Words]]:
    """Error messages by the name of the control they belong to: a cell of a table is ``<name>-<i>-<sub>``."""
    if isinstance(messages, Mapping):
        flat: dict[str, list[Words]] = {}
        for key, value in messages.items():
            flat.update(flat_messages(value, f"{name}-{key}" if name else str(key)))
        return flat
    listed = messages if isinstance(messages, list) else [messages]
    return {name: [one if isinstance(one, Words) else Words(str(one)) for one in listed]}
