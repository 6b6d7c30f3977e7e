"""Webhooks: operators are told what happened to their declarations, by signed calls to addresses of theirs."""
