"""Rows of casework for one side of the town: help, surveys, placement, stations, consents and appeals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.applications.hand_links import links_of, make_hand_link
from jobmatch.applications.models import Application, HireRecord, PostingDocument, RetentionCheck
from jobmatch.applications.queries import standing_interview
from jobmatch.applications.services.documents import hand_in
from jobmatch.applications.services.links import make_link
from jobmatch.applications.services.slots import add_slot
from jobmatch.applications.states import ContractKind, InterviewResult, LinkPurpose, Stage
from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry, RosterImport
from jobmatch.casework.intake.states import Season
from jobmatch.casework.plans.models import Expert, Hardship, Referral, Support
from jobmatch.casework.plans.states import ConsentWay, HardshipKind, Office, SupportKind
from jobmatch.casework.stations.models import StationWorker
from jobmatch.casework.stations.states import WorkerKind
from jobmatch.casework.surveys.models import Survey, SurveyAnswer
from jobmatch.casework.surveys.states import Via
from jobmatch.casework.tasks.services import open_task, transfer_people
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.casework.visits.models import Visit
from jobmatch.casework.visits.services.contacts import record_contact
from jobmatch.casework.visits.services.visits import plan_visit
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.core.actors import Actor
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.matching.gaps import JOB
from jobmatch.matching.models import PostingInvitation
from jobmatch.people.models.consents import ProxyConsent, Verification, VerificationAppeal
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import ProxyScope, ProxyWay, VerificationAct
from recruiters.postings.models import Posting
from recruiters.postings.services.entries import make_link as make_posting_link
from recruiters.postings.services.reserved import save_reserved
from recruiters.postings.services.templates import save_template
from recruiters.postings.states import LinkPurpose as PostingLinkPurpose
from recruiters.postings.states import NoticeResult, PostingState, ReservedKind
from tests.conftest import acting


def application_rows(uow: UnitOfWork, application: Application, posting: Posting, bird: str) -> dict[str, str]:
    """What hangs on an application: a time, a document handed in, a link for a phone, a question about a hire."""
    [slot] = add_slot(uow, posting, starts_at=uow.now + timedelta(days=5), place="物流园 3 号", minutes=30, capacity=2)
    uow.session.add(PostingDocument(posting_id=application.posting_id, kind_code="dk_health", stage=Stage.INTERVIEW))
    uow.session.flush()
    paper = Upload(f"{bird}-DOCUMENT.pdf", Kind.PDF, b"%PDF-1.7\n%%EOF\n" + bird.encode())
    document = hand_in(uow, application, "dk_health", upload=paper)
    interview = standing_interview(uow, application.id)
    assert interview is not None
    interview.asked_at = interview.result_at = uow.now
    interview.result, interview.is_no_show = InterviewResult.ABSENT, True
    interview.objection, interview.objected_at = f"{bird}-OBJECTION", uow.now
    spell = uow.session.scalars(
        select(EmploymentSpell).where(EmploymentSpell.person_id == application.person_id).limit(1)
    ).one()
    check = RetentionCheck(
        application_id=application.id, spell_id=spell.id, months=1, due_on=uow.today, created_at=uow.now
    )
    asked = PostingInvitation(
        person_id=application.person_id,
        posting_id=posting.id,
        created_at=uow.now,
        expires_on=uow.today + timedelta(days=14),
    )
    hire = HireRecord(
        application_id=application.id,
        contract_kind=ContractKind.OPEN,
        contract_from=uow.today,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add_all([check, asked, hire])
    uow.session.flush()
    recruiter = Actor(permissions=frozenset({"application.handle"}), organization_id=application.organization_id)
    token = make_hand_link(acting(uow, recruiter), application)
    return {
        "hand link": token,
        "hand link row": links_of(uow, application)[0].public_id,
        "posting invitation": asked.public_id,
        "slot": slot.public_id,
        "document": document.public_id,
        "retention": check.public_id,
        "phone link": make_link(uow, application, LinkPurpose.ATTEND),
    }


def posting_rows(uow: UnitOfWork, office: Actor, posting: Posting, imported: Posting) -> dict[str, str]:
    """Templates of the employer and of the office, a paper of a 专岗, and a link where the posting is public."""
    save_reserved(
        uow,
        imported,
        kind=ReservedKind.COMMUNITY,
        organ="测试县委组织部",
        paper_number="测组〔2026〕1 号",
        quota=2,
        notice_from=None,
        notice_to=None,
        result=NoticeResult.RUNNING,
        upload=Upload("批复.pdf", Kind.PDF, b"%PDF-1.7\n%%EOF\n"),
    )
    rows = {
        "own template": save_template(uow, posting).public_id,
        "office template": save_template(acting(uow, office), posting, for_office=True).public_id,
    }
    if posting.state is PostingState.OPEN:
        rows["posting link"] = make_posting_link(uow, posting, PostingLinkPurpose.CONFIRM)
    return rows


def intake_rows(uow: UnitOfWork, station: Organization, person: Person) -> dict[str, str]:
    """A batch with a line that is waited for, an import, and an intake."""
    batch = IntakeBatch(
        station_id=station.id,
        region_path=station.region_path,
        year=2026,
        season=Season.AUTUMN,
        name="测试批次",
        created_at=uow.now,
    )
    uow.session.add(batch)
    uow.session.flush()
    entry = RosterEntry(
        batch_id=batch.id,
        region_path=station.region_path,
        name="测试名册人",
        discharged_on=date(2026, 9, 1),
        expected_region_code=station.region_path.strip("/").split("/")[-1],
        state_on=uow.today,
        created_at=uow.now,
    )
    run = RosterImport(batch_id=batch.id, keep_until=uow.today, created_at=uow.now)
    intake = Intake(person_id=person.id, station_id=station.id, region_path=station.region_path, created_at=uow.now)
    uow.session.add_all([entry, run, intake])
    uow.session.flush()
    return {
        "intake_batch": batch.public_id,
        "roster_entry": entry.public_id,
        "roster_import": run.public_id,
        "intake": intake.public_id,
    }


def visit_rows(uow: UnitOfWork, person: Person, clerk: User, place: str, bird: str) -> dict[str, str]:
    """A task, a contact, a trip with one person, and an act that moved people, of the person's own office."""
    batch, _count = transfer_people(uow, path=person.region_path, owner="", to=clerk.public_id)
    contact = record_contact(uow, person, way=ContactWay.PHONE, outcome=ContactOutcome.SELF, note=f"{bird}-CONTACT")
    plan = plan_visit(uow, region_code=place, planned_on=uow.today, people=[person.public_id])
    visit = uow.session.scalars(select(Visit).where(Visit.plan_id == plan.id)).one()
    task = open_task(
        uow, once=f"test:{place}", kind=TaskKind.OTHER, title=f"{bird}-TASK", due_on=uow.today, person=person
    )
    return {
        "batch": batch,
        "contact": contact.public_id,
        "trip": plan.public_id,
        "visit": visit.public_id,
        "task": task.public_id,
    }


def casework_rows(uow: UnitOfWork, station: Organization, person: Person, clerk_id: int, bird: str) -> dict[str, str]:
    """One row of each kind that an address of these rooms names; ``bird`` begins their private words."""
    slip = Support(
        person_id=person.id,
        kind=SupportKind.GUIDANCE,
        happened_on=uow.today,
        text=f"{bird}-SUPPORT",
        recorded_at=uow.now,
    )
    referral = Referral(
        person_id=person.id,
        office=Office.TAX,
        matter=f"{bird}-REFERRAL",
        consent_way=ConsentWay.PAPER,
        consented_on=uow.today,
        sent_on=uow.today,
        due_on=uow.today + timedelta(days=14),
    )
    hardship = Hardship(
        person_id=person.id, kind=HardshipKind.LOW_INCOME, valid_from=date(2026, 1, 1), recorded_at=uow.now
    )
    hardship.note = f"{bird}-HARDSHIP"
    expert = Expert(name="测试专家", field="职业指导", region_path=station.region_path, valid_from=date(2026, 1, 1))
    worker = StationWorker(
        station_id=station.id, name="测试工作人员", kind=WorkerKind.FULL_TIME, since=date(2026, 1, 1)
    )
    survey = Survey(
        title="测试摸底",
        region_path=station.region_path,
        opens_on=uow.today,
        closes_on=uow.today + timedelta(days=30),
        created_at=uow.now,
    )
    rows: list[Any] = [slip, referral, hardship, expert, worker, survey]
    uow.session.add_all(rows)
    uow.session.flush()
    answer = SurveyAnswer(survey_id=survey.id, name="测试来客", via=Via.LINK, needs=["policy"], answered_at=uow.now)
    answer.phone = "19900017392"
    uow.session.add(answer)
    uow.session.flush()
    return {
        "support": slip.public_id,
        "referral": referral.public_id,
        "hardship": hardship.public_id,
        "expert": expert.public_id,
        "worker": worker.public_id,
        "survey": survey.public_id,
        "survey answer": answer.public_id,
        **_consent_and_appeal(uow, person, clerk_id, bird),
    }


def _consent_and_appeal(uow: UnitOfWork, person: Person, clerk_id: int, bird: str) -> dict[str, str]:
    refused = Verification(person_id=person.id, act=VerificationAct.REFUSED, note=f"{bird}-VERIFICATION", at=uow.now)
    consent = ProxyConsent(
        person_id=person.id,
        clerk_id=clerk_id,
        scope=ProxyScope.FILE,
        way=ProxyWay.PAPER,
        given_on=uow.today,
        valid_until=uow.today + timedelta(days=90),
        created_at=uow.now,
    )
    uow.session.add_all([refused, consent])
    uow.session.flush()
    appeal = VerificationAppeal(
        person_id=person.id,
        verification_id=refused.id,
        region_path=person.region_path,
        text=f"{bird}-APPEAL",
        created_at=uow.now,
    )
    uow.session.add(appeal)
    uow.session.flush()
    return {"consent": consent.public_id, "appeal": appeal.public_id}


def gap_count(uow: UnitOfWork, station: Organization, person: Person) -> Job:
    """What an office counted about the certificates its people lack."""
    row = {"kind": "certificate", "code": "CE024", "level": 0, "openings": 1, "postings": 1, "occupations": []}
    job = Job(
        name=JOB,
        arguments={"organization_id": station.id},
        state=JobState.DONE,
        result={"seen": 1, "all_people": 1, "pool": 1, "rows": [{**row, "person_ids": [person.id]}]},
        created_at=uow.now,
        finished_at=uow.now,
    )
    uow.session.add(job)
    uow.session.flush()
    return job
