//! One public text by one author, as it was found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AuthorKey, MentionId, SourceId};

/// What kind of place a text stands in; decides norms, lengths and how it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A review page with stars.
    Review,
    /// Short public posts: Mastodon, Bluesky, X.
    Microblog,
    /// Facebook pages and groups.
    Facebook,
    /// Instagram.
    Instagram,
    /// Forums and discussion boards.
    Forum,
    /// Reviews in an app store.
    Appstore,
    /// Comments under a video.
    VideoComment,
    /// News and web logs, mostly by feed.
    News,
    /// Mail, such as notifications of complaint platforms.
    Mail,
    /// Our own form or another program that calls the webhook.
    Form,
}

impl Channel {
    /// All channels, in the order in which they are shown.
    pub const ALL: [Channel; 10] = [
        Channel::Review,
        Channel::Microblog,
        Channel::Facebook,
        Channel::Instagram,
        Channel::Forum,
        Channel::Appstore,
        Channel::VideoComment,
        Channel::News,
        Channel::Mail,
        Channel::Form,
    ];
    /// The name used in records, configuration, queries and locale keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Review => "review",
            Channel::Microblog => "microblog",
            Channel::Facebook => "facebook",
            Channel::Instagram => "instagram",
            Channel::Forum => "forum",
            Channel::Appstore => "appstore",
            Channel::VideoComment => "video_comment",
            Channel::News => "news",
            Channel::Mail => "mail",
            Channel::Form => "form",
        }
    }
    /// Reads the name; `None` for an unknown one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
}

/// Who wrote it, as the platform shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Stable within the platform.
    pub key: AuthorKey,
    /// The name as shown.
    pub name: String,
    /// `@name` or `name@host`, without the leading `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// The author's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A rating as given, with its scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stars {
    /// The given value.
    pub value: f64,
    /// The best value of the scale.
    pub best: f64,
    /// The worst value of the scale.
    pub worst: f64,
}

impl Stars {
    /// The rating on the scale 1 to 5, or `None` when the scale is empty or the value lies outside it.
    #[must_use]
    pub fn out_of_five(self) -> Option<f64> {
        let width = self.best - self.worst;
        let usable = width.is_finite() && width > 0.0 && self.value >= self.worst && self.value <= self.best;
        usable.then(|| 1.0 + 4.0 * (self.value - self.worst) / width)
    }
}

/// How many people may have seen it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Followers of the author.
    #[serde(default)]
    pub followers: u64,
    /// Likes and favourites.
    #[serde(default)]
    pub likes: u64,
    /// Shares, boosts, reposts.
    #[serde(default)]
    pub shares: u64,
    /// Replies.
    #[serde(default)]
    pub replies: u64,
}

impl Reach {
    /// Followers, likes and shares together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.followers.saturating_add(self.likes).saturating_add(self.shares)
    }
}

/// What a source says about the shop it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceHint {
    /// The platform's own id of the shop, `platform:id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name of the shop as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a plug found: a mention that has no name yet. Everything that a platform may leave out is optional.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The platform's own stable id of the post.
    pub external_id: String,
    /// Where people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// The platform's id of the author (stable), or the handle where there is no id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<String>,
    /// The author's name as shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    /// `name` or `name@host`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_handle: Option<String>,
    /// The author's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_url: Option<String>,
    /// Overrides the source's channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// A title or headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Plain text; mark-up is taken out by the plug.
    pub text: String,
    /// The language as declared by author or platform (ISO 639-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
    /// The rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<Stars>,
    /// Names the conversation: the external id of its first post, or the platform's own thread id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The external id of the post it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// How far it may have travelled.
    #[serde(default)]
    pub reach: Reach,
    /// Which shop the platform says it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceHint>,
    /// The platform says that it is gone.
    #[serde(default)]
    pub withdrawn: bool,
    /// The platform says that the company itself wrote it: it opens no case and counts as our answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
}

/// What was wrong with a draft and mended, shown with the mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// No time was given: the time at which we saw it is used.
    NoTime,
    /// The time lay in the future: the time at which we saw it is used.
    FutureTime,
    /// No author was given: it is nobody else's.
    NoAuthor,
    /// The text was longer than the limit and was cut.
    TextCut,
}

/// One public text by one author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Its name, from source and external id.
    pub id: MentionId,
    /// Where it was found.
    pub source: SourceId,
    /// The platform's own id.
    pub external_id: String,
    /// Names the space in which external ids are unique, where that is not the source: sources of one platform may
    /// share their ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<SourceId>,
    /// What kind of place it stands in.
    pub channel: Channel,
    /// Where people read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permalink: Option<String>,
    /// Who wrote it.
    pub author: Author,
    /// A title or headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Plain text. Hostile: escape it wherever it is shown.
    pub text: String,
    /// The language as declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// When it was published; the first response clock starts here.
    pub published: Timestamp,
    /// When we saw it first; `seen - published` is the detection delay.
    pub seen: Timestamp,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
    /// The rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<Stars>,
    /// The conversation it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// The external id of the post it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// How far it may have travelled.
    #[serde(default)]
    pub reach: Reach,
    /// Which shop the platform says it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceHint>,
    /// Written by one of our own accounts: opens no case, counts as our answer.
    #[serde(default)]
    pub own: bool,
    /// 1 for the first text; each changed text adds one.
    pub revision: u32,
    /// When we found that it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
    /// What was mended when it came in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<Repair>,
}

impl Mention {
    /// The space in which its external id is unique: the source, unless sources share their ids.
    #[must_use]
    pub fn space(&self) -> &SourceId {
        self.space.as_ref().unwrap_or(&self.source)
    }
}
