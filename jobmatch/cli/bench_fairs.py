"""Prints what the heavy work of job fairs costs on invented data: ``python -m jobmatch.cli.bench_fairs booths``."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Mapping

from jobmatch.fairs.halls.solver import BoothSpot, ExhibitorWish, propose_booths

_ZONES = ("general", "state_owned", "veteran_founded", "security", "making", "services", "families")


def bench_booths() -> None:
    """The booth solver for 200 booths and 190 and 220 exhibitors; the issue asks for at most 5 s."""
    for count in (190, 220):
        draw = random.Random(count)
        booths = [
            BoothSpot(
                number,
                number // 20 * 2,
                number % 20,
                zone=_ZONES[number // 29],
                has_power=number % 3 == 0,
                entrance_distance=float(number // 20 * 2 + 1),
            )
            for number in range(200)
        ]
        exhibitors = [
            ExhibitorWish(
                number,
                zone=draw.choice(_ZONES),
                sector=draw.choice("ABCDEFGH"),
                flow=draw.expovariate(0.05),
                needs_power=draw.random() < 0.2,
            )
            for number in range(count)
        ]
        begun = time.perf_counter()
        found = propose_booths(booths, exhibitors)
        took = time.perf_counter() - begun
        sys.stdout.write(
            f"booths 200, exhibitors {count}: {took:.2f} s, placed {len(found.booth_of)}, value {found.value:.0f}\n"
        )


BENCHES: Mapping[str, Callable[[], None]] = {"booths": bench_booths}


def main() -> None:
    """Run one benchmark, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*BENCHES, "all"])
    what = parser.parse_args().what
    for name, bench in BENCHES.items():
        if what in {name, "all"}:
            bench()


if __name__ == "__main__":
    main()
