"""No number of people below five is written for readers of aggregates, nor one that would tell it."""

from __future__ import annotations

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobmatch.fairs.outcomes.masking import SUMS, written, written_parts
from jobmatch.fairs.outcomes.words import FEW, Few, tracking_words
from tests.conftest import NOW

CALM = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)


def test_the_second_smallest_goes_with_the_smallest() -> None:
    assert [str(one) for one in written_parts([40, 2, 17, 0])] == ["40", "少于5", "不公布", "0"]
    assert [str(one) for one in written_parts([40, 2, 3, 0])] == ["40", "少于5", "少于5", "0"]
    assert [str(one) for one in written_parts([1, 1, 9])] == ["少于5", "少于5", "不公布"], "two of two are one each"
    assert written_parts([0, 12, 30]) == [0, 12, 30] and written_parts([]) == []


@CALM
@given(st.lists(st.integers(0, 12), min_size=2, max_size=4))
def test_no_small_part_follows_from_the_sum_and_what_is_written(parts: list[int]) -> None:
    total, shown = sum(parts), written_parts(parts)
    is_total_told = total == 0 or total >= FEW
    for place, (value, one) in enumerate(zip(parts, shown, strict=True)):
        if not 0 < value < FEW:
            continue
        assert isinstance(one, Few)
        fits = (
            {
                guess[place]
                for guess in product(range(13 * 4), repeat=len(parts))
                if (not is_total_told or sum(guess) == total)
                and all(_may(a, b) for a, b in zip(guess, shown, strict=True))
            }
            if len(parts) < 4
            else {0, 1}
        )
        # Where every part is small and the sum leaves no choice, there is nothing more to leave out.
        assert len(fits) > 1 or all(0 < other < FEW for other in parts)


def _may(guess: int, one: int) -> bool:
    if not isinstance(one, Few):
        return guess == one
    return 0 < guess < FEW if str(one) == "少于5" else True


@CALM
@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_sums_that_share_numbers_tell_none_either(counts: list[int]) -> None:
    veterans, families, others, verified = counts
    values = {"veterans": veterans, "families": families, "others": others, "served": veterans + families}
    values["visitors"] = veterans + families + others
    values |= {"verified": min(verified, values["visitors"])}
    values["declared"] = values["visitors"] - values["verified"]
    shown = written(values)
    for total, parts in SUMS[:4]:
        out = [name for name in (total, *parts) if isinstance(shown[name], Few)]
        assert len(out) != 1, (total, shown)


def test_the_other_reasons_are_no_sum_of_what_is_not_written() -> None:
    n = dict.fromkeys(
        ("intention_people", "same_employer", "other_employer", "in_progress", "not_started", "unverified"), 9
    ) | dict.fromkeys(("hired", "started", "kept", "recommended_again", "to_training"), 9)
    told = tracking_words(n, {"fu_x": Few(1), "fu_y": Few(2)}, day=NOW.date())[0]
    assert "其他不公布" in told and "其他3" not in told
