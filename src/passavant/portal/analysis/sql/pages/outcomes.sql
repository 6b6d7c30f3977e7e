SELECT outcome, sum(consignments)::BIGINT FROM volumes WHERE /*CHOSEN*/ GROUP BY ALL
