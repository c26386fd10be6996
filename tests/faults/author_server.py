"""The Ollama server of the tests with an author behind it who answers at once: hundreds of faults need no model."""

from __future__ import annotations

import json
import random
import threading
import time
from pathlib import Path
from typing import Any

from tests.llm.ollama_server import OllamaServer
from tests.project import SAY, fill

ANSWERED_BADLY = ("garbage", "not-ollama", "cut", "wrong-schema", "length")
NOT_ANSWERED = ("500", "reset", "stall", "refused")


class AuthorServer(OllamaServer):
    """Answers every question, in its schema, after a moment.

    Args:
        seconds: How long an answer takes.
        say: What it answers everywhere.
        at_once: How many calls it works at; more wait for their turn.

    Attributes:
        gone_after: Answers after which nothing listens any more.
        most: The most calls that it had at once, those that waited included.
    """

    def __init__(self, seconds: float = 0.0, say: str = SAY, at_once: int = 256) -> None:
        super().__init__("author", Path("no-such-model"))
        # Each call makes its own, so that it can be refused.
        self.keeps_connections = False
        self.seconds = seconds
        self.say = say
        self.room = threading.Semaphore(at_once)
        self.count = threading.Lock()
        self.now = self.most = 0
        self.gone_after = 0

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.count:
            self.now += 1
            self.most = max(self.most, self.now)
        with self.room:
            time.sleep(self.seconds)
        with self.count:
            self.now -= 1
            self.gone_after -= 1
            if self.gone_after == 0:
                threading.Thread(target=self.stop_listening, daemon=True).start()
        content = json.dumps(fill(request["format"], self.say))
        size = sum(len(message["content"]) for message in request["messages"])
        return 200, {**self.body(content, "stop", 20), "prompt_eval_count": size // 3}

    def stop_listening(self) -> None:
        """Be gone: who calls is refused."""
        self.http.shutdown()
        self.http.server_close()

    def fail_at_random(self, share: float, calls: int, seed: int) -> None:
        """Spoil a share of the next calls, with every kind of fault."""
        kinds = [*ANSWERED_BADLY, *NOT_ANSWERED]
        dice = random.Random(seed)
        self.faults.extend(dice.choice(kinds) if dice.random() < share else "" for _ in range(calls))
