"""Red-flag phrases -> plain data to match with: nodes, groups, and an index by a word that each phrase needs.

The data can be kept in a file, so that starting parses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from babybot.lexicon import Lexicon, real_words
from babybot.patterns import All, Alternatives, Group, Measured, Near, Node, Word, parse
from babybot.patterns import Sequence as InOrder

__all__ = ["compile_phrases"]


def compile_phrases(
    phrases: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    forms: Mapping[str, Sequence[str]],
    spellings: Mapping[str, Sequence[str]],
    no_fuzzy: Iterable[str],
    fillers: Iterable[str],
) -> Mapping[str, Any]:
    """Parse and index phrases; the arguments are those of `PhraseBook.compile`.

    Returns:
        JSON-ready data, the same for the same arguments; `nodes` are JSON already, so that each is read when needed.

    Raises:
        PhraseError: when a phrase cannot be read.
    """
    real_words().keep_all()
    parsed = [parse(text, groups) for text in phrases]
    members = {name: [parse(member, groups) for member in listed] for name, listed in groups.items()}
    used = {
        word.text
        for node in (*parsed, *(node for listed in members.values() for node in listed))
        for word in _words(node)
    }
    lexicon = Lexicon(used, forms, spellings, no_fuzzy)
    compiler = _Compiler(lexicon, members, frozenset(fillers))
    roots = [compiler.add(node) for node in parsed]
    anchored: dict[str, list[int]] = {}
    unanchored: list[int] = []
    for number, node in enumerate(parsed):
        anchors = compiler.anchors(node)
        if anchors is None:
            unanchored.append(number)
        for key in sorted(anchors or ()):
            anchored.setdefault(key, []).append(number)
    groups_at = {name: len(compiler.nodes) + place for place, name in enumerate(compiler.groups)}
    members_of = [[sorted(singles), others] for singles, others in compiler.groups.values()]
    return {
        "nodes": [json.dumps(node, separators=(",", ":")) for node in (*compiler.nodes, *members_of)],
        "roots": roots,
        "groups": groups_at,
        "anchored": {key: " ".join(map(str, numbers)) for key, numbers in anchored.items()},
        "unanchored": unanchored,
        "fillers": sorted(fillers),
        "lexicon": lexicon.to_data(),
    }


def _words(node: Node) -> Iterable[Word]:
    """The words of a node that are matched by their key."""
    if isinstance(node, Word):
        if not node.prefix:
            yield node
    elif isinstance(node, Alternatives):
        for option in node.options:
            yield from _words(option)
    elif isinstance(node, InOrder | Near | All):
        for item in node.items:
            yield from _words(item)


class _Compiler:
    """Gathers nodes, each once, while phrases are compiled."""

    def __init__(self, lexicon: Lexicon, members: Mapping[str, Sequence[Node]], fillers: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._members = members
        self._fillers = fillers
        self._numbers: dict[str, int] = {}
        self.nodes: list[list[Any]] = []
        self.groups: dict[str, tuple[set[str], list[tuple[str | None, int]]]] = {}
        for name in members:
            self._flatten(name, ())

    def add(self, node: Node) -> int:
        """The number of a node, new or known."""
        built = self._built(node)
        text = json.dumps(built)
        if text not in self._numbers:
            self._numbers[text] = len(self.nodes)
            self.nodes.append(built)
        return self._numbers[text]

    def _built(self, node: Node) -> list[Any]:
        if isinstance(node, Word):
            if node.exact or node.prefix:
                return ["exact", [node.text]] if node.exact else ["prefix", node.text]
            return ["keys", [self._lexicon.key(node.text)]]
        if isinstance(node, Group):
            return ["group", node.name]
        if isinstance(node, Measured):
            return ["measure", node.kind, node.at_least, node.under]
        if isinstance(node, Alternatives):
            return self._alternatives(node)
        items = [self.add(item) for item in node.items]
        if isinstance(node, InOrder):
            return ["order", items, list(node.gaps)]
        return ["near", items, node.window] if isinstance(node, Near) else ["all", items]

    def _alternatives(self, node: Alternatives) -> list[Any]:
        plain = [
            option for option in node.options if isinstance(option, Word) and not option.exact and not option.prefix
        ]
        keys = sorted({self._lexicon.key(option.text) for option in plain})
        others = [self.add(option) for option in node.options if option not in plain]
        if not others:
            return ["keys", keys]
        if keys:
            others.append(self._keys_node(keys))
        return ["any", others]

    def _keys_node(self, keys: list[str]) -> int:
        text = json.dumps(["keys", keys])
        if text not in self._numbers:
            self._numbers[text] = len(self.nodes)
            self.nodes.append(["keys", keys])
        return self._numbers[text]

    def _flatten(self, name: str, within: tuple[str, ...]) -> tuple[set[str], list[tuple[str | None, int]]]:
        """A group with the members of the groups within it."""
        if name in self.groups:
            return self.groups[name]
        singles: set[str] = set()
        others: list[tuple[str | None, int]] = []
        for node in self._members[name]:
            if isinstance(node, Word) and not node.exact and not node.prefix:
                singles.add(self._lexicon.key(node.text))
            elif isinstance(node, Group):
                if node.name not in within and node.name != name:
                    inner_singles, inner_others = self._flatten(node.name, (*within, name))
                    singles |= inner_singles
                    others.extend(inner_others)
            else:
                first = node.items[0] if isinstance(node, InOrder) else node
                plain = isinstance(first, Word) and not first.exact and not first.prefix
                others.append(
                    (self._lexicon.key(first.text) if plain and isinstance(first, Word) else None, self.add(node))
                )
        self.groups[name] = (singles, others)
        return self.groups[name]

    def anchors(self, node: Node) -> frozenset[str] | None:
        """Keys of which an utterance must hold one for the node to be found; None where that cannot be said."""
        if isinstance(node, Word):
            return None if node.prefix else frozenset({self._lexicon.key(node.text)})
        if isinstance(node, Group):
            inner = [
                frozenset(self.groups[node.name][0]),
                *(self.anchors(member) for member in self._others(node.name)),
            ]
            return _union(inner)
        if isinstance(node, Alternatives):
            return _union([self.anchors(option) for option in node.options])
        if isinstance(node, Measured):
            return None
        options = [anchors for item in node.items if (anchors := self.anchors(item)) is not None]
        useful = [anchors for anchors in options if not anchors & self._fillers] or options
        return min(useful, key=lambda anchors: (len(anchors), sorted(anchors))) if useful else None

    def _others(self, name: str, within: tuple[str, ...] = ()) -> Iterable[Node]:
        for node in self._members[name]:
            if isinstance(node, Group):
                if node.name not in (*within, name):
                    yield from self._others(node.name, (*within, name))
            elif not isinstance(node, Word) or node.exact or node.prefix:
                yield node


def _union(options: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    result: frozenset[str] = frozenset()
    for option in options:
        if option is None:
            return None
        result |= option
    return result
