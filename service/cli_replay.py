"""``python -m service replay``: which of the last cases would go elsewhere under the rules and the county as they are now."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import json
from collections.abc import Mapping
from typing import Any


def add_replay_command(commands: Any) -> None:
    """Put the command into the parser."""
    parser = commands.add_parser("replay", help="which cases would go elsewhere under the current rules; no answer is shown")
    parser.add_argument("scene", help="key of the scene")
    parser.add_argument("--since", required=True, metavar="DATE", help="first day of reporting, as 2026-11-01")
    parser.add_argument("--county", metavar="DIR", help="a county folder to be tried (default: the county of the settings)")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_replay)


def _replay(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from gonzhi_code.counties import load_county
    from gonzhi_code.errors import CountyIncomplete, NoRoute

    from .cli import Refused, read_settings
    from .hub.context import build_hub
    from .hub.replaying import replay_cases

    try:
        since = dt.date.fromisoformat(options.since)
    except ValueError:
        raise Refused(f"{options.since!r} is no date such as 2026-11-01") from None
    hub = build_hub(read_settings("replay", environ))
    try:
        if options.scene not in hub.plans:
            raise Refused(f"there is no scene {options.scene!r}; there are: {', '.join(hub.plans)}")
        county = load_county(options.county) if options.county else hub.county
        found = replay_cases(hub, options.scene, since, county, by=f"cli:{getpass.getuser()}")
    except (CountyIncomplete, NoRoute) as error:
        raise Refused(str(error)) from None
    finally:
        hub.close()
    _say(options, since, found)
    return 0


def _say(options: argparse.Namespace, since: dt.date, found: Any) -> None:
    told = [
        {
            "case_no": one.case_no, "was_rule": one.was_rule, "was_lead": one.was_lead,
            "now_rule": one.now_rule, "now_lead": one.now_lead, "moved": one.moved,
        }
        for one in found.differences
    ]  # fmt: skip
    if options.json:
        print(json.dumps({"looked_at": found.looked_at, "differences": told, "unreadable": list(found.unreadable)}, indent=1))
        return
    moved = sum(one["moved"] for one in told)
    print(f"{found.looked_at} cases since {since}, {len(told)} would be decided differently, {moved} would go elsewhere")
    for one in told:
        print(f"{one['case_no']:<12} {one['was_rule'] or '-'} {one['was_lead']} -> {one['now_rule'] or '-'} {one['now_lead']}")
    for case_no in found.unreadable:
        print(f"{case_no:<12} its answers do not open with the secrets of these settings")
