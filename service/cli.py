"""``python -m service``: start the service and its worker, look after codes, cases, users and the outbox.

The rule it keeps: an error is one sentence on standard error, never a traceback. Exit codes: 0 done, 1 not found or not
possible, 2 wrong use or wrong settings. ``--json`` prints what a program may read and nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from gonzhi_code.errors import GonzhiError

from .settings import BadSetting, Settings

DONE, NOT_FOUND, WRONG = 0, 1, 2
INTERRUPTED = 130
"""What shells report of a command that Ctrl-C ended before it began its work."""
STRICT_COMMANDS = ("serve", "work")
"""These never fall back to the demo's secrets: who runs them in production must have set their own."""


class Refused(Exception):
    """A command cannot be done; the message is one sentence.

    Args:
        status: the exit code.
    """

    def __init__(self, sentence: str, status: int = NOT_FOUND) -> None:
        super().__init__(sentence)
        self.status = status


def main(arguments: Sequence[str], environ: Mapping[str, str] | None = None) -> int:
    """Run one command. Returns the exit code."""
    options = _parser().parse_args(arguments)
    environ = os.environ if environ is None else environ
    from .store import StoreFault

    try:
        return _run(options, environ)
    except (BadSetting, Refused, GonzhiError) as error:
        print(f"gonzhi: {error}", file=sys.stderr)
        return error.status if isinstance(error, Refused) else WRONG if isinstance(error, BadSetting) else NOT_FOUND
    except StoreFault as error:
        first = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        print(f"gonzhi: the database cannot be used: {first} (is it reachable, and was `migrate` run?)", file=sys.stderr)
        return NOT_FOUND
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough, as `head` does.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stays open until the process ends
        return DONE


def _run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    run: Callable[[argparse.Namespace, Mapping[str, str]], int] = options.run
    return run(options, environ)


def read_settings(command: str, environ: Mapping[str, str]) -> Settings:
    """The settings of a command: the environment's, or the demo's where the folder holds one.

    Raises:
        BadSetting: see ``Settings.from_environ``.
    """
    from .demo import demo_environ, secrets_path

    mode = environ.get("GONZHI_MODE", "").strip()
    undecided = not mode and not environ.get("GONZHI_SECRET", "").strip() and command not in STRICT_COMMANDS
    if mode == "demo" or (undecided and secrets_path(environ).exists()):
        environ = demo_environ(environ, create=False)
    return Settings.from_environ(environ)


def _serve(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from .serve import run_server

    run_server(read_settings("serve", environ))
    return DONE


def _work(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from .hub.context import build_hub
    from .work import make_noticing, make_worker, run_worker

    hub = build_hub(read_settings("work", environ))
    if options.once:
        handled = make_worker(hub).run_until_empty()
        if noticing := make_noticing(hub):
            handled += noticing.run_due()
        print(f"{handled} handled")
        hub.close()
        return DONE
    run_worker(hub)
    return DONE


def _migrate(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from .store import DatabaseTooNew, Store, migrate

    store = Store.open(read_settings("migrate", environ).database_url)
    try:
        migrate(store)
    except DatabaseTooNew as refused:
        raise Refused(str(refused)) from None
    finally:
        store.close()
    print("The database has the shape that this release needs.")
    return DONE


def _demo(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    from .demo_run import run_demo

    return run_demo(environ)


def _parser() -> argparse.ArgumentParser:
    from .cli_notices import add_notice_commands
    from .cli_reconcile import add_reconcile_command
    from .cli_records import add_record_commands
    from .cli_registry import add_registry_commands
    from .cli_replay import add_replay_command
    from .cli_retention import add_retention_commands
    from .cli_users import add_user_commands

    parser = argparse.ArgumentParser(prog="python -m service", description="The hub of 市域共治码: from poster to case.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, run, words in (
        ("serve", _serve, "run the web server"),
        ("work", _work, "run the outbox worker"),
        ("migrate", _migrate, "bring the database to the shape of this release"),
        ("demo", _demo, "run everything on this machine, with data to try"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        if name == "work":
            command.add_argument("--once", action="store_true", help="deliver what is due and end")
    add_record_commands(commands)
    add_notice_commands(commands)
    add_registry_commands(commands)
    add_replay_command(commands)
    add_reconcile_command(commands)
    add_retention_commands(commands)
    add_user_commands(commands)
    return parser
