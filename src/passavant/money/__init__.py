"""Money: integer minor units, exchange rates, currencies."""
