"""The life of a poster: every step from every life by every role, kept history, and what the code is worth afterwards."""

import datetime as dt
import io
from dataclasses import replace

import pytest
from PIL import Image

from gonzhi_code import qr
from gonzhi_code.posters import render_page
from gonzhi_code.spots import Spot
from service.hub.accounts import User
from service.hub.codes import UnknownCode, mint, set_code_state
from service.hub.positions import Position
from service.hub.posting import STEPS, Life, NotPosted, PosterChanged, Proof, may_step, note_step, steps_for
from service.hub.replacing import drawn_poster, replace_poster
from service.hub.scanning import open_scan
from service.photostore.reencode import PhotoRefused
from service.store import audit, posters

CENTRE = User(1, "centre", "中心", "centre", "", "centre")
GRID = User(2, "grid-liuzha", "网格员", "331081104.command", "331081104000", "grid", area_ids=frozenset({"331081104294"}))
TOWN = User(3, "xinhe", "新河镇", "331081104.command", "331081104000", "township")
OTHER_TOWN = User(4, "daxi", "大溪镇", "331081101.command", "331081101000", "township")
LABOUR = User(5, "labour", "人社局", "labour", "", "unit")
AUDITOR = User(6, "auditor", "审计", "centre", "", "auditor")
SPOT = Spot(id=7, name="文化礼堂", village_id="331081104294")
HERE = Position(121.40, 28.45, 9)


def jpeg():
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "#88aacc").save(picture, "JPEG")
    return picture.getvalue()


def poster(hub, code):
    with hub.store.read() as tx:
        return posters.find_poster(tx, code.token)


def history(hub, code):
    with hub.store.read() as tx:
        return [(event["life"], event["by"]) for event in posters.events_of(tx, poster(hub, code)["id"])]


def test_a_spot_whose_owner_is_no_unit_is_not_taken_into_the_registry(sqlite_hub):
    with pytest.raises(ValueError, match="'utility.watre', is no unit of 温岭市"):
        mint(sqlite_hub, replace(SPOT, id=8, owner_unit_id="utility.watre"), "general")
    mint(sqlite_hub, replace(SPOT, id=8, owner_unit_id="utility.water"), "general")


def test_a_grid_officer_confirms_with_photo_and_place_that_it_hangs_here(hub, code, clock):
    note_step(hub, CENTRE, code.token, Life.PRINTED, Proof())
    clock.move(days=1)
    row = note_step(hub, GRID, code.token, Life.POSTED, Proof("宣传栏左边", jpeg(), HERE), seen=2)
    assert (row["life"], row["state"], row["posted_at"]) == ("posted", "good", clock.now)
    assert (row["lng_wgs84"], row["lat_wgs84"]) == (121.40, 28.45)
    assert row["inspect_by"] == dt.date(2026, 11, 25) + dt.timedelta(days=90)
    assert history(hub, code) == [("minted", "system"), ("printed", "centre"), ("posted", "grid-liuzha")]
    with hub.store.read() as tx:
        event = posters.events_of(tx, row["id"])[-1]
        assert [one["action"] for one in audit.recent_audit(tx, 2)] == ["poster.step", "poster.step"]
    assert (event["note"], event["accuracy_m"]) == ("宣传栏左边", 9)
    assert Image.open(io.BytesIO(hub.photos.get(event["photo"]))).size == (60, 40)


@pytest.mark.parametrize(
    ("life", "state"),
    [
        (Life.INSPECTED, "good"),
        (Life.DAMAGED, "good"),
        (Life.MOVED, "lost"),
        (Life.LOST, "lost"),
        (Life.RETIRED, "retired"),
    ],
)
def test_what_becomes_of_the_paper_says_what_the_code_is_worth(hub, code, life, state):
    note_step(hub, CENTRE, code.token, Life.POSTED, Proof())
    row = note_step(hub, CENTRE, code.token, life, Proof())
    assert (row["life"], row["state"]) == (life.value, state)
    assert open_scan(hub, code.token, None).code_state == state
    assert (row["inspect_by"] is None) == (life in (Life.MOVED, Life.LOST, Life.RETIRED))


def test_a_poster_that_was_lost_and_hangs_again_is_good_again(hub, code):
    note_step(hub, GRID, code.token, Life.LOST, Proof())
    assert note_step(hub, GRID, code.token, Life.POSTED, Proof())["state"] == "good"


ALLOWED = {
    "printed": ("minted",),
    "posted": ("minted", "printed", "posted", "inspected", "moved", "damaged", "lost"),
    "inspected": ("posted", "inspected", "damaged"),
    "damaged": ("posted", "inspected", "damaged"),
    "moved": ("posted", "inspected", "damaged"),
    "lost": ("minted", "printed", "posted", "inspected", "moved", "damaged"),
    "retired": ("minted", "printed", "posted", "inspected", "moved", "damaged", "lost"),
    "replaced": ("minted", "printed", "posted", "inspected", "moved", "damaged", "lost"),
}
WHO = {"printed": {"centre"}, "retired": {"centre"}, "replaced": {"centre"}}
HANDS = {"centre", "grid-liuzha", "xinhe"}


@pytest.mark.parametrize("user", [CENTRE, GRID, TOWN, OTHER_TOWN, LABOUR, AUDITOR], ids=lambda user: user.username)
@pytest.mark.parametrize("life", list(STEPS), ids=str)
def test_every_step_from_every_life_is_allowed_to_those_and_no_others(sqlite_hub, user, life):
    row = {"place_id": "331081104294", "scene_code": 5}
    for before in Life:
        expected = before.value in ALLOWED[life.value] and user.username in WHO.get(life.value, HANDS)
        assert may_step(sqlite_hub, user, {**row, "life": before.value}, life) == expected, before


def test_a_grid_officer_posts_in_the_villages_of_the_grid_only(sqlite_hub):
    row = {"place_id": "331081104201", "life": "printed", "scene_code": 5}
    assert steps_for(sqlite_hub, GRID, row) == ()
    assert Life.POSTED in steps_for(sqlite_hub, replace(GRID, area_ids=frozenset()), row)


@pytest.mark.parametrize(
    ("user", "life", "reason"),
    [(OTHER_TOWN, Life.POSTED, "not_yours"), (LABOUR, Life.POSTED, "not_yours"), (GRID, Life.RETIRED, "not_yours"), (GRID, Life.INSPECTED, "not_now")],
)
def test_a_step_that_is_not_allowed_leaves_nothing_behind(sqlite_hub, user, life, reason):
    code = mint(sqlite_hub, SPOT, "general")
    with pytest.raises(NotPosted) as refused:
        note_step(sqlite_hub, user, code.token, life, Proof())
    assert refused.value.reason == reason
    assert history(sqlite_hub, code) == [("minted", "system")]


def test_a_code_that_is_not_registered_cannot_be_posted(sqlite_hub):
    with pytest.raises(NotPosted) as refused:
        note_step(sqlite_hub, CENTRE, "0" * 45, Life.POSTED, Proof())
    assert refused.value.reason == "unknown_code"


def test_two_people_do_not_note_the_same_thing_twice(hub, code):
    note_step(hub, GRID, code.token, Life.POSTED, Proof(), seen=1)
    with pytest.raises(PosterChanged):
        note_step(hub, TOWN, code.token, Life.POSTED, Proof(), seen=1)
    assert len(history(hub, code)) == 2


def test_a_file_that_is_no_photo_posts_nothing(sqlite_hub):
    code = mint(sqlite_hub, SPOT, "general")
    with pytest.raises(PhotoRefused):
        note_step(sqlite_hub, GRID, code.token, Life.POSTED, Proof(photo=b"not a photo"))
    assert len(history(sqlite_hub, code)) == 1


def test_the_position_of_a_shelter_is_not_kept(sqlite_hub):
    code = mint(sqlite_hub, SPOT, "shelter")
    row = note_step(sqlite_hub, GRID, code.token, Life.POSTED, Proof(position=HERE))
    with sqlite_hub.store.read() as tx:
        event = posters.events_of(tx, row["id"])[-1]
    assert row["lng_wgs84"] is row["lat_wgs84"] is event["lng_wgs84"] is event["accuracy_m"] is None


def test_a_state_set_on_the_command_line_stands_in_the_history_too(hub, code):
    set_code_state(hub, code.token, "lost", by="cli:ops", note="被撕了")
    assert (poster(hub, code)["life"], poster(hub, code)["state"]) == ("lost", "lost")
    set_code_state(hub, code.token, "good", by="cli:ops")
    assert (poster(hub, code)["life"], poster(hub, code)["state"]) == ("minted", "good")
    assert history(hub, code)[1:] == [("lost", "cli:ops"), ("minted", "cli:ops")]
    with pytest.raises(UnknownCode):
        set_code_state(hub, "0" * 45, "lost", by="cli:ops")


def test_a_replacement_is_the_next_printing_and_the_former_is_retired(hub, code, spot):
    new = replace_poster(hub, CENTRE, code.token, "破损", seen=1)
    assert (new.claims.serial, new.claims.spot_id, new.claims.scene_code) == (2, spot.id, code.claims.scene_code)
    assert (poster(hub, code)["life"], poster(hub, code)["state"]) == ("replaced", "retired")
    assert (poster(hub, new)["life"], poster(hub, new)["state"]) == ("minted", "good")
    assert history(hub, code) == [("minted", "system"), ("replaced", "centre")]
    assert history(hub, new) == [("minted", "centre")]
    with pytest.raises(NotPosted, match="not_now"):
        replace_poster(hub, CENTRE, code.token, "")
    with pytest.raises(NotPosted, match="not_yours"):
        replace_poster(hub, TOWN, new.token, "")
    with hub.store.read() as tx:
        printings = posters.printings_of(tx, spot.issuer, spot.id, code.claims.scene_code)
    assert [row["serial"] for row in printings] == [1, 2]


def test_a_lost_poster_that_is_replaced_stays_lost(hub, code):
    note_step(hub, GRID, code.token, Life.LOST, Proof())
    replace_poster(hub, CENTRE, code.token, "")
    assert (poster(hub, code)["life"], poster(hub, code)["state"]) == ("replaced", "lost")


def test_the_new_poster_can_be_drawn_at_any_time_and_holds_its_code(sqlite_hub):
    code = mint(sqlite_hub, SPOT, "general")
    new = replace_poster(sqlite_hub, CENTRE, code.token, "")
    assert qr.read_image(render_page(drawn_poster(sqlite_hub, poster(sqlite_hub, new)), dpi=110)) == new.url
