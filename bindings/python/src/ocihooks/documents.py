"""Documents with hooks: a config with other hooks, and lint."""

from __future__ import annotations

from typing import Iterable, List, Optional

from ._library import library
from ._text import Json, c_string, c_strings, json_bytes, read_written
from .enums import Document
from .finding import Finding, read_findings
from .hooks import Hooks


def set_config_hooks(config: Json, hooks: Hooks) -> str:
    """A config.json with these hooks in the place of its own; all else stays byte for byte. Callbacks are left out.

    InvalidJson, InvalidConfig.
    """
    raw = json_bytes("config", config)
    return read_written(library.ocihooks_config_set_hooks, raw, len(raw), hooks._live())


def lint(
    kind: Document,
    document: Json,
    name: Optional[str] = None,
    stages: Optional[Iterable[str]] = None,
    check_host: bool = False,
) -> List[Finding]:
    """What is to be said of a document. A text that is not JSON is a finding.

    kind: what the document is meant to be. name: the file's, for the findings. stages: those that are offered to hook files.
    check_host: whether the hooks' programs are looked for on this host. InvalidArgument.
    """
    raw = json_bytes("document", document)
    file = None if name is None else c_string("name", name)
    offered = c_strings("stages", stages)
    return read_findings(read_written(library.ocihooks_lint, kind, file, raw, len(raw), offered, bool(check_host)))
