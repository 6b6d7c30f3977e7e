SELECT law_on AS day, channel, declarant_id AS declarant, lane, outcome, currency_due AS currency,
       sum(sign)::BIGINT AS consignments,
       sum(sign * items)::BIGINT AS items,
       coalesce(sum(sign * duty_minor), 0)::BIGINT AS duty,
       coalesce(sum(sign * vat_minor), 0)::BIGINT AS vat,
       coalesce(sum(sign * fees_minor), 0)::BIGINT AS fees,
       coalesce(sum(sign * vendor_vat_minor), 0)::BIGINT AS vendor_vat,
       sum(CASE WHEN duty_minor + vat_minor + fees_minor + vendor_vat_minor IS NULL THEN sign ELSE 0 END)::BIGINT AS unknown
FROM signed GROUP BY ALL
