"""What people bring to the general form, and which role answers for each.

GB/T 39666-2020 is the national classification of hotline matters; its code list is not public, so the words are ours, and
``national_class`` names the one of its twelve classes a category belongs to. Who answers follows the statutory tasks of
bureaus and the usual offices of a Zhejiang town; the utilities answer for their own nets.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..forms import Option
from ..words import Words


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of matter: its posted value, words, national class, lead role, helping roles."""

    value: str
    words: Words
    national_class: str
    lead: str
    helpers: tuple[str, ...] = ()


def _of(value: str, zh: str, en: str, national_class: str, lead: str, *helpers: str) -> Category:
    return Category(value, Words(zh, en), national_class, lead, helpers)


CATEGORIES = (
    _of("noise", "噪声扰民", "Noise", "环境保护与资源利用", "township.social"),
    _of("water", "停水、水压、水质", "Water supply", "城乡建设与管理", "utility.water", "township.social"),
    _of("power", "停电、用电", "Electricity", "城乡建设与管理", "utility.power", "township.social"),
    _of("gas", "燃气", "Gas", "城乡建设与管理", "utility.gas", "housing", "township.emergency"),
    _of("telecom", "电话、网络、基站", "Telephone and network", "城乡建设与管理", "utility.telecom", "township.construction"),
    _of("road", "道路、路灯、井盖", "Roads, street lamps, manholes", "交通运输与物流", "township.construction", "transport"),
    _of("traffic", "停车、交通秩序", "Parking and traffic", "交通运输与物流", "traffic_police", "township.safety"),
    _of("transit", "公交、出租、客运", "Buses, taxis", "交通运输与物流", "transport"),
    _of("pollution", "污水、废气、油烟", "Sewage, fumes, smoke", "环境保护与资源利用", "ecology", "township.enforcement"),
    _of("waste", "垃圾、环境卫生", "Rubbish and cleanliness", "城乡建设与管理", "township.social", "enforcement"),
    _of("drainage", "河道、积水、内涝", "Rivers, drainage, flooding", "环境保护与资源利用", "waterworks", "township.emergency"),
    _of("building", "违章搭建、占道经营", "Illegal building, stalls on the street", "城乡建设与管理", "township.enforcement", "planning"),
    _of("land", "土地、宅基地、规划", "Land, house plots, planning", "城乡建设与管理", "planning", "township.construction"),
    _of("housing", "物业、房屋质量和安全", "Housing and property management", "城乡建设与管理", "housing", "township.construction"),
    _of("fire", "消防隐患", "Fire hazards", "公共安全与治安", "township.emergency", "fire"),
    _of("safety", "生产安全隐患", "Safety at work and of plants", "公共安全与治安", "township.emergency", "emergency"),
    _of("security", "治安、诈骗、赌博", "Public order, fraud, gambling", "公共安全与治安", "police", "township.safety"),
    _of("dispute", "邻里、家庭、合同纠纷", "Disputes", "司法与法律援助", "township.safety", "legal_aid"),
    _of("consumer", "消费、食品、价格", "Shopping, food, prices", "商贸与消费者权益", "market"),
    _of("health", "看病、公共卫生", "Medical care, public health", "医疗卫生", "health"),
    _of("school", "上学、培训", "Schools and courses", "教育文化与体育", "education"),
    _of("culture", "文化、体育、旅游", "Culture, sport, tourism", "教育文化与体育", "culture"),
    _of("work", "用工、社保", "Work and social insurance", "社会保障与就业", "labour", "township.social"),
    _of("welfare", "低保、养老、救助", "Welfare, care of the old, relief", "社会保障与就业", "township.social", "civil_affairs"),
    _of("farming", "农业、渔业、动物", "Farming, fishing, animals", "其他", "agriculture", "township.economy"),
    _of("business", "企业服务、营商环境", "Services for businesses", "行政管理与公共服务", "township.economy"),
    _of("conduct", "工作人员作风", "Conduct of officials", "行政管理与公共服务", "discipline"),
    _of("unclear", "说不清、其他", "Not sure, other", "其他", "township.command"),
)

CATEGORY_OPTIONS = tuple(Option(category.value, category.words) for category in CATEGORIES)
