-- overall: The corpus in one line.
SELECT
  (SELECT count(*) FROM texts) AS texts,
  (SELECT coalesce(sum(words), 0)::BIGINT FROM texts) AS words,
  count(*) FILTER (verdict = 'made') AS applied,
  count(*) FILTER (verdict = 'held') AS pending,
  count(*) FILTER (verdict = 'refused') AS rejected
FROM changes;

-- by_rule: Changes by kind and rule.
SELECT
  kind, rule,
  count(*) FILTER (verdict = 'made') AS applied,
  count(*) FILTER (verdict = 'held') AS pending,
  count(*) FILTER (verdict = 'refused') AS rejected,
  round(avg(confidence::DECIMAL(9, 6)), 3) AS mean_confidence
FROM changes GROUP BY kind, rule ORDER BY count(*) DESC, kind, rule;

-- by_text: Changes by text, for each thousand words.
SELECT
  texts.id AS text, title, words,
  count(*) FILTER (verdict = 'made') AS applied,
  count(*) FILTER (verdict = 'held') AS pending,
  round(1000.0 * count(*) FILTER (verdict = 'made' AND kind = 'ocr') / nullif(words, 0), 2)
    AS misread_per_thousand
FROM texts LEFT JOIN changes ON changes.text = texts.id
GROUP BY texts.id, title, words ORDER BY texts.id;

-- by_year: Changes by year of the copy text.
SELECT
  year, count(DISTINCT texts.id) AS texts,
  count(*) FILTER (verdict = 'made') AS applied,
  count(*) FILTER (verdict = 'held') AS pending
FROM texts LEFT JOIN changes ON changes.text = texts.id GROUP BY year ORDER BY year;

-- by_engine: Changes by OCR engine.
SELECT
  engine, count(DISTINCT texts.id) AS texts,
  count(*) FILTER (verdict = 'made') AS applied,
  count(*) FILTER (verdict = 'held') AS pending
FROM texts LEFT JOIN changes ON changes.text = texts.id GROUP BY engine ORDER BY engine;

-- confusions: What the OCR most often read for what was printed, in applied changes.
SELECT before AS misread, after AS printed, count(*) AS places, count(DISTINCT text) AS texts
FROM changes WHERE kind = 'ocr' AND verdict = 'made'
GROUP BY before, after ORDER BY places DESC, misread, printed;

-- texts_for_editors: The texts most in need of an editor: readings that are probably wrong still.
SELECT
  texts.id AS text, title, words,
  count(*) FILTER (verdict = 'held') AS pending,
  round(coalesce(sum(left_wrong::DECIMAL(9, 6))::DOUBLE, 0), 1) AS expected_errors,
  round(1000 * coalesce(sum(left_wrong::DECIMAL(9, 6))::DOUBLE, 0) / nullif(words, 0), 2) AS expected_per_thousand
FROM texts LEFT JOIN (
  SELECT *, CASE verdict WHEN 'held' THEN confidence WHEN 'made' THEN 1 - confidence ELSE 0 END
    AS left_wrong
  FROM changes WHERE kind IN ('ocr', 'linebreak') AND "by" = 'emend'
) AS changes ON changes.text = texts.id
GROUP BY texts.id, title, words ORDER BY expected_errors DESC, text;

-- pages_for_editors: The pages most in need of an editor.
SELECT
  text, page, count(*) FILTER (verdict = 'held') AS pending, min(line) AS from_line,
  round(sum(left_wrong::DECIMAL(9, 6))::DOUBLE, 1) AS expected_errors
FROM (
  SELECT *, CASE verdict WHEN 'held' THEN confidence WHEN 'made' THEN 1 - confidence ELSE 0 END
    AS left_wrong
  FROM changes WHERE kind IN ('ocr', 'linebreak') AND "by" = 'emend'
)
GROUP BY text, page ORDER BY expected_errors DESC, text, from_line;

-- word_error: Estimated words misread, in per cent, before and after, from the confidence of each change. The interval (95 %) covers chance only. Errors that emend does not suspect are not in it, so the true figures are higher.
WITH chances AS (
  SELECT
    CASE WHEN verdict = 'refused' THEN 0 WHEN "by" <> 'emend' THEN 1 ELSE confidence END AS before,
    CASE WHEN verdict = 'refused' OR "by" <> 'emend' THEN 0
         WHEN verdict = 'held' THEN confidence ELSE 1 - confidence END AS after
  FROM changes WHERE kind = 'ocr'
), exact AS (
  SELECT before::DECIMAL(9, 6) AS before, after::DECIMAL(9, 6) AS after FROM chances
), sums AS (
  SELECT 'before' AS stage, sum(before) AS n, sum(before * (1 - before)) AS variance FROM exact
  UNION ALL
  SELECT 'after', sum(after), sum(after * (1 - after)) FROM exact
), figures AS (
  SELECT stage, n::DOUBLE AS n, variance::DOUBLE AS variance FROM sums
)
SELECT
  stage,
  round(100 * coalesce(n, 0) / words, 3) AS per_cent,
  round(100 * greatest(0, coalesce(n - 1.96 * sqrt(variance), 0)) / words, 3) AS low,
  round(100 * coalesce(n + 1.96 * sqrt(variance), 0) / words, 3) AS high
FROM figures, (SELECT nullif(sum(words), 0) AS words FROM texts) ORDER BY stage DESC;
