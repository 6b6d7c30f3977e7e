"""What the lake says, counted once for each run and shown as charts with the same figures in tables beside them."""
