"""The Standard Safeguarding Dataset tables a front door needs, and what deployed extracts call their columns."""

from mash.intake.tables import Layout

CONTACTS = Layout(
    "ssd_contacts",
    {
        "contact_id": ("cont_contact_id",),
        "person_id": ("cont_person_id",),
        "contact_date": ("cont_contact_date",),
        "source_code": ("cont_contact_source_code",),
        "source_desc": ("cont_contact_source_desc", "cont_contact_source"),
        "outcome": ("cont_contact_outcome_json",),
    },
    frozenset({"contact_id", "person_id", "contact_date"}),
)
EARLY_HELP = Layout(
    "ssd_early_help_episodes",
    {
        "episode_id": ("earl_episode_id",),
        "person_id": ("earl_person_id",),
        "started_on": ("earl_episode_start_date",),
        "ended_on": ("earl_episode_end_date",),
        "reason": ("earl_episode_reason",),
        "end_reason": ("earl_episode_end_reason",),
        "organisation": ("earl_episode_organisation",),
        "worker": ("earl_episode_worker_id",),
    },
    frozenset({"episode_id", "person_id", "started_on"}),
)
REFERRALS = Layout(
    "ssd_cin_episodes",
    {
        "episode_id": ("cine_referral_id",),
        "person_id": ("cine_person_id",),
        "started_on": ("cine_referral_date",),
        "ended_on": ("cine_close_date",),
        "end_reason": ("cine_close_reason",),
        "source_code": ("cine_referral_source_code",),
        "source_desc": ("cine_referral_source_desc", "cine_referral_source"),
        "nfa": ("cine_referral_nfa",),
        "need": ("cine_cin_primary_need_code",),
        "team": ("cine_referral_team",),
        "worker": ("cine_referral_worker_id",),
    },
    frozenset({"episode_id", "person_id", "started_on"}),
)
PERSON = Layout(
    "ssd_person",
    {
        "person": ("pers_person_id",),
        "forename": ("pers_forename",),
        "surname": ("pers_surname",),
        "sex": ("pers_sex",),
        "gender": ("pers_gender",),
        "ethnicity": ("pers_ethnicity",),
        "date_of_birth": ("pers_dob",),
        "due_date": ("pers_expected_dob",),
        "nhs_number": ("pers_single_unique_id", "pers_common_child_id"),
        "upn": ("pers_upn",),
    },
    frozenset({"person", "date_of_birth"}),
)
ADDRESS = Layout(
    "ssd_address",
    {
        "person": ("addr_person_id",),
        "address_from": ("addr_address_start_date",),
        "address_to": ("addr_address_end_date",),
        "postcode": ("addr_address_postcode",),
        "address_json": ("addr_address_json",),
    },
    frozenset({"person", "postcode"}),
)
EVENTS = (CONTACTS, EARLY_HELP, REFERRALS)
ALL = (*EVENTS, PERSON, ADDRESS)
