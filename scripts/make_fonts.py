"""Cuts the fonts of the posters out of full Noto Sans SC font files.

Run it when a character is wanted that the shipped fonts lack:

    python scripts/make_fonts.py NotoSansSC-Regular.ttf NotoSansSC-Bold.ttf

The sources are the static TrueType files of Noto Sans SC (version 2.004, SIL Open Font License 1.1, "Source" being the
reserved font name, which ours does not use). TrueType, because text codes of a CID-keyed CFF subset are CIDs and not glyph
numbers: such a PDF prints wrong glyphs while its text can still be extracted. Kept are the characters of GB 2312, printable
ASCII and Latin-1, the punctuation and signs listed below, and whatever the shipped county folders need beyond that.
Hints, layout tables and vertical metrics go: posters are set horizontally, without shaping. Same sources, same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "gonzhi_code" / "fonts"
COUNTIES = ROOT / "gonzhi_code" / "counties"
SIGNS = "·—–…“”‘’《》〈〉「」『』【】〔〕、。，！？：；（）〇①②③④⑤⑥⑦⑧⑨⑩→←↑↓℃㎡×÷±°§№¥￥€•●○◎■□▲△▼▽★☆✓✕％"
KEPT_NAMES = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]


def gb2312() -> set[str]:
    """The 7,445 characters of GB 2312-80, asked of Python's own codec."""
    wanted = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                wanted.add(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue  # the standard leaves this position empty
    return wanted


def county_characters() -> set[str]:
    """Every character in the shipped county folders, so that no shipped place name is ever refused."""
    files = [path for path in sorted(COUNTIES.rglob("*")) if path.suffix in {".csv", ".toml"}]
    return {character for path in files for character in path.read_text("utf-8") if character.isprintable()}


def cut(source: Path, target: Path) -> tuple[int, list[str]]:
    """Write the subset of ``source`` to ``target``; returns its number of characters and the wanted ones it lacks."""
    latin = {chr(number) for number in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    wanted = gb2312() | latin | set(SIGNS) | county_characters()
    options = subset.Options(
        hinting=False,
        layout_features=[],
        drop_tables=["BASE", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "vhea", "vmtx"],
        name_IDs=KEPT_NAMES,
        notdef_outline=True,
        recalc_timestamp=False,
    )
    font = TTFont(source, recalcTimestamp=False)
    held = font.getBestCmap()
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in wanted])
    cutter.subset(font)
    font.save(target)
    return len(font.getBestCmap()), sorted(character for character in wanted if ord(character) not in held)


def main() -> int:
    """Cut both weights and say what was kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("regular", type=Path, help="the full regular font, TrueType outlines")
    parser.add_argument("bold", type=Path, help="the full bold font, TrueType outlines")
    chosen = parser.parse_args()
    for source, name in ((chosen.regular, "NotoSansSC-Regular.ttf"), (chosen.bold, "NotoSansSC-Bold.ttf")):
        count, lacking = cut(source, FONTS / name)
        size = (FONTS / name).stat().st_size
        print(f"{name}: {count} characters, {size:,} bytes; the source lacks {''.join(lacking) or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
