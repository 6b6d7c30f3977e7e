"""The trail: an append-only record of who saw and did what, for whom, why; each entry chained to the one before."""
