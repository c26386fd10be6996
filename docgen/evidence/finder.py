"""Finds the facts about the elements of a module."""

from __future__ import annotations

from docgen.evidence.ancestry import overridden
from docgen.evidence.behaviour import Behaviour, behaviour_in, read_behaviour
from docgen.evidence.calls import conditional_calls
from docgen.evidence.exceptions import caught_before, may_return_before, raised_in, raised_undecided
from docgen.evidence.facts import Facts, is_required, role_of
from docgen.evidence.keys import keys_of
from docgen.evidence.mention import Mention
from docgen.evidence.mentions import mentions_of
from docgen.evidence.outcomes import returned_by, yielded_by
from docgen.evidence.scope import Surroundings
from docgen.evidence.subjects import documented_parameters, fields_of
from docgen.evidence.syntax import Definition, definition_in, function_tree
from docgen.records import Attribute, Class, Element, Function, Module, Subject


class FactFinder:
    """Knows the facts about a module's elements; made once for a module, so that each body is read once.

    Args:
        surroundings: The module and what is around its elements.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self._behaviours: dict[str, Behaviour | None] = {}
        self._trees: dict[str, Definition | None] = {}

    def facts(self, element: Element, owner: Class | None, subject: Subject, *, with_scope: bool = True) -> Facts:
        """Return the facts about one subject of an element, or the lack of it.

        What a text may speak of takes longest to find out; who does not judge texts can do without.
        """
        known: dict[str, object] = {
            "subject": subject,
            "name": subject.part or element.name,
            "role": role_of(element, owner),
            "element": element.name,
            "owner": owner.name if owner else "",
            "labels": element.labels,
            "scope": self.surroundings.scope(element, owner, subject.part) if with_scope else None,
        }
        if isinstance(element, Module | Class) and subject.kind == "attribute":
            known |= _attribute_facts(element, subject.part)
            if isinstance(element, Class):
                known["readers"] = self._readers(None, element, subject.part)
        elif isinstance(element, Class):
            known |= {"bases": element.bases, "defines": _defined(element), **self._state(element)}
        elif isinstance(element, Module):
            known |= {"defines": _defined(element)}
        elif isinstance(element, Function):
            known |= self._function_facts(element, owner, subject)
        return Facts.model_validate(known)

    def behaviour(self, function: Function) -> Behaviour | None:
        """Return what a function's body does, None where it cannot be told."""
        if function.id not in self._behaviours:
            tree = self._tree(function)
            does = behaviour_in(self.surroundings.module, function, tree) if tree else None
            self._behaviours[function.id] = does
        return self._behaviours[function.id]

    def _tree(self, function: Function) -> Definition | None:
        if function.id not in self._trees:
            self._trees[function.id] = function_tree(self.surroundings.module, function)
        return self._trees[function.id]

    def _function_facts(self, function: Function, owner: Class | None, subject: Subject) -> dict[str, object]:
        behaviour = self.behaviour(function)
        tree = self._tree(function)
        is_property = "property" in function.labels
        shared: dict[str, object] = {
            "behaviour": behaviour,
            "returned": function.returns.annotation,
            "parameters": tuple(parameter.name for parameter in documented_parameters(function, owner)),
            "defaults": {p.name: p.default for p in function.parameters if p.default is not None},
            "defined_by": self._defined_by(function, owner) if behaviour and behaviour.is_abstract else (),
            "raised": tuple(raises.exception for raises in function.raises),
            "read_only": is_property and not _has_setter(function, owner),
        }
        if subject.kind == "parameter":
            known = _parameter_facts(self.surroundings.module, function, owner, subject.part, behaviour)
            name = str(known.get("name", subject.part))
            mentions = mentions_of(tree, name, behaviour) if tree and behaviour else ()
            mentions = tuple(_by_a_setter(mention, owner) for mention in mentions)
            kept = next((m.target for m in mentions if m.kind == "kept" and m.is_certain and not m.where), "")
            evidence = {
                "mentions": mentions,
                "stored_as": kept,
                "readers": self._readers(function, owner, kept),
                "told": self.surroundings.told(function, owner, subject.part),
            }
            return shared | known | evidence
        if subject.kind == "raises":
            raised = next((r for r in function.raises if r.exception == subject.part), None)
            if raised is None:
                return shared | {"role": "exception"}
            vague = raised_undecided(tree) if tree else set()
            is_known = raised.exception not in vague and vague <= {raises.exception for raises in function.raises}
            conditions = raised.conditions if is_known else ()
            times, has_messages = raised_in(tree, raised.exception) if tree else (0, True)
            return shared | {
                "role": "exception",
                "conditions": conditions,
                "messages": raised.messages if has_messages else (),
                "is_preceded": tree is not None and may_return_before(tree, raised.exception),
                "is_partial": times > len(conditions),
                "caught": caught_before(tree, raised.exception) if tree and raised.exception not in vague else (),
            }
        if tree is not None:
            ends = behaviour is not None and behaviour.ends
            shared["keys"] = self._keys(function, owner, tree)
            shared["outcomes"] = yielded_by(tree) if function.yields else returned_by(tree, ends=ends)
        if subject.kind in ("returns", "yields"):
            return shared | {"annotation": function.returns.annotation}
        return shared | {"called": conditional_calls(tree, behaviour) if tree and behaviour else {}}

    def _keys(self, function: Function, owner: Class | None, tree: Definition) -> tuple[str, ...]:
        behaviour = self.behaviour(function)
        if behaviour and behaviour.delegates_to:
            parents = iter(overridden(function, self.surroundings.ancestors(owner)))
            while behaviour.delegates_to:
                parent = next(parents, None)
                above = definition_in(parent.code) if parent else None
                if above is None:
                    return ()
                tree, behaviour = above, read_behaviour(above)
        return keys_of(tree) if behaviour and behaviour.gives_value else ()

    def _defined_by(self, function: Function, owner: Class | None) -> tuple[str, ...]:
        classes = [member for member in self.surroundings.module.members if isinstance(member, Class)]
        derived = {owner.name} if owner else set()
        found = []
        for one in classes:
            if derived.intersection(base.partition("[")[0] for base in one.bases):
                derived.add(one.name)
                if any(member.name == function.name for member in one.members):
                    found.append(one.name)
        return tuple(name for name in found if not name.startswith("_")) or tuple(found)

    def _state(self, element: Class) -> dict[str, object]:
        methods = [member for member in element.members if isinstance(member, Function)]
        does = {
            method.name: self.behaviour(method) for method in methods if method.is_public or method.name == "__init__"
        }
        sets = {name: behaviour.sets for name, behaviour in does.items() if behaviour and behaviour.sets}
        every = sets.pop("__init__", ())
        constructor = does.get("__init__")
        held = tuple(name for name in every if constructor and f"self.{name}" in constructor.always)
        shown = tuple(name for name in held if not name.startswith("_")) or held
        changed = {name: tuple(a for a in found if a in shown) for name, found in sets.items()}
        return {
            "is_empty": not element.members,
            "attributes": shown,
            "assigns": tuple(m.name for m in element.members if _is_assigned(m, element) and m.name not in every),
            "changed_by": {name: found for name, found in changed.items() if found},
        }

    def _readers(
        self, function: Function | None, owner: Class | None, attribute: str
    ) -> dict[str, tuple[Mention, ...]]:
        """Return the methods that read an attribute, each with what it does with it."""
        readers: dict[str, tuple[Mention, ...]] = {}
        for method in owner.members if owner and attribute else ():
            if not isinstance(method, Function) or (function and method.name == function.name):
                continue
            does = self.behaviour(method)
            if does is not None and attribute in does.reads and (tree := self._tree(method)):
                readers[method.name] = mentions_of(tree, f"self.{attribute}", does)
        return readers


def facts_of(module: Module, element: Element, owner: Class | None, subject: Subject) -> Facts:
    """Return the facts about one subject of an element, from its module alone."""
    return FactFinder(Surroundings(module)).facts(element, owner, subject)


def _by_a_setter(mention: Mention, owner: Class | None) -> Mention:
    """Return a mention as one of a property, where what is kept in an attribute goes through a setter."""
    properties = (m.name for m in owner.members if isinstance(m, Function) and "property" in m.labels) if owner else ()
    is_set = mention.kind == "kept" and mention.target in properties
    return mention.model_copy(update={"kind": "assigned"}) if is_set else mention


def _is_assigned(member: Element, owner: Class) -> bool:
    """Whether a class has an attribute, as a value or as a field, and does not only annotate one."""
    return isinstance(member, Attribute) and (member.value is not None or member in fields_of(owner))


def _defined(element: Class | Module) -> tuple[str, ...]:
    public = (member for member in element.members if isinstance(member, Class | Function) and member.is_public)
    return tuple(dict.fromkeys(member.name for member in public if not member.name.startswith("__")))


def _attribute_facts(element: Module | Class, name: str) -> dict[str, object]:
    field = next((m for m in element.members if isinstance(m, Attribute) and m.name == name), None)
    if field is None:
        return {"role": "attribute", "exists": False}
    role = "field" if isinstance(element, Class) and field in fields_of(element) else "attribute"
    return {"role": role, "annotation": field.annotation, "default": field.value}


def _parameter_facts(
    module: Module, function: Function, owner: Class | None, name: str, behaviour: Behaviour | None
) -> dict[str, object]:
    parameter = next((p for p in documented_parameters(function, owner) if p.name == name.lstrip("*")), None)
    if parameter is None:
        return {"role": "parameter", "exists": False}
    return {
        "name": parameter.name,
        "role": f"{parameter.kind.replace(' or ', '-or-')} parameter",
        "annotation": parameter.annotation,
        "default": parameter.default,
        "required": is_required(parameter),
        "uses": behaviour.uses.get(parameter.name, ()) if behaviour else (),
    }


def _has_setter(function: Function, owner: Class | None) -> bool:
    members = owner.members if owner else ()
    return any(m.name == function.name and "setter" in m.labels for m in members)
