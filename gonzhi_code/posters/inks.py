"""Inks: grey by black ink alone, and the colours of scenes as the four inks of a press.

Black and grey are DeviceGray, which every press prints with black ink and no other, so that a code has no coloured fringe
when the plates shift. Colours are DeviceCMYK. The screen colours of the built-in scenes have mixtures chosen by eye; that of
another scene is computed with its grey taken over by black.
"""

from __future__ import annotations

from functools import lru_cache

Ink = float | str  # a grey from 0 (black) to 1 (white), or a colour "#rrggbb"
BLACK, WHITE = 0.0, 1.0
SOFT = 0.32  # secondary text: still 7:1 on white
HAIR = 0.72  # rules between the parts of a page

# Cyan, magenta, yellow and black in per cent; none needs more than 280 per cent of ink, which poster paper takes.
MIXTURES = {
    "#8a4b00": (18, 66, 100, 40),  # wage
    "#0b6b5d": (88, 28, 62, 36),  # medins
    "#41536b": (66, 46, 24, 44),  # shelter
    "#5b3fa0": (80, 88, 0, 4),  # campus
    "#0b5cad": (92, 60, 0, 8),  # general
    "#24405f": (86, 58, 20, 50),  # unified
}  # fmt: skip


@lru_cache(maxsize=256)
def cmyk(colour: str) -> tuple[float, float, float, float]:
    """The inks of a colour ``#rrggbb``, each from 0 to 1."""
    if colour.lower() in MIXTURES:
        cyan, magenta, yellow, black = MIXTURES[colour.lower()]
        return cyan / 100, magenta / 100, yellow / 100, black / 100
    parts = [1 - int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    # Three quarters of the common grey go to black; all of it would look thin.
    shade = 0.75 * min(parts)
    rest = 1 - shade
    mixed = [round((part - shade) / rest, 2) if rest else 0.0 for part in parts]
    return mixed[0], mixed[1], mixed[2], round(shade, 2)
