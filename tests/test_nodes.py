"""YAML is taken as written, and whatever is wrong is told with its place in babybot's own words."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from babybot import syntax
from babybot.document import Items, Pairs, Scalar
from babybot.errors import Problem
from babybot.likeness import did_you_mean
from babybot.nodes import Fields, top_children, top_fields, top_pairs
from babybot.source_files import read
from babybot.syntax import MAX_DEPTH, parse

LOADERS = [loader for loader in (getattr(yaml, "CSafeLoader", None), yaml.SafeLoader) if loader]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def _each_loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with each of PyYAML's loaders: what is read and reported must not differ."""
    monkeypatch.setattr(syntax, "_LOADER", request.param)


def fields(text: str | bytes) -> tuple[Fields, list[Problem]]:
    problems: list[Problem] = []
    found = top_pairs(parse(text, "a.yaml", problems), "the file")
    assert found is not None, problems
    return found, problems


def found_in(text: str | bytes) -> list[str]:
    problems: list[Problem] = []
    parse(text, "a.yaml", problems)
    return [f"{problem.location.line}:{problem.location.column} {problem.rule}" for problem in problems]


@pytest.mark.usefixtures("_each_loader")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b\n\tc: d\n", ["2:1 tab"]),
        ("a:\tb\n", ["1:3 tab"]),
        ("a: 'b\tc'\nd: e\tf\n", ["1:6 tab", "2:5 tab"]),
        ("a: b\x1b[31m\n", ["1:5 control-character"]),
        ("a: b\u0085c\n", ["1:5 control-character"]),
        ('a: "\\0"\n', ["1:4 control-character"]),
        ("é: ü\na: *x\n", ["2:4 alias"]),
        ("a: &x b\n", ["1:4 anchor"]),
        ("a: !x b\n", ["1:4 tag"]),
        ("<<: {a: b}\n", ["1:1 merge-key"]),
        ("a: b\n---\nc: d\n", ["2:1 second-document"]),
        ("a: b\nc: d\na: e\n", ["3:1 duplicate-key"]),
        ("[a]: b\n", ["1:1 wrong-type"]),
        ("~: b\n", ["1:1 empty-value"]),
        ("", ["1:1 empty-file"]),
        ("# only a comment\n", ["1:1 empty-file"]),
        ("---\n", ["1:1 empty-file"]),
        ("a: b: c\n", ["1:5 syntax"]),
        ("é: ü: c\n", ["1:5 syntax"]),
        ("a: 'b\n", ["1:4 syntax"]),
        ("a: [b\nc: d\n", ["1:4 syntax"]),
        ("a: {b\n", ["1:4 syntax"]),
        ("a: @b\n", ["1:4 syntax"]),
        ("a: 'b' c\n", ["1:8 syntax"]),
        ("a:\n  - b\n - c\n", ["3:2 syntax"]),
        ("- a\nb: c\n", ["2:1 syntax"]),
        (b"a: b\nc: \xff\n", ["2:4 invalid-utf-8"]),
        (b"\xff\xfea\x00", ["1:1 invalid-utf-8"]),
        ("é: é\n".encode() + b"a: \xe9", ["2:4 invalid-utf-8"]),
    ],
)  # fmt: skip
def test_what_yaml_allows_and_knowledge_does_not(text: str | bytes, expected: list[str]) -> None:
    assert found_in(text) == expected


@pytest.mark.usefixtures("_each_loader")
def test_reading_goes_on_after_a_problem() -> None:
    found, problems = fields("a: *x\nb: &y c\nd: e\x07f\ng: h\ng: i\n")
    assert [problem.rule for problem in problems] == ["control-character", "alias", "anchor", "duplicate-key"]
    assert (found.text("b"), found.text("d"), found.text("g")) == ("c", "e f", "h")
    assert found.text("a") == ""
    assert len(problems) == 4, "a value that was reported already is passed over in silence"


@pytest.mark.usefixtures("_each_loader")
@pytest.mark.parametrize(
    "written", ["no", "12:30", "0800 111", "1_000", "2025-01-31", "0x1F", "1e3", ".inf", "True", "="]
)
def test_text_is_taken_as_written(written: str) -> None:
    found, problems = fields(f"a: {written}\nb: [{written}]\n")
    assert (found.text("a"), [item.text for item in found.lines("b")]) == (written, [written])
    assert problems == []


@pytest.mark.usefixtures("_each_loader")
def test_a_quoted_null_is_text() -> None:
    found, problems = fields("a: 'null'\n")
    assert (found.text("a"), problems) == ("null", [])


@pytest.mark.parametrize("null", ["", "~", "null", "NULL", "''", "'  '", "|\n  \n"])
def test_a_plain_null_and_empty_text_are_problems(null: str) -> None:
    found, problems = fields(f"a: {null}\n")
    assert found.text("a") == ""
    assert [problem.rule for problem in problems] == ["empty-value"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "a:\n", "[{a: "])
def test_deep_nesting_is_a_problem_and_no_recursion_error(opening: str) -> None:
    depth = 3000
    if opening in ("- ", "a:\n"):
        text = "".join(" " * level + opening.rstrip() + "\n" for level in range(depth))
    else:
        text = opening * depth
    found = [problem.split()[1] for problem in found_in(text)]
    assert found in (["too-deep"], ["syntax"]), "libyaml itself stops at a thousand brackets in one line"


def test_the_deepest_that_is_allowed() -> None:
    assert found_in("[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH) == []


def test_columns_count_characters_and_a_byte_order_mark_is_passed_over() -> None:
    found, problems = fields("\ufeff{é😀: x, b: *y}".encode())
    assert found.text("é😀") == "x"
    assert [(problem.location.line, problem.location.column) for problem in problems] == [(1, 12)]
    assert problems[0].context == "{é😀: x, b: *y}"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_counts_as_one_line(ending: str) -> None:
    assert found_in(f"a: b{ending}{ending}c: *x{ending}") == ["3:4 alias"]


def test_no_message_is_the_loaders() -> None:
    problems: list[Problem] = []
    for text in ("a: b: c", "a: 'b", "a: [b\nc: d", "a: @b", 'a: "\\q"', "a\nb: c", "%x\n", "a: |x\n b", "..."):
        parse(text, "a.yaml", problems)
    told = " ".join(problem.message for problem in problems)
    assert len(problems) == 9
    for words in ("while", "expected <", "did not find", "could not", "mapping values", "scanning", "token"):
        assert words not in told


def test_a_hint_says_what_to_type() -> None:
    found, problems = fields("id: x\nsee_allso: [y]\nanswr: z\n")
    found.expect(("id", "answer"), ("see_also", "sources"))
    assert [(problem.rule, problem.hint) for problem in problems] == [
        ("unknown-key", "did you mean 'see_also'?"),
        ("unknown-key", "did you mean 'answer'?"),
    ]
    assert did_you_mean("zzz", ("answer",)) is None


def test_missing_and_unknown_keys() -> None:
    problems: list[Problem] = []
    top_fields(parse("zzz: 1\n", "a.yaml", problems), "a thing", ("id",), ("title",))
    assert [(problem.rule, problem.message) for problem in problems] == [
        ("unknown-key", "a thing has no key 'zzz'"),
        ("missing-key", "a thing lacks the key 'id'"),
    ]
    assert problems[0].hint == "known keys are id, title"


def test_getters_of_a_missing_key_are_silent() -> None:
    found, problems = fields("a: b\n")
    assert found.text("x") == ""
    assert found.line("x") is None
    assert found.id() is None
    assert found.lines("x") == ()
    assert found.flag("x") is False
    assert found.number("x") is None
    assert found.date("x") is None
    assert found.child("x") is None
    assert found.children("x", "thing") == ()
    assert not found.is_null("x")
    assert problems == []


@pytest.mark.parametrize(
    ("getter", "written", "expected", "rules"),
    [
        ("flag", "true", True, []),
        ("flag", "false", False, []),
        ("flag", "yes", False, ["wrong-type"]),
        ("flag", "'true'", False, ["wrong-type"]),
        ("flag", "[true]", False, ["wrong-type"]),
        ("number", "38", 38.0, []),
        ("number", "38.5", 38.5, []),
        ("number", "-1", -1.0, []),
        ("number", "1e3", None, ["wrong-type"]),
        ("number", ".nan", None, ["wrong-type"]),
        ("number", "'38'", None, ["wrong-type"]),
        ("number", "null", None, ["wrong-type"]),
        ("number", "9" * 400, None, ["wrong-type"]),
        ("date", "2025-01-31", "2025-01-31", []),
        ("date", "'2025-01-31'", "2025-01-31", []),
        ("date", "null", None, []),
        ("date", "", None, []),
        ("date", "2025-02-30", None, ["bad-date"]),
        ("date", "20250131", None, ["bad-date"]),
        ("date", "{a: b}", None, ["wrong-type"]),
        ("text", "[a]", "", ["wrong-type"]),
        ("text", "|\n  a\n\n  b\n", "a\n\nb", []),
        ("text_or_lines", "[a, b]", "a\nb", []),
        ("text_or_lines", "a", "a", []),
        ("lines", "a", (), ["wrong-type"]),
        ("lines", "[]", (), ["empty-value"]),
    ],
)
def test_getters(getter: str, written: str, expected: object, rules: list[str]) -> None:
    found, problems = fields(f"a: {written}\n")
    assert getattr(found, getter)("a") == expected
    assert [problem.rule for problem in problems] == rules


def test_ids_are_kebab_case() -> None:
    for good in ("a", "moro-reflex", "a-1"):
        found, problems = fields(f"id: {good}\n")
        name = found.id()
        assert name is not None
        assert name.text == good
        assert problems == []
    for bad in ("Moro", "a_b", "a--b", "-a", "a-", "é"):
        found, problems = fields(f"id: {bad}\n")
        assert found.id() is None
        assert [problem.rule for problem in problems] == ["bad-id"]
    found, problems = fields("id: Moro Reflex\n")
    assert found.id() is None
    assert problems[0].hint == "write 'moro-reflex'"


def test_a_choice_names_the_words_there_are() -> None:
    found, problems = fields("a: urgnt\n")
    assert found.choice("a", {"urgent": 1, "doctor": 2}) is None
    assert problems[0].message == "'a' must be one of urgent, doctor, found 'urgnt'"
    assert problems[0].hint == "did you mean 'urgent'?"


@pytest.mark.parametrize(
    ("written", "column"),
    [("plain text", 9), ("'plain text'", 10), ('"plain text"', 10), ("'it''s a text'", 4), (">-\n  plain text", 4)],
    ids=["plain", "single", "double", "escaped: its own place", "folded: its own place"],
)
def test_an_offset_into_a_text_is_a_column(written: str, column: int) -> None:
    found, _ = fields(f"a: {written}\n")
    text = found.line("a")
    assert text is not None
    assert text.problem("x", "y", offset=5).location.column == column


def test_lists_of_mappings() -> None:
    problems: list[Problem] = []
    items = top_children(parse("- {a: b}\n- c\n- [d]\n", "a.yaml", problems), "thing")
    assert [item.text("a") for item in items] == ["b"]
    assert [problem.message for problem in problems] == [
        "thing must be a mapping, found 'c'",
        "thing must be a mapping, found a list",
    ]


def test_one_mapping_may_stand_for_a_list_of_one() -> None:
    found, problems = fields("a: {b: c}\nd: [{b: c}, {b: d}]\n")
    assert [item.text("b") for item in found.children("a", "thing", or_one=True)] == ["c"]
    assert [item.text("b") for item in found.children("d", "thing", or_one=True)] == ["c", "d"]
    assert found.children("a", "thing") == ()
    assert [problem.rule for problem in problems] == ["wrong-type"]


def test_an_unreadable_file(tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert read(tmp_path, "a.yaml", problems) is None
    assert [(problem.rule, problem.location.path) for problem in problems] == [("unreadable-file", "a.yaml")]


def test_nodes_keep_their_places() -> None:
    root = parse("a:\n  - 'b'\n  - {c: d}\n", "a.yaml", []).root
    assert isinstance(root, Pairs)
    key, items = root.pairs[0]
    assert (key.text, key.line, key.column) == ("a", 1, 1)
    assert isinstance(items, Items)
    assert items.items[0] == Scalar("b", 2, 5, "'")


@settings(deadline=None)
@given(st.one_of(st.text(), st.text(alphabet="ab:-[]{}'\"\\|>&*!%@#?,~ \n\t<0é\x1b\ud800"), st.binary()))
def test_any_text_gives_nodes_or_problems(text: str | bytes) -> None:
    problems: list[Problem] = []
    document = parse(text, "a.yaml", problems)
    assert document.root is not None or problems
    assert all(problem.location.line >= 1 and problem.location.column >= 1 for problem in problems)
    found = top_pairs(document, "the file")
    for name in found.names() if found else ():
        assert found is not None
        assert found.document is document
        found.text_or_lines(name.text)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1).filter(str.strip))
def test_any_printable_text_comes_back_as_written(text: str) -> None:
    found, problems = fields("a: '" + text.replace("'", "''") + "'\n")
    assert (found.text("a"), problems) == (text.strip(), [])
