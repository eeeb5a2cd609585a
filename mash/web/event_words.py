"""What each kind of event is called on a timeline, in plain words, with what it says and why.

An event that is not listed here is shown by its own name, never left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mash.journeys.events import ERASED
from mash.web.access_words import ACCESS, BESIDE
from mash.web.contact_words import agreement_words, channel_words, clock_words, type_words, words_of
from mash.web.filters import moment
from mash.web.partner_words import REPLIES
from mash.workflow.escalation import Post

GROUPS = {name: name.capitalize() for name in ("decisions", "ratings", "information", "work", "system")}


@dataclass(frozen=True, slots=True)
class Words:
    """One event in words. ``lines`` are sentences; ``reason`` is somebody's own words."""

    title: str
    lines: tuple[str, ...] = ()
    reason: str = ""
    group: str = "work"


@dataclass(frozen=True, slots=True)
class Names:
    """What an event's ids and codes stand for on this contact; ratings and outcomes as its version calls them."""

    children: Mapping[int, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    rating: Callable[[str], str] = words_of
    route: Callable[[str], str] = words_of

    def of(self, data: Mapping[str, Any]) -> str:
        """Say whom an event is about, to follow its title; nothing where the contact has only one child."""
        name = self.children.get(data.get("child", 0), "")
        return f": {name}" if name and len(self.children) > 1 else ""


Teller = Callable[[Mapping[str, Any], Names], Words]


def _received(data: Mapping[str, Any], names: Names) -> Words:
    lines = [f"{type_words(data['type'])}, {_children(data['children'])}."]
    if data.get("due_at"):
        lines.append(f"Decision due {_when(data['due_at'])}.")
    if data.get("entered_late"):
        lines.append(f"Entered late: it was received {_when(data['received_at'])}.")
    return Words(f"Received: {channel_words(data['channel']).lower()}", tuple(lines))


def _children(number: int) -> str:
    return {0: "no child recorded yet", 1: "about 1 child"}.get(number, f"about {number} children")


def _claimed(data: Mapping[str, Any], names: Names) -> Words:
    return Words("Taken over from another", reason=data.get("reason", "")) if data.get("from") else Words("Taken")


def _assigned(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"Given to {data['to_name']}", reason=data.get("reason", ""))


def _asked_for(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"Asked {data['of_name']} for it", reason=data.get("text", ""))


def _observed(data: Mapping[str, Any], names: Names) -> Words:
    lines = tuple(
        f"{names.facts.get(code, words_of(code))}: {_value(change['to'])}"
        + (f", was {_value(change['from'])}" if change.get("from") is not None else "")
        for code, change in data["facts"].items()
    )
    return Words(f"What is known changed{names.of(data)}", lines, group="information")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        more = [words_of(str(said)).lower() for name, said in value.items() if name != "value"]
        return ", ".join([_value(value.get("value")), *more])
    return words_of(str(value)).lower() if isinstance(value, str) else str(value)


def _rated(data: Mapping[str, Any], names: Names) -> Words:
    was = f" from {names.rating(data['from']).upper()}" if data.get("from") else ""
    title = f"Rated {names.rating(data['to']).upper()}{was}{names.of(data)}"
    return Words(title, reason=data.get("reason", ""), group="ratings")


def _proposed(data: Mapping[str, Any], names: Names) -> Words:
    title = f"Proposed {names.rating(data['to']).upper()}{names.of(data)}"
    return Words(title, reason=data.get("reason", ""), group="ratings")


def _decision(verb: str) -> Teller:
    def tell(data: Mapping[str, Any], names: Names) -> Words:
        title = f"{verb}{names.of(data)}: level {data['level']}, {names.route(data['route']).lower()}"
        lines = [f"Thresholds {data['ruleset']}." if data.get("ruleset") else ""]
        if data.get("advised_level"):
            lines.append(f"The rules suggested level {data['advised_level']}.")
        if data.get("own_level") and data["own_level"] != data["level"]:
            lines.append(f"First choice was level {data['own_level']}.")
        if data.get("lower_reason"):
            lines.append(f"Why lower: {data['lower_reason']}")
        lines += data.get("sign_off") or []
        return Words(title, tuple(line for line in lines if line), data.get("reason", ""), "decisions")

    return tell


def _agreement(data: Mapping[str, Any], names: Names) -> Words:
    was = f" (was {agreement_words(data['from']).lower()})" if data.get("from") else ""
    title = f"Agreement to a service{names.of(data)}: {agreement_words(data['to']).lower()}{was}"
    return Words(title, group="decisions")


def _asked(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"Asked {data['agency']}", (f"Needed by {_when(data['due_at'])}.",), group="information")


def _replied(data: Mapping[str, Any], names: Names) -> Words:
    late = ("It came after it was due.",) if data.get("late") else ()
    return Words(
        f"{data['agency']} answered: {REPLIES.get(data['reply'], data['reply']).lower()}", late, group="information"
    )


def _weighed(data: Mapping[str, Any], names: Names) -> Words:
    changes = "changes" if data["changes_decision"] else "does not change"
    return Words(f"The late answer {changes} the decision", group="information")


def _offered(data: Mapping[str, Any], names: Names) -> Words:
    kind = "Step down offered" if data.get("kind") == "step_down" else "Offered"
    return Words(f"{kind} to {data['team']}{names.of(data)}")


def _accepted(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"Accepted by {data['team']}{names.of(data)}", (f"Lead practitioner: {data['lead']}.",))


def _declined(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"Declined by {data['team']}{names.of(data)}", reason=data.get("reason", ""))


def _corrected(data: Mapping[str, Any], names: Names) -> Words:
    lines = (f"It was recorded as {_when(data['from'])}.",)
    return Words(f"Time of receipt corrected to {_when(data['to'])}", lines, data.get("reason", ""))


def _child_added(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"A child was added{names.of(data)}")


def _told(title: str) -> Teller:
    def tell(data: Mapping[str, Any], names: Names) -> Words:
        cannot = data.get("way") == "cannot"
        return Words(f"{title} cannot be told" if cannot else f"{title} was told", reason=data.get("note", ""))

    return tell


def _viewed(data: Mapping[str, Any], names: Names) -> Words:
    counted = tuple(f"{sentence}." for sentence in data["counted"])
    return Words("View of the pattern written", counted, data["text"], "decisions")


def _reviewed(data: Mapping[str, Any], names: Names) -> Words:
    holds = "agreed with" if data["answer"] == "holds" else "seen otherwise"
    return Words(f"View of the pattern {holds}", reason=data["reason"], group="decisions")


def _undone(data: Mapping[str, Any], names: Names) -> Words:
    sent = ("The message to the referrer was not sent.",) if data.get("message_withdrawn") else ()
    return Words("Decision undone", sent, group="decisions")


def _held(data: Mapping[str, Any], names: Names) -> Words:
    return Words("Message to the referrer written", (f"Held until {_when(data['not_before'])}.",), group="system")


def _escalated(data: Mapping[str, Any], names: Names) -> Words:
    who = ", ".join(data["told"]) or "nobody is named in that post"
    lines = (f"No manager had taken it up after {data['waited_minutes']} minutes.",)
    return Words(f"Told that it waits: {Post(data['post']).words.lower()} ({who})", lines, group="system")


def _given(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"Given to {data['to']}, to take up", group="decisions")


def _night(data: Mapping[str, Any], names: Names) -> Words:
    lines = (f"{data['taken_by']} took it {_when(data['taken_at'])}.",)
    return Words(f"Handed to the night team: {data['team']}", lines, data["told"], "decisions")


def _turned_back(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"Not {'taken up' if data['what'] == 'taken' else 'given'} after all", group="decisions")


def _stage(title: str, due: str = "It is due") -> Teller:
    def tell(data: Mapping[str, Any], names: Names) -> Words:
        lines = (f"{due} {_when(data.get('to') or data['due_at'])}.",)
        return Words(f"{title}: {clock_words(data['clock']).lower()}", lines, data.get("reason", ""), "system")

    return tell


def _reply_late(data: Mapping[str, Any], names: Names) -> Words:
    return Words(f"Reply late: {data['agency']}", (f"It was due {_when(data['due_at'])}.",), group="information")


def _plain(title: str, group: str = "work") -> Teller:
    def tell(data: Mapping[str, Any], names: Names) -> Words:
        return Words(title, (), next((data[n] for n in ("reason", "answer", "text") if data.get(n)), ""), group)

    return tell


TELLERS: Mapping[str, Teller] = {
    "contact.received": _received,
    "contact.claimed": _claimed,
    "contact.assigned": _assigned,
    "contact.asked_for": _asked_for,
    "contact.share_undone": _plain("Sharing out undone: back with whoever had it before"),
    "contact.released": _plain("Put back in the queue"),
    "contact.screened": _plain("Screened: people matched and open work looked for"),
    "contact.recommended": _plain("Sent to a manager", "decisions"),
    "contact.informed": _plain("Closed as information only", "decisions"),
    "contact.closed": _plain("Closed"),
    "contact.reopened": _plain("Reopened", "decisions"),
    "contact.undone": _undone,
    "contact.skipped": _plain("Skipped"),
    "message.held": _held,
    "message.sent": _plain("Message to a colleague sent", "system"),
    "message.not_sent": _plain("Message to a colleague could not be sent", "system"),
    "message.withdrawn": _plain("Message to the referrer withdrawn", "system"),
    "contact.cancelled": _plain("Cancelled as an error"),
    "contact.receipt_corrected": _corrected,
    "contact.note": _plain("Note"),
    "contact.pattern_viewed": _viewed,
    "contact.pattern_reviewed": _reviewed,
    "contact.manager_told": _plain("A manager was told", "ratings"),
    "contact.child_added": _child_added,
    "referrer.told_arrived": _told("That it arrived: the referrer"),
    "referrer.told_outcome": _told("What was decided: the referrer"),
    "child.observed": _observed,
    "child.rated": _rated,
    "child.rating_proposed": _proposed,
    "child.recommended": _decision("Recommended"),
    "child.decided": _decision("Decided"),
    "child.agreement": _agreement,
    "child.offered": _offered,
    "child.hand_over_accepted": _accepted,
    "child.hand_over_declined": _declined,
    "oversight.acknowledged": _plain("A manager has this", "decisions"),
    "oversight.agreed": _plain("A manager agreed", "decisions"),
    "oversight.changed": _plain("A manager decided otherwise", "decisions"),
    "oversight.returned": _plain("A manager returned it for more work", "decisions"),
    "oversight.directed": _plain("A manager’s direction", "decisions"),
    "oversight.handed_to_night_team": _plain("Handed to the night team", "decisions"),
    "information.authorised": _plain("A manager authorised checks without agreement", "information"),
    "information.asked": _asked,
    "information.received": _replied,
    "information.weighed": _weighed,
    "information.late": _reply_late,
    "clock.half": _stage("Half of the time has gone"),
    "clock.hour": _stage("Due within the hour"),
    "clock.due": _stage("Due now"),
    "clock.moved": _stage("Deadline moved"),
    "clock.late": _stage("Late", "It was due"),
    "red.escalated": _escalated,
    "red.given": _given,
    "red.taken": _plain("Whoever was given this red has it", "decisions"),
    "red.handed_to_night_team": _night,
    "red.undone": _turned_back,
    **{kind: _plain(title) for kind, title in (ACCESS | BESIDE).items()},
}


def in_words(kind: str, data: Mapping[str, Any], names: Names) -> Words:
    """Tell one event in words; of one that was erased with its contact, only its kind."""
    teller, title = TELLERS.get(kind), words_of(kind.replace(".", " "))
    if data == ERASED:
        return Words(f"{title}: erased with its contact")
    return teller(data, names) if teller else Words(title, group="system")


def _when(written: str) -> str:
    return moment(datetime.fromisoformat(written))
