"""The shipped lines of the legal check: each finds its example, none disturbs an honest posting."""

from __future__ import annotations

import pytest

from jobmatch.reference.models import PostingRule
from jobmatch.reference.patterns import check_pattern, compile_rule, only_warns, try_pattern
from jobmatch.reference.shipped import shipped_rows

RULES = {row["code"]: row for row in shipped_rows(PostingRule)}
PATTERNS = {code: compile_rule(row["pattern"]) for code, row in RULES.items()}

BAD = {
    "R01": ["限男性", "仅招女生", "招男员工2名", "招聘女文员", "女士优先", "性别：男", "只招 男"],
    "R02": ["已婚已育优先", "未婚优先", "要求单身", "无生育计划"],
    "R03": ["限汉族", "不招少数民族"],
    "R04": ["无宗教信仰", "不招信教人员"],
    "R05": ["不招残疾人", "谢绝残疾"],
    "R06": ["乙肝携带者勿扰", "大三阳不录", "无乙肝"],
    "R07": ["限本地户籍", "只要本市户口", "本地户口优先"],
    "R08": ["入职交服装费500元", "需交押金", "报名费200元", "保证金一千"],
    "R09": ["月入过万不是梦", "月入上万", "包教包会稳赚", "考试保录"],
    "R10": ["加微信v123", "加QQ咨询", "兼职刷单"],
    "R11": ["18-35岁", "18～35周岁", "18至40岁", "35岁以下", "45周岁以内"],
    "R12": ["身高175以上", "五官端正"],
    "R13": ["12小时两班倒无休", "单休", "996工作制"],
    "R14": ["12345部队优先", "请写明部队番号"],
    "R15": ["扣押身份证", "入职须抵押驾驶证", "扣押员工证件"],
    "R16": ["没满16的用哥姐身份证报名", "15岁也行", "初二放假的来打工", "小孩也算钱", "KTV服务生，16岁起"],
    "R17": ["兼职刷单", "出租银行卡", "帮忙收款再转出去", "交钱就能进国企", "境外博彩推广"],
}
BENIGN = [
    "不限男女，男女不限，性别不限，性别：不限，性别：男女不限，男女均可",
    "男装导购，女装店长，招女装导购，招男士鞋类导购，招女生宿管，招女性用品销售",
    "免押金，不收押金，无需押金，不用交押金，免收押金、服装费、报名费，公司承担培训费，培训费由公司承担，免费培训",
    "提供单身公寓，单身宿舍，已婚未婚均可，不限未婚",
    "不限民族，不限宗教信仰，不限本地户籍，外地户籍也可以",
    "确保录入数据准确，负责录音，保录音质量",
    "电话 13996123456，午休两小时，双休，8 小时工作制，112小时制不采用",
    "身高不限，身高无要求",
    "不扣押任何证件，不得扣押身份证",
    "欢迎残疾人应聘，退役军人优先，3 年以上工作经验，参加过抗洪的部队退役人员优先",
    "招生老师，招商主管，限时招聘，工资 6000-8000 元",
    "禁止乙肝歧视，无乙肝歧视，入职体检不查乙肝",
    "不招用未满16周岁人员，年满16周岁，照看12岁以上儿童",
    "识别刷单，防范刷单诈骗，信用卡客服，反洗钱专员，刷墙工",
    "持押运员证，按品番号拣货，收退房卡押金",
]


def findings(text: str) -> set[str]:
    """Codes of the rules that find something in ``text``; what the group ``ok`` matches is harmless."""
    found = ((code, match) for code, pattern in PATTERNS.items() for match in pattern.finditer(text))
    return {code for code, match in found if match.group().strip() and match.groupdict().get("ok") is None}


def test_every_rule_is_shipped_with_example_basis_and_words() -> None:
    assert len(RULES) == 17
    for row in RULES.values():
        assert row["severity"] in {"block", "warn"}
        assert row["message_zh"] and row["message_en"] and row["basis"] and row["name_en"]


@pytest.mark.parametrize("code", sorted(RULES))
def test_each_rule_finds_its_example_and_more(code: str) -> None:
    for text in [RULES[code]["example"], *BAD[code]]:
        assert code in findings(text), text


@pytest.mark.parametrize("text", [part for line in BENIGN for part in line.split("，")])
def test_honest_words_are_left_alone(text: str) -> None:
    assert findings(text) == set()


def test_every_shipped_rule_would_pass_the_guard_for_typed_ones() -> None:
    for row in RULES.values():
        check_pattern(row["pattern"])


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "请填写"),
        ("(", "不完整"),
        ("[男", "不完整"),
        ("男*", "什么都能匹配"),
        ("x" * 6001, "太长"),
        ("(男+)+女", "太慢"),
        (r"(\d+\s*)+元整", "太慢"),
        ("(a|a)*b!c", "太慢"),
    ],
)
def test_an_expression_that_would_harm_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_pattern(pattern)


def test_trying_an_expression_shows_what_it_finds() -> None:
    assert try_pattern("限(男|女)", "限男，也限女") == [("限男", None), ("限女", None)]
    with pytest.raises(ValueError, match="太慢"):
        try_pattern("(男+)+女", "男" * 40)


LINES = """词 证件：身份证|驾驶证
词 原：{证件}(原件)?
放 不…{证件}

拦 扣押? {证件}|交{原}给公司
疑 留下……{证件}"""


def test_lines_name_lists_and_say_which_of_them_spoke() -> None:
    text = "扣 身份证，不扣驾驶证，交驾驶证原件给公司，留下一份你的身份证"
    found = [("扣 身份证", 5), ("交驾驶证原件给公司", 5), ("留下一份你的身份证", 6)]
    assert try_pattern(LINES, text) == found
    matches = [match for match in compile_rule(LINES).finditer(text) if match["ok"] is None]
    assert [only_warns(match) for match in matches] == [False, False, True]


def test_a_gap_stays_inside_its_clause() -> None:
    assert try_pattern("拦 限…男", "限二十个男，限时，男，限一二三四五六七男") == [("限二十个男", 1)]


def test_one_expression_is_still_a_rule() -> None:
    pattern = compile_rule("(?P<ok>不限男女)|限男")
    assert [match["ok"] for match in pattern.finditer("不限男女，限男")] == ["不限男女", None]
    assert not any(only_warns(match) for match in pattern.finditer("不限男女，限男"))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("拦 限男\n限女", "第 2 行：每行开头"),
        ("拦 限男\n\n拦 (限女", "第 3 行：.*不完整"),
        ("词 证件\n拦 限男", "第 1 行：词表要写成"),
        ("拦 扣{证}", "第 1 行：上面没有词表“证”"),
        ("词 证：证件\n放 不扣", "至少写一行"),
        ("放 不?\n拦 限男", "第 1 行：.*什么都能匹配"),
        ("拦 (男+)+女", "太慢"),
        ("词 甲：限男\n" + "词 甲：{甲}{甲}\n" * 40 + "拦 {甲}", "太长"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(rule: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_pattern(rule)


def test_shipped_rules_are_lines_that_a_person_can_read() -> None:
    assert all(row["pattern"].startswith(("词 ", "放 ", "拦 ")) for row in RULES.values())
    assert sum(len(row["pattern"]) for row in RULES.values()) <= 14_000
