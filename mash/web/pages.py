"""Every group of pages there is. A new blueprint is added here, and nowhere else."""

from flask import Blueprint

from mash.web import (
    account,
    admin,
    assets,
    change,
    children,
    decide,
    front,
    hand_overs,
    information,
    night,
    queue,
    quick,
    record,
    red,
    referrer,
    review,
    search,
    sign_in_pages,
    timeline,
    workspace,
)

PAGES: tuple[Blueprint, ...] = (
    assets.blueprint,
    front.blueprint,
    sign_in_pages.blueprint,
    account.blueprint,
    admin.blueprint,
    queue.blueprint,
    record.blueprint,
    search.blueprint,
    red.blueprint,
    night.blueprint,
    hand_overs.blueprint,
    timeline.blueprint,
    workspace.blueprint,
    decide.blueprint,
    quick.blueprint,
    review.blueprint,
    referrer.blueprint,
    children.blueprint,
    information.blueprint,
    change.blueprint,
)
