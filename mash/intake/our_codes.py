"""The code lists of our own record, for the fuller file a council can write out of its case system."""

from mash.intake import codes
from mash.intake.codeset import CodeSet, table

OURS = "This service's own record; labels are plain words that a council's extract can map to."

CHANNELS = CodeSet(
    name="channel",
    words="channel",
    source=OURS,
    codes=table("""
telephone | Telephone ||| phone; call
email | Email ||| e-mail
web_form | Web form ||| online form; portal
letter | Letter ||| post
in_person | In person ||| walk in; visit
police_notification | Police notification ||| PPN; SCARF; MERLIN
emergency_duty_team | Emergency duty team ||| EDT; out of hours
other | Other
"""),
)

IDENTITIES = CodeSet(
    name="referrer_identity",
    words="referrer identity",
    source=OURS,
    codes=table("""
open | Known, and may be told to the family ||| known
withheld_from_family | Known, and withheld from the family ||| withheld; confidential
anonymous | Anonymous ||| not known
"""),
)

TOLD = CodeSet(
    name="family_told",
    words="answer to whether the family was told",
    source=OURS,
    codes=table("""
yes | Told ||| y; told
no | Not told ||| n
unsafe | Not told because it would not be safe ||| unsafe to tell
unable | Tried and could not reach them ||| attempted
unknown | Not known ||| u
"""),
)

AGREEMENTS = CodeSet(
    name="agreement",
    words="agreement",
    source="Statuses that hubs' own procedures ask to be told apart.",
    codes=table("""
given_written | Given in writing ||| written
given_verbal | Given by word of mouth ||| verbal; given
refused | Refused
withdrawn | Withdrawn
not_sought_unsafe | Not sought because it would not be safe ||| unsafe
not_sought_other | Not sought for another reason ||| not sought
attempted | Tried and could not reach them ||| unable
not_required | Not required
unknown | Not known
"""),
)

BASES = CodeSet(
    name="lawful_basis",
    words="lawful basis",
    source="UK GDPR, article 6(1).",
    codes=table("""
public_task | Public task
legal_obligation | Legal obligation
vital_interests | Vital interests
consent | Consent
legitimate_interests | Legitimate interests
"""),
)

RATINGS = CodeSet(
    name="rating",
    words="rating",
    source="The red, amber, green and blue ratings in common use at front doors.",
    codes=table("""
red | Red ||| R
amber | Amber ||| A
green | Green ||| G
blue | Blue ||| B
"""),
)

LEVELS = CodeSet(
    name="level",
    words="level of need",
    source="The four levels of need in common use, least first.",
    codes=table("""
1 | Level 1 ||| universal; L1
2 | Level 2 ||| targeted; additional; L2
3 | Level 3 ||| complex; L3
4 | Level 4 ||| statutory; specialist; L4
"""),
)

ROUTES = CodeSet(
    name="route",
    words="route",
    source="The responses a threshold document can lead to, weakest first.",
    codes=table("""
no_further_action | No further action ||| NFA
advice | Advice ||| information and advice
early_help | Early help ||| EH; EHA
child_and_family_assessment | Child and family assessment ||| CFA; C&FA; single assessment
strategy_discussion | Strategy discussion ||| section 47; s47; strategy meeting
passed_to_allocated_worker | Passed to the allocated worker
another_authority | Passed to another authority
information_given | Information given
signposting | Signposting
"""),
)

CASES = CodeSet(
    name="case_status",
    words="case status",
    source="Open work with the child on the day, as social care records it.",
    codes=table("""
none | Not open ||| closed; not known to us
early_help | Open to early help ||| EH
child_in_need | Child in need plan ||| CIN
protection_plan | Child protection plan ||| CP; CPP
looked_after | Looked after ||| CLA; LAC; child looked after
"""),
)

GRADES = CodeSet(
    name="police_grade",
    words="police domestic abuse grade",
    source="The standard, medium and high grades of the DASH risk checklist.",
    codes=table("""
standard | Standard ||| S
medium | Medium ||| M
high | High ||| H
"""),
)

BY_NAME = {
    codeset.name: codeset
    for codeset in (
        codes.SOURCES,
        codes.ETHNICITIES,
        codes.GENDERS,
        codes.SEXES,
        codes.YES_NO,
        codes.DISABILITIES,
        codes.TYPES,
        codes.OUTCOMES,
        CHANNELS,
        IDENTITIES,
        TOLD,
        AGREEMENTS,
        BASES,
        RATINGS,
        LEVELS,
        ROUTES,
        CASES,
        GRADES,
    )
}
