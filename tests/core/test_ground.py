"""Keys, secrets, settings, replay and words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobmatch.accounts.models import User
from jobmatch.core import crypto, i18n
from jobmatch.core.errors import Invalid, SetupError
from jobmatch.core.ids import ALPHABET, new_public_id, seeded_ids
from jobmatch.core.replay import Answered, claim_key, digest, settle_key
from jobmatch.core.settings import Settings
from jobmatch.core.uow import UnitOfWork


def test_a_secret_is_unreadable_in_the_row_and_opens_only_in_its_place() -> None:
    user = User(name="测试", phone="199 0000 0001", created_at=datetime.now(UTC))
    other = User(name="测试", created_at=datetime.now(UTC))
    assert user.phone == "19900000001"
    assert b"19900000001" not in (user.phone_sealed or b"")
    other.phone_sealed = user.phone_sealed
    with pytest.raises(ValueError, match=r"user\.phone"):
        _ = other.phone


def test_the_blind_index_is_the_same_however_the_number_was_typed() -> None:
    typed = ("19900000001", "199-0000-0001", " 199 0000 0001 ", "１９９００００0001", "+86 19900000001")
    assert len({User.phone.fingerprint(text) for text in typed}) == 1
    assert User.phone.fingerprint("19900000002") != User.phone.fingerprint("19900000001")


def test_the_same_phone_cannot_be_two_accounts(uow: UnitOfWork) -> None:
    from sqlalchemy.exc import IntegrityError

    uow.session.add(User(name="甲", phone="19900000001", created_at=uow.now))
    uow.session.flush()
    uow.session.add(User(name="乙", phone="199 0000 0001", created_at=uow.now))
    with pytest.raises(IntegrityError):
        uow.session.flush()


def test_keys_are_made_private_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    crypto.make_keys(folder)
    before = crypto.read_keys(folder)
    crypto.make_keys(folder)
    assert crypto.read_keys(folder) == before
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())


@pytest.mark.parametrize("spoil", ["missing", "short", "zero", "readable"])
def test_a_weak_or_missing_key_is_refused_with_one_line(tmp_path: Path, spoil: str) -> None:
    crypto.make_keys(tmp_path / "keys")
    key = tmp_path / "keys" / "data.key"
    if spoil == "missing":
        key.unlink()
    elif spoil == "short":
        key.write_bytes(b"12345678")
    elif spoil == "zero":
        key.write_bytes(b"\x00" * 32)
    else:
        key.chmod(0o644)
    with pytest.raises(SetupError) as refused:
        crypto.read_keys(tmp_path / "keys")
    assert "data.key" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_debug_is_refused_outside_demo_mode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JOBMATCH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JOBMATCH_DEBUG", "1")
    with pytest.raises(SetupError, match="DEBUG"):
        Settings.read()


def test_a_real_service_refuses_the_demo_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "DEMO").touch()
    monkeypatch.setenv("JOBMATCH_DATA_DIR", str(tmp_path))
    assert Settings.read().is_demo
    monkeypatch.setenv("JOBMATCH_TRUSTED_HOSTS", "jobs.example.org")
    with pytest.raises(SetupError, match="demo"):
        Settings.read()


def test_a_wrong_setting_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBMATCH_PROXY_HOPS", "many")
    with pytest.raises(SetupError, match="JOBMATCH_PROXY_HOPS"):
        Settings.read()


def test_a_repeated_key_gets_the_first_answer_and_another_body_is_refused(uow: UnitOfWork) -> None:
    body = digest("/x", [("a", "1"), ("b", "2")])
    assert body == digest("/x", [("b", "2"), ("a", "1")])
    assert claim_key(uow, "user:1", "k", body) is None
    settle_key(uow, "user:1", "k", status=303, location="/done")
    assert claim_key(uow, "user:1", "k", body) == Answered(303, "/done")
    assert claim_key(uow, "user:2", "k", body) is None
    with pytest.raises(Invalid):
        claim_key(uow, "user:1", "k", digest("/x", [("a", "other")]))


def test_public_ids_use_the_short_alphabet_and_a_seed_repeats_them() -> None:
    assert set(new_public_id()) <= set(ALPHABET)
    with seeded_ids(7):
        first = [new_public_id() for _ in range(3)]
    with seeded_ids(7):
        assert [new_public_id() for _ in range(3)] == first


def test_words_follow_the_reader_and_fall_back_to_chinese() -> None:
    assert i18n.gettext("还有 %(n)s 天", n=3) == "还有 3 天"
    with i18n.use_locale("xx"):
        assert i18n.current_locale() == "zh"
