"""What a fair still lacks before it may be published, and where it is mended; and what is late about the permit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.core.clock import local_day
from jobmatch.core.i18n import gettext as _
from jobmatch.fairs.planning.models import FairPaper, JobFair
from jobmatch.fairs.planning.states import LEGAL_PAPERS, FairMode, FairPaperKind
from jobmatch.reference.queries import rule_value


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing: the field it belongs to, the words, and the page (``edit`` or ``papers``)."""

    field: str
    words: str
    page: str


def people_expected(fair: JobFair) -> int:
    """How many people may come: what is written, and at least everybody who can register."""
    return max(fair.expected_count, fair.capacity)


def needs_permit(session: Session, fair: JobFair) -> bool:
    """Whether so many people are expected that the police must permit it."""
    least = int(rule_value(session, "fair_permit_people", local_day(fair.opens_at)))
    return fair.mode is not FairMode.ONLINE and people_expected(fair) >= least


def current_kinds(session: Session, fair_id: int) -> set[FairPaperKind]:
    """The kinds of paper that the fair has now."""
    query = select(FairPaper.kind).where(FairPaper.fair_id == fair_id, FairPaper.replaced_at.is_(None))
    return set(session.scalars(query))


def lacks_of(session: Session, fair: JobFair, today: date) -> list[Lack]:
    """Everything that stands between the fair and its announcement, in the order of the page."""
    held = current_kinds(session, fair.id)
    found = [
        Lack(f"paper_{kind.value}", _("还没有上传%(paper)s", paper=kind.label), "papers")
        for kind in LEGAL_PAPERS
        if kind not in held
    ]
    if needs_permit(session, fair):
        if FairPaperKind.PERMIT not in held:
            found.append(
                Lack("paper_permit", _("预计 %(n)s 人，要上传公安的安全许可", n=people_expected(fair)), "papers")
            )
        if not fair.permit_number:
            found.append(Lack("permit_number", _("还没有填安全许可的文号"), "papers"))
    if fair.mode is not FairMode.ONLINE:
        needed = {"place": _("还没有填在哪里办"), "address": _("还没有填详细地址")}
        found += [Lack(name, words, "edit") for name, words in needed.items() if not getattr(fair, name)]
        if fair.capacity < 1:
            found.append(Lack("capacity", _("还没有填能报名多少人"), "edit"))
        if fair.booth_capacity < 1:
            found.append(Lack("booth_capacity", _("还没有填能来多少家单位"), "edit"))
    if not (fair.contact_name and fair.contact_phone):
        found.append(Lack("contact_phone", _("还没有填联系人和电话"), "edit"))
    if fair.capacity < fair.taken:
        found.append(Lack("capacity", _("名额比已经报上名的人少"), "edit"))
    return found


def permit_warning(session: Session, fair: JobFair, today: date) -> str:
    """Words where the permit should have been asked for by now and is not there; else nothing."""
    if not needs_permit(session, fair) or fair.permit_number:
        return ""
    days = int(rule_value(session, "fair_permit_days", local_day(fair.opens_at)))
    last = local_day(fair.opens_at) - timedelta(days=days)
    if today > last:
        return _("安全许可要提前 %(days)s 天申请，已经过了。请马上和公安机关联系，或者改日期、减少人数", days=days)
    return _("安全许可要提前 %(days)s 天申请，还有 %(left)s 天", days=days, left=(last - today).days)
