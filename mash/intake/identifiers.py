"""NHS numbers, pupil numbers and postcodes: their shape and check digits."""

import re
from dataclasses import dataclass

_NHS = re.compile(r"[0-9]{10}")
_UPN = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?|GIR)([0-9][A-Z]{2})")


@dataclass(frozen=True, slots=True)
class Checked:
    """A number as given, beside its plain form; ``value`` is ``None`` if it cannot be such a number."""

    given: str
    value: str | None


def nhs_number(given: str) -> Checked:
    """Check an NHS number's ten digits. Source: NHS Data Dictionary, NHS number (modulus 11).

    >>> nhs_number("943 476 5919").value
    '9434765919'
    """
    digits = re.sub(r"[\s\-]", "", given)
    if not _NHS.fullmatch(digits):
        return Checked(given, None)
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    return Checked(given, digits if check == int(digits[-1]) else None)


def upn(given: str) -> Checked:
    """Check a unique pupil number's shape. Its letter is checked by ``upn_letter``, as many real ones fail it."""
    plain = given.replace(" ", "").upper()
    return Checked(given, plain if _UPN.fullmatch(plain) else None)


def upn_letter(value: str) -> str:
    """Work out the letter a pupil number should begin with. Source: DfE, UPN guide (modulus 23).

    >>> upn_letter("B801200005001")
    'B'
    """
    places = (int(mark) if mark.isdigit() else _UPN_LETTERS.index(mark) for mark in value[1:])
    return _UPN_LETTERS[sum(place * at for at, place in enumerate(places, start=2)) % 23]


def postcode(given: str) -> str | None:
    """Write a postcode in capitals with one space; ``None`` if it does not have a postcode's shape.

    >>> postcode("dn13bu")
    'DN1 3BU'
    """
    parts = _POSTCODE.fullmatch(given.replace(" ", "").upper())
    return f"{parts[1]} {parts[2]}" if parts else None
