import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Docgen = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def docgen(tmp_path: Path) -> Docgen:
    """Run docgen as a user does, in a folder of its own with no settings around."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "OLLAMA_"))}
        return subprocess.run(
            [sys.executable, "-m", "docgen", *arguments],
            cwd=tmp_path,
            env={**clean, "OLLAMA_HOST": "http://127.0.0.1:9", **environment},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )

    return run
