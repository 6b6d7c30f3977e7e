SELECT lane, coalesce(stratum, false), currency, count(*)::BIGINT, sum(CASE WHEN hit THEN 1 ELSE 0 END)::BIGINT,
       coalesce(sum(value_minor), 0)::BIGINT
FROM results
WHERE "at"::DATE BETWEEN $start AND $end AND ($lane = '' OR lane = $lane)
  AND ($channel = '' OR true) AND ($declarant = '' OR true)
GROUP BY ALL
