//! From what a plug found to a mention: names it, mends what can be mended and says so, and tells what is new from
//! what only was seen again.

use jiff::{SignedDuration, Timestamp};

use crate::ids::{AuthorKey, MentionId, SourceId};
use crate::location::Brand;
use crate::mention::{Author, Channel, Draft, Mention, Reach, Repair};

/// Longer texts are cut: no post that people read is longer, and pages and indexes stay usable.
pub const MAX_TEXT: usize = 20_000;
/// Titles are cut to this.
const MAX_TITLE: usize = 500;
/// Names, handles, ids and links are cut to this.
const MAX_NAME: usize = 1_000;
/// A reach below this counts for nothing.
const UNHEARD: u64 = 10;
/// Clocks of other machines may be ahead of ours by this.
const MAX_AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// 1 January 2000: posts that say that they are older have a broken clock (mostly 1970).
const OLDEST: i64 = 946_684_800;

/// What a draft turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Intake {
    /// Never seen before.
    New(Mention),
    /// Seen before, with another text, title or rating; or travelled much further; or back after it was gone.
    Revised(Mention),
    /// Seen before, and gone now.
    Withdrawn(Mention),
    /// Seen before, just like this. Also one that is gone before we ever saw it.
    Unchanged,
}

/// Why a draft is no mention. A bad item is reported and never fatal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoMention {
    /// Nothing tells it from others.
    #[error("the post has no id: map a column or field that names each post")]
    NoId,
    /// There is nothing to read.
    #[error("the post has neither text nor title nor stars: it says nothing")]
    Empty,
}

/// Makes a mention from a draft. `source` names the space in which the ids of posts are unique, `platform` the one in
/// which those of authors are; `previous` is the mention of the same id, if there is one.
///
/// # Errors
/// [`NoMention`] when nothing can be made of it.
pub fn mention_from(
    draft: Draft,
    source: &SourceId,
    channel: Channel,
    platform: &str,
    brand: &Brand,
    previous: Option<&Mention>,
    now: Timestamp,
) -> Result<Intake, NoMention> {
    let external_id = draft.external_id.as_str();
    if external_id.trim().is_empty() {
        return Err(NoMention::NoId);
    }
    if draft.withdrawn {
        return Ok(match previous {
            Some(known) if known.withdrawn.is_none() => {
                Intake::Withdrawn(Mention { withdrawn: Some(now), ..known.clone() })
            }
            _ => Intake::Unchanged,
        });
    }
    let mut repairs = Vec::new();
    let id = MentionId::derive(source, external_id);
    let title = draft.title.as_deref().map(|t| cut(&clean(t), MAX_TITLE).0).filter(|t| !t.is_empty());
    let (mut text, was_cut) = cut(&clean(&draft.text), MAX_TEXT);
    if was_cut {
        repairs.push(Repair::TextCut);
    }
    let stars = draft.stars.filter(|s| s.out_of_five().is_some());
    if text.is_empty() {
        match &title {
            Some(title) => text.clone_from(title),
            None if stars.is_none() => return Err(NoMention::Empty),
            None => {}
        }
    }
    let published = published(&draft, previous, now, &mut repairs);
    let author = author(&draft, platform, &id, &mut repairs);
    repairs.sort_unstable();
    let mention = Mention {
        id,
        source: source.clone(),
        external_id: external_id.to_owned(),
        space: previous.and_then(|p| p.space.clone()),
        channel: draft.channel.unwrap_or(channel),
        permalink: link(draft.permalink.as_deref()),
        own: draft.own || is_own(&author, brand),
        author,
        title,
        text,
        lang: name(draft.lang.as_deref()),
        published,
        seen: previous.map_or(now, |p| p.seen),
        edited: draft.edited.filter(|at| *at > published && *at <= later(now)),
        stars,
        thread: name(draft.thread.as_deref()),
        in_reply_to: name(draft.in_reply_to.as_deref()),
        reach: draft.reach,
        place: draft.place,
        revision: 1,
        withdrawn: None,
        repairs,
    };
    Ok(match previous {
        None => Intake::New(mention),
        Some(known) => seen_again(mention, known, now),
    })
}

fn seen_again(mention: Mention, known: &Mention, now: Timestamp) -> Intake {
    let same = mention.text == known.text && mention.title == known.title && mention.stars == known.stars;
    if same && known.withdrawn.is_none() && !has_spread(&known.reach, &mention.reach) {
        return Intake::Unchanged;
    }
    let revision = if same { known.revision } else { known.revision.saturating_add(1) };
    let edited = if same { known.edited } else { mention.edited.or(Some(now)) };
    Intake::Revised(Mention { revision, edited, ..mention })
}

/// Whether a post travelled so much further that it counts otherwise: threefold, which is half a step of the rank. So a
/// post is taken in anew a few times at most, however often it is read.
fn has_spread(known: &Reach, now: &Reach) -> bool {
    now.total() >= known.total().max(UNHEARD).saturating_mul(3)
}

fn published(
    draft: &Draft,
    previous: Option<&Mention>,
    now: Timestamp,
    repairs: &mut Vec<Repair>,
) -> Timestamp {
    // A time that we once made up must not move when the post is seen again.
    let made_up = previous.map_or(now, |p| p.published);
    let Some(given) = draft.published.filter(|at| at.as_second() >= OLDEST) else {
        repairs.push(Repair::NoTime);
        return made_up;
    };
    if given > later(now) {
        repairs.push(Repair::FutureTime);
        return made_up;
    }
    given
}

/// Who wrote it. Without an id or a handle it is nobody else's: names are shared by strangers, and two customers must
/// never become one.
fn author(draft: &Draft, platform: &str, id: &MentionId, repairs: &mut Vec<Repair>) -> Author {
    let shown = name(draft.author_name.as_deref());
    let handle = name(draft.author_handle.as_deref().map(|h| h.trim().trim_start_matches('@')));
    let stable = name(draft.author_id.as_deref()).or_else(|| handle.as_ref().map(|h| h.to_lowercase()));
    let key = match stable {
        Some(stable) => format!("{platform}:{stable}"),
        None => {
            if shown.is_none() {
                repairs.push(Repair::NoAuthor);
            }
            format!("{platform}:post-{id}")
        }
    };
    Author {
        key: AuthorKey(key),
        name: shown.or_else(|| handle.clone()).unwrap_or_default(),
        handle,
        url: link(draft.author_url.as_deref()),
    }
}

/// Whether the author is one of our accounts: the key or the whole handle is configured. A handle at another host is
/// somebody else: anybody can be called like us there.
fn is_own(author: &Author, brand: &Brand) -> bool {
    brand.own_accounts.iter().chain(&brand.handles).any(|ours| {
        let ours = ours.trim().trim_start_matches('@');
        !ours.is_empty()
            && (author.key.0.eq_ignore_ascii_case(ours)
                || author.handle.as_ref().is_some_and(|h| h.to_lowercase() == ours.to_lowercase()))
    })
}

fn later(now: Timestamp) -> Timestamp {
    now.checked_add(MAX_AHEAD).unwrap_or(Timestamp::MAX)
}

/// Without control characters, line ends as `\n`, no blanks around.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    kept.trim().to_owned()
}

fn cut(text: &str, most: usize) -> (String, bool) {
    match text.char_indices().nth(most) {
        Some((at, _)) => (text.get(..at).unwrap_or_default().trim_end().to_owned(), true),
        None => (text.to_owned(), false),
    }
}

/// A name, handle or id: one line without control characters.
fn name(text: Option<&str>) -> Option<String> {
    let one_line: String = text?.chars().filter(|c| !c.is_control()).collect();
    Some(cut(one_line.trim(), MAX_NAME).0).filter(|t| !t.is_empty())
}

/// Links people can follow safely; anything else is left out.
fn link(text: Option<&str>) -> Option<String> {
    let link = name(text)?;
    let lower = link.to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://")).then_some(link)
}

#[cfg(test)]
mod tests;
