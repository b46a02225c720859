"""Commands about codes and posters: issue, verify, posters.

The rule they keep: a bad row of a sheet is told with its number and stops no other; a genuine code that is out of use is said to
be both.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .claims import CodeClaims
from .cli_files import key_states, read_keys, read_spots, write_manifest
from .codes import Code, CodeSigner
from .counties import load_county
from .errors import CannotDraw, CodeError, GonzhiError, UnknownScene
from .labels import label
from .moments import SHANGHAI
from .revocations import KeyState, RevocationList, read_revocations
from .scenes import scene_code_of
from .spots import Spot

ANY_BASE_URL = "https://gz.example.gov.cn/s/"
"""Stands in where the address is not checked: what a code says does not depend on it."""

HEAD = ("genuine", "address_checked")


def add_commands(commands: Any) -> None:
    """Put the commands of this file into the parser."""
    issue = commands.add_parser("issue", help="sign one code for one spot")
    signing_words(issue)
    issue.add_argument("--spot", type=int, required=True, help="number of the spot, 1 to 16777215")
    issue.add_argument("--name", required=True, help="name of the spot")
    issue.add_argument("--village", required=True, help="12-digit id of its village or township")
    issue.add_argument("--serial", type=int, default=1, help="how many times it has been printed (default 1)")
    issue.add_argument("--poster", metavar="PDF", help="also write its A4 poster")
    issue.add_argument("--svg", metavar="FILE", help="also write the QR as SVG")
    issue.add_argument("--json", action="store_true")
    issue.set_defaults(run=run_issue)

    verify = commands.add_parser("verify", help="say whether a scanned text is genuine, and what it says")
    verify.add_argument("text", help="the scanned address, or the characters below the code")
    given = verify.add_mutually_exclusive_group(required=True)
    given.add_argument("--keys", metavar="FILE", help="key file")
    given.add_argument("--public", dest="keys", metavar="FILE", help="public halves of keys, see `gonzhi keys export-public`")
    verify.add_argument("--revocations", metavar="LIST", help="signed list of revoked codes, which the same keys must have signed")
    verify.add_argument("--base-url", metavar="URL", help="address that our codes point to; without it the address is not checked")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=run_verify)

    posters = commands.add_parser("posters", help="sign codes for a sheet of spots and write their posters")
    signing_words(posters)
    posters.add_argument("spots", help="CSV with the columns id, name, village_id and, if wanted, the other fields of a spot")
    posters.add_argument("--out", required=True, metavar="FOLDER")
    posters.add_argument("--layout", default="a4")
    posters.add_argument("--serial", type=int, default=1)
    posters.add_argument("--json", action="store_true")
    posters.set_defaults(run=run_posters)


def signing_words(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """The words of every command that signs codes."""
    parser.add_argument("--keys", required=required, metavar="FILE", help="key file, see `gonzhi keys make`")
    # No default: a batch printed with somebody else's address cannot be called back from the walls.
    parser.add_argument("--base-url", required=required, metavar="URL", help="address that the codes point to, ending in /s/")
    parser.add_argument("--scene", default="unified", help="key of a scene, or `unified` for the chooser (default)")
    parser.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="day of issue (default: today)")
    parser.add_argument("--months", type=int, default=0, help="validity in months (default 0: no end)")
    parser.add_argument("--county", default="wenling")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2026-11-23") from None


def _issue(signer: CodeSigner, options: argparse.Namespace, spot: Spot) -> Code:
    day = options.date or dt.datetime.now(SHANGHAI).date()
    return signer.issue(spot, scene_key=options.scene, serial=options.serial, issued_on=day, validity_months=options.months)


def run_issue(options: argparse.Namespace) -> int:
    """``gonzhi issue``"""
    county = load_county(options.county)
    spot = Spot(options.spot, options.name, options.village)
    county.township(spot.village_id)
    code = _issue(CodeSigner(read_keys(options.keys), options.base_url), options, spot)
    if options.poster:
        from .posters import save_poster

        save_poster(code, spot, options.poster, county=county)
    if options.svg:
        from .qr import svg

        Path(options.svg).write_text(svg(code.url), encoding="utf-8")
    told = {"url": code.url, "token": code.token, **claims_data(code.claims)}
    print(json.dumps(told, ensure_ascii=False) if options.json else code.url)
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """``gonzhi verify``"""
    ring = read_keys(options.keys)
    signer = CodeSigner(ring, options.base_url or ANY_BASE_URL)
    text = options.text if options.base_url else options.text.rpartition("/")[2]
    held = read_revocations(Path(options.revocations).read_bytes(), ring.keys) if options.revocations else None
    try:
        claims = signer.verify(text)
    except CodeError as error:
        if options.json:
            print(json.dumps({"genuine": False, "reason": error.reason, "detail": str(error)}, ensure_ascii=False))
        else:
            print(f"not genuine: {error} ({label(error.reason)})")
        return 1
    told = {"genuine": True, "address_checked": bool(options.base_url), **claims_data(claims)}
    state = key_states(options.keys).get(claims.key_id, "")
    if held:
        told |= _list_says(held, signer.token_of(text))
        state = "compromised" if held.key_state(claims.key_id) is KeyState.COMPROMISED else state
    out_of_use = bool(told.get("revoked")) or state == "compromised"
    if state:
        told["key_state"] = state
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
        return 1 if out_of_use else 0
    shown = told | {"expires_on": told["expires_on"] or "never", "scene_key": told["scene_key"] or "not installed here"}
    print("genuine" + (", but revoked" if told.get("revoked") else "") + (", but its key is compromised" if state == "compromised" else ""))
    print("\n".join(f"  {name:<12} {value}" for name, value in shown.items() if name not in HEAD))
    if not options.base_url:
        print("  the address was not checked; --base-url checks it")
    if told.get("list_stale"):
        print(f"  the list of revoked codes is of {told['list_of']}: fetch a newer one")
    return 1 if out_of_use else 0


def _list_says(held: RevocationList, token: str) -> dict[str, Any]:
    today = dt.datetime.now(SHANGHAI).date()
    return {
        "revoked": held.revoked(token), "list_number": held.number, "list_of": held.issued_on.isoformat(), "list_stale": held.is_stale(today),
    }  # fmt: skip


def claims_data(claims: CodeClaims) -> dict[str, Any]:
    """What a code says, JSON-able. A scene of a later release has its number and no key."""
    try:
        scene_key: str | None = claims.scene_key
    except UnknownScene:
        scene_key = None
    return {
        "version": claims.version,
        "key_id": claims.key_id,
        "scene_key": scene_key,
        "scene_code": claims.scene_code,
        "place_id": claims.place_id,
        "spot_id": claims.spot_id,
        "serial": claims.serial,
        "issuer": claims.issuer,
        "issued_on": claims.issued_on.isoformat(),
        "expires_on": claims.expires_on.isoformat() if claims.expires_on else None,
    }


def run_posters(options: argparse.Namespace) -> int:
    """``gonzhi posters``"""
    from .posters import LAYOUTS, save_poster

    county = load_county(options.county)
    signer = CodeSigner(read_keys(options.keys), options.base_url)
    scene_code_of(options.scene)  # what is wrong with the whole batch is said once, before the first row
    if options.layout not in LAYOUTS:
        raise CannotDraw(f"no print format {options.layout!r}; there are {', '.join(sorted(LAYOUTS))}")
    spots, faults = read_spots(options.spots, county)
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for row, spot in tqdm(spots, unit=" posters", file=sys.stderr, disable=None):
        try:
            code = _issue(signer, options, spot)
            path = folder / f"{options.scene}-{spot.id:08d}-{options.serial}.pdf"
            save_poster(code, spot, path, layout=options.layout, county=county)
        except (GonzhiError, ValueError) as error:
            faults.append(f"row {row}: {error}")
            continue
        made.append({"file": path.name, "poster_no": code.poster_no, "url": code.url, "token": code.token, "name": spot.name, **claims_data(code.claims)})
    write_manifest(folder / f"{options.scene}-{options.serial}.csv", made)
    if options.json:
        print(json.dumps({"made": made, "faults": faults}, ensure_ascii=False))
    else:
        print(f"{len(made)} posters in {folder}")
        for fault in faults:
            print(fault, file=sys.stderr)
    return 1 if faults else 0
