#!/bin/bash
# A real Alertmanager that tells nobody: what it was sent is asked of it.
# Prints {"url","pid"}.
PART=alertmanager
. "$(dirname "$0")/common.sh"
begin "$@"
alone install prometheus-alertmanager
cat >"$DIR/alertmanager.yml" <<'YAML'
route: {receiver: nobody, group_wait: 1s, group_interval: 1s}
receivers: [{name: nobody}]
YAML
rm -rf "$DIR/data"
# Without a cluster it listens on nothing else.
launch "$DIR" "$DIR/server.log" prometheus-alertmanager --config.file="$DIR/alertmanager.yml" --storage.path="$DIR/data" \
  --web.listen-address="127.0.0.1:$PORT" --cluster.listen-address=
answers() {
  perl -MHTTP::Tiny -e 'exit !HTTP::Tiny->new(timeout => 5)->get($ARGV[0])->{success}' "http://127.0.0.1:$PORT/-/ready"
}
wait_for "$DIR" "$DIR/server.log" answers
ready "$DIR" "{\"url\":\"http://127.0.0.1:$PORT\",\"pid\":$(cat "$DIR/pid")}"
