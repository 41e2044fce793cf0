//! How the pages of an unknown API go on.

use gehoor_wire::Response;
use gehoor_wire::link::{link, same_origin};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::path::Path;
use crate::plug::BadConfig;

/// Cursors and addresses of next pages are not believed for longer.
const PLACE_HOLDS: SignedDuration = SignedDuration::from_mins(30);
/// Offsets go back by this, so that an item that is deleted meanwhile hides none.
const OVERLAP: usize = 3;

/// What stands in `[source.paging]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    #[serde(default)]
    style: Style,
    param: Option<String>,
    first: Option<u64>,
    size: Option<usize>,
    size_param: Option<String>,
    next: Option<Path>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Style {
    /// One page.
    #[default]
    One,
    /// A number.
    Page,
    /// How many items to pass over.
    Offset,
    /// A text out of the answer.
    Cursor,
    /// The `Link` header.
    Link,
    /// An address in the answer.
    Next,
}

impl Paging {
    pub(super) fn check(&self) -> Result<(), BadConfig> {
        let missing = |key: &str| Err(BadConfig(format!("`paging.{key}` is missing: this style needs it")));
        match self.style {
            Style::Page | Style::Offset if self.param.is_none() => missing("param"),
            Style::Offset if self.size.is_none_or(|size| size == 0) => missing("size"),
            Style::Cursor if self.param.is_none() => missing("param"),
            Style::Cursor | Style::Next if self.next.is_none() => missing("next"),
            _ => Ok(()),
        }
    }

    pub(super) fn place_holds(&self) -> Option<SignedDuration> {
        matches!(self.style, Style::Cursor | Style::Link | Style::Next).then_some(PLACE_HOLDS)
    }

    /// The address of a page; `place` is what [`Self::next`] gave.
    pub(super) fn address(&self, base: &Url, place: Option<&str>) -> Url {
        let mut url = base.clone();
        if let (Some(param), Some(size)) = (&self.size_param, self.size) {
            set(&mut url, param, &size.to_string());
        }
        let param = self.param.as_deref().unwrap_or_default();
        match (self.style, place) {
            (Style::Page, place) => {
                set(&mut url, param, place.unwrap_or(&self.first.unwrap_or(1).to_string()));
            }
            (Style::Offset, place) => set(&mut url, param, place.unwrap_or("0")),
            (Style::Cursor, Some(place)) => set(&mut url, param, place),
            // Whole addresses are followed at the same host only: a credential goes along.
            (Style::Link | Style::Next, Some(place)) => {
                if let Ok(next) = base.join(place)
                    && same_origin(&next, base)
                {
                    return next;
                }
            }
            _ => {}
        }
        url
    }

    /// Where the next page is; `None` when this one, of `count` items, was the last.
    pub(super) fn next(
        &self,
        place: Option<&str>,
        base: &Url,
        body: &Value,
        count: usize,
        response: &Response,
    ) -> Option<String> {
        // A page that is not full is the last one, where it is known what full is.
        let is_full = count > 0 && self.size.is_none_or(|size| count >= size);
        match self.style {
            Style::One => None,
            Style::Page => {
                let page = place.and_then(|place| place.parse().ok()).unwrap_or(self.first.unwrap_or(1));
                is_full.then(|| page.saturating_add(1).to_string())
            }
            Style::Offset => {
                let offset: usize = place.and_then(|place| place.parse().ok()).unwrap_or(0);
                let step = count.saturating_sub(OVERLAP).max(1);
                is_full.then(|| offset.saturating_add(step).to_string())
            }
            Style::Cursor => self.next.as_ref()?.text(body).map(|next| next.into_owned()),
            Style::Link => {
                let next = link(&response.headers, &response.url, "next")?;
                same_origin(&next, base).then(|| next.to_string())
            }
            Style::Next => {
                let next = response.url.join(&self.next.as_ref()?.text(body)?).ok()?;
                same_origin(&next, base).then(|| next.to_string())
            }
        }
    }
}

/// Sets a parameter, in the place of one of the same name.
fn set(url: &mut Url, name: &str, value: &str) {
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(other, _)| other != name)
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, value);
}
