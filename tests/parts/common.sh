# shellcheck shell=bash
# What the scripts of this folder share; sourced by them. They start real servers for tests, each in a throwaway
# folder and on a free port of 127.0.0.1:
#
#   X.sh start DIR [PORT]   installs what is missing (Debian, as root), starts the server, prints one line of JSON
#   X.sh stop DIR           ends it by its recorded process id
#
# Starting what runs already prints its line again. What is done is told on stderr; stdout holds only the JSON.
set -euo pipefail

say() { printf '%s: %s\n' "$PART" "$*" >&2; }
fail() { say "$*"; exit 1; }

# What is downloaded and unpacked is kept for the next run.
CACHE=${GEHOOR_PARTS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/gehoor-parts}

# install PACKAGE...: those that are not there yet. Services that come along are not started: nobody asked for them.
install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || fail "these packages are missing: run as root: apt-get install ${missing[*]}"
  say "installing ${missing[*]}"
  local log policy=/usr/sbin/policy-rc.d made=no
  log=$(mktemp)
  if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && made=yes; fi
  local done=no
  if { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1; then done=yes; fi
  [ $made = no ] || rm -f $policy
  [ $done = yes ] || { tail -n 15 "$log" >&2; fail "apt-get could not install ${missing[*]} (all of it: $log)"; }
  rm -f "$log"
}

# alone COMMAND...: never at the same time as another script of this folder.
alone() {
  mkdir -p "$CACHE"
  exec 9>"$CACHE/lock"
  flock 9
  "$@"
  # What is started later must not keep the lock.
  exec 9>&-
}

free_port() {
  perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# alive DIR: whether the server that was started there still runs, and is the same one.
alive() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null &&
    [ "$(started "$pid")" = "$(cat "$1/pid.started" 2>/dev/null)" ]
}

# A process id is used again some day; with its start time it is not.
started() { cut -d ')' -f 2- "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 21; }

# launch DIR LOG COMMAND...: in a session of its own, so that it ends with all its children.
launch() {
  local dir=$1 log=$2
  shift 2
  setsid "$@" </dev/null >"$log" 2>&1 &
  local pid=$!
  echo "$pid" >"$dir/pid"
  sleep 0.1
  started "$pid" >"$dir/pid.started"
}

# wait_for DIR LOG COMMAND...: until the command succeeds; at most two minutes, or until the server has died.
wait_for() {
  local dir=$1 log=$2 try
  shift 2
  for try in $(seq 600); do
    "$@" && return
    alive "$dir" || { tail -n 15 "$log" >&2; fail "the server ended while it started (all of it: $log)"; }
    sleep 0.2
  done
  tail -n 15 "$log" >&2
  stop "$dir"
  fail "the server did not answer within two minutes (all of it: $log)"
}

stop() {
  local dir=$1 pid try
  alive "$dir" || { rm -f "$dir/pid" "$dir/pid.started" "$dir/ready.json"; say "does not run"; return; }
  pid=$(cat "$dir/pid")
  kill -TERM "$pid"
  for try in $(seq 50); do
    alive "$dir" || break
    sleep 0.1
  done
  # The children that it left, if any, are in its session.
  kill -KILL -- "-$pid" 2>/dev/null || true
  rm -f "$dir/pid" "$dir/pid.started" "$dir/ready.json"
}

# ready DIR JSON: keeps the line for the next caller, and prints it.
ready() {
  printf '%s\n' "$2" >"$1/ready.json"
  cat "$1/ready.json"
}

# begin "$@": reads the arguments; sets DIR and PORT, or stops and exits, or prints the line of what runs and exits.
begin() {
  [ $# -ge 2 ] || fail "say: $PART.sh start DIR [PORT], or: $PART.sh stop DIR"
  local verb=$1
  DIR=$2
  case $verb in
    start) mkdir -p "$DIR" && DIR=$(cd "$DIR" && pwd) ;;
    stop) stop "$DIR"; exit ;;
    *) fail "$verb is neither start nor stop" ;;
  esac
  if alive "$DIR" && [ -s "$DIR/ready.json" ]; then cat "$DIR/ready.json"; exit; fi
  rm -f "$DIR/ready.json"
  PORT=${3:-$(free_port)}
  ! listens "$PORT" || fail "port $PORT of 127.0.0.1 is taken: name another one"
}
