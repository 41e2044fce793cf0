//! The public feed of reviews in Apple's App Store, by app and country.
//!
//! Not documented by Apple; known from programs that read it since years. It shows the 500 newest reviews of a
//! country, 50 a page, without the developer's answers, and now and then it is empty for a while: an empty page says
//! nothing. Who owns the app reads [`crate::app_store_connect`] instead.
//!
//! Every value stands in a `label`; a single review comes without its list; the first entry may be the app itself.

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::{Request, Response};
use http::HeaderValue;
use http::header::ACCEPT;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, By, Context, Cursor, Hints, Kind, Page, ParseError, PlanError, Source, read_config,
};
use crate::raw::rounds::{self, Rounds, Rules, Seen};
use crate::raw::{self, api, rating, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "app-store",
    about: "the public feed of reviews of any app in Apple's App Store, by country",
    channel: Channel::Appstore,
    credential: "none",
    polled: true,
    example: r#"[[source]]
id = "app-store"
kind = "app-store"
apps = ["1404176564"]      # the number in the app's address
countries = ["nl", "be"]   # two letters each
"#,
    reach: "the 500 newest reviews of a country; deletions and the developer's answers are not seen",
    recheck: 0,
    shared: Some("app-store"),
    every: SignedDuration::from_hours(1),
    build: |table| Ok(Box::new(AppStore::new(&read_config(table)?)?)),
};

/// Further pages are refused.
const LAST_PAGE: u32 = 10;
const EXPECTED: &str = "the JSON feed of App Store reviews";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    apps: Vec<String>,
    countries: Vec<String>,
    #[serde(default = "base")]
    base: String,
}

fn base() -> String {
    "https://itunes.apple.com".to_owned()
}

struct AppStore {
    base: Url,
    /// `country/app`.
    feeds: Vec<String>,
    rules: Rules,
}

impl AppStore {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let is_app = |app: &String| !app.is_empty() && app.bytes().all(|b| b.is_ascii_digit());
        if config.apps.is_empty() || !config.apps.iter().all(is_app) {
            return Err(BadConfig(
                "`apps` must hold at least one number, as in the app's address".to_owned(),
            ));
        }
        let is_country =
            |country: &String| country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic());
        if config.countries.is_empty() || !config.countries.iter().all(is_country) {
            return Err(BadConfig("`countries` must hold at least one country, as two letters".to_owned()));
        }
        let of = |app: &String| -> Vec<String> {
            config.countries.iter().map(|country| format!("{}/{app}", country.to_ascii_lowercase())).collect()
        };
        Ok(Self {
            base: raw::address("base", &config.base)?,
            feeds: config.apps.iter().flat_map(of).collect(),
            rules: Rules {
                window: None,
                sweep_every: Some(SignedDuration::from_hours(24)),
                place_holds: None,
                ordered: true,
            },
        })
    }
}

impl Source for AppStore {
    fn back(&self) -> Back {
        Back::newest(500, By::Platform)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: Rounds = raw::state(cursor)?;
        let (feed, page) = state.position(&self.feeds, &self.rules, cx.now);
        let (country, app) = feed.split_once('/').unwrap_or_default();
        let (page, app) = (format!("page={}", page.as_deref().unwrap_or("1")), format!("id={app}"));
        let path = [country, "rss", "customerreviews", &page, &app, "sortby=mostrecent", "json"];
        let mut request = Request::get(api::end_point(&self.base, &path));
        request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: Rounds = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        if !api::at(&body, "feed").is_object() {
            return Err(api::other_shape(EXPECTED));
        }
        let (mut items, mut warnings, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        let entries: &[Value] = match api::at(&body, "feed/entry") {
            Value::Array(list) => list,
            Value::Null => &[],
            one => std::slice::from_ref(one),
        };
        for (at, entry) in entries.iter().enumerate() {
            match draft(entry) {
                Some(draft) => {
                    seen.note(draft.external_id.clone(), draft.published);
                    items.push(draft);
                }
                None if label(entry, "im:name").is_some() => {}
                None => {
                    warnings.push(api::left_out(format!("entry {}", at + 1), "has no id or says nothing"))
                }
            }
        }
        let (_, page) = state.position(&self.feeds, &self.rules, response.at);
        let page: u32 = page.and_then(|page| page.parse().ok()).unwrap_or(1);
        // An empty page says nothing, so the slow walk goes on below it; but an empty first page is the usual one of
        // an app that has no reviews in this country.
        let goes_on = page < LAST_PAGE && (page > 1 || seen.marks.len() >= FULL);
        seen.next = goes_on.then(|| (page + 1).to_string());
        seen.at = response.at;
        let next = state.step(&self.feeds, &seen, &self.rules, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let walk = (self.feeds.as_slice(), &self.rules);
        rounds::refused(self, raw::state(cursor).ok()?, walk, response, |feed| format!("the feed {feed}"))
    }
}

/// A first page with fewer reviews is the only one; a full one has 50, less the app itself.
const FULL: usize = 40;

fn draft(entry: &Value) -> Option<Draft> {
    let id = label(entry, "id")?;
    let stars = label(entry, "im:rating").and_then(|given| rating::stars(given, Some(5.0), Some(1.0)));
    // The app itself has no rating.
    let stars = stars?;
    let plain = |name: &str| label(entry, name).map(|text| text.replace("\\n", "\n"));
    let author = api::at(entry, "author");
    let author_page = label(author, "uri").and_then(|uri| raw::link(uri, None));
    let author_id =
        author_page.as_deref().and_then(|uri| uri.rsplit_once("/id")).map(|(_, id)| id.to_owned());
    Some(Draft {
        external_id: id.to_owned(),
        permalink: api::text(entry, "link/attributes/href").and_then(|link| raw::link(link, None)),
        author_id: author_id.filter(|id| !id.is_empty()),
        author_name: label(author, "name").and_then(words::line),
        author_url: author_page,
        title: plain("title").as_deref().and_then(words::line),
        text: plain("content").as_deref().map(words::tidy).unwrap_or_default(),
        published: label(entry, "updated").and_then(raw::when::lenient),
        stars: Some(stars),
        thread: Some(id.to_owned()),
        ..Draft::default()
    })
}

/// `{"label": "…"}` under a name.
fn label<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    api::text(of.get(name)?, "label").map(str::trim)
}

#[cfg(test)]
mod tests;
