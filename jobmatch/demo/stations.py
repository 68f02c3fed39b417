"""Who works at the demo county's stations; every name is invented."""

from __future__ import annotations

from jobmatch.accounts.models import Organization
from jobmatch.casework.stations.services import add_worker, set_duty
from jobmatch.casework.stations.states import WorkerKind
from jobmatch.demo import county
from jobmatch.demo.county import GIVEN, SURNAMES
from jobmatch.demo.world import Demo

DUTIES = ("建档和核验", "走访", "招聘会和培训", "办事窗口")


def grow_stations(demo: Demo) -> None:
    """Two or three workers at townships, one part-time at villages, some days without anybody."""
    rng = demo.rng
    with demo.unit(4) as uow:
        uow.actor = demo.staff[county.COUNTY]
        for code, station_id in demo.stations.items():
            station = uow.session.get_one(Organization, station_id)
            count = {6: 4, 9: 2}.get(len(code), 1)
            for number in range(count):
                kind = WorkerKind.FULL_TIME if number == 0 and len(code) < 12 else WorkerKind.PART_TIME
                if number == 3:
                    kind = WorkerKind.VOLUNTEER
                name = rng.choice(SURNAMES) + rng.choice(GIVEN)
                worker = add_worker(uow, station, name=name, kind=kind, duty=rng.choice(DUTIES))
                days = [str(day) for day in range(5) if kind is WorkerKind.FULL_TIME or rng.random() < 0.6]
                set_duty(uow, station, worker, days=days, starts="09:00", ends="17:00")
