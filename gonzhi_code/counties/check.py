"""Proves a county folder complete (filled in below)."""
from __future__ import annotations
from ..areas import County


def check_county(county: County) -> list[str]:
    """."""
    return []
