"""Starts both set-ups of ``docs/deploy`` on this machine from those very files, and tries them as the world would.

``python -m tests.deploy.exercise [one-machine|several]``, run as root on Debian: nginx with TLS in front, on several
machines PostgreSQL with its replica and Redis as well. Only paths, addresses and ports are replaced. Prints a table;
exit code 1 where something is not as wanted, 2 where a program is missing. The installation is synthetic.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.deploy.site import Site
from tests.deploy.trials import TRIALS, Outcome

PROGRAMS = {"nginx": "nginx", "redis-server": "redis-server", "openssl": "openssl", "runuser": "util-linux"}
POSTGRES = Path("/usr/lib/postgresql")


def missing() -> list[str]:
    """Debian packages that are not installed."""
    path = f"/usr/sbin:/sbin:{os.environ['PATH']}"
    found = [package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)]
    return found + ([] if sorted(POSTGRES.glob("*/bin/pg_basebackup")) else ["postgresql"])


def main() -> None:
    """Command line."""
    if os.geteuid() != 0:
        sys.exit(
            "Run it as root: it starts nginx and PostgreSQL as their own users. Nothing is installed outside /tmp."
        )
    if absent := missing():
        print("Installing", *absent, file=sys.stderr)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *absent]
        subprocess.run(
            install, check=False, stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        )
        if still := missing():
            print("apt-get install", *still, file=sys.stderr)
            sys.exit(2)
    os.environ["PATH"] = f"/usr/sbin:/sbin:{os.environ['PATH']}"
    outcomes: list[Outcome] = []
    for name in sys.argv[1:] or ("one-machine", "several"):
        folder = Path(tempfile.mkdtemp(prefix=f"jobmatch-{name}-"))
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            site = Site(name, folder)
            stack.callback(site.stop)
            site.start()
            for trial in TRIALS:
                if name in trial.places:
                    began = time.monotonic()
                    reached, is_right = trial.run(site)
                    outcomes.append(Outcome(name, trial.name, trial.wanted, reached, is_right))
                    print(outcomes[-1].line(time.monotonic() - began), flush=True)
    if not all(one.is_right for one in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
