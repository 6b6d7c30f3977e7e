"""The HTTP API, versioned in its path: ``/api/v1``; described at ``/api/docs``, as OpenAPI at ``/api/openapi.json``."""
