SELECT code, sum(consignments)::BIGINT AS n FROM reasons WHERE /*CHOSEN*/ GROUP BY ALL HAVING n > 0 ORDER BY n DESC, code LIMIT $most
