"""Policies and supports for tests; every name is invented."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from jobmatch.core.uow import UnitOfWork
from tests.factories import PATH_COUNTY
from tests.training.help_parks import make_venture
from training.incubation.support.models import SupportPolicy, VentureSupport
from training.incubation.support.services.asking import Asked, apply_for_support
from training.incubation.support.services.deciding import approve_support, notice_support
from training.incubation.ventures.models import Venture

_numbers = itertools.count(1)
GRANT, PERSON_LOAN, MENTOR = "IS07", "IS04", "IS10"


def make_policy(uow: UnitOfWork, *, kind: str = GRANT, path: str = PATH_COUNTY, **values: Any) -> SupportPolicy:
    """A policy in force, without limits and without public notice unless said."""
    policy = SupportPolicy(
        **{
            "region_path": path,
            "kind_code": kind,
            "title": f"测试扶持 {next(_numbers)}",
            "basis": "测试发〔2026〕1 号",
            "valid_from": date(2020, 1, 1),
            "changed_at": uow.now,
            **values,
        }
    )
    uow.session.add(policy)
    uow.session.flush()
    return policy


def make_support(
    uow: UnitOfWork,
    policy: SupportPolicy | None = None,
    venture: Venture | None = None,
    *,
    yuan: int | None = 5000,
    quantity: int | None = None,
) -> VentureSupport:
    """A support that was asked for."""
    policy = policy or make_policy(uow)
    return apply_for_support(uow, venture or make_venture(uow), policy, Asked(yuan, quantity, "测试用途"))


def approved(
    uow: UnitOfWork, policy: SupportPolicy | None = None, venture: Venture | None = None, yuan: int = 5000
) -> VentureSupport:
    """A support that was asked for and granted in full."""
    return approve_support(uow, make_support(uow, policy, venture, yuan=yuan), yuan=yuan, words="测试理由")


def noticed(uow: UnitOfWork, *, over: bool) -> VentureSupport:
    """A support in public notice, which ended two days ago or ends in two days."""
    support = notice_support(uow, approved(uow, make_policy(uow, notice_days=5)))
    shift = timedelta(days=2)
    support.approved_on = uow.today - timedelta(days=12)
    support.noticed_from = uow.today - timedelta(days=9)
    support.noticed_until = uow.today - shift if over else uow.today + shift
    uow.session.flush()
    return support
