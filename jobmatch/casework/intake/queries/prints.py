"""What the printed pages say, and the choices of the intake page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.casework.intake.models import Intake
from jobmatch.core.clock import local_day
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.queries.choices import Choice
from jobmatch.people.queries.people import phone_of
from jobmatch.reference.models import ResettlementMethod
from jobmatch.reference.queries import children_of, find_region, lineage, names, region_label, rule_value


@dataclass(frozen=True, slots=True)
class PublicReceipt:
    """What a receipt says to whoever scans it: no word about a person."""

    number: str
    station: str
    phone: str
    is_taken_back: bool


def public_receipt(uow: UnitOfWork, public_id: str) -> PublicReceipt:
    """The public face of an intake. Raises ``NotFound``."""
    row = uow.session.execute(
        select(Intake.public_id, Intake.taken_back_at, Organization.name, Organization.phone)
        .join(Organization, Organization.id == Intake.station_id)
        .where(Intake.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return PublicReceipt(row[0], row[2], row[3], row[1] is not None)


def wanted_places(uow: UnitOfWork, chosen: Sequence[str]) -> list[Choice]:
    """Where people of the actor's place may want to work: county, city, province, and the towns."""
    line = lineage(uow.session, uow.actor.region_path.strip("/").split("/")[-1])
    codes = [place.code for place in reversed(line) if len(place.code) <= 6]
    county = next((code for code in codes if len(code) == 6), None)
    towns = [place.code for place in children_of(uow.session, county)][:12] if county else []
    wanted = dict.fromkeys([*chosen, *codes, *towns])
    return [(code, region_label(uow.session, code, depth=1)) for code in wanted if find_region(uow.session, code)]


def _masked_phone(phone: str | None) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) > 7 else ""


def receipt_data(uow: UnitOfWork, intake: Intake) -> dict[str, Any]:
    """What stands on a receipt; the phone is masked and the identity number left out."""
    person = uow.session.get_one(Person, intake.person_id)
    station = uow.session.get_one(Organization, intake.station_id)
    clerk = uow.session.get(User, intake.created_by_id) if intake.created_by_id else None
    service = uow.session.scalars(select(ServiceRecord).where(ServiceRecord.person_id == person.id)).one_or_none()
    method = names(uow.session, ResettlementMethod).get(service.resettlement_code or "", "") if service else ""
    discharged = day_words(service.discharged_on) if service and service.discharged_on else ""
    days = int(rule_value(uow.session, "first_contact_days", uow.today))
    facts = [
        (_("姓名"), person.name),
        (_("手机号"), _masked_phone(phone_of(uow.session, person))),
        (_("安置方式"), method),
        (_("退役日期"), discharged),
        (_("安置地"), region_label(uow.session, person.resettled_region_code)),
        (_("现居住地"), region_label(uow.session, person.living_region_code)),
        (_("经办人"), clerk.name if clerk else ""),
    ]
    return {
        "title": _("报到受理单"),
        "number_label": _("受理编号"),
        "number": intake.public_id,
        "day_label": _("受理日期"),
        "day": day_words(local_day(intake.created_at)),
        "facts": [pair for pair in facts if pair[1]],
        "next_label": _("接下来"),
        "next": [
            _("%(n)s 个工作日内，服务站会打电话联系您", n=days),
            _("用登记的手机号和验证码登录，可以看推荐岗位，也可以补充简历"),
            _("电话或住处变了，请告诉服务站"),
        ],
        "scan": _("扫码可以核对这张受理单，页面上没有您的个人信息"),
        "station": _station(station),
        "free": _("办理不收任何费用"),
        "taken_back": _("这次登记已撤回") if intake.taken_back_at else "",
    }


def _station(station: Organization) -> list[tuple[str, str]]:
    found = [(_("服务站"), station.name), (_("地址"), station.address), (_("电话"), station.phone)]
    return [pair for pair in found if pair[1]]


def sheet_data(uow: UnitOfWork, station: Organization) -> dict[str, Any]:
    """The sheet 《报到流程》 of a station."""
    days = int(rule_value(uow.session, "intake_days", uow.today))
    first = int(rule_value(uow.session, "first_contact_days", uow.today))
    return {
        "title": _("报到流程"),
        "lead": _("退役之日起 %(n)s 日内报到，越早越好", n=days),
        "steps_label": _("怎么办"),
        "steps": [
            (_("带证件来窗口"), _("也可以请村（社区）服务站的工作人员上门或代办")),
            (_("核对名册和身份"), _("工作人员对照移交接收名册，当面看证件")),
            (_("登记建档"), _("一次填完：联系方式、服役情况、四个地方、学历特长、想做什么工作")),
            (_("领受理单"), _("上面有受理编号和电话，扫码可以核对")),
            (_("等电话"), _("%(n)s 个工作日内会联系您，说明培训、岗位、创业和补助的办法", n=first)),
        ],
        "papers_label": _("要带什么"),
        "papers": [
            _("居民身份证"),
            _("退出现役证件（退伍证、转业证等）"),
            _("介绍信或移交手续（有就带）"),
            _("户口簿"),
            _("学历、驾驶证和技能证书（有就带，复印件也行）"),
        ],
        "where_label": _("到哪里办"),
        "where": _station(station),
        "free": _("办理不收任何费用"),
    }
