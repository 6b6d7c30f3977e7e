"""The log as a web service: submit, look up, prove, publish. Starlette only; the portal embeds its page later.

>>> from pathlib import Path
>>> from passavant.sealing import SigningKey
>>> settings = ServiceSettings(Path("log"), SigningKey.generate("seals.example/log"))
>>> build_app(settings).routes[0].path
'/api/v1/seals'
"""

from passavant.sealing.service.app import build_app
from passavant.sealing.service.state import Service, ServiceSettings

__all__ = ["Service", "ServiceSettings", "build_app"]
