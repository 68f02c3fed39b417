"""The way out to phones. The product ships no gateway: an office names its own in ``JOBMATCH_SMS_GATEWAY``."""

from __future__ import annotations

import logging
import pkgutil
from collections.abc import Callable

from jobmatch.core.errors import SetupError
from jobmatch.core.settings import Settings

log = logging.getLogger(__name__)
Gateway = Callable[[str, str], None]
"""``gateway(phone, text)`` sends one text message; it raises ``OSError`` where it could not."""

_gateway: Gateway | None = None


def configure(settings: Settings) -> None:
    """Load the gateway that ``settings.sms_gateway`` names as ``package.module:function``; none for an empty name.

    Called once per process at start-up. Raises ``SetupError`` where the name leads nowhere.
    """
    found = None
    if settings.sms_gateway:
        try:
            found = pkgutil.resolve_name(settings.sms_gateway)
        except (ImportError, AttributeError, ValueError):
            raise SetupError(
                f"JOBMATCH_SMS_GATEWAY: {settings.sms_gateway} cannot be loaded; it is written package.module:function."
            ) from None
    use_gateway(found)


def use_gateway(gateway: Gateway | None) -> None:
    """Make ``gateway`` the process's way out."""
    global _gateway
    _gateway = gateway


def has_gateway() -> bool:
    """Whether text messages can be sent at all."""
    return _gateway is not None


def send_code(phone: str, text: str) -> bool:
    """Send ``text`` to ``phone``; returns whether the gateway took it. Never call it inside a writing unit."""
    if _gateway is None or not phone:
        return False
    try:
        _gateway(phone, text)
    except OSError as error:
        log.warning("the SMS gateway did not take a message: %s", error)
        return False
    return True
