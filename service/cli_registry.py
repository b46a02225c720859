"""The commands of the registry of posters: keys, and the agencies that mint on their own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .cli_records import Environ, open_hub, print_json, who


def _keys_list(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.code_keys import list_keys

    with open_hub("keys", environ) as hub:
        rows = list_keys(hub)
    if options.json:
        print_json([{"key_id": row.key_id, "algorithm": row.algorithm, "state": row.state, "missing": row.missing, "codes": row.codes,
                     "about": row.about, "note": row.note} for row in rows])  # fmt: skip
        return 0
    for row in rows:
        print(f"{row.key_id}  {row.state:<12} {row.algorithm or 'not set here':<16} {row.codes} codes, {row.about} still about  {row.note}")
    return 0


def _key_state(options: argparse.Namespace, environ: Environ) -> int:
    from .cli import Refused
    from .hub.code_keys import COMPROMISED, RETIRED, BadKey, set_key_state, to_replace

    state = RETIRED if options.what == "retire" else COMPROMISED
    with open_hub("keys", environ) as hub:
        try:
            set_key_state(hub, options.key, state, by=who(), note=options.note)
        except BadKey as bad:
            raise Refused(str(bad)) from None
        issuing, left = hub.signer.ring.issuing == options.key, len(to_replace(hub, options.key))
    print(f"key {options.key} is {state}; its codes still take complaints" + (", marked" if state == COMPROMISED else ""))
    if issuing:
        print("It is the issuing key: add a new one to GONZHI_CODE_KEYS and name it in GONZHI_ISSUING_KEY; until then nothing is minted.")
    if state == COMPROMISED:
        print(f"{left} posters to replace, ranked by use: /desk/keys/{options.key}")
    return 0


def _issuers_add(options: argparse.Namespace, environ: Environ) -> int:
    from .cli import Refused
    from .hub.issuers import BadIssuer, add_issuer, read_public_key

    path = Path(options.public_key)
    text = path.read_text("utf-8", errors="replace") if path.is_file() else options.public_key
    with open_hub("issuers", environ) as hub:
        try:
            add_issuer(hub, options.number, options.name, options.key_id, read_public_key(text), by=who())
        except BadIssuer as bad:
            raise Refused(str(bad)) from None
    print(f"codes of agency {options.number} ({options.name}) are good from now on")
    return 0


def _issuers_close(options: argparse.Namespace, environ: Environ) -> int:
    from .cli import Refused
    from .hub.issuers import BadIssuer, close_issuer

    with open_hub("issuers", environ) as hub:
        try:
            close_issuer(hub, options.number, by=who())
        except BadIssuer as bad:
            raise Refused(str(bad)) from None
    print(f"agency {options.number} has ended; its codes still open their forms")
    return 0


def _issuers_list(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.issuers import list_issuers

    with open_hub("issuers", environ) as hub:
        rows = list_issuers(hub)
    if options.json:
        print_json([{"number": row["number"], "name": row["name"], "key_id": row["key_id"], "public_key": row["public_key"].hex(),
                     "closed": row["closed_at"] is not None} for row in rows])  # fmt: skip
        return 0
    for row in rows:
        print(f"{row['number']:>4}  key {row['key_id']}  {row['name']}" + ("  ended" if row["closed_at"] else ""))
    return 0


def _aliases_import(options: argparse.Namespace, environ: Environ) -> int:
    from gonzhi_code.batch_sheet import read_sheet
    from gonzhi_code.words import in_language

    from .cli import Refused
    from .hub.aliases import NoColumn, import_aliases

    with open_hub("aliases", environ) as hub:
        try:
            done = import_aliases(hub, read_sheet(options.file), by=who())
        except NoColumn as missing:
            raise Refused(f"the sheet has no column called {' or '.join(missing.titles)}") from None
    print(f"{done.added} new, {done.changed} brought up to date")
    for number, words in done.faults:
        print(f"row {number}: {in_language(words, 'en')}", file=sys.stderr)
    return 1 if done.faults else 0


def _aliases_report(options: argparse.Namespace, environ: Environ) -> int:
    from .hub.aliases import report

    with open_hub("aliases", environ) as hub:
        rows, unknown = report(hub)
    if options.json:
        told = [{name: row[name] for name in ("id", "address", "owner", "scene_key", "place_id", "spot_name", "opened")}
                | {"last_day": row["last_day"].isoformat() if row["last_day"] else None} for row in rows]  # fmt: skip
        print_json({"aliases": told, "unknown": unknown})
        return 0
    for row in rows:
        print(f"{row['opened']:>6}  {row['address']}  {row['scene_key'] or 'unified'}  {row['owner']}")
    print(f"{unknown:>6}  on no list")
    return 0


def add_registry_commands(commands: Any) -> None:
    """Add the commands to the parser."""

    def command(under: Any, name: str, run: Any, words: str) -> Any:
        added = under.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        return added

    keys = commands.add_parser("keys", help="look after the keys of printed codes").add_subparsers(dest="what", required=True)
    command(keys, "list", _keys_list, "every key, its state, and how many of its posters are about").add_argument("--json", action="store_true")
    for name, words in (("retire", "a key signs no more; its codes stay good"), ("compromise", "a key leaked; its codes are marked")):
        change = command(keys, name, _key_state, words)
        change.add_argument("key", help="id of the key, one character; an agency's as number:id")
        change.add_argument("--note", default="", help="why")
    issuers = commands.add_parser("issuers", help="agencies that mint codes on their own").add_subparsers(dest="what", required=True)
    command(issuers, "list", _issuers_list, "every agency").add_argument("--json", action="store_true")
    add = command(issuers, "add", _issuers_add, "register an agency with its public key")
    add.add_argument("number", type=int, help="1 to 1023, as it stands in its codes")
    add.add_argument("name", help="how people call it")
    add.add_argument("--key-id", required=True, help="one character, as it stands in its codes")
    add.add_argument("--public-key", required=True, help="file, hexadecimal or base64 of the Ed25519 public key")
    command(issuers, "close", _issuers_close, "an agency mints no more").add_argument("number", type=int)
    aliases = commands.add_parser("aliases", help="old codes of departments").add_subparsers(dest="what", required=True)
    command(aliases, "import", _aliases_import, "take over a list of old addresses, XLSX or CSV").add_argument("file")
    command(aliases, "report", _aliases_report, "which old codes are still scanned").add_argument("--json", action="store_true")
