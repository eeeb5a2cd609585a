"""A council's own name, picture and colour, refused where it could not be read; and practice, unlike anything else."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from mash.colour import contrast, lightened
from mash.config import Misconfigured, from_environment
from mash.web.brand import DARK_SHEET, PRACTICE, style
from tests.web.conftest import Browser


def of(monkeypatch: pytest.MonkeyPatch, **told: str) -> None:
    for name, value in told.items():
        monkeypatch.setenv(f"MASH_{name}", value)


@pytest.mark.parametrize("pale", ["#ffdd00", "#9ab", "teal", "#8a939b", "#17303f;}"])
def test_a_colour_that_could_not_be_read_or_is_none_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, pale: str
) -> None:
    of(monkeypatch, ACCENT=pale)
    with pytest.raises(Misconfigured, match=r"MASH_ACCENT.*(too pale to read|must be a colour)") as refused:
        from_environment()
    assert "\n" not in str(refused.value)


def test_a_picture_must_be_there_and_of_a_kind_that_is_served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "large.svg").write_bytes(b"x" * (100 * 1024 + 1))
    for name, why in (("logo.gif", "SVG or PNG"), ("none.svg", "No such file"), ("large.svg", "100 KB")):
        of(monkeypatch, LOGO=str(tmp_path / name))
        with pytest.raises(Misconfigured, match=why):
            from_environment()


@pytest.mark.parametrize("colour", ["#17303f", "#5b0f3a", "#004225", "#000000"])
def test_links_in_any_accepted_colour_are_readable_light_and_dark(monkeypatch: pytest.MonkeyPatch, colour: str) -> None:
    of(monkeypatch, ACCENT=colour)
    assert contrast(from_environment().accent, "#e6eef6") >= 4.5
    assert contrast(lightened(colour, DARK_SHEET, 7), DARK_SHEET) >= 7
    assert lightened(colour, DARK_SHEET, 7) in style(colour)


def test_a_council_sees_its_name_its_picture_and_its_colour_on_every_page(app: Flask, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    made = app.extensions["mash"]
    app.extensions["mash"] = replace(made, settings=replace(made.settings, accent="#5b0f3a", logo=logo))
    client = app.test_client()
    page = client.get("/sign-in").text
    addresses = [part.split('"')[0] for part in page.split('"/brand/')[1:]]
    assert sorted(address.split("/")[1] for address in addresses) == ["accent.css", "logo.svg"]
    for address in addresses:
        answer = client.get(f"/brand/{address}")
        assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
    assert "--deep:#5b0f3a" in client.get(f"/brand/{next(a for a in addresses if 'css' in a)}").text
    assert 'name="theme-color" content="#5b0f3a"' in page
    assert client.get("/brand/x/logo.png").status_code == 404


def test_with_nothing_set_nothing_is_asked_for(app: Flask) -> None:
    client = app.test_client()
    assert "/brand/" not in client.get("/sign-in").text
    assert client.get("/brand/x/accent.css").status_code == client.get("/brand/x/logo.svg").status_code == 404


def test_practice_says_so_on_every_page_in_words_title_colour_and_marking(app: Flask) -> None:
    made = app.extensions["mash"]
    app.extensions["mash"] = replace(made, settings=replace(made.settings, practice=True))
    client = app.test_client()
    page = client.get("/sign-in").text
    for words in ("<title>Practice: Sign in", "Everybody and everything here is invented", "PRACTICE", PRACTICE):
        assert words in page
    assert "OFFICIAL-SENSITIVE" not in page
    assert PRACTICE in client.get("/brand/x/accent.css").text


def test_the_cookie_of_practice_is_another_one(app: Flask, people: dict[str, int]) -> None:
    made = app.extensions["mash"]
    app.extensions["mash"] = replace(made, settings=replace(made.settings, practice=True))
    browser = Browser(app.test_client())
    assert browser.sign_in("manager").status_code == 303
    assert browser.client.get_cookie("mash-practice")
    assert browser.token == ""
