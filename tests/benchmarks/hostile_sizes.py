"""How the time of each step that handles a message grows with hostile texts.

A customer can write what takes a careless step quadratic time: twice the text then takes four times as long.
Every step must take about twice as long, and stay within a limit. Run
`python -m tests.benchmarks.hostile_sizes [--size N] [--limit SECONDS] [--all] [STEP …]`; exit code 1 says
that a step grows by more than `WORST` or takes longer than the limit.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.style import Style as RichStyle
from textual.content import Content
from textual.css.styles import RulesMap
from textual.style import Style
from textual.visual import RenderOptions

from tests.benchmarks.corpus import stamp
from tests.store.records import conversation, with_thread
from tui.cells import align
from tui.cli.show import readable
from tui.cli.writers import Csv, JsonLines, Markdown
from tui.dashboard.results.row_rendering import fit_runs, marked, snippet_start
from tui.dashboard.thread.header import title_of
from tui.dashboard.thread.layout import MatchSpans, MessageItem, ThreadLayout, lay_out_thread
from tui.dashboard.thread.links_screen import link_line
from tui.dashboard.thread.message_blocks import MessageBlock, fold_of, render_body
from tui.dashboard.thread.quotes import find_folds
from tui.domain import ConversationRow, PartKind, Person, Snippet, Thread, ThreadPart
from tui.folding import fold, separate, variants
from tui.intercom import decode
from tui.intercom.html import html_to_text
from tui.markdown import part_markdown
from tui.query import Text
from tui.records import MAX_TEXT
from tui.store.database import Database
from tui.store.highlight import find_matches, make_snippet
from tui.store.ingest import store_threads
from tui.text import clean, one_line
from tui.visible import visible, visible_name

WORST = 3.0
"""Growth that is still called linear, when the size doubles."""
NOTICEABLE = 0.05
"""Seconds below which no growth is looked at: it would be noise."""
START = datetime(2024, 12, 20, tzinfo=UTC)
ZOE = Person("user", "2", "Zoë")
WIDTH = 80
TERMS = (Text("a"), Text("https"), Text("wort a", phrase=True), Text("x", prefix=True))


def repeated(piece: str) -> Callable[[int], str]:
    return lambda size: (piece * (size // len(piece) + 1))[:size]


def numbered(form: str) -> Callable[[int], str]:
    """The form again and again, with a number in the place of "#"."""
    return lambda size: "".join(form.replace("#", str(number)) for number in range(size // len(form)))


SHAPES: dict[str, Callable[[int], str]] = {
    name: repeated(name)
    for name in (
        *(")", "(", "[", "<", ">", "*", "_", "`", "#", "|", "&", "\\", '"', "'", ".", "-", "=", ":"),
        *(" ", "\n", " \n", "\n ", "\xa0", "\u3000", "\x1b]", "\x9d", "\x1b[", "\u200d", "\u0301", "a\u0301"),
        *("\U000e0061", "\u3164", "❤\ufe0f", "\u1161", "न\u200d", "🏴\U000e0067"),
        *(
            "a",
            "A",
            "1",
            "é",
            "ﷺ",
            "你",
            "你 ",
            "한",
            "😀",
            "👩\u200d👩\u200d👧",
            "🇩🇪",
            "a ",
            "a\n",
            "a b ",
            "x\n\n",
        ),
        *(
            "> ",
            ">",
            "> \n",
            "> a\n",
            ">\n\n",
            "> a\n> a\n> a\nb\n",
            "a\n> a\n> a\n> a\n\n",
            "- ",
            "1. ",
            "1) ",
        ),
        *("https://a", "https://a ", "http://", "(https://a)", " (https://a)", "(https://a(", "https://a)"),
        *("https://a.b/(", "https://[", "https://a/(b)", "mailto:a@b ", "a@b.c ", "<p>", "<!--", "&#1;"),
        *(
            "On 1 wrote:\n",
            "On 12 Aug 2024 at 10:00, Ada wrote:\n",
            "On schrieb ",
            "Am 1 schrieb : ",
            "On \n",
            "On 12 Aug 2024 10:00 <a@b> wrote to a:\n",
            "skrev a:\n",
        ),
        *(
            "From: a\n",
            "From: a\nSent: a\n",
            "From: a\nb\nSent: a\nb\n",
            "--Original Message--\n",
            "-- ",
            "**From",
            "Begin forwarded message:\n",
            "-- a --\n",
        ),
        *("wort a ", "Wort", "a\xad", "ﬁ", "İ", "ß", "Ǆ", "\ufdfa", "\u0e33", "\t", "\r"),
    )
} | {
    "http://)))": lambda size: "http://" + ")" * size,
    "https://a)))": lambda size: "https://a" + ")" * size,
    "https://a.b/???": lambda size: "https://a.b/" + "?" * size,
    "https://(((": lambda size: "https://a" + "(" * size,
    " (https://a(b)(b)": lambda size: " (https://a" + "(b)" * (size // 3),
    "many links": numbered("https://a#/b "),
    "many links in brackets": numbered("a (https://a#) "),
    "many quotes and links": numbered("> https://a#\n> a\n> a\na\n"),
    "quotes in quotes": lambda size: "\n".join(">" * level for level in range(1, int((2 * size) ** 0.5))),
    "a long line in quotes": lambda size: "> a\n" * 3 + "a " * (size // 2),
    "an attribution with a long end": lambda size: "On 12 Aug 2024 schrieb" + " : schrieb" * (size // 10),
    "one link": lambda size: "https://a.b/" + "a" * size,
    "spaces between words": lambda size: "a" + " " * size + "b",
    "words behind spaces": lambda size: ("a" * 90 + " " * 90) * (size // 180),
}


class Sample(NamedTuple):
    """A text, and what the first steps make of it; the later steps are timed without them."""

    text: str
    matches: MatchSpans
    layout: ThreadLayout
    item: MessageItem
    all_folds: frozenset[int]
    block: MessageBlock
    line: str


def sample(text: str) -> Sample:
    cleaned = clean(text)
    matches = find_matches(cleaned, TERMS)
    layout = lay_out_thread(thread(cleaned), (matches,), UTC)
    (item,) = [item for item in layout.items if isinstance(item, MessageItem)]
    block = MessageBlock(item, UTC)
    block.toggle_folds()
    return Sample(
        cleaned,
        matches,
        layout,
        item,
        frozenset(range(len(item.folds))),
        block,
        one_line(text)[: decode.MAX_LINE],
    )


def thread(text: str, title: str = "") -> Thread:
    row = ConversationRow(
        1,
        title,
        Snippet(text[:100]),
        ZOE,
        "open",
        True,
        "none",
        "",
        "",
        (),
        START,
        START,
        None,
        None,
        1,
        False,
        "",
    )
    part = ThreadPart(1, "comment", PartKind.MESSAGE, ZOE, START, text)
    return Thread(row, (part,), title, {}, "", None, "", "", "", 0, None)


def decoded(text: str) -> object:
    message = {"id": 1, "body": text, "subject": text, "created_at": 5, "event_details": {text: [text]}}
    answer = {
        "id": 7,
        "created_at": 5,
        "updated_at": 5,
        "title": text,
        "source": message,
        "custom_attributes": {"a": text},
        "conversation_parts": {"conversation_parts": [message], "total_count": 1},
    }
    return decode.conversation(msgspec.json.encode(answer))


def drawn(content: Content, width: int, rules: RulesMap | None = None) -> object:
    options = RenderOptions(
        lambda style: style if isinstance(style, Style) else Style.null(), rules or RulesMap()
    )
    return content.render_strips(width, None, Style(), options)


def stored(database: Database, times: Iterator[int], text: str) -> None:
    """Store a conversation, and again with another part: its document leaves the index and joins it again."""
    for at, texts in ((next(times), (text,)), (next(times), (text, "a"))):
        record = with_thread(conversation(1, updated_at=at, text=text, subject=text[:1000]), *texts)
        with database.transaction() as connection:
            store_threads(connection, [record])


def fresh(sample: Sample) -> MessageBlock:
    """The block without what it remembers of an earlier call."""
    sample.block.redraw()
    return sample.block


def plain_row(sample: Sample) -> object:
    style = RichStyle()
    runs = marked(sample.line, find_matches(sample.line, TERMS), style, style)
    return fit_runs(runs, WIDTH, style)


def late_snippet(sample: Sample) -> object:
    snippet = make_snippet([sample.text], TERMS)
    return snippet_start(snippet.text, snippet.matches, 20) if snippet.matches else None


def exported(writer: type[JsonLines | Csv | Markdown], sample: Sample) -> object:
    return writer().conversation(thread(sample.text), None)


Step = Callable[[Sample], object]
STEPS: dict[str, Step] = {
    "html_to_text": lambda sample: html_to_text(sample.text),
    "html_to_text, paragraph": lambda sample: html_to_text(f"<p>{sample.text}"),
    "decode.conversation": lambda sample: decoded(sample.text),
    "clean": lambda sample: clean(sample.text),
    "one_line": lambda sample: one_line(sample.text),
    "visible": lambda sample: visible(sample.text),
    "visible_name": lambda sample: visible_name(sample.line),
    "fold": lambda sample: variants(separate(fold(sample.text))),
    "find_matches": lambda sample: find_matches(sample.text, TERMS),
    "make_snippet": late_snippet,
    "find_folds": lambda sample: find_folds(sample.text),
    "lay_out_thread": lambda sample: lay_out_thread(thread(sample.text), (), UTC),
    "lay_out_thread, matches": lambda sample: lay_out_thread(thread(sample.text), (sample.matches,), UTC),
    "render_body": lambda sample: render_body(sample.item, (), None),
    "render_body, unfolded": lambda sample: render_body(sample.item, sample.all_folds, 0),
    "fold_of": lambda sample: fold_of(sample.item, len(sample.matches) - 1, ()) if sample.matches else None,
    "block height": lambda sample: fresh(sample).height(WIDTH),
    "block height, wide": lambda sample: fresh(sample).height(400),
    "block line of match": lambda sample: (
        fresh(sample).line_of(len(sample.matches) - 1, WIDTH) if sample.matches else None
    ),
    "block drawn": lambda sample: drawn(fresh(sample).content, WIDTH),
    "links": lambda sample: [link_line(link, UTC) for link in sample.layout.links],
    "longest link drawn": lambda sample: [
        drawn(link_line(link, UTC), WIDTH) for link in sample.layout.links[:1]
    ],
    "title": lambda sample: drawn(Content(title_of(thread("", sample.line).conversation, None)), WIDTH),
    "row": plain_row,
    "align": lambda sample: align(sample.line, WIDTH),
    "part_markdown": lambda sample: part_markdown(thread(sample.text).parts[0], UTC),
    "show": lambda sample: readable(thread(sample.text), width=WIDTH),
    **{f"export {writer.__name__}": partial(exported, writer) for writer in (JsonLines, Csv, Markdown)},
}


def seconds_of(call: Callable[[], object]) -> float:
    """CPU time of the fastest of a few calls."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        call()
        best = min(best, time.process_time() - started)
        if best > 1:
            break
    return best


def measure(steps: Mapping[str, Step], size: int, limit: float, *, shows_all: bool) -> bool:
    """Whether everything is linear and within the limit. Prints the slowest text of each step."""
    slowest: dict[str, tuple[float, float, str]] = {}
    good = True
    for shape, make in SHAPES.items():
        small, large = sample(make(size // 2)), sample(make(size))
        gc.collect()
        for step, run in steps.items():
            before, after = seconds_of(partial(run, small)), seconds_of(partial(run, large))
            growth = after / before if before and after > NOTICEABLE else 0.0
            is_bad = growth > WORST or after > limit
            good = good and not is_bad
            if shows_all or is_bad:
                print(f"  {step:26}{shape[:32]!r:36}{stamp(after)}{growth:7.1f}", flush=True)
            slowest[step] = max(slowest.get(step, (0.0, 0.0, "")), (after, growth, shape))
    print(f"\n{'step':26}{'slowest':>11}{'growth':>9}  text of {size:,} characters")
    for step, (after, growth, shape) in slowest.items():
        print(f"{step:26}{stamp(after)}{growth:9.1f}  {shape[:40]!r}")
    return good


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=int, default=MAX_TEXT, help="characters of the larger text")
    arguments.add_argument("--limit", type=float, default=3.0, help="seconds that a step may take")
    arguments.add_argument("--all", action="store_true", help="print every measurement")
    arguments.add_argument("step", nargs="*", help="only these steps")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, closing(Database(Path(folder) / "bench.db")) as database:
        times = count(1_700_000_000)
        steps = STEPS | {"store_threads": lambda sample: stored(database, times, sample.text)}
        wanted = {name: step for name, step in steps.items() if name in chosen.step or not chosen.step}
        good = measure(wanted, chosen.size, chosen.limit, shows_all=chosen.all)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
