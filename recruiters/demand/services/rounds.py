"""Asking employers what they need: open a round, take answers in, remind, end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import insert, select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.ids import new_public_id
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names, sure_occupation
from recruiters.demand import notices
from recruiters.demand.models import DemandAnswer, DemandLine, DemandRound
from recruiters.demand.policies import can_answer_demand, can_hold_round
from recruiters.demand.queries import Asked, employers_to_ask, find_asked, load_answers
from recruiters.demand.states import AnswerWay
from recruiters.employers.models import Employer

MOST_LINES = 12
REMIND_EVERY = 5
MOST_REMINDERS = 3
BATCH = 100
JOB = "demand.remind"


@dataclass(frozen=True, slots=True)
class LineInput:
    """One kind of work as an employer states it."""

    words: str
    now_count: int = 0
    next_count: int = 0
    pay_low_yuan: int | None = None
    pay_high_yuan: int | None = None
    is_trainable: bool = False
    note: str = ""
    occupation_code: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words.strip() or self.now_count or self.next_count)


def hold_round(uow: UnitOfWork, *, quarter: str, opens_on: date | None, closes_on: date | None) -> DemandRound:
    """Ask every vetted employer of the actor's place. Raises ``Invalid`` by field."""
    require(can_hold_round(uow.actor, uow.actor.region_path))
    errors = {}
    if not re.fullmatch(r"20\d{2}Q[1-4]", quarter):
        errors["quarter"] = _("请选季度")
    if opens_on is None or closes_on is None or closes_on < opens_on or closes_on < uow.today:
        errors["closes_on"] = _("结束的日期不能早于开始的日期和今天")
    same = (DemandRound.region_path == uow.actor.region_path, DemandRound.quarter == quarter)
    if uow.session.scalar(select(DemandRound.id).where(*same)) is not None:
        errors["quarter"] = _("这个季度已经调查过了")
    if errors or opens_on is None or closes_on is None:
        raise Invalid(fields=errors)
    held = DemandRound(
        region_path=uow.actor.region_path,
        quarter=quarter,
        opens_on=opens_on,
        closes_on=closes_on,
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(held)
    uow.session.flush()
    _ask_new(uow, held)
    uow.audit("demand.open", held)
    return held


def _ask_new(uow: UnitOfWork, held: DemandRound) -> None:
    """Ask employers who were not asked in this round yet: also those who were vetted since it opened."""
    asked = select(DemandAnswer.employer_id).where(DemandAnswer.round_id == held.id)
    ids = uow.session.scalars(employers_to_ask(held.region_path).where(Employer.id.not_in(asked)))
    rows = [{"round_id": held.id, "employer_id": one, "public_id": new_public_id()} for one in ids]
    if rows:
        uow.session.execute(insert(DemandAnswer), rows)


def asked_of(uow: UnitOfWork, held: DemandRound, employer: Employer) -> Asked:
    """The line of an employer in a round; an employer who is vetted only now is asked now."""
    found = find_asked(uow.session, held, employer)
    if found is None:
        answer = DemandAnswer(round_id=held.id, employer_id=employer.id)
        answer.lines = []
        uow.session.add(answer)
        uow.session.flush()
        found = Asked(answer, held, employer)
    return found


def answer_demand(
    uow: UnitOfWork, asked: Asked, lines: Sequence[LineInput], *, way: AnswerWay, by: str = "", note: str = ""
) -> DemandAnswer:
    """What an employer needs, said by itself or by staff for it; a second answer replaces the first.

    No lines at all say that nobody is needed. Raises ``Conflict`` for a round that does not run, ``Invalid`` by field.
    """
    require(can_answer_demand(uow.actor, asked.employer))
    if not asked.round.opens_on <= uow.today <= asked.round.closes_on:
        raise Conflict(_("这次调查不在填报时间里"))
    answer = asked.answer
    errors: dict[str, str] = {}
    kept = [line for line in lines if not line.is_empty]
    if len(kept) > MOST_LINES:
        errors["lines"] = _("最多填 %(n)s 种，请留下最缺的", n=MOST_LINES)
    rows = [_line(uow, line, errors) for line in kept]
    if errors:
        raise Invalid(fields=errors)
    answer.lines[:] = rows
    answer.way, answer.answered_at = way, uow.now
    answer.answered_by, answer.note = " ".join(by.split())[:60], note.strip()[:300]
    answer.entered_by_id = uow.actor.user_id
    uow.session.flush()
    uow.audit("demand.answer", answer, way=way.value, lines=len(rows))
    return answer


def _line(uow: UnitOfWork, line: LineInput, errors: dict[str, str]) -> DemandLine:
    words = " ".join(line.words.split())
    low, high = line.pay_low_yuan, line.pay_high_yuan
    if not 1 < len(words) <= 60:
        errors["lines"] = _("每一种都要写清楚是什么工作，2 到 60 个字")
    elif not (0 <= line.now_count <= 9999 and 0 <= line.next_count <= 9999 and line.now_count + line.next_count):
        errors["lines"] = _("“%(work)s”要写人数：现在缺几人，或者下季度要几人", work=words)
    elif any(pay is not None and not 1 <= pay <= 1_000_000 for pay in (low, high)) or (low and high and high < low):
        errors["lines"] = _("“%(work)s”的工资不对，请核对", work=words)
    code = line.occupation_code if line.occupation_code in names(uow.session, Occupation) else sure_occupation(words)
    return DemandLine(
        words=words[:60],
        occupation_code=code or None,
        now_count=line.now_count,
        next_count=line.next_count,
        pay_low_yuan=low,
        pay_high_yuan=high,
        is_trainable=line.is_trainable,
        note=" ".join(line.note.split())[:120],
    )


def close_round(uow: UnitOfWork, held: DemandRound) -> DemandRound:
    """End a round now: from tomorrow on its links say that it is over."""
    require(can_hold_round(uow.actor, held.region_path))
    if held.closes_on > uow.today:
        held.closes_on = max(uow.today, held.opens_on)
        uow.audit("demand.close", held)
    return held


def ask_to_remind(uow: UnitOfWork, held: DemandRound) -> int:
    """Remind now everybody who has not answered and was not reminded today; returns how many were told."""
    require(can_hold_round(uow.actor, held.region_path))
    return _remind(uow, held, before=uow.today)


def remind_due(uow: UnitOfWork) -> int:
    """Remind employers of running rounds every few days, at most a few times; returns how many were told."""
    running = (DemandRound.opens_on <= uow.today - timedelta(days=REMIND_EVERY), DemandRound.closes_on >= uow.today)
    told = 0
    for held in uow.session.scalars(select(DemandRound).where(*running)).all():
        _ask_new(uow, held)
        told += _remind(uow, held, before=uow.today - timedelta(days=REMIND_EVERY - 1), most=MOST_REMINDERS)
    return told


def _remind(uow: UnitOfWork, held: DemandRound, *, before: date, most: int = 99) -> int:
    query = load_answers(select(DemandAnswer, DemandRound, Employer)).where(
        DemandAnswer.round_id == held.id,
        DemandAnswer.answered_at.is_(None),
        DemandAnswer.reminder_count < most,
        (DemandAnswer.reminded_on.is_(None)) | (DemandAnswer.reminded_on < before),
    )
    rows = uow.session.execute(query.order_by(DemandAnswer.id).limit(BATCH)).all()
    for answer, _round, employer in rows:
        answer.reminded_on, answer.reminder_count = uow.today, answer.reminder_count + 1
        notices.ask(uow, held, answer, employer)
    uow.session.flush()
    if rows:
        uow.audit("demand.remind", held, count=len(rows))
    return len(rows)
