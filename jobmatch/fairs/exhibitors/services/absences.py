"""Who came, who did not, and what follows: the register of absences and the ban by the dated rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor, ExhibitorAbsence
from jobmatch.fairs.exhibitors.policies import can_review
from jobmatch.fairs.exhibitors.queries import WITH_EMPLOYER
from jobmatch.fairs.exhibitors.services.places import fill_places, hold_fair, wait_again
from jobmatch.fairs.exhibitors.states import AbsenceKind, ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_fair
from jobmatch.fairs.planning.services.happenings import tell
from jobmatch.fairs.planning.services.numbers import record_freed, record_taken
from jobmatch.fairs.planning.states import FairPart, FairState
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months


def bans_of(session: Session, employer_ids: Collection[int], on: date) -> dict[int, date]:
    """Which employers get no place on a day, each with the first day on which it does again; in one statement.

    So many absences within so many months (dated rules) ban for months from the last of them; waived ones do not count.
    """
    most, window, months = (
        int(rule_value(session, f"fair_{name}", on)) for name in ("absences_most", "absence_months", "ban_months")
    )
    columns = (ExhibitorAbsence.employer_id, ExhibitorAbsence.on)
    counted = (ExhibitorAbsence.waived_at.is_(None), ExhibitorAbsence.on <= on)
    query = select(*columns).where(ExhibitorAbsence.employer_id.in_(employer_ids), *counted)
    days: dict[int, list[date]] = {}
    for employer_id, day in session.execute(query.order_by(ExhibitorAbsence.on)):
        days.setdefault(employer_id, []).append(day)
    found = {}
    for employer_id, missed in days.items():
        for first, last in zip(missed, missed[most - 1 :], strict=False):
            until = add_months(last, months)
            if last < add_months(first, window) and on < until:
                found[employer_id] = until
    return found


def banned_until(session: Session, employer_id: int, on: date) -> date | None:
    """The first day on which a banned employer gets a place again; None for one that is not banned on ``on``."""
    return bans_of(session, [employer_id], on).get(employer_id)


def is_banned(session: Session, employer_id: int, on: date) -> bool:
    """Whether an employer gets no place at a fair on this day."""
    return banned_until(session, employer_id, on) is not None


def record_absence(uow: UnitOfWork, exhibitor: Exhibitor, kind: AbsenceKind, on: date) -> None:
    """Write a line of the register; an exhibitor has at most one for a fair."""
    known = select(ExhibitorAbsence.id).where(ExhibitorAbsence.exhibitor_id == exhibitor.id)
    if uow.session.scalar(known) is None:
        uow.session.add(
            ExhibitorAbsence(
                exhibitor_id=exhibitor.id,
                employer_id=exhibitor.employer_id,
                kind=kind,
                on=on,
                recorded_by_id=uow.actor.user_id,
            )
        )
    uow.session.flush()


def record_came(uow: UnitOfWork, exhibitor: Exhibitor, *, at: datetime | None = None) -> Exhibitor:
    """The exhibitor is at its booth: the first time counts; who comes late or comes back is no longer absent.

    Raises ``Conflict`` for one that has no place.
    """
    hold_fair(uow, exhibitor.fair_id, exhibitor)
    _take_place_again(uow, exhibitor)
    if exhibitor.state is ExhibitorState.ABSENT:
        no_show = (ExhibitorAbsence.exhibitor_id == exhibitor.id, ExhibitorAbsence.kind == AbsenceKind.NO_SHOW)
        uow.session.execute(delete(ExhibitorAbsence).where(*no_show))
        exhibitor.state = ExhibitorState.ACCEPTED
    elif exhibitor.state is not ExhibitorState.ACCEPTED:
        raise Conflict(_("这家单位现在的状态是“%(state)s”，没有展位，不能签到", state=exhibitor.state.label))
    if exhibitor.checked_in_at is None:
        exhibitor.checked_in_at, exhibitor.checked_in_by_id = at or uow.now, uow.actor.user_id
        uow.audit("exhibitor.came", exhibitor)
    if exhibitor.left_at is not None:
        tell(uow, "came_back", exhibitor)
        exhibitor.left_at, exhibitor.left_note = None, ""
        uow.audit("exhibitor.came", exhibitor)
    uow.session.flush()
    return exhibitor


def record_left(uow: UnitOfWork, exhibitor: Exhibitor, *, at: datetime | None = None, note: str = "") -> Exhibitor:
    """The exhibitor left before the end; its postings and what came in count on, who queues there is told.

    Whoever says so, this is the one way. Raises ``Conflict`` for one that was not there.
    """
    if exhibitor.checked_in_at is None:
        raise Conflict(_("这家单位还没有签到"))
    if exhibitor.left_at is None:
        exhibitor.left_at, exhibitor.left_note = at or uow.now, note.strip()[:200]
        uow.session.flush()
        tell(uow, "left", exhibitor)
        uow.audit("exhibitor.left", exhibitor)
    return exhibitor


def check_in_exhibitor(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> Exhibitor:
    """Staff at the desk say that it is there. Raises ``Conflict`` before the day and for one without a place."""
    require(can_work_fair(uow.actor, fair))
    if fair.state is not FairState.RUNNING:
        raise Conflict(_("招聘会现在没有开场，不能签到"))
    return record_came(uow, exhibitor)


def check_out_exhibitor(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, *, note: str = "") -> Exhibitor:
    """Staff say that it left before the end. Raises ``Conflict`` for one that was not there."""
    require(can_work_fair(uow.actor, fair))
    return record_left(uow, exhibitor, note=note)


def mark_absences(uow: UnitOfWork, fair: JobFair) -> int:
    """Enter those who have not checked in so many minutes after the opening (dated rule); returns how many.

    Each keeps its place, since it may still come, until staff give it to others (``record_given_up``).
    """
    require(can_review(uow.actor, fair))
    on = local_day(fair.opens_at)
    late = timedelta(minutes=int(rule_value(uow.session, "fair_late_minutes", on)))
    is_due = fair.part is FairPart.HELD and uow.now >= max(fair.opens_at, fair.opened_at or fair.opens_at) + late
    if fair.state not in {FairState.RUNNING, FairState.CLOSED} or not is_due:
        return 0
    hold_fair(uow, fair.id)
    missing = (Exhibitor.state == ExhibitorState.ACCEPTED, Exhibitor.checked_in_at.is_(None))
    rows = uow.session.scalars(select(Exhibitor).where(Exhibitor.fair_id == fair.id, *missing)).all()
    for row in rows:
        row.state = ExhibitorState.ABSENT
        record_absence(uow, row, AbsenceKind.NO_SHOW, on)
    uow.audit_each("exhibitor.absent", rows)
    return len(rows)


def record_given_up(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> list[Exhibitor]:
    """The place of an absent exhibitor goes to the head of the queue, which is returned; twice changes nothing.

    The room of the halls calls this and moves the booth along. Raises ``Conflict`` for one that is not absent.
    """
    require(can_review(uow.actor, fair))
    hold_fair(uow, fair.id, exhibitor)
    if exhibitor.given_up_at is not None:
        return []
    if exhibitor.state is not ExhibitorState.ABSENT or fair.state is not FairState.RUNNING:
        raise Conflict(_("只有开场后没到的单位才能让出展位，这家现在是“%(state)s”", state=exhibitor.state.label))
    exhibitor.given_up_at = uow.now
    uow.session.flush()
    uow.audit("exhibitor.give_up", exhibitor)
    # The booth moves with the place, so nothing is told that would free it first.
    record_freed(uow, fair.id, "booth_taken")
    return fill_places(uow, fair)


def record_kept(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> Exhibitor | None:
    """Undo ``record_given_up``; twice changes nothing. Whoever got the place waits again, in front of all others, and
    is returned; the next one in the queue never moved.

    Raises ``Conflict`` where that one is at the fair already, or the place was used otherwise.
    """
    require(can_review(uow.actor, fair))
    hold_fair(uow, fair.id, exhibitor)
    if exhibitor.given_up_at is None:
        return None
    got_it = (Exhibitor.fair_id == fair.id, Exhibitor.state == ExhibitorState.ACCEPTED)
    query = select(Exhibitor).where(*got_it, Exhibitor.decided_at == exhibitor.given_up_at)
    heir = uow.session.scalars(query.where(Exhibitor.checked_in_at.is_(None)).options(WITH_EMPLOYER)).one_or_none()
    if heir is not None:
        wait_again(uow, fair, heir)
    _take_place_again(uow, exhibitor)
    return heir


def _take_place_again(uow: UnitOfWork, exhibitor: Exhibitor) -> None:
    if exhibitor.given_up_at is None:
        return
    if not record_taken(uow, exhibitor.fair_id, "booth_taken"):
        raise Conflict(_("这家的展位已经给了别的单位，现在没有空位"))
    exhibitor.given_up_at = None
    uow.session.flush()
    uow.audit("exhibitor.keep", exhibitor)


def waive_absence(uow: UnitOfWork, fair: JobFair, absence: ExhibitorAbsence, *, note: str) -> ExhibitorAbsence:
    """Say why an absence does not count; twice changes nothing. Raises ``Invalid`` without a reason."""
    require(can_review(uow.actor, fair))
    if absence.waived_at is None:
        if not note.strip():
            raise Invalid(fields={"note": _("请写明为什么不算")})
        absence.waived_at, absence.waived_by_id = uow.now, uow.actor.user_id
        absence.waived_note = note.strip()[:200]
        uow.session.flush()
        uow.audit("exhibitor.waive", uow.session.get(Exhibitor, absence.exhibitor_id))
    return absence
