"""Prints how large a fair's live board is and how fast it answers while 20 screens refresh it, on SQLite.

200 booths, 5,000 people who came, 2,000 numbers in queues; nobody in it exists. Rows are stored in bulk (only here).
"""

from __future__ import annotations

import argparse
import gzip
import random
import statistics
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.app import create_app
from jobmatch.cli.bench_people import CITY, installation, say
from jobmatch.core.actors import system_actor
from jobmatch.core.ids import new_public_id
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import BoothDesk, CheckIn
from jobmatch.fairs.day.services.screens import screen_token
from jobmatch.fairs.day.states import CheckInWay
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth, Hall
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState
from recruiters.employers.models import Employer
from recruiters.employers.states import EmployerKind

BOOTHS, PEOPLE, SCREENS = 200, 5000, 20


def _organization(uow: UnitOfWork, kind: OrganizationKind, name: str) -> Organization:
    row = Organization(
        kind=kind,
        state=OrganizationState.ACTIVE,
        name=name,
        region_path=CITY,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def fill(uow: UnitOfWork) -> str:
    """A running fair; returns its public id."""
    draw = random.Random(6)
    office = _organization(uow, OrganizationKind.STATION, "测试服务中心")
    fair = JobFair(
        organization_id=office.id,
        region_path=office.region_path,
        state=FairState.RUNNING,
        title="测试专场招聘会",
        opens_at=uow.now - timedelta(hours=3),
        closes_at=uow.now + timedelta(hours=3),
        capacity=PEOPLE,
        taken=PEOPLE,
        booth_capacity=BOOTHS,
        booth_taken=BOOTHS,
        published_at=uow.now,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(fair)
    uow.session.flush()
    hall = Hall(fair_id=fair.id, name="一楼大厅", row_count=20, col_count=40, changed_at=uow.now)
    uow.session.add(hall)
    uow.session.flush()
    for number in range(BOOTHS):
        _booth(uow, fair, hall, number, draw.randrange(20))
    people = [
        {
            "public_id": new_public_id(),
            "fair_id": fair.id,
            "region_path": office.region_path,
            "code": f"{number:08d}",
            "name": "测试",
            "state": RegistrationState.SEATED,
            "registered_at": uow.now,
            "version": 1,
        }
        for number in range(PEOPLE)
    ]
    ids = list(uow.session.scalars(insert(FairRegistration).returning(FairRegistration.id), people))
    came = [
        {
            "fair_id": fair.id,
            "registration_id": key,
            "number": number + 1,
            "way": CheckInWay.CAMERA,
            "at": fair.opens_at + timedelta(seconds=draw.randrange(10_800)),
            "received_at": uow.now,
        }
        for number, key in enumerate(ids)
    ]
    uow.session.execute(insert(CheckIn), came)
    return fair.public_id


def _booth(uow: UnitOfWork, fair: JobFair, hall: Hall, number: int, waiting: int) -> None:
    organization = _organization(uow, OrganizationKind.EMPLOYER, f"测试单位{number}有限公司")
    employer = Employer(
        organization_id=organization.id,
        region_path=fair.region_path,
        kind=next(iter(EmployerKind)),
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(employer)
    uow.session.flush()
    exhibitor = Exhibitor(
        fair_id=fair.id,
        employer_id=employer.id,
        region_path=fair.region_path,
        state=ExhibitorState.ACCEPTED,
        sign_code=f"{number:06d}",
        applied_at=uow.now,
        checked_in_at=uow.now,
    )
    uow.session.add(exhibitor)
    uow.session.flush()
    place = Booth(
        fair_id=fair.id,
        hall_id=hall.id,
        number=f"{chr(65 + number // 20)}{number % 20 + 1:02d}",
        row=1 + number // 20 * 2,
        col=1 + number % 20 * 2,
        exhibitor_id=exhibitor.id,
    )
    desk = BoothDesk(
        exhibitor_id=exhibitor.id, last_number=waiting, waiting_count=waiting, resume_count=9, changed_at=uow.now
    )
    uow.session.add_all([place, desk])
    uow.session.flush()


def watch(app: Any, path: str, seconds: float) -> list[float]:
    """Milliseconds of each answer while the screens ask in turn, each once in five seconds."""
    took: list[float] = []
    gate = threading.Lock()
    until = time.monotonic() + seconds

    def screen(number: int) -> None:
        client = app.test_client()
        time.sleep(number * 5 / SCREENS)
        while time.monotonic() < until:
            began = time.perf_counter()
            answer = client.get(path, headers={"HX-Request": "true"})
            spent = (time.perf_counter() - began) * 1000
            with gate:
                took.append(spent if answer.status_code == 200 else 1e9)
            time.sleep(max(0.0, 5 - spent / 1000))

    threads = [threading.Thread(target=screen, args=(number,)) for number in range(SCREENS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def drawn(app: Any, path: str) -> float:
    """Milliseconds of processor time in which a board is drawn that nobody kept, the median of nine."""
    client, took = app.test_client(), []
    for _ in range(9):
        app.extensions["fair_boards"].clear()
        began = time.process_time()
        client.get(path, headers={"HX-Request": "true"})
        took.append((time.process_time() - began) * 1000)
    return statistics.median(took)


def main() -> None:
    """Build, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        runtime: Runtime = installation(Path(folder))
        with runtime.unit(system_actor("bench")) as uow:
            fair_id = fill(uow)
        app = create_app(runtime)
        path = f"/fairs/board/{screen_token('board', fair_id)}"
        client = app.test_client()
        whole, part = client.get(path).data, client.get(path, headers={"HX-Request": "true"}).data
        packed = len(gzip.compress(whole)) / 1024
        say(f"board of {BOOTHS} booths: {len(whole) / 1024:.1f} KB, sent packed {packed:.1f} KB")
        say(f"refresh: {len(part) / 1024:.1f} KB")
        say(f"drawn anew: {drawn(app, path):.0f} ms of processor time")
        took = sorted(watch(app, path, seconds))
        p95 = took[int(len(took) * 0.95)]
        say(f"{SCREENS} screens, {len(took)} answers: p50 {statistics.median(took):.1f} ms, p95 {p95:.1f} ms")


if __name__ == "__main__":
    main()
