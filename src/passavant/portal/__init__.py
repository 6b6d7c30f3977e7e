"""The portal: the web site and the HTTP API over the rooms, on Django.

One app per task: :mod:`~passavant.portal.people` (accounts, roles, permissions), :mod:`~passavant.portal.trail` (who saw and
did what and why), :mod:`~passavant.portal.jobs` (background work), :mod:`~passavant.portal.integrity` (indicators for the
anti-corruption unit), :mod:`~passavant.portal.oidc` (an administration's identity provider),
:mod:`~passavant.portal.operations` (health, metrics). Views parse, call one service and show; services call
rooms. ``passavant serve`` starts it.
"""

from passavant.portal.deployment import prepare

__all__ = ["prepare"]
