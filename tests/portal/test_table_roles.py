"""The parts of a table that is laid out as cards say what they are."""

import pytest
from django.template import Context, Template

from portal.lib.table_roles import with_roles

TABLE = (
    '{% data_table caption="Things" KIND %}<thead><tr><td></td><th scope="col" class="number">Value</th></tr></thead>'
    '<tbody><tr class="a"><th class="b" scope="row">One</th><td data-label="Value">1</td></tr></tbody>{% enddata_table %}'
)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("<thead>", '<thead role="rowgroup">'),
        ("<tbody data-x>", '<tbody role="rowgroup" data-x>'),
        ("<tfoot\n>", '<tfoot role="rowgroup"\n>'),
        ('<tr id="a">', '<tr role="row" id="a">'),
        ('<td data-label="scope">', '<td role="cell" data-label="scope">'),
        ("<th>", '<th role="columnheader">'),
        ('<th class="x" scope="col">', '<th role="columnheader" class="x" scope="col">'),
        ('<th scope="rowgroup" rowspan="2">', '<th role="rowheader" scope="rowgroup" rowspan="2">'),
        ('<th scope="colgroup">', '<th role="columnheader" scope="colgroup">'),
        ("<track><thing><em>&lt;td&gt;</em></td>", "<track><thing><em>&lt;td&gt;</em></td>"),
    ],
)
def test_each_part_gets_the_role_it_has_anyway(given, said):
    assert with_roles(given) == said


@pytest.mark.parametrize("kind", ["cards=True", "relaid=True"])
def test_a_relaid_table_names_its_parts(kind):
    drawn = Template(TABLE.replace("KIND", kind)).render(Context())
    for part in (
        '<table role="table">',
        '<tr role="row" class="a">',
        '<th role="rowheader" class="b" scope="row">',
    ):
        assert part in drawn


def test_a_plain_table_is_left_alone():
    assert 'role="row"' not in Template(TABLE.replace("KIND", "")).render(Context())
