//! Notifications of platforms, described in configuration: where in the mail the author stands, the stars, the text.
//!
//! Expressions are those of the crate `regex`, which take no longer than the text is long. The first group that took
//! part is what is meant, or the whole match where there is none. They are tried on the subject and the plain text
//! (`Subject\n\ntext`), then on the same with the text of the HTML; for links also on the addresses that the HTML
//! leads to.

use gehoor_domain::mention::{Channel, Draft, Stars};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::letter::Letter;
use super::senders::Senders;
use crate::plug::BadConfig;
use crate::raw::{self, rating, words};

/// A compiled expression is at most so large, so that a configuration cannot use up the memory.
const LARGEST: usize = 1024 * 1024;

/// `[[source.pattern]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    name: String,
    from: Vec<String>,
    #[serde(default)]
    subject: Option<String>,
    text: String,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    stars: Option<String>,
    #[serde(default)]
    best: Option<f64>,
    #[serde(default)]
    permalink: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    channel: Option<String>,
}

/// One kind of notification.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) name: String,
    pub(super) from: Senders,
    subject: Option<Regex>,
    text: Regex,
    author: Option<Regex>,
    title: Option<Regex>,
    stars: Option<Regex>,
    best: Option<f64>,
    permalink: Option<Regex>,
    id: Option<Regex>,
    place: Option<Regex>,
    channel: Option<Channel>,
}

/// What a notification says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) author: Option<String>,
    pub(super) title: Option<String>,
    pub(super) stars: Option<Stars>,
    pub(super) permalink: Option<String>,
    pub(super) id: Option<String>,
    pub(super) place: Option<String>,
}

impl Pattern {
    pub(super) fn new(config: Config) -> Result<Self, BadConfig> {
        let name = config.name;
        let read = |key: &str, text: &str| {
            let built = RegexBuilder::new(text).size_limit(LARGEST).multi_line(true).build();
            built.map_err(|error| {
                // The last line says what is wrong; those above draw a picture of it.
                let said = error.to_string();
                let why = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                BadConfig(format!("`{key}` of the pattern `{name}` is no expression: {why}"))
            })
        };
        let some = |key: &str, text: &Option<String>| text.as_deref().map(|text| read(key, text)).transpose();
        let channel = match config.channel.as_deref() {
            None => None,
            Some(text) => Some(Channel::parse(text).ok_or_else(|| {
                let all: Vec<&str> = Channel::ALL.iter().map(|channel| channel.as_str()).collect();
                BadConfig(format!("`channel` of the pattern `{name}` is none of {}", all.join(", ")))
            })?),
        };
        Ok(Self {
            from: Senders::new(&format!("from` of the pattern `{name}"), &config.from)?,
            subject: some("subject", &config.subject)?,
            text: read("text", &config.text)?,
            author: some("author", &config.author)?,
            title: some("title", &config.title)?,
            stars: some("stars", &config.stars)?,
            best: config.best,
            permalink: some("permalink", &config.permalink)?,
            id: some("id", &config.id)?,
            place: some("place", &config.place)?,
            channel,
            name,
        })
    }

    /// Whether it is about this mail at all.
    pub(super) fn is_about(&self, letter: &Letter) -> bool {
        let subject = letter.subject.as_deref().unwrap_or_default();
        self.from.have(&letter.from.address)
            && self.subject.as_ref().is_none_or(|wanted| wanted.is_match(subject))
    }

    /// Reads a notification. None when it holds no text as described.
    pub(super) fn read(&self, letter: &Letter) -> Option<Found> {
        let subject = letter.subject.as_deref().unwrap_or_default();
        [&letter.plain, &letter.from_html].into_iter().filter(|text| !text.trim().is_empty()).find_map(
            |text| {
                let whole = format!("{subject}\n\n{}", text.replace("\r\n", "\n"));
                self.read_in(&whole, letter)
            },
        )
    }

    fn read_in(&self, whole: &str, letter: &Letter) -> Option<Found> {
        let find = |wanted: &Option<Regex>| first(wanted.as_ref()?, whole);
        let text = words::tidy(first(&self.text, whole)?);
        if text.is_empty() {
            return None;
        }
        let linked = |wanted: &Option<Regex>| {
            let wanted = wanted.as_ref()?;
            first(wanted, whole).or_else(|| letter.links.iter().find_map(|link| first(wanted, link)))
        };
        Some(Found {
            text,
            author: find(&self.author).and_then(words::line),
            title: find(&self.title).and_then(words::line),
            stars: find(&self.stars).and_then(|text| rating::stars(text, self.best, None)),
            permalink: linked(&self.permalink).and_then(|text| raw::link(text, None)),
            id: linked(&self.id).and_then(words::line),
            place: find(&self.place).and_then(words::line),
        })
    }

    /// Puts what was found in the place of what the mail itself says.
    pub(super) fn fill(&self, draft: &mut Draft, found: Found) {
        if let Some(id) = found.id {
            draft.external_id = format!("{}:{id}", self.name);
        }
        // The sender is the platform and no customer; whoever wrote it has no address here.
        (draft.author_id, draft.author_handle) = (None, None);
        draft.author_name = found.author;
        draft.title = found.title.or(draft.title.take());
        draft.text = found.text;
        draft.stars = found.stars;
        // What is told about one complaint in several mails is one conversation.
        draft.thread = found.permalink.clone().or_else(|| Some(draft.external_id.clone()));
        draft.in_reply_to = None;
        draft.permalink = found.permalink;
        draft.channel = self.channel;
        if let Some(place) = found.place {
            draft.place.get_or_insert_default().name = Some(place);
        }
    }
}

/// The first group that took part, or the whole match.
fn first<'t>(wanted: &Regex, text: &'t str) -> Option<&'t str> {
    let found = wanted.captures(text)?;
    let group = found.iter().skip(1).flatten().next().or(found.get(0))?;
    Some(group.as_str())
}
