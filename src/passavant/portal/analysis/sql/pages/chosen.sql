day BETWEEN $start AND $end AND ($channel = '' OR channel = $channel)
    AND ($declarant = '' OR declarant = $declarant) AND ($lane = '' OR lane = $lane)
