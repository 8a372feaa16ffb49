"""Words as part of an address."""

import re
import unicodedata

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "ł": "l"})
SLUG_LENGTH = 80


def slug_of(title: str, otherwise: str = "release") -> str:
    """ASCII letters, digits and hyphens, cut at a word. ``otherwise``: where it has none."""
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", title).casefold().translate(_SPELT))
    words = re.findall(r"[a-z0-9]+", spelt.encode("ascii", "ignore").decode())
    slug = "-".join(words)
    if len(slug) > SLUG_LENGTH:
        slug = slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug[:SLUG_LENGTH]
    return slug or otherwise
