"""The Ollama backend: the native API of an Ollama server, https://docs.ollama.com/api."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import httpx
import ollama

from docgen.errors import BackendError, BackendTimeout, BackendUnavailable, BadAnswer, ContextOverflow
from docgen.llm.backend import Backend, Completion, Message, Sampling, Schema
from docgen.llm.climb import Climb
from docgen.llm.faults import PassingFault
from docgen.llm.models import Notify
from docgen.llm.options import Options
from docgen.llm.pool import Pool

PROBE_SECONDS = 5.0
CONNECT_SECONDS = 2.0
KEEP_ALIVE = "30m"
DEFAULT_ADDRESS = "http://127.0.0.1:11434"
NANOSECONDS = 1e9


async def connect(options: Options) -> Backend:
    """Find the servers and look whether they have the model; those that do not are left out, unless none is left."""
    opened = await asyncio.gather(
        *(_open(options, host) for host in dict.fromkeys(options.hosts) or [""]), return_exceptions=True
    )
    backends = [backend for backend in opened if isinstance(backend, OllamaBackend)]
    failures = [failure for failure in opened if isinstance(failure, BaseException)]
    fatal = [failure for failure in failures if not isinstance(failure, BackendError)]
    if fatal or not backends:
        await asyncio.gather(*(backend.close() for backend in backends))
        raise (fatal or failures)[0]
    for failure in failures:
        options.warn(f"{failure}: it is left out.")
    if len(backends) == 1:
        return backends[0]
    options.notify(f"The calls are shared by {', '.join(backend.address for backend in backends)}.")
    return Pool([(backend.address, backend) for backend in backends], options.warn)


async def _open(options: Options, host: str) -> OllamaBackend:
    backend = OllamaBackend(
        options.model,
        host,
        context_window=options.context_window,
        timeout=options.timeout,
        jobs=options.jobs,
        notify=options.notify,
    )
    try:
        await backend.open()
    except BaseException:
        await backend.close()
        raise
    return backend


class Answer(ollama.ChatResponse):
    """An answer of `/api/chat`, with the field that the client leaves out."""

    prompt_eval_cached_count: int | None = None


class Client(ollama.AsyncClient):
    """Ollama's client, with the two fields of `/api/chat` that forbid the server to cut a long prompt."""

    async def chat_uncut(self, request: dict[str, Any]) -> Answer:
        """Ask once, without streaming."""
        body = {**request, "stream": False, "truncate": False, "shift": False}
        answer: Answer = await self._request(Answer, "POST", "/api/chat", json=body)
        return answer


class OllamaBackend:
    """A model of an Ollama server.

    Args:
        model: The model's name.
        host: The server's address; empty means `OLLAMA_HOST` or Ollama's default.
        context_window: Tokens that a prompt and its answer may have together. It is the same in every call, since
            the server loads the model anew when it changes.
        timeout: Seconds that one call may take.
        jobs: Calls that are worth making at once; None to find out.
        notify: Told in a sentence what was found out.
    """

    name = "ollama"

    def __init__(
        self,
        model: str,
        host: str = "",
        *,
        context_window: int = 8192,
        timeout: float = 600.0,
        jobs: int | None = 1,
        notify: Notify = lambda message: None,
    ) -> None:
        self.model = model
        self.context_window = context_window
        self.timeout = timeout
        self._jobs = jobs
        self._notify = notify
        self._climb = Climb()
        self._in_flight = 0
        self._thinks: bool | None = None
        try:
            self._client = Client(host or None, timeout=httpx.Timeout(timeout, connect=CONNECT_SECONDS))
        except (ValueError, httpx.InvalidURL) as error:
            raise BackendUnavailable(
                f"{host or 'OLLAMA_HOST'} is no address: {error}", "Write it as http://127.0.0.1:11434."
            ) from error
        self.address = host or os.environ.get("OLLAMA_HOST") or DEFAULT_ADDRESS

    @property
    def slots(self) -> int:
        """Calls that are worth making at once, as far as is known by now."""
        return self._jobs or self._climb.slots

    async def open(self) -> None:
        """Look whether the server answers and has the model, and what the model can do.

        Raises:
            BackendUnavailable: Nothing answers, or the model is not there.
        """
        shown = await self._guarded(self._client.show(self.model), PROBE_SECONDS)
        self._thinks = "thinking" in (shown.capabilities or ())
        trained = [n for key, n in (shown.modelinfo or {}).items() if key.endswith(".context_length")]
        self.context_window = min([self.context_window, *trained])

    async def complete(self, messages: Sequence[Message], schema: Schema, sampling: Sampling) -> Completion:
        """Ask once; see `Backend.complete`."""
        if self._thinks is None:
            await self.open()
        request = {
            "model": self.model,
            "messages": [message.model_dump() for message in messages],
            "format": dict(schema),
            "keep_alive": KEEP_ALIVE,
            "options": {
                "num_ctx": self.context_window,
                "num_predict": sampling.max_tokens,
                "temperature": sampling.temperature,
                "seed": sampling.seed,
            },
            **({"think": False} if self._thinks else {}),
        }
        self._in_flight += 1
        try:
            answer = await self._guarded(self._client.chat_uncut(request), self.timeout)
            self._measure(answer)
        finally:
            self._in_flight -= 1
        self._check(answer, messages, sampling)
        return Completion(
            text=answer.message.content or "",
            prompt_tokens=answer.prompt_eval_count or 0,
            cached_tokens=answer.prompt_eval_cached_count or 0,
            completion_tokens=answer.eval_count or 0,
            prompt_seconds=(answer.prompt_eval_duration or 0) / NANOSECONDS,
            completion_seconds=(answer.eval_duration or 0) / NANOSECONDS,
        )

    async def close(self) -> None:
        """Close the connections; the server keeps the model for a while."""
        await self._client.close()  # type: ignore[no-untyped-call]

    def _measure(self, answer: Answer) -> None:
        """Learn from an answer how many calls at once the server rewards."""
        if self._jobs or self._climb.settled:
            return
        read = max(0, (answer.prompt_eval_count or 0) - (answer.prompt_eval_cached_count or 0))
        self._climb.answered(read, answer.eval_count or 0, self._in_flight, asyncio.get_running_loop().time())
        if self._climb.settled:
            self._notify(f"Ollama at {self.address} gets {self._climb.slots} calls at once; more brought no more.")

    def _check(self, answer: Answer, messages: Sequence[Message], sampling: Sampling) -> None:
        size = sum(len(message.content.encode()) for message in messages)
        counted = answer.prompt_eval_count or 0
        if was_truncated(size, counted, self.context_window):
            raise ContextOverflow(
                f"{self.model} read only {counted} tokens of a prompt of {size} bytes: the server cut it",
                "Allow more with --context-window.",
            )
        if answer.done_reason == "length":
            raise BadAnswer(f"{self.model} did not end its answer within {sampling.max_tokens} tokens")
        if not answer.done:
            raise BadAnswer(f"{self.model} broke off its answer")

    async def _guarded(self, call: Any, seconds: float) -> Any:
        """Await a call of the client within a time limit, its errors turned into docgen's."""
        try:
            return await asyncio.wait_for(call, seconds)
        except (asyncio.TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout) as error:
            raise BackendTimeout(
                f"Ollama at {self.address} gave no answer within {seconds:.0f} s",
                "Allow more with --timeout, or take a smaller model.",
            ) from error
        except (ConnectionError, httpx.ConnectTimeout) as error:
            raise PassingFault(f"no Ollama answers at {self.address}", "Start it with `ollama serve`.") from error
        except httpx.HTTPError as error:
            raise PassingFault(
                f"Ollama at {self.address} broke off: {error or type(error).__name__}", "Look at its log."
            ) from error
        except (ValueError, TypeError) as error:
            raise BadAnswer(
                f"what answers at {self.address} does not speak Ollama's API: {_first_line(error)}"
            ) from error
        except ollama.ResponseError as error:
            raise self._error(error) from error

    def _error(self, error: ollama.ResponseError) -> BackendError:
        words = str(error.error)
        if error.status_code == httpx.codes.NOT_FOUND:
            return BackendUnavailable(
                f"Ollama at {self.address} does not have {self.model}", f"Fetch it with `ollama pull {self.model}`."
            )
        if "context" in words and ("longer" in words or "exceed" in words):
            return ContextOverflow(f"Ollama: {words}", "Allow more with --context-window.")
        if error.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return PassingFault(f"Ollama at {self.address} failed: {words}", "Look at its log.")
        return BackendUnavailable(f"Ollama at {self.address} refused the call ({error.status_code}): {words}")


def was_truncated(size: int, counted: int, context_window: int) -> bool:
    """Tell whether a server read less of a prompt than it was given, for those that cut prompts silently.

    The count alone does not tell: some versions leave out what they had in their cache, or the whole count. So the
    prompt must also be one that may not have fitted, and the count far below what the text can be.

    Args:
        size: Bytes of the prompt's messages.
        counted: Tokens that the server says it read; 0 if it does not say.
        context_window: Tokens that it was given room for.
    """
    # Code and English have between three and five bytes a token.
    may_not_fit = size / 2 > context_window
    return may_not_fit and 0 < counted < size / 6


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
