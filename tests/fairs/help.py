"""Rows of fairs for tests, made directly; every name is invented."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth, Hall
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from tests.factories import PATH_A, PATH_COUNTY, make_employer, make_posting, make_station, phone

_numbers = itertools.count(1)


def make_fair(uow: UnitOfWork, *, state: FairState = FairState.PUBLISHED, **values: Any) -> JobFair:
    """A fair of the county: tomorrow with 100 seats and 20 places, or since an hour if it is running."""
    started = state in {FairState.RUNNING, FairState.CLOSED, FairState.ARCHIVED}
    opens_at = values.pop("opens_at", uow.now + (timedelta(hours=-1) if started else timedelta(days=1)))
    path = values.pop("region_path", PATH_COUNTY)
    organization = values.pop("organization", None) or make_station(uow, path=path, name="测试服务中心")
    fair = JobFair(
        organization_id=organization.id,
        region_path=path,
        state=state,
        title=values.pop("title", f"测试专场招聘会 {next(_numbers)}"),
        opens_at=opens_at,
        closes_at=values.pop("closes_at", opens_at + timedelta(hours=6)),
        place=values.pop("place", "测试体育馆"),
        capacity=values.pop("capacity", 100),
        booth_capacity=values.pop("booth_capacity", 20),
        published_at=None if state is FairState.DRAFT else uow.now,
        opened_at=opens_at if started else None,
        closed_at=uow.now if state in {FairState.CLOSED, FairState.ARCHIVED} else None,
        canceled_at=uow.now if state is FairState.CANCELED else None,
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    uow.session.add(fair)
    uow.session.flush()
    return fair


def make_exhibitor(
    uow: UnitOfWork,
    fair: JobFair,
    *,
    employer: Employer | None = None,
    state: ExhibitorState = ExhibitorState.ACCEPTED,
    came: bool = False,
    **values: Any,
) -> Exhibitor:
    """An accepted exhibitor; ``came``: it checked in."""
    employer = employer or make_employer(uow)
    exhibitor = Exhibitor(
        fair_id=fair.id,
        employer_id=employer.id,
        region_path=employer.region_path,
        state=state,
        sign_code=f"{next(_numbers):06d}",
        applied_at=uow.now,
        checked_in_at=uow.now if came else None,
        **values,
    )
    exhibitor.employer = employer
    uow.session.add(exhibitor)
    if state is ExhibitorState.ACCEPTED:
        fair.booth_taken += 1
    uow.session.flush()
    return exhibitor


def make_fair_posting(
    uow: UnitOfWork, exhibitor: Exhibitor, *, posting: Posting | None = None, vacancies: int = 3
) -> FairPosting:
    """A posting of the exhibitor with three places."""
    posting = posting or make_posting(uow, exhibitor.employer)
    row = FairPosting(
        fair_id=exhibitor.fair_id,
        exhibitor_id=exhibitor.id,
        posting_id=posting.id,
        title=posting.title,
        vacancy_count=vacancies,
        created_at=uow.now,
    )
    row.posting = posting
    uow.session.add(row)
    uow.session.flush()
    return row


def make_booth(uow: UnitOfWork, fair: JobFair, number: str, *, exhibitor: Exhibitor | None = None) -> Booth:
    """A booth of one cell in the fair's hall, which is made when it is missing."""
    hall = uow.session.query(Hall).filter_by(fair_id=fair.id).first()
    if hall is None:
        hall = Hall(fair_id=fair.id, name="一楼大厅", row_count=10, col_count=20, changed_at=uow.now)
        uow.session.add(hall)
        uow.session.flush()
    place = uow.session.query(Booth).filter_by(hall_id=hall.id).count()
    booth = Booth(
        fair_id=fair.id,
        hall_id=hall.id,
        number=number,
        row=1 + place // 10 * 2,
        col=1 + place % 10 * 2,
        exhibitor_id=exhibitor.id if exhibitor else None,
    )
    uow.session.add(booth)
    uow.session.flush()
    return booth


def make_registration(uow: UnitOfWork, fair: JobFair, **values: Any) -> FairRegistration:
    """Somebody with a seat and a phone number of the unassigned block."""
    number = next(_numbers)
    registration = FairRegistration(
        fair_id=fair.id,
        region_path=values.pop("region_path", PATH_A),
        code=f"{number:08d}",
        name=values.pop("name", f"测试求职者{number}"),
        phone=values.pop("phone", None) or phone(),
        state=values.pop("state", RegistrationState.SEATED),
        registered_at=uow.now,
        **values,
    )
    uow.session.add(registration)
    if registration.state is RegistrationState.SEATED:
        fair.taken += 1
    uow.session.flush()
    return registration
