"""Ways of abusing the medical insurance funds, with the article that forbids each.

Codes are ours and never change. Sources: Regulation on the Supervision of the Use of Medical Insurance Funds (Decree 735)
Arts. 15, 19, 36-41; its implementing rules (Order 7 of the National Healthcare Security Administration, in force since
1 April 2026), which add reflowed medicines, tracing codes and long-term care insurance; Zhejiang Regulation on Medical
Security Art. 55.
"""

from __future__ import annotations

from ..forms import Option
from ..words import Words

_DECREE = "医保基金使用监督管理条例"
_ORDER_7 = "实施细则（国家医保局令第 7 号）"

TARGET_KINDS = tuple(
    Option(value, Words(zh, en))
    for value, zh, en in (
        ("hospital", "医院、诊所（定点医疗机构）", "Hospital or clinic"),
        ("pharmacy", "药店（定点零售药店）", "Pharmacy"),
        ("insured", "参保人员", "An insured person"),
        ("agency", "医保经办机构", "An insurance agency"),
        ("employer", "参保单位", "An insured employer"),
        ("other", "其他人（如药贩子）", "Somebody else (a drug dealer, for instance)"),
    )
)

# code, words, English, the article in both languages
_TYPES = (
    ("M01", "分解住院", "Splitting one stay in hospital into several", Words(f"{_DECREE}第十五条、第三十八条第一项", "Decree 735, Arts. 15, 38(1)")),
    ("M02", "挂床住院", "Beds booked, nobody in them", Words(f"{_DECREE}第十五条、第三十八条第一项", "Decree 735, Arts. 15, 38(1)")),
    ("M03", "过度诊疗检查、分解处方、超量或重复开药", "Needless treatment, split or repeated prescriptions", Words(f"{_DECREE}第三十八条第二项", "Decree 735, Art. 38(2)")),
    ("M04", "重复收费、超标准收费、分解项目收费", "Charging twice, above the scale or in pieces", Words(f"{_DECREE}第三十八条第三项", "Decree 735, Art. 38(3)")),
    ("M05", "串换药品、耗材、诊疗项目、服务设施", "Billing one medicine, material, treatment or facility as another", Words(f"{_DECREE}第三十八条第四项", "Decree 735, Art. 38(4)")),
    ("M06", "为转卖药品、返现返物提供便利", "Helping resale of medicines or cash-back", Words(f"{_DECREE}第三十八条第五项", "Decree 735, Art. 38(5)")),
    ("M07", "把不该报的费用纳入医保结算", "Billing what insurance does not cover", Words(f"{_DECREE}第三十八条第六项", "Decree 735, Art. 38(6)")),
    ("M08", "诱导、协助冒名或虚假就医购药，提供虚假证明、虚开单据", "Helping or leading people into treatment or medicines under false names or pretences; false certificates or bills", Words(f"{_DECREE}第四十条第一项", "Decree 735, Art. 40(1)")),
    ("M09", "伪造、变造病历和票据", "Forged records or receipts", Words(f"{_DECREE}第三十七条、第四十条第二项、第四十一条", "Decree 735, Arts. 37, 40(2), 41")),
    ("M10", "虚构服务项目、虚假住院", "Invented services or stays", Words(f"{_DECREE}第三十七条、第四十条第三项", "Decree 735, Arts. 37, 40(3)")),
    ("M11", "把自己的医保卡给别人冒用", "Lending one's insurance card", Words(f"{_DECREE}第四十一条第一项", "Decree 735, Art. 41(1)")),
    ("M12", "冒用别人的医保卡", "Using another's insurance card", Words(f"{_DECREE}第四十一条第二款", "Decree 735, Art. 41, para. 2")),
    ("M13", "重复报销、重复享受待遇", "Claiming the same cost twice", Words(f"{_DECREE}第四十一条第二项；{_ORDER_7}", "Decree 735, Art. 41(2); Order 7")),
    ("M14", "转卖医保药品、收返现返物", "Reselling insured medicines, taking cash-back", Words(f"{_DECREE}第十九条、第四十一条第三项；{_ORDER_7}", "Decree 735, Arts. 19, 41(3); Order 7")),
    ("M15", "收购、贩卖医保药品（回流药）", "Dealing in insured medicines", Words(_ORDER_7, "Order 7 of the NHSA")),
    ("M16", "不按规定使用药品追溯码", "Tracing codes not used as required", Words(_ORDER_7, "Order 7 of the NHSA")),
    ("M17", "长期护理保险违规", "Abuse of long-term care insurance", Words(_ORDER_7, "Order 7 of the NHSA")),
    ("M18", "经办机构不履行职责", "An agency neglects its duty", Words(f"{_DECREE}第三十六条", "Decree 735, Art. 36")),
    ("M99", "其他", "Other", Words(f"{_DECREE}第三十八条第七项、第四十条第四项", "Decree 735, Arts. 38(7), 40(4)")),
)

VIOLATIONS = tuple(Option(code, Words(zh, en), article) for code, zh, en, article in _TYPES)
"""Options of the question; the hint of each is its article."""
