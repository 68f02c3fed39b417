"""Reads of employers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import N_
from jobmatch.reference.models import Industry, Reason
from jobmatch.reference.queries import names
from recruiters.employers.models import Employer
from recruiters.employers.states import EmployerKind, VettingState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])

MISSING_LABELS: dict[str, str] = {
    "credit_code": N_("统一社会信用代码"),
    "industry_code": N_("行业"),
    "address": N_("单位地址"),
    "contact_name": N_("联系人"),
    "contact_phone": N_("联系电话"),
    "intro": N_("单位介绍"),
    "permit_number": N_("人力资源服务许可证编号"),
}


def load_full(select: S) -> S:
    """Add what pages and documents of employers read beside the row itself."""
    return select.options(joinedload(Employer.organization))


def get_employer(session: Session, employer_id: int) -> Employer:
    """The employer with its organization. Raises ``NotFound``."""
    found = session.scalars(load_full(select(Employer).where(Employer.id == employer_id))).one_or_none()
    if found is None:
        raise NotFound
    return found


def employer_of(session: Session, organization_id: int | None) -> Employer | None:
    """The employer of an organization, with it; None where there is none."""
    query = load_full(select(Employer).where(Employer.organization_id == organization_id))
    return session.scalars(query).one_or_none()


def employers() -> Select[*tuple[Any, ...]]:
    """Employers with their organizations, newest first."""
    return load_full(select(Employer).order_by(Employer.id.desc()))


def waiting_employers() -> Select[*tuple[Any, ...]]:
    """Employers that wait for vetting, the longest waiting first."""
    query = select(Employer).where(Employer.vetting == VettingState.WAITING)
    return load_full(query.order_by(Employer.submitted_at, Employer.id))


def employers_to_recheck(today: Any) -> Select[*tuple[Any, ...]]:
    """Vetted employers whose six months are over, the longest overdue first."""
    query = select(Employer).where(Employer.vetting == VettingState.VETTED, Employer.recheck_on < today)
    return load_full(query.order_by(Employer.recheck_on, Employer.id))


def vetting_counts() -> Select[VettingState, int]:
    """Number of employers by vetting state, as rows of state and count."""
    return select(Employer.vetting, func.count()).group_by(Employer.vetting)


def missing_facts(employer: Employer) -> list[str]:
    """Codes of ``MISSING_LABELS`` that vetting needs and this employer has not given; its organization is loaded.

    A public body that was imported from official notices has no credit code of its own to give.
    """
    organization = employer.organization
    imported_body = employer.kind is EmployerKind.PUBLIC_BODY and employer.import_key is not None
    given = {
        "credit_code": bool(organization.credit_code) or imported_body,
        "industry_code": bool(employer.industry_code) or imported_body,
        "address": bool(organization.address),
        "contact_name": bool(employer.contact_name),
        "contact_phone": bool(employer.contact_phone),
        "intro": bool(employer.intro.strip()) or imported_body,
        "permit_number": not employer.is_agency or bool(employer.permit_number.strip()),
    }
    return [code for code, is_given in given.items() if not is_given]


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Another employer whose name cannot be told apart from the one looked at."""

    name: str
    credit_code: str
    vetting: VettingState


def lookalikes(session: Session, employers: Iterable[Employer]) -> dict[int, list[Lookalike]]:
    """For each of ``employers`` (by id) the others with the same name skeleton, in one statement."""
    employers = list(employers)
    wanted = {e.name_skeleton for e in employers if e.name_skeleton}
    found: dict[int, list[Lookalike]] = {}
    if not wanted:
        return found
    rows = session.execute(
        select(Employer.id, Employer.name_skeleton, Organization.name, Organization.credit_code, Employer.vetting)
        .join(Organization, Organization.id == Employer.organization_id)
        .where(Employer.name_skeleton.in_(wanted))
        .order_by(Employer.id)
    ).all()
    for employer in employers:
        others = [
            Lookalike(name, credit_code or "", vetting)
            for other_id, skeleton, name, credit_code, vetting in rows
            if skeleton == employer.name_skeleton and other_id != employer.id
        ]
        if others:
            found[employer.id] = others
    return found


def answer_rate(employer: Employer) -> float | None:
    """Share of applications answered in time; None while none was due."""
    return employer.applications_answered / employer.applications_due if employer.applications_due else None


def employers_named(words: str = "") -> Select[*tuple[Any, ...]]:
    """Employers whose name or credit code holds ``words``, with their organizations, newest first."""
    query = employers().join(Organization, Organization.id == Employer.organization_id)
    for word in words.split():
        named = Organization.name.contains(word, autoescape=True)
        query = query.where(or_(named, Organization.credit_code == word.upper()))
    return query


def count_of(query: Select[*tuple[Any, ...]]) -> Select[int]:
    """How many rows ``query`` has, as a statement that a policy can still narrow."""
    return query.with_only_columns(func.count(Employer.id), maintain_column_froms=True).order_by(None).options()


def reason_words(session: Session, code: str | None) -> str:
    """The words of a coded reason in the reader's language; empty for none."""
    return names(session, Reason).get(code or "", "")


def industry_names(session: Session) -> dict[str, str]:
    """Names of industries by code."""
    return names(session, Industry)
