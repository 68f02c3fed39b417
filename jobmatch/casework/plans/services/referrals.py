"""Taking a matter to another office, and hardship under its lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jobmatch.casework.plans.models import Hardship, Referral
from jobmatch.casework.plans.policies import can_plan_for, can_see_hardship
from jobmatch.casework.plans.queries import hardships_of
from jobmatch.casework.plans.states import REFERRAL_FLOW, ConsentWay, HardshipKind, Office, ReferralState
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import EARLIEST, Findings, clean_line, keep_secrets_out
from jobmatch.reference.queries import add_working_days, rule_value

SHORTEST_REASON = 4


def send_referral(
    uow: UnitOfWork, person: Person, *, office: str, matter: str, consent_way: str, consented_on: date | None
) -> Referral:
    """Take a matter to another office, with the person's consent; due after the working days of the rule.

    Raises ``Invalid`` with every finding; without consent nothing goes out.
    """
    require(can_plan_for(uow.actor, person))
    found = Findings()
    found.check(office in set(Office), "office", _("请选转给哪个部门"))
    found.check(bool(clean_line(matter)), "matter", _("请写什么事，例如“申请失业登记”"))
    found.check(consent_way in set(ConsentWay), "consent_way", _("请选本人是怎么同意的；没同意不能转"))
    if consented_on is None or not EARLIEST <= consented_on <= uow.today:
        found.add("consented_on", _("请填本人同意的日期，不能晚于今天"))
    texts = keep_secrets_out(found, {"matter": clean_line(matter)[:200]}, accept_masked=False)
    agreed = found.need(consented_on)
    days = int(rule_value(uow.session, "referral_days", uow.today))
    due_on, _known = add_working_days(uow.session, uow.today, days)
    row = Referral(
        person_id=person.id,
        office=Office(office),
        matter=texts["matter"],
        consent_way=ConsentWay(consent_way),
        consented_on=agreed,
        sent_on=uow.today,
        due_on=due_on,
        recorded_by_id=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    open_task(
        uow,
        once=f"referral:{row.public_id}",
        kind=TaskKind.REFERRAL_DUE,
        title=_("%(office)s还没有回复", office=row.office.label),
        due_on=due_on,
        person=person,
        link=f"/staff/people/{person.public_id}/help",
    )
    uow.audit("referral.send", row, office=row.office.value)
    return row


def move_referral(
    uow: UnitOfWork, referral: Referral, person: Person, *, move: str, result: str = "", version: int | None = None
) -> Referral:
    """Note the answer, that it was told to the person, or that the referral was taken back.

    Raises ``Conflict`` where the move does not follow, ``Invalid`` for an answer without words.
    """
    require(can_plan_for(uow.actor, person) and referral.person_id == person.id)
    after = REFERRAL_FLOW.get((referral.state, move))
    if after is None or (version is not None and version != referral.version):
        raise Conflict
    found = Findings()
    found.check(move != "answer" or bool(clean_line(result)), "result", _("请写对方怎么回复的"))
    texts = keep_secrets_out(found, {"result": clean_line(result)[:300]}, accept_masked=False)
    found.stop()
    if move == "answer":
        referral.answered_on, referral.result = uow.today, texts["result"]
    if move == "tell":
        referral.told_on = uow.today
    referral.state = after
    if after in (ReferralState.TOLD, ReferralState.WITHDRAWN):
        close_task(uow, once=f"referral:{referral.public_id}", outcome=after.value)
    uow.session.flush()
    uow.audit("referral.move", referral, move=move)
    return referral


def _need_reason(reason: str) -> str:
    text = clean_line(reason)
    if len(text) < SHORTEST_REASON:
        raise Invalid(fields={"reason": _("请写为什么要看，例如“办理就业困难认定”")})
    return text[:200]


def look_at_hardship(uow: UnitOfWork, person: Person, *, reason: str) -> Sequence[Hardship]:
    """The facts of hardship, for a stated reason that goes into the audit trail. Raises ``Invalid`` without one."""
    require(can_see_hardship(uow.actor, person))
    uow.audit("hardship.read", person, reason=_need_reason(reason))
    return hardships_of(uow.session, person.id)


def record_hardship(
    uow: UnitOfWork,
    person: Person,
    *,
    kind: str,
    valid_from: date | None,
    valid_to: date | None = None,
    number: str = "",
    note: str = "",
) -> Hardship:
    """Note a fact of hardship. 人社's recognition needs its number and its end; nothing of it reaches the ranking.

    Raises ``Invalid`` with every finding.
    """
    require(can_see_hardship(uow.actor, person))
    found = Findings()
    found.check(kind in set(HardshipKind), "kind", _("请选是哪一种情况"))
    if valid_from is None or not EARLIEST <= valid_from <= uow.today:
        found.add("valid_from", _("请填开始的日期，不能晚于今天"))
    found.check(
        valid_to is None or valid_from is None or valid_to >= valid_from, "valid_to", _("结束的日期不能早于开始的日期")
    )
    if kind == HardshipKind.RECOGNIZED:
        found.check(bool(clean_line(number)), "number", _("请填人社的认定文号；没有认定的选“重点帮扶”"))
        found.check(valid_to is not None, "valid_to", _("请填认定到期的日期"))
    texts = keep_secrets_out(found, {"note": clean_line(note)[:200]}, accept_masked=False)
    first = found.need(valid_from)
    row = Hardship(
        person_id=person.id,
        kind=HardshipKind(kind),
        valid_from=first,
        valid_to=valid_to,
        recorded_by_id=uow.actor.user_id,
        recorded_at=uow.now,
    )
    row.number, row.note = clean_line(number)[:60] or None, texts["note"] or None
    uow.session.add(row)
    uow.session.flush()
    uow.audit("hardship.record", person, kind=row.kind.value)
    return row


def end_hardship(uow: UnitOfWork, person: Person, row: Hardship) -> Hardship:
    """Note that a fact holds no longer, from today on; twice changes nothing."""
    require(can_see_hardship(uow.actor, person) and row.person_id == person.id)
    if row.valid_to is None or row.valid_to > uow.today:
        row.valid_to = max(uow.today, row.valid_from)
        uow.session.flush()
        uow.audit("hardship.end", person, kind=row.kind.value)
    return row
