"""Keep a page apart from the tokens and the moments in it, so that it can be sent again with those of its own.

What people wrote cannot be taken for a place of a token: in it every quotation mark is written out.
"""

import re

from flask_wtf.csrf import generate_csrf

from mash.web.access import current
from mash.web.once import form_token
from mash.web.wiring import moment

Parts = tuple[bytes, ...]
_PLACES = re.compile(
    rb'(name="form_token" value="|name="csrf_token" value="|name="csrf-token" content="|data-now="|data-ends=")[^"]*'
)


def parted(page: str) -> Parts:
    """Take a page apart: what stands before each token or moment, what kind it is, and so on to the end."""
    return tuple(_PLACES.split(page.encode()))


def with_tokens(parts: Parts) -> bytes:
    """Put a page together again, each form with a token that no form had before, and the moment that it is sent."""
    csrf, now, ends = generate_csrf().encode(), moment().isoformat().encode(), current().expires_at.isoformat().encode()
    whole = list(parts)
    for at in range(1, len(whole), 2):
        if b"data-now" in whole[at]:
            whole[at] += now
        elif b"data-ends" in whole[at]:
            whole[at] += ends
        else:
            whole[at] += form_token().encode() if b"form_token" in whole[at] else csrf
    return b"".join(whole)
