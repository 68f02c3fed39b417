"""The three posts of administrators: disjoint rights, never two in one hand, nobody looks through another's eyes."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import pytest

from jobmatch.accounts.roles import ROLE_TABLE
from jobmatch.accounts.services.users import record_membership
from jobmatch.accounts.states import ADMIN_ROLES, Role
from jobmatch.core.errors import Conflict
from jobmatch.core.uow import UnitOfWork
from tests.factories import make_user

SHARED = {"public", "account.own"}
"""What everybody with an account may do: see what is public, and keep the own account."""


def test_no_right_belongs_to_two_posts() -> None:
    for one, other in combinations(sorted(ADMIN_ROLES), 2):
        assert ROLE_TABLE[one.value] & ROLE_TABLE[other.value] == SHARED, (one, other)


def test_no_post_reads_people_and_no_clerk_holds_a_right_that_only_a_post_has() -> None:
    own = {"system.manage", "security.manage", "privacy.manage", "audit.read"}
    for role, granted in ROLE_TABLE.items():
        if role in {one.value for one in ADMIN_ROLES}:
            assert not {name for name in granted if name.startswith(("person.", "case.", "report.", "application."))}
        else:
            assert not granted & own, role
    assert own == {name for one in ADMIN_ROLES for name in ROLE_TABLE[one.value] if name in own}


@pytest.mark.parametrize(("held", "asked"), list(permutations(sorted(ADMIN_ROLES), 2)))
def test_nobody_is_given_a_second_post(uow: UnitOfWork, held: Role, asked: Role) -> None:
    user = make_user(uow, held)
    with pytest.raises(Conflict):
        record_membership(uow, user, asked)
    assert record_membership(uow, user, held).role is held


def test_a_post_that_was_given_up_makes_room_for_another(uow: UnitOfWork) -> None:
    """The control: the refusal above is about what is held, not about what once was."""
    user = make_user(uow, Role.SYSTEM_ADMIN)
    record_membership(uow, user, Role.SYSTEM_ADMIN).is_active = False
    uow.session.flush()
    assert record_membership(uow, user, Role.AUDIT_ADMIN).is_active


def test_no_address_shows_the_site_as_somebody_else(app: Any) -> None:
    """There is no ``view as``: an account acts as itself, in one of its own roles."""
    named = {
        rule.rule for rule in app.url_map.iter_rules() if any(w in rule.rule for w in ("view-as", "as-user", "sudo"))
    }
    assert named == set()
    assert "impersonate" not in " ".join(rule.endpoint for rule in app.url_map.iter_rules())
