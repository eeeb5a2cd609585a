"""Invented families, and who in them a contact is about. Families come back, as real ones do."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from mash.config import DATA
from mash.journeys.people import postcode_form, search_form
from mash.journeys.sample.figures import Figures
from mash.models.people import surname_first

NAMES: dict[str, list[str]] = json.loads((DATA / "invented_names.json").read_text("utf-8"))
CHILDHOOD_DAYS = 18 * 365
PREGNANCY_DAYS = 280


@dataclass(slots=True)
class InventedChild:
    """A child of an invented family: the row of its person, and what has happened so far."""

    id: int
    row: dict[str, Any]
    born: date | None
    received: list[datetime] = field(default_factory=list)
    referred: list[date] = field(default_factory=list)
    incidents: list[tuple[datetime, str, tuple[str, ...]]] = field(default_factory=list)
    lapsed: datetime | None = None
    open_to: str | None = None
    written: bool = False

    def is_a_child(self, day: date) -> bool:
        if self.born is None:
            return bool(self.row["due_date"] >= day)
        return 0 <= (day - self.born).days < CHILDHOOD_DAYS


@dataclass(slots=True)
class Family:
    """A home: its address, its children and its adults (rows of people, with how they are related)."""

    address: dict[str, Any]
    children: list[InventedChild]
    adults: list[tuple[dict[str, Any], str]]
    received: list[datetime] = field(default_factory=list)
    written: bool = False


class Neighbourhood:
    """All invented families so far. Ids are handed out here, so that rows can be written without asking for them."""

    def __init__(self, chance: Random, figures: Figures, *, first_person: int, first_address: int, tag: str) -> None:
        self.chance, self.figures, self.tag = chance, figures, tag
        self.families: list[Family] = []
        self._person, self._address = first_person, first_address

    def family_for(self, at: datetime) -> Family:
        """Give a family that has been heard of before, or a new one, by the share that come back."""
        if self.families and self.chance.random() < self.figures.shape["repeat_family"]:
            recent = self.families[-4000:]
            known = self.chance.choice(recent)
            if any(child.is_a_child(at.date()) for child in known.children):
                return known
        made = self._family(at)
        self.families.append(made)
        return made

    def _family(self, at: datetime) -> Family:
        chance = self.chance
        surname = chance.choice(NAMES["surnames"])
        address = self._make_address()
        counts = self.figures.shape["children_per_family"]
        size = int(chance.choices(list(counts), list(counts.values()))[0])
        children = [self._child(surname, at) for _ in range(size)]
        adults = [(self._adult(chance.choice(NAMES["women"]), surname, "F", at), "mother")]
        if chance.random() < 0.6:
            other = surname if chance.random() < 0.5 else chance.choice(NAMES["surnames"])
            relation = "father" if chance.random() < 0.7 else "mother's partner"
            adults.append((self._adult(chance.choice(NAMES["men"]), other, "M", at), relation))
        return Family(address, children, adults)

    def _make_address(self) -> dict[str, Any]:
        chance = self.chance
        self._address += 1
        number, street = chance.randint(1, 180), chance.choice(NAMES["streets"])
        lines = f"{number} {street} {chance.choice(NAMES['endings'])}, Anytown"
        inward = f"{chance.randint(1, 9)}{chance.choice('ABDEFG')}{chance.choice('HJLNPQ')}"
        postcode = postcode_form(f"ZZ{chance.randint(1, 12)}{inward}")
        return {
            "id": self._address,
            "key": f"{search_form(lines)}|{postcode}|{self._address}",
            "lines": lines,
            "postcode": postcode,
            "uprn": None,
            "protected": chance.random() < 0.005,
        }

    def _blank(self, kind: str, at: datetime) -> dict[str, Any]:
        self._person += 1
        return {
            "id": self._person,
            "kind": kind,
            "council_id": f"{self.tag}{self._person}" if kind == "child" else None,
            "forename": "",
            "surname": "",
            "search_name": "",
            "search_surname": "",
            "descriptor": "",
            "unnamed": False,
            "unborn": False,
            "date_of_birth": None,
            "due_date": None,
            "estimated_age": None,
            "age_estimated_on": None,
            "sex": "U",
            "ethnicity": "",
            "language": "",
            "school": "",
            "disabilities": [],
            "made_at": at,
        }

    def _adult(self, forename: str, surname: str, sex: str, at: datetime) -> dict[str, Any]:
        born = at.date() - timedelta(days=self.chance.randint(19 * 365, 48 * 365))
        said = {"forename": forename, "surname": surname, "sex": sex, "date_of_birth": born}
        return (
            self._blank("adult", at)
            | said
            | {
                "search_name": search_form(forename, surname),
                "search_surname": surname_first(search_form(forename, surname), surname),
            }
        )

    def _child(self, surname: str, at: datetime) -> InventedChild:
        chance, shape, row = self.chance, self.figures.shape, self._blank("child", at)
        draw, day = chance.random(), at.date()
        sex = chance.choice("FM")
        row |= {
            "sex": sex,
            "ethnicity": chance.choice(NAMES["ethnicities"]),
            "language": chance.choice(NAMES["languages"]),
        }
        if draw < shape["unborn"]:
            row |= {
                "unborn": True,
                "sex": "U",
                "due_date": day + timedelta(days=chance.randint(20, PREGNANCY_DAYS - 60)),
            }
            return InventedChild(row["id"], row, None)
        years = chance.choices(range(18), [9, 8, 7, 7, 6, 5, 5, 5, 5, 5, 5, 6, 6, 7, 8, 7, 5, 3])[0]
        born = day - timedelta(days=years * 365 + chance.randint(1, 360))
        if draw < shape["unborn"] + shape["unnamed"]:
            who = "girl" if sex == "F" else "boy"
            row |= {
                "unnamed": True,
                "descriptor": f"{who} about {max(years, 1)}",
                "estimated_age": years,
                "age_estimated_on": day,
            }
            return InventedChild(row["id"], row, born)
        forename = chance.choice(NAMES["girls"] if sex == "F" else NAMES["boys"])
        row |= {"forename": forename, "surname": surname}
        row |= {
            "search_name": search_form(forename, surname),
            "search_surname": surname_first(search_form(forename, surname), surname),
        }
        row["school"] = chance.choice(NAMES["schools"]) if 3 <= years <= 16 else ""
        if draw < shape["unborn"] + shape["unnamed"] + shape["estimated_age"]:
            row |= {"estimated_age": years, "age_estimated_on": day}
        else:
            row["date_of_birth"] = born
        return InventedChild(row["id"], row, born)
