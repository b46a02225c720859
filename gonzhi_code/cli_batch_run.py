"""`gonzhi batch`: a sheet of spots becomes printed posters and a list of them.

The rule it keeps: everything wrong with the sheet is said at once, before anything is printed; numbers are on the disk before
a poster with them is; a run that was killed goes on where it was when the same command is given again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import importlib.util
import json
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .areas import County
from .batch import Plan, plan_batch
from .batch_columns import Matched, Unclear, match_columns
from .batch_drawing import Drawer, Numbered, Order, Unit, check_kind, foresee, is_whole, units_of
from .batch_folder import Asked, Journal, begin, read_asked
from .batch_ledger import FileLedger, Ledger
from .batch_manifest import write_csv, write_xlsx, write_zip
from .batch_sheet import SheetRows, parse_sheet
from .batch_template import write_template
from .cli_codes import ANY_BASE_URL
from .cli_files import BadFile, read_keys
from .cli_pool import Made, draw_units
from .codes import CodeSigner
from .counties import load_county
from .errors import BadSheet
from .moments import SHANGHAI
from .posters import Style, press_for
from .scenes import scene_code_of

CHUNK = 500  # posters that are put down as finished with one flush of the disk


def run(options: argparse.Namespace) -> int:
    """``gonzhi batch``"""
    county = load_county(options.county)
    if options.template:
        write_template(Path(options.template), county)
        print(options.template)
        return 0
    if not options.spots:
        raise BadFile("name a sheet of spots, or --template FILE for one to fill in.")
    scene_code_of(options.scene)
    try:
        data = Path(options.spots).read_bytes()
    except OSError as error:
        raise BadFile(f"{options.spots}: cannot be read ({error.strerror}).") from None
    sheet = parse_sheet(data, Path(options.spots).name)
    matched = _match(sheet, options)
    plan = plan_batch(sheet, matched, county, scene_key=options.scene, issuer=options.issuer)
    check_kind(options.kind, options.layout, _style(options))
    plan = foresee(press_for(options.layout, county, _style(options)), plan, options.base_url or ANY_BASE_URL)
    _say_faults(plan, matched, options)
    if options.check or not plan.posters:
        return _told(options, {"posters": 0 if not options.check else len(plan.posters)}, plan, [])
    return _make(options, county, plan, hashlib.sha256(data).hexdigest()[:32], matched)


def _match(sheet: SheetRows, options: argparse.Namespace) -> Matched:
    """Which column is which; what is unclear is asked of a person at a terminal, and said where there is none.

    Raises:
        BadSheet: something is unclear and nobody can be asked.
    """
    chosen = dict(word.split("=", 1) if "=" in word else (word, "") for word in options.column)
    matched = match_columns(sheet.headings, chosen)
    if matched.unclear and sys.stdin.isatty() and sys.stderr.isatty():
        chosen |= {unclear.column.key: _ask(unclear, sheet) for unclear in matched.unclear}
        matched = match_columns(sheet.headings, chosen)
    # A needed column that was said not to be there is still missed.
    missing = [one for one in matched.unclear if one.column.needed or one.candidates]
    needed = "spot" in matched.places and {"village", "village_id", "township"} & set(matched.places)
    if missing or not needed:
        told = [str(one) for one in (missing or matched.unclear)] or ["the columns of spot and village are needed"]
        raise BadSheet(Path(options.spots).name, told)
    return matched


def _ask(unclear: Unclear, sheet: SheetRows) -> str:
    """Ask which column is meant; an empty answer means none."""
    choices = unclear.candidates or tuple(heading for heading in sheet.headings if heading)
    print(f"\nWhich column is {unclear.column.title} ({unclear.column.note})?", file=sys.stderr)
    for number, heading in enumerate(choices, 1):
        place = sheet.headings.index(heading)
        shown = next((cells[place] for _, cells in sheet.rows if place < len(cells) and cells[place]), "")
        print(f"  {number}  {heading}   {shown[:24]}", file=sys.stderr)
    while True:
        print("Number, or Enter for none: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip()
        if not answer:
            return ""
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return choices[int(answer) - 1]


def _say_faults(plan: Plan, matched: Matched, options: argparse.Namespace) -> None:
    if options.json:
        return
    if matched.unused:
        print(f"not used: the columns {'、'.join(matched.unused)}", file=sys.stderr)
    for fault in plan.faults:
        print(fault, file=sys.stderr)


def _make(options: argparse.Namespace, county: County, plan: Plan, digest: str, matched: Matched) -> int:
    for name in ("keys", "base_url", "out"):
        if not getattr(options, name):
            raise BadFile(f"--{name.replace('_', '-')} is needed to print posters.")
    ring = read_keys(options.keys)
    signer = CodeSigner(ring, options.base_url)
    if not ring.issuing:
        raise BadFile(f"{options.keys}: no key issues; it only verifies.")
    if not 1 <= options.per_file <= 5000:
        raise BadFile("--per-file is from 1 to 5000.")
    folder = Path(options.out)
    asked = begin(folder, Asked(secrets.token_hex(8), digest, _words(options, ring.issuing, signer.base_url, matched)))
    order = Order(
        options.layout, _style(options), options.kind, dt.date.fromisoformat(asked.words["date"]), options.months,
        options.sample, importlib.util.find_spec("pypdfium2") is not None,
    )  # fmt: skip
    drawer = Drawer(order, signer, county, folder)  # what is wrong with the whole batch is said before a number is taken
    ledger = FileLedger(Path(options.ledger) if options.ledger else Path(options.keys).with_suffix(".ledger"))
    rows = _number(ledger, asked.batch_id, plan)
    journal = Journal(folder)
    units = _unfinished(folder, journal, units_of(rows, options.per_file, options.kind))
    faults = _draw(options, drawer, ledger, journal, asked.batch_id, units)
    return _finish(options, folder, journal, order, plan, faults)


def _words(options: argparse.Namespace, key_id: str, base_url: str, matched: Matched) -> dict[str, str]:
    """Whatever decides a byte of the batch; a folder goes on only with the same."""
    known = read_asked(Path(options.out))
    day = options.date or dt.datetime.now(SHANGHAI).date()
    if not options.date and known:
        # Begun yesterday and gone on with today, it is still a batch of yesterday.
        day = dt.date.fromisoformat(known.words["date"])
    names = ("scene", "months", "county", "layout", "kind", "per_file", "large", "bleed", "ecc", "logo", "font", "issuer", "sample")
    columns = " ".join(f"{key}={place}" for key, place in sorted(matched.places.items()))
    return {"date": day.isoformat(), "key": key_id, "base_url": base_url, "columns": columns} | {name: str(getattr(options, name)) for name in names}


def _style(options: argparse.Namespace) -> Style:
    return Style(options.large, options.bleed, options.ecc, options.logo, Path(options.font) if options.font else None)


def _number(ledger: Ledger, batch_id: str, plan: Plan) -> list[Numbered]:
    """Every good row with its numbers; all are on the disk when this returns."""
    reserved = ledger.reserve(batch_id, plan.posters)
    return [Numbered.of(poster, one.spot_id, one.serial) for poster, one in zip(plan.posters, reserved, strict=True)]


def _unfinished(folder: Path, journal: Journal, units: list[Unit]) -> list[Unit]:
    """The files that are not there yet as they were made."""
    made = {record["file"]: record["digest"] for record in journal.records()}
    return [unit for unit in units if unit.path not in made or not is_whole(folder, unit.path, made[unit.path])]


def _draw(
    options: argparse.Namespace, drawer: Drawer, ledger: Ledger, journal: Journal, batch_id: str, units: list[Unit]
) -> list[tuple[int, str]]:
    """Draw the files that are missing; returns the rows that could not be drawn, with the reason."""
    faults: list[tuple[int, str]] = []
    waiting: list[Made] = []

    def keep() -> None:
        records = [record for made in waiting for record in made.records]
        journal.add(records)
        ledger.minted(batch_id, [(record["row"], record["token"]) for record in records])
        waiting.clear()

    total = sum(len(unit.rows) for unit in units)
    with tqdm(total=total, unit=" posters", file=sys.stderr, disable=None) as bar:
        for made in draw_units(drawer, units, options.county, options.workers):
            faults += made.faults
            waiting.append(made)
            bar.update(len(made.records) + len(made.faults))
            if sum(len(one.records) for one in waiting) >= CHUNK:
                keep()
        keep()
    return faults


def _finish(
    options: argparse.Namespace, folder: Path, journal: Journal, order: Order, plan: Plan, faults: list[tuple[int, str]]
) -> int:
    count = write_csv(folder / "manifest.csv", journal.records())
    write_xlsx(folder / "manifest.xlsx", journal.records(), order.issued_on)
    told: dict[str, Any] = {"posters": count, "folder": str(folder)}
    if options.zip:
        archive = folder.with_name(folder.name + ".zip")
        files = [record["file"] for record in journal.records()]
        write_zip(archive, folder, [*files, "manifest.csv", "manifest.xlsx"], order.issued_on)
        told["zip"] = str(archive)
    return _told(options, told, plan, faults)


def _told(options: argparse.Namespace, told: Mapping[str, Any], plan: Plan, faults: list[tuple[int, str]]) -> int:
    if options.json:
        rows = [{"row": fault.row, "problems": list(fault.problems)} for fault in plan.faults]
        rows += [{"row": row, "problems": [problem]} for row, problem in faults]
        print(json.dumps({**told, "faults": rows}, ensure_ascii=False))
    else:
        for row, problem in faults:
            print(f"row {row}: {problem}", file=sys.stderr)
        where = f" in {told['folder']}" if "folder" in told else " can be printed" if options.check else ""
        print(f"{told['posters']} posters{where}; {len(plan.faults) + len(faults)} bad rows")
    return 1 if plan.faults or faults else 0
