"""The kinds of tables that can be brought in and taken out, by the word in their addresses."""

from __future__ import annotations

from jobmatch.core.actors import Actor
from jobmatch.core.errors import NotFound
from jobmatch.exchange.states import TableKind
from jobmatch.exchange.tables.classes import CLASSES
from jobmatch.exchange.tables.employers import EMPLOYERS
from jobmatch.exchange.tables.fairs import FAIRS
from jobmatch.exchange.tables.spec import Spec

SPECS: dict[TableKind, Spec] = {spec.kind: spec for spec in (EMPLOYERS, FAIRS, CLASSES)}


def get_spec(word: str) -> Spec:
    """The kind of this name. Raises ``NotFound``."""
    for kind, spec in SPECS.items():
        if kind.value == word:
            return spec
    raise NotFound


def own_specs(actor: Actor) -> list[Spec]:
    """The kinds that somebody may bring in and take out."""
    return [spec for spec in SPECS.values() if actor.is_system or actor.can(spec.permission)]
