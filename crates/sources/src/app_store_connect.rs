//! App Store Connect: all reviews of our own apps, with our responses.
//!
//! Lists are ordered by creation, newest first, and go on by a cursor in `links.next`. Whether an edit changes the
//! date of creation is not said, so a slow walk reads the window again. A nickname is not an author: two people may
//! bear the same, so every review is somebody of its own. From memory: the public address of an app.

use std::collections::BTreeMap;

use gehoor_domain::mention::{Channel, Draft, Stars};
use gehoor_wire::login::{AppStoreConnect, Login};
use gehoor_wire::{Request, Response};
use http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Refusal, Source,
    read_config,
};
use crate::raw::reply::{self, Company};
use crate::raw::rounds::{self, Rounds, Rules, Seen};
use crate::raw::{self, api, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "app-store-connect",
    about: "all reviews of your own apps in Apple's App Store, with your responses",
    channel: Channel::Appstore,
    credential: "required: the private key (.p8 file) of App Store Connect",
    polled: true,
    example: r#"[[source]]
id = "app-store-connect"
kind = "app-store-connect"
credential = "file:/etc/gehoor/AuthKey_ABC123.p8"
issuer = "57246542-96fe-1a63-e053-0824d011072a"
key_id = "ABC123"
apps = ["1404176564"]
# territories = ["NLD"]    # three letters each; all when left out
# reply_as = "meubelhal"   # handle under which our responses are kept; else app-ID
# window_days = 365        # how far back the slow walk goes
# sweep_hours = 24         # how often it looks for edits
"#,
    reach: "everything in the window; edits are seen by the slow walk, deletions when asked one by one",
    recheck: 1,
    shared: None,
    every: SignedDuration::from_mins(15),
    build: |table| Ok(Box::new(Connect::new(&read_config(table)?)?)),
};

/// Reviews a page; the most that Apple gives.
const PAGE: &str = "200";
/// Cursors of pages are not believed for longer.
const CURSOR_HOLDS: SignedDuration = SignedDuration::from_mins(30);
/// Apple also limits calls by the minute, without saying so in a header.
const BURST: SignedDuration = SignedDuration::from_mins(2);
const EXPECTED: &str = "reviews as the App Store Connect API gives them";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    issuer: String,
    key_id: String,
    apps: Vec<String>,
    #[serde(default)]
    territories: Vec<String>,
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
    "https://api.appstoreconnect.apple.com".to_owned()
}

struct Connect {
    base: Url,
    apps: Vec<String>,
    territories: String,
    reply_as: Option<String>,
    login: AppStoreConnect,
    rules: Rules,
}

impl Connect {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let is_app = |app: &String| !app.is_empty() && app.bytes().all(|b| b.is_ascii_digit());
        if config.apps.is_empty() || !config.apps.iter().all(is_app) {
            return Err(BadConfig("`apps` must hold at least one number, the app's Apple ID".to_owned()));
        }
        Ok(Self {
            base: raw::address("base", &config.base)?,
            apps: config.apps.clone(),
            territories: config.territories.join(",").to_ascii_uppercase(),
            reply_as: config.reply_as.clone(),
            login: AppStoreConnect { issuer: config.issuer.clone(), key_id: config.key_id.clone() },
            rules: Rules {
                window: Some(raw::days(config.window_days)),
                sweep_every: Some(SignedDuration::from_hours(i64::from(config.sweep_hours.max(1)))),
                place_holds: Some(CURSOR_HOLDS),
                ordered: true,
            },
        })
    }

    fn ask(&self, path: &[&str], query: &[(&str, &str)], cx: &Context<'_>) -> Result<Request, PlanError> {
        if cx.credential.is_none() {
            return Err(PlanError::NoCredential);
        }
        let mut url = api::end_point(&self.base, path);
        url.query_pairs_mut().extend_pairs(query);
        // Calls are counted by key.
        api::get_with_token(url, cx, &format!("app-store-connect:{}", self.login.key_id))
    }

    /// The review, and our response. `None` when it has no id, or says nothing.
    fn drafts(
        &self,
        review: &Value,
        responses: &BTreeMap<&str, &Value>,
        app: Option<&str>,
    ) -> Option<Vec<Draft>> {
        let id = api::text(review, "id")?;
        let of = api::at(review, "attributes");
        let value = api::at(of, "rating").as_f64().filter(|value| (1.0..=5.0).contains(value));
        let title = api::text(of, "title").and_then(words::line);
        let text = api::text(of, "body").map(words::tidy).unwrap_or_default();
        if text.is_empty() && title.is_none() && value.is_none() {
            return None;
        }
        let draft = Draft {
            external_id: id.to_owned(),
            permalink: app.map(|app| format!("https://apps.apple.com/app/id{app}")),
            author_name: api::text(of, "reviewerNickname").and_then(words::line),
            title,
            text,
            published: api::date(of, "createdDate"),
            stars: value.map(|value| Stars { value, best: 5.0, worst: 1.0 }),
            thread: Some(id.to_owned()),
            ..Draft::default()
        };
        let response = api::text(review, "relationships/response/data/id").and_then(|id| responses.get(id));
        let answer = response.map(|response| api::at(response, "attributes"));
        // Until it is published nobody sees it.
        let answer = answer.filter(|of| api::text(of, "state").is_none_or(|state| state == "PUBLISHED"));
        let handle = self.reply_as.clone().unwrap_or_else(|| format!("app-{}", app.unwrap_or("store")));
        let by = Company { handle, name: None };
        let answer = answer.and_then(|of| {
            reply::to(&draft, &by, api::text(of, "responseBody")?, api::date(of, "lastModifiedDate"))
        });
        Some([draft].into_iter().chain(answer).collect())
    }
}

/// Our responses by their id.
fn responses(body: &Value) -> BTreeMap<&str, &Value> {
    let included = api::at(body, "included").as_array();
    included.into_iter().flatten().filter_map(|one| Some((api::text(one, "id")?, one))).collect()
}

impl Source for Connect {
    fn back(&self) -> Back {
        Back::window(self.rules.window)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: Rounds = raw::state(cursor)?;
        let (app, place) = state.position(&self.apps, &self.rules, cx.now);
        let mut query = vec![("sort", "-createdDate"), ("limit", PAGE), ("include", "response")];
        if !self.territories.is_empty() {
            query.push(("filter[territory]", &self.territories));
        }
        query.extend(place.as_deref().map(|place| ("cursor", place)));
        self.ask(&["v1", "apps", &app, "customerReviews"], &query, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: Rounds = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let list = api::list(&body, "data", EXPECTED)?;
        let (app, _) = state.position(&self.apps, &self.rules, response.at);
        let (mut items, mut warnings, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        let responses = responses(&body);
        for (at, one) in list.iter().enumerate() {
            let Some(found) = self.drafts(one, &responses, Some(&app)) else {
                warnings
                    .push(api::left_out(format!("review {} of {app}", at + 1), "has no id or says nothing"));
                continue;
            };
            if let Some(review) = found.first() {
                seen.note(review.external_id.clone(), review.published);
            }
            items.extend(found);
        }
        // Only the cursor is taken out of it, so that a forged address cannot lead the token elsewhere.
        let next = api::text(&body, "links/next").and_then(|next| Url::parse(next).ok());
        seen.next = next.and_then(|url| {
            url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, v)| v.into_owned())
        });
        seen.at = response.at;
        let next = state.step(&self.apps, &seen, &self.rules, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        Some(&self.login)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        match response.status {
            StatusCode::FORBIDDEN => {
                Some(api::ended("this key may not read reviews: give it the role Customer Support or Admin"))
            }
            StatusCode::TOO_MANY_REQUESTS if response.header("retry-after").is_none() => Some(Refusal {
                why: "too many calls with this key of App Store Connect".to_owned(),
                not_before: Some(BURST),
                ended: false,
            }),
            _ => None,
        }
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let walk = (self.apps.as_slice(), &self.rules);
        rounds::refused(self, raw::state(cursor).ok()?, walk, response, |app| format!("the app {app}"))
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let (review, _) = reply::review_of(&known.first()?.external_id);
        Some(self.ask(&["v1", "customerReviews", review], &[("include", "response")], cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        if reply::is_gone(response) {
            return Ok(reply::settle(known, Vec::new()));
        }
        let body = api::body(response, EXPECTED)?;
        let app = known.first().and_then(|known| known.permalink.as_deref()?.rsplit_once("/id"));
        let drafts = self.drafts(api::at(&body, "data"), &responses(&body), app.map(|(_, app)| app));
        Ok(reply::settle(known, drafts.ok_or_else(|| api::other_shape(EXPECTED))?))
    }
}

#[cfg(test)]
mod tests;
