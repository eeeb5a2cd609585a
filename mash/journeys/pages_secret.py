"""The pages' secret as journeys take it: one, or for a day after a change the one in use and then the one before."""

Secret = str | tuple[str, ...]


def each(secret: Secret) -> tuple[str, ...]:
    """Give the secrets that count, the one in use first.

    >>> each("new"), each(("new", "old"))
    (('new',), ('new', 'old'))
    """
    return (secret,) if isinstance(secret, str) else secret
