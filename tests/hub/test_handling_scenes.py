"""Every scene's authority sees its case and finishes it, and whoever has no part in it sees and does nothing."""

import io

import pytest
from PIL import Image

from gonzhi_code.cases import State
from service.hub.handling import Given, Incomplete, NotAllowed, conclusions_for, possible
from service.hub.permissions import Sight, sight
from service.hub.photos import PhotoRefused, attach_desk_photo, attach_later
from service.store import photos

from .desks import ROOM, bring, centre, do, holder, moves_of, person, row_of, send

SCENES = ("wage", "medins", "shelter", "campus", "general")
BAD_ROUND = {"item_doors": "bad"}


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def picture(colour=(10, 120, 30)):
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, "JPEG")
    stream.seek(0)
    return stream


def lead_of(hub, case_no, **more):
    row = row_of(hub, case_no)
    unit = row["lead_unit_id"]
    role = "township" if unit.endswith(".command") else "centre" if unit == "centre" else "unit"
    return person(hub, unit, role, **more)


def result(hub, scene, conclusion=""):
    return Given(conclusion=conclusion or conclusions_for(hub, scene)[0].key, short="已办结，详情请查询", answer="办理经过和结果。")


@pytest.mark.parametrize("scene", SCENES)
def test_the_authority_of_each_scene_finishes_its_case(hub, scene):
    case_no = send(hub, scene)
    lead = lead_of(hub, case_no)
    for step in ("acknowledge", "start"):
        assert possible(hub, lead, row_of(hub, case_no), moves_of(hub, case_no))[0] == step
        do(hub, lead, case_no, step)
    if scene == "shelter":
        attach_desk_photo(hub, lead, case_no, picture())
    do(hub, lead, case_no, "resolve", result(hub, scene))
    assert do(hub, centre(hub), case_no, "close")["state"] == "closed"


@pytest.mark.parametrize("scene", SCENES)
def test_who_has_no_part_in_it_sees_and_does_nothing(hub, scene):
    case_no = send(hub, scene)
    row = row_of(hub, case_no)
    for who in (person(hub, "tobacco"), person(hub, "331081100.command", "township"), person(hub, "331081100.social", "grid")):
        assert sight(hub.county, who, row) is Sight.NONE
        assert possible(hub, who, row, moves_of(hub, case_no)) == ()
        with pytest.raises(NotAllowed, match="no_case"):
            do(hub, who, case_no, "acknowledge")


def test_a_sealed_case_about_a_child_is_opened_by_named_accounts_and_nobody_else(hub):
    case_no = send(hub, "campus", category="X05", minor_involved="yes", danger_now="no")
    row = row_of(hub, case_no)
    assert row["visibility"] == "sealed"
    for who in (lead_of(hub, case_no), centre(hub), person(hub, ROOM, "township")):
        with pytest.raises(NotAllowed):
            do(hub, who, case_no, "acknowledge")
        assert possible(hub, who, row, moves_of(hub, case_no)) == ()
    named = frozenset({"open_sealed"})
    lead = lead_of(hub, case_no, name="named", grants=named)
    for step in ("acknowledge", "start"):
        do(hub, lead, case_no, step)
    do(hub, lead, case_no, "resolve", result(hub, "campus", "school_acted"))
    assert do(hub, centre(hub, "named.centre", grants=named), case_no, "close")["state"] == "closed"


def test_a_protected_case_is_the_insurance_bureaus_and_the_township_knows_a_number(hub):
    case_no = send(hub, "medins")
    with pytest.raises(NotAllowed):
        do(hub, person(hub, ROOM, "township"), case_no, "acknowledge", Given(reason="代签收"))
    assert do(hub, person(hub, "health_insurance"), case_no, "acknowledge")["state"] == "acknowledged"


def test_a_mended_shelter_is_shown_in_a_photo_that_the_desk_adds(hub, clock):
    case_no = bring(hub, send(hub, "shelter"), State.IN_HANDLING)
    lead = holder(hub, case_no)
    attach_later(hub, case_no, picture((1, 2, 3)))
    with pytest.raises(Incomplete) as told:
        do(hub, lead, case_no, "resolve", result(hub, "shelter", "mended"))
    assert set(told.value.errors) == {"photo_names"}
    with pytest.raises(NotAllowed):
        attach_desk_photo(hub, person(hub, "tobacco"), case_no, picture())
    photo = attach_desk_photo(hub, lead, case_no, picture())
    given = result(hub, "shelter", "mended")
    with pytest.raises(Incomplete):
        do(hub, lead, case_no, "resolve", Given(conclusion="mended", short=given.short, answer=given.answer, photo_names=("other/1",)))
    do(hub, lead, case_no, "resolve", Given(conclusion="mended", short=given.short, answer=given.answer, photo_names=(photo.full_name,)))
    with hub.store.read() as tx:
        kept = {one["source"]: one["by"] for one in photos.photos_of(tx, row_of(hub, case_no)["id"])}
    assert kept == {"reporter": "", "desk": lead.username}


def test_a_duplicate_needs_no_photo_and_a_photo_of_the_last_round_does_not_count(hub, clock):
    case_no = bring(hub, send(hub, "shelter"), State.IN_HANDLING)
    do(hub, holder(hub, case_no), case_no, "resolve", result(hub, "shelter", "duplicate"))
    other = bring(hub, send(hub, "shelter"), State.IN_HANDLING)
    lead = holder(hub, other)
    attach_desk_photo(hub, lead, other, picture())
    do(hub, lead, other, "resolve", result(hub, "shelter", "mended"))
    do(hub, centre(hub, "closer"), other, "close")
    clock.move(hours=1)
    do(hub, centre(hub, "second"), other, "reopen")
    unit = row_of(hub, other)["holder"]
    fresh = person(hub, unit, "township" if unit == ROOM else "centre", "fresh")
    do(hub, fresh, other, "assign", Given(unit_id=unit))
    do(hub, fresh, other, "acknowledge")
    do(hub, fresh, other, "start")
    with pytest.raises(Incomplete) as told:
        do(hub, fresh, other, "resolve", result(hub, "shelter", "mended"))
    assert set(told.value.errors) == {"photo_names"}


def test_desk_and_reporter_each_have_their_own_number_of_photos(hub):
    case_no = bring(hub, send(hub), State.IN_HANDLING)
    for number in range(hub.settings.max_photos):
        attach_later(hub, case_no, picture((number * 20, 0, 0)))
    with pytest.raises(PhotoRefused, match="too_many"):
        attach_later(hub, case_no, picture((0, 250, 0)))
    assert attach_desk_photo(hub, holder(hub, case_no), case_no, picture((0, 0, 200))).created
    with pytest.raises(NotAllowed, match="over"):
        closed = bring(hub, send(hub), State.CLOSED)
        attach_desk_photo(hub, centre(hub), closed, picture())
