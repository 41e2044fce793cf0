//! Near-duplicates: the same complaint on two platforms, a post sent twice, a review that somebody copied. They are
//! linked to the text that was known first and counted once.
//!
//! Whether two texts are nearly the same is measured elsewhere (`gehoor_text::fingerprint`); here is decided what it
//! means. What customers say *again* is no copy: who posts the same words once more on the same platform, hours later,
//! is still waiting, and speaks again.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{AuthorKey, LocationId, MentionId, SourceId};
use crate::mention::{Author, Mention};

/// Further apart than this, texts are not compared.
pub const COMPARED_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// On one platform, the same words of one person after this are said again.
const SENT_TWICE_WITHIN: SignedDuration = SignedDuration::from_hours(1);
/// On other platforms, the same words of one person after this are said again.
const CROSS_POSTED_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Shorter texts of two people are alike by chance (`snel geleverd, goed verpakt, prima`), in words.
const WORDS_OF_TWO_PEOPLE: usize = 12;
/// Names shorter than this are shared by too many people, in letters.
const MIN_NAME: usize = 4;

/// Of which text a mention is a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOf {
    /// The text that was known first; never a copy itself.
    pub original: MentionId,
    /// Who copied it.
    pub by: Copier,
}

/// Who copied a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Copier {
    /// Its author, on another platform or by sending it twice.
    Author,
    /// Somebody else.
    Other,
}

/// What is kept of a text to recognise copies of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Which mention.
    pub id: MentionId,
    /// The platform, as [`Mention::space`].
    pub space: SourceId,
    /// Its author.
    pub author: AuthorKey,
    /// The names under which the author is known, in small letters.
    pub names: BTreeSet<String>,
    /// The shop it is about, where that is known.
    pub location: Option<LocationId>,
    /// When it was published.
    pub published: Timestamp,
    /// Its length, in words.
    pub words: usize,
    /// The text that it is a copy of.
    pub original: Option<MentionId>,
}

impl Trace {
    /// The trace of a mention of so many words about that shop.
    #[must_use]
    pub fn of(mention: &Mention, location: Option<&LocationId>, words: usize) -> Self {
        Self {
            id: mention.id.clone(),
            space: mention.space().clone(),
            author: mention.author.key.clone(),
            names: names(&mention.author),
            location: location.cloned(),
            published: mention.published,
            words,
            original: None,
        }
    }

    /// Whether this later one, whose words are nearly the same, is a copy; and whose.
    #[must_use]
    pub fn copied_by(&self, later: &Trace) -> Option<CopyOf> {
        let gap = later.published.max(self.published).duration_since(later.published.min(self.published));
        let elsewhere = matches!((&self.location, &later.location), (Some(a), Some(b)) if a != b);
        if self.id == later.id || elsewhere || gap > COMPARED_WITHIN {
            return None;
        }
        let same_platform = self.space == later.space;
        let by = if self.author == later.author || !self.names.is_disjoint(&later.names) {
            let within = if same_platform { SENT_TWICE_WITHIN } else { CROSS_POSTED_WITHIN };
            (gap <= within).then_some(Copier::Author)?
        } else {
            (self.words.min(later.words) >= WORDS_OF_TWO_PEOPLE).then_some(Copier::Other)?
        };
        let original = self.original.as_ref().unwrap_or(&self.id);
        // An original that is edited meets its own copies.
        (*original != later.id).then(|| CopyOf { original: original.clone(), by })
    }
}

/// Handle and name without what platforms add to them; names that too many people share are left out.
fn names(author: &Author) -> BTreeSet<String> {
    let handle = author.handle.as_deref().and_then(|h| h.trim_start_matches('@').split(['@', '.']).next());
    let clean = |name: &str| name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let all = [Some(author.name.as_str()), handle].into_iter().flatten().map(clean);
    all.filter(|name| name.chars().count() >= MIN_NAME && !NOBODY.contains(&name.as_str())).collect()
}

/// What platforms write when they name nobody.
const NOBODY: [&str; 9] =
    ["anoniem", "anonymous", "anonym", "anonyme", "gast", "guest", "klant", "customer", "consumer"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{mention, t};

    fn trace(source: &str, id: &str, author: &str, when: &str, words: usize) -> Trace {
        let mut post = mention(id, author, when);
        post.source = source.parse().unwrap();
        post.id = MentionId::derive(&post.source, id);
        post.author.key = AuthorKey(format!("{source}:{}", author.to_lowercase()));
        Trace::of(&post, None, words)
    }

    #[test]
    fn the_same_words_of_one_person_on_another_platform_are_a_copy() {
        let first = trace("mastodon", "1", "janneke82", "2026-11-20 10:00", 9);
        let mut second = trace("trustpilot", "9", "Janneke82", "2026-11-22 10:00", 9);
        let copy = first.copied_by(&second).unwrap();
        assert_eq!((copy.original, copy.by), (first.id.clone(), Copier::Author));
        second.published = t("2026-11-29 10:01");
        assert_eq!(first.copied_by(&second), None, "after a week it is said again");
    }

    #[test]
    fn the_same_words_on_the_same_platform_hours_later_are_said_again() {
        let first = trace("mastodon", "1", "janneke82", "2026-11-20 10:00", 20);
        let twice = trace("mastodon", "2", "janneke82", "2026-11-20 10:05", 20);
        let again = trace("mastodon", "3", "janneke82", "2026-11-20 14:00", 20);
        assert_eq!(first.copied_by(&twice).map(|c| c.by), Some(Copier::Author));
        assert_eq!(first.copied_by(&again), None);
    }

    #[test]
    fn short_words_of_two_people_are_alike_by_chance() {
        let first = trace("kiyoh", "1", "Petra V.", "2026-11-20 10:00", 11);
        let other = trace("kiyoh", "2", "Henk de Boer", "2026-11-20 12:00", 30);
        assert_eq!(first.copied_by(&other), None);
        let long = trace("kiyoh", "1", "Petra V.", "2026-11-20 10:00", 12);
        assert_eq!(long.copied_by(&other).map(|c| c.by), Some(Copier::Other));
    }

    #[test]
    fn two_people_without_a_name_are_two_people() {
        let first = trace("kiyoh", "1", "Anoniem", "2026-11-20 10:00", 8);
        let other = trace("trustpilot", "2", "anoniem", "2026-11-20 10:10", 8);
        assert_eq!(first.copied_by(&other), None);
    }

    #[test]
    fn words_about_two_shops_count_for_both() {
        let mut first = trace("google", "1", "Petra Visser", "2026-11-20 10:00", 20);
        let mut other = trace("google", "2", "Petra Visser", "2026-11-20 10:01", 20);
        (first.location, other.location) = ("zwolle".parse().ok(), "assen".parse().ok());
        assert_eq!(first.copied_by(&other), None);
    }

    #[test]
    fn a_copy_of_a_copy_points_to_the_first() {
        let first = trace("a", "1", "janneke82", "2026-11-20 10:00", 20);
        let mut second = trace("b", "2", "janneke82", "2026-11-20 10:01", 20);
        second.original = Some(first.id.clone());
        let third = trace("c", "3", "janneke82", "2026-11-20 10:02", 20);
        assert_eq!(second.copied_by(&third).map(|c| c.original), Some(first.id));
    }
}
