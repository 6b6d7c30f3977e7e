"""Operators: the organisations that declare through the API, their keys, what each key may do, and how much."""
