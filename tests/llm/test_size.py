from __future__ import annotations

import pytest

from docgen.config import Settings
from docgen.llm.size import is_small


@pytest.mark.parametrize(
    "model", ["qwen2.5-coder:1.5b", "smollm2:135m", "./SmolLM2-135M-Instruct.Q4_1.gguf", "llama3.2:3b-instruct-q4_K_M"]
)
def test_a_name_that_tells_a_small_size_is_a_small_model(model: str) -> None:
    assert is_small(model)


@pytest.mark.parametrize("model", ["qwen2.5-coder:7b", "mixtral:8x22b", "gpt-oss:20b", "author", "phi4:latest"])
def test_any_other_model_is_taken_for_a_large_one(model: str) -> None:
    assert not is_small(model)


def test_a_small_model_is_not_asked_about_what_the_code_tells_unless_the_user_says_so() -> None:
    assert not Settings(model="qwen2.5-coder:1.5b").asks_all
    assert Settings(model="qwen2.5-coder:1.5b", ask_all=True).asks_all
    assert Settings(model="qwen2.5-coder:7b").asks_all
    assert not Settings(model="qwen2.5-coder:7b", ask_all=False).asks_all
