from collections.abc import Callable

import pytest

from docgen.evidence.ancestry import Library
from docgen.records import Module
from docgen.verify.docstrings import Issue, check_modules

ModuleOf = Callable[[str], Module]


def issues(module: Module) -> list[Issue]:
    return list(check_modules([module], Library([module])))


def codes(module: Module) -> set[str]:
    return {issue.code for issue in issues(module)}


GOOD = '''
    """Bakes bread."""

    def bake(flour, minutes=30, *, crust="thin"):
        """Bake a loaf.

        Args:
            flour (int): Grams of it.
            minutes (int, optional): How long. Defaults to 30.
            crust (str): How thick it gets. Defaults to ``"thin"``.

        Returns:
            The loaf.

        Raises:
            ValueError: There is no flour.
        """
        if not flour:
            raise ValueError("flour")
        return Loaf(flour, minutes, crust)
'''


def test_a_docstring_that_agrees_with_the_code_raises_nothing(module_of: ModuleOf) -> None:
    assert issues(module_of(GOOD)) == []


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("def bake(flour,", "def bake(meal,", "unknown-parameter"),
        ("minutes=30", "minutes=45", "wrong-default"),
        ('crust="thin"', 'crust="thick"', "wrong-default"),
        ("minutes=30,", "minutes,", "wrong-optionality"),
        ("flour (int)", "minutes (str)", "wrong-type"),
        ("return Loaf", "Loaf", "returns-nothing"),
        ("raise ValueError", "raise KeyError", "wrong-exception"),
        ("            minutes (int, optional): How long. Defaults to 30.\n", "", "missing-parameter"),
    ],
)
def test_code_that_moved_away_from_its_docstring_is_found(
    module_of: ModuleOf, before: str, after: str, code: str
) -> None:
    assert before in GOOD
    assert code in codes(module_of(GOOD.replace(before, after)))


def test_an_issue_stands_at_the_line_of_the_docstring_that_is_wrong(module_of: ModuleOf) -> None:
    [issue] = issues(module_of(GOOD.replace("minutes=30", "minutes=45")))
    assert (issue.lineno, issue.level, issue.element) == (9, "contradicts", "sample.bake")


def test_comments_excuse_one_code_or_all(module_of: ModuleOf) -> None:
    wrong = GOOD.replace("minutes=30", "minutes=45")
    header = 'crust="thin"):'
    assert codes(module_of(wrong.replace(header, f"{header}  # docgen: ignore[wrong-default]"))) == set()
    assert codes(module_of(wrong.replace(header, f"{header}  # docgen: ignore"))) == set()
    assert codes(module_of(wrong.replace(header, f"{header}  # docgen: ignore[wrong-type]"))) == {"wrong-default"}


def test_what_is_missing_and_what_is_vague_are_told(module_of: ModuleOf) -> None:
    source = '''
        def bake():
            return 1

        def get_loaf():
            """Get loaf."""

        def _knead(): ...
    '''
    assert [issue.code for issue in issues(module_of(source))] == [
        "missing-docstring",
        "missing-docstring",
        "restates-name",
    ]


def test_peoples_words_have_the_benefit_of_the_doubt(module_of: ModuleOf) -> None:
    source = '''
        """Ovens."""
        import abc

        class Oven(abc.ABC):
            """An oven."""

            @abc.abstractmethod
            def heat(self, degrees):
                """Heat it up.

                Args:
                    degrees: How hot.

                Returns:
                    The temperature.

                Raises:
                    ValueError: Too hot.
                """

            def cook(self, **options):
                """Cook something.

                Args:
                    minutes: How long.
                """
                return self.heat(options["minutes"])

            def wait(self, minutes=None):
                """Wait, as an oven does.

                Args:
                    minutes: How long. Defaults to 5.

                Raises:
                    TimeoutError: It takes too long.
                """
                return self.cook(minutes=minutes or 5)

            def stop(self):
                """Stop the heat.

                See Also
                --------
                heat : for the opposite
                """
    '''
    assert not [issue for issue in issues(module_of(source)) if issue.level == "contradicts"]


def test_an_exception_that_something_called_raises_is_no_fault(module_of: ModuleOf) -> None:
    source = '''
        """Doughs."""

        def knead(dough):
            """Knead the dough until it is smooth."""
            if not dough:
                raise KeyError(dough)

        def rest(dough):
            """Let the dough rest.

            Raises:
                KeyError: There is none.
            """
            if dough is None:
                raise ValueError(dough)
            knead(dough)
    '''
    assert "wrong-exception" not in codes(module_of(source))
