"""The columns of our own fuller file, one row a child on a contact. Data: the reader, the help and the docs use it."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Whether a column says something of the whole contact (the same on each child's row) or of one child."""

    CONTACT = "contact"
    CHILD = "child"


class Kind(StrEnum):
    """How a cell is read."""

    ID = "id"
    TEXT = "text"
    PROSE = "prose"
    DAY = "day"
    PAST_DAY = "past_day"
    MOMENT = "moment"
    COUNT = "count"
    AGE = "age"
    CODE = "code"
    CODES = "codes"
    ADULTS = "adults"
    INDICATORS = "indicators"
    NHS = "nhs_number"
    UPN = "upn"
    POSTCODE = "postcode"


KINDS = {
    Kind.ID: "the case system's own number, as text",
    Kind.TEXT: "one line of text",
    Kind.PROSE: "text of any length, in lines",
    Kind.DAY: "DD/MM/YYYY or YYYY-MM-DD",
    Kind.PAST_DAY: "DD/MM/YYYY or YYYY-MM-DD, not after today",
    Kind.MOMENT: "DD/MM/YYYY hh:mm in London time, or YYYY-MM-DDThh:mm+00:00; the day alone if the time is not known",
    Kind.COUNT: "a whole number, 0 or more",
    Kind.AGE: "whole years",
    Kind.CODE: "one of the codes listed",
    Kind.CODES: "codes from the list, parted by semi-colons",
    Kind.ADULTS: "Name (relation, DD/MM/YYYY), parted by semi-colons; relation and date of birth may be left out",
    Kind.INDICATORS: "code=value,qualifier=word, parted by semi-colons; value is present, absent or unknown",
    Kind.NHS: "ten digits",
    Kind.UPN: "thirteen characters",
    Kind.POSTCODE: "a postcode",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``codes`` names the code set of a coded column, blank for others."""

    name: str
    scope: Scope
    kind: Kind
    codes: str
    required: bool
    words: str
    example: str


# One column a line: name, "!" if it is required, kind, code set, words, example.
_CONTACT = """
contact_id          !| id         |                   | The council's number for the contact | C-1042
received_at         !| moment     |                   | When the council received it, by any channel | 02/03/2026 10:15
event_at             | moment     |                   | When the thing reported happened | 01/03/2026 21:40
sent_at              | moment     |                   | When the referrer sent it | 02/03/2026 09:50
entered_at           | moment     |                   | When it was typed into the case system | 02/03/2026 11:05
channel              | code       | channel           | How it came | telephone
type_at_receipt      | code       | contact_type      | What kind it seemed to be at receipt | request_for_service
type_at_decision     | code       | contact_type      | What kind it was decided to be | request_for_service
source               | code       | source            | Who made it: census referral source | 3B
source_label         | text       |                   | The source in the case system's own words | Health visitor, east
source_agency        | text       |                   | The agency that made it | Example Health Trust
referrer_name        | text       |                   | The referrer's name | Ada Example
referrer_role        | text       |                   | The referrer's role | Health visitor
referrer_phone       | text       |                   | The referrer's telephone number | 01632 960001
referrer_email       | text       |                   | The referrer's email address | ada@example.org
referrer_identity    | code       | referrer_identity | May the family be told who it is? | withheld_from_family
referrer_level       | code       | level             | The level of need the referrer gave | 3
narrative            | prose      |                   | What was reported, in full | Mother tired; home cold.
immediate_danger     | code       | yes_no            | Is a child said to be in danger now? | no
address              | text       |                   | Household address, parted by commas | 1 Example Row, Exampleton
postcode             | postcode   |                   | Household postcode | DN1 3BU
address_source       | text       |                   | Where the address came from | referrer
address_verified_on  | past_day   |                   | When the address was last checked | 02/03/2026
address_protected    | code       | yes_no            | Whether the address must be kept from others | no
second_address       | text       |                   | The child's other household | 2 Example Row, Exampleton
second_postcode      | postcode   |                   | Its postcode | DN1 3BX
parents              | adults     |                   | Parents and carers | Jo Sample (mother, 05/06/1994); Sam Sample
other_adults         | adults     |                   | Other adults in or near the household | Pat Example (lodger)
family_told          | code       | family_told       | Whether the family was told of the contact | yes
family_told_on       | past_day   |                   | When the family was told | 02/03/2026
agreement_service    | code       | agreement         | Agreement to a service | given_verbal
agreement_checks     | code       | agreement         | Agreement to checks with other agencies | not_sought_unsafe
lawful_basis         | code       | lawful_basis      | Lawful basis relied on for sharing | public_task
override_reason      | text       |                   | Why checks were made without agreement | Not safe to ask
override_by          | text       |                   | Who authorised that | M Manager
override_at          | moment     |                   | When they did | 02/03/2026 12:00
incident_reference   | text       |                   | Another agency's number for the incident | 123-02032026
police_grade         | code       | police_grade      | Police grade of a domestic abuse incident | medium
dash_score           | count      |                   | Score on the domestic abuse checklist | 9
edt_interim_action   | prose      |                   | What the emergency duty team did | Rang the mother.
acknowledged_at      | moment     |                   | When the referrer was told it had arrived | 02/03/2026 10:30
feedback_at          | moment     |                   | When the referrer was told the outcome | 03/03/2026 09:30
"""

_CHILD = """
child_id             | id         |                   | The council's own number for the child | 100234
child_number         | id         |                   | Which child of the contact this is, if there is no child_id | 1
forename             | text       |                   | First name | Robin
surname              | text       |                   | Last name | Sample
known_as             | text       |                   | Another name the child is known by | Rob
date_of_birth        | past_day   |                   | Date of birth | 14/05/2019
due_date             | day        |                   | Date an unborn child is due |
unborn               | code       | yes_no            | Whether the child was not yet born | no
estimated_age        | age        |                   | Age someone gave, if the date of birth is not known | 6
descriptor           | text       |                   | Who is meant, if there is no name | The older boy at number 1
sex                  | code       | sex               | Sex | M
gender               | code       | gender            | Gender | 01
ethnicity            | code       | ethnicity         | Ethnicity | WBRI
language             | text       |                   | Language the child speaks best | Polish
interpreter          | code       | yes_no            | Whether an interpreter is needed | yes
religion             | text       |                   | Religion | None
disability           | codes      | disability        | Disabilities | HEAR;LD
nhs_number           | nhs_number |                   | NHS number | 943 476 5919
upn                  | upn        |                   | Unique pupil number | B801200005001
school               | text       |                   | School or nursery | Example Primary School
gp                   | text       |                   | GP practice | Example Surgery
child_location       | text       |                   | Where the child is now | At school until 15:15
home_authority       | text       |                   | Authority where the child lives, if not this one | Rotherham
child_voice          | prose      |                   | What the child said or showed | Said he is cold at night.
indicators           | indicators |                   | What was seen | sc-hygiene-persistent=present,duration=weeks
case_status          | code       | case_status       | Open work with the child at receipt | none
allocated_team       | text       |                   | Team, if open | East
allocated_worker     | text       |                   | Worker, if open | W Worker
rating               | code       | rating            | Rating | amber
rated_at             | moment     |                   | When it was rated | 02/03/2026 10:45
rated_by             | text       |                   | Who rated it | S Worker
level                | code       | level             | Level of need decided | 2
route                | code       | route             | Route decided | early_help
recommended_by       | text       |                   | Who recommended it | S Worker
decided_at           | moment     |                   | When it was decided | 02/03/2026 15:20
decided_by           | text       |                   | Who decided it | M Manager
reason               | prose      |                   | Why | Needs are at level 2.
outcomes             | codes      | outcome           | What came of it | early_help
early_help_receiver  | text       |                   | Who took on early help | East Family Hub
closed_at            | moment     |                   | When the outcome was carried out | 04/03/2026 16:00
"""


def _columns(scope: Scope, table: str) -> list[Column]:
    return [_column(scope, line) for line in table.strip().splitlines()]


def _column(scope: Scope, line: str) -> Column:
    name, kind, codes, words, example = (part.strip() for part in line.split("|"))
    return Column(name.rstrip(" !"), scope, Kind(kind), codes, name.endswith("!"), words, example)


COLUMNS = (*_columns(Scope.CONTACT, _CONTACT), *_columns(Scope.CHILD, _CHILD))
BY_NAME = {column.name: column for column in COLUMNS}
