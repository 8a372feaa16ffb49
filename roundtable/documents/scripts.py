"""Which of the world's scripts this machine has fonts for."""

from roundtable.documents.printing import refused_characters

# A letter that is common in each; Latin, Greek and Cyrillic come with typst.
LETTERS = {
    "Arabic": "ع",
    "Armenian": "Հ",
    "Bengali": "ক",
    "Burmese": "မ",
    "Chinese": "国",
    "Devanagari": "क",
    "Ethiopic": "አ",
    "Georgian": "ქ",
    "Gujarati": "ક",
    "Gurmukhi": "ਕ",
    "Hebrew": "ש",
    "Japanese": "か",
    "Kannada": "ಕ",
    "Khmer": "ក",
    "Korean": "한",
    "Lao": "ກ",
    "Malayalam": "ക",
    "Sinhala": "ක",
    "Tamil": "க",
    "Telugu": "క",
    "Thaana": "ހ",
    "Thai": "ก",
    "Tibetan": "ཀ",
}


def printable() -> tuple[list[str], list[str]]:
    """Names of scripts: those that can be printed, and those that become boxes."""
    refused = refused_characters("".join(LETTERS.values()))
    have = [name for name, letter in LETTERS.items() if letter not in refused]
    return have, [name for name in LETTERS if name not in have]
