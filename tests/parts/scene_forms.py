"""Valid forms of any scene for property tests: its sample with some answers changed, as far as the form takes them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from marshmallow import ValidationError

from gonzhi_code.forms import PLACE_WIDGETS, FieldSpec
from gonzhi_code.scene import Scene

MOST_CHANGES = 6


def _values(spec: FieldSpec) -> st.SearchStrategy[Any] | None:
    if spec.widget in PLACE_WIDGETS or spec.widget == "rows":
        return None
    if spec.boolean:
        return st.booleans()
    values = [option.value for option in spec.options]
    if spec.widget == "checkboxes":
        return st.lists(st.sampled_from(values), unique=True)
    if values:
        return st.sampled_from(values)
    if spec.widget == "number":
        return st.integers(int(spec.minimum or 0), int(spec.maximum or 9999))
    if spec.widget == "money":
        return st.decimals(str(spec.minimum or 1), str(spec.maximum or 10**7), places=2).map(str)
    return None


def answers_of(scene: Scene) -> st.SearchStrategy[dict[str, Any]]:
    """Answers as ``scene.load`` gives them."""
    known = {name: values for name, spec in scene.fields.items() if (values := _values(spec)) is not None}
    changes = st.lists(
        st.sampled_from(sorted(known)).flatmap(lambda name: st.tuples(st.just(name), known[name])), max_size=MOST_CHANGES
    )
    return changes.map(lambda changed: _loaded(scene, changed))


def _loaded(scene: Scene, changed: list[tuple[str, Any]]) -> dict[str, Any]:
    """The sample with each change that the form takes; one that it refuses is left out, so that nothing is thrown away."""
    form = dict(scene.sample)
    answers = scene.load(form)
    for name, value in changed:
        try:
            answers = scene.load(form | {name: value})
        except ValidationError:
            continue
        form[name] = value
    return answers
