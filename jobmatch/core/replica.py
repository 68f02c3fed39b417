"""A streaming replica of PostgreSQL, for readers who may see what was true a few seconds ago.

Those are visitors who have not signed in and have written nothing just now, and the builder of the index. Everybody
else reads the primary: rights that were taken away and consent that was withdrawn count with the next request.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)

MOST_BEHIND = 10.0
"""Seconds a replica may lag, and for which a browser that has written reads the primary."""
LOOK, LOOK_AGAIN = 1.0, 10.0
"""Seconds between two looks at a replica that answers, and at one that does not."""
_WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint"
_REPLAYED = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint"


class Replica:
    """Whether the replica may be read, looked up now and then. Any thread may ask."""

    def __init__(self, engine: Engine, primary: Engine) -> None:
        # A connection that has been read-only begins READ WRITE otherwise, which a replica refuses.
        self.engine = engine.execution_options(postgresql_readonly=True)
        self._primary = primary
        self._lock = threading.Lock()
        self._written: deque[tuple[float, int]] = deque()
        """Where the primary's log ended at which moment: time alone says nothing where nobody writes."""
        self._is_usable = False
        self._next_look = 0.0

    def is_usable(self) -> bool:
        """Whether it lags no more than ``MOST_BEHIND`` seconds; while one thread looks, others go by its last look."""
        if time.monotonic() >= self._next_look and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._is_usable

    def distrust(self) -> None:
        """It has just failed somebody: read the primary until the next look."""
        self._is_usable, self._next_look = False, time.monotonic() + LOOK_AGAIN

    def forget(self) -> None:
        """Let go of connections that belong to the parent process."""
        self.engine.dispose(close=False)
        self.__init__(self.engine, self._primary)  # type: ignore[misc]

    def _look(self) -> None:
        was_usable, now, pause = self._is_usable, time.monotonic(), LOOK
        try:
            written, replayed = (_ask(*each) for each in ((self._primary, _WRITTEN), (self.engine, _REPLAYED)))
        except DBAPIError as error:
            self._is_usable, reason, pause = False, type(error.orig).__name__, LOOK_AGAIN
        else:
            self._written.append((now, written))
            # The newest moment whose writing it has replayed; older ones say nothing more.
            while len(self._written) > 1 and self._written[1][1] <= replayed:
                self._written.popleft()
            moment, end = self._written[0]
            self._is_usable, reason = end <= replayed and now - moment <= MOST_BEHIND, "it lags"
        self._next_look = time.monotonic() + pause
        if was_usable and not self._is_usable:
            log.warning("the replica is not read for now: %s", reason)


def _ask(engine: Engine, question: str) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(question).scalar() or 0)
