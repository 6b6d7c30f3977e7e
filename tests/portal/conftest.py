"""The portal's tests: a database for each worker, people in every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from lakes import at_home, make_lake

from passavant.portal.operators import quotas
from passavant.portal.operators.services import add_operator, make_key
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role, make_account
from passavant.portal.trail import append_only

Make = Callable[..., Person]


@pytest.fixture
def office(db: None) -> Organisation:
    return Organisation.objects.create(name="Customs of Example")


@pytest.fixture
def person(office: Organisation) -> Make:
    """Return what makes a person with roles: ``person("ada", Role.OFFICER)``."""

    def make(name: str, *roles: Role, second_factor: bool = True) -> Person:
        made = make_account(f"{name}@customs.example", name.title(), "a long pass phrase", by="test")
        for role in roles:
            give_role(made, role, office, by="test")
        if second_factor and made.needs_second_factor:
            Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": "of the test"})
        return made

    return make


@pytest.fixture
def post(db: None) -> Organisation:
    """Return an operator."""
    return add_operator("Example Post", "LP", by="test")


@pytest.fixture
def bearer(post: Organisation) -> Callable[..., dict[str, str]]:
    """Return what makes the header of a key of the operator: ``bearer("declarations:read", sandbox=True)``."""

    def make(*scopes: str, **more: Any) -> dict[str, str]:
        return {"Authorization": f"Bearer {make_key(post, 'test', scopes, by='test', **more)[1]}"}

    return make


@pytest.fixture(autouse=True)
def _forget_leases() -> None:
    """Forget what was counted in the database of another test."""
    quotas.forget_leases()


@pytest.fixture
def _guard_again(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Put the trail's triggers back once the database was emptied."""
    yield
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        append_only.guard(editor)


@pytest.fixture
def committed(_guard_again: None, transactional_db: None) -> Iterator[None]:
    """Give a database in which threads see each other's work; the trail lets itself be emptied at the end, here alone."""
    yield
    with connection.schema_editor() as editor:
        append_only.unguard(editor)


@pytest.fixture(scope="session")
def days_of_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose lake holds eight days of decisions; no test changes it."""
    return make_lake(tmp_path_factory.mktemp("days"))


@pytest.fixture
def eight_days(days_of_lake: Path, tmp_path: Path) -> Iterator[Path]:
    """Let a home with a lake of eight days be the deployment's; what else is written to the home is the test's own."""
    (tmp_path / "lake").symlink_to(days_of_lake / "lake")
    with at_home(tmp_path):
        yield tmp_path
