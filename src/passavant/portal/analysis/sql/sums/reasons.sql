SELECT day, channel, declarant, lane, code, sum(consignments)::BIGINT AS consignments
FROM reasons GROUP BY ALL
