"""Pages for administrators: accounts and their roles, organisations and their quotas, keys of the API; each change with its reason."""
