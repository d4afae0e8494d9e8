"""A knowledge folder -> the bytes of its files by kind, and their fingerprint. What they hold is left to others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from babybot.errors import Location, Problem, Severity
from babybot.likeness import did_you_mean

__all__ = ["KINDS", "SourceFile", "collect", "digest", "read"]

KINDS: Final = ("faq", "questions", "red_flags", "vocabulary", "messages", "regions", "sources")
"""What a folder may hold, each as `<kind>.yaml`, as `<kind>/*.yaml` or as both."""

_APART: Final = frozenset({"examples", "compiled"})
"""Folders that are no source of what is loaded."""

_YAML: Final = (".yaml", ".yml")


class SourceFile(NamedTuple):
    """One file of a knowledge folder."""

    kind: str
    """One of `KINDS`."""
    name: str
    """Its path as problems call it."""
    relative: str
    """Its path inside the folder, with forward slashes."""
    data: bytes | None
    """None when it could not be read; the problem is reported then."""


def _folder_problem(folder: Path, rule: str, message: str, hint: str) -> Problem:
    return Problem(location=Location(str(folder)), severity=Severity.ERROR, rule=rule, message=message, hint=hint)


def collect(folder: Path, problems: list[Problem]) -> tuple[SourceFile, ...]:
    """The source files of a folder: kinds in the order of `KINDS`, in each the single file first, then files by name.

    Args:
        folder: the knowledge folder.
        problems: where problems are added: no such folder, files under names that nothing reads, unreadable files.
    """
    try:
        if not folder.is_dir():
            rule, found = ("missing-folder", "there is no such folder")
            if folder.exists():
                rule, found = ("not-a-folder", "this is a file, expected a knowledge folder")
            problems.append(_folder_problem(folder, rule, found, "name a folder that holds faq/ and red_flags.yaml"))
            return ()
        return tuple(_files(folder, problems))
    except OSError as error:
        message = f"cannot read the folder: {(error.strerror or type(error).__name__).lower()}"
    except ValueError:
        message = "this is no name a folder can have"
    problems.append(_folder_problem(folder, "unreadable-folder", message, "check its name and that you may read it"))
    return ()


def _files(folder: Path, problems: list[Problem]) -> Iterator[SourceFile]:
    paths = sorted(folder.iterdir(), key=lambda path: path.name)
    problems.extend(problem for path in paths for problem in _strange(path))
    for kind in KINDS:
        for path in paths:
            if path.name == f"{kind}.yaml":
                yield _file(kind, path, folder, problems)
        for path in paths:
            if path.name == kind and path.is_dir():
                for below in sorted(path.iterdir(), key=lambda path: path.name):
                    if below.suffix == ".yaml" and not below.name.startswith("."):
                        yield _file(kind, below, folder, problems)
                    elif below.suffix == ".yml":
                        problems.append(_unread(below, f"name it {below.stem}.yaml"))


def _file(kind: str, path: Path, folder: Path, problems: list[Problem]) -> SourceFile:
    return SourceFile(kind, str(path), path.relative_to(folder).as_posix(), read(path, str(path), problems))


def read(path: Path, name: str, problems: list[Problem]) -> bytes | None:
    """The bytes of a file.

    Args:
        path: the file.
        name: how it is called in problems.
        problems: where a problem is added when it cannot be read.
    """
    try:
        if path.is_file():
            return path.read_bytes()
        found = "it is not a regular file"
    except OSError as error:
        found = error.strerror or type(error).__name__
    problem = Problem(
        location=Location(name),
        severity=Severity.ERROR,
        rule="unreadable-file",
        message=f"cannot read the file: {found[:1].lower()}{found[1:]}",
        hint="check that it exists and that you may read it",
    )
    problems.append(problem)
    return None


def _strange(path: Path) -> Iterator[Problem]:
    """A file or folder whose name is nearly one that is read: an editor would wait in vain for it to have an effect."""
    if path.name.startswith(".") or path.name in _APART:
        return
    if path.suffix in _YAML:
        if path.stem not in KINDS:
            known = [f"{kind}.yaml" for kind in KINDS]
            yield _unread(path, did_you_mean(path.name, known) or f"known files are {', '.join(known)}")
        elif path.suffix == ".yml":
            yield _unread(path, f"name it {path.stem}.yaml")
    elif path.name not in KINDS and path.is_dir():
        hint = did_you_mean(path.name, KINDS)
        if hint and any(path.glob("*.yaml")):
            yield _unread(path, hint)


def _unread(path: Path, hint: str) -> Problem:
    return _folder_problem(path, "unknown-file", f"nothing reads the name {path.name!r}", hint)


def digest(files: Iterable[SourceFile], *further: str) -> str:
    """Hash of the files' relative paths and bytes, whatever their order, and of further texts."""
    hashed = blake2b(digest_size=16)
    for file in sorted(files, key=lambda file: file.relative):
        for part in (file.relative.encode("utf-8", "surrogateescape"), file.data or b""):
            hashed.update(len(part).to_bytes(8, "big"))
            hashed.update(part)
    for text in further:
        hashed.update(text.encode("utf-8"))
    return hashed.hexdigest()
