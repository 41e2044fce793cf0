//! The tables.

use serde::{Deserialize, Serialize};

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $view:literal;)+) => {
        /// Where a record lives. The name stands in the journal: never rename one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Table { $($(#[$doc])* #[serde(rename = $text)] $name),+ }
        impl Table {
            /// All tables.
            pub const ALL: &'static [Table] = &[$(Table::$name),+];
            /// The name in the journal.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Table::$name => $text),+ } }
            /// Whether its records are kept in the view. The others live in the journal only, and whoever needs
            /// them follows it: the text of mentions lives in the journal and in the index.
            #[must_use]
            pub fn in_view(self) -> bool { match self { $(Table::$name => $view),+ } }
        }
    };
}

tables! {
    /// Mentions by id; journal only.
    Mention = "mention", false;
    /// Assessments by mention id; journal only.
    Assessment = "assessment", false;
    /// State and cursor of each source, by source id.
    Source = "source", true;
    /// Cases by number.
    Case = "case", true;
    /// Lines of a case's history, by `case/number`; journal and view.
    CaseEvent = "case_event", true;
    /// When a case has to be looked at: `time/case`.
    CaseDue = "case_due", true;
    /// The case of a mention: mention id → case number.
    CaseOfMention = "case_of_mention", true;
    /// Cases of an author: `author/case`.
    CaseOfAuthor = "case_of_author", true;
    /// Cases of a conversation: `source|thread/case`.
    CaseOfThread = "case_of_thread", true;
    /// Outbox rows by effect key.
    Outbox = "outbox", true;
    /// When an outbox row has to be tried: `time/key`.
    OutboxDue = "outbox_due", true;
    /// Alerts by number.
    Alert = "alert", true;
    /// The alert of a group: `rule/subject` → number.
    AlertOfGroup = "alert_of_group", true;
    /// Silences by number.
    Silence = "silence", true;
    /// Users by name.
    User = "user", true;
    /// Sessions by hash of the session token.
    Session = "session", true;
    /// Tokens of programs by hash.
    Token = "token", true;
    /// How far a follower of the journal came, by name.
    Offset = "offset", true;
    /// Counters, by name.
    Counter = "counter", true;
    /// Ids of deliveries that came in by webhook, by `source/id`.
    Inbound = "inbound", true;
    /// Who must never come back: tombstones of erased people and posts.
    Tombstone = "tombstone", true;
    /// Corrections by people, by mention id.
    Correction = "correction", true;
    /// What people did, by `time/number`; never changed.
    Audit = "audit", true;
    /// Complaints per hour, by `hour/topic group`, for spikes and expected volume.
    Volume = "volume", true;
    /// Settings changed in the product, by name.
    Setting = "setting", true;
    /// How far an import came, by name.
    Import = "import", true;
    /// Replies that are being written, by `case/user`.
    ReplyDraft = "reply_draft", true;
    /// How our replies began, without the name, by `time/case/number`.
    ReplySaid = "reply_said", true;
    /// What a stronger model has to look at: `why/time/mention`, most pressing first.
    SecondLook = "second_look", true;
    /// Our own answers that were read before what they answer had a case: `source|thread/mention`.
    EarlyAnswer = "early_answer", true;
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
