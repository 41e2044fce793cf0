#!/bin/bash
# A real Redmine on SQLite, with a project `klachten`, a custom field `Gehoor` of issues, a user `gehoor` whose role has
# exactly the rights that the outlet asks for, and an administrator.
# Prints {"url","token","project","field","staff_token","closed","pid"}: `token` is the API key of gehoor; `field` the
# number of the custom field; `closed` the number of the status that a closed issue has.
PART=redmine
. "$(dirname "$0")/common.sh"
begin "$@"
alone install redmine redmine-sqlite ruby-webrick
ROOT=/usr/share/redmine
PACKAGED=/var/lib/dbconfig-common/sqlite3/redmine/instances/default/redmine_default
[ -e $PACKAGED ] || fail "$PACKAGED is not there: this needs the package redmine-sqlite, configured by dbconfig-common"

# The database of the package is only copied: nothing of the system's Redmine is touched.
export RAILS_ENV=production X_DEBIAN_SITEID=default REDMINE_LANG=en RAILS_LOG_TO_STDOUT=1
export DATABASE_URL="sqlite3:$DIR/redmine.db?timeout=20000"
# Filling a database takes a minute: a filled one is kept, and copied by the next start with the same Redmine and script.
FILLED=$CACHE/redmine-$(cat "$0" <(dpkg-query -W -f '${Version}' redmine) | sha256sum | cut -c 1-16)
fill() {
  [ ! -s "$FILLED/seeded" ] || return 0
  say "filling the database; this takes a minute or two"
  cp $PACKAGED "$DIR/redmine.db"
  cat >"$DIR/seed.rb" <<'RUBY'
ActiveRecord::Base.logger = nil
Redmine::DefaultData::Loader.load('en') if Redmine::DefaultData::Loader.no_data?
Setting.rest_api_enabled = '1'
Setting.host_name = 'redmine.test'
# Nobody is mailed: that would be done in the background, while the next call writes.
Setting.notified_events = []
project = Project.create!(name: 'Klachten', identifier: 'klachten', is_public: true,
                          enabled_module_names: ['issue_tracking'])
project.trackers = Tracker.all
field = IssueCustomField.create!(name: 'Gehoor', field_format: 'string', is_filter: true, is_for_all: true,
                                 searchable: true, trackers: Tracker.all, visible: true)
role = Role.create!(name: 'Gehoor', issues_visibility: 'all',
                    permissions: %i[view_issues add_issues edit_issues add_issue_notes view_private_notes
                                    set_notes_private])
closed = IssueStatus.where(is_closed: true).order(:position).first
# This role may open again what is closed, and start what is new.
Tracker.all.each do |tracker|
  IssueStatus.all.to_a.product(IssueStatus.where(is_closed: false).to_a).each do |from, to|
    WorkflowTransition.create!(tracker: tracker, role: role, old_status: from, new_status: to) unless from == to
  end
end
user = User.new(firstname: 'Gehoor', lastname: 'Outlet', mail: 'gehoor@example.org', status: User::STATUS_ACTIVE)
user.login = 'gehoor'
user.password = user.password_confirmation = SecureRandom.hex
user.save!
Member.create!(project: project, principal: user, roles: [role])
admin = User.where(admin: true).first
admin.must_change_passwd = false
admin.password = admin.password_confirmation = SecureRandom.hex
admin.save!
File.write(ENV.fetch('SEEDED'), [user.api_key, admin.api_key, field.id, closed.id].join(' '))
RUBY
  rm -f "$DIR/seeded.new"
  (cd $ROOT && SEEDED="$DIR/seeded.new" ruby bin/rails runner "$DIR/seed.rb") >"$DIR/seed.log" 2>&1 ||
    { tail -n 15 "$DIR/seed.log" >&2; fail "the database could not be filled (all of it: $DIR/seed.log)"; }
  rm -rf "$FILLED.new"
  mkdir -p "$FILLED.new"
  mv "$DIR/redmine.db" "$FILLED.new/redmine.db"
  mv "$DIR/seeded.new" "$FILLED.new/seeded"
  rm -rf "$FILLED"
  mv "$FILLED.new" "$FILLED"
}
if [ ! -s "$DIR/seeded" ]; then
  alone fill
  cp "$FILLED/redmine.db" "$FILLED/seeded" "$DIR/"
fi
read -r TOKEN STAFF FIELD CLOSED <"$DIR/seeded" || [ -n "$CLOSED" ] || fail "$DIR/seeded is broken: remove $DIR and start again"

answers() {
  perl -MHTTP::Tiny -e 'my ($url, $token) = @ARGV; my $r = HTTP::Tiny->new(timeout => 30)->get("$url/issues.json?limit=1",
    { headers => { "X-Redmine-API-Key" => $token } }); exit !$r->{success}' "http://127.0.0.1:$PORT" "$TOKEN"
}
cd $ROOT
# Debian's list of its libraries does not name the server, so it is loaded by hand.
RUBYOPT=-rwebrick launch "$DIR" "$DIR/server.log" ruby bin/rails server -u webrick -b 127.0.0.1 -p "$PORT" -e production -P "$DIR/rails.pid"
wait_for "$DIR" "$DIR/server.log" answers
ready "$DIR" "{\"url\":\"http://127.0.0.1:$PORT\",\"token\":\"$TOKEN\",\"project\":\"klachten\",\"field\":$FIELD,\"staff_token\":\"$STAFF\",\"closed\":$CLOSED,\"pid\":$(cat "$DIR/pid")}"
