//! All reviews of a page: each once, under a name that is the same at the next poll.

use std::collections::BTreeMap;

use gehoor_domain::mention::Draft;
use serde_json::Value;
use url::Url;

use super::graph::Graph;
use super::review::{self, Reading};
use crate::plug::Warning;
use crate::raw;

/// Reads the reviews of a page and the answers under them.
pub(super) fn drafts(nodes: &[Value], page: &Url, warnings: &mut Vec<Warning>) -> Vec<Draft> {
    let graph = Graph::new(nodes);
    let mut readings = Vec::new();
    for (at, found) in graph.reviews(nodes).iter().enumerate() {
        let name = format!("review {}", at + 1);
        match review::read(found, &graph, page) {
            Some(reading) => {
                warnings.extend(
                    reading
                        .odd
                        .iter()
                        .map(|problem| Warning { item: name.clone(), problem: (*problem).to_owned() }),
                );
                readings.push(reading);
            }
            None => warnings.push(Warning {
                item: name,
                problem: "has neither text nor rating: it was left out".to_owned(),
            }),
        }
    }
    drop_shared_names(&mut readings);
    let mut out: Vec<Draft> = Vec::new();
    for reading in united(readings) {
        let mut review = reading.draft;
        if let Some(given) = reading.given {
            review.external_id = given;
        }
        review.thread = Some(review.external_id.clone());
        for mut reply in reading.replies {
            if reply.external_id.is_empty() {
                reply.external_id =
                    format!("{}#reply-{}", review.external_id, raw::digest([reply.text.as_str()]));
            }
            reply.thread = Some(review.external_id.clone());
            reply.in_reply_to = Some(review.external_id.clone());
            out.push(reply);
        }
        out.push(review);
    }
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|draft| seen.insert(draft.external_id.clone()));
    out
}

/// A name that stands on two reviews that say different things names neither.
fn drop_shared_names(readings: &mut [Reading]) {
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    let mut shared = Vec::new();
    for reading in readings.iter() {
        let Some(given) = &reading.given else { continue };
        let words = words(reading);
        if said.entry(given.clone()).or_insert_with(|| words.clone()) != &words {
            shared.push(given.clone());
        }
    }
    for reading in readings.iter_mut().filter(|r| r.given.as_ref().is_some_and(|g| shared.contains(g))) {
        reading.given = None;
    }
}

/// The same review told twice (as JSON-LD and as microdata, by itself and within its item) becomes one. Two reviews
/// with names of their own are never united, however alike they are.
fn united(readings: Vec<Reading>) -> Vec<Reading> {
    let mut out: Vec<Reading> = Vec::new();
    let mut by_words: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for reading in readings {
        let words = words(&reading);
        let alike = by_words.entry(words).or_default();
        let same =
            alike.iter().copied().find(|at| out.get(*at).is_some_and(|known| is_same(known, &reading)));
        match same.and_then(|at| out.get_mut(at)) {
            Some(known) => fill(known, reading),
            None => {
                alike.push(out.len());
                out.push(reading);
            }
        }
    }
    out
}

fn is_same(one: &Reading, other: &Reading) -> bool {
    let compatible = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    compatible(&one.given, &other.given) && compatible(&one.item, &other.item)
}

/// What tells reviews apart when names do not: author, day, words, white space evened out.
fn words(reading: &Reading) -> String {
    let draft = &reading.draft;
    let text: Vec<&str> = draft.text.split_whitespace().collect();
    let day = draft.published.map(|t| t.to_string().chars().take(10).collect::<String>()).unwrap_or_default();
    raw::digest([draft.author_name.as_deref().unwrap_or_default(), day.as_str(), text.join(" ").as_str()])
}

/// Takes from the second telling what the first lacks.
fn fill(known: &mut Reading, other: Reading) {
    let (draft, more) = (&mut known.draft, other.draft);
    if known.item.is_none() && other.item.is_some() {
        // The digest counts the item: both orders of the two tellings must give the same name.
        draft.external_id = more.external_id;
        draft.place = more.place;
        known.item = other.item;
    }
    if known.given.is_none() && other.given.is_some() {
        known.given = other.given;
        draft.permalink = more.permalink;
    }
    draft.title = draft.title.take().or(more.title);
    draft.stars = draft.stars.or(more.stars);
    draft.lang = draft.lang.take().or(more.lang);
    draft.edited = draft.edited.or(more.edited);
    draft.author_url = draft.author_url.take().or(more.author_url);
    draft.author_id = draft.author_id.take().or(more.author_id);
    if known.replies.is_empty() {
        known.replies = other.replies;
    }
}
