//! One comment of the YouTube Data API as a draft.

use gehoor_domain::mention::{Draft, Reach};
use serde_json::Value;
use url::Url;

use crate::plug::Known;
use crate::raw::{self, api, words};

/// A comment: `video` and `parent` are what the list around it says, where the comment itself does not.
pub(super) fn draft(
    comment: &Value,
    video: Option<&str>,
    parent: Option<&str>,
) -> Result<Draft, &'static str> {
    let id = api::id(comment, "id").ok_or("a comment has no id")?;
    let snippet = api::at(comment, "snippet");
    // The original text is not shown to everybody; the displayed one is plain, as it was asked for.
    let text = api::text(snippet, "textOriginal").or_else(|| api::text(snippet, "textDisplay"));
    let text = text.map(words::tidy).filter(|t| !t.is_empty()).ok_or("a comment has no text")?;
    let parent = api::text(snippet, "parentId").or(parent).filter(|parent| *parent != id);
    let name = api::text(snippet, "authorDisplayName").and_then(words::line);
    let handle = name.as_deref().and_then(|n| n.strip_prefix('@')).map(str::to_owned);
    let (published, updated) = (api::date(snippet, "publishedAt"), api::date(snippet, "updatedAt"));
    let video = api::text(snippet, "videoId").or(video);
    Ok(Draft {
        permalink: video.and_then(|video| permalink(video, &id)),
        // Missing when the account is gone.
        author_id: api::id(snippet, "authorChannelId/value"),
        author_url: api::text(snippet, "authorChannelUrl").and_then(|u| raw::link(u, None)),
        author_handle: handle,
        author_name: name,
        text,
        published,
        edited: updated.filter(|at| published != Some(*at)),
        thread: Some(parent.unwrap_or(&id).to_owned()),
        in_reply_to: parent.map(str::to_owned),
        reach: Reach { likes: api::count(snippet, "likeCount"), ..Reach::default() },
        external_id: id,
        ..Draft::default()
    })
}

fn permalink(video: &str, comment: &str) -> Option<String> {
    let mut url = Url::parse("https://www.youtube.com/watch").ok()?;
    url.query_pairs_mut().append_pair("v", video).append_pair("lc", comment);
    Some(url.to_string())
}

/// The video out of the address that was stored with a comment.
pub(super) fn video_of(known: &Known) -> Option<String> {
    let url = Url::parse(known.permalink.as_deref()?).ok()?;
    url.query_pairs().find(|(name, _)| name == "v").map(|(_, video)| video.into_owned())
}
