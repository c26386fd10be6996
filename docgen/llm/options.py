"""What a backend is opened with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from docgen.llm.models import Notify, Progress


class Options(NamedTuple):
    """What every backend may want to know; `docgen.llm.connect.connect` says what each means."""

    model: str
    hosts: Sequence[str]
    context_window: int
    jobs: int | None
    timeout: float
    notify: Notify
    warn: Notify
    progress: Progress
