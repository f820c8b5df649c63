"""The heads that mail programs write above the mail they quote, and sentences that resemble them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dashboard.thread.test_layout import ANSWER
from tui.dashboard.thread.quotes import find_folds
from tui.intercom.html import html_to_text

NBSP, NARROW_NBSP = "\xa0", "\u202f"
REPLIES = {
    "Gmail, English": "On Mon, Aug 12, 2024 at 10:00 AM Ada Lovelace <ada@x.example> wrote:",
    "Gmail, English, narrow space": f"On Mon, Aug 12, 2024 at 10:00{NARROW_NBSP}AM Ada <a@x.example> wrote:",
    "Gmail, English, wrapped": "On Mon, Aug 12, 2024 at 10:00 AM Ada Lovelace <\nada@x.example> wrote:",
    "Gmail, German": "Am Mo., 12. Aug. 2024 um 10:00 Uhr schrieb Ada Lovelace <ada@x.example>:",
    "Gmail, French": "Le lun. 12 août 2024 à 10:00, Ada Lovelace <ada@x.example> a écrit :",
    "Gmail, Spanish": "El lun, 12 ago 2024 a las 10:00, Ada Lovelace (<ada@x.example>) escribió:",
    "Gmail, Italian": "Il giorno lun 12 ago 2024 alle ore 10:00 Ada Lovelace <ada@x.example> ha scritto:",
    "Gmail, Brazil": "Em seg., 12 de ago. de 2024 às 10:00, Ada Lovelace <ada@x.example> escreveu:",
    "Gmail, Portugal": "Ada Lovelace <ada@x.example> escreveu (segunda, 12/08/2024 à(s) 10:00):",
    "Gmail, Dutch": "Op ma 12 aug 2024 om 10:00 schreef Ada Lovelace <ada@x.example>:",
    "Gmail, Danish": "man. 12. aug. 2024 kl. 10.00 skrev Ada Lovelace <ada@x.example>:",
    "Gmail, Norwegian": "man. 12. aug. 2024 kl. 10:00 skrev Ada Lovelace <ada@x.example\n>:",
    "Gmail, Swedish": "Den mån 12 aug. 2024 kl 10:00 skrev Ada Lovelace <ada@x.example>:",
    "Gmail, Swedish, wrapped": "Den mån 12 aug. 2024 kl 10:00\nskrev Ada Lovelace <ada@x.example>:",
    "Gmail, Finnish": "ma 12. elok. 2024 klo 10.00 Ada Lovelace (ada@x.example) kirjoitti:",
    "Gmail, Polish": "pon., 12 sie 2024 o 10:00 Ada Lovelace <ada@x.example> napisał(a):",
    "Gmail, Czech": "po 12. 8. 2024 v 10:00 odesílatel Ada Lovelace <ada@x.example> napsal:",
    "Gmail, Slovak": "po 12. 8. 2024 o 10:00 Ada Lovelace <ada@x.example> napísal(a):",
    "Gmail, Hungarian": "Ada Lovelace <ada@x.example> ezt írta (időpont: 2024. aug. 12., H, 10:00):",
    "Gmail, Russian": "пн, 12 авг. 2024 г. в 10:00, Ada Lovelace <ada@x.example>:",
    "Gmail, Ukrainian": "пн, 12 серп. 2024 р. о 10:00 Ada Lovelace <ada@x.example> пише:",
    "Gmail, Turkish": "Ada Lovelace <ada@x.example>, 12 Ağu 2024 Pzt, 10:00 tarihinde şunu yazdı:",
    "Gmail, Chinese": "Ada Lovelace <ada@x.example> 于2024年8月12日周一 10:00写道：",
    "Gmail, Taiwan": "Ada Lovelace <ada@x.example> 於 2024年8月12日 週一 上午10:00寫道：",
    "Gmail, Japanese": "2024年8月12日(月) 10:00 Ada Lovelace <ada@x.example>:",
    "Gmail, Korean": "2024년 8월 12일 (월) 오전 10:00, Ada Lovelace <ada@x.example>님이 작성:",
    "Apple, English": "On 12 Aug 2024, at 10:00, Ada Lovelace <ada@x.example> wrote:",
    "Apple, German": "Am 12.08.2024 um 10:00 schrieb Ada Lovelace <ada@x.example>:",
    "Apple, Dutch": "Op 12 aug 2024, om 10:00 heeft Ada Lovelace <ada@x.example> het volgende geschreven:",
    "Apple, Danish": "Den 12. aug. 2024 kl. 10.00 skrev Ada Lovelace <ada@x.example>:",
    "Apple, Norwegian": "12. aug. 2024 kl. 10:00 skrev Ada Lovelace <ada@x.example>:",
    "Apple, Finnish": "Ada Lovelace <ada@x.example> kirjoitti 12.8.2024 kello 10.00:",
    "Apple, Polish": "Wiadomość napisana przez Ada <ada@x.example> w dniu 12 sie 2024, o godz. 10:00:",
    "Apple, Czech": "12. 8. 2024 v 10:00, Ada Lovelace <ada@x.example>:",
    "Apple, Russian": "12 авг. 2024 г., в 10:00, Ada Lovelace <ada@x.example> написал(а):",
    "Apple, Turkish": "Ada Lovelace <ada@x.example> şunları yazdı (12 Ağu 2024 10:00):",
    "Apple, Chinese": "在 2024年8月12日，10:00，Ada Lovelace <ada@x.example> 写道：",
    "Apple, Japanese": "2024/08/12 10:00、Ada Lovelace <ada@x.example>のメール:",
    "Apple, Korean": "2024. 8. 12. 오전 10:00, Ada Lovelace <ada@x.example> 작성:",
    "Thunderbird, English": "On 12/08/2024 10:00, Ada Lovelace wrote:",
    "Thunderbird, French": f"Le 12/08/2024 à 10:00, Ada Lovelace a écrit{NBSP}:",
    "Thunderbird, Swedish": "Den 2024-08-12 kl. 10:00, skrev Ada Lovelace:",
    "Thunderbird, Finnish": "12.8.2024 10.00, Ada Lovelace kirjoitti:",
    "Thunderbird, Polish": "W dniu 12.08.2024 o 10:00, Ada Lovelace pisze:",
    "Thunderbird, Czech": "Dne 12. 08. 24 v 10:00 Ada Lovelace napsal(a):",
    "Thunderbird, Russian": "12.08.2024 10:00, Ada Lovelace пишет:",
    "Thunderbird, Turkish": "12.08.2024 10:00 tarihinde Ada Lovelace yazdı:",
    "Thunderbird, Chinese": "在 2024/8/12 10:00, Ada Lovelace 写道:",
    "Thunderbird, Korean": "2024-08-12 오전 10:00에 Ada Lovelace 이(가) 쓴 글:",
    "Outlook for Android, Norwegian": "Ada Lovelace <ada@x.example> skrev følgende den 12.08.2024, 10:00:",
    "Outlook for Mac, Swedish": 'Den 2024-08-12 10:00 skrev "Ada Lovelace" <ada@x.example> följande:',
    "a verb alone above the name": "skrev Ada Lovelace <ada@x.example>:",
}
BLOCKS = {
    "Outlook, English": "From: Ada\nSent: Monday, August 12, 2024 10:00 AM\nTo: Zoë\nSubject: Order",
    "Outlook, English, bold": "*From:* Ada\n*Sent:* Monday, August 12, 2024\n*To:* Zoë\n*Subject:* Order",
    "Outlook, English, ruled": f"{'_' * 32}\nFrom: Ada\nSent: Monday\nTo: Zoë\nCc: Bob\nSubject: Order",
    "Outlook, German": "Von: Ada\nGesendet: Montag, 12. August 2024 10:00\nAn: Zoë\nBetreff: AW: Order",
    "Outlook, French": "De : Ada\nEnvoyé : lundi 12 août 2024 10:00\nÀ : Zoë\nObjet : RE: Order",
    "Outlook, French, no-break": f"De{NBSP}: Ada\nEnvoyé{NBSP}: lundi\nÀ{NBSP}: Zoë\nObjet{NBSP}: RE: Order",
    "Outlook for Mac, French": f"De{NARROW_NBSP}: Ada\nDate{NARROW_NBSP}: lundi\nObjet{NARROW_NBSP}: R",
    "Outlook, Spanish": "De: Ada\nEnviado el: lunes, 12 de agosto de 2024\nPara: Zoë\nAsunto: RE: Order",
    "Outlook, Brazil": "De: Ada\nEnviada em: segunda-feira, 12 de agosto\nPara: Z\nAssunto: RES: Order",
    "Outlook, Italian": "Da: Ada\nInviato: lunedì 12 agosto 2024 10:00\nA: Zoë\nOggetto: R: Order",
    "Outlook, Dutch": "Van: Ada\nVerzonden: maandag 12 augustus 2024 10:00\nAan: Zoë\nOnderwerp: RE: Order",
    "Outlook, Danish": "Fra: Ada\nSendt: 12. august 2024 10:00\nTil: Zoë\nEmne: SV: Order",
    "Outlook, Swedish": "Från: Ada\nSkickat: den 12 augusti 2024 10:00\nTill: Zoë\nÄmne: SV: Order",
    "Outlook, Finnish": "Lähettäjä: Ada\nLähetetty: maanantai 12. elokuuta\nVastaanottaja: Z\nAihe: VS: O",
    "Outlook, Polish": "Od: Ada\nWysłano: poniedziałek, 12 sierpnia 2024 10:00\nDo: Zoë\nTemat: RE: Order",
    "Outlook, Czech": "Od: Ada\nOdesláno: pondělí 12. srpna 2024 10:00\nKomu: Zoë\nPředmět: RE: Order",
    "Outlook, Russian": "От: Ada\nОтправлено: 12 августа 2024 г. 10:00\nКому: Zoë\nТема: RE: Order",
    "Outlook, Turkish": "Kimden: Ada\nGönderildi: 12 Ağustos 2024 Pazartesi\nKime: Zoë\nKonu: YNT: Order",
    "Outlook, Chinese": "发件人: Ada\n发送时间: 2024年8月12日 10:00\n收件人: Zoë\n主题: 答复: Order",
    "Foxmail": "发件人： Ada\n发送时间： 2024-08-12 10:00\n收件人： Zoë\n主题： Order",
    "Outlook, Taiwan": "寄件者: Ada\n寄件日期: 2024年8月12日 10:00\n收件者: Zoë\n主旨: RE: Order",
    "Outlook, Japanese": "差出人: Ada\n送信日時: 2024年8月12日 10:00\n宛先: Zoë\n件名: RE: Order",
    "Outlook, Korean": "보낸 사람: Ada\n보낸 날짜: 2024년 8월 12일 10:00\n받는 사람: Zoë\n제목: RE: Order",
    "Apple, forwarded": "Begin forwarded message:\n\nFrom: Ada\nSubject: Order\nDate: 12 August\nTo: Zoë",
    "Apple, forwarded, quoted": "Begin forwarded message:\n\n> From: Ada <ada@x.example>\n> Subject: Order",
    "Apple, forwarded, French": "Début du message réexpédié :\n\nDe: Ada\nObjet: Order\nDate: 12 août",
    "Apple, forwarded, Swedish": "Vidarebefordrat mejl:\n\nFrån: Ada\nÄmne: Order\nDatum: 12 augusti",
    "Apple, forwarded, Turkish": "İleti başlangıcı:\n\nKimden: Ada\nKonu: Order\nTarih: 12 Ağustos",
    "Gmail, forwarded": "---------- Forwarded message ---------\nFrom: Ada\nDate: Monday\nSubject: Order",
    "Gmail, forwarded, French": "De : Ada <ada@x.example>\nDate: lun. 12 août 2024\nSubject: Order\nTo: Zoë",
    "Thunderbird, forwarded, Finnish": "-------- Välitetty viesti --------\nAihe: Order\nLähettäjä: Ada",
    "Samsung, Danish": "-------- Oprindelig besked --------\nFra: Ada <ada@x.example>\nDato: 12.08.2024",
    "QQ Mail": "------------------ 原始邮件 ------------------\n发件人: Ada\n发送时间: 2024年8月12日",
    "Outlook Express, French": "-----Message d’origine-----\nDe : Ada\nObjet : Order",
    "paragraphs of their own": "From: Ada\n\nSent: Monday\n\nTo: Zoë\n\nSubject: Order",
}
SENTENCES = (
    "On Monday my boss wrote:",
    "On 12 May 2024 at 10:30 I wrote to Ada about this:",
    "In version 2.3 the manual says what I wrote:",
    "Il 15 agosto ho scritto (in inglese):",
    "Den 12 maj 2024 kl 10:00 skrev jag till er om detta:",
    "Am 12.08.2024 um 10:00 schrieb ich Ihnen wegen der Rechnung:",
    "12 августа 2024 в 10:00 я написал вам вот что и жду:",
    "These 3 people wrote:",
    "You wrote:",
    "That is what ada@x.example wrote:",
    "Please send it to Ada Lovelace <ada@x.example>:",
    "The files of 2024-08-12 10:00 are missing, see here:",
    "我写道：",
    "From: Berlin\nTo: Paris\nDate: Monday",
    "From: 9:00\nUntil: 17:00\nSubject: maths",
    "Von: Hamburg\nDatum: Montag\nOnderwerp: reis",
    "Da: Roma\nData: lunedì\nAsunto: viaje",
    "From: London\none\ntwo\nthree\nfour\nDate: Monday\nSubject: maths",
    "Begin forwarded message:\nthat is what the menu says",
    "Videresendt melding:\nden finner jeg ikke",
    "--- Original Recipe ---",
    "-- Original Message",
)
BODY = "\n\nDear Zoë,\nit is sent.\nAda"


@pytest.mark.parametrize("head", [*REPLIES.values(), *BLOCKS.values()], ids=[*REPLIES, *BLOCKS])
def test_the_quoted_mail_is_folded_from_its_head(head: str) -> None:
    text = f"{ANSWER}{head}{BODY}"
    assert [(text[fold.start : fold.end], fold.kind) for fold in find_folds(text)] == [(head + BODY, "quote")]


@pytest.mark.parametrize("head", REPLIES.values(), ids=REPLIES)
def test_an_answer_below_the_quotation_stays(head: str) -> None:
    quoted = f"{head}\n\n> Dear Zoë,\n> it is sent.\n"
    text = f"{quoted}\nThank you!"
    assert [text[fold.start : fold.end] for fold in find_folds(text)] == [quoted]
    below = f"Thank you, it has\narrived.\n{quoted}"
    assert [below[fold.start : fold.end] for fold in find_folds(below)] == [quoted]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_no_head(sentence: str) -> None:
    assert find_folds(f"{ANSWER}{sentence}{BODY}") == ()


@pytest.mark.parametrize("name", BLOCKS)
def test_a_head_is_recognised_in_what_is_left_of_html(name: str) -> None:
    head = BLOCKS[name].replace("<", "&lt;").replace(NBSP, "&nbsp;")
    lines = "".join(f"<div>{line}</div>" if line else "<br>" for line in head.split("\n"))
    (fold,) = find_folds(html_to_text(f"<p>Thank you!</p>{lines}<p>Dear Zoë,</p>"))
    assert fold.start == len(ANSWER)


@given(
    st.lists(
        st.sampled_from([*REPLIES.values(), *BLOCKS.values(), *SENTENCES, "> a", "", ":", "a"]), max_size=12
    )
)
def test_any_mixture_has_folds_that_are_apart(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    position = 0
    for fold in find_folds(text):
        assert position <= fold.start < fold.end <= len(text)
        position = fold.end


@pytest.mark.parametrize(
    "piece",
    [
        ":\n",
        "From:\n",
        "From: a\nDate: b\n",
        "Begin forwarded message:\n",
        "12 ",
        "On 12 Aug 2024 10:00 <a@b wrote ",
        "On 12 Aug 2024 10:00 <a@b> wrote to a:\n",
        "skrev <a@b ",
        "skrev a:\n",
        "-- a --\n",
        "On 12 Aug 2024 at 10:00, Ada wrote:\n",
        "On 12 Aug 2024 at 10:00, Ada wrote:\n> a\n\n",
    ],
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    find_folds("a\n" + piece * (190_000 // len(piece)))
    assert time.process_time() - started < 5  # what is quadratic takes minutes
