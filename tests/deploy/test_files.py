"""The deployment files say what the product knows: commands, settings, limits; nginx and systemd read them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from jobmatch.cli.main import cli
from jobmatch.core.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*/*.service"))
HARDENED = {
    "NoNewPrivileges=yes",
    "PrivateTmp=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "UMask=0077",
    "LimitCORE=0",
    "CapabilityBoundingSet=",
    "User=jobmatch",
}
CERTIFICATE = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test")
COMMAND = re.compile(r"(?:\.venv/bin/|`)jobmatch ([a-z][^`\n]*)")


def _parses(words: list[str]) -> None:
    """Walk the command down to its options, as click would, without running it."""
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None
        command = found
    command.make_parser(click.Context(command)).parse_args(words)


def _commands() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in (*UNITS, *DEPLOY.rglob("*.md"))]
    return sorted({found.strip() for text in texts for found in COMMAND.findall(text)})


@pytest.mark.parametrize("command", _commands())
def test_every_command_of_units_and_guide_is_one_of_ours(command: str) -> None:
    _parses(shlex.split(command))


def test_a_command_that_nobody_knows_is_found() -> None:
    with pytest.raises(click.NoSuchOption):
        _parses(["serve", "--nowhere"])


def test_every_setting_of_the_files_is_known() -> None:
    named = {
        name
        for path in DEPLOY.rglob("*")
        if path.is_file()
        for name in re.findall(r"JOBMATCH_([A-Z_]+)", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_unit_is_hardened(unit: Path) -> None:
    assert set(unit.read_text(encoding="utf-8").splitlines()) >= HARDENED


@pytest.mark.parametrize("timer", sorted(DEPLOY.glob("*/*.timer")), ids=lambda path: path.name)
def test_every_timer_has_its_service(timer: Path) -> None:
    assert timer.with_suffix(".service").exists()


@pytest.mark.parametrize("site", ["one-machine", "several"])
def test_nginx_reads_the_site(site: str, tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if not nginx:
        pytest.skip("nginx is not installed; get it with: apt install nginx")
    text = (DEPLOY / site / "nginx.conf").read_text(encoding="utf-8")
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    subprocess.run(
        [*CERTIFICATE, "-keyout", str(key), "-out", str(chain)],
        check=True,
        capture_output=True,
    )
    for there, here in (
        ("/etc/jobmatch/tls/fullchain.pem", chain),
        ("/etc/jobmatch/tls/key.pem", key),
        ("/opt/jobmatch", ROOT),
    ):
        assert there in text
        text = text.replace(there, str(here))
    # The check opens the ports: those below 1024 belong to root, and not every machine of the tests has IPv6.
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"listen (80|443)", r"listen 10\g<1>", text)
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\nhttp {{\n{text}\n}}\n",
        encoding="utf-8",
    )
    checked = subprocess.run([nginx, "-t", "-c", str(whole), "-p", str(tmp_path)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
