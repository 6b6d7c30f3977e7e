"""Passavant: electronic advance data in, a sealed release decision per consignment out.

The rooms (`dataset`, `policy`, `signals`, `clearance`, …) are plain Python packages; the command line and the
portal are thin faces over them. Start with :func:`passavant.clearance.clear`.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
