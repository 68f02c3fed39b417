"""The way out by e-mail: a mail server, or a folder that shows what would have gone out (a dry run).

Without ``JOBMATCH_MAIL_SERVER`` nothing is mailed. A server is spoken to under TLS, except on this machine.
"""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path
from urllib.parse import urlsplit

from jobmatch.core.errors import SetupError
from jobmatch.core.ids import new_public_id
from jobmatch.core.settings import Settings

log = logging.getLogger(__name__)
TIMEOUT = 20
DRY_RUN = "folder"
_PORTS = {"smtp": 587, "smtps": 465}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail in plain text."""

    to: str
    subject: str
    text: str
    attachments: Sequence[Attachment] = ()


Post = Callable[[EmailMessage], None]
"""What hands a message on; raises ``OSError`` where it could not (``smtplib``'s errors are of this kind)."""


@dataclass(frozen=True, slots=True)
class _WayOut:
    post: Post
    sender: str
    domain: str


_way: _WayOut | None = None


def configure(settings: Settings) -> None:
    """Open the way out that the settings name; none for an empty name. Called once per process at start-up.

    Raises ``SetupError`` for an address, sender or password file that cannot be used.
    """
    global _way
    _way = None
    if not settings.mail_server:
        return
    if "@" not in settings.mail_from:
        raise SetupError("JOBMATCH_MAIL_FROM: name the address that mails come from, such as jobs@example.org.")
    sender = formataddr((settings.site_name, settings.mail_from))
    post = _folder(settings.data_dir / "mail") if settings.mail_server == DRY_RUN else _server(settings)
    use_post(post, sender=sender, domain=settings.mail_from.rpartition("@")[2])


def use_post(post: Post | None, *, sender: str = "jobs@example.org", domain: str = "example.org") -> None:
    """Make ``post`` the process's way out."""
    global _way
    _way = _WayOut(post, sender, domain) if post is not None else None


def has_mail() -> bool:
    """Whether anything can be mailed at all."""
    return _way is not None


def send_letter(letter: Letter) -> bool:
    """Hand ``letter`` on; returns whether it was taken. Never call it inside a writing unit."""
    if _way is None:
        return False
    message = EmailMessage()
    # A line break in a head would be a head of its own.
    message["Subject"] = " ".join(letter.subject.split())
    message["From"], message["To"] = _way.sender, letter.to
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=_way.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    for one in letter.attachments:
        kind, _slash, rest = one.mimetype.partition("/")
        message.add_attachment(one.content, maintype=kind, subtype=rest, filename=one.name)
    try:
        _way.post(message)
    except (OSError, ValueError) as error:
        # What the server says may quote the address.
        log.warning("the mail server did not take a letter: %s", type(error).__name__)
        return False
    return True


def _folder(folder: Path) -> Post:
    """Letters as files, readable by nobody else."""

    def post(message: EmailMessage) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{new_public_id()}.eml"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(message.as_bytes())

    return post


def _server(settings: Settings) -> Post:
    address = urlsplit(settings.mail_server)
    host, port = address.hostname or "", address.port or _PORTS.get(address.scheme, 0)
    if address.scheme not in _PORTS or not host or address.username or address.password:
        raise SetupError(
            "JOBMATCH_MAIL_SERVER: write smtp://host:587, smtps://host:465 or folder; "
            "the name goes into JOBMATCH_MAIL_USER, the password into JOBMATCH_MAIL_PASSWORD_FILE."
        )
    user, password = settings.mail_user, _password(settings.mail_password_file)

    def post(message: EmailMessage) -> None:
        context = ssl.create_default_context()
        if address.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        else:
            client = smtplib.SMTP(host, port, timeout=TIMEOUT)
        with client:
            if address.scheme == "smtp" and host not in _HERE:
                client.starttls(context=context)
            if user:
                client.login(user, password)
            client.send_message(message)

    return post


def _password(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        if path.stat().st_mode & 0o077:
            raise SetupError(f"{path} can be read by others. Run: chmod 600 {path}")
        return path.read_text().strip()
    except OSError as error:
        raise SetupError(f"JOBMATCH_MAIL_PASSWORD_FILE: {path} cannot be read: {error.strerror}") from None
