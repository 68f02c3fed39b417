"""Build the demo county: only through the services that people use, week by week over one year, with a fixed seed."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable

from sqlalchemy import func, select

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.passwords import hash_password
from jobmatch.accounts.queries import actor_for
from jobmatch.accounts.services.organizations import add_station, record_new_organization
from jobmatch.accounts.services.users import make_user, record_password
from jobmatch.accounts.states import OrganizationKind, Role
from jobmatch.applications.models import Application
from jobmatch.applications.states import ApplicationState
from jobmatch.core import clock, crypto, migrate
from jobmatch.core.errors import SetupError
from jobmatch.core.ids import seeded_ids
from jobmatch.core.runtime import start
from jobmatch.core.settings import DEMO_MARK, Settings
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.accounts import PASSWORD, Login, employer_login, people_logins, staff_logins
from jobmatch.demo.answers import grow_answers
from jobmatch.demo.campaigns import grow_campaigns
from jobmatch.demo.casework import grow_casework
from jobmatch.demo.classes import grow_classes
from jobmatch.demo.complaints import grow_complaints
from jobmatch.demo.demand import grow_demand
from jobmatch.demo.desk import grow_desk
from jobmatch.demo.employer_desks import grow_employer_desks
from jobmatch.demo.employers import EmployerPlan, make_employers
from jobmatch.demo.fairs import grow_fairs
from jobmatch.demo.families import grow_families
from jobmatch.demo.filecard import grow_filecard
from jobmatch.demo.filing import grow_filing
from jobmatch.demo.history import live_through_week
from jobmatch.demo.imports import grow_imports
from jobmatch.demo.intake import grow_intake
from jobmatch.demo.partners import approve, grow_colleagues, grow_partners, hand_in
from jobmatch.demo.people import Plan, make_plan
from jobmatch.demo.placement import grow_placement
from jobmatch.demo.plans import grow_plans
from jobmatch.demo.postings import grow_postings
from jobmatch.demo.privacy import grow_privacy
from jobmatch.demo.public import grow_public
from jobmatch.demo.register import grow_register
from jobmatch.demo.registry import arrive
from jobmatch.demo.stations import grow_stations
from jobmatch.demo.supports import grow_supports
from jobmatch.demo.surveys import grow_surveys
from jobmatch.demo.teams import grow_teams
from jobmatch.demo.ventures import grow_ventures
from jobmatch.demo.world import WEEKS, Demo
from jobmatch.matching.commands import rebuild_indexes
from jobmatch.matching.services import fit_ranker
from jobmatch.reference.services import add_region, load_reference
from recruiters.employers.models import Employer
from recruiters.employers.services.employers import register_employer
from recruiters.employers.services.vetting import submit_vetting
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

BATCH = 40
GROWN: tuple[Callable[[Demo], None], ...] = (
    grow_stations,
    grow_casework,
    grow_register,
    grow_intake,
    grow_imports,
    grow_desk,
    grow_placement,
    grow_plans,
    grow_surveys,
    grow_teams,
    grow_families,
    grow_privacy,
    grow_filecard,
    grow_partners,
    grow_colleagues,
    grow_answers,
    grow_complaints,
    grow_employer_desks,
    grow_public,
    grow_postings,
    grow_demand,
    grow_fairs,
    grow_classes,
    grow_ventures,
    grow_supports,
    grow_campaigns,
    grow_filing,
)
"""What staff do beside the year of postings and applications."""
KM_PER_DEGREE = 111.0
WAITING = (ApplicationState.SUBMITTED, ApplicationState.SCREENING)


def build(
    settings: Settings, *, people: int, postings: int, seed: int, say: Callable[[str], None], employers: int = 120
) -> None:
    """Make keys, database and county in the data directory and mark it as a demo.

    Raises ``SetupError`` where the directory holds something that is not a demo.
    """
    _prepare(settings)
    runtime = start(settings)
    began = time.monotonic()
    with seeded_ids(seed):
        demo = Demo(runtime, random.Random(seed), clock.utcnow().replace(microsecond=0), say)
        say("Tables and reference data …")
        migrate.upgrade(settings.url)
        with demo.unit(0) as uow:
            load_reference(uow)
        _places(demo)
        _stations(demo)
        say(f"{employers} employers …")
        plans = make_employers(demo.rng, employers)
        _employers(demo, plans)
        _year(demo, people, postings)
        _show_employer(demo, plans)
        for grow in GROWN:
            say(f"{grow.__name__.removeprefix('grow_')} …")
            grow(demo)
        say("Fitting the ranking model …")
        with demo.unit(WEEKS) as uow:
            fit_ranker(uow)
        rebuild_indexes(runtime)
    _write_mark(settings, demo, seed)
    say(f"The demo county is ready ({time.monotonic() - began:.0f} s).")
    runtime.database.engine.dispose()


def is_built(settings: Settings) -> bool:
    """Whether a finished demo county is there."""
    mark = settings.data_dir / DEMO_MARK
    return mark.exists() and bool(json.loads(mark.read_text(encoding="utf-8") or "{}").get("accounts"))


def _prepare(settings: Settings) -> None:
    """Take the directory: an empty one, or one that a demo build left unfinished."""
    folder = settings.data_dir
    if folder.exists() and any(folder.iterdir()) and not (folder / DEMO_MARK).exists():
        raise SetupError(f"{folder} holds data that is no demo. Choose another JOBMATCH_DATA_DIR.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.db*"):
            path.unlink()
        (folder / DEMO_MARK).write_text("{}", encoding="utf-8")
    except OSError as error:
        raise SetupError(f"Data directory {folder} cannot be written: {error.strerror}") from None
    settings.__dict__.pop("is_demo", None)
    crypto.make_keys(settings.keys_path)


def _write_mark(settings: Settings, demo: Demo, seed: int) -> None:
    content = {
        "note": "Synthetic data: no person, employer or place here exists.",
        "seed": seed,
        "accounts": [login.as_json() for login in demo.logins],
    }
    (settings.data_dir / DEMO_MARK).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _places(demo: Demo) -> None:
    lat, lon = county.CENTER
    with demo.unit(0) as uow:
        add_region(
            uow, code="99", name=county.PROVINCE_NAME, level="province", parent_code=None, latitude=lat, longitude=lon
        )
        add_region(uow, code="9901", name=county.CITY_NAME, level="city", parent_code="99")
        add_region(uow, code=county.COUNTY, name=county.COUNTY_NAME, level="county", parent_code="9901")
        for town in county.TOWNS:
            north = lat + town.north_km / KM_PER_DEGREE
            east = lon + town.east_km / (KM_PER_DEGREE * math.cos(math.radians(lat)))
            add_region(
                uow,
                code=town.code,
                name=town.name,
                level="township",
                parent_code=county.COUNTY,
                latitude=round(north, 5),
                longitude=round(east, 5),
            )
            for number, village in enumerate(town.villages, start=1):
                add_region(uow, code=f"{town.code}{number:03d}", name=village, level="village", parent_code=town.code)


def _stations(demo: Demo) -> None:
    """33 stations: the county's center, 12 of townships, 20 of villages; staff in the first two."""
    shared = hash_password(PASSWORD)
    with demo.unit(0) as uow:
        center = add_station(
            uow,
            name="安禾县退役军人服务中心（演示）",
            level="县级",
            region_code=county.COUNTY,
            phone="0000-1234567",
        )
        demo.stations[county.COUNTY] = center.id
        for town in county.TOWNS:
            name = town.name.removesuffix("街道") + "退役军人服务站"
            station = add_station(uow, name=name, level="乡级", region_code=town.code, parent=center)
            demo.stations[town.code] = station.id
            for number, village in enumerate(town.villages, start=1):
                code = f"{town.code}{number:03d}"
                below = add_station(uow, name=f"{village}服务站", level="村级", region_code=code, parent=station)
                demo.stations[code] = below.id
        for login in staff_logins():
            station_row = uow.session.get_one(Organization, demo.stations[login.place]) if login.place else None
            user = make_user(
                uow, name=login.name, phone=login.phone, roles=[(login.role, station_row)], password_hash=shared
            )
            demo.logins.append(login)
            membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
            if login.role is Role.STATION_STAFF and login.place not in demo.staff:
                demo.staff[login.place] = actor_for(uow.session, user, membership)


def _employers(demo: Demo, plans: list[EmployerPlan]) -> None:
    """Each employer registers, hands in its papers and is vetted; the last ones came this week and still wait."""
    shared = hash_password(PASSWORD)
    known = len(plans) - max(1, len(plans) // 20)
    for begin in range(0, known, BATCH):
        with demo.unit(0) as uow:
            for plan in plans[begin : min(begin + BATCH, known)]:
                user, employer = _add_employer(demo, uow, plan, shared)
                hand_in(uow, employer)
                submit_vetting(uow, employer)
                approve(demo, uow, employer)
                membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
                demo.market.add_employer(plan, actor_for(uow.session, user, membership), employer.id)
    demo.waiting_plans = plans[known:]
    with demo.unit(WEEKS) as uow:
        for plan in plans[known:]:
            _user, employer = _add_employer(demo, uow, plan, shared)
            hand_in(uow, employer, own=True)
            submit_vetting(uow, employer)


def _show_employer(demo: Demo, plans: list[EmployerPlan]) -> None:
    """Show the sign-in of the employer with the most applications to answer, so that there is something to do."""
    waiting = func.count(Application.id).filter(Application.state.in_(WAITING))
    busiest = (
        select(Organization.name)
        .join(Employer, Employer.organization_id == Organization.id)
        .outerjoin(Posting, Posting.employer_id == Employer.id)
        .outerjoin(Application, Application.posting_id == Posting.id)
        .where(Organization.name.in_([plan.name for plan in plans]))
        .group_by(Organization.id, Organization.name)
        .order_by(waiting.desc(), Organization.id)
        .limit(1)
    )
    with demo.unit(WEEKS) as uow:
        name = uow.session.scalars(busiest).one()
    plan = next(plan for plan in plans if plan.name == name)
    demo.logins.append(employer_login(plan.name, plan.phone))


def _add_employer(demo: Demo, uow: UnitOfWork, plan: EmployerPlan, shared: str) -> tuple[User, Employer]:
    """An employer whose papers are handed in, with its first member."""
    organization = record_new_organization(
        uow,
        kind=OrganizationKind.EMPLOYER,
        name=plan.name,
        region_code=plan.town.code,
        credit_code=plan.credit_code,
        address=f"{demo.rng.choice(county.STREETS)} {demo.rng.randrange(1, 200)} 号",
        phone=plan.phone,
    )
    employer = register_employer(
        uow,
        organization,
        kind=plan.kind,
        industry_code=plan.industry,
        staff_count=plan.staff_count,
        intro=f"{plan.name}在{county.COUNTY_NAME}经营，现有员工 {plan.staff_count} 人，常年招收退役军人和军人家属。",
        contact_name=plan.contact,
        contact_phone=plan.phone,
    )
    roles = [(Role.EMPLOYER_MEMBER, organization)]
    user = make_user(uow, name=plan.contact, phone=plan.phone, roles=roles, password_hash=shared)
    return user, employer


def _year(demo: Demo, people: int, postings: int) -> None:
    plans = [make_plan(demo.rng, number, clock.local_day(demo.today), WEEKS) for number in range(people)]
    by_week: dict[int, list[Plan]] = {}
    for plan in plans:
        by_week.setdefault(plan.arrives_week, []).append(plan)
    logins = people_logins(plans)
    demo.logins += logins
    arrived = 0
    for week in range(WEEKS + 1):
        arriving = by_week.get(week, [])
        for begin in range(0, len(arriving), BATCH):
            with demo.unit(week) as uow:
                for plan in arriving[begin : begin + BATCH]:
                    demo.market.add_person(plan, arrive(uow, demo.staff, plan))
        arrived += len(arriving)
        live_through_week(demo.market, demo.unit, demo.staff, demo.rng, week, WEEKS, postings)
        if week % 4 == 0 or week == WEEKS:
            demo.say(f"Week {week:2d} of {WEEKS}: {arrived} people, {demo.market.summary()}")
    with demo.unit(WEEKS) as uow:
        opened = uow.session.scalar(select(func.count(Posting.id)).where(Posting.state == PostingState.OPEN))
        demo.say(f"{opened} postings are open.")
        _give_passwords(uow, logins)


def _give_passwords(uow: UnitOfWork, logins: list[Login]) -> None:
    """People may set a password; the shown accounts have one, so that commands and tests can sign in."""
    shared = hash_password(PASSWORD)
    for login in logins:
        user = uow.session.scalars(select(User).where(User.phone_blind == User.phone.fingerprint(login.phone))).one()
        record_password(uow, user, shared)
