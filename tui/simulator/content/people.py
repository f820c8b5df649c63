"""Who works at Harbourly, and who writes to it."""

from __future__ import annotations

from random import Random

from tui.simulator.model import Admin, Company, Contact, Team

TEAMS = (
    Team(5017691, "Support", "balanced"),
    Team(5017692, "Billing", "round_robin"),
    Team(5017693, "Technical", "balanced"),
    Team(5017694, "Success & Onboarding", "manual"),
    Team(991267902, "Trust & Security", "manual"),
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

GIVEN = {
    "en": "Olivia Noah Amelia Jack Grace Ethan Ruby Callum Imogen Marcus Naomi Dylan Freya Owen Tessa Caleb Nadia "
    "Reuben Isla Patrick Hazel Gareth Bethany Wesley Joanna Curtis Leona Felix Maeve Spencer Anjali Devon Kezia",
    "es": "Lucía Mateo Valentina Santiago Camila Andrés Elena Joaquín Marta Rubén Ximena Álvaro",
    "de": "Lena Jürgen Sophie Matthias Anke Florian Birgit Tobias Käthe Moritz Svenja Uwe",
    "fr": "Camille Étienne Margaux Théo Élodie Baptiste Océane Guillaume Maëlle Rémi Solène Cédric",
    "pt": "Beatriz João Larissa Thiago Inês Rafael Mariana Vinícius Joana Caio Letícia Duarte",
    "it": "Giulia Lorenzo Chiara Matteo Francesca Davide Alessia Niccolò",
    "nl": "Sanne Daan Femke Joris Lotte Bram Anouk Thijs",
    "ja": "美咲 健太 陽子 拓也 さくら 直樹",
    "zh": "婷婷 伟明 晓燕 志强 雨萱 建国",
    "ar": "ليلى أحمد نورة خالد سارة يوسف",
}
FAMILY = {
    "en": "Whitfield Okafor Sinclair Novak Hargreaves Patel Mbeki Thornton Callahan Iqbal Pemberton Ellison Kaur "
    "Fairweather Donnelly Abbott Vasquez Lockwood Chaudhry Marlowe Stratton Nguyen Ashworth Beaumont Rourke Castellan",
    "es": "Serrano Villalobos Ibáñez Quintana Cordero Zamora Peñalver Arriaga",
    "de": "Brandt Schäfer Köhler Lindemann Vogt Müller-Stahl Hoffmeister Zöllner",
    "fr": "Delacroix Moreau Lefèvre Garnier Béranger Roussel Chastain D'Amboise",
    "pt": "Albuquerque Carvalho Magalhães Nogueira Teixeira Brandão Sampaio Pacheco",
    "it": "Bellini Ricci Santoro Moretti De Luca Fontana",
    "nl": "van Dijk Bakker de Groot Vermeulen Hendriks ter Horst",
    "ja": "高橋 佐藤 小林 中村 渡辺",
    "zh": "王 李 陈 赵 周",
    "ar": "الحسن منصور العلي حداد",
}
PLACES = {
    "en": (("Dublin", "Ireland"), ("Leeds", "United Kingdom"), ("Austin", "United States"),
           ("Toronto", "Canada"), ("Melbourne", "Australia"), ("Cape Town", "South Africa"),
           ("Bengaluru", "India"), ("Portland", "United States")),
    "es": (("Valencia", "Spain"), ("Bogotá", "Colombia"), ("Guadalajara", "Mexico")),
    "de": (("Leipzig", "Germany"), ("Graz", "Austria"), ("Zürich", "Switzerland")),
    "fr": (("Lyon", "France"), ("Montréal", "Canada"), ("Liège", "Belgium")),
    "pt": (("Porto", "Portugal"), ("Curitiba", "Brazil"), ("Recife", "Brazil")),
    "it": (("Torino", "Italy"), ("Bari", "Italy")),
    "nl": (("Utrecht", "Netherlands"), ("Gent", "Belgium")),
    "ja": (("大阪", "Japan"), ("Tokyo", "Japan")),
    "zh": (("上海", "China"), ("Taipei", "Taiwan")),
    "ar": (("Amman", "Jordan"), ("Dubai", "United Arab Emirates")),
}  # fmt: skip
LANGUAGES = ("en", "es", "de", "fr", "pt", "it", "nl", "ja", "zh", "ar")
LANGUAGE_WEIGHTS = (70, 6, 6, 5, 5, 2, 2, 2, 1, 1)

_COMPANY_FIRST = (
    "Bright Copper North Paper Wild Little Second Blue Studio Maple Anchor Quiet Granite Lantern Velvet "
    "Harbor Pixel Juniper Fox Salt Ember Orbit Meadow Cobalt Tall Open Kindred Marble Tandem Willow"
).split()
_COMPANY_SECOND = (
    (
        "Works Collective Studio Partners Labs & Sons Media Digital House Agency Architects Foundry Consulting "
        "Creative Engineering Logistics Legal Productions Interactive Group Bureau Bakery Clinic Robotics"
    )
    .replace("& Sons", "&_Sons")
    .split()
)
_INDUSTRIES = (
    "Design",
    "Advertising",
    "Architecture",
    "Software",
    "Legal",
    "Consulting",
    "Non-profit",
    "Film",
)
PLANS = ("Starter", "Team", "Business", "Enterprise")


def admins() -> list[Admin]:
    """The teammates, then the two bots, then one without an inbox seat. The first is the token's owner."""
    staff = [
        Admin(
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
        Admin(274, "Operator", "operator+hrb1y7qx@intercom.example", has_inbox_seat=False),
        Admin(278, "Fin", "operator+fin@intercom.example", has_inbox_seat=False),
        Admin(
            4423433,
            "Data warehouse export",
            "warehouse@harbourly.example",
            "Service account",
            has_inbox_seat=False,
        ),
    ]


def companies(random: Random, count: int, now: int) -> list[Company]:
    """Distinct names, as many as the word lists allow."""
    names = [f"{a} {b.replace('_', ' ')}" for a in _COMPANY_FIRST for b in _COMPANY_SECOND]
    random.shuffle(names)
    made = []
    for number, name in enumerate(names[:count]):
        plan = random.choices(range(4), (40, 35, 18, 7))[0]
        size = max(2, int(random.lognormvariate(2.2 + plan * 0.6, 0.8)))
        made.append(
            Company(
                number + 1, name, PLANS[plan], size, random.choice(_INDUSTRIES), size * (9, 14, 21, 33)[plan],
                f"https://{_slug(name)}.example", now - random.randrange(40, 1900) * 86400,
            )
        )  # fmt: skip
    return made


def contacts(random: Random, count: int, companies: list[Company], now: int) -> list[Contact]:
    """Users and leads of all languages; about one in fifty was merged into another, a few have no name."""
    made: list[Contact] = []
    seen: set[str] = set()
    for number in range(count):
        language = random.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0]
        given, family = random.choice(GIVEN[language].split()), random.choice(_families(language))
        if f"{given} {family}" in seen:
            family = f"{family}-{random.choice(_families('en'))}" if language == "en" else family
        seen.add(f"{given} {family}")
        name = (
            f"{family}{given}"
            if language == "zh"
            else f"{family} {given}"
            if language == "ja"
            else f"{given} {family}"
        )
        company = random.choice(companies) if companies and random.random() < 0.85 else None
        domain = (
            f"{_slug(company.name)}.example" if company else random.choice(("mail.example", "inbox.example"))
        )
        local = (
            _slug(f"{given}.{family}")
            if given.isascii() or language not in {"ja", "zh", "ar"}
            else f"user{number}"
        )
        lead = random.random() < 0.12
        city, country = random.choice(PLACES[language])
        id = f"{0x5FD150D5 + number * 7919:08x}{random.getrandbits(64):016x}"
        merged = made[random.randrange(len(made))] if made and random.random() < 0.02 else None
        made.append(
            Contact(
                id=id,
                external_id=None if lead else str(70 + number),
                role="lead" if lead else "user",
                name=None if lead and random.random() < 0.5 else name,
                email="" if lead and random.random() < 0.3 else f"{local}@{domain}",
                phone=None,
                company=company.id if company else 0,
                city=city,
                country=country,
                language=language,
                created_at=now - random.randrange(1, 1200) * 86400 - random.randrange(86400),
                merged_into=merged.merged_into or merged.id if merged else "",
            )
        )
    return made


def _families(language: str) -> list[str]:
    if language in {"it", "nl"}:
        return {
            "it": ["Bellini", "Ricci", "Santoro", "Moretti", "De Luca", "Fontana"],
            "nl": ["van Dijk", "Bakker", "de Groot", "Vermeulen", "Hendriks", "ter Horst"],
        }[language]
    return FAMILY[language].split()


_ASCII = str.maketrans("áàâãäåéèêëíìîïóòôõöúùûüçñßøÁÉÍÓÚÖÜÄÇÑÉ", "aaaaaaeeeeiiiiooooouuuucnsoAEIOUOUACNE")


def _slug(text: str) -> str:
    plain = text.translate(_ASCII).lower().replace("œ", "oe")
    return "".join(letter for letter in plain if letter.isascii() and (letter.isalnum() or letter in ".-"))
