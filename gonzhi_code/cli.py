"""`gonzhi`: the library on the command line.

The rules it keeps: an error is one sentence, never a traceback; ``--json`` prints for programs; progress and faults go to
standard error; only here, at the edge, are the clock and the files of the machine looked at.

Exit codes: 0 all is well; 1 refused, not genuine, or problems found; 2 the command or a file cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from . import __version__, cli_batch, cli_codes, cli_keys, cli_rules
from .cli_files import BadFile
from .errors import GonzhiError

REFUSED, UNUSABLE = 1, 2
# What shells report of a command that was ended by Ctrl-C.
INTERRUPTED = 130


def build_parser() -> argparse.ArgumentParser:
    """The parser with every command."""
    parser = argparse.ArgumentParser(
        prog="gonzhi",
        description="Signed scenario codes, posters, forms and routing rules.",
        epilog="Exit codes: 0 well; 1 refused, not genuine or problems found; 2 the command or a file cannot be used.",
    )
    parser.add_argument("--version", action="version", version=f"gonzhi {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    cli_codes.add_commands(commands)
    cli_batch.add_commands(commands)
    cli_keys.add_commands(commands)
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
    except GonzhiError as error:
        return _say(str(error), REFUSED)
    except (BadFile, ValueError) as error:
        return _say(str(error), UNUSABLE)
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _say(f"{error.filename or 'file'}: {error.strerror}", UNUSABLE)
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)


def _say(sentence: str, exit_code: int) -> int:
    print(f"gonzhi: {sentence}", file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
