"""Where specialties lead: the office's corrections, people's answers with a prior, and how the ranker takes them in."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Invalid, NotAllowed, NotFound
from jobmatch.core.job_rows import Job
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching import index, office, services
from jobmatch.matching.crosswalk import count_responses, office_links
from jobmatch.matching.documents import profile_of
from jobmatch.matching.jobs import JOBS
from jobmatch.matching.lists import civil_trades
from jobmatch.matching.states import FactKind, Strength
from jobmatch.people.models.person import JobIntention, Person, ServiceRecord, ServiceSpecialty
from ml.matching import Response, table_links
from tests.conftest import acting
from tests.factories import actor_of_employer, make_employer, make_person, make_posting, make_staff
from tests.matching.help import counted, rollback

ARMOUR = "SP04"
DIGGER, LORRY, COOK = "6-30-05-05", "4-02-02-02", "4-03-02-01"


def serve(uow: UnitOfWork, specialty: str = ARMOUR, **values: Any) -> Person:
    """A person with a specialty and no wish."""
    person = make_person(uow, **values)
    record = uow.session.scalars(select(ServiceRecord.id).where(ServiceRecord.person_id == person.id)).one()
    uow.session.add(ServiceSpecialty(service_record_id=record, specialty_code=specialty, years=4))
    wish = uow.session.scalars(select(JobIntention).where(JobIntention.person_id == person.id)).one()
    wish.occupation_codes = []
    uow.session.flush()
    return person


def trades(uow: UnitOfWork, person: Person) -> dict[str, float]:
    return {code: weight for code, weight, _ in profile_of(uow.session, person)[0].service_trades}


def test_the_table_counts_where_nobody_corrected_anything(uow: UnitOfWork) -> None:
    assert trades(uow, serve(uow)) == {}
    assert office_links(uow.session) == dict(table_links())


def test_a_correction_counts_at_once_and_can_be_undone(uow: UnitOfWork) -> None:
    person, posting = serve(uow), make_posting(uow, occupation_code=COOK, requirements=False)
    before = services.match_of(uow, person, posting).score
    office.correct_trade(uow, ARMOUR, COOK, strength=Strength.A)
    assert trades(uow, person)[COOK] == 1.0
    better = services.match_of(uow, person, posting)
    assert better.score > before
    assert any(item.kind == "specialty" and item.status == "met" for item in better.explanation.items)
    office.correct_trade(uow, ARMOUR, COOK, strength=Strength.C)
    assert trades(uow, person)[COOK] == 0.4
    assert before < services.match_of(uow, person, posting).score < better.score
    office.undo_correction(uow, ARMOUR, COOK)
    assert services.match_of(uow, person, posting).score == before
    with pytest.raises(NotFound):
        office.undo_correction(uow, ARMOUR, COOK)


def test_a_specialty_may_lead_nowhere(uow: UnitOfWork) -> None:
    person, posting = serve(uow), make_posting(uow, occupation_code=DIGGER, requirements=False)
    before = services.match_of(uow, person, posting)
    for code, _weight in table_links()[ARMOUR]:
        office.correct_trade(uow, ARMOUR, code, strength=Strength.NONE)
    after = services.match_of(uow, person, posting)
    assert after.score < before.score
    assert not any(item.kind == "specialty" for item in after.explanation.items)
    assert civil_trades(uow, ARMOUR) == []


def test_staff_correct_and_nobody_else(uow: UnitOfWork) -> None:
    employer = acting(uow, actor_of_employer(uow, make_employer(uow)))
    with pytest.raises(NotAllowed):
        office.correct_trade(employer, ARMOUR, COOK, strength=Strength.A)
    staff = acting(uow, make_staff(uow))
    office.correct_trade(staff, ARMOUR, COOK, strength=Strength.A, note="炊事车")
    entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "crosswalk.correct")).one()
    assert entry.detail == {"specialty": ARMOUR, "occupation": COOK, "strength": "A"}
    (row,) = [trade for trade in office.specialty_trades(staff, ARMOUR).trades if trade.occupation == COOK]
    assert (row.strength, row.shipped, row.note, row.is_corrected) == (Strength.A, None, "炊事车", True)
    assert row.changed_by
    for code in ("4-03-02-00", "", "nonsense"):
        with pytest.raises(Invalid):
            office.correct_trade(staff, ARMOUR, code, strength=Strength.A)
    with pytest.raises(NotFound):
        office.correct_trade(staff, "SP99", COOK, strength=Strength.A)


def test_several_corrections_ask_for_one_new_pool(uow: UnitOfWork) -> None:
    for strength in Strength:
        office.correct_trade(uow, ARMOUR, COOK, strength=strength)
    assert uow.session.scalar(select(func.count()).where(Job.name == office.REBUILD)) == 1


def test_the_people_pool_takes_a_correction_in(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "REFRESH_SECONDS", 0.0)
    index.forget_pools()
    context = JobContext(sqlite_runtime.database, 1, office.REBUILD)
    with context.unit() as uow:
        serve(uow, is_open_to_employers=True)
        posting = make_posting(uow, occupation_code=COOK, requirements=False)
    with context.unit() as uow:
        posting = services.card_rows(uow, [posting.id])[posting.id]
        (before,) = services.recommend_people(uow, posting)
        office.correct_trade(uow, ARMOUR, COOK, strength=Strength.A)
        arguments = uow.session.scalars(select(Job.arguments).where(Job.name == office.REBUILD)).one()
    assert JOBS[office.REBUILD](context, **arguments)["people"] is True
    with context.unit() as uow:
        posting = services.card_rows(uow, [posting.id])[posting.id]
        (after,) = services.recommend_people(uow, posting)
    assert after.score > before.score
    index.forget_pools()


# ---------- what people choose ----------


def _answers(uow: UnitOfWork, people: int) -> dict[str, float]:
    """Everybody of the specialty sees a posting for diggers and one for lorry drivers, and wants the lorry."""
    digger = make_posting(uow, occupation_code=DIGGER, requirements=False)
    lorry = make_posting(uow, occupation_code=LORRY, requirements=False)
    for _ in range(people):
        person = serve(uow, with_user=False)
        services.remember_shown(uow, person.id, [digger.id, lorry.id], first=1)
        services.record_fact(uow, person.id, lorry.id, FactKind.APPLIED)
    return dict(office_links(uow.session)[ARMOUR])


def test_a_few_choices_do_not_overturn_the_table(uow: UnitOfWork) -> None:
    table = dict(table_links()[ARMOUR])
    now = _answers(uow, 2)
    assert table[DIGGER] > table[LORRY]
    assert now[DIGGER] > now[LORRY]
    assert abs(now[DIGGER] - table[DIGGER]) < 0.1


def test_many_choices_do(uow: UnitOfWork) -> None:
    now = _answers(uow, 80)
    assert now[LORRY] > now[DIGGER]
    assert now[DIGGER] == 0.5 * dict(table_links()[ARMOUR])[DIGGER]


def test_a_pair_counts_once_and_profiling_turned_off_counts_nothing(uow: UnitOfWork) -> None:
    person, posting = serve(uow), make_posting(uow, occupation_code=LORRY)
    for _ in range(30):
        services.remember_shown(uow, person.id, [posting.id], first=1)
        services.record_fact(uow, person.id, posting.id, FactKind.OPENED)
        services.record_fact(uow, person.id, posting.id, FactKind.SAVED)
    assert count_responses(uow.session) == (Response(ARMOUR, LORRY, 1, 1),)
    services.set_personal(uow, person, is_personal=False)
    assert count_responses(uow.session) == ()


def test_the_list_costs_the_same_however_much_was_corrected(uow: UnitOfWork) -> None:
    costs = []
    office.list_specialties(uow)
    for codes in (("4-03-02-01", "4-02-02-02"), tuple(code for code, _ in table_links()["SP01"])):
        for specialty in (ARMOUR, "SP01", "SP02"):
            for code in codes:
                office.correct_trade(uow, specialty, code, strength=Strength.B)
        rollback(uow)
        with counted(uow.session.get_bind()) as seen:
            assert len(office.list_specialties(uow)) == 65
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 6
    assert [one.code for one in office.list_specialties(uow, "装甲驾驶")] == [ARMOUR]
    assert office.list_specialties(uow, "没有这个") == []
