"""Composed sentences, held against what calls did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from docgen.evidence.finder import FactFinder
from docgen.evidence.scope import Surroundings
from docgen.evidence.subjects import with_owners
from docgen.extract import SourceFile, parse_module
from docgen.generate.compose import informative
from docgen.records import Class, Function, Subject, SubjectKind
from tests.generate.runs import Call, Items, other_result_of, result_of

UNKNOWN = object()
Calls = Mapping[str, Sequence[Call]]
Check = Callable[[Sequence[Call], Callable[[Call], Any], str], Iterator[str]]

_QUOTED = re.compile(r"`([^`]*)`")
_LIST = r"(?:`[^`]*`(?: as `[^`]*`)?(?:, to |, | and to | and | or )?)+"
_PREDICATE = re.compile(
    r"(?:, | and )(?=(?:replaced by|stored|passed|called|iterated|entered|returned|yielded|added|subtracted|named|"
    r"unpacked|used|part of|awaited|raised)\b)"
)
# Calls of other functions leave no trace.
_SEEN = re.compile(r"g|h|self\.log|self\.n|scope|(?:a|b|c|d|e|self\.\w)\.(?:ready|size)")
_WHEN = re.compile(r" (?:where (?P<where>.*)|(?P<some>in some cases)|in the loop over `(?P<loop>[^`]*)`)$")


class Said(NamedTuple):
    """A composed sentence: the function that it is about, or of which part, and the sentence."""

    of: str
    kind: SubjectKind
    part: str
    text: str


def composed(source: str) -> Iterator[Said]:
    """Yield what is composed of a function, or of a class, its methods, and their parts."""
    module = parse_module(source, SourceFile(Path("m.py"), "m", "m.py"))
    finder = FactFinder(Surroundings(module))
    for element, owner in with_owners(module):
        parts: list[tuple[SubjectKind, str]] = []
        if isinstance(element, Class):
            parts = [("overview", "")]
        elif isinstance(element, Function):
            parts = [("function", ""), ("yields", "") if element.yields else ("returns", "")]
            parts += [("parameter", parameter.name) for parameter in element.parameters if parameter.name != "self"]
            parts += [("raises", raises.exception) for raises in element.raises]
        for kind, part in parts:
            subject = Subject(element=element.id, kind=kind, part=part)
            if text := informative(finder.facts(element, owner, subject, with_scope=False)):
                yield Said(element.name, kind, part, text.removesuffix("."))


def falsehoods(said: Said, calls: Calls) -> Iterator[str]:
    """Yield what a sentence says and a call does not do."""
    if said.kind == "overview":
        yield from _of_state(said.text, calls)
        return
    own = calls[said.of]
    if said.kind == "function":
        yield from _of_function(said.text, own)
    elif said.kind in ("returns", "yields"):
        yield from _of_value(re.sub(r"^(?:The value of|Always) ", "", _small(said.text)), own)
    elif said.kind == "raises":
        yield from _of_exception(said, own)
    elif said.text.startswith("Accepted, but not used"):
        yield from _of_unused(said.part, own)
    else:
        for clause in _about_what_was_given(said):
            yield from _of_clause(said, clause, calls)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _of_state(text: str, calls: Calls) -> Iterator[str]:
    held, _, changed = text.partition(". ")
    for call in _ended(calls["__init__"]):
        for name in _QUOTED.findall(held):
            if name not in call.after:
                yield f"{call.given} makes no {name}"
    for names, method in re.findall(rf"({_LIST}) (?:is|are) set in `(\w+)`", changed):
        for name in _QUOTED.findall(names):
            yield from never(calls[method], partial(_sets, name), f"{name} is set in {method}")


def _of_function(text: str, calls: Sequence[Call]) -> Iterator[str]:
    said, *clauses = _small(text).split("; ")
    if clauses and re.match(r"(?:returns|yields) ", clauses[-1]):
        yield from _of_value(clauses.pop().partition(" ")[2], calls)
    for clause in clauses if said else ():
        yield from _of_conditional_calls(clause, calls)
    if _WHEN.search(said) and re.match(rf"calls {_LIST}", said):
        yield from _of_conditional_calls(said, calls)
        return
    if match := re.search(r"\b(?:returns|yields) (.*)$", said):
        yield from _of_value(match[1], calls)
        said = said[: match.start()]
    elif match := re.match(r"the value of (.*)$", said):
        yield from _of_value(match[1], calls)
    elif re.match(r"`|what |a ", said):
        yield from _of_value(said, calls)
        return
    for name in re.findall(r"always raises `([^`]*)`", said):
        yield from not_always(calls, partial(_raises, name), f"always raises {name}")
    check: Check
    for verb, check, does in (
        ("sets the attributes?", not_always, _sets),
        ("may set the attributes?", never, _sets),
        ("calls", not_always, _calls),
        ("may call", never, _calls),
        ("may raise", never, _raises),
    ):
        for names in re.findall(rf"(?<!may ){verb} ({_LIST})", said):
            for name in _QUOTED.findall(names):
                yield from check(_ended(calls) if check is not_always else calls, partial(does, name), f"{verb} {name}")


def _of_conditional_calls(clause: str, calls: Sequence[Call]) -> Iterator[str]:
    """Check that functions are called under a test, or in a loop that comes to an item."""
    does, _, loop = clause.partition(" in the loop over ")
    does, _, where = does.partition(" where ")
    told = [call for call in calls if _holds_for_all(where.strip("`") or "True", call)]
    told = [call for call in told if not loop or _is_looped(call, loop.strip("`"))]
    for name in _QUOTED.findall(does):
        yield from not_always(_ended(told), partial(_calls, name), clause)


def _about_what_was_given(said: Said) -> Iterator[str]:
    """Yield what is told of an argument: behind “Replaced by …”, the name is that of what it stands for."""
    is_replaced = said.text.startswith("Replaced")
    for clause in said.text.split("; "):
        names_it = re.search(rf"\b(?:{said.part}|it|its)\b", clause) or not re.match(r"`.* (?:is|are|may be) ", clause)
        if not is_replaced or not names_it:
            yield clause
        elif clause.startswith("Replaced"):
            yield _PREDICATE.split(clause)[0] + (
                f" where {clause.partition(' where ')[2]}" if " where " in clause else ""
            )


def _of_value(told: str, calls: Sequence[Call]) -> Iterator[str]:
    """Check what is returned or yielded: `A or B`, or `A where C, B where D, else E`."""
    cases = (
        [
            _case(text)
            for text in re.split(r", (?:else |and )?(?=`|what |the |a |an |each )| (?:else|and) (?=`[^`]*`$)", told)
        ]
        if " where " in told
        else [_case(told)]
    )
    for call in calls:
        for result in _given_back(call):
            if not any(_is_among(result, cases, reading) for reading in _readings(call)):
                yield f"{_shown(call)} gives {result}, not {told}"


def _given_back(call: Call) -> list[Any]:
    if call.yielded is not None:
        return call.yielded
    return [call.result] if call.raised is None else []


class _Case(NamedTuple):
    values: str
    where: str
    is_looped: bool


def _case(text: str) -> _Case:
    values, _, where = text.partition(" where ")
    loop = re.search(r" in the loop over `[^`]*`", text)
    clean = re.compile(r" in the loop over `[^`]*`")
    return _Case(clean.sub("", values), clean.sub("", where), bool(loop))


def _is_among(result: Any, cases: Sequence[_Case], call: Call) -> bool:
    """Whether something is what one of the cases gives that may hold."""
    for case in cases:
        holds = _condition(case.where, call) if case.where else True
        if holds is UNKNOWN:
            return True
        if not holds:
            continue
        for text in re.split(r", (?:or )?| or ", case.values):
            if _is_value(text, result, call):
                return True
        if not case.is_looped and call.yielded is None:
            return False
    return not cases


def _is_value(text: str, result: Any, call: Call) -> bool:
    if match := re.fullmatch(r"what `([^`]*)` returns", text):
        return any(done.name == match[1] and done.result == result for done in call.calls) or "." in match[1]
    if re.match(r"the inner function", text):
        return callable(result)
    if match := re.match(r"an? (list|dictionary|set) ", text):
        return type(result).__name__ == match[1]
    if match := re.fullmatch(r"each item of `([^`]*)`", text):
        value = _value(call, match[1])
        return value is UNKNOWN or result in value
    if match := re.fullmatch(r"`([^`]*)`", text):
        return any(value is UNKNOWN or _same(value, result) for value in _values(call, match[1]))
    return True


def _same(one: Any, other: Any) -> bool:
    if callable(one):
        return callable(other)
    return bool(one == other)


def _condition(where: str, call: Call) -> Any:
    """Whether a condition holds: parts with “or”, of parts with “and”; not known where it speaks of what is inside."""
    found = []
    for part in re.split(r",? or (?:where )?(?=`|an exc)", where):
        tests = [_test_value(text, call) for text in re.split(r" and (?=`|an exc)", part)]
        found.append(False if any(t is not UNKNOWN and not t for t in tests) else UNKNOWN if UNKNOWN in tests else True)
    return True if True in found else UNKNOWN if UNKNOWN in found else False


def _test_value(text: str, call: Call) -> Any:
    if match := re.fullmatch(r"(`[^`]*`|an exception) is caught", text):
        return match[1].strip("`") in call.caught if match[1] != "an exception" else bool(call.caught)
    value = _value(call, text.strip("`"))
    return value if value is UNKNOWN else bool(value)


def _of_exception(said: Said, calls: Sequence[Call]) -> Iterator[str]:
    """Check that an exception is raised under no other condition, and always or, if so it says, ever under this one."""
    if not said.text.startswith(("If ", "Only if ")):
        return
    told = said.text.partition(", with the message")[0]
    is_partial = told.endswith(", among other cases")
    where = re.sub(
        r",? or if ",
        " or ",
        told.removeprefix("Only ").removeprefix("If ").removeprefix("if ").removesuffix(", among other cases"),
    )
    raised = [call for call in calls if type(call.raised).__name__ == said.part]
    for call in raised:
        if not is_partial and not any(_condition(where, one) for one in _readings(call)):
            yield f"{_shown(call)} raises {call.raised!r}"
    for call in calls:
        if (
            said.text.startswith("If ")
            and call.raised is None
            and all(_condition(where, one) is True for one in _readings(call))
        ):
            yield f"{_shown(call)} does not raise"
    if not any(_condition(where, one) for call in raised for one in _readings(call)):
        yield "never raised"


def _of_unused(name: str, calls: Sequence[Call]) -> Iterator[str]:
    seen: dict[Any, Any] = {}
    for call in calls:
        rest = (*(value for key, value in call.given.items() if key != name), str(call.before))
        if seen.setdefault(rest, call.did) != call.did:
            yield f"{_shown(call)} does {call.did}, not {seen[rest]}"


def _of_clause(said: Said, clause: str, calls: Calls) -> Iterator[str]:
    """Check one thing that is told of a parameter, in the calls for which it is told."""
    name, own = said.part, calls[said.of]
    match = _WHEN.search(clause)
    when = match.groupdict() if match else {}
    does = _small(clause[: match.start()] if match else clause)
    # What is done inside of a loop over the items is told of in brackets of its own.
    if by := re.search(r" (?:by|in) `(__init__|m|n)`(?= |$)", does):
        own = calls[by[1]]
        stored = re.search(r"[Ss]tored as the attribute `(\w+)`", said.text)
        name = f"self.{stored[1]}" if stored else name
        does = does[: by.start()] + does[by.end() :]
    test = _test(when.get("where") or "", name)
    told = [call for call in own if _holds_for_all(test, call)]
    if when.get("loop"):
        told = [call for call in told if _is_looped(call, str(when["loop"]))]
    check: Check = never if when.get("some") else not_always
    yield from _of_subject(name, clause, does, check, told)


def _is_looped(call: Call, over: str) -> bool:
    """Whether a call comes to an item in a loop."""
    return call.looped[over] if over in call.looped else _value(call, over) not in (UNKNOWN, (), None)


def _holds_for_all(test: str, call: Call) -> bool:
    return all(_condition(f"`{test}`", reading) is True for reading in _readings(call))


def _of_subject(name: str, clause: str, does: str, check: Check, told: Sequence[Call]) -> Iterator[str]:
    check = never if re.search(r" may be (?:raised|returned|yielded|called)$", does) else check
    ended = list(told) if check is never else _ended(told)
    if match := re.fullmatch(r"(.*?) (?:is|are|may be) raised", does):
        for error in _QUOTED.findall(match[1]):
            yield from check(told, lambda call, error=error: call.raised is not None or error in call.thrown, clause)
    elif match := re.fullmatch(r"(.*?) (?:is|are|may be) (returned|yielded)", does):
        for value in _QUOTED.findall(match[1]):
            yield from check(ended, partial(_gives_back, value), clause)
    elif match := re.fullmatch(r"(?:its (?:method|attribute)s? )?(.*?) (?:is|are|may be) (?:called|read)", does):
        for called in _QUOTED.findall(match[1]):
            full = f"{name}.{called}" if does.startswith("its ") else called
            yield from check(ended, partial(_calls, full), clause)
    elif match := re.fullmatch(r"(`.*`) (?:is|are) passed to `([\w.]+)`(?: as `\w+`)?", does):
        for value in _QUOTED.findall(match[1]):
            yield from check(ended, partial(_gives_value, value, match[2]), clause)
    elif match := re.fullmatch(r"`self\.(\w+)` is set to `([^`]*)`", does):
        yield from check(ended, partial(_sets_to, match[1], match[2]), clause)
    elif match := re.fullmatch(r"`self\.(\w+)` is set to a value that depends on .*", does):
        yield from check(ended, partial(_sets, match[1]), clause)
    elif not does.startswith("`"):
        for predicate in _PREDICATE.split(does):
            yield from _of_predicate(name, clause, _small(predicate), check, ended)


def _of_predicate(name: str, clause: str, does: str, check: Check, calls: Sequence[Call]) -> Iterator[str]:
    """Check what becomes of the argument itself."""
    items = re.match(r"iterated over, (?:its|their) items being (.*)", does)
    inner = re.search(r" by the inner function `\w+`$", does)
    if items:
        iterated = [call for call in calls if _value(call, name)]
        match = _WHEN.search(items[1])
        for called, _ in _passed_to(items[1][: match.start()] if match else items[1]):
            check = never if match else check
            of_them = any if check is never else all
            yield from check(iterated, partial(_gives_items, name, called, of_them), clause)
    elif does == "iterated over":
        yield from check(calls, partial(_iterates, name), clause)
    elif does.startswith("passed to ") and not inner:
        for called, keyword in _passed_to(does):
            yield from check(calls, partial(_gives, name, called, keyword), clause)
    elif does == "returned":
        yield from check(
            calls,
            lambda call: any(call.result is one or call.result is None is one for one in _values(call, name)),
            clause,
        )
    elif does == "yielded":
        yield from check(calls, partial(_yields, name), clause)
    elif match := re.fullmatch(r"stored as the attributes? (.*)", does):
        for attribute in _QUOTED.findall(match[1]):
            keeps = _stores if check is never or " in the loop over " in clause else _keeps
            yield from check(calls, partial(keeps, name, attribute), clause)
    elif match := re.fullmatch(r"replaced by `([^`]*)`", does):
        yield from check(calls, partial(_replaces, name, match[1]), clause)


def _passed_to(does: str) -> list[tuple[str, str]]:
    """Return the functions that something is passed to, each with the name that it is passed as."""
    return re.findall(r"(?<!as )`([\w.]+)`(?: as `(\w+)`)?", does.partition("passed to ")[2])


def _test(where: str, name: str) -> str:
    """Return the expression that a condition stands for."""
    short = re.sub(r"^(?:it|the attribute) ", "", where)
    words = {
        "": "True",
        "is true": name,
        "is false": f"not {name}",
        "is `None`": f"{name} is None",
        "is not `None`": f"{name} is not None",
    }
    return words.get(short, where.strip("`"))


def _readings(call: Call) -> Iterator[Call]:
    """Yield a call as it was, and with the defaults that took the place of arguments that were not given."""
    yield call
    given = {
        name: call.final[name] if not value and name in call.final else value for name, value in call.given.items()
    }
    if any(given[name] is not value for name, value in call.given.items()):
        yield Call(**{**vars(call), "given": given})


class _Self:
    def __init__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)


@cache
def _compiled(expression: str) -> CodeType:
    return compile(expression.replace("await ", ""), "<told>", "eval")


def _evaluated(call: Call, state: Mapping[str, Any], expression: str) -> Any:
    names = {"g": result_of, "h": other_result_of, "ValueError": ValueError, "KeyError": KeyError}
    log = len(call.calls)
    try:
        return eval(_compiled(expression), {**names, **call.given, "self": _Self(state)})
    except Exception:
        return UNKNOWN
    finally:
        del call.calls[log:]


def _value(call: Call, expression: str) -> Any:
    """Return what an expression means beside the arguments; not known where it speaks of what is inside."""
    return _evaluated(call, call.before or call.after, expression)


def _values(call: Call, expression: str) -> list[Any]:
    """Return what a value's expression may mean: of the instance before or after, with defaults or without."""
    states = [call.before, call.after] if "self" in expression else [call.before]
    return [_evaluated(reading, state, expression) for reading in _readings(call) for state in states]


def _ended(calls: Sequence[Call]) -> list[Call]:
    return [call for call in calls if call.raised is None]


def _gives_back(expression: str, call: Call) -> bool:
    values = _values(call, expression)
    return any(value is UNKNOWN or _same(value, one) for value in values for one in _given_back(call))


def _yields(name: str, call: Call) -> bool:
    """Whether a generator gives a value, or each item of it."""
    given = call.yielded or []
    values = _values(call, name)
    return any(one in given or (isinstance(one, tuple) and all(item in given for item in one)) for one in values)


def _calls(name: str, call: Call) -> bool:
    # An argument may be known by another name, too.
    own = name.rpartition(".")[1:] if name.endswith((".ready", ".size")) else (name,)
    return not _SEEN.fullmatch(name) or any(done.name.endswith("".join(own)) for done in call.calls)


def _sets(name: str, call: Call) -> bool:
    return any(one == name for one, _ in call.sets)


def _raises(name: str, call: Call) -> bool:
    return type(call.raised).__name__ == name


def _sets_to(name: str, expression: str, call: Call) -> bool:
    values = _values(call, expression)
    return UNKNOWN in values or any(one == name and any(_same(v, value) for v in values) for one, value in call.sets)


def _keeps(name: str, attribute: str, call: Call) -> bool:
    return any(call.after.get(attribute, UNKNOWN) is value or not value for value in _values(call, name))


def _stores(name: str, attribute: str, call: Call) -> bool:
    return any(one == attribute and any(value is given for given in _values(call, name)) for one, value in call.sets)


def _replaces(name: str, expression: str, call: Call) -> bool:
    values = _values(call, expression)
    return UNKNOWN in values or any(_same(value, one) for value in values for one in call.stood.get(name, []))


def _gives_value(expression: str, called: str, call: Call) -> bool:
    values = _values(call, expression)
    return (UNKNOWN in values or not _SEEN.fullmatch(called)) or any(
        done.name == called
        and any(_same(value, one) for value in values for one in (*done.given, *done.named.values()))
        for done in call.calls
    )


def _gives(name: str, called: str, keyword: str, call: Call) -> bool:
    """Whether a function is called with the argument of a parameter; None cannot be told from another."""
    if not _SEEN.fullmatch(called):
        return True
    calls = [done for done in call.calls if done.name == called]
    given = [one for done in calls for one in ([done.named.get(keyword, UNKNOWN)] if keyword else done.given)]
    return any(value is UNKNOWN or any(value is one for one in given) for value in _values(call, name))


def _iterates(name: str, call: Call) -> bool:
    """Whether a loop goes over a value."""
    value = _value(call, name)
    return not isinstance(value, Items) or any(done.name == "iter" and done.given[0] is value for done in call.calls)


def _gives_items(name: str, called: str, of_them: Callable[..., bool], call: Call) -> bool:
    given = [one for done in call.calls if done.name == called for one in (*done.given, *done.named.values())]
    return of_them(any(item is one for one in given) for item in _value(call, name))


def never(calls: Sequence[Call], does: Callable[[Call], Any], told: str) -> Iterator[str]:
    """Yield what is told, where no call does it."""
    if calls and not any(map(does, calls)):
        yield f"never: {told}"


def not_always(calls: Sequence[Call], does: Callable[[Call], Any], told: str) -> Iterator[str]:
    """Yield the calls that do not do what is told of all."""
    yield from (f"{_shown(call)}, but not: {told}" for call in calls if not does(call))


def _shown(call: Call) -> str:
    state = f" on {dict(call.before)}" if call.before else ""
    return f"{dict(call.given)}{state}"
