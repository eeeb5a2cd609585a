"""Words without their marks, for seeing whether two people wrote the same."""

import re
import unicodedata


def plain(text: str) -> str:
    """Leave only the letters, digits and order of the words.

    >>> plain("Parents' own needs.")
    'parents own needs'
    """
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold().replace("'", "")))
