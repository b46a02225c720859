"""The small pictures beside the three steps: SVG path data on a grid of 48 units, one stroke wide, without text."""

STROKE = 2.8  # units

_PHONE = "M5.5 4h13a3.5 3.5 0 0 1 3.5 3.5v33a3.5 3.5 0 0 1-3.5 3.5h-13a3.5 3.5 0 0 1-3.5-3.5v-33a3.5 3.5 0 0 1 3.5-3.5zM10 38.5h4"
_LITTLE_CODE = "M29 15h6v6h-6zM40 15h6v6h-6zM29 26h6v6h-6zM40 26v0M46 26v0M40 32v0M46 32v0"
SCAN = _PHONE + _LITTLE_CODE

_PAPER = "M20 44h-18v-40h22l9 9v8M24 4v9h9"
_WRITING = "M9 20h13M9 27h11M9 34h6"
_PENCIL = "M25.5 43.5l1.8-7.3 13-13 5.5 5.5-13 13z"
FILL_IN = _PAPER + _WRITING + _PENCIL

_BUBBLE = "M6 5h36a4 4 0 0 1 4 4v21a4 4 0 0 1-4 4h-18l-9 9v-9h-9a4 4 0 0 1-4-4v-21a4 4 0 0 1 4-4z"
_TICK = "M15.5 19.5l6 6 11.5-11.5"
ANSWER = _BUBBLE + _TICK

# Beside a headline, for scenes that bring no picture of their own, and for the code of every matter.
SCENE = "M24 4l18 7v13c0 11-8 17-18 20c-10-3-18-9-18-20v-13zM16 24l6 6l11-11"
CHOOSER = "M6 6h14v14h-14zM28 6h14v14h-14zM6 28h14v14h-14zM35 28v14M28 35h14"
