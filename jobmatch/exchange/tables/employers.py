"""Tables of employers: each row goes to a colleague for vetting, as if it had been entered by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column, plain
from jobmatch.exchange.mentions import columns_that_name
from jobmatch.exchange.states import TableKind, TakenKind
from jobmatch.exchange.tables.spec import Row, Spec, line_by_line
from jobmatch.reference.queries import find_region_by_name
from recruiters.employers.models import Employer
from recruiters.employers.policies import visible_office_employers
from recruiters.employers.queries import employers, employers_that_match
from recruiters.employers.services.entering import enter_employer, record_entered_undone

COLUMNS = (
    Column(
        "name", N_("单位名称"), N_("必填，写全称"), "安禾县示例机械有限公司",
        ("用人单位", "用人单位名称", "企业名称", "公司名称", "单位", "name", "employer"),
    ),
    Column(
        "credit_code", N_("统一社会信用代码"), N_("必填，18 位，按它认单位"), "91430382MA4L0000XX",
        ("信用代码", "社会信用代码", "机构代码", "credit_code"),
    ),
    Column(
        "place", N_("所在地区"), N_("写到县或乡镇；空着就是本单位的辖区"), "湖南省湘潭市韶山市",
        ("地区", "所在地", "行政区划", "地点", "place", "region"),
    ),
    Column("contact_name", N_("联系人"), N_("单位里管招聘的人"), "示例甲", ("单位联系人", "contact_name")),
    Column(
        "contact_phone", N_("联系电话"), N_("必填，手机或座机"), "0000-1234567",
        ("电话", "联系方式", "单位电话", "手机", "contact_phone"),
    ),
)  # fmt: skip


def _store(uow: UnitOfWork, row: Row) -> int | None:
    code = row.get("credit_code", "").strip()
    known = {employer.id for _name, _code, employer in employers_that_match(uow.session, (), {code})} if code else set()
    words, office = row.get("place", ""), uow.actor.region_path.strip("/").split("/")[-1]
    region = find_region_by_name(uow.session, words) if words else None
    if words and region is None:
        raise Invalid(fields={"place": _("没有找到这个地方，请写到县或乡镇")})
    employer = enter_employer(
        uow,
        name=row.get("name", ""),
        credit_code=code,
        region_code=region.code if region else office,
        contact_name=row.get("contact_name", ""),
        contact_phone=row.get("contact_phone", ""),
    )
    return None if employer.id in known else employer.id


def _take_back(uow: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    reasons: dict[int, str] = {}
    owners = dict(uow.session.execute(select(Employer.organization_id, Employer.id).where(Employer.id.in_(ids))).all())
    for column in columns_that_name("employer.id", frozenset({"employer_decision"})):
        reasons |= dict.fromkeys(
            uow.session.scalars(select(column).where(column.in_(ids)).distinct()), _("已经有业务记录")
        )
    for column in columns_that_name("organization.id", frozenset({"employer"})):
        used = uow.session.scalars(select(column).where(column.in_(list(owners))).distinct())
        reasons |= {owners[one]: _("已经有业务记录") for one in used}
    gone = record_entered_undone(uow, [one for one in ids if one not in reasons])
    left = set(owners.values()) - gone - reasons.keys()
    return reasons | dict.fromkeys(left, _("导入以后办过审核"))


def _rows(uow: UnitOfWork, _asked: Row) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = visible_office_employers(uow.actor, employers())
    return found


def _cells(employer: Employer) -> Sequence[object]:
    organization = employer.organization
    place = organization.region_code or ""
    return (organization.name, organization.credit_code or "", place, employer.contact_name, employer.contact_phone)


EMPLOYERS = Spec(
    kind=TableKind.EMPLOYERS,
    taken=TakenKind.EMPLOYERS,
    permission="employer.vet",
    columns=COLUMNS,
    rows=_rows,
    lines=line_by_line(_cells),
    needed=("name", "credit_code", "contact_phone"),
    same_as=lambda row: plain(row.get("credit_code", "")),
    store=_store,
    take_back=_take_back,
)
