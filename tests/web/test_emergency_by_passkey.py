"""An emergency, for whoever proves who they are with a passkey and has no authenticator app."""

from tests.web.authenticator import add_passkey, sign_in_with
from tests.web.conftest import Browser, SignInAs
from tests.web.contacts import Desk

REASON = "The police hold the child now and ask who may collect him."


def test_a_passkey_opens_what_a_password_alone_does_not(sign_in_as: SignInAs, client: Browser, desk: Desk) -> None:
    secret = desk.contact("Zephyrine", restricted=True)
    browser = sign_in_as("practitioner")
    refused = browser.send("/emergency", reference=secret, reason=REASON)
    assert (refused.status_code, "set up a passkey" in refused.text) == (422, True)
    sign_in_with(client, add_passkey(browser))
    assert client.send("/emergency", reference=secret, reason=REASON).status_code == 303
    assert "Zephyrine" in client.get(f"/contacts/{secret}").text
