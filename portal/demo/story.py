"""Who is in the demonstration and what they agreed: plain data, every organisation invented."""

from dataclasses import dataclass, field
from decimal import Decimal

PASSWORD = "partnership-demo-2026"


@dataclass(frozen=True)
class Cast:
    """One person of the demonstration."""

    key: str
    name: str
    organisation: str
    is_admin: bool = False
    is_executive: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{self.organisation}.example"


@dataclass(frozen=True)
class Measure:
    """A KPI of the demonstration: its card, its band, and how its numbers behave."""

    name: str
    goal: int
    performed_by: str
    polarity: str
    unit: str
    band: tuple[str, ...]
    start: float
    end: float
    noise: float
    season: float = 0.0
    decimals: int = 1
    weight: int = 1
    volume: int = 0
    dip: tuple[int, int, float] | None = None
    later_band: tuple[str, ...] | None = None
    skip: tuple[int, ...] = ()
    outcome: str = ""
    how_measured: str = ""
    source: str = ""

    def thresholds(self, which: tuple[str, ...]) -> list[Decimal]:
        return [Decimal(text) for text in which]


@dataclass(frozen=True)
class Chapter:
    """One relationship of the demonstration."""

    name: str
    service: str
    customer: str
    provider: str
    customer_lead: str
    customer_second: str
    provider_lead: str
    provider_staff: str
    customer_staff: str
    stage: str
    intent: str
    goals: tuple[tuple[str, str, str, str], ...]
    measures: tuple[Measure, ...]
    contract_value: int
    months: int = 36
    seats: tuple[tuple[str, str, str], ...] = field(default=())


ORGANISATIONS = {
    "northwind": ("Northwind Health Trust", True, False),
    "harbour": ("Harbour City Council", True, False),
    "brightwater": ("Brightwater Services", False, True),
    "meridian": ("Meridian People Operations", False, True),
    "keystone": ("Keystone Workplace", False, True),
}

PEOPLE = (
    Cast("amara.okafor", "Amara Okafor", "northwind"),
    Cast("tom.hale", "Tom Hale", "northwind"),
    Cast("priya.nair", "Priya Nair", "northwind"),
    Cast("helen.marsh", "Helen Marsh", "northwind", is_executive=True),
    Cast("owen.price", "Owen Price", "northwind", is_admin=True),
    Cast("ruth.adler", "Ruth Adler", "northwind"),
    Cast("sam.whitlock", "Sam Whitlock", "northwind"),
    Cast("jonas.berg", "Jonas Berg", "brightwater"),
    Cast("lena.fischer", "Lena Fischer", "brightwater"),
    Cast("mateo.cruz", "Mateo Cruz", "brightwater"),
    Cast("ingrid.solberg", "Ingrid Solberg", "brightwater", is_executive=True),
    Cast("noor.haddad", "Noor Haddad", "brightwater", is_admin=True),
    Cast("bea.lindqvist", "Bea Lindqvist", "brightwater"),
    Cast("farah.aziz", "Farah Aziz", "harbour"),
    Cast("colin.reid", "Colin Reid", "harbour"),
    Cast("dilys.evans", "Dilys Evans", "harbour", is_executive=True),
    Cast("yusuf.demir", "Yusuf Demir", "harbour", is_admin=True),
    Cast("marta.silva", "Marta Silva", "meridian"),
    Cast("oskar.nowak", "Oskar Nowak", "meridian"),
    Cast("celia.grant", "Celia Grant", "meridian", is_executive=True, is_admin=True),
    Cast("peter.lang", "Peter Lang", "keystone"),
    Cast("anja.vogel", "Anja Vogel", "keystone", is_executive=True, is_admin=True),
)

SERVICE_DESK = Chapter(
    name="Service desk and workplace IT",
    service="IT service desk, on-site support and device management for 6,400 staff on nine sites",
    customer="northwind",
    provider="brightwater",
    customer_lead="amara.okafor",
    customer_second="ruth.adler",
    provider_lead="jonas.berg",
    provider_staff="lena.fischer",
    customer_staff="priya.nair",
    stage="6_VALUE_CREATION",
    intent=(
        "Clinicians should never wait for a computer. We run the service desk as one team: Northwind tells "
        "Brightwater what is coming and answers when asked; Brightwater fixes causes, not tickets. What either of "
        "us gains, both of us see."
    ),
    goals=(
        (
            "Staff get back to work fast",
            "A clinician with a problem is working again within the hour.",
            "4,100 clinical hours a year returned to patients",
            "Fewer repeat calls; a stable team",
        ),
        (
            "Change does not hurt",
            "New systems arrive without a wave of incidents.",
            "Go-lives that wards welcome",
            "Predictable load, no night shifts out of the blue",
        ),
        (
            "We keep our promises to each other",
            "Each side gets from the other what it needs, in time.",
            "A desk that knows our wards",
            "Information in time to plan",
        ),
    ),
    measures=(
        Measure(
            "First-contact resolution",
            0,
            "PROVIDER",
            "HIGHER",
            "%",
            ("60", "68", "75"),
            66,
            77,
            1.6,
            season=-2.0,
            weight=3,
            volume=5200,
            later_band=("63", "71", "78"),
            outcome="Problems end with the first call.",
            how_measured="Incidents closed by the first analyst ÷ incidents closed, without requests.",
            source="Service desk tool, monthly export",
        ),
        Measure(
            "Calls answered within 60 seconds",
            0,
            "PROVIDER",
            "HIGHER",
            "%",
            ("70", "80", "85"),
            84,
            87,
            2.2,
            season=-5.0,
            weight=2,
            volume=7400,
            dip=(20, 22, -11.0),
            how_measured="Calls answered within 60 s ÷ calls offered.",
            source="Telephony report",
        ),
        Measure(
            "Mean time to restore, priority 2",
            0,
            "PROVIDER",
            "LOWER",
            "hours",
            ("9", "7", "5"),
            7.4,
            4.9,
            0.5,
            weight=2,
            dip=(20, 22, 2.4),
            how_measured="Clock time from report to restoration, mean.",
            source="Service desk tool",
        ),
        Measure(
            "Staff who say IT helps them do their work",
            0,
            "JOINT",
            "HIGHER",
            "%",
            ("55", "62", "70"),
            58,
            71,
            1.4,
            weight=3,
            outcome="The service is felt, not only measured.",
            how_measured="Quarterly question to 600 staff, share agreeing.",
            source="Staff survey",
        ),
        Measure(
            "Changes that caused no incident",
            1,
            "JOINT",
            "HIGHER",
            "%",
            ("90", "94", "97"),
            93.5,
            97.2,
            0.9,
            weight=2,
            volume=140,
            how_measured="Changes without a linked incident within five days ÷ changes.",
            source="Change calendar, both teams",
        ),
        Measure(
            "Device temperature in comms rooms",
            1,
            "JOINT",
            "WITHIN_RANGE",
            "°C",
            ("16", "18", "20", "24", "26", "28"),
            21.5,
            22.4,
            1.1,
            season=2.2,
            how_measured="Mean of hourly readings.",
            source="Building sensors",
        ),
        Measure(
            "Go-live notice given",
            2,
            "CUSTOMER",
            "HIGHER",
            "working days",
            ("5", "10", "15"),
            9,
            16,
            2.0,
            weight=2,
            outcome="Brightwater can plan for load.",
            how_measured="Working days between notice and go-live, mean.",
            source="Programme office",
        ),
        Measure(
            "Access requests approved within 2 days",
            2,
            "CUSTOMER",
            "HIGHER",
            "%",
            ("70", "80", "90"),
            78,
            91,
            3.0,
            volume=420,
            weight=2,
            dip=(27, 29, -14.0),
            how_measured="Approvals within two working days ÷ approvals asked for.",
            source="Identity team",
        ),
        Measure(
            "Invoices paid within 30 days",
            2,
            "CUSTOMER",
            "HIGHER",
            "%",
            ("75", "88", "95"),
            92,
            96,
            2.0,
            how_measured="Undisputed invoices paid in time ÷ invoices due.",
            source="Accounts payable",
        ),
    ),
    contract_value=18_400_000,
    seats=(
        ("helen.marsh", "EXECUTIVE", "Chief operating officer"),
        ("ingrid.solberg", "EXECUTIVE", "Managing director"),
        ("tom.hale", "GO_TO", "Go-to person"),
        ("mateo.cruz", "GO_TO", "Go-to person"),
        ("sam.whitlock", "RECIPIENT", "Ward sister"),
    ),
)

PAYROLL = Chapter(
    name="HR services and payroll",
    service="Payroll for 6,400 people, contracts, absence and first-line HR answers",
    customer="northwind",
    provider="meridian",
    customer_lead="ruth.adler",
    customer_second="amara.okafor",
    provider_lead="marta.silva",
    provider_staff="oskar.nowak",
    customer_staff="priya.nair",
    stage="5_WORKING_TOGETHER",
    intent=(
        "Everyone is paid right, the first time. Meridian owns the run, Northwind owns what goes into it, and "
        "neither blames the other for what the two of us should have seen."
    ),
    goals=(
        (
            "Paid right the first time",
            "No one opens a payslip and finds a mistake.",
            "Trust of 6,400 people",
            "No rework in the week after payday",
        ),
        (
            "Inputs arrive in time",
            "The run starts with everything it needs.",
            "Fewer corrections",
            "A calm run",
        ),
    ),
    measures=(
        Measure(
            "Payslips without error",
            0,
            "PROVIDER",
            "HIGHER",
            "%",
            ("98.5", "99.2", "99.6"),
            99.1,
            99.7,
            0.14,
            decimals=2,
            weight=3,
            volume=6400,
            how_measured="Payslips not corrected within 60 days ÷ payslips.",
            source="Payroll system",
        ),
        Measure(
            "HR questions answered within a day",
            0,
            "PROVIDER",
            "HIGHER",
            "%",
            ("70", "80", "90"),
            86,
            91,
            2.6,
            weight=2,
            volume=1800,
            how_measured="Answered within one working day ÷ asked.",
            source="HR desk",
        ),
        Measure(
            "People who trust their payslip",
            0,
            "JOINT",
            "HIGHER",
            "%",
            ("60", "70", "80"),
            74,
            72,
            1.5,
            weight=2,
            how_measured="Share agreeing, quarterly question.",
            source="Staff survey",
        ),
        Measure(
            "Time sheets approved by cut-off",
            1,
            "CUSTOMER",
            "HIGHER",
            "%",
            ("80", "90", "97"),
            91,
            81,
            2.4,
            weight=3,
            volume=310,
            outcome="Late sheets are the largest cause of corrections.",
            how_measured="Sheets approved by the cut-off ÷ sheets.",
            source="Rostering system",
        ),
        Measure(
            "New starters announced 10 days ahead",
            1,
            "CUSTOMER",
            "HIGHER",
            "%",
            ("60", "75", "90"),
            76,
            64,
            4.0,
            weight=2,
            volume=95,
            how_measured="Starters announced in time ÷ starters.",
            source="Recruitment",
        ),
        Measure(
            "Off-cycle payments",
            1,
            "JOINT",
            "LOWER",
            "per 1,000",
            ("14", "9", "5"),
            7,
            10.5,
            1.1,
            weight=1,
            how_measured="Payments outside the run per 1,000 people.",
            source="Payroll system",
        ),
    ),
    contract_value=5_900_000,
    seats=(
        ("helen.marsh", "EXECUTIVE", "Chief operating officer"),
        ("celia.grant", "EXECUTIVE", "Managing director"),
    ),
)

CONTACT = Chapter(
    name="Citizen contact centre",
    service="Telephone, chat and counter for 310,000 residents",
    customer="harbour",
    provider="brightwater",
    customer_lead="farah.aziz",
    customer_second="colin.reid",
    provider_lead="bea.lindqvist",
    provider_staff="lena.fischer",
    customer_staff="colin.reid",
    stage="7_STAYING_TOGETHER",
    intent="Residents tell us once. The council gives answers that can be given; Brightwater gives them kindly.",
    goals=(
        (
            "Residents tell us once",
            "A question is answered without a second contact.",
            "Trust, and 90,000 fewer calls",
            "A centre people like to work in",
        ),
        (
            "Answers exist",
            "The knowledge behind an answer is there and right.",
            "Consistent policy",
            "Shorter calls",
        ),
    ),
    measures=(
        Measure(
            "Calls answered within 20 seconds",
            0,
            "PROVIDER",
            "HIGHER",
            "%",
            ("70", "78", "82"),
            83,
            86,
            1.2,
            weight=2,
            volume=26000,
            how_measured="Answered within 20 s ÷ offered.",
            source="Telephony",
        ),
        Measure(
            "Average handling time",
            0,
            "PROVIDER",
            "LOWER",
            "minutes",
            ("7.5", "6.8", "6.2"),
            6.5,
            5.9,
            0.12,
            decimals=2,
            weight=1,
            how_measured="Talk and wrap-up, mean.",
            source="Telephony",
        ),
        Measure(
            "Resolved at first contact",
            0,
            "JOINT",
            "HIGHER",
            "%",
            ("60", "68", "76"),
            70,
            61.5,
            1.6,
            weight=3,
            outcome="Green speed, red outcome: the pair to watch together.",
            how_measured="No second contact on the subject in 14 days.",
            source="Case system",
        ),
        Measure(
            "Residents satisfied with the answer",
            0,
            "JOINT",
            "HIGHER",
            "%",
            ("55", "64", "72"),
            68,
            62,
            1.3,
            weight=3,
            how_measured="Share 4 or 5 of 5.",
            source="Survey after contact",
        ),
        Measure(
            "Knowledge articles reviewed on time",
            1,
            "CUSTOMER",
            "HIGHER",
            "%",
            ("60", "75", "90"),
            82,
            74,
            3.0,
            weight=2,
            volume=220,
            how_measured="Reviewed by their date ÷ due.",
            source="Knowledge base",
        ),
        Measure(
            "Back-office answers within 3 days",
            1,
            "CUSTOMER",
            "HIGHER",
            "%",
            ("55", "70", "85"),
            79,
            66,
            3.2,
            weight=3,
            volume=1400,
            skip=(33, 34),
            how_measured="Answered within three working days ÷ passed on.",
            source="Case system",
        ),
    ),
    contract_value=11_200_000,
    seats=(
        ("dilys.evans", "EXECUTIVE", "Corporate director"),
        ("ingrid.solberg", "EXECUTIVE", "Managing director"),
        ("jonas.berg", "GO_TO", "Go-to person"),
    ),
)

FACILITIES = Chapter(
    name="Workplace and facilities",
    service="Cleaning, reception, repairs and energy in 14 buildings",
    customer="harbour",
    provider="keystone",
    customer_lead="colin.reid",
    customer_second="farah.aziz",
    provider_lead="peter.lang",
    provider_staff="peter.lang",
    customer_staff="farah.aziz",
    stage="4_PARTNER_SELECTION",
    intent="Buildings people are glad to enter, at a cost both of us can explain.",
    goals=(("Buildings work", "Nothing stays broken for long.", "Open counters", "Planned rounds"),),
    measures=(
        Measure(
            "Urgent repairs within 4 hours",
            0,
            "PROVIDER",
            "HIGHER",
            "%",
            ("75", "85", "92"),
            88,
            90,
            2.0,
            weight=2,
            volume=130,
            how_measured="Made safe within four hours ÷ urgent reports.",
            source="Help desk",
        ),
        Measure(
            "Energy used",
            0,
            "JOINT",
            "LOWER",
            "kWh per m²",
            ("13", "11.5", "10"),
            12,
            11.2,
            0.5,
            season=1.6,
            how_measured="Metered use ÷ floor area.",
            source="Meters",
        ),
        Measure(
            "Access to rooms given as booked",
            0,
            "CUSTOMER",
            "HIGHER",
            "%",
            ("70", "85", "95"),
            90,
            92,
            2.5,
            volume=60,
            how_measured="Rounds with access as booked ÷ rounds.",
            source="Round logs",
        ),
    ),
    contract_value=7_300_000,
    months=4,
    seats=(("dilys.evans", "EXECUTIVE", "Corporate director"), ("anja.vogel", "EXECUTIVE", "Partner")),
)

CHAPTERS = (SERVICE_DESK, PAYROLL, CONTACT, FACILITIES)
