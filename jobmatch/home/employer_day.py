"""The employer's first page: what waits for it, oldest first, and what it waits for at the office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from jobmatch.applications.cards import candidate_cards
from jobmatch.applications.models import Application, HireRecord, Interview, RetentionCheck
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import day_bounds, received, retention_checks, with_posting
from jobmatch.applications.services.feeds import Appointment, appointments
from jobmatch.applications.states import ApplicationState, InterviewResult
from jobmatch.core.clock import local_day
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.policies import visible_own_exhibitors
from jobmatch.fairs.exhibitors.queries import booths_today
from jobmatch.fairs.planning.models import JobFair
from jobmatch.matching.inviting import invitations
from jobmatch.matching.models import PostingInvitation
from jobmatch.matching.reach import fitting_count
from jobmatch.matching.states import InvitationAnswer
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_own_employers
from recruiters.employers.queries import employers, is_recheck_near, papers_of
from recruiters.employers.states import PaperVerdict, VettingState
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_own_postings
from recruiters.postings.queries import load_full
from recruiters.postings.states import PostingState

SHOWN = 8
EXPIRING_DAYS = 7
PERMIT_DAYS = 60
BEHIND = timedelta(days=60)
ASKED = (PostingState.DRAFT, PostingState.IN_REVIEW, PostingState.RETURNED)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: its words, what is said beside it, where it is done, and whether it is late.

    ``kind`` and ``public_id`` name the page; the template knows the addresses. ``since`` is the day from which it
    waits, by which the list is sorted.
    """

    kind: str
    text: str
    note: str
    since: date
    public_id: str = ""
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """Something the employer waits for at the office: until when it is to be done, and whether that day is over."""

    kind: str
    text: str
    due_on: date
    public_id: str = ""
    is_late: bool = False
    is_escalated: bool = False


@dataclass(frozen=True, slots=True)
class EmployerDay:
    """All of the page. ``fitting`` is how many people fit the posting that the employer writes before it is vetted.

    ``booths`` are those the employer has at fairs of today.
    """

    items: tuple[Item, ...]
    waiting: int
    late: int
    meetings: tuple[Appointment, ...]
    clocks: tuple[Clock, ...]
    is_vetted: bool
    fitting: int | None = None
    fitting_title: str = ""
    booths: tuple[tuple[Exhibitor, JobFair], ...] = ()


def employer_day(uow: UnitOfWork) -> EmployerDay:
    """What waits for the own employer today, with a fixed number of statements."""
    found: Employer | None = next(iter(uow.rows(visible_own_employers(uow.actor, employers()).limit(1))), None)
    if found is None:
        return EmployerDay((), 0, 0, (), (), is_vetted=False)
    postings = uow.rows(visible_own_postings(uow.actor, _pressing_postings(uow)))
    booths: tuple[tuple[Exhibitor, JobFair], ...] = ()
    if uow.actor.can("fair.exhibit"):
        booths = tuple(uow.rows(visible_own_exhibitors(uow.actor, booths_today(uow.today))))
    clocks = (*_vetting_clock(uow, found), *_posting_clocks(uow, postings))
    items = [*_posting_items(uow, postings), *_paper_items(uow, found)]
    is_vetted = found.vetting is VettingState.VETTED
    if not is_vetted or not uow.actor.can("application.handle"):
        drafts = [p for p in postings if p.state in ASKED and p.occupation_code]
        draft = max(drafts, key=lambda p: p.id, default=None)
        count = fitting_count(uow, draft) if draft is not None and not is_vetted else None
        title = draft.title if draft is not None else ""
        return EmployerDay(_sorted(items), 0, 0, (), clocks, is_vetted, count, title, booths)
    waiting, late, answers = _answers(uow)
    items += [*answers, *_results(uow), *_starts(uow), *_checks(uow), *_said_yes(uow)]
    begin, _end = day_bounds(uow.today)
    meetings = appointments(uow, begin, begin + timedelta(days=2, seconds=-1))
    return EmployerDay(_sorted(items), waiting, late, tuple(meetings), clocks, is_vetted, booths=booths)


def _sorted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: item.since))


# ---------- applications ----------


def _answers(uow: UnitOfWork) -> tuple[int, int, list[Item]]:
    """How many wait for an answer, how many of them too long, and the longest waiting by name."""
    count = func.count(Application.id)
    is_late = Application.answered_at.is_(None) & (Application.answer_due_on < uow.today)
    # Whoever was asked to choose a time is waited for, and waits for nobody.
    is_screened = (Application.state == ApplicationState.SCREENING) & Application.slots_offered_at.is_(None)
    is_waiting = or_(Application.state == ApplicationState.SUBMITTED, is_screened)
    total, late = uow.rows(visible_applications(uow.actor, select(count, count.filter(is_late)).where(is_waiting)))[0]
    rows = uow.rows(visible_applications(uow.actor, with_posting(received().where(is_waiting))).limit(SHOWN))
    items = []
    for card in candidate_cards(uow, rows):
        one = card.application
        name = card.person.name if card.person else _("简历已收回")
        since = local_day(one.state_since)
        note = _("等了 %(n)s 天", n=card.waited_days) if card.waited_days else _("今天")
        over = one.answered_at is None and one.answer_due_on < uow.today
        text = _("回复%(name)s，投“%(title)s”", name=name, title=one.posting.title)
        items.append(Item("application", text, note, since, one.public_id, over))
    return int(total), int(late), items


def _results(uow: UnitOfWork) -> list[Item]:
    """Interviews that are over without a result."""
    open_result = or_(Interview.result.is_(None), Interview.result == InterviewResult.CAME)
    query = (
        select(Application, Interview.starts_at, Interview.result)
        .join(Interview, Interview.application_id == Application.id)
        .where(
            Application.state == ApplicationState.INTERVIEW,
            Interview.cancelled_at.is_(None),
            Interview.starts_at.between(uow.now - BEHIND, uow.now),
            open_result,
        )
        .order_by(Interview.starts_at, Interview.id)
        .limit(SHOWN)
    )
    rows = uow.rows(visible_applications(uow.actor, with_posting(query)))
    items = []
    for (one, starts_at, result), card in zip(rows, candidate_cards(uow, [row[0] for row in rows]), strict=True):
        name = card.person.name if card.person else _("简历已收回")
        since = local_day(starts_at)
        text = _("记%(name)s的面试结果", name=name) if result is None else _("面试过了，给%(name)s答复", name=name)
        items.append(Item("application", text, _days_ago(uow, since), since, one.public_id, since < uow.today))
    return items


def _starts(uow: UnitOfWork) -> list[Item]:
    """Hires whose day has come and whose start or contract is not registered."""
    query = (
        select(Application)
        .outerjoin(HireRecord, HireRecord.application_id == Application.id)
        .where(
            or_(
                (Application.state == ApplicationState.HIRED)
                & Application.start_reported_on.is_(None)
                & (Application.offer_start_on <= uow.today),
                (Application.state == ApplicationState.STARTED)
                & HireRecord.id.is_(None)
                & (Application.started_on > uow.today - BEHIND),
            )
        )
        .order_by(Application.hired_at, Application.id)
        .limit(SHOWN)
    )
    rows = uow.rows(visible_applications(uow.actor, with_posting(query)))
    items = []
    for one, card in zip(rows, candidate_cards(uow, rows), strict=True):
        name = card.person.name if card.person else _("简历已收回")
        since = one.started_on or one.offer_start_on or local_day(one.state_since)
        note = _("到岗日期 %(day)s", day=day_words(since))
        text = _("给%(name)s做录用登记", name=name)
        items.append(Item("hire", text, note, since, one.public_id))
    return items


def _checks(uow: UnitOfWork) -> list[Item]:
    """How many hires somebody asks about, as one line."""
    asked = retention_checks(is_open=True).order_by(None)
    columns = asked.with_only_columns(func.count(), func.min(RetentionCheck.due_on), maintain_column_froms=True)
    count, oldest = uow.rows(visible_applications(uow.actor, columns))[0]
    if not count:
        return []
    return [Item("checks", _("%(n)s 个入职的人还在不在", n=count), _("每人按一下"), oldest)]


def _said_yes(uow: UnitOfWork) -> list[Item]:
    """People who agreed in the last two weeks that the employer calls them, as one line."""
    query = invitations().where(
        PostingInvitation.answer == InvitationAnswer.YES,
        PostingInvitation.answered_at > uow.now - timedelta(days=14),
        PostingInvitation.grant_id.is_not(None),
    )
    columns = query.order_by(None).with_only_columns(
        func.count(), func.min(PostingInvitation.answered_at), maintain_column_froms=True
    )
    count, oldest = uow.rows(visible_own_postings(uow.actor, columns))[0]
    if not count:
        return []
    return [Item("invitations", _("%(n)s 位同意您联系", n=count), _("打电话约一约"), local_day(oldest))]


def _days_ago(uow: UnitOfWork, day: date) -> str:
    days = (uow.today - day).days
    return _("%(n)s 天前", n=days) if days else _("今天")


# ---------- postings, papers, the office's clocks ----------


def _pressing_postings(uow: UnitOfWork) -> Any:
    """Postings about which something is to be done or waited for, the oldest first."""
    expiring = (Posting.state == PostingState.OPEN) & (
        Posting.valid_through <= uow.today + timedelta(days=EXPIRING_DAYS)
    )
    query = select(Posting).where(or_(Posting.state.in_(ASKED), expiring))
    return load_full(query.order_by(Posting.changed_at, Posting.id).limit(30))


def _posting_items(uow: UnitOfWork, postings: Iterable[Posting]) -> list[Item]:
    items = []
    for one in postings:
        since = local_day(one.changed_at)
        if one.state is PostingState.RETURNED:
            text, note = _("改“%(title)s”再交", title=one.title), _("服务站请您修改")
        elif one.state is PostingState.DRAFT:
            text, note = _("写完“%(title)s”", title=one.title), _("草稿")
        elif one.state is PostingState.OPEN and one.valid_through is not None:
            days = (one.valid_through - uow.today).days
            text = _("“%(title)s”还招不招", title=one.title)
            note = _("%(n)s 天后到期", n=days) if days > 0 else _("今天到期")
        else:
            continue
        items.append(Item("renew" if one.state is PostingState.OPEN else "posting", text, note, since, one.public_id))
    return items


def _paper_items(uow: UnitOfWork, employer: Employer) -> list[Item]:
    """Papers to hand in again, a permit that runs out, and the half-yearly recheck."""
    items = []
    for kind, paper in papers_of(uow.session, [employer])[employer.id].items():
        if paper.verdict is PaperVerdict.UNREADABLE:
            since = local_day(paper.seen_at or paper.created_at)
            items.append(Item("profile", _("重新上传%(paper)s", paper=kind.label), _("照片看不清"), since))
    until = employer.permit_valid_until
    if employer.is_agency and until is not None and until <= uow.today + timedelta(days=PERMIT_DAYS):
        note = _("%(day)s到期", day=day_words(until))
        items.append(
            Item("profile", _("换新的人力资源服务许可证"), note, min(until, uow.today), is_late=until < uow.today)
        )
    if is_recheck_near(employer, uow.today) and employer.recheck_answered_at is None and employer.recheck_on:
        note = _("%(day)s到期，没有变化按一下就行", day=day_words(employer.recheck_on))
        since = employer.recheck_asked_on or uow.today
        items.append(Item("profile", _("半年复核"), note, since, is_late=employer.recheck_on < uow.today))
    if employer.vetting in {VettingState.DRAFT, VettingState.MORE, VettingState.REFUSED}:
        words = _("补齐单位资料，提交审核") if employer.vetting is not VettingState.MORE else _("补材料，再提交审核")
        items.append(Item("profile", words, employer.vetting.label, local_day(employer.changed_at)))
    return items


def _vetting_clock(uow: UnitOfWork, employer: Employer) -> list[Clock]:
    if employer.vetting is not VettingState.WAITING or employer.vetting_due_on is None:
        return []
    is_late = employer.vetting_due_on < uow.today
    text = _("审核单位资料")
    return [Clock("profile", text, employer.vetting_due_on, "", is_late, employer.escalated_on is not None)]


def _posting_clocks(uow: UnitOfWork, postings: Iterable[Posting]) -> list[Clock]:
    """Postings in review with the last day of the office's clock."""
    return [
        Clock(
            "posting",
            _("审核“%(title)s”", title=one.title),
            one.review_due_on,
            one.public_id,
            one.review_due_on < uow.today,
            one.escalated_on is not None,
        )
        for one in postings
        if one.state is PostingState.IN_REVIEW and one.review_due_on is not None
    ]
