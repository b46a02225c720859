"""Print formats: one module of this package that has a ``FORMAT`` is one format, found by looking through the package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .page import Page
from .sheet import Sheet


@dataclass(frozen=True, slots=True)
class Format:
    """A print format.

    Args:
        name: what callers ask for, for example ``a4``.
        width, height: of the paper, in millimetres.
        draw: puts the words of a sheet on an empty page of that size.
    """

    name: str
    width: float
    height: float
    draw: Callable[[Page, Sheet], None]


def find_formats() -> Mapping[str, Format]:
    """Every print format of this package, by name."""
    package = __name__.rpartition(".")[0]
    paths = importlib.import_module(package).__path__
    modules = (importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(paths))
    formats = [module.FORMAT for module in modules if hasattr(module, "FORMAT")]
    return MappingProxyType({one.name: one for one in formats})
