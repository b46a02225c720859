"""Charts start at zero, say their numbers, and round no failure away."""

import pytest

from service.web.charts import COLUMN_AREA, bars, columns, percent


@pytest.mark.parametrize(
    ("share", "text"), [(None, "–"), (0, "0%"), (1, "100%"), (0.999, "99%"), (0.001, "1%"), (0.5, "50%"), (0.995, "99%"), (0.984, "98%")]
)
def test_a_share_is_never_rounded_to_all_or_nothing(share, text):
    assert percent(share) == text


def test_lying_bars_are_as_long_as_their_values():
    assert [bar.width for bar in bars([("a", 4, "4", ""), ("b", 1, "1", ""), ("c", 0, "0", "")])] == [100, 25, 0]
    assert [bar.width for bar in bars([("a", 0.5, "50%", "")], whole=1)] == [50]
    assert bars([]) == [] and bars([("a", 0, "0", "")])[0].width == 0


def test_columns_stand_on_the_line_and_their_labels_do_not_run_into_one_another():
    drawn = columns([(f"day {n}", str(n), n % 7, f"/{n}") for n in range(31)])
    assert all(one.y + one.height == pytest.approx(COLUMN_AREA) for one in drawn.columns)
    assert [one.label for one in drawn.columns if one.label] == ["0", "4", "8", "12", "16", "20", "24", "28"]
    assert [one.number for one in drawn.columns if one.number] == ["6"], "only the first of the tallest says how many"
    assert drawn.columns[-1].x + drawn.wide <= drawn.width
    assert columns([]).columns == ()
