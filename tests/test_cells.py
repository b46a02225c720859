"""Cells that no spreadsheet runs."""

import pytest

from gonzhi_code.cells import harmless


@pytest.mark.parametrize("text", ["=1", '=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\rx"])
def test_what_a_spreadsheet_would_run_is_led_by_an_apostrophe(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("value", ["文化礼堂", "", "3-4", -3, 2.5, None])
def test_everything_else_stays_as_it_is(value):
    assert harmless(value) is value
