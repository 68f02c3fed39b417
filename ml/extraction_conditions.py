"""The conditions of a posting in its own words: schooling, years, age wishes, papers and skills."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from ml.documents import Requirement
from ml.extraction import read_mentions
from ml.extraction_cues import Cues, Mention
from ml.tables import certificates, driver_licences, licence_covers, skills
from ml.words import plain_letters


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition and the characters `start` to `end` it was read from.

    kind: "education", "years", "licence", "certificate", "skill" or "age". code: as in `Requirement`; empty for
    education, years and age. level: rank of the schooling, or as in `Found`. years: least years, for years.
    low_age, high_age: for age, None where open. An age is the employer's wish, so its `must` is always False.
    label: Chinese words for display.
    """

    kind: str
    code: str
    level: int
    years: float
    low_age: int | None
    high_age: int | None
    must: bool
    start: int
    end: int
    label: str


_SCHOOLS = {2: "小学", 3: "初中", 4: "高中/中专", 5: "大专", 6: "本科", 7: "硕士", 8: "博士"}
_SCHOOL = (
    r"(?P<e8>博士(?:研究生)?)|(?P<e7>硕士(?:研究生)?|研究生)|(?P<e5>大学专科|大专|专科|高职|高等职业)"
    r"|(?P<e6>大学本科|本科|学士|大本)|(?P<e4>高中|中专|中职|职高|技校|技工学校|中技|中等职业|中等专业)|(?P<e3>初中)|(?P<e2>小学)"
)
_ONE_SCHOOL = re.compile(_SCHOOL)
_NO_NAMES = re.sub(r"\?P<e\d>", "?:", _SCHOOL)
_AND_ON = r"\s?\s?(?:\(?(?:全日制|统招|普通|含)?(?:毕业|学历|学位|文化程度|文化|文凭|水平|程度)\)?)?\s?\s?"
_SCHOOLS_SAID = re.compile(
    rf"(?:(?:学历|文化程度|文化水平|教育程度|教育背景)(?:要求|不低于|为|是|至少|需|须|[:： ]|在){{0,4}}\s?\s?)?"
    r"(?:全日制|统招|普通|正规|国家|公办|二本|一本){0,3}"
    rf"(?:{_NO_NAMES})(?:(?:毕业|学历)?\s?\s?(?:[/、,或及和]|或者|以及|\()\s?\s?(?:全日制|统招|普通|大学)?(?:{_NO_NAMES})\)?)*"
)
_SCHOOL_BEFORE = re.compile(r"学历|文化程度|文化水平|教育程度|教育背景|放宽[到至为]?|不低于")
_SCHOOL_AFTER = re.compile(
    rf"(?:{_AND_ON}(?:或|及|和|或者|(?:\(含[^()]{{0,4}}\)))?\s?\s?(?:以上|起(?!重)|均可|即可|也可|都可|皆可|优先|者优先|为佳|不限专业)"
    r"|\s?\s?\(?(?:含)?(?:及其?|或|\(含\)|含)?\s?\s?以上"
    r"|\s?\s?(?:\([^()]{0,6}\))?(?:毕业|学历|学位|文化|文凭|程度|水平))"
)
_FORMAL = re.compile(r"全日制|统招")
_NOT_MORE = re.compile(rf"{_AND_ON}(?:或|及|和)?(?:以下|以内)(?!(?:学历)?者?(?:勿|免|不予|不考虑|请勿|谢绝))")
_BELOW_SHUT_OUT = re.compile(r"(?:学历)?以下(?:学历)?者?(?:勿|免|不予|不考虑|请勿|谢绝)")
_NO_SCHOOL = re.compile(r"不限|不要求|无要求|不作要求|不看|无需|不需|不计")
_IN_SCHOOL = re.compile(r"\s?\s?(?:在读|在校|院校|生导师|部|老师|教师|教学|数学|语文|英语|生(?!$|及|以|[,。;、]))")
_RELAXED = re.compile(r"(?:优秀|突出|丰富|能力强|特别).*\|\s?\s?(?:学历)?(?:亦可|也可|即可|可以|可)")
_STUDENTS = re.compile(r"(?:辅导|教授|面向|针对|接送|服务于?)[^,。;]{0,6}$")

_DIGITS = {
    "半": 0.5,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
_NUMBER = r"(?:\d{1,2}(?:\.5)?|十[一二三四五]|[一二两三四五六七八九十半])"
_SPAN = rf"({_NUMBER})\s?\s?年?\s?\s?(?:[-~—–―−至到]+\s?\s?{_NUMBER})?\s?\s?(?:个)?(年|月)"
_SPAN += r"(?!龄|月日|份|底|薪|终|度|级|会|检|假|轻|\d)半?"
_WORK = r"经验|经历|驾龄|工龄|从业|阅历|资历"
_YEARS = re.compile(rf"(?<![\d年.第前近/满后来每])(?<!成立)(?<!合同){_SPAN}(?:\s?\s?\(?含?\)?(?:或|及)?其?以上)?")
_WORK_AFTER = re.compile(rf"[^,。;!\n、]{{0,24}}?(?:{_WORK})(?!丰富的(?:团队|讲师))")
_WORK_BEFORE = re.compile(rf"(?:{_WORK}|工作年限|年限)[^,。;!\n\d]{{0,8}}$")
_MORE = re.compile(r"以上$")
_MORE_THAN_ANY = re.compile(r"(?:的)?(?:[,。;!、\n ]|者|优先|[^,。;!\n]{0,10}(?:工作|岗位|管理|驾驶|相关)|$)")
_OTHER_YEARS = re.compile(
    r"合同|有效|历史|成立|质保|保修|证龄|居住|社保|党龄|累计|存续|执业|服役|在部队|毕业|留学|国外|境外|\(境\)|学制|计划|规划|寿命"
)
_BOAST = re.compile(r"公司|企业|我司|我们|本店|集团|团队|品牌|专注|深耕|创立|成立|平台|导师|名师|师傅带|历史")
_LESS = re.compile(r"\s?\s?(?:\(?含?\)?)(?:及|或)?(?:以下|以内|之内|内(?![部容训])|后(?![端台期勤])|前(?![端台沿后]))")
_NO_YEARS = re.compile(r"不限|不要求|无需|不需|无经验|均可|有无经验")

_AGE = re.compile(
    r"(?P<head>年龄|周岁|岁数)?(?P<gap>[^,。;\n\d]{0,8}?)(?<!\d)(?<!\d[.])(?P<low>\d{2})\s?\s?(?:周?岁)?\s?\s?(?:\(含\))?(?:以上)?\s?\s?"
    r"(?:(?:[-~—–―−至到、]+|(?<=以上))\s?\s?(?P<high>\d{2})(?!\d))?\s?\s?(?P<unit>周?岁)?(?P<tail>\s?\s?(?:\(含[^()]{0,6}\))?(?:及|\(含\)|含|或)?\s?\s?(?:以下|以内|之内|以上|之下|左右|内|下))?"
)
_AGE_CAP = re.compile(r"不超过|不大于|不高于|小于|低于|不满|未满")
_NOT_CONSIDERED = re.compile(r"(?:的|者)?(?:不考虑|勿|不予|免)")
_AGE_FLOOR = re.compile(r"不低于|不小于|满|年满|大于|已满")
_NO_AGE = re.compile(r"平均|客户|儿童|孩|宝宝|学生|幼儿|老人|用户|放宽|成员|历史|人群|消费者|培养|青少年")

_HELD = re.compile(r"证|执照|资格|级|持|有|通过|考取|师|员")
_OR_EQUAL = re.compile(r".{0,5}(?:或|及)?(?:具有|具备)?(?:同等|相等|相当)")
_OR = re.compile(r"或|/|任一|之一|其一|任意|均可|都可")
_ONE_OF = re.compile(r"之一|其一|任一|任意一")
_CLAUSE_END = re.compile(r"[,。;!?\n■●◆★•]")
_NICE = re.compile(r"优先|加分|更佳|者佳|为佳|尤佳|最好|更好")
_LONGEST_CLAUSE = 80
# The number of an item in a list is no figure: in 要求:1.3 年以上经验 three years are meant.
_ITEM_NUMBER = re.compile(
    r"(?:(?<=[\s。;!】■●◆])|(?<=(?:要求|资格|条件|描述|职责|标准)[:\s】])|^)\d{1,2}[.、)](?=\s?\s?[\d半一二两三四五六七八九十])"
)


def extract_requirements(text: str) -> list[Condition]:
    """The conditions a posting states, in order of place; one for each kind and code, the stricter clause.

    Ages are returned as wishes. Papers and licences are must unless the clause says 优先 or the like or names them as
    alternatives; of alternative licences the least stays when the others cover it. Skills are must only where the
    clause says so; manners (责任心, 沟通能力) never are. Nothing is returned for what is 不限 or not needed.
    """
    plain, places = plain_letters(text)
    unnumbered = _ITEM_NUMBER.sub(lambda match: " " * len(match.group()), plain)
    found: dict[tuple[str, str], Condition] = {}
    for read, words in ((_education, plain), (_years, unnumbered), (_ages, unnumbered), (_mentioned, plain)):
        for one in read(words):
            key = (one.kind, one.code)
            if key not in found or _strictness(one) > _strictness(found[key]):
                found[key] = one
    ordered = sorted(found.values(), key=lambda one: (one.start, one.end, one.kind, one.code))
    return [replace(one, start=places[one.start], end=places[one.end - 1] + 1) for one in ordered]


def read_requirements(text: str) -> tuple[Requirement, ...]:
    """The conditions of a posting's text as the ranker takes them; wishes about age are left out."""
    return tuple(
        Requirement(one.kind, one.code, one.must, one.label, one.level, one.years)
        for one in extract_requirements(text)
        if one.kind != "age"
    )


def _strictness(one: Condition) -> tuple[bool, float, float]:
    narrow = (one.high_age is not None) + (one.low_age is not None)
    return one.must, one.level + one.years, narrow


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The words before and after a span in its clause."""
    before = _CLAUSE_END.split(text[max(0, start - _LONGEST_CLAUSE) : start])[-1]
    after = _CLAUSE_END.split(text[end : end + _LONGEST_CLAUSE], maxsplit=1)[0]
    return before, after


def _simple(kind: str, must: bool, span: tuple[int, int], label: str, level: int = 0, years: float = 0.0) -> Condition:
    return Condition(kind, "", level, years, None, None, must, *span, label)


def _education(text: str) -> Iterator[Condition]:
    relaxed: list[Condition] = []
    strict: list[Condition] = []
    for match in _SCHOOLS_SAID.finditer(text):
        before, after = _around(text, *match.span())
        ranks = [int(str(one.lastgroup)[1:]) for one in _ONE_SCHOOL.finditer(match.group())]
        is_alone = not before.strip(" 0123456789.、()") and not after.strip() and min(ranks) > 3
        if (
            not (
                is_alone
                or _SCHOOL_AFTER.match(after)
                or _FORMAL.search(match.group())
                or _BELOW_SHUT_OUT.match(after)
                or _SCHOOL_BEFORE.search(match.group() + before[-8:])
            )
            or _NOT_MORE.match(after)
            or _IN_SCHOOL.match(after)
            or _STUDENTS.search(before)
            or _NO_SCHOOL.search(before[-6:] + after[:8])
        ):
            continue
        must = not _NICE.search(before[-8:] + after)
        one = _simple("education", must, match.span(), _SCHOOLS[min(ranks)], min(ranks))
        (relaxed if "放宽" in before or _RELAXED.search(before + "|" + after) else strict).append(one)
    if relaxed and strict:
        yield min(relaxed, key=lambda one: one.level)
    else:
        yield from strict


def _number(words: str) -> float:
    if words[0] == "十" and len(words) > 1:
        return 10 + _DIGITS[words[1]]
    return float(_DIGITS.get(words) or float(words))


def _years(text: str) -> Iterator[Condition]:
    for match in _YEARS.finditer(text):
        before, after = _around(text, *match.span())
        near = _WORK_AFTER.match(after) or _WORK_BEFORE.search(before)
        stands = _MORE.search(match.group()) and _MORE_THAN_ANY.match(text, match.end())
        if not (near or stands) or _LESS.match(after) or _OTHER_YEARS.search(before[-10:] + after[:8]):
            continue
        if _BOAST.search(before) and not _MUST_HAVE.search(before):
            continue
        if _NO_YEARS.search(after[:12]):
            continue
        years = _number(match.group(1)) / (12 if match.group(2) == "月" else 1)
        if (match.group(2) == "月" and "个" not in match.group()) or not 0 < years <= 20:
            continue
        must = not _NICE.search(before[-10:] + after)
        years = round(years, 2)
        yield _simple("years", must, match.span(), f"{years:g} 年经验", years=years)


_MUST_HAVE = re.compile(r"须|需|要求|应聘|任职|同行业|同类")


def _ages(text: str) -> Iterator[Condition]:
    for match in _AGE.finditer(text):
        head, tail, unit = match["head"], match["tail"] or "", match["unit"] or ("岁" if "岁" in match.group() else "")
        low, high = int(match["low"]), int(match["high"]) if match["high"] else None
        if not (unit or (head and not match["gap"].strip(": 在要求需须应为不超过低于满大小高"))):
            continue
        before, after = _around(text, match.start(), match.end())
        nearby = before[-8:] + match["gap"] + after[:6]
        if (
            _NO_AGE.search(nearby)
            or "团队" in text[max(0, match.start() - 12) : match.start()]
            or not 14 <= low <= 80
            or (high is not None and not low < high <= 80)
        ):
            continue
        said = before[-6:] + (match["gap"] or "")
        least: int | None = low
        if high is None:
            if (
                _AGE_CAP.search(said)
                or (said.endswith("超过") and _NOT_CONSIDERED.match(after))
                or tail.strip("(含)及或 ") in {"以下", "以内", "之内", "之下", "内", "下"}
            ):
                least, high = None, low
            elif not (_AGE_FLOOR.search(said) or "以上" in match.group()):
                continue
        start = match.start("low") if not head else match.start()
        yield Condition("age", "", 0, 0.0, least, high, False, start, match.end(), _age_label(least, high))


def _age_label(low: int | None, high: int | None) -> str:
    if low is None:
        return f"{high} 岁以下"
    return f"{low} 岁以上" if high is None else f"{low}–{high} 岁"


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    names = {row.code: f"{row.code} 驾驶证" for row in driver_licences()} | {"JUN": "军队驾驶证"}
    names |= {row.code: row.name for row in skills()} | {row.code: row.name for row in certificates()}
    return names


@lru_cache(maxsize=1)
def _soft() -> frozenset[str]:
    return frozenset(row.code for row in skills() if row.is_soft)


def _mentioned(text: str) -> Iterator[Condition]:
    read = [(one, cues) for one, cues in read_mentions(text) if not cues.negated]
    by_group: dict[tuple[int, int], list[tuple[Mention, Cues]]] = {}
    for one, cues in read:
        by_group.setdefault(cues.group, []).append((one, cues))
    for group, items in by_group.items():
        choices = {kind: _alternatives(text, group, items, kind) for kind in ("licence", "certificate")}
        for one, cues in items:
            must = cues.must is not False
            if one.kind == "skill":
                must = cues.firm and one.code not in _soft()
            elif one.kind == "certificate":
                around = text[max(0, one.start - 6) : one.end + 6]
                must = must and bool(cues.must or _HELD.search(around)) and not _OR_EQUAL.match(text, one.end)
            others = choices.get(one.kind, set())
            if one.code in others and one.kind == "licence":
                if any(code != one.code and licence_covers([one.code], code) for code in others):
                    continue
                least = {a for a in others if not any(a != b and licence_covers([a], b) for b in others)}
                must = must and least == {one.code}
            elif one.code in others:
                must = False
            yield Condition(
                one.kind, one.code, cues.level, 0.0, None, None, must, one.start, one.end, _labels()[one.code]
            )


def _alternatives(text: str, group: tuple[int, int], items: list[tuple[Mention, Cues]], kind: str) -> set[str]:
    """Codes of one kind of which one is enough: joined by 或 or a stroke, or followed by 之一."""
    same = [one for one, _ in items if one.kind == kind]
    if len({one.code for one in same}) < 2:
        return set()
    if _ONE_OF.search(text[same[-1].end : group[1]]):
        return {one.code for one in same}
    found: set[str] = set()
    chain = [same[0].code]
    is_choice = False
    for left, right in pairwise(same):
        between = text[left.end : right.start]
        if len(between) > 20 or re.search(r"[有持].*优先|须|优先", between):
            found |= set(chain) if is_choice else set()
            chain, is_choice = [], False
        is_choice = is_choice or bool(_OR.search(between)) or (kind == "licence" and not between.strip("、 "))
        chain.append(right.code)
    return found | (set(chain) if is_choice else set())
