//! Microdata as JSON-LD nodes (<https://html.spec.whatwg.org/multipage/microdata.html>).

use std::collections::{BTreeMap, BTreeSet};

use gehoor_text::plain::from_html;
use scraper::{ElementRef, Html};
use serde_json::{Map, Value};

use super::elements;

/// A mark on nodes whose texts are plain already: what looks like a tag in them was typed by somebody.
pub(super) const PLAIN: &str = "@plain";
/// Items within items that are followed.
const MOST_LEVELS: usize = 16;
/// Elements that are looked at in all, counting again what several `itemref` lead to.
const MOST_STEPS: usize = 200_000;

/// Every item of a page that is no property of another.
pub(super) fn items(html: &Html) -> Vec<Value> {
    let is_item = |e: &ElementRef<'_>| e.attr("itemscope").is_some() && e.attr("itemprop").is_none();
    let roots: Vec<ElementRef<'_>> = elements(html).filter(is_item).collect();
    if roots.is_empty() {
        return Vec::new();
    }
    let mut reader = Reader { by_id: BTreeMap::new(), steps: 0 };
    for element in elements(html) {
        if let Some(id) = element.attr("id") {
            reader.by_id.entry(id).or_insert(element);
        }
    }
    roots.into_iter().map(|root| reader.item(root, 0)).collect()
}

struct Reader<'a> {
    by_id: BTreeMap<&'a str, ElementRef<'a>>,
    steps: usize,
}

impl<'a> Reader<'a> {
    /// One item with its properties: those below it, and those below what `itemref` names.
    fn item(&mut self, scope: ElementRef<'a>, level: usize) -> Value {
        let mut node: Map<String, Value> = Map::new();
        let types = scope.attr("itemtype").unwrap_or_default().split_ascii_whitespace();
        node.insert("@type".to_owned(), types.map(Value::from).collect());
        node.insert(PLAIN.to_owned(), Value::Bool(true));
        if let Some(id) = scope.attr("itemid") {
            node.insert("@id".to_owned(), Value::from(id.trim()));
        }
        let mut pending: Vec<ElementRef<'a>> = scope.child_elements().collect();
        let referred = scope.attr("itemref").unwrap_or_default().split_ascii_whitespace();
        pending.extend(referred.filter_map(|id| self.by_id.get(id).copied()));
        pending.reverse();
        let mut seen = BTreeSet::from([scope.id()]);
        while let Some(element) = pending.pop() {
            self.steps += 1;
            if self.steps > MOST_STEPS || !seen.insert(element.id()) {
                continue;
            }
            let is_scope = element.attr("itemscope").is_some();
            if let Some(names) = element.attr("itemprop") {
                let value = match is_scope {
                    true if level < MOST_LEVELS => self.item(element, level + 1),
                    true => Value::Null,
                    false => value(element),
                };
                for name in names.split_ascii_whitespace() {
                    let name = name.rsplit('/').next().unwrap_or(name);
                    if let Some(list) =
                        node.entry(name).or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
                    {
                        list.push(value.clone());
                    }
                }
            }
            if !is_scope {
                let at = pending.len();
                pending.extend(element.child_elements());
                if let Some(added) = pending.get_mut(at..) {
                    added.reverse();
                }
            }
        }
        Value::Object(node)
    }
}

/// The value of a property that is no item.
fn value(element: ElementRef<'_>) -> Value {
    let given = match element.value().name() {
        "a" | "link" | "area" => element.attr("href"),
        "img" | "audio" | "video" | "source" | "embed" | "iframe" | "track" => element.attr("src"),
        "object" => element.attr("data"),
        "data" | "meter" => element.attr("value"),
        "time" => element.attr("datetime"),
        _ => None,
    };
    // `content` belongs on `meta` only, but is found everywhere and always means the value.
    let given = element.attr("content").or(given);
    Value::from(given.map_or_else(|| from_html(&element.inner_html()), |text| text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(html: &str, expected: &Value) {
        let found = Value::from(items(&Html::parse_document(html))).to_string();
        let found: Value = serde_json::from_str(&found.replace("\"@plain\":true,", "")).unwrap();
        assert_eq!(&found, expected, "{html}");
    }

    #[test]
    fn properties_are_read_by_the_rules_of_their_elements() {
        check(
            r#"<div itemscope itemtype="https://schema.org/Review" itemid="r1"><meta itemprop="a" content="1"><a itemprop="b" href="/x">t</a>
               <time itemprop="c" datetime="2024-05-01">gisteren</time><time itemprop="d">2024</time><data itemprop="e" value="4">vier</data>
               <p itemprop="f g">een<br>twee</p><span itemprop="h" content="5">★</span></div>"#,
            &json!([{"@type": ["https://schema.org/Review"], "@id": "r1", "a": ["1"], "b": ["/x"], "c": ["2024-05-01"],
                    "d": ["2024"], "e": ["4"], "f": ["een\ntwee"], "g": ["een\ntwee"], "h": ["5"]}]),
        );
    }

    #[test]
    fn items_within_items_and_references_are_followed() {
        check(
            r#"<div itemscope itemref="x y"><p><b itemprop="a" itemscope><i itemprop="b">1</i></b></p></div>
               <p id="x"><i itemprop="c">2</i></p><i id="y" itemprop="d">3</i>"#,
            &json!([{"@type": [], "a": [{"@type": [], "b": ["1"]}], "c": ["2"], "d": ["3"]}]),
        );
    }

    #[test]
    fn references_in_a_ring_and_endless_nesting_end() {
        check(
            r#"<div id="a" itemscope itemref="a"><i itemprop="x">1</i></div>"#,
            &json!([{"@type": [], "x": ["1"]}]),
        );
        let html = format!("<div itemscope>{}", "<div itemprop=x itemscope>".repeat(2_000));
        assert_eq!(items(&Html::parse_document(&html)).len(), 1);
        let ring = r#"<p id="a" itemprop="q" itemscope itemref="b"></p><p id="b" itemprop="q" itemscope itemref="a"></p><p itemscope itemref="a b"></p>"#;
        assert_eq!(items(&Html::parse_document(ring)).len(), 1);
    }
}
