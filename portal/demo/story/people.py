"""Who is in the demonstration; every organisation and every person is invented."""

from dataclasses import dataclass

PASSWORD = "partnership-demo-2026"  # noqa: S105  printed for whoever tries the demonstration


@dataclass(frozen=True)
class Home:
    """One organisation of the demonstration."""

    key: str
    name: str
    buys: bool = False
    provides: bool = False
    time_zone: str = "Europe/London"
    country: str = "GB"
    region: str = ""
    currency: str = "GBP"


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


ORGANISATIONS = (
    Home("northwind", "Northwind Health Trust", buys=True),
    Home("harbour", "Harbour City Council", buys=True),
    Home("brightwater", "Brightwater Services", provides=True),
    Home(
        "meridian",
        "Meridian People Operations",
        provides=True,
        time_zone="Europe/Warsaw",
        country="PL",
        currency="EUR",
    ),
    Home(
        "keystone",
        "Keystone Workplace",
        provides=True,
        time_zone="Europe/Vienna",
        country="AT",
        currency="EUR",
    ),
)

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
