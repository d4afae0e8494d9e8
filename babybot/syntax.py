"""YAML text -> nodes: texts, lists and mappings, everything taken as written.

Reports what YAML allows and the knowledge does not (aliases, tags, keys twice, a second document, tabs) in its own
words. What a file should hold is left to `nodes.py` and the modules that read each kind of file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import yaml

from babybot.document import Broken, Document, Items, Node, Pairs, Scalar
from babybot.errors import Location, Problem, Severity

__all__ = ["MAX_DEPTH", "line_of", "parse"]

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast loader where PyYAML was built with it; only its events are used, which are the same in both."""

MAX_DEPTH: Final = 16
"""Lists and mappings inside one another; the deepest knowledge needs six."""

_BREAKS: Final = re.compile(r"\r\n?|\n")
_CONFLICT: Final = re.compile(r" *(?:<{7}|>{7})(?: |$)| *={7}$")
_BRACED: Final = re.compile(r"\s*(?:- |[\w-]+: )\s*\{[^{}]*\}\s*$")
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Characters that would garble a terminal or a line count: controls, direction marks, separators, lone surrogates."""


def line_of(data: bytes, number: int) -> str | None:
    """A line of a file's bytes, counted from 1; None when it has no such line."""
    lines = _BREAKS.split(data.decode("utf-8-sig", errors="replace"))
    return lines[number - 1] if 0 < number <= len(lines) else None


def parse(data: bytes | str, name: str, problems: list[Problem]) -> Document:
    """Read YAML, however broken.

    Args:
        data: the file's bytes (UTF-8, with or without a mark) or its text.
        name: how the file is called in problems.
        problems: where problems are added.
    """
    text = _decoded(data, name, problems) if isinstance(data, bytes) else data
    if text is None:
        return Document(name, [], problems)
    document = Document(name, _BREAKS.split(text), problems)
    before = len(problems)
    cleaned = _cleaned(document)
    try:
        document.root = _Builder(document).build(yaml.parse(cleaned, Loader=_LOADER))
    except (yaml.YAMLError, ValueError) as error:
        if len(problems) == before:
            _report_syntax(document, error)
    return document


def _decoded(data: bytes, name: str, problems: list[Problem]) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{data[error.start]:02x} is not UTF-8 text"
        good = data[: error.start].decode("utf-8-sig", errors="replace")
    lines = _BREAKS.split(good)
    problem = Problem(
        location=Location(name, len(lines), len(lines[-1]) + 1),
        severity=Severity.ERROR,
        rule="invalid-utf-8",
        message=found,
        hint="save the file with the encoding UTF-8",
    )
    problems.append(problem)
    return None


def _cleaned(document: Document) -> str:
    """The text with everything YAML's loaders disagree about reported and blanked out; positions stay."""
    cleaned = []
    for number, line in enumerate(document.lines, start=1):
        if _CONFLICT.match(line):
            hint = "keep the lines of one side and delete the three marks"
            document.report("merge-conflict", "found the mark of an unresolved merge", number, 1, hint)
            line = ""
        blank = line.find("\xa0")
        if blank >= 0 and not line[:blank].strip():
            found = "found a non-breaking blank, expected ordinary blanks"
            document.report("non-breaking-blank", found, number, blank + 1, "replace it with a blank")
            line = line.replace("\xa0", " ")
        tab = line.find("\t")
        if tab >= 0:
            document.report("tab", "found a tab, expected blanks", number, tab + 1, "replace the tab with blanks")
            line = line.replace("\t", " ")
        control = _CONTROL.search(line)
        if control:
            found = f"found the control character U+{ord(control.group()):04X}"
            document.report("control-character", found, number, control.start() + 1, "delete the character")
            line = _CONTROL.sub(" ", line)
        cleaned.append(line)
    return "\n".join(cleaned)


class _Frame:
    """A list or mapping that is being built."""

    __slots__ = ("children", "column", "is_mapping", "line")

    def __init__(self, is_mapping: bool, line: int, column: int) -> None:
        self.children: list[Node] = []
        self.is_mapping = is_mapping
        self.line = line
        self.column = column


class _Builder:
    """YAML events -> nodes, without recursion, so that no nesting can exhaust the stack."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.root: Node | None = None

    def build(self, events: Iterable[Any]) -> Node | None:
        """Take all events; None when nothing usable was found."""
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                self._report(event, "second-document", "a second document starts here", "delete the line '---'")
                break
            if not self._take(event):
                return None
        if self.root is None or (isinstance(self.root, Scalar) and self.root.is_null):
            self.document.report("empty-file", "the file holds nothing", 1, 1)
            return None
        return self.root

    def _report(self, event: Any, rule: str, message: str, hint: str | None = None) -> None:
        self.document.report(rule, message, *_position(event.start_mark), hint)

    def _take(self, event: Any) -> bool:
        """Take one event; False when reading cannot go on."""
        if isinstance(event, yaml.AliasEvent):
            self._report(event, "alias", f"found the alias '*{event.anchor}'", "write the text out in full")
            self._add(Broken(*_position(event.start_mark)))
        elif isinstance(event, yaml.NodeEvent):
            return self._take_node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        return True

    def _take_node(self, event: Any) -> bool:
        line, column = _position(event.start_mark)
        if event.anchor is not None:
            self._report(event, "anchor", f"found the anchor '&{event.anchor}'", "delete it and write the text out")
        if event.tag is not None:
            self._report(event, "tag", f"found the tag {event.tag!r}", "put quotes around the text or delete the tag")
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event.value, line, column, event.style or ""))
        elif len(self.stack) >= MAX_DEPTH:
            self._report(event, "too-deep", f"more than {MAX_DEPTH} lists and mappings inside one another")
            return False
        else:
            self.stack.append(_Frame(isinstance(event, yaml.MappingStartEvent), line, column))
        return True

    def _scalar(self, text: str, line: int, column: int, style: str) -> Node:
        control = _CONTROL.search(text) if style == '"' else None
        if control:
            found = f"an escape makes the control character U+{ord(control.group()):04X}"
            self.document.report("control-character", found, line, column, "delete the escape")
            return Broken(line, column)
        return Scalar(text, line, column, style)

    def _add(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.is_mapping:
            self._add(Pairs(self._pairs(frame.children), frame.line, frame.column))
        else:
            self._add(Items(tuple(frame.children), frame.line, frame.column))

    def _pairs(self, children: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if isinstance(key, Broken):
                continue
            if not isinstance(key, Scalar):
                self.document.report_at(key, "wrong-type", "a key must be text", "put quotes around the key")
            elif key.text == "<<" and not key.style:
                self.document.report_at(key, "merge-key", "found the merge key '<<'", "write the keys out in full")
            elif not key.text.strip() or key.is_null:
                self.document.report_at(key, "empty-value", "a key is empty")
            elif key.text in pairs:
                first = pairs[key.text][0].line
                message = f"key {key.text!r} appears twice, first in line {first}"
                self.document.report_at(key, "duplicate-key", message, "keep one of them")
            else:
                pairs[key.text] = (key, value)
        return tuple(pairs.values())


def _report_syntax(document: Document, error: Exception) -> None:
    """Report where YAML could not be read, told by the text at that place and never by the loader's words."""
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    here, before, opening = _char(document, mark, 0), _char(document, mark, -1), _char(document, opened, 0)
    if opening and opening in "'\"" and not here:
        message, hint, mark = "the quote opened here is not closed", f"add {opening} at the end of the text", opened
    elif opening and opening in "[{":
        message = "the bracket opened here is not closed, or an item in it lacks a comma or quotes"
        hint, mark = f"write {'[one, two]' if opening == '[' else '{key: text, key: text}'}", opened
    elif opening == '"' and "\\" in (here, before):
        message, hint = "a backslash starts no known escape", r"write \\ for a backslash, or use single quotes"
    elif _follows_quote(document, mark):
        message, hint = "text goes on behind the closing quote", "put the whole text in quotes of the other kind"
    elif _begins_with_brace(document, mark):
        message, hint = "text that begins with '{' needs quotes", 'put the whole text in double quotes: "{...} ..."'
    elif here == ":":
        message, hint = "found ':' where no key can stand", "put quotes around text that holds ': '"
    elif here and here in "@`%":
        message, hint = f"plain text cannot begin with {here!r}", "put quotes around the text"
    else:
        message = "this is not YAML: the line fits nothing above it"
        hint = "check the indentation, dash, colon and quotes of this line and of the one above it"
    document.report("syntax", message, *_position(mark), hint)


def _begins_with_brace(document: Document, mark: Any) -> bool:
    """Whether a mark stands behind the brace with which its line's text begins: "- {limb} hung"."""
    line = "" if mark is None else document.context(mark.line + 1) or ""
    return mark is not None and bool(_BRACED.match(line[: mark.column]))


def _follows_quote(document: Document, mark: Any) -> bool:
    """Whether only blanks, or nothing, stand between a quote and a mark on its line."""
    line = "" if mark is None else document.context(mark.line + 1) or ""
    return mark is not None and mark.column < len(line) and line[: mark.column].rstrip().endswith(("'", '"'))


def _position(mark: Any) -> tuple[int, int]:
    """Line and column of a loader's mark, counted from 1."""
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _char(document: Document, mark: Any, shift: int) -> str:
    """The character at a mark or some characters after it; empty at the end of a line and where there is no mark."""
    line = "" if mark is None else document.context(mark.line + 1) or ""
    return line[mark.column + shift] if mark is not None and 0 <= mark.column + shift < len(line) else ""
