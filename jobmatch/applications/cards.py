"""What pages show of a posting for one reader, and of an application for its employer: words, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.applications.models import Application
from jobmatch.applications.notices import moment_words
from jobmatch.applications.queries import TAB_STATES, Tab, count_applicants, interview_is_over
from jobmatch.applications.states import LIVE, ApplicationState
from jobmatch.core.clock import local_day
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.results import ListedPosting, first_and_gap, label_of, reason_text, reasons_of
from jobmatch.matching.services import explain_pair, listed, recommend_postings
from jobmatch.matching.spots import distance_words, home_of, town_of, work_of
from jobmatch.people.cards import PersonCard
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import cards as person_cards
from jobmatch.people.queries.people import load_full as load_people
from jobmatch.reference.queries import region_label
from recruiters.employers.models import Employer
from recruiters.employers.reputation import days_words, rate_words, reputation_of
from recruiters.employers.states import VettingState
from recruiters.postings.ages import age_facts
from recruiters.postings.cards import PostingCard, posting_card
from recruiters.postings.models import Posting
from recruiters.postings.states import RequirementKind

LINE_NAMES: dict[str, str] = {
    **{kind.value: kind.label_id for kind in RequirementKind},
    "occupation_wanted": N_("想找的工作"),
    "occupation_past": N_("做过的工作"),
    "region": N_("工作地区"),
    "distance": N_("离家远近"),
    "pay": N_("工资"),
    "shift": N_("班次"),
    "employment_type": N_("用工类型"),
    "veterans_first": N_("优先条件"),
}

NAMED = frozenset({"licence", "certificate", "skill", "specialty"})
"""Kinds of conditions that a résumé either names or does not."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a comparison: what the posting asks, what the person has; ``met`` is None where it is not known.

    ``mark`` is said of a wish that does not quite fit, which is not a thing the person lacks.
    """

    name: str
    need: str
    have: str
    met: bool | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A posting as one reader sees it. ``lines`` compare it with the reader, or list what it asks (``have`` empty)."""

    card: PostingCard
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    met: int
    total: int
    exclusion: str
    record: tuple[tuple[str, str], ...]
    is_vetted: bool


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line of the explanation as it was when the application was sent; the shape matching writes words from."""

    kind: str
    code: str
    status: str
    must: bool
    label: str
    template: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredFit:
    """The explanation kept with an application."""

    items: tuple[StoredLine, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One reason on a card: for the person, or a gap."""

    text: str
    gap: bool


@dataclass(frozen=True, slots=True)
class CandidateCard:
    """One application in an employer's list; ``reasons`` are two for it and the weightiest gap."""

    application: Application
    person: PersonCard | None
    facts: tuple[str, ...]
    reasons: tuple[Point, ...]
    waited_days: int
    status: str


@dataclass(frozen=True, slots=True)
class ApplicationSheet:
    """One application for its employer: the person's card, and the posting compared with them row by row."""

    card: CandidateCard
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TabCounts:
    """How many applications stand where."""

    by_tab: dict[Tab, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_tab.values())


def count_by_tab(rows: Iterable[Any]) -> TabCounts:
    """Sum rows of state and number by tab."""
    by_state = dict(rows)
    return TabCounts({tab: sum(by_state.get(state, 0) for state in states) for tab, states in TAB_STATES.items()})


def store_fit(explanation: Any) -> list[dict[str, Any]]:
    """The lines of an explanation as plain JSON values."""
    return [
        {
            "kind": item.kind,
            "code": item.code,
            "status": item.status,
            "must": item.must,
            "label": item.label,
            "template": item.template,
            "params": dict(item.params),
        }
        for item in explanation.items
    ]


def posting_sheet(uow: UnitOfWork, posting: Posting, person: Person | None) -> Sheet:
    """The posting (read with ``load_full``) for ``person``, or for somebody who has not signed in."""
    near, met, total, exclusion = "", 0, 0, ""
    if person is None:
        needs = [
            (need.kind.label, _asked(label_of(uow.session, need), need.is_must))
            for need in sorted(posting.requirements, key=lambda need: not need.is_must)
        ]
        lines = tuple(Line(kind, asked, "", None) for kind, asked in needs)
    else:
        near = distance_words(uow.session, home_of(uow.session, person), work_of(uow.session, posting))
        explanation = explain_pair(uow, person, posting)
        lines = compare(uow.session, explanation, near=near)
        met, total = sum(line.met is True for line in lines), len(lines)
        exclusion = _(explanation.excluded.label) if explanation.excluded else ""
    return Sheet(
        card=posting_card(uow.session, posting),
        facts=tuple(_facts(uow, posting, near)),
        lines=lines,
        met=met,
        total=total,
        exclusion=exclusion,
        record=tuple(_record(uow, posting.employer)),
        is_vetted=posting.employer.vetting is VettingState.VETTED,
    )


def fitting_rows(uow: UnitOfWork, person: Person, *, top: int = 20) -> tuple[ListedPosting, ...]:
    """The open postings that fit a person best, best first, without those they applied to."""
    fits = recommend_postings(uow, person, top=top)
    return listed(uow, [fit.posting_id for fit in fits], fits, home_of(uow.session, person), person)


def compare(session: Session, explanation: Any, *, near: str) -> tuple[Line, ...]:
    """Rows of the comparison, gaps first and musts before what is only welcome."""
    lines = []
    for item in explanation.items:
        if item.kind == "distance" and not near:
            continue
        text = near if item.kind == "distance" else reason_text(session, item)
        met = item.status == "met"
        need = label_of(session, item) if item.kind in set(RequirementKind) else ""
        if need and item.status == "missing" and item.kind in NAMED:
            text = _("简历里没有")
        name = _(LINE_NAMES[item.kind]) if item.kind in LINE_NAMES else label_of(session, item)
        mark = "" if need or met else _("不同")
        lines.append((met, not item.must, Line(name, _asked(need, item.must) if need else "", text, met, mark)))
    lines.sort(key=lambda one: one[:2])
    return tuple(line for _met, _nice, line in lines)


def _asked(label: str, is_must: bool) -> str:
    return label if is_must else _("%(need)s（有更好）", need=label)


def _facts(uow: UnitOfWork, posting: Posting, near: str) -> Iterable[tuple[str, str]]:
    place = region_label(uow.session, posting.region_code) or _("未写明")
    yield _("上班地点"), _("，").join(part for part in (place + posting.address, near) if part)
    count = count_applicants(uow, posting)
    yield _("招几个人"), _("%(n)s 人，已投 %(m)s 人", n=posting.vacancy_count - posting.filled_count, m=count)
    times = [posting.shift.label if posting.shift else "", posting.work_time]
    yield _("上班时间"), _("，").join(part for part in times if part) or _("未写明")
    if posting.employment_type:
        party = _("和%(party)s签", party=posting.contract_party) if posting.contract_party else ""
        yield _("用工类型"), _("，").join(part for part in (posting.employment_type.label, party) if part)
    board = [part.label for part in (posting.meals, posting.housing) if part]
    if board:
        yield _("吃住"), _("，").join(board)
    if posting.social_insurance:
        yield _("社保"), posting.social_insurance.label
    if posting.benefits:
        yield _("其他待遇"), posting.benefits
    yield from age_facts(posting)


def _record(uow: UnitOfWork, employer: Employer) -> Iterable[tuple[str, str]]:
    yield _("账号类型"), employer.account_label.label
    yield _("单位类型"), employer.kind.label
    found = reputation_of(uow.session, employer.id, uow.today)
    if found.rate is not None:
        yield _("回复率"), rate_words(found)
    if found.answer_days is not None:
        yield _("几天回复"), days_words(found)
    yield _("录用退役军人和家属"), _("%(n)s 人", n=employer.veterans_hired)
    if employer.staff_count:
        yield _("单位人数"), _("%(n)s 人", n=employer.staff_count)


def candidate_cards(uow: UnitOfWork, applications: Sequence[Application]) -> list[CandidateCard]:
    """Cards of applications loaded with their posting, in the same order, with a fixed number of statements."""
    people = people_of(uow, applications)
    shown = person_cards(uow, list(people.values()), organization_id=uow.actor.organization_id)
    by_person = dict(zip(people, shown, strict=True))
    return [candidate_card(uow, one, people.get(one.person_id), by_person.get(one.person_id)) for one in applications]


def candidate_card(
    uow: UnitOfWork, application: Application, person: Person | None, card: PersonCard | None
) -> CandidateCard:
    """One card; an employer learns the town and how far it is, never the own door.

    Once its grant has ended nothing of the person is shown, only that there was an application.
    """
    waited = (uow.today - local_day(application.state_since)).days
    if person is None or card is None:
        return CandidateCard(application, None, (), (), waited, employer_words(application))
    near = distance_words(uow.session, town_of(uow.session, person), work_of(uow.session, application.posting))
    reasons, gaps = reasons_of(uow.session, _stored(application), near=near)
    return CandidateCard(
        application=application,
        person=card,
        facts=tuple(part for part in (card.age, card.place, near) if part),
        reasons=tuple(Point(one.text, not one.is_met) for one in first_and_gap(reasons, gaps)),
        waited_days=waited,
        status=employer_words(application),
    )


def application_sheet(uow: UnitOfWork, application: Application) -> ApplicationSheet:
    """One application loaded with its posting; the comparison uses what the person says today while it is live."""
    person = people_of(uow, [application]).get(application.person_id)
    if person is None:
        return ApplicationSheet(candidate_card(uow, application, None, None), ())
    card = person_cards(uow, [person], organization_id=uow.actor.organization_id)[0]
    if application.state in LIVE:
        near = distance_words(uow.session, town_of(uow.session, person), work_of(uow.session, application.posting))
        lines = compare(uow.session, explain_pair(uow, person, application.posting), near=near)
    else:
        lines = stored_lines(uow, application, person)
    return ApplicationSheet(candidate_card(uow, application, person, card), lines)


def stored_lines(uow: UnitOfWork, application: Application, person: Person) -> tuple[Line, ...]:
    """The comparison as it was when the application was sent."""
    near = distance_words(uow.session, town_of(uow.session, person), work_of(uow.session, application.posting))
    return compare(uow.session, _stored(application), near=near)


def _stored(application: Application) -> Any:
    return StoredFit(tuple(StoredLine(**line) for line in application.fit))


def people_of(uow: UnitOfWork, applications: Iterable[Application]) -> dict[int, Person]:
    """The people behind applications as far as the actor may see them, fully loaded, by id."""
    ids = {one.person_id for one in applications}
    query = visible_people(uow.actor, load_people(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))
    return {person.id: person for person in uow.rows(query)}


def employer_words(application: Application) -> str:
    """Where an application stands, in one line for the employer."""
    state = application.state
    if state is ApplicationState.SUBMITTED:
        return _("等您回复")
    if state is ApplicationState.SCREENING and application.slots_offered_at:
        return _("已请本人选面试时间，等本人选")
    if state is ApplicationState.SCREENING:
        return _("已告诉本人您在看简历")
    if state is ApplicationState.INTERVIEW and interview_is_over(application):
        return _("面试时间过了，请录用，或者说明不合适")
    if state is ApplicationState.INTERVIEW and application.interview_at:
        when = moment_words(application.interview_at)
        if application.interview_wish:
            return _("面试 %(when)s，本人想改到：%(wish)s", when=when, wish=application.interview_wish)
        if application.interview_confirmed_at:
            return _("面试 %(when)s，本人已确认", when=when)
        return _("面试 %(when)s，等本人确认", when=when)
    if state is ApplicationState.OFFERED:
        return _("已发录用通知，等本人回复")
    if state is ApplicationState.HIRED and application.start_reported_on:
        return _("已登记入职，等本人确认")
    if state is ApplicationState.HIRED:
        return _("本人接受了录用，到岗后请登记入职")
    return state.label


def digest_rows(uow: UnitOfWork, person: Person, posting_ids: Sequence[int]) -> tuple[ListedPosting, ...]:
    """Postings that a digest named, in its order, as far as they are still open."""
    return listed(uow, posting_ids, (), home_of(uow.session, person), person)
