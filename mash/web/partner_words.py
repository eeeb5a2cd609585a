"""What there is to choose from when a partner is asked and when they answer."""

AGENCIES = (
    "Police", "Health visiting or school nursing", "GP", "Hospital", "Midwifery", "Child mental health",
    "School or nursery", "Education welfare", "Early help", "Housing", "Probation", "Youth justice",
    "Domestic abuse service", "Substance misuse service", "Adult social care", "Adult mental health",
    "Fire service", "Other council",
)  # fmt: skip
BASES = {
    "public_task": "Our duty to safeguard children (public task)",
    "legal_obligation": "A legal duty to share",
    "vital_interests": "To protect someone's life",
    "agreement": "The family agreed",
}
CHECKS = {
    "given_verbally": "Agreed, in conversation",
    "given_in_writing": "Agreed, in writing",
    "refused": "Refused",
    "not_asked_unsafe": "Not asked: would raise risk",
    "not_asked_other": "Not asked: another reason",
    "unable_to_ask": "Tried, could not reach them",
    "not_needed": "Not needed: significant harm is suspected",
}
REPLIES = {
    "supplied": "Information supplied",
    "nothing_held": "Nothing held",
    "not_known": "Family not known to them",
    "partial": "Part of what was asked",
    "cannot_share": "Cannot share",
    "none": "No reply came",
}
SENSITIVITY = {"record": "For the record", "mash_only": "For the front door only", "named": "For named people only"}
WEIGHED = {"yes": "Yes: take the contact up again", "no": "No: the decision stands"}
