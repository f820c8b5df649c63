"""Every request that changes something, against the description of the API, and what stands in it."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.openapi import check_call
from tui.intercom.writes import new_tag_request, request_for
from tui.message_html import message_html
from tui.writes import (
    NOBODY,
    AddTag,
    Assign,
    AttachedFile,
    Close,
    MarkRead,
    Note,
    Open,
    RemoveTag,
    Reply,
    SetTitle,
    Snooze,
    Write,
)

FILE = AttachedFile("a.txt", "text/plain", 3, b"abc")
WRITES: tuple[tuple[Write, str, dict[str, Any]], ...] = (
    (Note("*x*"), "POST /conversations/5/reply", {"message_type": "note", "body": "<p><em>x</em></p>"}),
    (
        Reply("x", urls=("https://x.example/a.png",), files=(FILE,)),
        "POST /conversations/5/reply",
        {
            "message_type": "comment",
            "attachment_urls": ["https://x.example/a.png"],
            "attachment_files": [
                {"name": "a.txt", "content_type": "text/plain", "data": base64.b64encode(b"abc").decode()}
            ],
        },
    ),
    (Close(), "POST /conversations/5/parts", {"message_type": "close"}),
    (Open(), "POST /conversations/5/parts", {"message_type": "open"}),
    (Snooze(2_000_000_000), "POST /conversations/5/parts", {"snoozed_until": 2_000_000_000}),
    (Assign("teammate", 7), "POST /conversations/5/parts", {"type": "admin", "assignee_id": "7"}),
    (Assign("team", NOBODY), "POST /conversations/5/parts", {"type": "team", "assignee_id": "0"}),
    (AddTag(8), "POST /conversations/5/tags", {"id": "8"}),
    (RemoveTag(8), "DELETE /conversations/5/tags/8", {}),
    (SetTitle("x"), "PUT /conversations/5", {"title": "x"}),
    (MarkRead(), "PUT /conversations/5", {"read": True}),
)


@pytest.mark.parametrize(("write", "line", "holds"), WRITES)
def test_every_write_fits_the_description(write: Write, line: str, holds: dict[str, Any]) -> None:
    request = request_for(write, 5, 991)
    body = json.loads(request.body)
    check_call(request.method, request.path, body)
    assert f"{request.method} {request.path}" == line
    assert holds.items() <= body.items()
    assert body.get("admin_id") == (None if request.method == "PUT" else "991")


def test_a_new_tag_fits_the_description() -> None:
    request = new_tag_request("late refund")
    check_call(request.method, request.path, json.loads(request.body))


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("**b** and *i*", "<p><strong>b</strong> and <em>i</em></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        ("[here](https://x.example)", '<p><a href="https://x.example">here</a></p>'),
        ("<b>no</b> <script>x</script>", "<p>&lt;b&gt;no&lt;/b&gt; &lt;script&gt;x&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("# no heading", "<p># no heading</p>"),
    ],
)
def test_only_the_small_markdown_becomes_html(typed: str, html: str) -> None:
    assert message_html(typed) == html
