"""A form as JSON Schema (draft 2020-12), for other agencies that send answers as JSON.

It says what a machine can check before sending: names, types, choices, limits, what is needed and under which answers. The
library checks more (check digits, dates, sums), so a document that fits may still be refused, with a sentence per field.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .conditions import AllOf, AnyOf, Atom, Condition, Not, SettingRef, all_of
from .forms import FieldSpec, FormSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_LIMIT_WORDS = {">=": "minimum", ">": "exclusiveMinimum", "<=": "maximum", "<": "exclusiveMaximum"}
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
        a person, and ``x-shown-when`` holds the condition under which an answer counts at all. Keys that the form does not
        know are allowed, as they are in ``scene.load``, which ignores them.
    """
    asked = [(spec, _shown(section.show_when, spec.show_when)) for section in form.sections for spec in section.fields]
    return {
        "$schema": DIALECT,
        "title": str(form.title),
        "x-title-en": form.title.en,
        "x-scene": form.scene_key,
        "type": "object",
        "properties": {spec.name: _property(spec, shown) for spec, shown in asked},
        "required": [spec.name for spec, shown in asked if spec.required and shown is None],
        "allOf": [
            {"if": _states(condition), "then": {"required": [spec.name]}}
            for spec, shown in asked
            if (condition := _needed(spec, shown)) is not None
        ],
    }


def _shown(*conditions: Condition | None) -> Condition | None:
    stated = [condition for condition in conditions if condition is not None]
    return all_of(*stated) if stated else None


def _needed(spec: FieldSpec, shown: Condition | None) -> Condition | None:
    """Under which answers a question must be answered, where that depends on answers."""
    if spec.required_when is not None:
        return _shown(shown, spec.required_when)
    return shown if spec.required else None


def _states(condition: Condition) -> dict[str, Any]:
    """A condition on answers as a schema that holds exactly where it holds.

    Raises:
        ValueError: the condition compares with a setting of the county, which a form never does.
    """
    if isinstance(condition, AllOf):
        return {"allOf": [_states(part) for part in condition.parts]} if condition.parts else {}
    if isinstance(condition, AnyOf):
        return {"anyOf": [_states(part) for part in condition.parts]} if condition.parts else {"not": {}}
    if isinstance(condition, Not):
        return {"not": _states(condition.part)}
    if not isinstance(condition, Atom) or isinstance(condition.value, SettingRef):
        raise ValueError(f"a form cannot depend on {condition}")
    value = float(condition.value) if isinstance(condition.value, Decimal) else condition.value
    return {"required": [condition.name], "properties": {condition.name: _compared(condition.op, value)}}


def _compared(op: str, value: Any) -> dict[str, Any]:
    if op in _LIMIT_WORDS:
        return {_LIMIT_WORDS[op]: value}
    told: dict[str, dict[str, Any]] = {
        "==": {"const": value},
        "!=": {"not": {"const": value}},
        "has": {"anyOf": [{"const": value}, {"type": "array", "contains": {"const": value}}]},
        "given": {"not": {"enum": ["", None, []]}},
    }
    if op == "in":
        among = {"enum": list(value)}
        return {"anyOf": [among, {"type": "array", "contains": among}]}
    return told[op]


def _property(spec: FieldSpec, shown: Condition | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"title": str(spec.label), "x-title-en": spec.label.en, **_type(spec)}
    if spec.hint:
        told["description"] = str(spec.hint)
    if spec.personal:
        told["x-personal"] = True
    if shown is not None:
        told["x-shown-when"] = shown.to_data()
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
