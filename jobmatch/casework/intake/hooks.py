"""What rooms above do with what is said at the window: told at assembly, done in the same unit of work."""

from __future__ import annotations

from collections.abc import Callable

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person

_wished: list[Callable[[UnitOfWork, Person, str], object]] = []
_taken_back: list[Callable[[UnitOfWork, Person], object]] = []


def when_wished(act: Callable[[UnitOfWork, Person, str], object], undo: Callable[[UnitOfWork, Person], object]) -> None:
    """Say who follows up a start-up wish and how it is undone with its intake; called once at assembly.

    ``undo`` raises ``Conflict`` where the wish was worked on already.
    """
    _wished[:], _taken_back[:] = [act], [undo]


def tell_wish(uow: UnitOfWork, person: Person, words: str) -> None:
    """Somebody who reports wants to start a business; ``words`` say what, and may be empty."""
    for act in _wished:
        act(uow, person, words)


def tell_taken_back(uow: UnitOfWork, person: Person) -> None:
    """The file that came with an intake is taken back, and with it what was wished there."""
    for undo in _taken_back:
        undo(uow, person)
