"""Secrets are taken out of text, however they are written there."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.secrecy import MASK, PIECE, SecretFilter

TOKEN = "dG9rOjk4NzY1_4bGl0dGxlLXNlY3JldC1vZi10ZXN0cw=="
PASSWORD = "hunter2/of:the proxy"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def longest_piece(text: str, secret: str = TOKEN) -> int:
    """How many characters in a row of the text stand in the secret too."""
    text, secret = text.lower(), secret.lower()
    return max(
        (
            end - start
            for start in range(len(secret))
            for end in range(start, len(secret) + 1)
            if secret[start:end] in text
        ),
        default=0,
    )


@pytest.mark.parametrize(
    "written",
    [
        TOKEN,
        TOKEN.upper(),
        TOKEN[:20],
        TOKEN[-20:],
        TOKEN[9:30] + "…",
        quote(TOKEN, safe=""),
        "".join(f"%{ord(character):02x}" for character in TOKEN),
        "".join(f"\\u{ord(character):04x}" for character in TOKEN),
        "".join(f"&#x{ord(character):x};" for character in TOKEN),
        f"{TOKEN[:20]}\n{TOKEN[20:]}",
        f"{TOKEN[:20]}\x1b[0m{TOKEN[20:]}",
        " ".join(TOKEN),
        b64encode(TOKEN.encode()).decode(),
        b64encode(f"x:{TOKEN}".encode()).decode(),
        b64encode(f"Bearer {TOKEN}".encode()).decode(),
        urlsafe_b64encode(f"u:{TOKEN}".encode()).decode()[4:40],
    ],
)
def test_a_secret_is_hidden_in_every_spelling(written: str) -> None:
    shown = SecretFilter([TOKEN]).hide(f"you sent {written}, which is wrong")
    assert shown.startswith("you sent ")
    assert shown.endswith(", which is wrong")
    assert MASK in shown
    assert longest_piece(shown) < PIECE
    assert longest_piece(shown, b64encode(TOKEN.encode()).decode()) < PIECE


@given(
    st.text(ALPHABET, min_size=20, max_size=60),
    st.integers(0, 40),
    st.integers(PIECE, 60),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_no_long_piece_of_a_random_secret_is_left(
    secret: str, start: int, length: int, before: str, after: str
) -> None:
    shown = SecretFilter([secret]).hide(before + secret[start : start + length] + after)
    assert longest_piece(shown, secret) < PIECE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the access token is wrong; Bearer authentication is required",
        "conversation 215470000136423 could not be read: https://api.intercom.io/conversations/215470000136423",
        "Unerwartete Antwort “日本語” 👩‍💻 100% %zz \\u12 &#x;",
        "basic plan",
    ],
)
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert SecretFilter([TOKEN, PASSWORD]).hide(text) == text
    assert SecretFilter([]).hide(text) == text


@pytest.mark.parametrize(
    "text", ["Authorization: Bearer zbk3Xq81Yw", "BASIC dXNlcjpwYXNzd29yZA1", "bearer: a1b2c3d4e5"]
)
def test_the_value_of_an_authorization_header_is_hidden_whosever_it_is(text: str) -> None:
    shown = SecretFilter([]).hide(text)
    assert shown == text.rpartition(" ")[0] + " " + MASK


def test_a_password_in_an_address_is_hidden() -> None:
    assert SecretFilter([]).hide("http://me:word@proxy:3128/x") == f"http://{MASK}@proxy:3128/x"


def test_a_short_secret_is_hidden_as_a_whole_word_only() -> None:
    assert SecretFilter(["demo", ""]).hide("demo: demonstration, demo") == f"{MASK}: demonstration, {MASK}"


def test_the_body_of_an_answer_is_hidden_in_before_it_is_read() -> None:
    secrets = SecretFilter([TOKEN])
    escaped = TOKEN.replace("=", "\\u003d").replace("_", "\\u005F")
    for written in (TOKEN, escaped, quote(TOKEN, safe=""), b64encode(TOKEN.encode()).decode()):
        body = json.dumps({"name": "NAME"}).replace("NAME", f"a {written} z").encode()
        name = json.loads(secrets.hide_in_body(body))["name"]
        assert longest_piece(name) < PIECE
        assert longest_piece(name, b64encode(TOKEN.encode()).decode()) < PIECE
    untouched = json.dumps({"name": "Ada Lovelace 100%"}).encode()
    assert secrets.hide_in_body(untouched) is untouched


def test_it_does_not_show_what_it_hides() -> None:
    assert repr(SecretFilter([TOKEN])) == MASK
    assert not hasattr(SecretFilter([TOKEN]), "__dict__")
