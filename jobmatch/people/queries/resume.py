"""A person's résumé as an employer should read it: plain words, built from a file loaded with ``load_full``.

Identity number, sex, exact birthday, address below the township, kinds, hardship and the employment register are never
on it. Texts are stored without unit numbers and garrisons (``secrecy``), so none comes out either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import LEADERSHIP, age_on, township, years_between
from jobmatch.people.models.person import JobIntention, Person, ServiceRecord
from jobmatch.people.queries.files import skill_text, year_month
from jobmatch.people.queries.people import card_words, phone_of
from jobmatch.people.queries.service import rank_name
from jobmatch.people.states import VerificationState
from jobmatch.reference.models import ServiceBranch
from jobmatch.reference.queries import names, region_label


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of work or service; ``ended_on`` is None where it goes on."""

    title: str
    where: str
    started_on: date | None
    ended_on: date | None
    text: str = ""

    @property
    def period(self) -> str:
        """From month to month, in words; empty where neither is known."""
        if self.started_on is None and self.ended_on is None:
            return ""
        return f"{year_month(self.started_on) or '？'} – {year_month(self.ended_on) or _('现在')}"


@dataclass(frozen=True, slots=True)
class Resume:
    """What stands on the printed résumé, in the reader's language."""

    name: str
    phone: str
    facts: tuple[tuple[str, str], ...]
    is_verified: bool
    wanted: tuple[str, ...]
    wishes: tuple[tuple[str, str], ...]
    service: Stretch | None
    specialties: tuple[str, ...]
    work: tuple[Stretch, ...]
    education: str
    major: str
    skills: tuple[str, ...]
    certificates: tuple[str, ...]
    licences: tuple[str, ...]
    about: str

    @property
    def is_thin(self) -> bool:
        """Whether there is too little on it to hand it to an employer."""
        return not (self.service or self.work or self.skills or self.certificates or self.licences)


def resume_of(uow: UnitOfWork, person: Person) -> Resume:
    """The résumé of a person loaded with ``load_full``; the reader must be allowed to see the whole file."""
    words = card_words(uow.session)
    record, wish = person.service, person.intention
    wanted = [*(words.occupations.get(code, "") for code in wish.occupation_codes), wish.words] if wish else []
    education = words.educations.get(person.education_code or "", "")
    facts = (
        (_("年龄"), _("%(n)s 岁", n=age_on(person.birth_on, uow.today)) if person.birth_on else ""),
        (_("现居住地"), region_label(uow.session, township(person.living_region_code))),
        (_("学历"), education),
    )
    return Resume(
        name=person.name,
        phone=phone_of(uow.session, person) or "",
        facts=tuple((label, value) for label, value in facts if value),
        is_verified=person.verification is VerificationState.VERIFIED,
        wanted=tuple(filter(None, wanted)),
        wishes=_wishes(uow, wish) if wish else (),
        service=_service(uow, record) if record else None,
        specialties=tuple(words.specialties.get(line.specialty_code, "") for line in record.specialties)
        if record
        else (),
        work=tuple(
            Stretch(line.title, line.employer_name, line.started_on, line.ended_on, line.duties)
            for line in person.work_history
        ),
        education=education,
        major=person.major,
        skills=tuple(skill_text(words.skills.get(row.skill_code, ""), row.level) for row in person.skills),
        certificates=tuple(words.certificates.get(row.certificate_code, "") for row in person.certificates),
        licences=tuple(row.licence_code for row in person.licences),
        about=person.about,
    )


def _service(uow: UnitOfWork, record: ServiceRecord) -> Stretch:
    rank = rank_name(uow.session, record.rank_code, record.discharged_on)
    branch = names(uow.session, ServiceBranch).get(record.branch_code or "", "")
    years = years_between(record.enlisted_on, record.discharged_on)
    facts = [
        _("服役 %(n)s 年", n=round(years)) if years >= 1 else "",
        _(LEADERSHIP[record.leadership]) if record.leadership else "",
        record.honours,
    ]
    return Stretch(
        title=_("，").join(filter(None, (branch, rank))) or _("服役"),
        where=_("，").join(filter(None, facts)),
        started_on=record.enlisted_on,
        ended_on=record.discharged_on,
        text=record.posts_held,
    )


def _wishes(uow: UnitOfWork, wish: JobIntention) -> tuple[tuple[str, str], ...]:
    found = (
        (_("工资"), _("%(n)s 元以上", n=wish.pay_floor_yuan) if wish.pay_floor_yuan else ""),
        (_("地点"), _("、").join(region_label(uow.session, code) for code in wish.region_codes[:3])),
        (_("到岗"), wish.start_on.isoformat() if wish.start_on and wish.start_on > uow.today else _("随时")),
    )
    return tuple((label, value) for label, value in found if value)
