"""For any WSGI server: ``granian --interface wsgi wsgi:app``."""

from roundtable import create_app

app = create_app()
