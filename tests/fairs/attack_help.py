"""A running fair to be attacked, with strangers' browsers, an exhibitor, and staff."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.states import Role
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day.states import CheckInWay
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.tickets import ticket_text
from tests.factories import make_person, make_staff, make_user
from tests.fairs.day_help import SYSTEM, TOKEN, browser
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.fairs.outcome_help import make_check_in


class Running:
    """A running fair, strangers' browsers, and rows made as needed."""

    def __init__(self, runtime: Runtime, app: Any, **values: Any) -> None:
        self.runtime, self.app = runtime, app
        with self.unit() as uow:
            fair = make_fair(uow, **{"state": FairState.RUNNING} | values)
            self.fair_id, self.fair = fair.id, fair.public_id

    def unit(self, *, writing: bool = True) -> Any:
        return self.runtime.unit(SYSTEM, writing=writing)

    def somebody(self, **values: Any) -> tuple[str, str]:
        """The code and the ticket of somebody registered."""
        with self.unit() as uow:
            row = make_registration(uow, uow.session.get_one(JobFair, self.fair_id), **values)
            return row.code, ticket_text(self.fair, row.public_id)

    def with_file(self, **values: Any) -> tuple[str, str]:
        """The same of somebody with a file."""
        with self.unit() as uow:
            person = make_person(uow).id
        return self.somebody(person_id=person, **values)

    def visitor(self, *, is_known: bool = False, way: CheckInWay = CheckInWay.SCANNER) -> tuple[str, str]:
        """The same of somebody who came."""
        found = self.with_file() if is_known else self.somebody()
        with self.unit() as uow:
            fair, row = uow.session.get_one(JobFair, self.fair_id), self.named(uow, found[0])
            make_check_in(uow, fair, row).way = way
        return found

    def registration(self, code: str) -> FairRegistration:
        with self.unit(writing=False) as uow:
            return self.named(uow, code)

    def named(self, uow: Any, code: str) -> FairRegistration:
        found: FairRegistration = uow.session.query(FairRegistration).filter_by(fair_id=self.fair_id, code=code).one()
        return found

    def stranger(self) -> FlaskClient:
        client: FlaskClient = self.app.test_client()
        return client

    def count(self, table: Any) -> int:
        with self.unit(writing=False) as uow:
            return int(uow.session.query(table).count())


class Booth:
    """An exhibitor at the fair with one posting, and its page behind either door."""

    def __init__(self, hall: Running) -> None:
        self.hall = hall
        with hall.unit() as uow:
            exhibitor = make_exhibitor(
                uow, uow.session.get_one(JobFair, hall.fair_id), came=True, desk_sha256=token_hash(TOKEN)
            )
            self.id, self.posting = exhibitor.id, make_fair_posting(uow, exhibitor).public_id
            organization = uow.session.get_one(Organization, exhibitor.employer.organization_id)
            member = make_user(uow, Role.EMPLOYER_MEMBER, organization=organization).id
        self.doors = {
            "account": (browser(hall.app, member), f"/employer/fairs/{exhibitor.public_id}/booth"),
            "link": (hall.stranger(), f"/fairs/booth/{TOKEN}"),
        }
        self.public_id = exhibitor.public_id

    def press(self, press: str, ticket: str = "", door: str = "account", **fields: str) -> Any:
        client, url = self.doors[door]
        return client.post(url, data={"press": press, "ticket": ticket, **fields})

    def mark(self, press: str, ticket: str) -> int:
        return self.press(press, ticket, posting=self.posting).status_code


def desk_of(running: Running, path: str, *, helps: bool = False) -> FlaskClient:
    with running.unit() as uow:
        user_id = make_staff(uow, path=path).user_id or 0
        if helps:
            uow.session.add(FairHelper(fair_id=running.fair_id, user_id=user_id, created_at=uow.now))
    return browser(running.app, user_id)
