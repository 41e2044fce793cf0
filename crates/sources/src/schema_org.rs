//! Review pages that say in schema.org's words what they show: JSON-LD and microdata.
//!
//! Both notations become the same nodes ([`json_ld`], [`microdata`]); [`graph`] finds the reviews among them in
//! either direction (a review that names its item, an item that lists its reviews), [`review`] reads one. Pages list
//! only some reviews in any order, so nothing is ever concluded from an absence.

mod graph;
mod json_ld;
mod microdata;
mod page;
mod review;

use gehoor_domain::mention::Channel;
use gehoor_wire::link::{link, same_origin};
use gehoor_wire::{Request, Response};
use http::HeaderValue;
use http::header::ACCEPT;
use jiff::SignedDuration;
use scraper::{ElementRef, Html};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Next, Page, ParseError, PlanError, Source, Warning,
    read_config,
};
use crate::raw::{self, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "reviews",
    about: "a page that carries its reviews as schema.org JSON-LD or microdata",
    channel: Channel::Review,
    credential: "none",
    polled: true,
    example: r#"[[source]]
id = "reviews-haarlem"
kind = "reviews"
url = "https://reviews.example/shops/haarlem"
# pages = 1             # how many pages are followed by `rel=next`, at most 50
"#,
    reach: "what stands on the page now; deletions are not seen",
    recheck: 0,
    shared: None,
    every: SignedDuration::from_hours(1),
    build: |table| Ok(Box::new(Reviews::new(&read_config(table)?)?)),
};

/// Bytes of a page that are read.
const MAX_PAGE: usize = 5 * 1024 * 1024;
/// Pages that one poll may follow.
const MOST_PAGES: u32 = 50;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    url: String,
    #[serde(default = "one")]
    pages: u32,
}

fn one() -> u32 {
    1
}

struct Reviews {
    url: Url,
    pages: u32,
}

/// The cursor: which page is next, and a digest of the first page, so that old pages are not asked for again and
/// again while nothing new stands on the first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    next: Option<Url>,
    read: u32,
    first: Option<String>,
}

impl Reviews {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        if !(1..=MOST_PAGES).contains(&config.pages) {
            return Err(BadConfig(format!("`pages` must be 1 to {MOST_PAGES}")));
        }
        Ok(Self { url: raw::address("url", &config.url)?, pages: config.pages })
    }
}

impl Source for Reviews {
    fn back(&self) -> Back {
        Back::Shown
    }

    fn plan(&self, cursor: &Cursor, _cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: State = raw::state(cursor)?;
        // A cursor of another address, left by a change of the configuration, leads nowhere else.
        let next = state.next.filter(|next| same_origin(next, &self.url));
        let mut request = Request::get(next.unwrap_or_else(|| self.url.clone()));
        request.headers.insert(ACCEPT, HeaderValue::from_static("text/html, application/xhtml+xml;q=0.9"));
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let mut state: State = raw::state_for_parse(cursor)?;
        let mut warnings = Vec::new();
        let text = raw::bytes::to_text(&response.body, response.header("content-type"));
        let mut cut = text.len().min(MAX_PAGE);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        if cut < text.len() {
            let problem = format!("is larger than {MAX_PAGE} bytes: the rest was not read");
            warnings.push(Warning { item: "the page".to_owned(), problem });
        }
        let text = text.get(..cut).unwrap_or_default();
        let html = Html::parse_document(text);

        let blocks = json_ld::blocks(&html);
        let scopes = microdata::items(&html);
        warnings.extend(blocks.warnings);
        if blocks.nodes.is_empty() && scopes.is_empty() {
            let found = match blocks.count {
                0 => format!("{} without either", words::what_is(text)),
                _ => "JSON-LD that is not well-formed".to_owned(),
            };
            return Err(ParseError::Shape { expected: "a page with schema.org JSON-LD or microdata", found });
        }
        let nodes: Vec<_> = blocks.nodes.into_iter().chain(scopes).collect();
        let items = page::drafts(&nodes, &response.url, &mut warnings);
        if items.is_empty() && warnings.is_empty() {
            let problem = "has schema.org mark-up, but no review in it".to_owned();
            warnings.push(Warning { item: "the page".to_owned(), problem });
        }

        let this = raw::digest(items.iter().flat_map(|i| [i.external_id.as_str(), i.text.as_str()]));
        let unchanged = state.read == 0 && state.first.as_deref() == Some(this.as_str());
        if state.read == 0 {
            state.first = Some(this);
        }
        state.read += 1;
        state.next = next_page(&html, response).filter(|next| {
            !unchanged && state.read < self.pages && *next != response.url && same_origin(next, &self.url)
        });
        let next = match state.next {
            Some(_) => Next::More(raw::cursor(&state)),
            None => Next::CaughtUp(raw::cursor(&State { first: state.first, ..State::default() })),
        };
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }
}

/// Where the page says that the next one is: `Link` header, `<link rel=next>` or `<a rel=next>`.
fn next_page(html: &Html, response: &Response) -> Option<Url> {
    let in_header = link(&response.headers, &response.url, "next");
    in_header.or_else(|| {
        let is_next = |e: &ElementRef<'_>| {
            matches!(e.value().name(), "a" | "link")
                && e.attr("rel")
                    .is_some_and(|r| r.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("next")))
        };
        let target = elements(html).find(is_next)?.attr("href")?;
        Url::parse(&raw::link(target, Some(&response.url))?).ok()
    })
}

/// All elements of a page in the order of the source.
fn elements(html: &Html) -> impl Iterator<Item = ElementRef<'_>> {
    html.tree.root().descendants().filter_map(ElementRef::wrap)
}

#[cfg(test)]
mod tests;
