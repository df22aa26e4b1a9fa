"""What is to be said of hook files, configs and CDI documents: plain data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import List, Optional

from .enums import Severity


@dataclass(frozen=True)
class Finding:
    """One value, or one file, and what is to be said of it."""

    severity: Severity
    #: The stable name of the rule, in kebab case.
    rule: str
    #: The file or the directory; empty where the document has no name.
    file: str
    #: The JSON pointer (RFC 6901) of the value; empty for the whole document.
    pointer: str
    #: Where the value stands, counted from 1; None where it has no place.
    line: Optional[int]
    column: Optional[int]
    #: The value as it was written, shortened.
    value: str
    message: str
    #: What can be done about it; empty where nothing is to be added.
    hint: str


def read_findings(text: str) -> List[Finding]:
    """The findings of the library's JSON list."""
    return [Finding(severity=Severity[each.pop("severity").upper()], **each) for each in json.loads(text)]
