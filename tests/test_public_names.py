"""The public names of the library: pinned, sorted, documented, and quick to import."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import gonzhi_code

ROOT = Path(__file__).parent.parent
# A name that leaves this list breaks somebody; one that joins it must be kept.
PINNED = [
    "Action", "Algorithm", "BadArea", "BadRevocationList", "BadSheet", "BadSignature", "Calendar", "CalendarUnknown", "CannotDraw", "Case", "Clock",
    "Code", "CodeClaims", "CodeError", "CodeSigner", "County", "CountyIncomplete", "Deadline", "Decision",
    "DuplicateScene", "FieldSpec", "FormSpec", "GonzhiError", "Grid", "Key", "KeyRing", "MalformedCode", "Move",
    "MoveNotAllowed", "NoRoute", "OfficeHours", "Option", "PosterWords", "Priority", "Remark", "Role", "Rule", "Scene",
    "Section", "SectionSpec", "Span", "Spot", "State", "TRANSITIONS", "Tier", "TimeUnit", "Township", "Transition",
    "Unit", "UnknownCodeVersion", "UnknownKey", "UnknownScene", "Village", "Visibility", "Words", "all_of",
    "all_scenes", "allowed_actions", "any_of", "check_county", "check_rules", "clock_deadlines", "deadline", "explain",
    "field", "find_villages", "get_scene", "get_scene_by_code", "json_schema", "label", "load_county", "move",
    "poster_pdf", "posters_pdf", "replay", "report", "require_rules", "route", "rule_set", "rules_version",
    "save_poster", "setting", "time_left", "working_minutes_between",
]  # fmt: skip


def test_the_public_names_are_the_pinned_ones_in_order() -> None:
    assert gonzhi_code.__all__ == sorted(gonzhi_code.__all__) == PINNED


@pytest.mark.parametrize("name", gonzhi_code.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    found = getattr(gonzhi_code, name)
    assert name in dir(gonzhi_code)
    if inspect.isclass(found) or inspect.isfunction(found):
        assert inspect.getdoc(found), name
        # dataclasses and enums inherit a generated text; ours says more than the signature
        assert not (inspect.getdoc(found) or "").startswith(f"{name}("), name


@pytest.mark.parametrize("name", [name for name in gonzhi_code.__all__ if inspect.isfunction(getattr(gonzhi_code, name))])
def test_every_public_function_is_typed_throughout(name: str) -> None:
    signature = inspect.signature(getattr(gonzhi_code, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())


def test_every_error_of_the_tree_is_public_and_has_its_own_reason() -> None:
    from gonzhi_code import errors

    tree = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.GonzhiError)]
    assert {one.__name__ for one in tree} <= set(gonzhi_code.__all__)
    assert len({one.reason for one in tree}) == len(tree)
    assert all(one.__name__ in (errors.__doc__ or "") for one in tree)


def test_no_public_name_turns_into_a_module_when_everything_is_imported() -> None:
    for path in (ROOT / "gonzhi_code").glob("*.py"):
        if path.stem != "__init__":
            importlib.import_module(f"gonzhi_code.{path.stem}")
    assert not [name for name in gonzhi_code.__all__ if inspect.ismodule(getattr(gonzhi_code, name))]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="serve_forever"):
        gonzhi_code.serve_forever  # noqa: B018


def test_all_names_can_be_imported_with_a_star() -> None:
    into: dict[str, typing.Any] = {}
    exec("from gonzhi_code import *", into)
    assert set(gonzhi_code.__all__) <= set(into)


def test_importing_the_library_draws_nothing_in_that_only_posters_and_terminals_need() -> None:
    heavy = ("PIL", "fpdf", "fontTools", "zxingcpp", "qrcode", "tqdm", "argparse", "pypdfium2", "flask", "sqlalchemy")
    script = f"import sys, gonzhi_code; print(*sorted(set(sys.modules) & set({heavy!r})))"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
