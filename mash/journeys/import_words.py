"""What the codes of the sector's files are called in our own record. One table a list; the rest stays as given."""

from collections.abc import Mapping

from mash.intake import Coded, ContactRow
from mash.kinds import Kind
from mash.workflow.routes import Route, Routes

TYPES = {
    "request_for_service": "service_request",
    "statutory_information_request": "statutory_check",
    "information_sharing": "information_share",
    "advice": "advice",
    "open_case_information": "notification",
}
IDENTITIES = {"open": "open", "withheld_from_family": "withheld", "anonymous": "anonymous"}
TOLD = {"yes": "yes", "no": "no", "unsafe": "not_asked_unsafe", "unable": "unable_to_ask"}
AGREEMENTS = {
    "given_written": "given_in_writing",
    "given_verbal": "given_verbally",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "not_sought_unsafe": "not_asked_unsafe",
    "not_sought_other": "not_asked_other",
    "attempted": "unable_to_ask",
    "not_required": "not_needed",
}
OUTCOMES = {
    "new_referral": Kind.ASSESSMENT,
    "existing_referral": Kind.PASSED_ON,
    "child_protection_enquiry": Kind.STRATEGY,
    "early_help": Kind.EARLY_HELP,
    "advice": Kind.ADVICE,
    "no_further_action": Kind.NO_SERVICE,
    "private_fostering": Kind.ASSESSMENT,
    "other_authority_plan": Kind.ANOTHER_AUTHORITY,
    "missing": Kind.INFORMATION,
    "adoption": Kind.INFORMATION,
    "returned_to_referrer": Kind.NO_SERVICE,
    "other_authority": Kind.ANOTHER_AUTHORITY,
    "duplicate": Kind.INFORMATION,
    "information_given": Kind.INFORMATION,
    "signposting": Kind.SIGNPOSTING,
}
STRENGTH = (
    Kind.NO_SERVICE,
    Kind.INFORMATION,
    Kind.SIGNPOSTING,
    Kind.ADVICE,
    Kind.ANOTHER_AUTHORITY,
    Kind.PASSED_ON,
    Kind.EARLY_HELP,
    Kind.ASSESSMENT,
    Kind.STRATEGY,
)
RATINGS = {"red": "red", "amber": "amber", "green": "green", "blue": "green"}
YES = {"yes": True, "no": False}


def ours(coded: Coded | None, words: Mapping[str, str]) -> str | None:
    """Give our word for a coded cell; None where the file did not say or nobody has said what it means."""
    return words.get(coded.code) if coded and coded.code else None


def yes(coded: Coded | None) -> bool | None:
    """Read a coded yes or no; None where the file did not say."""
    return YES.get(coded.code) if coded and coded.code else None


def outcome_given(row: ContactRow) -> bool:
    """Say whether a row says what was decided."""
    return bool(row.route and row.route.code) or any(ours(given, OUTCOMES) for given in row.outcomes)


def route_of(row: ContactRow, routes: Routes) -> Route | None:
    """Give the route a row says was decided, or the strongest of its outcomes; None where it has neither.

    Args:
        routes: Those of the version that judges the contact; what it has no route for is called as others call it.
    """
    if row.route and row.route.code:
        return routes.get(row.route.code)
    kinds = [Kind(kind) for given in row.outcomes if (kind := ours(given, OUTCOMES))]
    return routes.first(max(kinds, key=STRENGTH.index)) if kinds else None
