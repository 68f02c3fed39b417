"""A small world for the tests of the house: two counties, and in each a person, an employer and an office.

Everything that belongs to somebody exists twice, ``near`` and ``far``; readers belong to the near side. ``CANARIES``
are the private words of the near person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import AssistedRecovery, Invitation, Membership, Organization, SignInSession, User
from jobmatch.accounts.services.invitations import invite_colleague, invite_staff
from jobmatch.accounts.services.sessions import start_session
from jobmatch.accounts.states import AssistKind, OrganizationKind, OrganizationState, Role
from jobmatch.applications.services.feeds import renew_feed
from jobmatch.applications.services.moving import move_application, note_application
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import Move
from jobmatch.casework.crosscheck.models import CrossCheck, CrossCheckLine, EmploymentCheck
from jobmatch.casework.crosscheck.states import LineState, Population, Topic, Verdict
from jobmatch.casework.desk.services.papers import keep_paper
from jobmatch.casework.desk.services.ratings import record_rating_question
from jobmatch.casework.desk.services.requests import Arrival, move_request, take_request
from jobmatch.casework.desk.states import RequestAction
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.inbox.models import Message
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.person import Person, PersonKind, WorkHistory
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.reading.fields import Found, ReadResume
from jobmatch.people.services.uploads import keep_reading
from jobmatch.people.states import EvidenceKind, RegisterSource
from jobmatch.privacy.services.merge import merge_people
from jobmatch.privacy.services.rights import ask
from jobmatch.privacy.states import RequestKind
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of,
    actor_of_employer,
    make_employer,
    make_person,
    make_posting,
    make_station,
    make_user,
    phone,
)
from tests.house.town_complaints import complaint_rows
from tests.house.town_exhibitors import EXHIBITOR_SUBJECTS, exhibitor_rows
from tests.house.town_fairday import FAIRDAY_SUBJECTS, fairday_rows
from tests.house.town_fairs import FAIR_NAMES, fair_of, fair_rows
from tests.house.town_mobilize import MOBILIZE_SUBJECTS, mobilize_rows
from tests.house.town_outcomes import OUTCOME_SUBJECTS, outcome_rows
from tests.house.town_partners import demand_rows, feed_rows, partner_rows, people_import
from tests.house.town_public import PUBLIC_SUBJECTS, public_rows
from tests.house.town_reports import REPORT_SUBJECTS, report_rows
from tests.house.town_rows import application_rows, casework_rows, gap_count, intake_rows, posting_rows, visit_rows
from tests.house.town_training import TRAINING_SUBJECTS, training_rows
from tests.house.town_visitors import VISITOR_SUBJECTS, visitor_rows

SYSTEM = system_actor("tests")
UNKNOWN = "zz22zz22zz22zz22"
PHONE, ID_NUMBER = "19900017391", "43038219870223001X"
CANARIES: dict[str, tuple[str, ...]] = {
    "phone": (PHONE, "199 0001 7391", "199-0001-7391"),
    "identity": (ID_NUMBER, ID_NUMBER[6:14]),
    "birth": ("1987-02", "1987 年 2 月", "1987/2", 'value="1987"'),
    "about": ("KANARI-ABOUT",),
    "letter": ("KANARI-LETTER",),
    "workplace": ("KANARI-WORKPLACE",),
    "register": ("KANARI-REGISTER",),
    "verification": ("KANARI-VERIFICATION",),
    "staff note": ("KANARI-STAFF-NOTE",),
    "proof": ("KANARI-PROOF",),
    "contact": ("KANARI-CONTACT",),
    "task": ("KANARI-TASK",),
    "help": ("KANARI-SUPPORT", "KANARI-REFERRAL"),
    "hardship": ("KANARI-HARDSHIP",),
    "appeal": ("KANARI-APPEAL",),
    "desk": ("KANARI-DESK",),
    "objection": ("KANARI-OBJECTION",),
    "document": ("KANARI-DOCUMENT",),
    "complaint": ("KANARI-COMPLAINT",),
    "fair visitor": ("KANARI-VISITOR",),
    "search": ("KANARI-SEARCH", "KANARI-DIGEST"),
    "rating": ("KANARI-RATING",),
}

# Which kind of thing each argument of an address names, by the beginning of the rule; the first that fits counts.
SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    *(PUBLIC_SUBJECTS + OUTCOME_SUBJECTS + FAIRDAY_SUBJECTS + TRAINING_SUBJECTS + REPORT_SUBJECTS),
    *MOBILIZE_SUBJECTS,
    *EXHIBITOR_SUBJECTS,
    *VISITOR_SUBJECTS,
    ("/account/colleagues/", {"membership_id": "colleague membership"}),
    ("/account/invitations/", {"public_id": "colleague"}),
    ("/account/sessions/", {"session_id": "session"}),
    ("/admin/background/", {"public_id": "job"}),
    ("/admin/privacy/", {"public_id": "incident", "act": "=stop"}),
    ("/admin/users/", {"public_id": "user", "membership_id": "membership"}),
    ("/admin/security/", {"public_id": "user"}),
    ("/admin/stations/", {"public_id": "station"}),
    ("/complaints/new/", {"kind": "=posting", "public_id": "posting"}),
    ("/employer/complaints/", {"public_id": "complaint"}),
    ("/me/complaints/", {"public_id": "complaint"}),
    ("/staff/complaints/", {"public_id": "complaint", "paper_id": "complaint paper"}),
    ("/calendar/", {"token": "calendar"}),
    (
        "/employer/applications/",
        {"public_id": "application", "document_id": "document", "link_id": "hand link row"},
    ),
    ("/employer/handed/", {"public_id": "application"}),
    ("/employer/register/", {"public_id": "application"}),
    ("/employer/hires/", {"public_id": "retention"}),
    ("/employer/papers/", {"paper_id": "paper", "kind": "=licence"}),
    ("/employer/postings/templates/", {"template_id": "own template"}),
    ("/employer/postings/", {"public_id": "posting", "person_id": "person", "part": "=work", "slot_id": "slot"}),
    ("/employers/", {"public_id": "employer"}),
    ("/h/", {"token": "hand link"}),
    ("/i/", {"token": "phone link"}),
    ("/invitations/", {"token": "token"}),
    ("/me/applications/", {"public_id": "application", "document_id": "document"}),
    ("/me/employment/checks/", {"public_id": "check"}),
    ("/me/employment/", {"spell_id": "spell"}),
    ("/me/find/", {"what": "=skills"}),
    ("/me/invitations/", {"public_id": "posting invitation"}),
    ("/me/jobs/", {"public_id": "posting"}),
    ("/me/privacy/consents/", {"purpose": "=research"}),
    ("/me/privacy/requests/", {"public_id": "rights request"}),
    ("/me/privacy/", {"public_id": "organization"}),
    ("/me/papers/", {"code": "=CE002"}),
    ("/me/proxies/", {"consent_id": "consent"}),
    ("/me/ratings/", {"public_id": "rating"}),
    ("/me/services/new/", {"code": "=ZCZX"}),
    ("/me/services/", {"public_id": "request", "paper_id": "paper"}),
    ("/me/work/", {"public_id": "work"}),
    ("/me/resume/", {"reading_id": "reading"}),
    ("/me/resume.", {"kind": "=pdf"}),
    ("/messages/", {"public_id": "message"}),
    ("/p/", {"token": "posting link"}),
    ("/postings/", {"public_id": "posting"}),
    ("/services/status/", {"token": "request_token"}),
    ("/sign-in/once/", {"token": "=zz22zz22zz22zz22.none"}),
    ("/staff/accounts/invitations/", {"public_id": "helper"}),
    ("/staff/accounts/recoveries/", {"public_id": "recovery"}),
    ("/staff/applications/", {"public_id": "application"}),
    ("/staff/benefits/", {"code": "=PB01"}),
    ("/staff/desk/items/", {"code": "=ZCZX"}),
    ("/staff/desk/", {"public_id": "request", "paper_id": "paper"}),
    ("/staff/crosschecks/", {"public_id": "crosscheck", "person_id": "person"}),
    ("/staff/agreements/", {"public_id": "agreement"}),
    ("/staff/practice-bases/", {"public_id": "practice base", "trainee_id": "trainee"}),
    ("/staff/employer-merges/", {"public_id": "organization merge"}),
    (
        "/staff/employers/",
        {
            "public_id": "employer",
            "paper_id": "paper",
            "founding_id": "founding",
            "other_id": "twin employer",
            "kind": "=licence",
        },
    ),
    ("/staff/employment-checks/", {"public_id": "check"}),
    ("/staff/gaps/", {"public_id": "count", "number": "=1"}),
    ("/staff/intake/batches/", {"public_id": "intake_batch"}),
    ("/staff/intake/counts/", {"public_id": "station"}),
    ("/staff/intake/imports/", {"public_id": "roster_import"}),
    ("/staff/intake/people/", {"public_id": "person"}),
    ("/staff/intake/receipts/", {"public_id": "intake"}),
    ("/staff/intake/roster/", {"public_id": "roster_entry"}),
    ("/staff/intake/sheets/", {"public_id": "station"}),
    ("/staff/owners/", {"batch": "batch"}),
    ("/staff/fairs/", FAIR_NAMES),
    ("/staff/imports/people/", {"public_id": "people import"}),
    ("/staff/imports/postings/", {"public_id": "posting import"}),
    ("/staff/feeds/", {"public_id": "partner token"}),
    ("/staff/demand/", {"public_id": "demand round", "answer_id": "demand answer"}),
    ("/d/", {"token": "token"}),
    ("/employer/feeds/", {"public_id": "partner token"}),
    (
        "/staff/people/",
        {
            "public_id": "person",
            "spell_id": "spell",
            "contact_id": "contact",
            "other_id": "twin",
            "kind": "=pdf",
            "consent_id": "consent",
            "posting_id": "posting",
            "reading_id": "reading",
            "step": "=score",
            "support_id": "support",
            "referral_id": "referral",
            "hardship_id": "hardship",
            "trainee_id": "trainee",
        },
    ),
    ("/staff/verification/appeals/", {"public_id": "appeal"}),
    ("/staff/verification/", {"public_id": "person"}),
    ("/staff/postings/", {"public_id": "imported", "part": "=work", "template_id": "office template"}),
    ("/staff/rates/", {"code": "=registered-seekers", "cell": "=denominator"}),
    ("/staff/indicators/", {"code": "=I20"}),
    ("/staff/breaches/", {"public_id": "incident"}),
    ("/staff/merges/", {"public_id": "merge"}),
    ("/staff/rights/", {"public_id": "rights request"}),
    ("/staff/crosswalk/", {"code": "=SP04", "occupation": "=4-02-02-02"}),
    ("/staff/model/", {"public_id": "model"}),
    ("/staff/reference/dated_rule/", {"code": "=employer_answer_days"}),
    ("/staff/reference/region/", {"code": "=430382101", "parent_code": "=430382"}),
    ("/staff/tasks/", {"public_id": "task"}),
    ("/staff/visits/", {"public_id": "trip", "visit_id": "visit"}),
    ("/staff/reference/", {"table": "=skill", "code": "=SK002"}),
    ("/staff/surveys/", {"public_id": "survey", "answer_id": "survey answer", "code": "=CE012"}),
    ("/staff/stations/", {"public_id": "station", "worker_id": "worker"}),
    ("/staff/guide/", {"kind": "=call_back"}),
    ("/staff/quality/", {"code": "=no_id"}),
    ("/staff/help/experts/", {"public_id": "expert"}),
    ("/static/", {"digest": "=0", "name": "=app.css"}),
)


@dataclass
class Town:
    """Public ids by kind on both sides, and the readers of the near side by name."""

    near: dict[str, str] = field(default_factory=dict)
    far: dict[str, str] = field(default_factory=dict)
    readers: dict[str, int] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)


def address(rule: str, names: Iterable[str], ids: dict[str, str]) -> str:
    """The address of ``rule`` with the ids of one side; an id that side does not have is an unknown one."""
    kinds = next((kinds for start, kinds in SUBJECTS if rule.startswith(start)), {})
    path = rule
    for name in names:
        kind = kinds[name]
        value = kind[1:] if kind.startswith("=") else ids.get(kind, UNKNOWN)
        path = re.sub(rf"<(?:\w+:)?{name}>", value, path)
    return path


def build(runtime: Runtime) -> Town:
    """Make both counties and sign every reader in once."""
    town = Town()
    with runtime.unit(SYSTEM) as uow:
        _side(uow, town, town.near, is_near=True)
        _side(uow, town, town.far, is_near=False)
        _other_readers(uow, town)
    return town


def reader(app: Any, town: Town, name: str) -> FlaskClient:
    """A browser signed in as the reader ``name``; ``anonymous`` has no account."""
    client: FlaskClient = app.test_client()
    if name == "anonymous":
        return client
    with app.runtime.unit(SYSTEM) as uow:
        user = uow.session.get_one(User, town.readers[name])
        membership = uow.session.query(Membership).filter_by(user_id=user.id).one()
        token = start_session(uow, user, membership, by_password=True, second_factor_at=uow.now)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def _side(uow: UnitOfWork, town: Town, ids: dict[str, str], *, is_near: bool) -> None:
    path, bird = (PATH_COUNTY, "KANARI") if is_near else (PATH_OTHER, "FAR")
    station = make_station(uow, path=path, name="测试近站" if is_near else "测试远站")
    clerk = make_user(uow, Role.STATION_STAFF, organization=station)
    office = actor_of(clerk, Role.STATION_STAFF, station)
    employer = make_employer(uow, path=path, vetted=is_near)
    member = actor_of_employer(uow, employer)
    posting = make_posting(uow, employer, state=PostingState.OPEN if is_near else PostingState.DRAFT, region_path=path)
    imported = make_posting(
        uow, employer, state=PostingState.IMPORTED, region_path=path, source_key=f"t:{path}", is_office_entry=True
    )
    person = _person(uow, PATH_A if is_near else PATH_OTHER, is_near=is_near)
    application = _application(uow, person, posting if is_near else make_posting(uow), office if is_near else None)
    ids |= _rights(uow, person) | _own_things(uow, person, clerk) | _invitations(uow, office, member, station)
    ids |= _service(uow, person) | casework_rows(uow, station, person, clerk.id, bird)
    ids |= {
        "station": station.public_id,
        "employer": employer.public_id,
        "organization": uow.session.get_one(Organization, employer.organization_id).public_id,
        "posting": posting.public_id,
        "imported": imported.public_id,
        "person": person.public_id,
        "application": application.public_id,
        "count": gap_count(uow, station, person).public_id,
        **visit_rows(uow, person, clerk, "430382101" if is_near else "130102", bird),
        "people import": people_import(uow, station).public_id,
        **demand_rows(uow, employer),
        **feed_rows(uow, uow.session.get_one(Organization, employer.organization_id), path),
    }
    ids |= intake_rows(uow, station, person) | partner_rows(uow, employer, person)
    ids |= application_rows(uow, application, posting, bird) | public_rows(uow, station, person, posting, bird)
    ids |= mobilize_rows(uow, station, person) | complaint_rows(uow, person, employer, posting, path, bird)
    ids |= posting_rows(uow, office, posting, imported) | fair_rows(uow, station, clerk.id)
    ids |= visitor_rows(uow, fair_of(uow, ids["fair"]), person, bird, is_near=is_near)
    ids |= exhibitor_rows(uow, station, employer, posting, is_near=is_near)
    ids |= fairday_rows(uow, station, person, employer, posting, bird)
    ids |= outcome_rows(uow, person, employer, posting, path, bird)
    ids |= training_rows(uow, station, person, path, bird)
    ids |= report_rows(uow, station, clerk, person, path, bird)
    if is_near:
        ids["calendar"] = renew_feed(acting(uow, member))
        town.readers |= {"veteran": person.user_id or 0, "employer": member.user_id or 0, "staff": clerk.id}
        town.roles |= {"veteran": Role.VETERAN, "employer": Role.EMPLOYER_MEMBER, "staff": Role.STATION_STAFF}
        ids["organization"] = uow.session.get_one(Organization, application.organization_id).public_id


def _person(uow: UnitOfWork, path: str, *, is_near: bool) -> Person:
    if not is_near:
        return make_person(uow, path=path, name="测试远人", living_region_code="130102")
    person = make_person(
        uow,
        path=path,
        name="测试近人",
        phone=PHONE,
        birth_on=date(1987, 2, 23),
        about="KANARI-ABOUT 我想找开车的活",
        verification_note="KANARI-VERIFICATION",
        verified_at=uow.now,
        is_open_to_employers=True,
    )
    person.id_number = ID_NUMBER
    uow.session.get_one(User, person.user_id).phone = PHONE
    uow.session.add(
        PersonKind(person_id=person.id, kind_code="CJTY", valid_from=date(2018, 9, 1), proof="KANARI-PROOF")
    )
    uow.session.flush()
    return person


def _application(uow: UnitOfWork, person: Person, posting: Posting, office: Any) -> Any:
    sent = submit_application(uow, posting, person, consent=True, note="KANARI-LETTER 我开车 12 年")
    move_application(
        uow, sent, Move.INVITE, interview_at=uow.now + timedelta(days=2), interview_place="物流园 3 号二楼"
    )
    if office is not None:
        note_application(acting(uow, office), sent, note="KANARI-STAFF-NOTE")
    return sent


def _rights(uow: UnitOfWork, person: Person) -> dict[str, str]:
    """A request of the person, a second file that may be theirs, and two files that were joined."""
    twin, one, other = (
        make_person(uow, path=person.region_path, living_region_code=person.living_region_code, with_user=False)
        for _n in range(3)
    )
    return {
        "rights request": ask(uow, person, RequestKind.CORRECT, field="name", words="名字写错了一个字").public_id,
        "merge": merge_people(uow, one, other, picks={}, reason="本人确认").public_id,
        "twin": twin.public_id,
    }


def _own_things(uow: UnitOfWork, person: Person, clerk: User) -> dict[str, str]:
    user = uow.session.get_one(User, person.user_id)
    start_session(uow, user, None, by_password=False)
    work = WorkHistory(person_id=person.id, employer_name="KANARI-WORKPLACE", title="司机", started_on=date(2019, 1, 1))
    spell = EmploymentSpell(
        person_id=person.id,
        status_code="L1",
        employer_name="KANARI-REGISTER",
        started_on=date(2019, 1, 1),
        evidence=EvidenceKind.NONE,
        note="KANARI-REGISTER",
        source=RegisterSource.STAFF,
        recorded_at=uow.now,
    )
    recovery = AssistedRecovery(user_id=clerk.id, kind=AssistKind.SECOND_FACTOR, created_at=uow.now)
    message = send(uow, user, group=MessageGroup.ACCOUNT, title="测试消息", body="正文", once=f"test:{user.id}")
    assert isinstance(message, Message)
    uow.session.add_all([work, spell, recovery])
    uow.session.flush()
    found = ReadResume(name=Found("测试甲", "姓名：测试甲", 1, 1)).as_json()
    reading = keep_reading(uow, person, b"synthetic", Kind.TXT, found, name="测试简历.txt")
    check, crosscheck = _questions(uow, person)
    session_id = uow.session.execute(_session_of(user.id)).scalar_one()
    membership_id = uow.session.query(Membership).filter_by(user_id=user.id).one().id
    return {
        "user": user.public_id,
        "membership": str(membership_id),
        "session": str(session_id),
        "message": message.public_id,
        "work": work.public_id,
        "reading": reading.public_id,
        "spell": spell.public_id,
        "check": check.public_id,
        "crosscheck": crosscheck.public_id,
        "recovery": recovery.public_id,
    }


def _service(uow: UnitOfWork, person: Person) -> dict[str, str]:
    """One thing the person asked the desk for, done and put to the satisfaction question."""
    asked = take_request(uow, item_code="ZCZX", person=person, arrival=Arrival(), note="KANARI-DESK")
    paper = keep_paper(uow, asked, name="", upload=Upload("测试材料.pdf", Kind.PDF, b"KANARI-DESK"))
    move_request(uow, asked, RequestAction.FINISH, note="测试办结")
    rating = record_rating_question(uow, about=f"desk:{asked.public_id}", title="测试", person=person)
    ids = {"request": asked.public_id, "request_token": asked.token, "rating": rating.public_id}
    return ids | {"paper": paper.public_id}


def _questions(uow: UnitOfWork, person: Person) -> tuple[EmploymentCheck, CrossCheck]:
    """A question about the person's work, and a list to another department with them on it."""
    spell = EmploymentSpell(
        person_id=person.id,
        status_code="E1",
        employer_name="测试单位",
        started_on=date(2018, 1, 1),
        ended_on=date(2018, 12, 31),
        source=RegisterSource.STAFF,
        recorded_at=uow.now,
    )
    uow.session.add(spell)
    uow.session.flush()
    check = EmploymentCheck(spell_id=spell.id, months=1, due_on=uow.today, created_at=uow.now)
    crosscheck = CrossCheck(
        topic=Topic.INSURED,
        population=Population.EVERYBODY,
        purpose="测试用途",
        department="测试部门",
        letter_number="测试 1 号",
        letter_on=uow.today,
        region_path=person.region_path,
        created_at=uow.now,
    )
    crosscheck.password = "not-a-real-one"
    uow.session.add_all([check, crosscheck])
    uow.session.flush()
    line = CrossCheckLine(
        cross_check_id=crosscheck.id, person_id=person.id, state=LineState.WAITING, verdict=Verdict.AGREES
    )
    line.spell_id = spell.id
    uow.session.add(line)
    uow.session.flush()
    return check, crosscheck


def _session_of(user_id: int) -> Any:
    return select(SignInSession.id).where(SignInSession.user_id == user_id)


def _invitations(uow: UnitOfWork, office: Any, member: Any, station: Organization) -> dict[str, str]:
    organization = uow.session.get_one(Organization, member.organization_id)
    token = invite_colleague(acting(uow, member), organization, name="测试同事", phone=phone())
    invite_staff(acting(uow, office), role=Role.STATION_STAFF, organization=station, name="测试新人", phone=phone())
    found = {i.organization_id: i.public_id for i in uow.session.query(Invitation)}
    return {"colleague": found[organization.id], "helper": found[station.id], "token": token}


def _other_readers(uow: UnitOfWork, town: Town) -> None:
    """Everybody who has no business with the near person."""

    def add(name: str, role: Role, organization: Organization | None = None) -> None:
        town.readers[name], town.roles[name] = make_user(uow, role, organization=organization).id, role

    def made(employer: Any) -> Organization:
        return uow.session.get_one(Organization, employer.organization_id)

    town.readers["other veteran"], town.roles["other veteran"] = make_person(uow).user_id or 0, Role.VETERAN
    add("dependant", Role.DEPENDANT)
    add("rival", Role.EMPLOYER_MEMBER, made(make_employer(uow)))
    add("newcomer", Role.EMPLOYER_MEMBER, made(make_employer(uow, vetted=False)))
    add("far staff", Role.STATION_STAFF, make_station(uow, path=PATH_OTHER))
    add("reader", Role.SUPERIOR_READER, make_station(uow))
    for role, kind in (
        (Role.PROVIDER_MEMBER, OrganizationKind.PROVIDER),
        (Role.INCUBATOR_OPERATOR, OrganizationKind.INCUBATOR),
    ):
        organization = Organization(
            kind=kind, state=OrganizationState.ACTIVE, name="测试机构", created_at=uow.now, changed_at=uow.now
        )
        uow.session.add(organization)
        uow.session.flush()
        add(role.value, role, organization)
    for role in (Role.MENTOR, Role.FAIR_HELPER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        add(role.value, role)
