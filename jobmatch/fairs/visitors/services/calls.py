"""The mobilisation (动员): what each station is asked to bring, whom it calls, and what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.errors import Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, can_work_fair
from jobmatch.fairs.visitors.calls_policies import can_call
from jobmatch.fairs.visitors.models import FairCall, FairTarget
from jobmatch.fairs.visitors.plans_queries import offered
from jobmatch.fairs.visitors.services.plans import waiting_job
from jobmatch.fairs.visitors.states import CallState
from jobmatch.matching.batch import Batch, read_batch
from jobmatch.people.models.person import Person
from jobmatch.people.states import JobSearchState

LIST_JOB = "visitors.list_calls"
PORTION, CHUNK = 2000, 500
FITS = 0.4
"""The score from which a posting is called 比较合适 everywhere in the house."""
MOST_TARGET = 99_999


# ---------- targets ----------


def stations_of(uow: UnitOfWork, fair_id: int) -> dict[str, int]:
    """Ids of the active stations of the fair's place and below it, by their path."""
    path = select(JobFair.region_path).where(JobFair.id == fair_id).scalar_subquery()
    query = (
        select(Organization.region_path, Organization.id)
        .where(
            Organization.kind == OrganizationKind.STATION,
            Organization.state == OrganizationState.ACTIVE,
            Organization.region_path.startswith(path),
        )
        .order_by(Organization.id.desc())
    )
    return dict(uow.session.execute(query).all())


def station_at(stations: Mapping[str, int], region_path: str) -> int | None:
    """The station nearest to a place."""
    parts = region_path.strip("/").split("/")
    paths = ("/" + "/".join(parts[:end]) + "/" for end in range(len(parts), 0, -1))
    return next((stations[path] for path in paths if path in stations), None)


def _seekers(region_path: str) -> tuple[Any, ...]:
    """Conditions on ``Person``: served in this subtree, and looking for work or for something better."""
    return (
        Person.region_path.startswith(region_path, autoescape=True),
        Person.search_state != JobSearchState.NOT_LOOKING,
        Person.erased_at.is_(None),
    )


def propose_targets(uow: UnitOfWork, fair: JobFair, *, people_count: int) -> dict[int, int]:
    """Share a number of people among the stations in proportion to the people there who look for work.

    The shares add up exactly (largest remainders). Raises ``Invalid`` where nobody looks for work.
    """
    require(can_edit_fair(uow.actor, fair))
    if not 1 <= people_count <= MOST_TARGET:
        raise Invalid(fields={"people_count": _("请填 1 到 %(n)s 的人数", n=MOST_TARGET)})
    stations = stations_of(uow, fair.id)
    weights: dict[int, int] = {}
    by_place = select(Person.region_path, func.count()).where(*_seekers(fair.region_path)).group_by(Person.region_path)
    for path, count in uow.session.execute(by_place):
        station_id = station_at(stations, path)
        if station_id is not None:
            weights[station_id] = weights.get(station_id, 0) + count
    if not weights:
        raise Invalid(fields={"people_count": _("各服务站还没有登记正在找工作的人")})
    return save_targets(uow, fair, shares(weights, people_count))


def shares(weights: Mapping[int, int], total: int) -> dict[int, int]:
    """``total`` split in proportion to weights, whole numbers that add up to it."""
    whole = sum(weights.values())
    found = {key: total * weight // whole for key, weight in weights.items()}
    by_rest = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_rest[: total - sum(found.values())]:
        found[key] += 1
    return found


def save_targets(uow: UnitOfWork, fair: JobFair, counts: Mapping[int, int]) -> dict[int, int]:
    """Store what stations of the fair's subtree are asked to bring; other stations keep theirs.

    Raises ``NotFound`` for a station elsewhere, ``Invalid`` for an impossible number.
    """
    require(can_edit_fair(uow.actor, fair))
    known = set(stations_of(uow, fair.id).values())
    if not set(counts) <= known:
        raise NotFound
    if any(not 0 <= count <= MOST_TARGET for count in counts.values()):
        raise Invalid(fields={"people_count": _("请填 0 到 %(n)s 的人数", n=MOST_TARGET)})
    rows = {row.station_id: row for row in uow.session.scalars(select(FairTarget).where(FairTarget.fair_id == fair.id))}
    for station_id, count in counts.items():
        if station_id in rows:
            rows[station_id].people_count = count
        else:
            uow.session.add(FairTarget(fair_id=fair.id, station_id=station_id, people_count=count))
    uow.session.flush()
    uow.audit("fair.targets", fair, stations=len(counts), people=sum(counts.values()))
    return dict(counts)


def read_count(text: str) -> int:
    """A typed number of people. Raises ``Invalid``."""
    if not (text.isdecimal() and text.isascii() and len(text) < len(str(MOST_TARGET)) + 1):
        raise Invalid(fields={"people_count": _("请填 0 到 %(n)s 的人数", n=MOST_TARGET)})
    return int(text)


# ---------- the list ----------


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody whom at least one posting of the fair fits."""

    person_id: int
    region_path: str
    score: float
    fitting_count: int


def ask_for_calls(uow: UnitOfWork, fair: JobFair) -> bool:
    """Have the stations' lists made in the background; False where that is under way already."""
    require(can_work_fair(uow.actor, fair))
    if waiting_job(uow, LIST_JOB, fair.id) is not None:
        return False
    uow.enqueue(LIST_JOB, fair_id=fair.id)
    uow.audit("fair.list_calls", fair)
    return True


def people_to_ask(uow: UnitOfWork, fair_id: int) -> list[int]:
    """Ids of the people of the fair's subtree who look for work."""
    path = uow.session.scalar(select(JobFair.region_path).where(JobFair.id == fair_id)) or ""
    return list(uow.session.scalars(select(Person.id).where(*_seekers(path)).order_by(Person.id))) if path else []


def read_portion(uow: UnitOfWork, fair_id: int, ids: Sequence[int]) -> tuple[Batch, dict[int, str]]:
    """What scoring some people with the fair's postings needs, and where the people live."""
    postings = sorted({row[1] for row in uow.session.execute(offered(fair_id))})
    paths: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        places = select(Person.id, Person.region_path).where(Person.id.in_(part))
        paths.update(uow.session.execute(places).all())
    return read_batch(uow, list(ids) if postings else [], postings), paths


def fitting_people(given: tuple[Batch, dict[int, str]]) -> list[Proposed]:
    """Those whom at least one posting fits. Pure arithmetic."""
    batch, paths = given
    if not batch.people or not batch.postings:
        return []
    keys, table = batch.scores()
    best, counts = table.max(axis=1), (table >= FITS).sum(axis=1)
    return [
        Proposed(int(key), paths[int(key)], round(float(best[row]), 4), int(counts[row]))
        for row, key in enumerate(keys)
        if counts[row]
    ]


def store_calls(uow: UnitOfWork, fair_id: int, found: Sequence[Proposed], stations: Mapping[str, int]) -> None:
    """Put people on the lists, or renew what fits them; what a call led to stays."""
    ids = [one.person_id for one in found]
    wanted = (FairCall.fair_id == fair_id, FairCall.person_id.in_(ids))
    known = {row.person_id: row for row in uow.session.scalars(select(FairCall).where(*wanted))}
    for one in found:
        station_id = station_at(stations, one.region_path)
        row = known.get(one.person_id)
        if row is None:
            row = FairCall(fair_id=fair_id, person_id=one.person_id)
            uow.session.add(row)
        row.station_id, row.region_path = station_id, one.region_path
        row.score, row.fitting_count = one.score, one.fitting_count
    uow.session.flush()


def drop_calls(uow: UnitOfWork, fair_id: int, listed: set[int]) -> int:
    """Take up to 500 people off the lists who fit nothing any more and whom nobody has called; returns how many."""
    untouched = (FairCall.fair_id == fair_id, FairCall.state == CallState.LISTED, FairCall.note == "")
    rows = uow.session.execute(select(FairCall.id, FairCall.person_id).where(*untouched)).all()
    gone = [call_id for call_id, person_id in rows if person_id not in listed][:CHUNK]
    if gone:
        uow.session.execute(delete(FairCall).where(FairCall.id.in_(gone)))
    return len(gone)


# ---------- calling ----------


def record_call(uow: UnitOfWork, fair: JobFair, call: FairCall, *, state: CallState) -> FairCall:
    """What a call led to, in one tap; ``LISTED`` takes it back. The same again changes nothing."""
    require(can_call(uow.actor, fair, call))
    if call.state is state:
        return call
    is_back = state is CallState.LISTED
    call.state = state
    call.called_at = None if is_back else uow.now
    call.called_by_id = None if is_back else uow.actor.user_id
    uow.session.flush()
    uow.audit("fair.call", call, state=state.value)
    return call


def note_call(uow: UnitOfWork, fair: JobFair, call: FairCall, *, note: str) -> FairCall:
    """A few words beside a call."""
    require(can_call(uow.actor, fair, call))
    call.note = " ".join(note.split())[:200]
    uow.session.flush()
    uow.audit("fair.call_note", call)
    return call
