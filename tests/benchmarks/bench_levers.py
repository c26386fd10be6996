"""What each setting of the model does to its speed: `python -m tests.benchmarks.bench_levers [LEVER…] [--texts]`.

Measures and prints; asserts nothing. The same questions, from docgen's own plan of modules of the standard library
without docstrings, are put to the default model with each setting. Each measurement is a process of its own; one with
docgen's own settings comes before and after each, and the ratio is that to the mean of the two.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from docgen.evidence.context import context_of
from docgen.extract import find_sources, read_modules
from docgen.generate.plan import plan_module
from docgen.generate.prompts import Prompt, Prompts
from docgen.generate.schema import MAX_CHARACTERS, token_limit, write_answer
from docgen.llm.embedded import SPIN_BRIEFLY, EmbeddedBackend
from docgen.llm.models import pull
from docgen.llm.worker import COMPACT, Answer, chat_request, model_params
from docgen.records import Function, Module
from tests.benchmarks.adversarial import undocumented

MODEL = "qwen2.5-coder:1.5b"
CONTEXT_WINDOW = 8192
# How many functions are taken of each module, and whether their parameters are asked about, too.
SOURCES = {"sched.py": (4, False), "queue.py": (3, False), "textwrap.py": (2, False), "shelve.py": (3, True)}
REST_OF_STRING = rf"""%llguidance {{}}
start: /([^"\\\x00-\x1f]|\\["\\nt]){{1,{MAX_CHARACTERS}}}"/"""

Json = dict[str, Any]


class Lever(NamedTuple):
    """What is set otherwise than docgen does.

    Attributes:
        settings: Of the worker.
        params: Of llama.cpp, by dotted name; a string names a member of the enumeration before its colon.
        shape: Of the answer: docgen's own, without whitespace, without keys, with its keys given, shorter strings, or
            summaries of any shape.
    """

    settings: Mapping[str, int] = {}
    params: Mapping[str, Any] = {}
    shape: str = "keys"


def speculative(kind: str, **sizes: int) -> Lever:
    """Return the lever that drafts tokens by looking up what came before."""
    enum = f"common_speculative_type:COMMON_SPECULATIVE_TYPE_{kind.upper()}"
    return Lever(params={"speculative.types": [enum], **{f"speculative.{kind}.{k}": v for k, v in sizes.items()}})


Q8 = "ggml_type:GGML_TYPE_Q8_0"
FLASH = "llama_flash_attn_type:LLAMA_FLASH_ATTN_TYPE_{}"
DEFAULT = Lever()
LEVERS: Mapping[str, Lever] = {
    "no-whitespace": Lever(shape="packed"),
    "array": Lever(shape="array"),
    "keys-given": Lever(shape="given"),
    "strings-of-150": Lever(shape="short"),
    "free-summaries": Lever(shape="free"),
    "ngram-simple": speculative("ngram_simple", size_n=3, size_m=8),
    "ngram-map": speculative("ngram_map_k", size_n=3, size_m=8),
    "ngram-cache": speculative("ngram_cache"),
    "two-slots": Lever(settings={"jobs": 2}),
    "one-thread": Lever(settings={"threads": 1}),
    "kv-q8": Lever(params={"cache_type_k": Q8, "cache_type_v": Q8}),
    "batch-64": Lever(settings={"batch": 64}),
    "batch-512": Lever(settings={"batch": 512}),
    "ubatch-32": Lever(params={"n_ubatch": 32}),
    "flash-on": Lever(params={"flash_attn_type": FLASH.format("ENABLED")}),
    "flash-off": Lever(params={"flash_attn_type": FLASH.format("DISABLED")}),
    "default-again": DEFAULT,
}


def main() -> None:
    """Measure the levers, or, in a process of its own, one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("levers", nargs="*", metavar="LEVER", help=", ".join(LEVERS))
    parser.add_argument("--texts", action="store_true", help="print the answers, too")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure_here(LEVERS.get(options.measure, DEFAULT))
    print(f"{'':<16}{'read/s':>8}{'written/s':>11}{'read':>7}{'written':>9}{'seconds':>9}{'ratio':>7}")
    before = measured("default", options.texts)
    row("default", before)
    for name in options.levers or LEVERS:
        try:
            told = measured(name, options.texts)
        except subprocess.CalledProcessError as failed:
            print(f"{name:<16}failed: {failed.stderr.strip().splitlines()[-1:]}", flush=True)
            continue
        after = measured("default", False)
        row(name, told, told["seconds"] * 2 / (before["seconds"] + after["seconds"]))
        row("default", after)
        before = after


def measured(name: str, show_texts: bool) -> Json:
    """Measure one lever in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_levers", "--measure", name]
    done = subprocess.run(command, env={**SPIN_BRIEFLY, **os.environ}, capture_output=True, text=True, check=True)
    told: Json = json.loads(done.stdout.splitlines()[-1])
    if show_texts:
        print(name, *told["texts"], sep="\n  ", file=sys.stderr, flush=True)
    return told


def measure_here(lever: Lever) -> None:
    """Print one measurement as JSON and end this process: unloading llama.cpp under its threads crashes."""
    try:
        print(json.dumps(measure(lever)), flush=True)
    except Exception:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def row(name: str, told: Json, ratio: float = 1.0) -> None:
    """Print one measurement."""
    read, written = told["prompt_n"], told["predicted_n"]
    rates = f"{read / told['prompt_ms'] * 1000:>8.1f}{written / told['predicted_ms'] * 1000:>11.1f}"
    print(f"{name:<16}{rates}{read:>7}{written:>9}{told['seconds']:>9.1f}{ratio:>7.2f}", flush=True)


def measure(lever: Lever) -> Json:
    """Load the model, put the questions to it and return sums and answers."""
    from xllamacpp import Server

    backend = EmbeddedBackend(MODEL, asyncio.run(pull(MODEL)), context_window=CONTEXT_WINDOW)
    settings = {**backend.worker_settings, **lever.settings}
    params = model_params(settings)
    for name, value in lever.params.items():
        *path, last = name.split(".")
        target = params
        for part in path:
            target = getattr(target, part)
        setattr(target, last, _value(value))
    asked = prompts()
    server = Server(params)
    _complete(server, {"messages": [{"role": "user", "content": "Hello."}], "max_tokens": 8})
    began = time.perf_counter()
    with ThreadPoolExecutor(settings["jobs"]) as pool:
        replies = list(pool.map(lambda prompt: ask(server, prompt, lever.shape), asked))
    seconds = time.perf_counter() - began
    keys = ("prompt_n", "prompt_ms", "predicted_n", "predicted_ms")
    sums = {key: sum(reply[key] for reply in replies) for key in keys}
    return {"seconds": seconds, **sums, "texts": [reply["text"] for reply in replies]}


def prompts() -> list[Prompt]:
    """Return the first questions about functions of each source."""
    library = Path(sysconfig.get_paths()["stdlib"])
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            Path(folder, name).write_text(undocumented((library / name).read_text("utf-8")), "utf-8")
        modules = [m for m in read_modules(find_sources([folder], cwd=Path(folder))) if isinstance(m, Module)]
    by_name = {f"{module.path}.py": module for module in modules}
    return [
        prompt for name, (count, ask_all) in SOURCES.items() for prompt in islice(_asked(by_name[name], ask_all), count)
    ]


def _asked(module: Module, ask_all: bool) -> Iterable[Prompt]:
    templates = Prompts()
    for unit in plan_module(module, ask_all=ask_all).units:
        if isinstance(unit.element, Function):
            yield templates.ask(unit, context_of(module, unit.owner), next(iter(unit.calls())), {})


def ask(server: Any, prompt: Prompt, shape: str) -> Json:
    """Put one question and return the counts and the text of the answer."""
    messages = [message.model_dump() for message in prompt.messages]
    if shape == "given":
        return _with_keys_given(server, prompt, messages)
    schema: Json = dict(prompt.schema)
    if shape == "array":
        string, count = {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}, len(prompt.asked)
        schema = {"type": "array", "prefixItems": [string] * count, "items": False, "minItems": count}
        said = f"Answer in a JSON array of {count} texts in this order, without keys:"
        messages[-1]["content"] = messages[-1]["content"].replace("Answer in JSON:", said)
    if shape == "free" and "summary" in schema["properties"]:
        free = {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS}
        schema["properties"] = {**schema["properties"], "summary": free}
    if shape == "short":
        schema = json.loads(json.dumps(schema).replace(f'"maxLength": {MAX_CHARACTERS}', '"maxLength": 150'))
    request = {"messages": messages, "schema": schema, "max_tokens": token_limit(prompt.asked)}
    if shape == "packed":
        tight = {"x-guidance": {**COMPACT["x-guidance"], "item_separator": ",", "key_separator": ":"}}
        grammar = "%llguidance {}\nstart: %json " + json.dumps({**schema, **tight})
        return _complete(server, request, grammar)
    return _complete(server, request)


def _with_keys_given(server: Any, prompt: Prompt, messages: Sequence[Json]) -> Json:
    """Let the model write each text behind its key, one call each, which shares all that came before."""
    mark = "\N{OBJECT REPLACEMENT CHARACTER}"
    blank = json.dumps(write_answer(dict.fromkeys(prompt.asked, mark)), ensure_ascii=False)
    *keys, end = blank.split(f'{mark}"')
    text, sums = "", {"prompt_n": 0, "prompt_ms": 0.0, "predicted_n": 0, "predicted_ms": 0.0}
    for key in keys:
        text += key
        turn = {"role": "assistant", "content": text}
        reply = _complete(server, {"messages": [*messages, turn], "max_tokens": MAX_CHARACTERS}, REST_OF_STRING)
        text += reply["text"]
        sums = {name: value + reply[name] for name, value in sums.items()}
    return {"text": text + end, **sums}


def _complete(server: Any, request: Json, grammar: str = "") -> Json:
    answer = Answer(CONTEXT_WINDOW, request["max_tokens"])
    asked = chat_request({"schema": {"type": "string"}, "temperature": 0.0, "seed": 0, **request})
    server.handle_chat_completions({**asked, **({"grammar": grammar} if grammar else {})}, answer.take)
    reply = answer.as_json()
    if "error" in reply:
        raise RuntimeError(reply["error"])
    return reply


def _value(value: Any) -> Any:
    """Return a value for llama.cpp: numbers as they are, members of enumerations by their names."""
    import xllamacpp

    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, str):
        enum, member = value.split(":")
        return getattr(getattr(xllamacpp, enum), member)
    return value


if __name__ == "__main__":
    main()
