"""`gonzhi`: the library on the command line.

Exit codes: 0 all is well; 1 refused, not genuine, or problems found; 2 the command or a file cannot be used.
``--json`` prints for programs; progress and faults go to standard error. An error is one sentence, never a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from . import __version__, cli_codes, cli_rules
from .cli_files import BadFile
from .errors import GonzhiError


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command."""
    parser = argparse.ArgumentParser(
        prog="gonzhi",
        description="Signed scenario codes, posters, forms and routing rules.",
        epilog="Exit codes: 0 well; 1 refused, not genuine or problems found; 2 wrong use.",
    )
    parser.add_argument("--version", action="version", version=f"gonzhi {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    cli_codes.add_commands(commands)
    cli_rules.add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: words after ``gonzhi``; None takes those of the process.

    Returns:
        The exit code.
    """
    options = build_parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except BadFile as error:
        print(f"gonzhi: {error}", file=sys.stderr)
        return 2
    except (GonzhiError, ValueError) as error:
        print(f"gonzhi: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
