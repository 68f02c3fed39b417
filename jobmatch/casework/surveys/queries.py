"""Reads of surveys: open rounds, what was answered, and who asks for which training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.casework.surveys.models import Survey, SurveyAnswer
from jobmatch.casework.surveys.policies import visible_surveys
from jobmatch.casework.surveys.states import Need, StartUpWish, WorkWish
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.reference.models import Certificate, Occupation
from jobmatch.reference.queries import names


@dataclass(slots=True)
class Results:
    """What a round says: counts by answer; ``unplaced`` answers belong to no file yet."""

    answers: int = 0
    unplaced: int = 0
    people: int = 0
    work: Counter[WorkWish] = field(default_factory=Counter)
    start_up: Counter[StartUpWish] = field(default_factory=Counter)
    needs: Counter[Need] = field(default_factory=Counter)
    occupations: list[tuple[str, int]] = field(default_factory=list)
    training: list[tuple[str, str, int]] = field(default_factory=list)


def surveys() -> Select[*tuple[Any, ...]]:
    """Rounds with the number of answers, the newest first; to be narrowed by ``visible_surveys``."""
    answers = select(func.count(SurveyAnswer.id)).where(SurveyAnswer.survey_id == Survey.id).scalar_subquery()
    return select(Survey, answers).order_by(Survey.opens_on.desc(), Survey.id.desc())


def open_survey(session: Session, public_id: str, today: Any) -> Survey | None:
    """The round behind a link, while it is open. The link itself is the right to see its title."""
    return session.scalars(
        select(Survey).where(Survey.public_id == public_id, Survey.opens_on <= today, Survey.closes_on >= today)
    ).one_or_none()


def survey_for(session: Session, person: Person, today: Any) -> Survey | None:
    """The newest open round that asks this person, because it was held for their place or one above it."""
    paths = [person.region_path[: end + 1] for end, sign in enumerate(person.region_path) if sign == "/" and end]
    return session.scalars(
        select(Survey)
        .where(Survey.region_path.in_(paths), Survey.opens_on <= today, Survey.closes_on >= today)
        .order_by(Survey.opens_on.desc(), Survey.id.desc())
        .limit(1)
    ).first()


def answer_of(session: Session, survey: Survey, person_id: int) -> SurveyAnswer | None:
    """What a person answered in a round."""
    return session.scalars(
        select(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id, SurveyAnswer.person_id == person_id)
    ).one_or_none()


def _answers(uow: UnitOfWork, survey: Survey) -> Sequence[SurveyAnswer]:
    """Answers of people the actor may see, and those laid to nobody yet where the actor holds the whole round."""
    mine = visible_people(uow.actor, select(Person.id), aggregate=True)
    holds_all = uow.actor.is_system or survey.region_path.startswith(uow.actor.region_path)
    whose: Any = SurveyAnswer.person_id.in_(mine)
    if holds_all:
        whose = or_(whose, SurveyAnswer.person_id.is_(None))
    found: Sequence[SurveyAnswer] = uow.rows(
        select(SurveyAnswer)
        .where(
            SurveyAnswer.survey_id == survey.id, or_(whose, SurveyAnswer.person_id.is_(None)) if holds_all else whose
        )
        .order_by(SurveyAnswer.id)
    )
    return found


def results(uow: UnitOfWork, survey: Survey) -> Results:
    """The counts of a round among the people the actor answers for: two statements."""
    found = Results()
    jobs: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for answer in _answers(uow, survey):
        found.answers += 1
        found.unplaced += answer.person_id is None
        if answer.work_wish:
            found.work[answer.work_wish] += 1
        if answer.start_up:
            found.start_up[answer.start_up] += 1
        found.needs.update(Need(need) for need in answer.needs)
        classes.update(answer.certificate_codes)
        if answer.occupation_code:
            jobs[answer.occupation_code] += 1
    people = select(func.count(Person.id)).where(Person.region_path.startswith(survey.region_path, autoescape=True))
    found.people = int(uow.one(visible_people(uow.actor, people)))
    known, papers = names(uow.session, Occupation), names(uow.session, Certificate)
    found.occupations = [(known.get(code, code), count) for code, count in jobs.most_common(12)]
    found.training = [(code, papers.get(code, code), count) for code, count in classes.most_common(20)]
    return found


def unplaced(uow: UnitOfWork, survey: Survey) -> list[SurveyAnswer]:
    """Answers by link that belong to no file yet, the oldest first."""
    return [answer for answer in _answers(uow, survey) if answer.person_id is None]


def people_who_want(uow: UnitOfWork, survey: Survey, certificate_code: str) -> Select[*tuple[Any, ...]]:
    """The people of the actor's subtree who asked for a training."""
    ids = [a.person_id for a in _answers(uow, survey) if a.person_id and certificate_code in a.certificate_codes]
    found: Select[*tuple[Any, ...]] = visible_people(
        uow.actor, select(Person).where(Person.id.in_(ids)).order_by(Person.living_region_code, Person.id)
    )
    return found


def get_survey(uow: UnitOfWork, public_id: str) -> Survey:
    """A round of the actor's reach. Raises ``NotFound``."""
    found: Survey = uow.one(visible_surveys(uow.actor, select(Survey).where(Survey.public_id == public_id)))
    return found


def all_answers(uow: UnitOfWork, survey: Survey) -> list[tuple[SurveyAnswer, Person | None]]:
    """Answers with their people, for the table to take along: two statements."""
    answers = _answers(uow, survey)
    ids = [answer.person_id for answer in answers if answer.person_id]
    people = {p.id: p for p in uow.rows(visible(select(Person).where(Person.id.in_(ids)), "person"))}
    return [(answer, people.get(answer.person_id or 0)) for answer in answers]
