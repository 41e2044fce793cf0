//! Replies to comments on YouTube, through the Data API.
//!
//! A source reads with an API key; a reply is a channel's and needs a login of its own (OAuth 2.0, scope
//! youtube.force-ssl). Answers have one level: an answer to an answer hangs on the first comment. Nothing makes a
//! comment one, so it is looked first among the answers of the thread. A reply costs about 52 of the 10,000 units a day
//! of the project. From memory: that a comment may have 10,000 letters.

use gehoor_domain::effect::Receipt;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::login::{ClientAuth, Login, OAuth2};
use gehoor_wire::{Request, Response};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::talk::{Ask, Next, Post, Way, api, at, base, gone, id_at, is_id, own, unnamed};
use super::{Channel, google, kind};
use crate::answer::Advice;
use crate::clean;
use crate::desk::http::{Shown, with_json};
use crate::plug::{BadConfig, Refusal};

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "youtube-reply",
        "replies to comments on YouTube, as the channel",
        "one of its own: `client_secret=…` and `refresh_token=…` of the channel, scope youtube.force-ssl",
        "reply = { credential = \"env:YOUTUBE_REPLY\", client_id = \"123-abc.apps.googleusercontent.com\" }",
    ),
    source: "youtube",
    length: Length { by: Measure::Letters, most: 10_000 },
    build: |settings| {
        let Keys { client_id, token_url } = own(settings.own)?;
        let client_id = client_id.ok_or_else(|| {
            BadConfig(
                "`reply` needs `client_id` and a `credential` of its own: the API key of the source only reads"
                    .to_owned(),
            )
        })?;
        let token_url = token_url.as_deref().unwrap_or(google::TOKEN_URL).parse();
        Ok(Box::new(Post(YouTube {
            base: base(settings.source, "base", Some("https://www.googleapis.com/youtube/v3"))?,
            login: OAuth2 {
                token_url: token_url.map_err(|_| BadConfig("`token_url` is no web address".to_owned()))?,
                refresh_url: None,
                client_id,
                auth: ClientAuth::Form,
                scope: None,
                holds: None,
            },
        })))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    token_url: Option<String>,
}

const ADVICE: Advice = Advice {
    who: "YouTube",
    unauthorized: "put a new `refresh_token` into the credential of `reply`",
    forbidden: "check that the login is the channel's, with the scope youtube.force-ssl, and that comments are on there",
    missing: "check `base` of the source",
    gone: "look whether the comment still stands",
    moved: "put the address where it ends into `base` of the source",
    refused: "look at the comment there and shorten the reply, or answer by hand",
};

/// Pages of a hundred answers that are looked through.
const MOST_PAGES: u8 = 4;

struct YouTube {
    base: Url,
    login: OAuth2,
}

impl Way for YouTube {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        if !is_id(&ask.task.to) {
            return Err(unnamed("YouTube"));
        }
        let request = self.call(ask, Method::GET, &[("id", &ask.task.to), ("textFormat", "plainText")])?;
        Ok(Next::Send(request, "comment".to_owned()))
    }

    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal> {
        if matches!(answer.status.as_u16(), 404 | 410) {
            return Err(gone("YouTube"));
        }
        if !answer.status.is_success() {
            return Err(google::refusal(&ADVICE, answer));
        }
        let body = ADVICE.json(answer)?;
        let unreadable = || ADVICE.unreadable(answer);
        let list = || body.get("items").and_then(Value::as_array).ok_or_else(unreadable);
        if word == "comment" {
            let named = |c: &&Value| at(c, "/id") == Some(&ask.task.to);
            let comment = list()?.iter().find(named).ok_or_else(|| gone("YouTube"))?;
            let above = id_at(comment, "/snippet/parentId").unwrap_or_else(|| ask.task.to.clone());
            return self.answers(ask, &above, 1, None);
        }
        let mut words = word.split(' ');
        if words.next() == Some("answers") {
            let (Some(above), Some(page)) = (words.next(), words.next().and_then(|n| n.parse::<u8>().ok()))
            else {
                return Err(unreadable());
            };
            let text = |c: &Value| {
                at(c, "/snippet/textOriginal").or_else(|| at(c, "/snippet/textDisplay")).map(str::to_owned)
            };
            let ours = list()?.iter().find(|c| text(c).is_some_and(|text| ask.is_said(&text)));
            if let Some(ours) = ours {
                return receipt(ask, ours).map(Next::Done).ok_or_else(unreadable);
            }
            let more = at(&body, "/nextPageToken").filter(|_| page < MOST_PAGES);
            return match more {
                Some(token) => self.answers(ask, above, page + 1, Some(token)),
                None => self.write(ask, above),
            };
        }
        receipt(ask, &body).map(Next::Done).ok_or_else(unreadable)
    }

    fn login(&self) -> Option<&dyn Login> {
        Some(&self.login)
    }
}

impl YouTube {
    fn call(&self, ask: &Ask<'_>, method: Method, query: &[(&str, &str)]) -> Result<Request, Refusal> {
        let mut request = api(ask, method, &self.base, &["comments"], "youtube", Shown::As("Bearer "))?;
        request.url.query_pairs_mut().append_pair("part", "snippet").extend_pairs(query);
        Ok(request)
    }

    fn answers(&self, ask: &Ask<'_>, above: &str, page: u8, token: Option<&str>) -> Result<Next, Refusal> {
        let mut query = vec![("parentId", above), ("maxResults", "100"), ("textFormat", "plainText")];
        query.extend(token.map(|token| ("pageToken", token)));
        Ok(Next::Send(self.call(ask, Method::GET, &query)?, format!("answers {above} {page}")))
    }

    fn write(&self, ask: &Ask<'_>, above: &str) -> Result<Next, Refusal> {
        let body = json!({"snippet": {"parentId": above, "textOriginal": ask.task.text}});
        Ok(Next::Send(with_json(self.call(ask, Method::POST, &[])?, &body), "sent".to_owned()))
    }
}

fn receipt(ask: &Ask<'_>, comment: &Value) -> Option<Receipt> {
    let id = id_at(comment, "/id")?;
    let page: Option<Url> = ask.task.permalink.as_deref().and_then(|link| link.parse().ok());
    let video = page.and_then(|url| url.query_pairs().find(|(n, _)| n == "v").map(|(_, v)| v.into_owned()));
    let url = video.and_then(|video| {
        let mut url = Url::parse("https://www.youtube.com/watch").ok()?;
        url.query_pairs_mut().append_pair("v", &video).append_pair("lc", &id);
        clean::link(url.as_str())
    });
    Some(Receipt { id: Some(id), url })
}
