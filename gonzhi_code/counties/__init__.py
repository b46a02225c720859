"""Counties as data: one folder, one county. ``wenling`` ships with the library.

A folder holds ``county.toml`` (units, offices, roles, thresholds, clocks, contacts, brand), ``townships.csv``,
``villages.csv`` and ``calendar-YYYY.json``. Nothing about a county stands in code; ``docs/add-a-county.md`` tells how to
add one, and :func:`check_county` proves a folder complete.
"""

from .check import check_county
from .loader import load_county

__all__ = ["check_county", "load_county"]
