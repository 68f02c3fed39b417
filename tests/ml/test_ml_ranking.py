from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from ml_samples import CERTIFICATES, DRIVER, LORRY, TODAY, VETERAN, eligibilities, postings, profiles

from ml.matching import (
    Eligibility,
    PersonIndex,
    Pool,
    PostingDocument,
    PostingIndex,
    Profile,
    Ranker,
    band,
    match_pair,
    rank_people,
    rank_postings,
)
from ml.synthetic import synthetic_people, synthetic_postings

PRIOR = Ranker.prior()
few = settings(max_examples=60, deadline=None)


def score(profile, posting):
    return match_pair(PRIOR, profile, Eligibility(), posting, today=TODAY).score


@few
@given(profiles, eligibilities, st.lists(postings, max_size=3))
def test_scores_lie_between_0_and_100_and_features_between_0_and_1(profile, eligibility, documents):
    index = PostingIndex.build(documents, today=TODAY)
    rows = index.features(profile, today=TODAY)
    assert np.isfinite(rows.matrix).all()
    assert ((rows.matrix >= 0) & (rows.matrix <= 1 + 1e-9)).all()
    ranking = rank_postings(PRIOR, Pool(index), profile, eligibility, today=TODAY)
    assert all(0 <= match.score <= 100 for match in ranking.matches)
    assert ranking.considered + sum(ranking.excluded.values()) == len({one.key for one in documents})
    assert len(ranking.matches) == ranking.considered


@few
@given(profiles, eligibilities, postings)
def test_both_directions_give_a_pair_the_same_score_reasons_and_exclusion(profile, eligibility, posting):
    there = rank_postings(PRIOR, Pool(PostingIndex.build([posting], today=TODAY)), profile, eligibility, today=TODAY)
    people = PersonIndex.build([(profile, eligibility)], today=TODAY)
    back = rank_people(PRIOR, Pool(people), posting, today=TODAY)
    assert there.excluded == back.excluded
    for one, other in zip(there.matches, back.matches, strict=True):
        assert abs(one.score - other.score) <= 0.1
        assert one.explanation == other.explanation
    forward = PostingIndex.build([posting], today=TODAY).features(profile, today=TODAY)
    backward = people.features(posting, today=TODAY)
    np.testing.assert_allclose(forward.matrix, backward.matrix, atol=1e-5)
    np.testing.assert_allclose(forward.gap, backward.gap, atol=1e-9)


@few
@given(profiles, eligibilities, postings)
def test_the_column_rules_agree_with_the_rule_for_one_pair(profile, eligibility, posting):
    ranking = rank_postings(PRIOR, Pool(PostingIndex.build([posting], today=TODAY)), profile, eligibility, today=TODAY)
    found = match_pair(PRIOR, profile, eligibility, posting, today=TODAY).explanation.excluded
    assert dict(ranking.excluded) == ({found.rule: 1} if found else {})


@few
@given(profiles, eligibilities, eligibilities, postings)
def test_age_sex_and_status_never_change_a_score(profile, one, other, posting):
    first = match_pair(PRIOR, profile, one, posting, today=TODAY)
    second = match_pair(PRIOR, profile, other, posting, today=TODAY)
    assert first.score == second.score
    assert first.explanation.items == second.explanation.items


@few
@given(profiles, postings, st.sampled_from(CERTIFICATES))
def test_one_more_certificate_never_lowers_the_score(profile, posting, code):
    assert score(replace(profile, certificates=(*profile.certificates, code)), posting) >= score(profile, posting)


@few
@given(profiles, postings)
def test_meeting_any_requirement_never_lowers_the_score(profile, posting):
    before = score(profile, posting)
    for need in posting.requirements:
        better = {
            "education": {"education_rank": 8},
            "licence": {"licences": (*profile.licences, need.code)},
            "certificate": {"certificates": (*profile.certificates, need.code)},
            "skill": {"skills": (*profile.skills, (need.code, 5))},
            "years": {"work_years": profile.work_years + need.years},
            "specialty": {"specialties": (*profile.specialties, (need.code, 3.0))},
            "leadership": {"leadership": 2},
        }[need.kind]
        assert score(replace(profile, **better), posting) >= before


def test_a_missing_must_caps_the_score_however_good_the_rest_is():
    whole = score(replace(DRIVER, certificates=("CE007",)), LORRY)
    assert score(DRIVER, LORRY) <= 70 < whole
    assert band(whole) == "very_good"
    assert band(score(DRIVER, LORRY)) != "very_good"
    strong = replace(DRIVER, skills=(("SK005", 5),), leadership=2, work_years=30.0)
    assert score(strong, LORRY) <= 70
    assert score(replace(strong, licences=()), LORRY) <= 55


def test_nothing_known_about_a_person_or_posting_still_gives_a_score():
    bare = PostingDocument(key="j", title="", published_on=TODAY)
    assert 0 <= score(Profile(key="p"), bare) <= 100


def test_empty_pools_give_empty_rankings():
    nobody, nothing = PersonIndex.build([], today=TODAY), PostingIndex.build([], today=TODAY)
    assert rank_postings(PRIOR, Pool(nothing), DRIVER, VETERAN, today=TODAY).matches == ()
    assert rank_people(PRIOR, Pool(nobody), LORRY, today=TODAY).matches == ()


def test_a_reserved_posting_is_for_veterans_only():
    reserved = replace(LORRY, reserved_for_veterans=True)
    pool = Pool(PostingIndex.build([reserved], today=TODAY))
    assert rank_postings(PRIOR, pool, DRIVER, VETERAN, today=TODAY).considered == 1
    dependant = Eligibility(is_dependant=True)
    ranking = rank_postings(PRIOR, pool, DRIVER, dependant, today=TODAY)
    assert (ranking.matches, ranking.excluded) == ((), {"R_RESERVED": 1})


def test_a_statutory_age_limit_excludes_from_the_birthday_on():
    limited = replace(LORRY, max_age=35)
    pool = Pool(PostingIndex.build([limited], today=TODAY))
    for born, excluded in ((date(1990, 11, 21), True), (date(1990, 11, 22), False)):
        # Someone born on this day in 1990 turns 36 today; born one day later, tomorrow.
        ranking = rank_postings(PRIOR, pool, DRIVER, Eligibility(birth_on=born), today=TODAY)
        assert bool(ranking.excluded["R_AGE"]) is excluded
    assert rank_postings(PRIOR, pool, DRIVER, Eligibility(), today=TODAY).considered == 1


def test_someone_too_young_for_the_licence_is_excluded_unless_they_hold_it():
    young = Eligibility(birth_on=TODAY - timedelta(days=19 * 366))
    pool = Pool(PostingIndex.build([LORRY], today=TODAY))
    without = rank_postings(PRIOR, pool, replace(DRIVER, licences=()), young, today=TODAY)
    assert without.excluded == {"R_LICENCE_AGE": 1}
    assert rank_postings(PRIOR, pool, DRIVER, young, today=TODAY).considered == 1


def test_a_missing_licence_is_a_gap_and_excludes_nobody():
    pool = Pool(PostingIndex.build([LORRY], today=TODAY))
    ranking = rank_postings(PRIOR, pool, replace(DRIVER, licences=()), VETERAN, today=TODAY)
    assert [item.kind for item in ranking.matches[0].explanation.gaps if item.must] == ["licence", "certificate"]


def test_the_best_come_first_and_only_as_many_as_asked():
    pool = Pool(PostingIndex.build(synthetic_postings(300, today=TODAY), today=TODAY))
    profile, eligibility = synthetic_people(1, today=TODAY)[0]
    every = rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=300)
    some = rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=10)
    assert some.matches == every.matches[:10]
    assert [match.score for match in every.matches] == sorted((match.score for match in every.matches), reverse=True)
    seen = frozenset(match.key for match in some.matches)
    later = rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=10, exclude_keys=seen)
    assert later.matches == every.matches[10:20]
    assert rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=0).matches == ()
