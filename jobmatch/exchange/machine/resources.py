"""The addresses of the API: what each gives, from rows that everybody may see, within the subtree of the token.

People are given out by none of them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.machine.declarations import (
    DAY,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    MOMENT,
    NUMBER,
    PUBLIC_ID,
    SHARE,
    TEXT,
    YES_NO,
    Field,
    Resource,
)
from jobmatch.exchange.machine.figures import figure_lines, venture_lines
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_employers
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import visible_sessions

Rows = Select[*tuple[Any, ...]]


def _stations(_uow: UnitOfWork) -> Rows:
    live = (Organization.kind == OrganizationKind.STATION, Organization.state == OrganizationState.ACTIVE)
    return select(Organization).where(*live)


def _employers(uow: UnitOfWork) -> Rows:
    query = select(Employer).options(joinedload(Employer.organization))
    return visible_employers(uow.actor, query.where(Employer.vetting == VettingState.VETTED))


def _postings(_uow: UnitOfWork) -> Rows:
    query = select(Posting).options(joinedload(Posting.employer).joinedload(Employer.organization))
    return visible_public_postings(_uow.actor, query)


def _fairs(uow: UnitOfWork) -> Rows:
    return visible_fairs(uow.actor, select(JobFair))


def _classes(uow: UnitOfWork) -> Rows:
    return visible_sessions(uow.actor, select(CourseSession))


def _place(row: Any) -> str | None:
    """The code of the region a row lies in."""
    return row.region_path.strip("/").split("/")[-1] or None


_ID = Field("id", PUBLIC_ID, N_("公开编号，不会变"), lambda row: row.public_id)
_TITLE = Field("title", TEXT, N_("名称"), lambda row: row.title)
_REGION = Field("region_code", MAYBE_TEXT, N_("行政区划代码"), _place)
_STATE = Field("state", TEXT, N_("状态代码"), lambda row: row.state)
_MODE = Field("mode", TEXT, N_("方式代码"), lambda row: row.mode)
_SPOT = Field("place", TEXT, N_("地点"), lambda row: row.place)

STATIONS = Resource(
    "stations",
    N_("服务站"),
    N_("在用的退役军人服务中心和服务站"),
    (
        _ID,
        Field("name", TEXT, N_("名称"), lambda row: row.name),
        Field("level", TEXT, N_("层级代码"), lambda row: row.level),
        _REGION,
        Field("address", TEXT, N_("地址"), lambda row: row.address),
        Field("phone", TEXT, N_("办公电话"), lambda row: row.phone),
    ),
    Organization,
    _stations,
)
EMPLOYERS = Resource(
    "employers",
    N_("用人单位"),
    N_("资质审核通过的用人单位，只有公开的内容"),
    (
        _ID,
        Field("name", TEXT, N_("名称"), lambda row: row.organization.name),
        Field("credit_code", MAYBE_TEXT, N_("统一社会信用代码"), lambda row: row.organization.credit_code),
        Field("kind", TEXT, N_("单位类型代码"), lambda row: row.kind),
        Field("industry_code", MAYBE_TEXT, N_("行业代码"), lambda row: row.industry_code),
        _REGION,
    ),
    Employer,
    _employers,
)
POSTINGS = Resource(
    "postings",
    N_("岗位"),
    N_("正在招聘的岗位"),
    (
        _ID,
        _TITLE,
        Field("employer_id", PUBLIC_ID, N_("用人单位的编号"), lambda row: row.employer.public_id),
        Field("employer_name", TEXT, N_("用人单位"), lambda row: row.employer.organization.name),
        Field("occupation_code", MAYBE_TEXT, N_("职业代码"), lambda row: row.occupation_code),
        Field("vacancy_count", NUMBER, N_("招聘人数"), lambda row: row.vacancy_count),
        _REGION,
        Field("pay_kind", MAYBE_TEXT, N_("工资类型代码"), lambda row: row.pay_kind),
        Field("pay_unit", MAYBE_TEXT, N_("工资单位代码"), lambda row: row.pay_unit),
        Field("pay_low_yuan", MAYBE_NUMBER, N_("工资下限，元"), lambda row: row.pay_low_yuan),
        Field("pay_high_yuan", MAYBE_NUMBER, N_("工资上限，元"), lambda row: row.pay_high_yuan),
        Field("is_veterans_first", YES_NO, N_("退役军人优先"), lambda row: row.is_veterans_first),
        Field("published_at", MOMENT, N_("发布时间"), lambda row: row.published_at),
        Field("valid_through", DAY, N_("有效期至"), lambda row: row.valid_through),
    ),
    Posting,
    _postings,
)
FAIRS = Resource(
    "fairs",
    N_("招聘会"),
    N_("公布过的招聘会"),
    (
        _ID,
        _TITLE,
        _STATE,
        _MODE,
        Field("opens_at", MOMENT, N_("开始时间"), lambda row: row.opens_at),
        Field("closes_at", MOMENT, N_("结束时间"), lambda row: row.closes_at),
        _SPOT,
        Field("address", TEXT, N_("地址"), lambda row: row.address),
        _REGION,
    ),
    JobFair,
    _fairs,
)
CLASSES = Resource(
    "classes",
    N_("班次"),
    N_("批准开班的班次"),
    (
        _ID,
        _TITLE,
        Field("course_code", TEXT, N_("课程代码"), lambda row: row.course_code),
        _STATE,
        _MODE,
        Field("starts_on", DAY, N_("开班日期"), lambda row: row.starts_on),
        Field("ends_on", DAY, N_("结课日期"), lambda row: row.ends_on),
        Field("sign_up_from", DAY, N_("报名从哪天起"), lambda row: row.sign_up_from),
        Field("sign_up_until", DAY, N_("报名到哪天止"), lambda row: row.sign_up_until),
        Field("capacity", NUMBER, N_("招生人数"), lambda row: row.capacity),
        _SPOT,
        _REGION,
    ),
    CourseSession,
    _classes,
)
VENTURES = Resource(
    "ventures",
    N_("创业项目"),
    N_("各状态有多少个项目，只有合计；不到 5 个的不给出数"),
    (
        Field("state", TEXT, N_("状态代码"), lambda row: row[0]),
        Field("name", TEXT, N_("名称"), lambda row: row[0].label),
        Field("count", MAYBE_NUMBER, N_("个数；少于 5 个是 null"), lambda row: row[1]),
    ),
    gather=venture_lines,
)
FIGURES = Resource(
    "figures",
    N_("各项就业率"),
    N_("本辖区今天的各项就业率和口径；不到 5 人的不给出数"),
    (
        Field("code", TEXT, N_("指标代码"), lambda row: row.code),
        Field("name", TEXT, N_("名称"), lambda row: _(row.name)),
        Field("formula", TEXT, N_("怎么算"), lambda row: _(row.formula)),
        Field("population", TEXT, N_("算哪些人"), lambda row: _(row.population)),
        Field("on", DAY, N_("截止日"), lambda row: row.on),
        Field("numerator", MAYBE_NUMBER, N_("分子，人"), lambda row: row.numerator),
        Field("denominator", MAYBE_NUMBER, N_("分母，人"), lambda row: row.denominator),
        Field("unknown", MAYBE_NUMBER, N_("分母里情况未掌握的人"), lambda row: row.unknown),
        Field("percent", SHARE, N_("百分比，一位小数"), lambda row: row.percent),
    ),
    gather=figure_lines,
)
RESOURCES = {one.name: one for one in (STATIONS, EMPLOYERS, POSTINGS, FAIRS, CLASSES, VENTURES, FIGURES)}
