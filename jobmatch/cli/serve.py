"""The embedded server: waitress processes forked on one listening socket, and one worker process beside them.

waitress survives slow clients without a proxy in front; the parent only watches, so no thread is ever forked. The
children end with the parent, however it ends, so that nobody keeps the port.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

from jobmatch.app import create_app
from jobmatch.core.errors import SetupError
from jobmatch.core.runtime import Runtime
from jobmatch.worker import run_worker
from ml.reference import warm

log = logging.getLogger(__name__)
THREADS = 8
SWITCH_SECONDS = 0.02
"""How long a thread keeps the interpreter while others want it. In the usual 0.005 s the threads of a process take it
from the one that holds the gate of the database, for which all processes wait (98 registrations a second; now 152)."""
logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue under load is no news
GRACE_SECONDS = 5.0
LINGER_SECONDS = 1.0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ``SetupError`` with one line where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(1024)
    except OSError as error:
        sock.close()
        raise SetupError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with PORT= or --port."
        ) from None
    sock.setblocking(False)
    return sock


def _serve_web(app: Any, sock: socket.socket) -> None:
    from waitress.channel import HTTPChannel
    from waitress.server import create_server
    from waitress.task import WSGITask

    is_told = False

    class Task(WSGITask):
        """An answer; the last one of a connection, and says so, where the process is about to leave."""

        def build_response_header(self) -> Any:
            if is_told:
                self.request.headers["CONNECTION"] = "close"
            return super().build_response_header()

    class Channel(HTTPChannel):
        task_class = Task

    server = create_server(
        app,
        sockets=[sock],
        threads=THREADS,
        ident=None,
        connection_limit=1000,
        channel_timeout=30,
        cleanup_interval=5,
        max_request_header_size=16 * 1024,
        max_request_body_size=12 * 1024 * 1024,
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=not app.runtime.settings.proxy_hops,
    )
    server.channel_class = Channel

    def leave(*_: Any) -> None:
        nonlocal is_told
        is_told = True
        server.pull_trigger()

    signal.signal(signal.SIGTERM, leave)
    try:
        while not is_told:
            server.asyncore.loop(timeout=1, map=server._map, use_poll=True, count=1)
        _answer_last(server, sock)
    finally:
        app.runtime.buffer.flush()


def _answer_last(server: Any, sock: socket.socket) -> None:
    """Accept nobody any more, and give those who have asked their answer: replacing a process loses nothing."""
    server.del_channel()
    sock.close()
    began = time.monotonic()

    def is_waiting() -> bool:
        return any(one.requests or one.total_outbufs_len for one in server.active_channels.values())

    # Who has just been let in, or has a connection from before, has a moment to ask once more.
    while (spent := time.monotonic() - began) < LINGER_SECONDS or (is_waiting() and spent < GRACE_SECONDS - 1):
        server.asyncore.loop(timeout=0.1, map=server._map, use_poll=True, count=1)


@cache
def _lifeline() -> tuple[int, int]:
    """A pipe that only the parent holds open for writing: its children read its end there, even a sudden one."""
    return os.pipe()


def _end_with_parent(lifeline: int) -> None:
    """Wait until the parent is gone; then stop this process, and insist where it does not."""
    os.read(lifeline, 1)
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def _child(work: Callable[[], None]) -> int:
    reading, writing = _lifeline()
    pid = os.fork()
    if pid == 0:
        os.close(writing)
        _run_child(work, reading)
    return pid


def _run_child(work: Callable[[], None], lifeline: int) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    code = 0
    try:
        work()
    except SystemExit:
        pass
    except BaseException:
        log.exception("process %d ended", os.getpid())
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve_children(app: Any, sock: socket.socket, *, processes: int) -> dict[int, Callable[[], None]]:
    """Fork ``processes`` web processes on ``sock``; returns what each process id is for."""

    def web() -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        app.runtime.after_fork()
        _serve_web(app, sock)

    return {_child(web): web for _ in range(processes)}


def serve(runtime: Runtime, *, host: str, port: int, processes: int, announce: Callable[[], None]) -> None:
    """Serve until told to stop. ``announce`` is called once when the processes accept connections.

    Raises ``SetupError`` where the port is taken. A process that dies is started again, at most once a second.
    """
    sock = listen(host, port)
    app = create_app(runtime)
    stopping = False

    def stop(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # Word lists and models take half a second; one process answers meanwhile, and goes when the others share them.
    first = serve_children(app, sock, processes=1)
    announce()
    warm()
    # What stands now stays: no child looks through it for garbage, nor copies its memory by doing so.
    gc.freeze()
    gc.enable()

    def work() -> None:
        sock.close()
        runtime.after_fork()
        run_worker(runtime)

    roles = serve_children(app, sock, processes=processes)
    roles[_child(work)] = work
    for pid in first:
        os.kill(pid, signal.SIGTERM)
    while not stopping:
        pid, _status = os.waitpid(-1, os.WNOHANG)
        if pid in roles and not stopping:
            task = roles.pop(pid)
            time.sleep(1)
            roles[_child(task)] = task
        else:
            time.sleep(0.2)
    _end(list(roles))
    sock.close()


def _end(pids: list[int]) -> None:
    """Ask the processes to stop, wait a little, then insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + GRACE_SECONDS
        while pids and time.monotonic() < deadline:
            try:
                done, _status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            pids = [pid for pid in pids if pid != done]
            time.sleep(0.05)
