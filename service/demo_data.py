"""What the demo starts with: where its codes hang, and who may sign in.

The villages are real; the spots, the site, the pharmacy, the housing estate and the school are invented. Data only.
"""

from __future__ import annotations

from dataclasses import dataclass

from gonzhi_code.spots import Spot

UNIFIED_SPOT = Spot(
    id=1,
    name="六闸潮水厂门口",
    village_id="331081104294",
    address="水厂大门右侧公告栏",
    subject_name="",
)


@dataclass(frozen=True, slots=True)
class DemoCode:
    """A code to mint: which scene, and where it hangs."""

    scene_key: str
    spot: Spot


CODES: tuple[DemoCode, ...] = (
    DemoCode("unified", UNIFIED_SPOT),
    DemoCode(
        "wage",
        Spot(
            id=2,
            name="泵业园二期项目部",
            village_id="331081100242",
            address="工地东门维权信息告示牌",
            subject_name="牧西泵业园二期工程",
        ),
    ),
    DemoCode(
        "medins",
        Spot(
            id=3,
            name="便民药店收银台",
            village_id="331081001008",
            address="月河社区沿街",
            subject_name="月河便民药店",
        ),
    ),
    DemoCode(
        "shelter",
        Spot(
            id=4,
            name="方岩佳苑地下车库入口",
            village_id="331081101012",
            address="一号岗亭旁",
            subject_name="方岩佳苑人防工程",
            subject_id="DEMO-0004",
        ),
    ),
    DemoCode(
        "campus",
        Spot(
            id=5,
            name="校门口公告栏",
            village_id="331081103002",
            address="正门左侧",
            subject_name="箬横镇建设路小学（演示）",
        ),
    ),
    DemoCode(
        "general",
        Spot(id=6, name="文化礼堂", village_id="331081101204", address="礼堂大门", subject_name=""),
    ),
)


@dataclass(frozen=True, slots=True)
class DemoUser:
    """An account to make: name, the unit it belongs to, and what differs from what fits the unit.

    Args:
        role: ``""`` for the one that fits the unit; title: what it is shown as, ``""`` for the unit's name.
        grants: verbs beside those of the role; area_ids: the villages of a grid officer.
    """

    username: str
    unit_id: str
    role: str = ""
    title: str = ""
    grants: frozenset[str] = frozenset()
    area_ids: frozenset[str] = frozenset()


_SEALED = frozenset({"open_sealed"})
USERS: tuple[DemoUser, ...] = (
    DemoUser("centre", "centre"),
    DemoUser("auditor", "discipline", "auditor", "督查审计"),
    DemoUser("xinhe", "331081104.command"),
    DemoUser("xinhe-social", "331081104.social"),
    DemoUser("xinhe-safety", "331081104.safety"),
    DemoUser("xinhe-emergency", "331081104.emergency"),
    DemoUser("liuzhachao", "331081104.social", "grid", "六闸潮村网格员", area_ids=frozenset({"331081104294"})),
    DemoUser("labour", "labour"),
    DemoUser("health-insurance", "health_insurance"),
    DemoUser("civil-defence", "civil_defence"),
    DemoUser("water", "utility.water"),
    DemoUser("education", "education", grants=_SEALED),
    DemoUser("police", "police", grants=_SEALED),
    DemoUser("traffic-police", "traffic_police", grants=_SEALED),
    DemoUser("daxi-emergency", "331081101.emergency"),
    DemoUser("daxi-social", "331081101.social"),
)
