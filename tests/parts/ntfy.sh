#!/bin/bash
# A real ntfy server to whose topics everybody may write.
# Prints {"url","pid"}.
# Debian 12 has no ntfy: the package of Debian 13 is fetched from this machine's own Debian mirror and only unpacked.
PART=ntfy
. "$(dirname "$0")/common.sh"
begin "$@"

fetch_ntfy() {
  [ ! -x "$NTFY" ] || return 0
  local site keys work=$CACHE/ntfy.new
  rm -rf "$work"
  mkdir -p "$work"/{parts,lists/partial,cache/archives/partial,out}
  site=$(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI) $(SUITE)' 'Created-By: Packages' 2>/dev/null |
    awk '$1 == "Debian" && $2 == "main" && $4 !~ /security|updates|backports/ { print $3; exit }')
  [ -n "$site" ] || fail "no Debian mirror is known here: run apt-get update, or install ntfy yourself"
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e $keys ] || install debian-archive-keyring
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: %s\n' "$site" $keys >"$work/parts/trixie.sources"
  local apt=(apt-get -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts"
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
  say "fetching ntfy of Debian 13"
  (cd "$work" && "${apt[@]}" update && "${apt[@]}" download ntfy) >"$work/log" 2>&1 ||
    { tail -n 15 "$work/log" >&2; fail "ntfy could not be fetched (all of it: $work/log)"; }
  dpkg-deb -x "$work"/ntfy_*.deb "$work/out"
  rm -rf "$CACHE/ntfy"
  mv "$work/out" "$CACHE/ntfy"
  rm -rf "$work"
}

if command -v ntfy >/dev/null; then
  NTFY=$(command -v ntfy)
else
  NTFY=$CACHE/ntfy/usr/bin/ntfy
  alone fetch_ntfy
fi
rm -f "$DIR"/*.db
cat >"$DIR/server.yml" <<YAML
base-url: "http://127.0.0.1:$PORT"
listen-http: "127.0.0.1:$PORT"
cache-file: "$DIR/cache.db"
auth-file: "$DIR/auth.db"
auth-default-access: "read-write"
YAML
launch "$DIR" "$DIR/server.log" "$NTFY" serve -c "$DIR/server.yml"
answers() {
  perl -MHTTP::Tiny -e 'exit !HTTP::Tiny->new(timeout => 5)->get($ARGV[0])->{success}' "http://127.0.0.1:$PORT/v1/health"
}
wait_for "$DIR" "$DIR/server.log" answers
ready "$DIR" "{\"url\":\"http://127.0.0.1:$PORT\",\"pid\":$(cat "$DIR/pid")}"
