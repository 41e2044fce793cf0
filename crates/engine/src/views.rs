//! What readers get: values ready to be shown, already within the reader's scope. No mark-up here.

use gehoor_domain::alert::{Alert, Silence};
use gehoor_domain::assessment::Assessment;
use gehoor_domain::case::{Case, CaseEvent, Clock, Priority, Promise, Voice};
use gehoor_domain::effect::OutboxRow;
use gehoor_domain::ids::{CaseId, LocationId, SourceId, TeamId, UserId};
use gehoor_domain::liveness::Gap;
use gehoor_domain::mention::{Channel, Mention};
use gehoor_domain::scope::Scope;
use gehoor_domain::user::{Role, User};
use gehoor_sources::Back;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::coverage::{Announced, LimitUsed};

/// Who reads or acts: made at login from a [`User`], carries the scope into every read.
#[derive(Debug, Clone, PartialEq)]
pub struct Viewer {
    /// The login name.
    pub user: UserId,
    /// The name people read.
    pub name: String,
    /// What he may do.
    pub role: Role,
    /// What he may see.
    pub scope: Scope,
    /// His team.
    pub team: Option<TeamId>,
    /// Interface language, `nl` or `en`.
    pub lang: String,
}

/// Green, amber or red (never shown by colour alone).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Time enough.
    Calm,
    /// The last fifth of the norm.
    Soon,
    /// Too late.
    Late,
    /// Stands still or has ended.
    Still,
}

/// A clock as shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClockView {
    /// The clock.
    pub clock: Clock,
    /// Its light now.
    pub light: Light,
    /// Share of the norm used, 0 to 1 and beyond.
    pub used: f64,
    /// Working time left; negative when late.
    pub left: SignedDuration,
    /// How the due time was counted: from, until, counted.
    pub sum: Vec<(Timestamp, Timestamp, SignedDuration)>,
}

/// A promise as shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PromiseView {
    /// The promise.
    pub promise: Promise,
    /// Its light now.
    pub light: Light,
}

/// One case in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// The rank as of now.
    pub priority: Priority,
    /// The most pressing running clock.
    pub clock: Option<ClockView>,
    /// The author's name as shown.
    pub author: String,
    /// The name of the shop.
    pub place: Option<String>,
    /// First line of the customer's latest post, at most 240 characters. Hostile text.
    pub line: String,
    /// Byte ranges of the decisive words within `line`.
    pub marks: Vec<(usize, usize)>,
    /// The latest post is gone from its platform.
    pub withdrawn: bool,
}

/// Which cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Box {
    /// All open ones.
    #[default]
    Open,
    /// Those that the reader owns.
    Mine,
    /// Those that stand in the service queue.
    Queue,
    /// Those that wait for the customer.
    Waiting,
    /// Closed ones, newest first.
    Closed,
    /// Those that are put aside.
    Aside,
}

/// What is asked of the inbox.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InboxQuery {
    /// Which cases.
    pub r#box: Box,
    /// Only of this location and below.
    pub location: Option<LocationId>,
    /// Only of this channel.
    pub channel: Option<Channel>,
    /// Only of this team's queue.
    pub team: Option<TeamId>,
    /// Skip so many (pages).
    pub skip: usize,
    /// At most so many; 50 when 0, 200 at most.
    pub limit: usize,
}

/// How many cases in each box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All open ones.
    pub open: usize,
    /// The reader's own.
    pub mine: usize,
    /// In the service queue.
    pub queue: usize,
    /// Waiting for the customer.
    pub waiting: usize,
    /// Open ones with a red clock.
    pub late: usize,
    /// Open ones nobody owns.
    pub unowned: usize,
    /// Put aside.
    pub aside: usize,
}

/// The inbox.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inbox {
    /// Cases, first things first.
    pub rows: Vec<CaseRow>,
    /// How many in each box, within the scope and without other filters.
    pub counts: Counts,
    /// How many match.
    pub total: usize,
    /// As of this entry of the journal.
    pub seq: u64,
}

/// One thing on the timeline of a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "item")]
pub enum TimelineItem {
    /// A post.
    Mention {
        /// When it was published.
        at: Timestamp,
        /// The post.
        mention: std::boxed::Box<Mention>,
        /// What was thought of it.
        assessment: Option<std::boxed::Box<Assessment>>,
        /// Who speaks.
        voice: Voice,
        /// The name of the source.
        source_name: String,
    },
    /// Something that happened.
    Event {
        /// When.
        at: Timestamp,
        /// Its number in the history.
        number: u32,
        /// What.
        event: std::boxed::Box<CaseEvent>,
    },
}

/// Everything about one case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CasePage {
    /// As in the list.
    pub row: CaseRow,
    /// Oldest first.
    pub timeline: Vec<TimelineItem>,
    /// All clocks.
    pub clocks: Vec<ClockView>,
    /// All promises.
    pub promises: Vec<PromiseView>,
    /// Other cases of this customer, within the scope.
    pub others: Vec<CaseRow>,
    /// Teams it can be handed to: id, name.
    pub teams: Vec<(TeamId, String)>,
    /// People it can be given to: id, name.
    pub people: Vec<(UserId, String)>,
    /// Locations it can be set to: id, name.
    pub locations: Vec<(LocationId, String)>,
    /// What the customer tells of promises that were not kept.
    pub told_broken: Vec<crate::promised::ToldBroken>,
    /// What the reply form needs to know.
    pub reply: crate::replies::ReplyDesk,
    /// The team that has to act by what was judged, when the case is elsewhere, with the words that say so.
    pub belongs_to: Option<(TeamId, String)>,
    /// Others who are at it now.
    pub present: Vec<crate::presence::Present>,
    /// Published to seen, of the first mention.
    pub detection_delay: SignedDuration,
    /// The version that a change expects; a form sends it back.
    pub version: u64,
    /// The entry of the journal it is as of.
    pub seq: u64,
}

/// A source and how it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceRow {
    /// Its name in records.
    pub id: SourceId,
    /// The name people read.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its channel.
    pub channel: Channel,
    /// Polled, or pushed to.
    pub polled: bool,
    /// How it does.
    pub health: Health,
    /// When it was last asked or heard with success.
    pub last_success: Option<Timestamp>,
    /// When it last had something new.
    pub last_news: Option<Timestamp>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When that was.
    pub last_error_at: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u32,
    /// When it is asked next.
    pub next: Option<Timestamp>,
    /// The time between polls now.
    pub every: Option<SignedDuration>,
    /// Mentions found in all.
    pub found: u64,
    /// The latest warnings about items.
    pub warnings: Vec<String>,
    /// When its login ends and a person has to renew it, where that is known.
    pub login_ends: Option<Timestamp>,
    /// The location that all its mentions are about, if one.
    pub location: Option<LocationId>,
    /// Items on each of the last 14 days by the time they were published, today last.
    pub days: Vec<(Date, u64)>,
    /// Items that usually come on a day like today; none while too little is known.
    pub usual: Option<f64>,
    /// Items that would usually have come since the last one; none while too little is known.
    pub missing: Option<f64>,
    /// Since when it is listened to.
    pub since: Option<Timestamp>,
    /// When it was not heard, oldest first; one without an end lasts.
    pub gaps: Vec<Gap>,
    /// What its server said of its limit last.
    pub announced: Option<Announced>,
    /// What was used of our own limits for its host and its credential.
    pub limits: Vec<LimitUsed>,
    /// How far back it can be read.
    pub back: Back,
    /// When the oldest of its mentions that are kept was published.
    pub oldest: Option<Timestamp>,
    /// Whether there is more to read than was read so far.
    pub reading: bool,
    /// Whether its platform is asked for deletions.
    pub rechecks: bool,
    /// What was found to be gone by asking.
    pub gone: u64,
    /// How far back it can be read and what cannot be seen, for people.
    pub reach: &'static str,
}

/// How a source does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Never asked yet.
    New,
    /// Well.
    Well,
    /// The server or our own limit makes it wait.
    Waits,
    /// Fails; it is tried again.
    Failing,
    /// Well, but nothing new for unusually long.
    Silent,
    /// Stopped for ever (gone), until somebody changes it.
    Stopped,
}

/// An alert in the list and on its own page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlertRow {
    /// The alert with its decisions.
    pub alert: Alert,
    /// The silence that holds, if one.
    pub silence: Option<Silence>,
    /// The case it is about, if one, within the scope.
    pub case: Option<CaseId>,
    /// The name of what it is about: a source, an outlet, a topic, the customer's name.
    pub subject: String,
    /// Outbox rows that went out for it.
    pub sent: Vec<OutboxRow>,
}

/// The outbox.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outbox {
    /// Rows, newest first.
    pub rows: Vec<OutboxRow>,
    /// To be sent.
    pub due: usize,
    /// Sent.
    pub done: usize,
    /// Dead letters.
    pub dead: usize,
}

/// A program's token, without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenRow {
    /// First 8 hexadecimal digits of its hash: names it.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// On whose behalf it reads: decides role and scope.
    pub user: UserId,
    /// When it was made.
    pub created: Timestamp,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

/// A user without the password hash.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserRow {
    /// The user; `password` is always empty here.
    pub user: User,
    /// Whether he has a password.
    pub can_log_in: bool,
}

/// How Gehoor itself does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HealthPage {
    /// Ready to serve: the store is open and the loops run.
    pub ready: bool,
    /// Head of the journal.
    pub head: u64,
    /// How far assessing came.
    pub assessed: u64,
    /// How far the index came.
    pub indexed: u64,
    /// Loops by name, with the last failure of each, if any.
    pub loops: Vec<(String, Option<String>)>,
    /// What was mended when the store was opened.
    pub repaired: Vec<String>,
    /// Outbox rows due and dead.
    pub outbox_due: usize,
    /// Dead letters.
    pub outbox_dead: usize,
    /// Sources that fail, by name.
    pub failing_sources: Vec<String>,
}

/// Which models judge, and how far they are with judging again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelsPage {
    /// Judges everything.
    pub quick: String,
    /// Judges again what is urgent or a guess.
    pub stronger: Option<String>,
    /// Mentions that wait for that, counted up to 10,000.
    pub looks_waiting: usize,
    /// Older mentions that are judged by a new model; none when that never happened.
    pub reassess: Option<crate::reassess::Reassess>,
}
