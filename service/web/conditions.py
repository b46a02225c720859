"""Saying a show-when condition in words, for those who see every question because no script hides any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gonzhi_code.conditions import AllOf, AnyOf, Atom, Condition, Not, SettingRef
from gonzhi_code.forms import FieldSpec
from gonzhi_code.words import Words

_BARE = " ？?：:。"


def _choice(spec: FieldSpec | None, value: object) -> Words:
    posted = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    for option in spec.options if spec else ():
        if option.value == posted:
            return option.label
    return {"yes": Words("是", "yes"), "no": Words("否", "no")}.get(posted, Words(posted))


def _any_of(choices: Iterable[Words]) -> Words:
    listed = list(choices)
    return Words("或".join(f"“{one}”" for one in listed), " or ".join(f"“{one.en}”" for one in listed))


def _atom(atom: Atom, fields: Mapping[str, FieldSpec]) -> Words:
    spec = fields.get(atom.name)
    label = spec.label if spec else Words(atom.name)
    zh, en = str(label).strip(_BARE), label.en.strip(_BARE)
    if atom.op == "given":
        return Words(f"填了“{zh}”", f"“{en}” is filled in")
    if spec is not None and spec.widget == "confirm":
        return Words(f"勾选了“{zh}”", f"“{en}” is ticked") if atom.value else Words(f"没有勾选“{zh}”", f"“{en}” is not ticked")
    if atom.op in (">=", ">", "<=", "<"):
        number = "" if isinstance(atom.value, SettingRef) else str(atom.value)
        zh_op = {">=": "不少于", ">": "超过", "<=": "不超过", "<": "少于"}[atom.op]
        en_op = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}[atom.op]
        return Words(f"“{zh}”{zh_op} {number}", f"“{en}” is {en_op} {number}")
    chosen = _any_of(_choice(spec, value) for value in (atom.value if isinstance(atom.value, tuple) else (atom.value,)))
    if atom.op == "!=":
        return Words(f"“{zh}”选的不是{chosen}", f"“{en}” is not {chosen.en}")
    return Words(f"“{zh}”选{chosen}", f"“{en}” is {chosen.en}")


def _parts(condition: Condition, fields: Mapping[str, FieldSpec]) -> Words:
    if isinstance(condition, Atom):
        return _atom(condition, fields)
    if isinstance(condition, Not):
        inner = _parts(condition.part, fields)
        return Words(f"不属于：{inner}", f"not: {inner.en}")
    if isinstance(condition, AllOf | AnyOf):
        zh, en = ("，并且", " and ") if isinstance(condition, AllOf) else ("，或者", " or ")
        said = [_parts(part, fields) for part in condition.parts]
        return Words(zh.join(said), en.join(one.en for one in said))
    return Words("")


def when_words(condition: Condition, fields: Mapping[str, FieldSpec]) -> Words:
    """The condition as a hint: ``如果“…”选“…”才填``.

    Args:
        condition: under which the question matters.
        fields: all questions of the form, by name, for their labels and the labels of their choices.
    """
    said = _parts(condition, fields)
    return Words(f"如果{said}才填", f"only if {said.en}") if said else Words("")
