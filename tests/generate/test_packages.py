"""What is asked of the model about real packages: every schema compiles, every prompt fits."""

import json
from pathlib import Path

import pytest
from llguidance import LLMatcher, grammar_from

from docgen.evidence.context import context_of
from docgen.evidence.slicing import estimate_tokens
from docgen.extract import find_sources, read_modules
from docgen.generate.plan import plan_module
from docgen.generate.prompts import Prompts
from docgen.generate.schema import token_limit
from docgen.llm.worker import COMPACT
from docgen.records import Module

PACKAGES = [
    "docgen", "anyio", "attr", "certifi", "docstring_parser", "h11", "httpcore", "httpx", "idna", "iniconfig",
    "jinja2", "jsonschema", "markdown_it", "markupsafe", "ollama", "packaging", "pathspec", "platformdirs", "pluggy",
    "pydantic_settings", "referencing", "tenacity",
]  # fmt: skip
CONTEXT_WINDOW = 8192


@pytest.mark.timeout(300)
def test_every_schema_of_twenty_packages_compiles_and_every_prompt_fits(tmp_path: Path) -> None:
    prompts = Prompts()
    compiled: set[str] = set()
    elements = 0
    for module in read_modules(find_sources(PACKAGES, cwd=tmp_path), jobs=1):
        assert isinstance(module, Module), module
        for unit in plan_module(module, rewrite=True, ask_all=True).units:
            elements += 1
            context = context_of(unit.module, unit.owner)
            for asked in unit.calls():
                prompt = prompts.ask(unit, context, asked, {})
                size = sum(estimate_tokens(message.content) for message in prompt.messages)
                assert size + token_limit(asked) < CONTEXT_WINDOW, unit.element.id
                schema = json.dumps({**prompt.schema, **COMPACT}, sort_keys=True)
                if schema not in compiled:
                    compiled.add(schema)
                    assert LLMatcher.validate_grammar(grammar_from("json_schema", schema)) == "", unit.element.id
    assert elements > 2000


def test_a_schema_that_does_not_compile_would_be_noticed() -> None:
    assert LLMatcher.validate_grammar(grammar_from("json_schema", json.dumps({"type": "sentence"})))
