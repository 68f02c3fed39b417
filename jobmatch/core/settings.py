"""Settings from the environment (``JOBMATCH_…``), refused where they would be unsafe.

A directory that ``jobmatch demo build`` made is marked as a demo: every command then runs in demo mode without
further settings, and a server that was given settings of its own refuses it.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from jobmatch.core.errors import SetupError

DEMO_MARK = "DEMO"


class Settings(BaseSettings):
    """All settings; each is documented in ``docs/settings.md`` (a house test compares the two)."""

    model_config = SettingsConfigDict(env_prefix="JOBMATCH_", extra="ignore")

    data_dir: Path = Field(Path("var"), description="Database, files and artefacts live here.")
    keys_dir: Path | None = Field(None, description="Keys live here, mode 0700; default is `<data dir>.keys`.")
    database_url: str = Field("", description="Default: SQLite file `jobmatch.db` in the data directory.")
    replica_url: str = Field("", description="A streaming replica of that database, for visitors and the index.")
    redis_url: str = Field("", description="Queue and shared counters; default: none, an embedded queue is used.")
    site_name: str = Field("退役军人就业创业", description="Name shown in the page head.")
    site_url: str = Field("", description="Address of the site as phones reach it, for links in text messages.")
    station_phone: str = Field("", description="Service phone shown at the end of every page for people.")
    station_hours: str = Field("", description="Hours in which that phone is answered, shown beside it.")
    operator_name: str = Field("", description="Who runs the service, printed on public pages.")
    permit_number: str = Field("", description="Permit for human-resource services of the operator, where needed.")
    trusted_hosts: str = Field(
        "", description="Comma-separated host names the site answers to; empty: local names only."
    )
    proxy_hops: int = Field(0, ge=0, le=3, description="Number of trusted reverse proxies in front.")
    https: bool = Field(True, description="Secure cookies and HSTS; only demo mode serves plain http.")
    spread: bool = Field(True, description="Lists rise a little for employers and people who had no answer.")
    sms_gateway: str = Field("", description="Name of the SMS port; empty: codes are given out at the window.")
    mail_server: str = Field("", description="`smtp://host:587`, `smtps://host:465`, or `folder` for a dry run.")
    mail_user: str = Field("", description="Name that the mail server asks for, where it does.")
    mail_password_file: Path | None = Field(None, description="File with the mail server's password, mode 0600.")
    mail_from: str = Field("", description="Address that mails come from.")
    webhook_hosts: str = Field(
        "", description="Comma-separated host names that may be told about events; empty: nothing is sent."
    )
    backup_dir: Path | None = Field(None, description="Copies go here; default is `<data dir>.backups`.")
    backup_days: int = Field(30, ge=1, le=3650, description="How long copies are kept.")
    anchor_file: Path | None = Field(None, description="Heads of the audit chain; default in the keys directory.")
    anchor_syslog: str = Field("", description="`/dev/log` or `host:514`: heads of the audit chain go there too.")
    log: str = Field(
        "", pattern="^(json|text|off|)$", description="`json`, `text` or `off`; default: json, demo: text."
    )
    metrics_token_file: Path | None = Field(None, description="File with the word that /metrics asks for.")
    debug: bool = Field(False, description="Refused outside demo mode.")

    @cached_property
    def is_demo(self) -> bool:
        """Whether the data directory was made by ``demo build``."""
        return (self.data_dir / DEMO_MARK).exists()

    @property
    def keys_path(self) -> Path:
        return self.keys_dir or self.data_dir.with_name(self.data_dir.name + ".keys")

    @property
    def backup_path(self) -> Path:
        return self.backup_dir or self.data_dir.with_name(self.data_dir.name + ".backups")

    @property
    def anchor_path(self) -> Path:
        return self.anchor_file or self.keys_path / "anchor.log"

    @property
    def url(self) -> str:
        """The database address; ``postgresql://`` means psycopg 3 in SQLAlchemy 2.1."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'jobmatch.db').resolve()}"

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def secure_cookies(self) -> bool:
        return self.https and not self.is_demo

    @property
    def hosts(self) -> list[str]:
        """Host names the site answers to."""
        named = [h.strip() for h in self.trusted_hosts.split(",") if h.strip()]
        return named or ["localhost", "127.0.0.1", "[::1]"]

    @classmethod
    def read(cls) -> Self:
        """Read the environment.

        Raises ``SetupError`` for a value that cannot be used, or where a demo directory meets settings that were
        written for a real service.
        """
        try:
            settings = cls()  # type: ignore[call-arg]
        except ValidationError as error:
            first = error.errors()[0]
            name = "JOBMATCH_" + "_".join(str(part) for part in first["loc"]).upper()
            raise SetupError(f"{name}: {first['msg']}") from None
        if settings.debug and not settings.is_demo:
            raise SetupError("JOBMATCH_DEBUG is on: it is refused outside demo mode. Unset it.")
        if settings.is_demo:
            real = [
                n
                for n in ("TRUSTED_HOSTS", "SMS_GATEWAY", "MAIL_USER", "PERMIT_NUMBER")
                if os.environ.get(f"JOBMATCH_{n}")
            ]
            if real:
                raise SetupError(
                    f"{settings.data_dir} holds the demo county, but JOBMATCH_{real[0]} says this is a real service. "
                    "Use another JOBMATCH_DATA_DIR."
                )
        return settings
