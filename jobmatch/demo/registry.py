"""How a synthetic person comes into the pool: a station registers them, fills the profile and writes the register."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.queries import actor_for
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY
from jobmatch.demo.people import Plan
from jobmatch.people.models.person import Person
from jobmatch.people.services.people import register_person
from jobmatch.people.services.register import WorkTerms, add_spell
from jobmatch.people.services.resume import (
    save_certificates,
    save_education,
    save_intention,
    save_licences,
    save_service_record,
    save_skills,
    save_specialties,
    set_open_to_employers,
)
from jobmatch.people.services.verification import verify_person
from jobmatch.people.states import (
    ContractTerm,
    EvidenceKind,
    InsuranceState,
    JobSearchState,
    PayBand,
    Shift,
    WorkChannel,
)

SHIFT_WISHES: tuple[tuple[Shift, ...], ...] = ((), (), (Shift.DAY,), (Shift.DAY, Shift.ROTATING))


def arrive(uow: UnitOfWork, staff: dict[str, Actor], plan: Plan) -> int:
    """Register one person at their town's station; returns the row id."""
    uow.actor = staff.get(plan.town.code, staff[COUNTY])
    person = register_person(
        uow,
        name=plan.name,
        phone=plan.phone,
        kinds=plan.kinds,
        region_code=plan.town.code,
        id_number=plan.id_number,
        kind_since=min(plan.discharged_on or uow.today, uow.today),
        search_state=_search_state(plan),
    )
    if plan.is_veteran:
        _service(uow, person, plan)
    save_education(uow, person, education_code=plan.education)
    if plan.skills:
        save_skills(uow, person, levels=dict(plan.skills))
    if plan.certificates:
        save_certificates(uow, person, codes=plan.certificates)
    if plan.licences:
        save_licences(uow, person, codes=plan.licences)
    if plan.looks:
        save_intention(
            uow,
            person,
            words="" if plan.wanted else "就近上班，稳定的工作",
            occupation_codes=plan.wanted,
            pay_floor_yuan=plan.pay_floor,
            shifts=SHIFT_WISHES[len(plan.phone + plan.name) % len(SHIFT_WISHES)],
            region_codes=[COUNTY],
        )
        if plan.arrives_week % 3 != 1:
            clerk, uow.actor = uow.actor, own_actor(uow, person)
            set_open_to_employers(uow, person, True)
            uow.actor = clerk
    _register(uow, person, plan)
    if plan.arrives_week < 50:
        verify_person(uow, person, approved=True, seen=[f"kind:{code}" for code in plan.kinds])
    return person.id


def own_actor(uow: UnitOfWork, person: Person) -> Actor:
    """The person themselves, as signed in."""
    user = uow.session.get_one(User, person.user_id)
    membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).first()
    return actor_for(uow.session, user, membership)


def _search_state(plan: Plan) -> JobSearchState:
    if not plan.looks or plan.status == "R1":
        return JobSearchState.NOT_LOOKING
    return JobSearchState.OPEN if plan.works else JobSearchState.LOOKING


def _service(uow: UnitOfWork, person: Person, plan: Plan) -> None:
    discharged = plan.discharged_on
    save_service_record(
        uow,
        person,
        branch_code=plan.branch,
        rank_code=plan.rank,
        resettlement_code=plan.method,
        enlisted_on=plan.enlisted_on,
        discharged_on=min(discharged, uow.today) if discharged else None,
        leadership=plan.leadership,
    )
    save_specialties(uow, person, years={plan.specialty: plan.specialty_years})


EVIDENCE = {
    "E1": EvidenceKind.CONTRACT,
    "E2": EvidenceKind.PLEDGE,
    "E3": EvidenceKind.PLATFORM_RECORD,
    "E5": EvidenceKind.SOCIAL_INSURANCE,
    "G": EvidenceKind.STATION_CHECK,
    "I": EvidenceKind.LICENCE,
    "J": EvidenceKind.LICENCE,
}
WORDS = {"E1": "县内企业", "E2": "县内用工", "E3": "平台接单", "E5": "事业单位", "I": "自办企业", "J": "个体经营"}


def _register(uow: UnitOfWork, person: Person, plan: Plan) -> None:
    """What the station knows about work or school; a tenth of those in work have shown no proof yet."""
    if not plan.status:
        return
    earliest = plan.discharged_on or date(uow.today.year - 3, 3, 1)
    started = max(min(earliest + timedelta(days=60), uow.today), uow.today - timedelta(days=900))
    proof = EVIDENCE.get(plan.status, EvidenceKind.NONE)
    if int(plan.phone[-1]) == 0:
        proof = EvidenceKind.NONE
    add_spell(
        uow,
        person,
        status_code=plan.status,
        started_on=started,
        employer_name=WORDS.get(plan.status, ""),
        evidence=proof,
        terms=_terms(plan),
    )


CONTRACTS = {"E1": ContractTerm.A_YEAR_OR_MORE, "E2": ContractTerm.NONE, "E5": ContractTerm.A_YEAR_OR_MORE}
INSURED = {"E1": InsuranceState.YES, "E2": InsuranceState.NO, "E5": InsuranceState.YES}
BANDS = {3500: PayBand.TO_5000, 4000: PayBand.TO_5000, 5000: PayBand.TO_8000, 6000: PayBand.TO_8000}
CHANNELS = (WorkChannel.SELF, WorkChannel.REFERRAL, WorkChannel.SELF, WorkChannel.FAIR, WorkChannel.COURSE)


def _terms(plan: Plan) -> WorkTerms:
    """What a station would know about the terms of work; nothing about those who do not work."""
    if not plan.works:
        return WorkTerms()
    return WorkTerms(
        contract=CONTRACTS.get(plan.status, ContractTerm.NOT_KNOWN),
        insurance=INSURED.get(plan.status, InsuranceState.NOT_KNOWN),
        pay_band=BANDS.get(plan.pay_floor or 0, PayBand.NOT_KNOWN),
        county_code=COUNTY,
        channel=CHANNELS[int(plan.phone[-2:]) % len(CHANNELS)],
    )
