"""What every service of the room needs: stale forms, clean texts, known codes, and the stamp matching looks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from jobmatch.accounts.models import User
from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.models.consents import Verification
from jobmatch.people.models.person import Person
from jobmatch.people.queries.proxies import live_consent
from jobmatch.people.secrecy import find_secret_words, mask
from jobmatch.people.states import ProxyScope, VerificationAct, VerificationState
from jobmatch.reference.queries import names

T = TypeVar("T")
EARLIEST = date(1930, 1, 1)


class Findings:
    """Collects what is wrong with an input, so that everything is said at once."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def add(self, field: str, message: str) -> None:
        """Note the first thing that is wrong with ``field``."""
        self.fields.setdefault(field, message)

    def check(self, ok: bool, field: str, message: str) -> None:
        """Note ``message`` unless ``ok``."""
        if not ok:
            self.add(field, message)

    def stop(self) -> None:
        """Raise ``Invalid`` where anything was found."""
        if self.fields:
            raise Invalid(fields=self.fields)

    def need(self, value: T | None) -> T:
        """``value``, after everything was found right. Raises ``Invalid``, also where there is no value."""
        self.stop()
        if value is None:
            raise Invalid
        return value


def require_version(person: Person, version: int | None) -> None:
    """Raise ``Conflict`` where the form was made from an older state of the row; None is not a form."""
    if version is not None and version != person.version:
        raise Conflict


def touch(uow: UnitOfWork, person: Person, *children: str) -> None:
    """Stamp a change that matching or search could see, and forget loaded ``children`` that were written by hand."""
    person.changed_at = uow.now
    uow.session.flush()
    if children:
        uow.session.expire(person, list(children))


def look_again(uow: UnitOfWork, person: Person) -> None:
    """Put the file back into the queue of verification where the person changed what was verified."""
    if person.user_id is None or uow.actor.user_id != person.user_id:
        return
    if person.verification is not VerificationState.UNVERIFIED:
        note_verification(uow, person, VerificationAct.CHANGED)
        person.verification_since = uow.now
    person.verification = VerificationState.UNVERIFIED
    person.verified_at = person.verified_by_id = person.verified_until = None


def note_verification(uow: UnitOfWork, person: Person, act: VerificationAct, **facts: Any) -> Verification:
    """Add one act to the history of a verification."""
    row = Verification(person_id=person.id, act=act, by_id=uow.actor.user_id, at=uow.now, **facts)
    uow.session.add(row)
    uow.session.flush()
    return row


def on_behalf(uow: UnitOfWork, person: Person, scope: ProxyScope = ProxyScope.FILE) -> dict[str, str]:
    """What the audit of a write says about acting in the person's place: the consent it stands on, if there is one."""
    if uow.actor.user_id is None or uow.actor.user_id == person.user_id:
        return {}
    consent = live_consent(uow.session, person.id, uow.actor.user_id, scope, uow.today)
    return {"on_behalf": consent.public_id} if consent else {}


def clean_line(value: str) -> str:
    """One line as it is stored: composed characters, single blanks, no control characters."""
    text = unicodedata.normalize("NFC", value or "")
    return " ".join("".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C").split())


def clean_person_name(value: str) -> str:
    """A name as it is stored: plain forms of full-width letters, and no blanks between Chinese characters."""
    return re.sub(
        r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", clean_line(unicodedata.normalize("NFKC", value or ""))
    )


def clean_tail(found: Findings, field: str, value: str) -> str:
    """The last four digits or letters of a card's number; a longer number is a finding, so that none is ever stored."""
    text = unicodedata.normalize("NFKC", clean_line(value)).upper().replace(" ", "").replace("-", "")
    is_fine = len(text) <= 4 and text.isascii() and (text.isalnum() or not text)
    found.check(is_fine, field, _("只填证号的最后 4 位数字或字母"))
    return text if is_fine else ""


def clean_text(value: str) -> str:
    """Several lines as they are stored; empty lines at the ends go."""
    return "\n".join(clean_line(line) for line in (value or "").splitlines()).strip()


def keep_secrets_out(found: Findings, texts: Mapping[str, str], *, accept_masked: bool) -> dict[str, str]:
    """The texts as they may be stored.

    A text with a unit number, garrison or the like is a finding on its field, with the version that could be kept;
    ``accept_masked`` says that the person agreed to that version.
    """
    kept = {}
    for field, text in texts.items():
        places = find_secret_words(text)
        if places and not accept_masked:
            word = text[places[0][0] : places[0][1]]
            message = _(
                "“%(word)s”是%(kind)s，不能写在这里。可以改成：%(masked)s",
                word=word,
                kind=places[0][2].label,
                masked=mask(text),
            )
            found.add(field, message)
        kept[field] = mask(text) if places else text
    return kept


def known_codes(uow: UnitOfWork, found: Findings, field: str, column: Any, codes: Iterable[str | None]) -> None:
    """Note a finding on ``field`` for a code that is not in the table of ``column``."""
    wanted = {code for code in codes if code}
    if wanted:
        known = names(uow.session, column.class_)
        found.check(wanted <= known.keys(), field, _("请从列表里选一项"))


def check_period(found: Findings, field: str, start: date | None, end: date | None, today: date) -> None:
    """Note dates in the future, before living memory, or in the wrong order; the finding stands on the later one."""
    for name, day in ((field.replace("ended", "started"), start), (field, end)):
        if day is not None:
            found.check(EARLIEST <= day <= today, name, _("日期应在 1930 年到今天之间"))
    if start and end:
        found.check(end >= start, field, _("结束的日期要晚于开始的日期"))


def replace_children(
    uow: UnitOfWork,
    model: Any,
    owner: tuple[str, int],
    key: str,
    wanted: Mapping[str, Mapping[str, Any]],
    *,
    on_change: Callable[[Any], None] = lambda row: None,
) -> bool:
    """Make the rows of ``model`` that belong to ``owner`` (column, id) those of ``wanted``, keyed by column ``key``.

    Rows that stay keep what is not given, such as a proof that was seen; ``on_change`` is called with a row that gets
    other values. Returns whether anything changed.
    """
    rows = {
        getattr(row, key): row for row in uow.session.scalars(select(model).where(getattr(model, owner[0]) == owner[1]))
    }
    changed = False
    for code in rows.keys() - wanted.keys():
        uow.session.delete(rows[code])
        changed = True
    for code, values in wanted.items():
        row = rows.get(code)
        if row is None:
            uow.session.add(model(**{owner[0]: owner[1], key: code}, **values))
            changed = True
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            on_change(row)
            changed = True
    return changed


def limit(found: Findings, field: str, items: Collection[Any], most: int) -> None:
    """Note a finding where a list is longer than anybody would tick by hand."""
    found.check(len(items) <= most, field, _("最多选 %(n)s 项", n=most))


def tell_person(uow: UnitOfWork, person: Person, words: Callable[[], tuple[str, str]], *, link: str, once: str) -> None:
    """Send title and body that ``words`` gives in the person's language, where the person has an account."""
    user = uow.session.get(User, person.user_id) if person.user_id else None
    if user is not None:
        with use_locale(user.locale):
            title, body = words()
        send(
            uow, user, group=MessageGroup.ACCOUNT, title=title, body=body, link=link, once=f"people:{person.id}:{once}"
        )
