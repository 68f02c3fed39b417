"""Who comes to a booth: the same few facts with an answer to an invitation and with a sign-up."""

from __future__ import annotations

from dataclasses import dataclass

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import ComingMixin, Exhibitor
from jobmatch.fairs.exhibitors.policies import can_change_postings
from jobmatch.fairs.exhibitors.queries import LIVE
from jobmatch.fairs.planning.models import JobFair
from recruiters.employers.models import Employer

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Who comes, how many, with which car, and whether they need power; the names are those of the columns."""

    attendees: str = ""
    attendee_count: int | None = None
    car: str = ""
    needs_power: bool = False


NOTHING_SAID = Coming()


def put_coming(row: ComingMixin, coming: Coming) -> None:
    """Note who comes. Raises ``Invalid`` for a number of people that no booth holds."""
    if coming.attendee_count is not None and not 1 <= coming.attendee_count <= MOST:
        raise Invalid(fields={"attendee_count": _("请填 1 到 %(n)s 的整数", n=MOST)})
    row.attendees, row.attendee_count = coming.attendees.strip()[:120], coming.attendee_count
    row.car, row.needs_power = coming.car.strip()[:40], coming.needs_power


def coming_of(row: ComingMixin) -> Coming:
    """What is known about who comes."""
    return Coming(attendees=row.attendees, attendee_count=row.attendee_count, car=row.car, needs_power=row.needs_power)


def change_coming(
    uow: UnitOfWork,
    fair: JobFair,
    exhibitor: Exhibitor,
    coming: Coming,
    *,
    contact_name: str,
    contact_phone: str,
    needs: str,
) -> Exhibitor:
    """Note what an exhibitor says about who comes, until it is over. Raises ``Invalid``, ``Conflict``."""
    require(can_change_postings(uow.actor, fair, uow.session.get_one(Employer, exhibitor.employer_id)))
    if exhibitor.state not in LIVE or uow.now >= fair.closes_at:
        raise Conflict(_("现在的状态是“%(state)s”，不能再改", state=exhibitor.state.label))
    put_coming(exhibitor, coming)
    exhibitor.contact_name, exhibitor.contact_phone = contact_name.strip()[:60], contact_phone.strip()[:40]
    exhibitor.needs = needs.strip()[:200]
    uow.session.flush()
    uow.audit("exhibitor.coming", exhibitor)
    return exhibitor
