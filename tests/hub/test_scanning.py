"""Every scan ends in a form, and says what is the matter with the code."""

import datetime as dt
import secrets
from dataclasses import replace

import pytest

from gonzhi_code.codes import CodeSigner
from gonzhi_code.keys import KeyRing
from gonzhi_code.spots import Spot
from service.hub.codes import UnknownCode, list_codes, mint, set_code_state
from service.hub.scanning import MARKS, count_opened, open_scan
from service.store.scans import scans_between

from .conftest import XINHE_VILLAGE


def test_a_good_code_gives_scene_spot_and_place(hub, code, spot):
    scan = open_scan(hub, code.url, None)
    assert (scan.code_state, scan.marks, scan.source) == ("good", (), "code")
    assert scan.scene.key == "general" and scan.spot == spot
    assert scan.place_name == "新河镇 六闸潮村" and not scan.asks_place


def test_the_token_alone_in_small_letters_is_the_same_code(hub, code):
    assert open_scan(hub, code.token.lower(), None).code_state == "good"


def test_the_citizen_may_choose_another_scene_at_any_code(hub, code):
    assert open_scan(hub, code.token, "wage").scene.key == "wage"
    assert open_scan(hub, code.token, "no-such-scene").scene.key == "general"


def test_the_unified_code_and_no_code_lead_to_the_choice(hub, spot):
    unified = mint(hub, spot, "unified")
    assert open_scan(hub, unified.token, None).scene is None
    nothing = open_scan(hub, None, None)
    assert (nothing.scene, nothing.spot, nothing.code_state, nothing.marks) == (None, None, "none", ())
    assert open_scan(hub, None, "wage").scene.key == "wage"


@pytest.mark.parametrize("state", ["retired", "lost", "revoked"])
def test_a_code_that_was_taken_back_still_says_where_it_hung(hub, code, spot, state):
    set_code_state(hub, code.url, state, by="test", note="seen on another wall")
    scan = open_scan(hub, code.token, None)
    assert scan.code_state == state and scan.spot == spot and scan.scene.key == "general"
    assert scan.marks == (f"code_{state}",) and scan.source == "bad_code"
    assert scan.asks_place is (state != "retired")


def test_a_code_that_is_found_again_is_good_again(hub, code):
    set_code_state(hub, code.token, "lost", by="test")
    set_code_state(hub, code.token, "good", by="test")
    assert open_scan(hub, code.token, None).code_state == "good"


def test_a_code_past_its_validity_is_expired_from_the_day_after(hub, spot, clock):
    short = mint(hub, spot, "general", validity_months=1)
    clock.now = dt.datetime(2026, 12, 24, 15, 59, tzinfo=dt.UTC)  # 23:59 in Wenling, the last day
    assert open_scan(hub, short.token, None).code_state == "good"
    clock.move(minutes=2)
    scan = open_scan(hub, short.token, None)
    assert scan.code_state == "expired" and scan.marks == ("code_expired",) and scan.spot == spot


@pytest.mark.parametrize("text", ["hello", "https://evil.example/s/ABC", "二维码", "0" * 45, "A" * 5000])
def test_what_is_no_code_leads_to_the_choice_with_a_mark(hub, text):
    scan = open_scan(hub, text, None)
    assert scan.scene is None and scan.spot is None and scan.code_state in MARKS and len(scan.token) <= 200
    assert open_scan(hub, text, "general").scene.key == "general"


def test_a_torn_code_is_marked_as_torn(hub, code):
    assert open_scan(hub, code.token[:30], None).marks == ("code_torn",)


def test_an_altered_code_is_marked_as_forged_and_its_place_is_not_believed(hub, code):
    altered = code.token[:20] + ("7" if code.token[20] != "7" else "8") + code.token[21:]
    scan = open_scan(hub, altered, None)
    assert scan.code_state == "bad_signature" and scan.marks == ("code_forged",)
    assert scan.spot is None and scan.place_name == "" and scan.claims is not None


def test_a_code_of_a_key_that_is_not_ours_is_marked(hub, spot):
    foreign = CodeSigner(KeyRing({"b": secrets.token_bytes(32)}, issuing="b"), base_url=hub.settings.base_url)
    code = foreign.issue(spot, scene_key="wage", serial=1, issued_on=hub.today())
    scan = open_scan(hub, code.url, None)
    assert scan.code_state == "unknown_key" and scan.marks == ("code_unknown_key",) and scan.spot is None


def test_a_genuine_code_that_is_not_registered_is_believed_about_its_place(hub):
    spot = Spot(id=4711, name="somewhere", village_id=XINHE_VILLAGE)
    code = hub.signer.issue(spot, scene_key="wage", serial=1, issued_on=hub.today())
    scan = open_scan(hub, code.url, None)
    assert scan.code_state == "unknown_spot" and scan.marks == ("code_unknown_spot",)
    assert scan.spot.village_id == XINHE_VILLAGE and scan.spot.name == "" and scan.place_name == "新河镇 六闸潮村"


def test_what_happened_to_a_code_elsewhere_is_known_within_a_second(hub, code):
    now = [0.0]
    registry = type(hub.registry)(hub.store, now=lambda: now[0])
    watched = replace(hub, registry=registry)
    assert open_scan(watched, code.token, None).code_state == "good"
    set_code_state(hub, code.token, "lost", by="another process")
    now[0] = 1.0
    assert open_scan(watched, code.token, None).code_state == "lost"


def test_codes_are_listed_with_address_place_and_state(hub, code, spot):
    (row,) = list_codes(hub)
    assert row.url == code.url and row.place == XINHE_VILLAGE and row.place_name == "新河镇 六闸潮村"
    assert (row.scene_key, row.spot_id, row.state, row.poster_no) == ("general", 7, "good", "7-1")


def test_a_second_print_of_a_spot_gets_the_next_serial(hub, code, spot):
    assert mint(hub, spot, "general").claims.serial == 2
    assert mint(hub, spot, "wage").claims.serial == 1


def test_the_state_of_a_code_nobody_minted_cannot_be_set(hub):
    spot = Spot(id=4711, name="somewhere", village_id=XINHE_VILLAGE)
    code = hub.signer.issue(spot, scene_key="wage", serial=1, issued_on=hub.today())
    with pytest.raises(UnknownCode):
        set_code_state(hub, code.token, "lost", by="test")


def test_visits_are_counted_by_code_day_and_scene_and_written_at_the_end(hub, code):
    for _ in range(3):
        count_opened(hub, open_scan(hub, code.token, None))
    count_opened(hub, open_scan(hub, None, None))
    hub.scan_counts.close()
    with hub.store.read() as tx:
        rows = scans_between(tx, hub.today(), hub.today())
    assert [(row["code_id"], row["scene_key"], row["opened"], row["submitted"]) for row in rows] == [
        (0, "unified", 1, 0),
        (open_scan(hub, code.token, None).code_id, "general", 3, 0),
    ]
