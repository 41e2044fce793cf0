//! One Google review as drafts.

use gehoor_domain::mention::{Draft, PlaceHint, Stars};
use serde_json::Value;

use super::tour::Place;
use crate::raw::reply::{self, Company};
use crate::raw::{api, words};

/// The review, and what was answered to it. `None` when it has no name, or says nothing.
pub(super) fn drafts(review: &Value, place: Option<&Place>, reply_as: &str) -> Option<Vec<Draft>> {
    let name = api::text(review, "name")?;
    // Without the account: a location may move to another one.
    let id = name.find("locations/").and_then(|at| name.get(at..))?;
    let stars = stars(api::text(review, "starRating"));
    let text = api::text(review, "comment").map(|text| words::tidy(own_words(text))).unwrap_or_default();
    if text.is_empty() && stars.is_none() {
        return None;
    }
    let published = api::date(review, "createTime");
    let draft = Draft {
        external_id: id.to_owned(),
        // The API gives no address of a review: the place is where it stands.
        permalink: place.and_then(|place| place.maps.clone()),
        author_name: api::text(review, "reviewer/displayName")
            .filter(|_| !api::is(review, "reviewer/isAnonymous"))
            .and_then(words::line),
        text,
        published,
        edited: api::date(review, "updateTime").filter(|at| published.is_some_and(|first| *at > first)),
        stars,
        thread: Some(id.to_owned()),
        place: Some(hint(location_of(name), place)),
        ..Draft::default()
    };
    let by = Company { handle: reply_as.to_owned(), name: place.and_then(|place| place.title.clone()) };
    // A reply is looked at by Google first, and may be refused: nobody sees it until then.
    let is_seen = !matches!(api::text(review, "reviewReply/reviewReplyState"), Some("PENDING" | "REJECTED"));
    let answer = api::text(review, "reviewReply/comment").filter(|_| is_seen);
    let answer = answer.and_then(|text| {
        reply::to(&draft, &by, own_words(text), api::date(review, "reviewReply/updateTime"))
    });
    Some([draft].into_iter().chain(answer).collect())
}

/// `locations/2` out of `accounts/1/locations/2/reviews/x` and the like.
pub(super) fn location_of(name: &str) -> &str {
    let name = name.find("locations/").and_then(|at| name.get(at..)).unwrap_or(name);
    let end = name.match_indices('/').nth(1).map_or(name.len(), |(at, _)| at);
    name.get(..end).unwrap_or(name)
}

fn hint(location: &str, place: Option<&Place>) -> PlaceHint {
    let by_code = place.and_then(|place| place.code.as_ref()).map(|code| format!("location:{code}"));
    PlaceHint {
        id: Some(by_code.unwrap_or_else(|| format!("google:{location}"))),
        name: place.and_then(|place| place.title.clone()),
    }
}

fn stars(word: Option<&str>) -> Option<Stars> {
    let value = match word? {
        "ONE" => 1.0,
        "TWO" => 2.0,
        "THREE" => 3.0,
        "FOUR" => 4.0,
        "FIVE" => 5.0,
        _ => return None,
    };
    Some(Stars { value, best: 5.0, worst: 1.0 })
}

/// What the customer wrote, without the translation that Google puts before or after it.
fn own_words(text: &str) -> &str {
    const TRANSLATED: &str = "(Translated by Google)";
    if let Some((_, original)) = text.split_once("(Original)") {
        return original.trim();
    }
    match text.split_once(TRANSLATED) {
        Some((before, _)) if !before.trim().is_empty() => before.trim(),
        Some((_, after)) => after.trim(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::own_words;

    #[test]
    fn a_translation_is_taken_off_wherever_it_stands() {
        for text in [
            "(Translated by Google) Bad\n\n(Original)\nSlecht",
            "Slecht\n\n(Translated by Google)\nBad",
            "Slecht",
        ] {
            assert_eq!(own_words(text), "Slecht");
        }
        assert_eq!(own_words("(Translated by Google) Bad"), "Bad");
    }
}
