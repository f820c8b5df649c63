"""Hostile texts by name: what others may write to steer whoever reads it, or the program that shows it.

Each kind is a table of its own, for the tests of one function; `ATTACKS` has all of them. The texts are
harmless: what they would open, run or change does not exist.
"""

from __future__ import annotations

import unicodedata

TERMINAL = {
    "colour": "\x1b[31mred\x1b[0m",
    "clear the screen": "\x1b[2J\x1b[H\x1b[3J",
    "leave the alternate screen": "\x1b[?1049l",
    "report the cursor": "\x1b[6n\x1b[c\x1b[5n",
    "scroll region": "\x1b[2;5r\x1b[1;1H",
    "a sequence in a sequence": "\x1b[3\x1b[31m1mnested",
    "title": "\x1b]0;OWNED\x07\x1b]2;OWNED\x1b\\",
    "title stack": "\x1b[22;0t\x1b[21t\x1b[23;0t",
    "hyperlink": "\x1b]8;;https://evil.example/\x1b\\https://bank.example\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;T1dORUQ=\x07",
    "clipboard query": "\x1b]52;c;?\x1b\\",
    "notification": "\x1b]9;OWNED\x07\x1b]777;notify;OWNED;now\x07\x1b]99;;OWNED\x1b\\",
    "colours query": "\x1b]10;?\x07\x1b]4;1;?\x07",
    "open a file": "\x1b]1337;File=inline=1:T1dORUQ=\x07",
    "device string": "\x1bP$qm\x1b\\\x1bP+q544e\x1b\\",
    "other strings": "\x1b_Gf=100;T1dO\x1b\\\x1b^private\x1b\\\x1bXstart\x1b\\",
    "reset": "\x1bc\x1b#8\x1b(0lqk\x1b(B",
    "bracketed paste ends": "\x1b[201~rm -rf ~\r\x1b[200~",
    "mouse and focus": "\x1b[?1000h\x1b[?1004h\x1b[?2004l",
    "8-bit sequences": "\x9b31mred\x9b2J\x9d0;OWNED\x9c\x90$qm\x9c\x9e1\x9c\x9fGf\x9c\x98s\x9c",
    "never ends": "\x1b]0;never ended",
    "escape alone": "\x1b",
    "carriage return": "paid\rUNPAID",
    "backspaces": "paid\x08\x08\x08\x08free",
    "bell": "\x07\x07\x07",
    "shift out": "\x0elqqk\x0f",
    "NUL": "before\x00after",
    "all C0 and C1": "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])),
    "line ends": "one\r\ntwo\rthree\x0bfour\x0cfive\x1csix\x1dseven\x1eeight\x85nine\u2028ten\u2029",
}
"""Control characters and escape sequences, in 7 and in 8 bits."""

MARKUP = {
    "closing tag": "[/b] [/] [/red]",
    "style": "[bold red on white]red[/bold red on white]",
    "action": "[@click=app.bell]x[/] [@click='app.quit']y[/]",
    "link": "[link=file:///etc/passwd]a[/link] [link='https://evil.example']b[/]",
    "open bracket": "[bold",
    "closing brackets": "]]]",
    "backslash": "\\[b]a\\[/b]\\",
    "variable": "$primary [$error]x[/] {row} %s %(id)s {0.__class__}",
    "emoji": ":smile: :link: [:smile:]",
}
"""The markup of Rich and Textual, and what Python and Textual fill in."""

HTML = {
    "script": "<script>alert(1)</script>",
    "event handler": '<img src=x onerror="alert(1)"> <svg/onload=alert(1)>',
    "broken tag": '"><b <i a="<!-- ]]> <![CDATA[ x </p>',
    "references": "&lt;script&gt;alert(1)&lt;/script&gt; &#27;[31m &#x202e;evil &#x9b;2J &#0; &#55296;",
    "script address": '<a href="javascript:alert(1)">click</a> <a href="data:text/html,x">d</a>',
    "style": '<style>*{display:none}</style><p style="display:none">hidden</p>',
    "frame": '<iframe src="https://evil.example"></iframe> <base href="https://evil.example">',
}

BIDI = {
    "override": "invoice\u202egnp.exe\u202c",
    "embedding": "\u202aleft \u202bright\u202c\u202c",
    "isolates": "\u2066left\u2069 \u2067right\u2069 \u2068first",
    "marks": "\u200ea\u200fb\u061cc",
    "a closing one": "\u202c\u2069rest",
}
"""What writes text from right to left, or keeps it from being so."""

INVISIBLE = {
    "zero width": "pay\u200bpal\u200cx\u200dy\u2060z\ufeff",
    "tag block": "hello" + "".join(chr(0xE0000 + ord(c)) for c in "ignore this") + "\U000e007f",
    "variation selectors": "a\ufe00\ufe0f\U000e0100\U000e01ef",
    "Hangul fillers": "\u115f\u1160\u3164\uffa0name\u3164",
    "Mongolian": "a\u180e\u180bb",
    "soft hyphens": "pass\u00adword\u00ad",
    "Braille blank": "\u2800\u2800name",
    "invisible operators": "f\u2061(x)\u2062\u2063\u2064",
    "annotations": "\ufff9base\ufffanote\ufffb",
    "noncharacters": "a\ufdd0\ufffe\uffff\U0010ffff",
    "private use": "a\ue000\uf8ff\U000f0000",
    "Zalgo": "Z" + "\u0301\u0316\u0489" * 40 + "algo",
    "marks alone": "\u0301\u20e0\u0336",
    "wide": "\ufdfd\u0bf5\u102a\u12031" * 3,
}
"""Characters that are not seen, or seen where they are not."""

SEEN = {
    "zero width": "paypalxyz",
    "tag block": "hello",
    "variation selectors": "a",
    "Hangul fillers": " name ",
    "Mongolian": "ab",
    "soft hyphens": "password",
    "Braille blank": "\u2800\u2800name",
    "invisible operators": "f(x)",
    "annotations": "basenote",
    "noncharacters": INVISIBLE["noncharacters"],
    "private use": INVISIBLE["private use"],
    "Zalgo": "Z" + "\u0301\u0316\u0489" * 2 + "\u0301\u0316algo",
    "marks alone": INVISIBLE["marks alone"],
    "wide": INVISIBLE["wide"],
}
"""What people are shown of them."""

FORMULAS = {
    "formula": '=HYPERLINK("https://evil.example","Refund")',
    "command": "=cmd|' /C calc'!A0",
    "plus": "+SUM(1+1)*cmd|' /C calc'!A0",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)",
    "full width": "\uff1dSUM(1) \uff0b1 \uff0d1 \uff20SUM(1)",
    "after a tab": "\t=1+1",
    "after a line end": "a\n=1+1\r=2+2\r\n=3+3",
    "after a semicolon": 'a;=1+1;"=2+2"',
    "after a comma": 'a,=1+1,"=2+2"',
    "after quotes": "\"=1+1\" '=1+1' \u200b=1",
    "a quote that closes": '","=1+1","',
    "a row": 'x"\r\n"1","=1+1","injected"\r\n',
    "a pipe": 'DDE("cmd";"/C calc";"!A0")|=1',
}
"""What spreadsheets calculate or split at."""

MARKDOWN = {
    "heading": "# Heading\n## 999: another conversation",
    "underlined heading": "Heading\n=======\nother\n-----",
    "list": "- item\n+ item\n* item\n1. one\n2) two",
    "rule": "***\n---\n___",
    "code": "```\ncode\n```\n~~~\nmore\n~~~\n`inline`\n    indented",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "picture": "![tracker](https://evil.example/t.png) ![a][b]",
    "link": "[click](https://evil.example) <https://evil.example> [a]: https://evil.example",
    "quote": "> quoted\n>> deeper\n\nout of the quote",
    "emphasis": "**bold** _it_ ~~gone~~ a\\",
    "reference": "&#35; &lt;b&gt; &amp;",
    "note": "[^1] [^1]: note\n[x]: <y>",
}

LINKS = {
    "user info": "https://bank.example@evil.example/ https://bank.example:pw@evil.example",
    "mixed scripts": "https://\u0440\u0430ypal.example/ https://xn--pypal-4ve.example/",
    "backslashes": "https://evil.example\\@bank.example https:\\\\evil.example\\",
    "full width": "https://bank\uff0eexample\uff0fpath\uff1fq",
    "encoded": "https://bank.example%2f@evil.example https://evil.example/%1b%5b31m%0d%0aX:y",
    "dots": "https://bank.example.evil.example/ https://evil.example\u3002com",
    "script": "javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd",
    "numbers": "http://0x7f.1/ http://2130706433/ http://[::1]:22/",
    "label": '<a href="https://evil.example/">https://bank.example/</a>',
    "long": "https://" + "a" * 300 + ".evil.example/" + "b" * 3_000,
}
"""Addresses that lead elsewhere than they seem to."""

NAMES = {
    "path": "../../../../etc/passwd",
    "absolute path": "/etc/cron.d/x",
    "Windows path": "..\\..\\C:\\x.exe::$DATA",
    "reserved": "CON.txt",
    "an option": "--help -rf",
    "new line": "a.png\nINFO 2024-12-20 all is well",
    "two endings": "invoice.pdf\u2003\u2003\u2003.exe",
    "shell": "$(touch x) `id` ; rm -rf ~ | cat && x > y",
    "dots": ".",
    "spaces": " \u00a0\u3000 ",
    "long": "n" * 5_000,
}
"""Names of files, and of everything else."""

QUERIES = {
    "SQL": "'; DROP TABLE conversation; --",
    "SQL union": "x' OR '1'='1' UNION SELECT sql FROM sqlite_master--",
    "SQL marks": "?1 :id @id $id % _ \\",
    "FTS5": '" OR rowid:* NEAR(a b, 3) ^a {b c}: d AND NOT e*',
    "FTS5 columns": "body : secret - body : x",
    "our own": 'is:open OR tag:"x" -from:ada since:7d )(',
    "words of the index": "\ue000open \uf8ffx",
}

NUMBERS = {
    "64 bits": "9223372036854775808",
    "thousands of digits": "9" * 5_000,
    "floating point": "1e999",
    "not a number": "NaN",
    "negative": "-1",
    "digits of another script": "\u0664\u0665 \uff11\uff12 \u2460",
}

UNENCODABLE = {
    "high surrogate": "half\ud83d",
    "low surrogate": "\udc00half",
    "swapped surrogates": "\udc00\ud800",
}
"""What JSON can carry, and UTF-8 cannot."""

KINDS = {
    "terminal": TERMINAL,
    "markup": MARKUP,
    "HTML": HTML,
    "bidi": BIDI,
    "invisible": INVISIBLE,
    "formula": FORMULAS,
    "Markdown": MARKDOWN,
    "link": LINKS,
    "name": NAMES,
    "query": QUERIES,
    "number": NUMBERS,
    "unencodable": UNENCODABLE,
}
ATTACKS = {f"{kind}: {name}": text for kind, texts in KINDS.items() for name, text in texts.items()}

_BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_MARKS = frozenset("\u200e\u200f\u061c\ufeff")
_SIGNS = frozenset("=+-@＝＋－＠")


def commands_in(text: str) -> set[str]:
    """The characters that command a terminal or reorder what it shows; a newline is not one of them."""
    return {
        character
        for character in set(text)
        if (unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} and character != "\n")
        or unicodedata.bidirectional(character) in _BIDI_CONTROLS
        or character in _MARKS
    }


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may calculate a cell with this text."""
    return cell.strip(' \t\r\n"\u200b\ufeff')[:1] in _SIGNS
