"""The load bench on a tiny installation: the real server, every kind of visitor, no wrong answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobmatch.cli import bench_load, bench_load_visits
from jobmatch.cli.bench_load_visits import MIX

pytestmark = pytest.mark.timeout(180)


def bench(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as an operator runs it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JOBMATCH_")}
    size = ("--people", "60", "--postings", "60", "--clients", "4", "--scans", "200", "--seed", "3", "--json")
    return subprocess.run(
        [sys.executable, "-m", "jobmatch.cli.bench_load", "--data", str(folder), *size, *more],
        env=kept | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def test_five_seconds_of_everybody_at_once_give_pages_and_no_error(tmp_path: Path) -> None:
    done = bench(tmp_path / "load", "--seconds", "5")
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["errors"] == {}
    assert found["pages"] > 10
    assert found["p50"] <= found["p95"] <= found["p99"]
    assert found["server_ms_a_page"] > 0
    assert {"home", "search words", "posting"} & set(found["kinds"])


def test_every_visit_of_the_mix_has_a_weight_and_a_reason() -> None:
    assert all(visit.weight > 0 and visit.why for visit in MIX)
    assert {visit.role for visit in MIX} == {"visitor", "seeker", "employer", "clerk"}
    assert len({visit.name for visit in MIX}) == len(MIX)


def test_a_page_that_answers_otherwise_counts_as_an_error_of_its_kind() -> None:
    tally = bench_load.Tally()
    tally.add("home", 3.0, "")
    tally.add("home", 4.0, "500")
    assert tally.count == 2
    assert dict(tally.wrong) == {"home: 500": 1}


def test_what_leads_on_is_found_in_a_page() -> None:
    assert bench_load_visits.POSTING.findall('<a href="/postings/abc-1?from=x">') == ["abc-1"]
    assert bench_load_visits.RECEIVED.findall('<a href="/employer/applications/abcdefgh12">') == ["abcdefgh12"]
