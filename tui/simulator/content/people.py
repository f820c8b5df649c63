"""Who works at Harbourly, and who writes to it."""

from __future__ import annotations

from functools import cache
from random import Random

import msgspec

from tui.simulator.content.files import read
from tui.simulator.model import Company, SimulatedAdmin, SimulatedContact, SimulatedTeam

TEAMS = (
    SimulatedTeam(5017691, "Support", "balanced"),
    SimulatedTeam(5017692, "Billing", "round_robin"),
    SimulatedTeam(5017693, "Technical", "balanced"),
    SimulatedTeam(5017694, "Success & Onboarding", "manual"),
    SimulatedTeam(991267902, "Trust & Security", "manual"),
)
SUPPORT, BILLING, TECHNICAL, SUCCESS, SECURITY = (team.id for team in TEAMS)

TAGS = {
    102: "Billing", 103: "Refund", 104: "Bug", 105: "Feature request", 113: "Login", 118: "Integration",
    121: "API", 134: "Export", 86: "VIP", 140: "Churn risk", 141: "Onboarding", 152: "Mobile",
    160: "Performance", 171: "Outage", 999: "GDPR", 1000: "Security", 1001: "Needs docs",
    10234: "Waiting on engineering", 10240: "Spam", 10251: "Sales lead", 123456: "[escalated] tier 2",
    123460: "Praise 🎉",
}  # fmt: skip

_STAFF = (
    ("Maya Lindqvist", "Support lead", (SUPPORT, TECHNICAL)),
    ("Tomás Herrera", "Support specialist", (SUPPORT,)),
    ("Priya Raman", "Support specialist", (SUPPORT, BILLING)),
    ("Jonas Weber", "Support specialist", (SUPPORT,)),
    ("Aoife Brennan", "Billing specialist", (BILLING,)),
    ("Kwame Mensah", "Billing lead", (BILLING,)),
    ("Elif Demir", "Support engineer", (TECHNICAL,)),
    ("Sam O'Connor", "Support engineer", (TECHNICAL,)),
    ("Yuki Tanaka", "Support engineer", (TECHNICAL, SECURITY)),
    ("Chloé Marchand", "Onboarding manager", (SUCCESS,)),
    ("Diego Fonseca", "Customer success manager", (SUCCESS,)),
    ("Ingrid Solheim", "Security engineer", (SECURITY,)),
    ("Lucas Ferreira", "Support specialist", (SUPPORT,)),
    ("Hannah Osei", "Product manager", ()),
)

LANGUAGES = {"en": 66, "es": 6, "de": 7, "fr": 6, "pt": 5, "it": 2, "nl": 2, "ja": 3, "zh": 2, "ar": 1}
"""Languages of the customers and how many of a hundred speak them."""
PLANS = ("Starter", "Team", "Business", "Enterprise")


def admins() -> list[SimulatedAdmin]:
    """The teammates, then the two bots, then one without an inbox seat. The first is the token's owner."""
    staff = [
        SimulatedAdmin(
            991267459 + 7 * number,
            name,
            f"{name.split()[0].lower().replace('é', 'e').replace('á', 'a')}@harbourly.example",
            title,
            teams,
            away=number in {3, 10},
        )
        for number, (name, title, teams) in enumerate(_STAFF)
    ]
    return [
        *staff,
        SimulatedAdmin(274, "Operator", "operator+hrb1y7qx@intercom.example", has_inbox_seat=False),
        SimulatedAdmin(278, "Fin", "operator+fin@intercom.example", has_inbox_seat=False),
        SimulatedAdmin(
            4423433,
            "Data warehouse export",
            "warehouse@harbourly.example",
            "Service account",
            has_inbox_seat=False,
        ),
    ]


class _Names(msgspec.Struct):
    given: list[str]
    family: list[str]
    places: list[tuple[str, str]]


class _CompanyWords(msgspec.Struct):
    first: list[str]
    second: list[str]
    industries: list[str]


@cache
def _names() -> dict[str, _Names]:
    return read("names.toml", dict[str, _Names])


@cache
def _company_words() -> _CompanyWords:
    return read("companies.toml", _CompanyWords)


def companies(random: Random, count: int, now: int) -> list[Company]:
    """Distinct names, as many as the word lists allow."""
    words = _company_words()
    names = [f"{first} {second}" for first in words.first for second in words.second]
    random.shuffle(names)
    made = []
    for number, name in enumerate(names[:count]):
        plan = random.choices(range(4), (40, 35, 18, 7))[0]
        size = max(2, int(random.lognormvariate(2.2 + plan * 0.6, 0.8)))
        made.append(
            Company(
                id=number + 1,
                name=name,
                plan=PLANS[plan],
                size=size,
                industry=random.choice(words.industries),
                monthly_spend=size * (9, 14, 21, 33)[plan],
                website=f"https://{_slug(name)}.example",
                created_at=now - random.randrange(40, 1900) * 86400,
            )
        )
    return made


def contacts(random: Random, count: int, companies: list[Company], now: int) -> list[SimulatedContact]:
    """Users and leads of all languages; about one in fifty was merged into another, a few have no name."""
    made: list[SimulatedContact] = []
    languages = random.choices(list(LANGUAGES), list(LANGUAGES.values()), k=count)
    for number, language in enumerate(languages):
        names = _names()[language]
        given, family = random.choice(names.given), random.choice(names.family)
        company = random.choice(companies) if random.random() < 0.85 else None
        domain = (
            f"{_slug(company.name)}.example" if company else random.choice(("mail.example", "inbox.example"))
        )
        local = _slug(f"{given}.{family}").strip(".-") or f"user{number}"
        lead = random.random() < 0.12
        city, country = random.choice(names.places)
        merged = made[random.randrange(len(made))] if made and random.random() < 0.02 else None
        made.append(
            SimulatedContact(
                id=f"{0x5FD150D5 + number * 7919:08x}{random.getrandbits(64):016x}",
                external_id=None if lead else str(70 + number),
                role="lead" if lead else "user",
                name=None if lead and random.random() < 0.5 else _full_name(language, given, family),
                email="" if lead and random.random() < 0.3 else f"{local}@{domain}",
                phone=None if random.random() < 0.8 else f"+353 1 555 {random.randrange(1000, 9999)}",
                company=company.id if company else 0,
                city=city,
                country=country,
                language=language,
                created_at=now - random.randrange(1, 1200) * 86400 - random.randrange(86400),
                merged_into=(merged.merged_into or merged.id) if merged else "",
            )
        )
    return made


def _full_name(language: str, given: str, family: str) -> str:
    if language == "zh":
        return family + given
    return f"{family} {given}" if language == "ja" else f"{given} {family}"


_ASCII = str.maketrans("áàâãäåéèêëíìîïóòôõöúùûüçñßøÁÉÍÓÚÖÜÄÇÑ", "aaaaaaeeeeiiiiooooouuuucnsoAEIOUOUACN")


def _slug(text: str) -> str:
    """Letters, digits, dots and hyphens for an address; what has no plain form is left out."""
    plain = text.translate(_ASCII).lower().replace("œ", "oe")
    return "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter in ".-"))
