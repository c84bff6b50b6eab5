"""Gives a script's own names short ones: variables, functions, parameters, classes, private members. Nothing that anybody outside can see keeps a name of ours.

It works on a syntax tree (tree-sitter), so that a name in a string or of a property is left alone. Two names share a short one only where
their scopes never meet, the most used ones are the shortest, and what no scope declares (the browser's own names) is never taken.
"""
from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, product

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_FUNCTIONS = {"function_declaration", "function_expression", "generator_function", "generator_function_declaration", "arrow_function", "method_definition"}
_SCOPES = _FUNCTIONS | {"program", "statement_block", "for_statement", "for_in_statement", "catch_clause", "switch_body", "class"}
_USES = {"identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"}
_RESERVED = frozenset(
    ["arguments", "as", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "from", "function", "get", "if", "implements", "import", "in", "instanceof", "interface", "let", "new", "null", "of", "package", "private", "protected", "public", "return", "set", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void", "while", "with", "yield"])


@dataclass(eq=False)
class _Scope:
    """What a piece of the script declares: name -> slot. Slots of an inner scope begin after the outer one's."""

    outer: _Scope | None
    names: dict[str, int] = field(default_factory=dict)

    def next_slot(self) -> int:
        before = self.outer.next_slot() if self.outer else 0
        return max([before, *(slot + 1 for slot in self.names.values())])

    def slot(self, name: str) -> int | None:
        return self.names[name] if name in self.names else self.outer.slot(name) if self.outer else None


def shorten(script: str) -> str:
    """The same script with short names. Raises ValueError where it cannot be read, or says something that this file does not follow (`var`, `eval`, `with`)."""
    nodes = _nodes(script)
    scopes = _scopes(nodes)
    uses = [(node, scopes[node.id].slot(_text(node))) for node in nodes if node.type in _USES]
    unknown = {_text(node) for node, slot in uses if slot is None}
    odd = [node.type for node in nodes if node.type in ("variable_declaration", "with_statement")] + (["eval"] if "eval" in unknown else [])
    if odd:
        raise ValueError(f"the widget's script has {odd[0]}: its names cannot be followed")
    private = [node for node in nodes if node.type == "private_property_identifier"]
    letters = _letters(_changed(script, [(node, "") for node in [*private, *(node for node, slot in uses if slot is not None)]]))
    slots = _named(Counter(slot for _, slot in uses if slot is not None), unknown, letters)
    privates = _named(Counter(_text(node) for node in private), set(), letters)
    changes = [(node, _renamed(node, slots[slot])) for node, slot in uses if slot is not None]
    changes += [(node, f"#{privates[_text(node)]}") for node in private]
    return _changed(script, changes)


def without_comments(script: str) -> str:
    """Raises ValueError where the script cannot be read."""
    return _changed(script, [(node, "") for node in _nodes(script) if node.type == "comment"])


def _nodes(script: str) -> list[Node]:
    root = Parser(Language(tree_sitter_javascript.language())).parse(script.encode()).root_node
    if root.has_error:
        raise ValueError("the widget's script cannot be read")
    return list(_walk(root))


def _changed(script: str, changes: list[tuple[Node, str]]) -> str:
    source, out, end = script.encode(), [], 0
    for node, text in sorted(changes, key=lambda change: change[0].start_byte):
        out += [source[end:node.start_byte].decode(), text]
        end = node.end_byte
    return "".join([*out, source[end:].decode()])


def _scopes(nodes: list[Node]) -> dict[int, _Scope]:
    """The scope that each node stands in, by the node's id, with everything declared."""
    scopes: dict[int, _Scope] = {}
    for node in nodes:
        outer = scopes[node.parent.id] if node.parent else None
        scopes[node.id] = _Scope(outer) if node.type in _SCOPES else outer
    for node in nodes:
        for scope, name in _declared(node, scopes):
            scope.names.setdefault(_text(name), -1)
    for scope in dict.fromkeys(scopes.values()):  # outer ones first
        first = scope.outer.next_slot() if scope.outer else 0
        scope.names = {name: first + at for at, name in enumerate(scope.names)}
    return scopes


def _declared(node: Node, scopes: dict[int, _Scope]) -> Iterator[tuple[_Scope, Node]]:
    """The names that a node declares, and where they hold."""
    kind = node.type
    if kind in ("function_declaration", "generator_function_declaration", "class_declaration"):
        yield scopes[node.parent.id], node.child_by_field_name("name")
    elif kind in ("function_expression", "generator_function", "class") and (name := node.child_by_field_name("name")):
        yield scopes[node.id], name
    if kind in _FUNCTIONS:
        for part in ("parameters", "parameter"):
            if found := node.child_by_field_name(part):
                yield from ((scopes[node.id], name) for name in _bound(found))
    elif kind == "variable_declarator":
        yield from ((scopes[node.parent.id], name) for name in _bound(node.child_by_field_name("name")))
    elif (kind == "for_in_statement" and node.child_by_field_name("kind")) or (kind == "catch_clause" and node.child_by_field_name("parameter")):
        yield from ((scopes[node.id], name) for name in _bound(node.child_by_field_name("left" if kind == "for_in_statement" else "parameter")))


def _bound(pattern: Node) -> Iterator[Node]:
    """The names in a pattern such as `{ a, b: [c = 1] }`; not those in its defaults."""
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield pattern
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from _bound(pattern.child_by_field_name("left"))
    elif pattern.type == "pair_pattern":
        yield from _bound(pattern.child_by_field_name("value"))
    elif pattern.type in ("object_pattern", "array_pattern", "rest_pattern", "formal_parameters"):
        for child in pattern.named_children:
            yield from _bound(child)


def _renamed(node: Node, short: str) -> str:
    return short if node.type == "identifier" else f"{_text(node)}:{short}"


def _named(uses: Counter, taken: set[str], letters: str) -> dict:
    """The shortest name for what is used most."""
    names = (name for name in _short(letters) if name not in taken and name not in _RESERVED)
    return {thing: next(names) for thing, _ in uses.most_common()}


def _short(letters: str) -> Iterator[str]:
    for length in count(1):
        yield from map("".join, product(letters, *[letters + string.digits] * (length - 1)))


def _letters(script: str) -> str:
    """What a name may begin with, in the order of how often it stands in the script: what is frequent packs best."""
    often = Counter(script)
    return "".join(sorted(string.ascii_letters + "$_", key=lambda letter: -often[letter]))


def _text(node: Node) -> str:
    text = node.text.decode()
    return text.removeprefix("#") if node.type == "private_property_identifier" else text


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)
