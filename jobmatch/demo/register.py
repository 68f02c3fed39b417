"""The demo county's employment register at work: questions that wait, lists to other departments, corrections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from jobmatch.casework.crosscheck.comparing import Answer
from jobmatch.casework.crosscheck.models import CrossCheck
from jobmatch.casework.crosscheck.queries import lines_of, open_checks
from jobmatch.casework.crosscheck.services.answers import Taken, accept_agreeing, record_answer, take_answers
from jobmatch.casework.crosscheck.services.checks import answer_check, ask_due, hand_over_unanswered
from jobmatch.casework.crosscheck.services.lists import start_crosscheck
from jobmatch.casework.crosscheck.states import CheckAnswer, Population, Topic
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo.county import COUNTY
from jobmatch.demo.registry import own_actor
from jobmatch.demo.world import Demo
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import IS_NOW, current_spell
from jobmatch.people.services.register import WorkTerms, correct_spell
from jobmatch.people.states import EvidenceKind, InsuranceState

ASKED_WEEK, SENT_WEEK, ANSWER_WEEK, NOW_WEEK = 50, 49, 51, 52
ASKED, CORRECTED, TAKEN = 60, 3, 6


FEWEST = 100
"""A county of fewer people has nobody to ask about in each list."""


def grow_register(demo: Demo) -> None:
    """Two weeks of questions and answers, three lists to departments, and a few corrected lines."""
    with demo.unit(ASKED_WEEK) as uow:
        ask_due(uow, limit=ASKED)
    _people_answer(demo)
    with demo.unit(NOW_WEEK) as uow:
        hand_over_unanswered(uow)
    _correct(demo)
    _ask_departments(demo)


def _people_answer(demo: Demo) -> None:
    """Most press that they are still there, a few that they are not, and the rest have not looked yet."""
    with demo.unit(ANSWER_WEEK) as uow:
        system = uow.actor
        for check, spell, person in list(uow.rows(open_checks(system))):
            chance = demo.rng.random()
            if person.user_id is None or chance < 0.35:
                continue
            uow.actor = own_actor(uow, person)
            answer = CheckAnswer.STAYED if chance < 0.9 else CheckAnswer.MOVED if chance < 0.96 else CheckAnswer.LEFT
            answer_check(uow, check, spell, person, answer=answer)
        uow.actor = system


def _correct(demo: Demo) -> None:
    """A few lines turn out wrong: what a station heard is not what the paper says."""
    with demo.unit(ANSWER_WEEK) as uow:
        uow.actor = demo.staff[COUNTY]
        found = uow.session.execute(
            select(EmploymentSpell, Person)
            .join(Person, Person.id == EmploymentSpell.person_id)
            .where(*IS_NOW, EmploymentSpell.status_code == "E2")
            .order_by(EmploymentSpell.id)
            .limit(CORRECTED)
        ).all()
        for spell, person in found:
            correct_spell(
                uow,
                person,
                spell,
                reason="看了劳动合同，是签合同就业，不是短期用工",
                status_code="E1",
                started_on=spell.started_on,
                employer_name=spell.employer_name,
                evidence=EvidenceKind.CONTRACT,
                terms=WorkTerms(insurance=InsuranceState.YES, county_code=COUNTY),
            )


def _ask_departments(demo: Demo) -> None:
    """One list with answers that wait, one about hardship with a few, one that has just gone out."""
    numbered = select(func.count(Person.id)).where(Person.id_number_blind.is_not(None))
    with demo.unit(SENT_WEEK) as uow:
        if (uow.session.scalar(numbered) or 0) < FEWEST:
            return
        uow.actor = demo.staff[COUNTY]
        insured = _start(uow, Topic.INSURED, Population.UNCONFIRMED, 1)
        hardship = _start(uow, Topic.HARDSHIP, Population.SEEKING, 2)
    with demo.unit(ANSWER_WEEK) as uow:
        uow.actor = demo.staff[COUNTY]
        for number, key in enumerate((insured, hardship), start=1):
            crosscheck = uow.session.get_one(CrossCheck, key)
            record_answer(
                uow, crosscheck, number=f"安人社函（演示）〔{uow.today.year}〕{number} 号", answered_on=uow.today
            )
            take_answers(uow, crosscheck, list(_answers(demo, uow, crosscheck)), Taken())
        accept_agreeing(uow, uow.session.get_one(CrossCheck, insured), limit=TAKEN)
    with demo.unit(NOW_WEEK) as uow:
        uow.actor = demo.staff[COUNTY]
        _start(uow, Topic.BUSINESS, Population.EVERYBODY, 3)


def _start(uow: UnitOfWork, topic: Topic, population: Population, number: int) -> int:
    return start_crosscheck(
        uow,
        topic=topic,
        population=population,
        purpose=f"核实 {uow.today.year} 年就业台账（演示）",
        letter_number=f"安退函（演示）〔{uow.today.year}〕{number} 号",
        letter_on=uow.today,
    ).id


def _answers(demo: Demo, uow: UnitOfWork, crosscheck: CrossCheck) -> Iterator[Answer]:
    """What a department could say: it knows most as the register does, some otherwise, and some not at all."""
    for row, (_line, person, _spell) in enumerate(uow.rows(lines_of(uow.actor, crosscheck)), start=2):
        chance = demo.rng.random()
        spell = current_spell(uow.session, person.id)
        since = uow.today - timedelta(days=demo.rng.randrange(60, 700))
        if crosscheck.topic is Topic.HARDSHIP:
            number = f"安困（演示）{row:04d}"
            until = uow.today + timedelta(days=300)
            yield Answer(row, person.id_number or "", chance < 0.1, since_on=since, until_on=until, number=number)
        elif chance < 0.75:
            name = spell.employer_name if spell and chance < 0.6 else "邻县用工单位（演示）"
            yield Answer(row, person.id_number or "", True, name=name, since_on=since)
        elif chance < 0.9:
            yield Answer(row, person.id_number or "", False)
