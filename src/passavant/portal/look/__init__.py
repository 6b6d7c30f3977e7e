"""How the portal looks and speaks: the frame of every page, its parts, navigation by permission, English and French.

A page extends ``look/base.html`` (blocks ``title`` and ``content``), takes its parts from ``look/parts/`` and the tags of the
template library ``look``, and enters itself in :mod:`~passavant.portal.look.navigation`.
"""
