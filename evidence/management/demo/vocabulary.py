"""Institutions, themes and states of the demo."""

# Name, UKPRN-less on purpose; other names that are safe to match; acronyms that are not.
INSTITUTIONS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("University of Oxford", ("Oxford University",), ()),
    ("University of Cambridge", ("Cambridge University",), ()),
    ("Imperial College London", ("Imperial College",), ("ICL",)),
    ("University College London", (), ("UCL",)),
    ("King's College London", ("King’s College London",), ("KCL",)),
    ("London School of Economics and Political Science", ("London School of Economics",), ("LSE",)),
    ("SOAS University of London", ("School of Oriental and African Studies",), ("SOAS",)),
    ("University of Manchester", ("Manchester University",), ()),
    ("University of Edinburgh", ("Edinburgh University",), ()),
    ("University of Glasgow", ("Glasgow University",), ()),
    ("University of Leeds", ("Leeds University",), ()),
    ("University of Sheffield", ("Sheffield University",), ()),
    ("Sheffield Hallam University", ("Sheffield Hallam",), ("SHU",)),
    ("University of Nottingham", ("Nottingham University",), ()),
    ("University of York", ("York University",), ()),
    ("Newcastle University", ("University of Newcastle upon Tyne",), ()),
    ("Durham University", ("University of Durham",), ()),
    ("University of Birmingham", ("Birmingham University",), ()),
    ("University of Bristol", ("Bristol University",), ()),
    ("Cardiff University", ("Prifysgol Caerdydd",), ()),
    ("Aberystwyth University", ("Prifysgol Aberystwyth",), ()),
    ("Swansea University", ("Prifysgol Abertawe",), ()),
    ("Queen's University Belfast", ("Queen’s University Belfast",), ("QUB",)),
    ("University of Southampton", ("Southampton University",), ()),
    ("University of Warwick", ("Warwick University",), ()),
    ("Universities UK", (), ("UUK",)),
    ("UK Research and Innovation", (), ("UKRI",)),
    ("Office for Students", (), ("OfS",)),
)

# The themes of an inquiry into interference in academia, with terms that suggest them.
THEMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Intimidation and harassment", ("transnational repression", "intimidation", "harassment")),
    ("Pressure on relatives abroad", ("my parents", "my family", "relatives", "family members")),
    ("Surveillance and informing on campus", ("surveillance", "photographed", "informants")),
    ("Self-censorship and chilling effect", ("self-censorship", "chilling effect", "self-censor")),
    (
        "Interference with teaching, events and speakers",
        ("speaker", "event was cancelled", "seminar"),
    ),
    ("Visa denial and access as leverage", ("visa", "archive access", "fieldwork")),
    ("Dependence on fees and funding", ("tuition fees", "fee income", "recruitment")),
    (
        "Donations, contracts and disclosure",
        ("donation", "donations", "gift", "disclosure of funding"),
    ),
    (
        "Research security and theft of intellectual property",
        ("research security", "intellectual property"),
    ),
    ("Defence-linked and dual-use collaboration", ("dual-use", "export control", "military")),
    ("State-sponsored institutes", ("Confucius Institute", "language institute")),
    (
        "State-linked student associations and missions",
        ("student association", "embassy", "consulate"),
    ),
    ("State scholarships and loyalty conditions", ("state scholarship", "scholarships", "loyalty")),
    (
        "Talent programmes and undisclosed appointments",
        ("talent programme", "undisclosed appointment"),
    ),
    (
        "Overseas campuses and extraterritorial law",
        ("overseas campus", "branch campus", "extraterritorial"),
    ),
    (
        "Online abuse, disinformation and cyber",
        ("phishing", "cyber", "disinformation", "web site was blocked"),
    ),
    ("Legal threats and misuse of process", ("defamation", "legal threat", "legal letter")),
    (
        "University governance and reporting routes",
        ("reporting route", "governance", "governing body"),
    ),
    ("Government and regulator policy", ("regulator", "government policy", "free speech Act")),
    (
        "Welfare and discrimination of affected communities",
        ("discrimination", "welfare", "wellbeing"),
    ),
    ("Other countries' approaches", ("Australia", "Canada", "Sweden")),
)

STATES: tuple[tuple[str, str], ...] = (
    ("China", "CN"),
    ("Russia", "RU"),
    ("Iran", "IR"),
    ("Saudi Arabia", "SA"),
)
