"""What a worker tells the main process, in whatever order it is spoken to."""

from multiprocessing import Pipe

import pytest

torch = pytest.importorskip("torch")

from collectors_ref import SyncDataCollector  # noqa: E402
from collectors_ref._worker import Job, _Worker, read_batch  # noqa: E402
from collectors_ref.envs import CountingEnv  # noqa: E402

pytestmark = pytest.mark.torch


class Batches:
    """A queue that ends the work as soon as something is on it."""

    def __init__(self, pipe):
        self.pipe = pipe
        self.said = []

    def put(self, data, timeout):
        self.said.append(read_batch(data))
        self.pipe.send((None, "close"))


@pytest.mark.parametrize("message", [((1, False), "seed"), (None, "reset")])
def test_a_worker_whose_first_batch_is_dropped_says_where_the_next_one_is(message):
    ours, theirs = Pipe()
    batches = Batches(ours)
    worker = _Worker(
        Job(0, SyncDataCollector, {"create_env_fn": CountingEnv(6), "policy": None, "frames_per_batch": 12}),
        None,
        theirs,
        batches,
    )
    # As on a busy machine: the message is there before the first batch is on the queue.
    for sent in ((0, "continue"), message, (1, "continue")):
        ours.send(sent)
    try:
        worker.serve()
    finally:
        worker.collector.shutdown()
    [((batch, index), epoch)] = batches.said
    assert (batch.shape, index, epoch) == ((12,), 0, 1)
