"""What an answer of a department means beside the register; pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jobmatch.casework.crosscheck.states import TOPICS, Topic, Verdict
from jobmatch.core.i18n import gettext as _
from jobmatch.people.states import InsuranceState
from jobmatch.reference.checks import check_id_number

YES = frozenset({"是", "有", "y", "yes", "1", "√", "对", "已参保", "在读", "已登记", "已认定"})
NO = frozenset({"否", "无", "没有", "n", "no", "0", "×", "x", "未参保", "未查到", "查无", "不在读", "未登记", "未认定"})
ID_HEADS = ("身份证号", "身份证号码", "公民身份号码", "证件号码")
_LEGAL_FORM = re.compile(r"[\s()（）·]|有限责任公司|股份有限公司|有限公司|分公司|公司|集团")
VENTURES = frozenset({"I", "J", "K"})
SCHOOLS = frozenset({"B", "C"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of an answer, read: ``row`` is its line in the table, counted with the head as people see it."""

    row: int
    id_number: str
    is_found: bool
    name: str = ""
    kind: str = ""
    since_on: date | None = None
    until_on: date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was left out, with what is wrong in which column."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """The line of the register that says where somebody is now; without a status nothing is registered."""

    status_code: str = ""
    counts_as_employed: bool = False
    employer_name: str = ""
    insurance: InsuranceState = InsuranceState.NOT_KNOWN


def id_head(header: Sequence[str]) -> str:
    """The column with identity numbers; empty where there is none."""
    return next((head for head in ID_HEADS if head in header), "")


def read_rows(
    topic: Topic, id_column: str, rows: Iterable[Mapping[str, str]], today: date
) -> tuple[list[Answer], list[Fault], int]:
    """Answers, faulty rows, and how many rows the department left empty."""
    answers: list[Answer] = []
    faults: list[Fault] = []
    empty, seen = 0, set()
    for number, row in enumerate(rows, start=2):
        if not any(row.values()):
            continue
        try:
            read = _read(topic, id_column, row, number, today)
        except _Wrong as wrong:
            faults.append(Fault(number, wrong.column, str(wrong)))
            continue
        if read is None:
            empty += 1
        elif read.id_number in seen:
            faults.append(Fault(number, id_column, _("这个人前面已经有一行，只看第一行")))
        else:
            seen.add(read.id_number)
            answers.append(read)
    return answers, faults, empty


class _Wrong(ValueError):
    def __init__(self, column: str, words: str) -> None:
        super().__init__(words)
        self.column = column


def _read(topic: Topic, id_column: str, row: Mapping[str, str], number: int, today: date) -> Answer | None:
    facts = TOPICS[topic]
    try:
        identity = check_id_number(row.get(id_column, "").lstrip("'")).number
    except ValueError as error:
        raise _Wrong(id_column, str(error)) from None
    name = row.get(facts.name, "") if facts.name else ""
    since = _day(row.get(facts.since, ""), facts.since)
    until = _day(row.get(facts.until, ""), facts.until) if facts.until else None
    told = unicodedata.normalize("NFKC", row.get(facts.found, "")).strip().lower()
    if told and told not in YES | NO:
        raise _Wrong(facts.found, _("请填是或否，这里是“%(text)s”", text=told[:20]))
    if not told and not name and since is None:
        return None
    if since is not None and since > today:
        raise _Wrong(facts.since, _("日期晚于今天"))
    if since is not None and until is not None and until < since:
        raise _Wrong(facts.until, _("截止日期早于起始日期"))
    return Answer(
        number,
        identity,
        told not in NO,
        " ".join(name.split())[:120],
        row.get(facts.kind, "") if facts.kind else "",
        since,
        until,
        row.get(facts.number, "")[:60] if facts.number else "",
    )


def _day(text: str, column: str) -> date | None:
    """A day as offices write it: 2026-01-05, 2026/1/5, 2026 年 1 月 5 日, 20260105, or a month (its first day)."""
    plain = unicodedata.normalize("NFKC", text).strip().split(" 00:00")[0]
    if not plain:
        return None
    if re.fullmatch(r"\d{8}|\d{6}", plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:] or 1}"
    parts = [part for part in re.split(r"[-/.年月日\s]+", plain) if part]
    try:
        if not 2 <= len(parts) <= 3 or len(parts[0]) != 4:
            raise ValueError(plain)
        return date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) == 3 else 1)
    except ValueError:
        raise _Wrong(column, _("日期看不懂，请写成 2026-01-05 这样")) from None


def compare(topic: Topic, answer: Answer, known: Known) -> tuple[Verdict, str]:
    """How an answer stands to the register, and the state that the register would get; empty where it says none.

    That somebody is not insured, or has no licence, is no news about people who never claimed it: it is 部门没有查到.
    """
    if topic is Topic.HARDSHIP:
        return (Verdict.NEW if answer.is_found else Verdict.NOT_FOUND), ""
    if not answer.is_found:
        return (Verdict.CONTRADICTS if _claims(topic, known) else Verdict.NOT_FOUND), ""
    status, agrees = _told(topic, answer, known)
    if agrees:
        return Verdict.AGREES, known.status_code
    return (Verdict.CONTRADICTS if known.counts_as_employed or _claims(topic, known) else Verdict.NEW), status


def _claims(topic: Topic, known: Known) -> bool:
    """Whether the register says what the department did not find."""
    return {
        Topic.INSURED: known.counts_as_employed and known.insurance is InsuranceState.YES,
        Topic.UNEMPLOYED: known.status_code == "L1",
        Topic.BUSINESS: known.status_code in VENTURES,
        Topic.SCHOOL: known.status_code in SCHOOLS,
    }[topic]


def _told(topic: Topic, answer: Answer, known: Known) -> tuple[str, bool]:
    """The state an answer speaks of, and whether the register already says so."""
    if topic is Topic.INSURED:
        return "E1", known.counts_as_employed and _same_employer(answer.name, known.employer_name)
    if topic is Topic.UNEMPLOYED:
        return "L1", known.status_code == "L1"
    if topic is Topic.BUSINESS:
        status = "J" if "个体" in answer.kind else "K" if "合作" in answer.kind else "I"
        return status, known.status_code == status
    status = "B" if "复学" in answer.kind else "C"
    return status, known.status_code == status


def _same_employer(one: str, other: str) -> bool:
    """Whether two names mean the same employer: equal, or one within the other, without brackets and legal forms."""
    plain = [_LEGAL_FORM.sub("", unicodedata.normalize("NFKC", text)) for text in (one, other)]
    return not all(plain) or plain[0] in plain[1] or plain[1] in plain[0]
