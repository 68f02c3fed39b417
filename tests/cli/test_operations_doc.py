"""Every command that the operators' documents name is one that there is, with options that it knows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from jobmatch.cli.main import cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "README.zh.md", "docs/operations.md", "docs/migrations.md", "docs/privacy.md")
NAMED = re.compile(r"(?:`|^|/)jobmatch ([a-z][^`\n#|]*)", re.MULTILINE)


def commands() -> list[str]:
    found = set()
    for name in DOCUMENTS:
        found |= {match.strip() for match in NAMED.findall((ROOT / name).read_text(encoding="utf-8"))}
    return sorted(found)


def fault_of(line: str) -> str:
    """What is wrong with a command line; empty where the command and its options are known."""
    words = shlex.split(line)
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        known = command.commands.get(words[0])
        if known is None:
            return f"{words[0]} is no command"
        command, words = known, words[1:]
    options = {name for one in command.params for name in one.opts if name.startswith("--")} | {"--help"}
    wrong = [word for word in words if word.startswith("--") and word.partition("=")[0] not in options]
    return f"{wrong[0]} is no option" if wrong else ""


@pytest.mark.parametrize("line", commands())
def test_documents_name_commands_that_there_are(line: str) -> None:
    assert fault_of(line) == ""


def test_what_there_is_not_is_found() -> None:
    assert len(commands()) > 30
    assert fault_of("backups") and fault_of("backup --to X --fast") and fault_of("keys turn")
