from concurrent.futures import ThreadPoolExecutor

import pytest

from ml.reference import (
    certificates,
    driver_licences,
    education_levels,
    extract_skills,
    find_occupation,
    labelled_titles,
    licence_covers,
    normalise,
    occupations,
    skills,
    specialties,
    suggest_occupations,
    tokens,
)


def test_tables_are_complete_and_point_at_each_other():
    codes = {row.code for row in occupations()}
    assert len(codes) == len(occupations()) > 2000
    assert (len(specialties()), len(skills()), len(certificates())) == (65, 115, 88)
    assert len(driver_licences()) == 18
    assert all(0 <= row.rank <= 8 for row in education_levels())
    known_skills, known_certificates = {row.code for row in skills()}, {row.code for row in certificates()}
    for row in specialties():
        assert codes.issuperset(row.primary_occupations + row.secondary_occupations)
        assert known_skills.issuperset(row.skills)
        assert known_certificates.issuperset(row.gap_certificates)
    assert all(row.code in codes for row in labelled_titles())


def test_flags_are_cut_from_occupation_names():
    assert not [row.name for row in occupations() if row.name.endswith(("L", "S"))]
    row = find_occupation("2-02-02-01")
    assert (row.name, row.green, row.digital) == ("大地测量工程技术人员", True, True)


def test_an_occupation_is_found_by_the_number_of_either_edition():
    assert find_occupation("2-07-10-01") is find_occupation("2-07-11-01")
    assert find_occupation("2-07-11-01").name == "社会工作者"
    assert find_occupation("9-99-99-99") is None


@pytest.mark.parametrize(
    ("held", "wanted", "covered"),
    [
        (["A2"], "B2", True),
        (["A2"], "C1", True),
        (["B2"], "A2", False),
        (["C2"], "C1", False),
        (["JUN"], "B2", False),
        (["JUN"], "C1", False),
        (["JUN", "C1"], "C2", True),
        ([], "C1", False),
        (["nonsense"], "C1", False),
    ],
)
def test_a_licence_covers_what_the_table_says_and_no_more(held, wanted, covered):
    assert licence_covers(held, wanted) is covered


def test_text_is_cleaned_of_width_case_and_white_space():
    assert normalise("　Ｂ２　驾驶证\n\n Linux ") == "b2 驾驶证 linux"


def test_words_and_pairs_of_unknown_characters_are_tokens_and_stop_words_are_not():
    assert tokens("我们的 Ｂ２ 驾驶证") == ["b2", "驾驶", "驾驶证"]
    assert tokens("喵呜叽") == ["喵呜", "呜叽"]
    assert tokens("") == tokens("的，。！") == []


def test_many_threads_cut_the_same_text_alike():
    with ThreadPoolExecutor(8) as threads:
        cuts = list(threads.map(tokens, ["道路货运汽车驾驶员，持 B2 驾驶证"] * 400))
    assert all(one == cuts[0] for one in cuts)


def test_everyday_titles_lead_to_their_occupation():
    assert suggest_occupations("大货车司机")[0].code == "4-02-02-02"
    assert suggest_occupations("保安员")[0].code == "4-07-05-01"
    assert suggest_occupations("") == []


def test_suggestions_come_best_first_with_scores_between_0_and_1():
    found = suggest_occupations("工厂机修工", top=5)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({one.code for one in found}) == len(found) == 5


def _found(text):
    return {(one.code, text[one.start : one.end]): one for one in extract_skills(text)}


def test_mentions_point_at_the_characters_they_came_from():
    found = _found("持有Ｂ２驾驶证，熟练掌握电焊")
    assert found["B2", "Ｂ２"].kind == "licence"
    assert found["SK015", "电焊"].level == 4


def test_nothing_is_found_inside_other_words():
    assert extract_skills("社会计划，保安全，B2B 平台，面点点头") == []
    assert {one.code for one in extract_skills("JavaScript 和 Java")} == {"SK026"}
    assert len(extract_skills("MySQL")) == 1


def test_cues_of_the_clause_say_must_nice_or_not_needed():
    found = _found("须持低压电工证，有健康证者优先，无需叉车证")
    assert found["CE009", "低压电工证"].must is True
    assert found["CE038", "健康证"].must is False
    assert (found["CE014", "叉车证"].negated, found["CE014", "叉车证"].must) == (True, None)
    assert not found["CE009", "低压电工证"].negated


def test_licence_classes_need_a_driving_word_nearby():
    assert [one.code for one in extract_skills("A1A2 驾照")] == ["A1", "A2"]
    assert [one.code for one in extract_skills("B1/B2 驾驶证")] == ["B1", "B2"]
    assert [one.code for one in extract_skills("退伍带军队驾驶证")] == ["JUN"]
    assert extract_skills("地下 B2 层，D 区") == []
