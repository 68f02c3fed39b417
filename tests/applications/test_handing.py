"""转给用人部门: who was handed an application reads it, without contact data, and nobody else does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import Role
from jobmatch.applications import handing
from jobmatch.applications.models import Application
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.queries import application_named, handed_applications, with_parties
from jobmatch.applications.services.submitting import submit_application
from jobmatch.core.errors import Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from tests.conftest import acting
from tests.factories import actor_of, actor_of_employer, make_employer, make_person, make_posting, make_user


def test_a_department_reads_what_it_was_handed_without_the_phone(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = make_posting(uow, employer)
    person = make_person(uow, is_open_to_employers=True)
    sent = submit_application(uow, posting, person, consent=True)
    other = submit_application(uow, posting, make_person(uow), consent=True)
    organization = uow.session.get_one(Organization, employer.organization_id)
    user = make_user(uow, Role.EMPLOYER_READER, organization=organization, name="装配车间")
    reader = actor_of(user, Role.EMPLOYER_READER, organization)
    recruiter = acting(
        uow,
        actor_of(
            make_user(uow, Role.EMPLOYER_RECRUITER, organization=organization), Role.EMPLOYER_RECRUITER, organization
        ),
    )

    def seen() -> list[int]:
        return [row.id for row in uow.rows(visible_applications(reader, handed_applications()))]

    assert seen() == []
    assert handing.departments(recruiter) == [(user.public_id, "装配车间")]
    handing.hand_over(recruiter, sent, to=user.public_id)
    handing.hand_over(recruiter, sent, to=user.public_id)
    assert seen() == [sent.id]
    assert other.id not in seen()
    found: Application = uow.one(visible_applications(reader, with_parties(application_named(sent.public_id))))
    own, theirs = acting(uow, reader), acting(uow, actor_of_employer(uow, employer))
    sheet = handing.sheet_without_contact(own, found)
    assert sheet.card.person is not None
    assert sheet.card.person.phone is None
    assert handing.application_sheet(theirs, found).card.person is not None
    titles = uow.session.scalars(select(Message.title).where(Message.user_id == user.id)).all()
    assert titles == ["同事转给您一份简历"]


def test_only_departments_of_the_own_employer_are_handed_anything(uow: UnitOfWork) -> None:
    employer, foreign = make_employer(uow), make_employer(uow)
    sent = submit_application(uow, make_posting(uow, employer), make_person(uow), consent=True)
    manager, rival = actor_of_employer(uow, employer), actor_of_employer(uow, foreign)
    outside = uow.session.get_one(Organization, foreign.organization_id)
    stranger = make_user(uow, Role.EMPLOYER_READER, organization=outside)
    for to in (stranger.public_id, manager.public_id, ""):
        with pytest.raises(Invalid) as caught:
            handing.hand_over(acting(uow, manager), sent, to=to)
        assert set(caught.value.fields) == {"to"}
    with pytest.raises(NotAllowed):
        handing.hand_over(acting(uow, rival), sent, to=stranger.public_id)
