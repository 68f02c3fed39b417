"""The legal check: rules over the words of a posting, and the elements the law asks for.

The office may edit the rules (``jobmatch.reference.patterns``); reference refuses patterns that are broken or slow.
What the group ``ok`` of a pattern matches is harmless and passed over: ``(?P<ok>不限男女)|限男`` finds 限男 but not
不限男女.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.patterns import only_warns
from jobmatch.reference.queries import RuleLine
from jobmatch.reference.states import Severity
from ml.reference import looks_lawful, suspect_clauses
from recruiters.postings.models import Posting
from recruiters.postings.states import PayKind

CHECKED_FIELDS = ("title", "duties", "requirement_text", "work_time", "benefits", "address", "contract_party")
"""Free text of a posting, in the order in which people read it."""
LONGEST = 20_000
"""Characters of one text that are looked at; forms allow fewer, an imported row could hold more."""

SUBJECT_RULES: dict[str, str] = {
    "性别": "R01",
    "婚育": "R02",
    "民族": "R03",
    "宗教": "R04",
    "残疾": "R05",
    "传染病": "R06",
    "户籍地域": "R07",
    "收费押金": "R08",
    "扣证": "R15",
    "夸大诈骗刷单": "R17",
    "童工": "R16",
    "番号驻地": "R14",
}
"""The rule whose law a suspicion of the reader is about; where staff switched it off, nothing is said."""
READ_RULES = frozenset((*SUBJECT_RULES.values(), "R09"))
"""Rules on a subject that the reader knows: where it finds the clause lawful they only warn."""
SHORTEST_CLAUSE = 2
"""A place of fewer characters is no statement."""

ELEMENT_LABELS: dict[str, str] = {
    "employer_profile": N_("用人单位基本情况"),
    "headcount": N_("招聘人数"),
    "requirements": N_("招聘条件"),
    "duties": N_("工作内容"),
    "location": N_("工作地点"),
    "pay": N_("基本劳动报酬"),
    "employment_type": N_("用工类型"),
    "work_conditions": N_("工作条件（班次、食宿、社保）"),
    "valid_until": N_("有效期限"),
    "account_label": N_("账号类型标签"),
    "requalify_at": N_("资质复核日期"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of a text that a rule speaks of; ``text`` stands at ``start`` of the field as it was written."""

    rule: str
    severity: str
    text: str
    start: int
    message: str
    basis: str
    field: str = "text"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_TWINS = str.maketrans(
    "優歲證費壓職婦單鄉務隊號條購買繳納錢僅製簽約銀險資業動員體傳殘個親縣區漢維爾蒙滿穩賺薪錄當領聊掃♂♀",
    "优岁证费压职妇单乡务队号条购买缴纳钱仅制签约银险资业动员体传残个亲县区汉维尔蒙满稳赚薪录当领聊扫男女",
)
_BREAKS = frozenset("\r\n\v\f\x85\u2028\u2029")
_JOINT = r"[ \t\u3000*·•._~^'\"`‘’“”|=-]"
# A run is looked at from its beginning alone, so a long one costs its length and not its square.
_JOINTS = re.compile(rf"(?<!{_JOINT}){_JOINT}++(?=[㐀-鿿])")


def _is_han(letter: str) -> bool:
    return "㐀" <= letter <= "鿿"


@lru_cache(maxsize=16)  # one posting's texts are folded for the rules, the ages and the choices in turn
def plain_text(text: str) -> tuple[str, Sequence[int]]:
    """The text as rules see it, and for each of its characters the place it came from.

    Compatibility forms are folded, invisible characters dropped, a few traditional characters made simple.
    Marks and spaces pushed between single characters (限 男, 押.金) are taken out; between longer words they stay.
    """
    text = text[:LONGEST]
    folds = {letter: _folded(letter) for letter in set(text)}
    pieces = [folds[letter] for letter in text]
    places: Sequence[int] = range(len(text))
    if any(len(fold) != 1 for fold in folds.values()):
        places = [place for place, piece in enumerate(pieces) for _letter in piece]
    folded = "".join(pieces)
    cuts = [match.span() for match in _JOINTS.finditer(folded) if _pulls_apart(folded, *match.span())]
    if not cuts:
        return folded, places
    kept = list(zip([0, *(end for _start, end in cuts)], [*(start for start, _end in cuts), len(folded)], strict=True))
    return "".join(folded[start:end] for start, end in kept), [n for start, end in kept for n in places[start:end]]


@lru_cache(maxsize=20_000)
def _folded(letter: str) -> str:
    """One character as rules see it: mostly itself, sometimes nothing or several."""
    if letter in _BREAKS:
        return "\n"
    folded = " " if letter == "\t" else unicodedata.normalize("NFKC", letter).translate(_TWINS)
    return "".join(piece for piece in folded if piece == "\n" or unicodedata.category(piece)[0] not in "CM")


def _pulls_apart(folded: str, start: int, end: int) -> bool:
    """Whether marks in front of a Chinese character follow one, and one of the two has no other beside it."""
    before, after = folded[max(start - 2, 0) : start], folded[end : end + 2]
    return _is_han(before[-1:]) and not (_is_han(before[:-1]) and _is_han(after[1:]))


def check_text(rules: Iterable[RuleLine], *, title: str, text: str) -> list[Finding]:
    """Everything the rules find in ``title`` and ``text``, in the order of reading."""
    return check_fields(rules, {"title": title, "text": text})


def check_fields(rules: Iterable[RuleLine], texts: Mapping[str, str]) -> list[Finding]:
    """Like ``check_text`` over any named texts; ``Finding.field`` says which one it speaks of."""
    rules = list(rules)
    found: list[Finding] = []
    for name, text in texts.items():
        folded, places = plain_text(text or "")
        here = [finding for rule in rules for finding in _matches(rule, name, text, folded, places)]
        here += _suspicions(rules, here, name, text, folded, places)
        found += sorted(here, key=lambda finding: (finding.start, finding.rule))
    return found


def _matches(rule: RuleLine, field: str, text: str, folded: str, places: Sequence[int]) -> Iterator[Finding]:
    """Matches line by line: what stands on two lines is two statements."""
    offset = 0
    for line in folded.split("\n"):
        for match in rule.pattern.finditer(line):
            found = match.group()
            if found.strip() and match.groupdict().get("ok") is None:
                first = places[offset + match.start() + len(found) - len(found.lstrip())]
                last = places[offset + match.start() + len(found.rstrip()) - 1]
                words = text[first : last + 1]
                severity, message = _verdict(rule, match, line)
                yield Finding(rule.code, severity, words, first, message, rule.basis, field)
        offset += len(line) + 1


def _verdict(rule: RuleLine, match: re.Match[str], line: str) -> tuple[Severity, str]:
    """How severe a match is, and what is said: what reads like a lawful sentence is left to a person."""
    if rule.severity != Severity.BLOCK:
        return rule.severity, rule.message
    if only_warns(match):
        return Severity.WARN, rule.message
    if rule.code in READ_RULES and looks_lawful(line, match.start()):
        return Severity.WARN, _("%(words)s（这一处像是合法的说法，请人工看）", words=rule.message)
    return Severity.BLOCK, rule.message


def _suspicions(
    rules: Sequence[RuleLine], found: Sequence[Finding], field: str, text: str, folded: str, places: Sequence[int]
) -> list[Finding]:
    """Warnings of the reader where no rule has spoken: it is right often, not always, so a person has to look."""
    by_code = {rule.code: rule for rule in rules}
    marked = [(finding.start, finding.start + len(finding.text)) for finding in found]
    new: list[Finding] = []
    for one in suspect_clauses(folded):
        rule = by_code.get(SUBJECT_RULES[one.subject])
        words = folded[one.start : one.end]
        if rule is None or len(words.strip()) < SHORTEST_CLAUSE:
            continue
        first = places[one.start + len(words) - len(words.lstrip())]
        last = places[one.start + len(words.rstrip()) - 1] + 1
        if not any(start < last and first < end for start, end in marked):
            message = _("可能涉及%(what)s，请人工看", what=rule.name)
            new.append(Finding(rule.code, Severity.WARN, text[first:last], first, message, rule.basis, field))
    return new


def check_posting(rules: Iterable[RuleLine], posting: Posting) -> list[Finding]:
    """What the rules find in a posting's free text, and what its numbers give reason to ask."""
    found = check_fields(rules, {name: getattr(posting, name) or "" for name in CHECKED_FIELDS})
    low, high = posting.pay_low_yuan, posting.pay_high_yuan
    if low and high and high > 2 * low:
        message = _("工资上限超过下限的两倍，请写得更准一些，或者分成两个岗位")
        found.append(Finding("PAY", "warn", f"{low}–{high}", 0, message, _("招聘信息应当真实"), "pay"))
    return found


def has_block(findings: Iterable[Finding | Mapping[str, Any]]) -> bool:
    """Whether any of the findings keeps the posting from being published."""
    return any((f.severity if isinstance(f, Finding) else f.get("severity")) == "block" for f in findings)


def missing_elements(posting: Posting) -> list[str]:
    """Codes of the legal elements (``PostingField``) this posting lacks; its employer and requirements are loaded.

    Source: 人力资源市场暂行条例 art. 24, 网络招聘服务管理规定, the five ministries' notice of 2026-01-13.
    """
    employer = posting.employer
    given = {
        "employer_profile": bool(employer.contact_name and employer.contact_phone),
        "headcount": posting.vacancy_count >= 1,
        "requirements": bool(posting.requirements or posting.requirement_text.strip()),
        "duties": bool(posting.duties.strip()),
        "location": bool(posting.region_code and posting.address.strip()),
        "pay": _has_pay(posting),
        "employment_type": posting.employment_type is not None and bool(posting.contract_party.strip()),
        "work_conditions": None not in (posting.shift, posting.meals, posting.housing, posting.social_insurance),
        "valid_until": posting.valid_through is not None,
        "account_label": employer.account_label is not None,
        "requalify_at": employer.recheck_on is not None,
    }
    return [code for code, is_given in given.items() if not is_given]


def _has_pay(posting: Posting) -> bool:
    range_given = None not in (posting.pay_kind, posting.pay_unit, posting.pay_basis, posting.pay_low_yuan)
    base_given = posting.pay_kind is not PayKind.COMPOSITE or posting.pay_base_yuan is not None
    return range_given and posting.pay_high_yuan is not None and base_given
