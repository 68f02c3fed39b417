"""Postings brought to a fair: adding, changing on the spot, withdrawing, each with a line of the log."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting, FairPostingChange
from jobmatch.fairs.exhibitors.policies import can_change_postings
from jobmatch.fairs.exhibitors.queries import LIVE, postings_to_bring
from jobmatch.fairs.exhibitors.states import FairPostingChangeKind as Kind
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

MOST_VACANCIES = 9999
CHANGED_IN = (FairState.DRAFT, FairState.PUBLISHED, FairState.RUNNING)
"""After closing nothing changes: the head-count at closing is what is reported."""


def choose_postings(
    uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, chosen: Mapping[str, int | None]
) -> list[FairPosting]:
    """Bring exactly these postings (by public id, each with its head-count; None: the posting's own).

    Raises ``Invalid`` for none, for one that is not open, and for a head-count out of range.
    """
    _expect(uow, fair, exhibitor)
    query = postings_to_bring(exhibitor.employer_id, uow.today, exhibitor.public_id)
    offered = {one.public_id: one for one in uow.session.scalars(query)}
    if not chosen or not chosen.keys() <= offered.keys():
        raise Invalid(fields={"postings": _("请选至少一个在招的岗位")})
    known = select(FairPosting).where(FairPosting.exhibitor_id == exhibitor.id)
    held = {row.posting_id: row for row in uow.session.scalars(known)}
    ids = {offered[key].id for key in chosen}
    for row in held.values():
        if row.posting_id not in ids:
            _withdraw(uow, row)
    return [_bring(uow, exhibitor, offered[key], count, held) for key, count in chosen.items()]


def add_posting(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, public_id: str) -> FairPosting:
    """Bring one more open posting, or one that was withdrawn; twice changes nothing. Raises ``Invalid``."""
    _expect(uow, fair, exhibitor)
    query = postings_to_bring(exhibitor.employer_id, uow.today, exhibitor.public_id)
    query = query.where(Posting.public_id == public_id)
    posting = uow.session.scalars(query).one_or_none()
    if posting is None:
        raise Invalid(fields={"posting": _("请选一个在招的岗位")})
    known = select(FairPosting).where(FairPosting.exhibitor_id == exhibitor.id, FairPosting.posting_id == posting.id)
    return _bring(uow, exhibitor, posting, None, {row.posting_id: row for row in uow.session.scalars(known)})


def change_posting(
    uow: UnitOfWork,
    fair: JobFair,
    exhibitor: Exhibitor,
    row: FairPosting,
    *,
    vacancies: int | None,
    words: str,
) -> FairPosting:
    """Another head-count for this fair, or other words about the requirements. Raises ``Invalid``, ``Conflict``."""
    _expect(uow, fair, exhibitor)
    _set_vacancies(uow, row, vacancies)
    said = words.strip()[:300]
    if said != row.on_site_words:
        _log(uow, row, Kind.WORDS, row.on_site_words, said)
        row.on_site_words = said
    uow.session.flush()
    return row


def withdraw_posting(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, row: FairPosting) -> FairPosting:
    """No longer offer it here; what came in stays. Raises ``Conflict``."""
    _expect(uow, fair, exhibitor)
    _withdraw(uow, row)
    return row


def return_posting(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, row: FairPosting) -> FairPosting:
    """Offer a withdrawn posting again. Raises ``Conflict``."""
    _expect(uow, fair, exhibitor)
    if row.withdrawn_at is not None:
        row.withdrawn_at = None
        _log(uow, row, Kind.RETURNED, "", str(row.vacancy_count))
    return row


def _expect(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> None:
    require(can_change_postings(uow.actor, fair, uow.session.get_one(Employer, exhibitor.employer_id)))
    if fair.state not in CHANGED_IN or exhibitor.state not in LIVE:
        raise Conflict(_("现在不能再改这场的岗位"))


def _bring(
    uow: UnitOfWork, exhibitor: Exhibitor, posting: Posting, count: int | None, held: Mapping[int, FairPosting]
) -> FairPosting:
    count = min(posting.vacancy_count, MOST_VACANCIES) if count is None else count
    row = held.get(posting.id)
    if row is not None:
        if row.withdrawn_at is not None:
            row.withdrawn_at = None
            _log(uow, row, Kind.RETURNED, "", str(row.vacancy_count))
        _set_vacancies(uow, row, count)
        return row
    _check(count)
    row = FairPosting(
        fair_id=exhibitor.fair_id,
        exhibitor_id=exhibitor.id,
        posting_id=posting.id,
        title=posting.title,
        vacancy_count=count,
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    _log(uow, row, Kind.ADDED, "", str(count))
    return row


def _check(count: int | None) -> int:
    if count is None or not 1 <= count <= MOST_VACANCIES:
        raise Invalid(fields={"vacancies": _("人数请填 1 到 %(n)s", n=MOST_VACANCIES)})
    return count


def _set_vacancies(uow: UnitOfWork, row: FairPosting, count: int | None) -> None:
    count = _check(count)
    if count != row.vacancy_count:
        _log(uow, row, Kind.VACANCIES, str(row.vacancy_count), str(count))
        row.vacancy_count = count
        uow.session.flush()


def _withdraw(uow: UnitOfWork, row: FairPosting) -> None:
    if row.withdrawn_at is None:
        row.withdrawn_at = uow.now
        _log(uow, row, Kind.WITHDRAWN, str(row.vacancy_count), "")


def _log(uow: UnitOfWork, row: FairPosting, kind: Kind, before: str, after: str) -> None:
    uow.session.add(
        FairPostingChange(
            fair_posting_id=row.id, kind=kind, before=before, after=after, at=uow.now, user_id=uow.actor.user_id
        )
    )
    uow.session.flush()
    uow.audit("fair_posting.change", row, kind=kind.value)
