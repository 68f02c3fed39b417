"""Skills, certificates and licences in running text, each with the characters it came from."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import add

from ml.extraction_cues import Cues, Mention, read_cues
from ml.extraction_forms import Meaning, forms
from ml.extraction_fuzzy import misspelt
from ml.tables import driver_licences
from ml.words import cut, plain_letters


@dataclass(frozen=True, slots=True)
class Found:
    """One mention. `start` and `end` are places in the text as it was given.

    level: 0 when the text does not say it. For a skill how well, 了解 1, 熟悉 or 掌握 3, 熟练 4, 精通 5; for a
    certificate, and a skill named with a grade, the grades of 职业技能等级: 五级 or 初级工 1, 四级 or 中级工 2, 三级 or
    高级工 3, 二级 or 技师 4, 一级 or 高级技师 5. Other papers with grades (一级建造师, 中级会计) share this scale.
    must: True for 须, 持有 and the like, False for 优先 and the like, None when the clause does not say.
    negated: the clause says it is not needed or not there.
    A licence without a class (驾照, C 照) is read as C2, which every licence for cars covers.
    """

    kind: str  # "skill", "certificate" or "licence"
    code: str
    start: int
    end: int
    level: int
    must: bool | None
    negated: bool


# A mention may end inside a dictionary word when only one of these is left: 叉车 in 叉车工.
# fmt: off
_TAILS = frozenset((
    "员", "工", "师", "手", "类", "岗", "班", "人", "车", "术", "技术", "人员", "能力", "驾驶", "维修", "作业", "操作",
    "者",
))
_TAILS_BY_KIND = {"skill": _TAILS, "certificate": _TAILS | {"证", "书", "证书"}}
# fmt: on
# Behind a skill these make a place or a thing of it: 保安公司, 电工器材, 消防大队.
_NO_SKILL_AFTER = re.compile(r"有限|公司|集团|器材|用品|电料|协会|学院|大队|支队|局(?!域)|商店|专卖店")
# A list of subjects of study names no skill: 会计、市场营销等相关专业.
_MAJORS = re.compile(
    r"(?:学|类|方面)?(?:[、/或及和 ]{1,2}(?:(?![或及和])[一-鿿]){2,8}){0,12}[、 ]?等?(?:其他|其它)?"
    r"(?:相关|相近|类|方向|理工科?)?的?专业"
    r"(?![知技人证能服化队])"
)
_TRANSPORT = re.compile(r"货车|货运|驾|司机|运输|危险品|押运")
_OTHER_TRADE = re.compile(r"(?:基金|证券|期货|保险|银行|会计|金融|教育|护士)(?:类)?$")

_CONTEXT = re.compile(
    r"驾[驶使史始]|驾|车型|车证|(?<![按依参遵对拍])照(?![片顾护料明相])|司机"
    r"|本(?![科公单店职岗人次市地校院部专周着身项企行领季年月日省县区行])"
)
# The stroke is what a letter such as ¼ leaves behind.
_CLASSES = re.compile(r"(?<![a-z0-9⁄])(?:(?:a[123]|b[12]|c[1-6])+|[defmnp])(?![a-z0-9⁄])")
_STOP = re.compile(r"[。;!?\n]")
_MILITARY = re.compile(r"(?:军队|部队|军车|武警)驾?驶?[证照]|军驾|军本")
_NO_CLASS = re.compile(r"(?<![a-z0-9])c[类型]?[照证本](?!科)|驾照|驾[驶使史始](?:证|执照)")
# The class is named close by, or the licence is none for cars.
_CLASS_NEAR = re.compile(r"(?<![a-z0-9])(?:a[123]|b[12]|c[1-6])(?![a-z0-9])|[ab][照证本]")
_NO_CAR = re.compile(
    r"(?:无人机|航空器|飞机|农机|拖拉机|收割机|叉车|铲车|挖掘机|装载机|机械|机动|船|摩托车?|军队|部队|军车|武警|军|电动车|三轮车"
    r"|大货?车|重卡|大?客车|大巴|公交车?|货车|半挂车?|挂车|牵引车|[ab]\d?类?|[defmnp])(?:c1)?(?:民用)?$"
)


@lru_cache(maxsize=1)
def _by_start() -> dict[str, list[tuple[str, Meaning]]]:
    """First two characters to the forms that begin with them, the longest first."""
    found: dict[str, list[tuple[str, Meaning]]] = {}
    for form, meaning in sorted(forms().items(), key=lambda one: (-len(one[0]), one[0])):
        found.setdefault(form[:2], []).append((form, meaning))
    return found


class _Edges:
    """Where dictionary words begin and end in clean text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.stops = [0, *accumulate(len(word) for word in cut(text))]

    def _is_stop(self, place: int) -> bool:
        at = bisect_left(self.stops, place)
        return at < len(self.stops) and self.stops[at] == place

    def enclose(self, start: int, end: int, kind: str = "") -> bool:
        """Whether a mention is a word or words of its own and no piece of another word.

        With a kind, a dictionary word may go on behind the mention with a tail that the kind allows.
        """
        text = self.text
        if _is_latin(text[start]) and start and _is_latin(text[start - 1]):
            return False
        if _is_latin(text[end - 1]) and end < len(text) and _is_latin(text[end]):
            # A year or version may follow a name without a blank: office2016.
            return text[end - 1].isalpha() and end - start > 2 and bool(_VERSION.match(text, end))
        if not _is_latin(text[start]) and not self._is_stop(start):
            return False
        if _is_latin(text[end - 1]) or self._is_stop(end):
            return True
        tail = text[end : self.stops[bisect_right(self.stops, end)]]
        return tail in _TAILS_BY_KIND.get(kind, frozenset())


_VERSION = re.compile(r"\d{1,4}(?![0-9a-z])")


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _is_meant(text: str, meaning: Meaning, form: str, start: int, end: int) -> bool:
    if meaning.kind == "skill":
        return not _NO_SKILL_AFTER.match(text, end) and not _MAJORS.match(text, end)
    if form == "从业资格证":
        around = text[max(0, start - 30) : end + 30]
        return bool(_TRANSPORT.search(around)) and not _OTHER_TRADE.search(text[max(0, start - 4) : start])
    return True


def _named(text: str, edges: _Edges) -> Iterator[tuple[Meaning, int, int]]:
    by_start, reached = _by_start(), 0
    for place, pair in enumerate(map(add, text, text[1:])):
        if place < reached or pair not in by_start:
            continue
        for form, meaning in by_start[pair]:
            end = place + len(form)
            if text.startswith(form, place) and edges.enclose(place, end, meaning.kind):
                reached = end
                if _is_meant(text, meaning, form, place, end):
                    yield meaning, place, end
                break


def _misspelt(text: str, edges: _Edges, exact: list[tuple[Meaning, int, int]]) -> Iterator[tuple[Meaning, int, int]]:
    """Names with one error that stand as words of their own and that no exact name nearby contradicts.

    An exact name inside does not contradict when the full name holds it too, or when it is a skill the paper proves.
    """
    starts = [start for _, start, _ in exact]
    reached = 0
    for form, start, end in sorted(misspelt(text), key=lambda one: (one[1], one[1] - one[2])):
        meaning = forms()[form]
        if start < reached or not edges.enclose(start, end) or not _is_meant(text, meaning, form, start, end):
            continue
        near = exact[max(0, bisect_right(starts, start) - 1) : bisect_left(starts, end)]
        if all(
            b <= start
            or (
                start <= a and b <= end and b - a < end - start and (text[a:b] in form or other.skills & meaning.skills)
            )
            for other, a, b in near
        ):
            reached = end
            yield meaning, start, end


def _licences(text: str) -> Iterator[Mention]:
    known = {row.code for row in driver_licences()}
    for match in _CLASSES.finditer(text):
        start, end = match.span()
        # A single letter needs the word right behind it; two characters may share it with a neighbour: B1/B2 驾照.
        after = _STOP.split(text[end : end + 10], maxsplit=1)[0]
        before = _STOP.split(text[max(0, start - 8) : start])[-1]
        if _CONTEXT.search(after[:3] if end - start == 1 else f"{before} {after}"):
            for place in range(start, end, 2):
                code = text[place : min(place + 2, end)].upper()
                if code in known:
                    yield Mention("licence", code, place, place + len(code))
    for match in _MILITARY.finditer(text):
        yield Mention("licence", "JUN", *match.span())
    for match in _NO_CLASS.finditer(text):
        before = re.split(r"[。;!?\n,]", text[max(0, match.start() - 14) : match.start()])[-1]
        after = re.split(r"[。;!?\n,]", text[match.end() : match.end() + 10], maxsplit=1)[0]
        if not _CLASS_NEAR.search(before + "|" + after) and not _NO_CAR.search(before.replace(" ", "")):
            yield Mention("licence", "C2", *match.span())


def read_mentions(text: str) -> list[tuple[Mention, Cues]]:
    """All mentions of clean text in order of place, each with what its clause says."""
    edges = _Edges(text)
    exact = list(_named(text, edges))
    slips = list(_misspelt(text, edges, exact))
    covered = [(start, end) for _, start, end in slips]
    named = [
        Mention(meaning.kind, meaning.code, start, end)
        for meaning, start, end in exact
        if not _is_inside(covered, start, end)
    ]
    named += [Mention(meaning.kind, meaning.code, start, end) for meaning, start, end in slips]
    papers = sorted((one.start, one.end) for one in named if one.kind == "certificate")
    found = {*named, *(one for one in _licences(text) if not _is_inside(papers, one.start, one.end))}
    mentions = sorted(found, key=lambda one: (one.start, one.end, one.kind, one.code))
    return list(zip(mentions, read_cues(text, mentions), strict=True))


def _is_inside(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_right(spans, (start, len(spans) and spans[-1][1])) - 1
    return at >= 0 and spans[at][0] <= start and end <= spans[at][1]


def extract_skills(text: str) -> list[Found]:
    """All mentions in order of place. The longest name wins; mentions inside other words are left out.

    Names of four and more characters are found with one typing error too (see `ml.extraction_fuzzy`). Cues are those of
    the clause; irony and negation in another sentence escape it. Time grows linearly with the text.
    """
    plain, places = plain_letters(text)
    return [
        Found(one.kind, one.code, places[one.start], places[one.end - 1] + 1, cues.level, cues.must, cues.negated)
        for one, cues in read_mentions(plain)
    ]
