"""Reports that were sent stay as they were; and the file of a fair (一会一档), kept as long as the rule says."""

from __future__ import annotations

import zipfile
from datetime import date
from typing import IO

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.files import display_name, read_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.exhibitors.models import FairInvitation
from jobmatch.fairs.outcomes.documents import Report, Table, pdf_file
from jobmatch.fairs.outcomes.figures import quick
from jobmatch.fairs.outcomes.lists import quick_lists, rating_lines, tracking_lists
from jobmatch.fairs.outcomes.making import fair_report, money_tables
from jobmatch.fairs.outcomes.models import FairFollowUp, FairRating, FairReport
from jobmatch.fairs.outcomes.policies import OVER, can_report_fair
from jobmatch.fairs.outcomes.queries import find_archive, newest_report
from jobmatch.fairs.outcomes.states import FairReportKind
from jobmatch.fairs.outcomes.tracking import tracking
from jobmatch.fairs.planning.lacks import needs_permit
from jobmatch.fairs.planning.models import FairPaper, JobFair
from jobmatch.fairs.planning.states import LEGAL_PAPERS, FairPaperKind
from jobmatch.people.services.common import clean_line
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from recruiters.employers.models import Employer


def send_report(uow: UnitOfWork, fair: JobFair, kind: FairReportKind, *, reason: str = "") -> FairReport:
    """Keep the report as it is now; a further one is a revision with a reason, and the first stays.

    Raises ``Conflict`` before the fair is over, ``Invalid`` without a reason for a revision.
    """
    require(can_report_fair(uow.actor, fair))
    if fair.state not in OVER:
        raise Conflict(_("闭馆以后才能定稿"))
    before = newest_report(uow.session, fair, kind)
    words = clean_line(reason)[:200]
    if before is not None and not words:
        raise Invalid(fields={"reason": _("改过的报告要写明为什么改")})
    report = fair_report(uow.session, fair, kind, uow.today)
    row = FairReport(
        fair_id=fair.id,
        kind=kind,
        revision=before.revision + 1 if before else 1,
        reason=words if before else "",
        figures=report.as_json(),
        words="\n".join(report.words),
        made_at=uow.now,
        made_by_id=uow.actor.user_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.audit("fair_report.send", row, kind=kind.value, revision=row.revision)
    return row


def record_lists_taken(uow: UnitOfWork, fair: JobFair, kind: str) -> None:
    """That somebody took a workbook with names, or the fair's file."""
    require(can_report_fair(uow.actor, fair))
    uow.audit("fair.file_take", fair, kind=kind)


# ---------- the file of a fair ----------


REQUIRED = (*LEGAL_PAPERS, FairPaperKind.SCHEME, FairPaperKind.SIGN_IN_SHEET, FairPaperKind.PHOTO)
"""Papers whose absence the list of contents says; the permit is one of them where the law asks for it."""


def archive(uow: UnitOfWork, fair: JobFair, target: IO[bytes]) -> None:
    """Write 一会一档 as one zip: papers, replies, who signed in, intentions, the account, both reports, and a sheet
    that lists it all and says what is missing.

    Papers go one by one into ``target``, so that a hundred photographs are never in memory together.
    """
    require(can_report_fair(uow.actor, fair))
    index: list[list[object]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:

        def put(name: str, content: bytes, label: str, how: int = zipfile.ZIP_DEFLATED) -> None:
            index.append([len(index) + 1, label, name, len(content)])
            pack.writestr(name, content, how)

        papers = uow.session.scalars(
            select(FairPaper)
            .options(joinedload(FairPaper.file))
            .where(FairPaper.fair_id == fair.id, FairPaper.replaced_at.is_(None))
            .order_by(FairPaper.kind, FairPaper.id)
        ).all()
        for number, paper in enumerate(papers, 1):
            name = f"材料/{number:02d} {paper.kind.label} {display_name(paper.file.name)}"
            put(name, read_file(uow, paper.file), paper.kind.label, zipfile.ZIP_STORED)
        put("名单.xlsx", lists_book(uow, fair), "回执、签到、意向、去向、评价和决算")
        kept = find_archive(uow.session, fair)
        if kept is not None and kept.file is not None:
            put(kept.file.name, read_file(uow, kept.file), "清除姓名以前封存的名单", zipfile.ZIP_STORED)
        for kind in FairReportKind:
            row = newest_report(uow.session, fair, kind)
            report = Report.from_json(row.figures) if row else fair_report(uow.session, fair, kind, uow.today)
            state = f"第{row.revision}版" if row else "未定稿"
            put(f"{kind.label}（{state}）.pdf", pdf_file(report), kind.label)
        wanted = [*REQUIRED, FairPaperKind.PERMIT] if needs_permit(uow.session, fair) else list(REQUIRED)
        missing = [kind for kind in wanted if kind not in {paper.kind for paper in papers}]
        index += [["", kind.label, "缺", ""] for kind in missing]
        note = f"{fair.title}，至少保存到{kept_until(uow, fair).isoformat()}"
        pack.writestr("目录.xlsx", _book([Table("目录", ["序号", "材料", "文件", "字节"], index, note=note)]))


def lists_book(uow: UnitOfWork, fair: JobFair) -> bytes:
    """The lists of the fair's file with full names, as they stand now."""
    require(can_report_fair(uow.actor, fair))
    found = quick(uow.session, fair)
    tracked = tracking(uow.session, fair, 90, loaded=found)
    numbers = found.numbers()
    tables = [
        _replies(uow, fair),
        *quick_lists(uow.session, found, "full"),
        *tracking_lists(uow.session, tracked, "full"),
        rating_lines(uow.session, fair),
        *money_tables(uow.session, fair, numbers, tracked.numbers()["started"]),
    ]
    return _book(tables)


def _book(tables: list[Table]) -> bytes:
    return write_workbook(*(Sheet(one.title, one.head, one.rows, note=one.note) for one in tables))


def _replies(uow: UnitOfWork, fair: JobFair) -> Table:
    rows = uow.session.execute(
        select(Organization.name, FairInvitation)
        .join(Employer, Employer.id == FairInvitation.employer_id)
        .join(Organization, Organization.id == Employer.organization_id)
        .where(FairInvitation.fair_id == fair.id)
        .order_by(Organization.name, FairInvitation.id)
    )
    lines = [
        [
            name,
            one.reply.label,
            one.attendees,
            one.attendee_count,
            one.car,
            "要" if one.needs_power else "",
            one.replied_at,
        ]
        for name, one in rows
    ]
    return Table("回执", ["单位", "回执", "参会人", "人数", "车牌", "用电", "时间"], lines)


def kept_until(uow: UnitOfWork, fair: JobFair) -> date:
    """The day up to which the law wants the fair's file kept."""
    ended = local_day(fair.closed_at or fair.closes_at)
    return add_months(ended, 12 * int(rule_value(uow.session, "fair_archive_years", uow.today)))


def erase_words(uow: UnitOfWork, fair: JobFair) -> int:
    """Forget what people and employers wrote about a fair, once nobody has to keep it; numbers stay.

    Returns how many texts went. Raises ``Conflict`` before that day.
    """
    require(can_report_fair(uow.actor, fair))
    until = kept_until(uow, fair)
    if uow.today <= until:
        raise Conflict(_("这场的材料要保存到 %(day)s，之前不能删", day=until.isoformat()))
    ratings = uow.session.execute(
        update(FairRating).where(FairRating.fair_id == fair.id, FairRating.words != "").values(words="")
    )
    of_fair = select(Intention.id).where(Intention.fair_id == fair.id)
    notes = uow.session.execute(
        update(FairFollowUp)
        .where(FairFollowUp.intention_id.in_(of_fair), FairFollowUp.note != "")
        .values(note="")
        .execution_options(synchronize_session=False)
    )
    count = int(getattr(ratings, "rowcount", 0)) + int(getattr(notes, "rowcount", 0))
    uow.session.expire_all()
    uow.audit("fair.words_erase", fair, count=count)
    return count
