"""Converts HTML bodies to plain text with light structure, once, before they are stored.

Links become `text (url)`, lists and quotes keep their marks, code its line breaks, pictures `[image: alt]`.
What is not displayed, such as the line that a newsletter hides for previews, is left out.

Customers write the bodies. The parser takes quadratic time on some shapes (deeply nested tags, tags with very
many attributes, formatting that is opened again in each paragraph): such a body is only stripped of its tags.
"""

from __future__ import annotations

import html as entities
import re
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tui.links import destination
from tui.text import clean

MAX_HTML = 1_000_000
"""Characters of a body that are read; the rest is left out."""
_FEW_TAGS = 200
"""Bodies with no more tags than this cannot be nested deeply."""
_MAX_TAGS = 4_000
_MAX_NESTING = 200
_MAX_ATTRIBUTES = 300
"""Of one tag."""
_MAX_ODD_QUOTES = 10
"""Attribute values with a ">" in them, which hide the end of a tag from a quick look at it."""
_MAX_DEPTH = 6
"""Quotes and lists are indented up to this depth."""

_GAPS = {
    **dict.fromkeys(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"], 2),
    **dict.fromkeys(
        [
            "div",
            "li",
            "tr",
            "hr",
            "section",
            "article",
            "header",
            "footer",
            "figure",
            "figcaption",
            "address",
        ],
        1,
    ),
    **dict.fromkeys(["dl", "dt", "dd", "center", "form", "fieldset", "main", "aside", "nav", "details"], 1),
}
_SKIPPED = frozenset(
    ["script", "style", "title", "template", "noscript", "head", "object", "select", "-comment"]
)
_SHOWN_SCHEMES = ("http://", "https://", "mailto:", "tel:")

_scheme_of = re.compile(r"https?://|mailto:|tel:", re.IGNORECASE).match
_leads_elsewhere = re.compile(r"(?:https?:)?[/\\]{2}|https?:", re.IGNORECASE).match
_no_address_character = re.compile(r"[\t\r\n]").sub
_spaces = re.compile(r"\s").sub
_CONTROLS = "".join(map(chr, range(0x21)))
_fold = re.compile(r"[ \t\r\n\f]+").sub
_blank_lines = re.compile(r"\n(?: *\n)+").sub
_integer = re.compile(r"\s*([+-]?[0-9]{1,9})").match
_strip_hidden = re.compile(
    r"<(script|style|title)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.S | re.I
).sub
_break_blocks = re.compile(
    r"</?(?:p|div|li|tr|br|hr|h[1-6]|ul|ol|blockquote|pre|table|section|article)\b[^<>]*>", re.I
).sub
_strip_tags = re.compile(r"</?[a-zA-Z!?][^<>]*>").sub
_endless_numbers = re.compile(r"&#[0-9]{20,};?").sub
_tags = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})").finditer
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_formatting = re.compile(r"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.I).sub
_opened = re.compile(r"<[a-zA-Z]").search
_attributes = re.compile(r"[\s/\"'][^\s/\"'=]").findall
_odd_quotes = re.compile(r"=\s*(?:\"[^\">]*>|'[^'>]*>)").findall


def html_to_text(html: str) -> str:
    """Return the body's text, safe to show (see `tui.text.clean`), without leading or trailing white space.

    Takes any input, however broken, and never raises. Only the first `MAX_HTML` characters are read.
    """
    html = html[:MAX_HTML]
    tags = html.count("<")
    if not tags:
        return clean(_unescaped(html)).strip()
    if tags > _MAX_TAGS or _has_overlong_tag(html):
        return _tidy(_stripped(html))
    if tags > _FEW_TAGS:
        if _is_nested_deeply(html):
            return _tidy(_stripped(html))
        # The parser opens unclosed formatting again in every paragraph. Nothing here depends on its kind.
        html = _formatting(r"<\1span", html)
    body = LexborHTMLParser(html.encode("utf-8", "replace")).body
    if body is None:
        return _tidy(_stripped(html))
    lowered = html.lower()
    return _tidy(_written(body, may_hide="hidden" in lowered or "display" in lowered))


def _has_overlong_tag(html: str) -> bool:
    """Whether a tag may have more than `_MAX_ATTRIBUTES`: the parser compares each with all others.

    A tag ends at the first ">" outside of its quoted values.
    """
    if html.count("=") > _MAX_ODD_QUOTES and len(_odd_quotes(html)) > _MAX_ODD_QUOTES:
        return True
    for piece in html.split(">"):
        is_long = len(piece) > 2 * _MAX_ATTRIBUTES
        if is_long and (tag := _opened(piece)) and len(_attributes(piece, tag.start())) > _MAX_ATTRIBUTES:
            return True
    return False


def _is_nested_deeply(html: str) -> bool:
    """Whether more than `_MAX_NESTING` tags may be open at once.

    An end tag without its start tag closes nothing.
    """
    depth, opened = 0, dict[str, int]()
    for found in _tags(html):
        name = found[2].lower()
        if name in _VOID:
            continue
        if not found[1]:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            if depth > _MAX_NESTING:
                return True
        elif opened.get(name):
            opened[name] -= 1
            depth -= 1
    return False


def _tidy(text: str) -> str:
    text = clean(text.replace("\xa0", " "))
    if "\n\n\n" in text or "\n " in text:
        text = _blank_lines("\n\n", text)
    return text.strip()


def _stripped(html: str) -> str:
    """Linear-time removal of tags, for bodies too big or too strange to parse."""
    text = _strip_hidden("", html)
    text = _break_blocks("\n", text)
    return _unescaped(_strip_tags("", text))


def _unescaped(text: str) -> str:
    """The text with character references resolved. Python refuses to read numbers of 4,301 digits."""
    return entities.unescape(_endless_numbers("\ufffd", text)) if "&" in text else text


def _written(body: LexborNode, *, may_hide: bool) -> str:
    """Walk the tree without recursion: bodies may be nested thousands deep.

    `may_hide` says that elements may be hidden; looking at the attributes of each takes time.
    """
    writer = _Writer()
    path: list[tuple[LexborNode, str]] = []
    node = body.first_child
    while True:
        if node is not None:
            tag = node.tag or ""
            if tag == "-text":
                writer.text(node.text_content or "")
            elif tag not in _SKIPPED and not (may_hide and _is_hidden(node)):
                child = node.first_child
                writer.enter(tag, node)
                if child is not None:
                    path.append((node, tag))
                    node = child
                    continue
                writer.leave(tag)
            node = node.next
        elif path:
            parent, tag = path.pop()
            writer.leave(tag)
            node = parent.next
        else:
            return "".join(writer.out)


def _is_hidden(node: LexborNode) -> bool:
    """Whether the element is not displayed, by its attribute `hidden` or its own style.

    `mso-hide` does not count: Outlook alone obeys it. Nor does `visibility`: a part may be visible again.
    """
    attributes = node.attributes
    if "hidden" in attributes:
        return True
    chosen, is_important = "", False
    for declaration in (attributes.get("style") or "").lower().split(";"):
        name, _, value = declaration.partition(":")
        if name.strip() == "display" and (not is_important or "!important" in value):
            chosen, is_important = value, "!important" in value
    return chosen.replace("!important", "").strip() == "none"


class _Writer:
    """Collects text; line breaks are owed (`gap`) and paid when the next text comes."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.gap = 0
        self.line_start = True
        self.preformatted = 0
        self.prefixes: list[str] = []
        self.lists: list[int | None] = []  # the next number, or None for bullets
        self.links: list[tuple[int, str]] = []  # where the label starts, the address

    def text(self, text: str) -> None:
        if self.preformatted:
            prefix = "\n" + "".join(self.prefixes[:_MAX_DEPTH])
            self._put(text.replace("\n", prefix) if self.prefixes else text)
            return
        text = _fold(" ", text)
        if self.line_start or self.gap:
            text = text.lstrip(" ")
        if text:
            self._put(text)

    def _put(self, text: str) -> None:
        if self.gap or not self.out:
            if self.out:
                if self.line_start:
                    self.out[-1] = self.out[-1].rstrip()
                self.out.append("\n" * self.gap)
            if self.prefixes:
                self.out.extend(self.prefixes[:_MAX_DEPTH])
                self._spend_marker()
            self.gap = 0
        self.out.append(text)
        self.line_start = text.endswith((" ", "\n"))

    def _spend_marker(self) -> None:
        """A list marker is written once; the item's further lines are indented by its width."""
        last = self.prefixes[-1]
        if not last.startswith(">"):
            self.prefixes[-1] = " " * len(last)

    def _break(self, gap: int) -> None:
        self.gap = max(self.gap, gap)

    def enter(self, tag: str, node: LexborNode) -> None:
        gap = _GAPS.get(tag)
        if gap is not None:
            self._open_block(tag, gap, node)
        elif tag == "br":
            if self.out:
                self.gap = min(self.gap + 1, 2)
        elif tag == "a":
            self._open_link(node)
        elif tag == "img":
            self._image(node)
        elif tag in {"iframe", "video"}:
            source = node.attributes.get("src") or ""
            self._put(f"[video: {source}]" if source.startswith(_SHOWN_SCHEMES) else "[video]")
        elif tag in {"td", "th"} and not self.gap and self.out:
            self._put("  ")

    def _open_block(self, tag: str, gap: int, node: LexborNode) -> None:
        inside_item = bool(self.prefixes) and tag in {"p", "ul", "ol"}
        self._break(1 if inside_item else gap)
        if tag in {"ul", "ol"}:
            self.lists.append(_first_number(node) if tag == "ol" else None)
        elif tag == "li":
            self.prefixes.append(self._marker())
        elif tag == "blockquote":
            self.prefixes.append("> ")
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "hr":
            self._put("---")
            self._break(1)

    def _marker(self) -> str:
        if not self.lists or self.lists[-1] is None:
            return "- "
        number = self.lists[-1]
        self.lists[-1] = number + 1
        return f"{number}. "

    def _image(self, node: LexborNode) -> None:
        attributes = node.attributes
        if attributes.get("width") in {"0", "1"} or attributes.get("height") in {"0", "1"}:
            return  # a tracking pixel
        alt = _fold(" ", attributes.get("alt") or "").strip()
        self._put(f"[image: {alt}]" if alt else "[image]")

    def leave(self, tag: str) -> None:
        gap = _GAPS.get(tag)
        if gap is not None:
            inside_item = bool(self.prefixes) and tag in {"p", "ul", "ol"}
            self._break(1 if inside_item else gap)
            if tag in {"ul", "ol"}:
                self.lists.pop()
            elif tag in {"li", "blockquote"}:
                self.prefixes.pop()
            elif tag == "pre":
                self.preformatted -= 1
        elif tag == "a":
            self._close_link()

    def _open_link(self, node: LexborNode) -> None:
        # Tables allow links in links. Only the outer one is shown: a label in labels is read once for each.
        is_inner = any(outer for _, outer in self.links)
        self.links.append((len(self.out), "" if is_inner else _address(node.attributes.get("href") or "")))

    def _close_link(self) -> None:
        start, address = self.links.pop()
        if not address:
            return
        label = "".join(self.out[start:]).strip()
        shown = address.removeprefix("mailto:").removeprefix("tel:")
        if not label:
            self._put(shown)
        elif _bare(label) != _bare(shown):
            self._put(f" ({shown})")


def _first_number(ordered_list: LexborNode) -> int:
    found = _integer(ordered_list.attributes.get("start") or "")
    return int(found[1]) if found else 1


def _address(href: str) -> str:
    """What a link leads to, as browsers read it; empty for a scheme that is not shown.

    The scheme may be in upper case, and browsers also take "https:shop.example" and "\\\\shop.example".
    """
    address = _no_address_character("", href).strip(_CONTROLS)
    if scheme := _scheme_of(address):
        return scheme[0].lower() + _spaces(lambda found: quote(found[0]), address[scheme.end() :])
    if not _leads_elsewhere(address):
        return ""
    leads_to = destination(address if address[0] in "hH" else f"https:{address}")
    return leads_to.url if leads_to else ""


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/").casefold()
