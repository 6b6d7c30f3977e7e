WITH whole AS (
    SELECT declarant, sum(consignments)::BIGINT AS consignments,
           coalesce(sum(consignments) FILTER (outcome = 'request_information'), 0)::BIGINT AS asked
    FROM volumes WHERE /*CHOSEN*/ GROUP BY ALL
), quality AS (
    SELECT declarant, code, sum(consignments)::BIGINT AS n FROM reasons
    WHERE /*CHOSEN*/ AND (code LIKE 'dataset.%' OR code = 'signals.split.exact_key') GROUP BY ALL
), top AS (
    SELECT declarant, list(code ORDER BY n DESC, code)[:3] AS codes FROM quality WHERE code LIKE 'dataset.%' AND n > 0 GROUP BY ALL
), rows AS (
    SELECT declarant, sum(read)::BIGINT AS read, sum(rejected)::BIGINT AS rejected FROM senders
    WHERE day BETWEEN $start AND $end AND ($declarant = '' OR declarant = $declarant) GROUP BY ALL
)
SELECT whole.declarant, whole.consignments, whole.asked, coalesce(rows.read, 0), coalesce(rows.rejected, 0), coalesce(split.n, 0), top.codes
FROM whole LEFT JOIN rows USING (declarant) LEFT JOIN top USING (declarant)
LEFT JOIN quality AS split ON split.declarant = whole.declarant AND split.code = 'signals.split.exact_key'
WHERE whole.consignments > 0 ORDER BY whole.consignments DESC, whole.declarant LIMIT $most
