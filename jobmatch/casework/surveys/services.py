"""Holding a survey, taking answers in, laying them to files, and letting them feed the wish for work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import clean_phone
from jobmatch.accounts.services.throttles import reserve
from jobmatch.casework.surveys.models import Survey, SurveyAnswer
from jobmatch.casework.surveys.policies import can_hold_survey
from jobmatch.casework.surveys.queries import answer_of
from jobmatch.casework.surveys.states import Need, StartUpWish, Via, WorkWish
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person
from jobmatch.people.policies import can_edit_person
from jobmatch.people.queries.people import find_by_phone
from jobmatch.people.services.common import (
    Findings,
    clean_line,
    clean_person_name,
    keep_secrets_out,
    known_codes,
)
from jobmatch.people.services.people import check_mobile
from jobmatch.people.services.resume import save_intention, set_search_state
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import Certificate
from jobmatch.reference.queries import sure_occupation


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody answered."""

    hobbies: str = ""
    work_wish: str = ""
    wanted_words: str = ""
    certificate_codes: Sequence[str] = ()
    start_up: str = ""
    start_up_words: str = ""
    needs: Sequence[str] = ()


def hold_survey(uow: UnitOfWork, *, title: str, opens_on: date | None, closes_on: date | None) -> Survey:
    """Open a round among the people of the actor's subtree. Raises ``Invalid``."""
    require(can_hold_survey(uow.actor))
    found = Findings()
    found.check(1 < len(clean_line(title)) <= 80, "title", _("请给这次摸底起个名字，例如“2026 年秋季需求摸底”"))
    found.check(opens_on is not None, "opens_on", _("请填写开始的日期"))
    found.check(
        closes_on is not None and closes_on >= (opens_on or closes_on), "closes_on", _("结束的日期不能早于开始的日期")
    )
    texts = keep_secrets_out(found, {"title": clean_line(title)}, accept_masked=False)
    opens, closes = found.need(opens_on), found.need(closes_on)
    survey = Survey(
        title=texts["title"],
        region_path=uow.actor.region_path,
        opens_on=opens,
        closes_on=closes,
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(survey)
    uow.session.flush()
    uow.audit("survey.open", survey)
    return survey


def answer_survey(
    uow: UnitOfWork, survey: Survey, person: Person, said: Said, *, accept_masked: bool = False
) -> SurveyAnswer:
    """A person's answer, given by themselves or by a clerk; a second one replaces the first.

    Wanting work now, with a kind of work named, also states the intention where there is none yet. Raises ``Invalid``.
    """
    require(can_edit_person(uow.actor, person))
    texts = _checked(uow, said, accept_masked)
    answer = answer_of(uow.session, survey, person.id)
    if answer is None:
        answer = SurveyAnswer(survey_id=survey.id, person_id=person.id)
    is_own = uow.actor.user_id is not None and uow.actor.user_id == person.user_id
    _write(uow, answer, said, texts, via=Via.OWN if is_own else Via.CLERK)
    _feed(uow, answer, person)
    uow.audit("survey.answer", survey, via=answer.via.value)
    return answer


def answer_by_link(
    uow: UnitOfWork, survey: Survey, *, name: str, phone: str, said: Said, accept_masked: bool = False
) -> SurveyAnswer:
    """An answer of somebody who is not signed in. It says nothing about whether a file exists.

    Exactly one file with this phone and name takes the answer at once, without feeding anything: nobody proved who
    they are. Raises ``Invalid``, ``Limited``.
    """
    reserve(uow, f"survey:{survey.public_id}:{clean_phone(phone)}")
    found = Findings()
    found.check(0 < len(clean_person_name(name)) <= 60, "name", _("请填写姓名"))
    number = check_mobile(found, phone)
    found.stop()
    # Before anything is looked up: whoever leaves the questions empty hears the same whether a file exists or not.
    texts = _checked(uow, said, accept_masked)
    same = [p for p in find_by_phone(uow.session, number) if p.name == clean_person_name(name)]
    person = same[0] if len(same) == 1 else None
    answer = answer_of(uow.session, survey, person.id) if person else None
    if answer is None:
        blind = SurveyAnswer.phone.fingerprint(number)
        answer = uow.session.scalars(
            select(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id, SurveyAnswer.phone_blind == blind)
        ).one_or_none()
    if answer is None:
        answer = SurveyAnswer(survey_id=survey.id, person_id=person.id if person else None)
        if person is None:
            answer.name, answer.phone = clean_person_name(name), number
    elif answer.via is not Via.LINK:
        # Somebody who proved who they are has answered: a link does not overwrite that.
        return answer
    _write(uow, answer, said, texts, via=Via.LINK)
    uow.audit("survey.answer", survey, via=Via.LINK.value)
    return answer


def _checked(uow: UnitOfWork, said: Said, accept_masked: bool) -> dict[str, str]:
    """The texts of an answer as they may be kept. Raises ``Invalid``."""
    found = Findings()
    found.check(said.work_wish in {"", *WorkWish}, "work_wish", _("请从列表里选一项"))
    found.check(said.start_up in {"", *StartUpWish}, "start_up", _("请从列表里选一项"))
    found.check(set(said.needs) <= set(Need), "needs", _("请从列表里选"))
    known_codes(uow, found, "certificate_codes", Certificate.code, said.certificate_codes)
    found.check(len(said.certificate_codes) <= 10, "certificate_codes", _("最多选 10 项，先选最想学的"))
    given = {
        "hobbies": clean_line(said.hobbies)[:200],
        "wanted_words": clean_line(said.wanted_words)[:120],
        "start_up_words": clean_line(said.start_up_words)[:120],
    }
    texts = keep_secrets_out(found, given, accept_masked=accept_masked)
    is_empty = not any((said.work_wish, said.start_up, said.needs, said.certificate_codes, *texts.values()))
    found.check(not is_empty, "work_wish", _("请至少回答一项"))
    found.stop()
    return texts


def _write(uow: UnitOfWork, answer: SurveyAnswer, said: Said, texts: dict[str, str], *, via: Via) -> None:
    answer.via, answer.hobbies = via, texts["hobbies"]
    answer.work_wish = WorkWish(said.work_wish) if said.work_wish else None
    answer.wanted_words = texts["wanted_words"]
    answer.occupation_code = sure_occupation(texts["wanted_words"]) or None
    answer.certificate_codes = list(dict.fromkeys(said.certificate_codes))
    answer.start_up = StartUpWish(said.start_up) if said.start_up else None
    answer.start_up_words = texts["start_up_words"]
    answer.needs = [Need(need).value for need in dict.fromkeys(said.needs)]
    answer.answered_at, answer.entered_by_id = uow.now, uow.actor.user_id
    uow.session.add(answer)
    uow.session.flush()


def _feed(uow: UnitOfWork, answer: SurveyAnswer, person: Person) -> None:
    """Let an answer of a known person state what the file does not say yet."""
    if answer.work_wish is WorkWish.NOW and person.search_state is JobSearchState.NOT_LOOKING:
        set_search_state(uow, person, JobSearchState.LOOKING)
    has_wish = uow.session.scalar(select(JobIntention.id).where(JobIntention.person_id == person.id)) is not None
    if answer.work_wish is WorkWish.NOW and answer.wanted_words and not has_wish:
        codes = [answer.occupation_code] if answer.occupation_code else []
        save_intention(uow, person, words=answer.wanted_words, occupation_codes=codes)


def lay_to_file(uow: UnitOfWork, answer: SurveyAnswer, person: Person) -> SurveyAnswer:
    """Staff say whose answer by link this is; its name and phone go. Raises ``Conflict`` where that is settled.

    Where the person already has an answer in this round, that one stays and the laid one is dropped.
    """
    require(can_edit_person(uow.actor, person))
    if answer.person_id is not None:
        raise Conflict
    survey = uow.session.get_one(Survey, answer.survey_id)
    known = answer_of(uow.session, survey, person.id)
    if known is not None:
        uow.session.delete(answer)
        return known
    answer.person_id = person.id
    answer.name, answer.phone = "", None
    uow.session.flush()
    _feed(uow, answer, person)
    uow.audit("survey.lay", survey)
    return answer


def close_survey(uow: UnitOfWork, survey: Survey) -> Survey:
    """End a round yesterday's way: from now on its link says that it is over."""
    require(can_hold_survey(uow.actor) and survey.region_path.startswith(uow.actor.region_path))
    if survey.closes_on >= uow.today:
        if survey.opens_on >= uow.today:
            raise Invalid(_("今天才开始的摸底，明天才能提前结束"))
        survey.closes_on = date.fromordinal(uow.today.toordinal() - 1)
        uow.audit("survey.close", survey)
    return survey
