#!/bin/bash
# A real fediverse server with Mastodon's client interface: snac, with two users, brand and klant, each with a token.
# Prints {"url","host","users":[{"name","password","token"}],"pid"}.
# Debian 12 has no snac: the package of Debian 13 is fetched from this machine's own Debian mirror and only unpacked.
PART=snac
. "$(dirname "$0")/common.sh"
begin "$@"

fetch_snac() {
  [ ! -x "$SNAC" ] || return 0
  local site keys work=$CACHE/snac.new
  rm -rf "$work"
  mkdir -p "$work"/{parts,lists/partial,cache/archives/partial,out}
  site=$(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI) $(SUITE)' 'Created-By: Packages' 2>/dev/null |
    awk '$1 == "Debian" && $2 == "main" && $4 !~ /security|updates|backports/ { print $3; exit }')
  [ -n "$site" ] || fail "no Debian mirror is known here: run apt-get update, or install snac2 yourself"
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e $keys ] || install debian-archive-keyring
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: %s\n' "$site" $keys >"$work/parts/trixie.sources"
  local apt=(apt-get -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts"
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
  say "fetching snac2 of Debian 13"
  (cd "$work" && "${apt[@]}" update && "${apt[@]}" download snac2) >"$work/log" 2>&1 ||
    { tail -n 15 "$work/log" >&2; fail "snac2 could not be fetched (all of it: $work/log)"; }
  dpkg-deb -x "$work"/snac2_*.deb "$work/out"
  rm -rf "$CACHE/snac"
  mv "$work/out" "$CACHE/snac"
  rm -rf "$work"
}

if command -v snac >/dev/null; then
  SNAC=$(command -v snac)
else
  SNAC=$CACHE/snac/usr/bin/snac
  alone fetch_snac
  ! ldd "$SNAC" | grep -q 'not found' || install libcurl4 libssl3
  ! ldd "$SNAC" | grep 'not found' >&2 || fail "snac of Debian 13 does not run here: the libraries above are missing"
fi
python3 -c "import json" 2>/dev/null || install python3

rm -rf "$DIR/data"
# Address, port, host, path and mail address of the operator, as it asks for them.
printf '127.0.0.1\n%s\nlocalhost\n\nadmin@example.org\n' "$PORT" | "$SNAC" init "$DIR/data" >"$DIR/init.log" 2>&1 ||
  { tail -n 15 "$DIR/init.log" >&2; fail "the data folder could not be made (all of it: $DIR/init.log)"; }
python3 - "$DIR/data/server.json" "127.0.0.1:$PORT" <<'PYTHON'
import json, sys
path, host = sys.argv[1:]
with open(path) as file:
    config = json.load(file)
# It speaks to itself by HTTP as well: with as few threads as processors it would wait for itself.
config.update(host=host, protocol="http", min_account_age=0, show_instance_timeline=True, num_threads=16)
with open(path, "w") as file:
    json.dump(config, file, indent=1)
PYTHON
for user in brand klant; do
  printf '%s\n%s\n' $user $user | "$SNAC" adduser "$DIR/data" $user >"$DIR/$user.log" 2>&1 || true
  sed -n 's/^User password is //p' "$DIR/$user.log" >"$DIR/$user.password"
  [ -s "$DIR/$user.password" ] || { cat "$DIR/$user.log" >&2; fail "the user $user could not be made"; }
done
launch "$DIR" "$DIR/server.log" "$SNAC" httpd "$DIR/data"
wait_for "$DIR" "$DIR/server.log" listens "$PORT"

# A token is had as any client has it: register, log in on the page, exchange the code.
USERS=$(python3 - "http://127.0.0.1:$PORT" "$DIR" <<'PYTHON'
import html.parser, json, sys, urllib.error, urllib.parse, urllib.request

base, folder = sys.argv[1:]
BACK = "http://127.0.0.1/back"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def ask(method, path, form=None):
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(urllib.parse.urljoin(base, path), data=data, method=method)
    try:
        return urllib.request.build_opener(Stay).open(request, timeout=30)
    except urllib.error.HTTPError as error:
        return error


class Form(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.action, self.fields = None, {}

    def handle_starttag(self, tag, pairs):
        values = dict(pairs)
        if tag == "form":
            self.action = values.get("action")
        elif tag == "input" and values.get("name"):
            self.fields[values["name"]] = values.get("value") or ""


def user(name):
    password = open(f"{folder}/{name}.password").read().strip()
    app = json.load(ask("POST", "/api/v1/apps", {"client_name": "test", "redirect_uris": BACK, "scopes": "read write"}))
    known = {"client_id": app["client_id"], "redirect_uri": BACK}
    page = Form()
    query = urllib.parse.urlencode({**known, "response_type": "code", "state": "s"})
    page.feed(ask("GET", f"/oauth/authorize?{query}").read().decode())
    sent = ask("POST", page.action, {**page.fields, "login": name, "passwd": password})
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(sent.headers["Location"] or "").query).get("code")
    if not code:
        sys.exit(f"the log-in of {name} was refused ({sent.status})")
    token = json.load(ask("POST", "/oauth/token", {
        **known, "grant_type": "authorization_code", "code": code[0], "client_secret": app["client_secret"],
    }))
    return {"name": name, "password": password, "token": token["access_token"]}


print(json.dumps([user("brand"), user("klant")]))
PYTHON
) || { stop "$DIR"; fail "the tokens could not be had: this version of snac logs in differently"; }
ready "$DIR" "{\"url\":\"http://127.0.0.1:$PORT\",\"host\":\"127.0.0.1:$PORT\",\"users\":$USERS,\"pid\":$(cat "$DIR/pid")}"
