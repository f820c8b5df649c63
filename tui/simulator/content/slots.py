"""Values for the slots in the topics' texts."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

CHOICES: Mapping[str, tuple[str, ...]] = {
    "times": ("three", "four", "five", "at least six", "two"),
    "daytime": ("this morning", "8:40", "lunch", "yesterday evening", "the weekend", "the last update", "Monday"),
    "day": ("yesterday", "on Tuesday", "last Friday", "two days ago", "last week", "this morning", "on the 3rd"),
    "weekday": ("on Monday", "next Thursday", "in ten days", "this Friday", "at the end of the month"),
    "hour": ("2pm", "11:30", "four o'clock", "9 tomorrow", "15:00 CET"),
    "month": ("January", "March", "April", "June", "August", "September", "October", "last month"),
    "area": ("the timesheets", "Planning", "the invoices tab", "Reports", "the client portal", "the Gantt view"),
    "browser": ("Firefox 132", "Chrome 130", "Safari 18", "Edge", "Chrome on Android", "Brave", "Safari on my iPad"),
    "gateway": ("Mimecast", "Proofpoint", "Barracuda", "Microsoft Defender", "an old Sophos box"),
    "idp": ("Okta", "Azure AD", "Google Workspace", "OneLogin", "JumpCloud"),
    "errorcode": ("AUTH-4017", "E_SYNC_409", "HB-2231", "0x80070057", "ERR_TIMEOUT_88", "GW-502-17", "SAML_15"),
    "role": ("project manager", "designer", "account lead", "intern", "freelancer", "contractor", "finance person"),
    "plan": ("Starter", "Team", "Business", "Enterprise"),
    "otherplan": ("the Team plan", "Business", "the yearly plan", "Enterprise", "the smallest plan you have"),
    "project": ("“Rebrand 2026”", "the Kestrel project", "“Website relaunch”", "“Q4 campaign”", "Project Saturn",
                "“Annual report”", "the museum project", "“Packaging v2”"),
    "integration": ("Slack", "Google Calendar", "Jira", "Xero", "QuickBooks", "Zapier", "Asana", "GitHub", "HubSpot"),
    "device": ("iPhone 15", "Pixel 8", "Galaxy S23", "iPad Air", "my old iPhone SE", "Fairphone 5"),
    "currency": ("EUR", "USD", "GBP", "CAD", "AUD", "CHF"),
    "colleague": ("Rosa", "Bilal", "Henrik", "Mei-Ling", "Paulo", "Agnieszka", "Kofi", "Saoirse", "Dmitri", "Ana"),
    "country": ("Germany", "Portugal", "Norway", "Canada", "the UK", "Singapore", "Chile", "Poland"),
    "timezone": ("Lisbon", "Auckland", "São Paulo", "Kolkata", "Chicago", "Helsinki"),
    "speed": ("40 seconds", "over a minute", "15 to 20 seconds", "ages", "half a minute"),
}  # fmt: skip


class Slots(dict[str, str]):
    """Fills a slot when it is first asked for, and the same from then on."""

    def __init__(self, random: Random, **known: str) -> None:
        super().__init__(known)
        self._random = random

    def __missing__(self, name: str) -> str:
        random = self._random
        if name in CHOICES:
            value = random.choice(CHOICES[name])
        elif name == "count":
            value = str(random.randrange(14, 240))
        elif name == "smallcount":
            value = str(random.randrange(2, 13))
        elif name == "amount":
            value = (
                f"{self['currency']} {random.randrange(19, 2400)}.{random.choice(('00', '50', '20', '99'))}"
            )
        elif name == "invoice":
            value = f"HRB-{random.randrange(2024, 2027)}-{random.randrange(100, 99999):05d}"
        elif name == "ticket":
            value = str(random.randrange(1200, 9800))
        elif name == "slug":
            value = f"{random.randrange(16**6):06x}"
        elif name == "percent":
            value = f"{random.randrange(3, 61)} %"
        elif name == "minutes":
            value = str(random.randrange(3, 58))
        else:
            raise KeyError(name)
        self[name] = value
        return value
