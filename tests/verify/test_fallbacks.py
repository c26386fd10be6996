from collections.abc import Callable

import pytest

FindingCodes = Callable[..., set[str]]

MAIL = '''
    """Sends letters."""

    class Letter:
        def __init__(self, text, stamp=None, priority: bool = False, sender=None, paper=None):
            self.text = text
            self.stamp = stamp
            if sender is None:
                sender = "nobody"
            self.priority = priority
            self.sender = sender
            super().__init__(paper=paper)

    def send(letter, route=None):
        post(letter, route)
'''


@pytest.mark.parametrize(
    ("name", "part", "text", "code"),
    [
        ("Letter.__init__", "text", "The text. If not specified, an empty string is used.", "wrong-optionality"),
        ("Letter.__init__", "text", "The text, empty if no value is provided.", "wrong-optionality"),
        (
            "Letter.__init__",
            "priority",
            "Whether to mark the letter. If not given, the letter is marked.",
            "wrong-default",
        ),
        ("Letter.__init__", "paper", "The paper. If not given, the letter is printed twice.", "unknown-fallback"),
        (
            "Letter.__init__",
            "paper",
            "The paper. If no value is provided, it will use the default paper.",
            "unknown-fallback",
        ),
        ("Letter.__init__", "paper", "If not given, the letter is printed on the default paper.", "unknown-fallback"),
        ("Letter.__init__", "paper", "The default value for `paper` is 0, which means none.", "wrong-default"),
        ("Letter.__init__", "paper", "If True, paper is used; otherwise, the letter keeps warm.", "unknown-fallback"),
        ("Letter.__init__", "paper", "If True, the letter lasts for a whole century.", "unknown-fallback"),
        ("send", "", "Sends the letter by `route`, or along the shortest way if not given.", "unknown-fallback"),
    ],
)
def test_a_claim_about_a_call_without_the_parameter_needs_the_code(
    found: FindingCodes, name: str, part: str, text: str, code: str
) -> None:
    assert code in found(MAIL, name, text, part)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("sender", "Who sends the letter. If not given, the letter comes back."),
        ("sender", "Who sends the letter. If not given, it uses the default sender."),
        ("priority", "Whether to send it first. If not given, the letter is not sent first."),
        ("paper", "The paper. If not given, none is used."),
        ("paper", "If True, everything is printed on durable paper."),
        ("priority", "If True, the letter has the highest priority of all."),
    ],
)
def test_what_the_code_decides_or_what_is_merely_denied_passes(found: FindingCodes, part: str, text: str) -> None:
    assert found(MAIL, "Letter.__init__", text, part) == set()
