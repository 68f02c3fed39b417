"""Start-up wishes (创业意愿): said anywhere, kept once, and followed up by a task of the station."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, or_, select

from jobmatch.casework.families.models import FamilyCheck
from jobmatch.casework.families.states import TrainingWish
from jobmatch.casework.plans.models import PlanNeed, ServicePlan
from jobmatch.casework.plans.states import NeedKind, PlanState
from jobmatch.casework.surveys.models import SurveyAnswer
from jobmatch.casework.surveys.states import StartUpWish
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person, is_own_file, visible_people
from jobmatch.people.queries.people import find_by_phone
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.reference.models import Industry
from jobmatch.reference.queries import add_working_days, find_region, names, rule_value
from training.incubation.ventures.models import Venture, VentureFounder, VentureMove
from training.incubation.ventures.queries import founder_kind, latest_venture
from training.incubation.ventures.services.common import forget_founder, log_move, wish_key
from training.incubation.ventures.states import LIVING_STATES, VentureForm, VentureState, WishSource

CONTACT_RULE = "startup_contact_days"
BATCH = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to start; everything but the words may be unknown."""

    words: str = ""
    when: str = ""
    money: str = ""
    name: str = ""
    form: VentureForm = VentureForm.NOT_KNOWN
    sector_code: str | None = None
    region_code: str | None = None


def record_wish(
    uow: UnitOfWork, person: Person, *, source: WishSource, words: str = "", wished_on: date | None = None
) -> Venture:
    """Keep a start-up wish as a venture in INTENTION with a task for the station; for upper rooms and timed work.

    Whoever has a venture that lives gets that one back, and nothing is opened twice. A venture that was dropped
    begins again with the new wish.
    """
    # Two wishes of one person at a time wait for each other here, so that they become one venture.
    uow.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())
    known = latest_venture(uow.session, person.id)
    if known is not None and known.state in LIVING_STATES:
        return known
    day = wished_on or uow.today
    if known is not None and known.state is VentureState.DROPPED:
        venture, before = known, known.state.value
        venture.state, venture.wished_on, venture.source = VentureState.INTENTION, day, source
        venture.end_reason = ""
    else:
        venture, before = _new(uow, person, source, day), ""
    if words:
        venture.words = clean_line(words)[:400]
    log_move(uow, venture, before, day)
    _open_contact(uow, venture, person)
    uow.audit("venture.wish", venture, source=source.value)
    return venture


def record_intake_wish(uow: UnitOfWork, person: Person, words: str) -> Venture:
    """Keep a start-up wish said at the window. Raises ``Invalid`` on ``start_up_words``."""
    found = Findings()
    keep_secrets_out(found, {"start_up_words": words}, accept_masked=False)
    found.stop()
    return record_wish(uow, person, source=WishSource.INTAKE, words=words)


def record_intake_taken_back(uow: UnitOfWork, person: Person) -> None:
    """Drop the wish that came with an intake made by mistake; name and words go with the file.

    Raises ``Conflict`` where somebody has followed it up already.
    """
    venture = latest_venture(uow.session, person.id)
    if venture is None or venture.state is VentureState.DROPPED:
        return
    moves = uow.session.scalars(select(VentureMove).where(VentureMove.venture_id == venture.id)).all()
    if len(moves) > 1 or venture.source is not WishSource.INTAKE:
        raise Conflict(_("创业打算已经跟进过，不能撤回。填错的地方请在档案里改"))
    before = venture.state.value
    venture.state, venture.end_reason = VentureState.DROPPED, _("报到登记已撤回")
    log_move(uow, venture, before, uow.today)
    close_task(uow, once=wish_key(venture), outcome=venture.end_reason, state=TaskState.DROPPED)
    forget_founder(uow, person.id)
    uow.audit("venture.move", venture, move="drop")


def _new(uow: UnitOfWork, person: Person, source: WishSource, day: date) -> Venture:
    venture = Venture(
        region_path=person.region_path,
        station_id=person.station_id,
        person_id=person.id,
        state=VentureState.INTENTION,
        source=source,
        wished_on=day,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(venture)
    uow.session.flush()
    uow.session.add(
        VentureFounder(
            venture_id=venture.id,
            person_id=person.id,
            name=person.name,
            kind=founder_kind(uow.session, person.id, uow.today),
            since_on=day,
        )
    )
    uow.session.flush()
    return venture


def _open_contact(uow: UnitOfWork, venture: Venture, person: Person) -> None:
    days = int(rule_value(uow.session, CONTACT_RULE, uow.today))
    open_task(
        uow,
        once=wish_key(venture),
        kind=TaskKind.START_UP,
        title=_("有创业意愿，联系一次"),
        due_on=add_working_days(uow.session, uow.today, days)[0],
        person=person,
        link=f"/staff/ventures/{venture.public_id}",
    )


def register_wish(uow: UnitOfWork, person: Person, wish: Wish) -> Venture:
    """The person says what they want to start; a wish that is open already takes the new words."""
    require(is_own_file(uow.actor, person))
    return _fill(uow, person, wish, WishSource.OWN)


def enter_venture(uow: UnitOfWork, person: Person, wish: Wish, *, source: WishSource = WishSource.STAFF) -> Venture:
    """Staff write down what somebody wants to start. Raises ``Invalid`` with every finding."""
    require(uow.actor.can("venture.manage") and can_edit_person(uow.actor, person))
    return _fill(uow, person, wish, source)


def _fill(uow: UnitOfWork, person: Person, wish: Wish, source: WishSource) -> Venture:
    found = Findings()
    words = clean_line(wish.words)[:400]
    found.check(bool(words), "words", _("请写一句想做什么"))
    keep_secrets_out(found, {"words": words, "name": wish.name}, accept_masked=False)
    _check_codes(uow, found, wish)
    found.stop()
    venture = record_wish(uow, person, source=source)
    if venture.state in (VentureState.INTENTION, VentureState.PREPARING):
        parts = [words, *([_("打算什么时候：%(when)s", when=wish.when)] if wish.when else [])]
        parts += [_("本钱：%(money)s", money=wish.money)] if wish.money else []
        venture.words = clean_line(_("；").join(parts))[:400]
        venture.name = clean_line(wish.name)[:120] or venture.name
        venture.form = wish.form if wish.form is not VentureForm.NOT_KNOWN else venture.form
        venture.sector_code = wish.sector_code or venture.sector_code
        venture.region_code = wish.region_code or venture.region_code
        venture.changed_at = uow.now
        uow.session.flush()
        uow.audit("venture.describe", venture)
    return venture


def _check_codes(uow: UnitOfWork, found: Findings, wish: Wish) -> None:
    known = wish.sector_code is None or wish.sector_code in names(uow.session, Industry)
    found.check(known, "sector_code", _("请从列表里选行业"))
    place = wish.region_code is None or find_region(uow.session, wish.region_code) is not None
    found.check(place, "region_code", _("请填对行政区划代码"))


# ---------- wishes that were said in the rooms below ----------


def collect_wishes(uow: UnitOfWork, *, most: int = BATCH) -> int:
    """Make ventures of wishes that surveys, service plans and the half-yearly count of families hold; returns how
    many. 0 means nothing is left.

    A wish counts once: whoever has a living venture is passed over, and so is an answer that is older than the last
    thing that happened to the person's venture, because it was heard then.
    """
    require(uow.actor.is_system)
    done = 0
    for person, words, at in _from_surveys(uow, most):
        record_wish(uow, person, source=WishSource.SURVEY, words=words, wished_on=at)
        done += 1
    for person, opened_on in _from_plans(uow, most):
        record_wish(uow, person, source=WishSource.PLAN, wished_on=opened_on)
        done += 1
    for person, checked_on in _from_families(uow, most):
        record_wish(uow, person, source=WishSource.SURVEY, wished_on=checked_on)
        done += 1
    return done


def _from_surveys(uow: UnitOfWork, most: int) -> list[tuple[Person, str, date]]:
    heard = exists().where(
        Venture.person_id == Person.id,
        or_(Venture.state.in_(LIVING_STATES), Venture.changed_at >= SurveyAnswer.answered_at),
    )
    wishes = (StartUpWish.THINKING, StartUpWish.PREPARING, StartUpWish.RUNNING)
    rows = uow.session.execute(
        select(Person, SurveyAnswer)
        .join(SurveyAnswer, SurveyAnswer.person_id == Person.id)
        .where(Person.erased_at.is_(None), Person.merged_into_id.is_(None), SurveyAnswer.start_up.in_(wishes), ~heard)
        .order_by(SurveyAnswer.answered_at.desc(), SurveyAnswer.id.desc())
        .limit(most)
    ).all()
    found: dict[int, tuple[Person, str, date]] = {}
    for person, answer in rows:
        found.setdefault(person.id, (person, answer.start_up_words, local_day(answer.answered_at)))
    return list(found.values())


def _from_plans(uow: UnitOfWork, most: int) -> list[tuple[Person, date]]:
    # A plan does not say when the need was heard: whoever ever had a venture is asked by their station instead.
    heard = exists().where(Venture.person_id == Person.id)
    rows = uow.session.execute(
        select(Person, ServicePlan.opened_on)
        .join(ServicePlan, ServicePlan.person_id == Person.id)
        .join(
            PlanNeed,
            and_(PlanNeed.plan_id == ServicePlan.id, PlanNeed.kind == NeedKind.START_UP, PlanNeed.met_on.is_(None)),
        )
        .where(ServicePlan.state == PlanState.OPEN, Person.erased_at.is_(None), Person.merged_into_id.is_(None), ~heard)
        .order_by(Person.id)
        .limit(most)
    ).all()
    return [(person, day) for person, day in rows]


def _from_families(uow: UnitOfWork, most: int) -> list[tuple[Person, date]]:
    # A count knows the day and no hour: what happened to a venture on that day had heard it.
    heard = exists().where(
        Venture.person_id == Person.id,
        or_(Venture.state.in_(LIVING_STATES), Venture.wished_on >= FamilyCheck.checked_on),
    )
    rows = uow.session.execute(
        select(Person, FamilyCheck.checked_on)
        .join(FamilyCheck, FamilyCheck.person_id == Person.id)
        .where(
            FamilyCheck.training_wish == TrainingWish.START_UP,
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
            ~heard,
        )
        .order_by(FamilyCheck.checked_on.desc(), FamilyCheck.id)
        .limit(most)
    ).all()
    newest: dict[int, tuple[Person, date]] = {}
    for person, day in rows:
        newest.setdefault(person.id, (person, day))
    return list(newest.values())


def enter_by_phone(uow: UnitOfWork, phone: str, wish: Wish) -> Venture:
    """Staff write down the wish of whoever has this phone in the pool. Raises ``Invalid`` where nobody has."""
    require(uow.actor.can("venture.manage"))
    ids = [one.id for one in find_by_phone(uow.session, phone)] if phone.strip() else []
    people = list(uow.rows(visible_people(uow.actor, select(Person).where(Person.id.in_(ids)))))
    if len(people) != 1:
        raise Invalid(fields={"phone": _("人才库里没有找到这个手机号，请先建档")})
    return enter_venture(uow, people[0], wish)
