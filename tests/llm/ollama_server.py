"""A server that speaks Ollama's documented API over real HTTP, with a small embedded model behind it.

It serves one request after another as Ollama does, words its errors as Ollama does, and can be told to fail as real
servers and networks do: `server.fail_next("reset", "500")` spoils the next two calls of /api/chat.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from docgen.errors import BadAnswer, ContextOverflow
from docgen.llm.backend import Message, Sampling
from docgen.llm.embedded import EmbeddedBackend

TOO_LONG = (
    "the prompt is longer than the context length currently available to the model; shorten the prompt, adjust the "
    "context length in settings, or use a model with a longer context length"
)
FAULTS = {
    "500": "an internal server error, as when the runner has died",
    "reset": "the connection is reset in mid-answer",
    "stall": "no answer for `stall_seconds`",
    "refused": "this call is answered, but nothing listens to those that begin in the next moment",
    "garbage": "an answer that is not JSON",
    "not-ollama": "an answer in JSON that is not Ollama's",
    "cut": "the model's JSON is cut off, yet called complete",
    "wrong-schema": "the model's JSON is of another schema",
    "length": "the answer ended at num_predict",
    "cut-prompt": "the prompt was cut without an error, as servers do that do not know `truncate`",
    "no-counts": "the counts are missing, as for a cached prompt in old versions",
    "uncached-counts": "only the tokens that were not cached are counted, as in version 0.30.0",
}


class OllamaServer:
    """The server. It listens on a free port of the loopback address from the start.

    Attributes:
        url: Its address, for `OLLAMA_HOST`.
        model: The one model it has.
        capabilities: What /api/show says the model can do.
        context_length: What /api/show says the model was trained for.
        requests: Path and body of each request that came, in order.
        stall_seconds: How long a stalled call waits for its answer.
        keeps_connections: Whether a connection is good for more than one call.
    """

    def __init__(self, model: str, path: Path) -> None:
        self.model = model
        self.capabilities = ["completion"]
        self.context_length = 8192
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.faults: deque[str] = deque()
        self.closing = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.backend = EmbeddedBackend(model, path, context_window=4096, timeout=60)
        self.stall_seconds = 60.0
        self.keeps_connections = True
        self.door = threading.Lock()
        self.http = self.listen(0)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def listen(self, port: int) -> ThreadingHTTPServer:
        http = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"ollama": self}))
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        return http

    def refuse_for_a_moment(self) -> None:
        """Let nothing listen on the port for a third of a second."""
        if not self.door.acquire(blocking=False):
            return
        try:
            self.http.shutdown()
            self.http.server_close()
            self.closing.wait(0.3)
            self.http = self.listen(self.http.server_address[1])
            self.closing.wait(0.1)
        finally:
            self.door.release()

    def fail_next(self, *faults: str) -> None:
        """Spoil the next calls of /api/chat, one fault each."""
        assert set(faults) <= set(FAULTS)
        self.faults.extend(faults)

    def chats(self) -> list[dict[str, Any]]:
        """Return the bodies of the chat requests that came."""
        return [body for path, body in self.requests if path == "/api/chat"]

    def reset(self) -> None:
        """Forget what came and what was to fail, for the next test."""
        self.requests.clear()
        self.faults.clear()
        self.capabilities, self.context_length = ["completion"], 8192

    def close(self) -> None:
        self.closing.set()
        with self.door:
            self.http.shutdown()
            self.http.server_close()
        asyncio.run_coroutine_threadsafe(self.backend.close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer a chat request with the model: status and body."""
        options = request.get("options", {})
        sampling = Sampling(
            max_tokens=options.get("num_predict", 256),
            temperature=options.get("temperature", 0.8),
            seed=options.get("seed", 0),
        )
        messages = [Message.model_validate(message) for message in request["messages"]]
        call = self.backend.complete(messages, request["format"], sampling)
        try:
            completion = asyncio.run_coroutine_threadsafe(call, self.loop).result(60)
        except ContextOverflow:
            return 400, {"error": TOO_LONG}
        except BadAnswer:
            return 200, self.body("", "length", sampling.max_tokens)
        if completion.prompt_tokens >= options.get("num_ctx", 4096):
            return 400, {"error": TOO_LONG}
        return 200, {
            **self.body(completion.text, "stop", completion.completion_tokens),
            "prompt_eval_count": completion.prompt_tokens,
            "prompt_eval_cached_count": completion.cached_tokens,
            "prompt_eval_duration": int(completion.prompt_seconds * 1e9),
            "eval_duration": int(completion.completion_seconds * 1e9),
        }

    def body(self, content: str, done_reason: str, eval_count: int) -> dict[str, Any]:
        """Return the fields that every answer of /api/chat has."""
        return {
            "model": self.model,
            "created_at": "2026-01-01T00:00:00.000000Z",
            "message": {"role": "assistant", "content": content},
            "done": True,
            "done_reason": done_reason,
            "total_duration": 1,
            "load_duration": 1,
            "eval_count": eval_count,
        }


class _Handler(BaseHTTPRequestHandler):
    ollama: OllamaServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.ollama.requests.append((self.path, {}))
        if self.path == "/api/version":
            self.reply(200, {"version": "0.34.0"})
        elif self.path == "/api/tags":
            self.reply(200, {"models": [{"model": self.ollama.model, "name": self.ollama.model}]})
        else:
            self.reply(404, {"error": "not found"})

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.ollama.requests.append((self.path, request))
        if request.get("model") != self.ollama.model:
            self.reply(404, {"error": f"model '{request.get('model')}' not found"})
        elif self.path == "/api/show":
            info = {"general.architecture": "llama", "llama.context_length": self.ollama.context_length}
            self.reply(200, {"capabilities": self.ollama.capabilities, "model_info": info})
        elif self.path == "/api/chat":
            self.chat(request)
        else:
            self.reply(404, {"error": "not found"})

    def chat(self, request: dict[str, Any]) -> None:
        if "think" in request and "thinking" not in self.ollama.capabilities:
            self.reply(400, {"error": f'"{self.ollama.model}" does not support thinking'})
            return
        fault = self.ollama.faults.popleft() if self.ollama.faults else ""
        if fault == "500":
            self.reply(500, {"error": "model runner has unexpectedly stopped, this may be due to resource limitations"})
        elif fault == "stall" and self.ollama.closing.wait(self.ollama.stall_seconds):
            self.close_connection = True
        elif fault == "reset":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"model": ')
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        elif fault == "garbage":
            self.send(200, b"<html>upstream says hello</html>")
        elif fault == "not-ollama":
            self.reply(200, {"choices": []})
        else:
            if fault == "refused":
                threading.Thread(target=self.ollama.refuse_for_a_moment, daemon=True).start()
            status, body = self.ollama.answer(request)
            self.reply(status, spoil(body, fault))

    def reply(self, status: int, body: dict[str, Any]) -> None:
        self.send(status, json.dumps(body).encode())

    def send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if not self.ollama.keeps_connections:
            self.send_header("Connection", "close")
        self.end_headers()
        # Who has waited in vain is gone.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the tests' output clean."""


def spoil(body: dict[str, Any], fault: str) -> dict[str, Any]:
    """Return the body of an answer with a fault in it."""
    content = body["message"]["content"] if "message" in body else ""
    if fault == "cut":
        return {**body, "message": {"role": "assistant", "content": content[: len(content) // 2]}}
    if fault == "wrong-schema":
        return {**body, "message": {"role": "assistant", "content": '{"placeholder": "<SLOT>"}'}}
    if fault == "length":
        return {**body, "done_reason": "length"}
    if fault == "cut-prompt":
        return {**body, "prompt_eval_count": 40}
    if fault == "no-counts":
        return {key: value for key, value in body.items() if not key.startswith("prompt_eval")}
    if fault == "uncached-counts":
        kept = {key: value for key, value in body.items() if key != "prompt_eval_cached_count"}
        return {**kept, "prompt_eval_count": body["prompt_eval_count"] - body["prompt_eval_cached_count"]}
    return body
