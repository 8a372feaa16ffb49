"""What organisers say to readers of German and of English: the fields of a form, and what was typed into them."""

from typing import Any, ClassVar

from flask_babel import gettext as _
from wtforms import Field, HiddenField, ValidationError

from roundtable.db import LANGUAGES, Bilingual
from roundtable.phrases import language
from roundtable.web.forms import Form


def typed(form: Form, name: str) -> Bilingual:
    """The fields ``<name>_de`` and ``<name>_en``, their lines ending as everywhere but in browsers."""
    return Bilingual(*((form[f"{name}_{each}"].data or "").replace("\r\n", "\n") for each in LANGUAGES))


def shown(name: str, words: Bilingual) -> dict[str, str]:
    """What those fields begin with."""
    return {f"{name}_de": words.de, f"{name}_en": words.en}


class SeenForm(Form):
    """With words in both languages, which shall have been seen in the letter before it goes out (rule 22)."""

    # The name of their fields, before the language.
    own_words: ClassVar = "words"
    seen_de = HiddenField()
    seen_en = HiddenField()

    @property
    def words(self) -> Bilingual:
        return typed(self, self.own_words)

    @property
    def are_words_seen(self) -> bool:
        return self.words == typed(self, "seen")

    def have_been_shown(self, words: Bilingual) -> None:
        self.seen_de.data, self.seen_en.data = words.de, words.en


class InOneLanguage:
    """One will do, as those who read the other then read that one. Said once, where people look first."""

    field_flags: ClassVar = {"in_one_language": True}

    def __call__(self, form: Any, field: Field) -> None:
        name, _underline, which = field.short_name.rpartition("_")
        if which == language() and not typed(form, name):
            raise ValidationError(_("Please give the reason in German, in English, or in both."))
