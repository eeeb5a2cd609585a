"""The invented people of the front door, one or more for every role, each with a random password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys import passwords
from mash.journeys.actor import Actor
from mash.journeys.posts import set_post
from mash.journeys.users import make_user


@dataclass(frozen=True, slots=True)
class Sampled:
    """Someone invented: who they are, what they may do, and the team they receive work for."""

    username: str
    name: str
    roles: tuple[str, ...]
    does: str
    team: str = ""
    post: str = ""


SAMPLE_STAFF = (
    Sampled("aisha", "Aisha Khan", ("practitioner",), "practitioner"),
    Sampled("tom", "Tom Reid", ("practitioner",), "practitioner"),
    Sampled("beth", "Beth Oldroyd", ("practitioner",), "practitioner"),
    Sampled("sam", "Sam Pickles", ("contact_officer",), "contact officer"),
    Sampled("nia", "Nia Firth", ("contact_officer",), "contact officer"),
    Sampled("marcia", "Marcia Obi", ("manager",), "manager and head of service", post="head_of_service"),
    Sampled("joy", "Joy Cole", ("manager",), "deputy manager", post="deputy"),
    Sampled("assess", "Dev Laycock", ("receiving_team",), "assessment team", "Assessment team"),
    Sampled("protect", "Ros Midgley", ("receiving_team",), "child protection team", "Child protection team"),
    Sampled("earlyhelp", "Kit Varley", ("receiving_team",), "early help hub", "Early help hub"),
    Sampled("allocated", "Lou Senior", ("receiving_team",), "allocated team", "Allocated team"),
    Sampled("review", "Ada Stead", ("reviewer",), "threshold reviewer"),
    Sampled("partner", "Wyn Ackroyd", ("safeguarding_partner",), "safeguarding partner"),
    Sampled("admin", "Jo Umpleby", ("admin",), "administrator"),
    Sampled("audit", "Ike Wraith", ("auditor",), "auditor"),
)


def hire(session: Session, *, by: Actor, at: datetime) -> dict[str, str]:
    """Add every sample user. Returns each password by username; only its hash is kept."""
    made: dict[str, str] = {}
    for person in SAMPLE_STAFF:
        made[person.username] = passwords.generate()
        user = make_user(
            session,
            username=person.username,
            name=person.name,
            roles=person.roles,
            team=person.team,
            password=made[person.username],
            by=by,
            at=at,
        )
        if person.post:
            set_post(session, user_id=user.id, post=person.post, by=by, at=at)
    return made
