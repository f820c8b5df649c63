"""Texts that a search takes for the same, whichever is stored and whichever is typed, and different ones."""

from __future__ import annotations

EQUAL: tuple[tuple[str, ...], ...] = (
    # width and compatibility forms
    ("ＥＴＬ", "ETL", "etl"),
    ("ＩＮＶ－２０２４－００７７", "INV-2024-0077"),
    ("ﾃﾞｰﾀｾｯﾄ", "データセット", "テ\u3099ータセット"),
    ("oﬃce", "office"),
    ("①番", "1番"),
    # decomposed
    ("Zoë Ångström", "Zoe\u0308 A\u030angstro\u0308m", "zoe angstrom"),
    ("환불", "\u1112\u116a\u11ab\u1107\u116e\u11af"),
    ("カ\u3099", "ガ", "ｶﾞ"),
    # invisible characters
    ("ref\u00adund", "refund", "ref\u200dund", "ref\u2060und"),
    ("\u200efund\u200f", "fund"),
    ("مـــرحبا", "مرحبا"),
    # letters that do not come apart
    ("Søren", "Soren", "SOREN"),
    ("Paweł", "pawel"),
    ("đơn", "don", "ĐƠN"),
    ("Straße", "strasse", "STRASSE", "STRAẞE"),
    ("œuvre", "oeuvre", "Œuvre"),
    ("KADIKÖY", "kadıköy", "kadikoy", "Kadıköy"),
    ("İstanbul", "istanbul", "ISTANBUL"),
    ("παραγγελία", "ΠΑΡΑΓΓΕΛΙΑ", "παραγγελια"),
    ("λόγος", "ΛΌΓΟΣ", "λογοσ"),
    ("пришёл", "пришел", "ПРИШЁЛ"),
    ("Þór", "thor"),
    ("مُحَمَّد", "محمد"),
    ("أحمد", "احمد", "إحمد"),
    ("مدرسة", "مدرسه"),
    ("فارسی", "فارسي"),
    ("שָׁלוֹם", "שלום"),
    ('דו"ח', "דו״ח"),
    # kana
    ("ひらがな", "ヒラガナ", "ﾋﾗｶﾞﾅ"),
    # apostrophes
    ("don't", "don’t", "dont", "DON‘T"),
    ("rock'n'roll", "rocknroll"),
    ("Hawaiʻi", "Hawai'i", "Hawaii"),
    ("O’Brien", "OBrien", "o'brien"),
    # numbers and codes
    ("(555) 010-4477", "5550104477", "555.010.4477", "+1 555 010 4477"),
    ("٢٠٢٤", "2024", "२०२४"),
    ("C++", "c++"),
    ("C#", "c#"),
    (".NET", "net"),
    # symbols
    ("👍", "👍🏽", "👍\ufe0f"),
)

DIFFERENT: tuple[tuple[str, str], ...] = (
    ("दिन", "दान"),
    ("ກິນ", "ກນ"),
    ("ខ្មែរ", "ខមរ"),
    ("မြန်မာ", "မနမ"),
    ("мой", "мои"),
    ("їх", "іх"),
    ("ガ", "カ"),
    ("C++", "C#"),
    ("👍", "👎"),
)
