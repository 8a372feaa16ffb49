"""The printed things: pure, data in, bytes out."""
