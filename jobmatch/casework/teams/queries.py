"""Searching a team by tag, skill and place, and counting tags."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.casework.teams.models import PersonTag
from jobmatch.casework.teams.states import TalentTag
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, PersonCertificate, PersonLicence, PersonSkill
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import visible_people, visible_served_people
from jobmatch.reference.models import Certificate, DriverLicence, EmploymentStatusKind, Skill
from jobmatch.reference.queries import names


@dataclass(frozen=True, slots=True)
class TagCount:
    """How many people carry a tag, and how many of them started work this year."""

    tag: TalentTag
    people: int
    started: int


def tags_of(session: Session, person_ids: Collection[int]) -> dict[int, list[TalentTag]]:
    """Tags by person: one statement."""
    found: dict[int, list[TalentTag]] = {}
    for row in session.scalars(
        select(PersonTag).where(PersonTag.person_id.in_(person_ids)).order_by(PersonTag.tag, PersonTag.id)
    ):
        found.setdefault(row.person_id, []).append(row.tag)
    return found


def tag_counts(uow: UnitOfWork) -> list[TagCount]:
    """Every tag with its people and this year's starts among the people the actor answers for: two statements."""
    tagged = select(PersonTag.tag, func.count(distinct(Person.id))).join(Person, Person.id == PersonTag.person_id)
    started = (
        tagged.join(EmploymentSpell, EmploymentSpell.person_id == Person.id)
        .join(EmploymentStatusKind, EmploymentStatusKind.code == EmploymentSpell.status_code)
        .where(
            EmploymentStatusKind.counts_as_employed,
            EmploymentSpell.started_on.between(date(uow.today.year, 1, 1), uow.today),
        )
    )
    people, starts = (
        dict(map(tuple, uow.rows(visible_people(uow.actor, query.group_by(PersonTag.tag)))))
        for query in (tagged, started)
    )
    return [TagCount(tag, people.get(tag, 0), starts.get(tag, 0)) for tag in TalentTag]


def skills_matching(session: Session, words: str) -> dict[str, list[str]]:
    """Codes of skills, certificates and licence classes whose name, or a word for it, holds ``words``."""
    text = words.strip().casefold()
    if not text:
        return {}
    aliases = {
        row.code: [row.name_zh, *row.aliases] for row in session.scalars(select(Skill).where(Skill.is_active)).all()
    }
    return {
        "skill": [code for code, told in aliases.items() if any(text in one.casefold() for one in told)],
        "certificate": [code for code, name in names(session, Certificate).items() if text in name.casefold()],
        "licence": [code for code in names(session, DriverLicence) if text.upper() == code],
    }


def team(
    uow: UnitOfWork, *, tag: str = "", words: str = "", town: str = "", only_served: bool = False
) -> Select[*tuple[Any, ...]]:
    """People with the tag, a skill, certificate or licence that ``words`` names, living below ``town``.

    Without a tag everybody who carries any is searched. ``only_served``: those whose whole number the office may have.
    """
    carries = exists().where(PersonTag.person_id == Person.id)
    if tag in set(TalentTag):
        carries = carries.where(PersonTag.tag == TalentTag(tag))
    query = select(Person).where(carries)
    if town:
        query = query.where(Person.living_region_code.startswith(town, autoescape=True))
    if words.strip():
        codes = skills_matching(uow.session, words)
        query = query.where(
            or_(
                exists().where(PersonSkill.person_id == Person.id, PersonSkill.skill_code.in_(codes["skill"])),
                exists().where(
                    PersonCertificate.person_id == Person.id,
                    PersonCertificate.certificate_code.in_(codes["certificate"]),
                ),
                exists().where(PersonLicence.person_id == Person.id, PersonLicence.licence_code.in_(codes["licence"])),
            )
        )
    narrow = visible_served_people if only_served else visible_people
    found: Select[*tuple[Any, ...]] = narrow(
        uow.actor, query.order_by(Person.living_region_code, Person.name, Person.id)
    )
    return found


def abilities_of(session: Session, people: Sequence[Person]) -> dict[int, list[str]]:
    """What each can, in words: licences, certificates, skills. Three statements whatever the number of people."""
    ids = [person.id for person in people]
    found: dict[int, list[str]] = {key: [] for key in ids}
    papers, skills = names(session, Certificate), names(session, Skill)
    for licence in session.scalars(select(PersonLicence).where(PersonLicence.person_id.in_(ids))):
        found[licence.person_id].append(licence.licence_code)
    for paper in session.scalars(select(PersonCertificate).where(PersonCertificate.person_id.in_(ids))):
        found[paper.person_id].append(papers.get(paper.certificate_code, ""))
    for skill in session.scalars(select(PersonSkill).where(PersonSkill.person_id.in_(ids))):
        found[skill.person_id].append(skills.get(skill.skill_code, ""))
    return found
