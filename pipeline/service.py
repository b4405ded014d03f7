"""A small HTTP service for other tools, which clean text page by page: `emend serve --api`.

Requests are answered by processes, so that one that is killed or takes too long harms no other.
What is too large, too much at once or too slow is refused with the status that HTTP has for it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from importlib import metadata
from typing import TYPE_CHECKING, Any

from pipeline.corrector import Corrector
from pipeline.errors import EmendError, MissingExtraError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_FORMS = ("text", "lines", "tei", "changes")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may ask for."""

    size: int = 1_000_000  # bytes of a request
    seconds: float = 120  # until a request is given up
    jobs: int = 1  # requests worked on at once
    waiting: int = 16  # requests that may wait for their turn
    words: int = 10_000  # in `lexicon`


def application(limits: Limits, pool: Callable[[int], ProcessPoolExecutor]) -> Starlette:
    """The service as an ASGI application. `pool(jobs)` makes the processes that do the work.

    Raises:
        MissingExtraError: starlette is not installed.

    """
    try:
        from starlette.applications import Starlette  # noqa: PLC0415
        from starlette.exceptions import HTTPException  # noqa: PLC0415
        from starlette.requests import ClientDisconnect  # noqa: PLC0415
        from starlette.responses import JSONResponse  # noqa: PLC0415
        from starlette.routing import Route  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("starlette", "review") from None
    crew = _Crew(limits, pool)

    def refused(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
        # a sentence may quote half a character of the request
        return JSONResponse(
            {"error": sentence.encode("utf-8", "replace").decode()}, status, headers
        )

    async def received(request: Request) -> bytes | None:
        """The body of a request, or None if it is larger than it may be."""
        data = bytearray()
        async for part in request.stream():
            data += part
            if len(data) > limits.size:
                return None
        return bytes(data)

    async def clean(request: Request) -> Response:
        try:
            async with asyncio.timeout(limits.seconds):
                data = await received(request)
        except TimeoutError:
            return refused(408, f"The request did not arrive within {limits.seconds:g} seconds.")
        except ClientDisconnect:
            return refused(400, "The request is incomplete.")  # nobody is there to read it
        if data is None:
            return refused(413, f"A request has at most {limits.size:,} bytes.")
        try:
            asked = _asked(data, limits)
        except EmendError as error:
            return refused(400, str(error))
        try:
            return JSONResponse(await crew.cleaned(asked))
        except EmendError as error:
            return refused(422, str(error))
        except _BusyError:
            sentence = "Too many requests are waiting. Try again in a moment."
            return refused(503, sentence, {"Retry-After": "5"})
        except TimeoutError:
            return refused(504, f"The text took longer than {limits.seconds:g} seconds.")
        except (BrokenProcessPool, MemoryError):
            return refused(500, "The process that cleaned the text was killed.")
        except Exception as error:  # noqa: BLE001 - the next request is answered all the same
            what = f"{type(error).__name__}: {error}"
            return refused(500, f"emend itself failed ({what}). Please report this text.")

    async def misaddressed(_request: Request, error: Exception) -> Response:
        """What starlette refuses: an address that does not exist, a method that it has not."""
        assert isinstance(error, HTTPException)
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("Allow", "")
            return refused(405, f"This address takes only {allowed}.", error.headers)
        if error.status_code == HTTPStatus.NOT_FOUND:
            return refused(404, "This address does not exist: /openapi.json names those that do.")
        return refused(error.status_code, f"{error.detail}.", error.headers)

    async def described(_request: Request) -> Response:
        return JSONResponse(openapi(limits))

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": metadata.version("emend")})

    service = Starlette(
        routes=[
            Route("/v1/clean", clean, methods=["POST"]),
            Route("/openapi.json", described),
            Route("/health", health),
        ],
        exception_handlers={HTTPException: misaddressed},
        lifespan=crew.lifespan,
    )
    service.router.redirect_slashes = False
    return service


class _BusyError(Exception):
    """Too many requests are waiting."""


class _Crew:
    """The processes, and the requests that wait for them."""

    def __init__(self, limits: Limits, pool: Callable[[int], ProcessPoolExecutor]) -> None:
        self._limits, self._new = limits, pool
        self._pool: ProcessPoolExecutor | None = None
        self._asked = 0
        self._turns = asyncio.Semaphore(max(1, limits.jobs))

    async def cleaned(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self._asked >= self._limits.jobs + self._limits.waiting:
            raise _BusyError
        self._asked += 1
        try:
            # what waits for its turn is not in the pool yet, and outlives it
            async with asyncio.timeout(self._limits.seconds), self._turns:
                try:
                    return await self._tried(asked)
                except BrokenProcessPool:  # perhaps because another request was given up
                    return await self._tried(asked)
        finally:
            self._asked -= 1

    async def _tried(self, asked: dict[str, Any]) -> dict[str, Any]:
        pool = self._pool = self._pool or self._new(self._limits.jobs)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _cleaned, asked)
        except (BrokenProcessPool, asyncio.CancelledError):
            self._end(pool)  # a process cannot be interrupted otherwise; a new pool goes on
            raise

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        if self._pool is not None:
            self._end(self._pool)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.kill()
        pool.shutdown(wait=False)


def _asked(data: bytes, limits: Limits) -> dict[str, Any]:
    """What a request asks for. Raises EmendError if it makes no sense."""
    try:
        asked = json.loads(data)
    except (ValueError, RecursionError):
        raise EmendError("The body must be JSON.") from None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise EmendError('The body must be an object with the text as "text".')
    form, language = asked.get("form", "text"), asked.get("language", "en")
    words = asked.get("lexicon", [])
    if form not in _FORMS:
        raise EmendError(f'"form" must be one of {", ".join(_FORMS)}.')
    if not isinstance(language, str):
        raise EmendError('"language" must be a BCP 47 tag.')
    if (
        not isinstance(words, list)
        or len(words) > limits.words
        or not all(isinstance(word, str) for word in words)
    ):
        raise EmendError(f'"lexicon" must be a list of at most {limits.words:,} words.')
    if unknown := asked.keys() - {"text", "form", "language", "lexicon"}:
        raise EmendError(f'Unknown key "{min(unknown)}".')
    return {"text": asked["text"], "form": form, "language": language, "lexicon": words}


def _cleaned(asked: dict[str, Any]) -> dict[str, Any]:
    """Clean a text, in a process of the pool."""
    corrector = Corrector(asked["language"], lexicon=asked["lexicon"])
    done = corrector.clean(asked["text"])
    form = asked["form"]
    answer: dict[str, Any] = {"form": form, "language": asked["language"]}
    if form == "changes":
        return {**answer, "changes": done.changes}
    if form == "tei":
        return {**answer, "text": done.tei().decode("utf-8")}
    text = done.lines if form == "lines" else done.text
    return {**answer, "text": text.encode("utf-8", "replace").decode()}


def openapi(limits: Limits) -> dict[str, Any]:
    """The service described in OpenAPI 3.1."""
    body = {
        "type": "object",
        "required": ["text"],
        "additionalProperties": False,
        "properties": {
            "text": {"type": "string", "description": "The OCR text of a page, or of a book."},
            "form": {
                "enum": list(_FORMS),
                "default": "text",
                "description": "Reading text, text in the source's lines, TEI, or the change log.",
            },
            "language": {"type": "string", "default": "en", "description": "A BCP 47 tag."},
            "lexicon": {
                "type": "array",
                "maxItems": limits.words,
                "items": {"type": "string"},
                "description": "Words that are right though no dictionary has them.",
            },
        },
    }
    answer = {
        "type": "object",
        "required": ["form", "language"],
        "properties": {
            "form": {"enum": list(_FORMS)},
            "language": {"type": "string"},
            "text": {"type": "string"},
            "changes": {"type": "array", "items": {"type": "object"}},
        },
    }
    fault = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string"}},
    }
    health = {
        "type": "object",
        "required": ["status", "version"],
        "properties": {"status": {"const": "ok"}, "version": {"type": "string"}},
    }
    statuses = {
        "400": "The request makes no sense.",
        "408": f"It did not arrive within {limits.seconds:g} seconds.",
        "413": f"It has more than {limits.size:,} bytes.",
        "422": "The text cannot be read.",
        "500": "The process that cleaned the text was killed, or emend itself failed.",
        "503": "Too many requests are waiting.",
        "504": f"It took longer than {limits.seconds:g} seconds.",
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "emend", "version": metadata.version("emend")},
        "paths": {
            "/v1/clean": {
                "post": {
                    "summary": "Clean a text.",
                    "requestBody": {"required": True, "content": _json(body)},
                    "responses": {
                        "200": {"description": "The cleaned text.", "content": _json(answer)},
                        **{
                            status: {"description": what, "content": _json(fault)}
                            for status, what in statuses.items()
                        },
                    },
                }
            },
            "/health": {
                "get": {
                    "summary": "Whether the service answers, and its version.",
                    "responses": {"200": {"description": "It does.", "content": _json(health)}},
                }
            },
        },
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
