"""Recommending both ways, inviting, and searching."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.errors import Conflict, Limited, NotAllowed
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.matching import fitting, inviting, services
from jobmatch.matching.index import LivePool
from jobmatch.matching.lists import (
    list_in_order,
    list_recommended,
    list_saved,
)
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person, PersonKind, PersonLicence, PersonSkill
from jobmatch.people.states import JobSearchState, Shift
from jobmatch.reference.queries import Spot
from ml.matching import Filter, Fit, Ranker, rank_people
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.queries import load_full
from recruiters.postings.states import PostingKind, PostingState, RequirementKind
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    TOWN_A,
    actor_of_employer,
    actor_of_person,
    make_employer,
    make_person,
    make_posting,
    make_staff,
)
from tests.matching.help import counted, flat_ranker, rollback


def ids(found: Any) -> list[int]:
    return [one.posting_id for one in found]


# ---------- recommending ----------


def test_the_posting_that_fits_comes_first_with_reasons(uow: UnitOfWork) -> None:
    person = make_person(uow)
    cook = make_posting(uow, title="厨师", occupation_code="4-03-02-01", requirements=False, shift=Shift.NIGHT)
    driver = make_posting(uow)
    found = services.recommend_postings(uow, person)
    assert ids(found) == [driver.id, cook.id]
    best = found[0]
    assert best.public_id == driver.public_id
    assert 0 <= found[1].score <= best.score <= 100
    assert best.word in {"很合适", "比较合适", "可以试试"}
    assert best.reasons[0].text == "驾驶证 B2，符合要求"
    assert (best.met, best.total) == (len(best.reasons), len(best.reasons) + len(best.gaps))


def test_reasons_name_things_in_the_language_of_the_reader(uow: UnitOfWork) -> None:
    """English where the code table has it, Chinese where it has not; the names cost no statement for each reason."""
    person, posting = make_person(uow), make_posting(uow)
    for kind, code, label, is_must in (
        (RequirementKind.SPECIALTY, "SP04", "装甲驾驶", True),
        # A missing must of this kind would keep the posting off the list.
        (RequirementKind.CERTIFICATE, "CE024", "应急救援员证", False),
    ):
        uow.session.add(PostingRequirement(posting_id=posting.id, kind=kind, code=code, is_must=is_must, label=label))
    uow.session.flush()
    rollback(uow)

    def texts() -> set[str]:
        [found] = services.recommend_postings(uow, uow.session.get_one(Person, person.id))
        return {one.text for one in (*found.reasons, *found.gaps)}

    assert {"会大型货车驾驶", "有应急救援员证更好", "岗位要求装甲驾驶"} <= texts()
    with use_locale("en"):
        english = texts()
        assert {"Has the skill: Lorry driving", "Emergency rescuer is a plus"} <= english, english
        assert any("Armored vehicle driving" in text for text in english)
        occupation = [text for text in english if "道路货运汽车驾驶员" in text]
        assert len(occupation) == 1
        rollback(uow)
        with counted(uow.session.get_bind()) as statements:
            texts()
    tables = ("FROM skill", "FROM certificate", "FROM military_specialty", "FROM occupation")
    assert [one for one in statements if any(table in one for table in tables)] == []


def test_a_missing_must_keeps_a_posting_off_the_list_and_says_why(uow: UnitOfWork) -> None:
    person = make_person(uow)
    posting = make_posting(uow, requirements=False)
    uow.session.add(
        PostingRequirement(
            posting_id=posting.id, kind=RequirementKind.CERTIFICATE, code="CE020", label="保安员证", is_must=True
        )
    )
    uow.session.flush()
    assert services.recommend_postings(uow, person) == []
    explanation = services.explain_pair(uow, person, posting)
    assert explanation.excluded is not None
    assert explanation.excluded.rule == "R_CERTIFICATE"
    assert explanation.gaps[0].text == "还差保安员证"


def test_a_missing_skill_is_a_gap_and_never_very_good(uow: UnitOfWork) -> None:
    person = make_person(uow)
    posting = make_posting(uow, requirements=False)
    uow.session.add(
        PostingRequirement(
            posting_id=posting.id, kind=RequirementKind.SKILL, code="SK071", label="安全巡逻", is_must=True
        )
    )
    uow.session.flush()
    (found,) = services.recommend_postings(uow, person)
    assert found.gaps[0].text == "还差安全巡逻"
    assert found.gaps[0].is_must
    assert found.word != "很合适"


def test_both_directions_give_a_pair_the_same_score(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    people = [
        make_person(uow, is_open_to_employers=True, path=path, education_code=code)
        for path in (PATH_A, PATH_B)
        for code in ("21", "61", "81")
    ]
    uow.session.execute(PersonLicence.__table__.delete().where(PersonLicence.person_id == people[0].id))
    for_posting = {one.person_id: one for one in services.recommend_people(uow, posting)}
    assert for_posting.keys() == {person.id for person in people[1:]}
    assert services.recommend_postings(uow, people[0]) == []
    for person in people[1:]:
        (for_person,) = services.recommend_postings(uow, person)
        other = for_posting[person.id]
        assert for_person.score == other.score == services.match_of(uow, person, posting).score
        assert (for_person.met, for_person.total) == (other.met, other.total)


def test_a_reserved_posting_shows_to_veterans_only(uow: UnitOfWork) -> None:
    veteran, dependant = make_person(uow), make_person(uow)
    (kind,) = uow.session.scalars(select(PersonKind).where(PersonKind.person_id == dependant.id))
    kind.kind_code = "JS_PO"
    posting = make_posting(uow, is_reserved=True)
    assert ids(services.recommend_postings(uow, veteran)) == [posting.id]
    assert services.recommend_postings(uow, dependant) == []
    excluded = services.explain_pair(uow, dependant, posting).excluded
    assert excluded is not None and excluded.rule == "R_RESERVED"


def test_what_the_index_still_has_is_not_shown_once_it_is_paused(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(uow)
    kept, paused = make_posting(uow, title="货车司机甲"), make_posting(uow, title="货车司机乙")
    services.toggle_saved(uow, person, paused)
    assert len(services.recommend_postings(uow, person)) == 2
    stale = services.pools(uow.session).postings.get(uow.session)
    monkeypatch.setattr(LivePool, "get", lambda self, session: stale)
    paused.state = PostingState.PAUSED
    uow.session.flush()
    assert ids(services.recommend_postings(uow, person)) == [kept.id]
    page, _ = list_recommended(uow, person, where=Filter(), number=1)
    assert [row.posting_id for row in page.rows] == [kept.id]
    assert page.total == 1
    found = services.search_postings(uow, "司机")
    assert [row.posting_id for row in found.rows] == [kept.id]
    assert found.total == 1
    saved = list_saved(uow, person, number=1)
    assert (saved.total, saved.all_count) == (0, 1)


def test_others_get_no_recommendations_for_a_person(uow: UnitOfWork) -> None:
    person, other = make_person(uow, path=PATH_A), make_person(uow)
    make_posting(uow)
    for actor in (
        actor_of_person(uow, other),
        actor_of_employer(uow, make_employer(uow)),
        make_staff(uow, path=PATH_B),
    ):
        with pytest.raises(NotAllowed):
            services.recommend_postings(acting(uow, actor), person)
    for actor in (actor_of_person(uow, person), make_staff(uow, path=PATH_COUNTY)):
        assert len(services.recommend_postings(acting(uow, actor), person)) == 1


def test_distance_is_said_as_well_as_it_is_known(uow: UnitOfWork) -> None:
    person = make_person(uow, living_region_code=TOWN_A)
    posting = make_posting(uow)
    (found,) = services.recommend_postings(uow, person)
    assert "同县" in [reason.text for reason in found.reasons]
    posting.latitude, posting.longitude, posting.is_point_exact = 27.95, 112.53, True
    person.latitude, person.longitude = 27.95, 112.47
    uow.session.flush()
    (found,) = services.recommend_postings(uow, person)
    assert "离家 6 公里" in [reason.text for reason in found.reasons]


def test_recommending_costs_the_same_for_two_and_for_twenty(uow: UnitOfWork) -> None:
    person = make_person(uow, is_open_to_employers=True)
    posting = make_posting(uow)

    def cost() -> list[int]:
        counts = []
        for call in (
            lambda: services.recommend_postings(uow, uow.session.get_one(Person, person.id)),
            lambda: list_recommended(uow, uow.session.get_one(Person, person.id), where=Filter(), number=1),
            lambda: list_in_order(
                uow, uow.session.get_one(Person, person.id), words="", where=Filter(), sort="newest", number=1
            ),
            lambda: services.search_postings(uow, "司机"),
            lambda: services.recommend_people(uow, uow.session.scalars(_with_employer(posting.id)).one()),
        ):
            services.pools(uow.session).postings.get(uow.session)
            rollback(uow)
            with counted(uow.session.get_bind()) as seen:
                call()
            counts.append(len(seen))
        return counts

    make_posting(uow)
    make_person(uow, is_open_to_employers=True)
    cost()
    few = cost()
    for number in range(18):
        make_posting(uow, title=f"货车司机 {number}")
        make_person(uow, is_open_to_employers=True)
    assert cost() == few


def _with_employer(posting_id: int) -> Any:
    return load_full(select(Posting).where(Posting.id == posting_id))


# ---------- people for a posting ----------


def test_employers_find_only_people_who_let_them_and_see_no_name(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    found = make_person(uow, name="王建国", is_open_to_employers=True)
    make_person(uow)
    make_person(uow, is_open_to_employers=True, search_state=JobSearchState.NOT_LOOKING)
    actor = actor_of_employer(uow, posting.employer)
    (one,) = services.recommend_people(acting(uow, actor), posting)
    assert one.person_id == found.id
    assert one.card.name == "王**"
    assert one.card.phone is None
    assert not any("王建国" in reason.text for reason in (*one.reasons, *one.gaps))


def test_an_employer_learns_the_town_and_not_the_distance(uow: UnitOfWork) -> None:
    posting = make_posting(uow, latitude=27.95, longitude=112.53, is_point_exact=True)
    make_person(uow, is_open_to_employers=True, latitude=27.95, longitude=112.47)
    (one,) = services.recommend_people(acting(uow, actor_of_employer(uow, posting.employer)), posting)
    assert not any("公里" in reason.text for reason in (*one.reasons, *one.gaps))


def test_another_employer_and_people_find_nobody(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    person = make_person(uow, is_open_to_employers=True)
    for actor in (
        actor_of_employer(uow, make_employer(uow)),
        actor_of_person(uow, person),
        make_staff(uow, path=PATH_OTHER),
    ):
        with pytest.raises(NotAllowed):
            services.recommend_people(acting(uow, actor), posting)


def test_people_who_applied_or_dismissed_are_not_recommended(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    applied, dismissed, kept = (make_person(uow, is_open_to_employers=True) for _ in range(3))
    services.record_fact(uow, applied.id, posting.id, FactKind.APPLIED)
    services.dismiss(uow, dismissed, posting)
    assert [one.person_id for one in services.recommend_people(uow, posting)] == [kept.id]


def test_an_invitation_is_told_once(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    person = make_person(uow, is_open_to_employers=True)
    mine = acting(uow, actor_of_employer(uow, posting.employer))
    assert inviting.invite_person(mine, posting, person)
    assert not inviting.invite_person(mine, posting, person)
    (message,) = uow.session.scalars(select(Message).where(Message.user_id == person.user_id))
    assert posting.title in message.title
    assert message.link.startswith("/me/invitations/")
    (one,) = services.recommend_people(mine, posting)
    assert one.is_invited
    row = services.search_postings(uow, person=person).rows[0]
    assert row.is_invited


def test_an_employer_invites_no_more_than_a_days_number(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "INVITATIONS_A_DAY", 2)
    posting = make_posting(uow)
    mine = acting(uow, actor_of_employer(uow, posting.employer))
    for _ in range(2):
        inviting.invite_person(mine, posting, make_person(uow, is_open_to_employers=True))
    with pytest.raises(Limited):
        inviting.invite_person(mine, posting, make_person(uow, is_open_to_employers=True))


def test_nobody_is_invited_who_may_not_be(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    mine = acting(uow, actor_of_employer(uow, posting.employer))
    hidden = make_person(uow)
    without_account = make_person(uow, is_open_to_employers=True, with_user=False)
    applied = make_person(uow, is_open_to_employers=True)
    services.record_fact(uow, applied.id, posting.id, FactKind.APPLIED)
    for person in (hidden, without_account, applied):
        with pytest.raises(Conflict):
            inviting.invite_person(mine, posting, person)
    closed = make_posting(uow, posting.employer, state=PostingState.PAUSED)
    with pytest.raises(Conflict):
        inviting.invite_person(mine, closed, make_person(uow, is_open_to_employers=True))
    with pytest.raises(NotAllowed):
        inviting.invite_person(acting(uow, actor_of_employer(uow, make_employer(uow))), posting, hidden)


# ---------- searching ----------


def test_words_and_filters_narrow_a_search(uow: UnitOfWork) -> None:
    driver = make_posting(uow)
    guard = make_posting(
        uow,
        title="保安",
        occupation_code="4-07-05-01",
        requirements=False,
        duties="小区巡逻",
        shift=Shift.NIGHT,
        kind=PostingKind.SEASONAL,
        pay_low_yuan=3000,
        pay_high_yuan=3500,
        is_veterans_first=True,
        region_code="430302",
    )

    def found(words: str = "", **where: Any) -> list[int]:
        return ids(services.search_postings(uow, words, where=Filter(**where)).rows)

    assert found("货车") == [driver.id]
    assert found("保安") == [guard.id]
    assert set(found()) == {driver.id, guard.id}
    assert found(pay_at_least=6000) == [driver.id]
    assert found(shift="night") == [guard.id]
    assert found(kind="seasonal") == [guard.id]
    assert found(veterans_first=True) == [guard.id]
    assert found(reserved=True) == []
    assert found(region="430302") == [guard.id]
    assert found(region="4303") and len(found(region="4303")) == 2
    assert found(occupation="4-07") == [guard.id]
    assert found("飞碟") == []


def test_a_search_is_sorted_and_paged(uow: UnitOfWork) -> None:
    postings = [
        make_posting(
            uow,
            title=f"货车司机 {n}",
            pay_high_yuan=6000 + n,
            published_at=uow.now - timedelta(days=n),
        )
        for n in range(12)
    ]
    order = [posting.id for posting in postings]
    newest = services.search_postings(uow, sort="newest")
    assert ids(newest.rows) == order[:10]
    assert (newest.total, newest.pages, newest.number) == (12, 2, 1)
    assert ids(services.search_postings(uow, sort="pay").rows) == order[::-1][:10]
    last = services.search_postings(uow, sort="newest", page=99)
    assert (last.number, ids(last.rows)) == (2, order[10:])


def test_the_nearest_come_first_where_the_place_is_known(uow: UnitOfWork) -> None:
    far = make_posting(uow, latitude=27.0, longitude=112.5, published_at=uow.now)
    near = make_posting(uow, latitude=27.9, longitude=112.5, published_at=uow.now - timedelta(days=1))
    here = Spot(27.91, 112.5)
    assert ids(services.search_postings(uow, sort="distance", point=here).rows) == [near.id, far.id]
    assert ids(services.search_postings(uow, sort="distance").rows) == [far.id, near.id]


def test_a_list_in_another_order_still_says_what_fits(uow: UnitOfWork) -> None:
    person = make_person(uow)
    old = make_posting(uow, published_at=uow.now - timedelta(days=20))
    new = make_posting(uow, title="厨师", occupation_code="4-03-02-01", requirements=False)
    page, line = list_in_order(uow, person, words="", where=Filter(), sort="newest", number=1)
    assert ids(page.rows) == [new.id, old.id]
    assert all(row.fit for row in page.rows)
    assert "B2 驾驶证" in line


# ---------- properties ----------


def test_more_never_lowers_a_score(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    person = make_person(uow, birth_on=date(1990, 1, 1))
    before = services.match_of(uow, person, posting).score
    uow.session.add_all(
        [
            PersonLicence(person_id=person.id, licence_code="A2"),
            PersonSkill(person_id=person.id, skill_code="SK001", level=5),
        ]
    )
    uow.session.flush()
    assert services.match_of(uow, person, posting).score >= before


def test_the_people_pool_is_ranked_by_the_active_ranker(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    make_person(uow, is_open_to_employers=True)
    (before,) = services.recommend_people(uow, posting)
    fitting.store_ranker(uow, Fit(flat_ranker(0.0), passed=True))
    (after,) = services.recommend_people(uow, posting)
    assert before.score != after.score == 50.0
    pool = services.pools(uow.session).people.get(uow.session)
    document = services.posting_document(uow.session, posting)
    assert rank_people(Ranker.prior(), pool, document, today=uow.today).matches[0].score == before.score
