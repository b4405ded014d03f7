"""The editors of a team: each has a token, which makes their address and survives a restart."""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from pipeline.errors import EmendError


def check(host: str, public: str, names: Sequence[str]) -> None:
    """Check that a server for others knows its address and its editors.

    Raises:
        EmendError: It listens to the network without either, or the address is not a web address.

    """
    seen = urlsplit(public)
    if public and (seen.scheme not in {"http", "https"} or not seen.netloc or seen.query):
        raise EmendError(
            f"--public {public} is not a web address: give one like https://review.example.org."
        )
    if (not _is_local(host) or public) and not names:
        raise EmendError(
            "Name the editors of the team with --user, so that each has an address of their own."
        )
    if not _is_local(host) and not public:
        raise EmendError(
            f"Listening on {host} needs --public, the address under which the team reaches it."
        )
    if any(not name.strip() or len(name) > 80 for name in names):
        raise EmendError("The name of an editor has between 1 and 80 characters.")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def tokens(root: Path, names: Sequence[str], store: Path | None = None) -> dict[str, str]:
    """Return the editors of a project by token. Editors without one get a new token.

    The tokens are kept outside the project, readable by this user only, so that nobody commits
    them and each editor keeps their address. `store` is the file for them.

    Raises:
        EmendError: The file cannot be read or written.

    """
    store = store or platformdirs.user_state_path("emend") / "review-tokens.json"
    try:
        kept = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
        project = kept.setdefault(str(root.resolve()), {})
        for name in names:
            project.setdefault(name, secrets.token_urlsafe(18))
        store.parent.mkdir(parents=True, exist_ok=True)
        making = store.with_suffix(".new")
        making.unlink(missing_ok=True)
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(kept, file, indent=1)
        making.replace(store)
    except (OSError, ValueError, AttributeError) as error:
        raise EmendError(f"{store} cannot be used: {error}. Correct it or delete it.") from None
    return {project[name]: name for name in names}
