"""What bad values, clever words and damaged files must not be able to do."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ml_samples import CERTIFICATES, DRIVER, LORRY, SKILLS, TODAY, VETERAN, postings, profiles

from ml.evaluate import occupations, ranking, titles
from ml.features import point_km
from ml.matching import (
    FEATURES,
    KNOTS,
    REQUIREMENT_KINDS,
    Eligibility,
    PersonIndex,
    Pool,
    PostingDocument,
    PostingIndex,
    Profile,
    Ranker,
    Requirement,
    find_gaps,
    match_pair,
    rank_people,
    rank_postings,
)
from ml.store import read_artefact
from ml.synthetic import synthetic_people, synthetic_postings
from ml.tables import driver_licences, licence_covers
from ml.vocabulary import without_traits

PRIOR = Ranker.prior()
few = settings(max_examples=40, deadline=None)
TEXTS = (
    "",
    " ",
    "ＡＢＣ　１２",
    "貨車司機",
    "😀🚚",
    "货" * 9999,
    "货车 司机 " * 2000,
    "\ud800",
    "\x00\x01",
    "%(x)s %",
    "有A2" * 999,
)
NUMBERS = (float("nan"), float("inf"), -float("inf"), -1.0, 1e308, 1e18)
WHOLE = (-1, -(2**40), 99, 128, 255, 10**9, 2**63, 10**30)


def random_ranker(seed):
    draw = np.random.default_rng(seed)
    return Ranker(tuple(tuple(np.sort(draw.normal(size=len(KNOTS[name]))).tolist()) for name in FEATURES), 0.0)


def raw(ranker, profile, posting):
    """The raw score from both directions."""
    there = PostingIndex.build([posting], today=TODAY).pairs(profile, today=TODAY)
    back = PersonIndex.build([(profile, Eligibility())], today=TODAY).pairs(posting, today=TODAY)
    return np.array([ranker.raw(there)[0], ranker.raw(back)[0]])


def odd_profiles():
    for text in TEXTS:
        yield Profile(key=text, wanted_words=text, past_words=text, wanted_regions=(text,), point=DRIVER.point)
        yield replace(DRIVER, wanted_occupations=(text,), shifts=(text,), employment_types=(text,))
        yield replace(DRIVER, skills=((text, 3),), certificates=(text,), licences=(text,), specialties=((text, 3.0),))
        yield replace(DRIVER, past_occupations=((text, 1.0, 1.0),))
    for number in NUMBERS:
        yield replace(DRIVER, service_years=number, years_since_service=number, max_distance_km=number)
        yield replace(DRIVER, work_years=number, point=(number, number), specialties=(("SP11", number),))
        yield replace(DRIVER, past_occupations=(("4-02-02-02", number, number),))
        yield replace(DRIVER, service_trades=(("4-02-02-02", number, "SP11"),), pay_floor_yuan=number)
    for number in WHOLE:
        yield replace(DRIVER, leadership=number, pay_floor_yuan=number, skills=(("SK005", number),))
        yield replace(DRIVER, education_rank=number)


def odd_postings():
    for text in TEXTS:
        yield PostingDocument(key=text, title=text, published_on=date.max, text=text)
        yield replace(LORRY, occupation=text, region=text, shift=text, employment_type=text, kind=text)
        yield replace(LORRY, requirements=tuple(Requirement(kind, text, True, text) for kind in REQUIREMENT_KINDS))
    for number in NUMBERS:
        yield replace(LORRY, point=(number, 0.0), employer_answer_rate=number)
        yield replace(LORRY, requirements=(Requirement("years", "", True, "经验", 0, number),))
    for number in WHOLE:
        yield replace(LORRY, pay_low_yuan=number, min_age=number, welcomes_over=number, vacancy_count=number)
        yield replace(LORRY, pay_high_yuan=number, max_age=number, hoped_max_age=number, applicant_count=number)
        yield replace(LORRY, requirements=tuple(Requirement(kind, "", True, "", number) for kind in REQUIREMENT_KINDS))


def check_pair(profile, eligibility, posting, today=TODAY):
    match = match_pair(PRIOR, profile, eligibility, posting, today=today)
    assert 0 <= match.score <= 100
    assert sum(match.contributions.values()) == pytest.approx(match.raw, abs=1e-6)
    assert all(item.text for item in match.explanation.items)
    pool = Pool(PostingIndex.build([posting], today=today))
    people = Pool(PersonIndex.build([(profile, eligibility)], today=today))
    there = rank_postings(PRIOR, pool, profile, eligibility, today=today, nearly=3)
    back = rank_people(PRIOR, people, posting, today=today)
    assert there.excluded == back.excluded
    assert bool(there.matches) is (match.explanation.excluded is None)
    assert [one.raw for one in there.matches] == pytest.approx([one.raw for one in back.matches], abs=1e-5)
    find_gaps(PRIOR, pool, profile, eligibility, today=today)


def test_no_value_of_a_profile_or_posting_breaks_a_score():
    for profile in odd_profiles():
        check_pair(profile, VETERAN, LORRY)
    for posting in odd_postings():
        check_pair(DRIVER, VETERAN, posting)


@pytest.mark.parametrize("today", [date.min, TODAY, date.max])
@pytest.mark.parametrize("born", [date.min, date(2004, 2, 29), date.max, None])
def test_days_at_the_limits_break_nothing(today, born):
    for posting in (LORRY, replace(LORRY, min_age=18, max_age=60, published_on=date.min)):
        check_pair(DRIVER, replace(VETERAN, birth_on=born), posting, today)


def test_numbers_are_moved_into_their_bounds_and_what_is_no_number_is_not_stated():
    odd = Profile(
        key="p", work_years=-3.0, years_since_service=float("nan"), skills=(("SK001", 99),), education_rank=99
    )
    assert (odd.work_years, odd.years_since_service, odd.skills, odd.education_rank) == (0.0, None, (("SK001", 5),), 8)
    assert Requirement("skill", "SK001", True, "", level=99).level == 5
    assert replace(DRIVER, point=(91.0, 0.0)).point is None
    with pytest.raises(ValueError, match="unknown kind"):
        Requirement("magic", "", True, "")


def betters(profile, posting):
    """The same pair with one thing better: what, profile, posting."""
    for code in SKILLS:
        yield "skill", replace(profile, skills=(*profile.skills, (code, 0))), posting
    for at, (code, level) in enumerate(profile.skills):
        if level:
            more = (*profile.skills[:at], (code, level + 1), *profile.skills[at + 1 :])
            yield "level", replace(profile, skills=more), posting
    for at, held in enumerate(profile.licences):
        for row in driver_licences():
            if licence_covers([row.code], held):
                more = (*profile.licences[:at], row.code, *profile.licences[at + 1 :])
                yield "wider licence", replace(profile, licences=more), posting
    for code in CERTIFICATES:
        yield "certificate", replace(profile, certificates=(*profile.certificates, code)), posting
    yield "specialty", replace(profile, specialties=(*profile.specialties, ("SP11", 3.0))), posting
    # An education that was not filled in excludes nobody, so to name a low one is not better.
    known = ("education_rank",) if profile.education_rank else ()
    for name in ("work_years", "service_years", "leadership", *known):
        yield name, replace(profile, **{name: getattr(profile, name) + 1}), posting
    for at, (code, years, ago) in enumerate(profile.past_occupations):
        for what in ((code, years + 1, ago), (code, years, ago / 2)):
            before, after = profile.past_occupations[:at], profile.past_occupations[at + 1 :]
            yield "past work", replace(profile, past_occupations=(*before, what, *after)), posting
    if profile.point and posting.point:
        near = tuple((one + other) / 2 for one, other in zip(profile.point, posting.point, strict=True))
        for point in (near, posting.point):
            if point_km(point, posting.point) <= point_km(profile.point, posting.point):
                yield "nearer", replace(profile, point=point), posting
    if profile.wanted_occupations:
        wishes = (*profile.wanted_occupations, posting.occupation)
        yield "wish", replace(profile, wanted_occupations=wishes), posting
    if profile.wanted_regions and posting.region:
        yield "region", replace(profile, wanted_regions=(*profile.wanted_regions, posting.region)), posting
    if posting.pay_low_yuan and posting.pay_high_yuan:
        pay = {"pay_low_yuan": posting.pay_low_yuan + 500, "pay_high_yuan": posting.pay_high_yuan + 500}
        yield "pay", profile, replace(posting, **pay)
        yield "highest pay", profile, replace(posting, pay_high_yuan=posting.pay_high_yuan + 500)
    yield "fresher", profile, replace(posting, published_on=posting.published_on + timedelta(days=1))
    if posting.employer_answer_rate is not None:
        yield "answers", profile, replace(posting, employer_answer_rate=posting.employer_answer_rate + 0.1)


@few
@given(profiles, postings, st.integers(0, 10_000))
def test_nothing_better_ever_lowers_a_score_in_either_direction(profile, posting, seed):
    for ranker in (PRIOR, random_ranker(seed)):
        before = raw(ranker, profile, posting)
        assert before[0] == pytest.approx(before[1], abs=1e-4)
        for what, better, other in betters(profile, posting):
            # The likeness of titles has seven digits, and their last one depends on what else is looked up.
            assert (raw(ranker, better, other) >= before - 1e-5).all(), what


def test_repeating_words_earns_nothing_and_a_long_text_costs_nothing():
    text = "负责日常运输，服从安排，" * 200
    for more in (
        {"title": LORRY.title + " " + LORRY.title * 20},
        {"text": LORRY.text * 100},
        {"text": LORRY.text + text},
    ):
        assert raw(PRIOR, DRIVER, replace(LORRY, **more)) == pytest.approx(raw(PRIOR, DRIVER, LORRY), abs=0.02)
    assert (raw(PRIOR, DRIVER, replace(LORRY, text="")) <= raw(PRIOR, DRIVER, LORRY)).all()


def test_a_posting_that_names_all_trades_is_below_a_real_one():
    trades = "货车司机 电工 焊工 保安 厨师 叉车 仓库 快递 保洁 会计 普工 文员 "
    everything = replace(LORRY, occupation="", title=trades, text=trades * 250, requirements=())
    assert (raw(PRIOR, DRIVER, everything) < raw(PRIOR, DRIVER, replace(LORRY, requirements=()))).all()


TRAITS = (
    "男",
    "女性",
    "汉族",
    "少数民族",
    "党员",
    "黨員",
    "已婚",
    "残疾人",
    "殘疾",
    "３５岁",
    "90后",
    "低保户",
    "信教",
)


@pytest.mark.parametrize("trait", TRAITS)
def test_who_somebody_is_never_counts_even_where_they_type_it(trait):
    demanding = replace(LORRY, title="大货车司机（限男）", text=LORRY.text + " ".join(TRAITS))
    typed = replace(DRIVER, wanted_words=f"货车司机，{trait}", past_words=f"司机 {trait}")
    silent = replace(DRIVER, wanted_words="货车司机，", past_words="司机 ")
    for posting in (LORRY, demanding):
        assert raw(PRIOR, typed, posting) == pytest.approx(raw(PRIOR, silent, posting), abs=1e-9)


def test_words_of_a_trade_are_left_in_a_wish():
    for words in ("女装导购", "男鞋销售", "妇女主任", "党建干事", "保安", "水族馆饲养员", "回收工", "白班", "幼师"):
        assert without_traits(words) == words


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index") / "good"
    PostingIndex.build(synthetic_postings(50, today=TODAY), today=TODAY).save(folder)
    return folder


def _cut(path):
    path.write_bytes(path.read_bytes()[:-8])


def _other(path):
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


def _pickled(path):
    path.write_bytes(pickle.dumps(print))


def _nested(path):
    path.write_bytes(b"[" * 100_000)


@pytest.mark.parametrize("damage", [_cut, _other, _pickled, _nested, lambda path: path.unlink()])
@pytest.mark.parametrize("file", ["meta", "keys.npy", "need_id.npy", "text.npy"])
def test_a_damaged_index_is_refused_when_it_is_loaded(saved, tmp_path, file, damage):
    folder = tmp_path / "copy"
    shutil.copytree(saved, folder)
    PostingIndex.load(folder)
    damage(folder / file)
    with pytest.raises(ValueError, match="copy is no index that can be used"):
        PostingIndex.load(folder)


PEOPLE = '{"profile":{"key":"a"}}\n'
POSTINGS = '{"key":"j","title":"司机","published_on":"2026-01-01"}\n'
GRADES = "person_id,posting_id,grade\na,j,2\n"
ODD_FILES = [
    b"",
    "司机\n".encode("gbk"),
    b"\x00" * 50,
    b"[" * 100_000,
    "司".encode() * 100_000,
    b'"',
    b"\xed\xa0\x80",
    b"\r\n\r\n",
    b"person_id,posting_id,grade\na,j," + b"9" * 5000,
]


def outcome(main, arguments, capsys):
    """Exit code; a second outcome than one line or JSON fails."""
    try:
        main([str(one) for one in arguments])
    except SystemExit as end:
        told = capsys.readouterr().err
        assert (end.code, told.count("\n"), "Traceback" in told) == (2, 1, False)
        return 2
    json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(word))
    return 0


@pytest.mark.parametrize("odd", ODD_FILES, ids=range(len(ODD_FILES)))
def test_a_file_of_any_kind_gives_figures_or_one_clear_line(tmp_path, capsys, odd):
    good = {"people": PEOPLE, "postings": POSTINGS, "judgements": GRADES, "queries": "1\t司机\n", "corpus": "1\t司机\n"}
    good |= {"qrels": "1 0 1 1\n", "odd": ""}
    for name, text in good.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "odd").write_bytes(odd)
    assert outcome(occupations.main, ["--titles", tmp_path / "odd"], capsys) == 2
    for main, names in (
        (ranking.main, ("people", "postings", "judgements")),
        (titles.main, ("queries", "corpus", "qrels")),
    ):
        for broken in names:
            given_files = [(f"--{name}", tmp_path / ("odd" if name == broken else name)) for name in names]
            outcome(main, [part for pair in given_files for part in pair], capsys)
    names = [part for name in ("people", "postings", "judgements") for part in (f"--{name}", tmp_path / name)]
    assert outcome(ranking.main, [*names, "--model", tmp_path / "odd"], capsys) == 2


def test_a_gap_is_something_that_can_be_got_and_is_named_once():
    papers = [("licence", "B2"), ("certificate", "CE002"), ("licence", "JUN"), ("licence", "C5"), ("licence", "Z9")]
    asking = [
        replace(LORRY, key=f"j{at}", requirements=(Requirement(kind, code, True, code),))
        for at, (kind, code) in enumerate(papers)
    ]
    pool = Pool(PostingIndex.build(asking, today=TODAY))
    for held, born, found in (
        ((), date(1990, 1, 1), [("licence", "B2", 2)]),
        ((), date(2008, 1, 1), []),
        (("A2",), date(1990, 1, 1), []),
    ):
        person = replace(DRIVER, licences=held, certificates=())
        gaps = find_gaps(PRIOR, pool, person, Eligibility(birth_on=born), today=TODAY)
        assert [(gap.kind, gap.code, gap.opens) for gap in gaps] == found


def test_a_reason_says_what_the_feature_says():
    def said(profile, posting, kind):
        items = match_pair(PRIOR, profile, VETERAN, posting, today=TODAY).explanation.items
        return [(item.status, item.text, item.must) for item in items if item.kind == kind]

    trait = replace(LORRY, requirements=(Requirement("skill", "SK104", True, "责任心"),))
    assert said(DRIVER, trait, "skill") == [("missing", "有责任心更好", False)]
    reserved = replace(LORRY, veterans_first=False, reserved_for_veterans=True)
    assert said(DRIVER, reserved, "veterans_first") == [("met", "退役军人优先", False)]
    # 27 km away and outside of what was named: no praise for being near.
    away = replace(DRIVER, wanted_regions=("4304",), point=(27.86 + 27 / 111.2, 112.9))
    assert said(away, LORRY, "distance") == []
    # The words of the wish speak of this posting, though what was ticked does not.
    worded = replace(DRIVER, wanted_occupations=("6-31-01-03",), wanted_words="货车司机")
    assert [status for status, _, _ in said(worded, LORRY, "occupation_wanted")] == ["met"]


FLIPS = (
    {"hoped_min_age": 18, "hoped_max_age": 30},
    {"welcomes_over": 50},
    {"applicant_count": 99, "vacancy_count": 7},
    {"employer_key": "zz", "kind": "gig", "industry": "99"},
)


def test_what_is_never_scored_leaves_every_rank_as_it_is():
    documents = synthetic_postings(80, today=TODAY)
    for profile, eligibility in synthetic_people(3, today=TODAY):

        def ranks(documents=documents, profile=profile, eligibility=eligibility, prefix=0):
            pool = Pool(PostingIndex.build(documents, today=TODAY))
            found = rank_postings(PRIOR, pool, profile, eligibility, today=TODAY, top=80).matches
            return [(match.key[prefix:], match.raw) for match in found]

        plain = ranks()
        for flip in FLIPS:
            assert ranks([replace(one, **flip) for one in documents]) == plain
        for flip in ({"sex": "female"}, {"sex": "male"}, {"political_member": True}, {"is_dependant": True}):
            assert ranks(eligibility=replace(eligibility, **flip)) == plain
        assert ranks(documents[::-1]) == plain
        assert ranks([replace(one, key=f"z{one.key}") for one in documents], prefix=1) == plain


def test_two_processes_give_the_same_scores():
    told = []
    for seed in ("1", "2"):
        code = (
            "from ml_samples import *; from ml.matching import *;"
            "match = match_pair(Ranker.prior(), DRIVER, VETERAN, LORRY, today=TODAY);"
            "print(match.raw.hex(), sorted(match.contributions.items()), match.explanation.items)"
        )
        paths = f"{Path(__file__).parent}:{Path(__file__).parents[2]}"
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": paths}
        told.append(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout)
    assert told[0] == told[1] != b""


def test_a_damaged_artefact_is_refused_and_none_can_run(tmp_path):
    path = tmp_path / "space.npz"
    np.savez_compressed(path, one=np.arange(5000))
    assert read_artefact(path)["one"].sum() == sum(range(5000))
    whole = path.read_bytes()
    np.savez(path, one=np.array([print], dtype=object), allow_pickle=True)
    running = path.read_bytes()
    middle = len(whole) // 2
    for damaged in (
        b"",
        whole[:middle],
        whole[:middle] + b"\xff" * 8 + whole[middle + 8 :],
        running,
        pickle.dumps(print),
    ):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"space\.npz is damaged"):
            read_artefact(path)
    with pytest.raises(FileNotFoundError):
        read_artefact(tmp_path / "none.npz")
