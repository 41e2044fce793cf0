//! Kiyoh and Klantenvertellen, which are one platform: reviews of one, some or all locations.
//!
//! The server filters by the last change, so edits and replies are seen at once. A poll goes through all locations;
//! in each it walks upwards from a day before the last poll, until nothing later comes. The first poll reads the newest
//! page of every location before it walks through the window of those that have more.
//!
//! Known from ten clients of 2018 to 2026, not from the manual. Uncertain: the answer of `locations/latest` (read when
//! `locations` is left out; taken in both forms that its siblings have), whether `reviewComments` is always the
//! shop's reply, and from memory the tenant 99 of Klantenvertellen.

mod review;
mod walk;

use gehoor_domain::mention::Channel;
use gehoor_wire::{Request, Response};
use http::{HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Page, ParseError, PlanError, Refusal, Source, read_config,
};
use crate::raw::{self, api, part};

use walk::{Found, State};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "kiyoh",
    about: "reviews of Kiyoh or Klantenvertellen, of some or all locations of a token",
    channel: Channel::Review,
    credential: "required: the publication token (`X-Publication-Api-Token`)",
    polled: true,
    example: r#"[[source]]
id = "kiyoh"
kind = "kiyoh"
credential = "env:KIYOH_TOKEN"
locations = ["1234567"]    # leave it out to read all locations of the token
# site = "kiyoh"           # kiyoh or klantenvertellen
# tenant = "98"            # 98 at Kiyoh, 99 at Klantenvertellen
# reply_as = "meubelhal"   # handle under which our replies are kept; else kiyoh-LOCATION
# window_days = 365        # how far back the first poll reads
# overlap_hours = 24       # how far before the last poll each poll begins
"#,
    reach: "everything in the window; edits come at once, deletions are not seen",
    recheck: 0,
    shared: Some("kiyoh"),
    every: SignedDuration::from_mins(15),
    build: |table| Ok(Box::new(Kiyoh::new(&read_config(table)?)?)),
};

/// Reviews a page; more are not given of several locations.
const PAGE: usize = 250;
/// After this the walk through one location is cut off, whatever the server says.
const MOST_PAGES: u32 = 1_000;
const EXPECTED: &str = "reviews as the Kiyoh API gives them";
/// Stands for all locations of a token.
const ALL: &str = "all";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Site {
    #[default]
    Kiyoh,
    Klantenvertellen,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    locations: Vec<String>,
    #[serde(default)]
    site: Site,
    base: Option<String>,
    tenant: Option<String>,
    reply_as: Option<String>,
    #[serde(default = "a_year")]
    window_days: u32,
    #[serde(default = "a_day")]
    overlap_hours: u32,
}

fn a_year() -> u32 {
    365
}

fn a_day() -> u32 {
    24
}

struct Kiyoh {
    base: Url,
    tenant: String,
    locations: Vec<String>,
    reply_as: Option<String>,
    window: SignedDuration,
    overlap: SignedDuration,
}

impl Kiyoh {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let (base, tenant) = match config.site {
            Site::Kiyoh => ("https://www.kiyoh.com", "98"),
            Site::Klantenvertellen => ("https://www.klantenvertellen.nl", "99"),
        };
        let mut locations: Vec<String> = config.locations.iter().map(|l| l.trim().to_owned()).collect();
        if locations.is_empty() {
            locations.push(ALL.to_owned());
        }
        if locations.iter().any(String::is_empty) {
            return Err(BadConfig("`locations` holds an empty name".to_owned()));
        }
        Ok(Self {
            base: raw::address("base", config.base.as_deref().unwrap_or(base))?,
            tenant: config.tenant.clone().unwrap_or_else(|| tenant.to_owned()),
            locations,
            reply_as: config.reply_as.clone(),
            window: raw::days(config.window_days),
            overlap: SignedDuration::from_hours(i64::from(config.overlap_hours.clamp(1, 24 * 365))),
        })
    }
}

impl Source for Kiyoh {
    fn back(&self) -> Back {
        Back::window(Some(self.window))
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: State = raw::state(cursor)?;
        let token = cx.credential.ok_or(PlanError::NoCredential)?;
        let turn = self.turn(&state);
        let path = ["v1", "publication", "review"];
        let is_all = turn.location == ALL;
        let end: &[&str] = if is_all { &["locations", "latest"] } else { &["external"] };
        let mut url = api::end_point(&self.base, &[&path, end].concat());
        let mut query = url.query_pairs_mut();
        if is_all {
            query.append_pair("tenantId", &self.tenant).append_pair("offset", &turn.offset.to_string());
            // All locations have no page of the newest: the window is read from its beginning.
            let from = turn.from.or_else(|| state.began.unwrap_or(cx.now).checked_sub(self.window).ok());
            query.extend_pairs(from.map(|from| ("updatedSince", instant(from))));
        } else {
            query.append_pair("locationId", &turn.location).append_pair("tenantId", &self.tenant);
            query.append_pair("orderBy", "UPDATE_DATE");
            query.append_pair("sortOrder", if turn.from.is_some() { "ASC" } else { "DESC" });
            query.extend_pairs(turn.from.map(|from| ("updatedSince", instant(from))));
        }
        query.append_pair("limit", &PAGE.to_string());
        drop(query);
        let mut request = api::get(url);
        let mut value = HeaderValue::from_str(token.reveal().trim()).map_err(|_| PlanError::NoCredential)?;
        value.set_sensitive(true);
        request.headers.insert("x-publication-api-token", value);
        request.credential = Some(format!("kiyoh:{}", self.tenant));
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: State = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        if let Some(code) = error_code(&body) {
            return Err(ParseError::Refused(format!("error `{code}`")));
        }
        let lists = review::lists(&body).ok_or_else(|| api::other_shape(EXPECTED))?;
        let (mut items, mut warnings) = (Vec::new(), Vec::new());
        let mut found = Found { count: 0, newest: None, total: None, digest: String::new() };
        let mut marks = Vec::new();
        for (shop, list) in &lists {
            found.total = api::at(shop, "numberReviews").as_u64().and_then(|n| usize::try_from(n).ok());
            for one in *list {
                found.count += 1;
                found.newest = found.newest.max(api::date(one, "updatedSince"));
                match review::drafts(one, shop, self.reply_as.as_deref()) {
                    Some(drafts) => {
                        marks.extend(drafts.first().map(|review| review.external_id.clone()));
                        items.extend(drafts);
                    }
                    None => warnings
                        .push(api::left_out(format!("review {}", found.count), "has no id or says nothing")),
                }
            }
        }
        found.digest = raw::digest(marks.iter().map(String::as_str));
        let next = self.step(state, &found, response.at);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        match response.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Some(api::ended("Kiyoh does not know this token, or it does not hold for this location"))
            }
            // The guard before the server, when pages are asked too fast.
            StatusCode::TOO_MANY_REQUESTS if response.header("retry-after").is_none() => Some(Refusal {
                why: "Kiyoh was asked too fast".to_owned(),
                not_before: Some(SignedDuration::from_mins(1)),
                ended: false,
            }),
            _ => None,
        }
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let state: State = raw::state(cursor).ok()?;
        let why = part::refused(self, response)?;
        let location = self.turn(&state).location;
        let next = self.pass_over(state, response.at)?;
        Some(part::page(format!("the location {location}"), why, next))
    }
}

/// To the second, as its clients write it.
fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `{"errorCode": …, "detailedError": […]}`, which comes with 200 too. Only a code is repeated, no text.
fn error_code(body: &Value) -> Option<String> {
    let code = api::id(body, "errorCode")?;
    Some(code.chars().filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).take(40).collect())
}

#[cfg(test)]
mod tests;
