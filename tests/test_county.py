"""The county as data: Wenling is complete, and every kind of gap in a county folder is found and named."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import gonzhi_code.counties.wenling as wenling_folder
from gonzhi_code.areas import County, Unit
from gonzhi_code.calendars import Calendar
from gonzhi_code.counties import check_county, load_county
from gonzhi_code.errors import BadArea, CountyIncomplete
from gonzhi_code.scenes import all_scenes
from tests.parts.small_scene import SMALL, with_rules

WENLING = load_county("wenling")
SOURCE = Path(wenling_folder.__path__[0])
COUNTY_ROLES = [
    "centre", "labour", "arbitration", "legal_aid", "housing", "transport", "waterworks", "police", "traffic_police",
    "health_insurance", "health", "market", "education", "civil_affairs", "fire", "emergency", "ecology", "enforcement",
    "culture", "tobacco", "civil_defence", "discipline", "agriculture", "planning", "utility.water", "utility.power", "utility.gas", "utility.telecom",
]  # fmt: skip
OFFICES = ["command", "social", "safety", "enforcement", "emergency", "construction", "economy"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the county's folder that a test may spoil."""
    target = tmp_path / "wenling"
    shutil.copytree(SOURCE, target, ignore=shutil.ignore_patterns("__pycache__", "__init__.py"))
    return target


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")


# ------------------------------------------------------------------------------------------------ Wenling


def test_wenling_is_complete_for_every_installed_scene() -> None:
    assert check_county(WENLING, all_scenes()) == []


def test_wenling_has_sixteen_townships_and_the_new_area_with_its_owner() -> None:
    kinds = [township.kind for township in WENLING.townships.values()]
    assert (kinds.count("street"), kinds.count("town"), kinds.count("statistical")) == (5, 11, 1)
    new_area = WENLING.townships["331081400000"]
    assert new_area.name == "东部新区"
    assert WENLING.townships[new_area.owner_id].kind == "town"
    assert "townships.331081400000.owner_id" in WENLING.assumed


def test_wenling_has_661_villages_as_counted_by_the_bureau_of_statistics() -> None:
    kinds = [village.kind for village in WENLING.villages.values()]
    assert (kinds.count("village"), kinds.count("community")) == (579, 82)


@pytest.mark.parametrize(
    ("township_id", "villages", "communities"),
    [("331081001000", 13, 14), ("331081103000", 74, 14), ("331081104000", 62, 2), ("331081108000", 49, 0), ("331081400000", 0, 1)],
)
def test_the_villages_lie_in_their_townships(township_id: str, villages: int, communities: int) -> None:
    kinds = [village.kind for village in WENLING.villages.values() if village.township_id == township_id]
    assert (kinds.count("village"), kinds.count("community")) == (villages, communities)


def test_the_village_of_the_newspaper_has_its_other_name() -> None:
    assert "六间潮村" in WENLING.villages["331081104294"].aliases


@pytest.mark.parametrize("role", COUNTY_ROLES)
def test_every_role_of_the_county_has_one_unit_wherever_the_matter_lies(role: str) -> None:
    assert {WENLING.unit_for(role, township_id).id for township_id in ("", *WENLING.townships)} == {role}


@pytest.mark.parametrize("office", OFFICES)
def test_every_township_has_each_office_under_its_own_name(office: str) -> None:
    for township in WENLING.townships.values():
        unit = WENLING.unit_for(f"township.{office}", township.id)
        home = WENLING.townships[WENLING.answering(township.id)]
        assert unit.id == f"{home.id[:9]}.{office}"
        assert unit.name.startswith(home.name)
        assert (unit.kind, unit.township_id) == ("township", home.id)
    assert WENLING.unit_for(f"township.{office}").id == "centre"


def test_the_office_of_the_reported_case_bears_its_official_name() -> None:
    assert WENLING.unit_for("township.social", "331081104000").name == "新河镇社会发展服务办公室"


def test_no_telephone_number_is_made_up() -> None:
    # Numbers that the state publishes for the whole country; a county adds its own fixed lines itself.
    national = {"12345", "110", "119", "120", "122", "12333", "12348", "12393", "12315", "12328", "12388", "95598"}
    assert {unit.phone for unit in WENLING.units.values()} - {""} <= national
    assert set(WENLING.contacts.values()) <= national


def test_what_is_not_publicly_known_is_marked_as_assumed() -> None:
    assert {"settings.wage.criminal_amount", "settings.clock.handle_days", "units.civil_defence", "offices.social"} <= WENLING.assumed
    assert WENLING.units["civil_defence"].assumed
    assert WENLING.units["331081104.social"].assumed
    assert not WENLING.units["police"].assumed
    assert not any(name.endswith("*") for name in WENLING.assumed)


@pytest.mark.parametrize(
    ("name", "value"),
    [("wage.red_workers", 30), ("wage.red_amount", 1000000), ("wage.criminal_total", 60000), ("clock.dispatch_seconds", 60), ("clock.rate_days", 7)],
)
def test_thresholds_and_clocks_are_settings(name: str, value: int) -> None:
    assert WENLING.settings[name] == value


def test_every_chain_of_superiors_ends_outside_the_county() -> None:
    for unit in WENLING.units.values():
        chain, above = [unit], WENLING.superior(unit)
        while above is not None:
            assert above not in chain
            chain.append(above)
            above = WENLING.superior(above)
        assert chain[-1] is WENLING.last_resort
    assert WENLING.last_resort.id == "discipline_upper"


def test_places_have_names_and_strange_ids_have_none() -> None:
    assert WENLING.place_name("331081104294") == "新河镇 六闸潮村"
    assert WENLING.place_name("331081104000") == "新河镇"
    for strange in ("330106001000", "331081999001", "", "新河镇"):
        assert not WENLING.knows(strange)
        with pytest.raises(BadArea):
            WENLING.place_name(strange)


def test_the_digest_is_the_same_for_the_same_data_and_another_for_other_data(folder: Path) -> None:
    assert load_county(folder).digest == load_county("wenling").digest
    edit(folder, "county.toml", "red_workers = 30", "red_workers = 31")
    assert load_county(folder).digest != WENLING.digest


def test_a_telephone_number_changes_no_decision_and_no_digest(folder: Path) -> None:
    edit(folder, "county.toml", 'hotline = "12345"', 'hotline = "0576-12345678"')
    assert load_county(str(folder)).digest == WENLING.digest


# ------------------------------------------------------------------------------------------------ what cannot be read


@pytest.mark.parametrize("name", ["county.toml", "townships.csv", "villages.csv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(CountyIncomplete) as caught:
        load_county(folder)
    assert caught.value.problems == (f"the file {name} is missing",)


def test_an_unknown_county_is_refused() -> None:
    with pytest.raises(CountyIncomplete):
        load_county("atlantis")


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("county.toml", "[county]", "[county", "county.toml cannot be read"),
        ("county.toml", 'key = "wenling"', "", "county.toml lacks county.key"),
        ("county.toml", 'id = "labour"', "", "lacks id"),
        ("county.toml", 'id = "labour"', 'id = "police"', "has the unit 'police' twice"),
        ("county.toml", 'name = "{township}社会发展服务办公室"', "", "offices.social lacks a name"),
        ("townships.csv", "id,name", "code,name", "must have the columns"),
        ("townships.csv", "331081002000", "331081001000", "has 331081001000 twice"),
        ("villages.csv", "331081104294", "331081104293", "has 331081104293 twice"),
        ("county.toml", '"08:00-11:30"', '"8 to 11"', "office hours"),
        ("calendar-2026.json", "isOffDay", "off", "calendar"),
        ("county.toml", 'name = "{township}社会发展服务办公室"', 'name = "{x}社会发展服务办公室"', "offices.social: of braces the name may hold {township}"),
        ("county.toml", 'name_en = "{township_en} Social', 'name_en = "{township} Social', "offices.social: of braces the name_en may hold {township_en}"),
        ("county.toml", 'name = "{township}社会发展服务办公室"', "name = 5", "offices.social: the name must be text, not 5"),
        ("county.toml", 'aliases = ["水利局"]', 'aliases = "水利局"', "the aliases must be a list of names"),
        ("county.toml", "[settings.shelter]", "[[settings]]\n[other]", "county.toml"),
        ("county.toml", "[roles]", "[roles]\nfire = 5", "roles.fire must be the id of a unit"),
        ("county.toml", "[roles]", "[township_offices.331081104000.sea]\nname = 'x'\n[roles]", "sea is no office of [offices]"),
        ("county.toml", 'fire = "119"', "fire = [119]", "contacts.fire must be text, not a list"),
        ("townships.csv", "Xinhe Town", "Xinhe Town,x", "row 11 of townships.csv has more cells than the head row"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(folder: Path, name: str, old: str, new: str, words: str) -> None:
    edit(folder, name, old, new)
    with pytest.raises(CountyIncomplete) as caught:
        load_county(folder)
    assert any(words in problem for problem in caught.value.problems), caught.value.problems


def test_a_number_to_call_may_be_written_without_quotation_marks(folder: Path) -> None:
    edit(folder, "county.toml", 'fire = "119"', "fire = 119")
    edit(folder, "county.toml", 'phone = "12333"', "phone = 12333")
    county = load_county(folder)
    assert (county.contacts["fire"], county.units["labour"].phone) == ("119", "12333")


def test_tables_of_the_wrong_kind_are_all_named_at_once(folder: Path) -> None:
    text = (folder / "county.toml").read_text("utf-8")
    (folder / "county.toml").write_text('units = "x"\nroles = []\n' + text.replace("[[units]]", "[[others]]").replace("[roles]", "[more]"), "utf-8")
    with pytest.raises(CountyIncomplete) as caught:
        load_county(folder)
    assert caught.value.problems == (
        "county.toml: roles must be a table, [roles], not a list",
        "county.toml: units must be tables, each headed [[units]], not 'x'",
    )


def test_a_cell_too_long_for_a_table_is_refused_with_its_line(folder: Path) -> None:
    edit(folder, "villages.csv", "六间潮村", "长" * 140_000)
    with pytest.raises(CountyIncomplete, match="line [0-9]+ of villages.csv cannot be read"):
        load_county(folder)


def test_a_table_saved_by_a_spreadsheet_with_its_byte_order_mark_is_read(folder: Path) -> None:
    text = (folder / "villages.csv").read_text("utf-8")
    (folder / "villages.csv").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load_county(folder).villages == WENLING.villages


def test_a_township_may_call_an_office_something_else(folder: Path) -> None:
    with (folder / "county.toml").open("a", encoding="utf-8") as file:
        file.write('\n[township_offices.331081104000.social]\nname = "{township}公共服务办公室"\n')
    county = load_county(folder)
    assert county.units["331081104.social"].name == "新河镇公共服务办公室"
    assert county.units["331081103.social"].name == "箬横镇社会发展服务办公室"


def test_a_role_may_be_played_by_a_unit_of_another_name(folder: Path) -> None:
    edit(folder, "county.toml", "[roles]", '[roles]\ncivil_defence = "housing"')
    assert load_county(folder).unit_for("civil_defence").id == "housing"


# ------------------------------------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("county.toml", 'id = "331081000000"', 'id = "331081"', "is not six digits and six zeros"),
        ("townships.csv", "331081104000,新河镇,town", "331081104000,新河镇,city", "the kind 'city' is not one of"),
        ("townships.csv", "331081104000,新河镇", "331081104000,石塘镇", "has the same name"),
        ("townships.csv", "331081104000", "330106104000", "the id is not 331081"),
        ("townships.csv", "Xinhe Town", "", "one in Latin letters"),
        ("townships.csv", "statistical,331081102000", "statistical,", "needs an owner"),
        ("townships.csv", "新河镇,town,,", "新河镇,town,331081102000,", "only a statistical unit has an owner"),
        ("villages.csv", "331081400001,港湾社区", "331081110099,港湾社区", "there is no village in it"),
        ("villages.csv", "331081104294", "331081104000", "is not twelve digits of this county"),
        ("villages.csv", "331081104294", "331081777294", "is not in townships.csv"),
        ("villages.csv", "六闸潮村,六间潮村", "六闸潮村,六间潮村|城北村", "the name 城北村 means 331081104203 and 331081104294"),
        ("county.toml", 'id = "labour"', 'id = "Labour Bureau"', "an id is lower-case letters"),
        ("county.toml", 'kind = "centre"', 'kind = "hub"', "exactly one unit of the kind centre"),
        ("county.toml", 'phone = "12333"', 'phone = "13800138000"', "is not a service or fixed-line number"),
        ("county.toml", 'aliases = ["水利局"]', 'aliases = ["水"]', "水 is too short to be recognised"),
        ("county.toml", 'aliases = ["水利局"]', 'aliases = ["教育局"]', "the name 教育局 means the units"),
        ("county.toml", 'superior = "labour"', 'superior = "nobody"', "its superior 'nobody' is not a unit"),
        ("county.toml", 'superior = "discipline_upper"', 'superior = "centre"', "the superiors go in a circle"),
        ("county.toml", 'superior = "discipline"\n', "", "the centre needs a superior"),
        ("county.toml", "[roles]", '[roles]\nlabour = "gone"', "the role labour is bound to 'gone'"),
        ("county.toml", "[roles]", '[roles]\nfoo = "housing"', "the role foo is bound, but no unit, no rule of an installed scene and not the hub knows it; take"),
        ("county.toml", "[roles]", '[roles]\ncivil_defense = "housing"', "the role civil_defense is bound, but .*; is civil_defence meant"),
        ("county.toml", "red_workers = 30", "red_workers = 3", "the setting wage.red_workers (3) is below wage.orange_workers (10)"),
        ("county.toml", "yellow_amount = 60000", "yellow_amount = 100001", "the setting wage.orange_amount (100000) is below wage.yellow_amount (100001)"),
        ("county.toml", "rectify_days = 15", "rectify_days = -15", "clock rectify takes its length from the setting 'shelter.rectify_days', which is -15"),
        ("county.toml", "rectify_days = 15", 'rectify_days = "x"', "which is 'x' and not a whole number"),
        ("county.toml", "[offices.command]", "[offices.orders]", "the role township.command is not bound"),
        ("county.toml", "handle_days = 5\n", "", "the setting clock.handle_days is missing"),
        ("county.toml", "handle_days = 5\n", "handle_days = 0\n", "must be a whole number above 0"),
        ("county.toml", "handle_days = 5\n", 'handle_days = "five"\n', "must be a whole number above 0"),
        ("county.toml", 'fire = "119"', "", "contacts.fire is missing"),
        ("county.toml", 'slogan = "一个码，全市应"', "", "brand.slogan is missing"),
        ("county.toml", '"units.civil_defence"', '"units.navy"', "assumed names 'units.navy'"),
    ],
)
def test_what_is_wrong_in_a_folder_is_named(folder: Path, name: str, old: str, new: str, words: str) -> None:
    edit(folder, name, old, new)
    problems = check_county(load_county(folder), all_scenes())
    assert any(re.search(re.escape(words).replace(r"\.\*", ".*"), problem) for problem in problems), problems


def test_a_year_that_is_missing_between_two_calendars_is_named(folder: Path) -> None:
    (folder / "calendar-2025.json").unlink()
    problems = check_county(load_county(folder), all_scenes())
    assert problems == ["calendar-2025.json is missing between 2024 and 2026; deadlines in that year would stay provisional"]


def test_a_role_that_another_agencys_scene_asks_for_is_no_slip_of_the_pen(folder: Path) -> None:
    edit(folder, "county.toml", "[roles]", '[roles]\nsmall_matters = "housing"')
    county = load_county(folder)
    scene = with_rules(replace(SMALL.rules[0], lead="small_matters"), *SMALL.rules[1:])
    assert check_county(county, [scene]) == []
    assert any("small_matters" in problem for problem in check_county(county, all_scenes()))
    assert check_county(county) == []  # which scenes there will be is not known here


def test_thresholds_of_two_colours_may_be_equal(folder: Path) -> None:
    edit(folder, "county.toml", "orange_workers = 10", "orange_workers = 30")
    assert check_county(load_county(folder), all_scenes()) == []


def test_a_village_whose_township_is_not_there_is_a_place_of_no_county(folder: Path) -> None:
    edit(folder, "villages.csv", "331081104294", "331081777294")
    with pytest.raises(BadArea):
        load_county(folder).place_name("331081777294")


def test_villages_of_two_townships_may_share_a_name(folder: Path) -> None:
    edit(folder, "villages.csv", "六闸潮村,六间潮村", "六闸潮村,汇头林村")
    assert check_county(load_county(folder), all_scenes()) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"wage.red_workers": None}, "names the setting 'wage.red_workers'"),
        ({"wage.red_workers": "many"}, "is a number and the setting wage.red_workers is not"),
        ({"wage.orange_workers": 50, "wage.orange_amount": 2000000}, "wage.orange is never reached"),
    ],
)
def test_a_setting_that_breaks_a_scenes_rules_is_found(changed: dict[str, Any], words: str) -> None:
    settings = {name: value for name, value in {**WENLING.settings, **changed}.items() if value is not None}
    problems = check_county(replace(WENLING, settings=settings, assumed=frozenset()), all_scenes())
    assert problems
    assert all(problem.startswith("scene wage: ") for problem in problems)
    assert any(words in problem for problem in problems)


def test_a_county_without_a_calendar_is_not_complete() -> None:
    assert any("calendar" in problem for problem in check_county(replace(WENLING, calendar=Calendar({}))))


def test_a_circle_of_superiors_far_from_the_centre_is_found() -> None:
    circle = {unit_id: replace(WENLING.units[unit_id], superior_id=above) for unit_id, above in (("fire", "police"), ("police", "fire"))}
    problems = check_county(replace(WENLING, units={**WENLING.units, **circle}))
    assert any("fire -> police -> fire" in problem for problem in problems)


def test_a_township_that_lost_an_office_is_found() -> None:
    left: Callable[[Unit], bool] = lambda unit: unit.id != "331081110.safety"  # noqa: E731
    county: County = replace(WENLING, units={unit.id: unit for unit in WENLING.units.values() if left(unit)})
    assert "the role township.safety has no unit in 坞根镇 (331081110000)" in check_county(county)
