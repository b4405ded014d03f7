"""The server of `emend serve`: the files of a site, and Distributed Text Services."""

from __future__ import annotations

import http.server
import urllib.parse
from http import HTTPStatus
from pathlib import Path


class Site(http.server.SimpleHTTPRequestHandler):
    """The files of a site; an address that does not exist gets the site's own 404 page."""

    def log_message(self, *_: object) -> None:
        """Keep the terminal quiet."""

    def do_GET(self) -> None:
        """Answer with a file, or to a query of Distributed Text Services."""
        from pipeline.publish import dts_server

        path, _, query = self.path.partition("?")
        if not f"{path}/".startswith(f"/{dts_server.HOME}/"):
            super().do_GET()
            return
        given = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        endpoint = path.removeprefix(f"/{dts_server.HOME}").strip("/")
        address = f"http://{self.headers.get('Host', 'localhost')}/"
        try:
            kind, body = dts_server.answer(Path(str(self.directory)), address, endpoint, given)
            status = 200
        except dts_server.Refusal as refusal:
            status, kind, body = (
                refusal.status,
                "text/plain; charset=utf-8",
                f"{refusal}\n".encode(),
            )
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Add that nothing is kept: the next look must show the next state."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with 404.html if it is there."""
        page = Path(str(self.directory)) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
