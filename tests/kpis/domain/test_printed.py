"""Bands as contracts print them: gaps and overlaps are noticed, explained and closed."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from kpis.domain.bands import Band, Verdict, check, judge
from kpis.domain.printed import Flaw, Printed, Trouble, UnreadableBands, read_printed
from tests.kpis.domain.strategies import number, rising

GOOD, APPROACHING = Verdict.GOOD, Verdict.APPROACHING
IMPROVE, INADEQUATE = Verdict.REQUIRES_IMPROVEMENT, Verdict.INADEQUATE
D = Decimal


def printed(verdict, low, high, **more):
    return Printed(
        verdict, None if low is None else D(str(low)), None if high is None else D(str(high)), **more
    )


WHOLE_NUMBERS = [
    printed(GOOD, 96, None),
    printed(APPROACHING, 90, 95),
    printed(IMPROVE, 75, 89),
    printed(INADEQUATE, None, 75, includes_high=False),
]


def test_whole_numbers_leave_gaps_that_are_explained():
    restated = read_printed("HIGHER", WHOLE_NUMBERS)
    assert [(f.flaw, f.worse, f.better, f.low, f.high) for f in restated.findings] == [
        (Flaw.GAP, IMPROVE, APPROACHING, 89, 90),
        (Flaw.GAP, APPROACHING, GOOD, 95, 96),
    ]
    assert [f.example for f in restated.findings] == [D("89.5"), D("95.5")]
    assert (restated.floor, restated.tolerance, restated.target) == (75, 90, 96)


def test_closed_thresholds_give_the_gap_the_worse_verdict():
    restated = read_printed("HIGHER", WHOLE_NUMBERS)
    band = Band(restated.floor, restated.tolerance, restated.target)
    assert judge("HIGHER", band, D("95.5")).verdict == APPROACHING
    assert judge("HIGHER", band, D("74.9")).verdict == INADEQUATE


def test_a_value_claimed_twice_is_found():
    rows = [*WHOLE_NUMBERS[:3], printed(INADEQUATE, None, 75)]
    [overlap, *_gaps] = read_printed("HIGHER", rows).findings
    assert (overlap.flaw, overlap.is_point) == (Flaw.OVERLAP, True)
    assert (overlap.example, overlap.worse, overlap.better) == (75, INADEQUATE, IMPROVE)


def test_a_value_that_both_rows_exclude_is_found():
    rows = [
        printed(GOOD, 96, None, includes_low=False),
        printed(APPROACHING, 90, 96, includes_high=False),
        printed(IMPROVE, 75, 90, includes_high=False),
        printed(INADEQUATE, None, 75, includes_high=False),
    ]
    [gap] = read_printed("HIGHER", rows).findings
    assert (gap.flaw, gap.is_point, gap.example) == (Flaw.GAP, True, 96)


def test_rows_that_run_into_each_other_are_found():
    rows = [*WHOLE_NUMBERS[2:], printed(APPROACHING, 90, 97), printed(GOOD, 96, None)]
    found = read_printed("HIGHER", rows).findings[-1]
    assert (found.flaw, found.low, found.high, found.is_point) == (Flaw.OVERLAP, 96, 97, False)


def test_lower_is_better_reads_in_the_mirror():
    rows = [
        printed(GOOD, None, 4),
        printed(APPROACHING, 5, 6),
        printed(IMPROVE, 7, 9),
        printed(INADEQUATE, 9, None, includes_low=False),
    ]
    restated = read_printed("LOWER", rows)
    assert (restated.floor, restated.tolerance, restated.target) == (9, 6, 4)
    assert [(f.flaw, f.low, f.high, f.example) for f in restated.findings] == [
        (Flaw.GAP, 6, 7, D("6.5")),
        (Flaw.GAP, 4, 5, D("4.5")),
    ]
    check("LOWER", Band(restated.floor, restated.tolerance, restated.target))


@given(rising, number(-1200, 1200))
def test_a_table_that_is_closed_on_its_better_side_has_no_flaw(band, value):
    rows = [
        Printed(GOOD, band.target, None),
        Printed(APPROACHING, band.tolerance, band.target, includes_high=False),
        Printed(IMPROVE, band.floor, band.tolerance, includes_high=False),
        Printed(INADEQUATE, None, band.floor, includes_high=False),
    ]
    restated = read_printed("HIGHER", rows)
    assert restated.findings == ()
    assert Band(restated.floor, restated.tolerance, restated.target) == band


@pytest.mark.parametrize(
    ("rows", "trouble", "verdict"),
    [
        (WHOLE_NUMBERS[:3], Trouble.NOT_EACH_ONCE, None),
        ([*WHOLE_NUMBERS[:3], WHOLE_NUMBERS[0]], Trouble.NOT_EACH_ONCE, None),
        ([printed(GOOD, None, None), *WHOLE_NUMBERS[1:]], Trouble.NO_WORSE_END, GOOD),
        (
            [WHOLE_NUMBERS[0], printed(APPROACHING, 90, None), *WHOLE_NUMBERS[2:]],
            Trouble.NO_BETTER_END,
            APPROACHING,
        ),
        (
            [WHOLE_NUMBERS[0], printed(APPROACHING, 95, 90), *WHOLE_NUMBERS[2:]],
            Trouble.UPSIDE_DOWN,
            APPROACHING,
        ),
        ([printed(GOOD, 70, None), *WHOLE_NUMBERS[1:]], Trouble.OUT_OF_ORDER, None),
    ],
)
def test_what_cannot_be_read_is_refused(rows, trouble, verdict):
    with pytest.raises(UnreadableBands) as refused:
        read_printed("HIGHER", rows)
    assert (refused.value.trouble, refused.value.verdict) == (trouble, verdict)


def test_a_range_is_read_half_by_half():
    with pytest.raises(UnreadableBands, match="TWO_HALVES"):
        read_printed("WITHIN_RANGE", WHOLE_NUMBERS)


def test_the_real_contract_leaves_two_gaps_in_each_of_its_kpis():
    folder = os.environ.get("REAL_DATA")
    if not folder:
        pytest.skip("REAL_DATA does not name the folder with real data")
    contract = json.loads((Path(folder) / "dfe_contract" / "contract_terms.json").read_text())
    words = {
        "Good": GOOD,
        "Approaching Target": APPROACHING,
        "Requires Improvement": IMPROVE,
        "Inadequate": INADEQUATE,
    }
    for kpi in contract["kpis"]:
        below = kpi["final_band_is_below"]
        rows = [
            printed(words[word], low, high, includes_high=not (high == below and low is None))
            for word, low, high in kpi["bands"]
        ]
        restated = read_printed("HIGHER", rows)
        assert [finding.flaw for finding in restated.findings] == [Flaw.GAP, Flaw.GAP]
        assert restated.findings[-1].example == D(str(kpi["bands"][0][1])) - D("0.5")
        check("HIGHER", Band(restated.floor, restated.tolerance, restated.target))
