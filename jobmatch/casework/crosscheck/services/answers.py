"""Answers of departments: matched by blind index into proposals, and what taking or refusing one brings about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select, update

from jobmatch.casework.crosscheck.comparing import Answer, Known, compare
from jobmatch.casework.crosscheck.models import CrossCheck, CrossCheckLine
from jobmatch.casework.crosscheck.policies import can_run_crosscheck
from jobmatch.casework.crosscheck.services.checks import ask_now
from jobmatch.casework.crosscheck.states import DECIDED, LineState, Topic, Verdict
from jobmatch.casework.plans.queries import hardships_of
from jobmatch.casework.plans.services.referrals import record_hardship
from jobmatch.casework.plans.states import HardshipKind
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import IS_NOW
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.people.services.confirmations import record_confirmation
from jobmatch.people.services.register import record_start
from jobmatch.people.states import ConfirmationWay, EvidenceKind, RegisterSource
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reference.queries import add_working_days

BATCH = 300
DECIDE_DAYS = 10


@dataclass(slots=True)
class Taken:
    """What became of the rows of an answer: lines by verdict, rows of people not on the list, rows decided before."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    strangers: list[int] = field(default_factory=list)
    decided: int = 0


def record_answer(uow: UnitOfWork, crosscheck: CrossCheck, *, number: str, answered_on: date | None) -> CrossCheck:
    """Write down under which letter and on which day the department answered. Raises ``Invalid``."""
    require(can_run_crosscheck(uow.actor, crosscheck))
    found = Findings()
    right_day = answered_on is not None and crosscheck.letter_on <= answered_on <= uow.today
    found.check(right_day, "answered_on", _("请填写回函日期，在发函之后，不晚于今天"))
    crosscheck.answered_on = found.need(answered_on)
    crosscheck.answer_number = clean_line(number)[:60]
    uow.audit("crosscheck.answer", crosscheck)
    return crosscheck


def take_answers(uow: UnitOfWork, crosscheck: CrossCheck, answers: Sequence[Answer], taken: Taken) -> Taken:
    """Match rows with the people of the list and propose; at most ``BATCH`` rows a unit.

    The same table again changes nothing: what waits is read again, what was decided stays decided. Rows about people
    who are not on the list are only counted; nothing about them is stored.
    """
    require(can_run_crosscheck(uow.actor, crosscheck))
    by_blind = {Person.id_number.fingerprint(answer.id_number): answer for answer in answers}
    rows = uow.session.execute(
        select(CrossCheckLine, Person.id_number_blind)
        .join(Person, Person.id == CrossCheckLine.person_id)
        .where(
            CrossCheckLine.cross_check_id == crosscheck.id,
            Person.id_number_blind.in_(by_blind),
            Person.region_path.startswith(uow.actor.region_path, autoescape=True),
            Person.erased_at.is_(None),
        )
    ).all()
    now = _current(uow, [line.person_id for line, _blind in rows])
    for line, blind in rows:
        answer = by_blind.pop(blind)
        if line.state in DECIDED:
            taken.decided += 1
            continue
        taken.verdicts[_propose(crosscheck, line, answer, now.get(line.person_id))] += 1
    taken.strangers += sorted(answer.row for answer in by_blind.values())
    uow.session.flush()
    _settle_task(uow, crosscheck)
    return taken


def _current(uow: UnitOfWork, person_ids: list[int]) -> dict[int, tuple[EmploymentSpell, bool]]:
    found = uow.session.execute(
        select(EmploymentSpell, EmploymentStatusKind.counts_as_employed)
        .join(EmploymentStatusKind, EmploymentStatusKind.code == EmploymentSpell.status_code)
        .where(EmploymentSpell.person_id.in_(person_ids), *IS_NOW)
    )
    return {spell.person_id: (spell, bool(counts)) for spell, counts in found}


def _propose(
    crosscheck: CrossCheck, line: CrossCheckLine, answer: Answer, now: tuple[EmploymentSpell, bool] | None
) -> Verdict:
    known = Known(now[0].status_code, now[1], now[0].employer_name, now[0].insurance) if now else Known()
    verdict, status = compare(crosscheck.topic, answer, known)
    line.verdict, line.status_code = verdict, status or None
    line.state = LineState.NOTED if verdict is Verdict.NOT_FOUND else LineState.WAITING
    line.spell_id = now[0].id if now else None
    line.name, line.since_on, line.until_on = answer.name, answer.since_on, answer.until_on
    line.number = answer.number or None
    return verdict


def _settle_task(uow: UnitOfWork, crosscheck: CrossCheck) -> None:
    """One task while proposals wait, none once the last was decided."""
    waiting = uow.session.scalar(
        select(func.count())
        .select_from(CrossCheckLine)
        .where(CrossCheckLine.cross_check_id == crosscheck.id, CrossCheckLine.state == LineState.WAITING)
    )
    once = f"crosscheck:{crosscheck.public_id}:{crosscheck.answered_on}"
    if waiting:
        open_task(
            uow,
            once=once,
            kind=TaskKind.PROPOSAL,
            title=_("%(topic)s的回函要逐条确认", topic=crosscheck.topic.label),
            due_on=add_working_days(uow.session, uow.today, DECIDE_DAYS)[0],
            region_path=crosscheck.region_path,
            link=f"/staff/crosschecks/{crosscheck.public_id}",
        )
    else:
        close_task(uow, once=once, outcome=_("已逐条确认"))


def accept_line(uow: UnitOfWork, crosscheck: CrossCheck, line: CrossCheckLine) -> CrossCheckLine:
    """Take what the department says into the register, or into the facts of hardship; twice changes nothing.

    Raises ``Conflict`` where it was decided otherwise, or where the register changed since the comparison, and
    ``Invalid`` where a recognition of hardship has no number or dates.
    """
    require(can_run_crosscheck(uow.actor, crosscheck) and line.cross_check_id == crosscheck.id)
    if line.state is LineState.ACCEPTED:
        return line
    person = uow.session.get_one(Person, line.person_id)
    require(person.region_path.startswith(uow.actor.region_path))
    # What cannot be written leaves the line as it was.
    with uow.session.begin_nested():
        _decide(uow, line, LineState.ACCEPTED)
        if crosscheck.topic is Topic.HARDSHIP:
            _note_hardship(uow, line, person)
        else:
            spell = _current(uow, [person.id]).get(person.id, (None, False))[0]
            if (spell.id if spell else None) != line.spell_id:
                raise Conflict(_("台账在比对以后变过了，请重新上传回函再确认"))
            _write(uow, crosscheck, line, person, spell)
    _record_decision(uow, crosscheck, line)
    return line


def _note_hardship(uow: UnitOfWork, line: CrossCheckLine, person: Person) -> None:
    """The recognition as a fact of hardship, unless it is there already."""
    kind = HardshipKind.RECOGNIZED
    known = {(row.number, row.valid_from) for row in hardships_of(uow.session, person.id) if row.kind is kind}
    if (line.number, line.since_on) in known:
        return
    try:
        record_hardship(
            uow,
            person,
            kind=kind,
            valid_from=line.since_on,
            valid_to=line.until_on,
            number=line.number or "",
        )
    except Invalid:
        words = _("回函没有写全认定编号和起止日期，请对方补全后重新上传，或者不采纳")
        raise Invalid(fields={"decision": words}) from None


def _write(
    uow: UnitOfWork, crosscheck: CrossCheck, line: CrossCheckLine, person: Person, spell: EmploymentSpell | None
) -> None:
    key = f"crosscheck:{line.public_id}"
    if line.verdict is Verdict.AGREES and spell is not None:
        record_confirmation(
            uow,
            person,
            spell,
            evidence=EvidenceKind.DEPARTMENT,
            way=ConfirmationWay.LETTER,
            said_by=crosscheck.department,
            confirmed_on=max(crosscheck.answered_on or uow.today, spell.started_on),
            note=crosscheck.answer_number,
            source_key=key,
        )
    elif line.status_code:
        record_start(
            uow,
            person,
            organization_id=None,
            employer_name=line.name,
            title="",
            occupation_code=None,
            started_on=line.since_on or crosscheck.answered_on or uow.today,
            status_code=line.status_code,
            evidence=EvidenceKind.DEPARTMENT,
            evidence_on=crosscheck.answered_on,
            source=RegisterSource.DEPARTMENT,
            source_key=key,
        )
    elif spell is not None:
        ask_now(uow, person, spell)


def refuse_line(uow: UnitOfWork, crosscheck: CrossCheck, line: CrossCheckLine, *, note: str) -> CrossCheckLine:
    """Leave the register as it is, with the reason. Raises ``Invalid``, and ``Conflict`` where it was taken."""
    require(can_run_crosscheck(uow.actor, crosscheck) and line.cross_check_id == crosscheck.id)
    if line.state is LineState.REFUSED:
        return line
    if not clean_line(note):
        raise Invalid(fields={"note": _("请写明为什么不采纳")})
    _decide(uow, line, LineState.REFUSED, note=clean_line(note)[:200])
    _record_decision(uow, crosscheck, line)
    return line


def _decide(uow: UnitOfWork, line: CrossCheckLine, state: LineState, *, note: str = "") -> None:
    """Give a waiting line its end, before anything comes of it: of two clerks the second finds it decided."""
    mine = update(CrossCheckLine).where(CrossCheckLine.id == line.id, CrossCheckLine.state == LineState.WAITING)
    values = {"state": state, "note": note, "decided_at": uow.now, "decided_by_id": uow.actor.user_id}
    if getattr(uow.session.execute(mine.values(**values)), "rowcount", 0) != 1:
        raise Conflict(_("这一条已经办过了"))


def _record_decision(uow: UnitOfWork, crosscheck: CrossCheck, line: CrossCheckLine) -> None:
    uow.session.flush()
    uow.audit("crosscheck.decide", crosscheck, state=line.state.value, person_id=line.person_id)
    _settle_task(uow, crosscheck)


def accept_agreeing(uow: UnitOfWork, crosscheck: CrossCheck, *, limit: int = BATCH) -> tuple[int, int]:
    """Take the waiting lines on which department and register agree; (taken, left alone because something changed)."""
    require(can_run_crosscheck(uow.actor, crosscheck))
    lines = uow.session.scalars(
        select(CrossCheckLine)
        .join(Person, Person.id == CrossCheckLine.person_id)
        .where(
            CrossCheckLine.cross_check_id == crosscheck.id,
            CrossCheckLine.state == LineState.WAITING,
            CrossCheckLine.verdict == Verdict.AGREES,
            Person.region_path.startswith(uow.actor.region_path, autoescape=True),
        )
        .order_by(CrossCheckLine.id)
        .limit(limit)
    ).all()
    taken = 0
    for line in lines:
        try:
            accept_line(uow, crosscheck, line)
            taken += 1
        except Conflict:
            continue
    return taken, len(lines) - taken
