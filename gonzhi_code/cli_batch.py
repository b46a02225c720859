"""The words of `gonzhi batch`; cli_batch_run.py does it, for it needs libraries that no other command should wait for."""

from __future__ import annotations

import argparse
from typing import Any

from .cli_codes import signing_words


def add_commands(commands: Any) -> None:
    """Put the command into the parser."""
    batch = commands.add_parser("batch", help="a sheet of spots (XLSX, CSV) becomes posters and a list of them; go on with the same command")
    batch.add_argument("spots", nargs="?", help="the sheet, with columns as the clerk has them")
    batch.add_argument("--template", metavar="XLSX", help="write a sheet to be filled in, and do nothing else")
    batch.add_argument("--out", metavar="FOLDER", help="where the posters go; empty, or with this batch begun")
    signing_words(batch, required=False)
    batch.add_argument("--layout", default="a4", help="print format: a4, a3, sticker, plate, card, plain (default a4)")
    batch.add_argument("--as", dest="kind", choices=["pdf", "svg", "png"], default="pdf", help="svg and png for the layout plain (default pdf)")
    batch.add_argument("--per-file", type=int, default=1, metavar="N", help="posters of one PDF file (default 1)")
    batch.add_argument("--large", action="store_true", help="larger type, Chinese alone")
    batch.add_argument("--bleed", action="store_true", help="3 mm of bleed and crop marks")
    batch.add_argument("--ecc", choices=["M", "Q", "H"], default="Q", help="error correction (default Q)")
    batch.add_argument("--logo", default="", metavar="PATH", help="SVG path data on a grid of 48 for the middle of the code")
    batch.add_argument("--font", metavar="FILE", help="a bigger font for rare characters")
    batch.add_argument("--column", action="append", default=[], metavar="KEY=HEADING", help="which column is which, e.g. spot=点位名称; may be repeated")
    batch.add_argument("--issuer", type=int, default=0, help="number of the minting agency (default 0)")
    batch.add_argument("--ledger", metavar="FOLDER", help="who numbers spots and printings (default: beside the key file)")
    batch.add_argument("--sample", type=int, default=100, metavar="N", help="look at every Nth poster as a whole page (default 100, 0 for none)")
    batch.add_argument("--workers", type=int, default=0, metavar="N", help="processes (default: as many as pay)")
    batch.add_argument("--zip", action="store_true", help="also put everything into one ZIP beside the folder")
    batch.add_argument("--check", action="store_true", help="only say what is wrong with the sheet")
    batch.add_argument("--json", action="store_true")
    batch.set_defaults(run=run_batch)


def run_batch(options: argparse.Namespace) -> int:
    """``gonzhi batch``"""
    from .cli_batch_run import run

    return run(options)
