"""The worker: empties the queue until told to stop."""

from __future__ import annotations

import threading

from huey.consumer import Consumer

import jobmatch.tables  # noqa: F401 - the metadata must be complete before the first query
from jobmatch.accounts import ports
from jobmatch.core import mail
from jobmatch.core.chain import keep_sealing
from jobmatch.core.jobs import keep_beating
from jobmatch.core.queue import Queue
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import after_commit
from jobmatch.exchange.machine import sending
from jobmatch.rooms import job_functions, timed_work


def run_worker(runtime: Runtime, *, threads: int = 2) -> None:
    """Work on background jobs; returns when the process is told to stop."""
    ports.configure(runtime.settings)
    mail.configure(runtime.settings)
    sending.configure(runtime.settings)
    queue = Queue(runtime, job_functions(), timed_work())
    after_commit(queue.announce)
    queue.sweep()
    if not runtime.database.is_sqlite:
        threading.Thread(target=keep_sealing, args=(runtime.database, threading.Event()), daemon=True).start()
    threading.Thread(target=keep_beating, args=(runtime.database, threading.Event()), daemon=True).start()
    Consumer(queue.huey, workers=threads, worker_type="thread", backoff=1.15, max_delay=2.0).run()
