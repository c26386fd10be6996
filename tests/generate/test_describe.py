import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from docgen.errors import BackendUnavailable, BadAnswer
from docgen.evidence.context import context_of
from docgen.generate.describe import Answer, Ask, Writer
from docgen.generate.plan import Unit, plan_module
from docgen.generate.prompts import Prompt, Prompts
from docgen.records import Description, Module, Subject
from docgen.verify import Finding, checks

ModuleOf = Callable[[str], Module]

SOURCE = """
    class Timer:
        def wait(self, timeout, unit="s"):
            self.timeout = timeout
            return {
                name: sleep(timeout, unit)
                for name in sorted(self.names, key=self.order, reverse=self.reverse)
                if name not in self.finished
            }
"""
GOOD = {
    "summary": "Sleeps until the time is over.",
    "parameters": {"timeout": "How long to sleep, counted in `unit`.", "unit": "What `timeout` is counted in."},
    "returns": "What `sleep` gives back.",
}


def answering(*answers: Mapping[str, Any] | Exception) -> tuple[Ask, list[Prompt]]:
    """Return a model that gives these answers in turn, and the list of the prompts that it gets."""
    asked: list[Prompt] = []

    async def ask(unit: Unit, prompt: Prompt) -> Answer:
        answer = answers[len(asked)]
        asked.append(prompt)
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer, seed=7)

    return ask, asked


def describe(module: Module, ask: Ask, repairs: int = 1) -> tuple[dict[str, Description], list[str]]:
    found: list[str] = []

    def report(subject: Subject, text: str, finding: Finding) -> None:
        found.append(finding.code)

    prompts = Prompts()
    writer = Writer(prompts, checks(prompts.instructions, asks_all=True), ask, report, "test-model", repairs)
    unit = plan_module(module, ask_all=True).chains[0][0]
    written = asyncio.run(writer.describe(unit, context_of(module, unit.owner), {}))
    return {f"{s.kind} {s.part}".strip(): d for s, d in written.items()}, found


def test_a_good_answer_is_kept_with_its_provenance(module_of: ModuleOf) -> None:
    ask, asked = answering(GOOD)
    written, found = describe(module_of(SOURCE), ask)
    assert {key: d.text for key, d in written.items()} == {
        "function": "Sleeps until the time is over.",
        "parameter timeout": "How long to sleep, counted in `unit`.",
        "parameter unit": "What `timeout` is counted in.",
        "returns": "What `sleep` gives back.",
    }
    assert found == []
    provenance = written["function"].provenance
    assert (provenance.source, provenance.model, provenance.seed) == ("model", "test-model", 7)
    assert provenance.prompt == asked[0].hash


def test_a_rejected_text_alone_is_asked_for_again_and_the_repair_is_counted(module_of: ModuleOf) -> None:
    bad = {**GOOD, "returns": "No description available."}
    ask, asked = answering(bad, {"returns": "What `sleep` gives back."})
    written, found = describe(module_of(SOURCE), ask)
    assert written["returns"].text == "What `sleep` gives back."
    assert written["returns"].provenance.repairs == 1
    assert written["function"].provenance.repairs == 0
    assert found == ["placeholder"]
    assert [subject.kind for subject in asked[1].asked] == ["returns"]


def test_what_fails_is_composed_from_facts_and_marked(module_of: ModuleOf) -> None:
    bad = {**GOOD, "parameters": {"timeout": "<SLOT>", "unit": "<SLOT>."}, "returns": "<SLOT>"}
    ask, _ = answering(bad, {"returns": "<SLOT>!"})
    written, _ = describe(module_of(SOURCE), ask)
    assert written["parameter timeout"].text == "Stored as the attribute `timeout`; passed to `sleep` in some cases."
    assert written["parameter timeout"].verdict == "faithful"
    assert written["parameter unit"].text == "Passed to `sleep` in some cases."
    assert written["parameter unit"].provenance.source == "composed"
    assert written["returns"].provenance.source == "composed"
    assert written["returns"].provenance.repairs == 1


@pytest.mark.parametrize("text", ["The timeout.", "How long the video lasts."])
def test_a_rejected_text_is_not_asked_for_again_where_the_facts_say_more(module_of: ModuleOf, text: str) -> None:
    ask, asked = answering({**GOOD, "parameters": {"timeout": text, "unit": GOOD["parameters"]["unit"]}})
    written, _ = describe(module_of(SOURCE), ask)
    assert written["parameter timeout"].text == "Stored as the attribute `timeout`; passed to `sleep` in some cases."
    assert len(asked) == 1


def test_a_model_is_not_asked_again_about_what_has_no_body(module_of: ModuleOf) -> None:
    ask, asked = answering({"summary": "Plays a video.", "returns": "It does not return anything."})
    written, found = describe(module_of("class A:\n    def wait(self) -> int:\n        ..."), ask, repairs=2)
    assert len(asked) == 1
    assert "returns-value" in found
    assert {d.provenance.source for d in written.values()} == {"composed"}


def test_an_answer_that_repeats_the_objection_is_not_kept(module_of: ModuleOf) -> None:
    bad = {**GOOD, "returns": "It."}
    echo = "It only repeats the name or the type: say what the code does with it."
    written, _ = describe(module_of(SOURCE), answering(bad, {"returns": echo})[0])
    assert written["returns"].provenance.source == "composed"


def test_without_repairs_nothing_is_asked_twice(module_of: ModuleOf) -> None:
    ask, asked = answering({**GOOD, "returns": "<SLOT>"})
    written, _ = describe(module_of(SOURCE), ask, repairs=0)
    assert len(asked) == 1
    assert written["returns"].provenance.source == "composed"


def test_an_element_that_the_model_cannot_answer_is_composed(module_of: ModuleOf) -> None:
    written, _ = describe(module_of(SOURCE), answering(BadAnswer("not JSON"))[0])
    assert {d.provenance.source for d in written.values()} == {"composed"}
    assert written["function"].text == "Sets the attribute `timeout` and may call `sleep`."


def test_an_overview_that_cannot_be_had_is_left_out(module_of: ModuleOf) -> None:
    written, _ = describe(module_of("class Empty: pass"), answering(BadAnswer("not JSON"))[0])
    assert set(written) == {"class"}


def test_a_model_that_is_gone_ends_the_work(module_of: ModuleOf) -> None:
    with pytest.raises(BackendUnavailable):
        describe(module_of(SOURCE), answering(BackendUnavailable("gone"))[0])


def test_what_is_left_of_a_long_signature_is_asked_for_in_the_same_chat(module_of: ModuleOf) -> None:
    names = "alpha beta gamma delta epsilon zeta eta theta iota kappa la mu nu xi omicron pi rho sigma tau psi".split()
    first = {
        "summary": "Puts all of them into a list.",
        "parameters": {name: f"Put into the list as its {name} item." for name in names[:13]},
    }
    rest = {"parameters": {name: f"Put into the list as its {name} item." for name in names[13:]}}
    ask, asked = answering(first, rest)
    written, found = describe(module_of(f"def f({', '.join(names)}) -> None:\n    [{', '.join(names)}]"), ask)
    assert found == []
    assert {d.provenance.source for d in written.values()} == {"model"}
    assert len(written) == 21
    assert asked[1].messages[:2] == asked[0].messages
    assert '"summary": "Puts all of them into a list."' in asked[1].messages[2].content
    assert "summary" not in asked[1].schema["properties"]


def test_the_rest_of_a_long_signature_begins_with_the_question_that_was_put_whatever_came_of_it(
    module_of: ModuleOf,
) -> None:
    names = [f"part{number}" for number in range(30)]
    texts = {name: f"Put into the list, as `{name}`." for name in names}
    first = {
        "summary": "Puts all of them into a list.",
        "parameters": {n: texts[n] for n in names[:13]} | {"part1": "?"},
    }
    second = {"parameters": {name: texts[name] for name in names[13:27]}}
    third = {"parameters": {name: texts[name] for name in names[27:]}}
    ask, asked = answering(first, second, third)
    written, _ = describe(module_of(f"def f({', '.join(names)}) -> None:\n    [{', '.join(names)}]"), ask, repairs=0)
    assert written["parameter part1"].provenance.source == "composed"
    assert [prompt.messages[:2] for prompt in asked] == [asked[0].messages] * 3
    assert asked[2].messages[: len(asked[1].messages)] == asked[1].messages


def test_a_repair_is_sampled_more_freely_than_the_answer_that_failed(module_of: ModuleOf) -> None:
    ask, asked = answering({**GOOD, "returns": "<SLOT>"}, {"returns": "<SLOT>"})
    describe(module_of(SOURCE), ask)
    assert asked[0].temperature == 0
    assert asked[1].temperature > 0


def test_a_model_that_only_repeats_itself_is_not_asked_again(module_of: ModuleOf) -> None:
    bad = {**GOOD, "returns": "<SLOT>"}
    ask, asked = answering(bad, {"returns": "<SLOT>"}, {"returns": "What `sleep` gives back."})
    written, _ = describe(module_of(SOURCE), ask, repairs=2)
    assert len(asked) == 2
    assert written["returns"].provenance.source == "composed"


def test_a_claim_without_ground_is_cut_and_the_rest_is_kept_without_another_call(module_of: ModuleOf) -> None:
    answer = {**GOOD, "returns": "What `sleep` gives back. It plays a video meanwhile."}
    ask, asked = answering(answer)
    written, found = describe(module_of(SOURCE), ask)
    assert written["returns"].text == "What `sleep` gives back."
    assert (written["returns"].verdict, found, len(asked)) == ("faithful", ["ungrounded-term"], 1)


def test_a_summary_is_one_sentence(module_of: ModuleOf) -> None:
    ask, asked = answering({**GOOD, "summary": "Sleeps until the time is over. It returns at last."})
    written, _ = describe(module_of(SOURCE), ask)
    assert (written["function"].text, len(asked)) == ("Sleeps until the time is over.", 1)


def test_an_overview_does_not_say_the_summary_again(module_of: ModuleOf) -> None:
    summary = "Counts drops in a list."
    answer = {"summary": summary, "overview": f"{summary} Each drop is an item of `drops`."}
    written, _ = describe(module_of("class Counter:\n    drops: list = []"), answering(answer)[0])
    assert written["class"].text == summary
    assert written["overview"].text == "Each drop is an item of `drops`."
