"""Filled-in forms of the built-in scenes, and where they go from a hall in Xinhe town."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from marshmallow import ValidationError

from gonzhi_code.counties import load_county
from gonzhi_code.routing import route
from gonzhi_code.rules import Decision
from gonzhi_code.scenes import get_scene
from gonzhi_code.spots import Spot

TODAY = dt.date(2026, 11, 24)
COUNTY = load_county("wenling")
XINHE = Spot(id=7, name="文化礼堂", village_id="331081104294")


def form(key: str, **changes: Any) -> dict[str, Any]:
    """The sample of a scene with some answers changed; None takes an answer out."""
    return {name: value for name, value in {**get_scene(key).sample, **changes}.items() if value is not None}


def load(key: str, **changes: Any) -> dict[str, Any]:
    """The answers of the changed sample."""
    return get_scene(key).load(form(key, **changes), today=TODAY)


def wrong(key: str, **changes: Any) -> dict[str, list[str]]:
    """The messages of a changed sample that must be refused."""
    with pytest.raises(ValidationError) as caught:
        load(key, **changes)
    messages: dict[str, list[str]] = caught.value.messages
    return messages


def decide(key: str, **changes: Any) -> Decision:
    """Where the changed sample goes."""
    return route(get_scene(key), load(key, **changes), XINHE, COUNTY)


def helpers(decision: Decision) -> set[str]:
    """Ids of the helping units."""
    return {unit.id for unit in decision.helpers}
