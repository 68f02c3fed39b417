"""The index proposes: bases in files, changes within a second, damage, strangers, and other processes."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.matching import index
from jobmatch.matching.commands import rebuild_indexes
from jobmatch.matching.index import LivePool, Pools, pools
from jobmatch.matching.jobs import rebuild_index
from jobmatch.people.models.person import Person
from jobmatch.people.states import JobSearchState
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.factories import make_employer, make_person, make_posting

SYSTEM = system_actor("tests")


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests do not wait for the second to pass."""
    monkeypatch.setattr(index, "REFRESH_SECONDS", 0.0)
    index.forget_pools()
    yield
    index.forget_pools()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    """An installation of its own on each database."""
    found: Runtime = request.getfixturevalue(f"{request.param}_runtime")
    return found


def keys(runtime: Runtime, kind: str = "postings") -> set[int]:
    """Ids that the pool of this process would propose."""
    with runtime.unit(SYSTEM, writing=False) as uow:
        pool = getattr(pools(uow.session), kind).get(uow.session)
        return {int(part.index.key(row)) for part in pool.parts for row in part.alive.nonzero()[0]}


def folder(runtime: Runtime) -> Path:
    return runtime.settings.data_dir / "index"


def bases(runtime: Runtime, kind: str = "postings") -> list[Path]:
    return sorted(folder(runtime).glob(f"{kind}-*"))


def add_posting(runtime: Runtime, **values: Any) -> int:
    with runtime.unit(SYSTEM) as uow:
        return make_posting(uow, **values).id


def add_stamped(runtime: Runtime, seconds: int) -> int:
    """A posting of an old employer, with a stamp some seconds ago, as a slow unit of work leaves it."""
    with runtime.unit(SYSTEM) as uow:
        posting = make_posting(uow)
        posting.employer.changed_at = uow.now - timedelta(days=30)
        posting.changed_at = uow.now - timedelta(seconds=seconds)
        return posting.id


def change(runtime: Runtime, model: Any, row_id: int, **values: Any) -> None:
    with runtime.unit(SYSTEM) as uow:
        row = uow.session.get_one(model, row_id)
        for name, value in {"changed_at": uow.now, **values}.items():
            setattr(row, name, value)


def test_the_first_need_builds_a_base_and_changes_follow(runtime: Runtime) -> None:
    first = add_posting(runtime)
    assert keys(runtime) == {first}
    assert len(bases(runtime)) == 1
    second = add_posting(runtime)
    assert keys(runtime) == {first, second}
    change(runtime, Posting, first, state=PostingState.PAUSED)
    assert keys(runtime) == {second}
    change(runtime, Posting, first, state=PostingState.OPEN)
    assert keys(runtime) == {first, second}
    assert len(bases(runtime)) == 1


def test_a_changed_document_takes_the_place_of_the_one_in_the_base(runtime: Runtime) -> None:
    posting_id = add_posting(runtime)
    keys(runtime)
    change(runtime, Posting, posting_id, title="保安")
    with runtime.unit(SYSTEM, writing=False) as uow:
        parts = pools(uow.session).postings.get(uow.session).parts
    titles = [part.index.document(row).title for part in parts for row in part.alive.nonzero()[0]]
    assert titles == ["保安"]


def test_postings_of_an_employer_go_and_come_with_its_vetting(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        employer = make_employer(uow)
        mine, other = make_posting(uow, employer).id, make_posting(uow).id
    assert keys(runtime) == {mine, other}
    change(runtime, Employer, employer.id, vetting=VettingState.SUSPENDED)
    assert keys(runtime) == {other}
    change(runtime, Employer, employer.id, vetting=VettingState.VETTED)
    assert keys(runtime) == {mine, other}


def test_a_row_stamped_before_the_base_and_committed_after_it_is_not_lost(runtime: Runtime) -> None:
    add_posting(runtime)
    keys(runtime)
    assert add_stamped(runtime, 30) in keys(runtime)


def test_without_the_overlap_such_a_row_is_lost(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the overlap is for."""
    monkeypatch.setattr(index, "OVERLAP", timedelta(0))
    add_posting(runtime)
    keys(runtime)
    assert add_stamped(runtime, 30) not in keys(runtime)


def test_what_ends_by_itself_is_hidden_on_the_next_day(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        posting = make_posting(uow, valid_through=uow.today)
        lasting = make_posting(uow)
    assert keys(runtime) == {posting.id, lasting.id}
    with clock.frozen(utcnow() + timedelta(days=1)):
        assert keys(runtime) == {lasting.id}


def test_another_process_finds_the_base_and_the_changes(runtime: Runtime) -> None:
    first = add_posting(runtime)
    keys(runtime)
    second = add_posting(runtime)
    index.forget_pools()
    assert keys(runtime) == {first, second}
    assert len(bases(runtime)) == 1


def test_a_new_base_is_taken_up_and_the_old_one_removed(runtime: Runtime) -> None:
    first = add_posting(runtime)
    keys(runtime)
    (old,) = bases(runtime)
    second = add_posting(runtime)
    keys(runtime)
    rebuild_indexes(runtime)
    (new,) = bases(runtime)
    assert new != old
    assert keys(runtime) == {first, second}
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert len(pools(uow.session).postings.get(uow.session).parts[0].index) == 2


def test_the_job_builds_only_where_something_changed(runtime: Runtime) -> None:
    context = JobContext(runtime.database, 0, "tests")
    with clock.frozen(utcnow() - timedelta(hours=1)):
        add_posting(runtime)
    with clock.frozen(utcnow() - timedelta(minutes=30)):
        assert rebuild_index(context) == {"postings": True, "people": True}
    assert rebuild_index(context) == {"postings": False, "people": False}
    add_posting(runtime)
    assert rebuild_index(context) == {"postings": True, "people": False}


def test_what_changed_just_before_a_base_is_not_read_again_by_a_process_that_opens_it(runtime: Runtime) -> None:
    """An import of 20,000 postings right before the base had every process read all of them anew, 15 s each."""
    postings = {add_stamped(runtime, seconds) for seconds in (1, 20)}
    keys(runtime)
    with clock.frozen(utcnow() + timedelta(seconds=5)):
        index.forget_pools()
        assert keys(runtime) == postings
        with runtime.unit(SYSTEM, writing=False) as uow:
            assert pools(uow.session).postings.change_count == 0
        # The control: what changes afterwards is read, though its stamp lies before the base.
        with runtime.unit(SYSTEM) as uow:
            uow.session.get_one(Posting, min(postings)).state = PostingState.CLOSED
        late = add_stamped(runtime, 30)
        assert keys(runtime) == postings - {min(postings)} | {late}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, _cut, _flip], ids=["missing", "cut", "flipped"])
@pytest.mark.parametrize("file", ["keys.npy", "meta", "manifest.json", "head.npy"])
def test_a_damaged_base_is_built_again(sqlite_runtime: Runtime, damage: Any, file: str) -> None:
    posting_id = add_posting(sqlite_runtime)
    keys(sqlite_runtime)
    (old,) = bases(sqlite_runtime)
    damage(old / file)
    index.forget_pools()
    assert keys(sqlite_runtime) == {posting_id}
    (new,) = bases(sqlite_runtime)
    assert new != old


def test_a_base_of_another_database_is_not_believed(sqlite_runtime: Runtime) -> None:
    posting_id = add_posting(sqlite_runtime)
    keys(sqlite_runtime)
    (old,) = bases(sqlite_runtime)
    manifest = json.loads((old / "manifest.json").read_text())
    manifest["origin"] = f"{posting_id}:2222222222222222"
    (old / "manifest.json").write_text(json.dumps(manifest))
    index.forget_pools()
    assert keys(sqlite_runtime) == {posting_id}
    assert bases(sqlite_runtime) != [old]


def test_a_base_from_the_future_is_not_believed(sqlite_runtime: Runtime) -> None:
    with clock.frozen(utcnow() + timedelta(days=2)):
        add_posting(sqlite_runtime)
        keys(sqlite_runtime)
    (old,) = bases(sqlite_runtime)
    later = add_posting(sqlite_runtime)
    assert later in keys(sqlite_runtime)
    assert bases(sqlite_runtime) != [old]


def test_rows_that_a_base_never_knew_are_found_when_it_is_opened(sqlite_runtime: Runtime) -> None:
    known = add_posting(sqlite_runtime)
    keys(sqlite_runtime)
    silent = add_stamped(sqlite_runtime, 30 * 86400)
    index.forget_pools()
    assert keys(sqlite_runtime) == {known, silent}


def test_a_file_in_the_way_of_the_directory_costs_only_the_file(sqlite_runtime: Runtime) -> None:
    posting_id = add_posting(sqlite_runtime)
    folder(sqlite_runtime).write_text("in the way")
    assert keys(sqlite_runtime) == {posting_id}
    later = add_posting(sqlite_runtime)
    assert keys(sqlite_runtime) == {posting_id, later}


def test_the_directory_is_private(sqlite_runtime: Runtime) -> None:
    keys(sqlite_runtime, "people")
    assert folder(sqlite_runtime).stat().st_mode & 0o077 == 0


def test_a_removed_directory_is_built_again(sqlite_runtime: Runtime) -> None:
    posting_id = add_posting(sqlite_runtime)
    keys(sqlite_runtime)
    shutil.rmtree(folder(sqlite_runtime))
    assert keys(sqlite_runtime) == {posting_id}
    index.forget_pools()
    assert keys(sqlite_runtime) == {posting_id}
    assert len(bases(sqlite_runtime)) == 1


def test_people_are_there_only_while_they_let_employers_find_them(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        found = make_person(uow, is_open_to_employers=True).id
        make_person(uow)
        make_person(uow, is_open_to_employers=True, search_state=JobSearchState.NOT_LOOKING)
        make_person(uow, is_open_to_employers=True, erased_at=uow.now)
    assert keys(runtime, "people") == {found}
    change(runtime, Person, found, is_open_to_employers=False)
    assert keys(runtime, "people") == set()


def test_nothing_at_all_is_an_empty_pool(runtime: Runtime) -> None:
    assert keys(runtime) == set()
    assert keys(runtime, "people") == set()
    rebuild_indexes(runtime)
    assert keys(runtime) == set()


def test_many_threads_see_one_pool(sqlite_runtime: Runtime) -> None:
    posting_id = add_posting(sqlite_runtime)
    seen: list[set[int]] = []
    threads = [threading.Thread(target=lambda: seen.append(keys(sqlite_runtime))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [{posting_id}] * 8
    assert len(bases(sqlite_runtime)) == 1


def test_an_error_while_reading_changes_loses_none(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    add_posting(sqlite_runtime)
    keys(sqlite_runtime)
    later = add_posting(sqlite_runtime)

    def fail(*_: Any) -> None:
        raise RuntimeError("on purpose")

    with monkeypatch.context() as broken:
        broken.setattr(LivePool, "_take", fail)
        with pytest.raises(RuntimeError):
            keys(sqlite_runtime)
    assert later in keys(sqlite_runtime)


def _build_in_child(url: str, data_dir: str, results: Any) -> None:
    from jobmatch.core.db import Database
    from jobmatch.core.settings import Settings
    from tests.conftest import KEYS, NOW

    with clock.frozen(NOW):
        runtime = Runtime(Settings(data_dir=Path(data_dir), database_url=url, https=False), KEYS, Database(url))  # type: ignore[call-arg]
        results.put(sorted(keys(runtime)))


def test_processes_that_need_a_base_at_once_build_one(sqlite_runtime: Runtime) -> None:
    posting_id = add_posting(sqlite_runtime)
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    arguments = (sqlite_runtime.settings.url, str(sqlite_runtime.settings.data_dir), results)
    children = [context.Process(target=_build_in_child, args=arguments) for _ in range(3)]
    for child in children:
        child.start()
    found = [results.get(timeout=60) for _ in children]
    for child in children:
        child.join(60)
    assert found == [[posting_id]] * 3
    assert len(bases(sqlite_runtime)) == 1


def test_a_session_of_no_installation_has_pools_of_its_own(uow: Any) -> None:
    mine = pools(uow.session)
    assert isinstance(mine, Pools)
    assert mine is pools(uow.session)
    posting = make_posting(uow)
    assert len(mine.postings.get(uow.session)) == 1
    posting.state = PostingState.CLOSED
    uow.session.flush()
    assert len(mine.postings.get(uow.session)) == 0
    assert uow.session.scalar(select(Posting.id)) == posting.id
