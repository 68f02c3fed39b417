"""An intake in one sitting: file, service record, intention and the first task in one unit; and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.hooks import tell_taken_back, tell_wish
from jobmatch.casework.intake.models import Intake, RosterEntry
from jobmatch.casework.intake.policies import can_start_intake, can_work_intake
from jobmatch.casework.intake.queries.intakes import find_waiting_entry, likely_twins
from jobmatch.casework.intake.services.counts import missing_key
from jobmatch.casework.intake.services.roster import settle_entry
from jobmatch.casework.intake.states import WAITED_FOR
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.audit import AuditEntry
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.queries.people import get_person
from jobmatch.people.services.common import clean_line
from jobmatch.people.services.people import register_person, save_basics, save_identity
from jobmatch.people.services.resume import (
    save_education,
    save_intention,
    save_licences,
    save_service_record,
    save_specialties,
)
from jobmatch.people.services.withdraw import record_withdrawn_file
from jobmatch.people.states import VETERAN_KINDS, JobSearchState
from jobmatch.reference.checks import check_id_number
from jobmatch.reference.queries import add_working_days, rule_value

LOOKS = frozenset({"person.read", "person.reveal"})
"""What may be done with a file before its intake is taken back."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody says and shows at the window; codes and normalised places, texts as typed."""

    name: str
    phone: str
    id_number: str
    kinds: Sequence[str] = ("TYJR",)
    branch_code: str | None = None
    rank_code: str | None = None
    resettlement_code: str | None = None
    enlisted_on: date | None = None
    discharged_on: date | None = None
    registered_place: str | None = None
    resettled_place: str | None = None
    region_code: str = ""
    wanted_regions: Sequence[str] = ()
    education_code: str | None = None
    licences: Sequence[str] = ()
    specialties: Sequence[str] = ()
    words: str = ""
    search_state: JobSearchState = JobSearchState.LOOKING
    starts_up: bool = False
    start_up_words: str = ""
    agreed: bool = False
    is_other_person: bool = False


def finish_intake(uow: UnitOfWork, answers: Answers, *, entry: RosterEntry | None = None) -> Intake:
    """Open the file of somebody who reports, with all that was said, and the first follow-up task.

    Of a line of the roster, an identity number and a phone that were left empty are taken; without ``entry`` the
    roster is asked for the identity number. Raises ``Invalid`` with everything that is wrong; a
    person who has a file is refused here, and ``link_file`` registers them.
    """
    require(can_start_intake(uow.actor))
    if entry is not None:
        number, phone = answers.id_number.strip() or entry.id_number, answers.phone.strip() or entry.phone
        answers = replace(answers, id_number=number or "", phone=phone or "")
    wrong: dict[str, str] = {}
    _check(uow, answers, entry, wrong)
    person = _noting(wrong, lambda: _register(uow, answers))
    if person is None:
        raise Invalid(fields=wrong)
    _noting(wrong, lambda: _service(uow, person, answers))
    _noting(wrong, lambda: save_education(uow, person, education_code=answers.education_code))
    _noting(wrong, lambda: save_licences(uow, person, codes=answers.licences))
    if answers.specialties:
        years = dict.fromkeys(answers.specialties, 0.0)
        _noting(wrong, lambda: save_specialties(uow, person, years=years))
    if answers.words.strip() or answers.search_state is not JobSearchState.NOT_LOOKING:
        _noting(wrong, lambda: _intention(uow, person, answers))
    if answers.starts_up:
        # The room above checks its words as those of any wish; here they are a field of this form.
        _noting(wrong, lambda: tell_wish(uow, person, answers.start_up_words))
    if wrong:
        raise Invalid(fields=wrong)
    uow.audit("consent.given", person, purpose="profile")
    entry = entry or find_waiting_entry(uow.session, person.id_number or "")
    return _record(uow, person, entry, is_new_file=True)


def _noting(wrong: dict[str, str], act: Callable[[], Any]) -> Any:
    """What ``act`` gives; what it finds ``Invalid`` is noted beside what is known to be wrong."""
    try:
        return act()
    except Invalid as error:
        for field, words in error.fields.items():
            # The birthday comes from the identity number, so that is where it is wrong.
            wrong.setdefault("id_number" if field == "birth_on" else field, words)
        return None


def _check(uow: UnitOfWork, answers: Answers, entry: RosterEntry | None, wrong: dict[str, str]) -> None:
    """Note what no service of people asks for at a first registration."""
    if not answers.agreed:
        wrong["agreed"] = _("先请本人看说明并同意，再登记")
    if not answers.education_code:
        wrong["education_code"] = _("请选学历")
    if VETERAN_KINDS & set(answers.kinds):
        if not answers.resettlement_code:
            wrong["resettlement_code"] = _("请选安置方式")
        if answers.discharged_on is None:
            wrong["discharged_on"] = _("请填写退役日期")
    try:
        facts = check_id_number(answers.id_number)
    except ValueError as error:
        wrong["id_number"] = str(error) if answers.id_number.strip() else _("请填写身份证号")
        return
    if answers.enlisted_on and answers.enlisted_on.year - facts.birth_on.year < 12:
        wrong["enlisted_on"] = _("入伍日期离出生日期太近，请核对")
    if entry is not None and entry.id_number != facts.number:
        wrong["id_number"] = _("和名册上的身份证号不一样，请对照证件核对")
    elif not answers.is_other_person:
        same = likely_twins(uow, name=answers.name, id_number=facts.number, phone=answers.phone)
        if same.near or same.has_far:
            wrong["is_other_person"] = _("可能已经建过档，请先和下面的档案核对")


def _register(uow: UnitOfWork, answers: Answers) -> Person:
    return register_person(
        uow,
        name=answers.name,
        phone=answers.phone,
        kinds=list(answers.kinds),
        region_code=answers.region_code,
        id_number=answers.id_number,
        kind_since=answers.discharged_on if answers.discharged_on and answers.discharged_on <= uow.today else None,
        registered_region_code=answers.registered_place,
        resettled_region_code=answers.resettled_place,
        search_state=answers.search_state,
        is_other_person=answers.is_other_person,
    )


def _service(uow: UnitOfWork, person: Person, answers: Answers) -> None:
    facts = {
        "branch_code": answers.branch_code,
        "rank_code": answers.rank_code,
        "resettlement_code": answers.resettlement_code,
        "enlisted_on": answers.enlisted_on,
        "discharged_on": answers.discharged_on,
    }
    if any(facts.values()):
        save_service_record(uow, person, **facts)  # type: ignore[arg-type]


def _intention(uow: UnitOfWork, person: Person, answers: Answers) -> None:
    if not answers.words.strip():
        raise Invalid(fields={"words": _("请写一种想做的工作，例如货车司机")})
    save_intention(uow, person, words=answers.words, region_codes=answers.wanted_regions)


def _record(uow: UnitOfWork, person: Person, entry: RosterEntry | None, *, is_new_file: bool) -> Intake:
    """The intake itself: receipt, line of the roster, first task."""
    intake = Intake(
        person_id=person.id,
        entry_id=entry.id if entry else None,
        station_id=uow.actor.organization_id or person.station_id,
        region_path=person.region_path,
        is_new_file=is_new_file,
        created_at=uow.now,
        created_by_id=uow.actor.user_id,
    )
    uow.session.add(intake)
    uow.session.flush()
    if entry is not None:
        settle_entry(uow, entry, person.id)
    days = int(rule_value(uow.session, "first_contact_days", uow.today))
    due_on, _is_estimate = add_working_days(uow.session, uow.today, days)
    open_task(
        uow,
        once=first_key(intake),
        kind=TaskKind.NEW_RETURN,
        title=_("报到后首次联系"),
        due_on=due_on,
        person=person,
        link=f"/staff/people/{person.public_id}",
    )
    uow.audit("intake.finished", intake, is_new_file=is_new_file)
    return intake


def first_key(intake: Intake) -> str:
    """The occasion of the first follow-up task."""
    return f"intake:first:{intake.public_id}"


def link_file(uow: UnitOfWork, person: Person, *, entry: RosterEntry | None = None) -> Intake:
    """Register somebody who has a file already: what the roster knows and the file does not is added to it.

    Twice on the same day gives the same intake. Raises ``Invalid`` where file and roster name different numbers,
    ``Conflict`` where the line was settled otherwise.
    """
    require(can_start_intake(uow.actor) and can_edit_person(uow.actor, person))
    entry = entry or find_waiting_entry(uow.session, person.id_number or "")
    known = _intake_today(uow, person)
    if known is not None and (entry is None or known.entry_id == entry.id):
        return known
    if entry is not None:
        if entry.state not in WAITED_FOR:
            raise Conflict(_("名册上这一行已经办过，请刷新后再看"))
        if person.id_number and person.id_number != entry.id_number:
            raise Invalid(fields={"person": _("档案里的身份证号和名册上的不一样，请核对证件")})
        born = [f"{day:%Y%m}" for day in (person.birth_on, entry.birth_on) if day]
        if not person.id_number and len(set(born)) > 1:
            raise Invalid(fields={"person": _("档案里的出生年月和名册上的不一样，请核对证件")})
        _complete(uow, person, entry)
    return _record(uow, person, entry, is_new_file=False)


def _intake_today(uow: UnitOfWork, person: Person) -> Intake | None:
    last = uow.session.scalars(
        select(Intake)
        .where(Intake.person_id == person.id, Intake.taken_back_at.is_(None))
        .order_by(Intake.id.desc())
        .limit(1)
    ).one_or_none()
    return last if last is not None and local_day(last.created_at) == uow.today else None


def _complete(uow: UnitOfWork, person: Person, entry: RosterEntry) -> None:
    """Write what only the roster knows into the file; what stands in the file stays."""
    full = get_person(uow.session, person.id)
    if full.id_number is None and entry.id_number:
        save_identity(uow, full, id_number=entry.id_number)
    old = full.service
    save_service_record(
        uow,
        full,
        branch_code=old.branch_code if old else None,
        rank_code=(old.rank_code if old else None) or entry.rank_code,
        resettlement_code=(old.resettlement_code if old else None) or entry.method_code,
        enlisted_on=old.enlisted_on if old else None,
        discharged_on=(old.discharged_on if old else None) or entry.discharged_on,
        leadership=old.leadership if old else 0,
        posts_held=old.posts_held if old else "",
        honours=old.honours if old else "",
    )
    if full.resettled_region_code is None and full.living_region_code:
        save_basics(
            uow,
            full,
            name=full.name,
            birth_on=full.birth_on,
            region_code=full.living_region_code,
            registered_region_code=full.registered_region_code,
            resettled_region_code=entry.expected_region_code,
            about=full.about,
        )


def take_back_intake(uow: UnitOfWork, intake: Intake, *, reason: str) -> Intake:
    """Undo an intake on the day it was made, where nothing else was done since; a file it opened is emptied.

    A start-up wish said there goes with the file. Twice changes nothing. Raises ``Invalid`` without a reason,
    ``Conflict`` on a later day or after another act.
    """
    require(can_work_intake(uow.actor, intake))
    words = clean_line(reason)
    if intake.taken_back_at is not None:
        return intake
    if not 2 <= len(words) <= 200:
        raise Invalid(fields={"reason": _("请写明为什么撤回，2 到 200 个字")})
    if local_day(intake.created_at) != uow.today:
        raise Conflict(_("只有当天能撤回。填错的地方请在档案里改"))
    person = uow.session.get_one(Person, intake.person_id)
    if _was_used(uow, intake, person):
        raise Conflict(_("登记以后已经办过别的事，不能撤回。填错的地方请在档案里改"))
    if intake.is_new_file:
        tell_taken_back(uow, person)
        record_withdrawn_file(uow, person)
        close_task(uow, once=missing_key(person, uow.today.year), outcome=words, state=TaskState.DROPPED)
    if intake.entry_id is not None:
        settle_entry(uow, uow.session.get_one(RosterEntry, intake.entry_id), None)
    close_task(uow, once=first_key(intake), outcome=words, state=TaskState.DROPPED)
    intake.taken_back_at, intake.taken_back_by_id, intake.taken_back_reason = uow.now, uow.actor.user_id, words
    uow.session.flush()
    uow.audit("intake.taken_back", intake)
    return intake


def _was_used(uow: UnitOfWork, intake: Intake, person: Person) -> bool:
    """Whether the trail shows an act on the file after the intake, or the first task was done, or the grant paid."""
    if intake.grant_paid_on is not None:
        return True
    mine = select(AuditEntry.id).where(AuditEntry.action == "intake.finished", AuditEntry.object_id == intake.public_id)
    later = select(AuditEntry.id).where(
        AuditEntry.object_type == "person",
        AuditEntry.object_id == person.public_id,
        AuditEntry.id > mine.scalar_subquery(),
        AuditEntry.action.not_in(LOOKS),
    )
    worked = select(Task.id).where(Task.once == first_key(intake), Task.state != TaskState.OPEN)
    return any(uow.session.scalar(query.limit(1)) is not None for query in (later, worked))


def save_grant(
    uow: UnitOfWork, intake: Intake, *, due_on: date | None, paid_on: date | None, version: int | None = None
) -> Intake:
    """The days on which the one-time grant should be and was paid. Raises ``Invalid``, ``Conflict``."""
    require(can_work_intake(uow.actor, intake))
    if intake.taken_back_at is not None or (version is not None and version != intake.version):
        raise Conflict
    fields = {}
    if due_on is not None and abs((due_on - uow.today).days) > 3 * 365:
        fields["due_on"] = _("应发日期离今天太远，请核对")
    if paid_on is not None and paid_on > uow.today:
        fields["paid_on"] = _("已发日期不能晚于今天")
    if paid_on is not None and due_on is None:
        fields["due_on"] = _("请先填应发日期")
    if paid_on is not None and paid_on.year < 1990:
        fields["paid_on"] = _("请核对已发日期")
    if fields:
        raise Invalid(fields=fields)
    intake.grant_due_on, intake.grant_paid_on = due_on, paid_on
    uow.session.flush()
    uow.audit("intake.grant", intake)
    return intake


def station_of(uow: UnitOfWork, intake: Intake) -> Organization:
    """Where somebody reported."""
    return uow.session.get_one(Organization, intake.station_id)
