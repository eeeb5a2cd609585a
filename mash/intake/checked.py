"""Numbers and postcodes as cells of a row: checked, kept as given, and reported when they cannot be right."""

from mash.intake import identifiers
from mash.intake.identifiers import Checked
from mash.intake.row import Row


def checked_nhs(row: Row, name: str, text: str) -> Checked:
    """Check an NHS number; one that fails keeps its text, has no value, and is reported."""
    checked = identifiers.nhs_number(text)
    if checked.value is None:
        row.warn(name, "This is not an NHS number: its digits do not add up.", "Check it against the NHS record.")
    return checked


def checked_upn(row: Row, name: str, text: str) -> Checked:
    """Check a pupil number; a wrong first letter is only a warning, as many real ones have it."""
    checked = identifiers.upn(text)
    if checked.value is None:
        row.warn(name, "This does not have the shape of a pupil number.", "Give the letter and twelve characters.")
    elif checked.value[0] != (letter := identifiers.upn_letter(checked.value)):
        row.warn(name, f"A pupil number with these digits begins with {letter}.", "Check it with the school.")
    return checked


def checked_postcode(row: Row, name: str, text: str) -> str:
    """Write a postcode in its usual form; one that is not a postcode is kept as given, and reported."""
    plain = identifiers.postcode(text)
    if plain is None:
        row.warn(name, "This does not have the shape of a postcode.", "Check the address.")
    return plain or text
