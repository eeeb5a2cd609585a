"""What the codes of the sector's files are called in our own record. One table a list; the rest stays as given."""

from collections.abc import Mapping

from mash.intake import Coded, ContactRow

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
    "new_referral": "child_and_family_assessment",
    "existing_referral": "passed_to_allocated_worker",
    "child_protection_enquiry": "strategy_discussion",
    "early_help": "early_help",
    "advice": "advice",
    "no_further_action": "no_further_action",
    "private_fostering": "child_and_family_assessment",
    "other_authority_plan": "another_authority",
    "missing": "information_given",
    "adoption": "information_given",
    "returned_to_referrer": "no_further_action",
    "other_authority": "another_authority",
    "duplicate": "information_given",
    "information_given": "information_given",
    "signposting": "signposting",
}
STRENGTH = (
    "no_further_action",
    "information_given",
    "signposting",
    "advice",
    "another_authority",
    "passed_to_allocated_worker",
    "early_help",
    "child_and_family_assessment",
    "strategy_discussion",
)
RATINGS = {"red": "red", "amber": "amber", "green": "green", "blue": "green"}
YES = {"yes": True, "no": False}


def ours(coded: Coded | None, words: Mapping[str, str]) -> str | None:
    """Give our word for a coded cell; None where the file did not say or nobody has said what it means."""
    return words.get(coded.code) if coded and coded.code else None


def yes(coded: Coded | None) -> bool | None:
    """Read a coded yes or no; None where the file did not say."""
    return YES.get(coded.code) if coded and coded.code else None


def strongest(routes: list[str]) -> str | None:
    """Give the strongest of several outcomes of one child; the rest stay as given."""
    return max(routes, key=STRENGTH.index, default=None)


def route_of(row: ContactRow) -> str | None:
    """Give the route a row says was decided, or the strongest of its outcomes; None where it has neither."""
    routes = [route for given in row.outcomes if (route := ours(given, OUTCOMES))]
    return (row.route.code if row.route else None) or strongest(routes)
