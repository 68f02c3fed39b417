"""What an outsider sees."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import age_band, age_on, mask_id_number, mask_name, township, years_between
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.queries.people import card, cards, get_person, load_full
from jobmatch.people.services.grants import hide_from, record_grant, revoke_grant
from jobmatch.people.services.resume import save_work
from jobmatch.people.states import GrantField, GrantPurpose
from tests.factories import make_employer, make_person
from tests.people.help import counted


def test_masks_tell_little() -> None:
    assert mask_name("欧阳震华") == mask_name("欧阳") == "欧**"
    assert mask_id_number("430382199001011234") == "430382********1234"
    assert mask_id_number(None) == ""
    assert township("430382101003") == "430382101"


@given(st.dates(date(1930, 1, 1), date(2010, 1, 1)), st.dates(date(2011, 1, 1), date(2040, 1, 1)))
def test_a_band_holds_the_age_and_hides_it(birth_on: date, day: date) -> None:
    age, band = age_on(birth_on, day), age_band(birth_on, day)
    if 20 <= age < 60:
        low, high = (int(part) for part in band.removesuffix(" 岁").split("–"))
        assert low <= age <= high
        assert high - low == 4
    else:
        assert band in {"20 岁以下", "60 岁以上"}


def test_years_are_never_negative() -> None:
    assert years_between(date(2020, 1, 1), date(2019, 1, 1)) == 0
    assert years_between(None, date(2019, 1, 1)) == 0
    assert years_between(date(2010, 1, 1), date(2020, 1, 1)) == 10


def test_without_a_grant_the_card_is_masked(uow: UnitOfWork) -> None:
    person = make_person(uow, name="测试甲")
    save_work(uow, person, None, employer_name="测试单位", title="司机", started_on=date(2019, 1, 1))
    seen = card(uow, get_person(uow.session, person.id))
    assert (seen.name, seen.is_masked, seen.phone) == ("测**", True, None)
    assert seen.age == "35–39 岁"
    assert seen.place.endswith("测试东镇")
    assert seen.group == "退役军人"
    assert seen.work[0].employer_name == ""
    assert "测试甲" not in repr(seen)
    assert "测试单位" not in repr(seen)


def test_a_live_grant_opens_its_fields_to_its_organization_only(uow: UnitOfWork) -> None:
    person, employer, other = make_person(uow), make_employer(uow), make_employer(uow)
    grant = record_grant(
        uow,
        person,
        organization_id=employer.organization_id,
        purpose=GrantPurpose.APPLICATION,
        fields=[GrantField.NAME, GrantField.PHONE],
        valid_until=uow.today,
        notice="同意",
    )
    full = get_person(uow.session, person.id)
    seen = card(uow, full, organization_id=employer.organization_id)
    assert seen.name == person.name
    assert seen.phone
    assert seen.age == "35–39 岁"
    assert card(uow, full, organization_id=other.organization_id).is_masked
    revoke_grant(uow, grant)
    revoke_grant(uow, grant)
    assert card(uow, full, organization_id=employer.organization_id).phone is None


def test_an_expired_grant_opens_nothing_and_hiding_ends_all(uow: UnitOfWork) -> None:
    person, employer = make_person(uow), make_employer(uow)
    facts = {"organization_id": employer.organization_id, "fields": list(GrantField), "notice": ""}
    grants = [
        record_grant(uow, person, purpose=purpose, valid_until=uow.today + timedelta(days=9), **facts)
        for purpose in (GrantPurpose.APPLICATION, GrantPurpose.BOOTH_SCAN)
    ]
    grants[0].valid_until = uow.today - timedelta(days=1)
    uow.session.flush()
    full = get_person(uow.session, person.id)
    assert not card(uow, full, organization_id=employer.organization_id).is_masked
    assert hide_from(uow, person, organization_id=employer.organization_id) == 1
    assert hide_from(uow, person, organization_id=employer.organization_id) == 0
    assert card(uow, full, organization_id=employer.organization_id).is_masked


@pytest.mark.parametrize("kind", ["CJTY", "LSYS", "JYKN"])
def test_disability_bereavement_and_hardship_are_never_on_a_card(uow: UnitOfWork, kind: str) -> None:
    person = make_person(uow)
    uow.session.add(PersonKind(person_id=person.id, kind_code=kind, valid_from=uow.today))
    uow.session.flush()
    seen = repr(card(uow, get_person(uow.session, person.id)))
    for word in ("残疾", "遗属", "烈士", "困难", kind):
        assert word not in seen


def test_cards_cost_the_same_for_two_people_and_for_twenty(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    people = [make_person(uow) for _ in range(20)]
    for person in people:
        record_grant(
            uow,
            person,
            organization_id=employer.organization_id,
            purpose=GrantPurpose.APPLICATION,
            fields=list(GrantField),
            valid_until=uow.today,
            notice="",
        )
    query = load_full(select(Person).where(Person.id.in_([p.id for p in people])).order_by(Person.id))
    counts = []
    for size in (2, 20, 2, 20):
        uow.session.expunge_all()
        with counted(uow.session.connection()) as seen:
            cards(uow, uow.session.scalars(query.limit(size)).all(), organization_id=employer.organization_id)
        counts.append(len(seen))
    assert counts[2] == counts[3]
