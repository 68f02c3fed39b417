"""The booth solver: never two at one booth, never one at two, whatever is asked of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.fairs.halls.solver import BoothSpot, ExhibitorWish, propose_booths

ZONES = st.sampled_from(["general", "security", "making"])


@st.composite
def fairs(draw: st.DrawFn) -> tuple[list[BoothSpot], list[ExhibitorWish]]:
    booths = [
        BoothSpot(n, n // 5, n % 5, draw(ZONES), has_power=draw(st.booleans()), is_accessible=draw(st.booleans()))
        for n in range(draw(st.integers(0, 12)))
    ]
    exhibitors = [
        ExhibitorWish(
            n,
            zone=draw(ZONES),
            sector=draw(st.sampled_from(["", "A", "B"])),
            flow=draw(st.floats(0, 50)),
            needs_power=draw(st.booleans()),
            needs_access=draw(st.booleans()),
            pinned_to=n if draw(st.booleans()) else None,
        )
        for n in range(draw(st.integers(0, 15)))
    ]
    return booths, exhibitors


@settings(max_examples=60, deadline=None)
@given(fairs())
def test_every_rule_holds_for_every_fair(fair: tuple[list[BoothSpot], list[ExhibitorWish]]) -> None:
    booths, exhibitors = fair
    found = propose_booths(booths, exhibitors)
    by_id = {booth.id: booth for booth in booths}
    assert len(set(found.booth_of.values())) == len(found.booth_of)
    assert set(found.booth_of) | set(found.unassigned) == {one.id for one in exhibitors}
    assert not set(found.booth_of) & set(found.unassigned)
    for one in exhibitors:
        booth = by_id.get(found.booth_of.get(one.id, -1))
        if one.pinned_to in by_id:
            assert booth is not None and booth.id == one.pinned_to
        elif booth is not None:
            assert booth.has_power or not one.needs_power
            assert booth.is_accessible or not one.needs_access


def test_those_who_find_no_booth_are_named() -> None:
    found = propose_booths([BoothSpot(1, 0, 0), BoothSpot(2, 0, 1)], [ExhibitorWish(n) for n in range(5)])
    assert (len(found.booth_of), len(found.unassigned)) == (2, 3)


def test_zones_are_kept_and_like_stands_by_like() -> None:
    booths = [BoothSpot(n, 0, n, zone="security" if n < 2 else "general") for n in range(6)]
    exhibitors = [
        *(ExhibitorWish(n, sector="AB"[n % 2]) for n in range(4)),
        *(ExhibitorWish(n, zone="security", sector="S") for n in (4, 5)),
    ]
    found = propose_booths(booths, exhibitors).booth_of
    assert {found[4], found[5]} == {0, 1}
    assert abs(found[0] - found[2]) == abs(found[1] - found[3]) == 1


def test_two_with_long_queues_stand_apart() -> None:
    exhibitors = [ExhibitorWish(1, flow=50), ExhibitorWish(2, flow=50), ExhibitorWish(3), ExhibitorWish(4)]
    found = propose_booths([BoothSpot(n, 0, n) for n in range(4)], exhibitors).booth_of
    assert abs(found[1] - found[2]) > 1
