"""Prints how long recommending takes on a synthetic installation, in process and over HTTP.

A temporary SQLite database is filled in bulk (only here: everything else writes through services), its index is built,
and recommendations are timed in this process. Nobody and nothing in it exists.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from sqlalchemy import insert, select

import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.services.sessions import start_session
from jobmatch.accounts.services.users import make_user
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.core import crypto, migrate
from jobmatch.core.actors import system_actor
from jobmatch.core.db import Database
from jobmatch.core.ids import new_public_id, seeded_ids
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.index import pools
from jobmatch.matching.lists import list_recommended
from jobmatch.matching.services import recommend_people, recommend_postings, search_postings
from jobmatch.people.models.person import (
    JobIntention,
    Person,
    PersonKind,
    PersonLicence,
    PersonSkill,
    ServiceRecord,
    ServiceSpecialty,
)
from jobmatch.people.states import EmploymentType, JobSearchState, Shift, VerificationState
from jobmatch.reference.models import EducationLevel, Region
from jobmatch.reference.services import load_reference
from ml.matching import Filter
from ml.reference import occupations, skills, specialties
from recruiters.employers.models import Employer, EmployerReputation
from recruiters.employers.states import EmployerKind, VettingState
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.queries import load_full
from recruiters.postings.states import PayKind, PayUnit, PostingKind, PostingState, RequirementKind

EMPLOYERS = 400
READERS = 4
CITY = "4303"
LICENCES = ("C1", "B2", "A2", "A1")
WORDS = ("货车司机", "保安", "电工 维修", "无人机", "仓库管理员", "护理", "厨师", "消防")


def say(text: str) -> None:
    """One line on standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Filling:
    """Bulk rows of a synthetic installation, drawn from a fixed seed."""

    def __init__(self, uow: UnitOfWork, seed: int = 1, *, employers: int = EMPLOYERS) -> None:
        self.uow = uow
        self.draw = random.Random(seed)
        self.employer_count = employers
        rows = uow.session.execute(select(Region.code, Region.path).where(Region.code.startswith(CITY)))
        self.regions = [(code, path) for code, path in rows if len(code) >= 6]
        self.educations = list(
            uow.session.scalars(select(EducationLevel.code).where(EducationLevel.platform_rank.between(3, 6)))
        )
        by_code = {row.code: row for row in occupations() if row.level == 4}
        likely = [code for row in specialties() for code in (*row.primary_occupations, *row.secondary_occupations)]
        self.likely = [by_code[code] for code in likely if code in by_code]
        self.all = list(by_code.values())

    def _trade(self) -> Any:
        return self.draw.choice(self.likely if self.draw.random() < 0.6 else self.all)

    def _add(self, model: Any, rows: Iterable[dict[str, Any]]) -> None:
        rows = list(rows)
        if rows:
            self.uow.session.execute(insert(model), rows)

    def employers(self) -> None:
        """Vetted employers with their organizations."""
        now = self.uow.now
        common = {"created_at": now, "changed_at": now - timedelta(days=1), "version": 1}
        places = [self.draw.choice(self.regions) for _ in range(self.employer_count)]
        self._add(
            Organization,
            (
                {
                    "id": number,
                    "public_id": new_public_id(),
                    "kind": OrganizationKind.EMPLOYER,
                    "state": OrganizationState.ACTIVE,
                    "name": f"合成单位 {number}",
                    "region_code": code,
                    "region_path": path,
                    **common,
                }
                for number, (code, path) in enumerate(places, 1)
            ),
        )
        self._add(
            Employer,
            (
                {
                    "id": number,
                    "public_id": new_public_id(),
                    "organization_id": number,
                    "region_path": path,
                    "kind": EmployerKind.PRIVATE,
                    "vetting": VettingState.VETTED,
                    **common,
                }
                for number, (_, path) in enumerate(places, 1)
            ),
        )
        figures = {"window_from": self.uow.today, "window_to": self.uow.today, "objection": "", "decision_note": ""}
        self._add(
            EmployerReputation,
            (
                {"employer_id": number, "shrunk_rate": self.draw.random(), **figures}
                for number in range(1, self.employer_count + 1)
            ),
        )

    def postings(self, count: int, first: int = 1) -> None:
        """Open postings of all trades, those that military specialties lead to being more frequent."""
        numbers = range(first, first + count)
        self._add(Posting, (self._posting(number) for number in numbers))
        self._add(PostingRequirement, (need for number in numbers for need in self._needs(number)))

    def _posting(self, number: int) -> dict[str, Any]:
        draw, trade, now = self.draw, self._trade(), self.uow.now
        code, path = draw.choice(self.regions)
        low = draw.randrange(30, 90) * 100
        return {
            "id": number,
            "public_id": new_public_id(),
            "employer_id": draw.randrange(1, self.employer_count + 1),
            "state": PostingState.OPEN,
            "kind": PostingKind.REGULAR,
            "title": draw.choice((trade.name, *trade.aliases))[:80],
            "occupation_code": trade.code,
            "duties": f"{trade.definition}{trade.tasks}",
            "employment_type": draw.choice((EmploymentType.CONTRACT, EmploymentType.DISPATCH)),
            "vacancy_count": draw.randrange(1, 20),
            "region_code": code,
            "region_path": path,
            "latitude": 27.6 + draw.random() * 0.7,
            "longitude": 112.3 + draw.random() * 0.9,
            "is_point_exact": True,
            "pay_kind": PayKind.FIXED,
            "pay_unit": PayUnit.MONTH,
            "pay_low_yuan": low,
            "pay_high_yuan": low + draw.randrange(0, 40) * 100,
            "shift": draw.choice(list(Shift)),
            "is_veterans_first": draw.random() < 0.3,
            "is_reserved": draw.random() < 0.05,
            "valid_through": self.uow.today + timedelta(days=60),
            "published_at": now - timedelta(days=draw.randrange(60)),
            "created_at": now,
            "changed_at": now - timedelta(days=1),
            "version": 1,
        }

    def _needs(self, posting_id: int) -> list[dict[str, Any]]:
        draw, needs = self.draw, []

        def need(kind: RequirementKind, code: str, label: str, *, years: float = 0) -> None:
            must = draw.random() < 0.6
            values = {"kind": kind, "code": code, "level": 0, "years": years, "is_must": must, "label": label[:80]}
            needs.append({"posting_id": posting_id, **values})

        if draw.random() < 0.6:
            need(RequirementKind.EDUCATION, draw.choice(self.educations), "学历")
        if draw.random() < 0.5:
            need(RequirementKind.YEARS, "", "经验", years=draw.choice((1, 2, 3, 5)))
        if draw.random() < 0.25:
            need(RequirementKind.LICENCE, draw.choice(LICENCES), "驾驶证")
        for skill in draw.sample(skills(), draw.randrange(0, 4)):
            need(RequirementKind.SKILL, skill.code, skill.name)
        return needs

    def people(self, count: int, first: int = 1) -> None:
        """Veterans who look for work and let employers find them."""
        draw, now = self.draw, self.uow.now
        served = {number: draw.randrange(2, 17) for number in range(first, first + count)}
        places = {number: draw.choice(self.regions) for number in served}
        self._add(Person, (self._person(number, *places[number]) for number in served))
        since = date(2015, 1, 1)
        self._add(PersonKind, ({"person_id": n, "kind_code": "TYJR", "valid_from": since, "proof": ""} for n in served))
        self._add(
            ServiceRecord,
            (
                {
                    "id": number,
                    "person_id": number,
                    "enlisted_on": date(2018 - years, 9, 1),
                    "discharged_on": date(2018, 9, 1),
                    "leadership": draw.choice((0, 0, 1, 2)),
                }
                for number, years in served.items()
            ),
        )
        chosen = {number: draw.choice(specialties()) for number in served}
        self._add(
            ServiceSpecialty,
            (
                {"service_record_id": number, "specialty_code": row.code, "years": float(served[number])}
                for number, row in chosen.items()
            ),
        )
        self._add(
            PersonSkill,
            (
                {"person_id": number, "skill_code": code, "level": draw.randrange(0, 6)}
                for number, row in chosen.items()
                for code in row.skills
            ),
        )
        self._add(PersonLicence, ({"person_id": n, "licence_code": draw.choice(LICENCES)} for n in served if n % 2))
        self._add(
            JobIntention,
            (
                {
                    "person_id": number,
                    "words": draw.choice(("", "司机 稳定", "离家近")),
                    "occupation_codes": [self._trade().code for _ in range(draw.randrange(0, 3))],
                    "region_codes": [CITY],
                    "max_distance_km": draw.choice((None, 10, 30)),
                    "pay_floor_yuan": draw.choice((None, 4000, 6000)),
                    "shifts": [],
                    "employment_types": [],
                    "stated_on": now.date(),
                }
                for number in served
            ),
        )

    def _person(self, number: int, code: str, path: str) -> dict[str, Any]:
        now = self.uow.now
        return {
            "id": number,
            "public_id": new_public_id(),
            "name": f"合成{number}",
            "birth_on": date(1965 + self.draw.randrange(38), 5, 1),
            "region_path": path,
            "living_region_code": code,
            "latitude": 27.6 + self.draw.random() * 0.7,
            "longitude": 112.3 + self.draw.random() * 0.9,
            "education_code": self.draw.choice(self.educations),
            "search_state": JobSearchState.LOOKING,
            "search_state_since": now.date(),
            "is_open_to_employers": True,
            "verification": VerificationState.VERIFIED,
            "created_at": now,
            "changed_at": now - timedelta(days=1),
            "version": 1,
        }


def fill(runtime: Runtime, *, postings: int, people: int) -> None:
    """Migrate and fill the database of ``runtime``."""
    migrate.upgrade(runtime.settings.url)
    with runtime.unit(system_actor("bench")) as uow:
        load_reference(uow)
    with runtime.unit(system_actor("bench")) as uow, seeded_ids(1):
        filling = Filling(uow)
        filling.employers()
        filling.postings(postings)
        filling.people(people)


def once(name: str, work: Callable[[], Any]) -> None:
    """Print how long one call takes."""
    start = time.perf_counter()
    work()
    say(f"{name}: {time.perf_counter() - start:.2f} s")


def many(name: str, runtime: Runtime, calls: list[Callable[[UnitOfWork], Any]]) -> None:
    """Print the median and the 95th percentile of calls, each in a reading unit of its own, after ten to warm up."""
    spent = []
    for call in (*calls[:10], *calls):
        start = time.perf_counter()
        with runtime.unit(system_actor("bench"), writing=False) as uow:
            call(uow)
        spent.append((time.perf_counter() - start) * 1000)
    shown = spent[min(10, len(calls)) :]
    say(f"{name}: p50 {np.percentile(shown, 50):.0f} ms, p95 {np.percentile(shown, 95):.0f} ms ({len(shown)} calls)")


def run(postings: int = 20_000, people: int = 200) -> None:
    """Fill, build the index, and time recommending and searching in this process."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        data.mkdir()
        crypto.make_keys(Path(folder, "keys"))
        keys = crypto.read_keys(Path(folder, "keys"))
        crypto.use_keys(keys)
        settings = Settings(data_dir=data, keys_dir=Path(folder, "keys"))  # type: ignore[call-arg]
        runtime = Runtime(settings, keys, Database(settings.url))
        once(f"fill with {postings} postings, {people} people", lambda: fill(runtime, postings=postings, people=people))
        with runtime.unit(system_actor("bench"), writing=False) as uow:
            both = pools(uow.session)

        def reading() -> Any:
            return runtime.unit(system_actor("bench"), writing=False)

        for one in both.all():
            once(f"build the index of {one.source.kind}", lambda one=one: one.rebuild(reading, anyway=True))  # type: ignore[misc]
        ask(runtime, people)
        once("a changed title is found by a search", lambda: see_change(runtime))
        over_http(runtime, people=min(people, READERS * 10))
        runtime.database.engine.dispose()


def ask(runtime: Runtime, people: int) -> None:
    """Time the calls that pages make."""

    def person(uow: UnitOfWork, number: int) -> Person:
        return uow.session.get_one(Person, number)

    def posting(uow: UnitOfWork, number: int) -> Posting:
        return uow.session.scalars(load_full(select(Posting).where(Posting.id == number))).one()

    numbers = range(1, people + 1)
    many(
        "recommend_postings, 50 with reasons",
        runtime,
        [lambda uow, n=n: recommend_postings(uow, person(uow, n)) for n in numbers],  # type: ignore[misc]
    )
    many(
        "first page of recommendations",
        runtime,
        [lambda uow, n=n: list_recommended(uow, person(uow, n), where=Filter(), number=1) for n in numbers],  # type: ignore[misc]
    )
    many(
        "search_postings, words, one page",
        runtime,
        [lambda uow, w=w: search_postings(uow, w) for w in WORDS * 10],  # type: ignore[misc]
    )
    many(
        "recommend_people, 50 with reasons",
        runtime,
        [lambda uow, n=n: recommend_people(uow, posting(uow, n)) for n in numbers],  # type: ignore[misc]
    )


def see_change(runtime: Runtime) -> None:
    """Change one posting and search until it is found. Raises AssertionError after five seconds."""
    with runtime.unit(system_actor("bench")) as uow:
        changed = uow.session.get_one(Posting, 1)
        changed.title, changed.changed_at = "喵星观察员", uow.now
    for _ in range(500):
        with runtime.unit(system_actor("bench"), writing=False) as uow:
            if search_postings(uow, "喵星观察员").total:
                return
        time.sleep(0.01)
    raise AssertionError("the change was not found")


def over_http(runtime: Runtime, *, people: int) -> None:
    """Time pages over HTTP: two server processes, four readers at once, each a signed-in person of their own."""
    from jobmatch.app import create_app
    from jobmatch.cli.serve import listen, serve_children

    app = create_app(runtime)
    cookies = [sign_in(app, runtime, number) for number in range(1, people + 1)]
    sock = listen("127.0.0.1", 0)
    port = sock.getsockname()[1]
    runtime.database.engine.dispose()
    children = serve_children(app, sock, processes=2)
    try:
        for path in ("/me/jobs", "/jobs", "/jobs?q=司机", "/"):
            spent, size = read_pages(port, path, cookies)
            p50, p95 = np.percentile(spent, 50), np.percentile(spent, 95)
            say(f"GET {path}: p50 {p50:.0f} ms, p95 {p95:.0f} ms ({len(spent)} calls, {size // 1024} KB)")
    finally:
        for pid in children:
            os.kill(pid, signal.SIGTERM)
        for pid in children:
            os.waitpid(pid, 0)
        sock.close()


def sign_in(app: Any, runtime: Runtime, number: int) -> str:
    """The cookie of a browser in which person ``number`` has signed in."""
    with runtime.unit(system_actor("bench")) as uow:
        person = uow.session.get_one(Person, number)
        user = make_user(uow, name=person.name, phone=f"199{number:08d}", roles=[(Role.VETERAN, None)])
        person.user_id = user.id
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        token = start_session(uow, user, membership, by_password=False)
    signer = app.session_interface.get_signing_serializer(app)
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': token, '_fresh': True})}"


def read_pages(port: int, path: str, cookies: list[str]) -> tuple[list[float], int]:
    """Milliseconds of each call of four readers, after two rounds to warm up, and the size of the page."""
    spent: list[float] = []
    sizes: list[int] = []

    def read(mine: list[str]) -> None:
        for turn in range(6):
            for cookie in mine:
                start = time.perf_counter()
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", quote(path, safe="/?=&"), headers={"Cookie": cookie})
                answer = connection.getresponse()
                sizes.append(len(answer.read()))
                connection.close()
                if answer.status != HTTPStatus.OK and path != "/":
                    raise SystemExit(f"GET {path} answered {answer.status}")
                if turn >= 2:
                    spent.append((time.perf_counter() - start) * 1000)

    threads = [threading.Thread(target=read, args=(cookies[k::READERS],)) for k in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent, max(sizes)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m jobmatch.cli.bench", description="Times recommending.")
    parser.add_argument("--postings", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=200)
    arguments = parser.parse_args()
    run(arguments.postings, arguments.people)


if __name__ == "__main__":
    main()
