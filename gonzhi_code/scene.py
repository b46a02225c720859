"""A scene (场景): one kind of matter, whole in one object.

One file under ``scenes/`` declares one ``SCENE``. Other agencies declare theirs in their own package and name it under the
entry-point group ``gonzhi_code.scenes``; the built-in ones come through the same door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import marshmallow

from .conditions import Condition
from .deadlines import Clock
from .forms import FormSpec
from .routing import Rule, Visibility
from .words import Words

UNIFIED_KEY = "unified"
UNIFIED_CODE = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A group of answer keys under one heading, in the order they are asked."""

    key: str
    title: Words
    fields: tuple[str, ...]
    intro: Words | None = None
    show_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class PosterWords:
    """What a poster of the scene says: four to six large characters, one line below, and the English."""

    headline: Words
    line: Words
    colour: str


@dataclass(frozen=True)
class Scene:
    """Everything true of one scene.

    Args:
        key: stable ASCII word; code: its number in printed codes (1-31 built-in, 64-127 other agencies).
        title: name on the chooser; summary: one line on what it is for.
        schema: marshmallow schema of the answers; its fields carry the wording (see fields.py).
        sections: order of the questions; every schema field stands in exactly one section.
        rules: first match decides; the last one always holds.
        clocks: the scene's own deadlines; those of the hub that it does not state come from the county's settings.
        purpose: shown above the first question: who handles the data, what for, how long, what the law says.
        warning: shown first of all, for emergencies.
        sample: one valid set of answers as JSON-able form values, without a place (the code gives it).
        accused: names of fields that may name the unit complained about.
        subject: name of the field that the spot's subject_name fills in, ``""`` for none.
        reporter_phone: name of the field with the reporter's mobile number, ``""`` for none.
    """

    key: str
    code: int
    title: Words
    summary: Words
    schema: type[marshmallow.Schema]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    clocks: tuple[Clock, ...]
    visibility: Visibility
    poster: PosterWords
    purpose: Words
    sample: Mapping[str, Any]
    warning: Words | None = None
    accused: tuple[str, ...] = ()
    subject: str = ""
    reporter_phone: str = "reporter_phone"

    @cached_property
    def _schema(self) -> marshmallow.Schema:
        return self.schema()

    def load(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """Typed answers from a posted form (a plain mapping or a werkzeug MultiDict) or from JSON.

        Raises:
            marshmallow.ValidationError: every bad field at once; ``messages`` maps field names to lists of Words.
        """
        raise TypeError("finished with forms.py")

    @cached_property
    def form(self) -> FormSpec:
        """The form as data, in the order it is asked."""
        raise TypeError("finished with forms.py")
