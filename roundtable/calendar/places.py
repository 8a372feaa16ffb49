"""Where a link to a map points, where it says so without doubt."""

import math
import re
from urllib.parse import parse_qs, urlsplit

_NUMBER = r"-?\d{1,3}(?:\.\d+)?"
_PAIR = re.compile(rf"({_NUMBER}),\s?({_NUMBER})")


def coordinates(map_url: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, to six places (RFC 5545 3.8.1.6); None where the link names none.

    Only a marker counts, not the part of the map one happened to look at: a geo: address (RFC 5870), OpenStreetMap's
    ``mlat`` and ``mlon``, and ``q`` or ``query`` of other maps where it is a pair of numbers.
    """
    try:
        parts = urlsplit(map_url.strip())
    except ValueError:
        return None
    if parts.scheme == "geo":
        return _place(*parts.path.partition(";")[0].split(",")[:2])
    asked = parse_qs(parts.query)
    if "mlat" in asked and "mlon" in asked:
        return _place(asked["mlat"][0], asked["mlon"][0])
    for name in ("query", "q"):
        pair = _PAIR.fullmatch(asked.get(name, [""])[0].strip())
        if pair is not None:
            return _place(*pair.groups())
    return None


def _place(*words: str) -> tuple[float, float] | None:
    if len(words) != 2 or not all(re.fullmatch(_NUMBER, word) for word in words):
        return None
    latitude, longitude = (round(float(word), 6) for word in words)
    is_on_earth = math.fabs(latitude) <= 90 and math.fabs(longitude) <= 180
    return (latitude, longitude) if is_on_earth else None
