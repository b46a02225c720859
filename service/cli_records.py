"""The commands that look at and change records: codes, cases, the outbox."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .hub.context import Hub

Environ = Mapping[str, str]


@contextmanager
def open_hub(command: str, environ: Environ) -> Iterator[Hub]:
    """The hub for one command, closed after it."""
    from .cli import read_settings
    from .hub.context import build_hub

    hub = build_hub(read_settings(command, environ))
    try:
        yield hub
    finally:
        hub.close()


def _codes(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.codes import list_codes

    with open_hub("codes", environ) as hub:
        rows = list_codes(hub)
    told = [
        {
            "url": row.url,
            "scene_key": row.scene_key,
            "spot_id": row.spot_id,
            "spot_name": row.spot_name,
            "place": row.place,
            "place_name": row.place_name,
            "serial": row.serial,
            "state": row.state,
            "token": row.token,
        }
        for row in rows
    ]
    if options.json:
        print_json(told)
    else:
        for one in told:
            print(f"{one['state']:<8} {one['scene_key']:<8} {one['place_name']} {one['spot_name']}  {one['url']}")
    return 0


def _code_state(options: argparse.Namespace, environ: Environ) -> int:
    from .cli import Refused
    from .hub.codes import UnknownCode, set_code_state

    with open_hub("code", environ) as hub:
        try:
            token = set_code_state(hub, options.token, options.state, by=who(), note=options.note)
        except UnknownCode:
            raise Refused("no such code is registered") from None
    print(f"{token} is {options.state}")
    return 0


def _case(options: argparse.Namespace, environ: Environ) -> int:
    from .cli import Refused
    from .hub.casefile import case_data

    with open_hub("case", environ) as hub:
        told = case_data(hub, options.number)
    if told is None:
        raise Refused(f"there is no case {options.number}")
    if options.json:
        print_json(told)
    else:
        for key, value in told.items():
            print(f"{key}: {json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value}")
    return 0


def _cases(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.casefile import all_case_data

    with open_hub("cases", environ) as hub:
        if options.json:
            _print_json_array(all_case_data(hub))
        else:
            for one in all_case_data(hub):
                print(f"{one['case_no']}  {one['state']:<12} {one['scene_key']:<8} {one['lead']}  {one['place']}")
    return 0


def _outbox(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.outbox_state import failed, redrive, standing

    with open_hub("outbox", environ) as hub:
        if options.redrive:
            print(f"{redrive(hub)} put back in line")
            return 0
        if options.failed:
            rows = failed(hub)
            if options.json:
                print_json(rows)
            else:
                for row in rows:
                    print(f"{row['id']}  {row['kind']} to {row['destination']}, {row['attempts']} tries: {row['last_error']}")
            return 0
        counts = standing(hub)
    print_json(counts) if options.json else print(", ".join(f"{count} {state}" for state, count in counts.items()) or "empty")
    return 0


def who() -> str:
    """Who asks, for the trail."""
    return f"cli:{getpass.getuser()}"[:64]


def print_json(value: Any) -> None:
    """What a program may read, on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    print()


def _print_json_array(values: Iterable[Any]) -> None:
    """An array, one element at a time."""
    separator = "[\n"
    for value in values:
        sys.stdout.write(separator + json.dumps(value, ensure_ascii=False))
        separator = ",\n"
    sys.stdout.write("[]\n" if separator == "[\n" else "\n]\n")


def add_record_commands(commands: Any) -> None:
    """Add the commands to the parser."""

    def command(under: Any, name: str, run: Callable[[argparse.Namespace, Environ], int], words: str) -> Any:
        added = under.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        return added

    def with_json(added: Any) -> Any:
        added.add_argument("--json", action="store_true", help="print JSON")
        return added

    with_json(command(commands, "codes", _codes, "list every minted code"))
    code = commands.add_parser("code", help="change a code").add_subparsers(dest="what", required=True)
    state = command(code, "state", _code_state, "say what became of a code")
    state.add_argument("token", help="the token or the whole address")
    state.add_argument("state", choices=("good", "retired", "lost", "revoked"))
    state.add_argument("--note", default="", help="why")
    with_json(command(commands, "case", _case, "show one case")).add_argument("number", help="case number")
    with_json(command(commands, "cases", _cases, "list every case"))
    outbox = with_json(command(commands, "outbox", _outbox, "what is still to be told"))
    outbox.add_argument("--failed", action="store_true", help="list what was given up")
    outbox.add_argument("--redrive", action="store_true", help="put what was given up back in line")
