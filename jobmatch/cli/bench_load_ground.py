"""The ground of the load bench: a kept synthetic installation, those who sign in to it, and a PostgreSQL of its own.

Rows are stored in bulk (only in benches: everything else writes through services); the sessions are opened by the
service that signs people in. Nobody in it exists.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select, text, update

import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.queries import find_user_by_phone
from jobmatch.accounts.services.sessions import start_session
from jobmatch.accounts.services.users import make_user
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.app import create_app
from jobmatch.cli.bench import fill, once
from jobmatch.cli.bench_fair_board import fill as fill_board
from jobmatch.cli.bench_fair_checkin import fill_fair
from jobmatch.cli.bench_people import CITY, County
from jobmatch.cli.bench_staff import furnish
from jobmatch.core import crypto, migrate
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Base, Database
from jobmatch.core.errors import SetupError
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.services.screens import screen_token
from jobmatch.matching.commands import rebuild_indexes
from jobmatch.people.models.person import Person
from jobmatch.people.services.names import fill_search_columns
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting

SEEKERS, EMPLOYERS, CLERKS = 80, 8, 6
DONE = "filled"
POSTGRES = Path("/usr/lib/postgresql")
SPEED = ("-c", "shared_buffers=256MB", "-c", "listen_addresses=", "-c", "max_connections=120")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the visitors of one run know: their cookies, and what there is to open."""

    cookies: dict[str, list[str]]
    postings: list[str]
    people: list[str]
    fair_id: str
    tickets: list[str]
    board: str


def open_runtime(folder: Path, url: str) -> Runtime:
    """The installation in ``folder``, with its database at ``url`` or in a file of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(data_dir=folder, database_url=url, https=False)  # type: ignore[call-arg]
    if not settings.keys_path.exists():
        crypto.make_keys(settings.keys_path)
    keys = crypto.read_keys(settings.keys_path)
    crypto.use_keys(keys)
    return Runtime(settings, keys, Database(settings.url))


def build(runtime: Runtime, *, people: int, postings: int) -> None:
    """Fill the installation once; one that is filled stays as it is, in the newest schema."""
    mark = runtime.settings.data_dir / DONE
    if mark.exists():
        migrate.upgrade(runtime.settings.url)
        return
    once(f"fill with {postings} postings, {people} people", lambda: fill(runtime, postings=postings, people=people))
    _restart_sequences(runtime)
    with runtime.unit(system_actor("bench")) as uow:
        uow.session.add(
            Organization(
                kind=OrganizationKind.STATION,
                state=OrganizationState.ACTIVE,
                name="合成市站",
                region_path=CITY,
                created_at=uow.now,
                changed_at=uow.now,
            )
        )
    once("names, registers, tasks and contacts", lambda: _books(runtime))
    with runtime.unit(system_actor("bench")) as uow:
        _accounts(uow)
    once("build the indexes", lambda: rebuild_indexes(runtime))
    if not runtime.database.is_sqlite:
        # What autovacuum does within minutes of such an import.
        with runtime.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("VACUUM ANALYZE")
    mark.write_text("", encoding="utf-8")


def _restart_sequences(runtime: Runtime) -> None:
    """PostgreSQL does not see numbers that bulk rows bring along."""
    if runtime.database.is_sqlite:
        return
    with runtime.unit(system_actor("bench")) as uow:
        for name, table in Base.metadata.tables.items():
            if "id" in table.c and table.c.id.autoincrement in (True, "auto") and str(table.c.id.type) == "INTEGER":
                last = uow.session.scalar(text(f'SELECT max(id) FROM "{name}"'))  # noqa: S608 - names of our tables
                if last:
                    uow.session.execute(
                        text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": name, "last": last}
                    )


def _books(runtime: Runtime) -> None:
    """Names and birthdays as many as there are in life, registers, tasks and contacts."""
    with runtime.unit(system_actor("bench")) as uow:
        county, draw = County([]), random.Random(4)
        born = [date(1960, 1, 1) + timedelta(days=draw.randrange(45 * 365)) for _number in range(5000)]
        rows = [
            {"row_id": key, "name": county.name(), "birth_on": draw.choice(born), "pinyin": "", "initials": None}
            for key in uow.session.scalars(select(Person.id))
        ]
        uow.session.connection().execute(update(Person).where(Person.id == bindparam("row_id")), rows)
    filled = 1
    while filled:
        with runtime.unit(system_actor("bench")) as uow:
            filled = fill_search_columns(uow)
    furnish(runtime, ages=runtime.database.is_sqlite)


def _accounts(uow: UnitOfWork) -> None:
    """Seekers for the first files, a member for each of the first employers, clerks of the station."""
    for number in range(1, SEEKERS + 1):
        person = uow.session.get(Person, number)
        if person is not None:
            user = make_user(uow, name=person.name, phone=_phone("seeker", number), roles=[(Role.VETERAN, None)])
            person.user_id = user.id
    owned = select(Organization).join(Employer, Employer.organization_id == Organization.id).order_by(Employer.id)
    for number, organization in enumerate(uow.session.scalars(owned.limit(EMPLOYERS)), 1):
        roles: list[tuple[Role, Organization | None]] = [(Role.EMPLOYER_MEMBER, organization)]
        make_user(uow, name=f"合成招聘{number}", phone=_phone("employer", number), roles=roles)
    station = uow.session.scalars(select(Organization).where(Organization.region_path == CITY)).first()
    for number in range(1, CLERKS + 1):
        make_user(uow, name=f"合成职员{number}", phone=_phone("clerk", number), roles=[(Role.STATION_STAFF, station)])


def _phone(kind: str, number: int) -> str:
    return f"{ {'seeker': 1991, 'employer': 1993, 'clerk': 1994}[kind] }{number:07d}"


def enter(runtime: Runtime, *, scans: int) -> Ground:
    """Sign everybody in, and open today's fairs: one where tickets are scanned and one whose board is watched."""
    app = create_app(runtime)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]

    def sign_in(uow: UnitOfWork, phone: str) -> str | None:
        user: User | None = find_user_by_phone(uow.session, phone)
        if user is None:
            return None
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        token = start_session(uow, user, membership, by_password=True, second_factor_at=uow.now)
        return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': token, '_fresh': True})}"

    with runtime.unit(system_actor("bench")) as uow:
        phones = {
            "seeker": [_phone("seeker", n) for n in range(1, SEEKERS + 1)],
            "employer": [_phone("employer", n) for n in range(1, EMPLOYERS + 1)],
            "clerk": [_phone("clerk", n) for n in range(1, CLERKS + 1)],
        }
        cookies = {kind: [c for phone in each if (c := sign_in(uow, phone))] for kind, each in phones.items()}
        # Those whose applications arrive at employers that somebody answers for.
        owned = select(Posting.public_id).where(Posting.employer_id <= EMPLOYERS).order_by(Posting.id)
        postings = list(uow.session.scalars(owned))
        people = list(uow.session.scalars(select(Person.public_id).order_by(Person.id).limit(2000)))
        board = f"/fairs/board/{screen_token('board', fill_board(uow))}"
    fair_id, tickets, _codes = fill_fair(runtime, scans)
    return Ground(cookies, postings, people, fair_id, tickets, board)


@contextmanager
def own_postgres(folder: Path) -> Iterator[tuple[str, int]]:
    """The address of a PostgreSQL server whose data stays in ``folder``, and its process id; it ends with the block.

    Raises ``SetupError`` where no server programs are installed.
    """
    programs = sorted(POSTGRES.glob("*/bin"))
    if not programs:
        raise SetupError(f"No PostgreSQL server programs below {POSTGRES}: give an empty database with --url.")
    folder.mkdir(parents=True, exist_ok=True)
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    data, quiet = folder / "data", {"stdout": subprocess.DEVNULL, "check": True, "timeout": 120}
    if not data.exists():
        command = [str(programs[-1] / "initdb"), "-D", str(data), "-U", "jobmatch", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*as_owner, *command, "--locale=C.UTF-8"], **quiet)  # type: ignore[call-overload] # noqa: S603
    server = subprocess.Popen(  # noqa: S603
        [*as_owner, str(programs[-1] / "postgres"), "-D", str(data), "-k", str(folder), *SPEED],
        stdout=subprocess.DEVNULL,
        stderr=(folder.parent / "postgres.log").open("ab"),
    )
    try:
        for _try in range(150):
            if (folder / ".s.PGSQL.5432").exists():
                break
            time.sleep(0.1)
        time.sleep(0.5)
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        yield f"postgresql+psycopg://jobmatch@/postgres?host={folder.resolve()}", pid
        stop: Any = [str(programs[-1] / "pg_ctl"), "-D", str(data), "-m", "fast", "stop"]
        subprocess.run([*as_owner, *stop], **quiet)  # type: ignore[call-overload] # noqa: S603
    finally:
        server.terminate()
        server.wait(30)
