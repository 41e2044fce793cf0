//! One item in Gehoor's own JSON form: what the webhook takes and what a JSON Lines file may hold.
//!
//! ```json
//! {"external_id":"abc","kind":"review","url":"https://…","title":"…","text":"…","lang":"nl",
//!  "author":{"id":"…","name":"…","handle":"…","url":"…"},"created_at":"2024-05-01T10:00:00Z","edited_at":null,
//!  "rating":{"value":2,"best":5,"worst":1},"unit":"haarlem","thread":null,"in_reply_to":null,
//!  "reach":{"followers":0,"likes":0,"shares":0,"replies":0},"deleted":false}
//! ```
//! Only `text` or `rating` has to be there. Other keys are ignored: senders have their own.

use gehoor_domain::mention::{Channel, Draft, PlaceHint, Reach};
use serde_json::Value;

use crate::raw::{self, rating, when, words};

/// The channel that a `kind` or channel name means: our own names, and `post` and `call`.
pub(crate) fn channel(kind: &str) -> Option<Channel> {
    match kind.trim().to_ascii_lowercase().as_str() {
        "post" => Some(Channel::Microblog),
        "call" => Some(Channel::Form),
        other => Channel::parse(other),
    }
}

/// Reads one item. The second value says what was not understood, each without repeating it.
///
/// # Errors
/// What is missing, for people.
pub(crate) fn draft(item: &Value) -> Result<(Draft, Vec<&'static str>), &'static str> {
    if !item.is_object() {
        return Err("is no JSON object");
    }
    let mut odd = Vec::new();
    let text = text(item, "text").map(|t| words::tidy(&t)).unwrap_or_default();
    let title = self::text(item, "title").and_then(|t| words::line(&t));
    let withdrawn = item.get("deleted").and_then(Value::as_bool).unwrap_or(false);
    let stars = item.get("rating").filter(|r| !r.is_null()).map(stars);
    if stars == Some(None) {
        odd.push("`rating` is no number within its scale");
    }
    let stars = stars.flatten();
    let id = self::text(item, "external_id").or_else(|| self::text(item, "id"));
    if text.is_empty() && title.is_none() && stars.is_none() && !(withdrawn && id.is_some()) {
        return Err("has neither `text` nor `rating`");
    }
    let author = item.get("author").unwrap_or(&Value::Null);
    let author_name = self::text(author, "name").or_else(|| author.as_str().map(str::to_owned));
    let handle = self::text(author, "handle").map(|h| h.trim_start_matches('@').to_owned());
    let channel = self::text(item, "kind").map(|kind| channel(&kind));
    if channel == Some(None) {
        odd.push("`kind` is unknown: the channel of the source is used");
    }
    let published = date(item, "created_at", &mut odd);
    let edited = date(item, "edited_at", &mut odd);
    let permalink = self::text(item, "url").and_then(|u| raw::link(&u, None));
    let at = published.map(|t| t.to_string()).unwrap_or_default();
    let external_id = id.unwrap_or_else(|| {
        let who = handle.as_deref().or(author_name.as_deref()).unwrap_or_default();
        raw::digest([who, at.as_str(), title.as_deref().unwrap_or_default(), text.as_str()])
    });
    let reach = item.get("reach").unwrap_or(&Value::Null);
    let count = |name: &str| reach.get(name).and_then(Value::as_u64).unwrap_or(0);
    let draft = Draft {
        external_id,
        permalink,
        author_id: self::text(author, "id").or_else(|| handle.clone()),
        author_name: author_name.and_then(|n| words::line(&n)),
        author_handle: handle,
        author_url: self::text(author, "url").and_then(|u| raw::link(&u, None)),
        channel: channel.flatten(),
        title,
        text,
        lang: self::text(item, "lang").as_deref().and_then(words::lang),
        published,
        edited,
        stars,
        thread: self::text(item, "thread"),
        in_reply_to: self::text(item, "in_reply_to"),
        reach: Reach {
            followers: count("followers"),
            likes: count("likes"),
            shares: count("shares"),
            replies: count("replies"),
        },
        place: self::text(item, "unit").map(|unit| place(&unit)),
        withdrawn,
        own: false,
    };
    Ok((draft, odd))
}

/// A shop as others name it: `platform:id`, or the name that the location has in the configuration.
pub(crate) fn place(unit: &str) -> PlaceHint {
    let id = if unit.contains(':') { unit.to_owned() } else { format!("location:{unit}") };
    PlaceHint { id: Some(id), name: None }
}

fn date(item: &Value, name: &'static str, odd: &mut Vec<&'static str>) -> Option<jiff::Timestamp> {
    let text = text(item, name)?;
    let at = when::lenient(&text);
    if at.is_none() {
        odd.push(match name {
            "created_at" => "`created_at` is no date: write it as in RFC 3339",
            _ => "`edited_at` is no date: write it as in RFC 3339",
        });
    }
    at
}

fn stars(given: &Value) -> Option<gehoor_domain::mention::Stars> {
    let number =
        |name: &str| given.get(name).and_then(|n| n.as_f64().or_else(|| rating::number(n.as_str()?)));
    let value = if given.is_object() { text(given, "value") } else { text_of(given) };
    rating::stars(&value?, number("best"), number("worst"))
}

fn text(of: &Value, name: &str) -> Option<String> {
    of.get(name).and_then(text_of)
}

/// Text, or a number as text; `None` when nothing is left.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_item_with_every_field_is_read() {
        let (draft, odd) = draft(&json!({
            "external_id": 7, "kind": "review", "url": "https://x.example/7", "title": "Bank", "text": "Kapot\r\n",
            "lang": "nl-NL", "author": {"id": "a1", "name": "Jan", "handle": "@jan"},
            "created_at": "2024-05-01T10:00:00+02:00", "rating": {"value": "2,5", "best": 10, "worst": 0},
            "unit": "haarlem", "in_reply_to": "6", "reach": {"likes": 3}, "raw": {"x": 1}
        }))
        .unwrap();
        assert!(odd.is_empty(), "{odd:?}");
        insta::assert_json_snapshot!(draft);
    }

    #[test]
    fn the_same_item_without_an_id_gets_the_same_name() {
        let item = json!({"text": "Kapot", "author": "Jan"});
        assert_eq!(draft(&item).unwrap().0.external_id, draft(&item).unwrap().0.external_id);
        assert_ne!(
            draft(&item).unwrap().0.external_id,
            draft(&json!({"text": "Kapot"})).unwrap().0.external_id
        );
    }

    #[test]
    fn what_is_not_understood_is_said_and_the_rest_is_kept() {
        let (draft, odd) =
            draft(&json!({"text": "x", "kind": "fax", "rating": 9, "created_at": "gisteren"})).unwrap();
        assert_eq!(odd.len(), 3);
        assert_eq!((draft.text.as_str(), draft.stars, draft.published), ("x", None, None));
    }

    #[test]
    fn an_item_that_says_nothing_is_refused_but_a_deletion_is_not() {
        for item in [json!({}), json!({"text": "  "}), json!([]), json!("text")] {
            assert!(draft(&item).is_err(), "{item}");
        }
        assert!(draft(&json!({"external_id": "1", "deleted": true})).unwrap().0.withdrawn);
    }
}
