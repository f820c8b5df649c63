"""Taking secrets out of text that comes from elsewhere, however they are written there.

A server, or a proxy on the way, may repeat what it was sent: whole or cut, in other case, with escapes, as a
part of a URL, as Base64. What is left of a secret afterwards is shorter than `PIECE` characters.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping

MASK = "•••"
TOKEN_VARIABLE = "INTERCOM_ACCESS_TOKEN"  # noqa: S105 - the name of the variable
PIECE = 8
"""So many letters and digits in a row that a secret has too are taken for a part of it."""

_each = re.compile(
    r"%(?P<percent>[0-9a-fA-F]{2})"
    r"|\\u00(?P<json>[0-9a-fA-F]{2})"
    r"|\\x(?P<hex>[0-9a-fA-F]{2})"
    r"|&#x0*(?P<entity>[0-9a-fA-F]{2});"
    r"|(?P<plain>[^\W_])"
).finditer
"""Finds letters and digits, and what stands for one of them."""
_bearer = re.compile(r"\b(bearer|basic)(:?\s+)(?=\S*\d)[\w.~+/=%-]{8,}", re.IGNORECASE).sub
"""The value of an Authorization header, whosever it is."""
_user_info = re.compile(r"(?<=://)[^\s/@]+(?=@)").sub
"""The user name and the password in an address."""


class SecretFilter:
    """Hides some secrets, and everything that looks like one of the kinds that are sent to a server.

    Shown as "•••" itself. Secrets shorter than `PIECE` are hidden only as whole words.
    """

    __slots__ = ("_needles", "_pieces", "_spellings", "_whole", "_words")

    def __init__(self, secrets: Iterable[str]) -> None:
        known = [secret for secret in dict.fromkeys(secrets) if secret]
        self._whole = [secret for secret in known if len(secret) >= PIECE]
        forms = [form for secret in self._whole for form in (secret, *_in_base64(secret))]
        self._pieces = frozenset(piece for form in forms for piece in _pieces(_squeezed(form)))
        self._words = [
            re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)") for secret in known if len(secret) < PIECE
        ]
        # No encoding changes letters and digits: their longest row is found before the rest is looked at.
        self._needles = [_longest_row(form).encode() for form in forms]
        self._spellings = [_spellings(form) for form in forms]

    def __repr__(self) -> str:
        return MASK

    def hide(self, text: str) -> str:
        """The text with "•••" where it repeats a secret, or a part of one."""
        text = _user_info(MASK, _bearer(rf"\1\2{MASK}", text))
        for secret in self._whole:
            text = text.replace(secret, MASK)
        for word in self._words:
            text = word.sub(MASK, text)
        kept, position = [], 0
        for start, end in self._found(text):
            kept += [text[position:start], MASK]
            position = end
        return "".join([*kept, text[position:]])

    def hide_in_body(self, body: bytes) -> bytes:
        """The body of an answer with "•••" where it repeats a whole secret; quick if it does not."""
        for needle, spelling in zip(self._needles, self._spellings, strict=True):
            if needle in body:
                body = spelling.sub(MASK.encode(), body)
        return body

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each stretch that is part of a secret."""
        if not self._pieces:
            return
        places: list[tuple[int, int]] = []
        characters = []
        for found in _each(text):
            code = found[found.lastgroup or 0]
            character = code if found.lastgroup == "plain" else chr(int(code, 16))
            if character.isalnum():
                characters.append(character.lower()[:1])
                places.append(found.span())
        squeezed = "".join(characters)
        first = last = -1
        for index in range(len(squeezed) - PIECE + 1):
            if squeezed[index : index + PIECE] not in self._pieces:
                continue
            if first >= 0 and index > last + 1:
                yield places[first][0], places[last][1]
                first = index
            first = index if first < 0 else first
            last = index + PIECE - 1
        if first >= 0:
            yield places[first][0], places[last][1]


def environment_without(secrets: Iterable[str], environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that is not to know the token: no variable holds one of these secrets."""
    hidden = [secret for secret in secrets if secret]
    return {
        name: value
        for name, value in environ.items()
        if name != TOKEN_VARIABLE
        and not any(value == secret or (len(secret) >= PIECE and secret in value) for secret in hidden)
    }


def _squeezed(secret: str) -> str:
    return "".join(character.lower() for character in secret if character.isalnum())


def _pieces(squeezed: str) -> Iterator[str]:
    for index in range(len(squeezed) - PIECE + 1):
        yield squeezed[index : index + PIECE]


def _in_base64(secret: str) -> Iterator[str]:
    """Base64 of the secret after 0, 1 or 2 other bytes, without what depends on the text around it."""
    content = secret.encode()
    for before in range(3):
        encoded = b64encode(bytes(before) + content).decode().rstrip("=")
        yield encoded[(0, 2, 3)[before] : (len(content) + before) * 8 // 6]


def _longest_row(form: str) -> str:
    return max(re.findall("[A-Za-z0-9]+", form), key=len, default="")


def _spellings(form: str) -> re.Pattern[bytes]:
    """Matches the form, each character plain or as JSON or a URL may write it."""
    return re.compile("".join(map(_spelling, form)).encode())


def _spelling(character: str) -> str:
    if character.isalnum():
        return character
    code = f"{ord(character):02x}"
    return rf"(?:\\?{re.escape(character)}|\\u00(?i:{code})|%(?i:{code}))"
