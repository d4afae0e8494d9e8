"""A folder loads whole or not at all, and every problem of every file is told at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from babybot import snapshot
from babybot.checking import with_context
from babybot.errors import KnowledgeError, Location, Problem
from babybot.example_files import read_examples
from babybot.loader import COMPILED, fingerprint, load, shipped_folder
from babybot.model import ChecklistItem, Contact, Example, KnowledgeBase, SmallTalk, Urgency
from babybot.word_files import MESSAGE_KEYS

DATA = Path(__file__).parent / "data"
ERRORS = sorted((DATA / "knowledge_errors").glob("*.yaml"))
ENTRY = "topic: mine\nentries:\n  - id: mine\n    questions: [how is mine]\n    answer: Fine.\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A complete small folder that falls back to nothing."""
    folder = tmp_path / "small"
    shutil.copytree(DATA / "small_knowledge", folder)
    messages = (folder / "messages.yaml").read_text("utf-8")
    (folder / "messages.yaml").write_text(messages + _missing_messages(messages), "utf-8")
    return folder


def _missing_messages(messages: str) -> str:
    lines = messages.splitlines()
    return "".join(f"{key}: Words.\n" for key in MESSAGE_KEYS if not any(line.startswith(f"{key}:") for line in lines))


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """The smallest folder: one file of entries and one of red flags."""
    folder = tmp_path / "clinic"
    write(folder / "faq" / "mine.yaml", ENTRY)
    write(folder / "red_flags.yaml", "red_flags: []\n")
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def problems_of(load_it: Callable[[], KnowledgeBase]) -> list[tuple[str, str]]:
    """File name and rule of each problem."""
    with pytest.raises(KnowledgeError) as caught:
        load_it()
    return [(Path(problem.location.path).name, problem.rule) for problem in caught.value.problems]


def test_the_error_files_are_there() -> None:
    assert len(ERRORS) >= 80


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_each_error_file(path: Path, small: Path) -> None:
    """Each begins with a comment: its kind, then `line:column rule` of every problem in it."""
    kind, _, expected = path.read_bytes().split(b"\n")[0].decode().removeprefix("# ").partition(": ")
    (small / kind).mkdir(exist_ok=True)
    shutil.copy(path, small / kind / "wrong.yaml")
    with pytest.raises(KnowledgeError) as caught:
        load(small, shipped=small)
    found = [
        f"{problem.location.line}:{problem.location.column} {problem.rule}"
        for problem in caught.value.problems
        if problem.location.path == str(small / kind / "wrong.yaml")
    ]
    assert "; ".join(found) == expected, path
    assert len(found) == len(caught.value.problems), f"{path}: a problem was told of another file"


def test_a_whole_folder(small: Path) -> None:
    knowledge = load(small, shipped=small)
    normal, legs = knowledge.entries
    assert (normal.id, normal.topic, normal.title, normal.reassures) == (
        "is-it-normal",
        "basics",
        "Is it normal?",
        True,
    )
    assert normal.answer == "Yes, mostly.\n\n- It is brief.\n- It stops on waking."
    assert [(aged.from_months, aged.answer) for aged in normal.by_age] == [
        (6.0, "Tell your doctor."),
        (12.5, "Ask your doctor."),
    ]
    assert (normal.see_also, normal.sources, normal.reviewed) == (("why-legs",), ("seed",), "2025-01-31")
    assert normal.location == Location(str(small / "faq" / "basics.yaml"), 4, 9)
    assert legs.title == "why the legs", "the first question stands in for a title"
    assert legs.questions == ("why the legs", "no", "12:30", "why not the arms", "how come only legs move")
    assert legs.question_locations[3] == Location(str(small / "questions" / "basics.yaml"), 2, 5)
    assert knowledge.topics == {"basics": "The basics"}
    assert knowledge.synonyms == (("baby", "bub", "wee one"), ("nappy", "diaper"))
    assert knowledge.messages["last_resort"] == "First line.\nSecond line."
    assert knowledge.checklist == (
        ChecklistItem(text="lips went blue", red_flag="blue-lips", words=("blue", "lips")),
        ChecklistItem(text="a fever", red_flag="fever"),
    )
    assert knowledge.small_talk == (SmallTalk(kind="thanks", phrases=("thanks", "ta"), reply="You are welcome."),)
    assert (knowledge.sources["seed"].year, knowledge.sources["seed"].verified) == (2024, "partly")


def test_regions_are_keyed_upper_case(small: Path) -> None:
    regions = load(small, shipped=small).regions
    assert list(regions) == ["default", "GB"]
    assert regions["GB"].contact("emergency") == Contact(
        kind="emergency", name="emergency services", number="999", checked="2025-01-31"
    )
    assert [contact.number for contact in regions["GB"].contacts] == ["999", "111", None]


def test_red_flags_rules_and_words(small: Path) -> None:
    knowledge = load(small, shipped=small)
    blue = knowledge.red_flags[0]
    assert blue.phrases == ("blue|grey {lip}", "?blue face")
    assert blue.phrases_at == ((Urgency.URGENT, ("blue hands",)),)
    assert blue.masks == ("blue hat",)
    assert [place.line for place in blue.phrase_locations] == [5, 5, 7, 8]
    fever, long_fever = knowledge.rules
    assert (fever.red_flag, fever.measures["temperature_c"].at_least, fever.measures["age_days"].under) == (
        "fever",
        38,
        90,
    )
    assert (long_fever.red_flags, long_fever.phrases) == (frozenset({"fever"}), ("days of fever",))
    assert knowledge.words.groups == {"lip": ("lips", "mouth")}
    assert (knowledge.words.fillers, knowledge.words.masks) == (frozenset({"the", "his"}), ("blue moon",))
    assert (knowledge.modifiers[0].phrases, knowledge.modifiers[0].masks) == (("right now",), ("not right now",))


def test_every_problem_of_every_file_is_told_at_once(small: Path) -> None:
    write(
        small / "faq" / "a.yaml",
        "topic: a\nentries:\n  - id: a\n    questions: [a b]\n    answer:\n    see_also: [b]\n",
    )
    write(small / "faq" / "b.yaml", "topic: [\n")
    write(small / "regions.yaml", "FR: {emergency: {numbr: 1}}\n")
    write(small / "sources.yaml", "\tseed: x\n")
    assert sorted(problems_of(lambda: load(small, shipped=small))) == [
        ("a.yaml", "empty-value"),
        ("b.yaml", "syntax"),
        ("regions.yaml", "unknown-key"),
        ("small", "missing-region"),
        ("sources.yaml", "tab"),
        ("sources.yaml", "wrong-type"),
    ]


def test_what_a_broken_file_might_define_is_not_called_unknown(small: Path) -> None:
    """One broken file gives its own problem, not one for each name that others use of it."""
    write(small / "red_flags.yaml", "red_flags: [\n")
    assert problems_of(lambda: load(small, shipped=small)) == [("red_flags.yaml", "syntax")]


def test_the_smallest_folder_falls_back(clinic: Path, small: Path) -> None:
    knowledge, base = load(clinic, shipped=small), load(small, shipped=small)
    assert [entry.id for entry in knowledge.entries] == ["mine"]
    assert knowledge.red_flags == ()
    assert knowledge.rules == ()
    assert knowledge.words.groups == {}
    assert knowledge.messages == base.messages
    assert knowledge.regions == base.regions
    assert knowledge.sources == base.sources
    assert (knowledge.synonyms, knowledge.small_talk) == (base.synonyms, base.small_talk)
    assert knowledge.checklist == (), "no checklist is asked where there are no red flags"


def test_a_folder_overrides_key_by_key(clinic: Path, small: Path) -> None:
    write(clinic / "messages.yaml", "greeting: Welcome.\n")
    write(clinic / "regions.yaml", 'FR: {emergency: {number: "15"}}\n')
    write(clinic / "vocabulary.yaml", "groups: {cot: [cot, crib]}\n")
    knowledge = load(clinic, shipped=small)
    assert (knowledge.messages["greeting"], knowledge.messages["no_match"]) == ("Welcome.", "I do not know that.")
    assert set(knowledge.regions) == {"default", "GB", "FR"}
    assert knowledge.synonyms == (("cot", "crib"),)


def test_a_message_that_nothing_says(clinic: Path, small: Path) -> None:
    write(clinic / "messages.yaml", "greting: Welcome.\n")
    with pytest.raises(KnowledgeError) as caught:
        load(clinic, shipped=small)
    assert [(problem.rule, problem.hint) for problem in caught.value.problems] == [
        ("unknown-key", "did you mean 'greeting'?")
    ]


def test_include_shipped(clinic: Path, small: Path) -> None:
    own = "  - {id: mine, label: mine, urgency: urgent, phrases: ['my {lip} {cot}']}\n"
    write(clinic / "red_flags.yaml", f"include: shipped\nred_flags:\n{own}groups: {{cot: [cot]}}\nfillers: [my]\n")
    knowledge, base = load(clinic, shipped=small), load(small, shipped=small)
    assert [flag.id for flag in knowledge.red_flags] == ["blue-lips", "fever", "mine"]
    assert (knowledge.rules, knowledge.modifiers) == (base.rules, base.modifiers)
    assert set(knowledge.words.groups) == {"lip", "cot"}
    assert knowledge.words.fillers == {"the", "his", "my"}
    assert knowledge.checklist == base.checklist


def test_an_included_red_flag_is_not_given_twice(clinic: Path, small: Path) -> None:
    write(
        clinic / "red_flags.yaml",
        "include: shipped\nred_flags:\n  - {id: fever, label: fever, urgency: urgent, phrases: [hot]}\n",
    )
    assert problems_of(lambda: load(clinic, shipped=small)) == [("red_flags.yaml", "duplicate-id")]


def test_the_checklist_keeps_what_there_are_red_flags_for(clinic: Path, small: Path) -> None:
    write(clinic / "red_flags.yaml", "red_flags:\n  - {id: fever, label: fever, urgency: urgent, phrases: [hot]}\n")
    assert [item.red_flag for item in load(clinic, shipped=small).checklist] == ["fever"]


@pytest.mark.parametrize("red_flags", [None, "groups: {a: [b]}\n"], ids=["no file", "a file without any"])
def test_knowledge_without_red_flags_does_not_load(clinic: Path, small: Path, red_flags: str | None) -> None:
    (clinic / "red_flags.yaml").unlink()
    if red_flags is not None:
        write(clinic / "red_flags.yaml", red_flags)
    with pytest.raises(KnowledgeError) as caught:
        load(clinic, shipped=small)
    assert [problem.rule for problem in caught.value.problems] == ["no-red-flags"]
    assert caught.value.hint is not None
    assert "include: shipped" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "rule"),
    [("red_flag.yaml", "unknown-file"), ("red_flags.yml", "unknown-file"), ("faq/x.yml", "unknown-file")],
)
def test_a_file_that_nothing_reads(clinic: Path, small: Path, name: str, rule: str) -> None:
    write(clinic / name, "red_flags: []\n")
    with pytest.raises(KnowledgeError) as caught:
        load(clinic, shipped=small)
    assert [problem.rule for problem in caught.value.problems] == [rule]
    assert caught.value.hint is not None


def test_a_folder_under_nearly_the_right_name(clinic: Path, small: Path) -> None:
    write(clinic / "red_flag" / "x.yaml", "red_flags: []\n")
    assert problems_of(lambda: load(clinic, shipped=small)) == [("red_flag", "unknown-file")]


def test_other_files_are_left_alone(clinic: Path, small: Path) -> None:
    for name in ("README.md", ".hidden.yaml", "faq/notes.txt", "faq/.swap.yaml", "pictures/a.yaml"):
        write(clinic / name, "\t\x00")
    assert len(load(clinic, shipped=small).entries) == 1


def test_a_kind_may_be_a_file_or_a_folder_or_both(clinic: Path, small: Path) -> None:
    write(clinic / "faq.yaml", ENTRY.replace("mine", "other"))
    assert [entry.id for entry in load(clinic, shipped=small).entries] == ["other", "mine"]


def test_no_such_folder(tmp_path: Path, small: Path) -> None:
    assert problems_of(lambda: load(tmp_path / "nowhere", shipped=small)) == [("nowhere", "missing-folder")]
    write(tmp_path / "file", "")
    assert problems_of(lambda: load(tmp_path / "file", shipped=small)) == [("file", "not-a-folder")]
    for odd in ("a\0b", "x" * 5000):
        with pytest.raises(KnowledgeError):
            load(tmp_path / odd, shipped=small)


def test_an_empty_folder(tmp_path: Path, small: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert problems_of(lambda: load(tmp_path / "empty", shipped=small)) == [
        ("empty", "no-entries"),
        ("empty", "no-red-flags"),
    ]


def test_a_shipped_folder_lacks_nothing(clinic: Path) -> None:
    rules = {rule for _, rule in problems_of(lambda: load(clinic, shipped=clinic))}
    assert rules == {"missing-region", "missing-message"}


def test_a_folder_named_like_a_file(clinic: Path, small: Path) -> None:
    (clinic / "messages.yaml").mkdir()
    assert problems_of(lambda: load(clinic, shipped=small)) == [("messages.yaml", "unreadable-file")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(clinic: Path, small: Path) -> None:
    write(clinic / "messages.yaml", "greeting: Hi.\n")
    (clinic / "messages.yaml").chmod(0)
    assert problems_of(lambda: load(clinic, shipped=small)) == [("messages.yaml", "unreadable-file")]


def test_a_pipe_is_not_waited_for(clinic: Path, small: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(clinic / "faq" / "pipe.yaml")
    assert problems_of(lambda: load(clinic, shipped=small)) == [("pipe.yaml", "unreadable-file")]


def compile_to(folder: Path, knowledge: KnowledgeBase) -> None:
    write(folder / COMPILED, snapshot.dumps(knowledge))


def test_the_compiled_form_is_used_only_while_it_matches(small: Path) -> None:
    compile_to(small, load(small, shipped=small))
    assert load(small, shipped=small).entries[0].location == Location(""), "read from the compiled form"
    assert load(small, shipped=small, compiled=False).entries[0].location != Location("")
    with (small / "faq" / "basics.yaml").open("a") as file:
        file.write("# one byte more\n")
    assert load(small, shipped=small).entries[0].location != Location(""), "an edit is always seen"


def test_a_broken_edit_is_seen_in_spite_of_the_compiled_form(small: Path) -> None:
    compile_to(small, load(small, shipped=small))
    write(small / "faq" / "new.yaml", "topic: [\n")
    assert problems_of(lambda: load(small, shipped=small)) == [("new.yaml", "syntax")]


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", '{"format": 1}', "\x00", "[" * 100_000])
def test_a_broken_compiled_form_is_passed_over(small: Path, broken: str) -> None:
    write(small / COMPILED, broken)
    assert len(load(small, shipped=small).entries) == 2


def test_the_fingerprint_is_of_the_source_files(small: Path) -> None:
    before = fingerprint(small, shipped=small)
    assert before == load(small, shipped=small).fingerprint
    for name in ("examples/benign/topic.yaml", "compiled/other.json", "README.md"):
        write(small / name, "# changed")
    assert fingerprint(small, shipped=small) == before
    (small / "faq" / "basics.yaml").rename(small / "faq" / "other.yaml")
    assert fingerprint(small, shipped=small) != before


def test_the_fingerprint_covers_what_a_folder_falls_back_to(clinic: Path, small: Path) -> None:
    before = fingerprint(clinic, shipped=small)
    assert before == load(clinic, shipped=small).fingerprint
    with (small / "messages.yaml").open("a") as file:
        file.write("# changed\n")
    assert fingerprint(clinic, shipped=small) != before


def test_file_order_does_not_matter_to_the_fingerprint(small: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for path in sorted(small.rglob("*.yaml"), reverse=True):
        write(other / path.relative_to(small), path.read_text("utf-8"))
    assert fingerprint(other, shipped=other) == fingerprint(small, shipped=small)


def test_examples(small: Path) -> None:
    examples = read_examples(small)
    assert [(example.flag, example.urgency, example.kind) for example in examples] == [
        (None, None, "topic"),
        (None, None, "topic"),
        ("blue-lips", Urgency.EMERGENCY, "present"),
        ("blue-lips", Urgency.URGENT, "question"),
    ]
    assert examples[2] == Example(
        text="his lips are blue",
        flag="blue-lips",
        urgency=Urgency.EMERGENCY,
        kind="present",
        style="plain",
        author="a1",
        location=Location(str(small / "examples" / "red_flags" / "blue-lips.yaml"), 1, 10),
    )


def test_problems_of_examples(small: Path) -> None:
    write(small / "examples" / "benign" / "bad.yaml", "- {text: x, urgency: urgent, author: a}\n- {text: y}\n")
    write(small / "examples" / "red_flags" / "bad.yaml", "text: x\n")
    with pytest.raises(KnowledgeError) as caught:
        read_examples(small)
    assert [problem.rule for problem in caught.value.problems] == ["unknown-choice", "missing-key", "wrong-type"]
    assert read_examples(small / "faq") == ()


def test_a_problem_gets_its_line(small: Path) -> None:
    write(small / "faq" / "a.yaml", "topic: a\nentries:\n  - id: é\n")
    with pytest.raises(KnowledgeError) as caught:
        load(small, shipped=small)
    assert caught.value.problems[0].context is not None
    assert [problem.context for problem in with_context(caught.value.problems)] == [
        problem.context for problem in caught.value.problems
    ]


def test_the_shipped_knowledge_is_found() -> None:
    assert (shipped_folder() / "faq").is_dir()


SOME_LINES = """
topic: x
entries:
  - id: a
    questions: [q r]
    answer: z
red_flags:
groups:
    phrases: [a|]
    urgency: urgent
GB:
  emergency: {number: 1}
- x
  a: [b]
a:
""".splitlines()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["faq", "questions", "red_flags", "regions", "sources", "vocabulary", "messages"]),
    data=st.one_of(
        st.binary(max_size=40),
        st.text(alphabet="abid:-[]{}'\"|&*!#?,~ \n\t1é", max_size=60).map(str.encode),
        st.lists(st.sampled_from(SOME_LINES), max_size=8).map(lambda lines: "\n".join(lines).encode()),
    ),
)
def test_any_file_loads_or_raises_knowledge_error(small: Path, kind: str, data: bytes) -> None:
    path = small / kind / "any.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    try:
        problems: tuple[Problem, ...] | None = () if load(small, shipped=small).entries else None
    except KnowledgeError as error:
        problems = error.problems
    finally:
        path.unlink()
    assert problems is not None
    assert all(str(problem) for problem in problems)
