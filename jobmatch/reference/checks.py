"""Numbers that carry their own proof: credit codes, identity numbers, phone numbers. Pure functions.

A wrong number raises ``ValueError`` with words for the person who typed it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.i18n import gettext as _

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_KINDS = {
    "11": "public_body",
    "12": "public_institution",
    "51": "social",
    "52": "social",
    "53": "social",
    "92": "individual",
    "93": "rural_collective",
}


def _plain(text: str) -> str:
    """Full-width signs made half-width, blanks and dashes taken out."""
    return re.sub(r"[\s\-–—－.]", "", unicodedata.normalize("NFKC", text))


def check_credit_code(text: str) -> str:
    """The credit code (统一社会信用代码) in upper case without blanks.

    GB 32100-2015: 18 signs of 0-9 and A-Z without I, O, S, V, Z; the last one is ``31 − Σ(value × 3^i mod 31)``.
    The registering body is not tested, so codes of rural collectives, which begin with N, are valid.
    Raises ``ValueError`` with the reason.
    """
    code = _plain(text).upper()
    if len(code) != 18:
        raise ValueError(_("统一社会信用代码是 18 位，您填了 %(n)s 位", n=len(code)))
    if strange := [sign for sign in code if sign not in _CREDIT_ALPHABET]:
        raise ValueError(_("统一社会信用代码里没有“%(sign)s”，请对照执照核对", sign=strange[0]))
    total = sum(_CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    if _CREDIT_ALPHABET[-total % 31] != code[17]:
        raise ValueError(_("统一社会信用代码的校验位对不上，请对照执照再看一遍"))
    return code


def employer_kind_hint(code: str) -> str:
    """The kind of employer that the first two signs of a valid credit code suggest; empty where they say nothing."""
    return "rural_collective" if code.startswith("N") else _KINDS.get(code[:2], "")


@dataclass(frozen=True, slots=True)
class IdFacts:
    """What an identity number says: 18 signs, the day of birth, and ``male`` or ``female``."""

    number: str
    birth_on: date
    sex: str


def check_id_number(text: str) -> IdFacts:
    """The facts of a resident identity number (公民身份号码), typed with blanks, full-width digits or a small x.

    GB 11643-1999: check sign and birth date. The region is not tested, because lists of regions go out of date and
    refuse real people. Raises ``ValueError`` with the reason.
    """
    number = _plain(text).upper()
    if len(number) != 18:
        raise ValueError(_("身份证号是 18 位，您填了 %(n)s 位", n=len(number)))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise ValueError(_("身份证号只有数字，最后一位可以是 X"))
    total = sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, number[:17], strict=True))
    if _IDENTITY_CHECKS[total % 11] != number[17]:
        raise ValueError(_("身份证号的校验位对不上，请对照证件再看一遍"))
    try:
        birth_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        birth_on = date.min
    if not date(1900, 1, 1) <= birth_on <= local_day(utcnow()):
        raise ValueError(_("身份证号里的出生日期不对，请对照证件再看一遍"))
    return IdFacts(number, birth_on, "male" if int(number[16]) % 2 else "female")


def check_phone(text: str, *, landline: bool = False) -> str:
    """The mobile number as 11 digits, typed with blanks, dashes, full-width digits or +86.

    ``landline`` also accepts a number with its area code, given back as digits. Raises ``ValueError``.
    """
    number = re.sub(r"^(\+|00)?86(?=1[0-9]{10}$)", "", _plain(text))
    if re.fullmatch(r"1[3-9][0-9]{9}", number):
        return number
    if landline and re.fullmatch(r"0[1-9][0-9]{1,2}[2-9][0-9]{6,7}", number):
        return number
    if landline:
        raise ValueError(_("请填 11 位手机号，或带区号的座机号"))
    raise ValueError(_("请填 11 位手机号"))
