"""Read the catalogue from its file, or say with file and line what is wrong and how to mend it."""

from pathlib import Path

from mash.kinds import Kind
from mash.rules.catalogue import (
    EVIDENCE,
    MEANINGS,
    ROUTING_ONLY,
    Ages,
    Catalogue,
    Fact,
    FactType,
    Indicator,
    Protective,
    Qualifier,
    Role,
)
from mash.rules.kind_reader import read_outcomes
from mash.rules.problems import Problems
from mash.rules.source import Entry, read_yaml

_FACT_ROLES = (Role.RISK, Role.CONTEXT, Role.ROUTING, Role.URGENCY, Role.AGREEMENT)


def load_catalogue(path: Path | str) -> Catalogue:
    """Read the catalogue.

    Raises:
        DocumentRefused: when the file is not as thresholds/README.md describes. It lists every mistake.
        OSError: when the file cannot be read.
    """
    problems = Problems(Path(path).name)
    root = Entry(None)
    with problems.gather():
        root = read_yaml(Path(path).read_bytes())
    problems.refuse_if_any()
    return catalogue_from(root, problems)


def catalogue_from(root: Entry, problems: Problems) -> Catalogue:
    """Build the catalogue from a tree already read."""
    catalogue: Catalogue | None = None
    parts: dict[str, Entry] = {}
    with problems.gather():
        needed = ("catalogue", "domains", "strands", "qualifiers", "indicators", "protective", "exceptions", "facts")
        parts = root.fields(needed, ("tags", "outcomes"))
        catalogue = _frame(parts)
    problems.refuse_if_any()
    if catalogue is None:
        raise AssertionError("a frame that failed was refused above")
    facts: dict[str, Fact] = {}
    readers = {"indicators": _indicator, "protective": _protective, "exceptions": _exception, "facts": _fact}
    for section, read in readers.items():
        with problems.gather():
            for entry in parts[section].items():
                with problems.gather():
                    fact = read(entry, catalogue)
                    if fact.name in facts:
                        raise entry.wrong(f"'{fact.name}' is defined twice", "Rename or remove one of the two")
                    facts[fact.name] = fact
    problems.refuse_if_any()
    return Catalogue(
        catalogue.version,
        catalogue.title,
        catalogue.domains,
        catalogue.strands,
        catalogue.tags,
        catalogue.qualifiers,
        facts,
        catalogue.outcomes,
    )


def _frame(parts: dict[str, Entry]) -> Catalogue:
    head = parts["catalogue"].fields(("version", "title"))
    qualifiers = {}
    for name, entry in parts["qualifiers"].mapping().items():
        fields = entry.fields(("words", "values"))
        qualifiers[name] = Qualifier(fields["words"].text(), _names(fields["values"]))
    return Catalogue(
        version=head["version"].text(),
        title=head["title"].text(),
        domains=words_by_key(parts["domains"]),
        strands=words_by_key(parts["strands"]),
        tags=words_by_key(parts["tags"]) if "tags" in parts else {},
        qualifiers=qualifiers,
        outcomes=read_outcomes(parts["outcomes"], Kind) if "outcomes" in parts else (),
    )


def words_by_key(entry: Entry) -> dict[str, str]:
    """Read a mapping of keys to plain words."""
    return {key: words.text() for key, words in entry.mapping().items()}


def _names(entry: Entry) -> tuple[str, ...]:
    names = tuple(item.text() for item in entry.items())
    if len(set(names)) < len(names):
        raise entry.wrong("a value is listed twice", "Keep one of the two")
    if not names or {"unknown", "not_asked"} & set(names):
        raise entry.wrong(
            "values must be named, and 'unknown' and 'not_asked' are always understood", "List the others"
        )
    return names


def _indicator(entry: Entry, catalogue: Catalogue) -> Fact:
    required = ("code", "words", "domain", "strand", "ages", "typical", "qualifiers", "tags", "question", "source")
    fields = entry.fields(required, ("means",))
    ages = fields["ages"].fields((), ("unborn", "from_years", "under_years"))
    return Fact(
        name=fields["code"].text(),
        role=Role.RISK,
        type=FactType.PRESENCE,
        words=fields["words"].text(),
        question=fields["question"].text(),
        means=_means(fields),
        indicator=Indicator(
            domain=fields["domain"].one_of(catalogue.domains, "domain"),
            strand=fields["strand"].one_of(catalogue.strands, "strand"),
            ages=Ages(
                unborn=ages["unborn"].one_of(("no", "too", "only"), "answer to 'unborn'")
                if "unborn" in ages
                else "too",
                from_years=ages["from_years"].whole(0, 18) if "from_years" in ages else 0,
                under_years=ages["under_years"].whole(1, 18) if "under_years" in ages else 18,
            ),
            typical=tuple(level.whole(1, 9) for level in fields["typical"].items()),
            qualifiers=tuple(name.one_of(catalogue.qualifiers, "qualifier") for name in fields["qualifiers"].items()),
            tags=frozenset(
                tag.one_of(catalogue.tags, "tag") if catalogue.tags else tag.text() for tag in fields["tags"].items()
            ),
            source=fields["source"].text(),
        ),
    )


def _protective(entry: Entry, catalogue: Catalogue) -> Fact:
    required = ("code", "words", "offsets", "evidence", "valid_days", "question")
    fields = entry.fields(required, ("from_years",))
    return Fact(
        name=fields["code"].text(),
        role=Role.PROTECTIVE,
        type=FactType.PRESENCE,
        words=fields["words"].text(),
        question=fields["question"].text(),
        protective=Protective(
            offsets=tuple(strand.one_of(catalogue.strands, "strand") for strand in fields["offsets"].items()),
            evidence=fields["evidence"].one_of(EVIDENCE, "kind of evidence"),
            valid_days=None if fields["valid_days"].value is None else fields["valid_days"].whole(1, 10_000),
            from_years=fields["from_years"].whole(1, 17) if "from_years" in fields else 0,
        ),
    )


def _exception(entry: Entry, catalogue: Catalogue) -> Fact:
    fields = entry.fields(("name", "words", "question"))
    name, words, question = (fields[key].text() for key in ("name", "words", "question"))
    return Fact(name, Role.EXCEPTION, FactType.PRESENCE, words, question)


def _fact(entry: Entry, catalogue: Catalogue) -> Fact:
    fields = entry.fields(("name", "role", "type", "words", "question"), ("unit", "max", "values", "ordered", "means"))
    name, kind = fields["name"].text(), FactType(fields["type"].one_of([*FactType], "type"))
    role = Role(fields["role"].one_of(_FACT_ROLES, "role"))
    if name in ROUTING_ONLY and role is not Role.ROUTING:
        raise fields["role"].wrong(f"'{name}' may never touch level or rating", "Write 'role: routing'")
    owners = {"unit": FactType.NUMBER, "max": FactType.NUMBER, "values": FactType.CHOICE, "ordered": FactType.CHOICE}
    for key, owner in owners.items():
        if key in fields and kind is not owner:
            raise fields[key].wrong(f"'{key}' goes only with type {owner}", f"Take it out, or write 'type: {owner}'")
    for key in ("unit", "values"):
        if key not in fields and kind is owners[key]:
            raise entry.wrong(f"the key '{key}' is missing", f"Add '{key}:'")
    return Fact(
        name=name,
        role=role,
        type=kind,
        words=fields["words"].text(),
        question=fields["question"].text(),
        unit=fields["unit"].text() if "unit" in fields else "",
        most=fields["max"].whole(1) if "max" in fields else 100_000,
        values=_names(fields["values"]) if "values" in fields else (),
        ordered=fields["ordered"].flag() if "ordered" in fields else False,
        means=_means(fields),
    )


def _means(fields: dict[str, Entry]) -> str:
    return fields["means"].one_of(MEANINGS, "meaning") if "means" in fields else ""
