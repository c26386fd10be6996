from collections.abc import Callable

import pytest

FindingCodes = Callable[..., set[str]]

QUEUE = '''
    """Bounded queues of jobs."""

    class Base:
        def close(self):
            """Close the queue."""

    class Queue(Base):
        """A queue with room for some jobs."""

        def __init__(self, room: int, *, order="fifo", strict: bool = False, key=None, **options):
            self.room = room
            self.order = order
            if key is None:
                key = 3
            self.key = key
            self.strict = strict

        @property
        def size(self):
            return self._size

        def put(self, job):
            if job is None:
                raise ValueError("no job")
            self.jobs.append(job)

        def take(self, wait: float = 1.5):
            job = self.jobs.pop()
            return job.ready(wait)

        def close(self):
            super().close()

        def drop(self, job):
            self.jobs.remove(job)
'''


@pytest.mark.parametrize(
    ("name", "part", "text", "code"),
    [
        ("Queue.put", "self", "The queue itself.", "nonexistent-parameter"),
        ("Queue.put", "timeout", "Seconds to wait for room.", "nonexistent-parameter"),
        ("Queue.__init__", "room", "(str) – How many jobs have room.", "wrong-type"),
        ("Queue.__init__", "room", "Whether jobs are kept in order.", "wrong-type"),
        ("Queue.__init__", "strict", "(None) – Refuses jobs.", "wrong-type"),
        ("Queue.__init__", "room", "How many jobs have room. (default: 10)", "wrong-default"),
        ("Queue.__init__", "room", "How many jobs have room. (default: None)", "wrong-default"),
        ("Queue.__init__", "order", "The order of jobs, `lifo` by default.", "wrong-default"),
        ("Queue.__init__", "options", "Further options. (default: None)", "wrong-default"),
        ("Queue.__init__", "room", "(int, optional) – How many jobs have room.", "wrong-optionality"),
        ("Queue.__init__", "room", "If provided, limits the number of jobs.", "wrong-optionality"),
        ("Queue.__init__", "key", "If not given, the default behavior applies.", "unknown-fallback"),
        ("Queue.put", "job", "The job that `JobRunner` runs.", "nonexistent-name"),
        ("Queue.put", "job", "The job that run_later() runs.", "nonexistent-name"),
        ("Queue.put", "", "Takes a parameter `priority` and appends the job.", "nonexistent-parameter"),
        ("Queue.put", "", "Appends the job. It returns the position of the job.", "returns-nothing"),
        ("Queue.take", "", "Pops a job and returns nothing.", "returns-value"),
        ("Queue.put", "", "Yields each job.", "yields-nothing"),
        ("Queue.drop", "", "Removes the job, or raises `MissingJobError`.", "raises-nothing"),
        ("Queue.put", "", "An abstract method that appends a job.", "not-abstract"),
        ("Queue.put", "", "Recursively appends a job.", "not-recursive"),
        ("Queue.put", "", "Is an async method that appends a job.", "not-async"),
        ("Queue.put", "", "Appends the job before calling the parent class's `put` method.", "no-parent-call"),
        ("Queue.size", "", "Sets the size of the queue.", "read-only"),
        ("Queue.put", "", "Appends a video to the queue.", "ungrounded-term"),
        ("Queue.put", "job", "The photograph to be appended.", "ungrounded-term"),
    ],
)
def test_a_claim_that_the_code_contradicts_is_found(
    found: FindingCodes, name: str, part: str, text: str, code: str
) -> None:
    assert code in found(QUEUE, name, text, part)


@pytest.mark.parametrize(
    ("name", "part", "text"),
    [
        ("Queue.__init__", "room", "How many jobs have room at once."),
        ("Queue.__init__", "strict", "Whether jobs without order are left out (default: False)."),
        ("Queue.__init__", "key", "What jobs are sorted out by. Defaults to 3."),
        ("Queue.__init__", "key", "Stored as `Queue.key`; if not given, 3 is stored."),
        ("Queue.__init__", "order", "(str) – In which order jobs leave the queue (default: 'fifo')."),
        ("Queue.put", "", "Appends a job at the end, or raises `ValueError` where there is none."),
        ("Queue.take", "", "Pops the last job and returns what its `ready` method makes of it."),
        ("Queue.take", "wait", "Handed to the job's `ready` method as it came."),
        ("Queue.close", "", "Closes the queue by calling the parent class's `close` method."),
        ("Queue.size", "", "Gets the number of jobs in the queue."),
        ("Queue", "", "A bounded queue of jobs."),
    ],
)
def test_a_claim_that_the_code_bears_out_passes(found: FindingCodes, name: str, part: str, text: str) -> None:
    assert found(QUEUE, name, text, part) == set()


def test_a_returned_value_is_checked_against_what_is_returned(found: FindingCodes) -> None:
    assert "not-the-given-value" in found(QUEUE, "Queue.take", "The job that was given.", kind="returns")
    assert "returns-nothing" in found(QUEUE, "Queue.put", "The job.", kind="returns")
    assert found(QUEUE, "Queue.take", "What the job's `ready` method makes of it.", kind="returns") == set()


def test_a_guessed_purpose_makes_a_text_vague_and_not_wrong(found: FindingCodes) -> None:
    text = "Appends a job at the end of the queue, ensuring reproducibility."
    assert found(QUEUE, "Queue.put", text) == {"ungrounded-purpose", "guessed-use"}


def test_words_of_a_base_class_are_a_ground(found: FindingCodes) -> None:
    source = '''
        class Base:
            """Talks to turbines."""

            def start(self):
                """Start the turbine and its gearbox."""

        class Quiet(Base):
            def start(self):
                self.noise = 0
    '''
    assert found(source, "Quiet.start", "Starts the gearbox of the turbine without noise.") == set()
    assert "ungrounded-term" in found(source, "Quiet.start", "Starts the aeroplane without noise.")


def test_syntax_that_cannot_be_parsed_leaves_behaviour_unjudged(found: FindingCodes) -> None:
    source = "def f(x):\n    match x:\n        case 1: return 2\n"
    assert "returns-nothing" not in found(source, "f", "Returns the x that matches.")


def test_names_of_python_and_of_other_packages_in_cross_references_pass(found: FindingCodes) -> None:
    text = "Appends a job that has `__eq__`, as :meth:`other.Queue.send` and `{JOB_ID: job}` do."
    assert "nonexistent-name" not in found(QUEUE, "Queue.put", text)
    assert "nonexistent-name" in found(QUEUE, "Queue.put", "Appends a job, as :meth:`send_away` does.")


def test_a_default_that_the_body_or_a_constant_puts_in_place_passes(found: FindingCodes) -> None:
    source = "def f(way=None, signal=TERM_SIGNAL):\n    send(way or 'slow', signal)\n"
    assert "wrong-default" not in found(source, "f", "The way to send. Defaults to 'slow'.", "way")
    assert "wrong-default" not in found(source, "f", "The signal to send. Default is TERM.", "signal")
    assert "wrong-default" in found(source, "f", "The way to send. Defaults to 'fast'.", "way")
