//! The inbound webhook: other programs push what they have.
//!
//! Taken are one JSON object or a list of them, JSON Lines, and CloudEvents 1.0 (structured and batch). Whether a
//! delivery is genuine is decided before, over the raw bytes (`gehoor_wire::signature`); here it is only read.

use gehoor_domain::mention::Channel;
use gehoor_wire::{Request, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;

use crate::item;
use crate::plug::{
    Back, Context, Cursor, Hints, Kind, Next, Page, ParseError, PlanError, Source, Warning, read_config,
};
use crate::raw;

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "webhook",
    about: "receives items from your own form, shop or another program, signed as Standard Webhooks",
    channel: Channel::Form,
    credential: "required: the signing secret, `whsec_…`",
    polled: false,
    example: r#"[[source]]
id = "shop-form"
kind = "webhook"
credential = "env:SHOP_FORM_SECRET"
"#,
    reach: "nothing: only what is sent from now on",
    recheck: 0,
    shared: None,
    every: SignedDuration::ZERO,
    build: |table| Ok(Box::new(read_config::<Webhook>(table)?)),
};

/// Items that are read of one delivery.
pub const MAX_ITEMS: usize = 10_000;

/// A webhook. It has no keys of its own.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {}

impl Webhook {
    /// Reads a delivery; `content_type` is the header of that name.
    ///
    /// # Errors
    /// [`ParseError::Shape`] when it is of another type, or not well-formed as a whole. A single bad item is a
    /// warning, and the rest is taken.
    pub fn read(&self, content_type: Option<&str>, body: &[u8]) -> Result<Page, ParseError> {
        let text = raw::bytes::mended_utf8(body);
        let text = text.trim_start_matches('\u{feff}');
        let mut page =
            Page { next: Next::CaughtUp(Cursor::default()), hints: Hints::default(), ..Page::default() };
        match form(content_type)? {
            Form::Lines => {
                for (at, line) in
                    text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()).take(MAX_ITEMS)
                {
                    let name = format!("line {}", at + 1);
                    match serde_json::from_str::<Value>(line) {
                        Ok(value) => take(&value, &name, &mut page),
                        Err(_) => page.warnings.push(Warning {
                            item: name,
                            problem: "is not well-formed JSON: it was left out".to_owned(),
                        }),
                    }
                }
            }
            Form::Json => {
                let value = serde_json::from_str::<Value>(text).map_err(|e| ParseError::Shape {
                    expected: "well-formed JSON",
                    found: format!("a mistake at line {} column {}", e.line(), e.column()),
                })?;
                match value {
                    Value::Array(items) => {
                        if items.len() > MAX_ITEMS {
                            page.warnings.push(Warning {
                                item: "the delivery".to_owned(),
                                problem: format!(
                                    "holds {} items: only the first {MAX_ITEMS} were read",
                                    items.len()
                                ),
                            });
                        }
                        for (at, value) in items.iter().take(MAX_ITEMS).enumerate() {
                            take(value, &format!("item {}", at + 1), &mut page);
                        }
                    }
                    one @ Value::Object(_) => take(&one, "item 1", &mut page),
                    _ => {
                        let found = "JSON that is neither an object nor a list".to_owned();
                        return Err(ParseError::Shape { expected: "one item or a list of items", found });
                    }
                }
            }
        }
        Ok(page)
    }
}

/// One item, bare or in the envelope of CloudEvents, into the page.
fn take(value: &Value, name: &str, page: &mut Page) {
    let is_event = value.get("specversion").is_some() && value.get("type").is_some();
    let inner = match is_event {
        true => value.get("data").unwrap_or(&Value::Null),
        false => value,
    };
    let mut warn = |problem: String| page.warnings.push(Warning { item: name.to_owned(), problem });
    let mut draft = match item::draft(inner) {
        Ok((draft, odd)) => {
            odd.iter().for_each(|problem| warn((*problem).to_owned()));
            draft
        }
        Err(problem) => return warn(format!("{problem}: it was left out")),
    };
    // source and id of an event are unique together; the item's own id is better, because it names the post.
    let has_id = inner.get("external_id").or_else(|| inner.get("id")).is_some_and(|id| !id.is_null());
    let event = (value.get("source").and_then(Value::as_str), value.get("id").and_then(Value::as_str));
    if is_event
        && !has_id
        && let (Some(source), Some(id)) = event
    {
        draft.external_id = format!("{source}#{id}");
    }
    if is_event && draft.published.is_none() {
        draft.published = value.get("time").and_then(Value::as_str).and_then(raw::when::lenient);
    }
    page.items.push(draft);
}

enum Form {
    Json,
    Lines,
}

/// Which form a content type means; none at all is taken for JSON.
fn form(content_type: Option<&str>) -> Result<Form, ParseError> {
    let essence = content_type.unwrap_or("application/json").split(';').next().unwrap_or_default();
    match essence.trim().to_ascii_lowercase().as_str() {
        "application/json"
        | "text/json"
        | "application/cloudevents+json"
        | "application/cloudevents-batch+json" => Ok(Form::Json),
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/x-jsonlines" => {
            Ok(Form::Lines)
        }
        _ => Err(ParseError::Shape {
            expected: "application/json, application/x-ndjson or application/cloudevents+json",
            found: "another content type".to_owned(),
        }),
    }
}

impl Source for Webhook {
    fn back(&self) -> Back {
        Back::Nothing
    }

    fn plan(&self, _cursor: &Cursor, _cx: &Context<'_>) -> Result<Request, PlanError> {
        Err(PlanError::Pushed)
    }

    fn parse(&self, _cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        self.read(response.header("content-type"), &response.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content_type: &str, body: &str) -> Page {
        Webhook::default().read(Some(content_type), body.as_bytes()).unwrap()
    }

    fn ids(page: &Page) -> Vec<&str> {
        page.items.iter().map(|i| i.external_id.as_str()).collect()
    }

    #[test]
    fn one_object_a_list_and_lines_give_the_same_items() {
        let (a, b) = (r#"{"external_id":"1","text":"a"}"#, r#"{"external_id":"2","text":"b"}"#);
        let list = read("application/json; charset=utf-8", &format!("[{a},{b}]"));
        let lines = read("application/x-ndjson", &format!("{a}\r\n\n{b}"));
        assert_eq!(list.items, lines.items);
        assert_eq!(read("application/json", a).items, list.items[..1]);
    }

    #[test]
    fn events_are_opened_and_named_by_source_and_id() {
        let event = r#"{"specversion":"1.0","type":"form.sent","source":"/form","id":"9","time":"2024-05-01T10:00:00Z","data":{"text":"a"}}"#;
        let own = event.replace(r#"{"text""#, r#"{"external_id":"x","text""#);
        let page = read("application/cloudevents-batch+json", &format!("[{event},{own}]"));
        assert_eq!(ids(&page), ["/form#9", "x"]);
        assert_eq!(page.items[0].published.unwrap().to_string(), "2024-05-01T10:00:00Z");
        assert_eq!(read("application/cloudevents+json", event).items, page.items[..1]);
    }

    #[test]
    fn a_bad_item_is_a_warning_and_the_rest_is_taken() {
        let page = read("application/x-ndjson", "{\"text\":\"a\"}\nno json\n{}\n{\"text\":\"b\"}");
        assert_eq!(page.items.len(), 2);
        insta::assert_json_snapshot!(page.warnings);
    }

    #[test]
    fn other_types_and_broken_json_are_refused_as_a_whole() {
        let hook = Webhook::default();
        assert!(hook.read(Some("text/html"), b"<html>").is_err());
        assert!(hook.read(Some("application/json"), b"{\"text\":").is_err());
        assert!(hook.read(Some("application/json"), b"7").is_err());
        assert_eq!(read("application/json", "[]").items, []);
    }

    #[test]
    fn a_webhook_is_never_polled() {
        let cx = Context { now: jiff::Timestamp::UNIX_EPOCH, credential: None };
        assert!(matches!(Webhook::default().plan(&Cursor::default(), &cx), Err(PlanError::Pushed)));
    }
}
