"""Cases that share an employer, a spot or a telephone, as far as the person may see them."""

import pytest

from gonzhi_code.spots import Spot
from service.hub.codes import mint
from service.hub.intake import submit
from service.hub.related import related_cases
from service.store import cases

from .conftest import XINHE_VILLAGE, sample
from .desks import ROOM, ZEGUO, centre, person, row_of, send


def found(hub, user, case_no):
    return {one.row["case_no"]: one.why for one in related_cases(hub, user, row_of(hub, case_no))}


def test_the_same_employer_however_it_is_written(hub):
    names = ("温岭市某某鞋厂", " 温岭市 某某鞋厂。", "温岭市另一鞋厂")
    first, second, _ = (
        send(
            hub, "wage", employer_name=name, project_name=f"工地{number}", general_contractor=f"总包单位{number}号",
            reporter_phone=f"1370000000{number}",
        )
        for number, name in enumerate(names)
    )  # fmt: skip
    assert found(hub, person(hub, "labour"), second) == {first: ("subject",)}


def test_the_same_spot_and_the_same_telephone(hub):
    token = mint(hub, Spot(id=9, name="泵站", village_id=XINHE_VILLAGE), "general").token
    numbers = [
        submit(
            hub, token_text=token, scene_key=None, form=sample("general", reporter_phone=phone), submission_id=f"spot-{phone}",
            address="115.231.8.9", language="zh",
        ).case_no
        for phone in ("13700000001", "13700000002")
    ]  # fmt: skip
    by_phone = send(hub, reporter_phone="13700000002")
    assert found(hub, centre(hub), numbers[1]) == {numbers[0]: ("spot",), by_phone: ("phone",)}
    assert found(hub, centre(hub), by_phone) == {numbers[1]: ("phone",)}


def test_only_what_this_person_may_see_whole(hub):
    here, there = send(hub), send(hub, township_id=ZEGUO)
    hidden = send(hub, "medins", reporter_phone="13800138000")
    assert set(found(hub, centre(hub), here)) >= {there}
    assert there not in found(hub, person(hub, ROOM, "township"), here)
    assert hidden not in found(hub, person(hub, ROOM, "township"), here)
    with hub.store.write() as tx:
        row = cases.get_case(tx, there)
        cases.change_case(tx, row["id"], row["version"], {"visibility": "sealed"})
    assert there not in found(hub, centre(hub), here)


@pytest.mark.parametrize("scene", ["wage", "general", "medins", "shelter", "campus"])
def test_a_case_is_not_related_to_itself(hub, scene):
    case_no = send(hub, scene)
    assert case_no not in found(hub, centre(hub), case_no)
