#!/bin/bash
# A real Request Tracker 5 on SQLite, with a queue `Klachten`, a user `gehoor` who has exactly the rights that the
# outlet asks for, and a member of staff who may do everything.
# Prints {"url","token","queue","field","staff_token","mail","pid"}: `token` is that of gehoor; `field` a custom field
# of the queue; `mail` the file into which every mail goes that it would send.
PART=rt
. "$(dirname "$0")/common.sh"
begin "$@"
install request-tracker5 rt5-db-sqlite
SERVER=/usr/share/request-tracker5/libexec/rt-server
[ -e $SERVER ] || fail "$SERVER is not there: this needs the package request-tracker5 of Debian 12"

mkdir -p "$DIR/etc"
: >"$DIR/mail.txt"
printf '#!/bin/sh\ncat >>"%s/mail.txt"\n' "$DIR" >"$DIR/sendmail"
chmod 755 "$DIR/sendmail"
cat >"$DIR/RT_SiteConfig.pm" <<PERL
Set(\$rtname, 'gehoor.test');
Set(\$Organization, 'gehoor.test');
Set(\$WebDomain, '127.0.0.1');
Set(\$WebPort, $PORT);
Set(\$WebPath, '');
Set(\$WebBaseURL, 'http://127.0.0.1:$PORT');
Set(\$DatabaseType, 'SQLite');
Set(\$DatabaseName, '$DIR/rt.db');
Set(\$MailCommand, 'sendmailpipe');
Set(\$SendmailPath, '$DIR/sendmail');
Set(\$LogToSyslog, undef);
Set(\$LogToSTDERR, 'warning');
Set(\$Timezone, 'UTC');
1;
PERL
# Both, or Debian's own configuration wins, and with it the database of the system.
export RT_SITE_CONFIG=$DIR/RT_SiteConfig.pm RT_SITE_CONFIG_DIR=$DIR/etc

if [ ! -s "$DIR/tokens" ]; then
  rm -f "$DIR/rt.db"
  say "creating the database"
  rt-setup-database-5 --action init >"$DIR/setup.log" 2>&1 ||
    { tail -n 15 "$DIR/setup.log" >&2; fail "the database could not be created (all of it: $DIR/setup.log)"; }
  cat >"$DIR/seed.pl" <<'PERL'
use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use RT;
RT::LoadConfig();
RT::Init();
require RT::AuthToken;
my $system = RT->SystemUser;

sub made {
    my ( $what, $id, $message ) = @_;
    die "$what: $message\n" unless $id;
    return $id;
}

sub token {
    my ($user) = @_;
    my ( $ok, $message, $token ) = RT::AuthToken->new($system)->Create( Owner => $user->id, Description => 'test' );
    made( 'token', $ok, $message );
    return $token;
}

my $queue = RT::Queue->new($system);
made( 'queue', $queue->Create( Name => 'Klachten' ) );
my $field = RT::CustomField->new($system);
made( 'field', $field->Create( Name => 'Gehoor', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket' ) );
made( 'field of queue', $field->AddToObject($queue) );
my $gehoor = RT::User->new($system);
made( 'user', $gehoor->Create( Name => 'gehoor', EmailAddress => 'gehoor@example.org', Privileged => 1 ) );
for my $right (
    qw(SeeQueue ShowTicket ShowTicketComments CreateTicket CommentOnTicket ModifyTicket SeeCustomField
    ModifyCustomField)
    )
{
    made( $right, $gehoor->PrincipalObj->GrantRight( Right => $right, Object => $queue ) );
}
my $root = RT::User->new($system);
$root->Load('root');
print token($gehoor), ' ', token($root), "\n";
PERL
  perl "$DIR/seed.pl" >"$DIR/tokens.new" 2>"$DIR/seed.log" ||
    { tail -n 15 "$DIR/seed.log" >&2; fail "queue and token could not be made (all of it: $DIR/seed.log)"; }
  mv "$DIR/tokens.new" "$DIR/tokens"
fi
read -r TOKEN STAFF <"$DIR/tokens" || fail "$DIR/tokens holds no tokens: remove $DIR and start again"

answers() {
  perl -MHTTP::Tiny -e 'my ($url, $token) = @ARGV; my $r = HTTP::Tiny->new(timeout => 20)->get("$url/REST/2.0/rt",
    { headers => { Authorization => "token $token" } }); exit !$r->{success}' "http://127.0.0.1:$PORT" "$TOKEN"
}
launch "$DIR" "$DIR/server.log" perl $SERVER --host 127.0.0.1 --port "$PORT"
wait_for "$DIR" "$DIR/server.log" answers
ready "$DIR" "{\"url\":\"http://127.0.0.1:$PORT\",\"token\":\"$TOKEN\",\"queue\":\"Klachten\",\"field\":\"Gehoor\",\"staff_token\":\"$STAFF\",\"mail\":\"$DIR/mail.txt\",\"pid\":$(cat "$DIR/pid")}"
