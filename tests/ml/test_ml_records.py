import gzip
import json
import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ml_samples import DRIVER, LORRY, VETERAN

import ml
from ml.documents import Person, PostingDocument
from ml.records import (
    complete_posting,
    read_judgements,
    read_parts,
    read_people,
    read_postings,
    write_people,
    write_postings,
)

README = (Path(ml.__file__).parent / "README.md").read_text(encoding="utf-8")


def lines(path: Path, *rows: object, mark: bool = False) -> Path:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(text, encoding="utf-8-sig" if mark else "utf-8")
    return path


def test_the_examples_of_the_readme_are_read(tmp_path):
    person, posting = re.findall(r"```json\n(.*?)\n```", README, re.S)
    (read,) = read_people(lines(tmp_path / "p.jsonl", person))
    assert read.profile.past_occupations == (("4-02-06-01", 1.5, 0.2),)
    assert read.eligibility.birth_on == date(1993, 10, 19)
    (document,) = read_postings(lines(tmp_path / "j.jsonl", posting))
    assert document.requirements[0].code == "CE014"
    # Every key that the ranker knows stands in the example, so that the example is the whole schema.
    assert json.loads(posting).keys() == set(PostingDocument.__slots__)
    assert json.loads(person)["profile"].keys() == set(type(read.profile).__slots__) - {"service_trades"}
    grades = re.search(r"```csv\n(.*?)```", README, re.S)[1]
    assert read_judgements(lines(tmp_path / "r.csv", grades)) == {"q002": {"j002": 3}}


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_what_is_written_is_read_back_and_belongs_to_its_owner(tmp_path, name):
    people = [Person(DRIVER, VETERAN), Person(replace(DRIVER, key="p2"), VETERAN)]
    path = tmp_path / name
    path.touch(mode=0o644)
    assert write_people(path, people) == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_people(path) == people
    assert write_postings(path, [LORRY]) == 1
    assert read_postings(path) == [LORRY]


def test_what_is_missing_unknown_or_empty_is_no_error(tmp_path):
    rows = ({"profile": {"key": 7, "skills": None}, "more": 1}, "", {"profile": {"key": "b", "colour": "red"}}, "  ")
    found = read_people(lines(tmp_path / "p.jsonl", *rows, mark=True))
    assert [person.key for person in found] == ["7", "b"]
    assert found[0].profile.skills == ()
    (posting,) = read_postings(lines(tmp_path / "j.jsonl", {"key": "j", "title": "普工", "pay_low_yuan": 4000.0}))
    assert posting.pay_low_yuan == 4000
    assert posting.published_on == date.min
    assert read_people(lines(tmp_path / "none.jsonl")) == []


@pytest.mark.parametrize(
    "record",
    [
        "{",
        "[]",
        {},
        {"profile": []},
        {"profile": {}},
        {"profile": {"key": True}},
        {"profile": {"key": "a", "wanted_words": 5}},
        {"profile": {"key": "a", "skills": [["SK001"]]}},
        {"profile": {"key": "a", "skills": [["SK001", 2.5]]}},
        {"profile": {"key": "a", "licences": "B2"}},
        {"profile": {"key": "a", "work_years": float("nan")}},
        {"profile": {"key": "a", "point": [1]}},
        {"profile": {"key": "a"}, "eligibility": {"birth_on": "yesterday"}},
        {"profile": {"key": "a"}, "eligibility": 3},
    ],
)
def test_a_line_that_is_no_person_is_named(tmp_path, record):
    path = lines(tmp_path / "p.jsonl", {"profile": {"key": "fine"}}, "", record)
    with pytest.raises(ValueError, match=r"p\.jsonl, line 3: [^\n]+$"):
        read_people(path)


@pytest.mark.parametrize(
    "record",
    [
        {"key": "j"},
        {"title": "普工"},
        {"key": "j", "title": "普工", "published_on": "soon"},
        {"key": "j", "title": "普工", "requirements": [["magic", "", True, ""]]},
        {"key": "j", "title": "普工", "requirements": [["skill"]]},
        {"key": "j", "title": "普工", "requirements": 4},
        {"key": "j", "title": "普工", "reserved_for_veterans": "yes"},
    ],
)
def test_a_line_that_is_no_posting_is_named(tmp_path, record):
    with pytest.raises(ValueError, match=r"j\.jsonl, line 1: [^\n]+$"):
        read_postings(lines(tmp_path / "j.jsonl", record))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("person_id,posting_id", "a,b"), "line 1: the column grade is missing"),
        (("person_id,posting_id,grade", "a,b,4"), "line 2: the grade must be"),
        (("person_id,posting_id,grade", "a,b,²"), "line 2: the grade must be"),
        (("person_id,posting_id,grade", "", "a,b"), "line 3: a cell is empty"),
    ],
)
def test_bad_judgements_are_named(tmp_path, rows, said):
    with pytest.raises(ValueError, match=said):
        read_judgements(lines(tmp_path / "r.csv", *rows))


def test_judgements_and_parts_are_read(tmp_path):
    path = lines(
        tmp_path / "r.csv", "note,person_id,posting_id,grade", "x,a,b,1", ",,,", "x,a,c,0", "x,a,b,3", mark=True
    )
    assert read_judgements(path) == {"a": {"b": 3, "c": 0}}
    assert read_parts(lines(tmp_path / "s.csv", "person_id,part", "a,tune")) == {"a": "tune"}


def test_a_file_of_another_kind_is_no_text(tmp_path):
    (tmp_path / "p.jsonl").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "p.jsonl.gz").write_bytes(b"plain")
    for name in ("p.jsonl", "p.jsonl.gz"):
        with pytest.raises(ValueError, match=re.escape(name)):
            read_people(tmp_path / name)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b'{"profile": {"key": "a"}}' * 50)[:-12])
    with pytest.raises(ValueError, match="cut"):
        read_people(tmp_path / "cut.gz")


def test_a_thin_posting_is_completed_from_its_own_words():
    thin = PostingDocument("j", "货车司机", date(2026, 1, 1), text="须持 B2 驾驶证，高中以上学历优先，3 年以上经验。")
    found = complete_posting(thin)
    assert found.occupation.startswith("4-02-02")
    assert {(one.kind, one.must) for one in found.requirements} >= {
        ("licence", True),
        ("education", False),
        ("years", True),
    }
    assert complete_posting(LORRY) == LORRY


def test_what_a_posting_does_not_say_is_not_made_up():
    empty = PostingDocument("j", "zzzz", date(2026, 1, 1))
    assert complete_posting(empty) == empty
