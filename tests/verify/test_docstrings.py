import textwrap
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
            ValueError: There is no flour left.
        """
        if not flour:
            raise ValueError("no flour is left")
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


@pytest.mark.parametrize(
    "body",
    [
        """
            if not dough:
                raise ValueError("no dough")
            return self.oven.bake(dough)
        """,
        """
            try:
                return OVENS.current.bake(dough)
            except AttributeError:
                raise RuntimeError("there are no ovens") from None
        """,
        """
            assert dough, "no dough"
            if self.oven is None:
                raise RuntimeError("no oven")
        """,
        """
            raise AbstractError(self)
        """,
    ],
)
@pytest.mark.parametrize("exception", ["ColdError", "AssertionError", "OSError"])
def test_an_exception_that_may_come_of_anything_else_is_no_fault_where_another_is_raised_in_another_case(
    module_of: ModuleOf, body: str, exception: str
) -> None:
    source = f'''
        class Baker:
            def bake(self, dough):
                """Bake a loaf.

                Raises:
                    {exception}: It went out in the meantime.
                """
    '''
    assert "wrong-exception" not in codes(module_of(source + textwrap.indent(textwrap.dedent(body), " " * 16)))


def test_what_a_function_warns_of_is_not_raised(module_of: ModuleOf) -> None:
    source = '''
        def bake(dough, minutes):
            """Bake a loaf.

            Warns
            -----
            UserWarning
                The number of minutes is too small for the dough.
            """
            if minutes < 0:
                raise ValueError("the number of minutes is too small for any dough")
            warnings.warn("short")
    '''
    assert "wrong-exception" not in codes(module_of(source))


def test_prose_in_the_place_of_an_exception_s_name_names_none(module_of: ModuleOf) -> None:
    source = '''
        def bake(dough):
            """Bake a loaf.

            Raises
            ------
            OvenError, if the oven is too cold
            for the dough (either because it is off, or because
            the door of the oven is open)
            """
            if dough.door:
                raise ValueError("the door of the oven is open")
    '''
    assert "wrong-exception" not in codes(module_of(source))


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


KNEADING = """
    def knead(dough, minutes):
        \"\"\"Knead a dough.

        Raises:
            ValueError: If the number of minutes is too small for the dough.
        \"\"\"
        if minutes < 3:
            raise ZeroDivisionError(f"{minutes} minutes are too small a time for any dough")
        fold(dough)


    class Oven:
        def fold(self, dough):
            raise ValueError(dough)
"""


def test_another_exception_in_the_documented_case_is_found_whatever_methods_of_the_callee_s_name_raise(
    module_of: ModuleOf,
) -> None:
    source = KNEADING.replace("fold(dough)\n\n", "dough.fold(dough)\n\n", 1)
    assert "wrong-exception" in codes(module_of(source))
    assert "wrong-exception" not in codes(module_of(source.replace("ZeroDivisionError", "ValueError")))


def test_the_documented_exception_of_a_function_that_is_called_by_name_is_no_fault(module_of: ModuleOf) -> None:
    source = KNEADING.replace("    class Oven:\n", "").replace("        def fold(self, dough):", "    def fold(dough):")
    assert "wrong-exception" not in codes(
        module_of(source.replace("            raise ValueError", "        raise ValueError"))
    )


@pytest.mark.parametrize(
    ("said", "test", "is_wrong"),
    [
        ("`size` is negative", "size >= 0", True),
        ("`size` is negative", "size < 0", False),
        ("`size` is negative", "size <= 0", False),
        ("`size` is not positive", "size > 0", True),
        ("size is less than 2", "not size < 2", True),
        ("size is less than 2", "size >= 3", False),
        ("``size`` is None", "size is not None", True),
        ("``size`` is None", "size is not None and size < 1", False),
        ("the size is None", "size is not None", True),
        ("*size* is empty", "len(size) > 0", True),
        ("size is empty", "not size", False),
        ("size is empty", "size", True),
        ("size is negative and frozen", "size >= 0 and frozen", False),
        ("size is zero", "0 != size", True),
        ("the flag is None", "flag is not None", False),
    ],
)
def test_an_exception_is_said_to_be_raised_in_just_the_case_in_which_it_is_not(
    module_of: ModuleOf, said: str, test: str, is_wrong: bool
) -> None:
    source = f'''
        def cut(bread, size, frozen=False):
            """Cut it.

            Raises:
                ValueError: If {said}.
            """
            if {test}:
                raise ValueError(size)
            return bread[:size]
    '''
    assert ("wrong-condition" in codes(module_of(source))) is is_wrong


def test_a_condition_on_a_parameter_that_got_another_value_is_not_compared(module_of: ModuleOf) -> None:
    source = '''
        def cut(bread, size):
            """Cut it.

            Raises:
                ValueError: If size is negative.
            """
            size = -size
            if size >= 0:
                raise ValueError(size)
            return bread[:size]
    '''
    assert "wrong-condition" not in codes(module_of(source))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Raises ValueError if the size of the bread is too small.", {"wrong-exception"}),
        ("Raises TypeError if the size of the bread is too small.", set()),
        ("It does not raise ValueError if the size of the bread is too small.", set()),
        ("Raises ValueError if there is no bread.", set()),
    ],
)
def test_prose_that_names_another_exception_in_the_same_case_is_found(
    module_of: ModuleOf, sentence: str, expected: set[str]
) -> None:
    source = f'''
        """Knives."""

        def cut(bread, size):
            """Cut the bread into slices.

            {sentence}
            """
            if size < 1:
                raise TypeError("the size is too small for bread")
            knife(bread)
    '''
    assert codes(module_of(source)) == expected


def test_an_exception_of_a_method_that_containers_have_too_is_no_fault(module_of: ModuleOf) -> None:
    source = '''
        class Oven:
            def get(self, loaf):
                raise TimeoutError(loaf)

        def take(ovens, loaf):
            """Take a loaf.

            Raises:
                TimeoutError: It is not baked in time.
            """
            if not ovens:
                raise KeyError("no oven")
            for oven in ovens:
                oven.get(loaf)
    '''
    assert "wrong-exception" not in codes(module_of(source))


def test_a_default_at_the_end_of_a_sentence_is_told_without_its_full_stop(module_of: ModuleOf) -> None:
    source = GOOD.replace("Defaults to 30.", "Defaults to 20.")
    assert [i.message for i in issues(module_of(source))] == ["`minutes` is said to default to 20, but defaults to 30"]


def parameters_section(signature: str, section: str, body: str = "return 1", before: str = "") -> str:
    entries = textwrap.indent(textwrap.dedent(section).strip("\n"), " " * 4)
    said = f'    """Bake a loaf.\n\n    Parameters\n    ----------\n{entries}\n    """\n'
    return f"{before}\ndef bake({signature}):\n{said}    {body}\n"


@pytest.mark.parametrize(
    ("signature", "section", "expected"),
    [
        ("dough", "flour : str", True),
        ("dough, minutes", "flour : str\nminutes : int", True),
        ("", "flour : str", True),
        ("line", "-f\n    Fast.\noven\n    Which one.", False),
        ("line", "dough\n    What of.\noven\n    Which one.", False),
        ("dough", "dough : is a heap of flour,\nyeast\nand a little water\nsalt", False),
        ("dough", "None", False),
        ("dough, minutes", "dough, minutes : int\nlambda : float", False),
        ("doughs, minutes", "d1, d2, ... : Dough\nminutes : int", False),
        ("dough, minutes", "dough : str\nseconds : int\n    Removed: use `minutes`.", False),
        ("dough, minutes", "dough : str\nseconds : int\n    How long.", True),
        ("dough, minutes", "dough : str\nReturns\n    The loaf.", False),
        ("dough, minutes", "dough : str\n%(attributes)s\nseconds : int", False),
        ("dough, minutes", "dough : str\nseconds : int\n%(attributes)s", True),
    ],
)
def test_a_section_that_cannot_be_about_this_signature_names_no_unknown_parameter(
    module_of: ModuleOf, signature: str, section: str, expected: bool
) -> None:
    assert ("unknown-parameter" in codes(module_of(parameters_section(signature, section)))) is expected


def test_a_receiver_that_is_documented_is_a_parameter(module_of: ModuleOf) -> None:
    source = parameters_section("self, dough", "self : Baker\ndough : str")
    assert "unknown-parameter" not in codes(module_of("class Baker:\n" + textwrap.indent(source, " " * 4)))


@pytest.mark.parametrize(
    ("signature", "section", "body", "expected"),
    [
        ("dough", "dough : str, optional", "return dough", True),
        ("dough: str", "dough : str, optional", "return dough", True),
        ("dough: str | None", "dough : str, optional", "return dough", False),
        ("dough: str | None", "dough : str, default is None", "return dough", False),
        ("dough: str | None", 'dough : str, default "rye"', "return dough", True),
        ("dough", "dough : str, default None", "return Dough() if dough is None else dough", False),
        ("dough", 'dough : str, default "rye"', "return Dough() if dough is None else dough", True),
        ("dough, oven=None", "dough, oven : str, oven is optional", "return dough", False),
        ("dough", "dough : str, optional\n    If None, there is some.", "return bake(dough)", False),
    ],
)
def test_a_parameter_that_may_be_none_may_be_called_optional(
    module_of: ModuleOf, signature: str, section: str, body: str, expected: bool
) -> None:
    assert ("wrong-optionality" in codes(module_of(parameters_section(signature, section, body)))) is expected


def test_what_an_abstract_method_leaves_out_others_may_add(module_of: ModuleOf) -> None:
    source = parameters_section("self, dough", "dough : str, optional", "raise NotImplementedError")
    method = textwrap.indent(f"@abc.abstractmethod{source}", " " * 4)
    assert "wrong-optionality" not in codes(module_of(f"import abc\n\nclass Baker(abc.ABC):\n{method}"))


def test_the_default_of_an_entry_that_is_indented_too_far_is_not_the_one_before_s(module_of: ModuleOf) -> None:
    section = "minutes : int\n    How long.\n crust : bool\n    Whether it has one. Defaults to True."
    assert "wrong-default" not in codes(module_of(parameters_section("minutes=0, crust=False", section)))


@pytest.mark.parametrize(("known", "expected"), [('{"min": "minutes"}', False), ('{"min": "seconds"}', True)])
def test_a_default_may_be_told_by_what_the_module_says_it_stands_for(
    module_of: ModuleOf, known: str, expected: bool
) -> None:
    section = "unit : str\n    Of time. Default is 'minutes'."
    source = parameters_section('unit="min"', section, "return UNITS[unit]", f"UNITS = {known}\n")
    assert ("wrong-default" in codes(module_of(source))) is expected


@pytest.mark.parametrize(("default", "expected"), [('"auto"', False), ("()", False), ("(1, 2)", True), ("30", False)])
def test_a_string_for_a_default_tells_nothing_of_the_type(module_of: ModuleOf, default: str, expected: bool) -> None:
    assert ("wrong-type" in codes(module_of(parameters_section(f"minutes={default}", "minutes : int")))) is expected


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("bake", "The loaf.", True),
        ("__init__", "The baker.", False),
        ("bake", "This method only returns when it is cancelled.", False),
        ("bake", "The method should return the loaf.", False),
        ("bake", "This method keeps the dough.", False),
        ("bake", "This method returns the dough.", True),
    ],
)
def test_what_is_said_of_returning_names_no_value_where_it_is_of_something_else(
    module_of: ModuleOf, name: str, said: str, expected: bool
) -> None:
    source = f'''
        class Baker:
            def {name}(self, dough):
                """Take a dough.

                Returns:
                    {said}
                """
                self.dough = dough
    '''
    assert ("returns-nothing" in codes(module_of(source))) is expected


def test_a_parameter_that_a_decorator_adds_is_known(module_of: ModuleOf) -> None:
    decorator = """
        def timed(function):
            def inner(*args, clock=None, **kwargs):
                return function(*args, **kwargs)
            return inner
    """
    plain = parameters_section("dough", "dough : str\nclock : Clock\n    Which one.")
    assert "unknown-parameter" in codes(module_of(textwrap.dedent(decorator) + plain))
    assert "unknown-parameter" not in codes(module_of(f"{textwrap.dedent(decorator)}\n@timed{plain}"))
    popped = (
        textwrap.dedent(decorator)
        .replace("clock=None, ", "")
        .replace("    return", "    kwargs.pop('clock')\n        return", 1)
    )
    assert "unknown-parameter" not in codes(module_of(f"{popped}\n@timed{plain}"))
    assert "unknown-parameter" not in codes(module_of(f"\n@renamed('clock', 'watch'){plain}"))
    assert "unknown-parameter" in codes(module_of(f"\n@renamed('time', 'watch'){plain}"))


@pytest.mark.parametrize("method", ["__call__", "bake"])
def test_a_class_may_document_what_its_methods_take(module_of: ModuleOf, method: str) -> None:
    source = f'''
        class Baker:
            """Bakes.

            Args:
                seed: For chance.
                dough: What is to be baked.
                minutes: How long.
            """

            def __init__(self, seed):
                self.seed = seed

            def {method}(self, dough):
                return dough
    '''
    assert [i.message for i in issues(module_of(source)) if i.level == "contradicts"] == [
        "`__init__` has no parameter `minutes`"
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("How long. Defaults to 10.", True),
        ("How long. Defaults to 10,000.", False),
        ("How long. Defaults to 10 if there is dough, else 5.", False),
        ("How long. Defaults to 10, or 5 where there is none.", False),
        ("How long, by kind: - rye : int, default: 10", False),
        ("How long, by kind: rye : int (default 10)", False),
        ("How long. Defaults to 7 nights (10000 minutes).", False),
        ("How long. Defaults to 7 nights.", True),
    ],
)
def test_a_default_is_compared_where_it_is_the_only_one_and_told_in_full(
    module_of: ModuleOf, said: str, expected: bool
) -> None:
    section = f"minutes : int\n    {said}"
    assert ("wrong-default" in codes(module_of(parameters_section("minutes=10000", section)))) is expected


def test_a_default_of_one_of_several_parameters_is_not_taken_for_that_of_all(module_of: ModuleOf) -> None:
    section = "minutes, hours : int, optional\n    How long (default: 30 and 1)."
    assert "wrong-default" not in codes(module_of(parameters_section("minutes=30, hours=1", section)))


def test_a_type_that_is_one_of_those_in_the_annotation_is_right(module_of: ModuleOf) -> None:
    section = "dough : str\n    One of them."
    assert "wrong-type" not in codes(module_of(parameters_section("dough: list[str] | str", section)))
    assert "wrong-type" in codes(module_of(parameters_section("dough: list[str] | None", section)))


@pytest.mark.parametrize(
    ("said", "body", "expected"),
    [
        ("Return the loaf of a dough.", "self.dough = dough", True),
        ("Return the dough to the bowl, or throw it away.", "self.dough = dough", False),
        ("Bake it.\n\n        :return: The loaf.", "return None  # for others to do", False),
        ("Bake it.\n\n        :return: The loaf.", "self.bake()\n        return None", True),
    ],
)
def test_what_is_said_to_be_returned_is_a_value_of_this_body(
    module_of: ModuleOf, said: str, body: str, expected: bool
) -> None:
    source = f'class Baker:\n    def bake(self, dough):\n        """{said}"""\n        {body}\n'
    assert ("returns-nothing" in codes(module_of(source))) is expected


def test_the_remark_optional_beside_a_name_is_no_name(module_of: ModuleOf) -> None:
    source = parameters_section("dough, oven=None", "dough\n    What of.\noven, optional\n    Which one.")
    assert [issue for issue in issues(module_of(source)) if issue.level == "contradicts"] == []


@pytest.mark.parametrize(("said", "expected"), [("Defaults to 30.", False), ("Defaults to None.", True)])
def test_a_string_for_a_default_may_mark_a_number_or_a_switch_but_not_none(
    module_of: ModuleOf, said: str, expected: bool
) -> None:
    source = parameters_section('minutes="deprecated"', f"minutes : int\n    How long. {said}")
    assert ("wrong-default" in codes(module_of(source))) is expected


@pytest.mark.parametrize(("said", "expected"), [("'5 min'", False), ("'5min'", False), ("'6 min'", True)])
def test_spaces_in_a_default_make_no_difference(module_of: ModuleOf, said: str, expected: bool) -> None:
    source = parameters_section('minutes="5 min"', f"minutes : str\n    How long. Defaults to {said}.")
    assert ("wrong-default" in codes(module_of(source))) is expected


@pytest.mark.parametrize(("default", "expected"), [("False", False), ("True", True)])
def test_false_for_a_default_may_mark_that_there_is_none(module_of: ModuleOf, default: str, expected: bool) -> None:
    assert ("wrong-type" in codes(module_of(parameters_section(f"flours={default}", "flours : dict")))) is expected


def test_what_a_decorator_may_return_is_not_told_by_the_body(module_of: ModuleOf) -> None:
    method = (
        '\n    def bake(self, dough):\n        """Return a copy with another dough."""\n        self.dough = dough\n'
    )
    assert "returns-nothing" in codes(module_of(f"class Baker:{method}"))
    assert "returns-nothing" not in codes(module_of(f"class Baker:\n    @on_a_copy{method}"))
    assert "returns-nothing" in codes(module_of(f"class Baker:\n    @classmethod{method}"))


def test_parameters_of_a_signature_that_the_docstring_gives_itself_are_not_looked_for(module_of: ModuleOf) -> None:
    source = parameters_section("thing, minutes", "dough : Dough\nminutes : int")
    assert "unknown-parameter" in codes(module_of(source))
    assert "unknown-parameter" not in codes(module_of(source.replace("Bake a loaf.", "bake(dough, minutes)")))


def test_after_the_right_default_another_one_is_of_something_else(module_of: ModuleOf) -> None:
    section = "crust : bool or int, default: True\n    Whether it has one, or how thick. Default: 3."
    assert "wrong-default" not in codes(module_of(parameters_section("crust=True", section)))
    assert "wrong-default" in codes(module_of(parameters_section("crust=True", section.replace(", default: True", ""))))


def test_returning_things_is_what_a_function_of_that_name_does(module_of: ModuleOf) -> None:
    source = 'def return_bowl(bowls):\n    """Return a bowl."""\n    bowls.append(1)\n'
    assert "returns-nothing" not in codes(module_of(source))
    assert "returns-nothing" in codes(module_of(source.replace("return_bowl", "clean_bowl")))


def test_what_a_fenced_example_documents_is_not_of_this_function(module_of: ModuleOf) -> None:
    source = '''
        def document(function):
            """Write a docstring.

            ```
            Args:
                dough: What is to be baked.
            ```
            """
            return function
    '''
    assert "unknown-parameter" not in codes(module_of(source))
    assert "unknown-parameter" in codes(module_of(source.replace("```", "")))
