"""Positions: read as phones and people write them, and never guessed."""

import pytest

from service.hub.positions import BadPosition, Position, distance_km, read_position

TAIPING, SONGMEN = Position(121.386, 28.371), Position(121.603, 28.340)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("121.38610, 28.37154", Position(121.3861, 28.37154)),
        ("28.37154 121.38610 ±12", Position(121.3861, 28.37154, 12)),
        ("（28.37154，121.38610）", Position(121.3861, 28.37154)),
        ("28.37154 121.38610 ±999999", Position(121.3861, 28.37154)),
        ("  ", None),
    ],
)
def test_a_position_is_read_in_either_order(text, position):
    assert read_position(text) == position


@pytest.mark.parametrize("text", ["28.37", "0, 0", "121.4, 121.5", "文化礼堂", "181.2, 28.3", "28.3, 121.3, 5", "±12"])
def test_what_is_no_position_in_china_is_refused(text):
    with pytest.raises(BadPosition):
        read_position(text)


def test_the_distance_is_that_along_the_ground():
    assert distance_km(TAIPING, TAIPING) == 0
    assert distance_km(TAIPING, SONGMEN) == pytest.approx(21.5, abs=0.3)
    assert distance_km(SONGMEN, TAIPING) == distance_km(TAIPING, SONGMEN)
