"""A function's summary as a command, which two of the three conventions ask for: "Return …", not "Returns …"."""

from __future__ import annotations

import re

_VERBS = frozenset(
    """accept access accumulate acquire activate add adjust advance aggregate align allocate allow analyze append apply
    approximate archive ask assemble assert assign associate attach await begin bind block broadcast build cache
    calculate call cancel capture cast change check choose clean clear clip clone close collapse collect combine
    commit compare compile complete compose compress compute concatenate configure confirm connect construct
    consume contain continue control convert copy count cover create cut debug declare decode decompress
    decorate decrease decrypt define delete deliver deploy derive describe deserialize destroy detach detect
    determine disable discard disconnect dispatch display divide document download draw drop dump duplicate edit
    emit empty enable encode encrypt end ensure enter enumerate escape establish estimate evaluate examine
    execute exit expand expect explain export expose extend extract fall feed fetch fill filter finalize find
    finish fit fix flatten flush fold follow force format forward free gather generate get give go grab group
    guard guess handle hash help hide hold identify ignore implement import increase increment indicate infer
    inform initialize initialise inject insert inspect install instantiate interpolate interpret intersect
    invalidate invert invoke issue iterate join keep kill launch leave let limit link list listen load locate
    lock log look loop make manage map mark mask match maximize measure merge minimize modify monitor move
    multiply negate normalize normalise note notify obtain omit open order output override pack pad parse
    partition patch pause peek perform pick place plot poll pop populate post prepare prepend present press
    prevent print produce propagate provide publish pull push put query queue quit raise rank reach read rebuild
    receive record recover redirect reduce refer refresh register reject release reload remove rename render
    repeat replace reply report represent request require reset reshape resize resolve respond restart restore
    restrict retrieve return reverse revert rewrite rotate round run sample save scale scan schedule score
    search seek select send separate serialize serve set shift show shuffle shut signal simulate skip sleep
    slice solve sort specify split spawn stack start state step stop store stream strip submit subscribe
    substitute subtract sum suppress swap switch sync synchronize take tell terminate test throw toggle tokenize
    trace track train transfer transform translate transpose traverse trigger trim truncate try turn uninstall
    unlink unlock unpack unregister unsubscribe unwrap update upload use validate verify visit wait walk warn
    watch wrap write yield zip""".split()
)


def as_command(sentence: str) -> str:
    """Return a sentence that begins with a verb in the third person as a command; any other as it is.

    A verb that is joined to it changes with it: "Reads the file and returns its text" begins with "Read" and goes on
    with "return".
    """
    first, space, rest = sentence.partition(" ")
    command = _infinitive(first)
    return command + space + _JOINED.sub(_joined, rest) if command else sentence


_JOINED = re.compile(
    r"(\b(?:and|or|then) )([a-z]+s)(?= (?:the|an?|its?|all|any|each|every|this|that|them|both|one)\b| `)"
)


def _joined(match: re.Match[str]) -> str:
    return match[1] + (_infinitive(match[2]) or match[2])


def _infinitive(word: str) -> str:
    """Return the infinitive of a verb in the third person, empty where it is none that is known."""
    lower = word.lower()
    candidates = [re.sub(r"ies$", "y", lower), re.sub(r"es$", "", lower), re.sub(r"s$", "", lower)]
    found = next((candidate for candidate in candidates if candidate != lower and candidate in _VERBS), "")
    return found.capitalize() if found and word[0].isupper() else found
