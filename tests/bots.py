"""Bots that tests share: made once, never changed."""

from __future__ import annotations

from functools import lru_cache

from babybot import Bot


@lru_cache(maxsize=1)
def shipped() -> Bot:
    """The bot with the shipped knowledge."""
    return Bot()
