"""An employer signs up for a fair, and cancels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.ids import ALPHABET, new_public_id
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.policies import can_sign_up
from jobmatch.fairs.exhibitors.queries import LIVE, find_exhibitor, postings_to_bring
from jobmatch.fairs.exhibitors.services.absences import record_absence
from jobmatch.fairs.exhibitors.services.attending import NOTHING_SAID, Coming, put_coming
from jobmatch.fairs.exhibitors.services.places import free_place, give_place, hold_fair
from jobmatch.fairs.exhibitors.services.postings import choose_postings
from jobmatch.fairs.exhibitors.states import AbsenceKind, ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair
from jobmatch.fairs.planning.states import FairPart, FairState
from recruiters.employers.models import Employer
from recruiters.employers.services.entering import enter_employer

CODES = 1_000_000


def sign_up_until(fair: JobFair) -> datetime:
    """Until when employers sign up."""
    return fair.sign_up_until or fair.opens_at


def is_open_for(fair: JobFair, now: datetime, *, by_office: bool = False) -> bool:
    """Whether somebody can still sign up; the office enters those who call until the doors close."""
    if by_office:
        return fair.state in {FairState.PUBLISHED, FairState.RUNNING}
    return fair.part is FairPart.HELD and fair.state is FairState.PUBLISHED and now < sign_up_until(fair)


def sign_up_exhibitor(
    uow: UnitOfWork,
    fair: JobFair,
    employer: Employer,
    *,
    postings: Mapping[str, int | None],
    coming: Coming = NOTHING_SAID,
    contact_name: str = "",
    contact_phone: str = "",
    needs: str = "",
    will_write: bool = False,
) -> Exhibitor:
    """Ask to take part with these postings (see ``choose_postings``); the office decides.

    ``will_write``: postings for this fair alone follow, so that none need be chosen now.

    An employer is one legal entity and signs up once for a fair; after a refusal or a cancellation it may ask again.
    The office may enter one before its postings are written.
    Raises ``Conflict`` where it has signed up already or it is too late, ``Invalid`` without a posting.
    """
    require(can_sign_up(uow.actor, fair, employer))
    hold_fair(uow, fair.id)
    by_office = can_edit_fair(uow.actor, fair)
    if not is_open_for(fair, uow.now, by_office=by_office):
        raise Conflict(_("这场招聘会现在不接受单位报名"))
    row = find_exhibitor(uow.session, fair.id, employer.id)
    if row is None:
        row = Exhibitor(fair_id=fair.id, employer_id=employer.id, sign_code=_sign_code(uow, fair.id))
        uow.session.add(row)
    elif row.state not in {ExhibitorState.REFUSED, ExhibitorState.CANCELED}:
        raise Conflict(_("本单位已经报过名：%(state)s", state=row.state.label))
    row.region_path, row.state = employer.region_path, ExhibitorState.APPLIED
    put_coming(row, coming)
    row.needs = needs.strip()[:200]
    row.contact_name = (contact_name.strip() or employer.contact_name)[:60]
    row.contact_phone = (contact_phone.strip() or employer.contact_phone)[:40]
    row.reason_code, row.review_note = None, ""
    row.applied_at, row.applied_by_id = uow.now, uow.actor.user_id
    row.decided_at = row.decided_by_id = row.canceled_at = None
    row.employer = employer
    uow.session.flush()
    if postings or not (by_office or will_write):
        choose_postings(uow, fair, row, postings)
    uow.audit("exhibitor.sign_up", row, fair=fair.public_id)
    return row


def sign_up_by_phone(
    uow: UnitOfWork,
    fair: JobFair,
    employer: Employer,
    *,
    coming: Coming = NOTHING_SAID,
    contact_name: str = "",
    contact_phone: str = "",
    needs: str = "",
) -> Exhibitor:
    """The office signs up an employer that said yes, with all its open postings.

    At somebody else's fair our part is only noted, so there is nothing to decide.
    """
    require(can_edit_fair(uow.actor, fair))
    offered = uow.session.scalars(postings_to_bring(employer.id, uow.today))
    postings = {one.public_id: None for one in offered}
    row = sign_up_exhibitor(
        uow,
        fair,
        employer,
        postings=postings,
        coming=coming,
        contact_name=contact_name,
        contact_phone=contact_phone,
        needs=needs,
    )
    if fair.part is FairPart.JOINED:
        give_place(uow, fair, row)
    return row


def enter_exhibitor(
    uow: UnitOfWork,
    fair: JobFair,
    *,
    name: str,
    credit_code: str,
    region_code: str,
    coming: Coming,
    contact_name: str,
    contact_phone: str,
    needs: str = "",
) -> Exhibitor:
    """Sign up an employer that was not invited; one that nobody knows goes into the base first, to be vetted.

    Raises ``Invalid``, and ``Conflict`` where it has signed up already.
    """
    require(can_edit_fair(uow.actor, fair))
    contact = {"contact_name": contact_name, "contact_phone": contact_phone}
    employer = enter_employer(uow, name=name, credit_code=credit_code, region_code=region_code, **contact)
    return sign_up_by_phone(uow, fair, employer, coming=coming, needs=needs, **contact)


def cancel_exhibitor(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> Exhibitor:
    """Take the sign-up back; the place goes to the head of the queue in the same unit. Twice changes nothing.

    Who gives a place back after ``cancel_until`` is entered in the register of absences.
    Raises ``Conflict`` once the fair has begun or was left by other means.
    """
    require(can_sign_up(uow.actor, fair, uow.session.get_one(Employer, exhibitor.employer_id)))
    hold_fair(uow, fair.id, exhibitor)
    if exhibitor.state is ExhibitorState.CANCELED:
        return exhibitor
    if exhibitor.state not in LIVE or exhibitor.checked_in_at is not None or uow.now >= fair.closes_at:
        raise Conflict(_("现在的状态是“%(state)s”，不能取消", state=exhibitor.state.label))
    had_place = exhibitor.state is ExhibitorState.ACCEPTED
    exhibitor.state, exhibitor.waiting_number, exhibitor.canceled_at = ExhibitorState.CANCELED, None, uow.now
    uow.session.flush()
    is_late = fair.part is FairPart.HELD and is_late_to_cancel(fair, uow.now)
    if had_place and is_late:
        record_absence(uow, exhibitor, AbsenceKind.LATE_CANCEL, uow.today)
    uow.audit("exhibitor.cancel", exhibitor, late=had_place and is_late)
    if had_place:
        free_place(uow, fair, exhibitor)
    return exhibitor


def is_late_to_cancel(fair: JobFair, now: datetime) -> bool:
    """Whether canceling now counts as an absence."""
    return now >= (fair.cancel_until or fair.opens_at)


def _sign_code(uow: UnitOfWork, fair_id: int) -> str:
    """Six digits that nobody else shows at this fair; drawn from the port of ids, so that tests can repeat them."""
    taken = set(uow.session.scalars(select(Exhibitor.sign_code).where(Exhibitor.fair_id == fair_id)))
    while True:
        number = 0
        for character in new_public_id():
            number = number * len(ALPHABET) + ALPHABET.index(character)
        code = f"{number % CODES:06d}"
        if code not in taken:
            return code
