"""Background work in the database: jobs with progress, functions that run every so often, and the worker that runs both."""
