"""Intentions count with both yeses; the rest stands apart; figures and lists agree."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.casework.tasks.models import Task
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day import figures
from jobmatch.fairs.day.booth_queries import intentions_of_fair, wrong_counts
from jobmatch.fairs.day.models import FairResume, Intention
from jobmatch.fairs.day.services.intentions import (
    Answer,
    agree_interest,
    answer_at_desk,
    answer_intention,
    mark_person,
    show_ticket,
    undo_mark,
)
from jobmatch.fairs.day.services.queues import take_number
from jobmatch.fairs.day.services.resumes import shown_card
from jobmatch.fairs.day.services.sheets import Line, LineResult, key_sheet
from jobmatch.fairs.day.services.wishes import add_wish
from jobmatch.fairs.day.standing import standing, standing_sql
from jobmatch.fairs.day.states import IntentionMark, IntentionStanding, QueueState, WishKind
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.tickets import ticket_text
from jobmatch.people.services.grants import hide_from
from tests.conftest import acting
from tests.factories import make_person, make_staff
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.fairs.test_queue_numbers import came

HIRE, LIKE, NOT_FIT = IntentionMark.HIRE, IntentionMark.INTENTION, IntentionMark.NOT_FIT


class Day:
    """A running fair with one exhibitor, its posting, and somebody with a file."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.fair: JobFair = make_fair(uow, state=FairState.RUNNING)
        self.booth: Exhibitor = make_exhibitor(uow, self.fair, came=True)
        self.posting: FairPosting = make_fair_posting(uow, self.booth)
        self.person = make_person(uow)
        self.visitor: FairRegistration = came(uow, self.fair, person_id=self.person.id)

    def ticket(self, visitor: FairRegistration | None = None) -> str:
        return ticket_text(self.fair.public_id, (visitor or self.visitor).public_id)

    def mark(self, mark: IntentionMark, **values: str) -> Intention:
        values.setdefault("ticket", self.ticket())
        return mark_person(self.uow, self.booth, posting=self.posting, mark=mark, **values)

    def say(self, answer: Answer) -> Intention | None:
        return answer_intention(self.uow, self.visitor, self.posting, answer)


@pytest.fixture
def day(uow: UnitOfWork) -> Day:
    return Day(uow)


def test_the_employers_mark_alone_is_one_sided_and_the_tap_makes_it_count(day: Day) -> None:
    row = day.mark(LIKE)
    assert standing(row) is IntentionStanding.EMPLOYER
    assert day.mark(LIKE).id == row.id
    assert day.say(Answer.YES) is row
    assert standing(row) is IntentionStanding.BOTH


def test_interest_first_then_the_employers_yes(day: Day) -> None:
    row = day.say(Answer.INTEREST)
    assert row is not None and standing(row) is IntentionStanding.PERSON
    assert day.mark(LIKE).id == row.id and standing(row) is IntentionStanding.BOTH


def test_a_hire_is_one_only_with_the_persons_yes(day: Day) -> None:
    row = day.mark(HIRE)
    assert standing(row) is IntentionStanding.HIRE_OPEN
    day.say(Answer.INTEREST)
    assert standing(row) is IntentionStanding.BOTH
    day.say(Answer.YES)
    assert standing(row) is IntentionStanding.HIRED
    with pytest.raises(Conflict, match="已经确认录用"):
        day.mark(NOT_FIT, reason_code="fn_pay")


def test_interest_said_before_is_no_yes_to_a_hire(day: Day) -> None:
    day.say(Answer.INTEREST)
    row = day.mark(HIRE)
    assert standing(row) is IntentionStanding.BOTH and row.hire_yes_at is None


def test_a_no_ends_it_and_showing_the_ticket_again_asks_anew(day: Day) -> None:
    row = day.mark(LIKE)
    day.say(Answer.NO)
    assert standing(row) is IntentionStanding.NONE
    day.mark(LIKE)
    assert standing(row) is IntentionStanding.EMPLOYER
    assert day.say(Answer.YES) is row


def test_interest_taken_back_leaves_nothing(day: Day) -> None:
    day.say(Answer.INTEREST)
    assert day.say(Answer.NO) is None
    assert day.say(Answer.NO) is None
    assert day.uow.session.scalars(select(Intention)).all() == []


def test_not_fit_needs_a_reason_of_its_kind(day: Day) -> None:
    with pytest.raises(Invalid):
        day.mark(NOT_FIT)
    with pytest.raises(Invalid):
        day.mark(NOT_FIT, reason_code="fr_full")
    assert standing(day.mark(NOT_FIT, reason_code="fn_skill")) is IntentionStanding.NONE


def test_undo_works_until_the_person_answered(day: Day) -> None:
    row = day.mark(LIKE)
    undo_mark(day.uow, day.booth, row.public_id)
    undo_mark(day.uow, day.booth, row.public_id)
    assert day.uow.session.scalars(select(Intention)).all() == []
    day.say(Answer.INTEREST)
    day.uow.now += timedelta(seconds=1)
    row = day.mark(LIKE)
    undo_mark(day.uow, day.booth, row.public_id)
    assert standing(row) is IntentionStanding.PERSON
    day.uow.now += timedelta(seconds=1)
    day.mark(HIRE)
    day.uow.now += timedelta(seconds=1)
    day.say(Answer.NO)
    day.mark(LIKE)
    day.say(Answer.YES)
    with pytest.raises(Conflict):
        undo_mark(day.uow, day.booth, row.public_id)


def test_one_sided_ones_may_be_joined_for_three_days(day: Day) -> None:
    row, other = day.mark(LIKE), came(day.uow, day.fair)
    asked = answer_intention(day.uow, other, day.posting, Answer.INTEREST)
    assert asked is not None and (row.open_until - day.uow.now).days == 3
    day.fair.state, day.fair.closed_at = FairState.CLOSED, day.uow.now
    day.uow.now += timedelta(days=2)
    assert standing(agree_interest(day.uow, day.booth, asked.public_id)) is IntentionStanding.BOTH
    day.uow.now += timedelta(days=2)
    with pytest.raises(Conflict, match="期限"):
        day.say(Answer.YES)


def test_wrong_tickets_are_told_apart(day: Day) -> None:
    elsewhere = make_fair(day.uow, state=FairState.RUNNING)
    foreign = ticket_text(elsewhere.public_id, make_registration(day.uow, elsewhere).public_id)
    forged = day.ticket()[:-1] + ("2" if day.ticket()[-1] != "2" else "3")
    for ticket, words in ((foreign, "别的招聘会"), (forged, "无法核对"), ("00000000", "没有找到"), ("", "没有找到")):
        with pytest.raises(Invalid) as caught:
            day.mark(LIKE, ticket=ticket)
        assert words in caught.value.fields["ticket"]
    assert day.mark(LIKE, ticket=" " + day.visitor.code).registration_id == day.visitor.id


def test_the_booth_must_be_there_and_be_the_postings_own(day: Day) -> None:
    other = make_fair_posting(day.uow, make_exhibitor(day.uow, day.fair, came=True))
    with pytest.raises(Invalid):
        mark_person(day.uow, day.booth, ticket=day.ticket(), posting=other, mark=LIKE)
    day.booth.left_at = day.uow.now
    with pytest.raises(Conflict, match="离场"):
        day.mark(LIKE)
    with pytest.raises(NotAllowed):
        show_ticket(acting(day.uow, make_staff(day.uow)), day.booth, day.ticket())


def test_showing_the_ticket_gives_the_resume_once_and_taking_it_back_hides_it(day: Day) -> None:
    show_ticket(day.uow, day.booth, day.ticket())
    show_ticket(day.uow, day.booth, day.ticket())
    assert len(day.uow.session.scalars(select(FairResume)).all()) == 1
    card = shown_card(day.uow, day.booth, day.visitor)
    assert card is not None and card.name == day.person.name and card.phone
    hide_from(day.uow, day.person, organization_id=day.booth.employer.organization_id)
    assert shown_card(day.uow, day.booth, day.visitor) is None
    show_ticket(day.uow, day.booth, day.ticket())
    assert shown_card(day.uow, day.booth, day.visitor) is not None
    unknown = came(day.uow, day.fair)
    show_ticket(day.uow, day.booth, unknown.code)
    assert shown_card(day.uow, day.booth, unknown) is None
    assert wrong_counts(day.uow.session, day.fair.id) == []


def test_a_mark_ends_the_number_of_the_queue(day: Day) -> None:
    number = take_number(day.uow, day.booth, day.visitor)
    day.mark(LIKE)
    assert number.state is QueueState.DONE
    assert wrong_counts(day.uow.session, day.fair.id) == []


def test_yes_at_the_desk_with_the_paper_ticket(day: Day) -> None:
    row, staff = day.mark(HIRE), acting(day.uow, make_staff(day.uow))
    answer_at_desk(staff, day.fair, ticket=day.visitor.code, posting=day.posting, answer=Answer.YES)
    assert standing(row) is IntentionStanding.HIRED


def test_a_sheet_counts_both_yeses_once_and_answers_every_line(day: Day) -> None:
    other, key = came(day.uow, day.fair), day.posting.public_id
    staff = acting(day.uow, make_staff(day.uow))
    lines = [
        Line(day.visitor.code, key),
        Line(day.visitor.code, key),
        Line(other.phone, key, is_hire=True),
        Line("99999999", key),
        Line(other.code, "nonsense"),
        Line("  ", key),
    ]
    keyed = key_sheet(staff, day.fair, day.booth, lines)
    wrong, saved, twice = LineResult.WRONG, LineResult.SAVED, LineResult.DUPLICATE
    assert [line.result for line in keyed] == [saved, twice, saved, wrong, wrong]
    counted = figures.counted(day.uow.session, day.fair)
    assert (counted.intention_people, counted.intentions, counted.hired_people) == (2, 2, 1)


def test_the_rule_in_the_database_is_the_rule_of_the_row(day: Day) -> None:
    now = day.uow.now
    for mark, person, hire, declined in itertools.product([None, *IntentionMark], *[[None, now]] * 3):
        if (mark is None and person is None) or (hire and mark is not HIRE):
            continue
        row = Intention(
            fair_id=day.fair.id,
            registration_id=came(day.uow, day.fair).id,
            exhibitor_id=day.booth.id,
            fair_posting_id=day.posting.id,
            mark=mark,
            employer_yes_at=now if mark else None,
            person_yes_at=person,
            hire_yes_at=hire,
            declined_at=declined,
            open_until=now,
            created_at=now,
        )
        day.uow.session.add(row)
        day.uow.session.flush()
        kept = day.uow.session.scalar(select(standing_sql()).where(Intention.id == row.id))
        assert kept == standing(row).value


def test_figures_agree_with_their_lists_and_count_people_once(day: Day) -> None:
    second = make_fair_posting(day.uow, day.booth, vacancies=5)
    day.mark(LIKE)
    day.say(Answer.YES)
    answer_intention(day.uow, day.visitor, second, Answer.INTEREST)
    mark_person(day.uow, day.booth, ticket=day.ticket(), posting=second, mark=HIRE)
    answer_intention(day.uow, day.visitor, second, Answer.YES)
    stranger = came(day.uow, day.fair)
    mark_person(day.uow, day.booth, ticket=stranger.code, posting=second, mark=LIKE)
    make_fair_posting(day.uow, make_exhibitor(day.uow, day.fair), vacancies=9)
    found, session = figures.counted(day.uow.session, day.fair), day.uow.session
    assert (found.people, found.exhibitors, found.posts, found.resumes) == (2, 1, 8, 1)
    assert (found.intention_people, found.intentions, found.achieved, found.hired_people) == (1, 2, 1, 1)
    assert found.by_standing[IntentionStanding.EMPLOYER] == found.one_sided == 1
    assert len(session.execute(figures.came(day.fair)).all()) == found.people
    assert len(session.execute(figures.intentions_counted(day.fair)).all()) == found.intentions
    assert len(session.scalars(figures.came_exhibitors(day.fair)).all()) == found.exhibitors
    assert sum(p.vacancy_count for p in session.scalars(figures.posts_brought(day.fair))) == found.posts
    assert len(session.execute(intentions_of_fair(day.fair.id, "employer")).all()) == 1


def test_wishes_of_people_with_a_file_open_a_task_and_questions_do_not(day: Day) -> None:
    staff = acting(day.uow, make_staff(day.uow))
    add_wish(staff, day.fair, WishKind.POLICY, ticket=day.visitor.code, words="社保怎么接")
    add_wish(staff, day.fair, WishKind.START_UP)
    add_wish(staff, day.fair, WishKind.TRAINING, ticket=day.ticket())
    assert [task.person_id for task in day.uow.session.scalars(select(Task))] == [day.person.id]
    assert sum(figures.counted(day.uow.session, day.fair).wishes.values()) == 3
    with pytest.raises(Invalid):
        add_wish(staff, day.fair, WishKind.POLICY, ticket="99999999")
