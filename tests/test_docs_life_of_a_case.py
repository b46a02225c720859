"""The page on the life of a case says what the code does."""

import re
from pathlib import Path

from gonzhi_code.cases import TRANSITIONS
from gonzhi_code.counties import load_county
from gonzhi_code.routing_clocks import HUB_CLOCKS
from service.hub.reopening import OF_RIGHT
from service.hub.short_words import LONGEST_SHORT

PAGE = (Path(__file__).parent.parent / "docs" / "life-of-a-case.md").read_text("utf-8")


def test_the_table_of_moves_is_that_of_the_code() -> None:
    moves = PAGE[PAGE.index("## States") : PAGE.index("## What each")]
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \| ([\w, ]+) \|$", moves, re.MULTILINE)
    told = {(state, action, to): frozenset(roles.split(", ")) for state, action, to, roles in rows}
    assert told == {(row.state, row.action, row.to): frozenset(row.roles) for row in TRANSITIONS}


def test_every_clock_of_the_hub_is_told_but_the_one_that_intake_meets() -> None:
    for clock in HUB_CLOCKS:
        assert clock.key == "dispatch" or f"| `{clock.key}` |" in PAGE


def test_the_numbers_are_those_of_the_code() -> None:
    settings = load_county("wenling").settings
    assert f"at most {LONGEST_SHORT} characters" in PAGE and OF_RIGHT.amount == 10 and "Within ten days" in PAGE
    assert settings["clock.rate_days"] == 7 and "within seven days" in PAGE
