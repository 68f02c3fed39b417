"""Prints how long it takes to import, list, search and compare a county of people on SQLite.

Everything is made here and thrown away: names are drawn from lists of common ones, identity numbers begin with 99,
which is no place, and nobody in it exists.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import func, select, text

import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.queries import actor_for, find_user_by_phone
from jobmatch.accounts.services.sessions import start_session
from jobmatch.accounts.services.users import make_user
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.app import create_app
from jobmatch.cli.people import COUNTS, import_people
from jobmatch.core import crypto, migrate
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.core.sheets import Sheet, write_csv, write_workbook
from jobmatch.people.duplicates import find_twins
from jobmatch.people.models.person import Person
from jobmatch.people.queries.staff import MOST_LISTED, staff_people, staff_rows
from jobmatch.reference.models import Region
from jobmatch.reference.services import load_reference
from jobmatch.web.pages import paged

CITY, COUNTY = "/43/4303/", "430382"
CLERK = "19911110000"
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉建国文辉志东海峰红光波宁波新春"
    "林永福生龙元全胜学祥才发武利清飞彬富顺信子"
)
HEAD = (
    "姓名",
    "身份证号",
    "手机号",
    "人员类别",
    "现居住地",
    "安置地",
    "学历",
    "军兵种",
    "军衔",
    "安置方式",
    "入伍时间",
    "退役时间",
)
RANKS = (("上等兵", "一级士官", "二级士官"), ("上等兵", "下士", "中士"))
METHODS = (("安排工作", "退伍义务兵", "退伍义务兵"), ("自主就业", "安排工作", "自主就业"))
"""Ranks and ways of resettlement before the reforms of 2009 and 2011, and after them."""
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
QUERIES: tuple[tuple[str, dict[str, str]], ...] = (
    ("first page", {}),
    ("sorted by name", {"sort": "name"}),
    ("sorted by birth, falling", {"sort": "-birth"}),
    ("page 400", {"page": "400"}),
    ("kind, common", {"kind": "TYJR"}),
    ("kind, rare", {"kind": "SJJS"}),
    ("state, rare", {"state": "looking"}),
    ("not verified", {"verification": "unverified"}),
    ("verified (nobody)", {"verification": "verified"}),
    ("verified, by name", {"verification": "verified", "sort": "name"}),
    ("employed", {"work": "employed"}),
    ("town", {"town": COUNTY}),
    ("work unknown", {"work": "unknown"}),
    ("stale", {"stale": "90"}),
    ("kind, state and town", {"kind": "TYJR", "state": "looking", "town": COUNTY}),
    ("part of a name", {"q": "建国"}),
    ("a name nobody has", {"q": "欧阳测试"}),
    ("initials", {"q": "zjg"}),
    ("two initials", {"q": "zs"}),
    ("full pinyin", {"q": "zhangjianguo"}),
    ("last four", {"q": "0042"}),
    ("whole phone", {"q": "19900000042"}),
    ("initials and state", {"q": "wj", "state": "looking"}),
)


def say(words: str) -> None:
    """One line on standard output."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


class County:
    """Invented people, drawn from a fixed seed."""

    def __init__(self, places: list[str], seed: int = 1) -> None:
        self.draw = random.Random(seed)
        self.places = places

    def identity(self, number: int, birth_on: date) -> str:
        """A number that passes every check and that nobody has."""
        stem = f"99{number // 1000 % 10000:04d}{birth_on:%Y%m%d}{number % 1000:03d}"
        return stem + CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, stem, strict=True)) % 11]

    def name(self) -> str:
        return self.draw.choice(SURNAMES) + "".join(self.draw.choices(GIVEN, k=self.draw.choice((1, 2, 2, 2))))

    def row(self, number: int, *, is_bad: bool = False) -> list[str]:
        draw = self.draw
        birth_on = date(1955, 1, 1) + timedelta(days=draw.randrange(42 * 365))
        enlisted = date(birth_on.year + 18, 12, 1)
        discharged = enlisted.replace(year=enlisted.year + draw.choice((2, 5, 8)))
        place = draw.choice(self.places)
        values = [
            self.name(),
            self.identity(number, birth_on),
            f"1990{number:07d}",
            "随军家属" if draw.random() < 0.02 else "退役军人",
            place,
            place,
            draw.choice(("初中", "高中", "中专", "大专", "本科")),
            "陆军",
            draw.choice(RANKS[discharged >= date(2009, 12, 1)]),
            draw.choice(METHODS[discharged >= date(2011, 11, 1)]),
            f"{enlisted:%Y-%m}",
            f"{discharged:%Y-%m}",
        ]
        if is_bad:
            column, word = draw.choice(
                ((1, values[1][:-2] + "00"), (2, "12345"), (4, "没有这个地方"), (0, ""), (11, "1960-01"))
            )
            values[column] = word
        return values

    def rows(self, count: int, *, first: int = 0, bad: float = 0.0) -> Iterator[list[str]]:
        for number in range(first, first + count):
            yield self.row(number, is_bad=self.draw.random() < bad)


def installation(folder: Path) -> Runtime:
    """An empty installation with one station for the city and one for the county."""
    settings = Settings(data_dir=folder, https=False)  # type: ignore[call-arg]
    crypto.make_keys(settings.keys_path)
    crypto.use_keys(crypto.read_keys(settings.keys_path))
    migrate.upgrade(settings.url)
    runtime = Runtime(settings, crypto.keyring(), Database(settings.url))
    with runtime.unit(system_actor("bench")) as uow:
        load_reference(uow)
        for path, name in ((CITY, "合成市站"), (f"{CITY}{COUNTY}/", "合成县站")):
            uow.session.add(
                Organization(
                    kind=OrganizationKind.STATION,
                    state=OrganizationState.ACTIVE,
                    name=name,
                    region_path=path,
                    created_at=uow.now,
                    changed_at=uow.now,
                )
            )
    return runtime


def places_of(runtime: Runtime) -> list[str]:
    """The counties of the city, as tables write them."""
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        named = select(Region.name_zh).where(Region.path.startswith(CITY), Region.level == "county")
        return [f"湖南省湘潭市{name}" for name in uow.session.scalars(named)]


def peak_mb() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bench_import(runtime: Runtime, county: County, folder: Path, count: int, kind: str) -> None:
    """Check, import, and import again a table with 3 % bad rows."""
    path = folder / f"people.{kind}"
    rows = list(county.rows(count, bad=0.03))
    content = write_workbook(Sheet("合成", HEAD, rows)) if kind == "xlsx" else write_csv(HEAD, rows)
    path.write_bytes(content)
    say(f"table: {count} rows, {path.stat().st_size / 1e6:.1f} MB, memory before {peak_mb():.0f} MB")
    del rows, content
    for words, is_dry in (("check", True), ("import", False), ("again", False)):
        began, worked = time.perf_counter(), time.process_time()
        found = import_people(runtime, path, is_dry=is_dry)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        counts = ", ".join(f"{found[name]} {name}" for name in COUNTS)
        say(f"{words}: {seconds:.1f} s ({worked:.1f} s of a processor), peak {peak_mb():.0f} MB")
        say(f"  {counts}, {len(found['notes'])} notes")
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        stored = uow.session.scalar(select(func.count()).select_from(Person))
    say(f"in the database: {stored} people")


def fill(runtime: Runtime, county: County, folder: Path, count: int, first: int) -> None:
    """More people, through the import, until there are ``count``."""
    path = folder / "more.csv"
    while first < count:
        path.write_bytes(write_csv(HEAD, list(county.rows(min(50_000, count - first), first=first))))
        import_people(runtime, path, is_dry=False)
        first += 50_000
    with runtime.unit(system_actor("bench")) as uow:
        # A county as it is after a few months: some look for work, and files were last changed at different times.
        uow.session.execute(text("UPDATE person SET search_state = 'looking' WHERE id % 37 = 0"))
        uow.session.execute(
            text("UPDATE person SET changed_at = datetime(changed_at, '-' || (id * 7919 % 200) || ' days')")
        )


@contextmanager
def peopled(keep: Path | None, people: int) -> Iterator[Runtime]:
    """An installation with so many people, in a folder that goes, or in ``keep`` and then used again as it is."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / "jobmatch.db").exists():
            settings = Settings(data_dir=folder, https=False)  # type: ignore[call-arg]
            runtime = Runtime(settings, crypto.read_keys(settings.keys_path), Database(settings.url))
            crypto.use_keys(runtime.keys)
        else:
            runtime = installation(folder)
            fill(runtime, County(places_of(runtime)), folder, people, 0)
        yield runtime
        runtime.database.engine.dispose()


def timed(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median and 95th percentile of ``rounds`` calls, in milliseconds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.95))]


def bench_twins(runtime: Runtime, county: County, count: int, rounds: int) -> None:
    """Search for files like those of new people, and of people who are there."""
    people = [county.row(count + n) for n in range(rounds)] + [county.row(n) for n in range(rounds)]
    took: list[float] = []
    with runtime.unit(system_actor("bench"), writing=False) as uow:
        find_twins(uow.session, name="合成", birth_on=date(1980, 1, 1))
        for name, number, phone, *_rest in people:
            born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
            began = time.perf_counter()
            find_twins(uow.session, name=name, birth_on=born, phone=phone, id_number=number)
            took.append((time.perf_counter() - began) * 1000)
    took.sort()
    say(f"likely files: median {took[len(took) // 2]:.1f} ms, p95 {took[int(len(took) * 0.95)]:.1f} ms of {len(took)}")


def staff_of(runtime: Runtime) -> tuple[Actor, str]:
    """A clerk of the city, as an actor and as a browser's token."""
    with runtime.unit(system_actor("bench")) as uow:
        station = uow.session.scalars(select(Organization).where(Organization.region_path == CITY)).one()
        user = find_user_by_phone(uow.session, CLERK) or make_user(
            uow, name="合成职员", phone=CLERK, roles=[(Role.STATION_STAFF, station)]
        )
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        token = start_session(
            uow, uow.session.get_one(User, user.id), membership, by_password=True, second_factor_at=uow.now
        )
        return actor_for(uow.session, user, membership), token


def bench_list(runtime: Runtime, rounds: int) -> None:
    """Every kind of question to the list: the reads alone, and the whole page through a browser without a network."""
    actor, token = staff_of(runtime)
    app = create_app(runtime)
    client: FlaskClient = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    worst: list[float] = []
    for words, asked in QUERIES:

        def read(asked: dict[str, str] = asked) -> None:
            with app.test_request_context(query_string=asked), runtime.unit(actor, writing=False) as uow:
                found = paged(uow, staff_people(uow, asked, asked.get("sort", "-changed")), most=MOST_LISTED)
                staff_rows(uow, found.rows)

        def whole(asked: dict[str, str] = asked) -> None:
            assert client.get("/staff/people", query_string=asked).status_code == 200  # noqa: S101

        read()
        whole()
        service, view = timed(read, rounds), timed(whole, rounds)
        worst.append(view[1])
        say(f"{words:26} reads {service[0]:6.1f} / {service[1]:6.1f} ms   page {view[0]:6.1f} / {view[1]:6.1f} ms")
    say(f"worst p95 of a page: {max(worst):.1f} ms")


def main() -> None:
    """Run the measurements that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--import-rows", type=int, default=50_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--kind", choices=("xlsx", "csv"), default="xlsx")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--keep", type=Path, help="Folder that keeps the installation, to measure again on it.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        is_new = not (folder / "jobmatch.db").exists()
        folder.mkdir(parents=True, exist_ok=True)
        if is_new:
            runtime = installation(folder)
            county = County(places_of(runtime))
            bench_import(runtime, county, folder, given.import_rows, given.kind)
            fill(runtime, county, folder, given.people, given.import_rows)
        else:
            settings = Settings(data_dir=folder, https=False)  # type: ignore[call-arg]
            runtime = Runtime(settings, crypto.read_keys(settings.keys_path), Database(settings.url))
            crypto.use_keys(runtime.keys)
            county = County(places_of(runtime), seed=2)
        bench_twins(runtime, county, given.people, given.rounds * 10)
        bench_list(runtime, given.rounds)
        runtime.database.engine.dispose()


if __name__ == "__main__":
    main()
