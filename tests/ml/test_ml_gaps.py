from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ml_samples import DRIVER, LORRY, TODAY, VETERAN, eligibilities, postings, profiles

from ml.matching import (
    Attention,
    Eligibility,
    Pool,
    PostingIndex,
    Ranker,
    best_postings,
    find_gaps,
    person_lift,
    posting_lift,
    rank_postings,
    spread,
    sum_gaps,
    with_need,
)
from ml.synthetic import synthetic_people, synthetic_postings

PRIOR = Ranker.prior()
POOL = Pool(PostingIndex.build(synthetic_postings(400, today=TODAY), today=TODAY))
few = settings(max_examples=40, deadline=None)


@few
@given(profiles, eligibilities, st.lists(postings, max_size=4))
def test_every_gap_is_true_when_the_list_is_made_again_with_it(profile, eligibility, documents):
    pool = Pool(PostingIndex.build(documents, today=TODAY))
    before = rank_postings(PRIOR, pool, profile, eligibility, today=TODAY)
    for gap in find_gaps(PRIOR, pool, profile, eligibility, today=TODAY):
        better = with_need(profile, gap.kind, gap.code, gap.level)
        after = rank_postings(PRIOR, pool, better, eligibility, today=TODAY)
        new = {match.key for match in after.matches} - {match.key for match in before.matches}
        assert gap.opens == len(new) > 0
        assert gap.suitable == sum(match.band != "possible" for match in after.matches if match.key in new)
        assert after.matches[gap.best_place - 1].raw == pytest.approx(
            next(match.raw for match in after.matches if match.key == gap.best_key), abs=1e-6
        )


def test_the_certificate_that_keeps_a_driver_out_is_named():
    pool = Pool(PostingIndex.build([LORRY, replace(LORRY, key="j2", requirements=())], today=TODAY))
    without = replace(DRIVER, certificates=())
    (gap,) = find_gaps(PRIOR, pool, without, VETERAN, today=TODAY)
    assert (gap.kind, gap.code, gap.opens, gap.best_key, gap.best_place) == ("certificate", "CE007", 1, "j1", 1)
    assert find_gaps(PRIOR, pool, DRIVER, VETERAN, today=TODAY) == []


def test_a_licence_that_the_law_does_not_yet_allow_is_no_gap():
    young = Eligibility(birth_on=TODAY - timedelta(days=19 * 366), is_veteran=True)
    pool = Pool(PostingIndex.build([LORRY], today=TODAY))
    assert find_gaps(PRIOR, pool, replace(DRIVER, licences=()), young, today=TODAY) == []


def test_gaps_of_many_people_add_up():
    people = synthetic_people(12, today=TODAY)
    demands = sum_gaps(PRIOR, POOL, people, today=TODAY)
    assert demands
    assert [one.people for one in demands] == sorted((one.people for one in demands), reverse=True)
    for one in demands:
        singles = [
            gap
            for profile, eligibility in people
            for gap in find_gaps(PRIOR, POOL, profile, eligibility, today=TODAY, top=99)
            if (gap.kind, gap.code, gap.level) == (one.kind, one.code, one.level) and gap.suitable
        ]
        assert (one.people, one.openings) == (len(singles), sum(gap.suitable for gap in singles))
        assert len(one.person_keys) == one.people
        assert one.postings <= one.openings


def test_a_batch_gives_everybody_the_list_they_would_see_alone():
    people = synthetic_people(8, today=TODAY)
    for (key, best), (profile, eligibility) in zip(
        best_postings(PRIOR, POOL, people, today=TODAY), people, strict=True
    ):
        alone = rank_postings(PRIOR, POOL, profile, eligibility, today=TODAY, top=20)
        assert (key, best) == (profile.key, [(match.key, match.score) for match in alone.matches])


def test_spreading_moves_only_near_neighbours_and_is_the_same_all_day():
    profile, eligibility = synthetic_people(1, today=TODAY)[0]
    matches = rank_postings(PRIOR, POOL, profile, eligibility, today=TODAY).matches
    lifts = {match.key: 1.0 for match in matches[1::2]}
    moved = spread(matches, lifts, day=TODAY, salt="p1")
    assert moved == spread(matches, lifts, day=TODAY, salt="p1")
    assert moved != matches
    assert moved != spread(matches, lifts, day=TODAY + timedelta(days=1), salt="p1")
    assert sorted(one.key for one in moved) == sorted(one.key for one in matches)
    for place, match in enumerate(moved):
        assert all(other.raw >= match.raw - 0.351 for other in moved[:place])
    assert spread((), {}, day=TODAY, salt="") == ()


def test_whom_nobody_asked_rises_and_who_is_crowded_does_not():
    nobody, some = Attention(), Attention(applicants=4)
    assert posting_lift(nobody, nobody) == 1.0
    assert posting_lift(nobody, some) == 0.5
    assert posting_lift(Attention(applicants=10, vacancies=2), some) == 0.0
    assert posting_lift(Attention(applicants=1, vacancies=0), some) == 0.4
    assert person_lift(Attention()) == 0.0
    assert person_lift(Attention(applicants=4, answered=1)) == 0.75
