"""Letters leave by a mail server or, in a dry run, as files; nothing that is wrong with them stops anybody."""

from __future__ import annotations

import email
import socketserver
import stat
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from jobmatch.core import mail
from jobmatch.core.errors import SetupError
from jobmatch.core.mail import Attachment, Letter, has_mail, send_letter
from jobmatch.core.settings import Settings


class _Server(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given; ``answer`` is what it says to the recipient."""

    allow_reuse_address = True
    daemon_threads = True
    answer = b"250 ok"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[EmailMessage] = []


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.server.taken.append(email.message_from_bytes(b"".join(lines), policy=default))  # type: ignore[arg-type]
            answer = self.server.answer if word == b"RCPT" else b"221 bye" if word == b"QUIT" else b"250 ok"
            self.wfile.write(answer + b"\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    mail.use_post(None)


def open_way(tmp_path: Path, server: str, **values: Any) -> None:
    mail.configure(Settings(data_dir=tmp_path, mail_server=server, mail_from="jobs@example.org", **values))


LETTER = Letter(
    "ren@example.com",
    "月报做好了\r\nBcc: evil@example.com",
    "正文",
    [Attachment("月报.pdf", "application/pdf", b"%PDF")],
)


def test_a_letter_reaches_the_server_whole(tmp_path: Path, server: _Server) -> None:
    open_way(tmp_path, f"smtp://127.0.0.1:{server.server_address[1]}")
    assert send_letter(LETTER)
    [found] = server.taken
    assert found["To"] == "ren@example.com" and "jobs@example.org" in found["From"]
    assert found["Bcc"] is None and found["Subject"] == "月报做好了 Bcc: evil@example.com"
    body, [file] = found.get_body(), list(found.iter_attachments())
    assert body is not None and body.get_content().strip() == "正文"
    assert (file.get_filename(), file.get_content()) == ("月报.pdf", b"%PDF")


def test_what_the_server_does_not_take_is_said_without_the_address(
    tmp_path: Path, server: _Server, caplog: pytest.LogCaptureFixture
) -> None:
    open_way(tmp_path, f"smtp://127.0.0.1:{server.server_address[1]}")
    server.answer = b"550 ren@example.com unknown"
    assert not send_letter(LETTER)
    server.shutdown()
    server.server_close()
    assert not send_letter(LETTER)
    assert len(caplog.records) == 2 and "ren@" not in caplog.text


def test_a_dry_run_leaves_files_that_nobody_else_reads(tmp_path: Path) -> None:
    open_way(tmp_path, "folder")
    assert send_letter(LETTER)
    [path] = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "ren@example.com" in path.read_text()


def test_without_a_server_nothing_is_mailed(tmp_path: Path) -> None:
    mail.configure(Settings(data_dir=tmp_path))
    assert not has_mail() and not send_letter(LETTER)


@pytest.mark.parametrize(
    "values",
    [
        {"mail_server": "http://example.org"},
        {"mail_server": "smtp://"},
        {"mail_server": "smtp://name:word@example.org"},
        {"mail_server": "folder", "mail_from": "nobody"},
        {"mail_server": "smtp://example.org", "mail_password_file": Path("/nowhere/at/all")},
    ],
)
def test_settings_that_cannot_be_used_are_one_line(tmp_path: Path, values: dict[str, Any]) -> None:
    with pytest.raises(SetupError) as found:
        mail.configure(Settings(**{"data_dir": tmp_path, "mail_from": "jobs@example.org", **values}))
    assert "\n" not in str(found.value)


def test_a_password_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "word"
    path.write_text("secret")
    path.chmod(0o644)
    with pytest.raises(SetupError, match="chmod"):
        open_way(tmp_path, "smtp://example.org", mail_password_file=path)
