"""Commands about who is signed in."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import func, select

from jobmatch.accounts.models import SignInSession, User
from jobmatch.accounts.services.sessions import record_all_ended
from jobmatch.cli.base import give_json, with_runtime
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import NotFound
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork


@click.group()
def sessions() -> None:
    """Who is signed in where."""


def _alive(uow: UnitOfWork) -> tuple[Any, ...]:
    return SignInSession.revoked_at.is_(None), SignInSession.expires_at > uow.now


@sessions.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_runtime
def list_sessions(runtime: Runtime, as_json: bool) -> None:
    """Accounts with open sessions: how many, and when one was last seen; no names and no addresses."""
    seen = func.max(SignInSession.last_seen_at)
    with runtime.unit(system_actor("cli"), writing=False) as uow:
        query = (
            select(User.public_id, func.count(), seen)
            .join(SignInSession, SignInSession.user_id == User.id)
            .where(*_alive(uow))
            .group_by(User.public_id)
            .order_by(seen.desc())
        )
        rows = uow.session.execute(query).all()
    found = [{"id": row[0], "sessions": row[1], "last_seen_at": row[2].isoformat()} for row in rows]
    if as_json:
        give_json(found)
    else:
        for row in found:
            click.echo(f"{row['id']}  {row['sessions']:>3}  {row['last_seen_at']}")


@sessions.command()
@click.argument("user", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody, such as after a restore or a stolen key.")
@click.option("--dry-run", is_flag=True, help="Only print how many would end.")
@with_runtime
def revoke(runtime: Runtime, user: str | None, everybody: bool, dry_run: bool) -> None:
    """End all sessions of an account (its public id), or of everybody; it takes effect with their next request."""
    if (user is None) is not everybody:
        raise click.UsageError("Name one account, or --all.")
    with runtime.unit(system_actor("cli"), writing=not dry_run) as uow:
        found = select(User).where(User.id.in_(select(SignInSession.user_id).where(*_alive(uow))))
        if user is not None and uow.session.scalar(select(User.id).where(User.public_id == user)) is None:
            raise NotFound("There is no account with this id.")
        chosen = uow.session.scalars(found if user is None else found.where(User.public_id == user)).all()
        count = select(func.count()).select_from(SignInSession).where(*_alive(uow))
        ended = uow.session.scalar(count.where(SignInSession.user_id.in_([one.id for one in chosen]))) or 0
        if not dry_run:
            for one in chosen:
                record_all_ended(uow, one)
    click.echo(ended)
