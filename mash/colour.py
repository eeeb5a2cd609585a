"""How readable one colour is on another, by the formula of the Web Content Accessibility Guidelines."""

import re

WHITE = "#ffffff"
GROUND = "#e6eef6"
"""The darkest of the light grounds that words and links stand on: a row that is picked."""
READABLE = 4.5
"""The least contrast of words with what is behind them."""


def contrast(colour: str, other: str) -> float:
    """Return the contrast of two colours written as ``#17303f``: from 1, none, to 21, black on white.

    Raises:
        ValueError: If either is not a colour written so.

    >>> round(contrast("#000000", "#ffffff")), round(contrast("#ffdd00", "#ffffff"), 2)
    (21, 1.35)
    """
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lightened(colour: str, behind: str, least: float = READABLE) -> str:
    """Mix a colour with as little white as makes it readable on a dark one.

    >>> lightened("#17303f", "#ffffff", 1.0), contrast(lightened("#17303f", "#12181d"), "#12181d") >= 4.5
    ('#17303f', True)
    """
    parts = _parts(colour)
    for percent in range(101):
        mixed = "#" + "".join(f"{round(part + (255 - part) * percent / 100):02x}" for part in parts)
        if contrast(mixed, behind) >= least:
            return mixed
    return WHITE


def _parts(colour: str) -> tuple[int, int, int]:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(colour)
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (part / 255 for part in _parts(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
