"""Keep a page apart from the tokens in it, so that the same page can be sent again with tokens of its own.

What people wrote cannot be taken for a place of a token: in it every quotation mark is written out.
"""

import re

from flask_wtf.csrf import generate_csrf

from mash.web.once import form_token

Parts = tuple[bytes, ...]
_PLACES = re.compile(rb'(name="form_token" value="|name="csrf_token" value="|name="csrf-token" content=")[^"]*')


def parted(page: str) -> Parts:
    """Take a page apart: what stands before each token, what kind of token it is, and so on to the end."""
    return tuple(_PLACES.split(page.encode()))


def with_tokens(parts: Parts) -> bytes:
    """Put a page together again, each form with a token that no form had before."""
    csrf = generate_csrf().encode()
    whole = list(parts)
    for at in range(1, len(whole), 2):
        whole[at] += form_token().encode() if b"form_token" in whole[at] else csrf
    return b"".join(whole)
