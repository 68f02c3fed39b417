"""Providers in the catalogue: applying, listing, suspending, checking, and what they teach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.organizations import record_new_organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.files import check_hourly_uploads, read_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import Findings, clean_line, clean_text
from jobmatch.reference.checks import check_phone
from jobmatch.reference.models import Course
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from training.courses.catalog.models import Provider, ProviderCheck, ProviderCourse, ProviderPaper
from training.courses.catalog.policies import can_edit_provider, can_manage_provider
from training.courses.catalog.states import (
    PROVIDER_FLOW,
    ProviderCheckResult,
    ProviderPaperKind,
    ProviderState,
)

KINDS = frozenset({Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.JPEG, Kind.PNG})
UPLOADS_PER_HOUR = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """What is written about a provider; the names are those of the form and of the row."""

    licence_number: str = ""
    intro: str = ""
    seat_count: int | None = None
    teacher_count: int | None = None
    has_lodging: bool = False
    has_canteen: bool = False
    contact_name: str = ""
    contact_phone: str = ""


def apply_provider(uow: UnitOfWork, organization: Organization, facts: ProviderFacts) -> Provider:
    """An organization asks to be listed; its members do, or staff of its place. Twice changes nothing.

    Raises ``Invalid`` with every finding.
    """
    is_own = uow.actor.can("provider.own") and uow.actor.organization_id == organization.id
    serves = uow.actor.can("class.manage") and uow.actor.reaches(organization.region_path)
    require(uow.actor.is_system or is_own or serves)
    require(organization.kind is OrganizationKind.PROVIDER)
    known = uow.session.scalars(select(Provider).where(Provider.organization_id == organization.id)).one_or_none()
    if known is not None:
        return known
    provider = Provider(
        organization_id=organization.id,
        region_path=organization.region_path,
        applied_at=uow.now,
        changed_at=uow.now,
        **_checked(facts),
    )
    provider.organization = organization
    uow.session.add(provider)
    uow.session.flush()
    uow.audit("provider.apply", provider)
    return provider


def add_provider(
    uow: UnitOfWork, *, name: str, credit_code: str, region_code: str | None, facts: ProviderFacts
) -> Provider:
    """Staff enter a provider that has no account yet; it is listed by a step of its own.

    Raises ``Invalid`` on a field, also where the credit code is known already.
    """
    require(uow.actor.can("class.manage"))
    organization = record_new_organization(
        uow,
        kind=OrganizationKind.PROVIDER,
        name=name,
        region_code=region_code,
        credit_code=credit_code,
        state=OrganizationState.ACTIVE,
    )
    if not uow.actor.is_system and not uow.actor.reaches(organization.region_path):
        raise Invalid(fields={"region_code": _("只能登记本辖区的机构")})
    return apply_provider(uow, organization, facts)


def edit_provider(uow: UnitOfWork, provider: Provider, facts: ProviderFacts, *, version: int | None = None) -> Provider:
    """Change what is written about it. Raises ``Invalid`` with every finding, ``Conflict`` for a stale form."""
    require(can_edit_provider(uow.actor, provider))
    if version is not None and version != provider.version:
        raise Conflict(_("刚被别人改过，请刷新后再改"))
    for name, value in _checked(facts).items():
        setattr(provider, name, value)
    provider.changed_at = uow.now
    uow.session.flush()
    uow.audit("provider.edit", provider)
    return provider


def _checked(facts: ProviderFacts) -> dict[str, object]:
    found = Findings()
    phone = facts.contact_phone.strip()
    if phone:
        try:
            phone = check_phone(phone, landline=True)
        except ValueError as error:
            found.add("contact_phone", str(error))
    for name in ("seat_count", "teacher_count"):
        found.check(0 <= (getattr(facts, name) or 0) <= 100_000, name, _("请填 0 或更大的数"))
    found.stop()
    return {
        "licence_number": clean_line(facts.licence_number)[:60],
        "intro": clean_text(facts.intro)[:2000],
        "seat_count": facts.seat_count or 0,
        "teacher_count": facts.teacher_count or 0,
        "has_lodging": facts.has_lodging,
        "has_canteen": facts.has_canteen,
        "contact_name": clean_line(facts.contact_name)[:60],
        "contact_phone": phone,
    }


def move_provider(uow: UnitOfWork, provider: Provider, action: str, *, note: str = "") -> Provider:
    """List, suspend, remove, or take an application up again; all but listing ask for a reason.

    Raises ``Invalid`` without one, ``Conflict`` where the step does not fit.
    """
    may = can_edit_provider if action == "apply" else can_manage_provider
    require(may(uow.actor, provider))
    after = PROVIDER_FLOW.get((provider.state, action))
    if after is None:
        raise Conflict(_("这家机构现在是“%(state)s”，这一步做不了", state=provider.state.label))
    words = clean_line(note)[:200]
    if action in {"suspend", "remove"} and not words:
        raise Invalid(fields={"note": _("请写原因，机构会看到")})
    if action == "list":
        has_course = select(ProviderCourse.id).where(
            ProviderCourse.provider_id == provider.id, ProviderCourse.is_active.is_(True)
        )
        if uow.session.scalar(has_course.limit(1)) is None:
            raise Invalid(_("先登记它教哪些课程，再列入目录"))
        provider.listed_at = provider.listed_at or uow.now
        provider.next_check_on = provider.next_check_on or _next_check(uow, uow.today)
    provider.state, provider.state_note, provider.changed_at = after, words, uow.now
    uow.session.flush()
    uow.audit(f"provider.{action}", provider)
    return provider


def _next_check(uow: UnitOfWork, day: date) -> date:
    return add_months(day, int(rule_value(uow.session, "provider_check_months", day)))


def check_provider(
    uow: UnitOfWork,
    provider: Provider,
    *,
    year: int | None,
    result: ProviderCheckResult | None,
    checked_on: date | None,
    note: str = "",
) -> ProviderCheck:
    """The yearly check (年度考核); a failed one suspends. Raises ``Invalid`` with every finding, also a second one of a
    year (保障法第三十七条: 目录管理、动态考核).
    """
    require(can_manage_provider(uow.actor, provider))
    found = Findings()
    found.check(provider.state in {ProviderState.LISTED, ProviderState.SUSPENDED}, "year", _("目录内的机构才考核"))
    found.check(year is not None and 2000 <= year <= uow.today.year, "year", _("请填考核的年度"))
    found.check(result is not None, "result", _("请选考核结果"))
    found.check(checked_on is not None and checked_on <= uow.today, "checked_on", _("请填考核日期，不晚于今天"))
    words = clean_line(note)[:400]
    if result is ProviderCheckResult.FAILED:
        found.check(bool(words), "note", _("不合格的请写原因"))
    happened_on, came_to, of_year = found.need(checked_on), found.need(result), found.need(year)
    known = select(ProviderCheck.id).where(ProviderCheck.provider_id == provider.id, ProviderCheck.year == year)
    if uow.session.scalar(known) is not None:
        raise Invalid(fields={"year": _("%(year)s 年度已经考核过了，一年一次", year=year)})
    check = ProviderCheck(
        provider_id=provider.id,
        year=of_year,
        result=came_to,
        note=words,
        checked_on=happened_on,
        checked_by_id=uow.actor.user_id,
    )
    uow.session.add(check)
    provider.next_check_on = _next_check(uow, happened_on)
    provider.changed_at = uow.now
    uow.session.flush()
    uow.audit("provider.check", provider, year=of_year, result=came_to.value)
    if result is ProviderCheckResult.FAILED and provider.state is ProviderState.LISTED:
        move_provider(uow, provider, "suspend", note=words)
    return check


def save_course(
    uow: UnitOfWork,
    provider: Provider,
    *,
    course_code: str,
    fee_yuan: int | None,
    note: str = "",
    is_active: bool = True,
) -> ProviderCourse:
    """That it teaches a course of the catalogue, for what fee (yuan for one person). Raises ``Invalid`` on a field."""
    require(can_edit_provider(uow.actor, provider))
    found = Findings()
    course = uow.session.get(Course, course_code) if course_code else None
    found.check(course is not None and course.is_active, "course_code", _("请从课程目录里选"))
    found.check(0 <= (fee_yuan or 0) <= 100_000, "fee_yuan", _("请填 0 到 10 万元"))
    found.stop()
    query = select(ProviderCourse).where(
        ProviderCourse.provider_id == provider.id, ProviderCourse.course_code == course_code
    )
    row = uow.session.scalars(query).one_or_none() or ProviderCourse(provider_id=provider.id, course_code=course_code)
    row.fee_yuan, row.note, row.is_active = fee_yuan or 0, clean_line(note)[:200], is_active
    uow.session.add(row)
    provider.changed_at = uow.now
    uow.session.flush()
    uow.audit("provider.course", provider, course=course_code, active=is_active)
    return row


def check_may_hand_in(uow: UnitOfWork, provider: Provider) -> None:
    """Raise ``NotAllowed``, or ``Limited`` beyond the hourly number."""
    require(can_edit_provider(uow.actor, provider))
    if not uow.actor.is_system:
        check_hourly_uploads(uow, "provider.paper", UPLOADS_PER_HOUR)


def hand_in_paper(
    uow: UnitOfWork, provider: Provider, *, kind: ProviderPaperKind, upload: Upload, note: str = ""
) -> ProviderPaper:
    """Keep a paper; it replaces the one of its kind before, except of the kind that is called other."""
    check_may_hand_in(uow, provider)
    if kind is not ProviderPaperKind.OTHER:
        query = select(ProviderPaper).where(
            ProviderPaper.provider_id == provider.id, ProviderPaper.kind == kind, ProviderPaper.replaced_at.is_(None)
        )
        for old in uow.session.scalars(query).all():
            old.replaced_at = uow.now
    file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
    paper = ProviderPaper(
        provider_id=provider.id,
        kind=kind,
        file_id=file.id,
        note=clean_line(note)[:200],
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(paper)
    uow.session.flush()
    uow.audit("provider.paper", provider, kind=kind.value)
    return paper


def read_paper(uow: UnitOfWork, provider: Provider, paper: ProviderPaper) -> bytes:
    """The paper as it was handed in, for its members and the staff that answer for it."""
    require(can_edit_provider(uow.actor, provider) and paper.provider_id == provider.id)
    return read_file(uow, paper.file)
