"""The town of the house, the accounts of the sign-in tests, and a real server, for the tests of the security rules."""

from tests.accounts.conftest import hashed, outbox, site
from tests.house.conftest import built_town, town

__all__ = ["built_town", "hashed", "outbox", "site", "town"]
