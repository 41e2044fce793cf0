//! Alerts into a chat channel by a Slack-compatible incoming webhook (Slack, Mattermost and others).
//!
//! What a customer wrote stands in `plain_text` elements, where no mark-up is read. Mattermost shows no blocks: it
//! reads `text` as Markdown. So all of it stands in `text` as well, with everything broken up that could call a whole
//! channel, hide a link behind words, or load a picture. The webhook's address is the secret.
//!
//! Sources: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks> and
//! <https://developers.mattermost.com/integrate/webhooks/incoming> (both seen 2026-11); Slack's own libraries for Python
//! (3.48) and Node (8.0) take its blocks as they stand.

use gehoor_domain::effect::{Delivery, Receipt, Task};
use gehoor_wire::{Body, Outgoing, Request, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::{Advice, later, never};
use crate::letter::{self, Words};
use crate::plug::{Context, Kind, Outlet, Progress, Refusal, Step, read_config};
use crate::{clean, defuse};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "slack",
    about: "alerts into a channel of Slack, Mattermost or another chat that takes Slack's incoming webhooks",
    tickets: false,
    alerts: true,
    read_by_customers: false,
    credential: "required: the whole address of the incoming webhook; who knows it can write into the channel",
    example: r#"[[outlet]]
id = "chat"
kind = "slack"
credential = "env:GEHOOR_SLACK_URL"
# include_text = true                # false: no names and texts of customers in the channel
"#,
    build: |table| Ok(Box::new(Slack { config: read_config(table)? })),
};

const ADVICE: Advice = Advice {
    who: "the chat",
    unauthorized: "make a new incoming webhook and put its address into the credential of this outlet",
    forbidden: "the webhook may not write there: check the rights of the channel, or make a new webhook",
    missing: "the webhook is gone: make a new one and put its address into the credential of this outlet",
    gone: "the channel or the webhook is gone: make a new webhook for a channel that is in use",
    moved: "put the address where it ends into the credential of this outlet",
    refused: "check that the address is one of an incoming webhook that understands Slack's messages",
};

/// What Slack answers to what it does not take, and what a person has to do. Its own words are named because people
/// can look them up; anything else that stands in an answer is not repeated.
const ERRORS: &[(&str, &str)] = &[
    ("action_prohibited", "an administrator of the workspace has forbidden it: ask for it to be allowed"),
    ("channel_is_archived", "the channel is archived: make a webhook for a channel that is in use"),
    ("channel_not_found", "the channel is gone: make a webhook for a channel that is in use"),
    ("invalid_blocks", "please report this as a fault of Gehoor"),
    ("invalid_payload", "please report this as a fault of Gehoor"),
    ("invalid_token", "the webhook is no longer valid: make a new one"),
    ("msg_blocks_too_long", "please report this as a fault of Gehoor"),
    ("no_active_hooks", "the webhook is switched off: switch it on or make a new one"),
    ("no_service", "the webhook is gone: make a new one"),
    ("no_team", "the workspace is gone: make a webhook in another one"),
    ("no_text", "please report this as a fault of Gehoor"),
    ("posting_to_general_channel_denied", "not everybody may write there: choose another channel"),
    ("too_many_attachments", "please report this as a fault of Gehoor"),
    ("user_not_found", "the person is gone: make a webhook for a channel"),
];

/// Slack takes 150 characters in a header, 3,000 in a section, 50 blocks, and about 13,000 characters in all of them.
/// Bytes are counted here, of which there are never fewer than characters.
const HEADER: usize = 150;
const SECTION: usize = 2900;
const POST: usize = 1500;
const MOST_POSTS: usize = 4;
/// Mattermost splits a message above 16,383 characters.
const TEXT_LINES: usize = 1500;
const TEXT_POST: usize = 600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default = "yes")]
    include_text: bool,
}

fn yes() -> bool {
    true
}

struct Slack {
    config: Config,
}

impl Outlet for Slack {
    fn step(
        &self,
        delivery: &Delivery,
        _progress: &Progress,
        answer: Option<&Response>,
        cx: &Context<'_>,
    ) -> Step {
        match answer {
            None => self.request(delivery, cx).map_or_else(Step::Refused, |request| {
                Step::Send(Outgoing::Http(request), Progress("sent".to_owned()))
            }),
            Some(answer) => match refusal(answer) {
                None => Step::Done(Receipt { id: None, url: None }),
                Some(refusal) => Step::Refused(refusal),
            },
        }
    }
}

impl Slack {
    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let Task::Alert { level, .. } = &delivery.task else {
            return Err(never("a chat takes alerts, no tickets: name another outlet as service queue"));
        };
        let address = cx.credential.ok_or_else(|| {
            never(
                "there is no address: set `credential` of this outlet to the address of the incoming webhook",
            )
        })?;
        let url = Url::parse(address.reveal().trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http"))
            .ok_or_else(|| {
                never("the credential of this outlet is not the address of a webhook: copy all of it")
            })?;
        let body = serde_json::to_vec(&self.message(delivery, level))
            .map_err(|_| never("the message could not be written as JSON"))?;
        let mut request = Request::api(Method::POST, url);
        request.credential = request.url.host_str().map(|host| format!("slack:{host}"));
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.body = Body::Bytes(body.into());
        Ok(request)
    }

    fn message(&self, delivery: &Delivery, level: &str) -> Value {
        let words = Words::of(&delivery.lang);
        let sign = match level {
            "urgent" => "🔴",
            "warning" => "🟠",
            _ => "🔵",
        };
        let subject = format!("{sign} {}", clean::line(&delivery.subject, HEADER));
        let lines: Vec<String> = delivery.lines.iter().take(40).map(|l| clean::block(l, SECTION)).collect();
        let lines = lines.join("\n");
        let (posts, left_out) = match self.config.include_text {
            true => clean::posts(&delivery.posts, MOST_POSTS, POST),
            false => (Vec::new(), 0),
        };
        let open = clean::link(&delivery.url);

        let own = defuse::ours(&marked_up(&lines, TEXT_LINES), &delivery.url);
        let mut text = vec![marked_up(&subject, HEADER), own];
        let mut blocks = vec![json!({"type": "header", "text": plain(&subject, HEADER)})];
        if !lines.trim().is_empty() {
            blocks.push(section(&lines, SECTION));
        }
        for post in posts {
            let head = format!("{}, {}:", post.author, letter::time(post.at));
            blocks.push(section(&format!("{head}\n{}", post.text), POST));
            // A fence or list that a customer begins ends with the quote.
            text.push(marked_up(&head, HEADER));
            text.push(clean::quoted(&marked_up(&post.text, TEXT_POST), "> "));
            text.push(String::new());
            if let Some(link) = post.permalink {
                blocks.push(context(&link, words.post));
            }
        }
        if let Some(note) = words.left_out(left_out) {
            blocks.push(section(&note, SECTION));
            text.push(note);
        }
        if let Some(link) = open {
            text.push(named_link(&link, words.open));
            blocks.push(context(&link, words.open));
        }
        let text = text.join("\n");
        json!({"text": text, "blocks": blocks, "unfurl_links": false, "unfurl_media": false})
    }
}

fn plain(text: &str, max: usize) -> Value {
    json!({"type": "plain_text", "text": clean::cut(defuse::chat(text), max), "emoji": false})
}

fn section(text: &str, max: usize) -> Value {
    json!({"type": "section", "text": plain(text, max)})
}

fn context(link: &str, words: &str) -> Value {
    json!({"type": "context", "elements": [{"type": "mrkdwn", "text": named_link(link, words)}]})
}

/// A link as Slack and Mattermost both read it. `clean::link` leaves neither `|` nor `<` and `>` in it.
fn named_link(link: &str, words: &str) -> String {
    format!("<{}|{words}>", escaped(link))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text for a field where mark-up is read.
fn marked_up(text: &str, max: usize) -> String {
    escaped(&clean::cut(defuse::chat(text), max))
}

/// Why an answer is not a yes. Slack and Mattermost say `ok`; others say so in JSON, or with 204.
fn refusal(answer: &Response) -> Option<Refusal> {
    let text = std::str::from_utf8(&answer.body).unwrap_or("?").trim();
    let json: Option<Value> = serde_json::from_str(text).ok();
    let word = json.as_ref().and_then(|j| j.get("error")).and_then(Value::as_str).unwrap_or(text);
    if let Some((word, advice)) = ERRORS.iter().find(|(known, _)| *known == word) {
        return Some(never(format!("the chat refuses it ({word}): {advice}")));
    }
    if !answer.status.is_success() {
        return Some(ADVICE.refusal(answer));
    }
    let json_yes = json.as_ref().is_some_and(|j| {
        let yes = |key: &str| j.get(key) == Some(&Value::Bool(true));
        yes("ok") || yes("success") || j.get("result").and_then(Value::as_str) == Some("success")
    });
    if text == "ok" || json_yes || answer.status == StatusCode::NO_CONTENT {
        return None;
    }
    if json.is_some() {
        return Some(later(
            "the chat says that it failed: it is tried again by itself; if this goes on, make a new webhook",
        ));
    }
    Some(ADVICE.unreadable(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_called_and_no_link_is_hidden() {
        for bad in
            ["<!channel>", "@channel", "@here", "[bank](https://evil.test)", "![](https://evil.test/x.png)"]
        {
            assert!(!marked_up(bad, 100).contains(bad), "{bad}");
            assert!(!defuse::chat(bad).contains(bad), "{bad}");
        }
        assert_eq!(marked_up("1 < 2 & 3 > 2", 100), "1 &lt; 2 &amp; 3 &gt; 2");
    }
}
