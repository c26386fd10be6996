"""Why there is each check: what becomes of a reader whom the text leads astray, in one line for each code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "unknown-parameter": "A caller who follows the docstring gets a `TypeError`. Mostly a parameter was renamed.",
        "wrong-default": "A caller who leaves the parameter out gets another value than the docstring promises.",
        "wrong-type": "A caller passes what the function does not take.",
        "wrong-optionality": "A caller leaves out what every call must give.",
        "returns-nothing": "A caller works with a value that is always `None`.",
        "yields-nothing": "A caller iterates over what is no generator.",
        "returns-value": "A caller ignores a value that is there.",
        "wrong-exception": "A caller catches what is never raised, and not what is.",
        "wrong-condition": "A caller guards against the one case in which nothing is raised. Only plain "
        "comparisons of a parameter are compared.",
        "read-only": "A caller assigns to a property that has no setter, and gets an `AttributeError`.",
        "missing-docstring": "Nothing is said of something public. What overrides a documented method, and "
        "`__init__`, need nothing of their own.",
        "missing-parameter": "Some parameters are documented and this one is not: mostly it came later.",
        "missing-raises": "Some exceptions are documented, and the code raises one more.",
        "restates-name": "Who can read the name learns nothing.",
        "always-empty": "A caller looks for what is never in there.",
        "always-raises": "A caller counts on something being done, and gets an exception.",
        "nothing-defined": "A reader looks for methods that the class does not have.",
        "returns-itself": "A caller takes the instance for one of the values that it holds.",
        "untested-state": "A caller counts on a case being looked at that the code does not know.",
        "about-the-task": "A reader of the documentation did not see the task that the model was given.",
        "cut-off": "The end of the sentence, and with it its sense, is lost.",
        "empty": "An empty text says nothing.",
        "far-from-code": "What a small model says of a function in words of its own is wrong nearly every third time.",
        "foreign-script": "A small model falls into another language; the reader does not.",
        "guessed-use": "What something is good for, the code does not say: the model made it up.",
        "markup": "Markup of another format breaks the page.",
        "never-none": "A caller tests for a `None` that never comes.",
        "no-body": "What has no body does nothing yet: the text tells what a subclass may do.",
        "no-loop": "A body without a loop goes over nothing.",
        "no-parent-call": "A subclass would count on the parent's work, which is not done.",
        "nonexistent-element": "There is nothing to describe: the code has no such element.",
        "nonexistent-name": "A reader looks for a name that is nowhere.",
        "nonexistent-parameter": "A caller who passes it gets a `TypeError`.",
        "not-a-value": "A caller works with a value, where an instance is made or nothing is returned.",
        "not-abstract": "A subclass need not define what has a body.",
        "not-async": "A caller awaits what is no coroutine.",
        "not-recursive": "The function does not call itself.",
        "not-the-given-value": "A caller takes for the argument what is another value.",
        "nothing-given": "The function makes no use of anything that it is given.",
        "only-names": "A list of identifiers is no sentence.",
        "padding": "It fits any code of that name, so it says nothing of this one.",
        "placeholder": "A blank that somebody was to fill in.",
        "prompt-echo": "The model said its instructions again, instead of following them.",
        "raises-nothing": "A caller catches what is never raised.",
        "repetition": "A small model that repeats itself has lost its subject.",
        "returns-truth": "A caller gets true or false, and works with it as with a thing.",
        "said-elsewhere": "The same sentence of several elements is about none, or about one of them.",
        "schema-leak": "Pieces of the answer's format are no part of the description.",
        "unbalanced": "An open backtick makes code of the rest of the page.",
        "ungrounded-purpose": "A purpose in words that the code does not have is a guess.",
        "ungrounded-term": "It speaks of a subject matter that neither the code nor its authors know.",
        "takes-something": "A caller leaves out what the call needs or allows.",
        "unknown-fallback": "What happens without the parameter, or with True or False, is settled "
        "elsewhere: the text guesses.",
        "unsupported-action": "It names a specific action, such as sorting or merging, of which nothing in the "
        "code's reach speaks.",
        "unused-parameter": "The function ignores a parameter to which the text gives an effect.",
        "wrong-element": "It describes another element: a callee, a caller, or what the switch does not switch.",
        "wrong-keys": "A caller looks up keys that the code never puts in.",
        "wrong-manner": "What is asynchronous is said to synchronize.",
        "wrong-object": "It lets the action befall another thing than code and authors say.",
    }
)
"""The codes of all checks, of docstrings and of texts that a model wrote, each with its reason."""
