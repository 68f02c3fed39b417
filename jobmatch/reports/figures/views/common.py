"""What pages of figures share: the place asked for, and the way down to it."""

from __future__ import annotations

from collections.abc import Callable

from flask import request

from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import lineage


def asked_path(uow: UnitOfWork) -> str:
    """The subtree asked for, never above the reader's own."""
    path = request.args.get("path", "")
    return path if path.startswith(uow.actor.region_path) else uow.actor.region_path


def crumbs(uow: UnitOfWork, path: str, address: Callable[[str], str]) -> list[tuple[str, str]]:
    """The way from the reader's own area down to ``path``; the last step has no address."""
    own, below = uow.actor.region_path, path.strip("/").split("/")
    steps = [place for place in lineage(uow.session, below[-1]) if place.path.startswith(own)]
    return [(place.name, "" if place.path == path else address(place.path)) for place in steps]
