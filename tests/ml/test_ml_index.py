from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ml_samples import DRIVER, LORRY, TODAY, VETERAN, eligibilities, postings, profiles

from ml.documents import Person
from ml.matching import Filter, PersonIndex, Pool, PostingIndex, Ranker, rank_people, rank_postings, search
from ml.synthetic import synthetic_people, synthetic_postings

PRIOR = Ranker.prior()


def index(*documents):
    return PostingIndex.build(documents, today=TODAY)


@settings(max_examples=40, deadline=None)
@given(postings)
def test_a_posting_comes_back_from_the_index_as_it_went_in(posting):
    built = index(posting)
    assert (built.document(0), built.key(0)) == (posting, posting.key)


@settings(max_examples=40, deadline=None)
@given(profiles, eligibilities)
def test_a_person_comes_back_from_the_index_as_they_went_in(profile, eligibility):
    assert PersonIndex.build([(profile, eligibility)], today=TODAY).document(0) == Person(profile, eligibility)


def test_a_saved_index_is_mapped_read_only_and_ranks_alike(tmp_path):
    built = PostingIndex.build(synthetic_postings(200, today=TODAY), today=TODAY)
    built.save(tmp_path / "postings")
    loaded = PostingIndex.load(tmp_path / "postings")
    assert isinstance(loaded.column("published").base, np.memmap)
    assert not loaded.column("published").flags.writeable
    for profile, eligibility in synthetic_people(5, today=TODAY):
        one = rank_postings(PRIOR, Pool(built), profile, eligibility, today=TODAY)
        assert one == rank_postings(PRIOR, Pool(loaded), profile, eligibility, today=TODAY)
    assert loaded.built_on == TODAY


def test_a_saved_index_of_people_ranks_alike(tmp_path):
    built = PersonIndex.build(synthetic_people(60, today=TODAY), today=TODAY)
    built.save(tmp_path / "people")
    loaded = PersonIndex.load(tmp_path / "people")
    for posting in synthetic_postings(5, today=TODAY):
        one = rank_people(PRIOR, Pool(built), posting, today=TODAY)
        assert one == rank_people(PRIOR, Pool(loaded), posting, today=TODAY)


def test_an_index_is_never_overwritten_and_another_kind_is_refused(tmp_path):
    index(LORRY).save(tmp_path / "one")
    with pytest.raises(FileExistsError):
        index(LORRY).save(tmp_path / "one")
    with pytest.raises(ValueError, match="kind people"):
        PersonIndex.load(tmp_path / "one")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_empty_indexes_are_saved_and_loaded(tmp_path):
    index().save(tmp_path / "none")
    assert len(PostingIndex.load(tmp_path / "none")) == 0
    assert search(Pool(PostingIndex.load(tmp_path / "none")), "货车").total == 0


def test_the_delta_wins_over_the_base_and_hidden_keys_never_appear():
    other, third = replace(LORRY, key="j2"), replace(LORRY, key="j3")
    base = index(LORRY, other, third)
    better = replace(LORRY, title="保安", text="", requirements=(), occupation="4-07-05-01")
    pool = Pool(base, index(better, replace(LORRY, key="j4")), frozenset({"j2", "j4", "unknown"}))
    assert len(pool) == 2
    ranking = rank_postings(PRIOR, pool, DRIVER, VETERAN, today=TODAY)
    assert [match.key for match in ranking.matches] == ["j3", "j1"]
    assert "不是想找的道路货运汽车驾驶员" in [item.text for item in ranking.matches[1].explanation.items]
    assert search(pool, "货车司机").keys == ("j3",)
    assert search(pool, "保安").keys == ("j1",)
    assert set(search(pool).keys) == {"j1", "j3"}


@settings(max_examples=30, deadline=None)
@given(st.lists(postings, max_size=3), st.lists(postings, max_size=3), profiles, eligibilities)
def test_a_base_with_a_delta_ranks_like_one_fresh_index(old, new, profile, eligibility):
    latest = {one.key: one for one in (*old, *new)}
    parts = Pool(PostingIndex.build(old, today=TODAY), PostingIndex.build(new, today=TODAY))
    fresh = Pool(PostingIndex.build(latest.values(), today=TODAY))
    one = rank_postings(PRIOR, parts, profile, eligibility, today=TODAY)
    assert one == rank_postings(PRIOR, fresh, profile, eligibility, today=TODAY)


def test_the_title_counts_more_than_the_text_and_rare_words_more_than_common_ones():
    pool = Pool(
        index(
            replace(LORRY, key="a", title="仓库管理员", text="偶尔开叉车，叉车，叉车"),
            replace(LORRY, key="b", title="叉车工", text="仓库"),
            replace(LORRY, key="c", title="厨师", text="食堂"),
        )
    )
    assert search(pool, "叉车").keys == ("b", "a")
    assert search(pool, "不存在喵").total == 0
    assert search(pool, "，。").total == 0
    assert search(pool, "合成物流有限公司").total == 0


def test_the_employers_name_in_the_text_is_found():
    assert search(Pool(index(LORRY)), "合成物流").keys == ("j1",)


def test_plain_lists_are_sorted_by_time_pay_and_distance_and_paged():
    near, far, unknown = (27.83, 112.94), (28.9, 113.5), None
    pool = Pool(
        index(
            replace(
                LORRY, key="a", published_on=TODAY - timedelta(days=3), point=far, pay_high_yuan=5000, pay_low_yuan=None
            ),
            replace(LORRY, key="b", published_on=TODAY, point=unknown, pay_high_yuan=None, pay_low_yuan=None),
            replace(LORRY, key="c", published_on=TODAY - timedelta(days=1), point=near, pay_high_yuan=9000),
        )
    )
    assert search(pool).keys == search(pool, sort="newest").keys == ("b", "c", "a")
    assert search(pool, sort="pay").keys == ("c", "a", "b")
    assert search(pool, sort="distance", point=near).keys == ("c", "a", "b")
    page = search(pool, sort="newest", offset=1, limit=1)
    assert (page.keys, page.total) == (("c",), 3)
    assert search(pool, offset=9).keys == ()
    with pytest.raises(ValueError, match="distance"):
        search(pool, sort="distance")
    with pytest.raises(ValueError, match="fame"):
        search(pool, sort="fame")


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        (Filter(), {"a", "b"}),
        (Filter(region="430302"), {"a"}),
        (Filter(region="430000000000"), {"a", "b"}),
        (Filter(occupation="4-02"), {"a"}),
        (Filter(pay_at_least=9000), {"a"}),
        (Filter(shift="night"), {"b"}),
        (Filter(shift="dawn"), set()),
        (Filter(employment_type="part_time"), {"b"}),
        (Filter(veterans_first=True), {"a"}),
        (Filter(education_at_most=3), {"a"}),
        (Filter(education_at_most=5), {"a", "b"}),
        (Filter(point=(27.86, 112.9), within_km=5), {"a"}),
    ],
)
def test_filters_narrow_search_and_ranking_alike(where, keys):
    need = replace(LORRY.requirements[3], must=True, level=5)
    other = replace(
        LORRY,
        key="b",
        region="430481",
        occupation="4-07-05-01",
        pay_low_yuan=4000,
        pay_high_yuan=5000,
        shift="night",
        employment_type="part_time",
        veterans_first=False,
        requirements=(need,),
        point=None,
    )
    pool = Pool(index(replace(LORRY, key="a"), other))
    assert set(search(pool, where=where).keys) == keys
    ranking = rank_postings(PRIOR, pool, replace(DRIVER, education_rank=5), VETERAN, today=TODAY, where=where)
    assert {match.key for match in ranking.matches} == keys


def test_many_threads_rank_and_search_one_pool_alike():
    pool = Pool(PostingIndex.build(synthetic_postings(200, today=TODAY), today=TODAY))
    expected = rank_postings(PRIOR, pool, DRIVER, VETERAN, today=TODAY), search(pool, "司机")
    with ThreadPoolExecutor(8) as threads:
        ranked = [threads.submit(rank_postings, PRIOR, pool, DRIVER, VETERAN, today=TODAY) for _ in range(16)]
        searched = [threads.submit(search, pool, "司机") for _ in range(16)]
    assert all((one.result(), other.result()) == expected for one, other in zip(ranked, searched, strict=True))
