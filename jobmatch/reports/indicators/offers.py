"""The figures of what employers offer: 岗位数 and 岗位条数 apart, I23, 专岗, and employers under agreement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from jobmatch.accounts.models import Organization
from jobmatch.applications.models import Application
from jobmatch.applications.states import ApplicationState
from jobmatch.core.i18n import N_
from jobmatch.reports.indicators.base import Figure, Ratio, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.people import NONE_UNKNOWN
from jobmatch.reports.indicators.work import ISSUE, WILLING
from recruiters.partners.models import Agreement
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState


def _open_postings(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Postings that were open at the end of the period, as far as their last change tells."""
    over = (PostingState.FILLED, PostingState.EXPIRED, PostingState.CLOSED, PostingState.PAUSED)
    return (
        or_(
            Posting.state == PostingState.OPEN,
            and_(Posting.state.in_(over), Posting.changed_at >= scope.ends_at),
        ),
        Posting.published_at < scope.ends_at,
        Posting.valid_through >= scope.until,
        scope.below(Posting.region_path),
    )


_OPEN = N_("期末在招的岗位：已发布、没过有效期、没招满也没关闭；过去的日子按最后一次改动推算")
_DRAFTS = N_("草稿、待审核、已退回、导入没发布的岗位")
VACANCIES = Figure(
    "postings.vacancies",
    N_("在招岗位数（招聘人数）"),
    Unit.PIECE,
    Span.STOCK,
    Subject.POSTING,
    N_("在招岗位的招聘人数之和，不是岗位条数"),
    lambda scope: rows_of(Posting.id, *_open_postings(scope), amount=Posting.vacancy_count),
    counts=_OPEN,
    excludes=_DRAFTS,
    unknown=NONE_UNKNOWN,
    source="employment_indicators.csv I12, I23",
)
POSTINGS = Figure(
    "postings.lines",
    N_("在招岗位条数"),
    Unit.ITEM,
    Span.STOCK,
    Subject.POSTING,
    N_("在招岗位的条数，不乘招聘人数；和岗位数分开写"),
    lambda scope: rows_of(Posting.id, *_open_postings(scope)),
    counts=_OPEN,
    excludes=_DRAFTS,
    unknown=NONE_UNKNOWN,
    source="employment_indicators.csv I12",
)


I23 = Ratio(
    "I23",
    N_("求人倍率"),
    VACANCIES,
    WILLING,
    N_("在招岗位数（招聘人数之和）÷在册求职人数"),
    caution=N_("大于 1 表示岗位多于人；岗位按工作地点、人按安置地，小地方的倍率只作参考"),
    source="employment_indicators.csv I23",
    unit=Unit.TIMES,
)


def _reserved(scope: Scope) -> Rows:
    return rows_of(
        Posting.id,
        Posting.is_reserved,
        scope.holds(Posting.published_at),
        scope.below(Posting.region_path),
        amount=Posting.vacancy_count,
    )


def _reserved_hires(scope: Scope) -> Rows:
    """Starts on reserved posts in the period, the first of each person."""
    earlier, other = aliased(Application), aliased(Posting)

    def started(application: Any, posting: Any) -> ColumnElement[bool]:
        return and_(
            application.state == ApplicationState.STARTED,
            application.started_on.between(scope.since, scope.until),
            posting.is_reserved,
        )

    before = exists(
        select(earlier.id)
        .join(other, other.id == earlier.posting_id)
        .where(earlier.person_id == Application.person_id, earlier.id < Application.id, started(earlier, other))
    )
    return (
        rows_of(Application.id, started(Application, Posting), ~before, scope.below(Application.region_path))
        .select_from(Application)
        .join(Posting, Posting.id == Application.posting_id)
    )


RESERVED = Figure(
    "reserved.posts",
    N_("专岗数"),
    Unit.PIECE,
    Span.FLOW,
    Subject.POSTING,
    N_("期内发布的退役军人专岗的招聘人数之和"),
    _reserved,
    counts=N_("有设置机关、文件、名额、公示结果并且发布了的专岗"),
    excludes=N_("“同等条件优先”不是专岗；没发布的专岗"),
    unknown=NONE_UNKNOWN,
    source=ISSUE,
)
RESERVED_HIRES = Figure(
    "reserved.hires",
    N_("专岗录用数"),
    Unit.PERSON,
    Span.FLOW,
    Subject.APPLICATION,
    N_("期内在专岗入职、本人确认过的人，每人算一次"),
    _reserved_hires,
    counts=N_("投递专岗并确认入职的人"),
    excludes=N_("只录用、还没入职的"),
    unknown=N_("本人没确认入职的不算"),
    source=ISSUE,
)


def _partners(scope: Scope) -> Rows:
    return rows_of(
        Organization.id,
        exists(
            select(Agreement.id).where(
                Agreement.organization_id == Organization.id,
                Agreement.starts_on <= scope.until,
                Agreement.ends_on >= scope.until,
                or_(Agreement.ended_on.is_(None), Agreement.ended_on > scope.until),
            )
        ),
        scope.below(Organization.region_path),
    )


PARTNERS = Figure(
    "partners",
    N_("签约就业合作企业数"),
    Unit.ORGANIZATION,
    Span.STOCK,
    Subject.ORGANIZATION,
    N_("期末合作协议有效的单位，一家只算一次"),
    _partners,
    counts=N_("登记了合作协议文号和起止日期的单位"),
    excludes=N_("到期或提前终止的协议"),
    unknown=NONE_UNKNOWN,
    source=ISSUE,
)

RATIOS: tuple[Ratio, ...] = (I23,)
FIGURES: tuple[Figure, ...] = (VACANCIES, POSTINGS, RESERVED, RESERVED_HIRES, PARTNERS)
