"""Pages of a fair's day in tests: a running fair with a booth that is there, and browsers of its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.services.sessions import start_session, token_hash
from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.tickets import ticket_text
from tests.factories import make_person, make_station, make_user
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting
from tests.fairs.test_queue_numbers import came

SYSTEM = system_actor("tests")
TOKEN = "token-of-the-booth"


@dataclass
class Stage:
    """Ids of what the pages show, and user ids of who reads them."""

    fair: str
    booth: str
    posting: str
    ticket: str
    visit: str
    code: str
    exhibitor_id: int
    users: dict[str, int]


def stage(runtime: Any, state: FairState = FairState.RUNNING) -> Stage:
    """One fair, one booth at A01 with one posting, one person with a file who came."""
    with runtime.unit(SYSTEM) as uow:
        fair = make_fair(uow, state=state)
        exhibitor = make_exhibitor(uow, fair, came=True, desk_sha256=token_hash(TOKEN))
        posting, person = make_fair_posting(uow, exhibitor), make_person(uow)
        make_booth(uow, fair, "A01", exhibitor=exhibitor)
        mine = came(uow, fair, person_id=person.id)
        organization = uow.session.get_one(Organization, exhibitor.employer.organization_id)
        member = make_user(uow, Role.EMPLOYER_MEMBER, organization=organization)
        clerk = make_user(uow, Role.STATION_STAFF, organization=make_station(uow))
        return Stage(
            fair.public_id,
            exhibitor.public_id,
            posting.public_id,
            ticket_text(fair.public_id, mine.public_id),
            f"/fairs/visit/{mine.public_id}/{mine.code}",
            mine.code,
            exhibitor.id,
            {"employer": member.id, "staff": clerk.id, "person": person.user_id or 0},
        )


def browser(app: Any, user_id: int) -> FlaskClient:
    """A browser in which this user is signed in."""
    client: FlaskClient = app.test_client()
    with app.runtime.unit(SYSTEM) as uow:
        user = uow.session.get_one(User, user_id)
        membership = uow.session.query(Membership).filter_by(user_id=user_id).one()
        token = start_session(uow, user, membership, by_password=True, second_factor_at=uow.now)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client
