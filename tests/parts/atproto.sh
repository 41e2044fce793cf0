#!/bin/bash
# A real Bluesky network of its own: directory of accounts (PLC), account server (PDS), index (AppView) and moderation,
# as its makers run it for their own tests, on PostgreSQL and Redis. The account server limits as the public ones do.
# Prints {"pds","appview","client","bypass","pid"}: `client` is the folder of the network's own client for programs
# (see atproto-client.cjs), `bypass` the word that lets a test's own requests past the limits.
# The folder and those above it must be open to the user `postgres` (chmod 711) when this runs as root.
PART=atproto
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/common.sh"
begin "$@"
VERSION=0.3.215 # the newest that runs on Node 18 and 20
HOUSE=$CACHE/atproto-$VERSION

make_network() {
  local packages=(postgresql redis-server)
  command -v node >/dev/null && command -v npm >/dev/null || packages+=(nodejs npm)
  command -v redis-server >/dev/null && [ -n "$(postgres)" ] && [ ${#packages[@]} -eq 2 ] || install "${packages[@]}"
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || fail "this needs Node 18 or newer"
  ! works || return 0
  # One of its parts is compiled.
  command -v g++ >/dev/null && command -v make >/dev/null && command -v python3 >/dev/null || install g++ make python3
  say "installing @atproto/dev-env $VERSION from the Node package index; this takes some minutes"
  rm -rf "$HOUSE"
  mkdir -p "$HOUSE"
  echo '{"private":true}' >"$HOUSE/package.json"
  # Of all that packages want to run while they are installed, only what is needed runs.
  { (cd "$HOUSE" && npm install --no-audit --no-fund --ignore-scripts --save-exact "@atproto/dev-env@$VERSION" &&
    npm rebuild better-sqlite3 --foreground-scripts --dangerously-allow-all-scripts) && works; } >"$DIR/install.log" 2>&1 ||
    { tail -n 15 "$DIR/install.log" >&2; rm -rf "$HOUSE"; fail "the network could not be installed (all of it: $DIR/install.log)"; }
}
postgres() { find /usr/lib/postgresql/*/bin -name postgres 2>/dev/null | sort -V | tail -n 1; }
works() { (cd "$HOUSE" 2>/dev/null && node -e 'require("@atproto/dev-env/package.json"); new (require("better-sqlite3"))(":memory:")' 2>/dev/null); }
alone make_network

PG=$(dirname "$(postgres)")
rm -rf "$DIR/pg" "$DIR/tmp"
mkdir -p "$DIR/pg" "$DIR/tmp"
AS=()
if [ "$(id -u)" = 0 ]; then
  # It does not run as root.
  chown postgres "$DIR/pg"
  AS=(setpriv --reuid=postgres --regid=postgres --init-groups)
  chmod 711 "$DIR"
  "${AS[@]}" test -x "$DIR/pg" || fail "$DIR is not open to the user postgres: chmod 711 the folders above it"
fi
(cd / && "${AS[@]}" "$PG/initdb" -D "$DIR/pg" -A trust -U postgres --no-sync -E UTF8 --locale=C.UTF-8) >"$DIR/init.log" 2>&1 ||
  { tail -n 15 "$DIR/init.log" >&2; fail "the database could not be made (all of it: $DIR/init.log)"; }

BYPASS=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
PGPORT=$(free_port)
REDIS=$(free_port)
# What the three processes are started by is what `stop` ends: it ends them, and the database properly.
cat >"$DIR/run.sh" <<RUN
cd /
${AS[*]} "$PG/postgres" -D "$DIR/pg" -p $PGPORT -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200 &
pg=\$!
redis-server --port $REDIS --bind 127.0.0.1 --save '' --appendonly no --dir "$DIR/tmp" &
redis=\$!
finish() { kill \$node \$redis; kill -INT \$pg; wait; rm -rf "$DIR/pg" "$DIR/tmp"; exit; }
trap finish TERM
for try in \$(seq 100); do "$PG/pg_isready" -q -h 127.0.0.1 -p $PGPORT && break; sleep 0.2; done
cd "$HOUSE"
export NODE_PATH="$HOUSE/node_modules" TMPDIR="$DIR/tmp" LOG_ENABLED=false
export DB_POSTGRES_URL=postgresql://postgres@127.0.0.1:$PGPORT/postgres REDIS_HOST=127.0.0.1:$REDIS
node "$HERE/atproto-network.cjs" $PORT $BYPASS "$DIR/made" &
node=\$!
wait \$node
finish
RUN
rm -f "$DIR/made"
launch "$DIR" "$DIR/server.log" bash "$DIR/run.sh"
wait_for "$DIR" "$DIR/server.log" test -s "$DIR/made"
ready "$DIR" "{$(cat "$DIR/made"),\"client\":\"$HOUSE\",\"bypass\":\"$BYPASS\",\"pid\":$(cat "$DIR/pid")}"
