"""The fonts of the posters: Noto Sans SC Regular and Bold, cut down by ``scripts/make_fonts.py``; licence in ``OFL.txt``.

They hold GB 2312, ASCII and the signs the posters use. A character they lack is refused by name, never printed as a blank.
"""

from pathlib import Path

REGULAR = Path(__file__).with_name("NotoSansSC-Regular.ttf")
BOLD = Path(__file__).with_name("NotoSansSC-Bold.ttf")
