"""Where addresses lead, as browsers read them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.links import (
    MAX_HOST,
    MAX_URL,
    annotated,
    belongs_to,
    destination,
    find_addresses,
    leads_to_named,
    named_host,
)

LONG_HOST = "bank.example." + "a" * 63 + "." + "b" * 63 + ".evil.example"


@pytest.mark.parametrize(
    ("url", "host", "shown"),
    [
        ("https://shop.example/orders/1", "shop.example", "shop.example/orders/1"),
        ("http://www.shop.example/", "www.shop.example", "www.shop.example"),
        ("HTTPS://Shop.EXAMPLE/Orders", "shop.example", "shop.example/Orders"),
        ("https://shop.example:8443/a?b#c", "shop.example", "shop.example:8443/a?b#c"),
        ("https://shop.example:443", "shop.example", "shop.example:443"),
        ("https://shop.example./a", "shop.example.", "shop.example./a"),
        ("https://shop.example?q=a@b.example", "shop.example", "shop.example?q=a@b.example"),
        ("https://shop.example/straße", "shop.example", "shop.example/straße"),
        ("http://127.0.0.1:8000/", "127.0.0.1", "127.0.0.1:8000"),
        ("http://[::1]:8080/x", "[::1]", "[::1]:8080/x"),
        (f"https://{LONG_HOST}/login", LONG_HOST, f"{LONG_HOST}/login"),
    ],
)
def test_a_plain_address_is_shown_by_its_host_and_opened_without_a_question(
    url: str, host: str, shown: str
) -> None:
    leads_to = destination(url)
    assert leads_to is not None
    assert (leads_to.hostname, leads_to.shown(), leads_to.doubts) == (host, shown, ())


USER = "before the @ is a user name"
LETTERS = "letters of other alphabets"
HIDDEN = "written so that its host is hard to see"


@pytest.mark.parametrize(
    ("url", "shown", "doubt"),
    [
        ("https://bank.example@evil.example/", "evil.example", f"“bank.example” {USER}"),
        ("https://bank.example:443@evil.example", "evil.example", f"“bank.example” {USER}"),
        ("https://bank.example%2f@evil.example", "evil.example", USER),
        ("https://bank.example%2f%40x@evil.example/a", "evil.example/a", USER),
        ("https://@evil.example", "evil.example", HIDDEN),
        ("https://evil.example\\@bank.example", "evil.example/@bank.example", HIDDEN),
        ("https:\\\\evil.example", "evil.example", HIDDEN),
        ("https:evil.example", "evil.example", HIDDEN),
        ("https:///evil.example/a", "evil.example/a", HIDDEN),
        ("https://ev\til.exa\nmple/", "evil.example", HIDDEN),
        (" https://evil.example", "evil.example", HIDDEN),
        ("https://%65vil.example", "evil.example", HIDDEN),
        ("https://evil\u00ad.example", "evil.example", HIDDEN),
        ("https://evil。example．", "evil.example.", HIDDEN),
        ("https://ｅｖｉｌ.example", "evil.example", HIDDEN),
        ("http://2130706433/", "127.0.0.1", HIDDEN),
        ("http://0x7f.1/", "127.0.0.1", HIDDEN),
        ("http://0177.0.0.01/", "127.0.0.1", HIDDEN),
        ("http://[0:0::1]/", "[::1]", HIDDEN),
        ("https://аpple.com/a", "xn--pple-43d.com/a “аpple.com”", LETTERS),
        ("https://аррӏе.com", "xn--80ak6aa92e.com “аррӏе.com”", LETTERS),
        ("https://xn--80ak6aa92e.com", "xn--80ak6aa92e.com “аррӏе.com”", LETTERS),
        ("https://MÜNCHEN.example", "xn--mnchen-3ya.example “münchen.example”", LETTERS),
        ("https://shop.xn--p1ai/", "shop.xn--p1ai “shop.рф”", LETTERS),
        ("https://xn--a.example", "xn--a.example", LETTERS),
        (
            "https://bank.example∕login.evil.example",
            "bank.xn--examplelogin-ni5g.evil.example “bank.example∕login.evil.example”",
            LETTERS,
        ),
    ],
)
def test_a_host_that_is_hidden_is_named_with_the_reason(url: str, shown: str, doubt: str) -> None:
    leads_to = destination(url)
    assert leads_to is not None
    assert leads_to.shown() == shown
    assert len(leads_to.doubts) == 1
    assert doubt in leads_to.doubts[0]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)//https://bank.example",
        "data:text/html,hello",
        "file:///etc/passwd",
        "ftp://shop.example",
        "mailto:ada@shop.example",
        "tel:123",
        "//shop.example/",
        "shop.example",
        "https://",
        "https:///",
        "https://[",
        "https://[::1",
        "https://a b.example",
        "https://a\u200db.example",
        "https://shop.example:99999",
        "https://1.2.3.4.5",
        "https://half\ud83d.example",
        "https://" + "a." * (MAX_HOST // 2) + "example",
        "https://shop.example/".ljust(MAX_URL + 1, "a"),
        "",
    ],
)
def test_what_no_browser_opens_leads_nowhere(url: str) -> None:
    assert destination(url) is None


def test_both_a_user_name_and_foreign_letters_are_named() -> None:
    leads_to = destination("https://bank.example:x@аpple.com")
    assert leads_to is not None
    assert [USER in leads_to.doubts[0], LETTERS in leads_to.doubts[1]] == [True, True]


def test_a_long_path_and_a_long_user_name_are_shortened_but_never_a_host() -> None:
    leads_to = destination(f"https://{'u' * 500}@{LONG_HOST}/{'p' * 500}")
    assert leads_to is not None
    assert leads_to.shown() == f"{LONG_HOST}/pppppp…"
    assert len(leads_to.doubts[0]) < 100
    assert leads_to.shown(400).startswith(f"{LONG_HOST}/{'p' * 200}")


@given(st.text(alphabet="a.:/\\@?#%2fé[]1x ", max_size=30))
def test_what_is_opened_is_what_is_shown(end: str) -> None:
    leads_to = destination(f"https://{end}")
    if leads_to is None:
        return
    again = destination(leads_to.url)
    assert again is not None
    assert again.hostname == leads_to.hostname
    written = end.lower()[: len(leads_to.hostname) + 1]
    assert leads_to.doubts or written.rstrip("/?#:") == leads_to.hostname


@pytest.mark.parametrize(
    ("label", "host"),
    [
        ("https://bank.example", "bank.example"),
        ("https://bank.example/a?b", "bank.example"),
        ("bank.example", "bank.example"),
        ("BANK.EXAMPLE", "bank.example"),
        ("(www.bank.example/login)", "www.bank.example"),
        ("“bank.example.”", "bank.example"),
        ("ada@bank.example", "bank.example"),
        ("аpple.com", "xn--pple-43d.com"),
        ("https://bank.example@evil.example", "evil.example"),
        ("bank.рф", "bank.xn--p1ai"),
        ("bank.example:443/login", "bank.example"),
        ("*bank.example*", "bank.example"),
        ("«bank.example»", "bank.example"),
        ("`bank.example`", "bank.example"),
        ("→bank.example→", "bank.example"),
        ("//bank.example/", "bank.example"),
        ("here", ""),
        ("invoice.pdf", ""),
        ("Node.js", ""),
        ("IMG_1234.MOV", ""),
        ("winmail.dat", ""),
        ("requests.har", ""),
        ("style.css", ""),
        ("runtime.onInstalled", ""),
        ("window.open()", ""),
        ("it.Then", ""),
        ("e.g.", ""),
        ("1.2.3", ""),
        ("and/or", ""),
        ("...", ""),
        ("https://", ""),
        ("", ""),
    ],
)
def test_a_label_may_name_a_host(label: str, host: str) -> None:
    assert named_host(label) == host


@pytest.mark.parametrize(
    ("host", "named", "belongs"),
    [
        ("bank.example", "bank.example", True),
        ("www.bank.example.", "bank.example", True),
        ("bank.example", "www.bank.example", True),
        ("mail.bank.example", "bank.example", True),
        ("bank.example", "mail.bank.example", False),
        ("evilbank.example", "bank.example", False),
        ("bank.example.evil.example", "bank.example", False),
    ],
)
def test_a_host_belongs_to_the_named_one_or_not(host: str, named: str, belongs: bool) -> None:
    assert belongs_to(host, named) is belongs


def test_an_address_after_the_text_of_its_link_has_its_last_word() -> None:
    text = "Log in at bank.example (https://evil.example/a_(b)), or HTTP://x.example/c."
    found = [(text[a.start : a.end], a.url, a.is_labelled, a.label) for a in find_addresses(text)]
    assert found == [
        (" (https://evil.example/a_(b))", "https://evil.example/a_(b)", True, "bank.example"),
        ("HTTP://x.example/c", "HTTP://x.example/c", False, ""),
    ]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("请访问https://shop.example。谢谢", "https://shop.example"),
        ("见https://shop.example/a，谢谢", "https://shop.example/a"),
        ("（https://shop.example/a）", "https://shop.example/a"),
        ("「https://shop.example」", "https://shop.example"),
        ("https://shop.example،", "https://shop.example"),
        ("«https://shop.example»", "https://shop.example"),
        ("https://shop.example…", "https://shop.example"),
        ("*https://shop.example*", "https://shop.example"),
        ("`https://shop.example/a`", "https://shop.example/a"),
        ("[here](https://shop.example/a)", "https://shop.example/a"),
        ("https://shop.example/?a[]=1", "https://shop.example/?a[]=1"),
        ("https://bank。evil.example/", "https://bank。evil.example/"),
    ],
)
def test_an_address_ends_where_its_sentence_goes_on(text: str, url: str) -> None:
    assert [address.url for address in find_addresses(text)] == [url]


def test_an_address_in_markdown_is_read_before_and_within_its_parentheses() -> None:
    text = "[https://bank.example](https://evil.example)"
    assert [(a.url, a.label) for a in find_addresses(text)] == [
        ("https://bank.example", ""),
        ("https://evil.example", "[https://bank.example]"),
    ]


SAFE_LINKS = "https://eur01.safelinks.protection.outlook.com/"


@pytest.mark.parametrize(
    ("url", "is_named"),
    [
        (f"{SAFE_LINKS}?url=https%3A%2F%2Fwww.bank.example%2Fa&data=05%7C02&reserved=0", True),
        ("https://www.google.com/url?q=http://bank.example&sa=D", True),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fbank.example%2F&h=x", True),
        (f"{SAFE_LINKS}?url=https%3A%2F%2Fevil.example%2F%3Fbank.example", False),
        (f"{SAFE_LINKS}?url=https%3A%2F%2Fbank.example%40evil.example", False),
        (f"{SAFE_LINKS}?data=https%3A%2F%2Fbank.example", False),
        (f"{SAFE_LINKS}?url=bank.example", False),
        ("https://www.google.com/url?q=https://bank.example&url=https://evil.example", False),
        ("https://www.google.com/url?x=1#?q=https://bank.example", False),
        ("https://www.google.com/search?q=https://bank.example", False),
        ("https://evil.example/?url=https://bank.example", False),
        ("https://safelinks.protection.outlook.com.evil.example/?url=https://bank.example", False),
        (f"https://evil.example/{SAFE_LINKS}?url=https://bank.example", False),
    ],
)
def test_a_known_forwarder_leads_where_it_says(url: str, is_named: bool) -> None:
    leads_to = destination(url)
    assert leads_to is not None
    assert leads_to_named(leads_to, "bank.example") is is_named


def test_the_real_host_is_added_only_behind_addresses_that_hide_it() -> None:
    text = "See https://bank.example@evil.example/, (https://аpple.com) and https://ok.example."
    assert annotated(text) == (
        "See https://bank.example@evil.example/ [⚠ opens evil.example],"
        " (https://аpple.com) [⚠ opens xn--pple-43d.com “аpple.com”] and https://ok.example."
    )
    assert annotated("no address") == "no address"


@pytest.mark.parametrize(
    "text", ["x " * 100_000, "(https://a.b) " * 15_000, "a" * 200_000 + " (https://a.b)"]
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    started = time.process_time()
    annotated(text)
    for address in find_addresses(text):
        named_host(address.label)
    assert time.process_time() - started < 5
