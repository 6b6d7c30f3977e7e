"""What the database says of the portal's work, looked up when Prometheus asks: the same from every process."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Max
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from passavant.portal.jobs.models import Job, State
from passavant.portal.jobs.worker import seconds_since_beat
from passavant.portal.trail.models import LogEntry

__all__ = ["Work"]


class Work(Collector):
    """Jobs by state, how long the worker has been silent, how old the trail's last seal is (no sample where there is none)."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: no database is asked at start."""
        return []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Ask the database."""
        jobs = GaugeMetricFamily("passavant_jobs", "Jobs by state.", labels=["state"])
        counted = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
        for state in State.values:
            jobs.add_metric([state], counted.get(state, 0))
        yield jobs
        yield _age("passavant_worker_silence_seconds", "Seconds since the worker spoke.", seconds_since_beat())
        sealed = LogEntry.objects.filter(action="passavant.trail.sealed").aggregate(at=Max("at"))["at"]
        age = None if sealed is None else (timezone.now() - sealed).total_seconds()
        yield _age("passavant_trail_seal_age_seconds", "Seconds since the trail was sealed.", age)


def _age(name: str, text: str, seconds: float | None) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, text)
    if seconds is not None:
        gauge.add_metric([], max(seconds, 0))
    return gauge
