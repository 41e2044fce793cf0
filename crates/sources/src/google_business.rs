//! Google Business Profile: the reviews of all locations of an account, which Google calls "my business" (v4).
//!
//! A *round* goes through all locations, newest news first: reviews come ordered by their last change, so an edit is
//! on the first page again, and a location is read down to what the round before saw. The *backlog* (the first time
//! all of the window, later the whole again once a month) goes through them slowly and gives way to rounds. Locations
//! come in pages too; only the page under way is in the cursor, so that an account of 1,500 shops costs little, and
//! where the walk was broken off for long it passes over the pages that were done. See [`tour`].
//!
//! A location that cannot be read (it has to be verified) does not hold up the others: after a while the next one is
//! asked, and it is tried again hours later, down to where it was left.
//!
//! Not used: `batchGetReviews`, because nothing says in which order it mixes its locations, so no page of it can be
//! known to be the last that matters. From memory: how translated texts are marked.

mod review;
mod tour;

use gehoor_domain::mention::{Channel, Draft};
use gehoor_wire::login::{ClientAuth, Login, OAuth2};
use gehoor_wire::{Request, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Known, Page, ParseError, PlanError, Refusal, Source,
    read_config,
};
use crate::raw::{self, api, google, part, reply};

use tour::{Ask, Place, State};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "google-business",
    about: "Google reviews of all locations of your Business Profile account, with your replies",
    channel: Channel::Review,
    credential: "required: `client_secret=…` and `refresh_token=…` of an OAuth client whose project was approved",
    polled: true,
    example: r#"[[source]]
id = "google"
kind = "google-business"
credential = "env:GOOGLE_BUSINESS"
account = "accounts/123456789"
client_id = "123-abc.apps.googleusercontent.com"
# without = ["locations/9"]  # locations that are not read
# place_by = "location"      # a shop is known by its location (`google:locations/1`) or its store_code (`location:CODE`)
# reply_as = "meubelhal"     # handle under which our replies are kept; else the account
# window_days = 365          # how far back the first slow walk goes
# sweep_days = 30            # how often everything in the window is read again
"#,
    reach: "everything of verified locations; edits come at once, deletions when asked one by one",
    recheck: 1,
    shared: Some("google"),
    every: SignedDuration::from_mins(30),
    build: |table| Ok(Box::new(GoogleBusiness::new(&read_config(table)?)?)),
};

/// Reviews a page, the most that Google gives; and locations a page.
const PAGE: &str = "50";
const EXPECTED: &str = "locations or reviews as the Business Profile API gives them";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlaceBy {
    #[default]
    Location,
    StoreCode,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    account: String,
    client_id: String,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    place_by: PlaceBy,
    reply_as: Option<String>,
    #[serde(default = "a_year")]
    window_days: u32,
    #[serde(default = "a_month")]
    sweep_days: u32,
    #[serde(default = "reviews_base")]
    base: String,
    #[serde(default = "locations_base")]
    locations_base: String,
    #[serde(default = "token_url")]
    token_url: String,
}

fn a_year() -> u32 {
    365
}

fn a_month() -> u32 {
    30
}

fn reviews_base() -> String {
    "https://mybusiness.googleapis.com/v4".to_owned()
}

fn locations_base() -> String {
    "https://mybusinessbusinessinformation.googleapis.com/v1".to_owned()
}

fn token_url() -> String {
    google::TOKEN_URL.to_owned()
}

struct GoogleBusiness {
    base: Url,
    locations_base: Url,
    /// The account's number.
    account: String,
    login: OAuth2,
    without: Vec<String>,
    place_by: PlaceBy,
    reply_as: String,
    rules: tour::Rules,
}

impl GoogleBusiness {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let account = config.account.trim().trim_start_matches("accounts/");
        if account.is_empty() || !account.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadConfig(
                "`account` must be accounts/ and a number: see the list of accounts".to_owned(),
            ));
        }
        Ok(Self {
            base: raw::address("base", &config.base)?,
            locations_base: raw::address("locations_base", &config.locations_base)?,
            login: OAuth2 {
                token_url: raw::address("token_url", &config.token_url)?,
                refresh_url: None,
                client_id: config.client_id.clone(),
                auth: ClientAuth::Form,
                scope: None,
                holds: None,
            },
            without: config.without.iter().map(|name| review::location_of(name).to_owned()).collect(),
            place_by: config.place_by,
            reply_as: config.reply_as.clone().unwrap_or_else(|| format!("accounts/{account}")),
            account: account.to_owned(),
            rules: tour::Rules {
                window: raw::days(config.window_days),
                sweep_every: raw::days(config.sweep_days),
            },
        })
    }

    fn get(&self, url: Url, cx: &Context<'_>) -> Result<Request, PlanError> {
        if cx.credential.is_none() {
            return Err(PlanError::NoCredential);
        }
        // Quotas are those of the project, and so of its client.
        api::get_with_token(url, cx, &format!("google:{}", self.login.client_id))
    }

    /// Takes the locations out of a page of them.
    fn places(&self, list: &[Value]) -> Vec<Place> {
        let places = list.iter().filter_map(|one| {
            let name = review::location_of(api::text(one, "name")?).to_owned();
            (!self.without.contains(&name)).then(|| Place {
                title: api::text(one, "title").and_then(raw::words::line),
                code: api::text(one, "storeCode")
                    .filter(|_| self.place_by == PlaceBy::StoreCode)
                    .map(str::to_owned),
                maps: api::text(one, "metadata/mapsUri").and_then(|uri| raw::link(uri, None)),
                name,
                floor: None,
            })
        });
        places.collect()
    }

    fn drafts(&self, one: &Value, place: Option<&Place>) -> Option<Vec<Draft>> {
        review::drafts(one, place, &self.reply_as)
    }
}

impl Source for GoogleBusiness {
    fn back(&self) -> Back {
        Back::window(Some(self.rules.window))
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: State = raw::state(cursor)?;
        let account = ["accounts", &self.account];
        let (mut url, token) = match state.ask(cx.now) {
            Ask::Locations { token } => {
                let mut url =
                    api::end_point(&self.locations_base, &[account.as_slice(), &["locations"]].concat());
                url.query_pairs_mut().append_pair("readMask", "name,title,storeCode,metadata");
                (url, token)
            }
            Ask::Reviews { location, token } => {
                let path = location.split('/').chain(["reviews"]);
                let mut url =
                    api::end_point(&self.base, &account.into_iter().chain(path).collect::<Vec<_>>());
                url.query_pairs_mut().append_pair("orderBy", "updateTime desc");
                (url, token)
            }
        };
        url.query_pairs_mut().append_pair("pageSize", PAGE);
        if let Some(token) = token {
            url.query_pairs_mut().append_pair("pageToken", &token);
        }
        self.get(url, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: State = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let fields = body.as_object().ok_or_else(|| api::other_shape(EXPECTED))?;
        let known =
            ["locations", "reviews", "averageRating", "totalReviewCount", "totalSize", "nextPageToken"];
        if !fields.keys().all(|key| known.contains(&key.as_str())) {
            return Err(api::other_shape(EXPECTED));
        }
        let token = api::text(&body, "nextPageToken").map(str::to_owned);
        let (mut items, mut warnings) = (Vec::new(), Vec::new());
        let reviews = api::at(&body, "reviews").as_array();
        if reviews.is_none() && !response.url.path().ends_with("/reviews") {
            let places = self.places(api::at(&body, "locations").as_array().map_or(&[], Vec::as_slice));
            let is_first = response.url.query_pairs().all(|(name, _)| name != "pageToken");
            let next = state.listed(places, is_first, token, response.at, &self.rules, &mut warnings);
            return Ok(Page { items, warnings, next, hints: Hints::default() });
        }
        let asked = review::location_of(response.url.path().trim_end_matches("/reviews")).to_owned();
        let mut oldest = None;
        let mut marks = Vec::new();
        for (at, one) in reviews.into_iter().flatten().enumerate() {
            let place = state.place(api::text(one, "name").map_or(asked.as_str(), review::location_of));
            let Some(found) = self.drafts(one, place) else {
                warnings.push(api::left_out(
                    format!("review {} of {asked}", at + 1),
                    "has no name or says nothing",
                ));
                continue;
            };
            oldest = api::date(one, "updateTime").or(oldest);
            marks.extend(found.first().map(|review| review.external_id.clone()));
            items.extend(found);
        }
        let seen = tour::Seen { location: &asked, marks: &marks, oldest, token, at: response.at };
        let next = state.read(&seen, &self.rules, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        Some(&self.login)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let location = review::location_of(response.url.path().trim_end_matches("/reviews"));
        match location.strip_prefix("locations/").filter(|id| !id.is_empty()) {
            Some(_) => google::refusal(
                response,
                &format!("{location} of Google (it has to be verified; else name it in `without`)"),
            ),
            None => google::refusal(response, "the locations of the Google account"),
        }
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let state: State = raw::state(cursor).ok()?;
        let location = review::location_of(response.url.path().strip_suffix("/reviews")?).to_owned();
        let why = part::refused(self, response)?;
        let mut warnings = Vec::new();
        let next = state.pass_over(&location, response.at, &self.rules, &mut warnings)?;
        let mut page = part::page(location, format!("{why}; it is tried again in some hours"), next);
        page.warnings.extend(warnings);
        Some(page)
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        let (review, _) = reply::review_of(&known.first()?.external_id);
        let path = ["accounts", &self.account].into_iter().chain(review.split('/')).collect::<Vec<_>>();
        Some(self.get(api::end_point(&self.base, &path), cx))
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        if reply::is_gone(response) {
            return Ok(reply::settle(known, Vec::new()));
        }
        let body = api::body(response, EXPECTED)?;
        let drafts = self.drafts(&body, None).ok_or_else(|| api::other_shape(EXPECTED))?;
        Ok(reply::settle(known, drafts))
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
