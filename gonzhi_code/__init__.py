"""gonzhi_code: signed scenario codes, typed intake forms, routing, clocks and the life of a case, without a web server.

Rule: this package is pure. It imports no web framework, database or HTTP client, reads no environment, no clock and no
network; time, keys, settings and randomness come in as arguments. ``tests/test_imports.py`` holds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .areas import County, Grid, Township, Unit, Village
from .calendars import Calendar
from .cases import TRANSITIONS, Action, Case, Move, Role, State, Tier, Transition, allowed_actions, move, report
from .claims import CodeClaims
from .codes import Code, CodeSigner
from .conditions import all_of, any_of, field, setting
from .counties import check_county, load_county
from .deadlines import Clock, Deadline, Span, TimeUnit, clock_deadlines, deadline, working_minutes_between
from .errors import (
    BadArea,
    BadRevocationList,
    BadSheet,
    BadSignature,
    CalendarUnknown,
    CannotDraw,
    CodeError,
    CountyIncomplete,
    DuplicateScene,
    GonzhiError,
    MalformedCode,
    MoveNotAllowed,
    NoRoute,
    UnknownCodeVersion,
    UnknownKey,
    UnknownScene,
)
from .forms import FieldSpec, FormSpec, Option, SectionSpec
from .json_schema import json_schema
from .keys import Algorithm, Key, KeyRing
from .labels import label, time_left
from .office_hours import OfficeHours
from .places import find_villages
from .routing import route, rule_set, rules_version
from .routing_checks import check_rules, require_rules
from .routing_explain import explain
from .routing_replay import replay
from .rules import Decision, Priority, Rule, Visibility
from .scene import PosterWords, Remark, Scene, Section
from .scenes import all_scenes, get_scene, get_scene_by_code
from .spots import Spot
from .words import Words

if TYPE_CHECKING:
    from .posters import poster_pdf, posters_pdf, save_poster

__version__ = "0.1.0"

__all__ = [
    "Action",
    "Algorithm",
    "BadArea",
    "BadRevocationList",
    "BadSheet",
    "BadSignature",
    "Calendar",
    "CalendarUnknown",
    "CannotDraw",
    "Case",
    "Clock",
    "Code",
    "CodeClaims",
    "CodeError",
    "CodeSigner",
    "County",
    "CountyIncomplete",
    "Deadline",
    "Decision",
    "DuplicateScene",
    "FieldSpec",
    "FormSpec",
    "GonzhiError",
    "Grid",
    "Key",
    "KeyRing",
    "MalformedCode",
    "Move",
    "MoveNotAllowed",
    "NoRoute",
    "OfficeHours",
    "Option",
    "PosterWords",
    "Priority",
    "Remark",
    "Role",
    "Rule",
    "Scene",
    "Section",
    "SectionSpec",
    "Span",
    "Spot",
    "State",
    "TRANSITIONS",
    "Tier",
    "TimeUnit",
    "Township",
    "Transition",
    "Unit",
    "UnknownCodeVersion",
    "UnknownKey",
    "UnknownScene",
    "Village",
    "Visibility",
    "Words",
    "all_of",
    "all_scenes",
    "allowed_actions",
    "any_of",
    "check_county",
    "check_rules",
    "clock_deadlines",
    "deadline",
    "explain",
    "field",
    "find_villages",
    "get_scene",
    "get_scene_by_code",
    "json_schema",
    "label",
    "load_county",
    "move",
    "poster_pdf",
    "posters_pdf",
    "replay",
    "report",
    "require_rules",
    "route",
    "rule_set",
    "rules_version",
    "save_poster",
    "setting",
    "time_left",
    "working_minutes_between",
]

# Drawing pulls in a PDF writer and fonts, a third of a second that no handler of scans should wait for.
_LATE = {"poster_pdf": "posters", "posters_pdf": "posters", "save_poster": "posters"}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_LATE[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
