"""What babybot's retriever is compared with: its peers, each ranking entries by the questions it was given.

Needs the extra `bench`. ChatterBot is run by its own Levenshtein comparator (difflib) over every question, without its
database.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from rapidfuzz import fuzz, process

from babybot import retriever_training, spelling
from babybot.model import Entry
from babybot.retriever import Retriever

__all__ = ["CONTENDERS", "Asked", "Babybot", "Contender", "Data"]

Ranking = list[tuple[int, float]]
"""(entry, score), best first."""


class Asked(NamedTuple):
    """An utterance with the ids of the entries that answer it; none for off-topic."""

    text: str
    right: frozenset[str]


class Data(NamedTuple):
    entries: tuple[Entry, ...]
    synonyms: tuple[tuple[str, ...], ...]
    asked: list[Asked]
    off_topic: list[str]


class Contender(Protocol):
    """Something that ranks the entries of the questions it was made of."""

    def rank(self, text: str) -> Ranking: ...


class ByQuestion:
    """Entries by their best question, from scores of questions."""

    def __init__(self, data: Data) -> None:
        self.texts = [question for entry in data.entries for question in entry.questions]
        self.owners = [number for number, entry in enumerate(data.entries) for _ in entry.questions]

    def rank(self, text: str) -> Ranking:
        best: dict[int, float] = {}
        for place, score in self.scores(text):
            owner = self.owners[place]
            if owner not in best:
                best[owner] = score
            if len(best) == 5:
                break
        return list(best.items())

    def scores(self, text: str) -> Iterator[tuple[int, float]]:
        """(question, score), best first."""
        raise NotImplementedError


class Fuzzy(ByQuestion):
    """rapidfuzz over all questions, lower case, as everybody does it."""

    def __init__(self, data: Data, scorer: Callable[..., float]) -> None:
        super().__init__(data)
        self.lower = [text.lower() for text in self.texts]
        self.scorer = scorer

    def scores(self, text: str) -> Iterator[tuple[int, float]]:
        for _, score, place in process.extract(text.lower(), self.lower, scorer=self.scorer, limit=60):
            yield place, score


class ChatterBot(ByQuestion):
    """ChatterBot's Levenshtein comparator (its code, which is difflib's ratio) against every question."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self.compare = importlib.import_module("chatterbot.comparisons").LevenshteinDistance("en").compare_text

    def scores(self, text: str) -> Iterator[tuple[int, float]]:
        found = [float(self.compare(text, other)) for other in self.texts]
        yield from _sorted(np.array(found))


class Bm25(ByQuestion):
    """bm25s with its own tokeniser and English stop words."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self.bm25s = importlib.import_module("bm25s")
        self.index = self.bm25s.BM25()
        self.index.index(self._tokens(self.texts), show_progress=False)

    def _tokens(self, texts: Sequence[str]) -> Any:
        return self.bm25s.tokenize(list(texts), stopwords="en", show_progress=False)

    def scores(self, text: str) -> Iterator[tuple[int, float]]:
        tokens = self.bm25s.tokenize([text], stopwords="en", show_progress=False, return_ids=False)[0]
        yield from _sorted(self.index.get_scores(tokens)) if tokens else ()


class Fts5(ByQuestion):
    """SQLite's full-text search with porter stems, any word may match."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        self.base = sqlite3.connect(":memory:")
        self.base.execute("create virtual table q using fts5(text, tokenize='porter unicode61')")
        self.base.executemany("insert into q(rowid, text) values (?, ?)", enumerate(self.texts))

    def scores(self, text: str) -> Iterator[tuple[int, float]]:
        words = [word for word in spelling.read(text) if word.isalnum()]
        query = " OR ".join(f'"{word}"' for word in words)
        found = "select rowid, -rank from q where q match ? order by rank limit 60"
        yield from self.base.execute(found, (query,)) if query else ()


class TfIdf(ByQuestion):
    """scikit-learn tf-idf, nearest question by cosine."""

    def __init__(self, data: Data, analyzer: str, ngrams: tuple[int, int]) -> None:
        super().__init__(data)
        module = importlib.import_module("sklearn.feature_extraction.text")
        self.vectorizer = module.TfidfVectorizer(analyzer=analyzer, ngram_range=ngrams, sublinear_tf=True)
        self.matrix = self.vectorizer.fit_transform(self.texts).T.tocsr()

    def scores(self, text: str) -> Iterator[tuple[int, float]]:
        yield from _sorted((self.vectorizer.transform([text]) @ self.matrix).toarray()[0])


class Babybot:
    """The retriever, trained or not."""

    def __init__(self, data: Data, make: Callable[..., Retriever]) -> None:
        self.retriever = make(data.entries, data.synonyms)
        self.numbers = {entry.id: number for number, entry in enumerate(data.entries)}

    def rank(self, text: str) -> Ranking:
        return [(self.numbers[match.entry.id], match.score) for match in self.retriever.rank(text)]


def _sorted(scores: Any) -> Iterator[tuple[int, float]]:
    for place in np.argsort(-scores, kind="stable")[:200]:
        yield int(place), float(scores[place])


CONTENDERS: dict[str, Callable[[Data], Contender]] = {
    "rapidfuzz WRatio": lambda data: Fuzzy(data, fuzz.WRatio),
    "rapidfuzz token_set_ratio": lambda data: Fuzzy(data, fuzz.token_set_ratio),
    "ChatterBot comparator": ChatterBot,
    "bm25s": Bm25,
    "sqlite FTS5 porter": Fts5,
    "tf-idf word": lambda data: TfIdf(data, "word", (1, 2)),
    "tf-idf char_wb": lambda data: TfIdf(data, "char_wb", (2, 5)),
    "babybot untrained": lambda data: Babybot(data, Retriever.build),
    "babybot trained": lambda data: Babybot(data, retriever_training.train),
}
