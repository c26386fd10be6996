"""API documentation for Python code, written by a local language model and checked against the code."""

__version__ = "0.1.0"
