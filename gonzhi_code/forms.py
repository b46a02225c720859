"""What a form asks, as data: answers schema -> FormSpec. Draws no HTML; json_schema.py makes a JSON Schema of it.

Everything a page needs stands in the ``metadata`` of the schema's fields (see fields.py), so a form has no second
description that could differ from what is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .conditions import Condition
from .words import Words

if TYPE_CHECKING:
    import marshmallow

    from .scene import Section

PLACE_WIDGETS = frozenset({"township", "village"})
"""Widgets whose answers the scanned code usually gives."""


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
        required_when: always shown, but needed only under this condition; ``required`` is then False.
        note: a legal or safety note beside the question.
        personal: identifies a person; sealed in the store and masked on lists.
        min_length, max_length: limits in characters. minimum, maximum: of a number or a sum, or of how many boxes.
        boolean: the answer is true or false; a page posts ``yes`` or ``no``.
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
    min_length: int | None = None
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    boolean: bool = False
    required_when: Condition | None = None


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

    @property
    def fields(self) -> Iterator[FieldSpec]:
        """Every question, in the order it is asked."""
        return (spec for section in self.sections for spec in section.fields)


_COPIED = (
    "hint", "show_when", "max_length", "inputmode", "autocomplete", "unit", "note", "personal", "rows_min", "rows_max",
    "min_length", "minimum", "maximum", "boolean", "required_when",
)  # fmt: skip


def field_spec(name: str, field: marshmallow.fields.Field[Any]) -> FieldSpec:
    """One question as a page draws it, from a field of an answers schema.

    Args:
        name: the answer key. field: a bound field whose ``metadata`` says at least ``label``.

    Raises:
        KeyError: the field has no label.
    """
    said = field.metadata
    row = getattr(field, "row", None)
    return FieldSpec(
        name=name,
        widget=said.get("widget", "text"),
        label=said["label"],
        required=bool(said.get("needed", field.required)),
        options=tuple(said.get("options", ())),
        rows=tuple(field_spec(cell, one) for cell, one in row.load_fields.items()) if row is not None else (),
        **{key: said[key] for key in _COPIED if said.get(key) is not None},
    )


def build_form(scene_key: str, title: Words, schema: marshmallow.Schema, sections: tuple[Section, ...]) -> FormSpec:
    """The whole form: the schema's questions in the order of the sections.

    Raises:
        KeyError: a section names a question the schema does not have.
    """
    return FormSpec(
        scene_key,
        title,
        tuple(
            SectionSpec(
                section.key,
                section.title,
                tuple(field_spec(name, schema.load_fields[name]) for name in section.fields),
                section.intro,
                section.show_when,
            )
            for section in sections
        ),
    )


def posted_pairs(form: FormSpec, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a filled-in form posts, as (name, value) in page order; questions left blank are left out.

    Args:
        values: JSON-able answers by question: text, numbers, true or false, lists of options, lists of rows.
    """
    pairs: list[tuple[str, str]] = []
    for spec in form.fields:
        value = values.get(spec.name)
        if spec.widget == "rows":
            for i, row in enumerate(value or ()):
                pairs += [(f"{spec.name}-{i}-{cell.name}", _posted(row[cell.name])) for cell in spec.rows if cell.name in row]
        elif isinstance(value, list | tuple):
            pairs += [(spec.name, _posted(one)) for one in value]
        elif value is not None and not (spec.widget == "confirm" and value is False):
            pairs.append((spec.name, _posted(value)))
    return pairs


def _posted(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
