SELECT law_on AS day, channel, declarant_id AS declarant, lane, code, sum(sign)::BIGINT AS consignments
FROM (SELECT sign, law_on, channel, declarant_id, lane, unnest(codes) AS code FROM signed)
GROUP BY ALL HAVING sum(sign) <> 0
