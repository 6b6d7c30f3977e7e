-- Rows read and rows rejected as unreadable. A rejected row has no day of law: it counts on its run's most frequent one.
SELECT day, declarant, sum(read)::BIGINT AS read, sum(rejected)::BIGINT AS rejected
FROM (
    SELECT law_on AS day, declarant_id AS declarant, items AS read, 0 AS rejected FROM mine WHERE NOT gone
    UNION ALL
    SELECT (SELECT mode(law_on) FROM mine), declarant_id, 0, 1 FROM rejected
)
GROUP BY ALL
