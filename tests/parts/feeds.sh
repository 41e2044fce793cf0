#!/bin/bash
# The feeds with which the parsers feedparser (Python) and feed-rs (Rust) are tested, out of their published packages: no
# server, and nothing to stop. Prints {"feedparser","feed_rs"}: the folders. Nothing of them is kept in this repository.
PART=feeds
. "$(dirname "$0")/common.sh"
begin "$@"

FEEDPARSER=feedparser-6.0.14
FEEDPARSER_SHA256=088679b0c4b543ee211a820dd544698c76a402122eae7473c04a43425f283d06
FEED_RS=feed-rs-3.0.0

fetch_feedparser() {
  [ ! -d "$CACHE/$FEEDPARSER/tests" ] || return 0
  command -v pip3 >/dev/null || install python3-pip
  local work=$CACHE/feedparser.new
  rm -rf "$work"
  mkdir -p "$work"
  say "fetching $FEEDPARSER"
  pip3 download -q --disable-pip-version-check --no-deps --no-binary feedparser -d "$work" "feedparser==${FEEDPARSER#*-}" \
    >"$work/log" 2>&1 || { tail -n 15 "$work/log" >&2; fail "feedparser could not be fetched (all of it: $work/log)"; }
  echo "$FEEDPARSER_SHA256  $work/$FEEDPARSER.tar.gz" | sha256sum -c --quiet || fail "feedparser is not the one that was measured"
  tar -C "$work" -xzf "$work/$FEEDPARSER.tar.gz"
  rm -rf "${CACHE:?}/$FEEDPARSER"
  mv "$work/$FEEDPARSER" "$CACHE/"
  rm -rf "$work"
}

fetch_feed_rs() {
  [ ! -d "$CACHE/$FEED_RS/fixture" ] || return 0
  local work=$CACHE/feed-rs.new
  rm -rf "$work"
  mkdir -p "$work/src"
  touch "$work/src/lib.rs"
  printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nfeed-rs = "=%s"\n[workspace]\n' \
    "${FEED_RS#feed-rs-}" >"$work/Cargo.toml"
  say "fetching $FEED_RS"
  (cd "$work" && cargo vendor -q --versioned-dirs vendor) >"$work/log" 2>&1 ||
    { tail -n 15 "$work/log" >&2; fail "feed-rs could not be fetched (all of it: $work/log)"; }
  rm -rf "${CACHE:?}/$FEED_RS"
  mv "$work/vendor/$FEED_RS" "$CACHE/"
  rm -rf "$work"
}

alone fetch_feedparser
alone fetch_feed_rs
printf '{"feedparser":"%s","feed_rs":"%s"}\n' "$CACHE/$FEEDPARSER/tests" "$CACHE/$FEED_RS/fixture"
