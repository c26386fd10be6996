"""Choosing the backend: `auto`, or one by name. A new backend is a module beside this one and a line in `BACKENDS`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from docgen.errors import BackendError, UsageError
from docgen.llm.backend import Backend
from docgen.llm.models import Notify, Progress, is_file_name
from docgen.llm.options import Options

# Each module has `async def connect(options: Options) -> Backend`, which raises BackendUnavailable where nothing
# answers or the model is not there. They are imported when they are asked for.
BACKENDS = {
    "ollama": "docgen.llm.ollama",
    "embedded": "docgen.llm.embedded",
}


class Connection(NamedTuple):
    """A backend that is ready, and why it is that one."""

    backend: Backend
    reason: str


async def connect(
    backend: str,
    model: str,
    *,
    hosts: Sequence[str] = (),
    context_window: int = 8192,
    jobs: int | None = None,
    timeout: float = 600.0,
    notify: Notify = lambda message: None,
    warn: Notify = lambda message: None,
    progress: Progress = lambda done, total: None,
) -> Connection:
    """Open a backend.

    Args:
        backend: A name in `BACKENDS`, or `auto`: Ollama if it answers and has the model, else the embedded model.
        model: The model's name, as Ollama has it, or the path of a GGUF file.
        hosts: Addresses of the Ollama servers, which share the calls; empty means `OLLAMA_HOST` or Ollama's default.
        context_window: Tokens that a prompt and its answer may have together.
        jobs: Calls that each server gets at the same time; None for as many as turn out to be rewarded.
        timeout: Seconds that one call may take.
        notify: Told in a sentence what happens on the way, such as a model being fetched from its second source.
        warn: Told in a sentence of what is lost, such as a server that has died.
        progress: Told the bytes that are there and the bytes of the whole while a model is fetched.

    Raises:
        UsageError: There is no such backend, or no such model anywhere.
        BackendUnavailable: The backend does not answer, or its model is not there and cannot be fetched.
    """
    options = Options(model, hosts, context_window, jobs, timeout, notify, warn, progress)
    if backend == "auto":
        return await _connect_auto(options)
    if backend not in BACKENDS:
        raise UsageError(f"there is no backend {backend!r}", f"Choose one of: auto, {', '.join(BACKENDS)}.")
    return Connection(await _open(backend, options), f"{backend} was asked for")


async def _connect_auto(options: Options) -> Connection:
    if is_file_name(options.model):
        return Connection(await _open("embedded", options), "the model is a file")
    try:
        return Connection(await _open("ollama", options), f"Ollama answers and has {options.model}")
    except BackendError as error:
        reason = error.message
    return Connection(await _open("embedded", options), reason)


async def _open(backend: str, options: Options) -> Backend:
    opened: Backend = await import_module(BACKENDS[backend]).connect(options)
    return opened
