"""What must be reported at once when a minor is harmed, and who answers for which danger at a school.

State bodies, villages and all who work closely with minors must report harm, suspected harm or danger at once to police,
civil affairs and education: Law on the Protection of Minors (2024) Art. 11, sanction Art. 117. The nine situations are
those of the joint opinion of 2020 of the Supreme People's Procuratorate and eight other bodies. What could identify a minor may
not be told: Arts. 72, 103. Other hooks: Arts. 35, 39, 40, 130; Law on Penalties for Public Security Administration
(2025) Art. 60; School Bus Safety Regulation; Ecological and Environmental Code Art. 561.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..choices import options_of
from ..forms import Option
from ..words import Words

SITUATIONS = options_of(
    injury=("隐私部位有不正常的损伤", "Unusual injury of private parts"),
    under14=("不满 14 岁的女孩遭性侵、怀孕或流产", "A girl under 14 abused, pregnant or having miscarried"),
    over14=("14 岁以上女孩因性侵怀孕或流产", "A girl over 14 pregnant or having miscarried through abuse"),
    abuse=("多处受伤、严重营养不良、意识不清，像是被家暴、欺凌、虐待", "Many injuries, starvation or confusion that suggest violence, bullying or abuse"),
    selfharm=("自杀、自残、中毒、被麻醉或殴打，造成伤残、死亡", "Suicide, self-harm, poisoning, drugging or beating, with injury or death"),
    abandoned=("被遗弃或长期没人照看", "Abandoned or long without care"),
    missing=("来历不明、失踪、被拐卖或收买", "Of unknown origin, missing, sold or bought"),
    begging=("被组织乞讨", "Made to beg"),
    danger=("其他严重伤害，或正面临危险", "Other grave harm, or in danger now"),
)


@dataclass(frozen=True, slots=True)
class Danger:
    """One category of the campus form.

    Args:
        code: posted value. lead, helpers: roles. urgent: always. grave_lead: who leads when somebody is in danger now.
        sealed: read by a named few, whatever is said about minors: who walks about a school looks at children.
    """

    code: str
    words: Words
    lead: str
    helpers: tuple[str, ...]
    urgent: bool = False
    grave_lead: str = ""
    sealed: bool = False

    @property
    def option(self) -> Option:
        """The choice on the form."""
        return Option(self.code, self.words)


DANGERS = (
    Danger("X01", Words("食品安全（食堂、送餐、小卖部）", "Food"), "market", ("education",), grave_lead="market"),
    Danger("X02", Words("周边交通、接送、校车", "Traffic, school buses"), "traffic_police", ("township.safety", "education")),
    Danger("X03", Words("消防（通道、设施、电气）", "Fire safety"), "fire", ("education", "township.emergency")),
    Danger("X04", Words("校舍、设施安全", "Buildings and facilities"), "education", ("housing",), grave_lead="education"),
    Danger("X05", Words("学生欺凌", "Bullying"), "education", ("police", "township.safety"), urgent=True, grave_lead="police", sealed=True),
    Danger("X06", Words("疑似性侵、虐待", "Suspected abuse"), "police", ("education", "civil_affairs"), urgent=True, sealed=True),
    Danger("X07", Words("溺水、危险水域", "Drowning, dangerous water"), "township.emergency", ("waterworks", "emergency"), grave_lead="township.emergency"),
    Danger("X08", Words("周边网吧、酒吧、烟酒零食摊", "Bars, shops and stalls nearby"), "market", ("culture", "tobacco", "enforcement")),
    Danger("X09", Words("周边治安、可疑人员", "Safety around the school"), "police", ("education", "township.safety"), urgent=True, sealed=True),
    Danger("X10", Words("心理健康、想不开", "Mental health, risk of self-harm"), "education", ("health", "township.social"), urgent=True, grave_lead="police", sealed=True),
    Danger("X11", Words("传染病、多人发病", "Infectious or mass illness"), "health", ("education",), urgent=True),
    Danger("X12", Words("校外培训、乱收费", "Private courses, fees"), "education", ("market",)),
    Danger("X13", Words("噪声、施工影响上课和考试", "Noise during lessons and examinations"), "ecology", ("housing", "enforcement")),
    Danger("X14", Words("其他", "Other"), "township.command", ("education",)),
)  # fmt: skip
"""Sources in the module's docstring; the last one takes what fits nowhere."""
