"""What the words around a mention say: must, nice or not needed, and how well or at what grade."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

# A clause is at most this long, so that a text without punctuation is still read in linear time.
_PIECE = re.compile(r"[^。;!?\n\t,•●◆■★]{1,200}")
_NUMBERED = re.compile(r"(?<![\d.a-z])\(?\d{1,2}(?:、|\.(?!\d)|\))")
_VERB = r"持有?|会|懂|能(?!力)|具备|具有|熟悉|精通|了解|掌握|熟练|拥?有|无需|不要求|不需|须|需|必须|最好|负责"
_PART = re.compile(rf"(?<=[、/ ])(?={_VERB})")
_BEGINS_WITH_VERB = re.compile(rf"\s*(?:或|和|及|以及|与|并|且|能够?)?(?:{_VERB})")
_JOINT = re.compile(r"\s*(?:或者?|和|及|以及|与|还有)?\s*")

_NOT_NEEDED = re.compile(
    r"无需|不需要?|无须|不必(?!须)|非必须|不要求|不限(?!于)|没有?|未取得|尚未|不会|不懂|不具备|不持有|暂无|不含|无(?=.{0,2}$)"
)
_BACK = re.compile(r"但|只需|即可|可以|均可|(?<=.)(?:须|持|会|懂|具备|熟悉|能)|(?<=[^持具没拥])有|(?<=.)[、 ]有")
_NOT_NEEDED_AFTER = re.compile(r"[者类也均都可则 ]{0,2}(?:不限|不要求|无要求|不作要求|非必须|不是必须|不强求)")
_SHUT_OUT = re.compile(r"[^、]{0,6}?(?:勿扰|勿投|免谈|勿试|不予|请勿|谢绝|勿来|免投)")
_NICE = re.compile(r"优先|加分|更佳|者佳|尤佳|更好|为佳|最好|优选|择优")
_FIRM = (
    r"必须|必备|必需|务必|(?<![无不按急所客])须(?!知)|(?<![无不按急所客供刚内据])需(?!求|解)"
    r"|(?<!任职)(?<!岗位)(?<!职位)(?<!招聘)(?<!工作)(?<!技能)(?<!应聘)(?<!客户)(?<![按合其照的据])要求(?![:：])"
)
_HOLD = r"(?<![支坚保维主扶把劫矜加])持(?!续|之|久|股)有?|具备|具有"
_MUST = re.compile(rf"{_FIRM}|{_HOLD}")
_FIRM_BEFORE = re.compile(_FIRM)
_MUST_AFTER = re.compile(r"必备|必须|必需|上岗|方可|缺一不可|须|齐全")
_TURN = re.compile(r"有|具备|熟悉|懂|会|退[役伍]|党员")
# Whose wish it is: such a clause says nothing about the papers named before it.
_OTHER_WISH = re.compile(r"退[役伍]|军人|党员|本地|专业|应届|经验|学历|本科|大专")

_HOW_WELL = re.compile(r"精通|熟练掌握|熟练|熟悉|掌握|了解")
_HOW_WELL_AFTER = re.compile(r"\s{0,8}(?:软件)?(?:的)?(?:操作|使用|应用|运用|技术|技能)?(精通|熟练)")
_SCALE = {"精通": 5, "熟练掌握": 4, "熟练": 4, "熟悉": 3, "掌握": 3, "了解": 1}
_GRADE = r"高级技师|技师|(?:高级|中级|初级)工?|[一二三四五1-5]级"
_GRADES = {"一": 5, "1": 5, "二": 4, "2": 4, "三": 3, "3": 3, "四": 2, "4": 2, "五": 1, "5": 1}
_GRADES |= {"高级技师": 5, "技师": 4, "高": 3, "中": 2, "初": 1}
_GRADE_BEFORE = re.compile(rf"({_GRADE})(?:及?以上)?的?(?:职业资格)?(?:\([^()]{{0,6}}\))?\s*$")
_GRADE_AFTER = re.compile(rf"(?:证书?|资格)?\s*[(/、]?\s*({_GRADE})(?!别)")
_GRADE_WITHIN = re.compile(_GRADE)
# Their numbers are parts of a name or run the other way.
_UNGRADED = frozenset(("CE073", "CE074", "SK024", "CE005", "CE023"))


@dataclass(frozen=True, slots=True)
class Cues:
    """must: True, False for nice, None unsaid. negated: not needed or not there. level: see `ml.extraction.Found`.

    firm: must by 必须, 需, 要求 and the like; 持有 and 具备 alone are not firm. group: the span of the clause.
    """

    level: int
    must: bool | None
    negated: bool
    firm: bool
    group: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mention:
    kind: str
    code: str
    start: int
    end: int


def read_cues(text: str, mentions: list[Mention]) -> list[Cues]:
    """For each mention of clean text, in order of place, what its clause says about it."""
    groups = _groups(text, mentions)
    starts = [group[0][0] for group in groups]
    found = []
    for one in mentions:
        parts = groups[max(0, bisect_right(starts, one.start) - 1)] if groups else [(one.start, one.end)]
        found.append(_judge(text, parts, one))
    return found


def _pieces(text: str) -> list[tuple[int, int]]:
    """Spans between commas, stops, bullets and the numbers of a list."""
    found = []
    breaks = sorted({match.start() for match in _NUMBERED.finditer(text)})
    at = 0
    for match in _PIECE.finditer(text):
        start, end = match.span()
        while at < len(breaks) and breaks[at] < end:
            if breaks[at] > start:
                found.append((start, breaks[at]))
                start = breaks[at]
            at += 1
        found.append((start, end))
    return found


def _groups(text: str, mentions: list[Mention]) -> list[list[tuple[int, int]]]:
    """Clauses as lists of parts. Commas between the items of a list of mentions do not end a clause."""
    ends, begins = {one.end for one in mentions}, {one.start for one in mentions}
    groups: list[list[tuple[int, int]]] = []
    for start, end in _pieces(text):
        cuts = [start, *(match.start() for match in _PART.finditer(text, start, end)), end]
        parts = [(a, b) for a, b in pairwise(cuts) if a < b]
        goes_on = False
        if groups:
            last = groups[-1][-1][1]
            joint = _JOINT.match(text, start)
            is_listed = last in ends and text[last:start] == "," and (joint.end() if joint else start) in begins
            goes_on = is_listed and end - groups[-1][0][0] <= 400
        if goes_on:
            groups[-1].extend(parts)
        else:
            groups.append(parts)
    return groups


def _judge(text: str, parts: list[tuple[int, int]], one: Mention) -> Cues:
    group = (parts[0][0], parts[-1][1])
    mine = next((i for i, (start, end) in enumerate(parts) if start <= one.start < end), 0)
    start, end = parts[mine]
    before, after = text[start : one.start], text[one.end : end]
    said = [text[a:b] for a, b in parts]
    level = _level(one, text, before, after, said[:mine])
    if _SHUT_OUT.match(after):
        return Cues(level, True, False, True, group)
    if _is_negated(text[max(group[0], one.start - 60) : one.start], after):
        return Cues(level, None, True, False, group)
    must = _must(one, before, after, said, mine)
    firm = must is True and bool(_FIRM_BEFORE.search(text[group[0] : one.start]) or _MUST_AFTER.search(after))
    return Cues(level, must, False, firm, group)


def _is_negated(before: str, after: str) -> bool:
    cues = list(_NOT_NEEDED.finditer(before))
    if cues and not _BACK.search(before[cues[-1].end() :]):
        return True
    return bool(_NOT_NEEDED_AFTER.match(after))


def _must(one: Mention, before: str, after: str, said: list[str], mine: int) -> bool | None:
    nice = _NICE.search(after)
    if nice and _FIRM_BEFORE.search(before):
        between = after[: nice.start()]
        if _TURN.search(between) and "或" not in between:
            return True
    if nice or _NICE.search(before):
        return False
    if _MUST.search(before) or _MUST_AFTER.search(after):
        return True
    for words in said[mine + 1 :]:
        if one.kind == "licence" and _BEGINS_WITH_VERB.match(words):
            break
        if _NICE.search(words) and not _OTHER_WISH.search(words):
            return False
        if _MUST_AFTER.search(words):
            return True
    if not _BEGINS_WITH_VERB.match(said[mine]):
        for words in reversed(said[:mine]):
            if _NICE.search(words):
                return False
            if _MUST.search(words):
                return True
            if _BEGINS_WITH_VERB.match(words):
                break
    return None


def _level(one: Mention, text: str, before: str, after: str, earlier: list[str]) -> int:
    if one.code in _UNGRADED or one.kind == "licence":
        return 0
    words = text[one.start : one.end]
    if one.kind == "certificate" or not words.isascii():
        graded = _GRADE_BEFORE.search(before[-24:]) or _GRADE_AFTER.match(after[:12])
        if not graded and one.kind == "certificate":
            within = _GRADE_WITHIN.findall(words)
            if within:
                return _grade(within[-1])
        if graded:
            return _grade(graded.group(1))
    if one.kind != "skill":
        return 0
    said = _HOW_WELL_AFTER.match(after)
    if said:
        return _SCALE[said.group(1)]
    found = _HOW_WELL.findall(before)
    if found or _BEGINS_WITH_VERB.match(before + words):
        return _SCALE[found[-1]] if found else 0
    for piece in reversed(earlier):
        found = _HOW_WELL.findall(piece)
        if found or _BEGINS_WITH_VERB.match(piece):
            return _SCALE[found[-1]] if found else 0
    return 0


def _grade(words: str) -> int:
    return _GRADES.get(words) or _GRADES[words[0]]
