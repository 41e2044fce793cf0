//! From what a plug found to a mention: names it, mends what can be mended and says so, and tells what is new from
//! what only was seen again.

use jiff::{SignedDuration, Timestamp};

use crate::ids::{AuthorKey, MentionId, SourceId};
use crate::location::Brand;
use crate::mention::{Author, Channel, Draft, Mention, Repair};

/// Longer texts are cut: no post that people read is longer, and pages and indexes stay usable.
pub const MAX_TEXT: usize = 20_000;
/// Titles are cut to this.
const MAX_TITLE: usize = 500;
/// Names, handles, ids and links are cut to this.
const MAX_NAME: usize = 1_000;
/// Clocks of other machines may be ahead of ours by this.
const MAX_AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// 1 January 2000: posts that say that they are older have a broken clock (mostly 1970).
const OLDEST: i64 = 946_684_800;

/// What a draft turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Intake {
    /// Never seen before.
    New(Mention),
    /// Seen before, with another text, title or rating; or back after it was gone.
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
        own: is_own(&author, brand),
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
    if same && known.withdrawn.is_none() {
        return Intake::Unchanged;
    }
    let revision = if same { known.revision } else { known.revision.saturating_add(1) };
    let edited = if same { known.edited } else { mention.edited.or(Some(now)) };
    Intake::Revised(Mention { revision, edited, ..mention })
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
mod tests {
    use super::*;
    use crate::mention::Stars;
    use crate::testing::{mins, source, t};

    const NOW: &str = "2026-06-05 10:00";

    fn brand() -> Brand {
        Brand {
            name: "Woonhuis".into(),
            names: Vec::new(),
            handles: vec!["@woonhuis".into()],
            own_accounts: vec!["town:99".into(), "webcare@woonhuis.example".into()],
            competitors: Vec::new(),
            hq_words: Vec::new(),
        }
    }

    fn draft() -> Draft {
        Draft {
            external_id: "p1".into(),
            author_id: Some("7".into()),
            author_name: Some("Anna".into()),
            text: "De bank is kapot".into(),
            published: Some(t("2026-06-05 09:50")),
            ..Draft::default()
        }
    }

    fn take(draft: Draft, previous: Option<&Mention>, now: &str) -> Result<Intake, NoMention> {
        mention_from(draft, &source(), Channel::Microblog, "town", &brand(), previous, t(now))
    }

    fn new(draft: Draft) -> Mention {
        match take(draft, None, NOW) {
            Ok(Intake::New(mention)) => mention,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_whole_draft_becomes_a_mention_without_repairs() {
        let m = new(draft());
        assert_eq!((m.id, m.author.key.0.as_str()), (MentionId::derive(&source(), "p1"), "town:7"));
        assert_eq!((m.seen, m.revision, m.repairs, m.own), (t(NOW), 1, Vec::new(), false));
    }

    #[test]
    fn a_time_that_is_missing_or_cannot_be_is_the_time_we_saw_it() {
        let at = |published| {
            let m = new(Draft { published, ..draft() });
            (m.published, m.repairs)
        };
        let now = t(NOW);
        assert_eq!(at(None), (now, vec![Repair::NoTime]));
        assert_eq!(at(Some(Timestamp::UNIX_EPOCH)), (now, vec![Repair::NoTime]));
        assert_eq!(at(Some(Timestamp::MAX)), (now, vec![Repair::FutureTime]));
        assert_eq!(at(Some(now + mins(6))), (now, vec![Repair::FutureTime]));
        assert_eq!(at(Some(now + mins(4))), (now + mins(4), vec![]));
    }

    #[test]
    fn a_time_that_was_made_up_does_not_move_when_the_post_is_seen_again() {
        let undated = Draft { published: None, ..draft() };
        let m = new(undated.clone());
        assert_eq!(take(undated.clone(), Some(&m), "2026-06-07 10:00"), Ok(Intake::Unchanged));
        let changed = Draft { text: "De bank is gemaakt".into(), ..undated };
        let Ok(Intake::Revised(again)) = take(changed, Some(&m), "2026-06-07 10:00") else { panic!() };
        assert_eq!((again.published, again.seen), (m.published, m.seen));
    }

    #[test]
    fn who_has_no_name_is_nobody_else() {
        let nameless =
            |id: &str| new(Draft { external_id: id.into(), author_id: None, author_name: None, ..draft() });
        let (a, b) = (nameless("a"), nameless("b"));
        assert_ne!(a.author.key, b.author.key);
        assert_eq!(a.repairs, [Repair::NoAuthor]);
        // A name alone is shared by strangers.
        let named = |id: &str| new(Draft { external_id: id.into(), author_id: None, ..draft() });
        assert_ne!(named("a").author.key, named("b").author.key);
        assert!(named("a").repairs.is_empty());
    }

    #[test]
    fn a_handle_stands_for_an_id_whatever_its_letters() {
        let by = |handle: &str| {
            let handle = Some(handle.to_owned());
            new(Draft { author_id: None, author_handle: handle, ..draft() }).author
        };
        assert_eq!(by("@Anna@Town.example").key, by("anna@town.example").key);
        assert_eq!(by("@Anna").handle.as_deref(), Some("Anna"));
    }

    #[test]
    fn our_own_accounts_are_known_by_key_or_whole_handle() {
        let own = |id: Option<&str>, handle: Option<&str>| {
            let (author_id, author_handle) = (id.map(str::to_owned), handle.map(str::to_owned));
            new(Draft { author_id, author_handle, ..draft() }).own
        };
        assert!(own(Some("99"), None));
        assert!(own(Some("5"), Some("@WoonHuis")));
        assert!(own(None, Some("Webcare@woonhuis.example")));
        assert!(!own(Some("5"), Some("woonhuis@elsewhere.example")));
        assert!(!own(Some("9"), None));
    }

    #[test]
    fn an_empty_text_is_its_title_or_its_stars_or_nothing() {
        let empty = Draft { text: " \u{0}\n ".into(), ..draft() };
        let titled = new(Draft { title: Some("Kapot".into()), ..empty.clone() });
        assert_eq!(titled.text, "Kapot");
        let stars = Some(Stars { value: 1.0, best: 5.0, worst: 1.0 });
        assert_eq!(new(Draft { stars, ..empty.clone() }).text, "");
        assert_eq!(take(empty.clone(), None, NOW), Err(NoMention::Empty));
        // Stars off their scale say nothing.
        let stars = Some(Stars { value: 9.0, best: 5.0, worst: 1.0 });
        assert_eq!(take(Draft { stars, ..empty }, None, NOW), Err(NoMention::Empty));
        assert_eq!(take(Draft { external_id: " ".into(), ..draft() }, None, NOW), Err(NoMention::NoId));
    }

    #[test]
    fn long_texts_are_cut_between_letters_and_control_characters_go() {
        let m = new(Draft { text: "é".repeat(30_000), ..draft() });
        assert_eq!((m.text.chars().count(), m.repairs), (MAX_TEXT, vec![Repair::TextCut]));
        let m = new(Draft { text: "a\u{0}b\u{1b}[31m\r\nc\td \u{202e}x".into(), ..draft() });
        assert_eq!(m.text, "ab[31m\nc\td \u{202e}x");
        let m = new(Draft { author_name: Some("An\nna\u{7}".into()), ..draft() });
        assert_eq!(m.author.name, "Anna");
    }

    #[test]
    fn only_links_that_are_safe_to_follow_are_kept() {
        let link = |url: &str| new(Draft { permalink: Some(url.into()), ..draft() }).permalink;
        assert_eq!(link("HTTPS://town.example/p1").as_deref(), Some("HTTPS://town.example/p1"));
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(link("java\nscript:alert(1)"), None);
    }

    #[test]
    fn a_changed_text_is_a_revision_and_more_likes_are_not() {
        let m = new(draft());
        let liked = Draft { reach: crate::mention::Reach { likes: 50, ..Default::default() }, ..draft() };
        assert_eq!(take(liked, Some(&m), NOW), Ok(Intake::Unchanged));
        let edited = Draft { text: "De bank is stuk".into(), ..draft() };
        let Ok(Intake::Revised(second)) = take(edited, Some(&m), "2026-06-05 11:00") else { panic!() };
        assert_eq!((second.revision, second.edited, second.id), (2, Some(t("2026-06-05 11:00")), m.id));
    }

    #[test]
    fn a_post_that_is_gone_is_withdrawn_once_and_may_come_back() {
        let gone = Draft { withdrawn: true, text: String::new(), ..draft() };
        assert_eq!(take(gone.clone(), None, NOW), Ok(Intake::Unchanged));
        let m = new(draft());
        let Ok(Intake::Withdrawn(w)) = take(gone.clone(), Some(&m), NOW) else { panic!() };
        assert_eq!((w.withdrawn, w.text.as_str()), (Some(t(NOW)), "De bank is kapot"));
        assert_eq!(take(gone, Some(&w), NOW), Ok(Intake::Unchanged));
        let Ok(Intake::Revised(back)) = take(draft(), Some(&w), NOW) else { panic!() };
        assert_eq!((back.withdrawn, back.revision), (None, 1));
    }

    #[test]
    fn the_space_of_shared_ids_stays_with_a_mention() {
        let mut m = new(draft());
        m.space = Some(SourceId::parse("town-all").unwrap());
        let Ok(Intake::Revised(again)) = take(Draft { text: "x".into(), ..draft() }, Some(&m), NOW) else {
            panic!()
        };
        assert_eq!(again.space, m.space);
    }
}
