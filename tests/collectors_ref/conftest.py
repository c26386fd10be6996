"""What several test modules use, and the check that no test leaves anything behind."""

import gc
import multiprocessing
import os
import sys
import time

import pytest

SHARED_MEMORY = "/dev/shm"


@pytest.fixture(autouse=True)
def nothing_is_left_behind():
    """After each test, there is no child process and no shared-memory file that was not there before."""
    before = _shared_memory()
    yield
    gc.collect()
    # Other programs share the directory, so that what is left may be theirs; it is ours only if it stays.
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and (multiprocessing.active_children() or _shared_memory() - before):
        time.sleep(0.05)
    assert multiprocessing.active_children() == []
    assert _shared_memory() - before == set()


def _shared_memory():
    return set(os.listdir(SHARED_MEMORY)) if os.path.isdir(SHARED_MEMORY) else set()


@pytest.fixture
def by_value(request):
    """Let the functions and classes of the test module travel to worker processes, which cannot import it."""
    cloudpickle = pytest.importorskip("cloudpickle")
    module = sys.modules[request.module.__name__]
    cloudpickle.register_pickle_by_value(module)
    yield
    cloudpickle.unregister_pickle_by_value(module)
