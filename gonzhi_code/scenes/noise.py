"""The questions on noise, and who answers for which kind of it.

Since 15 August 2026 the law of noise is the Ecological and Environmental Code (《生态环境法典》), which repealed the Noise
Pollution Act: Arts. 553 (places that need quiet), 564 industrial, 568 building, 573 traffic, 588 social life, 591 and 597
equipment, 592 commerce, 593 loudspeakers in the open, 595 decoration, 599 first persuasion and mediation, 1102, 1107,
1185, 1189-1190 competence, 1192 police. The split of day and night at 6 and 22 o'clock is common usage.
"""

from __future__ import annotations

from ..answers import AnswersSchema
from ..choices import Choice, Choices, YesNo, options_of
from ..conditions import Condition, all_of, any_of, field
from ..rules import Rule
from ..words import Words

IS_NOISE = field("category") == "noise"
FROM_EQUIPMENT = field("source_kind") == "equipment"

NOISE_FIELDS = ("noise_kind", "source_kind", "asset_owner", "period", "duration", "near_sensitive")


class NoiseQuestions(AnswersSchema):
    """The sub-form for noise, asked where the category is noise."""

    noise_kind = Choice(
        Words("是哪一类噪声", "What kind of noise"),
        options_of(
            industry=("工厂生产", "Industry"), construction=("建筑施工", "Building work"), traffic=("车船飞机", "Traffic"),
            social=("生活、经营、设备", "Daily life, shops, equipment"), unclear=("说不清", "Not sure"),
        ),
        required=True, show_when=IS_NOISE,
        note=Words("依据《生态环境法典》第五百四十七条以下", "Ecological and Environmental Code, Arts. 547 ff."),
    )  # fmt: skip
    source_kind = Choice(
        Words("声音从哪里来", "Where it comes from"),
        options_of(
            equipment=("水泵、风机、空调、变压器等设备", "Pumps, fans, air conditioning, transformers"),
            loudspeaker=("音响、广场舞", "Loudspeakers, square dancing"), commerce=("商店叫卖、促销", "Shops and promotion"),
            decoration=("装修", "Decoration"), building=("工地", "Building site"), factory=("工厂", "Factory"),
            traffic=("车辆、船舶", "Vehicles, ships"), neighbour=("邻居", "Neighbours"), other=("其他", "Other"),
        ),
        required=True, show_when=IS_NOISE,
    )  # fmt: skip
    asset_owner = Choice(
        Words("设备是谁家的", "Whose equipment it is"),
        options_of(
            water=("自来水、水厂", "Waterworks"), power=("供电", "Power supply"), gas=("燃气", "Gas"), telecom=("通信基站", "Telecom"),
            property=("小区物业", "Property management"), company=("企业、商家", "A company or shop"), unknown=("不知道", "Not known"),
        ),
        show_when=all_of(IS_NOISE, FROM_EQUIPMENT), hint=Words("不知道可以不选", "Leave it if you do not know"),
    )  # fmt: skip
    period = Choices(
        Words("什么时候响", "When"),
        options_of(day=("白天（6 点到 22 点）", "By day (6 to 22)"), night=("夜里（22 点到 6 点）", "By night (22 to 6)")),
        required=True, show_when=IS_NOISE,
    )  # fmt: skip
    duration = Choice(
        Words("多久一次", "How often"),
        options_of(sometimes=("偶尔", "Now and then"), daily=("每天", "Every day"), constant=("一直在响", "All the time")),
        required=True, show_when=IS_NOISE,
    )  # fmt: skip
    near_sensitive = YesNo(
        Words("旁边有没有住宅、学校、医院", "Homes, a school or a hospital nearby"),
        yes=Words("有", "Yes"), no=Words("没有", "No"), show_when=IS_NOISE,
        hint=Words("这些地方法律要求更安静", "The law asks for more quiet there"),
    )  # fmt: skip


def _rule(word: str, when: Condition, lead: str, why: str, en: str, *helpers: str) -> Rule:
    return Rule(f"general.noise.{word}", all_of(IS_NOISE, when), lead, Words(why, en), helpers)


def _owned(owner: str) -> Condition:
    return all_of(FROM_EQUIPMENT, field("asset_owner") == owner)


_PERSISTENT = field("duration").in_("daily", "constant")

NOISE_RULES = (
    _rule("water", _owned("water"), "township.social", "供水设备噪声，由镇街牵头，水务集团一起到场处理",
          "Noise of waterworks: the town leads, the water company comes along", "utility.water"),
    _rule("power", _owned("power"), "township.social", "供电设备噪声，由镇街牵头，供电公司一起到场处理",
          "Noise of power equipment: the town leads, the power company comes along", "utility.power"),
    _rule("gas", _owned("gas"), "township.social", "燃气设备噪声，由镇街牵头，燃气公司一起到场处理",
          "Noise of gas equipment: the town leads, the gas company comes along", "utility.gas"),
    _rule("telecom", _owned("telecom"), "township.social", "通信设备噪声，由镇街牵头，通信公司一起到场处理",
          "Noise of telecom equipment: the town leads, the telecom company comes along", "utility.telecom"),
    _rule("property", _owned("property"), "township.social", "小区设备噪声，由镇街督促物业整改，住建部门指导（法典第五百九十七条）",
          "Noise of shared equipment: the town sees to it with the property company (Code Art. 597)", "housing"),
    _rule("industry", any_of(field("noise_kind") == "industry", field("source_kind") == "factory"), "ecology",
          "工业噪声由生态环境部门查处（法典第五百六十四条）", "Industrial noise belongs to the ecology bureau (Code Art. 564)", "township.enforcement"),
    _rule("building", any_of(field("noise_kind") == "construction", field("source_kind") == "building"), "enforcement",
          "施工噪声由综合行政执法部门查处（法典第五百六十八条、第一千一百八十五条）",
          "Noise of building work belongs to the enforcement bureau (Code Arts. 568, 1185)", "housing", "township.construction"),
    _rule("traffic", any_of(field("noise_kind") == "traffic", field("source_kind") == "traffic"), "traffic_police",
          "机动车噪声由公安交管部门处理（法典第五百七十三条）", "Noise of vehicles belongs to the traffic police (Code Art. 573)", "transport"),
    _rule("commerce", field("source_kind") == "commerce", "township.enforcement",
          "商业促销噪声由镇街综合行政执法队处理（法典第五百九十二条）", "Noise of shops belongs to the town's enforcement team (Code Art. 592)"),
    _rule("decoration", field("source_kind") == "decoration", "township.social",
          "装修噪声先由村居和物业劝阻调解（法典第五百九十五条、第五百九十九条）",
          "Noise of decoration: village and property company speak to them first (Code Arts. 595, 599)", "housing"),
    _rule("persistent", all_of(field("source_kind").in_("loudspeaker", "neighbour"), _PERSISTENT), "township.social",
          "生活噪声先劝阻调解，屡劝不改的公安机关一起处理（法典第五百九十九条、第一千一百九十二条）",
          "Noise of daily life: persuasion first, with the police where it goes on (Code Arts. 599, 1192)", "township.safety", "police"),
    _rule("life", field("source_kind").in_("loudspeaker", "neighbour"), "township.social",
          "生活噪声先由镇街、村居劝阻调解（法典第五百九十九条）",
          "Noise of daily life: town and village speak to them first (Code Art. 599)", "township.safety"),
    _rule("company", _owned("company"), "township.enforcement", "经营设备噪声由镇街综合行政执法队处理（法典第五百九十一条）",
          "Noise of a company's equipment belongs to the town's enforcement team (Code Art. 591)", "ecology"),
)  # fmt: skip

NOISE_REST = Rule(
    "general.noise.rest", IS_NOISE, "township.social",
    Words("噪声来源还不清楚，由镇街先到现场看", "The source is not clear yet; the town goes to look first"), ("ecology",),
)  # fmt: skip
