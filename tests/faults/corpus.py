"""Bad input, made here: what would break out of its place if it were let, and what is no sound value at all."""

from collections.abc import Iterator
from functools import cache
from itertools import product

MARK = "<zq9"
"""What every try at markup holds: it must never come back in a page as it was written."""
TAGS = (
    "<zq9 onload=alert(1)>",
    "<zq9><script>alert(1)</script>",
    "<zq9 style=x:expression(1)>",
    "<zq9><img src=x onerror=alert(1)>",
    "<zq9><svg/onload=alert(1)>",
    "<zq9><a href=javascript:alert(1)>",
)
BEFORE = (
    "",
    "x",
    '"',
    "'",
    "`",
    "-->",
    "</title>",
    "</textarea>",
    "</script>",
    "]]>",
    '"><',
    "'><",
    '\\"',
    "\n",
    "&quot;",
)
AFTER = ("", "x", "<!--", '"', "//")
SQL_WORDS = (
    "OR 1=1",
    "; DROP TABLE contact",
    "UNION SELECT NULL",
    "AND SLEEP(5)",
    "; SELECT pg_sleep(9)",
    "|| 'x'",
    "LIKE '%",
)
SQL_ENDS = ("--", "#", "/*", "", ";", "\\")
TEMPLATE = (
    "{{7*7}}",
    "{% raw %}",
    "{{config}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7 %>",
    "{{''.__class__}}",
    "%(x)s",
    "{0.x}",
    "%n%n",
)
SPOKEN = ("\r\nSet-Cookie: a=b", "\nLocation: /x", "%0d%0aX: y", "\r\n\r\n<html>", "\x0b\x0c\x1c\x85\u2028\u2029")
LOGGED = ('{"event": "request"}', "\n2026-11-27 ERROR all lost", "\x1b[31mred\x1b[0m", "\x08\x08\x08", "\x07")
SHEET = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x","y")',
    "=cmd|'/c calc'!A1",
    "＝1+1",
    "=@a",
)
PATHS = ("../../etc/passwd", "..\\..\\x", "/etc/passwd", "%2e%2e%2f", "file:///x", "C:\\x", "....//", "~root")
COMMANDS = ("; ls", "| cat", "`id`", "$(id)", "&& id", "*)(uid=*", "*)(&", "\\2a", "!x", ">x", "<x", "||x")
NUMBERS = (
    "0",
    "-1",
    "-0",
    "00",
    "1.9",
    "1_000",
    " 7 ",
    "٣",
    "３",
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "1e-400",
    "0x1f",
    "1,000",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999",
    "2147483648",
    "½",
    "²",
)
MOMENTS = (
    "2026-02-30",
    "0000-00-00",
    "20260101",
    "2026-W01-1",
    "9999-12-31T23:59:60",
    "1900-01-01",
    "24:00",
    "25:61",
    "noon",
    "2026-03-29T01:30",
    "2026-10-25T01:30",
    "31",
    "13",
    "0",
    "-1",
    "99999",
)
LETTERS = (
    "\0",
    "a\0b",
    "\ud800",
    "a\udfffb",
    "\ufeff",
    "\u202ezzz\u202c",
    "\u200d",
    "\u200b",
    "é",
    "e\u0301",
    "ﬁ",
    "𝕏",
    "👩‍👩‍👧‍👦",
    "İ",
    "ß",
    "\uffff",
    "\U0010ffff",
    "а",
    "Ω",
    "\u3000",
    "\u00a0",
    "\u2066x",
    "Ǆ",
    "z" + "\u0301" * 200,
    "🏴" + "\U000e0067" * 50,
)
TYPES = (
    "null",
    "true",
    "undefined",
    "[]",
    "{}",
    "[object Object]",
    "None",
    "yes",
    "on",
    "'",
    '"',
    "\\",
    "%",
    "_",
    "%%",
    "?",
)
LONG = (200, 201, 4000, 4001, 20_000, 100_000)


@cache
def words() -> tuple[str, ...]:
    """Return every word of the corpus, each once."""
    return tuple(dict.fromkeys(_made()))


def _made() -> Iterator[str]:
    for before, tag, after in product(BEFORE, TAGS, AFTER):
        yield f"{before}{tag}{after}"
    for quote, word, end in product(("'", '"', "1", "')", "1)"), SQL_WORDS, SQL_ENDS):
        yield f"{quote} {word} {end}"
    for place, word in product(("", "x", "x\n"), (*TEMPLATE, *SPOKEN, *LOGGED, *SHEET, *PATHS, *COMMANDS)):
        yield place + word
    yield from (*NUMBERS, *MOMENTS, *TYPES)
    for place, letter in product(("", "Robin ", "x" * 199), LETTERS):
        yield place + letter
    for length, letter in product(LONG, ("x", "é", "\n", " ", "👶", "<zq9 ")):
        yield letter * length


@cache
def core() -> tuple[str, ...]:
    """Return a few words of every kind, for each field of each form."""
    return (
        *(f"{before}{TAGS[0]}" for before in BEFORE[2:6]),
        "' OR 1=1 --",
        "1; DROP TABLE contact",
        *TEMPLATE[:3],
        *SPOKEN[:2],
        LOGGED[1],
        *SHEET[:4],
        PATHS[0],
        COMMANDS[3],
        *NUMBERS,
        *MOMENTS[:6],
        *LETTERS[:9],
        LETTERS[-2],
        *TYPES[:6],
        "",
        "x" * 201,
        "x" * 4001,
        "x" * 20_001,
    )
