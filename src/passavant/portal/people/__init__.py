"""Accounts: who uses the portal, in which role, for which organisation, and what each role may do."""
