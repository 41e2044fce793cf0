//! Alerts into a channel of Microsoft Teams by a workflow (Power Automate) that takes web hooks.
//!
//! The message is an Adaptive Card; its texts read a part of Markdown, so what means something there is broken up in
//! what a customer wrote, and no mention can be made because the card names none. The whole address with its signature
//! is the secret, and is not changed by a letter.
//!
//! The answer 202 says only that the workflow was started, not that the message arrived; that can be seen in its run
//! history alone. Nothing carries a key: a message may come twice. Old addresses (`webhook.office.com`) have ended.
//!
//! Sources: learn.microsoft.com on incoming webhooks and connectors, and others (2026, seen 2026-11); Microsoft's own
//! library for cards (3.0) reads ours as version 1.4 without a complaint. That two line ends make a new line in a card is
//! from memory.

use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_wire::{Outgoing, Request, Response};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::{Advice, never};
use crate::chat::{self, Level, Message, Size};
use crate::plug::{Context, Kind, Outlet, Progress, Refusal, Step, read_config};
use crate::{clean, letter};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "teams",
    about: "alerts into a channel of Microsoft Teams, by a workflow",
    tickets: false,
    alerts: true,
    read_by_customers: false,
    credential: "required: the whole address of the workflow's web hook; who knows it can write into the channel",
    example: r#"[[outlet]]
id = "chat"
kind = "teams"
credential = "env:GEHOOR_TEAMS_URL"
# include_text = true                # false: no names and texts of customers in the channel
"#,
    build: |table| Ok(Box::new(read_config::<Teams>(table)?)),
};

const ADVICE: Advice = Advice {
    who: "Teams",
    unauthorized: "make the workflow anew, let anyone trigger it, and put its address into the credential of this outlet",
    forbidden: "make the workflow anew, let anyone trigger it, and put its address into the credential of this outlet",
    missing: "the workflow is gone: make it anew and put its address into the credential of this outlet",
    gone: "the workflow is gone: make it anew and put its address into the credential of this outlet",
    moved: "copy the whole address of the workflow into the credential of this outlet",
    refused: "check that the workflow is switched on, that its owner is still there, and that it takes Teams messages",
};

/// A message takes 28 kB.
const SIZE: Size = Size { subject: 200, lines: 3000, posts: 4, post: 1500 };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Teams {
    #[serde(default = "chat::yes")]
    include_text: bool,
}

impl Outlet for Teams {
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
            Some(answer) if !answer.status.is_success() => Step::Refused(ADVICE.refusal(answer)),
            Some(answer) if answer.status == StatusCode::ACCEPTED || answer.body.is_empty() => {
                Step::Done(Receipt { id: None, url: None })
            }
            Some(answer) => Step::Refused(ADVICE.unreadable(answer)),
        }
    }
}

impl Teams {
    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (_, level) = chat::alert(delivery, ADVICE.who)?;
        let url = chat::address(cx.credential)?;
        if url.host_str().is_some_and(|host| host.ends_with(".webhook.office.com")) {
            return Err(never(
                "addresses of webhook.office.com have ended: make a workflow in Teams that posts to the channel when a \
                 webhook request is received, and put its address into the credential of this outlet",
            ));
        }
        let message = Message::of(delivery, level, &SIZE, self.include_text);
        let color = match message.level {
            Level::Urgent => "Attention",
            Level::Warning => "Warning",
            Level::Info => "Accent",
            Level::Resolved => "Good",
        };
        let mut body = vec![json!({
            "type": "TextBlock", "text": plain(&message.subject), "weight": "Bolder", "size": "Medium",
            "color": color, "wrap": true,
        })];
        body.extend(Some(&message.lines).filter(|l| !l.is_empty()).map(|lines| block(lines)));
        for post in &message.posts {
            let head = format!("{}, {}:", post.author, letter::time(post.at));
            body.push(json!({
                "type": "Container", "style": "emphasis",
                "items": [block(&head), block(&clean::quoted(&post.text, "> "))],
            }));
        }
        body.extend(message.left_out.as_deref().map(block));
        let open = |words: &str, link: &str| json!({"type": "Action.OpenUrl", "title": words, "url": link});
        let latest = message.posts.last().and_then(|p| p.permalink.as_deref());
        let actions: Vec<Value> =
            [(message.words.open, message.open.as_deref()), (message.words.post, latest)]
                .into_iter()
                .filter_map(|(words, link)| Some(open(words, link?)))
                .collect();
        let card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": body,
            "actions": actions,
            "msteams": {"width": "Full"},
        });
        let body = json!({"type": "message", "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        }]});
        Ok(chat::message(KIND.name, Method::POST, url, &body))
    }
}

fn block(text: &str) -> Value {
    json!({"type": "TextBlock", "text": plain(text), "wrap": true})
}

/// No mark-up of a card: a backslash takes the meaning from what follows.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        for (at, c) in line.char_indices() {
            if matches!(c, '\\' | '[' | ']' | '(' | ')' | '*' | '_' | '#' | '`' | '~')
                || (c == '>' && at == 0)
            {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}
