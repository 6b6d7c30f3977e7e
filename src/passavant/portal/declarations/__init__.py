"""Declarations pushed over the API: decided at once or as a job, kept in a journal, compacted into the lake."""
