//! Google Play: reviews of our own apps, by the Developer API and a service account.
//!
//! The list is ordered by the last change, newest first, so an edit is on the first page again. It holds reviews with
//! a text only, and only those of the last 7 days: what is missed for longer is not in it any more, and a poll after
//! such a pause says so. There is no date of creation: a review that was edited carries the date of the edit.
//!
//! From memory: the public address of a review.

use gehoor_domain::mention::{Channel, Draft, Reach, Stars};
use gehoor_wire::login::{Login, ServiceAccount};
use gehoor_wire::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, By, Context, Cursor, Hints, Kind, Page, ParseError, PlanError, Refusal, Source, Warning,
    read_config,
};
use crate::raw::reply::{self, Company};
use crate::raw::rounds::{self, Rounds, Rules, Seen};
use crate::raw::{self, api, google, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "google-play",
    about: "reviews of your own apps in Google Play, with your replies",
    channel: Channel::Appstore,
    credential: "required: the JSON key of a service account that may reply to reviews in the Play Console",
    polled: true,
    example: r#"[[source]]
id = "google-play"
kind = "google-play"
credential = "file:/etc/gehoor/play.json"
packages = ["nl.meubelhal.app"]
# reply_as = "meubelhal"   # handle under which our replies are kept; else the package
# Google allows 200 calls an hour and app.
"#,
    reach: "reviews with a text that were written or changed in the last 7 days; deletions are not seen",
    recheck: 0,
    shared: Some("google-play"),
    every: SignedDuration::from_mins(10),
    build: |table| Ok(Box::new(GooglePlay::new(&read_config(table)?)?)),
};

const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";
/// How long a review is shown after its last change.
const SHOWN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Page tokens are not believed for longer.
const TOKEN_HOLDS: SignedDuration = SignedDuration::from_mins(30);
const EXPECTED: &str = "reviews as the Google Play Developer API gives them";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    packages: Vec<String>,
    reply_as: Option<String>,
    #[serde(default = "base")]
    base: String,
    token_url: Option<String>,
}

fn base() -> String {
    "https://androidpublisher.googleapis.com/androidpublisher/v3".to_owned()
}

struct GooglePlay {
    base: Url,
    packages: Vec<String>,
    reply_as: Option<String>,
    login: ServiceAccount,
    rules: Rules,
}

impl GooglePlay {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let is_name = |name: &String| {
            name.contains('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
        };
        if config.packages.is_empty() || !config.packages.iter().all(is_name) {
            return Err(BadConfig(
                "`packages` must name at least one app, as in nl.meubelhal.app".to_owned(),
            ));
        }
        let token_url = config.token_url.as_deref().map(|url| raw::address("token_url", url)).transpose()?;
        Ok(Self {
            base: raw::address("base", &config.base)?,
            packages: config.packages.clone(),
            reply_as: config.reply_as.clone(),
            login: ServiceAccount { scope: SCOPE.to_owned(), token_url },
            rules: Rules { window: None, sweep_every: None, place_holds: Some(TOKEN_HOLDS), ordered: true },
        })
    }
}

impl Source for GooglePlay {
    fn back(&self) -> Back {
        Back::days(7, By::Platform)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: Rounds = raw::state(cursor)?;
        if cx.credential.is_none() {
            return Err(PlanError::NoCredential);
        }
        let (package, token) = state.position(&self.packages, &self.rules, cx.now);
        let mut url = api::end_point(&self.base, &["applications", &package, "reviews"]);
        url.query_pairs_mut().append_pair("maxResults", "100");
        if let Some(token) = token {
            url.query_pairs_mut().append_pair("token", &token);
        }
        // Quotas are counted by app.
        api::get_with_token(url, cx, &format!("google-play:{package}"))
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: Rounds = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        let fields = body.as_object().ok_or_else(|| api::other_shape(EXPECTED))?;
        // A list without reviews has no `reviews` at all.
        if !fields.keys().all(|key| ["reviews", "pageInfo", "tokenPagination"].contains(&key.as_str())) {
            return Err(api::other_shape(EXPECTED));
        }
        let (package, _) = state.position(&self.packages, &self.rules, response.at);
        let (mut items, mut warnings, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        if state.looked(&package).is_some_and(|looked| response.at.duration_since(looked) > SHOWN) {
            let problem = "was not asked for more than 7 days: what was written before the last 7 days is not \
                           shown any more; import it from the monthly report";
            warnings.push(Warning { item: format!("the app {package}"), problem: problem.to_owned() });
        }
        let list = api::at(&body, "reviews").as_array();
        for (at, one) in list.into_iter().flatten().enumerate() {
            let Some(found) = drafts(one, &package, self.reply_as.as_deref()) else {
                warnings.push(api::left_out(
                    format!("review {} of {package}", at + 1),
                    "has no id or says nothing",
                ));
                continue;
            };
            if let Some(review) = found.first() {
                let changed = review.published.map(|at| at.to_string()).unwrap_or_default();
                seen.note(format!("{}@{changed}", review.external_id), review.published);
            }
            items.extend(found);
        }
        seen.next = api::text(&body, "tokenPagination/nextPageToken").map(str::to_owned);
        seen.at = response.at;
        let next = state.step(&self.packages, &seen, &self.rules, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        Some(&self.login)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        let path = response.url.path();
        let package = self.packages.iter().find(|package| path.contains(&format!("/{package}/")));
        let what = package
            .map_or_else(|| "Google Play".to_owned(), |package| format!("the app {package} in Google Play"));
        google::refusal(response, &what)
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let walk = (self.packages.as_slice(), &self.rules);
        rounds::refused(self, raw::state(cursor).ok()?, walk, response, |package| {
            format!("the app {package}")
        })
    }
}

/// The review, and what the developer answered. `None` when it has no id, or says nothing.
fn drafts(review: &Value, package: &str, reply_as: Option<&str>) -> Option<Vec<Draft>> {
    let id = api::id(review, "reviewId")?;
    let comments = api::at(review, "comments").as_array()?;
    let last = |of: &str| comments.iter().filter_map(|comment| comment.get(of)).next_back();
    let user = last("userComment")?;
    // Translated texts bring along what the customer wrote.
    let whole =
        ["originalText", "text"].into_iter().find_map(|name| api::text(user, name)).unwrap_or_default();
    let (title, text) = whole.split_once('\t').unwrap_or(("", whole));
    let stars = api::at(user, "starRating").as_f64().filter(|value| (1.0..=5.0).contains(value));
    let (title, text) = (words::line(title), words::tidy(text));
    if text.is_empty() && title.is_none() && stars.is_none() {
        return None;
    }
    let public = format!("https://play.google.com/store/apps/details?id={package}");
    let permalink = Url::parse_with_params(&public, [("reviewId", &id)]).ok().map(String::from);
    let draft = Draft {
        permalink,
        author_name: api::text(review, "authorName").and_then(words::line),
        title,
        text,
        lang: api::text(user, "reviewerLanguage").and_then(words::lang),
        published: modified(user),
        stars: stars.map(|value| Stars { value, best: 5.0, worst: 1.0 }),
        thread: Some(id.clone()),
        reach: Reach { likes: api::count(user, "thumbsUpCount"), ..Reach::default() },
        external_id: id,
        ..Draft::default()
    };
    let by = Company { handle: reply_as.unwrap_or(package).to_owned(), name: None };
    let answer = last("developerComment")
        .and_then(|answer| reply::to(&draft, &by, api::text(answer, "text")?, modified(answer)));
    Some([draft].into_iter().chain(answer).collect())
}

/// `{"seconds": "1443676826", "nanos": 713000000}`; the seconds are a text.
fn modified(comment: &Value) -> Option<Timestamp> {
    let at = api::at(comment, "lastModified");
    let seconds = api::at(at, "seconds");
    let seconds = seconds.as_i64().or_else(|| seconds.as_str()?.parse().ok())?;
    let nanos = api::at(at, "nanos").as_i64().and_then(|nanos| i32::try_from(nanos).ok()).unwrap_or(0);
    Timestamp::new(seconds, nanos).ok()
}

#[cfg(test)]
mod tests;
