"""Who acts: read once at the edge, handed down in the unit of work, never fetched again below."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting party.

    ``permissions`` are the names of the role table in ``accounts.roles``; ``*`` stands for the system itself.
    ``region_path`` is the subtree a staff member answers for, such as ``/43/4303/430382/``; empty means none.
    ``reads_beyond`` lifts the second net of the database from reading units: for pages that show people of elsewhere.
    """

    user_id: int | None = None
    public_id: str = ""
    label: str = ""
    roles: frozenset[str] = frozenset({"anonymous"})
    permissions: frozenset[str] = frozenset()
    region_path: str = ""
    organization_id: int | None = None
    session_id: int | None = None
    ip: str = ""
    device: str = ""
    locale: str = field(default="zh")
    reads_beyond: bool = False

    def can(self, permission: str) -> bool:
        """Whether the role table grants ``permission``."""
        return permission in self.permissions or "*" in self.permissions

    def reaches(self, region_path: str) -> bool:
        """Whether ``region_path`` lies in the subtree this staff member answers for."""
        return bool(self.region_path) and region_path.startswith(self.region_path)

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_system(self) -> bool:
        return "*" in self.permissions


def system_actor(label: str) -> Actor:
    """The program itself, for commands and background work; ``label`` says which."""
    return Actor(label=label, roles=frozenset({"system"}), permissions=frozenset({"*"}))
