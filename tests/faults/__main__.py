"""``python -m tests.faults``: proves the goals of reliability and prints one line for each; ends with 1 on a miss.

``--quick`` runs the usual counts on SQLite alone; without it the full counts run, about an hour.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from dataclasses import dataclass, field

from tests.security.__main__ import Goal, run_tests

_T, _F = "tests/training/", "tests/fairs/"
STORMS = (
    f"{_T}test_enrollment_storms.py",
    f"{_T}test_parks_storms.py",
    f"{_F}test_registration_storms.py",
    f"{_F}test_exhibitor_storms.py",
    f"{_F}test_hall_storms.py",
    f"{_F}test_checkin_storms.py",
    "tests/applications/test_storms.py",
)
HERE = "tests/faults/test_faults.py"


@dataclass(frozen=True)
class Fault:
    """A goal, how often its tests run in full, and the counts that they then take from the environment."""

    goal: Goal
    times: int = 1
    full: dict[str, str] = field(default_factory=dict)


FAULTS = (
    Fault(Goal("G1 no oversell", "0 in 200 storms; controls oversell", STORMS), times=7),
    Fault(
        Goal(
            "G3 waiting lists",
            "1,000 random histories each",
            (f"{_T}test_payments_services.py", f"{_T}test_support_services.py", f"{_T}test_enrollment_storms.py"),
        ),
        full={"JOBMATCH_TEST_HISTORIES": "1000"},
    ),
    Fault(
        Goal("G4 kill -9", "50 kills, 0 lost, back in < 5 s", (HERE, "tests/cli/test_serve.py")),
        full={"JOBMATCH_FAULTS_KILLS": "50"},
    ),
    Fault(
        Goal("G5 power cut", "50 cuts, 0 lost; control loses", ("tests/faults/test_power.py",)),
        full={"JOBMATCH_FAULTS_CUTS": "50"},
    ),
    Fault(
        Goal("G5 PostgreSQL killed", "10 kills, 0 lost", ("tests/faults/test_postgres_kill.py",)),
        full={"JOBMATCH_FAULTS_SERVER_KILLS": "10"},
    ),
    Fault(
        Goal(
            "G6 disk, gate, mail, model",
            "no half state; heals",
            (
                HERE,
                "tests/faults/test_heals.py",
                "tests/core/test_mail.py",
                "tests/core/test_queue.py",
                "tests/matching/test_index.py",
            ),
        )
    ),
    Fault(
        Goal(
            "G7 replay",
            "the same answer; other body 422",
            ("tests/core/test_ground.py", "tests/exchange/test_feeds.py"),
        )
    ),
    Fault(
        Goal(
            "R19 upgrade in turn",
            "0 without an answer",
            ("tests/cli/test_serve.py", "tests/web/test_operations.py", "tests/faults/test_heals.py"),
        )
    ),
    Fault(Goal("workers share and take over", "each county once", ("tests/core/test_spread_jobs.py",))),
    Fault(Goal("replica away, lagging", "the primary is read", ("tests/core/test_replica.py",))),
)


def prove(*, quick: bool, only: str) -> int:
    """Print the table; returns the exit code."""
    missed = 0
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", flush=True)
    for fault in FAULTS:
        if only not in fault.goal.name:
            continue
        if not quick:
            os.environ |= fault.full
        began, passed, is_reached, left_out, last = time.monotonic(), 0, True, False, ""
        for _time in range(1 if quick else fault.times):
            is_right, last = run_tests(fault.goal, quick=quick)
            left_out = quick and "deselected" in last and "passed" not in last
            is_reached &= is_right or left_out
            passed += int((re.search(r"(\d+) passed", last) or ["", "0"])[1])
        missed += not is_reached
        words = f"{passed} tests passed" if is_reached else last
        spent = time.monotonic() - began
        verdict = ("left out" if left_out else "reached") if is_reached else "MISSED"
        print(f"{fault.goal.name:<28} {fault.goal.wanted:<36} {verdict:<8} {words}, {spent:.0f} s", flush=True)
    print(f"{missed} missed")
    return 1 if missed else 0


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="usual counts, SQLite only")
    parser.add_argument("--only", default="", metavar="WORD", help="goals whose name holds this word")
    asked = parser.parse_args()
    return prove(quick=asked.quick, only=asked.only)


if __name__ == "__main__":
    sys.exit(main())
