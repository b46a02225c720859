"""Print formats: one module of this package that has a ``FORMAT`` is one format, found by looking through the package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import CannotDraw
from .page import Page
from .sheet import Common, Sheet


def _nothing(page: Page, common: Common) -> None:
    """For formats whose posters share no marks."""


@dataclass(frozen=True, slots=True)
class Format:
    """A print format.

    Args:
        name: what callers ask for, for example ``a4``.
        width, height: of the paper, in millimetres.
        draw: puts what only one poster has on an empty page of that size: its code, number and place.
        still: puts what all posters of a scene share on it; drawn once, and shown beneath.
    """

    name: str
    width: float
    height: float
    draw: Callable[[Page, Sheet], None]
    still: Callable[[Page, Common], None] = _nothing


def find_formats() -> Mapping[str, Format]:
    """Every print format of this package, by name."""
    package = __name__.rpartition(".")[0]
    paths = importlib.import_module(package).__path__
    modules = (importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(paths))
    formats = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return MappingProxyType({one.name: one for one in formats})


def format_named(layouts: Mapping[str, Format], name: str) -> Format:
    """The format of that name.

    Raises:
        CannotDraw: there is none; those that there are are named.
    """
    if name not in layouts:
        raise CannotDraw(f"no print format {name!r}; there are {', '.join(sorted(layouts))}")
    return layouts[name]
