#!/bin/bash
# A real IMAP server, Dovecot, on a Maildir: a file that is put into `maildir`/new is a new mail.
# Prints {"host","port","plain_port","user","password","ca","maildir","pid"}: `port` speaks TLS with a certificate of
# the authority in the file `ca`, `plain_port` offers STARTTLS.
# The folder and those above it must be open to the user `mail` (chmod 711): Dovecot reads no mail as root.
PART=imap
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/ca.sh"
begin "$@"
alone install dovecot-imapd openssl
VERSION=$(dovecot --version) # such as 2.3.19.1 (9b53102964)
case $VERSION in 2.3.*) ;; *) fail "this needs Dovecot 2.3 as in Debian 12, not ${VERSION%% *}: others read another configuration" ;; esac
authority "$DIR/ca"
PLAIN=$(free_port)
OWNER=mail
[ "$(id -u)" = 0 ] || fail "Dovecot starts as root only: run the tests as root"
mkdir -p "$DIR/maildir"/{cur,new,tmp} "$DIR/run"
chown -R $OWNER:$OWNER "$DIR/maildir"
chmod 711 "$DIR"
runuser -u $OWNER -- test -x "$DIR/maildir/new" || fail "$DIR is not open to the user $OWNER: chmod 711 the folders above it"
cat >"$DIR/dovecot.conf" <<CONF
protocols = imap
base_dir = $DIR/run
listen = 127.0.0.1
log_path = $DIR/server.log
ssl = yes
ssl_cert = <$DIR/ca/server.pem
ssl_key = <$DIR/ca/server.key
disable_plaintext_auth = yes
auth_mechanisms = plain
auth_failure_delay = 0
mail_location = maildir:$DIR/maildir
first_valid_uid = 1
passdb {
  driver = static
  args = password=geheim
}
userdb {
  driver = static
  args = uid=$OWNER gid=$OWNER home=$DIR/maildir
}
service imap-login {
  inet_listener imap {
    port = $PLAIN
  }
  inet_listener imaps {
    port = $PORT
    ssl = yes
  }
}
CONF
launch "$DIR" "$DIR/start.log" dovecot -F -c "$DIR/dovecot.conf"
wait_for "$DIR" "$DIR/server.log" listens "$PORT"
ready "$DIR" "{\"host\":\"127.0.0.1\",\"port\":$PORT,\"plain_port\":$PLAIN,\"user\":\"klachten\",\"password\":\"geheim\",\"ca\":\"$DIR/ca/ca.pem\",\"maildir\":\"$DIR/maildir\",\"pid\":$(cat "$DIR/pid")}"
