"""What an inspection of a civil-defence work looks at, and what follows from what was found.

Seventeen items from the law and published rules: Law on Civil Air Defence Arts. 25-27, 49-50; Zhejiang implementing rules
Arts. 19, 21, 26-27, 32; Ningbo's interim rules on use and management (the seven points of good repair, the sign at the
door); maintenance notices on doors, filters and drainage. No field asks where the work lies, how well it protects or what
it is for in war; shelter_secrets.py keeps them out of free text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..choices import options_of
from ..forms import Option
from ..words import Words

RESULTS = options_of(
    good=("正常", "Good"),
    bad=("异常", "Not good"),
    absent=("无此项", "Not there"),
    unseen=("未检", "Not seen"),
)

BAD, UNSEEN = "bad", "unseen"
OVERALL = options_of(good=("合格", "Good"), mend=("限期整改", "To be mended"), grave=("严重隐患", "Grave"))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at. ``grave`` ones are against the law or endanger the building."""

    key: str
    name: Words
    look_at: Words
    grave: bool = False


ITEMS = (
    Item("c01", Words("防护密闭门", "Protective sealed doors"), Words("变形、锈蚀、铰链闭锁、胶条；不得拆卸、钻孔、焊接", "Warped, rusted, hinges, locks, seals; not removed, drilled or welded")),
    Item("c02", Words("密闭门", "Sealed doors"), Words("变形、锈蚀、铰链闭锁、胶条", "Warped, rusted, hinges, locks, seals")),
    Item("c03", Words("防爆波活门、悬板门", "Blast valves"), Words("能开合，没有锈死", "Move freely, not rusted")),
    Item("c04", Words("主体结构", "Structure"), Words("顶板、底板、墙没有打孔、裂缝", "No holes or cracks in ceiling, floor, walls"), grave=True),
    Item("c05", Words("渗漏水、积水", "Leaks, standing water"), Words("没有渗水、积水", "None")),
    Item("c06", Words("口部通道", "Entrances"), Words("没有堆物，走得通", "Clear of things, passable")),
    Item("c07", Words("通风（风机、风管）", "Ventilation"), Words("能运转，没有锈", "Runs, no rust")),
    Item("c08", Words("滤毒设备", "Filters"), Words("封闭完好，没有锈蚀", "Sealed, no rust")),
    Item("c09", Words("给排水（集水坑、水泵、阀门）", "Water and drainage"), Words("水泵能抽，阀门能关", "Pumps work, valves close")),
    Item("c10", Words("电气照明", "Electricity, lighting"), Words("灯亮，线路没有老化", "Lights work, wiring sound")),
    Item("c11", Words("消防设施与通道", "Fire equipment"), Words("消火栓齐全，通道畅通", "Hydrants complete, ways clear")),
    Item("c12", Words("防汛防倒灌", "Flood protection"), Words("挡水板、沙袋到位（实施办法第二十六条）", "Barriers and sandbags in place (Art. 26)")),
    Item("c13", Words("标志标牌", "Signs"), Words("标志牌、责任人公示", "Sign and person in charge shown")),
    Item("c14", Words("违规占用", "Wrongful occupation"), Words("没有侵占、隔断、改变用途", "Not occupied, partitioned or used otherwise"), grave=True),
    Item("c15", Words("擅自改造拆除", "Unauthorised changes"), Words("没有拆改（实施办法第二十七条）", "Nothing removed or rebuilt (Art. 27)"), grave=True),
    Item("c16", Words("危险品", "Dangerous goods"), Words("没有易燃、易爆、有毒物品（人民防空法第二十七条）", "Nothing flammable, explosive, toxic (Art. 27)"), grave=True),
    Item("c17", Words("维护记录", "Maintenance record"), Words("有记录，不外传工程资料", "Kept; no drawings passed on")),
)  # fmt: skip

HAZARDS = options_of(
    digging=("爆破、打桩、挖洞开沟、采石取土", "Blasting, piling, digging"),
    obstacle=("出入口设障碍或搭建", "Obstacles or buildings at the entrance"),
    dumping=("排废水废气、倒垃圾", "Waste water, gas or rubbish let in"),
    openings=("毁坏孔口防洪防灌设施", "Flood protection destroyed"),
    shafts=("堵塞、截断风井或管道", "Shafts or ducts blocked"),
    rebuilding=("擅自拆除、改造、报废", "Removed, rebuilt or given up without leave"),
    goods=("存放爆炸、剧毒、易燃、放射、腐蚀物品", "Explosive, toxic, flammable, radioactive, corrosive goods"),
    seizure=("侵占", "Seized"),
)

ITEM_OPTIONS = tuple(Option(item.key, item.name) for item in ITEMS)


def findings(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the items.

    Args:
        answers: good answers of the inspection form.

    Returns:
        ``overall``: ``good``, ``mend`` (also where an item was not seen: nobody knows that it is good) or ``grave`` (against
        the law, or the building in danger); ``bad_items`` and ``unseen_items``: item keys.
    """
    bad = [item for item in ITEMS if answers.get(item.key) == BAD]
    unseen = [item.key for item in ITEMS if answers.get(item.key) == UNSEEN]
    grave = any(item.grave for item in bad) or bool(answers.get("hazards_seen"))
    overall = "grave" if grave else "mend" if bad or unseen else "good"
    return {"overall": overall, "bad_items": [item.key for item in bad], "unseen_items": unseen}
