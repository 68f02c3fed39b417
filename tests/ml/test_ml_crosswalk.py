import csv
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.crosswalk import SECONDARY, STRENGTH, Correction, Response, correct_links, table_links, trades_of
from ml.crosswalk import WIDENED as WIDENED_WEIGHT
from ml.tables import crosswalk_counts, find_occupation, specialties

SHARED = Path(os.environ.get("JOBMATCH_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
COUNTS = SHARED / "military_crosswalk_us" / "dod_to_onet_counts.csv"
LINKS = table_links()
OWN = {
    (row.code, occupation): STRENGTH[row.strength] * share
    for row in specialties()
    for occupations, share in ((row.primary_occupations, 1.0), (row.secondary_occupations, SECONDARY))
    for occupation in occupations
}
WIDENED = [
    (specialty, occupation)
    for specialty, pairs in LINKS.items()
    for occupation, _ in pairs
    if (specialty, occupation) not in OWN
]
FULL = [
    (row.code, code)
    for row in specialties()
    for code, value in LINKS[row.code]
    if (row.code, code) in WIDENED and value == STRENGTH[row.strength] * WIDENED_WEIGHT
]
one_widened = st.sampled_from(WIDENED)


def rest(overall, shown=20_000):
    """All other answers of a busy site, so that one pair hardly moves the overall rate."""
    return Response("SP00", "4-07-05-01", shown, round(shown * overall))


def weight(links, specialty, occupation):
    return dict(links[specialty])[occupation]


def test_crosswalk_names_real_specialties_and_occupations_of_the_last_level():
    assert {row.specialty for row in crosswalk_counts()} <= set(LINKS)
    assert {found.level for row in crosswalk_counts() if (found := find_occupation(row.occupation))} == {4}
    assert all(find_occupation(row.occupation) for row in crosswalk_counts())


def test_crosswalk_holds_only_needed_lines_with_support():
    codes, lines = Counter(), Counter()
    for row in crosswalk_counts():
        lines[row.specialty, row.dod_title, row.onet_title] += 1
        codes[row.specialty, row.onet_title, row.total] += row.count
        assert (row.specialty, row.occupation) not in OWN
    assert max(lines.values()) == 1
    assert all(count >= 2 and count / total >= 0.04 for (*_, total), count in codes.items())


@pytest.mark.skipif(not COUNTS.exists(), reason="the shared data is not here; set JOBMATCH_SHARED_DATA to its folder")
def test_counts_are_those_of_the_source():
    source, totals, named = Counter(), Counter(), defaultdict(set)
    with COUNTS.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            source[line["dod_title"], line["onet1_title"]] += int(line["n"])
            totals[line["dod_title"]] += int(line["n"])
    for row in crosswalk_counts():
        assert row.count == source[row.dod_title, row.onet_title]
        named[row.specialty, row.total].add(row.dod_title)
    # One total for each specialty; titles of the trade without a needed line add to it.
    assert len(named) == len({specialty for specialty, _ in named})
    assert all(total >= sum(totals[title] for title in titles) for (_, total), titles in named.items())


def test_links_lie_between_0_and_1_and_the_tables_own_never_change():
    assert all(0 < value <= 1 for pairs in LINKS.values() for _, value in pairs)
    assert all(len(pairs) == len(dict(pairs)) for pairs in LINKS.values())
    assert all(weight(LINKS, *pair) == value for pair, value in OWN.items())


def test_widened_links_stay_below_the_tables_own():
    assert WIDENED
    for specialty, occupation in WIDENED:
        own = [value for (code, _), value in OWN.items() if code == specialty]
        assert weight(LINKS, specialty, occupation) < min(own)


def test_links_are_the_same_each_time():
    before = list(table_links().items())
    table_links.cache_clear()
    assert list(table_links().items()) == before


@pytest.mark.parametrize(
    ("specialty", "occupation"),
    [("SP35", "4-02-04-05"), ("SP27", "4-04-05-03"), ("SP54", "4-13-04-02"), ("SP28", "4-13-01-06")],
)
def test_people_of_the_trade_reach_what_the_crosswalk_adds(specialty, occupation):
    assert occupation in {code for code, *_ in trades_of([(specialty, 5.0)])}


@pytest.mark.parametrize("specialty", ["SP01", "SP03", "SP04", "SP63"])
def test_trades_without_a_civilian_twin_are_not_widened(specialty):
    assert not [pair for pair in WIDENED if pair[0] == specialty]


def test_no_link_leads_to_work_closed_to_newcomers():
    closed = ("2-07-02", "2-07-03", "2-05-01", "2-04-01", "2-04-02-03", "2-02-16-02", "3-02-01", "3-02-03-02")
    assert not [pair for pair in WIDENED if pair[1].startswith(closed)]


@given(one_widened)
def test_staff_remove_and_change_widened_links(pair):
    specialty, occupation = pair
    assert occupation not in dict(correct_links(LINKS, [Correction(specialty, occupation, "")])[specialty])
    for strength, value in STRENGTH.items():
        corrected = correct_links(LINKS, [Correction(specialty, occupation, strength)])
        assert weight(corrected, specialty, occupation) == value
        assert [trade for trade in corrected[specialty] if trade[0] != occupation] == [
            trade for trade in LINKS[specialty] if trade[0] != occupation
        ]


@given(one_widened, st.floats(0.005, 0.5), st.integers(0, 3))
def test_few_clicks_do_not_overturn_the_table(pair, overall, chosen):
    specialty, occupation = pair
    answers = [rest(overall), Response(specialty, occupation, 5, chosen)]
    links = correct_links(LINKS, (), answers)
    assert all(weight(links, *own) > weight(links, *pair) for own in OWN if own[0] == specialty)


@given(one_widened, st.floats(0.005, 0.3), st.integers(100, 2000))
def test_many_answers_move_a_link_and_overturn_the_table(pair, overall, shown):
    specialty, occupation = pair
    before = weight(LINKS, *pair)
    liked = correct_links(LINKS, (), [rest(overall), Response(specialty, occupation, shown, shown)])
    assert weight(liked, *pair) == pytest.approx(1.5 * before)
    if pair in FULL:
        assert weight(liked, *pair) > SECONDARY * max(value for own, value in OWN.items() if own[0] == specialty)
    refused = correct_links(LINKS, (), [rest(overall), Response(specialty, occupation, 20 * shown, 0)])
    assert weight(refused, *pair) < 0.9 * before


@given(one_widened, st.floats(0.005, 0.5), st.integers(0, 400), st.integers(0, 399))
def test_one_choice_more_never_lowers_a_link_and_links_stay_bounded(pair, overall, shown, chosen):
    specialty, occupation = pair
    chosen = min(chosen, shown)
    fewer, more = (
        correct_links(LINKS, (), [rest(overall), Response(specialty, occupation, shown + 1, count)])
        for count in (chosen, chosen + 1)
    )
    assert weight(fewer, *pair) <= weight(more, *pair) * 1.001  # The overall rate moves a little with the one choice.
    assert all(0 < value <= 1 for pairs in more.values() for _, value in pairs)
