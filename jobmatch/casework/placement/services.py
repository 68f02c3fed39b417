"""Keeping the resettlement ledger: taking somebody in, entering each step, and the clocks that run."""

from __future__ import annotations

from datetime import date, timedelta

from jobmatch.casework.placement.models import Placement, PlacementStep
from jobmatch.casework.placement.policies import can_keep_placement, can_open_placement
from jobmatch.casework.placement.queries import find_placement
from jobmatch.casework.placement.states import ENDED, FLOW, LEDGER_OF_METHOD, Ledger, PlacementState, Step
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_write_register
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.people.services.register import add_spell
from jobmatch.people.states import EvidenceKind
from jobmatch.reference.models import Region
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months

NEEDS_PAPER = (Step.WAIVE, Step.CANCEL)
WARNING_DAYS = 30
FIRST_DAY = date(2011, 11, 1)
"""退役士兵安置条例 of 2011: who was accepted earlier is no matter of this ledger."""


def ledger_for(person: Person) -> Ledger | None:
    """The ledger a person (loaded with the service record) belongs into by the resettlement method, or none."""
    return LEDGER_OF_METHOD.get((person.service.resettlement_code if person.service else "") or "")


def _home_path(uow: UnitOfWork, person: Person) -> str:
    place = uow.session.get(Region, person.resettled_region_code) if person.resettled_region_code else None
    return place.path if place else person.region_path


def open_placement(uow: UnitOfWork, person: Person, *, accepted_on: date | None) -> Placement:
    """Enter somebody (loaded with the service record) who is to be placed; twice returns the first line.

    Raises ``Invalid`` where the method has no ledger or the day cannot be.
    """
    path = _home_path(uow, person)
    require(can_open_placement(uow.actor, person, path))
    known = find_placement(uow.session, person.id)
    if known is not None:
        return known
    found = Findings()
    ledger = ledger_for(person)
    found.check(ledger is not None, "person", _("这个人的安置方式不是安排工作或转业，请先核对服役和安置"))
    discharged = person.service.discharged_on if person.service else None
    if accepted_on is None or accepted_on > uow.today or (discharged and accepted_on < discharged):
        found.add("accepted_on", _("请填写接收的日期，在退役之后，不能晚于今天"))
    elif accepted_on < FIRST_DAY:
        found.add("accepted_on", _("2011 年 11 月以前接收的人，不用在这里补录"))
    accepted = found.need(accepted_on)
    ledger = found.need(ledger)
    placement = Placement(
        person_id=person.id, ledger=ledger, region_path=path, accepted_on=accepted, created_at=uow.now
    )
    if ledger is Ledger.GOVERNMENT_PLACED:
        months = int(rule_value(uow.session, "placement_months", accepted))
        placement.due_on = add_months(accepted, months)
    uow.session.add(placement)
    uow.session.flush()
    if placement.due_on is not None:
        _watch(uow, placement, person, "place", _("安排工作快到期限"), placement.due_on)
    uow.audit("placement.open", placement, ledger=placement.ledger.value)
    return placement


def _watch(uow: UnitOfWork, placement: Placement, person: Person, clock: str, title: str, due_on: date) -> None:
    open_task(
        uow,
        once=f"placement:{placement.public_id}:{clock}",
        kind=TaskKind.PLACEMENT_DUE,
        title=title,
        due_on=max(uow.today, due_on - timedelta(days=WARNING_DAYS if clock == "place" else 7)),
        person=person,
        region_path=placement.region_path,
        link=f"/staff/people/{person.public_id}/placement",
    )


def take_step(
    uow: UnitOfWork,
    placement: Placement,
    person: Person,
    step: Step,
    *,
    happened_on: date | None,
    note: str = "",
    score: float | None = None,
    post: str = "",
    letter_number: str = "",
    contract_years: int | None = None,
    version: int | None = None,
) -> Placement:
    """Enter the next step of a line. Each asks for what its paper says; starting also writes the register.

    Raises ``Conflict`` where the step does not follow from the present state, ``Invalid`` with every finding.
    """
    require(can_keep_placement(uow.actor, placement.region_path))
    after = FLOW.get((placement.state, step))
    if after is None or (version is not None and version != placement.version):
        raise Conflict
    found = Findings()
    last = max(day for day in (placement.accepted_on, placement.letter_on) if day)
    if happened_on is None or not last <= happened_on <= uow.today:
        found.add("happened_on", _("请填写日期，不早于上一步（%(day)s），不晚于今天", day=day_words(last)))
    texts = keep_secrets_out(found, {"note": clean_line(note)[:200], "post": clean_line(post)}, accept_masked=False)
    if step in NEEDS_PAPER:
        found.check(bool(texts["note"]), "note", _("请写明依据的书面材料，例如“本人 10 月 8 日书面放弃申请”"))
    if step is Step.SCORE:
        found.check(score is not None and 0 <= score <= 1000, "score", _("请填写量化评分的总分"))
    if step is Step.CHOOSE:
        found.check(bool(texts["post"]), "post", _("请写明选了哪个单位的哪个岗位"))
    if step is Step.SEND_LETTER:
        found.check(bool(clean_line(letter_number)), "letter_number", _("请填写介绍信的文号"))
    if step is Step.START:
        found.check(contract_years is not None, "contract_years", _("请填写合同年限，无固定期限填 0"))
    day = found.need(happened_on)
    _apply(uow, placement, person, step, day, score, texts["post"], clean_line(letter_number)[:60], contract_years)
    placement.state = after
    uow.session.add(
        PlacementStep(
            placement_id=placement.id,
            step=step,
            happened_on=day,
            note=texts["note"],
            recorded_by_id=uow.actor.user_id,
            recorded_at=uow.now,
        )
    )
    if placement.state in ENDED:
        for clock in ("place", "start"):
            close_task(uow, once=f"placement:{placement.public_id}:{clock}", outcome=placement.state.value)
    uow.session.flush()
    uow.audit("placement.step", placement, step=step.value)
    return placement


def _apply(
    uow: UnitOfWork,
    placement: Placement,
    person: Person,
    step: Step,
    day: date,
    score: float | None,
    post: str,
    letter_number: str,
    contract_years: int | None,
) -> None:
    if step is Step.SCORE:
        placement.score = score
    elif step is Step.CHOOSE:
        placement.post = post[:120]
    elif step is Step.SEND_LETTER:
        placement.letter_on, placement.letter_number = day, letter_number
        if placement.ledger is Ledger.GOVERNMENT_PLACED:
            close_task(uow, once=f"placement:{placement.public_id}:place", outcome=PlacementState.LETTER.value)
            placement.start_due_on = day + timedelta(days=int(rule_value(uow.session, "placement_start_days", day)))
            _watch(uow, placement, person, "start", _("开了介绍信还没上岗"), placement.start_due_on)
    elif step is Step.START:
        placement.started_on, placement.contract_years = day, contract_years
        _register(uow, placement, person, day)


def _register(uow: UnitOfWork, placement: Placement, person: Person, day: date) -> None:
    """The start of a placed person as a line of the register, or a task for the station that keeps it.

    A clash in the register is said on the field of the day.
    """
    if not can_write_register(uow.actor, person):
        open_task(
            uow,
            once=f"placement:{placement.public_id}:register",
            kind=TaskKind.CONFIRM_EMPLOYMENT,
            title=_("安置上岗，请登记就业台账"),
            due_on=uow.today + timedelta(days=7),
            person=person,
            link=f"/staff/people/{person.public_id}",
        )
        return
    try:
        add_spell(
            uow,
            person,
            status_code="W2",
            started_on=day,
            employer_name=placement.post,
            evidence=EvidenceKind.CONTRACT,
            evidence_on=uow.today,
        )
    except Invalid as error:
        raise Invalid(fields={"happened_on": next(iter(error.fields.values()), "")}) from None
