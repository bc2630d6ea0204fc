"""The judgement that is written with a reading."""

from decimal import Decimal
from typing import NamedTuple

from kpis.domain.periods import Period
from kpis.models import Flexing, Kpi
from kpis.queries.judging import Judge, record_of


class StoredJudgement(NamedTuple):
    """Band revision, verdict, attainment in millionths and the record of how the band was moved; four Nones without
    a band or a value, and no record where the band stood as it is."""

    band_revision_id: int | None
    verdict: int | None
    attainment: int | None
    flexing: Flexing | None


NOT_JUDGED = StoredJudgement(None, None, None, None)


def judgement_of(judge: Judge, kpi: Kpi, period: Period, value: Decimal | None) -> StoredJudgement:
    """What is written beside a value."""
    judged = judge.judge(kpi, period, value)
    if judged is None:
        return NOT_JUDGED
    return StoredJudgement(
        judged.terms.revision_id, judged.verdict, judged.attainment, record_of(kpi, period, judged)
    )
