"""The errors that docgen raises on purpose.

::

    DocgenError                  shown as one line with a hint, never as a traceback
    ├── UsageError               the command or its settings are wrong: exit code 2
    ├── SourceError              a source file cannot be read: named with line and column
    ├── StoreError               the store cannot be opened, read or written
    └── BackendError             the model did not give a usable answer
        ├── BackendUnavailable   nothing answers there, or it lacks the model
        ├── BackendTimeout       no answer within the limit
        ├── ContextOverflow      the prompt is larger than the context window
        └── BadAnswer            an answer came, but truncated, invalid or not of the schema
"""

from __future__ import annotations


class DocgenError(Exception):
    """An error with a message for people and a hint that says what to do next.

    Args:
        message: What happened, naming the thing and the place.
        hint: What to do about it; empty where nothing can be done.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DocgenError):
    """The command line or the settings ask for something that cannot be done."""

    exit_code = 2


class SourceError(DocgenError):
    """A source file cannot be read.

    Args:
        message: What is wrong with the text.
        file: The file, as the user named it.
        lineno: Line of the fault, from 1; 0 where the fault has no line.
        column: Column of the fault, from 1; 0 where the fault has no column.
        hint: What to do about it.
    """

    def __init__(self, message: str, file: str, lineno: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message, hint)
        self.file = file
        self.lineno = lineno
        self.column = column

    def __str__(self) -> str:
        return f"{self.file}:{self.lineno}:{self.column}: {self.message}"


class StoreError(DocgenError):
    """What is known cannot be read or kept."""


class BackendError(DocgenError):
    """The model could not be asked, or its answer could not be used."""

    retryable = False


class BackendUnavailable(BackendError):
    """Nothing answers at the backend's address, or it does not have the model."""


class BackendTimeout(BackendError):
    """No answer came within the time limit."""

    retryable = True


class ContextOverflow(BackendError):
    """The prompt and its answer do not fit into the context window."""


class BadAnswer(BackendError):
    """An answer came, but cut off, not JSON, or not of the schema."""

    retryable = True
