"""The way of a venture from the wish to its end; each move with its day, its checks and its line in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.organizations import record_new_organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, NotFound, require
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.common import Findings, clean_line
from jobmatch.people.services.register import record_start
from jobmatch.people.states import EvidenceKind, RegisterSource
from jobmatch.reference.checks import check_credit_code
from training.incubation.ventures.founding import OWNED_BY_ONE, WHOLE, share_sum, share_words
from training.incubation.ventures.models import Venture, VentureFounder
from training.incubation.ventures.policies import can_manage_venture
from training.incubation.ventures.queries import founders_of
from training.incubation.ventures.services.common import check_day, last_day, lock, log_move, wish_key
from training.incubation.ventures.states import VENTURE_FLOW, FounderRole, VentureForm, VentureState

ACTIONS = ("prepare", "register", "operate", "suspend", "deregister", "drop", "wish")
NEEDS_REASON = frozenset({"suspend", "deregister", "drop"})
TASK_DAYS = 14
STATUS = {
    VentureForm.SELF_EMPLOYED: "J",
    VentureForm.FAMILY_FARM: "J",
    VentureForm.COOPERATIVE: "K",
}
"""Columns of the year table (创业 = I + J + K); every other form is an enterprise, I."""
OWN_BUSINESS = frozenset({"I", "J", "K"})


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """What a move says; ``register`` needs all of it, ``is_first`` and ``is_takeover`` as answers, not as guesses."""

    on: date | None = None
    note: str = ""
    name: str = ""
    form: VentureForm = VentureForm.NOT_KNOWN
    credit_code: str = ""
    region_code: str | None = None
    is_first: bool | None = None
    is_takeover: bool | None = None
    has_others: bool = False


_WORDS = {
    "prepare": N_("开始筹备"),
    "register": N_("登记了"),
    "operate": N_("开业经营"),
    "suspend": N_("停业"),
    "deregister": N_("注销"),
    "drop": N_("不办了"),
    "wish": N_("又想办了"),
}


def action_words() -> dict[str, str]:
    """What each action is called, in the reader's language."""
    return {action: _(words) for action, words in _WORDS.items()}


def open_actions(venture: Venture) -> list[str]:
    """What can be done with it now, in the order of its way."""
    return [action for action in ACTIONS if (venture.state, action) in VENTURE_FLOW]


def move_venture(uow: UnitOfWork, venture: Venture, action: str, facts: MoveFacts) -> Venture:
    """Move it along ``VENTURE_FLOW``; the same press again changes nothing.

    Raises ``NotFound`` for no such action, ``Conflict`` where it cannot be done from the present state, ``Invalid``
    with every finding.
    """
    require(can_manage_venture(uow.actor, venture))
    if action not in ACTIONS:
        raise NotFound
    venture = lock(uow, venture)
    after = VENTURE_FLOW.get((venture.state, action))
    if after is None:
        if venture.state in {state for (_from, name), state in VENTURE_FLOW.items() if name == action}:
            return venture
        raise Conflict(_("现在是“%(state)s”，不能这样改", state=venture.state.label))
    found = Findings()
    check_day(uow, found, facts.on, after=last_day(uow, venture))
    note = clean_line(facts.note)[:200]
    found.check(bool(note) or action not in NEEDS_REASON, "note", _("请写一句原因"))
    code = _check_registration(uow, found, venture, facts) if action == "register" else ""
    on = found.need(facts.on)
    before = venture.state.value
    if action == "register":
        _register(uow, venture, facts, code, on)
    if action == "wish":
        venture.wished_on = on
    _stamp(venture, after, on, note)
    log_move(uow, venture, before, on, note)
    if before == VentureState.INTENTION.value:
        close_task(uow, once=wish_key(venture), outcome=venture.state.label)
    if after in (VentureState.REGISTERED, VentureState.OPERATING):
        _write_register(uow, venture)
    uow.audit("venture.move", venture, move=action)
    return venture


def _stamp(venture: Venture, after: VentureState, on: date, note: str) -> None:
    venture.state = after
    if after is VentureState.OPERATING:
        venture.operating_on, venture.suspended_on = venture.operating_on or on, None
    if after is VentureState.SUSPENDED:
        venture.suspended_on = on
    if after is VentureState.DEREGISTERED:
        venture.ended_on = on
    if after in (VentureState.DEREGISTERED, VentureState.DROPPED):
        venture.end_reason = note


# ---------- registering ----------


def _check_registration(uow: UnitOfWork, found: Findings, venture: Venture, facts: MoveFacts) -> str:
    """Everything that registering needs; the cleaned credit code."""
    found.check(bool(clean_line(facts.name)), "name", _("请填营业执照上的名称"))
    found.check(facts.form is not VentureForm.NOT_KNOWN, "form", _("请选登记的类型"))
    found.check(facts.is_first is not None, "is_first", _("请选是不是本人第一次登记"))
    found.check(facts.is_takeover is not None, "is_takeover", _("请选是不是接手别人的"))
    clash = bool(facts.is_first and facts.is_takeover)
    found.check(not clash, "is_takeover", _("接手别人的店或企业，不算本人首次创业登记，请改选一项"))
    if facts.is_first and venture.person_id is not None:
        found.check(not _registered_before(uow, venture), "is_first", _("这个人已经有登记过的项目，不是第一次"))
    _check_shares(uow, found, venture, facts)
    code = ""
    try:
        code = check_credit_code(facts.credit_code)
    except ValueError as error:
        found.add("credit_code", str(error))
    if code:
        other = uow.session.scalar(
            select(Venture.id)
            .join(Organization, Organization.id == Venture.organization_id)
            .where(Organization.credit_code == code, Venture.id != venture.id)
        )
        found.check(other is None, "credit_code", _("这个代码已经是另一个创业项目的，请核对营业执照"))
    return code


def _registered_before(uow: UnitOfWork, venture: Venture) -> bool:
    query = select(Venture.id).where(
        Venture.person_id == venture.person_id, Venture.id != venture.id, Venture.registered_on.is_not(None)
    )
    return uow.session.scalar(query.limit(1)) is not None


def _check_shares(uow: UnitOfWork, found: Findings, venture: Venture, facts: MoveFacts) -> None:
    if facts.form in OWNED_BY_ONE:
        return
    total = share_sum(founders_of(uow.session, [venture.id])[venture.id])
    words = _(
        "现在登记的持股合计 %(sum)s，不到 100%%：先把创办人补齐，或者勾选“其余是其他股东”", sum=share_words(total)
    )
    found.check(total == WHOLE or facts.has_others, "has_others", words)


def _register(uow: UnitOfWork, venture: Venture, facts: MoveFacts, code: str, on: date) -> None:
    venture.name, venture.form = clean_line(facts.name)[:120], facts.form
    venture.region_code = facts.region_code or venture.region_code or _place_of(venture)
    venture.is_first, venture.is_takeover = bool(facts.is_first), bool(facts.is_takeover)
    venture.registered_on = on
    organization = uow.session.scalars(select(Organization).where(Organization.credit_code == code)).one_or_none()
    if organization is None:
        organization = record_new_organization(
            uow,
            kind=OrganizationKind.VENTURE,
            name=venture.name,
            region_code=venture.region_code,
            credit_code=code,
            state=OrganizationState.ACTIVE,
        )
    venture.organization_id = organization.id
    if facts.form in OWNED_BY_ONE:
        owner = next(
            (one for one in founders_of(uow.session, [venture.id])[venture.id] if one.role is FounderRole.FOUNDER), None
        )
        if owner is not None and share_sum([owner]) == share_sum(founders_of(uow.session, [venture.id])[venture.id]):
            owner.share_points = WHOLE
    uow.session.flush()


def _place_of(venture: Venture) -> str:
    return venture.region_path.strip("/").split("/")[-1]


# ---------- the founders' lines of the register ----------


def _write_register(uow: UnitOfWork, venture: Venture) -> None:
    """创业 in the employment register of every founder in the pool who has no open line; else a task says so."""
    status = STATUS.get(venture.form, "I")
    founders = [one for one in founders_of(uow.session, [venture.id])[venture.id] if one.until_on is None]
    for one in founders:
        person = uow.session.get(Person, one.person_id) if one.person_id else None
        if person is None or one.role is FounderRole.PARTNER:
            continue
        spell = current_spell(uow.session, person.id)
        if spell is not None and spell.status_code in OWN_BUSINESS:
            continue
        if spell is not None or not can_edit_person(uow.actor, person):
            _ask_register(uow, venture, one, person)
            continue
        record_start(
            uow,
            person,
            organization_id=venture.organization_id,
            employer_name=venture.name,
            title="",
            occupation_code=None,
            started_on=venture.registered_on or uow.today,
            status_code=status,
            evidence=EvidenceKind.LICENCE,
            source=RegisterSource.STAFF,
            source_key=f"venture_founder:{one.public_id}",
        )


def _ask_register(uow: UnitOfWork, venture: Venture, founder: VentureFounder, person: Person) -> None:
    open_task(
        uow,
        once=f"venture_register:{venture.public_id}:{founder.public_id}",
        kind=TaskKind.START_UP,
        title=_("创业已登记，就业台账里还有别的一条，请核对"),
        due_on=uow.today + timedelta(days=TASK_DAYS),
        person=person,
        link=f"/staff/ventures/{venture.public_id}",
    )
