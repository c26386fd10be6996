"""Has a model write descriptions to label: `python -m tests.benchmarks.write_texts FILE [--seconds N]`.

The texts are for `bench_faithfulness` and are written in two styles, without docgen's checks: `log`, free text, one
call for each description with the whole function in it, as `baseline` asks; and `structured`, one call for a function
with a JSON schema of all its descriptions. FILE gets a JSON line for each, without a verdict; a person who reads the
code adds that. What FILE has already is not asked for again, so that the work can be done in pieces.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docgen.errors import BadAnswer
from docgen.evidence.context import dedented, fenced
from docgen.evidence.subjects import documented_parameters, with_owners
from docgen.extract import find_sources, read_modules
from docgen.llm.backend import Backend, Message, Sampling
from docgen.llm.connect import connect
from docgen.records import Class, Function, Module
from tests.benchmarks.baseline import FREE_TEXT, MODEL, SYSTEM
from tests.benchmarks.heldout import MODULES, sources_of

Row = dict[str, Any]
MAX_CHARACTERS = 300
TEXTS_OF_A_STYLE = 5
"""In each module of the other packages."""

LOG_OF_TORCHRL = """
    collectors SyncDataCollector.__init__ total_frames device create_env_kwargs max_frames_per_traj init_random_frames
        reset_at_each_iter split_trajs reset_when_done interruptor replay_buffer compile_policy cudagraph_policy
    collectors aSyncDataCollector.__init__ policy total_frames storing_device env_device max_frames_per_traj
        init_random_frames postproc reset_when_done update_at_each_batch preemptive_threshold num_threads
        num_sub_threads
    collectors SyncDataCollector.update_policy_weights_ - policy_weights
    collectors SyncDataCollector.set_seed seed
    collectors SyncDataCollector.load_state_dict state_dict
    collectors SyncDataCollector.reset index
    collectors SyncDataCollector.shutdown -
    collectors SyncDataCollector.state_dict -
    collectors SyncDataCollector.iterator -
    collectors SyncDataCollector.rollout -
    collectors DataCollectorBase.update_policy_weights_ policy_weights
    collectors MultiSyncDataCollector.update_policy_weights_ -
    collectors MultiSyncDataCollector.frames_per_batch_worker -
    collectors MultiSyncDataCollector.load_state_dict state_dict
    collectors MultiSyncDataCollector.set_seed seed static_seed
    collectors MultiaSyncDataCollector.state_dict -
    collectors MultiaSyncDataCollector.load_state_dict - state_dict
    collectors MultiaSyncDataCollector.iterator -
    collectors aSyncDataCollector.next -
    collectors aSyncDataCollector.shutdown -
    collectors aSyncDataCollector.set_seed - static_seed
"""
STRUCTURED_OF_TORCHRL = """
    collectors _Interruptor.start_collection
    collectors _Interruptor.collection_stopped
    collectors DataCollectorBase._read_compile_kwargs
    collectors SyncDataCollector._get_devices
    collectors SyncDataCollector._increment_frames
    collectors SyncDataCollector._set_truncated_keys
    collectors SyncDataCollector._maybe_set_truncated
    collectors _MultiDataCollector._total_workers_from_env
    collectors _MultiDataCollector.set_seed
    collectors _MultiDataCollector.reset
    collectors MultiaSyncDataCollector._get_from_queue
    collectors _TrajectoryPool.get_traj_and_increment
    collectors None._make_meta_params
    utils None._stack_output
    utils None._stack_output_zip
"""
"""Elements of TorchRL's collectors of which the other set of labelled texts has none."""


class Question(NamedTuple):
    """A call: the element, and which of its parts are asked for (`-` for itself, `return` for what comes back)."""

    package: str
    module: Module
    owner: Class | None
    element: Class | Function
    style: str
    parts: tuple[str, ...]


def main() -> None:
    """Ask what has not been asked, until all is or the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=400)
    parser.add_argument("--list", action="store_true", help="print the questions and ask nothing")
    options = parser.parse_args()
    done = [json.loads(line) for line in options.file.read_text("utf-8").splitlines()] if options.file.exists() else []
    asked = {_key(row) for row in done}
    open_questions = [q for q in questions() if not all(_key(_row(q, part, "")) in asked for part in q.parts)]
    if options.list:
        for question in open_questions:
            print(question.package, question.element.path, question.style, *question.parts)
        print(sum(len(question.parts) for question in open_questions), "texts")
        return
    asyncio.run(_ask_all(open_questions, options.file, len(done), time.monotonic() + options.seconds))


def questions() -> Iterator[Question]:
    """Yield all calls, those about one function one after the other."""
    for package in sorted(MODULES, key=lambda name: name.startswith("torchrl")):
        files = find_sources([str(path) for path in sources_of(package)], cwd=Path.cwd())
        for module in (module for module in read_modules(files) if isinstance(module, Module)):
            elements = [(e, o) for e, o in with_owners(module) if isinstance(e, Class | Function)]
            if package.startswith("torchrl"):
                yield from _chosen(package, module, elements)
            else:
                yield from _sampled(package, module, elements)


def _chosen(package: str, module: Module, elements: list[tuple[Any, Class | None]]) -> Iterator[Question]:
    named = {f"{owner.name if owner else None}.{element.name}": (element, owner) for element, owner in elements}
    last = module.path.rpartition(".")[2]
    for entry in LOG_OF_TORCHRL.split(" collectors ")[1:]:
        name, *parts = entry.split()
        if last == "collectors":
            element, owner = named[name]
            for part in parts:
                yield Question(package, module, owner, element, "log", (part,))
    words = STRUCTURED_OF_TORCHRL.split()
    for place, name in zip(words[::2], words[1::2], strict=True):
        if place == last:
            element, owner = named[name]
            yield Question(package, module, owner, element, "structured", _parts(element, owner))


def _sampled(package: str, module: Module, elements: list[tuple[Any, Class | None]]) -> Iterator[Question]:
    """Yield questions about elements at random, in both styles by turns."""
    described = [(e, o) for e, o in elements if not e.name.startswith("__") or e.name == "__init__"]
    random.Random(7).shuffle(described)
    room = {"log": TEXTS_OF_A_STYLE, "structured": TEXTS_OF_A_STYLE}
    for element, owner in described:
        style = max(room, key=lambda name: room[name])
        parts = _parts(element, owner)
        if room[style] <= 0 or not parts:
            continue
        room[style] -= len(parts)
        if style == "log":
            for part in parts:
                yield Question(package, module, owner, element, style, (part,))
        else:
            yield Question(package, module, owner, element, style, parts)


def _parts(element: Class | Function, owner: Class | None) -> tuple[str, ...]:
    if isinstance(element, Class):
        return ("-",)
    named = [p.name for p in documented_parameters(element, owner) if not p.kind.startswith("variadic")]
    returns = ["return"] if element.name != "__init__" and (element.returns.annotation or "None") != "None" else []
    return ("-", *named, *returns)


async def _ask_all(asked: list[Question], file: Path, number: int, until: float) -> None:
    backend = (await connect("embedded", MODEL)).backend
    try:
        for question in asked:
            if time.monotonic() > until:
                return
            began = time.monotonic()
            try:
                texts = await (_ask_freely if question.style == "log" else _ask_in_a_schema)(backend, question)
            except BadAnswer as error:
                print(f"{question.element.path}: {error}", flush=True)
                continue
            with file.open("a", encoding="utf-8") as output:
                for part, text in texts.items():
                    number += 1
                    output.write(json.dumps({"id": f"{question.style}-{number}", **_row(question, part, text)}) + "\n")
            print(f"{time.monotonic() - began:5.1f} s {question.element.path} {' '.join(question.parts)}", flush=True)
    finally:
        await backend.close()


async def _ask_freely(backend: Backend, question: Question) -> dict[str, str]:
    [part] = question.parts
    name = question.element.name
    what = {"-": f"`{name}`", "return": f"the return value of `{name}`"}.get(
        part, f"the parameter `{part}` of `{name}`"
    )
    content = f"{_code(question)}\n\nDescribe {what} for the API documentation, in one to three sentences."
    messages = [Message(role="system", content=SYSTEM), Message(role="user", content=content)]
    answer = await backend.complete(messages, FREE_TEXT, Sampling(max_tokens=400))
    return {part: json.loads(answer.text)}


async def _ask_in_a_schema(backend: Backend, question: Question) -> dict[str, str]:
    keys = [{"-": "summary", "return": "returns"}.get(part, part) for part in question.parts]
    properties = {key: {"type": "string", "minLength": 1, "maxLength": MAX_CHARACTERS} for key in keys}
    schema = {"type": "object", "properties": properties, "required": keys, "additionalProperties": False}
    content = (
        f"{_code(question)}\n\nDescribe `{question.element.name}` for the API documentation: answer with a JSON object"
        f" that has a description for each of the keys {', '.join(keys)}."
    )
    messages = [Message(role="system", content=SYSTEM), Message(role="user", content=content)]
    answer = await backend.complete(messages, schema, Sampling(max_tokens=60 + 110 * len(keys)))
    said = json.loads(answer.text)
    return {part: said[key] for part, key in zip(question.parts, keys, strict=True)}


def _code(question: Question) -> str:
    return fenced(dedented(question.module, question.element))


def _row(question: Question, part: str, text: str) -> Row:
    element, owner = question.element, question.owner
    is_class = isinstance(element, Class)
    return {
        "origin": question.style,
        "package": question.package,
        "module": question.module.path,
        "kind": {"-": "class" if is_class else "function", "return": "returns"}.get(part, "parameter"),
        "class": element.name if is_class else owner.name if owner else None,
        "function": None if is_class else element.name,
        "parameter": None if part in ("-", "return") else part,
        "text": text,
    }


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("origin", "module", "kind", "class", "function", "parameter"))


if __name__ == "__main__":
    main()
