"""Where the addresses in customers' texts lead: the host as a browser reads it, and what hides it.

`ada_url` reads addresses by the WHATWG URL Standard, as browsers do. What is shown of an address and what is
opened both come from that reading, so they cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ada_url import URL, idna

from tui.cells import fit
from tui.text import one_line

MAX_URL = 10_000
"""Characters of an address that is a link; a longer one stays text."""
MAX_HOST = 253
"""Characters of a host; no server has a longer name."""
SHOWN_URL = 44
"""Characters of an address that are shown in a text. Only what follows the host is shortened for that."""
MIN_PATH = 8
"""Characters shown of a path behind a long host."""
MAX_USER = 40
"""Cells of a user name that are shown."""
DOUBT = "⚠"
"""Stands before the host of an address that is opened only after a question."""
_MAX_LABEL = 2_000
"""Characters before an address among which the text of its link is looked for."""
_CJK_SIGNS = "、，；：！？（）「」『』【】《》〈〉"
"""Signs of Chinese and Japanese sentences, which have no spaces around addresses."""
_ADDRESS = re.compile(
    r" ?\((?P<labelled>https?://[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)\)"
    rf"|(?P<bare>https?://(?:(?!\]\()[^\s<>\"“”。{_CJK_SIGNS}]|。(?=[a-z0-9]))+)",
    re.IGNORECASE,
)
"""An ideographic full stop ends an address, unless more of a host follows: browsers take it for a dot."""
_TRAILING = ".,;:!?'’”)]}*`|»›…،؛؟।—"
_after_host = re.compile(r"(?::[0-9]*)?(?:[/?#]|\Z)").match
_bare_host = re.compile(r"[^\s/?#@]*\.(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)\.?", re.IGNORECASE).fullmatch
_before_path = re.compile(r"[^/?#\\]*").match
_first_of_word = re.compile(r"[^\W_]").search
_is_file_ending = re.compile(
    "avi|avif|bak|bat|bmp|cfg|conf|css|csv|dat|db|dll|dmg|docx?|dwg|eml|epub|exe|flac|gif|gpx|gz|har|hei[cf]|html?"
    "|ics|ini|ipa|iso|jfif|jpe?g|js|json|key|kml|log|m4[av]|mbox|mkv|mov|mp[34]|mpe?g|msg|msi|numbers|od[pst]|ogg"
    "|otf|pages|pdf|php|plist|png|pptx?|psd|rar|rtf|sql|sqlite|stl|svg|sys|tar|tgz|tiff?|tmp|ts|tsv|ttf|txt|vcf"
    "|wav|web[mp]|wmv|woff|xlsx?|xml|ya?ml|zip",
    re.IGNORECASE,
).fullmatch
"""The ends of words such as "invoice.pdf", which name a file and not a host."""
_is_forwarder = re.compile(
    r"https://(?:[a-z0-9]+\.safelinks\.protection\.outlook\.com/|www\.google\.com/url|l\.facebook\.com/l\.php)\?"
).match
"""Outlook, Google and Facebook put such addresses in place of those that people write."""
_FORWARDED = frozenset({"url", "q", "u"})
"""The parameters in which they say where they lead to."""


@dataclass(frozen=True, slots=True)
class Destination:
    """What a browser opens for an address."""

    url: str
    """The address as a browser writes it; all ASCII."""
    hostname: str
    """The host in lower case, internationalised names in punycode; without a port."""
    unicode_name: str
    """The letters that punycode in the host stands for; empty if there is none."""
    rest: str
    """What follows the host, beginning with the port if there is one."""
    doubts: tuple[str, ...]
    """Sentences that say what hides the host in the address as it was written. If there are any, it is
    opened only after a question."""

    @property
    def host(self) -> str:
        """The whole host, with the letters that its punycode stands for."""
        return self.hostname + self._letters

    def shown(self, length: int = SHOWN_URL) -> str:
        """The host and what follows it, which is shortened if all takes more than `length` characters."""
        rest = self.rest.rstrip("/")
        room = max(MIN_PATH, length - len(self.hostname))
        shortened = rest if len(rest) <= room else rest[: room - 1] + "…"
        return self.hostname + shortened + self._letters

    @property
    def _letters(self) -> str:
        return f" “{self.unicode_name}”" if self.unicode_name else ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in a text, from `start` to `end`.

    `is_labelled`: it stands in parentheses after the text of its link, whose last word is `label`.
    """

    start: int
    end: int
    url: str
    is_labelled: bool
    label: str = ""


def find_addresses(text: str) -> Iterator[Address]:
    """The http(s) addresses in a text, without the punctuation of their sentence; some may be invalid."""
    for found in _ADDRESS.finditer(text):
        if url := found["labelled"]:
            before = text[max(0, found.start() - _MAX_LABEL) : found.start()].rsplit(None, 1)
            yield Address(found.start(), found.end(), url, True, before[-1] if before else "")
        else:
            url = _without_punctuation(found["bare"])
            yield Address(found.start(), found.start() + len(url), url, False)


def destination(url: str) -> Destination | None:
    """Where an http(s) address leads; None if no browser opens it, or if it has another scheme."""
    if len(url) > MAX_URL:
        return None
    try:
        read = URL(url)
    except ValueError:
        return None
    if read.protocol not in {"http:", "https:"} or not 0 < len(read.hostname) <= MAX_HOST:
        return None
    start = f"{read.protocol}//{read.hostname}"
    is_plain = url.lower().startswith(start) and _after_host(url, len(start)) is not None
    path = f":{read.port}" * bool(read.port) + read.pathname + read.search + read.hash
    decoded = one_line(idna.decode(read.hostname))
    return Destination(
        url=read.href,
        hostname=read.hostname,
        unicode_name=decoded if decoded != read.hostname else "",
        rest=url[len(start) :] if is_plain else path,
        doubts=tuple(_doubts(read, is_plain=is_plain)),
    )


def _doubts(read: URL, *, is_plain: bool) -> Iterator[str]:
    user = bool(read.username or read.password)
    if user:
        yield f"“{fit(read.username, MAX_USER)}” before the @ is a user name, not the host."
    is_international = any(label.startswith("xn--") for label in read.hostname.split("."))
    if is_international:
        yield "The host has letters of other alphabets or with marks, which can look like others."
    if not (user or is_international or is_plain):
        yield "The address is written so that its host is hard to see."


def named_host(label: str) -> str:
    """The host that the text of a link names, as in "https://shop.example/a" or "shop.example"; or empty."""
    word = _undecorated(label)
    if "://" not in word:
        host = (_before_path(word) or [""])[0].rpartition("@")[2].partition(":")[0]
        end = host.rpartition(".")[2]
        # Not hosts: "it.Then", "runtime.onInstalled", "window.open()".
        if not _bare_host(host) or end not in {end.lower(), end.upper()} or "()" in label:
            return ""
        if _is_file_ending(end):
            return ""
        word = f"https://{host}"
    read = destination(word)
    return read.hostname.rstrip(".") if read else ""


def leads_to_named(leads_to: Destination, named: str) -> bool:
    """Whether a browser ends up at the named host or below it, at once or by way of a known forwarder."""
    if belongs_to(leads_to.hostname, named):
        return True
    if not _is_forwarder(leads_to.url):
        return False
    query = leads_to.url.partition("?")[2].partition("#")[0]
    behind = [destination(value) for name, value in parse_qsl(query) if name in _FORWARDED]
    return bool(behind) and all(
        each and not each.doubts and belongs_to(each.hostname, named) for each in behind
    )


def belongs_to(hostname: str, named: str) -> bool:
    """Whether a host is the named one or below it; "www." counts for nothing."""
    real, named = (name.rstrip(".").removeprefix("www.") for name in (hostname, named))
    return real == named or real.endswith(f".{named}")


def annotated(text: str) -> str:
    """The text, with the real host behind each address that hides it."""
    pieces, position = list[str](), 0
    for address in find_addresses(text):
        leads_to = destination(address.url)
        if leads_to is not None and leads_to.doubts:
            pieces += text[position : address.end], f" [{DOUBT} opens {leads_to.host}]"
            position = address.end
    return "".join([*pieces, text[position:]])


def _undecorated(label: str) -> str:
    """The label from its first letter or digit to its last."""
    first, last = _first_of_word(label), _first_of_word(label[::-1])
    return label[first.start() : len(label) - last.start()] if first and last else ""


def _without_punctuation(url: str) -> str:
    """The address without what follows it in a sentence. A ")" belongs to it if it closes a "(" in it."""
    unopened = url.count(")") - url.count("(")
    length = len(url)
    while length and url[length - 1] in _TRAILING:
        if url[length - 1] == ")":
            if unopened <= 0:
                break
            unopened -= 1
        length -= 1
    return url[:length]
