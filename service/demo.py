"""The demo that ``./run`` starts: everything on one machine, with secrets, codes, posters and accounts of its own.

The rule it keeps: what it makes is random and private (files of mode 0600 in a folder of mode 0700), made once, and kept;
a second start makes nothing anew.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from gonzhi_code.codes import Code

from .demo_data import CODES, USERS, DemoUser
from .hub.accounts import add_user, list_users
from .hub.codes import list_codes, mint
from .hub.context import Hub
from .hub.passwords import new_password
from .settings import BadSetting, Settings

SECRETS_FILE = "secrets.json"
ACCOUNTS_FILE = "accounts.txt"
POSTERS_FOLDER = "posters"
ADDRESS_FILE = "printed-for.txt"
_SECRET_BYTES = 32
_LAYOUT = "a4"


def secrets_path(environ: Mapping[str, str]) -> Path:
    """Where the demo keeps its secrets."""
    return Path(environ.get("GONZHI_VAR", "").strip() or "./var").absolute() / SECRETS_FILE


def demo_environ(environ: Mapping[str, str], *, create: bool) -> dict[str, str]:
    """The environment of the demo: its own secrets where nothing else is set.

    Args:
        environ: what is set; it always wins.
        create: make the secrets where there are none.

    Raises:
        BadSetting: there are none, or the file cannot be read.
    """
    path = secrets_path(environ)
    if not path.exists() and create:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = {
            "GONZHI_SECRET": secrets.token_hex(_SECRET_BYTES),
            "GONZHI_CODE_KEYS": f"a={secrets.token_hex(_SECRET_BYTES)}",
        }
        write_private(path, json.dumps(made, indent=1) + "\n")
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadSetting("GONZHI_VAR", f"has no {SECRETS_FILE} at {path}: start the demo once with ./run.") from None
    except (OSError, ValueError) as error:
        raise BadSetting("GONZHI_VAR", f"has a {SECRETS_FILE} that cannot be read: {error}.") from None
    return {**kept, "GONZHI_MODE": "demo", **{name: value for name, value in environ.items() if value.strip()}}


def remember_port(environ: Mapping[str, str], port: int) -> None:
    """Keep the port beside the secrets, so that ``codes`` prints addresses that answer, without being told the port."""
    path = secrets_path(environ)
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept.get("PORT") != str(port):
        write_private(path, json.dumps({**kept, "PORT": str(port)}, indent=1) + "\n")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(beside, path)


def check_port(settings: Settings) -> None:
    """Make sure that the port is free before anything is made.

    Raises:
        BadSetting: somebody listens there.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise BadSetting("PORT", f"is {settings.port}, which cannot be used: {error.strerror}; choose another.") from None


def fill(hub: Hub) -> list[str]:
    """Make accounts, codes and posters where they are missing. Returns lines to print on first start."""
    lines = _make_accounts(hub)
    _make_codes(hub)
    return lines


def _make_accounts(hub: Hub) -> list[str]:
    if list_users(hub):
        return []
    # Hashing a password takes a third of a second on purpose, and lets another thread work meanwhile.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        lines = list(pool.map(partial(_make_account, hub), USERS))
    path = hub.settings.var_dir / ACCOUNTS_FILE
    write_private(path, "\n".join(lines) + "\n")
    return lines


def _make_account(hub: Hub, user: DemoUser) -> str:
    """Make one. Returns its line for the list."""
    password = new_password()
    unit = hub.county.units[user.unit_id]
    name = user.title or unit.name
    add_user(hub, user.username, password, user.unit_id, role=user.role, name=name, grants=user.grants, area_ids=user.area_ids)
    return f"{user.username:<18}{password}  {unit.name}{f'（{user.title}）' if user.title else ''}"


def _make_codes(hub: Hub) -> None:
    there = {(row.scene_key, row.spot_id) for row in list_codes(hub)}
    for one in CODES:
        if (one.scene_key, one.spot.id) not in there:
            mint(hub, one.spot, one.scene_key)
    _draw_posters(hub)


def _draw_posters(hub: Hub) -> None:
    """Posters of every code, drawn again when the address that they print has changed (another PORT)."""
    folder = hub.settings.var_dir / POSTERS_FOLDER
    drawn_for = folder / ADDRESS_FILE
    if drawn_for.exists() and drawn_for.read_text(encoding="utf-8") == hub.signer.base_url:
        return
    # Drawing needs fonts and a PDF library, which a second start has no use for.
    from gonzhi_code.posters import save_poster

    folder.mkdir(parents=True, exist_ok=True)
    for row in list_codes(hub):
        code = Code(url=row.url, token=row.token, claims=hub.signer.verify(row.token))
        save_poster(code, row.spot, folder / f"{row.poster_no}.pdf", layout=_LAYOUT, county=hub.county)
    drawn_for.write_text(hub.signer.base_url, encoding="utf-8")
