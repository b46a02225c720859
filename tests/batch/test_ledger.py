"""The ledger: numbers are given once, kept over kills and shared between processes."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonzhi_code.batch import PlannedPoster
from gonzhi_code.batch_ledger import LEDGER_FILE, FileLedger, Reserved
from gonzhi_code.errors import BadSheet
from gonzhi_code.spots import Spot

VILLAGE = "331081101204"


def poster(row: int, name: str = "", number: int = 0, scene: str = "wage", issuer: int = 0) -> PlannedPoster:
    return PlannedPoster(row, Spot(number, name or f"点{row}", VILLAGE, issuer=issuer), scene)


def test_spots_are_numbered_in_turn_and_known_again_by_what_they_are(tmp_path: Path) -> None:
    ledger = FileLedger(tmp_path)
    assert ledger.reserve("a", [poster(2), poster(3), poster(4, number=9), poster(5)]) == [
        Reserved(2, 10, 1), Reserved(3, 11, 1), Reserved(4, 9, 1), Reserved(5, 12, 1),
    ]  # fmt: skip
    # Another batch of the same places is their second printing; another scene at the same place its first.
    again = FileLedger(tmp_path).reserve("b", [poster(8, "点 2"), poster(9, "点3", scene="campus"), poster(10, "新")])
    assert again == [Reserved(8, 10, 2), Reserved(9, 11, 1), Reserved(10, 13, 1)]
    assert ledger.reserve("c", [poster(2, issuer=5)]) == [Reserved(2, 1, 1)]


def test_the_same_row_of_the_same_batch_keeps_its_numbers(tmp_path: Path) -> None:
    first = FileLedger(tmp_path).reserve("a", [poster(2), poster(3)])
    assert FileLedger(tmp_path).reserve("a", [poster(2), poster(3), poster(4)])[:2] == first


@pytest.mark.parametrize("kept", range(0, 240, 13))
def test_a_ledger_cut_off_anywhere_gives_no_number_twice(tmp_path: Path, kept: int) -> None:
    FileLedger(tmp_path).reserve("a", [poster(2)])
    path = tmp_path / LEDGER_FILE
    whole = path.read_bytes()
    FileLedger(tmp_path).reserve("a", [poster(row) for row in range(2, 6)])
    path.write_bytes(path.read_bytes()[: len(whole) + kept])
    numbers = FileLedger(tmp_path).reserve("a", [poster(row) for row in range(2, 6)])
    assert [one.spot_id for one in numbers] == [1, 2, 3, 4]
    assert path.read_bytes().count(b"\n") == 4


def test_too_many_printings_reserve_nothing(tmp_path: Path) -> None:
    ledger = FileLedger(tmp_path)
    for number in range(4095):
        ledger._learn(ledger._entry(f"b{number}", poster(2, number=7)))
    with pytest.raises(BadSheet, match="no number is left"):
        ledger.reserve("last", [poster(2, "新"), poster(3, number=7)])


def test_minted_posters_are_heard_of_once(tmp_path: Path) -> None:
    ledger = FileLedger(tmp_path)
    ledger.minted("a", [(2, "TOKEN")])
    FileLedger(tmp_path).minted("a", [(2, "TOKEN"), (3, "OTHER")])
    assert (tmp_path / LEDGER_FILE).read_bytes().count(b"minted") == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(2, 9), st.integers(0, 4), st.sampled_from(["wage", "campus"])), max_size=30))
@settings(max_examples=60, deadline=None)
def test_no_spot_scene_and_serial_is_ever_given_to_two_rows(tmp_path_factory: pytest.TempPathFactory, asks: list[tuple[str, int, int, str]]) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    given_to: dict[tuple[int, str, int], tuple[str, int]] = {}
    asked: dict[tuple[str, int], PlannedPoster] = {}
    for batch, row, number, scene in asks:
        one = asked.setdefault((batch, row), poster(row, f"点{number}", number, scene))
        (got,) = FileLedger(folder).reserve(batch, [one])
        assert given_to.setdefault((got.spot_id, one.scene_key, got.serial), (batch, row)) == (batch, row)


def _reserve(folder: str, batch: str) -> list[int]:
    return [one.serial for one in FileLedger(Path(folder)).reserve(batch, [poster(row, "同一个点", number=1) for row in range(2, 22)])]


def test_two_processes_never_get_the_same_numbers(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        serials = pool.starmap(_reserve, [(str(tmp_path), batch) for batch in "abcd"])
    assert sorted(sum(serials, [])) == list(range(1, 81))
