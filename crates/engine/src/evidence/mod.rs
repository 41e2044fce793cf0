//! The evidence file of one case: posts with their edits, our answers, promises, clocks and events, with the numbers and
//! hashes of the journal entries that they come from, signed so that nobody can change it unseen.
//!
//! One JSON value is signed, byte for byte. The HTML file is made of that value and of nothing else, and carries it: so
//! checking a file means checking the signature and making the page again.

mod gather;
mod names;
mod page;
mod seal;
mod words;

use std::collections::BTreeMap;

use gehoor_domain::case::{CaseEvent, CaseState, Clock, Outcome, PrivateTalk, Promise, Ticket, Voice};
use gehoor_domain::ids::{CaseId, MentionId, UserId};
use gehoor_domain::mention::Stars;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use page::{html, signed_part};
pub(crate) use seal::Seal;
pub use seal::{Checked, NotGenuine, SEAL_NAME, check, public_key};

/// What is evidence of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Always `gehoor.evidence`.
    pub kind: String,
    /// Of this form: 2; 1 had no names, and its page showed ids and lists as they are recorded.
    pub version: u32,
    /// Which case.
    pub case: CaseId,
    /// Whose complaint desk.
    pub brand: String,
    /// Names the installation.
    pub instance: String,
    /// When it was made.
    pub made: Timestamp,
    /// Who asked for it.
    pub made_by: UserId,
    /// The language of its page, `nl` or `en`.
    pub lang: String,
    /// The zone in which its page shows times.
    pub zone: String,
    /// Where the case stands.
    pub state: CaseState,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it was opened here.
    pub opened: Timestamp,
    /// When it ended.
    pub closed: Option<Timestamp>,
    /// The shop.
    pub place: Option<String>,
    /// The team.
    pub team: String,
    /// Who owns it.
    pub owner: Option<UserId>,
    /// What people read for the ids in it: `user/eva` is Eva de Wit. Those that appear only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, String>,
    /// The posts, by time of publication.
    pub posts: Vec<PostFile>,
    /// What happened, in order.
    pub events: Vec<EventFile>,
    /// What was promised.
    pub promises: Vec<Promise>,
    /// The clocks with their times.
    pub clocks: Vec<Clock>,
    /// The tickets in helpdesks.
    pub tickets: Vec<Ticket>,
    /// How far a talk in private came.
    pub private_talk: PrivateTalk,
    /// The entries of the journal that all of this comes from, with their links of the hash chain.
    pub journal: Vec<Link>,
}

/// A post with all that it ever said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostFile {
    /// Its name here.
    pub id: MentionId,
    /// Where it was found.
    pub source: String,
    /// Who speaks in the case.
    pub voice: Voice,
    /// The name of the author as shown there.
    pub author: String,
    /// Where people read it.
    pub permalink: Option<String>,
    /// When it was published, as the platform says.
    pub published: Timestamp,
    /// When we saw it first.
    pub seen: Timestamp,
    /// When it was found to be gone.
    pub withdrawn: Option<Timestamp>,
    /// What it said, first to last. Hostile text.
    pub texts: Vec<TextFile>,
}

/// What a post said at some time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextFile {
    /// 1 for the first text.
    pub revision: u32,
    /// When it was edited, as the platform says.
    pub edited: Option<Timestamp>,
    /// A title.
    pub title: Option<String>,
    /// The text.
    pub text: String,
    /// The rating.
    pub stars: Option<Stars>,
    /// The entry of the journal that holds it; none when it could not be found any more.
    pub entry: Option<u64>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventFile {
    /// Its number in the history of the case.
    pub number: u32,
    /// The entry of the journal that holds it.
    pub entry: u64,
    /// What happened. The texts of internal notes are left out.
    #[serde(flatten)]
    pub event: CaseEvent,
}

/// A link of the journal's hash chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The number of the entry.
    pub entry: u64,
    /// Its hash, hexadecimal; none where the journal keeps none (in memory).
    pub hash: Option<String>,
}

/// A signed evidence file.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// As JSON: what is signed, and the signature.
    pub json: String,
    /// As one page.
    pub html: String,
}
