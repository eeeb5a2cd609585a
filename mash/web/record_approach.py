"""Turn the answers of the recording form into an approach to the front door."""

from datetime import datetime
from typing import Any

from mash.journeys.people import AddressGiven, PersonGiven, phone_form
from mash.journeys.receive import AdultGiven, AgreementGiven, Approach, ChildGiven
from mash.web.forms import Form
from mash.web.london import london_moment
from mash.web.record_form import adult_rows, child_rows, is_blank, received_at

ANSWERS = {"yes": True, "no": False}
SAME = (
    "type",
    "narrative",
    "child_voice",
    "interim_action",
    "source_agency",
    "referrer_name",
    "referrer_role",
    "referrer_email",
)


def approach(form: Form, at: datetime) -> Approach:
    """Say in the journey's terms what a sound form says. What was not answered is not said."""
    data = form.data
    happened = data["happened"]
    timed = happened and data["happened_time"]
    return Approach(
        **{name: data[name] for name in SAME},
        received_at=received_at(form, at),
        channel=data["channel"] or "other",
        source_code=data["source_code"] or "",
        referrer_phone=phone_form(data["referrer_phone"]),
        referrer_identity=data["referrer_identity"] or "",
        danger_now=ANSWERS.get(data["danger_now"]),
        happened_at=london_moment(happened, data["happened_time"]) if timed else None,
        extra={"happened_on": happened.isoformat()} if happened and not timed else {},
        address=_address(data, at),
        children=tuple(_child(data, row) for row in child_rows(form) if not is_blank(form, row)),
        adults=tuple(_adult(data, row) for row in adult_rows(form) if not is_blank(form, row)),
        agreements=tuple(_agreements(data)),
    )


def _address(data: dict[str, Any], at: datetime) -> AddressGiven | None:
    if not (data["address"] or data["postcode"]):
        return None
    return AddressGiven(
        lines=data["address"],
        postcode=data["postcode"],
        source=data["address_source"],
        verified_at=at if data["address_verified"] else None,
        protected=data["address_protected"],
    )


def _agreements(data: dict[str, Any]) -> list[AgreementGiven]:
    told = [AgreementGiven(kind="told", status=data["told"], reason=data["told_reason"])] if data["told"] else []
    service = [AgreementGiven(kind="service", status=data["agreement"])] if data["agreement"] else []
    return [*told, *service]


def _child(data: dict[str, Any], row: str) -> ChildGiven:
    due = data[f"{row}_due"]
    return ChildGiven(
        person=PersonGiven(
            **_person(data, row),
            descriptor=data[f"{row}_descriptor"],
            unborn=bool(due or data[f"{row}_unborn"]),
            due_date=due,
            estimated_age=data[f"{row}_age"],
            sex=data[f"{row}_sex"] or "U",
            ethnicity=data[f"{row}_ethnicity"] or "",
            language=data[f"{row}_language"],
            interpreter=ANSWERS.get(data[f"{row}_interpreter"]),
            school=data[f"{row}_school"],
            gp=data[f"{row}_gp"],
        )
    )


def _adult(data: dict[str, Any], row: str) -> AdultGiven:
    return AdultGiven(
        person=PersonGiven(**_person(data, row), phone=phone_form(data[f"{row}_phone"])),
        relation=data[f"{row}_relation"],
        lives_there=ANSWERS.get(data[f"{row}_lives"]),
        parental_responsibility=ANSWERS.get(data[f"{row}_responsibility"]),
        alleged_to_harm=data[f"{row}_alleged"],
    )


def _person(data: dict[str, Any], row: str) -> dict[str, Any]:
    return {
        "person_id": data[f"{row}_known"] or None,
        "forename": data[f"{row}_forename"],
        "surname": data[f"{row}_surname"],
        "date_of_birth": data[f"{row}_born"],
    }
