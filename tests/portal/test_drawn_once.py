"""What is drawn once and filled in looks as if it were drawn each time."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import engines
from django.urls import NoReverseMatch
from django.utils import timezone, translation

from portal.lib.series import Point, Series
from portal.templatetags.overview import _kpi_row


def drawn(source: str, **values) -> str:
    return engines["django"].from_string(source).render(values)


def test_texts_are_escaped_each_time_and_markup_of_a_block_stays():
    for text in ("plain", "<b>", "a & b", "content", "\x00content"):
        said = drawn("{% panel title=title note=title %}<i>{{ title }}</i>{% endpanel %}", title=text)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert f'<p class="panel-note">{escaped}</p>' in said
        assert f"<i>{escaped}</i>" in said


@pytest.mark.parametrize("nothing", ["", None])
def test_what_is_not_there_leaves_no_trace(nothing):
    said = drawn("{% button value=nothing %}Go{% endbutton %}", nothing=nothing)
    assert said == '<button class="button button-primary" type="submit">Go</button>'
    assert 'value="0"' in drawn("{% button value=0 %}Go{% endbutton %}")


def test_shapes_are_told_apart():
    both = [drawn("{% tab href='/' current=key key='one' count=count %}x{% endtab %}", key=key, count=count)
            for key in ("one", "two") for count in (None, 0, 1)]  # fmt: skip
    assert len(set(both)) == 6


def test_addresses_are_django_s_own():
    assert drawn("{% url 'overview' 7 %}") == "/relationships/7/"
    assert drawn("{% url 'overview' pk as there %}[{{ there }}]", pk=8) == "[/relationships/8/]"
    assert drawn("{% url 'overview' relationship_id=9 %}") == "/relationships/9/"
    assert drawn("{% url 'overview' 'x' as there %}[{{ there }}]") == "[]"
    for _again in range(2):
        with pytest.raises(NoReverseMatch):
            drawn("{% url 'overview' 'x' %}")


def test_a_fixed_text_is_said_in_each_reader_s_language():
    template = engines["django"].from_string(
        "{% translate 'Monday' %}{% translate 'Tuesday' as day %}, {{ day }}"
    )
    said = []
    for language in ("en-gb", "de", "en-gb"):
        with translation.override(language):
            said.append(template.render({}))
    assert said == ["Monday, Tuesday", "Montag, Dienstag", "Monday, Tuesday"]
    assert drawn("{% translate '50% of <b>' %}") == "50% of <b>"
    assert drawn("{% translate text %}", text="a <b>") == "a &lt;b&gt;"


def test_one_moment_is_shown_in_each_reader_s_zone():
    at = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    said = []
    for zone in ("UTC", "Europe/Berlin", "UTC"):
        with timezone.override(zone):
            said.append(drawn("{% moment at %} {% date at %}", at=at))
    assert said[0] == said[2]
    assert "3 Mar 2026, 23:30" in said[0]
    assert "4 Mar 2026, 00:30" in said[1]
    assert 'datetime="2026-03-04"' in said[1]
    assert "3 Mar 2026, 23:30" in drawn("{% moment at zone='UTC' %}", at=at)


def test_a_row_follows_its_figures_and_its_owners():
    def row(value: str, owner: str | None) -> str:
        point = Point(
            date(2026, 1, 1), date(2026, 1, 31), "Jan 2026", Decimal(value), 3, href="/x/", state="CONFIRMED"
        )
        return _kpi_row(
            1, owner, "Pia", "PROVIDER", Series("Up <time>", "%", 1, "HIGHER", (point,)), None, "en-gb"
        )

    assert "98.5 %" in row("98.5", "Cem")
    assert "Up &lt;time&gt;" in row("98.5", "Cem")
    assert "99.1 %" in row("99.1", "Cem")
    assert "no owner yet" in row("98.5", None)
    assert row("98.5", "Cem") is row("98.5", "Cem")


def test_a_block_within_a_list_keeps_to_its_own_row():
    said = drawn("{% for n in rows %}{% tag %}{{ n }}{% endtag %}{% endfor %}", rows=["a", "<", "c"])
    assert said == "".join(f'<span class="tag tag-neutral">{n}</span>' for n in ("a", "&lt;", "c"))
