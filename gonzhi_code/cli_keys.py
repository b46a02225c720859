"""Commands about keys: make, rotate, retire, compromise and list them, give away public halves, list revoked codes.

The rule they keep: a key that signed anything is never deleted, for its codes hang on walls; a file with secrets is its owner's
alone and is replaced whole or not at all.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import secrets
from pathlib import Path
from typing import Any

from .cli_files import BadFile, read_key_data, read_keys
from .codes import CodeSigner
from .errors import MalformedCode
from .keys import KEY_IDS, Algorithm
from .moments import SHANGHAI
from .revocations import KeyState, read_revocations, sign_revocations

ALGORITHMS = ("hmac-sha256", "hmac-sm3", "ed25519")
STATES = {"retired": KeyState.RETIRED, "compromised": KeyState.COMPROMISED}
DAYS_MOST = 3650
# Where only tokens are read, the address of the codes does not matter.
_ANY = "https://gz.example.gov.cn/s/"


def add_commands(commands: Any) -> None:
    """Put the commands of this file into the parser."""
    keys = commands.add_parser("keys", help="make, rotate, retire, compromise and list keys; give away public halves")
    keys.add_argument("do", choices=["make", "new", "rotate", "list", "retire", "compromise", "export-public"], help="what to do (new is make)")
    keys.add_argument("file", help="the key file; make never overwrites one")
    keys.add_argument("what", nargs="?", help="id of the key to retire or compromise; file to export the public halves to")
    keys.add_argument("--algorithm", default="hmac-sha256", choices=ALGORITHMS, help="of the key that is made (default hmac-sha256)")
    keys.add_argument("--json", action="store_true")
    keys.set_defaults(run=run_keys)

    lists = commands.add_parser("revocations", help="sign a list of revoked codes, or show one")
    lists.add_argument("do", choices=["make", "show"])
    lists.add_argument("list", help="file of the list")
    lists.add_argument("--keys", required=True, metavar="FILE", help="key file; to show a list the public halves are enough")
    lists.add_argument("--key", default="", metavar="ID", help="id of the Ed25519 key that signs (default: the only one)")
    lists.add_argument("--codes", metavar="FILE", help="tokens or addresses of the revoked codes, one a line")
    lists.add_argument("--number", type=int, default=0, help="of the list (default: one more than the list that is there)")
    lists.add_argument("--issuer", type=int, default=0)
    lists.add_argument("--days", type=int, default=30, help="the next list is expected after so many days (default 30)")
    lists.add_argument("--json", action="store_true")
    lists.set_defaults(run=run_revocations)


def _today() -> dt.date:
    return dt.datetime.now(SHANGHAI).date()


def run_keys(options: argparse.Namespace) -> int:
    """``gonzhi keys``"""
    if options.do in ("make", "new"):
        _create(options.file, {"issuing": "a", "keys": {"a": _new_key(options.algorithm)}})
        print(options.file)
        return 0
    read_keys(options.file)  # refuses what is no usable ring, in one sentence
    data = read_key_data(options.file)
    if options.do == "list":
        return _list(data, options)
    if options.do == "export-public":
        return _export(data, options)
    if options.do == "rotate":
        free = [key_id for key_id in KEY_IDS[10:] + KEY_IDS[:10] if key_id not in data["keys"]]
        if not free:
            raise BadFile(f"{options.file}: all {len(KEY_IDS)} key ids are in use.")
        data["keys"][free[0]] = _new_key(options.algorithm)
        data["issuing"] = free[0]
        told = f"{free[0]} issues from now on; keep giving the file to everything that verifies"
    else:
        told = _mark(data, options)
    _replace(options.file, data)
    print(told)
    return 0


def _new_key(algorithm: str) -> dict[str, str]:
    return {"algorithm": algorithm, "secret": secrets.token_hex(32), "made": _today().isoformat()}


def _mark(data: dict[str, Any], options: argparse.Namespace) -> str:
    """Retire or compromise a key; what was said of it before is never taken back."""
    key = data["keys"].get(options.what)
    if key is None:
        raise BadFile(f"{options.file}: name the key to {options.do}; there are {', '.join(data['keys'])}.")
    if key.get("state") == "compromised":
        raise BadFile(f"{options.file}: key {options.what} is compromised since {key['since']}; that is never taken back.")
    issues = data["issuing"] == options.what
    if options.do == "retire":
        if issues:
            raise BadFile(f"{options.file}: key {options.what} issues; rotate first.")
        key |= {"state": "retired", "since": _today().isoformat()}
        return f"{options.what} is retired: its codes keep verifying"
    key |= {"state": "compromised", "since": _today().isoformat()}
    if issues:
        data["issuing"] = ""
    return f"{options.what} is compromised: its codes are marked, and are to be replaced" + ("; nothing issues now, rotate" if issues else "")


def _list(data: dict[str, Any], options: argparse.Namespace) -> int:
    rows = [
        {"id": key_id, "algorithm": key["algorithm"], "state": key.get("state", "issuing" if key_id == data["issuing"] else "verifies"),
         "made": key.get("made", ""), "since": key.get("since", "")}
        for key_id, key in data["keys"].items()
    ]  # fmt: skip
    if options.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['id']}  {row['algorithm']:<15} {row['state']:<12} made {row['made'] or '-':<11} {row['since'] and 'since ' + row['since']}".rstrip())
    return 0


def _export(data: dict[str, Any], options: argparse.Namespace) -> int:
    ring = read_keys(options.file)
    public = {
        key_id: {**data["keys"][key_id], "algorithm": Algorithm.ED25519_PUBLIC.value, "secret": key.public().secret.hex()}
        for key_id, key in ring.keys.items() if key.version == 2
    }  # fmt: skip
    if not public:
        raise BadFile(f"{options.file}: has no Ed25519 key; who can verify with an HMAC key can also sign.")
    if not options.what:
        raise BadFile("name the file to export the public halves to.")
    Path(options.what).write_text(json.dumps({"issuing": "", "keys": public}, indent=2) + "\n", encoding="utf-8")
    print(options.what)
    return 0


def _create(path: str, data: dict[str, Any]) -> None:
    try:
        # Owner-only from the first byte: whoever reads this file can print codes.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadFile(f"{path}: cannot be written ({error.strerror}).") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(data, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _replace(path: str, data: dict[str, Any]) -> None:
    beside = f"{path}.part"
    Path(beside).unlink(missing_ok=True)
    _create(beside, data)
    os.replace(beside, path)


def run_revocations(options: argparse.Namespace) -> int:
    """``gonzhi revocations``"""
    ring = read_keys(options.keys)
    path = Path(options.list)
    if options.do == "show":
        return _show(path.read_bytes(), ring.keys, options)
    pairs = [key_id for key_id, key in ring.keys.items() if key.algorithm is Algorithm.ED25519]
    key_id = options.key or (pairs[0] if len(pairs) == 1 else "")
    if key_id not in pairs:
        raise BadFile(f"{options.keys}: --key names the Ed25519 key that signs the list; there are {', '.join(pairs) or 'none'}.")
    if not options.codes:
        raise BadFile("--codes names the file with the revoked codes.")
    known = read_revocations(path.read_bytes(), ring.keys).number if path.exists() else 0
    if options.number and options.number <= known:
        raise BadFile(f"{path}: is list {known}; the next has a higher number than that.")
    if not 0 <= options.days <= DAYS_MOST:
        raise BadFile(f"--days is from 0 to {DAYS_MOST}.")
    signer = CodeSigner(ring, _ANY)
    tokens = _read_tokens(options.codes, signer)
    data = read_key_data(options.keys)["keys"]
    states = {one: (STATES[key["state"]], dt.date.fromisoformat(key["since"])) for one, key in data.items() if key.get("state")}
    today = _today()
    written = sign_revocations(
        tokens, key_id, ring.keys[key_id], number=options.number or known + 1, issued_on=today,
        next_on=today + dt.timedelta(days=options.days), issuer=options.issuer, keys=states,
    )  # fmt: skip
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(written)
    os.replace(beside, path)
    return _show(written, ring.keys, options)


def _read_tokens(path: str, signer: CodeSigner) -> list[str]:
    """The tokens of a file, one a line.

    Raises:
        BadFile: it is no text, or a line is no code.
    """
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise BadFile(f"{path}: is not UTF-8.") from None
    tokens = []
    for number, line in enumerate(lines, 1):
        try:
            tokens += [signer.token_of(line.strip().rpartition("/")[2])] if line.strip() else []
        except MalformedCode as error:
            raise BadFile(f"{path}: line {number} is no code ({error}).") from None
    return tokens


def _show(data: bytes, keys: Any, options: argparse.Namespace) -> int:
    held = read_revocations(data, keys)
    told = {
        "number": held.number, "issuer": held.issuer, "issued_on": held.issued_on.isoformat(), "next_on": held.next_on.isoformat(),
        "stale": held.is_stale(_today()), "codes": len(held.digests), "bytes": len(data),
        "keys": {key_id: f"{state.name.lower()} since {since}" for key_id, (state, since) in held.keys.items()},
    }  # fmt: skip
    print(json.dumps(told) if options.json else "\n".join(f"{name:<10} {value}" for name, value in told.items()))
    return 0
