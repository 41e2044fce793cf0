//! One review of Trustpilot as drafts.

use gehoor_domain::mention::{Draft, PlaceHint, Reach, Stars};
use jiff::Timestamp;
use serde_json::Value;

use crate::raw::reply::{self, Company};
use crate::raw::{api, words};

/// The review, and what the company answered. `None` when it has no id, or says nothing.
///
/// Order numbers and mail addresses, which the private API adds, are not read.
pub(super) fn drafts(review: &Value, reply_as: Option<&str>) -> Option<Vec<Draft>> {
    let id = api::id(review, "id")?;
    // Reported reviews are hidden while they are looked into.
    let withdrawn = api::text(review, "reportData/reviewVisibility") == Some("hidden");
    let text = api::text(review, "text").map(words::tidy).unwrap_or_default();
    let title = api::text(review, "title").and_then(words::line).filter(|title| !begins_with(&text, title));
    let stars = stars(api::at(review, "stars"));
    if text.is_empty() && title.is_none() && stars.is_none() && !withdrawn {
        return None;
    }
    let name = api::text(review, "consumer/displayName").or_else(|| api::text(review, "consumer/name"));
    let published = api::date(review, "createdAt");
    let draft = Draft {
        permalink: Some(format!("https://www.trustpilot.com/reviews/{id}")),
        author_id: api::id(review, "consumer/id"),
        author_name: name.and_then(words::line),
        title,
        text,
        lang: api::text(review, "language").and_then(words::lang),
        published,
        edited: api::date(review, "updatedAt").filter(|at| published.is_some_and(|first| *at > first)),
        stars,
        thread: Some(id.clone()),
        reach: Reach { likes: api::count(review, "numberOfLikes"), ..Reach::default() },
        place: place(review),
        withdrawn,
        external_id: id,
        ..Draft::default()
    };
    let answer = company_reply(review, &draft, reply_as).map(|answer| Draft { withdrawn, ..answer });
    Some([draft].into_iter().chain(answer).collect())
}

/// 1 to 5; 0 means that there is none.
fn stars(value: &Value) -> Option<Stars> {
    let value = value.as_f64().filter(|value| (1.0..=5.0).contains(value))?;
    Some(Stars { value, best: 5.0, worst: 1.0 })
}

/// Titles are often made of the first words of the text.
fn begins_with(text: &str, title: &str) -> bool {
    let title = title.trim_end_matches(['…', '.', ' ']);
    words::line(text).is_some_and(|line| line.starts_with(title))
}

/// The location, which is pushed as its id alone, else the business unit: one key reads many of both.
fn place(review: &Value) -> Option<PlaceHint> {
    let (id, name) = match api::id(review, "location/id").or_else(|| api::id(review, "locationId")) {
        Some(id) => (id, api::text(review, "location/name")),
        None => (api::id(review, "businessUnit/id")?, api::text(review, "businessUnit/displayName")),
    };
    Some(PlaceHint { id: Some(format!("trustpilot:{id}")), name: name.and_then(words::line) })
}

fn company_reply(review: &Value, draft: &Draft, reply_as: Option<&str>) -> Option<Draft> {
    let handle = reply_as
        .or_else(|| api::text(review, "businessUnit/identifyingName"))
        .unwrap_or("trustpilot-company");
    let name = api::text(review, "businessUnit/displayName").and_then(words::line);
    let by = Company { handle: handle.to_owned(), name };
    let date = |name: &str| -> Option<Timestamp> { api::date(review, name) };
    let published = date("companyReply/createdAt");
    let answer = reply::to(draft, &by, api::text(review, "companyReply/text")?, published)?;
    Some(Draft { edited: date("companyReply/updatedAt").filter(|at| Some(*at) > published), ..answer })
}
