"""What things are called on every page."""

SERVICE = "MASH front door"
MARKING = "OFFICIAL-SENSITIVE"
ROLES = {
    "contact_officer": "Contact officer",
    "practitioner": "Practitioner",
    "manager": "Manager",
    "receiving_team": "Receiving team",
    "reviewer": "Threshold reviewer",
    "admin": "Administrator",
    "auditor": "Auditor",
    "safeguarding_partner": "Safeguarding partner",
}
ROLE_HINTS = {
    "contact_officer": "Records contacts and closes those that ask for nothing",
    "practitioner": "A qualified social worker who rates and decides",
    "manager": "Oversees red contacts and reviews decisions",
    "receiving_team": "Accepts what is handed over",
    "reviewer": "Tests changes to the thresholds on past contacts",
    "admin": "Manages users and settings; does not see contacts",
    "auditor": "Reads everything, changes nothing",
    "safeguarding_partner": "Signs off thresholds for the council, the integrated care board or the police",
}
