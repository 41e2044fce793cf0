//! Trustpilot: the reviews of business units, by the public API (an API key) or the private one (OAuth 2.0).
//!
//! Lists are numbered pages ordered by creation, newest first: new reviews push the rest down (seen twice, which does
//! no harm) and deletions pull it up (one further page is read below what is known). An edit does not move a review,
//! so a slow walk reads the window again. A page beyond the last is empty.
//!
//! As in Trustpilot's own pages on its interfaces (business units and service reviews, seen 2026-11): parameters, fields,
//! dates without a zone, the empty page, and a hundred reviews at most; the login is that of its client for Node (4.0).
//! From memory only: the body of errors.

mod review;
mod webhook;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::login::{ClientAuth, Login, OAuth2, bearer};
use gehoor_wire::{Request, Response};
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Method, StatusCode};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Refusal, Source,
    read_config,
};
use crate::raw::rounds::{self, Rounds, Rules, Seen};
use crate::raw::{self, api, reply};

pub use webhook::KIND as WEBHOOK;

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "trustpilot",
    about: "Trustpilot reviews of one or more business units, with the company's replies",
    channel: Channel::Review,
    credential: "required: the API key; for `api = \"private\"` the client's secret, with `refresh_token` or user",
    polled: true,
    example: r#"[[source]]
id = "trustpilot"
kind = "trustpilot"
credential = "env:TRUSTPILOT_KEY"
business_units = ["507f191e810c19729de860ea"]   # 24 hexadecimal digits each
# api = "public"         # public (API key) or private (OAuth: also filters by the company)
# client_id = "…"        # private: the API key, which is the client's name
# language = "nl"        # only reviews in this language
# reply_as = "meubelhal" # handle under which our replies are kept; else the domain of the unit
# window_days = 365      # how far back the first and the daily slow walk go
# sweep_hours = 24       # how often the slow walk looks for edits
"#,
    reach: "100,000 reviews a unit; edits are seen by a slow walk every day, deletions when asked one by one",
    recheck: 1,
    shared: Some("trustpilot"),
    every: SignedDuration::from_mins(15),
    build: |table| Ok(Box::new(Trustpilot::new(&read_config(table)?)?)),
};

/// Reviews a page; the most that Trustpilot gives.
const PAGE: usize = 100;
/// Calls are counted over this.
const COUNTED_OVER: SignedDuration = SignedDuration::from_mins(5);
const EXPECTED: &str = "reviews as the Trustpilot API gives them";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Api {
    #[default]
    Public,
    Private,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    business_units: Vec<String>,
    #[serde(default)]
    api: Api,
    client_id: Option<String>,
    language: Option<String>,
    reply_as: Option<String>,
    #[serde(default = "a_year")]
    window_days: u32,
    #[serde(default = "a_day")]
    sweep_hours: u32,
    #[serde(default = "base")]
    base: String,
}

fn a_year() -> u32 {
    365
}

fn a_day() -> u32 {
    24
}

fn base() -> String {
    "https://api.trustpilot.com".to_owned()
}

struct Trustpilot {
    base: Url,
    units: Vec<String>,
    api: Api,
    login: Option<OAuth2>,
    language: Option<String>,
    reply_as: Option<String>,
    rules: Rules,
}

impl Trustpilot {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let units: Vec<String> =
            config.business_units.iter().map(|unit| unit.trim().to_ascii_lowercase()).collect();
        if units.is_empty() {
            return Err(BadConfig("`business_units` is empty: name at least one".to_owned()));
        }
        let is_id = |unit: &String| unit.len() == 24 && unit.bytes().all(|b| b.is_ascii_hexdigit());
        if let Some(odd) = units.iter().find(|unit| !is_id(unit)) {
            return Err(BadConfig(format!(
                "`business_units`: `{odd}` is no id of 24 hexadecimal digits; ask \
                 /v1/business-units/find?name=YOUR.DOMAIN for it"
            )));
        }
        let base = raw::address("base", &config.base)?;
        let login = match (config.api, &config.client_id) {
            (Api::Public, _) => None,
            (Api::Private, None) => {
                return Err(BadConfig("`client_id` is missing: the private API needs it".to_owned()));
            }
            (Api::Private, Some(client_id)) => {
                let path = ["v1", "oauth", "oauth-business-users-for-applications"];
                let at = |end: &str| api::end_point(&base, &[path.as_slice(), &[end]].concat());
                Some(OAuth2 {
                    token_url: at("accesstoken"),
                    refresh_url: Some(at("refresh")),
                    client_id: client_id.clone(),
                    auth: ClientAuth::Basic,
                    scope: None,
                    holds: Some(SignedDuration::from_hours(24 * 30)),
                })
            }
        };
        Ok(Self {
            base,
            units,
            api: config.api,
            login,
            language: config.language.clone(),
            reply_as: config.reply_as.clone(),
            rules: Rules {
                window: Some(raw::days(config.window_days)),
                sweep_every: Some(SignedDuration::from_hours(i64::from(config.sweep_hours.max(1)))),
                place_holds: None,
                ordered: true,
            },
        })
    }

    fn ask(&self, path: &[&str], cx: &Context<'_>) -> Result<Request, PlanError> {
        let secret = cx.credential.ok_or(PlanError::NoCredential)?;
        let mut whole = vec!["v1"];
        if self.api == Api::Private {
            whole.push("private");
        }
        whole.extend(path);
        let mut request = Request::api(Method::GET, api::end_point(&self.base, &whole));
        request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        match &self.login {
            Some(login) => {
                let value = bearer(secret).map_err(|_| PlanError::NoCredential)?;
                request.headers.insert(AUTHORIZATION, value);
                request.credential = Some(format!("trustpilot:{}", login.client_id));
            }
            None => {
                let mut value =
                    HeaderValue::from_str(secret.reveal().trim()).map_err(|_| PlanError::NoCredential)?;
                value.set_sensitive(true);
                request.headers.insert("apikey", value);
                request.credential = Some("trustpilot".to_owned());
            }
        }
        Ok(request)
    }

    /// The drafts of a review: itself and the company's reply.
    fn drafts(&self, one: &Value) -> Option<Vec<Draft>> {
        review::drafts(one, self.reply_as.as_deref())
    }
}

impl Source for Trustpilot {
    fn back(&self) -> Back {
        Back::window(self.rules.window).at_most(100_000)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: Rounds = raw::state(cursor)?;
        let (unit, page) = state.position(&self.units, &self.rules, cx.now);
        let mut request = self.ask(&["business-units", &unit, "reviews"], cx)?;
        let mut query = request.url.query_pairs_mut();
        query.append_pair("orderBy", "createdat.desc").append_pair("perPage", &PAGE.to_string());
        query.append_pair("page", page.as_deref().unwrap_or("1"));
        if let Some(language) = &self.language {
            query.append_pair("language", language);
        }
        drop(query);
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: Rounds = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let list = api::list(&body, "reviews", EXPECTED)?;
        let (mut items, mut warnings, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        for (at, one) in list.iter().enumerate() {
            let Some(found) = self.drafts(one) else {
                let item = api::id(one, "id")
                    .map_or_else(|| format!("review {}", at + 1), |id| format!("review {id}"));
                warnings.push(api::left_out(item, "has no id or says nothing"));
                continue;
            };
            if let Some(review) = found.first() {
                seen.note(review.external_id.clone(), review.published);
            }
            items.extend(found);
        }
        let (_, page) = state.position(&self.units, &self.rules, response.at);
        let page: u64 = page.and_then(|page| page.parse().ok()).unwrap_or(1);
        // Whether there are more is said by a link, where it is said at all.
        let links = api::at(&body, "links").as_array();
        let linked = links.is_some_and(|l| l.iter().any(|link| api::text(link, "rel") == Some("next-page")));
        seen.next =
            (linked || list.len() >= PAGE).then(|| (page + 1).to_string()).filter(|_| !list.is_empty());
        seen.at = response.at;
        let next = state.step(&self.units, &seen, &self.rules, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        self.login.as_ref().map(|login| login as &dyn Login)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let unit = self.units.iter().find(|unit| response.url.path().contains(unit.as_str()));
        match response.status {
            // With OAuth the token has ended, and the login renews it.
            StatusCode::UNAUTHORIZED if self.login.is_none() => {
                Some(api::ended("Trustpilot does not know the API key: renew it in the Business portal"))
            }
            StatusCode::FORBIDDEN => {
                Some(api::ended("the plan of this Trustpilot key does not include reading reviews"))
            }
            StatusCode::NOT_FOUND => unit.map(|unit| Refusal {
                why: format!("Trustpilot knows no business unit {unit}: correct `business_units`"),
                not_before: None,
                ended: false,
            }),
            StatusCode::TOO_MANY_REQUESTS if response.header("retry-after").is_none() => Some(Refusal {
                why: "too many calls with this Trustpilot key".to_owned(),
                not_before: Some(COUNTED_OVER),
                ended: false,
            }),
            _ => None,
        }
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let walk = (self.units.as_slice(), &self.rules);
        rounds::refused(self, raw::state(cursor).ok()?, walk, response, |unit| {
            format!("the business unit {unit}")
        })
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let (review, _) = reply::review_of(&known.first()?.external_id);
        Some(self.ask(&["reviews", review], cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        if reply::is_gone(response) {
            return Ok(reply::settle(known, Vec::new()));
        }
        let body = api::body(response, EXPECTED)?;
        let drafts = self.drafts(&body).ok_or_else(|| api::other_shape(EXPECTED))?;
        Ok(reply::settle(known, drafts))
    }
}

#[cfg(test)]
mod tests;
