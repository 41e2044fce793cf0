//! Any JSON API, described in configuration: where its list is, how its pages go on, what its fields are called.
//!
//! For what has no plug of its own. The walk is that of [`crate::raw::rounds`]: the head first, then a slow walk
//! through the window, which also finds edits. Nothing is known of such an API but what is written down for it, so a
//! page whose list is missing is an error, and a next page at another host is not followed.

mod fields;
mod paging;
mod path;

use std::collections::BTreeMap;

use gehoor_domain::mention::Channel;
use gehoor_wire::login::{ClientAuth, Login, OAuth2};
use gehoor_wire::{Request, Response};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::SignedDuration;
use serde::Deserialize;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Page, ParseError, PlanError, Source, read_config,
};
use crate::raw::rounds::{self, Rounds, Rules, Seen};
use crate::raw::{self, api};

use fields::Fields;
use paging::Paging;
use path::Path;

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "json",
    about: "any JSON API, described here: its list, its pages and its fields",
    channel: Channel::Form,
    credential: "optional: a key or token, sent in a header; with `login` the client's secret",
    polled: true,
    example: r#"[[source]]
id = "complaints-api"
kind = "json"
channel = "form"
# credential = "env:COMPLAINTS_TOKEN"
url = "https://complaints.example/api/v1/complaints?sort=-created"
items = "data.complaints"            # where the list is; leave it out when the answer is the list
# credential_header = "Authorization"  # the header of the credential, and what stands before it
# credential_prefix = "Bearer "
# headers = { X-Client = "gehoor" }
# error = "error.message"            # a field that only a refusal has
# order = "created"                  # newest first by created or updated; `none` reads all pages at every poll
# window_days = 365                  # how far back the slow walk goes, and how often it looks for edits
# sweep_hours = 24
# zone = "Europe/Amsterdam"          # of dates that name none
# format = "auto"                    # of texts: plain, html, or auto
# platform_id = "complaints"         # stands before a location, as in `complaints:12`
# rating = { best = 5, worst = 1 }   # the scale
# login = { token_url = "https://complaints.example/token", client_id = "gehoor" }   # OAuth 2.0

[source.paging]                      # leave it out when there is one page
style = "page"                       # page, offset, cursor, link (header) or next (a field with an address)
param = "page"                       # page, offset, cursor: the parameter
first = 1                            # page: the number of the first
size = 50                            # page, offset: items a page
# size_param = "per_page"
# next = "meta.next_cursor"          # cursor, next: where it stands in the answer

[source.fields]                      # several paths: the first that is there; `{…}` makes a text of paths
id = "id"
title = "subject"
text = ["body", "message"]
author = "customer.name"
author_id = "customer.id"
date = "created_at"
edited = "updated_at"
rating = "score"
permalink = "https://complaints.example/c/{id}"
location = "shop.id"
# author_handle, author_url, lang, thread, parent, location_name, deleted, likes, replies, shares, followers
"#,
    reach: "as far as its pages go; edits are seen by the slow walk, deletions where a field says so",
    recheck: 0,
    shared: None,
    every: SignedDuration::from_mins(15),
    build: |table| Ok(Box::new(Declared::new(read_config(table)?)?)),
};

const EXPECTED: &str = "JSON with a list where `items` says";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Created,
    Updated,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LoginConfig {
    token_url: String,
    client_id: String,
    scope: Option<String>,
    #[serde(default)]
    basic: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    url: String,
    items: Option<Path>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    credential_header: Option<String>,
    credential_prefix: Option<String>,
    login: Option<LoginConfig>,
    error: Option<Path>,
    #[serde(default)]
    order: Order,
    #[serde(default = "a_year")]
    window_days: u32,
    #[serde(default = "a_day")]
    sweep_hours: u32,
    #[serde(default)]
    paging: Paging,
    fields: fields::Names,
    zone: Option<String>,
    #[serde(default)]
    format: fields::Format,
    #[serde(default)]
    rating: fields::Scale,
    platform_id: Option<String>,
}

fn a_year() -> u32 {
    365
}

fn a_day() -> u32 {
    24
}

struct Declared {
    url: Url,
    items: Path,
    headers: HeaderMap,
    credential: (HeaderName, String),
    login: Option<OAuth2>,
    error: Option<Path>,
    updated: bool,
    paging: Paging,
    fields: Fields,
    rules: Rules,
    /// The one list, for the walk.
    list: [String; 1],
}

impl Declared {
    fn new(config: Config) -> Result<Self, BadConfig> {
        let url = raw::address("url", &config.url)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &config.headers {
            let value = HeaderValue::from_str(value).map_err(|_| {
                BadConfig(format!("`headers`: the value of `{name}` cannot stand in a header"))
            })?;
            headers.insert(header("headers", name)?, value);
        }
        let own =
            config.credential_header.as_deref().map(|name| header("credential_header", name)).transpose()?;
        // Before a key in a header of its own nothing stands, unless it is said.
        let prefix = config.credential_prefix.unwrap_or_else(|| match own {
            Some(_) => String::new(),
            None => "Bearer ".to_owned(),
        });
        let login = config.login.map(|login| {
            Ok::<_, BadConfig>(OAuth2 {
                token_url: raw::address("login.token_url", &login.token_url)?,
                refresh_url: None,
                client_id: login.client_id,
                auth: if login.basic { ClientAuth::Basic } else { ClientAuth::Form },
                scope: login.scope,
                holds: None,
            })
        });
        config.paging.check()?;
        Ok(Self {
            items: config.items.unwrap_or_default(),
            headers,
            credential: (own.unwrap_or(AUTHORIZATION), prefix),
            login: login.transpose()?,
            error: config.error,
            updated: config.order == Order::Updated,
            fields: Fields::new(
                config.fields,
                config.zone.as_deref(),
                config.format,
                config.rating,
                config.platform_id,
            )?,
            rules: Rules {
                window: Some(raw::days(config.window_days)),
                sweep_every: (config.order != Order::Updated)
                    .then(|| SignedDuration::from_hours(i64::from(config.sweep_hours.max(1)))),
                place_holds: config.paging.place_holds(),
                ordered: config.order != Order::None,
            },
            paging: config.paging,
            list: [url.host_str().unwrap_or_default().to_owned()],
            url,
        })
    }
}

fn header(key: &str, name: &str) -> Result<HeaderName, BadConfig> {
    name.parse().map_err(|_| BadConfig(format!("`{key}`: `{name}` is no name of a header")))
}

impl Source for Declared {
    fn back(&self) -> Back {
        Back::window(self.rules.window)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: Rounds = raw::state(cursor)?;
        let (_, place) = state.position(&self.list, &self.rules, cx.now);
        let mut request = Request::api(Method::GET, self.paging.address(&self.url, place.as_deref()));
        request.headers.clone_from(&self.headers);
        if let Some(secret) = cx.credential {
            let (name, prefix) = &self.credential;
            let mut value = HeaderValue::from_str(&format!("{prefix}{}", secret.reveal().trim()))
                .map_err(|_| PlanError::NoCredential)?;
            value.set_sensitive(true);
            request.headers.insert(name.clone(), value);
            request.credential = Some(format!("json:{}", self.url.host_str().unwrap_or_default()));
        } else if self.login.is_some() {
            return Err(PlanError::NoCredential);
        }
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: Rounds = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        if let Some(error) = self.error.as_ref().and_then(|path| path.text(&body)) {
            let said = error.chars().filter(|c| !c.is_control()).take(200).collect();
            return Err(ParseError::Refused(said));
        }
        let list = self
            .items
            .value(&body)
            .and_then(|list| list.as_array())
            .ok_or_else(|| api::other_shape(EXPECTED))?;
        let (mut items, mut warnings, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        for (at, one) in list.iter().enumerate() {
            let name = format!("item {}", at + 1);
            match self.fields.draft(one) {
                Ok((draft, odd)) => {
                    warnings.extend(
                        odd.into_iter().map(|problem| crate::plug::Warning { item: name.clone(), problem }),
                    );
                    let changed = draft.edited.or(draft.published);
                    let by = if self.updated { changed } else { draft.published };
                    let mark = match changed.filter(|_| self.updated) {
                        Some(at) => format!("{}@{at}", draft.external_id),
                        None => draft.external_id.clone(),
                    };
                    seen.note(mark, by);
                    items.push(draft);
                }
                Err(problem) => warnings.push(api::left_out(name, problem)),
            }
        }
        let (_, place) = state.position(&self.list, &self.rules, response.at);
        seen.next = self.paging.next(place.as_deref(), &self.url, &body, list.len(), response);
        seen.at = response.at;
        let next = state.step(&self.list, &seen, &self.rules, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        self.login.as_ref().map(|login| login as &dyn Login)
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let walk = (self.list.as_slice(), &self.rules);
        rounds::refused(self, raw::state(cursor).ok()?, walk, response, |host| format!("the list of {host}"))
    }
}

#[cfg(test)]
mod tests;
