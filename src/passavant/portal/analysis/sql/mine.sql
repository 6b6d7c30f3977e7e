-- The decisions of this run that count within it: of each consignment the highest version. A cancellation is a version that is gone.
CREATE TEMP TABLE mine AS
WITH rows AS (
    SELECT consignment_no, version, decided_at, decision_id, law_on, channel, declarant_id, lane, outcome, currency_due, items,
           duty_minor, vat_minor, fees_minor, vendor_vat_minor,
           list_distinct(list_transform(reasons, lambda reason: reason.code)) AS codes, false AS gone
    FROM read_parquet($files)
    UNION ALL BY NAME
    SELECT consignment_no, version, cancelled_at AS decided_at, '' AS decision_id, true AS gone FROM cancelled
), amended AS (
    SELECT DISTINCT consignment_no FROM rows WHERE version > 1
), newest AS (
    SELECT rows.* FROM rows SEMI JOIN amended USING (consignment_no)
    QUALIFY row_number() OVER (PARTITION BY consignment_no ORDER BY version DESC, decided_at DESC, decision_id DESC) = 1
)
SELECT rows.* FROM rows ANTI JOIN amended USING (consignment_no)
UNION ALL
SELECT * FROM newest
