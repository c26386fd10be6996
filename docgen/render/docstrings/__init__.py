"""The text of a docstring, in one of three styles: pure functions between content, lines and literals."""
