"""Files of answers read: by officers who act on cases and by whoever sent them; each reading is recorded."""

from __future__ import annotations

from django.db import transaction

from passavant.errors import NotFound
from passavant.portal.cases.answer_files import FOLDER
from passavant.portal.cases.carrying_out import role_of
from passavant.portal.cases.kept_files import kept_path
from passavant.portal.cases.models import AnswerFile
from passavant.portal.cases.permissions import acts_on_cases
from passavant.portal.people.models import Person
from passavant.portal.people.roles import Role
from passavant.portal.trail.services import record

__all__ = ["read_file"]


def read_file(number: int, reader: Person) -> tuple[AnswerFile, bytes]:
    """Return a file of an answer and its bytes, after recording who reads it.

    Raises:
        NotFound: there is none, or none that this person may read.
    """
    file = AnswerFile.objects.select_related("answer__case", "answer__organisation").filter(pk=number).first()
    role = _role(file, reader) if file else ""
    if file is None or not role or not (path := kept_path(FOLDER, file.digest)).is_file():
        raise _unknown(number)
    with transaction.atomic():
        record(
            "passavant.case.answer_read", actor=reader.email, role=role, object_type="consignment",
            object_id=file.answer.case.consignment_id, acting_for=file.answer.organisation.name if role == Role.OPERATOR else "",
            data={"file": file.digest, "answer": file.answer_id},
        )  # fmt: skip
    return file, path.read_bytes()


def _role(file: AnswerFile, reader: Person) -> str:
    """Return the role in which somebody may read a file; empty for none."""
    if acts_on_cases(reader):
        return role_of(reader)
    mine = reader.memberships.filter(role=Role.OPERATOR, organisation=file.answer.organisation_id)
    return Role.OPERATOR.value if mine.exists() else ""


def _unknown(number: int) -> NotFound:
    return NotFound(
        "cases.answer.file_unknown",
        got=(f"no file {number} that you may read", f"aucun fichier {number} que vous puissiez lire"),
        expected=("a file of an answer", "un fichier joint à une réponse"),
        next_step=("Open it from the page of the consignment.", "Ouvrez-le depuis la page de l'envoi."),
    )
