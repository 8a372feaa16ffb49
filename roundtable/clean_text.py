"""What a text may hold, decided where it comes in: forms, lists of people and mail ask here.

Letters are composed (NFC), so that what looks the same is the same. Gone is what nobody sees: controls, characters of
no width, those that turn the direction of what follows (Unicode UAX 9), blanks that pose as letters. What a program's
own font drew under a private number is a character that all fonts have, or gone.
"""

import re
import unicodedata

# What Word writes for its bullets and arrows, in the numbers of the fonts Symbol and Wingdings.
_PRIVATE = {
    "\uf020": " ",
    "\uf02d": "–",
    "\uf0a7": "▪",
    "\uf0a8": "▪",
    "\uf0b0": "°",
    "\uf0b7": "•",
    "\uf0d8": "►",
    "\uf0e0": "→",
    "\uf0e8": "→",
    "\uf0fc": "✓",
    "\uf076": "▪",
    "\uf071": "▪",
    "\uf06e": "▪",
}
_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
    # Between letters of Arabic or Indian scripts, and in emoji, they make a difference; behind Latin ones they do not.
    "|(?:^|(?<=[\x00-\u058f\u2000-\u206f]))[\u200c\u200d\ufe00-\ufe0f]+",
    re.MULTILINE,
)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000fffff\U00100000-\U0010ffff]")
_TO_BE_TOLD = re.compile(f"{_PRIVATE_USE.pattern}|{_UNSEEN.pattern}", re.MULTILINE)


def cleaned(words: str) -> str:
    """A text of several lines, without blanks around it."""
    if words.isascii() and words.isprintable():
        return words.strip()
    words = _LINE_ENDS.sub("\n", words)
    words = _PRIVATE_USE.sub(lambda found: _PRIVATE.get(found[0], ""), words)
    return unicodedata.normalize("NFC", _UNSEEN.sub("", words)).strip()


def cleaned_line(words: str) -> str:
    """One line, with single plain spaces."""
    return " ".join(cleaned(words).split())


def what_went(words: str) -> list[str]:
    """What a reader should be told of: each private or unseen character that :func:`cleaned` takes out or maps, once.

    As "U+FEFF", or "U+F0B7 → •". That letters were composed shows nowhere.
    """
    found = "".join(each[0] for each in _TO_BE_TOLD.finditer(words))
    named = (f"U+{ord(each):04X}{' → ' + _PRIVATE[each] if each in _PRIVATE else ''}" for each in found)
    return list(dict.fromkeys(named))
