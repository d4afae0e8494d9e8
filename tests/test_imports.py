"""The direction of the program: a module imports from rows above its own only, and loads nothing it does not need."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "babybot"

ROWS: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in (
        "arrays bands courtesies errors feature_rows likeness storing text word_pieces",
        "answer_words document lexicon model neighbours numbers patterns senses source_files",
        "answers compiling labels nodes sense_training snapshot spelling syntax triage_features units wording",
        "picking temperatures",
        "measures",
        "ages index phrase_book places references sign_models slots",
        "entry_files index_file matching red_flag_files sign_training weights word_files",
        "assembly encoder evidence example_files retriever subject triage_training",
        "context encoder_packing follow_up linter loader retriever_training",
        "findings small_talk spotting",
        "grading",
        "rules",
        "triage",
        "building encoder_mixing memory reply",
        "asking body encoder_training escalation render telling turn",
        "arguments choosing terminal",
        "speaking",
        "alarm",
        "responses",
        "dialogue",
        "bot",
        "__init__ chatting checking evaluation explaining",
        "completion evaluation_report shell_commands",
        "plain_shell shell",
        "cli",
        "__main__",
    )
)
"""The modules, foundations first. A new module goes into the first row below everything it imports."""

PROMPT_TOOLKIT = frozenset({"shell"})
"""Modules that may import prompt_toolkit."""
TRAINING = frozenset(
    (
        "encoder_mixing encoder_packing encoder_training feature_rows sense_training sign_training retriever_training"
        " triage_training"
    ).split()
)
"""Modules that may import numpy, scipy and scikit-learn."""


def imports(module: str) -> Iterator[str]:
    """Everything that a module imports, wherever in it; modules of the package as `babybot.name`."""
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}.py imports by a relative name"
            if node.module == "babybot":
                yield from (f"babybot.{name.name if name.name in MODULES else '__init__'}" for name in node.names)
            else:
                yield node.module or ""


MODULES = frozenset(path.stem for path in PACKAGE.glob("*.py"))


def test_the_table_names_every_module_once() -> None:
    named = [module for row in ROWS for module in row]
    assert sorted(named) == sorted(MODULES)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_from_rows_above_its_own(module: str) -> None:
    row = next((number for number, modules in enumerate(ROWS) if module in modules), None)
    assert row is not None, f"put {module} into ROWS"
    above = frozenset[str]().union(*ROWS[:row])
    used = {name.split(".")[1] for name in imports(module) if name.startswith("babybot.")}
    assert used <= above, f"{module} imports {sorted(used - above)}, which must stand in a row above it"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_heavy_imports_stay_where_they_belong(module: str) -> None:
    roots = {name.split(".")[0] for name in imports(module)}
    assert module in PROMPT_TOOLKIT or "prompt_toolkit" not in roots
    assert module in TRAINING or not roots & {"scipy", "sklearn", "torch", "transformers"}
    assert module in TRAINING | {"encoder"} or "numpy" not in roots
    assert not roots & {"socket", "ssl", "http", "urllib", "requests", "pickle", "logging"}


def loaded(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after some code."""
    ended = f"{code}\nimport sys; sys.stderr.write(' '.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", ended], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    return set(done.stderr.split())


HEAVY = {"prompt_toolkit", "numpy", "scipy", "sklearn", "socket", "asyncio", "logging", "http", "pickle"}


@pytest.mark.parametrize(
    "code",
    [
        "import babybot",
        "import babybot.cli",
        "from babybot.cli import main; main(['ask', 'hello'])",
        "from babybot.cli import main; main(['chat', '--plain'])",
    ],
)
def test_little_is_loaded_to_answer(code: str) -> None:
    assert not loaded(code) & HEAVY


def test_the_readers_of_sources_wait_until_they_are_needed() -> None:
    """They and YAML take a third of a start that finds the compiled form."""
    assert "yaml" not in loaded("import babybot.cli, babybot.chatting")
