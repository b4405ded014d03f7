"""Measure correction: against a gold text, or by a person's judgement of a sample.

for row in read_set(Path("SET.jsonl.xz")): …          # rows of raw and gold text
report = measure(Row(id, ocr, gold, out, changes) …)  # error rates, precision, repair, harm
summary(report)                                       # the figures in a few lines
page(report)                                          # raw, edition and gold as one HTML file
write_sample(path, sample(changes, raw, 100, seed))   # a table for a person to judge
estimate(read_sample(path))                           # precision with an interval
"""

from pipeline.measure.effects import Effect, Proposals
from pipeline.measure.page import page
from pipeline.measure.passages import Passage
from pipeline.measure.report import Figures, MeasureError, Report, Row, measure, read_set
from pipeline.measure.sample import Drawn, Estimate, estimate, read_sample, sample, write_sample
from pipeline.measure.summary import summary

__all__ = [
    "Drawn",
    "Effect",
    "Estimate",
    "Figures",
    "MeasureError",
    "Passage",
    "Proposals",
    "Report",
    "Row",
    "estimate",
    "measure",
    "page",
    "read_sample",
    "read_set",
    "sample",
    "summary",
    "write_sample",
]
