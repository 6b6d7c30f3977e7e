SELECT day, channel, declarant, lane, outcome, currency, sum(consignments)::BIGINT AS consignments, sum(items)::BIGINT AS items,
       sum(duty)::BIGINT AS duty, sum(vat)::BIGINT AS vat, sum(fees)::BIGINT AS fees, sum(vendor_vat)::BIGINT AS vendor_vat,
       sum(unknown)::BIGINT AS unknown
FROM volumes GROUP BY ALL
