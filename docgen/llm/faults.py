"""Backend errors that a second try may mend."""

from __future__ import annotations

from docgen.errors import BackendUnavailable


class PassingFault(BackendUnavailable):
    """The backend refused, broke off or failed inside; the same call may succeed a little later."""

    retryable = True
