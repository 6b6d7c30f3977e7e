"""Health and metrics: for whoever runs the portal."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from passavant import __version__
from passavant.portal.jobs.models import DECISIONS
from passavant.portal.jobs.worker import seconds_since_beat
from passavant.portal.operations.metrics import exposition
from passavant.portal.people.permissions import administrator, anybody, requires

__all__ = ["health", "metrics"]


@require_safe
@never_cache
@requires(anybody)
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and its tables are up to date, else 503; and who spoke how long ago.

    The silence of the worker and of the decision process is told, not judged: pages are served without it.
    """
    from django.db.migrations.executor import MigrationExecutor

    silent: int | None = None
    undecided: int | None = None
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        state = "behind" if behind else "ok"
        if not behind:
            silent, undecided = seconds_since_beat(), seconds_since_beat(DECISIONS)
    except Exception:  # noqa: BLE001  # whatever it is, the answer is that it does not work
        state = "down"
    told = {
        "status": state,
        "version": __version__,
        "worker": {"seconds_since_heartbeat": silent},
        "decisions": {"seconds_since_heartbeat": undecided},
    }
    return JsonResponse(told, status=200 if state == "ok" else 503)


@require_safe
@never_cache
@requires(administrator)
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer what Prometheus collects."""
    body, kind = exposition()
    return HttpResponse(body, content_type=kind)
