#!/bin/bash
# A real Matrix server (Synapse on SQLite) with two users, alarm and lezer, in one open room that is not encrypted.
# Prints {"url","room","token","reader_token","pid"}: `token` is that of alarm, who may write; `reader_token` of lezer.
PART=synapse
. "$(dirname "$0")/common.sh"
begin "$@"
VERSION=1.163.2
VENV=$CACHE/synapse-$VERSION
make_venv() {
  ! "$VENV/bin/python" -c 'import synapse' 2>/dev/null || return 0
  python3 -c 'import venv, ensurepip' 2>/dev/null || install python3 python3-venv
  say "installing matrix-synapse $VERSION from the Python package index; this takes some minutes"
  rm -rf "$VENV"
  { python3 -m venv "$VENV" && "$VENV/bin/pip" install --quiet --disable-pip-version-check "matrix-synapse==$VERSION"; } \
    >"$DIR/install.log" 2>&1 ||
    { tail -n 15 "$DIR/install.log" >&2; rm -rf "$VENV"; fail "matrix-synapse could not be installed (all of it: $DIR/install.log)"; }
}
alone make_venv

rm -rf "$DIR/data"
mkdir -p "$DIR/data"
SECRET=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
# JSON is YAML as well. No other server is asked for keys, and nothing is limited: tests write quickly.
python3 - "$DIR/data" "$PORT" "$SECRET" >"$DIR/homeserver.yaml" <<'PYTHON'
import json, sys

data, port, secret = sys.argv[1:]
much = {"per_second": 1000, "burst_count": 1000}
print(json.dumps({
    "server_name": "gehoor.test",
    "listeners": [{"port": int(port), "bind_addresses": ["127.0.0.1"], "type": "http",
                   "resources": [{"names": ["client"]}]}],
    "database": {"name": "sqlite3", "args": {"database": f"{data}/homeserver.db"}},
    "media_store_path": f"{data}/media",
    "signing_key_path": f"{data}/signing.key",
    "pid_file": f"{data}/synapse.pid",
    "registration_shared_secret": secret,
    "macaroon_secret_key": secret,
    "form_secret": secret,
    "report_stats": False,
    "suppress_key_server_warning": True,
    "trusted_key_servers": [],
    "rc_message": much,
    "rc_login": {"address": much, "account": much, "failed_attempts": much},
    "rc_joins": {"local": much, "remote": much},
}))
PYTHON
(cd "$DIR" && "$VENV/bin/python" -m synapse.app.homeserver -c homeserver.yaml --generate-keys) >"$DIR/init.log" 2>&1 ||
  { tail -n 15 "$DIR/init.log" >&2; fail "the configuration is not accepted (all of it: $DIR/init.log)"; }
cd "$DIR"
launch "$DIR" "$DIR/server.log" "$VENV/bin/python" -m synapse.app.homeserver -c homeserver.yaml
answers() {
  python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=10)' \
    "http://127.0.0.1:$PORT/_matrix/client/versions" 2>/dev/null
}
wait_for "$DIR" "$DIR/server.log" answers

MADE=$(python3 - "http://127.0.0.1:$PORT" "$SECRET" <<'PYTHON'
import hashlib, hmac, json, sys, urllib.parse, urllib.request

base, secret = sys.argv[1:]


def call(method, path, body=None, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, method=method, headers=headers)
    return json.load(urllib.request.urlopen(request, timeout=60))


def user(name):
    nonce = call("GET", "/_synapse/admin/v1/register")["nonce"]
    password = secret[:16] + name
    signed = "\0".join([nonce, name, password, "notadmin"]).encode()
    mac = hmac.new(secret.encode(), signed, hashlib.sha1).hexdigest()
    made = call("POST", "/_synapse/admin/v1/register", {
        "nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac,
    })
    return made["access_token"]


alarm, lezer = user("alarm"), user("lezer")
room = call("POST", "/_matrix/client/v3/createRoom", {"preset": "public_chat"}, alarm)["room_id"]
call("POST", f"/_matrix/client/v3/join/{urllib.parse.quote(room)}", {}, lezer)
print(json.dumps({"room": room, "token": alarm, "reader_token": lezer})[1:-1])
PYTHON
) || { stop "$DIR"; fail "users and room could not be made"; }
ready "$DIR" "{\"url\":\"http://127.0.0.1:$PORT\",$MADE,\"pid\":$(cat "$DIR/pid")}"
