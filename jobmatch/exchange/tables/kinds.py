"""The kinds of tables that can be brought in and taken out, by the word in their addresses."""

from __future__ import annotations

from jobmatch.core.actors import Actor
from jobmatch.core.errors import NotFound
from jobmatch.exchange.states import TableKind, TakenKind
from jobmatch.exchange.tables.classes import CLASSES
from jobmatch.exchange.tables.employers import EMPLOYERS
from jobmatch.exchange.tables.fairs import FAIRS
from jobmatch.exchange.tables.people import PEOPLE
from jobmatch.exchange.tables.postings import POSTINGS
from jobmatch.exchange.tables.spec import Spec, Taking
from jobmatch.exchange.tables.ventures import VENTURES

SPECS: dict[TableKind, Spec] = {spec.kind: spec for spec in (EMPLOYERS, FAIRS, CLASSES, VENTURES)}
TAKEN: dict[TakenKind, Taking] = {one.taken: one for one in (PEOPLE, POSTINGS, *SPECS.values())}
"""People and postings come in by imports of their own, and go out as the others do."""


def get_spec(word: str) -> Spec:
    """The kind of this name. Raises ``NotFound``."""
    for kind, spec in SPECS.items():
        if kind.value == word:
            return spec
    raise NotFound


def own_specs(actor: Actor) -> list[Spec]:
    """The kinds that somebody may bring in and take out."""
    return [spec for spec in SPECS.values() if actor.is_system or actor.can(spec.permission)]


def get_taking(word: str) -> Taking:
    """The kind of this name that may be taken out. Raises ``NotFound``."""
    for kind, taking in TAKEN.items():
        if kind.value == word:
            return taking
    raise NotFound


def own_takings(actor: Actor) -> list[Taking]:
    """The kinds that somebody may take out and that come in elsewhere."""
    return [one for one in (PEOPLE, POSTINGS) if actor.is_system or actor.can(one.permission)]
