"""The server of the review page: on 127.0.0.1, for this machine's browser only, or for a team.

Each editor of a team has an address of their own, which says who decides.

A page of another site that this browser has open could try to write here. So: the address holds a
token that nobody can guess, the Host must be ours (against DNS rebinding), a request that writes
must say that it comes from our own page (Origin, Sec-Fetch-Site) and be JSON (which no form can
send), and the Content-Security-Policy lets the page load nothing but its own files.
"""

from __future__ import annotations

import contextlib
import errno
import json
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from pipeline.errors import EmendError, MissingExtraError
from pipeline.interface import interface, of_review
from pipeline.ledger import entries
from pipeline.review import diff
from pipeline.review.errata import errata
from pipeline.review.serve.asked import OutdatedError
from pipeline.review.serve.desk import Desk, NotReadyError, Subject
from pipeline.review.serve.queue import to_tsv
from pipeline.review.serve.view import MANY, View

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

PAGE = Path(__file__).parents[1] / "web"
MEDIA = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
ASSETS = {path.name: MEDIA[path.suffix] for path in sorted(PAGE.iterdir()) if path.suffix in MEDIA}
LARGEST = 1_000_000  # bytes of a request
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who reviews. A `fixed` name goes into each decision, whatever the request says."""

    name: str
    fixed: bool = False


def application(
    subjects: Sequence[Subject], *, editors: Mapping[str, Editor], hosts: Sequence[str]
) -> Starlette:
    """The review as an ASGI application: each editor's page is under `/TOKEN/`.

    `editors` are by token. `hosts` are the allowed Host headers, `127.0.0.1:8765`, with `https://`
    before one that a proxy serves so.

    Raises:
        MissingExtraError: Starlette is not installed.
    """
    try:
        from starlette.applications import Starlette  # noqa: PLC0415 - an extra
        from starlette.routing import Route  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("starlette", "review") from None
    desks = {subject.id: Desk(subject) for subject in subjects}
    routes = []
    for token, editor in editors.items():
        pages = _Pages(desks, editor, team=editor.fixed and len(editors) > 1)
        routes += [
            Route(f"/{token}/", pages.index),
            Route(f"/{token}/assets/{{name}}", pages.asset),
            Route(f"/{token}/texts/{{language}}", pages.words),
            Route(f"/{token}/api/texts", pages.texts),
            Route(f"/{token}/api/{{id}}/decisions", pages.decide, methods=["POST"]),
            Route(f"/{token}/api/{{id}}/{{what}}", pages.ask),
            Route(f"/{token}/export/{{id}}/{{name}}", pages.export),
            Route(f"/{token}/image/{{id}}/{{surface:int}}", pages.image),
        ]
    return Starlette(routes=routes, middleware=[_guard(frozenset(hosts))])


def _guard(hosts: frozenset[str]) -> Any:
    from starlette.middleware import Middleware  # noqa: PLC0415
    from starlette.middleware.base import BaseHTTPMiddleware  # noqa: PLC0415

    async def guarded(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        fault = stranger(request.method, request.headers, hosts)
        response = _json({"error": fault}, 403) if fault else await call(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return Middleware(BaseHTTPMiddleware, dispatch=guarded)


def stranger(method: str, headers: Mapping[str, str], hosts: frozenset[str]) -> str:
    """Why a request cannot come from our own page; empty if it can."""
    host = headers.get("host", "")
    origins = {f"http://{host}"} if host in hosts else {f"https://{host}"} & hosts
    if not origins:
        return "This server answers only to its own address."
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return "Another site may not ask here."
    if method not in {"GET", "HEAD"}:
        if headers.get("origin") not in origins:
            return "Only the review page itself may write."
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return "Only JSON is written."
    return ""


def _changes_page(view: View) -> str:
    return diff.to_html(diff.compare((), entries(view.document)), view.title)


def _errata_text(view: View) -> str:
    return errata(view.document, view.title).to_text()


EXPORTS: Mapping[str, tuple[str, Callable[[View], str]]] = {
    "changes.html": ("text/html", _changes_page),
    "pending.tsv": ("text/tab-separated-values", to_tsv),
    "errata.txt": ("text/plain", _errata_text),
}
"""The files that the page offers: media type, and what writes them."""


class _Pages:
    """The server's responses.

    Functions without `async` run in threads, so that reading one text delays no other request.
    """

    def __init__(self, desks: Mapping[str, Desk], editor: Editor, *, team: bool) -> None:
        self.desks = desks
        self.editor = editor
        self.team = team

    def index(self, _request: Request) -> Response:
        return _bytes((PAGE / "index.html").read_bytes(), "text/html")

    def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            return _json({"error": "There is no such file."}, 404)
        return _bytes((PAGE / name).read_bytes(), ASSETS[name])

    def texts(self, _request: Request) -> Response:
        return _json(
            {
                "who": self.editor.name,
                "fixed": self.editor.fixed,
                "team": self.team,
                "languages": of_review(),
                "texts": [
                    {"id": name, "title": desk.subject.title} for name, desk in self.desks.items()
                ],
            }
        )

    def words(self, request: Request) -> Response:
        """The words of the page in another language, by their English."""
        language = request.path_params["language"]
        spoken = interface(language if language in of_review() else "en")
        return _json({"texts": dict(spoken.review), "said": dict(spoken.said)})

    def ask(self, request: Request) -> Response:
        """Everything that is only looked at."""

        def answer(desk: Desk, asked: Mapping[str, str]) -> Any:
            if self.team and "on" in asked:
                desk.presence.note(self.editor.name, int(asked["on"]))
            return _answer(desk, request.path_params["what"], asked)

        return self._told(request, answer)

    def image(self, request: Request) -> Response:
        desk = self.desks.get(request.path_params["id"])
        if not desk:
            return _json({"error": "There is no such text here."}, 404)
        try:
            crop = [
                int(number) for number in request.query_params.get("crop", "").split(",") if number
            ]
            return _bytes(
                desk.image(request.path_params["surface"], crop), "image/png", lasting=True
            )
        except ValueError:
            return _json({"error": "Give a part of an image as four whole numbers."}, 400)
        except EmendError as error:
            return _json({"error": str(error)}, 404)

    def export(self, request: Request) -> Response:
        """A file to keep or to attach: changes, pending changes, a transcriber's note."""
        desk, name = self.desks.get(request.path_params["id"]), request.path_params["name"]
        if not desk or name not in EXPORTS:
            return _json({"error": "There is no such file."}, 404)
        media, write = EXPORTS[name]
        try:
            data = write(desk.view()).encode("utf-8", "surrogateescape")
        except EmendError as error:
            return _json({"error": str(error)}, 409)
        response = _bytes(data, media)
        file = quote(f"{desk.subject.id}-{name}")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{file}"
        return response

    async def decide(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool  # noqa: PLC0415
        from starlette.requests import ClientDisconnect  # noqa: PLC0415

        body = b""
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    return _json({"error": "The request is too large."}, 413)
        except ClientDisconnect:  # the page was closed: nobody waits for an answer
            return _json({"error": "The request is not complete."}, 400)
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            return _json({"error": "The request is not JSON."}, 400)
        if not isinstance(asked, dict):
            return _json({"error": "A request is a JSON object."}, 400)
        if self.editor.fixed:
            asked["who"] = self.editor.name
        return await run_in_threadpool(
            self._told, request, lambda desk, _: desk.decide(asked, team=self.team)
        )

    def _told(self, request: Request, answer: Callable[[Desk, Mapping[str, str]], Any]) -> Response:
        desk = self.desks.get(request.path_params["id"])
        if not desk:
            return _json({"error": "There is no such text here."}, 404)
        try:
            told = answer(desk, request.query_params)
        except NotReadyError:
            return _json({"reading": True}, 202)
        except OutdatedError as error:
            found = [
                {
                    "who": one.who,
                    "when": one.when,
                    "verdict": one.verdict,
                    "form": one.quote,
                    "after": one.after,
                }
                for one in error.found
            ]
            return _json({"error": str(error), "found": found}, 409)
        except EmendError as error:
            return _json({"error": str(error)}, 400)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return _json({"error": "A value in the request is of the wrong type."}, 400)
        return (
            _json({"error": "There is nothing of that name."}, 404) if told is None else _json(told)
        )


def _answer(desk: Desk, what: str, asked: Mapping[str, str]) -> Any:
    number, offset = int(asked.get("n", "0")), max(0, int(asked.get("offset", "0")))
    if what == "state":
        return {**desk.view().state(), "on": desk.presence.now()}
    if what == "version":
        told = desk.version(asked.get("epoch", ""), asked.get("version", ""))
        return {**told, "on": desk.presence.now()}
    if what == "group":
        return desk.view().group(number, offset)
    if what == "groups":
        numbers = [int(one) for one in asked.get("of", "").split(",")[:MANY]]
        return [desk.view().group(one, limit=1) for one in numbers]
    if what == "page":
        return desk.view().page(number)
    if what == "span":
        return desk.view().span(int(asked.get("start", "-1")), int(asked.get("end", "-1")))
    if what == "search":
        more = MANY if "with" in asked else 100
        return desk.view().search(
            asked.get("q", ""), asked.get("with"), how=asked.get("how", ""), limit=more
        )
    if what == "decided":
        return desk.view().decided(
            offset,
            who=asked.get("who"),
            page=int(asked["page"]) if "page" in asked else None,
            since=asked.get("since", ""),
            until=asked.get("until", ""),
        )
    return None


def _json(told: Any, status: int = 200) -> Response:
    # ASCII, for a byte that could not be decoded is a lone surrogate here, which UTF-8 cannot hold
    # and JSON can.
    return _bytes(
        json.dumps(told, separators=(",", ":")).encode("ascii"), "application/json", status
    )


def _bytes(data: bytes, media: str, status: int = 200, *, lasting: bool = False) -> Response:
    from starlette.responses import Response  # noqa: PLC0415

    response = Response(data, status, media_type=media)
    if lasting:
        response.headers["Cache-Control"] = "private, max-age=3600"
    return response


class Server:
    """The review on a port of this machine. Open `address`; `run` serves until interrupted."""

    def __init__(
        self,
        subjects: Sequence[Subject],
        *,
        who: str,
        port: int = 0,
        token: str = "",
        team: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        public: str = "",
    ) -> None:
        """Take a port, any free one if it is 0.

        Args:
            subjects: the texts to review.
            who: the name that decisions get, unless the editor gives another.
            port: of this machine.
            token: what the address holds; a new one if it is empty.
            team: instead of `who`, by token, the editors who each have an address of their own.
            host: the network address to listen on.
            public: the address under which others reach this server, `https://review.example.org`;
                a proxy may lead from there to here.

        Raises:
            MissingExtraError: Starlette or uvicorn is not installed.
            EmendError: the port is taken.

        """
        try:
            import uvicorn  # noqa: PLC0415 - an extra
        except ImportError:
            raise MissingExtraError("uvicorn", "review") from None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen(128)  # from now on a browser may ask, and waits
        except OSError as error:
            self._socket.close()
            if error.errno != errno.EADDRINUSE:
                raise EmendError(f"Cannot listen on {host}: {error.strerror}.") from None
            raise EmendError(
                f"Port {port} is in use: choose another with --port, or omit --port."
            ) from None
        self.port = int(self._socket.getsockname()[1])
        self.token = token or secrets.token_urlsafe(18)
        self._public = public.rstrip("/") or f"http://127.0.0.1:{self.port}"
        hosts = [f"127.0.0.1:{self.port}", f"localhost:{self.port}"]
        if public:
            seen = urlsplit(public)
            hosts.append(f"https://{seen.netloc}" if seen.scheme == "https" else seen.netloc)
        self.editors = (
            {key: Editor(name, fixed=True) for key, name in team.items()}
            if team
            else {self.token: Editor(who)}
        )
        app = application(subjects, editors=self.editors, hosts=hosts)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)

    @property
    def address(self) -> str:
        """The address of the page, token and all; of a team, its first editor's."""
        return next(iter(self.addresses.values()))

    @property
    def addresses(self) -> dict[str, str]:
        """The address of each editor, by name."""
        return {one.name: f"{self._public}/{token}/" for token, one in self.editors.items()}

    def run(self) -> None:
        """Serve until interrupted."""
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """End serving, from another thread."""
        self._server.should_exit = True
