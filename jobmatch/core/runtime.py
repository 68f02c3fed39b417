"""What a process of the product stands on: settings, keys, database and the write-behind buffer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from jobmatch.core import crypto
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.db import Database
from jobmatch.core.errors import AppError, SetupError
from jobmatch.core.settings import Settings
from jobmatch.core.uow import UnitOfWork, unit_of_work

log = logging.getLogger(__name__)


class WriteBehind:
    """Small facts that a reading request leaves behind (impressions, last-seen stamps), written in one short unit.

    They are allowed to be lost when a process dies; nothing that anybody was promised goes through here.
    """

    LIMIT = 5000

    def __init__(self, open_unit: Callable[[], AbstractContextManager[UnitOfWork]], *, seconds: float = 2.0) -> None:
        self._open_unit = open_unit
        self._seconds = seconds
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._waiting: list[Callable[[UnitOfWork], None]] = []
        self._timer: threading.Timer | None = None

    def add(self, act: Callable[[UnitOfWork], None]) -> None:
        """Run ``act`` in a writing unit within a few seconds; beyond the limit new facts are dropped."""
        with self._lock:
            if len(self._waiting) < self.LIMIT:
                self._waiting.append(act)
            if self._timer is None:
                self._timer = threading.Timer(self._seconds, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what is waiting now, and wait for what is being written."""
        with self._writing:
            with self._lock:
                acts, self._waiting = self._waiting, []
                if self._timer:
                    self._timer.cancel()
                self._timer = None
            if not acts:
                return
            try:
                with self._open_unit() as uow:
                    for act in acts:
                        act(uow)
            except (AppError, OSError) as error:
                log.warning("%d buffered facts were not written: %s", len(acts), error)


@dataclass(slots=True)
class Runtime:
    """One process's ground; made once by ``start``."""

    settings: Settings
    keys: crypto.Keyring
    database: Database
    buffer: WriteBehind = field(init=False)

    def __post_init__(self) -> None:
        self.database.info["data_dir"] = self.settings.data_dir
        self.database.info["anchor"] = (self.settings.anchor_path, self.settings.anchor_syslog)
        self.database.info["spread"] = self.settings.spread
        self.database.info["site_url"] = self.settings.site_url.rstrip("/")
        self.buffer = WriteBehind(lambda: self.unit(system_actor("buffer")))

    def after_fork(self) -> None:
        """Let go of what belongs to the parent process; called first thing in a child."""
        self.database.after_fork()
        self.__post_init__()

    def unit(self, actor: Actor, *, writing: bool = True, fresh: bool = True) -> AbstractContextManager[UnitOfWork]:
        """A unit of work of ``actor``; a reading one that need not be ``fresh`` may be seconds behind."""
        return unit_of_work(self.database, actor, writing=writing, fresh=fresh)


def start(settings: Settings, *, check: bool = True) -> Runtime:
    """Load keys and open the database. Raises ``SetupError`` with one line that says what to do."""
    if settings.is_sqlite and not settings.database_url:
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"Data directory {settings.data_dir} cannot be made: {error.strerror}") from None
    keys = crypto.read_keys(settings.keys_path)
    crypto.use_keys(keys)
    database = Database(settings.url, settings.replica_url)
    if check:
        database.check()
    return Runtime(settings, keys, database)
