"""Row-level security of PostgreSQL: the second net under the policies, for reading units of office staff (R2).

Every transaction names the subtree its rows may lie in (``app.region``, for this transaction only). A transaction that
names none sees nothing; ``*`` is for the system, for writing units and for everybody who is not office staff, whose
doors are the policies. SQLite has no such thing, and superusers of PostgreSQL are not bound by it: see
``jobmatch db roles``. Why a table is here or is not stands in docs/adr/0011-second-nets.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction

from jobmatch.core.actors import Actor

EVERYWHERE = "*"
NETS: dict[str, str] = {"person": "resettled_region_code", "roster_entry": "", "people_import": ""}
"""Tables under the net. All have ``region_path``; the named column holds the code of a second place whose office reads
along."""
REGION = "(SELECT nullif(current_setting('app.region', true), ''))"
"""What the transaction named. An ended one leaves an empty text behind, with which every path begins: hence nullif."""
PLACE = "(SELECT nullif(current_setting('app.place', true), ''))"
_NAME = text("SELECT set_config('app.region', :region, true), set_config('app.place', :place, true)")


def condition(second_place: str) -> str:
    """The condition of a policy in SQL: plain tests of a beginning (a look into an array cost eight times as much).

    It stands in a CASE, whose share of rows the planner takes for one half: with OR it expected next to none, and
    sorted the whole table for a page that an index gives in order (45 ms instead of 1.2).
    """
    tests = [f"region_path ^@ {REGION}"] + ([f"{second_place} ^@ {PLACE}"] if second_place else [])
    return f"CASE WHEN {REGION} = '{EVERYWHERE}' THEN true ELSE {' OR '.join(tests)} END"


def statements(nets: dict[str, str]) -> list[str]:
    """What puts the net under the tables of ``nets``."""
    return [
        statement
        for table, second_place in nets.items()
        for statement in (
            f"CREATE POLICY region ON {table} USING ({condition(second_place)})",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        )
    ]


def region_of(actor: Actor, *, writing: bool) -> str:
    """The subtree that a unit of ``actor`` may see."""
    is_bound = bool(actor.region_path) and not writing and not actor.is_system and not actor.reads_beyond
    return actor.region_path if is_bound else EVERYWHERE


def name_region(session: Session, region: str) -> None:
    """Bind the session to ``region``: its transactions from now on, and the present one where it has begun.

    Does nothing on SQLite.
    """
    before = session.info.get("region")
    session.info["region"] = region
    if before not in {None, region} and session.in_transaction() and _is_postgres(session):
        session.connection().execute(_NAME, _places(region))


@contextmanager
def everywhere(session: Session) -> Iterator[None]:
    """Read for all readers of this process at once, whoever happens to ask: the index of matching does."""
    before = session.info.get("region")
    if before in {None, EVERYWHERE}:
        yield
        return
    name_region(session, EVERYWHERE)
    try:
        yield
    except DBAPIError:
        session.info["region"] = before  # the transaction is over
        raise
    except BaseException:
        name_region(session, before)
        raise
    name_region(session, before)


@event.listens_for(Session, "after_begin")
def _bind_transaction(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Name the region as each transaction begins, on whichever server; sessions outside of units name none."""
    region = session.info.get("region", "")
    if region and connection.dialect.name == "postgresql" and not transaction.nested:
        connection.execute(_NAME, _places(region))


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _places(region: str) -> dict[str, str]:
    place = "" if region == EVERYWHERE else region.strip("/").split("/")[-1]
    return {"region": region, "place": place}
