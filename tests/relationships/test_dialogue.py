"""What is said, to whom, and what never reaches the other side."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from accounts.models import Person
from portal.lib.refusals import sqlstate
from relationships import actions, queries
from relationships.access import load_relationship
from relationships.models import Role, Side, TimelineEntry
from relationships.subjects import is_subject, page_of, words_for
from relationships.templatetags.dialogue import said
from tests.cast import NOW, acting, client_for, notices_of


def say(cast, person, text, **more):
    side = cast.own.side_of(person.organisation_id)
    with acting(person, cast.own):
        return actions.comment(relationship=cast.own, actor=person, side=side, now=NOW, text=text, **more)


def address(cast):
    return f"/relationships/{cast.own.pk}/timeline/"


def texts(cast, person, **asked):
    with acting(person) as viewer:
        standpoint = load_relationship(viewer, cast.own.pk)
        return [entry.text for entry in queries.get_timeline(standpoint, **asked)]


def test_shared_is_read_by_both_and_internal_by_one(cast):
    say(cast, cast.amara, "shared words")
    say(cast, cast.amara, "customer's own words", internal=True)
    say(cast, cast.jonas, "provider's own words", internal=True)
    assert texts(cast, cast.priya) == ["customer's own words", "shared words"]
    assert texts(cast, cast.lena) == ["provider's own words", "shared words"]
    for person, mine, theirs in (
        (cast.priya, "customer&#x27;s own", "provider&#x27;s own"),
        (cast.lena, "provider&#x27;s own", "customer&#x27;s own"),
    ):
        page = client_for(person).get(address(cast)).content.decode()
        assert mine in page
        assert theirs not in page
        assert "shared words" in page


def test_a_second_press_of_the_button_is_not_a_second_comment(cast):
    client = client_for(cast.amara)
    for _press in range(2):
        answer = client.post(address(cast), {"text": "Thank you @Jonas Weber"}, follow=True)
        assert "Said. Both sides read it." in answer.content.decode()
    assert texts(cast, cast.amara, kind="COMMENT") == ["Thank you @Jonas Weber"]
    assert len(notices_of(cast.jonas)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"person": "ruth"},
        {"text": "Thank you!"},
        {"internal": True},
        {"about": "kpi:1"},
        {"now": NOW + timedelta(minutes=1)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_differs_is_said(cast, other):
    said = {"person": "amara", "text": "Thank you", "now": NOW}
    for words in (said, said | other):
        person = cast.person(words.pop("person"))
        with acting(person, cast.own):
            actions.comment(relationship=cast.own, actor=person, side=Side.CUSTOMER, **words)
    assert len(texts(cast, cast.amara, kind="COMMENT")) == 2


def test_the_second_wall_hides_the_other_sides_words_from_any_query(cast):
    say(cast, cast.amara, "customer's own words", internal=True)
    with acting(cast.jonas, cast.own):
        assert not TimelineEntry.objects.filter(text__contains="own words").exists()
    with acting(cast.amara, cast.own):
        assert TimelineEntry.objects.filter(text__contains="own words").count() == 1


def test_the_first_wall_hides_them_without_the_second(cast):
    """Read as the role that row-level security does not bind, the question itself still leaves them out."""
    say(cast, cast.amara, "shared words")
    say(cast, cast.amara, "customer's own words", internal=True)
    with acting(cast.jonas) as viewer:
        standpoint = load_relationship(viewer, cast.own.pk)
        sql, parameters = queries.get_timeline(standpoint).query.sql_with_params()
        with acting(cast.amara, cast.own), connection.cursor() as cursor:  # eyes that could see both
            cursor.execute(f"SELECT text FROM ({sql}) found", parameters)
            assert [row[0] for row in cursor.fetchall()] == ["shared words"]


def test_nobody_speaks_in_the_name_of_the_other_side(cast):
    with acting(cast.amara, cast.own), pytest.raises(DatabaseError) as caught, transaction.atomic():
        actions.comment(
            relationship=cast.own, actor=cast.amara, side=Side.PROVIDER, now=NOW, text="as if from them"
        )
    assert sqlstate(caught.value) == "42501"


def test_saying_something_is_shared_unless_chosen_otherwise(cast):
    client = client_for(cast.amara)
    answer = client.post(address(cast), {"text": "Hello\n  there", "reach": "shared"}, follow=True)
    assert "Said. Both sides read it." in answer.content.decode()
    answer = client.post(address(cast), {"text": "Hush", "reach": "internal"}, follow=True)
    assert "Said. Only Northwind reads it." in answer.content.decode()
    client.post(address(cast), {"text": "No choice made"})
    with acting(cast.amara, cast.own):
        found = {entry.text: entry.internal_to for entry in TimelineEntry.objects.filter(kind="COMMENT")}
    assert found == {"Hello\n  there": None, "Hush": cast.northwind, "No choice made": None}


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"text": "   "}, "Write something first"),
        ({"text": "kept words\x00"}, "Null characters are not allowed"),
        ({"text": "kept words", "reach": "everybody"}, "Select a valid choice"),
        ({"text": "kept words", "about": "secret:1"}, "nothing of this kind"),
        ({"text": "kept words" + "x" * 10_000}, "at most 10000 characters"),
    ],
)
def test_what_is_refused_is_kept_and_said_to_nobody(cast, typed, problem):
    answer = client_for(cast.amara).post(address(cast), {"reach": "internal", **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert problem in page
    assert typed["text"].strip() in page
    with acting(cast.amara, cast.own):
        assert not TimelineEntry.objects.filter(kind="COMMENT").exists()


def test_a_refused_internal_comment_stays_internal(cast):
    page = client_for(cast.amara).post(address(cast), {"text": "", "reach": "internal"}).content.decode()
    assert 'value="internal" checked' in page
    assert 'value="shared" checked' not in page


def test_who_may_speak(cast):
    for person, status in (
        (cast.priya, 302),
        (cast.helen, 302),
        (cast.customer_go_to, 302),
        (cast.ingrid, 302),
        (cast.recipient, 403),
        (cast.outsider, 404),
        (cast.owen, 404),
        (cast.nobody, 404),
    ):
        assert client_for(person).post(address(cast), {"text": "x"}).status_code == status


def test_nothing_can_be_deleted_or_changed_by_the_pages(cast):
    say(cast, cast.amara, "it stays")
    client = client_for(cast.amara)
    assert client.delete(address(cast)).status_code == 405
    assert client.put(address(cast)).status_code == 405
    assert texts(cast, cast.amara) == ["it stays"]


def test_the_mentioned_get_a_notice_and_only_if_they_may_read_it(cast):
    say(cast, cast.amara, "@jonas weber and @Priya Nair, and @Amara Okafor herself, and @Rosa Duarte")
    everybody = (cast.amara, cast.jonas, cast.priya, cast.recipient, cast.ruth)
    told = {person: notice for person in everybody for notice in notices_of(person)}
    assert set(told) == {cast.jonas, cast.priya}  # not the writer, not a recipient, who reads elsewhere
    assert told[cast.jonas].text == "Amara Okafor mentions you in “Northwind service desk”"
    say(cast, cast.amara, "@Jonas Weber must not know, @Ruth Levine", internal=True)
    assert [len(notices_of(person)) for person in everybody] == [0, 1, 1, 0, 1]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Ann Lee", ["Ann Lee"]),
        ("@Ann Leeway is longer", ["Ann Leeway"]),
        ("@Ann Leeman is nobody", []),
        ("mail@Ann Lee", ["Ann Lee"]),
        ("(@ANN LEE)", ["Ann Lee"]),
        ("Ann Lee without a sign", []),
        ("@Ann Lee and @Ann Lee", ["Ann Lee"]),
        ("@J. R. (Bob)* and @Ann Lee", ["J. R. (Bob)*", "Ann Lee"]),
    ],
)
def test_whole_names_the_longest_first(text, names):
    people = [Person(full_name=name) for name in ("Ann Lee", "Ann Leeway", "J. R. (Bob)*", "")]
    assert [person.full_name for person in actions.timeline.mentioned(text, people)] == names


def test_nobody_to_mention(cast):
    assert actions.timeline.mentioned("@Ann Lee", []) == []


def test_what_was_said_is_text_and_never_markup():
    shown = said("<script>x</script> @Ann O'Neil & @Ann\nline two", ["Ann O'Neil", "Ann"])
    assert shown == (
        '&lt;script&gt;x&lt;/script&gt; <span class="mention">@Ann O&#x27;Neil</span> &amp; '
        '<span class="mention">@Ann</span>\nline two'
    )
    assert said("plain") == "plain"


def test_filters_search_and_pages(cast):
    with acting(cast.amara, cast.own):
        actions.note_event(
            relationship_id=cast.own.pk,
            side="CUSTOMER",
            actor=cast.amara,
            now=NOW,
            text="an event of Saturday",
        )
    for number in range(60):
        say(cast, cast.jonas, f"comment {number} about Saturday")
    assert len(texts(cast, cast.amara, kind="EVENT")) == 1
    assert len(texts(cast, cast.amara, kind="COMMENT", search="comment 5")) == 11
    assert len(texts(cast, cast.amara, search="weber")) == 60
    client = client_for(cast.amara)
    page = client.get(address(cast), {"q": "saturday", "kind": "COMMENT"}).content.decode()
    assert "Page 1 of 2" in page
    assert "an event of Saturday" not in page
    assert "q=saturday" in page
    assert (
        "No line of the dialogue fits" in client.get(address(cast), {"q": "nothing so\x00"}).content.decode()
    )
    assert client.get(address(cast), {"kind": "NONSENSE", "page": "-3"}).status_code == 200


def test_an_empty_dialogue_says_what_will_be_here(cast):
    assert "Nothing happened yet" in client_for(cast.amara).get(address(cast)).content.decode()


def test_a_comment_about_a_contract_stands_on_its_page_and_links_back(cast):
    with acting(cast.amara, cast.own):
        contract = actions.add_contract(
            relationship=cast.own, kind="MASTER", terms=actions.ContractTerms(title="MA"), actor=cast.amara,
            side=Side.CUSTOMER, now=NOW,
        )  # fmt: skip
    page_of_it = f"/contracts/{contract.pk}/"
    client = client_for(cast.amara)
    assert f'name="about" value="contract:{contract.pk}"' in client.get(page_of_it).content.decode()
    data = {"text": "Is clause 4 still true?", "about": f"contract:{contract.pk}", "next": page_of_it}
    assert client.post(address(cast), data).url == page_of_it
    assert "Is clause 4 still true?" in client.get(page_of_it).content.decode()
    whole = client.get(address(cast)).content.decode()
    assert f'<a href="{page_of_it}">About a contract</a>' in whole
    assert len(texts(cast, cast.jonas, about=f"contract:{contract.pk}")) == 2


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_portal(cast, elsewhere):
    answer = client_for(cast.amara).post(address(cast), {"text": "x", "next": elsewhere})
    assert answer.url == address(cast)


def test_subjects():
    for about in ("kpi:12", "goal:3", "agreement:7", "contract:3", "upload:9", "reading:12:2026-01-01"):
        assert is_subject(about)
        assert resolve(page_of(about))
        assert words_for(about)
    assert page_of("reading:12:2026-01-01") == "/kpis/12/readings/2026-01-01/"
    assert page_of("nonsense") == words_for("nonsense") == ""


@pytest.mark.parametrize(
    "about",
    [
        "kpi:",
        "kpi:x",
        "secret:1",
        "kpi:1;drop",
        "",
        "kpi:-1",
        "kpi:1\n",
        "reading:1",
        "reading:1:2026-13-01",
        "kpi:²",
    ],
)
def test_no_subjects(about):
    assert not is_subject(about)


def test_more_lines_cost_no_more_queries(cast):
    client = client_for(cast.amara)
    say(cast, cast.amara, "one @Jonas Weber")
    with CaptureQueriesContext(connection) as few:
        client.get(address(cast))
    for person in (cast.jonas, cast.lena, cast.priya):
        say(cast, person, "more", internal=True)
        say(cast, person, "more", about="agreement:1")
    with CaptureQueriesContext(connection) as many:
        client.get(address(cast))
    assert len(many) == len(few)


def test_a_recipients_name_is_not_offered(cast):
    with acting(cast.amara, cast.own):
        assert Role.RECIPIENT in {seat.role for seat in cast.own.seats.all()}
    page = client_for(cast.amara).get(address(cast)).content.decode()
    assert 'data-name="Jonas Weber" data-side="other"' in page
    assert "Rosa Duarte" not in page
