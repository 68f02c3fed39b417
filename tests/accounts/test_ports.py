"""The way to phones, and the hourly tidying."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from jobmatch.accounts import ports
from jobmatch.accounts.jobs import tidy
from jobmatch.accounts.models import Attempt, OneTimeCode, SignInSession
from jobmatch.accounts.services.codes import request_code
from jobmatch.accounts.services.sign_in import open_session
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import SetupError
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from tests.factories import make_user, phone

SENT: list[tuple[str, str]] = []


def gateway(number: str, text: str) -> None:
    SENT.append((number, text))


def broken(_number: str, _text: str) -> None:
    raise OSError("no line")


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    SENT.clear()
    yield
    ports.use_gateway(None)


def configure(folder: Path, name: str) -> None:
    ports.configure(Settings(data_dir=folder, sms_gateway=name))  # type: ignore[call-arg]


def test_an_office_names_its_gateway(tmp_path: Path) -> None:
    configure(tmp_path, f"{__name__}:gateway")
    assert ports.has_gateway() and ports.send_code("19900000001", "x")
    assert SENT == [("19900000001", "x")] and not ports.send_code("", "x")
    configure(tmp_path, "")
    assert not ports.has_gateway() and not ports.send_code("19900000001", "x")


@pytest.mark.parametrize("name", ["nowhere.at_all:send", f"{__name__}:missing", "not a name"])
def test_a_gateway_that_does_not_exist_is_one_clear_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(SetupError) as caught:
        configure(tmp_path, name)
    assert "JOBMATCH_SMS_GATEWAY" in str(caught.value) and "\n" not in str(caught.value)


def test_a_gateway_that_is_away_breaks_nothing() -> None:
    ports.use_gateway(broken)
    assert not ports.send_code("19900000001", "x")


def test_what_is_long_over_is_tidied_away(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        request_code(uow, phone(), CodePurpose.SIGN_IN, shown=True)
        open_session(uow, make_user(uow, Role.VETERAN), by_password=False)
        later = uow.now + timedelta(days=61)
    context = JobContext(sqlite_runtime.database, 1, "accounts.tidy")
    assert tidy(context) == {"attempts": 0, "codes": 0, "sessions": 0, "work": 0}
    with clock.frozen(later):
        assert tidy(context) == {"attempts": 2, "codes": 1, "sessions": 1, "work": 0}
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        for model in (Attempt, OneTimeCode, SignInSession):
            assert uow.session.scalar(select(func.count()).select_from(model)) == 0
