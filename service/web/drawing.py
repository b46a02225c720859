"""From a FormSpec to what the templates draw: every question with its id, what was typed, and what is wrong with it.

Rule: what a person typed comes back as typed, chosen boxes and added rows included, except a passphrase, which is never
sent back. Sources: GOV.UK Design System, pattern "Recover from validation errors"; WCAG 2.2, 3.3.7 Redundant Entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from gonzhi_code.conditions import Condition
from gonzhi_code.forms import FieldSpec, FormSpec, Option, SectionSpec
from gonzhi_code.words import Words, in_language

from .conditions import when_words

Errors = Mapping[str, Any]
_TYPES = {"tel": "tel", "date": "date", "month": "month", "datetime": "datetime-local"}
_INPUTMODES = {"money": "decimal", "number": "numeric"}
_SHORT = ("tel", "date", "month", "datetime", "number", "money")
_PLACE = ("township", "village")
# The section of a scene that a page folds (gonzhi_code/scenes/envelope.py, MORE).
FOLDED = "more"
# Choices stand on one line where there are few of them and their words are short.
_IN_LINE_CHOICES, _IN_LINE_LETTERS = 4, 5


@dataclass(slots=True)
class Choice:
    """One choice in the reader's language."""

    value: str
    label: str
    hint: str = ""


@dataclass(slots=True)
class FieldView:
    """One question, ready to draw (templates/_field.html)."""

    id: str
    name: str
    widget: str
    type: str
    label: str
    required: bool
    conditional: bool
    hint: str
    note: str
    unit: str
    inputmode: str
    autocomplete: str
    personal: bool
    options: list[Choice]
    values: list[str]
    errors: list[str]
    when: Markup | str = ""
    when_words: str = ""
    rows: list[list[FieldView]] = field(default_factory=list)
    rows_max: int = 0

    @property
    def value(self) -> str:
        return self.values[-1] if self.values else ""

    @property
    def short(self) -> bool:
        return self.widget in _SHORT

    @property
    def described(self) -> str:
        parts = [mark for mark, there in (("h", self.hint), ("n", self.note), ("e", self.errors)) if there]
        return " ".join(f"{self.id}-{mark}" for mark in parts)

    @property
    def in_line(self) -> bool:
        brief = all(len(one.label) <= _IN_LINE_LETTERS and not one.hint for one in self.options)
        return brief and len(self.options) <= _IN_LINE_CHOICES


@dataclass(slots=True)
class SectionView:
    """One group of questions, ready to draw. A folded one opens with a tap."""

    key: str
    title: str
    intro: str
    when: Markup | str
    when_words: str
    fields: list[FieldView]
    folded: bool
    open: bool


@dataclass(slots=True)
class Mistake:
    """One line of the error summary: where it leads, and what it says. The label stands before a text that lacks it."""

    anchor: str
    label: str
    text: str

    def __post_init__(self) -> None:
        if self.label in self.text:
            self.label = ""


def condition_data(condition: Condition | None) -> Markup | str:
    """The condition for the script, fit for a single-quoted attribute."""
    if condition is None:
        return ""
    data = json.dumps(condition.to_data(), ensure_ascii=False, separators=(",", ":"), default=str)
    return Markup(data.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;"))


def is_secret(name: str) -> bool:
    """Whether the answer of that name is a passphrase, which is never sent back to a page."""
    return name.endswith("passphrase")


def messages_of(found: Any, lang: str) -> list[str]:
    """All sentences in a list, a string, or whatever nest of them validation gave."""
    if isinstance(found, str):
        return [in_language(found, lang)]
    inner: Iterable[Any] = found.values() if isinstance(found, Mapping) else found or ()
    return [text for one in inner for text in messages_of(one, lang)]


class Drawing:
    """One form in one language, with what was typed and what is wrong.

    Args:
        spec: the form as data.
        lang: ``"zh"`` or ``"en"``.
        typed: what was posted, None for a blank form.
        errors: name of the control -> sentences; a cell of a table is ``<name>-<i>-<sub>``.
        options: choices known only here: field name -> options (the townships, the villages that a name may mean).
        prefilled: field name -> value that stands there until something else is typed.
        more_rows: name of the rows to which one is to be added.
    """

    def __init__(
        self,
        spec: FormSpec,
        lang: str,
        typed: MultiDict[str, str] | None = None,
        errors: Errors | None = None,
        *,
        options: Mapping[str, Sequence[Option]] | None = None,
        prefilled: Mapping[str, str] | None = None,
        more_rows: str = "",
    ) -> None:
        self.spec, self.lang, self.typed = spec, lang, typed
        self.errors: Errors = errors or {}
        self.options, self.prefilled, self.more_rows = options or {}, prefilled or {}, more_rows
        self._by_name = {one.name: one for section in spec.sections for one in section.fields}
        drawn = [(section, [self._view(one) for one in section.fields]) for section in spec.sections]
        self.place = [view for _, views in drawn for view in views if view.widget in _PLACE]
        self.sections = [
            self._section(section, [view for view in views if view.widget not in _PLACE])
            for section, views in drawn
            if any(view.widget not in _PLACE for view in views)
        ]

    def _say(self, words: Words | str | None) -> str:
        return in_language(words, self.lang) if words else ""

    def _values(self, spec: FieldSpec, name: str) -> list[str]:
        if is_secret(name):
            return []
        values = self.typed.getlist(name) if self.typed is not None else []
        if self.typed is None and name in self.prefilled:
            values = [self.prefilled[name]]
        return [value for value in values if value]

    def _view(self, spec: FieldSpec, name: str = "") -> FieldView:
        name = name or spec.name
        view = FieldView(
            id=name,
            name=name,
            widget=spec.widget,
            type=_TYPES.get(spec.widget, "text"),
            label=self._say(spec.label),
            required=spec.required,
            conditional=spec.show_when is not None or spec.required_when is not None,
            hint=self._say(spec.hint),
            note=self._say(spec.note),
            unit=self._say(spec.unit),
            inputmode=spec.inputmode or _INPUTMODES.get(spec.widget, ""),
            autocomplete=spec.autocomplete,
            personal=spec.personal or is_secret(name),
            options=self._choices(spec),
            values=self._values(spec, name),
            errors=messages_of(self.errors.get(name), self.lang),
            when=condition_data(spec.show_when),
            when_words=self._when(spec.show_when),
            rows_max=spec.rows_max,
        )
        for nth in range(self._row_count(spec) if spec.widget == "rows" else 0):
            view.rows.append([self._view(cell, f"{name}-{nth}-{cell.name}") for cell in spec.rows])
        return view

    def _choices(self, spec: FieldSpec) -> list[Choice]:
        options = self.options.get(spec.name, spec.options)
        return [Choice(one.value, self._say(one.label), self._say(one.hint)) for one in options]

    def _when(self, condition: Condition | None) -> str:
        return self._say(when_words(condition, self._by_name)) if condition is not None else ""

    def _row_count(self, spec: FieldSpec) -> int:
        posted = [key.split("-")[1] for key in self.typed or () if key.startswith(f"{spec.name}-")]
        filled = max((int(nth) + 1 for nth in posted if nth.isdecimal() and len(nth) < 4), default=0)
        wanted = max(filled, spec.rows_min, 1) + (self.more_rows == spec.name)
        return min(wanted, spec.rows_max) if spec.rows_max else wanted

    def _section(self, section: SectionSpec, fields: list[FieldView]) -> SectionView:
        return SectionView(
            key=section.key,
            title=self._say(section.title),
            intro=self._say(section.intro),
            when=condition_data(section.show_when),
            when_words=self._when(section.show_when),
            fields=fields,
            folded=section.key == FOLDED,
            open=any(one.errors or one.values or self._row_trouble(one) for one in fields),
        )

    def _row_trouble(self, view: FieldView) -> bool:
        return any(cell.errors or cell.values for row in view.rows for cell in row) or view.name == self.more_rows

    def mistakes(self) -> list[Mistake]:
        """The error summary, in the order of the page; what belongs to no question comes last."""
        shown = [*self.place, *(one for section in self.sections for one in section.fields)]
        listed: list[Mistake] = []
        known: set[str] = set()
        for view in shown:
            listed += [Mistake(view.id, view.label, text) for text in view.errors]
            known.add(view.name)
            for nth, row in enumerate(view.rows, 1):
                # Rows ask the same again and again, so their mistakes say which one.
                listed += [Mistake(cell.id, self._say(Words(f"{view.label}第 {nth} 位", f"{view.label} no. {nth}")), text) for cell in row for text in cell.errors]
                known.update(cell.name for cell in row)
        for name, found in self.errors.items():
            if name not in known:
                listed += [Mistake("main", "", text) for text in messages_of(found, self.lang)]
        return listed
