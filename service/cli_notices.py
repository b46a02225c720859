"""The command that looks after SMS: what waits for a person, putting it back in line, and the texts to file with a provider."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

Environ = Mapping[str, str]


def add_notice_commands(commands: Any) -> None:
    """Add the command to the parser."""
    words = "how reporters hear by SMS"
    added = commands.add_parser("notices", help=words, description=words)
    added.set_defaults(run=_notices)
    what = added.add_mutually_exclusive_group()
    what.add_argument("--failed", action="store_true", help="list what waits for a person, numbers masked")
    what.add_argument("--replies", action="store_true", help="list replies that belong to nothing, without their words")
    what.add_argument("--redrive", action="store_true", help="put what failed or was dropped back in line")
    what.add_argument("--texts", action="store_true", help="print the texts to file with a provider")
    added.add_argument("--id", type=int, help="with --redrive: this one notice, be it uncertain")
    added.add_argument("--json", action="store_true", help="print JSON")


def _notices(options: argparse.Namespace, environ: Environ) -> int:
    from .cli_records import open_hub, print_json, who
    from .hub.undelivered import send_again, undelivered

    if options.texts:
        return _texts(options, environ)
    with open_hub("notices", environ) as hub:
        if options.redrive:
            print(f"{send_again(hub, who(), options.id)} put back in line")
            return 0
        told = undelivered(hub)
    unsent = [
        {
            "id": one.id, "case_no": one.case_no, "kind": one.kind, "state": one.state, "code": one.code, "reason": one.reason,
            "attempts": one.attempts, "created_at": one.created_at.isoformat(), "phone": one.phone,
        }
        for one in told.unsent
    ]  # fmt: skip
    replies = [{"id": one.id, "at": one.at.isoformat(), "outcome": one.outcome, "case_no": one.case_no} for one in told.replies]
    if options.json:
        print_json(unsent if options.failed else replies if options.replies else {"counts": told.counts, "stopped": dict(told.stopped)})
    elif options.failed:
        for row in unsent:
            print(f"{row['id']}  {row['case_no']}  {row['kind']:<12} {row['state']:<10} {row['phone']}  {row['code']}: {row['reason']}")
    elif options.replies:
        for line in replies:
            print(f"{line['id']}  {line['at']}  {line['outcome']:<10} {line['case_no']}")
    else:
        print(", ".join(f"{count} {state}" for state, count in told.counts.items()) or "empty")
        for code, count in told.stopped:
            print(f"{count} wait because the provider says: {code}")
    return 0


def _texts(options: argparse.Namespace, environ: Environ) -> int:
    """The texts as the chosen provider files them, Aliyun's spelling where none is chosen."""
    from .cli import read_settings
    from .notify.templates import longest_of, make_templates, segments

    values = dict(environ)
    # The ids are what comes of filing: the texts must be had before.
    values["GONZHI_SMS_TEMPLATES"] = ""
    tencent = values.get("GONZHI_SMS", "").strip() == "tencent"
    values["GONZHI_SMS"] = "file"
    sms = read_settings("notices", values).sms
    templates = make_templates(sms.page).values()
    told = [
        {
            "key": one.key, "text": one.as_tencent() if tencent else one.as_aliyun(), "most_characters": longest_of(one, sms.sign or "字" * 12),
            "segments": segments(longest_of(one, sms.sign or "字" * 12)),
        }
        for one in templates
    ]  # fmt: skip
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in told:
            print(f"{one['key']:<20} {one['segments']} SMS  {one['text']}")
    return 0
