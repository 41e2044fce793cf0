//! WebwinkelKeur: the ratings of a web shop (<https://docs.webwinkelkeur.nl/>).
//!
//! A rating has no id: it is named by a digest of the shop, the moment it was written and who wrote it, which is all
//! that neither an edit nor the shop's reaction changes. The mail address goes into the digest only and is not kept.
//! Moments are local time without a zone. The list is ordered by creation, newest first, so edits and reactions are
//! found by a slow walk. Errors come with status 200.
//!
//! The code of the API can only be sent in the address: it is added when a request is planned and shown nowhere.
//! From memory: the address of the sister TrustProfile, which `base` may name.

use std::collections::BTreeMap;

use gehoor_domain::mention::{Channel, Draft, PlaceHint, Stars};
use gehoor_wire::{Request, Response};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::plug::{
    Back, BadConfig, Context, Cursor, Hints, Kind, Next, Page, ParseError, PlanError, Source, read_config,
};
use crate::raw::reply::{self, Company};
use crate::raw::rounds::{self, Rounds, Rules, Seen};
use crate::raw::{self, api, when, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "webwinkelkeur",
    about: "ratings of a web shop at WebwinkelKeur, with its reactions",
    channel: Channel::Review,
    credential: "required: the code of the API, from the dashboard",
    polled: true,
    example: r#"[[source]]
id = "webwinkelkeur"
kind = "webwinkelkeur"
credential = "env:WEBWINKELKEUR_CODE"
shop = "12345"
# permalink = "https://www.webwinkelkeur.nl/webshop/Meubelhal_12345"   # the page of the shop: a rating has none
# reply_as = "meubelhal"     # handle under which our reactions are kept; else webwinkelkeur-SHOP
# best = 5                   # the scale, if it is not found out rightly
# zone = "Europe/Amsterdam"  # of its dates
# window_days = 365          # how far back the slow walk goes
# sweep_hours = 24           # how often it looks for edits and reactions
"#,
    reach: "everything in the window; edits and reactions are seen by the slow walk, deletions are not",
    recheck: 0,
    shared: None,
    every: SignedDuration::from_mins(30),
    build: |table| Ok(Box::new(Webwinkelkeur::new(&read_config(table)?)?)),
};

/// Ratings a page; the most that are given.
const PAGE: usize = 100;
/// Pages overlap, so that a rating that is deleted meanwhile hides none.
const OVERLAP: usize = 3;
const EXPECTED: &str = "ratings as the WebwinkelKeur API gives them";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    shop: String,
    permalink: Option<String>,
    reply_as: Option<String>,
    best: Option<u8>,
    #[serde(default = "zone")]
    zone: String,
    #[serde(default = "a_year")]
    window_days: u32,
    #[serde(default = "a_day")]
    sweep_hours: u32,
    #[serde(default = "base")]
    base: String,
}

fn zone() -> String {
    "Europe/Amsterdam".to_owned()
}

fn a_year() -> u32 {
    365
}

fn a_day() -> u32 {
    24
}

fn base() -> String {
    "https://dashboard.webwinkelkeur.nl/api/1.0".to_owned()
}

struct Webwinkelkeur {
    base: Url,
    shop: [String; 1],
    permalink: Option<String>,
    reply_as: String,
    best: Option<f64>,
    zone: TimeZone,
    rules: Rules,
}

/// The cursor: the walk, and whether a rating was seen that only a scale up to ten can hold.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    up_to_ten: bool,
    walk: Rounds,
}

impl Webwinkelkeur {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let shop = config.shop.trim().to_owned();
        if shop.is_empty() {
            return Err(BadConfig(
                "`shop` is empty: it is the number of the shop in the dashboard".to_owned(),
            ));
        }
        let zone = TimeZone::get(&config.zone).map_err(|_| {
            BadConfig(format!("`zone`: `{}` is no time zone such as Europe/Amsterdam", config.zone))
        })?;
        Ok(Self {
            base: raw::address("base", &config.base)?,
            permalink: config
                .permalink
                .as_deref()
                .map(|url| raw::address("permalink", url))
                .transpose()?
                .map(String::from),
            reply_as: config.reply_as.clone().unwrap_or_else(|| format!("webwinkelkeur-{shop}")),
            best: config.best.map(f64::from),
            zone,
            rules: Rules {
                window: Some(raw::days(config.window_days)),
                sweep_every: Some(SignedDuration::from_hours(i64::from(config.sweep_hours.max(1)))),
                place_holds: None,
                ordered: true,
            },
            shop: [shop],
        })
    }

    fn shop(&self) -> &str {
        let [shop] = &self.shop;
        shop
    }

    /// What a rating is told by: nothing of it is changed by an edit or a reaction.
    fn name(&self, rating: &Value) -> Option<String> {
        let created = api::text(rating, "created").or_else(|| api::text(rating, "date"))?;
        let who = ["email", "name"].into_iter().find_map(|name| api::text(rating, name)).unwrap_or_default();
        Some(format!(
            "rating:{}",
            raw::digest([self.shop(), created.trim(), who.trim().to_lowercase().as_str()])
        ))
    }

    fn drafts(&self, rating: &Value, name: String, up_to_ten: bool) -> Option<Vec<Draft>> {
        let value = number(rating);
        let best = self.best.unwrap_or(if up_to_ten { 10.0 } else { 5.0 });
        // Up to ten begins at nothing, up to five at one.
        let worst = if best > 5.0 { 0.0 } else { 1.0 };
        let stars =
            value.filter(|value| (worst..=best).contains(value)).map(|value| Stars { value, best, worst });
        let text = api::text(rating, "comment").map(words::tidy).unwrap_or_default();
        if text.is_empty() && stars.is_none() {
            return None;
        }
        let date = ["created", "date"].into_iter().find_map(|name| api::text(rating, name));
        let draft = Draft {
            permalink: self.permalink.clone(),
            author_name: api::text(rating, "name").and_then(words::line),
            text,
            lang: api::text(rating, "language").and_then(words::lang),
            published: date.and_then(|date| when::in_zone(date, &self.zone)),
            stars,
            thread: Some(name.clone()),
            place: Some(PlaceHint { id: Some(format!("webwinkelkeur:{}", self.shop())), name: None }),
            // It is looked into, and nobody sees it meanwhile.
            withdrawn: api::is(rating, "quarantine"),
            external_id: name,
            ..Draft::default()
        };
        let by = Company { handle: self.reply_as.clone(), name: None };
        // When the shop reacted is not said.
        let reaction = api::text(rating, "reaction").and_then(|text| reply::to(&draft, &by, text, None));
        let reaction = reaction.map(|reaction| Draft { withdrawn: draft.withdrawn, ..reaction });
        Some([draft].into_iter().chain(reaction).collect())
    }
}

fn number(rating: &Value) -> Option<f64> {
    let value = api::at(rating, "rating");
    value.as_f64().or_else(|| raw::rating::number(value.as_str()?))
}

/// The cursor of a walk, with the scale that was found out.
fn with_scale(next: Next, up_to_ten: bool) -> Next {
    let whole = |walk: Cursor| -> Cursor {
        let walk = raw::state_for_parse(&walk).unwrap_or_default();
        raw::cursor(&State { up_to_ten, walk })
    };
    match next {
        Next::More(walk) => Next::More(whole(walk)),
        Next::CaughtUp(walk) => Next::CaughtUp(whole(walk)),
    }
}

impl Source for Webwinkelkeur {
    fn back(&self) -> Back {
        Back::window(self.rules.window)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: State = raw::state(cursor)?;
        let code = cx.credential.ok_or(PlanError::NoCredential)?;
        let (shop, offset) = state.walk.position(&self.shop, &self.rules, cx.now);
        let mut url = api::end_point(&self.base, &["ratings.json"]);
        url.query_pairs_mut()
            .append_pair("id", &shop)
            .append_pair("limit", &PAGE.to_string())
            .append_pair("offset", offset.as_deref().unwrap_or("0"))
            .append_pair("code", code.reveal().trim());
        let mut request = api::get(url);
        request.credential = Some(format!("webwinkelkeur:{shop}"));
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let mut state: State = raw::state_for_parse(cursor)?;
        let body = api::body(response, EXPECTED)?;
        if api::text(&body, "status").is_some_and(|status| status != "success") {
            let said = api::text(&body, "message").unwrap_or_default().to_ascii_lowercase();
            let why = match said.contains("authentication") || said.contains("credential") {
                true => "the number of the shop or the code of the API is wrong",
                false => "WebwinkelKeur answers with an error of its own",
            };
            return Err(ParseError::Refused(why.to_owned()));
        }
        let list = api::list(&body, "ratings", EXPECTED)?;
        state.up_to_ten |= list.iter().filter_map(number).any(|value| value > 5.0);
        let (mut items, mut warnings, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        let mut names: BTreeMap<String, u32> = BTreeMap::new();
        for (at, one) in list.iter().enumerate() {
            // Two ratings of one customer in one second: told apart by their order.
            let name = self.name(one).map(|name| {
                let count = names.entry(name.clone()).or_default();
                *count += 1;
                if *count > 1 { format!("{name}-{count}") } else { name }
            });
            let Some(found) = name.and_then(|name| self.drafts(one, name, state.up_to_ten)) else {
                warnings.push(api::left_out(format!("rating {}", at + 1), "has no date or says nothing"));
                continue;
            };
            if let Some(rating) = found.first() {
                seen.note(rating.external_id.clone(), rating.published);
            }
            items.extend(found);
        }
        let (_, offset) = state.walk.position(&self.shop, &self.rules, response.at);
        let offset: usize = offset.and_then(|offset| offset.parse().ok()).unwrap_or(0);
        let total = api::at(&body, "total").as_u64().and_then(|total| usize::try_from(total).ok());
        let is_more = total.map_or(list.len() >= PAGE, |total| offset.saturating_add(list.len()) < total);
        let step = list.len().saturating_sub(OVERLAP).max(1);
        seen.next = (is_more && !list.is_empty()).then(|| offset.saturating_add(step).to_string());
        seen.at = response.at;
        let next = state.walk.step(&self.shop, &seen, &self.rules, &mut warnings);
        let next = with_scale(next, state.up_to_ten);
        Ok(Page { items, warnings, next, hints: Hints::default() })
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        let state: State = raw::state(cursor).ok()?;
        let up_to_ten = state.up_to_ten;
        let walk = (self.shop.as_slice(), &self.rules);
        let page = rounds::refused(self, state.walk, walk, response, |shop| format!("the shop {shop}"))?;
        Some(Page { next: with_scale(page.next, up_to_ten), ..page })
    }
}

#[cfg(test)]
mod tests;
