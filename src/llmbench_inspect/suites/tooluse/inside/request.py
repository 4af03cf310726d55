"""Sends one HTTP request from inside a sample's sandbox, and prints the reply as JSON."""

from __future__ import annotations

import http.client
import json
import sys
from urllib.parse import urlsplit

LONGEST = 1 << 20
SECONDS = 20


def main() -> None:
    """Read what to send from the standard input, as JSON."""
    given = json.loads(sys.stdin.read())
    url: str = given["url"]
    address = urlsplit(url)
    try:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        body = None if given["body"] is None else given["body"].encode()
        connection.request(given["method"], target, body=body, headers=given["headers"])
        response = connection.getresponse()
        text = response.read(LONGEST).decode(errors="replace")
        headers = dict(response.getheaders())
        reply = {"status": response.status, "reason": response.reason, "headers": headers, "text": text}
    except (OSError, ValueError, http.client.HTTPException) as error:
        reply = {"error": f"{error or type(error).__name__}"}
    print(json.dumps(reply))


if __name__ == "__main__":
    main()
