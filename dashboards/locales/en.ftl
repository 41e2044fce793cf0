# The words of Gehoor. Short, active, no exclamation marks, no blame. The same keys stand in nl.ftl.

## Time
months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
weekdays = Mon Tue Wed Thu Fri Sat Sun
span-seconds = { $n } s
span-minutes = { $n } min
span-hours = { $n } h
span-days = { $n } d
just-now = just now
in-a-moment = in a moment
time-ago = { $v } ago
time-in = in { $v }
never = never
not-planned = not planned
is-pushed = is delivered to us
every = every { $v }

## Frame
skip = Skip to content
nav = Main menu
nav-inbox = Inbox
nav-search = Search
nav-trends = Trends
nav-alerts = Alerts
nav-sources = Sources
nav-queue = Outbox
nav-settings = Settings
nav-late = { $n } late
nav-late-word = late
more = More
help = Keys
help-title = Keys
help-move = next and previous
help-open = open
help-take = take or release the case
help-reply = reply
help-search = search
help-back = back
help-help = this list
close-help = Close
save = Save
cancel = Leave it
change = Change
all = All
unknown = unknown
nothing-yet = Nothing yet.
pages = Pages
next = Next
previous = Previous
first-page = Back to the start
what = What
when = When
why = Why
reason = Reason
state = State
role = Role
team = Team
rule = Rule
source = Source
channel = Channel
location = Shop
location-unknown = not known yet
lang = Language
language = Language
sentiment = Feeling
intent = Intent
severity = Severity
responsible = Who has to act
topic = Topic
signal = Signal
author = Author
stars = Stars
stars-min = At least this many stars
stars-max = At most this many stars
stars-of-five = { $v } of 5 stars
from = From
until = Until
day = Day
mentions = Posts
complaints = Complaints

## Logging in
login = Log in
login-sub = Gehoor: who is waiting for an answer?
login-name = Login name
login-password = Password
login-go = Log in
login-as = Log in as { $v }
login-demo = Look around in the demo
login-wrong = This name and password do not belong together. Check them and try again.
login-throttled = Too many tries. You can try again { $v }.
logout = Log out

## Inbox
boxes = Boxes
box-open = Open
box-mine = Mine
box-queue = Queue
box-waiting = With customer
box-closed = Closed
filter = Filter
filter-on = on
filter-go = Show
filter-clear = Show all
filter-more = More filters
filter-off = Remove this filter
inbox-news = new · show
export-cases = This list as CSV
empty-open = Nobody is waiting
empty-mine = You have no cases
empty-queue = The queue is empty
empty-waiting = No customer has to answer
empty-closed = Nothing closed yet
empty-what-open = New complaints and questions appear here by themselves, the most urgent first.
empty-what-mine = Take a case from Open, so that your colleagues know that you answer.
empty-what-queue = Work comes back here: a clock that ran out, a missed promise, a case that nobody owns.
empty-what-waiting = Cases in which it is the customer’s turn. Their clocks stand still.
empty-what-closed = Closed cases with their outcome.
owner-is = owned by { $v }
owner-none = owned by nobody
case-n = case { $n }
case-of = case of { $v }
case-none = No case chosen
case-none-what = Choose a case on the left. The keys j and k walk through the list.

## Case
back-to-inbox = Back to the inbox
timeline = Conversation
side = About this case
state-open = open
state-waiting = with the customer
state-closed = closed
queued-since = in the queue for { $v }
queued-unowned = nobody owns it
queued-clock_ran_out = a clock ran out
queued-promise_missed = a promise was missed
queued-hand_over_late = not handled in time after hand-over
queued-regressed = customer came back after closing
queued-released = released by its owner
queued-woken = put aside until now
queued-ping_pong = handed to and fro
queued-customer_silent = customer did not react
queued-private_silent = customer did not come to talk in private
queued-private_open = talk in private not solved yet
queued-not_told = solved, and not told in public yet
case-changed = This case has changed in the meantime. What you type is kept.
look-again = Look again
do-take = Take case
do-release = Release
do-promise = Promise
do-hand-over = Hand over
do-close = Close
do-reopen = Reopen
do-assign = Give to a colleague
do-give-back = Give back
do-wait = Wait for the customer
do-private = Go on in private
do-overrule = Set the rank yourself
do-locate = Set the shop
do-responsible = Set who has to act
do-split = Split off
do-merge = Merge a case
more-for-case = More for this case
as-it-is = as it is
assign-to = To whom
give-back-note = What was done, or why not?
wait-hint = The clocks stand still until the customer says something.
private-hint = You asked the customer for a private message. The case remembers whether the customer came, whether it was solved and whether the public talk got its last line.
private-asked-go = Asked to talk in private
private-step-go = Done
private = Private talk
private-asked = asked to talk in private
private-came = customer came
private-solved = solved there
private-closed_in_public = closed in public
private-not_come = customer did not come
private-not_solved = not solved yet
evidence = Evidence file (signed)
evidence-json = as JSON
private-again = Asked again
overrule-points = Points (empty: as computed again)
overrule-hint = Everybody sees who did this and why.
overruled-says = { $by } set the rank: { $v }
split-hint = Which posts are about something else?
merge-from = Number of the case that belongs here
merge-hint = Everything is kept and can be split again.
close-outcome = Outcome
close-note = Remark (internal)
close-go = Close the case
close-elsewhere = Answered elsewhere, by phone for example. Say how below.
close-elsewhere-many = Also close what got no answer here: it was answered elsewhere, by phone for example. Say how below.
close-elsewhere-how = How was it answered?
close-elsewhere-go = Close anyway: answered elsewhere
choose = choose …
kept-words = You wrote:
outcome-solved = solved, customer agrees
outcome-compensated = compensated
outcome-explained = explained
outcome-not_ours = not ours
outcome-no_reaction = customer did not react
outcome-abuse = abuse
outcome-short-solved = solved
outcome-short-compensated = compensated
outcome-short-explained = explained
outcome-short-not_ours = not ours
outcome-short-no_reaction = no reaction
outcome-short-abuse = abuse
outcome-short-merged = merged
outcome-merged = merged
hand-over-to = To team
hand-over-location = Shop
hand-over-note = What do you ask?
hand-over-urgent = Urgent: returns sooner
hand-over-hint = Not done in time? Then the case returns by itself.
hand-over-go = Hand over
handed = Handed over
handed-says = by { $by }, returns by itself { $v }
tickets = In the helpdesk
ticket-open = open
ticket-pending = pending
ticket-resolved = resolved there
ticket-gone = gone there
others = Other cases of this customer
facts = Facts
fact-began = Began
fact-next = Next date
fact-regressed = Times come back
detection-at-once = Seen at once
detection-delay = Seen { $v } after it was posted
reply = Reply
reply-text = Your reply
reply-to = Reply to { $v } …
reply-hint = Public: no personal data, and a date with every promise.
reply-open = Open the post
reply-copy = Copy and open
reply-sent = Note as sent
reply-noted = noted as sent
note = Internal note
note-text = Your note
note-place = For colleagues only …
note-hint = Never reaches the customer.
note-go = Save note
note-internal = internal only
edited = edited
open-there = Open there
withdrawn-at = Taken away, seen { $v }
repair-no-time = Found without a time: the time is when we saw it.
repair-future-time = Its time lay in the future: the time is when we saw it.
repair-no-author = Found without an author.
repair-text-cut = The text was too long and was cut.
repair-hostile = Signs that hid the text were taken out.

## Clocks and promises
clocks = Clocks
clock-first_response = First reply
clock-next_response = Next reply
clock-resolution = Solution
clock-tell_customer = Tell the customer in public
clock-left = { $v } left
clock-over = { $v } late
clock-still = stands still
clock-none = no clock
clock-due = due { $v }
clock-paused = stands still
clock-paused-since = since { $v }, it is the customer’s turn
clock-met = in time
clock-missed = too late
clock-dropped = dropped
clock-sum = How was this counted?
clock-norm = Norm: { $v } of opening hours, counted
promises = Promises
promise-kind = Kind of promise
promise-what = What do you promise?
promise-due = Until
promise-hint = Missed? Then the case goes back to the top.
promise-go = Record it
promise-says = promised by { $by }, until { $v }
promise-missed = missed
promise-kept = kept
promise-kept-late = kept late
promise-withdrawn = withdrawn
promise-keep = Kept?
promise-proof = What shows it?
promise-proof-place = called at 14:05, receipt 123 …
promise-proof-ticket = { $v } was solved, { $at }
promise-keep-go = Kept
promise-withdraw = Withdraw
promise-withdraw-go = Withdraw it
promise-call_back = call back
promise-deliver = deliver
promise-refund = refund
promise-replace = replace or repair
promise-find_out = find out and tell
promise-other = something else

## Why first
why-first = Why first
part-severity = severity
part-safety = danger
part-privacy = privacy
part-discrimination = discrimination
part-high_value = large sum
part-promise_missed = promise missed
part-repeat_contact = asked before
part-long_wait = waits long
part-unreachable = cannot reach us
part-vulnerable = vulnerable
part-legal_threat = legal step
part-media_threat = press
part-churn = leaves
part-regressed = came back
part-reach = reach
part-stars = few stars
part-clock = clock
part-question = question
part-complaint = complaint
part-solved = says solved
part-because-promise = promise { $v }
part-because-regressed = { $v } after closing
part-because-sure = certainty { $v }
part-because-reach = { $v } followers, likes and shares
thinks-unsure = not sure: { $v }
thinks-why = Why this judgement?
thinks-what = What
thinks-label = Judgement
thinks-sure = Certainty
thinks-words = Words:
thinks-model = Model:
by-hand = by hand
correct-go = Correct
correct-more = Topics and signals
signals = Signals
located-by-id = profile
located-by-handle = account
located-by-address = address
located-by-alias = name
located-by-place = place
located-by-thread = conversation
located-by-webshop = web shop
located-by-manual = by hand
located-by-source = source
speaks-intent = intent
field-intent = intent
field-severity = severity
field-sentiment = feeling
field-topics = topics
field-signals = signals
because-thread = same conversation
because-author = same author
because-reply = a reply to it
because-linked = linked account
because-manual = by hand
because-copy = a copy

## History of a case
event-opened-at-once = Case opened, seen at once
event-opened = Case opened, seen { $v } after it was posted
event-joined = Post joined: { $v }
event-revised = The customer changed a post
event-withdrawn = A post was taken away
event-replied = { $by } replied
event-took = { $by } took the case
event-assigned = { $by } gave the case to { $v }
event-released = { $by } released the case
event-promised = { $by } promised { $v }
event-promise-due = Promise { $v } is due soon
event-promise-kept = Promise { $v } kept
event-promise-missed = Promise { $v } missed
event-promise-withdrawn = { $by } withdrew promise { $v }
event-handed-over = { $by } handed the case to { $v }, until { $until }
event-returned = { $v } gave the case back
event-returned-late = Came back by itself: { $v } was not in time
event-clock-amber = { $v }: little time left
event-clock-red = { $v }: the time has passed
event-queued = Into the queue: { $v }
event-ticket-opened = Ticket opened: { $v }
event-ticket-changed = { $v } is now { $state }
event-waiting = { $by }: it is the customer’s turn
event-private = Private talk: { $v }
event-closed = { $by } closed the case, { $v }
event-reopened = { $by } reopened the case
event-came-back = The customer came back: the case is open again
event-split-from = Split off from case { $v }
event-merged-in = Case { $v } became part of this one
event-merged-into = Became part of case { $v }
event-overruled = { $by } set the rank to { $v }
event-overrule-undone = { $by } let the rank be computed again
event-located = { $by } set the shop: { $v }
event-responsible = { $by } set who has to act: { $v }
event-corrected = { $by } corrected: { $v }
event-called = Called the customer ({ $v })
event-snoozed = { $by } put the case aside until { $until }: { $v }
event-second-look = Judged again by the stronger model { $v }; rank { $before } → { $after }.
event-new-model = Judged again by the new model { $v }; rank { $before } → { $after }.
event-judged-the-same = It says the same.
event-split-off = { $n ->
    [one] { $by } split one post off into case { $v }
   *[other] { $by } split { $n } posts off into case { $v }
 }

## What was just done
done-taken = The case is yours.
done-assigned = Case { $n } was given on.
done-released = Case { $n } was released and stands in the queue.
done-note = Note saved.
done-reply = Reply noted.
done-private = Noted: asked to talk in private.
done-step = Noted.
done-waiting = It is the customer’s turn, the clocks stand still.
done-promise = Promise recorded.
done-kept = Promise kept.
done-withdrawn = Promise withdrawn.
done-handed-over = Case { $n } was handed over and returns by itself otherwise.
done-given-back = Case { $n } was given back.
done-closed = Case { $n } is closed. It can always be reopened.
done-reopened = Case { $n } is open again.
done-overruled = Rank set.
done-located = Shop set.
done-responsible = Set who has to act.
done-corrected = Corrected. Gehoor learns from it.
done-split = Split off into case { $n }.
done-merged = Case { $n } became part of this one. It can always be split.
done-acknowledged = Noted: you take care of it.
done-silenced = Silence set.
done-silence-ended = Silence ended.
done-resent = Is sent again.
done-polled = The source is asked in a moment.
done-user = Saved.
done-password = Password changed.
done-token-revoked = Token revoked.
done-token = Token made.
done-look = Saved.
done-logged-in = Welcome.
done-logged-out = Logged out.
done-nothing = Nothing has changed.

## Why something was refused
refused-role = Your role cannot do this. Ask a team lead.
refused-person = Only a person can do this. Log in as yourself.
refused-helpdesk = The helpdesk itself says where a ticket stands. Change it there.
refused-closed = The case is closed. Reopen it first.
refused-not-closed = The case is not closed.
refused-merged = The case became part of another one. Go on there.
refused-empty = A text is missing. Fill in the field.
refused-long = The text is too long. Shorten it.
refused-answer-owed = The customer still waits for an answer. Reply first.
refused-not-asked = The customer was not asked to talk in private yet. Note that first.
refused-promise-past = A promise ends in the future. Choose a later time.
refused-no-promise = There is no such promise. Load the case again.
refused-promise-ended = This promise has ended already. Make a new one.
refused-promise-stands = A promise still stands. Keep it with proof, or withdraw it with a reason.
refused-no-team = There is no such team.
refused-no-location = There is no such shop.
refused-same-team = The case is with this team already. Choose another.
refused-not-handed = The case was not handed over.
refused-tries = “Customer did not react” needs more unanswered replies. Reply again and wait.
refused-points = Points are a number from −1000 to 1000.
refused-not-yours = The rank of a colleague’s case is set by its owner or a team lead.
refused-nothing = You changed nothing. Choose another judgement.
refused-nobody-left = A post of a customer has to stay in both cases. Choose other posts.
refused-same-case = A case cannot be merged with itself. Choose another.
refused-not-there = This case is not there, or not yours to see.
refused-changed = A colleague changed the case in the meantime. Look again.
refused-place = This shop is not yours. Choose another.
refused-lead = A team lead or the administrator does that.
refused-one-by-one = That is done case by case. Open each one.
refused-skill = The queue { $queue } asks for the skill “{ $skill }”, and { $who } does not have it. Choose somebody else, or assign anyway.
refused-queue-closed = The queue { $queue } is closed now, and the case is not urgent. Let it wait, or assign anyway.
refused-needs-time = No time was named. Say until when you promise it.
refused-no-proposal = This proposal is no longer there. Load the case again.
refused-bad-snooze = Choose a date in the future, not too far away.
refused-not-snoozed = The case is not put aside.
refused-ping-pong = The case went to and fro too often. A team lead decides where it stays.
refused-no-last-line = It was solved in private, but the public thread has no last line. Answer there first, or note that it has one.
refused-outcome = Cases become one by merging them. Choose another outcome.
refused-unanswered = The customer got no answer here yet, so nothing is solved. Answer first, choose another outcome, or tick that it was answered elsewhere.
wrong-do = First choose what to do with the chosen cases.
wrong-person = First choose to whom.
wrong-team = First choose a team.
wrong-to = First choose to whom.
wrong-outcome = First choose an outcome.
wrong-due = Choose a day and a time.
refused-no-ticket = The case has no such ticket.
refused-no-mention = This post is no longer part of the case. Load it again.
refused-not-by-hand = Replies are not posted by hand here. Send it through its channel.
go-beyond = Assign anyway
go-beyond-many = Assign these anyway

## Search
search-what = What are you looking for?
search-place = words, "a phrase", shop …
search-go = Search
search-help = Also like this:
search-bad = This cannot be searched: { $v }
search-none = Nothing found
search-none-what = Remove a filter or search with fewer words.
sort = Order
sort-newest = Newest first
sort-relevance = Best match first
with-withdrawn = Also what was taken away
with-copies = Also copies
copies-n = { $n ->
    [one] { $n } copy
   *[other] { $n } copies
 }
only-copies = Only copies of one post
copy-by-author = The same text as an earlier post of this author
copy-by-other = A copy of an earlier post of somebody else
not-own = Without our own posts
not-elsewhere = Without what others have to solve
only-unlocated = Only without a shop
facets = Refine
search-found = { $n ->
    [one] { $n } post
   *[other] { $n } posts
 }

## Trends
period = Period
period-days = { $n } days
balance = Balance
too-few = too few
was = was { $n }
n-of-n = { $n } of { $of }
tile-stars = Mean stars
tile-stars-says = { $v }, from { $n }
tile-norm = Answered within the norm
tile-answered = Ever answered
tile-promises = Promises kept in time
tile-reopened = Came back after closing
trends-nothing = Nothing was found in this period.
trends-few = Complaints: { $before } → { $now }. Too few to say anything about a change.
trends-complaints-up = Complaints went up: { $before } → { $now }.
trends-complaints-down = Complaints went down: { $before } → { $now }.
trends-complaints-same = Complaints stayed about the same: { $before } → { $now }; that difference may be chance.
trends-topic-up = Mostly about “{ $v }”: { $before } → { $now }.
trends-topic-down = Less about “{ $v }”: { $before } → { $now }.
trends-topic-same = About “{ $v }”: { $before } → { $now }.
trends-partial = { $now } complaints in this period. It cannot be compared yet: Gehoor has listened since { $v } only.
trends-mostly = Mostly at { $v }.
trends-note = From { $from } to { $until }, compared with the period of the same length before it. Our own posts do not count. Reply figures are about all cases that began in the period, the never answered included; what came back is counted among what was closed.
trends-csv = All days as CSV
chart-volume = Posts per day
chart-volume-says = Number of posts per day, stacked by feeling: negative at the bottom, positive on top.
chart-complaints = Complaints
chart-negative = Negative
chart-positive = Positive
chart-neutral = Neutral or mixed
chart-curve-says = { $v } over time, with the period before as a dashed line.
chart-stars = Stars
chart-stars-says = Mean of the stars with a generous 95 % interval.
chart-interval = 95 % interval
chart-topics = Complaints by topic
chart-topics-says = Complaints by topic; the outline is the period before.
chart-table = As a table
chart-now = Now
chart-before = Before

## Alerts
back-to-alerts = Back to the alerts
alerts-hold = Now
alerts-ended = Over
alerts-none = No alerts
alerts-none-what = Here stands what needs attention: urgent complaints, clocks and promises, silent sources.
alert-since = for { $v }
alert-began = began { $v }
alert-acked = { $by } takes care of it, { $v }
alert-ended = over
alert-ended-at = over { $v }
alert-quiet = silenced
alert-ack = I take care of it
alert-why = Why?
alert-why-title = Why people were or were not told
alert-told = Told?
alert-size = Size then
alert-size-points = Points then
alert-size-count = Complaints then
alert-sent = Sent
alert-sent-none = Nothing was sent: this rule has no outlet, or there was no reason.
verdict-told = told
verdict-quiet = not told
told-new = new
told-repeat = still so after the repeat interval
told-doubled = doubled since the last time
told-again = came back
told-silence-ended = the silence has ended and it is still so
quiet-told = told already, again not before { $v }
quiet-silenced = silence { $n } holds
quiet-acked = { $v } takes care of it
level-urgent = urgent
level-warning = take note
level-info = for information
rule-urgent = Urgent complaint
rule-clock-amber = Clock is about to run out
rule-clock-red = Clock ran out
rule-promise-due = Promise is due soon
rule-promise-missed = Promise missed
rule-spike = Sudden rise in complaints
rule-source-failing = Source fails
rule-source-silent = Source is silent
rule-source-quiet = Source is unusually quiet
rule-login-ends = Login of a source ends
rule-dead-letter = Cannot be delivered
alert-fact-points = points
alert-fact-clock = clock
alert-fact-due = due
alert-fact-count = count
alert-fact-expected = expected
alert-fact-mean = mean
alert-fact-channel = channel
alert-fact-location = shop
alert-fact-reason = reason
alert-fact-outlet = outlet
alert-fact-failures = failures in a row
alert-fact-last_success = last success
alert-fact-quiet_since = quiet since
alert-fact-login_ends = login ends
alert-fact-promise = promise
alert-fact-source = source
alert-fact-last_error = last error
alert-fact-complaints_in_the_last_hour = complaints in the last hour
alert-fact-deviations_above_the_mean = standard deviations above the mean
silences = Silences
silences-what = A silence has an owner, a reason and an end.
silences-none = No silences
silences-none-what = Everything that is worth an alert is told.
silence-new = New silence
silence-this = Silence this
silence-go = Silence it
silence-end = End it
silence-over = over
silence-all = all alerts
silence-until = Until when
silence-says = by { $by }, since { $since }, { $until }
until-solved = until it is solved
until-solved-of = (with one rule only)
until-doubles = until it doubles
until-date = until a time
until-when = Time
until-at = until { $v }
until-doubles-from = until it doubles (was { $v })
alert-times = { $n ->
    [one] told once
   *[other] told { $n } times
 }

## Sources and health
sources-none = No sources yet
sources-none-what = Put a source into the configuration and start again; here you will see how it does.
last-success = Last success
last-news = Last news
next-try = Next time
found = Found
poll-now = Ask now
failed-once = error { $v }
health-new = not asked yet
health-well = well
health-waits = has to wait
health-failing = fails, is tried again
health-silent = unusually silent
health-stopped = stopped
coverage = Coverage
coverage-state = State
coverage-all-heard = All sources were heard without gaps in the last 14 days, as far as can be seen.
coverage-days = Numbers per day
coverage-day = Day
coverage-per-day-says = { $mean } a day on average over 14 days, { $today } today.
coverage-usual = Usually { $v } on a day like today.
coverage-missing = Usually { $usual } on a day like today; { $missing } could have come since the last post.
coverage-usual-unknown = Not followed long enough to know what is usual.
coverage-last = Last post
coverage-gaps = Not heard
coverage-gaps-none = no gaps since { $v }
coverage-gaps-n = { $n ->
    [one] { $n } gap
   *[other] { $n } gaps
 }
coverage-gap = { $from } – { $until } ({ $span })
coverage-gap-open = since { $v }, still so
coverage-never-heard = never heard yet
coverage-pushed = pushed to us: what did not come cannot be seen
deaf-not-asked = it was not asked, Gehoor did not run
deaf-waited = the server made us wait
deaf-failed = failed, { $v }
coverage-limit = Limit
coverage-limit-of = { $left } of { $all } requests left, the server said { $at }
coverage-limit-left = { $left } requests left, the server said { $at }
coverage-limit-unknown = the server says nothing about it
coverage-used = own limit of { $name }: { $n } of { $all } requests used in { $span }
coverage-held = patience was asked for until { $v }
coverage-back = Backfill
back-nothing = Nothing from before { $v }: only what was sent since.
back-nothing-yet = Nothing from before: only what is sent from when it is listened to.
back-shown = What the page or feed shows; what had left it cannot be had.
back-days-platform = Cannot be backfilled before { $before }: the platform goes back { $n ->
    [one] { $n } day
   *[other] { $n } days
 }.
back-days-ours = What is from before { $before } is not read: set to { $n ->
    [one] { $n } day
   *[other] { $n } days
 } back.
back-newest-platform = The platform gives the newest { $n } and no more.
back-newest-ours = The first time the newest { $n } are read, as configured.
back-oldest = The oldest that is kept is of { $v }.
back-reading = There is more that is still being read.
coverage-places = By shop
coverage-places-of = What this source brings by shop
coverage-places-all = All sources
coverage-places-what = Those without anything for longest come first.
coverage-places-none = This source has brought nothing about a shop yet.
coverage-places-more = { $n ->
    [one] { $n } more shop had something more recently and is not shown.
   *[other] { $n } more shops had something more recently and are not shown.
 }
coverage-mean = a day
coverage-today = today
coverage-14-days = 14 days
coverage-login = Login
coverage-login-ends = { $n ->
    [0] ends today, renew it now
    [one] ends in { $n } day
   *[other] ends in { $n } days
 }
coverage-login-ended = has ended, renew it now
coverage-reach = Reach
coverage-gone = Deleted
coverage-gone-asked = asked for; { $n } turned out to be gone
coverage-gone-not = not asked for
deaf-now = { $n ->
    [one] { $n } of { $all } sources cannot be heard now. There may be complaints that are not here yet.
   *[other] { $n } of { $all } sources cannot be heard now. There may be complaints that are not here yet.
 }
deaf-within = { $n ->
    [one] Not everything was heard: { $n } of { $all } sources could not be heard for a while, first { $since }. What is missing here may be due to that.
   *[other] Not everything was heard: { $n } of { $all } sources could not be heard for a while, first { $since }. What is missing here may be due to that.
 }
health-self = Gehoor itself
health-says = Journal { $head }; still to assess { $assess }, still to index { $index }.
health-loop = { $v } stopped and was restarted: { $why }
health-repaired = Mended at the start
sources-summary = { $ill ->
    [0] { $n } sources, all is well.
    [one] { $n } sources, { $ill } needs attention.
   *[other] { $n } sources, { $ill } need attention.
 }
failures = { $n ->
    [one] failed once
   *[other] failed { $n } times
 }
warnings = { $n ->
    [one] { $n } warning
   *[other] { $n } warnings
 }

## Outbox
queue-what = What Gehoor sends to the helpdesk and to people. What does not arrive stands here and is not lost.
queue-waiting = Cases in the queue
queue-waiting-go = To the queue
queue-due = To be sent
queue-done = Sent
queue-dead = Undeliverable
queue-none = Nothing sent yet
queue-none-what = Tickets and alerts appear here as soon as there is one.
outlet = Outlet
tries = Tries
receipt = Receipt
resend = Send again
last-error = Last error
effect-ticket = Ticket for case { $n }
effect-comment = Follow-up on the ticket of case { $n }
effect-alert = Alert { $n }
effect-digest = Overview { $v }
effect-over = End of alert { $n }
effect-push = Rank and due time of the ticket of case { $n }
effect-due = to be sent
effect-done = sent
effect-dead = undeliverable

## Settings
settings-mine = Yours
theme = Light or dark
theme-system = as your device
theme-light = light
theme-dark = dark
password-change = Change password
password-old = Current password
password-new = New password (at least { $n } characters)
password-keep = empty: stays as it is
password-wrong = The current password is not right.
users = People
user = Name
user-add = Add somebody
user-change = Change { $v }
user-name = Name as others see it
user-locations = Sees only these shops (none chosen: everything)
user-disabled = Can no longer log in
user-no-login = cannot log in
scope = Sees
scope-all = everything
role-agent = webcare
role-lead = team lead
role-marketing = marketing
role-franchisee = franchisee
role-admin = administrator
tokens = Tokens for programs
tokens-what = A program reads on somebody’s behalf and sees what that person may see.
token-name = What for
token-user = On behalf of
token-add = Make token
token-new = New token
token-once = You see this token only once. Keep it safe.
token-revoke = Revoke
token-revoked = revoked
made = Made

## Errors
error-safe = Nothing was lost.
error-back = To the inbox
error-request = Request
error-because = This did not work: { $v }
error-not-found = There is nothing here
error-not-found-what = The page does not exist, or is not yours to see.
error-forbidden = Your role may not do this
error-forbidden-what = Ask a team lead or an administrator.
error-csrf = This form has expired
error-csrf-what = Go back, load the page again and try once more.
error-bad = This cannot be read
error-refused = This cannot be done now
error-conflict = Somebody was quicker
error-conflict-what = A colleague or the clock changed this case in the meantime. Look again and try once more.
error-too-many = Please wait a moment
error-too-many-what = Too much is open at once. Try again in a moment.
error-too-large = This is too large
error-too-large-what = Send less text at once.
error-inside = Something went wrong on our side
error-inside-what = Try again in a moment. If it goes on, pass on the number below.

## Labels
channel-review = review
channel-microblog = microblog
channel-facebook = Facebook
channel-instagram = Instagram
channel-forum = forum
channel-appstore = app store
channel-video_comment = video comment
channel-news = news or blog
channel-mail = mail
channel-form = form
lang-nl = Dutch
lang-en = English
lang-de = German
lang-fr = French
lang-other = other language
sentiment-negative = negative
sentiment-neutral = neutral
sentiment-positive = positive
sentiment-mixed = mixed
intent-complaint = complaint
intent-question = question
intent-praise = praise
intent-remark = remark
intent-irrelevant = not about us
severity-0 = no complaint
severity-1 = annoyance
severity-2 = loss or request
severity-3 = acute
signal-churn = leaves
signal-repeat_contact = asked before
signal-promise_broken = promise broken
signal-unreachable = cannot reach us
signal-legal_threat = legal step
signal-media_threat = press
signal-safety = danger
signal-privacy = privacy
signal-discrimination = discrimination
signal-vulnerable = vulnerable
signal-high_value = large sum
signal-sarcasm = sarcasm
signal-long_wait = waits long
signal-competitor_named = names a competitor
signal-thanks_staff = thanks one of the staff
signal-resolved = says solved
responsible-location = shop
responsible-headquarters = head office
responsible-carrier = carrier
responsible-supplier = supplier
responsible-unknown = not known yet

## Topics, as in config/taxonomy.toml
topicgroup-delivery = delivery
topic-delivery-late = late delivery
topic-delivery-missing = never arrived
topic-delivery-damaged = arrived damaged
topic-delivery-time_window = delivery time slot
topicgroup-stock = stock
topic-stock-unavailable = out of stock
topic-stock-wrong_info = wrong stock information
topicgroup-order = order
topic-order-wrong_item = wrong item
topic-order-cancelled = order cancelled
topic-order-status = order status
topicgroup-product = product
topic-product-defect = defect
topic-product-quality = quality
topicgroup-returns = returns
topic-returns-process = returning
topicgroup-refund = refund
topic-refund-late = late refund
topic-refund-denied = refund denied
topicgroup-warranty = warranty
topic-warranty = warranty and repair
topicgroup-price = price
topic-price-wrong = wrong price or charge
topic-price-high = too expensive
topicgroup-payment = payment
topic-payment = paying and collection
topicgroup-contact = contact
topic-contact-unreachable = cannot be reached
topic-contact-wait = long wait on the line
topic-contact-bot = chat bot or menu
topic-contact-callback_missed = call-back missed
topic-contact-no_answer = no answer
topic-contact-wrong_answer = wrong answer
topic-contact-sent_around = sent from pillar to post
topicgroup-staff = staff
topic-staff-rude = rude
topic-staff-knowledge = knowledge
topic-staff-helpful = helpful
topicgroup-store = shop
topic-store-queue = queue
topic-store-hygiene = hygiene and tidiness
topic-store-opening_hours = opening hours
topic-store-access = access and parking
topicgroup-website = website
topic-website-error = website fault
topicgroup-app = app
topic-app-error = app fault
topicgroup-account = account
topic-account-login = logging in
topicgroup-privacy = privacy
topic-privacy-data = personal data
topicgroup-advertising = advertising
topic-advertising-misleading = misleading advertising
topicgroup-loyalty = loyalty programme
topic-loyalty-programme = points, card and vouchers
topicgroup-contract = contract
topic-contract-cancel = cancelling
topicgroup-installation = installation
topic-installation-service = fitting and engineer
topicgroup-safety = safety
topic-safety-hazard = hazard
topicgroup-food = food
topic-food-quality = food quality
topicgroup-reply = reply
topic-reply-canned = canned reply

## Ranking

ranking = Ranking
case = Case
ranking-what = Which case first: the rank is a sum of parts. Try other points here and see what would stand on top. Nothing changes.
weights = Points of each part
weight-now = now { $v }
what-if-go = Show what changes
what-if-back = Back to the points of now
what-if-bad = { $v }: this is not a number from -1000 to 1000
what-if-says = { $n ->
    [one] { $n } case in the top 50 moves
   *[other] { $n } cases in the top 50 move
 }, { $m ->
    [one] { $m } case drops out
   *[other] { $m } cases drop out
 }
what-if-partly = Compared are the { $n } highest of { $m } open cases. What ranks lower now may be missing.
what-if-left = Drops out of the top 50
what-if-live = How it goes live
what-if-live-what = Put these lines into your configuration and start Gehoor again. gehoor check tells whether they are right.
place-new = New place
place-now = Place now
points-now = Points now
points-new = New points
points-machine = Points by Gehoor
points-person = Points by the team
by-whom = By
by-people = Ranked otherwise by people
by-people-says = { $n ->
    [one] { $n } case was put higher
   *[other] { $n } cases were put higher
 } than Gehoor did, { $m } lower or the same.
by-people-none = Nobody changed the rank of an open case.

# Promises: all of them, proposals, what a customer tells
nav-promises = Promises
nav-workload = Workload
promises-promise = Promise
promises-what = What we promised customers and how it stands. Kept counts only with proof.
promises-open = Open
promises-soon = Within a day
promises-missed = Missed
promises-kept = Kept
promises-withdrawn = Withdrawn
promises-none-open = No open promises
promises-none-soon = Nothing within a day
promises-none-missed = Nothing missed
promises-none-kept = Nothing kept yet
promises-none-withdrawn = Nothing withdrawn
promises-none-what = Promises are made in a case; what our replies say is proposed there.
promises-by = By
promises-owner = Owner of the case
promises-more = Only the first stand here. Filter, or get the file for all.
promises-export = Get these promises as CSV
promises-rate = Kept in time
promises-rate-what = Promises of the last { $n } days that ended. Kept late counts as not kept. What head office, a carrier or a supplier had to do does not count for a shop.
promises-by-team = By team
promises-by-location = By shop
promises-by-kind = By kind
promises-kept-of = Kept / ended
promises-share-head = Share, with margin
promises-share = { $v } (between { $low } and { $high })
promises-too-few = { $n } ended: too few to say (at least { $least })
proposed = Promised in our words?
proposed-what = Our reply says this. If it is right, we hold ourselves to it.
proposed-no-time = no time named
proposed-accept = Yes, promised
proposed-change = Change
proposed-dismiss = No promise
told = The customer tells of a broken promise
told-on = { $v }, for { $on }
belongs = Belongs to { $v }
belongs-go = Hand over
honest-what = Proposed public line:
honest-go = Put it in the reply
do-snooze = Put aside
do-wake = Take up again
snooze-until = Until
snooze-hint = Clocks go on. Thanks leave the case aside; a new complaint brings it back.
snoozed-says = Put aside by { $by } until { $until }: { $v }
do-called = Note a call
called-answered = The customer answered
called-reference = What names the call
called-hint = A call that the customer answered is the proof of a promise to call.
present-reading = { $by } looks at this case too ({ $v })
present-typing = { $by } writes an answer ({ $v })
present-take-over = Take over
present-write = I am writing an answer
box-aside = Aside
empty-aside = Nothing put aside
empty-what-aside = Cases that rest until a date.
event-proposed = Possible promise in our reply: “{ $v }”
event-dismissed = { $by }: that is no promise
event-called-nobody = { $by } called, nobody answered ({ $v })
event-woken-date = The day has come: the case is back
event-woken-by_hand = Taken up again
event-woken-customer = Back, because the customer wrote again
event-woken-queue = Back in the queue
event-woken-merged = Back by a merge
next-take = Give me the next
next-what = The most important case that you may take.
workload-what = Who has how much, what is late, what was promised.
workload-queues = Queues
workload-waits = { $n } waiting
workload-teams = Teams
workload-people = People
workload-who = Who
workload-open = Open
workload-red = Late
workload-queued = In the queue
workload-promises = Promises
workload-aside = Aside
many-title = Many cases at once
many-do = Do this
many-note = Note or reason
many-go = Do it for the chosen cases
many-choose = Choose many cases
many-stop = Done choosing
many-says = { $n } of { $all } done.
many-done = done

# One reply to many cases
do-reply-many = Send one reply
many-reply-title = One reply to many cases
many-reply-what = Write the reply once. Each customer gets a first line of their own.
many-reply-body = The reply, below each first line
many-reply-body-hint = Your initials are added. Names in braces, such as {"{"}location{"}"}, are filled in for each case.
many-reply-first = First line
many-reply-by-hand = I post them myself, also where Gehoor can send them
many-reply-go = { $n ->
    [one] Send to 1 case
   *[other] Send to { $n } cases
  }
many-reply-lay = { $n ->
    [one] Lay out to post by hand
   *[other] Lay out { $n } replies to post by hand
  }
many-reply-left = What stands below was not sent. Its text is kept.
many-reply-taken = the reply is on its way, or waits for who approves or posts it
many-reply-clean = Nothing to remark.
assign-beyond = Even without the skill, or outside the hours of the queue
assign-beyond-lead = Even without the skill, outside the hours of the queue, or beyond the limit of this colleague
refused-too-many = One reply goes to at most 50 cases at once. Choose fewer.
refused-limit = This colleague owns as many cases as the limit allows. Choose somebody else, or ask a team lead.
trends-row-elsewhere = { $n ->
    [one] + 1 that others have to solve
   *[other] + { $n } that others have to solve
  }

# Replies that wait
nav-replies = Replies
replies-title = Replies that wait
replies-what = What the customer cannot read yet: to be approved, on its way, refused or to be posted by hand.
replies-tab-awaiting = To approve
replies-tab-sending = On its way
replies-tab-refused = Refused
replies-tab-by_hand = To post by hand
replies-tab-rejected = Not approved
replies-none-awaiting = Nothing waits for approval
replies-none-sending = Nothing is on its way
replies-none-refused = Nothing was refused
replies-none-by_hand = Nothing to post by hand
replies-none-rejected = Nothing was given back
replies-none-what = A reply stands here for as long as it is not posted.
replies-reply = Reply
replies-since = Since
replies-by = Written by
replies-through = Through
replies-by-hand = by hand
replies-mine = Only mine
replies-more = There are more; narrow the choice.
reply-post = In reply to
reply-ways = Other ways

done-next = Case { $n } is yours.
done-next-none = Nothing waits that you may take.
done-next-full = You have { $n }: that is your limit. Finish something first.
done-accepted = The promise stands.
done-dismissed = Noted: no promise.
done-called = Call noted.
done-snoozed = Put aside.
done-woken = Taken up again.
trends-elsewhere = Cases that head office, a carrier or a supplier has to solve do not count for the shop here: { $n }.

# ---- Replies ----
replies = Our replies
reply-go-send = Send
reply-go-hand = I post it myself
reply-go-approval = Lay it before a colleague
reply-through = Gehoor posts it through { $v }.
reply-through-hand = You post it yourself: copy it, open the post, and confirm it here.
reply-signed = Signed { $v }.
reply-approve = Agree and send
reply-reject = Do not agree
reply-reject-go = Give it back
reply-url = Address of the posted reply
reply-confirm = It is posted
reply-again = Try again
reply-drop = Drop it
reply-state-awaiting = waits for a colleague
reply-state-rejected = not agreed
reply-state-sending = on its way
reply-state-by_hand = still to be posted
reply-state-sent = posted
reply-state-refused = not posted
event-reply-waits = { $by } laid a reply before a colleague
event-reply-approved = { $by } agreed to a reply
event-reply-rejected = { $by } gave a reply back: { $v }
event-reply-sending = { $by } sent a reply
event-reply-by_hand = { $by } posts a reply by hand
event-reply-dropped = { $by } dropped a reply
event-reply-refused = The reply was not posted: { $v }
effect-reply = Reply in case { $n }
done-reply-offered = Reply taken: see below where it stands.
done-reply-act = Done.
refused-no-reply = This reply is no longer there. Reload the page.
refused-reply-past = This reply is past that step. Reload the page to see where it stands.
refused-own-approval = Somebody else than the author agrees. Ask a colleague.
refused-lead-approves = Replies of this team are agreed to by a team lead. Ask one.
refused-not-your-draft = This reply is a colleague's. Write your own.
refused-nothing-to-answer = There is no post of the customer left to answer.
reply-check = The check
reply-check-go = Check
done-reply-checked = Checked, and kept as a draft.
done-reply-block = Building block added. Your text is kept as a draft.
finding-personal_data = Personal data in a public reply: { $v }. Take it out, or ask for a private message.
finding-internal_note = This stands in an internal note: { $v }. Write it otherwise.
finding-too_long = Too long for this channel: { $v }.
finding-unfilled = Nothing is known to fill in here: { $v }. Write it yourself.
finding-promise_without_date = A promise without a date: { $v }. Name a day, or tick that it may stand.
finding-wrong_language = Another language ({ $v }) than the customer's.
finding-wrong_name = Speaks to { $v }: that is not the customer's name here.
finding-review_change = Asks to change a review: { $v }. Platforms often forbid that.
finding-robot = This opening began { $n } replies of the last month: { $v }.
finding-unanswered = This question is left open: { $v }
finding-typing = Writing as well right now: { $v }.
refused-check-holds = The check holds this reply up. See below the text what has to change.
refused-check-warns = The check warns. Tick below the text what may stand, or change it.
reply-blocks = Building blocks

## Models

models = Models
models-what = Who judges the posts, and what the team taught them.
models-judges = Who judges
models-quick = Quick, everything
models-stronger = Stronger, what is urgent or unsure
models-stronger-none = Not configured
models-waiting = { $n ->
    [0] nothing waits
    [one] { $n } post waits
   *[other] { $n } posts wait
 }
models-again = Judge older posts again
models-again-what = With a new model this goes by itself: newest first, in the background, and on from where it was after a restart. What people corrected stays, closed cases stay closed.
models-again-never = Not needed so far.
models-again-far = { $n } of { $m } looked at.
models-again-done = { $n ->
    [one] { $n } post looked at.
   *[other] { $n } posts looked at.
 }
models-again-changed = { $n ->
    [0] No judgement changed.
    [one] { $n } judgement changed.
   *[other] { $n } judgements changed.
 }
models-again-began = Begun
models-again-go = Judge everything again
models-corrections = What the team corrected
models-corrections-n = { $n ->
    [0] No corrections yet.
    [one] { $n } correction.
   *[other] { $n } corrections.
 }
models-corrections-what = A new model learns from these. A fifth is held back to measure on; the model judges only if it is not worse there and on Gehoor's own texts. A restart is needed then.
models-corrections-get = Get the corrections (JSONL)
done-judged-again = Everything is judged again, in the background.

## What cannot be read or used
wrong-field = “{ $v }” is not right. Choose or write something else.
wrong-case = Choose one or more cases first.
wrong-id = A login name has small letters and digits, and full stops and dashes between them.
wrong-name = Fill in a name.
wrong-at = Choose a moment: date and time.
wrong-mention = Choose one or more posts first.
unusable-franchisee = A franchisee sees at least one shop. Choose one.
unusable-short-password = A password has at least { $n } characters.
unusable-login-taken = There is somebody with the login name { $v } already. Choose another one, or change that person in the list.
unusable-last-administrator = Then nobody could manage people any more. First make somebody else administrator, with a password.
unusable-silence-reason = A silence needs a reason.
unusable-silence-past = A silence ends in the future. Choose a later moment.
unusable-nothing-to-double = Only one alert can be seen to double. Silence that alert itself, or choose a moment.
unusable-silence-everything = A silence over all alerts needs an end. Choose a rule, or a moment.
unusable-page-mark = This page does not belong to this search. Start again from the first one.
unusable-long-period = The period has more than { $n } parts. Choose a shorter one.
unusable-calendar = The period lies outside the calendar. Choose years from 1 to 9998.
query-at = At character { $n }: { $v }
query-too-long = The search is longer than { $n } characters. Leave something out.
query-too-many-words = These are more than { $n } words. Leave some out.
query-too-deep = more than { $n } parentheses or NOTs within each other. Write it flatter.
query-open-quote = this quote is not closed. Add a " behind it.
query-open-parenthesis = this parenthesis is not closed. Add a ) behind it.
query-stray-parenthesis = this ) closes nothing. Take it out.
query-dangling = { $v } needs words on both sides. Write them there, or put it in quotes to search for it.
query-no-word = there is no word to search for here.
query-bad-distance = after ~ belongs the number of words between, from 1 to { $n }.
query-bad-prefix = before * belong at least two letters or digits of one word.
query-unknown-field = there is no field “{ $v }”. Use { $fields }, or put it in quotes to search for it.
query-no-value = “{ $v }:” needs a value right behind it.
query-bad-value = “{ $field }:” cannot be “{ $v }”. Use { $allowed }.
query-allowed-stars = a number from 1 to 5, or a range such as 1..2 or 4..5
query-allowed-severity = 0, 1, 2 or 3
query-allowed-source = a name of small letters, digits, dashes and full stops
query-allowed-location = a name of small letters, digits, dashes and full stops
operator-AND = “AND”
operator-OR = “OR”
operator-NOT = “NOT”
