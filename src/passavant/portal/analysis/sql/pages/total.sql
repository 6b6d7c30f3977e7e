SELECT coalesce(sum(consignments), 0)::BIGINT, coalesce(sum(items), 0)::BIGINT, coalesce(sum(unknown), 0)::BIGINT FROM volumes WHERE /*CHOSEN*/
