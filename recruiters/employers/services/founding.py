"""军创: that an employer is veteran-founded, as a dated fact that staff saw a paper for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from jobmatch.reference.queries import rule_value
from recruiters.employers.models import Employer, VeteranFounding
from recruiters.employers.policies import can_vet_employer
from recruiters.employers.queries import papers_of
from recruiters.employers.states import FoundingBasis, PaperKind, PaperVerdict

SHARE_RULE, RULE_BEGAN = "veteran_founded_min_share", date(2000, 1, 1)
"""The rule, and the first day for which it is written down; it holds for what was founded before, too."""
EARLIEST = date(1949, 10, 1)


def record_founding(
    uow: UnitOfWork,
    employer: Employer,
    *,
    basis: FoundingBasis,
    share_percent: int | None,
    valid_from: date | None,
    valid_until: date | None = None,
    note: str = "",
) -> VeteranFounding:
    """Note that the employer is veteran-founded from a day on; the paper is the one it handed in, or ``note`` says
    which one staff saw.

    A shareholder or operator needs at least the share of the dated rule, as in force on that day. Raises ``Invalid``,
    also where another line covers some of the same days.
    """
    require(can_vet_employer(uow.actor, employer))
    paper = papers_of(uow.session, [employer])[employer.id].get(PaperKind.FOUNDING)
    words = clean_line(note)[:200]
    rule = int(rule_value(uow.session, SHARE_RULE, max(valid_from or uow.today, RULE_BEGAN)))
    errors: dict[str, str] = {}
    if valid_from is None or not EARLIEST <= valid_from <= uow.today:
        errors["valid_from"] = _("请填从哪一天起，不晚于今天")
    if valid_from and valid_until and valid_until < valid_from:
        errors["valid_until"] = _("到期日不能早于起始日")
    if basis is not FoundingBasis.FOUNDER and not max(rule, 1) <= (share_percent or 0) <= 100:
        errors["share_percent"] = _("请填持股比例，%(least)s%% 到 100%%", least=max(rule, 1))
    if (paper is None or paper.verdict is PaperVerdict.UNREADABLE) and len(words) < 4:
        errors["note"] = _("单位没有上传证明材料，请写明看了什么材料，至少 4 个字")
    if valid_from and any(_overlaps(row, valid_from, valid_until) for row in _rows(uow, employer)):
        errors["valid_from"] = _("这段时间已经有一条军创记录")
    if errors:
        raise Invalid(fields=errors)
    row = VeteranFounding(
        employer_id=employer.id,
        basis=basis,
        share_percent=share_percent,
        rule_value=rule,
        paper_id=paper.id if paper else None,
        note=words,
        valid_from=valid_from,
        valid_until=valid_until,
        seen_at=uow.now,
        seen_by_id=uow.actor.user_id,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    if paper is not None and paper.verdict is PaperVerdict.WAITING:
        paper.verdict, paper.seen_at, paper.seen_by_id = PaperVerdict.LEGIBLE, uow.now, uow.actor.user_id
    uow.session.add(row)
    employer.changed_at = uow.now
    uow.session.flush()
    uow.audit("employer.founding", employer, basis=basis.value)
    return row


def _rows(uow: UnitOfWork, employer: Employer) -> list[VeteranFounding]:
    return list(uow.session.scalars(select(VeteranFounding).where(VeteranFounding.employer_id == employer.id)))


def _overlaps(row: VeteranFounding, start: date, end: date | None) -> bool:
    return row.valid_from <= (end or date.max) and start <= (row.valid_until or date.max)


def find_founding(uow: UnitOfWork, employer: Employer, public_id: str) -> VeteranFounding:
    """A line of ``employer``. Raises ``NotFound``."""
    found = next((row for row in _rows(uow, employer) if row.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def confirm_founding(uow: UnitOfWork, employer: Employer, row: VeteranFounding, *, note: str) -> VeteranFounding:
    """Staff saw the paper of a line that came without one; twice is a ``Conflict``."""
    require(can_vet_employer(uow.actor, employer) and row.employer_id == employer.id)
    if row.seen_at is not None:
        raise Conflict
    words = clean_line(note)[:200]
    if len(words) < 4:
        raise Invalid(fields={"note": _("请写明看了什么材料，至少 4 个字")})
    row.note, row.seen_at, row.seen_by_id = words, uow.now, uow.actor.user_id
    employer.changed_at = uow.now
    uow.session.flush()
    uow.audit("employer.founding_seen", employer)
    return row


def end_founding(uow: UnitOfWork, employer: Employer, row: VeteranFounding, *, valid_until: date | None) -> None:
    """The employer stopped being veteran-founded: the line ends on a day. Raises ``Invalid``."""
    require(can_vet_employer(uow.actor, employer) and row.employer_id == employer.id)
    if valid_until is None or not row.valid_from <= valid_until <= uow.today:
        raise Invalid(fields={"valid_until": _("请填起始日和今天之间的一天")})
    row.valid_until = valid_until
    employer.changed_at = uow.now
    uow.session.flush()
    uow.audit("employer.founding_ended", employer)
