SELECT day, coalesce(channel, '—'), sum(consignments)::BIGINT FROM volumes WHERE /*CHOSEN*/ GROUP BY ALL ORDER BY ALL
