"""A whole name in its parts. Looks at words alone; nobody's origin or gender is guessed."""

import re

_TITLES = re.compile(
    r"(?:(?:prof|professor|professorin|dr|dres|pd|priv-doz|privatdozent|privatdozentin|dipl|mag|ing|lic|hc|h\.c|mult|med|dent"
    r"|jur|iur|phil|rer|nat|pol|oec|theol|habil|dott|apl|em)\.?|dr\.-ing\.?|dipl\.?-[\w.]+|prof\.dr\.?|h\.\s?c\.?)$",
    re.IGNORECASE,
)
_COURTESY = {"herr", "herrn", "frau", "mr", "mrs", "ms", "mx", "sir", "dame"}
# They begin a family name (and in Germany a title of nobility is part of it).
_PARTICLES = frozenset(
    "von vom zu zum zur van de der den del della di da dos du la le ten ter bin ibn al el "  # noqa: SIM905 - words
    "graf gräfin freiherr freifrau baron baronin prinz prinzessin fürst fürstin".split()
)


def parts(name: str) -> tuple[str, str, str]:
    """Title, given and family name of "Prof. Dr. Anna von Weiß" or "Weiß, Dr. Anna"; a single word is the family's."""
    family, comma, rest = (each.strip() for each in name.partition(","))
    if comma and rest and not _TITLES.match(rest):
        before, family_words = _without_titles(family.split())
        behind, given_words = _without_titles(rest.split())
        return " ".join([*before, *behind]), " ".join(given_words), " ".join(family_words)
    title, words = _without_titles(name.split())
    at = next((n for n, word in enumerate(words) if n and word.casefold() in _PARTICLES), max(0, len(words) - 1))
    if words and words[0].casefold() in _PARTICLES:
        at = 0
    return " ".join(title), " ".join(words[:at]), " ".join(words[at:])


def _without_titles(words: list[str]) -> tuple[list[str], list[str]]:
    titles = []
    while len(words) > 1 and (words[0].casefold().rstrip(".") in _COURTESY or _TITLES.match(words[0])):
        if words[0].casefold().rstrip(".") not in _COURTESY:
            titles.append(words[0])
        words = words[1:]
    return titles, words
