//! What the fields of an item are called, and how it becomes a draft.

use std::borrow::Cow;

use gehoor_domain::mention::{Draft, PlaceHint, Reach, Stars};
use gehoor_text::plain::from_html;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use super::path::Texts;
use crate::plug::BadConfig;
use crate::raw::{self, rating, when, words};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    Plain,
    Html,
    #[default]
    Auto,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scale {
    best: Option<f64>,
    worst: Option<f64>,
}

/// What the fields are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    id: Option<Texts>,
    title: Option<Texts>,
    text: Option<Texts>,
    author: Option<Texts>,
    author_id: Option<Texts>,
    author_handle: Option<Texts>,
    author_url: Option<Texts>,
    lang: Option<Texts>,
    date: Option<Texts>,
    edited: Option<Texts>,
    rating: Option<Texts>,
    permalink: Option<Texts>,
    thread: Option<Texts>,
    parent: Option<Texts>,
    location: Option<Texts>,
    location_name: Option<Texts>,
    deleted: Option<Texts>,
    likes: Option<Texts>,
    replies: Option<Texts>,
    shares: Option<Texts>,
    followers: Option<Texts>,
}

pub(super) struct Fields {
    names: Names,
    zone: TimeZone,
    format: Format,
    scale: Scale,
    platform: Option<String>,
}

impl Fields {
    pub(super) fn new(
        names: Names,
        zone: Option<&str>,
        format: Format,
        scale: Scale,
        platform: Option<String>,
    ) -> Result<Self, BadConfig> {
        if names.text.is_none() && names.rating.is_none() {
            return Err(BadConfig(
                "`fields.text` is missing: name the field that holds the words".to_owned(),
            ));
        }
        let zone = match zone {
            Some(name) => TimeZone::get(name).map_err(|_| {
                BadConfig(format!("`zone`: `{name}` is no time zone such as Europe/Amsterdam"))
            })?,
            None => TimeZone::UTC,
        };
        Ok(Self { names, zone, format, scale, platform })
    }

    /// One item, and what was not understood of it.
    pub(super) fn draft(&self, item: &Value) -> Result<(Draft, Vec<String>), &'static str> {
        let names = &self.names;
        let mut odd = Vec::new();
        let text = get(names.text.as_ref(), item).map(|text| self.plain(&text)).unwrap_or_default();
        let title = get(names.title.as_ref(), item).and_then(|title| words::line(&self.plain(&title)));
        let given_stars = get(names.rating.as_ref(), item);
        let stars = given_stars.as_deref().and_then(|given| self.stars(given));
        if given_stars.is_some() && stars.is_none() {
            odd.push("`rating` is no number within its scale: it was left out".to_owned());
        }
        let withdrawn = names.deleted.as_ref().and_then(|deleted| deleted.value(item)).is_some_and(is_true);
        let given_id = get(names.id.as_ref(), item);
        if text.is_empty() && title.is_none() && stars.is_none() && !(withdrawn && given_id.is_some()) {
            return Err("has neither text nor rating");
        }
        if given_id.is_none() && names.id.is_some() {
            return Err("has no id where `fields.id` says");
        }
        let published = self.date("date", names.date.as_ref(), item, &mut odd);
        let edited = self.date("edited", names.edited.as_ref(), item, &mut odd);
        let author = get(names.author.as_ref(), item).and_then(|name| words::line(&name));
        let handle = get(names.author_handle.as_ref(), item).map(|h| h.trim_start_matches('@').to_owned());
        let external_id = given_id.map(Cow::into_owned).unwrap_or_else(|| {
            let day = published.map(|at| at.to_string()).unwrap_or_default();
            let who = handle.as_deref().or(author.as_deref()).unwrap_or_default();
            raw::digest([who, &day, title.as_deref().unwrap_or_default(), &text])
        });
        let link = |names: Option<&Texts>| get(names, item).and_then(|link| raw::link(&link, None));
        let count = |names: Option<&Texts>| get(names, item).and_then(|n| n.parse().ok()).unwrap_or(0);
        let draft = Draft {
            external_id,
            permalink: link(names.permalink.as_ref()),
            author_id: get(names.author_id.as_ref(), item).map(Cow::into_owned).or_else(|| handle.clone()),
            author_name: author,
            author_handle: handle,
            author_url: link(names.author_url.as_ref()),
            title,
            text,
            lang: get(names.lang.as_ref(), item).and_then(|lang| words::lang(&lang)),
            published,
            edited: edited.filter(|at| published.is_none_or(|first| *at > first)),
            stars,
            thread: get(names.thread.as_ref(), item).map(Cow::into_owned),
            in_reply_to: get(names.parent.as_ref(), item).map(Cow::into_owned),
            reach: Reach {
                followers: count(names.followers.as_ref()),
                likes: count(names.likes.as_ref()),
                shares: count(names.shares.as_ref()),
                replies: count(names.replies.as_ref()),
            },
            place: self.place(item),
            withdrawn,
            ..Draft::default()
        };
        Ok((draft, odd))
    }

    fn plain(&self, text: &str) -> String {
        match self.format {
            Format::Plain => words::tidy(text),
            Format::Html => from_html(text),
            Format::Auto => words::maybe_html(text),
        }
    }

    fn stars(&self, given: &str) -> Option<Stars> {
        rating::stars(given, self.scale.best, self.scale.worst)
    }

    fn date(
        &self,
        key: &str,
        names: Option<&Texts>,
        item: &Value,
        odd: &mut Vec<String>,
    ) -> Option<Timestamp> {
        let given = get(names, item)?;
        let at = when::in_zone(&given, &self.zone);
        if at.is_none() {
            odd.push(format!("`{key}` is no date in a form that is known: it was left out"));
        }
        at
    }

    fn place(&self, item: &Value) -> Option<PlaceHint> {
        let id = get(self.names.location.as_ref(), item).map(|unit| match &self.platform {
            Some(platform) if !unit.contains(':') => format!("{platform}:{unit}"),
            Some(_) => unit.into_owned(),
            None => crate::item::place(&unit).id.unwrap_or_default(),
        });
        let name = get(self.names.location_name.as_ref(), item).and_then(|name| words::line(&name));
        (id.is_some() || name.is_some()).then_some(PlaceHint { id, name })
    }
}

fn get<'a>(names: Option<&Texts>, item: &'a Value) -> Option<Cow<'a, str>> {
    names?.text(item)
}

/// A flag, or anything that stands for one: a date of the deletion, the word `deleted`.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => {
            !matches!(text.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "active")
        }
        _ => false,
    }
}
