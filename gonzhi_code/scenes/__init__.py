"""The scenes that are installed: ours and those of other agencies, all through the one door.

One file in this package is one scene. An agency adds its own by naming it under the entry-point group
``gonzhi_code.scenes``, with a number from 64 to 127; the built-in ones are named there too (see docs/add-a-scene.md).
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from ..errors import DuplicateScene, UnknownScene
from ..scene import UNIFIED_CODE, UNIFIED_KEY, Scene

GROUP = "gonzhi_code.scenes"


def read_scenes(points: tuple[EntryPoint, ...]) -> tuple[Scene, ...]:
    """The scenes that entry points name, ordered by number.

    Raises:
        DuplicateScene: two of them claim one key or number, or one claims that of the unified code.
        TypeError: an entry point names something that is not a Scene.
    """
    claimed: dict[str | int, str] = {UNIFIED_KEY: "the unified code", UNIFIED_CODE: "the unified code"}
    scenes = []
    for point in points:
        scene = point.load()
        if not isinstance(scene, Scene):
            raise TypeError(f"entry point {point.name} = {point.value} is no Scene")
        for claim in (scene.key, scene.code):
            if claim in claimed:
                raise DuplicateScene(claim, claimed[claim], point.value)
            claimed[claim] = point.value
        scenes.append(scene)
    return tuple(sorted(scenes, key=lambda scene: scene.code))


@cache
def all_scenes() -> tuple[Scene, ...]:
    """Every installed scene, ordered by number; found once in a process.

    Raises:
        DuplicateScene: two installed scenes claim one key or number.
    """
    # A checkout that lies on the path twice shows each entry point twice; the same name and value is the same scene.
    found = {(point.name, point.value): point for point in entry_points(group=GROUP)}
    return read_scenes(tuple(found.values()))


@cache
def _by_key() -> dict[str, Scene]:
    return {scene.key: scene for scene in all_scenes()}


@cache
def _by_code() -> dict[int, Scene]:
    return {scene.code: scene for scene in all_scenes()}


def get_scene(key: str) -> Scene:
    """The scene of that key.

    Raises:
        UnknownScene: none is installed; the unified code has no scene of its own.
    """
    try:
        return _by_key()[key]
    except KeyError:
        raise UnknownScene(key) from None


def get_scene_by_code(code: int) -> Scene:
    """The scene of that number.

    Raises:
        UnknownScene: none is installed.
    """
    try:
        return _by_code()[code]
    except KeyError:
        raise UnknownScene(code) from None


def scene_key_of(code: int) -> str:
    """The key of a scene's number; ``"unified"`` for 0.

    Raises:
        UnknownScene: none is installed.
    """
    return UNIFIED_KEY if code == UNIFIED_CODE else get_scene_by_code(code).key


def scene_code_of(key: str) -> int:
    """The number of a scene's key; 0 for ``"unified"``.

    Raises:
        UnknownScene: none is installed.
    """
    return UNIFIED_CODE if key == UNIFIED_KEY else get_scene(key).code
