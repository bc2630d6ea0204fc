"""What bends the bands of the demonstration: drivers, environments, rules and spells, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DriverPlot:
    """A series of context, reported by one side: a level, its season (positive: high in winter) and its noise."""

    name: str
    unit: str
    performed_by: str
    level: int
    season: int
    noise: int


@dataclass(frozen=True)
class RulePlot:
    """How a measure's band moves in an environment: amounts for SHIFT, or (slope, deadband, cap) along the driver."""

    environment: str
    amounts: tuple[str, ...] = ()
    along_driver: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class FlexPlot:
    """The package agreed for one measure: rules (most important first), allowance, earned room as a share."""

    measure: str
    rules: tuple[RulePlot, ...]
    allowance: str
    max_earned: str = "0"


@dataclass(frozen=True)
class IncidentPlot:
    """A spell declared afterwards, so many months after the bands began to flex: first and last day of that month."""

    environment: str
    months_in: int
    first_day: int
    last_day: int
    reason: str


@dataclass(frozen=True)
class Weather:
    """All of it for one relationship. `winter` names the environment of each December and January."""

    driver: DriverPlot
    winter: str
    surge: str
    environments: tuple[tuple[str, str, str], ...]
    flexes: tuple[FlexPlot, ...]
    incidents: tuple[IncidentPlot, ...] = ()


WEATHER = {
    "Service desk and workplace IT": Weather(
        driver=DriverPlot("Calls offered", "calls", "PROVIDER", 7400, 700, 240),
        winter="Winter pressure",
        surge="Call volume",
        environments=(
            (
                "Winter pressure",
                "December and January, when wards are full and agency staff need accounts at short notice.",
                "",
            ),
            ("Call volume", "More calls than the desk is staffed for.", "calls_offered > 9500"),
            ("Platform change", "The weeks in which telephony or the ticket system is replaced.", ""),
        ),
        flexes=(
            FlexPlot(
                "Calls answered within 60 seconds",
                (
                    RulePlot("Winter pressure", ("-4", "-4", "-3")),
                    RulePlot("Platform change", ("-8", "-8", "-6")),
                    RulePlot("Call volume", along_driver=("20", "0.08", "3")),
                ),
                allowance="4",
                max_earned="0.4",
            ),
            FlexPlot(
                "Mean time to restore, priority 2",
                (RulePlot("Platform change", ("1.5", "1.5", "1")),),
                allowance="3",
            ),
        ),
        incidents=(
            IncidentPlot(
                "Platform change",
                5,
                4,
                22,
                "The ticket system moved to the new platform; both teams worked on paper for two days.",
            ),
        ),
    ),
    "Citizen contact centre": Weather(
        driver=DriverPlot("Calls offered", "calls", "PROVIDER", 26000, 2500, 900),
        winter="Council tax season",
        surge="Call volume",
        environments=(
            ("Council tax season", "The weeks after the annual bills, when most residents call once.", ""),
            ("Call volume", "More calls than forecast.", "calls_offered > 31000"),
        ),
        flexes=(
            FlexPlot(
                "Average handling time",
                (
                    RulePlot("Council tax season", ("0.4", "0.4", "0.3")),
                    RulePlot("Call volume", along_driver=("2", "0.05", "0.4")),
                ),
                allowance="6",
            ),
        ),
    ),
    "HR operations and payroll": Weather(
        driver=DriverPlot("People on the payroll", "people", "CUSTOMER", 6400, 90, 25),
        winter="Year-end",
        surge="Headcount",
        environments=(
            ("Year-end", "December and January: tax statements, bonuses and leavers in one month.", ""),
            (
                "Headcount",
                "More people on the payroll than the service was sized for.",
                "people_on_the_payroll > 6600",
            ),
        ),
        flexes=(
            FlexPlot(
                "HR questions answered within a day",
                (
                    RulePlot("Year-end", ("-6", "-6", "-5")),
                    RulePlot("Headcount", along_driver=("60", "0.02", "4")),
                ),
                allowance="5",
                max_earned="0.25",
            ),
        ),
    ),
}
