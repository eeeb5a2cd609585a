"""The code lists of the sector's files and of our own, each with where it comes from. Facts, not wording to copy."""

from mash.intake.codeset import CodeSet, table

SOURCES = CodeSet(
    name="source",
    words="contact source",
    source="Department for Education, children in need census, referral source; prefixes from Ofsted's Annex A (2019). "
    "5D (local authority early help) came later and takes p1, as the sector's tools write it.",
    annex_a="{prefix}) {code}: {group}",
    with_label=True,
    codes=table("""
1A | Family member, relative or carer | a | Individual | individual - family member, relative or carer; family member
1B | Acquaintance, such as a neighbour or child minder | b | Individual | acquaintance; neighbour; child minder
1C | Self | c | Individual | individual - self; self-referral
1D | Other individual, such as a stranger or MP | d | Individual | other individual; member of the public
2A | Schools | e | Schools | school
2B | Education services | f | Education services | education service
3A | General practitioner | g | Health services | GP; general practitioner (GP); health services - GP
3B | Health visitor | h | Health services | health services - health visitor
3C | School nurse | i | Health services | health services - school nurse
3D | Other primary health services | j | Health services | health services - other primary health services
3E | Accident and emergency department | k | Health services | A&E; accident and emergency; A and E
3F | Other health services, such as a hospice | l | Health services | hospice; other health services
4 | Housing | m | Housing | local authority housing; housing association
5A | Local authority social care, such as adult services | n | LA services | adult social care; adults social care
5B | Local authority, other internal department | o | LA services | youth offending; youth offending service
5C | Another local authority | p | LA services | other local authority; external local authority
5D | Local authority early help | p1 | LA services | la services - early help; early help
6 | Police | q | Police |
7 | Other legal agency | r | Other legal agency | court; courts; probation; cafcass; prison; immigration
8 | Other | s | Other | children's centre; voluntary organisation; independent agency provider
9 | Anonymous | t | Anonymous |
10 | Unknown | u | Unknown |
"""),
)

ETHNICITIES = CodeSet(
    name="ethnicity",
    words="ethnicity",
    source="Department for Education, school and children in need censuses; prefixes from Ofsted's Annex A (2019), "
    "where REFU and NOBT share one letter. A1 to E5 are the census-style codes met in SSD files.",
    annex_a="{prefix}) {code}",
    with_label=True,
    codes=table("""
WBRI | White British | a | White | A1
WIRI | White Irish | b | White | A2
WIRT | Traveller of Irish heritage | c | White | A4; Irish Traveller
WOTH | Any other White background | d | White | A3; White other; Other White
WROM | Gypsy or Roma | e | White | A5; Gypsy/Roma; Gypsy Roma; Roma
MWBC | White and Black Caribbean | f | Mixed | B1
MWBA | White and Black African | g | Mixed | B2
MWAS | White and Asian | h | Mixed | B3
MOTH | Any other Mixed background | i | Mixed | B4; Mixed other; Other Mixed
AIND | Indian | j | Asian | C1
APKN | Pakistani | k | Asian | C2
ABAN | Bangladeshi | l | Asian | C3
AOTH | Any other Asian background | m | Asian | C4; Asian other; Other Asian
BCRB | Caribbean | n | Black | D1; Black Caribbean
BAFR | African | o | Black | D2; Black African
BOTH | Any other Black background | p | Black | D3; Black other; Other Black
CHNE | Chinese | q | Chinese | E1; CNHE
OOTH | Any other ethnic group | r | Other ethnic group | E2; Other ethnic group
REFU | Refused | s | Refused | E3
NOBT | Information not yet obtained | s | Not obtained | E4; E5; Unknown; Not known; Not obtained
"""),
)

GENDERS = CodeSet(
    name="gender",
    words="gender",
    source="Standard Safeguarding Dataset 1.4.5, pers_gender (00, 01, 02, 09); letters from Ofsted's Annex A (2019); "
    "0, 1, 2, 9 from the children in need census before 2024-25.",
    annex_a="{prefix}) {label}",
    codes=table("""
01 | Male | a || 1; M; boy
02 | Female | b || 2; F; girl
00 | Not stated/recorded | c || 0; U; not stated; not recorded; not known; unknown; not stated/recorded (or unborn)
09 | Neither | d || 9; I; indeterminate
"""),
)

SEXES = CodeSet(
    name="sex",
    words="sex",
    source="Department for Education, children in need census 2024-25 onward: M, F, and U for not known or unborn.",
    codes=table("""
M | Male ||| boy
F | Female ||| girl
U | Unknown ||| not known; unborn
"""),
)

YES_NO = CodeSet(
    name="yes_no",
    words="yes or no",
    source="Ofsted's Annex A (2019), with the spellings of yes and no met in SSD and census files.",
    annex_a="{prefix}) {label}",
    codes=table("""
yes | Yes | a || y; 1; true
no | No | b || n; 0; false
unknown | Unknown | c || u; not known
"""),
)

NEEDS = CodeSet(
    name="primary_need",
    words="primary need",
    source="Department for Education, children in need census 2025-26, primary need code.",
    annex_a="{code} - {label}",
    with_label=True,
    codes=table("""
N1 | Abuse, neglect and exploitation ||| abuse or neglect
N2 | Child's disability
N3 | Parental disability or illness
N4 | Family in acute stress
N5 | Family dysfunction
N6 | Socially unacceptable behaviour
N7 | Low income
N8 | Absent parenting
N9 | Cases other than children in need
N0 | Not stated
"""),
)

DISABILITIES = CodeSet(
    name="disability",
    words="disability",
    source="Department for Education, children in need census, disability code.",
    with_label=True,
    codes=table("""
NONE | No disability ||| no; n
MOB | Mobility
HAND | Hand function
PC | Personal care
INC | Incontinence
COMM | Communication
LD | Learning
HEAR | Hearing
VIS | Vision
BEH | Behaviour
CON | Consciousness
AUT | Autism or Asperger syndrome ||| autism
DDA | Other disability under the Equality Act
"""),
)

TYPES = CodeSet(
    name="contact_type",
    words="type of contact",
    source="The three families of contact in the Doncaster and London procedures, and hubs' working labels.",
    codes=table("""
request_for_service | Request for service ||| request for a service
statutory_information_request | Statutory information request ||| request for information
information_sharing | Information sharing ||| provision of information; notification
advice | Advice only ||| advice
open_case_information | Open-case information ||| information on an open case
"""),
)

OUTCOMES = CodeSet(
    name="outcome",
    words="outcome",
    source="Standard Safeguarding Dataset 1.4.5, cont_contact_outcome_json keys, and the words Mosaic extracts write; "
    "early help and the endings it has no key for are ours.",
    codes=table("""
new_referral | New referral to social care ||| NEW_REFERRAL_FLAG; CIN Referral; new referral
existing_referral | Passed to an open case ||| EXISTING_REFERRAL_FLAG; existing referral
child_protection_enquiry | Child protection enquiry ||| CP_ENQUIRY_FLAG; strategy discussion; section 47; CP enquiry
early_help | Early help ||| EH Referral; early help referral
advice | Information and advice ||| ADVICE_FLAG; advice
no_further_action | No further action ||| NFA_FLAG; NFA
private_fostering | Private fostering ||| PRIVATE_FOSTERING_FLAG
other_authority_plan | Another authority's protection plan ||| OLA_CP_FLAG
missing | Missing ||| MISSING_FLAG
adoption | Non-agency adoption ||| NON_AGENCY_ADOPTION_FLAG
returned_to_referrer | Returned to referrer
other_authority | Passed to another authority
duplicate | Duplicate of an existing contact
information_given | Information given
signposting | Signposted elsewhere ||| signposting
other | Other outcome ||| OTHER_OUTCOMES_EXIST_FLAG
"""),
)
