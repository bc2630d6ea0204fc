"""Public contracting data (Open Contracting Data Standard 1.1) read as relationships with contracts."""

from relationships.ocds.model import Deal, NotOcds, Process, PublicContract, Remark
from relationships.ocds.parse import parse_package, parse_packages

__all__ = ["Deal", "NotOcds", "Process", "PublicContract", "Remark", "parse_package", "parse_packages"]
