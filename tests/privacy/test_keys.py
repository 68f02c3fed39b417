"""Data keys: new ones seal, old ones open, rotation seals anew and may be killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from jobmatch.casework.crosscheck.models import CrossCheckLine
from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import NotAllowed, SetupError
from jobmatch.core.files import StoredFile, read_file, store_file
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import find_by_id_number, find_by_phone
from jobmatch.people.services.people import save_identity
from jobmatch.privacy.services import keys
from tests.casework.crosscheck.help import a_list
from tests.conftest import KEYS, acting
from tests.factories import make_person, make_staff

SYSTEM = system_actor("tests")
ID_NUMBER = "11010519491231002X"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of keys in use; other tests get theirs back."""
    place = tmp_path / "keys"
    crypto.make_keys(place)
    crypto.use_keys(crypto.read_keys(place))
    yield place
    crypto.use_keys(KEYS)


def fill(runtime: Runtime, people: int = 3) -> None:
    with runtime.unit(SYSTEM) as uow:
        for number in range(people):
            make_person(uow, name=f"测试{number}", phone=f"1990001{number:04d}", with_user=False)
        person = uow.session.scalars(select(Person)).first()
        save_identity(uow, person, id_number=ID_NUMBER)
        store_file(uow, b"certificate", name="证书.pdf", mimetype="application/pdf")


def unit(runtime: Runtime):  # type: ignore[no-untyped-def]
    return lambda: runtime.unit(SYSTEM)


def counts(runtime: Runtime) -> dict[int, int]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return keys.count_by_key(uow)


def test_rotation_seals_everything_under_the_newest_key(sqlite_runtime: Runtime, folder: Path) -> None:
    fill(sqlite_runtime)
    assert counts(sqlite_runtime) == {1: 5}
    assert crypto.make_data_key(folder) == 2
    crypto.use_keys(crypto.read_keys(folder))
    with sqlite_runtime.unit(SYSTEM) as uow:
        make_person(uow, phone="19900020001", with_user=False)
    # New values are sealed by the new key, old ones open by their number.
    assert counts(sqlite_runtime) == {1: 5, 2: 1}
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert {person.phone for person in uow.session.scalars(select(Person))} >= {"19900010000", "19900020001"}
    seen: list[int] = []
    assert keys.rotate(unit(sqlite_runtime), seen.append) == 5
    assert seen[-1] == 5
    assert counts(sqlite_runtime) == {1: 0, 2: 6}
    assert keys.rotate(unit(sqlite_runtime)) == 0
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        person = find_by_id_number(uow.session, ID_NUMBER)
        assert person is not None
        assert (person.id_number, person.phone) == (ID_NUMBER, "19900010000")
        assert read_file(uow, uow.session.scalars(select(StoredFile)).one()) == b"certificate"


def test_a_rotation_that_was_killed_goes_on(
    sqlite_runtime: Runtime, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_runtime)
    crypto.make_data_key(folder)
    crypto.use_keys(crypto.read_keys(folder))
    monkeypatch.setattr(keys, "BATCH", 1)

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keys.rotate(unit(sqlite_runtime), stop)
    assert counts(sqlite_runtime) == {1: 3, 2: 2}
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert all(person.phone for person in uow.session.scalars(select(Person)))
    assert keys.rotate(unit(sqlite_runtime)) == 3
    assert counts(sqlite_runtime) == {1: 0, 2: 5}


def test_rotation_reaches_rows_without_a_name_of_their_own(sqlite_runtime: Runtime, folder: Path) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        staff = acting(uow, make_staff(uow))
        save_identity(uow, make_person(uow), id_number=ID_NUMBER)
        a_list(staff)
        uow.session.scalars(select(CrossCheckLine)).one().number = "认定 8 号"
    assert crypto.make_data_key(folder) == 2
    crypto.use_keys(crypto.read_keys(folder))
    keys.rotate(unit(sqlite_runtime))
    assert counts(sqlite_runtime)[1] == 0
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(CrossCheckLine)).one().number == "认定 8 号"


def test_a_moved_ciphertext_is_refused_before_and_after(sqlite_runtime: Runtime, folder: Path) -> None:
    fill(sqlite_runtime, people=2)
    crypto.make_data_key(folder)
    crypto.use_keys(crypto.read_keys(folder))
    with sqlite_runtime.unit(SYSTEM) as uow:
        one, other = uow.session.scalars(select(Person).order_by(Person.id))
        one.phone_sealed = other.phone_sealed
    with pytest.raises(ValueError, match="does not belong"):
        keys.rotate(unit(sqlite_runtime))
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        one = uow.session.scalars(select(Person).order_by(Person.id)).first()
        assert one is not None
        with pytest.raises(ValueError, match="does not belong"):
            _ = one.phone


def test_a_process_learns_of_a_key_that_another_one_made(sqlite_runtime: Runtime, folder: Path) -> None:
    old = crypto.keyring()
    crypto.make_data_key(folder)
    newer = crypto.read_keys(folder)
    sealed = newer.seal("19900000000", place="person.phone|x")
    assert sealed[0] == 2
    assert old.open(sealed, place="person.phone|x") == "19900000000"
    assert crypto.keyring().newest == 2
    with pytest.raises(ValueError, match="no data key 9"):
        old.open(bytes([9]) + sealed[1:], place="person.phone|x")
    for damaged in (b"", b"\x01", sealed[:20]):
        with pytest.raises(ValueError):
            newer.open(damaged, place="person.phone|x")


def test_blind_indexes_are_computed_anew(sqlite_runtime: Runtime, folder: Path) -> None:
    from dataclasses import replace

    fill(sqlite_runtime)
    ring = replace(crypto.keyring(), blind=crypto.make_next_blind_key(folder))
    # A change that was interrupted goes on with the same key.
    assert crypto.make_next_blind_key(folder) == ring.blind
    with sqlite_runtime.unit(SYSTEM) as uow:
        assert keys.rotate_blind(uow, ring) == 8
    crypto.take_next_blind_key(folder)
    crypto.use_keys(crypto.read_keys(folder))
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert find_by_id_number(uow.session, ID_NUMBER.lower()) is not None
        assert len(find_by_phone(uow.session, "199 0001 0001")) == 1
        by_tail = select(Person.name).where(Person.phone_tail_blind == Person.phone.tail_fingerprint("19900010002"))
        assert uow.session.scalars(by_tail).all() == ["测试2"]
        by_tail = select(Person.name).where(Person.id_number_tail_blind == Person.id_number.tail_fingerprint(ID_NUMBER))
        assert len(uow.session.scalars(by_tail).all()) == 1


def test_only_the_system_rotates_and_weak_keys_are_refused(sqlite_runtime: Runtime, folder: Path) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        staff = make_staff(uow)
    with pytest.raises(NotAllowed):
        keys.rotate(lambda: sqlite_runtime.unit(staff))
    crypto.make_data_key(folder)
    (folder / "data-2.key").write_bytes(b"short")
    with pytest.raises(SetupError, match="too weak"):
        crypto.read_keys(folder)
