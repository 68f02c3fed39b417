"""Small facts that are written a little later: whoever asks for them to be written waits for what is under way."""

from __future__ import annotations

import threading

from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork


def test_whoever_flushes_waits_for_what_is_being_written(sqlite_runtime: Runtime) -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def slow(_uow: UnitOfWork) -> None:
        begun.set()
        assert go_on.wait(20)
        done.set()

    sqlite_runtime.buffer.add(slow)
    first = threading.Thread(target=sqlite_runtime.buffer.flush)
    first.start()
    assert begun.wait(20)
    second = threading.Thread(target=sqlite_runtime.buffer.flush)
    second.start()
    second.join(0.2)
    assert second.is_alive() and not done.is_set()
    go_on.set()
    for one in (first, second):
        one.join(20)
    assert done.is_set()
