-- Of the consignments of this run, those that earlier runs decided or cancelled already, each as it counted until now.
CREATE TEMP TABLE held AS
SELECT consignment_no, version, decided_at, decision_id, law_on, channel, declarant_id, lane, outcome, currency_due, items,
       duty_minor, vat_minor, fees_minor, vendor_vat_minor,
       list_distinct(list_transform(reasons, lambda reason: reason.code)) AS codes, gone
FROM (
    SELECT earlier.*, false AS gone FROM read_parquet($files, union_by_name = true) AS earlier SEMI JOIN mine USING (consignment_no)
    UNION ALL BY NAME
    SELECT consignment_no, version, cancelled_at AS decided_at, '' AS decision_id, true AS gone
    FROM cancelled_before SEMI JOIN mine USING (consignment_no)
)
QUALIFY row_number() OVER (PARTITION BY consignment_no ORDER BY version DESC, decided_at DESC, decision_id DESC) = 1
