"""What git knows of a file: whether what an edit replaces could be had back."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def is_uncommitted(path: Path) -> bool:
    """Whether a file in a git repository has changes, or is one, that no commit has.

    False where there is no repository or no git: then nothing is known.
    """
    # A repository may name programs that git would run while it looks; it need not write its index either.
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(path.parent), "status", "--porcelain", "--", path.name]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}
    try:
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
    except OSError:
        return False
    return done.returncode == 0 and bool(done.stdout.strip())
