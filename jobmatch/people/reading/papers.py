"""Certificates as they are printed: whole items with the code of the table where it knows them, none elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jobmatch.people.reading.labels import Labelled, column_of, header_keys, is_label
from jobmatch.people.reading.lines import Line
from jobmatch.people.reading.sections import Section
from jobmatch.people.reading.words import compact, heading_kind, is_army, is_date_only, plain, read_day, read_span
from ml.reference import extract_skills, licence_certificates

_GRADES = r"(?:[一二三四五六1-6]级(?:[甲乙]等)?|初级工?|中级工?|高级工?|高级技师|技师)"
CLEAR = re.compile(
    r".*(?:证书?|执照|(?:职业|执业|从业|上岗|教师)资格)(?:[(（].{1,14}[)）])?(?:[A-Z]\d?)*$"
    rf"|.{{1,16}}(?:员|工|师)[(（]?{_GRADES}(?:[/(（]{_GRADES})?[)）]?$"
    r"|(?:大学|全国|专业|商务)?英语(?:专业)?[四六八]级.{0,4}|普通话.{0,8}(?:[甲乙]等.{0,4}|[一二三]级?[甲乙])|(?:全国)?计算机(?:等级考试)?[一二三四]级.{0,8}"
    r"|(?i:(?:CET|TEM|PETS|BEC|HSK|NCRE|JLPT)[-‐ ]?\w{0,2}|MOS.{0,12}|IELTS.{0,6}|TOEFL.{0,6}|雅思.{0,5}|托福.{0,5}"
    r"|CCNA|CCNP|HC[IN][APE].{0,12}|PMP|CPA|ACCA|CFA)(?:[(（].{1,14}[)）]|合格|证书?)*$",
)
"""What is a certificate wherever it stands."""
_TITLE = re.compile(
    r"(?:注册|执业|[一二三四1-4]级|助理|初级|中级|高级).{1,10}[师员工](?:[(（].{1,8}[)）])?$"
    r"|.{2,10}职称$|[A-Za-z]{0,4}[\u4e00-\u9fff]{1,8}(?<!驾驶)(?<!管理)(?:师|员|药士|经理人)(?:[(（].{1,8}[)）])?$|.{2,8}(?:管理师|咨询师|建造师|造价师|药师|营养师|操控员|救护员|急救员|安全员|消防员)(?:[(（].{1,8}[)）])?$"
)
"""What is a certificate among skills; at work it is a post."""
_NONE = re.compile(
    r"什么|哪些|(?:身份|居住|暂住|结婚|离婚|学生|工作|党员|团员|退役|退伍|转业|复员|优待|士兵|军官|残疾|军人|烈属|毕业|学位|独生子女|房产|行驶|通行|签|保|验|公|论|取|查|办|持|(?<!员)许可)证"
    r"(?:书|明)?$|营业执照|护照|毕业证|学位证|退役军人|退伍军人|奖|荣誉|立功|[一二三]等功|优秀|先进|标兵|能手|嘉奖|称号|模范|表彰|冠军|亚军|竞赛|比武|四有|第[一二三]名"
)
"""Papers that say who somebody is or was, and honours: nothing of what a person may do."""
_NOTE = re.compile(
    r"有效|活动|长期|齐全|均|有无|电话|简历|导出|编号|证号|号码|承诺|签名|签字|更新|第.{1,3}页|参加|培训班|培训$|学习|学时|熟练|熟悉|掌握|能够|擅长|使用|负责|从事|办公软件|"
    r"月薪|包吃|时间|日期|取得$|颁发|发证|合格$|成绩|\d{2,}分|^[无暂]|^等$|等级[:：]?$"
)
_ISSUER = re.compile(r"(?:局|中心|委员会|部|协会|机构|厅|办公室|大队|总队|支队|站|公司|学校|学院|大学|集团|政府)$")
_VERB = re.compile(
    r"^.{0,14}?(?:考取|取得|获得|获取|获评|拥有|持有|具有|具备|通过|考过|考到|考了|拿到|拿下|荣获)(?:了|过)?(?:国家)?"
    r"|^(?:本人|我|现|已|并|还|另)*(?:持|有(?!限|害|色|机|效))"
)
_GOT = re.compile(r"取得|获得|获取|考取|考过|考到|拿到|持有|持(?!续|证|久)|通过")
_EDGE = " \t、，,；;。.．•●·◆◇■□▪➢✓✔☑★☆※*|｜:：-—–~"
_BULLET = re.compile(r"^\s*(?:[^\w\s(（【《\"“']+|\d{1,2}[、.．)）](?!\d)|[(（]\d{1,2}[)）])\s*")
_WHEN = (
    r"(?:(?:19[5-9]\d|20[0-4]\d)\s*(?:年\s*(?:\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)?|[./\-]\s*\d{1,2}(?:[./\-]\d{1,2})?|(?!\d))"
    r"|\d{2}\s*年\s*\d{1,2}\s*月|[一二][〇零○\d一二三四五六七八九]{3}年(?:[一二三四五六七八九十]{1,2}月)?|\d{1,2}/(?:19|20)\d\d"
    r"|[A-Z][a-z]{2,8}\.? ?(?:19|20)\d\d|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?!\d))"
)
_DATED = re.compile(rf"[(（]\s*{_WHEN}[^()（）]{{0,6}}[)）]|{_WHEN}")
_SPLIT = re.compile(
    r"[、，,；;。\t|｜\n]| {2,}|\u3000+|(?<=[证书照级等])(?:和|及|与|以及)|\s[·•]\s?"
    r"|(?<=[证书照\d)）])\s*[/+]\s*(?=[^\d一二三四五])|\s[/+]\s|(?<=[证书照）])\s+(?=[\u4e00-\u9fff])"
)
_LATIN_END = re.compile(r"[A-Za-z0-9+]$")
_CAR = re.compile(r"驾(?:驶证|照|驶执照)|准驾")


@dataclass(frozen=True, slots=True)
class Paper:
    """A printed certificate: its words, the code of the table (or none), the level there, and where it stands."""

    words: str
    code: str
    level: int
    number: int
    is_sure: bool


def read_papers(
    lines: Sequence[Line], sections: Sequence[Section], labels: Sequence[Labelled], kinds: dict[int, str]
) -> list[Paper]:
    """All certificates of a résumé: first those under their heading or label, then what clearly is one elsewhere."""
    found: list[Paper] = []
    seen: set[str] = set()
    used: set[int] = set()

    def keep(words: str, number: int, *, is_sure: bool, is_listed: bool = True) -> None:
        if is_licence(words):
            return
        name = _folded(words)
        codes = codes_of(words)
        if not is_listed and (
            any(name in one for one in seen) or (codes and {c for c, _l in codes} <= {p.code for p in found})
        ):
            return
        if name not in seen:
            seen.add(name)
            found.extend(Paper(words, code, level, number, is_sure) for code, level in codes or [("", 0)])

    for section in filter(None, map(_of_papers, sections)):
        used.update(section.numbers)
        for words, number in _listed(section):
            keep(words, number, is_sure=True)
    for mark in labels:
        if mark.key == "papers" and mark.line not in used and kinds.get(mark.line) not in ("family", "wanted"):
            for words in items_of(mark.value):
                keep(words, mark.line, is_sure=True)
    for number, line in enumerate(lines):
        kind = kinds.get(number, "")
        if number not in used and kind not in ("family", "hobby", "wanted") and not heading_kind(line.text):
            for words in _told(line.text, kind):
                keep(words, number, is_sure=kind in ("skills", "honours", "basic", ""), is_listed=False)
    return found


def _of_papers(section: Section) -> Section | None:
    """The section, or the table in it, that lists certificates."""
    if section.kind == "certificates":
        return section
    at = next(
        (n for n, line in enumerate(section.lines) if any(k == "certificate" for k, _c in header_keys(line))), None
    )
    if at is None:
        return None
    listed = Section("certificates")
    for line, number in zip(section.lines[at:], section.numbers[at:], strict=True):
        if line.table != section.lines[at].table:
            break
        listed.add(line, number)
    return listed


def _folded(words: str) -> str:
    return re.sub(r"[\W_]", "", plain(words)).upper()


def _listed(section: Section) -> Iterator[tuple[str, int]]:
    """The items of a section of certificates; of a table only the column that names them."""
    column = None
    pending = ""
    for at, (number, line) in enumerate(zip(section.numbers, section.lines, strict=True)):
        if line.size > 1.12 * section.lines[0].size:
            # Larger letters are the next heading, in words that nobody foresaw.
            return
        if head := header_keys(line):
            column = next((cell for key, cell in head if key == "certificate"), None)
            continue
        if column is not None and line.table and (cell := column_of(column, line.cells)) is not None:
            text = cell.text
            grade = next((one.text for one in line.cells if re.fullmatch(_GRADES, compact(one.text))), "")
            text += f"（{grade}）" if grade and grade not in text else ""
        else:
            text = pending + line.text
        pending = ""
        after = section.lines[at + 1].text if at + 1 < len(section.lines) else ""
        if column is None and _goes_on(line, text, after):
            pending = text
            continue
        for words in items_of(text):
            yield words, number


def _goes_on(line: Line, text: str, after: str) -> bool:
    """Whether the last item of a line is broken off and ends in the next line."""
    if not after or _BULLET.match(after) or read_day(plain(after)):
        return False
    if text.count("（") + text.count("(") > text.count("）") + text.count(")"):
        return True
    if re.match(r"(?:等?证书?|[书照级]|等)(?:$|[、,，;；\s(（])|[(（](?!\d)", after.strip()):
        return True
    last = _SPLIT.split(text.rstrip())[-1].strip()
    if not line.is_full or not last or CLEAR.match(last) or last.endswith((")", "）")):
        return False
    # In a list of items one below the other only a scrap goes on.
    return last != text.strip() or len(compact(after)) <= 3


def items_of(text: str) -> list[str]:
    """The certificates of a list under their own heading or label, without bullets, dates and notes."""
    items = []
    for part in _parts(text):
        # What lasted from one day to another is a course or an activity.
        words = _bare(part) if read_span(plain(part)) is None and not is_licence(part) else ""
        if CLEAR.match(words):
            is_one = not _NONE.search(words)
        else:
            is_one = not (
                _NONE.search(words)
                or _NOTE.search(words)
                or _ISSUER.search(words)
                or heading_kind(words)
                or is_army(words)
            ) and bool(re.search(r"[\u4e00-\u9fff]{2}|[A-Za-z]{2}", words))
        if is_one and 2 <= len(words) <= 40:
            items.append(words)
    return items


def _told(text: str, kind: str) -> Iterator[str]:
    """The certificates that a line elsewhere names; what is done at work tells of one only where it was gained."""
    has_gained = False
    for part in _parts(text):
        has_gained = has_gained or _GOT.search(part) is not None
        if kind in ("work", "service", "history", "project") and not has_gained:
            continue
        words = _bare(part)
        if heading_kind(words) or is_label(words):
            continue
        is_clear = (CLEAR.match(words) is not None and 3 <= len(words) <= 30) or _is_whole(words)
        is_clear = is_clear or ((has_gained or kind in ("skills", "honours")) and _TITLE.match(words) is not None)
        if _NONE.search(words) or is_army(words):
            continue
        if is_clear and not re.search(r"认证$|[的为]|某", words):
            yield words
            continue
        for one in extract_skills(part):
            if one.kind == "certificate" and not one.negated:
                yield part[one.start : one.end].strip()


def _parts(text: str) -> list[str]:
    """A list of items at its separators; brackets are not opened, and 普通话：二级甲等 stays one."""
    text = _BULLET.sub("", re.sub(r"(普通话|英语|计算机)(?:水平|等级|能力)?\s*[:：]\s*", r"\1", text))
    parts = _outside(text, _SPLIT.finditer(text))
    joined: list[str] = []
    for part in parts:
        # Letters of another font stand apart from the characters they belong to.
        last = joined[-1] if joined else ""
        is_scrap = 1 <= len(last.strip()) <= 5 and last.strip().isascii() and _LATIN_END.search(last.strip())
        if is_scrap and not CLEAR.match(last.strip()) and not re.search(r"\d{3}", last) and CLEAR.match(part.strip()):
            joined[-1] = last.strip() + part.strip()
        elif part.strip():
            words = _outside(part, re.finditer(r"\s+", part))
            joined += words if len(words) > 1 and all(map(_stands_alone, words)) else [part]
    return joined


def _outside(text: str, gaps: Iterable[re.Match[str]]) -> list[str]:
    """The text at its gaps, those in brackets left alone."""
    inside = [(one.start(), one.end()) for one in re.finditer(r"[(（][^()（）]{0,30}[)）]", text)]
    parts, start = [], 0
    for one in gaps:
        if not any(begin < one.start() < end for begin, end in inside):
            parts.append(text[start : one.start()])
            start = one.end()
    return [*parts, text[start:]]


def _stands_alone(word: str) -> bool:
    """Whether a blank may end here: in a list with blanks alone each word has to look like a certificate."""
    return len(word) >= 3 and bool(
        CLEAR.match(word) or re.search(r"[员师证书照职称][)）]?$|[)）]$", word) or codes_of(word)
    )


def _bare(part: str) -> str:
    """One item without its bullet, label, date and the word that it was gained."""
    words = part.strip()
    if is_date_only(words):
        return ""
    words = _BULLET.sub("", words)
    words = _DATED.sub("", words)
    label = re.match(r"^[^:：()（）]{2,10}[:：]\s*(?=\S)", words)
    words = words[label.end() :] if label else words
    words = re.sub(r"[(（]\s*[)）]", "", words)
    words = words.strip(_EDGE)
    words = _VERB.sub("", words) if not _is_whole(words) else words
    words = re.sub(r"^\[[^\]]*\]|^【[^】]*】|[\"“”《》]", "", words)
    words = re.sub(r"(?<=[证书照])(?:等|各一[个本]|一[个本])$", "", words)
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", words).strip(_EDGE)


def _is_whole(words: str) -> bool:
    """Whether the table knows the very words: nothing is to be cut from them."""
    return any(one.start == 0 and one.end == len(words) for one in extract_skills(words) if one.kind == "certificate")


@lru_cache(maxsize=2000)
def codes_of(words: str) -> tuple[tuple[str, int], ...]:
    """Codes of certificates and levels that the table has for printed words; cars and lorries are no certificates."""
    cars = licence_certificates()
    hits = _hits(words)
    if not hits:
        # A grade is often named by its trade alone, and a proof by another word for it: 保安员（三级）, 施工员岗位证书.
        told = re.match(
            rf"^({_GRADES})?([^()（）]{{2,14}}?)({_GRADES}(?:/{_GRADES})?)?(?:资格|岗位|作业|操作|职业技能等级|职业资格)*(?:证书?)?([(（].*)?$",
            words,
        )
        trade = told[2] if told else ""
        grade = "".join(filter(None, (told[1], told[3], told[4]))) if told else ""
        names = (f"{trade}等级证书", f"{trade}职业技能等级", f"{trade}证")
        for name in (names if grade else names[::-1]) if trade else ():
            if hits := _hits(f"{name}{grade}"):
                break
    return tuple(dict.fromkeys((code, level) for code, level in hits if code not in cars))


def _hits(text: str) -> list[tuple[str, int]]:
    return [(one.code, one.level) for one in extract_skills(text) if one.kind == "certificate" and not one.negated]


def is_licence(words: str) -> bool:
    """Whether printed words are a licence for cars and lorries, which is kept apart from certificates."""
    return bool(_CAR.search(words)) and not re.search(r"拖拉机|农机|船|飞|无人机|起重|叉车|员证|网约|出租", words)
