-- The ledgers of all texts as one table, read from disk when a query needs them.
CREATE VIEW changes AS
SELECT
  parse_path(filename)[-2] AS text,
  page, line, start, raw, before, after, stage, rule, kind, confidence, verdict, "by"
FROM read_json(
  getvariable('ledgers'),
  format = 'newline_delimited',
  filename = true,
  maximum_object_size = 100000000,
  columns = {
    page: 'VARCHAR', line: 'BIGINT', start: 'BIGINT', raw: 'VARCHAR', before: 'VARCHAR',
    after: 'VARCHAR', stage: 'VARCHAR', rule: 'VARCHAR', kind: 'VARCHAR', confidence: 'DOUBLE',
    verdict: 'VARCHAR', "by": 'VARCHAR'
  }
);
