SELECT day, declarant, sum(read)::BIGINT AS read, sum(rejected)::BIGINT AS rejected
FROM senders GROUP BY ALL
