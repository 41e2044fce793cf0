//! One review of Kiyoh as drafts. All answers stand in a field called `rating`, also those that are text.

use gehoor_domain::mention::{Draft, PlaceHint, Stars};
use serde_json::Value;

use crate::raw::reply::{self, Company};
use crate::raw::{api, rating, words};

/// The lists of reviews in an answer, each with the object of its location: one location, a list of locations, or a
/// list of reviews that name theirs. `None` when it is none of these.
pub(super) fn lists(body: &Value) -> Option<Vec<(&Value, &[Value])>> {
    fn of(shop: &Value) -> Option<(&Value, &[Value])> {
        Some((shop, shop.get("reviews")?.as_array()?.as_slice()))
    }
    if let Some(shops) = body.as_array().or_else(|| api::at(body, "locations").as_array()) {
        return shops.iter().map(of).collect();
    }
    of(body).map(|one| vec![one])
}

/// The review, and what the shop answered. `None` when it has no id, or says nothing.
pub(super) fn drafts(review: &Value, shop: &Value, reply_as: Option<&str>) -> Option<Vec<Draft>> {
    let id = api::id(review, "reviewId")?;
    let answers = answers(review);
    let answer = |group: &str| answers.iter().find(|a| a.group == group).map(|a| a.given.as_str());
    let title = answer("DEFAULT_ONELINER").and_then(words::line);
    let text = text(&answers);
    let stars = stars(review, answer("DEFAULT_OVERALL"));
    if text.is_empty() && title.is_none() && stars.is_none() {
        return None;
    }
    let of = |name: &str| api::id(review, name).or_else(|| api::id(shop, name));
    let location = of("locationId");
    let published = api::date(review, "dateSince");
    let changed = api::date(review, "updatedSince").filter(|at| published.is_some_and(|first| *at > first));
    let reply = api::text(review, "reviewComments");
    let draft = Draft {
        permalink: of("viewReviewUrl").and_then(|link| crate::raw::link(&link, None)),
        author_name: api::text(review, "reviewAuthor").and_then(words::line),
        title,
        text,
        published,
        // A reply changes the review too, and is no edit of the customer's.
        edited: changed.filter(|_| reply.is_none()),
        stars,
        thread: Some(id.clone()),
        place: location.as_ref().map(|location| PlaceHint {
            id: Some(format!("kiyoh:{location}")),
            name: of("locationName").and_then(|name| words::line(&name)),
        }),
        external_id: id,
        ..Draft::default()
    };
    let handle = match reply_as {
        Some(handle) => handle.to_owned(),
        None => format!("kiyoh-{}", location.unwrap_or_default()),
    };
    let by = Company { handle, name: of("locationName") };
    // The reply has no date of its own; it is no later than the last change.
    let answered = reply.and_then(|text| reply::to(&draft, &by, text, changed));
    Some([draft].into_iter().chain(answered).collect())
}

struct Answer {
    group: String,
    question: Option<String>,
    given: String,
    is_text: bool,
}

fn answers(review: &Value) -> Vec<Answer> {
    let content = api::at(review, "reviewContent");
    // The form that was XML once has it twice.
    let list = content.as_array().or_else(|| api::at(content, "reviewContent").as_array());
    let read = |one: &Value| {
        let given = match api::at(one, "rating") {
            Value::String(text) if !text.trim().is_empty() => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let kind = api::text(one, "questionType").unwrap_or_default();
        Some(Answer {
            group: api::text(one, "questionGroup").unwrap_or_default().to_owned(),
            question: api::text(one, "questionTranslation").and_then(words::line),
            is_text: kind == "TEXT" || kind.is_empty() && given.contains(' '),
            given,
        })
    };
    list.into_iter().flatten().filter_map(read).collect()
}

/// The opinion, and what was answered to questions of the shop's own.
fn text(answers: &[Answer]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for answer in answers {
        match answer.group.as_str() {
            "DEFAULT_OPINION" => parts.insert(0, words::tidy(&answer.given)),
            group if group.starts_with("DEFAULT_") || !answer.is_text => {}
            _ => parts.push(match &answer.question {
                Some(question) => format!("{question}: {}", words::tidy(&answer.given)),
                None => words::tidy(&answer.given),
            }),
        }
    }
    parts.join("\n\n").trim().to_owned()
}

fn stars(review: &Value, overall: Option<&str>) -> Option<Stars> {
    let given = api::at(review, "rating");
    let value =
        given.as_f64().or_else(|| rating::number(given.as_str()?)).or_else(|| rating::number(overall?))?;
    (1.0..=10.0).contains(&value).then_some(Stars { value, best: 10.0, worst: 1.0 })
}
