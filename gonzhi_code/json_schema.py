"""A form as JSON Schema (draft 2020-12), for other agencies that send answers as JSON.

It says what a machine can check before sending: names, types, choices, limits, what is needed and under which answers. The
library checks more (check digits, dates, sums), so a document that fits may still be refused, with a sentence per field.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .conditions import ALWAYS, Condition, all_of
from .forms import FieldSpec, FormSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_PATTERNS = {
    "month": r"^\d{4}-(0[1-9]|1[0-2])$",
    "township": r"^\d{9}000$",
    "village": r"^\d{12}$",
}


def json_schema(form: FormSpec) -> dict[str, Any]:
    """The JSON Schema of a form's answers.

    Args:
        form: of a scene, ``scene.form``.

    Returns:
        A JSON-able document. Titles are Chinese; ``x-title-en`` says the same in English, ``x-personal`` marks what identifies
        a person. A condition that JSON Schema cannot state simply stands as data under ``x-required-when``.
    """
    needed = [spec.name for section in form.sections for spec in section.fields if spec.required and not spec.show_when and not section.show_when]
    return {
        "$schema": DIALECT,
        "title": str(form.title),
        "x-title-en": form.title.en,
        "x-scene": form.scene_key,
        "type": "object",
        "properties": {spec.name: _property(spec, section.show_when) for section in form.sections for spec in section.fields},
        "required": needed,
        "additionalProperties": False,
    }


def _property(spec: FieldSpec, outer: Condition | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"title": str(spec.label), "x-title-en": spec.label.en, **_type(spec)}
    if spec.hint:
        told["description"] = str(spec.hint)
    if spec.personal:
        told["x-personal"] = True
    when = [condition for condition in (outer, spec.show_when) if condition is not None]
    if when:
        told["x-shown-when"] = all_of(*when).to_data()
    if spec.required and when:
        told["x-required-when"] = all_of(*when).to_data()
    elif spec.required_when is not None and spec.required_when != ALWAYS:
        told["x-required-when"] = spec.required_when.to_data()
    return told


def _type(spec: FieldSpec) -> dict[str, Any]:
    if spec.boolean:
        return {"type": "boolean"}
    if spec.widget == "rows":
        return _rows(spec)
    if spec.widget == "checkboxes":
        told: dict[str, Any] = {"type": "array", "items": {"enum": [option.value for option in spec.options]}, "uniqueItems": True, "minItems": 1}
        return told | ({"maxItems": spec.maximum} if isinstance(spec.maximum, int) else {})
    if spec.options:
        return {"enum": [option.value for option in spec.options]}
    if spec.widget == "number":
        return {"type": "integer", **_limits(spec)}
    if spec.widget == "money":
        # Text keeps the cents; a number is taken too.
        return {"type": ["string", "number"], **_limits(spec)}
    return _text(spec)


def _rows(spec: FieldSpec) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {cell.name: _property(cell) for cell in spec.rows},
        "required": [cell.name for cell in spec.rows if cell.required and not cell.show_when],
        "additionalProperties": False,
    }
    return {"type": "array", "items": row, "minItems": max(spec.rows_min, 1), "maxItems": spec.rows_max}


def _text(spec: FieldSpec) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "string"}
    if spec.widget in _PATTERNS:
        return told | {"pattern": _PATTERNS[spec.widget]}
    if spec.widget == "date":
        return told | {"format": "date"}
    told |= {"minLength": spec.min_length} if spec.min_length else {}
    return told | ({"maxLength": spec.max_length} if spec.max_length else {})


def _limits(spec: FieldSpec) -> dict[str, Any]:
    limits = {"minimum": spec.minimum, "maximum": spec.maximum}
    return {name: float(limit) if isinstance(limit, Decimal) else limit for name, limit in limits.items() if limit is not None}
