"""Every group of pages there is. A new blueprint is added here, and nowhere else."""

from flask import Blueprint

from mash.web import account, admin, assets, front, sign_in_pages

PAGES: tuple[Blueprint, ...] = (
    assets.blueprint,
    front.blueprint,
    sign_in_pages.blueprint,
    account.blueprint,
    admin.blueprint,
)
