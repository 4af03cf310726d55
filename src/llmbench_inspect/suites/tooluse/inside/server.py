"""The HTTP server of a sample: collections of JSON items, refusals that a task plans, a log of requests.

It runs inside the sandbox, as the same user as the model's commands. The log is in this process's memory
alone, which no other process of that user may read or write, and leaves it signed with a key that only
this process and the scorer know: who ends this process and takes its place can forge nothing.
"""

from __future__ import annotations

import ctypes
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_BODY = 65536
MOST_REQUESTS = 300
MOST_ITEMS = 300
PR_SET_DUMPABLE = 4
EXPORT = "/.log"
KINDS = {"text": str, "number": (int, float)}


class Reply:
    """What a request is answered with."""

    def __init__(self, status: int, headers: dict[str, str], payload: bytes) -> None:
        self.status = status
        self.headers = headers
        self.payload = payload


class RefusedError(Exception):
    """A request that cannot be met: its status, and why."""


class Api:
    """What is served.

    Args:
        plan: The server as the task describes it.
        key: Signs the log.
    """

    def __init__(self, plan: dict[str, Any], key: bytes) -> None:
        self.collections: dict[str, list[dict[str, Any]]] = plan["collections"]
        self.plan = plan
        self.key = key
        self.log: list[dict[str, Any]] = []
        self.met = [0] * len(plan["refusals"])
        self.since = [0.0] * len(plan["refusals"])
        self.lock = threading.Lock()

    def reply(self, method: str, target: str, headers: Any, body: bytes) -> Reply:
        """Answer a request, and log it."""
        address = urlsplit(target)
        path = address.path.rstrip("/") or "/"
        with self.lock:
            if path == EXPORT and (exported := self.export(headers)):
                return exported
            refused = self.refusal(method, path)
            try:
                reply = refused or self.serve(method, path, dict(parse_qsl(address.query)), headers, body)
            except RefusedError as error:
                status, reason = error.args
                reply = told(status, {"error": reason})
            if len(self.log) < MOST_REQUESTS:
                entry = {"method": method, "target": target[:500], "status": reply.status}
                self.log.append({**entry, "refused": refused is not None})
            return reply

    def export(self, headers: Any) -> Reply | None:
        """The log and the items, for the one who knows the key."""
        nonce = str(headers.get("X-Nonce", "")).encode()
        if not hmac.compare_digest(self.sign(nonce).encode(), str(headers.get("X-Proof", "")).encode()):
            return None
        payload = json.dumps({"log": self.log, "collections": self.collections}).encode()
        return Reply(200, {"X-Proof": self.sign(nonce + payload)}, payload)

    def sign(self, message: bytes) -> str:
        """Proof that this process wrote a message."""
        return hmac.new(self.key, message, hashlib.sha256).hexdigest()

    def refusal(self, method: str, path: str) -> Reply | None:
        """What the task has this request answered with, in the place of what was asked for."""
        for number, planned in enumerate(self.plan["refusals"]):
            if (planned["method"], planned["path"]) != (method, path):
                continue
            self.met[number] += 1
            pause = planned["retry_after"]
            if pause is not None:
                self.since[number] = self.since[number] or time.monotonic()
                if time.monotonic() - self.since[number] >= pause:
                    continue
            elif planned["times"] is not None and self.met[number] > planned["times"]:
                continue
            headers = {} if pause is None else {"Retry-After": str(pause)}
            return Reply(planned["status"], headers, planned["body"].encode())
        return None

    def serve(self, method: str, path: str, query: dict[str, str], headers: Any, body: bytes) -> Reply:
        """Answer as a plain store of items does."""
        guard = self.plan["key"]
        if guard and headers.get(guard["header"]) != guard["value"]:
            raise RefusedError(401, guard["hint"])
        if path == "/":
            return told(200, {"collections": [f"/{name}" for name in self.collections]})
        name, number = self.place(path)
        if number is None and method == "GET":
            return self.listed(name, query)
        if number is None and method == "POST":
            return self.create(name, self.fields(name, body, whole=True))
        if number is None or method not in {"GET", "DELETE", "PATCH", "PUT"}:
            raise RefusedError(405, "This method is not allowed here.")
        item = next((item for item in self.collections[name] if str(item["id"]) == number), None)
        if item is None:
            raise RefusedError(404, f"There is no item {number} in /{name}.")
        if method == "DELETE":
            self.collections[name].remove(item)
        elif method != "GET":
            change(item, self.fields(name, body, whole=method == "PUT"), whole=method == "PUT")
        return told(200, {"deleted": item["id"]} if method == "DELETE" else item)

    def place(self, path: str) -> tuple[str, str | None]:
        """The collection that a path names, and the number of an item after it."""
        path = path.strip("/")
        if path in self.collections:
            return path, None
        name, _, number = path.rpartition("/")
        if name not in self.collections:
            raise RefusedError(404, f"There is nothing at /{path}.")
        return name, number

    def listed(self, name: str, query: dict[str, str]) -> Reply:
        """The items of a collection that a query asks for."""
        page = query.pop("page", "1")
        chosen = [
            item
            for item in self.collections[name]
            if all(str(item.get(key)) == value for key, value in query.items())
        ]
        size = self.plan["page_size"]
        if size is None:
            return told(200, chosen)
        if not page.isdecimal() or page == "0" or len(page) > 6:
            raise RefusedError(400, "page must be a number from 1 on.")
        start = (int(page) - 1) * size
        pages = max(1, -(-len(chosen) // size))
        return told(200, {"items": chosen[start : start + size], "page": int(page), "pages": pages})

    def create(self, name: str, fields: dict[str, Any]) -> Reply:
        """Make an item."""
        items = self.collections[name]
        if len(items) >= MOST_ITEMS:
            raise RefusedError(507, "The store is full.")
        item = {"id": max((item["id"] for item in items), default=0) + 1, **fields}
        items.append(item)
        return told(201, item)

    def fields(self, name: str, body: bytes, *, whole: bool) -> dict[str, Any]:
        """The fields that a body sets."""
        try:
            fields: dict[str, Any] = json.loads(body)
        except (ValueError, RecursionError):
            raise RefusedError(400, "The body is not valid JSON.") from None
        if not isinstance(fields, dict):  # pyright: ignore[reportUnnecessaryIsInstance]  # it is JSON of any kind
            raise RefusedError(400, "The body must be a JSON object.")
        fields.pop("id", None)
        wanted: dict[str, str] = self.plan["fields"].get(name, {})
        for field in fields if wanted else ():
            if field not in wanted:
                raise RefusedError(422, f"Unknown field {field[:50]!r}. Fields: {', '.join(wanted)}.")
        for field, kind in wanted.items():
            if field not in fields and whole:
                raise RefusedError(422, f"The field {field!r} is missing.")
            if field in fields and not isinstance(fields[field], KINDS[kind]):
                raise RefusedError(422, f"The field {field!r} must be a {kind}.")
        return fields


def change(item: dict[str, Any], fields: dict[str, Any], *, whole: bool) -> None:
    """Set fields of an item, or all of them."""
    if "version" in item:
        if fields.get("version") != item["version"]:
            raise RefusedError(
                409,
                "The item was changed meanwhile. Send its version of now in the field version; GET shows it.",
            )
        fields["version"] = item["version"] + 1
    kept = {"id": item["id"], **fields} if whole else {**item, **fields}
    item.clear()
    item.update(kept)


def told(status: int, content: Any) -> Reply:
    """A reply of JSON."""
    return Reply(status, {}, json.dumps(content).encode())


def handler(api: Api) -> type[BaseHTTPRequestHandler]:
    """What reads requests off connections for an API."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def answer(self) -> None:
            length = self.headers.get("Content-Length") or "0"
            if not length.isdecimal() or len(length) > 9 or int(length) > LONGEST_BODY:
                reply = told(413, {"error": "The body is too long."})
            else:
                reply = api.reply(self.command, self.path, self.headers, self.rfile.read(int(length)))
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.payload)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.payload)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    return Handler


def main() -> None:
    """Serve in the background, from before this command ends on."""
    given = json.loads(sys.stdin.read())
    server = ThreadingHTTPServer(
        ("127.0.0.1", given["port"]), handler(Api(given["plan"], bytes.fromhex(given["key"])))
    )
    if os.fork():
        os._exit(0)
    os.setsid()
    # Nobody of this user may look into the process, or into the files that it has open.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    empty = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(empty, stream)
    server.serve_forever()


if __name__ == "__main__":
    main()
