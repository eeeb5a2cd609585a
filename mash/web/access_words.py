"""What the events about who may see a contact, and what somebody says of it, are called on its timeline."""

ACCESS = {
    "contact.restricted": "Restricted",
    "contact.restriction_kept": "Stays restricted, as reviewed",
    "contact.lift_asked": "A manager asked that the restriction is lifted",
    "contact.unrestricted": "No longer restricted",
    "access.named": "Somebody let in or kept from it by name",
    "access.ended": "A name taken off",
    "emergency.opened": "Opened in an emergency",
    "emergency.reviewed": "Opening it in an emergency reviewed",
    "part.revealed": "A withheld part shown to somebody",
    "information.tier_set": "Who may see a reply set",
}
BESIDE = {"record.addendum": "Somebody says that it is wrong or incomplete"}
