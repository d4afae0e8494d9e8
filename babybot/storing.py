"""The one place that writes to disk: whole files or nothing, so that an interruption never leaves half a file.

What is written, and whether the user asked for it, is decided elsewhere.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["create", "replace"]


def replace(path: Path, data: bytes) -> None:
    """Write a file, over an older one if there is one.

    Raises:
        OSError: when it cannot be written; the older file is unchanged then.
    """
    temporary = _written_beside(path, data)
    try:
        os.replace(temporary, path)
    except OSError:
        _remove(temporary)
        raise


def create(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read.

    Raises:
        FileExistsError: when there is one already; it is unchanged then.
        OSError: when it cannot be written; nothing is left behind then.
    """
    if os.path.lexists(path):
        raise FileExistsError(17, "the file exists", str(path))
    temporary = _written_beside(path, data, mode=0o600)
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        os.replace(temporary, path)
    finally:
        _remove(temporary)


def _written_beside(path: Path, data: bytes, mode: int = 0o666) -> Path:
    """The data in a new file of the same folder, down to the disk."""
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}.tmp")
    _remove(temporary)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(temporary, flags, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        _remove(temporary)
        raise
    return temporary


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
