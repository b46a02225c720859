"""``python -m service reconcile``: hold the counts of a day against one another, and fail where they do not balance."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any


def _reconcile(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from .cli import DONE, NOT_FOUND, read_settings
    from .hub.context import build_hub
    from .hub.reconcile import reconcile

    hub = build_hub(read_settings("reconcile", environ))
    try:
        made = reconcile(hub, options.day or hub.today() - dt.timedelta(days=1))
    finally:
        hub.close()
    if options.json:
        print(json.dumps(made.data(), ensure_ascii=False, indent=2))
    else:
        print(f"{made.day}: {'balances' if made.balanced else 'DOES NOT BALANCE'}")
        for one in made.equations:
            right = " + ".join(f"{count} {name}" for name, count in one.right)
            word = "ok" if one.holds else "bound" if one.bound else "DIFFERS"
            print(f"  {word:<8}{one.key:<12}{one.left[1]} {one.left[0]} {'>=' if one.bound else '='} {right}   {one.words.en}")
            if one.cases:
                print(f"          {len(one.cases)} cases: {' '.join(one.data()['cases'])}")
    return DONE if made.balanced else NOT_FOUND


def add_reconcile_command(commands: Any) -> None:
    """Add the command."""
    words = "hold the counts of a day against one another, from the scan to the notice; exits with 1 where they do not balance"
    command = commands.add_parser("reconcile", help=words, description=words)
    command.add_argument("--day", type=dt.date.fromisoformat, help="YYYY-MM-DD in the county; yesterday unless said")
    command.add_argument("--json", action="store_true", help="print what a program may read")
    command.set_defaults(run=_reconcile)
