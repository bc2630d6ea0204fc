"""What bends the bands: each month its driver, each winter its spell, and the incident that nobody could plan."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from kpis import actions
from kpis.actions.room_watch import watch_room
from kpis.models import Environment, FlexRule, Kpi, Spell
from portal.demo.founding import countersign
from portal.demo.stage import Scene, dice_for
from portal.demo.story.weather import WEATHER, DriverPlot, FlexPlot, RulePlot, Weather
from portal.lib import scope
from relationships.models import Side

FLEXIBLE_FOR = 11  # months before today since when bands flex
WATCHED_FOR = 13  # months of driver readings before that
AMOUNTS = ("floor", "tolerance", "target")


def surround(scene: Scene, month: int) -> None:
    """What happens around the service in one month of the story; called once its readings are in."""
    weather = WEATHER.get(scene.chapter.name)
    if weather is None:
        return
    begins = scene.chapter.months - FLEXIBLE_FOR
    if month == max(0, begins - WATCHED_FOR):
        _add_driver(scene, weather.driver, month)
    if month >= max(0, begins - WATCHED_FOR):
        _report_driver(scene, weather.driver, month)
    if month == begins - 1:
        _agree_to_flex(scene, weather, begins)
    if month >= begins - 1:
        _declare_winter(scene, weather, month)
    for incident in weather.incidents:
        if month == begins + incident.months_in:
            first = scene.first_of(month)
            _declare(
                scene, incident.environment, first.replace(day=incident.first_day),
                first.replace(day=incident.last_day), incident.reason, first + relativedelta(months=1, days=2),
            )  # fmt: skip


def plan_the_next_winter(scene: Scene) -> None:
    """The coming winter is proposed and waits for the customer."""
    weather = WEATHER.get(scene.chapter.name)
    if weather is None:
        return
    today = scene.stage.now.date()
    december = date(today.year + (today.month == 12), 12, 1)
    with scene.stage.as_person(scene.lead_of(Side.PROVIDER), scene.pk) as lead:
        actions.propose_spell(
            environment=_environment(scene, weather.winter),
            first_day=december,
            last_day=december + relativedelta(months=2, days=-1),
            reason="As last year; the forecast of both planning teams is attached to the minutes.",
            note="Declared early, so that nobody is surprised.",
            actor=lead,
            side=Side.PROVIDER,
            now=scene.moment(today - timedelta(days=3), "next winter"),
        )


def look_at_the_figures(scene: Scene) -> None:
    """Some days ago the figures asked both sides to look together, where they do."""
    moment = scene.moment(scene.stage.now.date() - timedelta(days=6), "figures")
    with scope.acting_as(relationship_ids=(scene.pk,)):
        watch_room(relationship_id=scene.pk, now=moment)


def _add_driver(scene: Scene, plot: DriverPlot, month: int) -> None:
    day = scene.first_of(month) - timedelta(days=9)
    with scene.stage.as_person(scene.lead_of(Side(plot.performed_by)), scene.pk) as lead:
        actions.add_driver(
            relationship=scene.relationship,
            name=plot.name,
            reference="D1",
            performed_by=plot.performed_by,
            unit=plot.unit,
            decimals=0,
            frequency=Kpi.Frequency.MONTH,
            starts_on=scene.first_of(month),
            how_measured="Counted by the month, as invoiced.",
            actor=lead,
            side=Side(plot.performed_by),
            now=scene.moment(day, plot.name),
        )


def _report_driver(scene: Scene, plot: DriverPlot, month: int) -> None:
    first = scene.first_of(month)
    side = Side(plot.performed_by)
    dice = dice_for(scene.chapter.name, plot.name, month)
    winter = (12 - min(abs(first.month - 1), 12 - abs(first.month - 1)) * 2) / 12
    value = round(plot.level + plot.season * (2 * winter - 1) + dice.gauss(0, plot.noise))
    last_day = first + relativedelta(months=1, days=-1)
    moment = scene.moment(first + relativedelta(months=1, days=2), plot.name, hours_ago=31)
    moment = max(moment, datetime(last_day.year, last_day.month, last_day.day, 6, tzinfo=UTC))
    with scene.stage.as_person(scene.reporter_of(side), scene.pk) as person:
        driver = Kpi.objects.drivers().get(relationship=scene.relationship)
        actions.submit_reading(
            kpi=driver, period_start=first, value=value, version=None, actor=person, side=side, now=moment
        )
        reading = driver.readings.get(period_start=first)
    with scene.stage.as_person(scene.reporter_of(side.other), scene.pk) as person:
        actions.confirm_readings(
            relationship=scene.relationship,
            readings={reading.pk: reading.version},
            actor=person,
            side=side.other,
            now=max(moment, scene.moment(moment.date() + timedelta(days=1), plot.name, "confirms")),
        )


def _agree_to_flex(scene: Scene, weather: Weather, begins: int) -> None:
    day = scene.first_of(begins) - timedelta(days=25)
    for name, meaning, condition in weather.environments:
        with scene.stage.as_person(scene.lead_of(Side.CUSTOMER), scene.pk) as lead:
            proposed = actions.propose_environment(
                relationship=scene.relationship,
                name=name,
                meaning=meaning,
                condition=condition,
                effective_from=scene.first_of(begins),
                actor=lead,
                side=Side.CUSTOMER,
                now=scene.moment(day, name),
            )
        countersign(scene, proposed.agreement, scene.moment(day + timedelta(days=2), name))
    for flex in weather.flexes:
        _agree_package(scene, weather, flex, begins)
    _declare(
        scene, weather.surge, scene.first_of(begins), None,
        "The band follows the driver from now on.", day + timedelta(days=8),
    )  # fmt: skip


def _agree_package(scene: Scene, weather: Weather, flex: FlexPlot, begins: int) -> None:
    kpi, measure = scene.kpis[flex.measure]
    raised = measure.later_band if measure.later_band and scene.chapter.months > 24 else measure.band
    floor, tolerance, target = measure.thresholds(raised)
    day = scene.first_of(begins) - timedelta(days=14)
    with scene.stage.as_person(scene.lead_of(Side.PROVIDER), scene.pk) as lead:
        proposed = actions.propose_band(
            kpi=kpi,
            effective_from=scene.first_of(begins),
            floor=floor,
            tolerance=tolerance,
            target=target,
            allowance=Decimal(flex.allowance),
            max_earned=Decimal(flex.max_earned),
            rules=[
                _rule(scene, weather, plot, len(flex.rules) - place) for place, plot in enumerate(flex.rules)
            ],
            note="The same target, and honest about winters, changes and volume.",
            actor=lead,
            side=Side.PROVIDER,
            now=scene.moment(day, flex.measure, "flex"),
        )
    countersign(scene, proposed.agreement, scene.moment(day + timedelta(days=3), flex.measure, "flex"))


def _rule(scene: Scene, weather: Weather, plot: RulePlot, priority: int) -> FlexRule:
    environment = _environment(scene, plot.environment)
    if plot.along_driver is None:
        amounts = dict(zip(AMOUNTS, map(Decimal, plot.amounts), strict=True))
        return FlexRule(environment=environment, kind=FlexRule.Kind.SHIFT, priority=priority, **amounts)
    slope, deadband, cap = map(Decimal, plot.along_driver)
    return FlexRule(
        environment=environment,
        kind=FlexRule.Kind.DRIVER,
        priority=priority,
        driver=Kpi.objects.drivers().get(relationship=scene.relationship),
        baseline=Decimal(weather.driver.level),
        slope=slope,
        deadband=deadband,
        cap=cap,
    )


def _declare_winter(scene: Scene, weather: Weather, month: int) -> None:
    """In the month before December the provider declares the winter; when bands began to flex in it, at once."""
    following = scene.first_of(month + 1)
    if following.month != 12:
        return
    last = following + relativedelta(months=2, days=-1)
    if following >= scene.stage.now.date():
        return
    _declare(scene, weather.winter, following, last, "", following - timedelta(days=12))


def _declare(
    scene: Scene, environment: str, first_day: date, last_day: date | None, reason: str, day: date
) -> Spell:
    """The provider declares a spell, the customer signs two days later."""
    with scene.stage.as_person(scene.lead_of(Side.PROVIDER), scene.pk) as lead:
        spell = actions.propose_spell(
            environment=_environment(scene, environment),
            first_day=first_day,
            last_day=last_day,
            reason=reason,
            actor=lead,
            side=Side.PROVIDER,
            now=scene.moment(day, environment, first_day),
        )
    countersign(scene, spell.agreement, scene.moment(day + timedelta(days=2), environment, first_day))
    return spell


def _environment(scene: Scene, name: str) -> Environment:
    return Environment.objects.get(relationship=scene.relationship, name=name)
