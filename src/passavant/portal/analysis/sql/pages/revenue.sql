SELECT day, currency, sum(duty)::BIGINT, sum(vat)::BIGINT, sum(fees)::BIGINT, sum(vendor_vat)::BIGINT, sum(unknown)::BIGINT
        FROM volumes WHERE /*CHOSEN*/ GROUP BY ALL ORDER BY currency, day
