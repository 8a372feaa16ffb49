"""The forms for another date and for calling it off: what their letters say is seen before it goes out (rule 22)."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField, TimeField
from wtforms.validators import InputRequired

from roundtable.db import Bilingual
from roundtable.web.desk.parts.dates import DateForm
from roundtable.web.desk.parts.own_words import InOneLanguage, SeenForm
from roundtable.web.forms import TEXT


class RescheduleForm(SeenForm, DateForm):
    own_words = "because"
    begins = TimeField(_l("Begins"), [InputRequired()])
    ends = TimeField(_l("Ends"), [InputRequired()])
    because_de = TextAreaField(_l("Why the date changes, in German"), [InOneLanguage(), TEXT])
    because_en = TextAreaField(_l("Why the date changes, in English"), [InOneLanguage(), TEXT])
    seen_date = HiddenField()

    @property
    def is_seen(self) -> bool:
        return self.are_words_seen and self.seen_date.data == self._date()

    def have_been_shown(self, words: Bilingual) -> None:
        super().have_been_shown(words)
        self.seen_date.data = self._date()

    def _date(self) -> str:
        return f"{self.day.data} {self.begins.data} {self.ends.data}"


class CancelForm(SeenForm):
    own_words = "because"
    because_de = TextAreaField(_l("Why it is cancelled, in German"), [InOneLanguage(), TEXT])
    because_en = TextAreaField(_l("Why it is cancelled, in English"), [InOneLanguage(), TEXT])
