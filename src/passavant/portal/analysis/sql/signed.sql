-- What this run adds (1), and what it takes back of earlier runs (-1); what is gone counts neither way.
CREATE TEMP TABLE signed AS
WITH beaten AS (
    SELECT held.consignment_no FROM held JOIN mine USING (consignment_no)
    WHERE (mine.version, mine.decided_at, mine.decision_id) > (held.version, held.decided_at, held.decision_id)
), losing AS (
    SELECT consignment_no FROM held ANTI JOIN beaten USING (consignment_no)
)
SELECT 1 AS sign, mine.* FROM mine ANTI JOIN losing USING (consignment_no) WHERE NOT gone
UNION ALL
SELECT -1 AS sign, held.* FROM held SEMI JOIN beaten USING (consignment_no) WHERE NOT gone
