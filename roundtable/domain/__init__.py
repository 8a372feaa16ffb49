"""Rules. Nouns. What is true. Knows no web, no mail, no files."""
