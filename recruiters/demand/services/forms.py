"""岗位征集表 by link: an employer fills a posting in on a phone, without an account; staff review it as any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from jobmatch.accounts.models import clean_phone
from jobmatch.accounts.queries import members_of
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Invalid, Limited
from jobmatch.core.i18n import gettext as _
from jobmatch.core.ids import new_public_id
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.states import EmploymentType
from jobmatch.reference.queries import find_region_by_name, sure_occupation
from recruiters.demand.models import PostingForm
from recruiters.employers.models import Employer
from recruiters.employers.names import name_skeleton
from recruiters.employers.queries import employers_that_match
from recruiters.employers.services.employers import EmployerInput, checked_credit_code, import_employers
from recruiters.employers.states import VettingState, kinds_for_code
from recruiters.partners.queries import liaison_of
from recruiters.postings.paste import read_choices, read_pay
from recruiters.postings.services.importing import ImportedRow, Outcome, Seen, place_drafts, read_draft
from recruiters.postings.states import YesWay

SOURCE = "岗位征集表（链接）"
PREFIX = "form"
MOST_A_DAY = 20
CHOICES = ("meals", "housing", "social_insurance", "shift", "kind")


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands on the form."""

    employer_name: str
    credit_code: str
    filled_by: str
    title: str
    vacancy_count: int | None
    duties: str
    requirement_text: str
    place: str
    address: str
    pay: str
    work_time: str
    welfare: str
    employment_type: EmploymentType | None
    days: int


def hand_in_form(visitor: UnitOfWork, phone: str, filled: Filled) -> PostingForm:
    """Keep a posting that somebody with a proven ``phone`` filled in; it waits for the office and is not published.

    The form is the employer's yes where it comes from a phone that the house knows of that employer; from another
    phone, or for an employer that is new here, the office has to ask. Raises ``Invalid`` by field, ``Limited``.
    """
    uow = visitor.acting_as(system_actor(_("岗位征集链接")))
    number = clean_phone(phone)
    today = (PostingForm.phone == number, PostingForm.created_at > uow.now - timedelta(days=1))
    if (uow.session.scalar(select(func.count(PostingForm.id)).where(*today)) or 0) >= MOST_A_DAY:
        raise Limited(_("这个手机号今天填得太多了，请明天再填，或者打服务中心电话"), retry_after=3600)
    values = _values(uow, filled)
    draft = read_draft(uow, 1, ImportedRow(new_public_id(), values, {"填表人": filled.filled_by[:60]}))
    if draft.errors:
        raise Invalid(fields={_FIELDS.get(name, name): words for name, words in draft.errors.items()})
    employer, is_new = _employer(uow, filled, number, values["region_code"])
    is_known = not is_new and number in _phones(uow, employer)
    draft.employer, draft.employer_name = employer, filled.employer_name
    place_drafts(
        uow,
        [draft],
        prefix=PREFIX,
        source_name=SOURCE,
        consent=YesWay.FORM if is_known else None,
        read=lambda _row: draft.row,
        seen=Seen(),
    )
    if draft.outcome is not Outcome.NEW:
        raise Invalid(fields={"title": _("这个地方已经有这个岗位了，不用再填")})
    form = PostingForm(
        posting_id=draft.posting.id,
        region_path=draft.posting.region_path,
        phone=number,
        filled_by=" ".join(filled.filled_by.split())[:60],
        is_known_phone=is_known,
        created_at=uow.now,
    )
    uow.session.add(form)
    uow.session.flush()
    uow.audit("posting_form.hand_in", form, known=is_known)
    return form


_FIELDS = {"region_code": "place", "pay_low_yuan": "pay", "pay_high_yuan": "pay", "benefits": "welfare"}


def _values(uow: UnitOfWork, filled: Filled) -> dict[str, Any]:
    place = find_region_by_name(uow.session, filled.place.strip())
    if place is None or len(place.code) < 6:
        raise Invalid(fields={"place": _("没有找到这个地方，请写到县，例如湖南省湘潭市韶山市")})
    return {
        "title": " ".join(filled.title.split()),
        "vacancy_count": filled.vacancy_count,
        "duties": filled.duties,
        "requirement_text": filled.requirement_text,
        "work_time": filled.work_time,
        "benefits": filled.welfare,
        "address": filled.address,
        "region_code": place.code,
        "occupation_code": sure_occupation(filled.title.strip()),
        "employment_type": filled.employment_type,
        "contract_party": filled.employer_name,
        "valid_through": uow.today + timedelta(days=filled.days),
        **read_pay(filled.pay),
        **read_choices("；".join((filled.work_time, filled.welfare)), CHOICES),
    }


def _employer(uow: UnitOfWork, filled: Filled, phone: str, region_code: str) -> tuple[Employer, bool]:
    """The holder of the credit code, and whether it was not known before. Raises ``Invalid``."""
    code = checked_credit_code(filled.credit_code)
    for name, known_code, employer in employers_that_match(uow.session, (), (code,)):
        if known_code == code:
            if name_skeleton(name) != name_skeleton(filled.employer_name):
                raise Invalid(fields={"credit_code": _("这个代码登记的是另一家单位，请核对")})
            return employer, False
    wanted = EmployerInput(
        filled.employer_name, code, kinds_for_code(code)[0], region_code, code, filled.filled_by[:60], phone
    )
    (made,) = import_employers(uow, SOURCE, [wanted])
    if isinstance(made, Invalid):
        raise Invalid(fields={"employer_name": next(iter(made.fields.values()), made.message)})
    return made, True


def _phones(uow: UnitOfWork, employer: Employer) -> set[str]:
    """Phones that the house knows of an employer: its contact once vetted, its members, its person for the bureau."""
    contact = employer.contact_phone if employer.vetting is VettingState.VETTED else ""
    found = {contact, *(user.phone or "" for user in members_of(uow.session, employer.organization_id))}
    liaison = liaison_of(uow.session, employer.organization_id)
    if liaison is not None:
        found.add(liaison[0].contact_phone)
    return {clean_phone(phone) for phone in found if phone}
