"""What opens or closes a record to others, and what takes the audit out, asks again who one is."""

import pytest
from flask import Flask

from mash.workflow.sign_in_policy import Act
from tests.web.conftest import SignInAs
from tests.web.contacts import Desk
from tests.web.test_second_step import Hands, hands

__all__ = ["hands"]
AGAIN = (
    "/contacts/{0}/restrict/name",
    "/contacts/{0}/restrict/name/1/end",
    "/contacts/{0}/restrict/lift",
    "/contacts/{0}/restrict/lift/agree",
    "/restricted/conflicts/1/end",
    "/emergency/1/review",
)


@pytest.mark.parametrize("path", AGAIN)
def test_it_asks_again_who_one_is(sign_in_as: SignInAs, desk: Desk, hands: Hands, path: str) -> None:
    reference, manager = desk.contact(restricted=True), sign_in_as("manager")
    tokens = manager.tokens("/account")
    hands.past_fresh(manager)
    answer = manager.client.post(path.format(reference), data=tokens | {"reason": "It was agreed"})
    assert (answer.status_code, answer.location) == (303, "/sign-in/again")


def test_the_audit_as_a_file_asks_for_the_proof_of_an_export(
    app: Flask, sign_in_as: SignInAs, desk: Desk, hands: Hands
) -> None:
    auditor = sign_in_as("auditor")
    tokens = auditor.tokens("/audit")
    hands.past_fresh(auditor)
    answer = auditor.client.post("/audit/out", data=tokens | {"why": "Subject access"})
    assert (answer.status_code, answer.location) == (303, "/sign-in/again")
    assert getattr(app.view_functions["audit.take_out"], "mash_act", None) is Act.EXPORT
