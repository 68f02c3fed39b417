"""Parsers of foreign files run in a child process that has little memory, little time and no network.

``python -m jobmatch.core.child module:function`` reads the file on standard input, sets its own limits before it
imports the parser, and prints one JSON value. A parser that crashes, hangs or eats memory takes nothing with it.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobmatch.core.errors import Invalid, Unavailable
from jobmatch.core.i18n import current_locale, use_locale
from jobmatch.core.i18n import gettext as _

_AT_ONCE = threading.BoundedSemaphore(2)
_MOST_ANSWER = 8 * 1024 * 1024
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def run_limited(
    function: str,
    content: bytes,
    *,
    seconds: int = 10,
    memory_mb: int = 512,
    file_mb: int = 0,
    may_start_threads: bool = False,
) -> Any:
    """What ``function`` (``module:name``, taking the bytes of a file and giving a JSON value) makes of ``content``.

    ``file_mb``: how large a file it may write, for libraries that cannot do without one; none as a rule.
    Raises ``Invalid`` with the function's own words, or with words of ours where it crashed or took too long, and
    ``Unavailable`` where too many files are being read at this moment.
    """
    limits = f"{seconds},{memory_mb},{file_mb * 1024 * 1024},{int(may_start_threads)},{current_locale()}"
    raw = _run([sys.executable, "-m", "jobmatch.core.child", limits, function], content, seconds)
    try:
        answer = json.loads(raw)
    except ValueError:
        raise _broken() from None
    if "refused" in answer:
        raise Invalid(answer["refused"])
    return answer["value"]


def run_program(command: Sequence[str], content: bytes, *, seconds: int = 10, memory_mb: int = 512) -> bytes | None:
    """What an installed program prints for ``content``, within the same limits; None where it is not installed."""
    path = shutil.which(command[0])
    if path is None:
        return None
    # Old converters copy standard input into a file of their own first.
    limits = f"{seconds},{memory_mb},{len(content) + 4096},0,{current_locale()}"
    return _run([sys.executable, "-m", "jobmatch.core.child", limits, "", path, *command[1:]], content, seconds)


def _broken() -> Invalid:
    return Invalid(_("这个文件读不了。请另存为 docx 或 PDF 再上传，或者自己填写"))


def _run(command: list[str], content: bytes, seconds: int) -> bytes:
    root = str(Path(__file__).parents[2])
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {**kept, **threads, "PYTHONPATH": root, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if not _AT_ONCE.acquire(timeout=30):
        raise Unavailable(_("现在上传的人多，请过一会儿再试"), retry_after=30)
    try:
        process = subprocess.Popen(  # noqa: S603 - the command is ours; the file goes in on standard input
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a parser complains about quotes the file, and the file is about a person.
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        try:
            out, _none = process.communicate(content, timeout=seconds * 2 + 5)
        except subprocess.TimeoutExpired:
            raise Invalid(_("这个文件太复杂，读得太久。请另存为简单一点的 docx 或 PDF")) from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
    finally:
        _AT_ONCE.release()
    if process.returncode != 0 or len(out) > _MOST_ANSWER:
        raise _broken()
    return out


def _limit(seconds: int, memory_mb: int, file_bytes: int, may_start_threads: bool) -> None:
    import resource

    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not may_start_threads:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    # A name space of its own has no network. Where the system forbids making one, nothing here connects anyway.
    ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)


def main(arguments: list[str]) -> int:
    """Run one function under limits; the answer goes to standard output as JSON."""
    seconds, memory_mb, file_bytes, may_start_threads, locale = arguments[0].split(",")
    _limit(int(seconds), int(memory_mb), int(file_bytes), may_start_threads == "1")
    if not arguments[1]:
        os.execv(arguments[2], arguments[2:])  # noqa: S606 - no shell, and the program was chosen by us
    import importlib

    module, _colon, name = arguments[1].partition(":")
    content = sys.stdin.buffer.read()
    with use_locale(locale):
        try:
            answer: dict[str, Any] = {"value": getattr(importlib.import_module(module), name)(content)}
        except Invalid as error:
            answer = {"refused": error.message}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
