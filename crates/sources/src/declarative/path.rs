//! Where something stands in JSON: `data.items`, `replies.0.text`, `@id` — and texts made of several such places.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

/// Names and numbers, separated by points. Empty is the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(super) struct Path(Vec<String>);

impl From<String> for Path {
    fn from(text: String) -> Self {
        Self(text.split('.').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }
}

impl Path {
    /// What stands there, unless it is null.
    pub(super) fn value<'a>(&self, of: &'a Value) -> Option<&'a Value> {
        let found = self.0.iter().try_fold(of, |at, name| match at {
            Value::Array(list) => list.get(name.parse::<usize>().ok()?),
            other => other.get(name),
        });
        found.filter(|value| !value.is_null())
    }

    /// The text or number that stands there, as text.
    pub(super) fn text<'a>(&self, of: &'a Value) -> Option<Cow<'a, str>> {
        text_of(self.value(of)?)
    }
}

fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(Cow::Borrowed),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(bool) => Some(bool.to_string().into()),
        _ => None,
    }
}

/// A text: a path, a template with paths in braces, or the first of several that is there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Written")]
pub(super) struct Texts(Vec<Piece>);

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Written {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Path(Path),
    /// Texts and paths in turn, beginning with a text.
    Template(Vec<(String, Option<Path>)>),
}

impl From<Written> for Texts {
    fn from(written: Written) -> Self {
        let all = match written {
            Written::One(one) => vec![one],
            Written::Several(several) => several,
        };
        Self(all.into_iter().map(piece).collect())
    }
}

fn piece(text: String) -> Piece {
    if !text.contains('{') {
        return Piece::Path(Path::from(text));
    }
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (path, further) = after.split_once('}').unwrap_or((after, ""));
        parts.push((before.to_owned(), Some(Path::from(path.to_owned()))));
        rest = further;
    }
    parts.push((rest.to_owned(), None));
    Piece::Template(parts)
}

impl Texts {
    /// The first text that is there. A template is there when all of its paths are; in an address what is filled in
    /// is encoded, so that it stays one part of it.
    pub(super) fn text<'a>(&self, of: &'a Value) -> Option<Cow<'a, str>> {
        self.0.iter().find_map(|piece| match piece {
            Piece::Path(path) => path.text(of),
            Piece::Template(parts) => filled(parts, of).map(Cow::Owned),
        })
    }

    /// The first value that is there, of a path only.
    pub(super) fn value<'a>(&self, of: &'a Value) -> Option<&'a Value> {
        self.0.iter().find_map(|piece| match piece {
            Piece::Path(path) => path.value(of),
            Piece::Template(_) => None,
        })
    }
}

fn filled(parts: &[(String, Option<Path>)], of: &Value) -> Option<String> {
    let is_address = parts.first().is_some_and(|(text, _)| text.starts_with("http"));
    let mut out = String::new();
    for (text, path) in parts {
        out.push_str(text);
        let Some(path) = path else { continue };
        let value = path.text(of)?;
        match is_address {
            true => out.extend(url::form_urlencoded::byte_serialize(value.as_bytes())),
            false => out.push_str(&value),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_goes_through_objects_and_lists() {
        let of = json!({"a": [{"b": 7}, {"b": " x "}], "n": null});
        let text = |path: &str| Path::from(path.to_owned()).text(&of).map(Cow::into_owned);
        assert_eq!((text("a.0.b").as_deref(), text("a.1.b").as_deref()), (Some("7"), Some("x")));
        assert_eq!((text("a.2.b"), text("n"), text("a"), text("a.x.b")), (None, None, None, None));
    }

    #[test]
    fn a_template_is_filled_whole_or_not_at_all() {
        let of = json!({"id": "a/b?c", "shop": 3});
        let text = |written: &str| {
            let texts: Texts = serde_json::from_str(written).unwrap();
            texts.text(&of).map(Cow::into_owned)
        };
        assert_eq!(text(r#""https://x.example/{id}""#).as_deref(), Some("https://x.example/a%2Fb%3Fc"));
        assert_eq!(text(r#""shop {shop}, {id}.""#).as_deref(), Some("shop 3, a/b?c."));
        assert_eq!(text(r#"["{no}", "no", "shop"]"#).as_deref(), Some("3"));
        assert_eq!(text(r#""https://x.example/{no}""#), None);
    }
}
