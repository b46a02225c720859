"""What posters are called on staff pages: their scene, their place, their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gonzhi_code.errors import BadArea, UnknownScene
from gonzhi_code.scenes import get_scene, scene_key_of
from gonzhi_code.words import Words
from service.hub.context import Hub

STYLE = "desk posters"
UNIFIED = Words("统一码", "Unified code")


def scene_words(scene_code: int) -> Words:
    """The title of the scene of a code; its number where the scene is not installed here."""
    try:
        key = scene_key_of(scene_code)
        return get_scene(key).title if key != "unified" else UNIFIED
    except UnknownScene:
        return Words(f"场景 {scene_code}", f"Scene {scene_code}")


def place_words(hub: Hub, row: Mapping[str, Any]) -> str:
    """Township, village and the spot's own name and address."""
    return " ".join(part for part in (area_words(hub, row["place_id"]), row["spot_name"], row["address"]) if part)


def area_words(hub: Hub, area_id: str) -> str:
    """Township and village; the id where it is not a place of this county."""
    try:
        return hub.county.place_name(area_id)
    except BadArea:
        return area_id


def number_words(row: Mapping[str, Any]) -> str:
    """Spot and serial, as the poster prints them."""
    return f"{row['spot_id']}-{row['serial']}"
