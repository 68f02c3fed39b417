"""The way out to webhooks: only to hosts that the settings name, only https, never into the own network.

The address is resolved once and the connection goes to what was checked, so a name that changes its mind in between
leads nowhere else. Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.settings import Settings

TIMEOUT = 10
SIGNATURE = "X-Jobmatch-Signature"


@dataclass(frozen=True, slots=True)
class WayOut:
    """Hosts that may be called; ``is_trial`` lets tests call a plain server on this machine, and nothing else does."""

    hosts: frozenset[str] = frozenset()
    is_trial: bool = False


_way = WayOut()


def hosts_of(settings: Settings) -> frozenset[str]:
    """The hosts that ``webhook_hosts`` names."""
    return frozenset(host.strip().lower() for host in settings.webhook_hosts.split(",") if host.strip())


def configure(settings: Settings) -> None:
    """Open the way to the hosts that the settings name; called once per process at start-up."""
    use_way(WayOut(hosts_of(settings)))


def use_way(way: WayOut) -> None:
    """Make ``way`` the process's way out."""
    global _way
    _way = way


def is_open() -> bool:
    """Whether anything may be called at all."""
    return bool(_way.hosts)


def check_address(url: str, hosts: frozenset[str]) -> str:
    """The cleaned address of a webhook. Raises ``Invalid`` on ``url``: wrong form, no https, or a host not named."""
    text = url.strip()
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    plain = text.isascii() and not any(c.isspace() or ord(c) < 32 for c in text) and len(text) <= 300
    if not host or not plain or parts.scheme != "https" or parts.username is not None or parts.fragment:
        raise Invalid(fields={"url": _("请写 https:// 开头的完整地址，不带账号和 #")})
    if host not in hosts or port not in (None, 443):
        raise Invalid(fields={"url": _("这个地址没有开通。请系统管理员把它写进设置 JOBMATCH_WEBHOOK_HOSTS")})
    return text


def signed(key: str, body: bytes, at: int) -> str:
    """The header that proves who sent ``body`` and when: ``t=<seconds>,v1=<HMAC-SHA256 of "t.body">``."""
    mark = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mark}"


def _reachable(host: str, port: int) -> str:
    """A public address of ``host``. Raises ``OSError`` where any of its addresses lies in a closed network."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    wrong = [one for one in found if not ipaddress.ip_address(one.split("%")[0]).is_global]
    if not found or (wrong and not _way.is_trial):
        raise OSError("no public address")
    if _way.is_trial and not all(ipaddress.ip_address(one).is_loopback for one in found):
        raise OSError("a trial stays on this machine")
    return found[0]


def send(url: str, body: bytes, signature: str) -> int:
    """POST ``body``; returns the status of the answer. Raises ``OSError`` where there is none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host not in _way.hosts or (parts.scheme != "https" and not _way.is_trial):
        raise OSError("host is not named in the settings")
    port = parts.port or 443
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        plain = socket.create_connection((_reachable(host, port), port), timeout=TIMEOUT)
        secure = parts.scheme == "https"
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json", SIGNATURE: signature, "User-Agent": "jobmatch-webhook/1"}
        connection.request("POST", target, body, headers)
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from None
    finally:
        connection.close()
