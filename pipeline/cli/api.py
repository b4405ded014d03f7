"""emend for other programs, over HTTP: what `emend serve --api` runs."""

from __future__ import annotations

from pipeline.cli.terminal import out
from pipeline.errors import MissingExtraError


def serve_api(*, host: str, port: int, jobs: int, size: int, seconds: float) -> None:
    """Serve the API until Ctrl-C."""
    from pipeline.builds.processes import cores, pool
    from pipeline.service import Limits, application

    limits = Limits(size=size, seconds=seconds, jobs=jobs or cores())
    service = application(limits, pool)
    try:
        import uvicorn
    except ImportError:
        raise MissingExtraError("uvicorn", "review") from None
    out.print(f"Serving http://{host}:{port}/v1/clean, described by /openapi.json")
    uvicorn.run(service, host=host, port=port, log_level="warning")
