"""An extract is in the audit of what left: whom it told of, beside other prints and files, and in a breach report."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mash import clock
from mash.db import reading
from mash.journeys.keep_extracts import WAYS
from mash.models import AuditList, AuditRead
from tests.web.arriving import arrive
from tests.web.conftest import SignInAs
from tests.web.test_extracts import ASKED, PAGE, at, at_once, downloads

__all__ = ["at", "at_once"]


@pytest.mark.parametrize("what", WAYS)
def test_an_extract_tells_of_everyone_in_it_and_stands_beside_what_left(
    app: Flask, sign_in_as: SignInAs, what: str
) -> None:
    inside = [arrive(app, ago=timedelta(days=1)) for _ in range(2)]
    arrive(app, ago=timedelta(days=60))
    manager = sign_in_as("manager")
    manager.send(PAGE, **(ASKED | {"what": what}))
    (address,) = downloads(manager)
    assert manager.get(address).status_code == 200
    with reading(app.extensions["mash"].database) as session:
        rows = select(AuditRead.page, AuditList.told).join(AuditList).where(AuditRead.page == "extracts.take")
        ((_, told),) = session.execute(rows).all()
    assert sorted(told["contacts"]) == sorted(inside)
    auditor = sign_in_as("auditor")
    left = auditor.get("/audit?what=left").text
    assert ("Extract taken" in left, "Ofsted, notified 13 April" in left, "Extract, as a file" in left) == (True,) * 3
    london = clock.now() + timedelta(hours=1)
    times = f"from={london - timedelta(hours=6):%Y-%m-%dT%H:%M}&to={london + timedelta(hours=6):%Y-%m-%dT%H:%M}"
    assert "Extract taken" in auditor.get(f"/audit/breach?{times}").text
    assert "Extract taken" not in auditor.get(f"/audit/breach?{times}&worker=999").text
