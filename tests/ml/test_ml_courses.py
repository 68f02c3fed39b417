from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from ml_samples import DRIVER, LORRY, TODAY, VETERAN, eligibilities, postings, profiles

from ml.courses import certificates_for, course_gains, opened_by_courses, opened_postings, with_course, without_course
from ml.gaps import SUITABLE
from ml.matching import CourseCounter, Eligibility, Pool, PostingIndex, Ranker, Requirement
from ml.ranking import match_pair
from ml.rules import find_exclusion
from ml.synthetic import synthetic_people, synthetic_postings

PRIOR = Ranker.prior()
COURSES = {
    "TR05": (("CE009",), ("SK012",)),
    "TR13": (("CE026",), ("SK075",)),
    "TR27": (("CE002", "CE004"), ("SK002",)),
    "TWO": (("CE007", "CE009"), ("SK005",)),
    "NONE": ((), ("SK001",)),
}
few = settings(max_examples=60, deadline=None)


def admitted(profile, eligibility, documents):
    return {one.key for one in documents if find_exclusion(profile, eligibility, one, today=TODAY) is None}


def brute(profile, eligibility, documents, papers, skills):
    after = with_course(profile, certificates_for(papers, eligibility, TODAY), skills)
    return admitted(after, eligibility, documents) - admitted(profile, eligibility, documents)


@few
@given(
    st.lists(st.tuples(profiles, eligibilities), max_size=4), st.lists(postings, max_size=6, unique_by=lambda p: p.key)
)
def test_counting_is_filtering_the_changed_profile_again(people, documents):
    pool = Pool(PostingIndex.build(documents, today=TODAY))
    for opening in opened_by_courses(pool, people, COURSES, today=TODAY):
        found = [brute(*one, documents, *COURSES[opening.code]) for one in people]
        assert opening.counts.tolist() == [len(one) for one in found]
        assert set(opening.keys) == set().union(*found)
        assert opening.people == sum(bool(one) for one in found)


def test_many_people_in_portions_and_two_parts_are_counted_as_one_by_one():
    documents = synthetic_postings(300, today=TODAY)
    people = synthetic_people(40, today=TODAY)
    pool = Pool(
        PostingIndex.build(documents[:250], today=TODAY),
        PostingIndex.build(documents[240:], today=TODAY),
        frozenset({documents[3].key}),
    )
    counter = CourseCounter(pool, COURSES, today=TODAY)
    counter.add(people[:7])
    counter.add(people[7:])
    left = [one for one in documents if one.key != documents[3].key]
    total = 0
    for opening in counter.openings():
        expected = [len(brute(*one, left, *COURSES[opening.code])) for one in people]
        assert opening.counts.tolist() == expected
        total += sum(expected)
    assert total > 0


@few
@given(profiles, eligibilities, st.lists(postings, max_size=6, unique_by=lambda p: p.key))
def test_whoever_holds_the_certificates_gains_no_posting(profile, eligibility, documents):
    pool = Pool(PostingIndex.build(documents, today=TODAY))
    for code, (papers, skills) in COURSES.items():
        able = with_course(profile, certificates_for(papers, eligibility, TODAY), skills)
        [opening] = opened_by_courses(pool, [(able, eligibility)], {code: (papers, skills)}, today=TODAY)
        assert opening.counts.tolist() == [0]
        assert opening.keys == ()
        assert course_gains(PRIOR, pool, able, eligibility, {code: (papers, skills)}, today=TODAY) == []


@few
@given(profiles, eligibilities, st.lists(postings, max_size=5, unique_by=lambda p: p.key))
def test_gains_of_one_person_are_true_when_every_posting_is_scored_again(profile, eligibility, documents):
    pool = Pool(PostingIndex.build(documents, today=TODAY))
    gains = {one.code: one for one in course_gains(PRIOR, pool, profile, eligibility, COURSES, today=TODAY, top=99)}
    for code, (papers, skills) in COURSES.items():
        after = with_course(profile, certificates_for(papers, eligibility, TODAY), skills)
        new = brute(profile, eligibility, documents, papers, skills)

        def score(who, one):
            return match_pair(PRIOR, who, eligibility, one, today=TODAY).score

        suitable = {one.key for one in documents if one.key in new and score(after, one) >= SUITABLE}
        both = admitted(profile, eligibility, documents)
        raised = {
            one.key for one in documents if one.key in both and score(profile, one) < SUITABLE <= score(after, one)
        }
        gain = gains.get(code)
        if gain is None:
            assert not new
            assert not raised
        else:
            assert (gain.opens, gain.suitable, gain.raises) == (len(new), len(suitable), len(raised))
            assert set(gain.keys) == new | raised


def test_a_licence_counts_only_for_who_may_take_its_test():
    pool = Pool(PostingIndex.build([replace(LORRY, requirements=(LORRY.requirements[0],))], today=TODAY))
    nobody = replace(DRIVER, licences=(), certificates=())
    for years, opened in ((19, 0), (23, 1), (40, 1)):
        eligibility = Eligibility(birth_on=TODAY - timedelta(days=years * 366), is_veteran=True)
        [found] = opened_by_courses(pool, [(nobody, eligibility)], {"TR27": COURSES["TR27"]}, today=TODAY)
        assert found.counts.tolist() == [opened]


def test_a_skill_may_raise_a_posting_that_was_open():
    needs = tuple(Requirement("skill", code, True, code) for code in ("SK012", "SK011"))
    posting = replace(LORRY, key="j3", title="电工", occupation="6-31-01-03", requirements=needs)
    pool = Pool(PostingIndex.build([posting], today=TODAY))
    person = replace(DRIVER, wanted_occupations=("6-31-01-03",), wanted_words="电工", skills=())
    raised = [
        (gain.opens, gain.suitable, gain.raises, gain.keys)
        for floor in (0, 6000, 9000, 12000)
        for gain in course_gains(
            PRIOR,
            pool,
            replace(person, pay_floor_yuan=floor),
            VETERAN,
            {"X": ((), ("SK012", "SK011"))},
            today=TODAY,
        )
    ]
    assert raised
    assert set(raised) == {(0, 0, 1, ("j3",))}


def test_what_a_class_opened_is_counted_backward():
    open_to_all = replace(LORRY, key="j2", requirements=())
    pool = Pool(PostingIndex.build([LORRY, open_to_all], today=TODAY))
    before = without_course(DRIVER, ("CE007",), ("SK005",))
    assert (before.certificates, before.skills) == ((), ())
    assert opened_postings(PRIOR, pool, before, DRIVER, VETERAN, today=TODAY) == ["j1"]
    assert opened_postings(PRIOR, pool, DRIVER, DRIVER, VETERAN, today=TODAY) == []
    assert opened_postings(PRIOR, pool, before, DRIVER, VETERAN, today=TODAY, without=frozenset({"j1"})) == []


def test_nothing_and_nobody_count_as_nothing():
    pool = Pool(PostingIndex.build([], today=TODAY))
    [found] = opened_by_courses(pool, [], {"TR05": COURSES["TR05"]}, today=TODAY)
    assert (found.people, found.keys, len(found.counts)) == (0, (), 0)
    [found] = opened_by_courses(pool, [(DRIVER, VETERAN)], {"TR05": COURSES["TR05"]}, today=TODAY)
    assert np.array_equal(found.counts, [0])
