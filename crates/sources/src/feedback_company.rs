//! Feedback Company: the reviews of a web shop.
//!
//! Known from its clients only: the order of the list is not said (it is taken for newest first, and a slow walk finds
//! what that misses), how long a token holds neither (clients keep it for 60 to 90 days), and what the company
//! answered was not seen in it. Failures come with status 200.

use gehoor_domain::mention::{Channel, Draft, Stars};
use gehoor_wire::login::{Grant, Login, LoginError, Token, part};
use gehoor_wire::{Request, Response, Secret};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Page, ParseError, PlanError, Source, read_config,
};
use crate::raw::rounds::{self, Rounds, Rules, Seen};
use crate::raw::{self, api, rating, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "feedback-company",
    about: "reviews of a web shop at Feedback Company",
    channel: Channel::Review,
    credential: "required: the client's secret",
    polled: true,
    example: r#"[[source]]
id = "feedback-company"
kind = "feedback-company"
credential = "env:FEEDBACK_COMPANY_SECRET"
client_id = "abc123"
# permalink = "https://www.feedbackcompany.com/nl-nl/reviews/meubelhal"   # the page of the shop: a review has none
# window_days = 365        # how far back the slow walk goes
# sweep_hours = 24         # how often it looks for edits
"#,
    reach: "everything in the window; edits are seen by the slow walk, deletions and the company's answers are not",
    recheck: 0,
    shared: None,
    every: SignedDuration::from_mins(30),
    build: |table| Ok(Box::new(FeedbackCompany::new(&read_config(table)?)?)),
};

const PAGE: usize = 100;
/// Pages overlap, so that a review that is deleted meanwhile hides none.
const OVERLAP: usize = 3;
/// The shorter of the times that clients keep a token.
const TOKEN_HOLDS: SignedDuration = SignedDuration::from_hours(24 * 60);
const EXPECTED: &str = "reviews as the Feedback Company API gives them";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    client_id: String,
    permalink: Option<String>,
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
    "https://www.feedbackcompany.com".to_owned()
}

struct FeedbackCompany {
    base: Url,
    client: [String; 1],
    permalink: Option<String>,
    login: QueryLogin,
    rules: Rules,
}

impl FeedbackCompany {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let base = raw::address("base", &config.base)?;
        let permalink = config.permalink.as_deref().map(|url| raw::address("permalink", url)).transpose()?;
        Ok(Self {
            client: [config.client_id.clone()],
            permalink: permalink.map(String::from),
            login: QueryLogin {
                url: api::end_point(&base, &["api", "v2", "oauth2", "token"]),
                client_id: config.client_id.clone(),
            },
            rules: Rules {
                window: Some(raw::days(config.window_days)),
                sweep_every: Some(SignedDuration::from_hours(i64::from(config.sweep_hours.max(1)))),
                place_holds: None,
                ordered: true,
            },
            base,
        })
    }

    fn draft(&self, review: &Value) -> Option<Draft> {
        let id = api::id(review, "id")?;
        let score = api::at(review, "total_score");
        let value = score.as_f64().or_else(|| rating::number(score.as_str()?));
        let stars =
            value.filter(|v| (0.0..=5.0).contains(v)).map(|value| Stars { value, best: 5.0, worst: 0.0 });
        let text = answers(review);
        if text.is_empty() && stars.is_none() {
            return None;
        }
        Some(Draft {
            permalink: self.permalink.clone(),
            author_name: api::text(review, "client/name").and_then(words::line),
            text,
            published: api::date(review, "date_created"),
            stars,
            thread: Some(id.clone()),
            external_id: id,
            ..Draft::default()
        })
    }
}

/// What was written, question by question; scores and choices are left out.
fn answers(review: &Value) -> String {
    let questions = api::at(review, "questions").as_array();
    let open = questions.into_iter().flatten().filter(|question| api::text(question, "type") == Some("open"));
    let texts = open.filter_map(|question| api::text(question, "value")).map(words::tidy);
    texts.collect::<Vec<_>>().join("\n\n")
}

/// Whether an answer is the refusal that comes with status 200.
fn failure(body: &Value) -> Option<&str> {
    let said = api::text(body, "error");
    let failed = said.is_some() || api::at(body, "success").as_bool() == Some(false);
    failed.then(|| said.unwrap_or_default())
}

/// The login: a GET with the secret in its address, under the name of another grant. It is their way.
struct QueryLogin {
    url: Url,
    client_id: String,
}

impl Login for QueryLogin {
    fn ask(&self, credential: &Secret, _held: Option<&Token>, _now: Timestamp) -> Result<Grant, LoginError> {
        let secret = part(credential, "client_secret", true)?;
        let mut url = self.url.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("client_secret", secret.reveal())
            .append_pair("grant_type", "authorization_code");
        Ok(Grant::Ask(api::get(url)))
    }

    fn read(&self, _held: Option<&Token>, response: &Response) -> Result<Token, LoginError> {
        let body: Value = serde_json::from_slice(&response.body)
            .map_err(|_| LoginError::Answer("it is no JSON".to_owned()))?;
        let token = api::text(&body, "access_token").filter(|_| failure(&body).is_none());
        let token = token.ok_or_else(|| LoginError::Answer("`access_token` is missing".to_owned()))?;
        let expires = response.at.checked_add(TOKEN_HOLDS).ok();
        Ok(Token { access: Secret::new(token), refresh: None, expires, ends: None })
    }

    fn has_ended(&self, response: &Response) -> bool {
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        response.status == http::StatusCode::UNAUTHORIZED
            || failure(&body).is_some_and(|said| said.starts_with("401"))
    }
}

impl Source for FeedbackCompany {
    fn back(&self) -> Back {
        Back::window(self.rules.window)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: Rounds = raw::state(cursor)?;
        if cx.credential.is_none() {
            return Err(PlanError::NoCredential);
        }
        let (client, start) = state.position(&self.client, &self.rules, cx.now);
        let mut url = api::end_point(&self.base, &["api", "v2", "review"]);
        url.query_pairs_mut()
            .append_pair("limit", &PAGE.to_string())
            .append_pair("start", start.as_deref().unwrap_or("0"));
        api::get_with_token(url, cx, &format!("feedback-company:{client}"))
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: Rounds = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        if let Some(said) = failure(&body) {
            let why = match said.starts_with("401") {
                true => "the token has ended or the client is not known",
                false => "Feedback Company answers with an error of its own",
            };
            return Err(ParseError::Refused(why.to_owned()));
        }
        let list = api::list(&body, "reviews", EXPECTED)?;
        let (mut items, mut warnings, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        for (at, one) in list.iter().enumerate() {
            match self.draft(one) {
                Some(draft) => {
                    seen.note(draft.external_id.clone(), draft.published);
                    items.push(draft);
                }
                None => {
                    warnings.push(api::left_out(format!("review {}", at + 1), "has no id or says nothing"))
                }
            }
        }
        let (_, start) = state.position(&self.client, &self.rules, response.at);
        let start: usize = start.and_then(|start| start.parse().ok()).unwrap_or(0);
        let total = api::at(&body, "count/total").as_u64().and_then(|total| usize::try_from(total).ok());
        let is_more = total.map_or(list.len() >= PAGE, |total| start.saturating_add(list.len()) < total);
        let step = list.len().saturating_sub(OVERLAP).max(1);
        seen.next = (is_more && !list.is_empty()).then(|| start.saturating_add(step).to_string());
        seen.at = response.at;
        let next = state.step(&self.client, &seen, &self.rules, &mut warnings);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn login(&self) -> Option<&dyn Login> {
        Some(&self.login)
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let walk = (self.client.as_slice(), &self.rules);
        rounds::refused(self, raw::state(cursor).ok()?, walk, response, |client| {
            format!("the reviews of {client}")
        })
    }
}

#[cfg(test)]
mod tests;
