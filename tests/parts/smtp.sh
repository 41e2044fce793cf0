#!/bin/bash
# A real SMTP server that keeps every mail in a Maildir, and offers STARTTLS.
# Prints {"host","port","maildir","ca","pid"}: its certificate is of the authority in the file `ca`.
PART=smtp
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/ca.sh"
begin "$@"
VERSION=1.4.6
VENV=$CACHE/aiosmtpd-$VERSION
make_venv() {
  ! "$VENV/bin/python" -c 'import aiosmtpd' 2>/dev/null || return 0
  python3 -c 'import venv, ensurepip' 2>/dev/null || install python3 python3-venv
  say "installing aiosmtpd $VERSION from the Python package index"
  rm -rf "$VENV"
  { python3 -m venv "$VENV" && "$VENV/bin/pip" install --quiet --disable-pip-version-check "aiosmtpd==$VERSION"; } \
    >"$DIR/install.log" 2>&1 ||
    { tail -n 15 "$DIR/install.log" >&2; rm -rf "$VENV"; fail "aiosmtpd could not be installed (all of it: $DIR/install.log)"; }
}
alone make_venv
authority "$DIR/ca"
# It makes the Maildir itself, and only where there is nothing.
rm -rf "$DIR/maildir"
launch "$DIR" "$DIR/server.log" "$VENV/bin/python" -m aiosmtpd -n -l "127.0.0.1:$PORT" \
  --tlscert "$DIR/ca/server.pem" --tlskey "$DIR/ca/server.key" --no-requiretls -c aiosmtpd.handlers.Mailbox "$DIR/maildir"
wait_for "$DIR" "$DIR/server.log" listens "$PORT"
ready "$DIR" "{\"host\":\"127.0.0.1\",\"port\":$PORT,\"maildir\":\"$DIR/maildir\",\"ca\":\"$DIR/ca/ca.pem\",\"pid\":$(cat "$DIR/pid")}"
