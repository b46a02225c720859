"""What a form asks, as data: answers schema -> FormSpec -> JSON Schema. Draws no HTML."""

from __future__ import annotations

from dataclasses import dataclass

from .conditions import Condition
from .words import Words


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the value that is posted, and its words."""

    value: str
    label: Words
    hint: Words | None = None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One question as a page draws it.

    Args:
        name: the answer key, and the name the HTML control posts. Sub-fields of ``rows`` post ``<name>-<i>-<sub>``.
        widget: ``text``, ``textarea``, ``tel``, ``money``, ``number``, ``month``, ``date``, ``datetime``, ``radio``,
            ``checkboxes``, ``select``, ``township``, ``village``, ``confirm`` (one tick box) or ``rows`` (a small table).
        show_when: the question matters only under this condition; without JavaScript it is always shown.
        note: a legal or safety note beside the question.
        personal: identifies a person; sealed in the store and masked on lists.
    """

    name: str
    widget: str
    label: Words
    required: bool
    hint: Words | None = None
    options: tuple[Option, ...] = ()
    show_when: Condition | None = None
    max_length: int | None = None
    inputmode: str = ""
    autocomplete: str = "off"
    unit: Words | None = None
    note: Words | None = None
    personal: bool = False
    rows: tuple[FieldSpec, ...] = ()
    rows_min: int = 0
    rows_max: int = 0


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A group of questions under one heading."""

    key: str
    title: Words
    fields: tuple[FieldSpec, ...]
    intro: Words | None = None
    show_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A whole form, in the order it is asked."""

    scene_key: str
    title: Words
    sections: tuple[SectionSpec, ...]
