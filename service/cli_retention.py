"""``python -m service retention | mask``: how far the promise of the privacy notice is kept, and what is taken out on request."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

LONGEST_REASON = 200


def _retention(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from .cli import DONE
    from .cli_records import open_hub, print_json
    from .hub.retention import run_retention, standing

    with open_hub("retention", environ) as hub:
        while options.now and run_retention(hub):
            pass
        told, keeps = standing(hub), hub.settings.keeps
    data = {
        "reporter_days": keeps.reporter.days,
        "words_days": keeps.words.days,
        "trail_days": keeps.trail.days,
        "due": dict(told.due),
        "done": dict(told.done),
    }
    if options.json:
        print_json(data)
    else:
        for step, days in (("masked", keeps.reporter.days), ("forgotten", keeps.words.days)):
            print(f"{step:<10} after {days} days: {told.done.get(step, 0)} done, {told.due.get(step, 0)} due")
        print(f"trail      kept {keeps.trail.days} days")
    return DONE


def _mask(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from .cli import DONE, WRONG, Refused
    from .cli_records import open_hub, who
    from .hub.refusals import NotAllowed
    from .hub.retention import mask_case

    reason = options.reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Refused(f"--reason needs 1 to {LONGEST_REASON} characters", WRONG)
    with open_hub("mask", environ) as hub:
        try:
            mask_case(hub, options.number, who(), reason)
        except NotAllowed as refused:
            raise Refused(_SENTENCES[refused.reason].format(options.number)) from None
    print(f"who reported {options.number} is no longer kept")
    return DONE


_SENTENCES = {
    "no_case": "there is no case {}",
    "not_over": "case {} is still being handled; its reporter can be taken out once it is over",
    "sealed_away": "the sealed part of case {} cannot be opened: is the secret missing that sealed it (GONZHI_OLD_SECRETS)?",
}


def add_retention_commands(commands: Any) -> None:
    """Add the commands."""
    words = "say how many cases are due to lose who reported them, and their words; the worker does it by itself"
    command = commands.add_parser("retention", help=words, description=words)
    command.add_argument("--now", action="store_true", help="do everything that is due, now")
    command.add_argument("--json", action="store_true", help="print what a program may read")
    command.set_defaults(run=_retention)
    words = "take who reported it out of a case that is over, because they asked for it"
    command = commands.add_parser("mask", help=words, description=words)
    command.add_argument("number", help="of the case")
    command.add_argument("--reason", required=True, help="why; goes on the trail")
    command.set_defaults(run=_mask)
