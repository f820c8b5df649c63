"""Queries as people type them, made from the texts that are searched."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable

VOCABULARY = 20_000
"""The most frequent words, which queries are made of."""
COMMON = 20
LETTERS = re.compile(r"[^\W\d_]{3,}")


class TypedQueries:
    """Draws words so that each order of magnitude of their frequency is as likely as the next.

    `threads` are the texts of conversations.
    """

    def __init__(self, threads: Iterable[list[str]], seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._texts = [text for thread in threads for text in thread if len(text.split()) >= 4]
        counted: Counter[str] = Counter()
        for text in self._texts:
            counted.update(sorted(set(LETTERS.findall(text.lower()))))
        self._words = [word for word, _ in counted.most_common(VOCABULARY)]

    def word(self, at_least: int = 3) -> str:
        """A word of so many letters."""
        while True:
            place = int(len(self._words) ** self._random.random() * 1.2)
            word = self._words[min(place, len(self._words) - 1)]
            if len(word) >= at_least:
                return word

    def common_word(self) -> str:
        return self._random.choice(self._words[:COMMON])

    def prefix(self, shortest: int, longest: int) -> str:
        """The first letters of a word, as many as the word has at most."""
        return self.word(shortest)[: self._random.randint(shortest, longest)] + "*"

    def phrase(self, words: int) -> str:
        """So many words that follow each other in a text."""
        while True:
            text = self._random.choice(self._texts).split()
            start = self._random.randrange(max(1, len(text) - words))
            chosen = text[start : start + words]
            if len(chosen) == words and all(map(str.isalpha, chosen)):
                return f'"{" ".join(chosen)}"'

    def two_words_of_a_text(self) -> str:
        """A phrase that often is in no text: short words between the two are left out."""
        while True:
            long = LETTERS.findall(self._random.choice(self._texts).lower())
            if len(long) >= 4:
                start = self._random.randrange(len(long) - 1)
                return f'"{long[start]} {long[start + 1]}"'
