//! Our public replies as values: written here, checked, approved where the company asks for it, sent by Gehoor or by
//! hand. See [`crate::decide::reply()`] for what happens to them.
//!
//! The text of a reply stands in its case and nowhere else; the outbox row that sends it holds its number. An internal
//! note is no reply and cannot become one (rule 2): nothing but [`Reply::text`] is ever sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::case::{Case, CaseMention, Voice};
use crate::ids::{CaseId, EffectKey, MentionId, OutletId, ReplyId, UserId};

/// Where a reply stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum ReplyState {
    /// Written; a second person has to agree first.
    Awaiting {
        /// Since when.
        since: Timestamp,
    },
    /// The second person said no. The author may change it and offer it again.
    Rejected {
        /// When.
        at: Timestamp,
        /// Who.
        by: UserId,
        /// Why.
        reason: String,
    },
    /// In the outbox.
    Sending {
        /// Since when.
        since: Timestamp,
    },
    /// Somebody posts it there by hand; it counts when that is confirmed, or when it is found at the source.
    ByHand {
        /// Since when.
        since: Timestamp,
    },
    /// It stands in public.
    Sent {
        /// When.
        at: Timestamp,
        /// The platform's own id of it, as a source would name it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Where people read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// The platform does not take it.
    Refused {
        /// When.
        at: Timestamp,
        /// Why, in words for people; never the text of a customer.
        why: String,
    },
}

impl ReplyState {
    /// The name used in records, keys and locale keys.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            ReplyState::Awaiting { .. } => "awaiting",
            ReplyState::Rejected { .. } => "rejected",
            ReplyState::Sending { .. } => "sending",
            ReplyState::ByHand { .. } => "by_hand",
            ReplyState::Sent { .. } => "sent",
            ReplyState::Refused { .. } => "refused",
        }
    }
    /// Its author may still change it.
    #[must_use]
    pub fn is_open_to_change(&self) -> bool {
        matches!(self, ReplyState::Awaiting { .. } | ReplyState::Rejected { .. })
    }
    /// A person has to do something, or something is on its way: such replies are listed.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        !matches!(self, ReplyState::Sent { .. })
    }
}

/// One public reply of ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Its number within the case.
    pub id: ReplyId,
    /// The key of its row in the outbox; a new one for every time that a person sends it.
    pub key: EffectKey,
    /// The post that it answers.
    pub to: MentionId,
    /// Its text, with the signature.
    pub text: String,
    /// Who wrote it.
    pub by: UserId,
    /// When it was written.
    pub written: Timestamp,
    /// Through which channel it is sent; none when somebody posts it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<OutletId>,
    /// Who agreed to it, where a second person has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<UserId>,
    /// What the check warned of and the author ticked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticked: Vec<String>,
    /// Our own post, once it was found at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<MentionId>,
    /// How often a person sent it.
    #[serde(default)]
    pub sends: u32,
    /// Where it stands.
    pub state: ReplyState,
}

/// A reply that is being written: kept beside the case, one a person, so that nothing is lost and nobody's page is out of
/// date because a colleague types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyDraft {
    /// The post that it is to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<MentionId>,
    /// As typed so far.
    pub text: String,
    /// When it was kept.
    pub at: Timestamp,
}

/// All that a channel needs to place a reply, added at the moment of delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReplyTask {
    /// Which case.
    pub case: CaseId,
    /// The whole text, ours.
    pub text: String,
    /// The language it is written in, ISO 639-1, where that is known.
    pub lang: Option<String>,
    /// The platform's own id of the post that is answered.
    pub to: String,
    /// Where people read that post.
    pub permalink: Option<String>,
    /// The conversation, as the source names it.
    pub thread: Option<String>,
    /// What that post answers itself.
    pub in_reply_to: Option<String>,
    /// The platform's own id of the shop, `platform:id`.
    pub place: Option<String>,
    /// The customer's handle (for mail: the address), without the leading `@`.
    pub handle: Option<String>,
    /// The title or subject of the post.
    pub title: Option<String>,
}

/// How a platform counts the length of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Every letter is one.
    Letters,
    /// As Mastodon: a link is 23, and of a handle the name alone counts.
    Mastodon,
    /// What people see as one sign is one, as Bluesky counts.
    Graphemes,
    /// As X: a link is 23, and signs beyond the Latin and Greek ones are two.
    X,
    /// Bytes of UTF-8.
    Bytes,
}

impl Measure {
    /// The name used in records, pages and keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Letters => "letters",
            Measure::Mastodon => "mastodon",
            Measure::Graphemes => "graphemes",
            Measure::X => "x",
            Measure::Bytes => "bytes",
        }
    }
}

/// How long a reply may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Length {
    /// How it is counted.
    pub by: Measure,
    /// The most.
    pub most: usize,
}

/// What a building block may name, and what stands for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filling {
    /// `{first_name}`.
    pub first_name: Option<String>,
    /// `{name}`: the customer's name as shown.
    pub name: Option<String>,
    /// `{location}`: the shop.
    pub location: Option<String>,
    /// `{brand}`.
    pub brand: Option<String>,
    /// `{agent}`: the name of who writes.
    pub agent: Option<String>,
    /// `{initials}` of who writes.
    pub initials: Option<String>,
}

impl Filling {
    /// The names that may stand in braces.
    pub const NAMES: [&'static str; 6] = ["first_name", "name", "location", "brand", "agent", "initials"];

    fn of(&self, name: &str) -> Option<&str> {
        match name {
            "first_name" => self.first_name.as_deref(),
            "name" => self.name.as_deref(),
            "location" => self.location.as_deref(),
            "brand" => self.brand.as_deref(),
            "agent" => self.agent.as_deref(),
            "initials" => self.initials.as_deref(),
            _ => None,
        }
    }
}

/// The text with what is known in the place of its names in braces; what is not known stays, for the check to find.
#[must_use]
pub fn fill(text: &str, filling: &Filling) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = after.split_once('}').and_then(|(name, tail)| Some((filling.of(name.trim())?, tail)));
        match known {
            Some((value, tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Names in braces that are still in a text.
#[must_use]
pub fn unfilled(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else { continue };
        if Filling::NAMES.contains(&name.trim()) {
            found.push(format!("{{{}}}", name.trim()));
        }
    }
    found
}

/// How to speak to somebody of that name: the first word of a name of letters; nothing for an account's name such as
/// `klant_1987`, for initials, and for words that are no name.
#[must_use]
pub fn first_name(shown: &str) -> Option<String> {
    let first = shown.split_whitespace().next()?.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = first.chars().count();
    let is_name = first.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
        && first.chars().next().is_some_and(char::is_uppercase)
        && (2..=20).contains(&letters)
        && first.chars().skip(1).any(char::is_lowercase);
    (is_name && !is_nobody(first)).then(|| first.to_owned())
}

/// How somebody is addressed: by first name where there is one, else by the name as shown; nothing for a name that stands
/// for nobody, such as `Anoniem`.
#[must_use]
pub fn addressed(shown: &str) -> Option<String> {
    let nobody = shown.split_whitespace().next().is_none_or(is_nobody);
    first_name(shown).or_else(|| (!nobody).then(|| shown.split_whitespace().collect::<Vec<_>>().join(" ")))
}

fn is_nobody(word: &str) -> bool {
    const NOBODY: [&str; 9] =
        ["anoniem", "anonymous", "anonym", "anonyme", "klant", "customer", "google", "gebruiker", "user"];
    NOBODY.contains(&word.to_lowercase().as_str())
}

/// The initials of a name: `Eva de Vries` is `EV`, small words left out; at most three.
#[must_use]
pub fn initials(name: &str) -> String {
    let parts = name.split(|c: char| c.is_whitespace() || c == '-').filter(|p| !p.is_empty());
    let great: String =
        parts.clone().filter_map(|p| p.chars().next().filter(|c| c.is_uppercase())).take(3).collect();
    if !great.is_empty() {
        return great;
    }
    parts.filter_map(|p| p.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

/// The text with `^` and initials at its end, unless some stand there.
#[must_use]
pub fn signed(text: &str, initials: &str) -> String {
    let text = text.trim();
    let is_signed = text.rsplit(char::is_whitespace).next().is_some_and(|last| {
        last.strip_prefix('^').is_some_and(|rest| !rest.is_empty() && rest.chars().count() <= 4)
    });
    if initials.is_empty() || is_signed || text.is_empty() {
        text.to_owned()
    } else {
        format!("{text} ^{initials}")
    }
}

/// Whether a post of ours is that reply: the same letters and digits in the same order, whatever was done to blanks,
/// marks, links and case, and with no more than a few handles around it.
#[must_use]
pub fn same_words(ours: &str, found: &str) -> bool {
    let squeeze = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let (ours, found) = (squeeze(ours), squeeze(found));
    if ours.is_empty() {
        return false;
    }
    ours == found || (ours.len() >= 12 && found.contains(&ours) && found.len() <= ours.len() + 200)
}

impl Case {
    /// A reply by its number.
    #[must_use]
    pub fn reply(&self, id: ReplyId) -> Option<&Reply> {
        self.replies.iter().find(|r| r.id == id)
    }
    /// The post that is answered unless somebody chooses another: of what the customer said and we did not answer, the
    /// latest that asks something, else the latest. When all is answered, a further reply goes below the post that our
    /// last one answered.
    #[must_use]
    pub fn to_answer(&self) -> Option<&MentionId> {
        let said =
            || self.mentions.iter().rev().filter(|m| m.voice == Voice::Customer && m.withdrawn.is_none());
        let open = || said().filter(|m| !self.is_answered(m));
        let last = || {
            let sent = self.replies.iter().filter(|r| matches!(r.state, ReplyState::Sent { .. }));
            let to = sent.max_by_key(|r| r.written).map(|r| &r.to)?;
            said().find(|m| m.id == *to)
        };
        let found = open().find(|m| m.wants_answer).or_else(|| open().next());
        found.or_else(last).or_else(|| said().next()).map(|m| &m.id)
    }
    /// Whether a reply of ours came after that post: written when it had been seen, or to it or a later one; or a post of
    /// ours that was found and was published after it.
    fn is_answered(&self, post: &CaseMention) -> bool {
        let by_reply = self.replies.iter().filter(|r| matches!(r.state, ReplyState::Sent { .. })).any(|r| {
            let later = self.mention(&r.to).is_some_and(|to| to.at >= post.at);
            later || (post.seen <= r.written && post.at <= r.written)
        });
        let known = |m: &CaseMention| self.replies.iter().any(|r| r.mention.as_ref() == Some(&m.id));
        let ours = self.mentions.iter().filter(|m| m.voice == Voice::Us && m.withdrawn.is_none());
        by_reply || ours.filter(|m| !known(m)).any(|m| m.at >= post.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_known_is_filled_in_and_what_is_not_is_found() {
        let filling = Filling {
            first_name: Some("Jan".into()),
            location: Some("Bouwhoek Zwolle".into()),
            ..Filling::default()
        };
        let text = fill("Beste {first_name}, in {location} {name} {x} {", &filling);
        assert_eq!(text, "Beste Jan, in Bouwhoek Zwolle {name} {x} {");
        assert_eq!(unfilled(&text), ["{name}"]);
    }

    #[test]
    fn only_a_name_is_a_first_name() {
        for (shown, name) in [
            ("Jan de Vries", Some("Jan")),
            ("Anne-Marie", Some("Anne-Marie")),
            ("klant_1987", None),
            ("J. Jansen", None),
            ("Anoniem", None),
            ("BOZE KLANT", None),
            ("", None),
            ("Łukasz K.", Some("Łukasz")),
        ] {
            assert_eq!(first_name(shown).as_deref(), name, "{shown}");
        }
    }

    #[test]
    fn who_has_no_first_name_is_addressed_by_the_name_as_shown_and_nobody_by_none() {
        for (shown, name) in [
            ("Anna Bakker", Some("Anna")),
            ("klant_1987", Some("klant_1987")),
            ("J. Jansen", Some("J. Jansen")),
            ("Anoniem", None),
            ("Google gebruiker", None),
            ("  ", None),
        ] {
            assert_eq!(addressed(shown).as_deref(), name, "{shown}");
        }
    }

    #[test]
    fn a_reply_is_signed_once() {
        assert_eq!(initials("Eva de Vries"), "EV");
        assert_eq!(initials("eva"), "E");
        let once = signed("Vervelend. ", "EV");
        assert_eq!(once, "Vervelend. ^EV");
        assert_eq!(signed(&once, "EV"), once);
        assert_eq!(signed("Vervelend.", ""), "Vervelend.");
    }

    #[test]
    fn our_own_post_is_known_whatever_the_platform_did_to_its_form() {
        let ours = "Beste Jan, we bellen je vandaag. https://bouwhoek.example/hulp ^EV";
        assert!(
            same_words(
                ours,
                "@jan@town.example Beste Jan,\n\nwe bellen je vandaag.  bouwhoek.example/hulp ^EV"
            ) || same_words(ours, "@jan Beste Jan, we bellen je vandaag. https://bouwhoek.example/hulp ^EV")
        );
        assert!(!same_words(ours, "Beste Jan, we bellen je morgen. ^EV"));
        assert!(!same_words("Oké", "Oké, wij kijken ernaar"));
        assert!(!same_words("!!", "!!"));
    }

    proptest! {
        #[test]
        fn filling_in_never_fails_and_leaves_texts_without_braces_alone(text in "\\PC{0,80}") {
            let filled = fill(&text, &Filling::default());
            prop_assert_eq!(&filled, &text);
            let _ = unfilled(&text);
            let _ = first_name(&text);
            let twice = signed(&signed(&text, "EV"), "EV");
            prop_assert_eq!(&twice, &signed(&text, "EV"));
        }
    }
}
