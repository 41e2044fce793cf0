//! Finds the reviews among nodes, with what each is about.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A node: an object with a type and properties.
pub(super) type Node = Map<String, Value>;

/// A review and what it is about.
pub(super) struct Found<'a> {
    /// The review.
    pub(super) review: &'a Node,
    /// What it is about, when the page says so.
    pub(super) item: Option<&'a Node>,
}

/// Types that are reviews by customers (<https://schema.org/Review> and below). `ClaimReview` checks facts in news.
const REVIEWS: [&str; 7] = [
    "Review",
    "UserReview",
    "CriticReview",
    "EmployerReview",
    "MediaReview",
    "Recommendation",
    "ProductReview",
];

/// All nodes of a page, with those that have a name.
pub(super) struct Graph<'a> {
    by_id: BTreeMap<&'a str, &'a Node>,
}

impl<'a> Graph<'a> {
    /// Takes note of every node that has an `@id`; of two with the same, the fuller one.
    pub(super) fn new(nodes: &'a [Value]) -> Self {
        let mut graph = Self { by_id: BTreeMap::new() };
        nodes.iter().for_each(|node| graph.note(node));
        graph
    }

    fn note(&mut self, value: &'a Value) {
        match value {
            Value::Array(list) => list.iter().for_each(|v| self.note(v)),
            Value::Object(node) => {
                if let Some(id) = node.get("@id").and_then(Value::as_str)
                    && self.by_id.get(id).is_none_or(|known| known.len() < node.len())
                {
                    self.by_id.insert(id, node);
                }
                node.values().for_each(|v| self.note(v));
            }
            _ => {}
        }
    }

    /// The node itself, or the one that a bare `{"@id": …}` names.
    pub(super) fn resolve(&self, node: &'a Node) -> &'a Node {
        let is_reference = node.keys().all(|k| matches!(k.as_str(), "@id" | "@type"));
        let named = node.get("@id").and_then(Value::as_str).filter(|_| is_reference);
        named.and_then(|id| self.by_id.get(id).copied()).unwrap_or(node)
    }

    /// The nodes of a property: one or several, references resolved.
    pub(super) fn nodes(&self, of: &'a Node, property: &str) -> Vec<&'a Node> {
        values(of, property).filter_map(Value::as_object).map(|node| self.resolve(node)).collect()
    }

    /// The first text or number of a property; of an item within it, its name.
    pub(super) fn text(&self, of: &'a Node, property: &str) -> Option<String> {
        values(of, property).find_map(|value| {
            let text = match value {
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                Value::Object(node) if node.contains_key("@value") => {
                    node.get("@value").and_then(Value::as_str)?.trim().to_owned()
                }
                Value::Object(node) => self.resolve(node).get("name").and_then(first_text)?,
                _ => return None,
            };
            (!text.is_empty()).then_some(text)
        })
    }

    /// Every review below these nodes, each once.
    pub(super) fn reviews(&self, nodes: &'a [Value]) -> Vec<Found<'a>> {
        let mut found: Vec<Found<'a>> = Vec::new();
        let mut pending: Vec<(&'a Value, Option<&'a Node>, bool)> =
            nodes.iter().rev().map(|n| (n, None, false)).collect();
        let mut met: BTreeMap<*const Node, usize> = BTreeMap::new();
        while let Some((value, about, listed)) = pending.pop() {
            match value {
                Value::Array(list) => pending.extend(list.iter().rev().map(|v| (v, about, listed))),
                Value::Object(node) => {
                    let node = if listed { self.resolve(node) } else { node };
                    let review =
                        is_review(node) || listed && types(node).next().is_none() && says_something(node);
                    if review {
                        let item = self.nodes(node, "itemReviewed").first().copied().or(about);
                        match met.get(&std::ptr::from_ref(node)) {
                            Some(at) => {
                                if let Some(known) = found.get_mut(*at) {
                                    known.item = known.item.or(item);
                                }
                                continue;
                            }
                            None => {
                                met.insert(std::ptr::from_ref(node), found.len());
                                found.push(Found { review: node, item });
                            }
                        }
                    }
                    for (name, value) in node.iter().rev() {
                        match name.as_str() {
                            "review" | "reviews" => pending.push((value, Some(node), true)),
                            "@reverse" => {
                                let of = value.get("itemReviewed");
                                pending.extend(of.map(|v| (v, Some(node), true)));
                            }
                            _ if value.is_object() || value.is_array() => pending.push((value, None, false)),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// The names of the types of a node, without prefix or address.
pub(super) fn types(node: &Node) -> impl Iterator<Item = &str> {
    values(node, "@type").filter_map(Value::as_str).map(|t| t.rsplit(['/', ':', '#']).next().unwrap_or(t))
}

/// A reference, even with a type beside it, is no node of its own.
fn says_something(node: &Node) -> bool {
    node.keys().any(|k| !k.starts_with('@'))
}

fn is_review(node: &Node) -> bool {
    types(node).any(|t| REVIEWS.contains(&t)) && says_something(node)
}

/// The values of a property: one, several, or none; also under a prefix such as `schema:`.
pub(super) fn values<'a>(of: &'a Node, property: &str) -> impl Iterator<Item = &'a Value> {
    let value = of.get(property).or_else(|| of.get(&format!("schema:{property}")));
    let (one, list) = match value {
        Some(Value::Array(list)) => (None, Some(list)),
        other => (other, None),
    };
    one.into_iter().chain(list.into_iter().flatten()).filter(|v| !v.is_null())
}

fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Array(list) => list.iter().find_map(first_text),
        _ => None,
    }
}
