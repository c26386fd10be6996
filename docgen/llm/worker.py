"""The process that llama.cpp runs in: JSON lines in on stdin, JSON lines out on stdout, nothing else.

A process of its own, because llama.cpp inside docgen's would hold the interpreter's lock while it loads, could not be
interrupted while it reads a prompt, and would end docgen with it if it crashed. It ends when stdin does, so it never
outlives docgen. `docgen.llm.embedded` runs this file by its path and is the only one who speaks to it; nothing of
docgen is imported here, so that it starts quickly.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any, TextIO

Json = dict[str, Any]

# What llguidance, the constrained decoder in llama.cpp, reads from a schema: one line, with the spaces that models know
# from other JSON. Without the one behind the colon, a small model now and then takes `":"` for its whole text.
COMPACT = {"x-guidance": {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}}


class Answer:
    """Collects one streamed answer."""

    def __init__(self, context_window: int, max_tokens: int) -> None:
        self.room = context_window - max_tokens
        self.stop = threading.Event()
        self.text: list[str] = []
        self.finish_reason = ""
        self.counts: Json = {}
        self.error: Json = {}

    def take(self, chunk: Json) -> bool:
        """Take the next chunk in; True ends the generation."""
        if "error" in chunk:
            self.error = chunk["error"]
            return True
        prompt_tokens = chunk.get("prompt_progress", {}).get("total", 0)
        if prompt_tokens > self.room:
            self.error = {"type": "exceed_context_size_error", "n_prompt_tokens": prompt_tokens}
            return True
        for choice in chunk.get("choices", ()):
            self.text.append(choice["delta"].get("content") or "")
            self.finish_reason = choice.get("finish_reason") or self.finish_reason
        self.counts = chunk.get("timings") or self.counts
        return self.stop.is_set()

    def as_json(self) -> Json:
        """Return the reply: the answer, or the error that came instead."""
        if self.error:
            return {"error": self.error}
        return {"text": "".join(self.text), "finish_reason": self.finish_reason, **self.counts}


class Worker:
    """Serves requests from `requests` with one loaded model, each in a thread of its own."""

    def __init__(self, settings: Json, replies: TextIO) -> None:
        self.context_window = settings["context_window"]
        self.server = load_model(settings)
        self.replies = replies
        self.lock = threading.Lock()
        self.answers: dict[int, Answer] = {}

    def serve(self, requests: TextIO) -> None:
        """Answer until `requests` ends."""
        for line in requests:
            request = json.loads(line)
            if "cancel" in request:
                if answer := self.answers.get(request["cancel"]):
                    answer.stop.set()
                continue
            answer = self.answers[request["id"]] = Answer(self.context_window, request["max_tokens"])
            threading.Thread(target=self.complete, args=(request, answer), daemon=True).start()

    def complete(self, request: Json, answer: Answer) -> None:
        """Answer one request and send the reply."""
        try:
            self.server.handle_chat_completions(chat_request(request), answer.take)
        except Exception as error:
            answer.error = {"message": str(error)}
        del self.answers[request["id"]]
        with self.lock:
            send(self.replies, {"id": request["id"], **answer.as_json()})


def chat_request(request: Json) -> Json:
    """Build llama.cpp's chat request. Its progress reports are what lets a long prompt be cancelled."""
    from xllamacpp import json_schema_to_grammar

    return {
        "messages": request["messages"],
        "grammar": json_schema_to_grammar({**request["schema"], **COMPACT}),
        "max_tokens": request["max_tokens"],
        "temperature": request["temperature"],
        "seed": request["seed"],
        "cache_prompt": True,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
    }


def load_model(settings: Json) -> Any:
    """Load the model."""
    import xllamacpp

    return xllamacpp.Server(model_params(settings))


def model_params(settings: Json) -> Any:
    """Return llama.cpp's parameters. xllamacpp always opens a listener: on loopback, and locked with a random key."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = settings["path"]
    params.n_parallel = settings["jobs"]
    params.n_ctx = settings["context_window"] * settings["jobs"]
    params.n_batch = settings["batch"]
    params.cpuparams.n_threads = settings["threads"]
    params.cpuparams_batch.n_threads = settings["threads"]
    params.cache_ram_mib = settings["cache_mib"]
    params.verbosity = 3 if settings["verbose"] else -1
    params.ui = False
    params.endpoint_slots = False
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [os.urandom(16).hex()]
    return params


def send(replies: TextIO, message: Json) -> None:
    """Write one message."""
    replies.write(json.dumps(message) + "\n")
    replies.flush()


def main() -> None:
    """Load the model that the first line asks for, say so, and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    try:
        worker = Worker(json.loads(sys.stdin.readline()), replies)
    except Exception as error:
        send(replies, {"failed": str(error) or type(error).__name__})
        return
    # llama.cpp's threads may still be at work: unloading the library under them crashes, and where docgen was killed
    # while the model was loading, waiting for them never ends.
    try:
        send(replies, {"ready": True})
        worker.serve(sys.stdin)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
