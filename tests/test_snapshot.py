"""Compiled knowledge is the same knowledge, without its places in files."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from babybot import snapshot
from babybot.errors import Location
from babybot.loader import load
from babybot.model import KnowledgeBase
from babybot.word_files import MESSAGE_KEYS

DATA = Path(__file__).parent / "data"


@pytest.fixture
def knowledge(tmp_path: Path) -> KnowledgeBase:
    """Knowledge in which every field of every kind of thing is used somewhere."""
    folder = tmp_path / "small"
    shutil.copytree(DATA / "small_knowledge", folder)
    present = (folder / "messages.yaml").read_text("utf-8")
    with (folder / "messages.yaml").open("a", encoding="utf-8") as file:
        file.writelines(f"{key}: Words.\n" for key in MESSAGE_KEYS if f"{key}:" not in present)
    return load(folder, shipped=folder, compiled=False)


def without_places(value: Any) -> Any:
    """The same data with every place in a file taken out."""
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            field.name: () if field.name.endswith("_locations") else without_places(getattr(value, field.name))
            for field in fields(value)
        }
        return Location("") if isinstance(value, Location) else replace(value, **changes)
    return tuple(without_places(item) for item in value) if isinstance(value, tuple) else value


def test_there_and_back(knowledge: KnowledgeBase) -> None:
    back = snapshot.from_data(json.loads(snapshot.dumps(knowledge)))
    for field in fields(KnowledgeBase):
        expected = getattr(knowledge, field.name)
        if hasattr(expected, "items"):
            expected = {key: without_places(value) for key, value in expected.items()}
            assert list(getattr(back, field.name)) == list(expected), "mappings keep their order"
        assert getattr(back, field.name) == without_places(expected), field.name


def test_it_is_the_same_text_every_time(knowledge: KnowledgeBase) -> None:
    text = snapshot.dumps(knowledge)
    assert snapshot.dumps(snapshot.from_data(json.loads(text))) == text
    assert str(DATA.parent) not in text


def test_what_is_read_cannot_be_changed(knowledge: KnowledgeBase) -> None:
    back = snapshot.from_data(json.loads(snapshot.dumps(knowledge)))
    for field in fields(KnowledgeBase):
        value = getattr(back, field.name)
        assert isinstance(value, tuple | str) or type(value).__name__ in ("mappingproxy", "RedFlagWords"), field.name


def test_only_matching_data_are_read(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "knowledge.json"
    assert snapshot.read(path, knowledge.fingerprint) is None
    assert not snapshot.is_current(path, knowledge.fingerprint)
    path.write_text(snapshot.dumps(knowledge), "utf-8")
    assert snapshot.read(path, knowledge.fingerprint) is not None
    assert snapshot.is_current(path, knowledge.fingerprint)
    assert snapshot.read(path, "other") is None
    assert not snapshot.is_current(path, "other")
    data = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**data, "format": snapshot.FORMAT + 1}), "utf-8")
    assert snapshot.read(path, knowledge.fingerprint) is None


@pytest.mark.parametrize("key", ["entries", "red_flags", "rules", "words", "regions", "sources", "messages"])
@pytest.mark.parametrize("wrong", [None, 1, [1], [{}], {"a": 1}, "text"])
def test_broken_data_are_never_half_read(knowledge: KnowledgeBase, tmp_path: Path, key: str, wrong: object) -> None:
    path = tmp_path / "knowledge.json"
    path.write_text(json.dumps({**snapshot.to_data(knowledge), key: wrong}), "utf-8")
    found = snapshot.read(path, knowledge.fingerprint)
    assert found is None or key == "messages", "messages are a plain mapping and taken as they are"


def test_it_is_fast(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    """As much as the shipped knowledge holds is read in well under the time a person notices."""
    entry, flag = knowledge.entries[0], knowledge.red_flags[0]
    questions = tuple(f"why does my baby move her legs like number {number} in her sleep" for number in range(42))
    phrases = tuple(f"went blue|grey number {number}" for number in range(53))
    large = replace(
        knowledge,
        entries=tuple(replace(entry, id=f"entry-{number}", questions=questions) for number in range(95)),
        red_flags=tuple(replace(flag, id=f"flag-{number}", phrases=phrases) for number in range(47)),
    )
    path = tmp_path / "knowledge.json"
    path.write_text(snapshot.dumps(large), "utf-8")
    taken, parsing = [], []
    for _ in range(5):
        start = time.perf_counter()
        json.loads(path.read_bytes())
        parsing.append(time.perf_counter() - start)
        start = time.perf_counter()
        assert snapshot.read(path, large.fingerprint) is not None
        taken.append(time.perf_counter() - start)
    assert min(taken) < max(0.025, 5 * min(parsing)), "a busy machine is slow at JSON, too"
