"""The commands of the README, run as an operator runs them, on a small demo county."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from jobmatch.accounts.states import Role

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(320)
"""A county is built in a process of its own, more slowly beside other work."""
RUN = "import sys; from jobmatch.cli.main import main; sys.argv[0] = 'jobmatch'; main()"


def jobmatch(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command with ``folder`` as its data directory."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JOBMATCH_")}
    environment = clean | {"JOBMATCH_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)} | settings
    return subprocess.run(
        [sys.executable, "-c", RUN, *words], env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def answer(folder: Path, *words: str) -> Any:
    """What a JSON command prints, and that it prints nothing else."""
    done = jobmatch(folder, *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "data"
    done = jobmatch(folder, "demo", "build", "--people", "30", "--postings", "12")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return folder


def test_the_demo_county_has_a_sign_in_for_each_role_that_it_shows(county: Path) -> None:
    accounts = answer(county, "demo", "accounts", "--json")
    assert all({"role", "login", "secret"} <= account.keys() for account in accounts)
    assert {account["role"] for account in accounts} >= {
        Role.VETERAN,
        Role.DEPENDANT,
        Role.EMPLOYER_MEMBER,
        Role.STATION_STAFF,
        Role.SUPERIOR_READER,
        Role.SYSTEM_ADMIN,
    }


def test_people_are_listed_with_those_who_look_for_work_first(county: Path) -> None:
    everybody = answer(county, "people", "list", "--json", "--limit", "100", "--status", "all")
    states = [person["search_state"] for person in everybody]
    assert 30 <= len(everybody) < 100
    assert states == sorted(states, key=["looking", "open", "not_looking"].index)
    assert len(answer(county, "people", "list", "--json", "--limit", "3")) == 3


def test_a_person_gets_postings_with_scores_reasons_and_gaps(county: Path) -> None:
    person = answer(county, "people", "list", "--json", "--limit", "1")[0]["id"]
    found = answer(county, "match", "recommend", "--person", person, "--top", "5", "--json")
    assert 0 < len(found) <= 5
    scores = [entry["score"] for entry in found]
    # Attention is spread within a small bound, so neighbours may change places.
    assert all(after - before < 1 for before, after in pairwise(scores))
    assert all(0 <= score <= 100 for score in scores)
    assert all({"id", "title", "reasons", "gaps"} <= entry.keys() for entry in found)
    unknown = jobmatch(county, "match", "recommend", "--person", "nobody", "--json")
    assert (unknown.returncode, unknown.stdout) == (2, "")


def test_postings_are_held_against_the_rules_of_the_law(county: Path, tmp_path: Path) -> None:
    table = tmp_path / "ads.csv"
    table.write_text(
        "编号,岗位名称,任职要求,福利待遇\n1,保安,限男性,包住\n2,导购,男女不限，免押金,双休\n", encoding="utf-8"
    )
    done = jobmatch(county, "postings", "check", str(table), "--json")
    assert done.returncode == 3, done.stderr
    found = json.loads(done.stdout)
    assert [(one["row"], one["id"], one["blocked"]) for one in found] == [(2, "1", True), (3, "2", False)]
    assert [finding["rule"] for finding in found[0]["findings"]] == ["R01"]
    finding = found[0]["findings"][0]
    assert (finding["severity"], finding["field"], finding["text"]) == ("block", "requirement_text", "限男性")
    assert finding["message"] and finding["basis"]


def test_a_lawful_table_ends_well_and_one_without_words_of_postings_is_refused(county: Path, tmp_path: Path) -> None:
    table = tmp_path / "ads.csv"
    table.write_text("title,description\n保安,男女不限\n", encoding="utf-8")
    assert answer(county, "postings", "check", str(table), "--json")[0]["findings"] == []
    table.write_text("name,phone\n甲,1\n", encoding="utf-8")
    assert jobmatch(county, "postings", "check", str(table)).returncode == 2


def test_the_county_shows_a_fair_ahead_one_today_and_one_over_with_its_report(county: Path, tmp_path: Path) -> None:
    fairs = {one["state"]: one for one in answer(county, "fairs", "list", "--json")}
    assert set(fairs) == {"draft", "running", "archived"} and {one["part"] for one in fairs.values()} == {"held"}
    for form, mark in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
        out = tmp_path / f"quick.{form}"
        done = jobmatch(county, "fairs", "report", fairs["archived"]["id"], "--format", form, "--out", str(out))
        assert done.returncode == 0, done.stderr
        assert out.read_bytes().startswith(mark)


def test_the_same_seed_makes_the_same_county(county: Path, tmp_path: Path) -> None:
    other = tmp_path / "again"
    assert jobmatch(other, "demo", "build", "--people", "30", "--postings", "12").returncode == 0
    command = ("people", "list", "--json", "--limit", "100", "--status", "all")
    assert answer(other, *command) == answer(county, *command)


def test_a_second_build_leaves_the_county_as_it_is(county: Path) -> None:
    done = jobmatch(county, "demo", "build")
    assert done.returncode == 0
    assert "already" in done.stderr


def test_an_installation_is_set_up_by_one_command(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    done = jobmatch(folder, "init")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"admin \S{16,}\n", done.stdout)
    assert (tmp_path / "real.keys").stat().st_mode & 0o777 == 0o700
    assert jobmatch(folder, "demo", "build").returncode == 2


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (("serve",), {}),
        (("people", "list"), {"JOBMATCH_PROXY_HOPS": "9"}),
        (("people", "list"), {"JOBMATCH_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}),
        (("no-such-command",), {}),
        (("serve", "--port", "0"), {}),
    ],
)
def test_what_cannot_work_is_one_clear_line(tmp_path: Path, words: tuple[str, ...], settings: dict[str, str]) -> None:
    done = jobmatch(tmp_path / "empty", *words, **settings)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_demo_directory_refuses_the_settings_of_a_real_service(county: Path) -> None:
    done = jobmatch(county, "people", "list", JOBMATCH_TRUSTED_HOSTS="jobs.example.org")
    assert done.returncode == 2
    assert "demo" in done.stderr


def test_the_year_table_adds_up_and_is_frozen_and_verified(county: Path, tmp_path: Path) -> None:
    found = answer(county, "report", "year-table", "--year", "2025")
    for row in (*found["rows"], found["total"]):
        assert row["A"] == row["B"] + row["C"] + row["D"] + row["L"]
        assert row["D"] == row["E"] + row["G"] + row["H"] and row["H"] == row["I"] + row["J"] + row["K"]
        assert row["F"] <= row["E"] and row["N"] <= row["M"] <= row["L"]
    assert found["rows"] and sum(row["A"] for row in found["rows"]) == found["total"]["A"] > 0
    part = answer(county, "report", "year-table", "--year", "2025", "--org", found["rows"][0]["org"])
    assert part["total"]["A"] == found["rows"][0]["A"]
    form = tmp_path / "form.xlsx"
    written = jobmatch(county, "report", "year-table", "--year", "2025", "--format", "xlsx", "--out", str(form))
    assert written.returncode == 0 and form.read_bytes()[:2] == b"PK"
    assert jobmatch(county, "report", "year-table", "--year", "2025", "--org", "nowhere").returncode != 0
    frozen = jobmatch(county, "report", "freeze", "--year", "2025", "--day", "2026-06-30")
    assert frozen.returncode == 0 and len(frozen.stdout.strip()) == 16
    assert answer(county, "report", "diff", frozen.stdout.strip(), frozen.stdout.strip()) == []
    assert jobmatch(county, "report", "verify").returncode == 0


def test_every_command_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make (\w+)", readme)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    from jobmatch.cli.main import cli

    for line in re.findall(r"\.venv/bin/jobmatch ([^#\n]+)", readme):
        command: Any = cli
        for word in line.split():
            if word in getattr(command, "commands", {}):
                command = command.commands[word]
        assert command is not cli, line


def test_every_setting_is_documented() -> None:
    from jobmatch.core.settings import Settings

    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"`JOBMATCH_{name.upper()}`" not in documented] == []
