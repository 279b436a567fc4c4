#!/bin/sh
# What Twilio refuses is a TwilioRestException with the HTTP status and Twilio's code, but for a list: that is a bare
# TwilioException, "Unable to fetch page", with the response as a second argument that nothing documents. So "wait a
# moment" cannot be told from "wrong token".
#
# Version: twilio 9.13.0, Python 3.11 (`twilio/base/version.py`).
# Right: the same class, status and code. Seen: neither.
# npsbot reads the second argument: channels/sms/errors.py, docs/field.md, P6.
#
# Output: create: TwilioRestException 429 20429
#         list: TwilioException None None
# Exit code: 0 while it is so, 1 when a list says its status.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip --disable-pip-version-check --quiet install twilio==9.13.0

cat > "$folder/look.py" <<'PY'
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from twilio.base.exceptions import TwilioException
from twilio.rest import Client


class Refuses(BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps({"code": 20429, "message": "Too many requests", "status": 429}).encode()
        self.send_response(429)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Refuses)
Thread(target=server.serve_forever, daemon=True).start()
client = Client("AC" + "0" * 32, "token")
client.api.base_url = f"http://127.0.0.1:{server.server_address[1]}"


def refused(call):
    try:
        call()
    except TwilioException as error:
        return type(error).__name__, getattr(error, "status", None), getattr(error, "code", None)
    return None


made = refused(lambda: client.messages.create(to="+31612345678", from_="+31612340000", body="hello"))
listed = refused(lambda: client.messages.list(limit=1))
print("create:", *made)
print("list:", *listed)
sys.exit(listed[1] == made[1])
PY
env -u HTTPS_PROXY -u HTTP_PROXY -u http_proxy -u https_proxy -u TWILIO_REGION -u TWILIO_EDGE "$folder/venv/bin/python" "$folder/look.py"
