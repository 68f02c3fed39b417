"""People and postings leave the database as the ranker sees them: no names, no phone numbers, and with an entry."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from jobmatch.cli.main import cli
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Invalid
from jobmatch.core.runtime import Runtime
from jobmatch.matching.export import HIDDEN, export_records
from jobmatch.matching.models import MatchChoice
from jobmatch.people.models.person import JobIntention
from jobmatch.people.states import JobSearchState
from ml.records import read_people, read_postings
from recruiters.postings.states import PostingState
from tests.factories import make_person, make_posting

SYSTEM = system_actor("tests")


@pytest.fixture
def keys(sqlite_runtime: Runtime) -> tuple[str, str]:
    """Row numbers of the one person and the one posting that are open; others are not."""
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = make_person(uow, name="测试丙", phone="19900001111", is_open_to_employers=True)
        intention = uow.session.scalars(select(JobIntention).where(JobIntention.person_id == person.id)).one()
        intention.words = "货车司机，电话 199 0000 1111"
        make_person(uow, is_open_to_employers=True, search_state=JobSearchState.NOT_LOOKING)
        quiet = make_person(uow, is_open_to_employers=True)
        uow.session.add(MatchChoice(person_id=quiet.id, is_personal=False, changed_at=uow.now))
        posting = make_posting(uow, requirement_text="驾龄 3 年，月薪 5600-6500，致电19900002222。")
        make_posting(uow, state=PostingState.CLOSED)
        return str(person.id), str(posting.id)


def test_the_files_hold_values_and_no_names(sqlite_runtime: Runtime, keys: tuple[str, str], tmp_path: Path) -> None:
    people, postings = tmp_path / "p.jsonl", tmp_path / "j.jsonl.gz"
    assert export_records(sqlite_runtime, people, postings) == (1, 1)
    (person,) = read_people(people)
    (posting,) = read_postings(postings)
    assert (person.key, posting.key) == keys
    assert person.profile.licences == ("B2",)
    assert person.eligibility.is_veteran
    assert person.profile.wanted_words == f"货车司机，电话 {HIDDEN}"
    assert f"月薪 5600-6500，致电{HIDDEN}。" in posting.text
    for word in ("测试丙", "1990000"):
        assert word not in people.read_text(encoding="utf-8")
        assert word not in posting.text
    assert {stat.S_IMODE(path.stat().st_mode) for path in (people, postings)} == {0o600}


def test_every_export_has_an_entry(sqlite_runtime: Runtime, keys: tuple[str, str], tmp_path: Path) -> None:
    export_records(sqlite_runtime, tmp_path / "p", tmp_path / "j")
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "match.export")).one()
    assert entry.detail == {"people": 1, "postings": 1}


def test_nothing_is_overwritten_unasked(sqlite_runtime: Runtime, tmp_path: Path) -> None:
    there = tmp_path / "j"
    there.write_text("kept")
    with pytest.raises(Invalid, match="there already"):
        export_records(sqlite_runtime, tmp_path / "p", there)
    assert there.read_text() == "kept"
    assert not (tmp_path / "p").exists()
    with pytest.raises(Invalid, match="two files"):
        export_records(sqlite_runtime, there, there, force=True)
    with pytest.raises(Invalid, match="cannot be written"):
        export_records(sqlite_runtime, tmp_path / "none" / "p", there, force=True)
    export_records(sqlite_runtime, tmp_path / "p", there, force=True)
    assert there.read_text() == ""


def test_the_command_writes_both(sqlite_runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobmatch.cli.base.start", lambda _settings: sqlite_runtime)
    files = ["--people", str(tmp_path / "p"), "--postings", str(tmp_path / "j")]
    done = CliRunner().invoke(cli, ["match", "export", *files], catch_exceptions=False)
    assert done.exit_code == 0
    assert "0 people, 0 postings." in done.stderr
    assert done.stdout == ""
