"""Recognises the line or lines with which mail programs begin the mail that they quote or forward.

Three kinds: a separator ("-----Original Message-----", "Begin forwarded message:"), a block of headers as
Outlook writes it ("From: … Sent: … Subject: …"), and an attribution ("On 12 Aug 2024 at 10:00, Ada wrote:").
Each line is looked at with a bounded number of its neighbours, so that any text takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_MAX_LINE = 300
"""Characters of a longer line are no head."""
_MAX_WRAPPED = 3
"""Lines of one attribution: plain text is wrapped at about 70 characters."""
_BLOCK_LINES = 9
"""Lines after the first header among which the others are."""
_MAX_OTHER = 3
"""Lines of a block that are no known header: a list of recipients that goes on, another header."""
_FORWARDED_FROM = 3
"""Lines after "Begin forwarded message:" among which the sender is."""


class _Headers(NamedTuple):
    """What mail programs in one language call the sender, the time and the subject."""

    sender: tuple[str, ...]
    time: tuple[str, ...]
    subject: tuple[str, ...]


_ENGLISH = "en"
_HEADERS = {
    _ENGLISH: _Headers(("From",), ("Sent", "Date"), ("Subject",)),
    "cs": _Headers(("Od",), ("Odesláno", "Datum"), ("Předmět",)),
    "da, nb": _Headers(("Fra",), ("Sendt", "Dato"), ("Emne",)),
    "de": _Headers(("Von",), ("Gesendet", "Datum"), ("Betreff",)),
    "es": _Headers(("De",), ("Enviado", "Enviado el", "Fecha"), ("Asunto",)),
    "fi": _Headers(("Lähettäjä",), ("Lähetetty", "Päivämäärä", "Päiväys"), ("Aihe",)),
    "fr": _Headers(("De", "Expéditeur"), ("Envoyé", "Envoyé le", "Date"), ("Objet", "Sujet")),
    "hu": _Headers(("Feladó",), ("Elküldve", "Dátum"), ("Tárgy",)),
    "it": _Headers(("Da", "Mittente"), ("Inviato", "Data"), ("Oggetto",)),
    "ja": _Headers(("差出人", "送信者", "送信元"), ("送信日時", "日時", "日付"), ("件名",)),
    "ko": _Headers(("보낸 사람", "보낸사람"), ("보낸 날짜", "보낸날짜", "날짜"), ("제목",)),
    "nl": _Headers(("Van",), ("Verzonden", "Datum"), ("Onderwerp",)),
    "pl": _Headers(("Od", "Nadawca"), ("Wysłano", "Wysłane", "Data"), ("Temat",)),
    "pt": _Headers(("De",), ("Enviado", "Enviada", "Enviado em", "Enviada em", "Data"), ("Assunto",)),
    "ro": _Headers(("De la", "Expeditor"), ("Trimis", "Dată", "Data"), ("Subiect", "Subiectul")),
    "ru": _Headers(("От", "От кого", "Отправитель"), ("Отправлено", "Дата"), ("Тема",)),
    "sk": _Headers(("Od",), ("Odoslané", "Dátum"), ("Predmet",)),
    "sv": _Headers(("Från",), ("Skickat", "Datum"), ("Ämne",)),
    "tr": _Headers(("Kimden", "Gönderen"), ("Gönderildi", "Gönderilen", "Tarih"), ("Konu",)),
    "uk": _Headers(("Від", "Від кого"), ("Надіслано", "Відправлено", "Дата"), ("Тема",)),
    "zh": _Headers(
        ("发件人", "寄件者", "寄件人"),
        ("发送时间", "发件时间", "日期", "寄件日期", "傳送時間"),
        ("主题", "主旨"),
    ),
}

_SEPARATORS = """
    Original Message|Original Email|Forwarded Message
    Původní zpráva|Přeposlaná zpráva
    Oprindelig meddelelse|Oprindelig besked|Videresendt meddelelse|Videresendt besked
    Ursprüngliche Nachricht|Originalnachricht|Original-Nachricht|Weitergeleitete Nachricht
    Mensaje original|Mensaje reenviado
    Alkuperäinen viesti|Edelleenlähetetty viesti|Välitetty viesti
    Message d'origine|Message original|Message transféré|Message transmis
    Eredeti üzenet|Továbbított üzenet
    Messaggio originale|Messaggio inoltrato
    元のメッセージ|転送メッセージ|メッセージを転送
    원본 메시지|원본 메일|전달된 메시지
    Opprinnelig melding|Videresendt melding
    Oorspronkelijk bericht|Origineel bericht|Doorgestuurd bericht
    Wiadomość oryginalna|Oryginalna wiadomość|Przekazana wiadomość|Wiadomość przesłana dalej
    Mensagem original|Mensagem encaminhada|Mensagem reencaminhada
    Mesaj original|Mesaj redirecționat
    Исходное сообщение|Пересылаемое сообщение|Перенаправленное сообщение
    Pôvodná správa|Preposlaná správa
    Ursprungligt meddelande|Originalmeddelande|Vidarebefordrat meddelande
    Özgün İleti|Orijinal Mesaj|İletilmiş Mesaj|İletilen İleti
    原始邮件|邮件原件|转发邮件|原始郵件|原始訊息|轉寄郵件
"""
"""Between dashes."""
_FORWARDED = """
    Begin forwarded message|Začátek přeposílané zprávy|Start på videresendt besked
    Anfang der weitergeleiteten Nachricht|Anfang der weitergeleiteten E-Mail|Inicio del mensaje reenviado
    Välitetty viesti alkaa|Début du message réexpédié|Début du message transféré|Továbbított levél kezdete
    Inizio messaggio inoltrato|転送されたメッセージ|전달된 메시지
    Begin doorgestuurd bericht|Videresendt melding
    Początek przekazywanej wiadomości|Início da mensagem reencaminhada|Início da mensagem encaminhada
    Начало переадресованного сообщения|Začiatok preposlanej správy|Vidarebefordrat mejl|Vidarebefordrat brev
    İleti başlangıcı|Початок листа, що пересилається|以下是转发的邮件|開始轉寄郵件
"""
"""With a colon, as Apple Mail writes it."""

_VERBS_LAST = (
    r"(?:(?<=\s)(?:wrote|a écrit|escribió|ha scritto|escreveu|schrieb|schreef|geschreven|skrev|kirjoitti|"
    r"napisał\(?a?\)?|pisze|napsala?|napsal\(a\)|napísala?|napísal\(a\)|написала?|написал\(а\)|пишет|"
    r"пише|ezt írta|a scris|yazdı)|写道|寫道|작성|쓴 글|のメール|のメッセージ|書きました)"
)
_VERBS_BEFORE_NAMES = r"(?:schrieb|schreef|skrev)"
_VERBS_WITHIN = (
    r"(?:wrote|schrieb|schreef|skrev|kirjoitti|escreveu|escribió|yazdı|napisana|napisał\(?a?\)?|написала?|"
    r"ezt írta)"
)
_ADDRESS = r"[<(\[]\s?[^\s<>()\[\]@]{1,64}@[^\s<>()\[\]@]{1,200}\s?[>)\]]"

_ends_with_verb = re.compile(rf"{_VERBS_LAST}$").search
_verb_before_name = re.compile(rf"\s{_VERBS_BEFORE_NAMES}\s+(?=(\S))").search
_verb_then_sender = re.compile(rf"{_VERBS_BEFORE_NAMES}\s[^<>]{{0,100}}{_ADDRESS}").fullmatch
_verb_within = re.compile(rf"\s{_VERBS_WITHIN}\s").search
_starts_with_date = re.compile(r"(?:[^\W\d_]{1,15}[.,]{0,2}\s{1,2}){0,4}[^\W\d_]?\d").match
_is_date = re.compile(
    r"(?:19|20)\d\d|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}|\d{1,2}\.?\s[^\W\d_]{3,}|[^\W\d_]{3,}\.?\s\d{1,2}(?!\d|[:.]\d)"
).search
_is_full_date = re.compile(r"(?:19|20)\d\d|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}").search
_is_clock = re.compile(r"(?<![\d.:])\d{1,2}[:.h]\d{2}(?!\d)").search
_has_address = re.compile(_ADDRESS).search
_ends_with_address = re.compile(rf"{_ADDRESS}$").search
_separator = re.compile(r"-{2,}\s?([^-\n][^\n]{2,60}?)\s?-{2,}").fullmatch
_rule = re.compile(r"[_-]{10,}").fullmatch
_COLONS = (":", "：")


@dataclass(frozen=True, slots=True)
class Head:
    """The span of a head. The quoted mail follows; behind an attribution it may end before the text does."""

    start: int
    end: int
    is_attribution: bool


def find_heads(text: str) -> Iterator[Head]:
    """The heads in the text, ascending, up to the first that is no attribution: it quotes all of the rest."""
    lines = text.split("\n")
    start = 0
    for number, line in enumerate(lines):
        end = start + len(line)
        if len(line) <= _MAX_LINE:
            above = _above(lines, number)
            if above is not None:
                yield Head(start - above, end, is_attribution=False)
                return
            wrapped = _wrapped(lines, number)
            if wrapped is not None:
                yield Head(start - wrapped, end, is_attribution=True)
        start = end + 1


def _above(lines: Sequence[str], number: int) -> int | None:
    """How many characters above this line belong to the separator or headers that begin here, if any do."""
    line = lines[number].strip()
    if line.startswith("--"):
        found = _separator(line)
        return 0 if found and _key(found[1]) in _SEPARATOR_KEYS else None
    label = _label(line)
    if label is None:
        return None
    if label in _FORWARDED_KEYS and line.endswith(_COLONS):
        following = lines[number + 1 : number + 1 + _FORWARDED_FROM]
        return 0 if any(_label(one.lstrip("> ")) in _SENDERS for one in following) else None
    if label in _SENDERS and _is_block(_SENDERS[label], lines[number + 1 : number + 1 + _BLOCK_LINES]):
        is_ruled = number > 0 and _rule(lines[number - 1].strip()) is not None
        return len(lines[number - 1]) + 1 if is_ruled else 0
    return None


def _is_block(languages: frozenset[str], following: Sequence[str]) -> bool:
    """Whether the lines after a sender have the time and the subject, in its language or in English.

    Gmail translates the sender alone.
    """
    times, subjects, others = set[str](), set[str](), 0
    for line in following:
        label = _label(line) if len(line) <= _MAX_LINE else None
        if label in _TIMES:
            times |= _TIMES[label]
        elif label in _SUBJECTS:
            subjects |= _SUBJECTS[label]
        else:
            others += bool(line.strip())
        if others > _MAX_OTHER:
            return False
        if times & subjects & (languages | {_ENGLISH}):
            return True
    return False


def _wrapped(lines: Sequence[str], number: int) -> int | None:
    """How many characters above this line belong to the attribution that ends here, if one does."""
    last = lines[number].rstrip()
    if not last.endswith(_COLONS):
        return None
    joined, above = last[:-1].strip(), 0
    for back in range(1, _MAX_WRAPPED + 1):
        if _is_attribution(joined):
            return above
        if back > number or not (line := lines[number - back].strip()) or len(line) > _MAX_LINE:
            break
        # An address may be broken behind its "<" or before its ">".
        joined = line + ("" if line.endswith("<") or joined.startswith(">") else " ") + joined
        above += len(lines[number - back]) + 1
    return 0 if _verb_then_sender(last[:-1].strip()) else None


def _is_attribution(line: str) -> bool:
    """Whether a line, without its colon, says when who wrote what follows."""
    if not _is_date(line):
        return False
    has_clock, has_address = _is_clock(line) is not None, _has_address(line) is not None
    if not (has_clock or has_address):
        return False
    if _starts_with_date(line):
        if _ends_with_verb(line):
            return True
        verb = _verb_before_name(line)
        if verb is not None and (not verb[1].islower() or _ends_with_address(line)):
            return True
        # Gmail in Russian and Japanese writes no verb.
        return has_clock and bool(_is_full_date(line)) and bool(_ends_with_address(line))
    is_named = has_clock and has_address and _is_full_date(line) is not None
    return is_named and bool(_ends_with_verb(line) or _verb_within(line))


def _label(line: str) -> str | None:
    """The name of a header, folded: "from" for "*From:* Ada" and for "From : Ada"."""
    head = line[:60].replace("：", ":")
    name, colon, _ = head.partition(":")
    return _key(name.strip(" \t\xa0\u202f*")) if colon else None


def _key(words: str) -> str:
    return " ".join(words.replace("’", "'").split()).casefold()


def _keys(listed: str) -> frozenset[str]:
    return frozenset(_key(name) for line in listed.strip().split("\n") for name in line.split("|"))


def _languages(field: int) -> dict[str | None, frozenset[str]]:
    """The languages in which a folded name means the field of `_Headers` with this number."""
    found: dict[str | None, set[str]] = {}
    for language, headers in _HEADERS.items():
        for name in headers[field]:
            found.setdefault(_key(name), set()).add(language)
    return {name: frozenset(languages) for name, languages in found.items()}


_SENDERS, _TIMES, _SUBJECTS = (_languages(field) for field in range(3))
_SEPARATOR_KEYS, _FORWARDED_KEYS = _keys(_SEPARATORS), _keys(_FORWARDED)
