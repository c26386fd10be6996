"""What a backend is opened with."""

from __future__ import annotations

from typing import NamedTuple

from docgen.llm.models import Notify, Progress


class Options(NamedTuple):
    """What every backend may want to know; `docgen.llm.connect.connect` says what each means."""

    model: str
    host: str
    context_window: int
    jobs: int
    timeout: float
    notify: Notify
    progress: Progress
