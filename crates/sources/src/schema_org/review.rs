//! One review, and what the owner answered to it, as drafts (<https://schema.org/Review>).

use gehoor_domain::mention::{Draft, PlaceHint, Reach, Stars};
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::graph::{Found, Graph, Node, types, values};
use super::microdata::PLAIN;
use crate::raw::{self, rating, when, words};

/// What is reviewed, but is no shop: its name says nothing about where.
const THINGS: [&str; 8] = [
    "Product",
    "ProductGroup",
    "IndividualProduct",
    "Offer",
    "Book",
    "Movie",
    "SoftwareApplication",
    "Event",
];

/// A review as read, before the page decides on its name.
pub(super) struct Reading {
    /// The review; its `external_id` is the digest of what it says.
    pub(super) draft: Draft,
    /// The name that the page gives it, if it gives one.
    pub(super) given: Option<String>,
    /// The name of what it is about.
    pub(super) item: Option<String>,
    /// What the owner answered.
    pub(super) replies: Vec<Draft>,
    /// What was not understood.
    pub(super) odd: Vec<&'static str>,
}

/// Reads one review. `None` when it says nothing at all.
pub(super) fn read(found: &Found<'_>, graph: &Graph<'_>, page: &Url) -> Option<Reading> {
    let review = found.review;
    let mut odd = Vec::new();
    let item = found.item.and_then(|item| line(item, graph, "name"));
    let title = ["headline", "name"].iter().find_map(|p| line(review, graph, p));
    let title = title.filter(|t| Some(t) != item.as_ref());
    let text = body(review, graph);
    let stars = stars(review, graph, &mut odd);
    if text.is_empty() && title.is_none() && stars.is_none() {
        return None;
    }
    let published = date(review, graph, &["datePublished", "dateCreated"], &mut odd);
    let edited = date(review, graph, &["dateModified"], &mut odd);
    let author = author(review, graph, page);
    let link = graph.text(review, "url").and_then(|u| raw::link(&u, Some(page)));
    let item_link = found.item.and_then(|i| graph.text(i, "url")).and_then(|u| raw::link(&u, Some(page)));
    // Many pages give every review the address of the page or of the product: that names none of them.
    let own_link = link.clone().filter(|l| *l != page.as_str() && Some(l) != item_link.as_ref());
    let day = published.map(|t| t.to_string()).unwrap_or_default();
    let who = author.name.clone().unwrap_or_default();
    let digest = raw::digest([item.as_deref().unwrap_or_default(), &who, &day, &text]);
    let given = id(review, page).or_else(|| own_link.clone()).or_else(|| identifier(review, graph));
    let is_place = found.item.is_some_and(|item| !types(item).any(|t| THINGS.contains(&t)));
    let draft = Draft {
        external_id: format!("review:{digest}"),
        permalink: own_link
            .or_else(|| id(review, page))
            .and_then(|l| raw::link(&l, None))
            .or(Some(page.to_string())),
        author_id: author.page.clone(),
        author_name: author.name,
        author_url: author.page,
        title,
        text,
        lang: graph.text(review, "inLanguage").and_then(|l| words::lang(&l)),
        published: published.or(edited),
        edited: edited.filter(|e| published.is_some_and(|p| *e > p)),
        stars,
        reach: reach(review, graph),
        place: item.clone().filter(|_| is_place).map(|name| PlaceHint { id: None, name: Some(name) }),
        ..Draft::default()
    };
    let replies =
        graph.nodes(review, "comment").iter().filter_map(|c| reply(c, graph, page, &draft)).collect();
    Some(Reading { draft, given, item, replies, odd })
}

/// A text of a node as plain text: JSON-LD may hold HTML and does not say so, microdata was read as text already.
fn plain(node: &Node, text: &str) -> String {
    match node.contains_key(PLAIN) {
        true => words::tidy(text),
        false => words::maybe_html(text),
    }
}

/// A property as one line.
fn line(node: &Node, graph: &Graph<'_>, property: &str) -> Option<String> {
    words::line(&plain(node, &graph.text(node, property)?))
}

/// The words of a review: its body, and what it lists as good and bad.
fn body(review: &Node, graph: &Graph<'_>) -> String {
    let body = ["reviewBody", "description", "text"].iter().find_map(|p| graph.text(review, p));
    let mut text = body.map(|b| plain(review, &b)).unwrap_or_default();
    for (property, sign) in [("positiveNotes", '+'), ("negativeNotes", '-')] {
        for note in notes(review, graph, property) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push(sign);
            text.push(' ');
            text.push_str(&note);
        }
    }
    text
}

/// Notes are texts, list items, or an `ItemList` of those.
fn notes(review: &Node, graph: &Graph<'_>, property: &str) -> Vec<String> {
    let listed = graph.nodes(review, property);
    let within = listed.iter().flat_map(|list| values(list, "itemListElement"));
    let texts = values(review, property).chain(within).filter_map(|value| match value {
        Value::String(text) => words::line(&plain(review, text)),
        Value::Object(item) => line(item, graph, "name"),
        _ => None,
    });
    texts.take(20).collect()
}

/// The overall rating: an object, a bare number, or the one of several that is not about an aspect.
fn stars(review: &Node, graph: &Graph<'_>, odd: &mut Vec<&'static str>) -> Option<Stars> {
    let property = if review.contains_key("reviewRating") { "reviewRating" } else { "rating" };
    let nodes = graph.nodes(review, property);
    let overall = nodes.iter().find(|n| !n.contains_key("reviewAspect")).or(nodes.first());
    let number = |node: &Node, name: &str| graph_number(node, name);
    let (value, best, worst) = match overall {
        Some(node) => {
            (graph.text(node, "ratingValue"), number(node, "bestRating"), number(node, "worstRating"))
        }
        None => (graph.text(review, property), None, None),
    };
    let stars = rating::stars(value.as_deref()?, best, worst);
    if stars.is_none() {
        odd.push("its rating is no number within its scale: it was left out");
    }
    stars
}

fn graph_number(node: &Node, name: &str) -> Option<f64> {
    values(node, name).find_map(|v| v.as_f64().or_else(|| rating::number(v.as_str()?)))
}

fn date(node: &Node, graph: &Graph<'_>, names: &[&str], odd: &mut Vec<&'static str>) -> Option<Timestamp> {
    let text = names.iter().find_map(|n| graph.text(node, n))?;
    let at = when::lenient(&text);
    if at.is_none() {
        odd.push("its date is not in a form that is known: it was left out");
    }
    at
}

struct Author {
    name: Option<String>,
    page: Option<String>,
}

/// A text, a person, several of them, or a reference.
fn author(node: &Node, graph: &Graph<'_>, page: &Url) -> Author {
    let name = line(node, graph, "author");
    let person = graph.nodes(node, "author").first().copied();
    let url = person.and_then(|p| graph.text(p, "url").or_else(|| graph.text(p, "sameAs")));
    Author { name, page: url.and_then(|u| raw::link(&u, Some(page))).filter(|u| u != page.as_str()) }
}

/// The `@id`, made absolute. `_:b0` is a name within the document only, and the page itself names no review.
fn id(node: &Node, page: &Url) -> Option<String> {
    let id = node.get("@id").and_then(Value::as_str).map(str::trim).filter(|id| !id.is_empty())?;
    if id.starts_with("_:") {
        return None;
    }
    let absolute = page.join(id).map_or_else(|_| id.to_owned(), String::from);
    (absolute != page.as_str()).then_some(absolute)
}

fn identifier(node: &Node, graph: &Graph<'_>) -> Option<String> {
    let plain = values(node, "identifier").find_map(|v| match v {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    let within = || graph.nodes(node, "identifier").iter().find_map(|n| graph.text(n, "value"));
    plain.filter(|id| !id.is_empty()).or_else(within)
}

fn reach(review: &Node, graph: &Graph<'_>) -> Reach {
    let mut reach = Reach::default();
    for counter in graph.nodes(review, "interactionStatistic") {
        let kind = graph.text(counter, "interactionType").unwrap_or_default();
        let count =
            graph_number(counter, "userInteractionCount").filter(|n| (0.0..1e15).contains(n)).unwrap_or(0.0);
        // The range above makes the conversion exact.
        let count = format!("{count:.0}").parse().unwrap_or(0);
        match kind.rsplit('/').next().unwrap_or_default() {
            "LikeAction" | "VoteAction" | "AgreeAction" => reach.likes = count,
            "ShareAction" => reach.shares = count,
            "CommentAction" | "ReplyAction" => reach.replies = count,
            _ => {}
        }
    }
    reach
}

/// An answer under a review, by the owner in practice. Without a name of its own it is told by what it says; the
/// page gives it the review's name later.
fn reply(comment: &Node, graph: &Graph<'_>, page: &Url, review: &Draft) -> Option<Draft> {
    let text = ["text", "description", "name"].iter().find_map(|p| graph.text(comment, p));
    let text = plain(comment, &text?);
    if text.is_empty() {
        return None;
    }
    let author = author(comment, graph, page);
    // Pages that do not say who answered mean the shop that was reviewed.
    let shop = || review.place.as_ref().and_then(|p| p.name.clone());
    let published = date(comment, graph, &["dateCreated", "datePublished"], &mut Vec::new());
    let link =
        graph.text(comment, "url").and_then(|u| raw::link(&u, Some(page))).filter(|l| l != page.as_str());
    Some(Draft {
        external_id: id(comment, page).or_else(|| link.clone()).unwrap_or_default(),
        permalink: link.or_else(|| review.permalink.clone()),
        author_id: author.page.clone(),
        author_name: author.name.or_else(shop),
        author_url: author.page,
        lang: graph.text(comment, "inLanguage").and_then(|l| words::lang(&l)).or_else(|| review.lang.clone()),
        published,
        place: review.place.clone(),
        text,
        ..Draft::default()
    })
}
