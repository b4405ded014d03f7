"""The published site on this machine, to look at before it goes to the web."""

from __future__ import annotations

import functools
import threading
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import Folder, app
from pipeline.cli.terminal import err, out
from pipeline.errors import EmendError, MissingExtraError
from pipeline.project import Project


@app.command("serve")
def serve_site(
    site: Annotated[
        Path | None, typer.Option("--site", help="The site's folder (default: edition/site).")
    ] = None,
    port: Annotated[int, typer.Option("--port", help="Port (0 = any free one).")] = 8000,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Publish again when an edition or site.toml changes; needs emend[watch].",
        ),
    ] = False,
    browser: Annotated[
        bool,
        typer.Option("--browser/--no-browser", help="Whether to open the site in the browser."),
    ] = True,
    api: Annotated[
        bool,
        typer.Option("--api", help="Serve emend to other programs over HTTP instead of the site."),
    ] = False,
    host: Annotated[
        str, typer.Option(help="With --api: network address to listen on.")
    ] = "127.0.0.1",
    jobs: Annotated[
        int, typer.Option(help="With --api: requests to work on at once (0 = one for each core).")
    ] = 0,
    size: Annotated[int, typer.Option(help="With --api: maximum bytes of a request.")] = 1_000_000,
    seconds: Annotated[
        float, typer.Option(help="With --api: maximum seconds for a request.")
    ] = 120,
    project: Folder = Path(),
) -> None:
    """Show the published site in your browser, from this machine only.

    Stop it with Ctrl+C. With --api, POST /v1/clean with a JSON object {"text": "…"} answers with
    the cleaned text, and /openapi.json describes the rest. The API asks nobody who they are: leave
    it on this machine, or put it behind a server that does.
    """
    if api:
        from pipeline.cli.api import serve_api

        serve_api(host=host, port=port, jobs=jobs, size=size, seconds=seconds)
        return
    import http.server
    import webbrowser

    from pipeline.cli.site_server import Site

    folder = site or Project.open(project).root / "edition" / "site"
    if watch:
        _publish(project, folder)
    if not (folder / "index.html").is_file():
        raise EmendError(f"{folder} contains no site yet: run emend publish first.")
    handler = functools.partial(Site, directory=str(folder))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise EmendError(
            f"Port {port} cannot be used ({error.strerror}): choose another with --port."
        ) from None
    address = f"http://127.0.0.1:{server.server_port}/"
    out.print(address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if browser:
        webbrowser.open(address)
    try:
        if watch:
            _watch(project, folder)
        else:
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.shutdown()


def _publish(project: Path, folder: Path) -> None:
    from pipeline.cli.publish import publish_site

    try:
        publish_site(None, folder, "", project)
    except typer.Exit:
        pass  # an edition was refused, which was said
    except EmendError as error:
        err.print(str(error))


def _watch(project: Path, folder: Path) -> None:
    """Publish again whenever an edition or the settings change."""
    try:
        from watchfiles import watch
    except ImportError:
        raise MissingExtraError("watchfiles", "watch") from None
    site = folder.resolve()

    def ours(_: object, path: str) -> bool:
        found = Path(path).resolve()
        return not found.is_relative_to(site) and found.suffix in {".xml", ".toml", ".jsonl"}

    root = Project.open(project).root
    for _ in watch(root, watch_filter=ours, step=200):
        _publish(project, folder)
