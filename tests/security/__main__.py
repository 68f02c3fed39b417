"""``python -m tests.security``: proves the goals of security and prints one line for each; ends with 1 on a miss.

``--quick`` runs the tests with their usual counts and no scanners. ``--tables`` renews the tables of
``docs/security.md``, ``--licences`` the page of licenses, ``--sbom FILE`` writes the bill of materials.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = Path(os.environ.get("JOBMATCH_SECURITY_TOOLS", ROOT / ".venv" / "security"))
"""An environment of its own for scanners (``make security-tools``); what it lacks is said and counts as missed."""
FULL = {"JOBMATCH_GARBAGE": "all", "JOBMATCH_API_EXAMPLES": "300", "JOBMATCH_SECURITY": "all"}


@dataclass(frozen=True)
class Goal:
    """One line of the table: which goal, what is wanted, and the tests that show it."""

    name: str
    wanted: str
    tests: tuple[str, ...]


_S = "tests/security/"
GOALS = (
    Goal("G8 permissions", "every rule × role × method", ("tests/house/test_access.py", "tests/house/test_foreign.py")),
    Goal("G9 private words", "0 outside their audience", ("tests/house/test_canaries.py",)),
    Goal("G10 changed rights", "next request", (f"{_S}test_sessions.py", "tests/accounts/test_sign_in_pages.py")),
    Goal("G11 scope", "0 unscoped reads", ("tests/core/test_uow.py",)),
    Goal("G12 password hash", "argon2id t=2 m=19456 p=1", ("tests/accounts/test_passwords.py",)),
    Goal(
        "G13 guessing",
        "11th, 31st, spray; owner gets in",
        ("tests/accounts/test_sign_in_services.py", "tests/accounts/test_throttle_storms.py"),
    ),
    Goal("G14 enumeration", "status, ±40 bytes, 35 %", (f"{_S}test_enumeration.py",)),
    Goal("G15 second factor", "100 % of staff, trainers, admins", (f"{_S}test_second_factor.py",)),
    Goal("G16 sessions", "new id; dead when ended", (f"{_S}test_sessions.py", "tests/accounts/test_account_pages.py")),
    Goal("G17 hostile files", "28 files, 19 names", (f"{_S}test_hostile_files.py", "tests/core/test_uploads.py")),
    Goal("G18 hostile requests", "refused ≤ 2 s, never 5xx", (f"{_S}test_hostile_requests.py",)),
    Goal(
        "G20 fuzz",
        "0×5xx; 10,000 per validator",
        ("tests/house/test_garbage.py", f"{_S}test_web_attacks.py", "tests/exchange/test_machine_api.py"),
    ),
    Goal("G20 validators", "10,000 examples each", (f"{_S}test_validators.py",)),
    Goal("G21 spreadsheets", "14 prefixes, 0 formulas", (f"{_S}test_exports.py",)),
    Goal("G22 erasure", "0 bytes left", ("tests/privacy/test_erase.py",)),
    Goal("G23 stolen copy", "0 sealed words, 0 unkeyed hashes", (f"{_S}test_stolen_backup.py",)),
    Goal("R8 transitions", "every pair of 19 tables", (f"{_S}test_transitions.py",)),
    Goal("R11 headers", "every page of every role", (f"{_S}test_headers.py",)),
    Goal("G27 ASVS", "195 + 32 lines, 0 open", (f"{_S}test_asvs.py", f"{_S}test_security_doc.py")),
    Goal("G28 supply chain", "hashes, licenses, ports", (f"{_S}test_supply_chain.py",)),
    Goal(
        "G30 ranking",
        "blind to protected facts",
        ("tests/ml/test_ml_ranking.py", "tests/ml/test_ml_explain.py", "tests/matching/test_documents.py"),
    ),
)


def run_tests(goal: Goal, *, quick: bool) -> tuple[bool, str]:
    """Whether the tests of a goal pass, and how many there were; a skipped one is a miss."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", f"--basetemp={folder}/t"]
        more = {} if quick else FULL
        done = subprocess.run(
            [*command, *(["-k", "not postgres"] if quick else ["--timeout=3000"]), *goal.tests],
            cwd=ROOT,
            env=os.environ | more,
            capture_output=True,
            text=True,
            check=False,
        )
    last = done.stdout.strip().splitlines()[-1:] or [done.stderr.strip()[-200:]]
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:])
    skipped = re.search(r"(\d+) skipped", last[0])
    return done.returncode == 0 and skipped is None, last[0].strip("= ")


def _tool(name: str) -> str:
    found = shutil.which(name, path=f"{TOOLS / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    return found or ""


def find_secrets() -> tuple[bool, str]:
    """detect-secrets over everything that is in the repository; test data is synthetic and left out."""
    tool = _tool("detect-secrets")
    if not tool:
        return False, "detect-secrets is not installed"
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    files = [f for f in listed if f.startswith(("jobmatch/", "recruiters/", "training/", "ml/", "docs/", "."))]
    files = [f for f in files if f.endswith((".py", ".md", ".toml", ".html", ".js", ".sh", ".yml"))]
    words = r"--exclude-lines=(?:ALPHABET = |letters = |place=|purpose=|form_key|csrf_token|password\", |sha256)"
    done = subprocess.run([tool, "scan", words, *files], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return False, done.stderr[-200:]
    found = [
        f"{name}:{one['line_number']}"
        for name, all_of in json.loads(done.stdout)["results"].items()
        for one in all_of
        if one["type"] != "Secret Keyword" or not name.startswith(("docs/", "jobmatch/demo/"))
    ]
    return not found, "0 found" if not found else f"{len(found)} found: {', '.join(found[:6])}"


def lint_security() -> tuple[bool, str]:
    """The S rules of ruff over the product."""
    tool = shutil.which("ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}") or "ruff"
    done = subprocess.run(
        [tool, "check", "--select", "S", "--ignore", "S311", "jobmatch", "recruiters", "training", "ml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-200:]


FUZZ_SECONDS = 600


def fuzz_gate() -> tuple[bool, str]:
    """atheris on the gate before the three parsers; our packages come from the environment of this process."""
    python = TOOLS / "bin" / "python"
    probe = (
        subprocess.run([str(python), "-c", "import atheris"], capture_output=True, check=False)
        if python.exists()
        else None
    )
    if probe is None or probe.returncode:
        return False, "atheris is not installed"
    ours = os.pathsep.join([str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))])
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [str(python), str(ROOT / "tests/security/fuzz_gate.py"), f"-max_total_time={FUZZ_SECONDS}", "-timeout=10"],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": ours},
            capture_output=True,
            text=True,
            check=False,
        )
    last = re.findall(r"Done (\d+) runs in (\d+) second", done.stderr)
    if done.returncode or not last:
        sys.stderr.write(done.stderr[-3000:])
        return False, f"ended with {done.returncode}"
    return True, f"{last[-1][0]} runs in {last[-1][1]} s, 0 faults"


SCANS: tuple[tuple[str, str, Callable[[], tuple[bool, str]]], ...] = (
    ("G20 ruff S", "0 findings", lint_security),
    ("G20 atheris", "10 minutes on the gate, 0 faults", fuzz_gate),
    ("G28 detect-secrets", "0 found", find_secrets),
)


def prove(*, quick: bool, only: str) -> int:
    """Print the table; returns the exit code."""
    missed, total = 0, time.monotonic()

    def line(name: str, wanted: str, is_reached: bool, reached: str) -> None:
        nonlocal missed
        missed += not is_reached
        print(f"{name:<22} {wanted:<36} {'reached' if is_reached else 'MISSED':<8} {reached}", flush=True)

    for goal in GOALS:
        if only in goal.name:
            line(goal.name, goal.wanted, *run_tests(goal, quick=quick))
    for name, wanted, scan in SCANS:
        if only in name and not quick:
            line(name, wanted, *scan())
    print(f"{missed} missed, {time.monotonic() - total:.0f} s")
    return 1 if missed else 0


def renew_tables() -> None:
    """Write the tables of the document anew from a fresh installation served over https."""
    from jobmatch.app import create_app
    from jobmatch.core import crypto, migrate
    from jobmatch.core.db import Database
    from jobmatch.core.runtime import Runtime
    from jobmatch.core.settings import Settings
    from tests.conftest import KEYS
    from tests.security import facts

    crypto.use_keys(KEYS)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), https=True)  # type: ignore[call-arg]
        migrate.upgrade(settings.url)
        facts.DOCUMENT.write_text(facts.renew(create_app(Runtime(settings, KEYS, Database(settings.url)))), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.security", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="usual counts, SQLite only, no scanners")
    parser.add_argument("--only", default="", metavar="WORD", help="goals whose name holds this word")
    parser.add_argument("--tables", action="store_true", help="renew the tables of docs/security.md")
    parser.add_argument("--licences", action="store_true", help="renew docs/licences.md")
    parser.add_argument("--sbom", metavar="FILE", help="write the bill of materials (CycloneDX)")
    asked = parser.parse_args()
    from tests.security import supply

    if asked.tables:
        renew_tables()
    if asked.licences:
        (ROOT / "docs" / "licences.md").write_text(supply.licences(), encoding="utf-8")
    if asked.sbom:
        Path(asked.sbom).write_text(supply.bill(), encoding="utf-8")
    if asked.tables or asked.licences or asked.sbom:
        return 0
    return prove(quick=asked.quick, only=asked.only)


if __name__ == "__main__":
    sys.exit(main())
