"""The officers' console: cases that wait for somebody, what is done about each, and what inspections found."""
