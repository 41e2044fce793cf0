//! Alerts into a channel of Mattermost by an incoming webhook.
//!
//! Mattermost reads Markdown, calls people by `@channel`, `@here`, `@all` and their names, and shows pictures of
//! addresses; all that is broken up in what a customer wrote. The webhook's address is the secret. No message carries
//! a key: it may come twice.
//!
//! Source: Mattermost's developer documentation of incoming webhooks (2026-08), and its server's code for them: the fields,
//! the answer `ok`, and 400 for a webhook that it does not know (seen 2026-11). Of its errors only the status is read.

use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_wire::{Outgoing, Request, Response};
use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::answer::Advice;
use crate::chat::{self, Level, Message, Size};
use crate::desk::config::put;
use crate::plug::{Context, Kind, Outlet, Progress, Refusal, Step, read_config};
use crate::{clean, letter};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "mattermost",
    about: "alerts into a channel of Mattermost",
    tickets: false,
    alerts: true,
    read_by_customers: false,
    credential: "required: the whole address of the incoming webhook; who knows it can write into the channel",
    example: r#"[[outlet]]
id = "chat"
kind = "mattermost"
credential = "env:GEHOOR_MATTERMOST_URL"
# channel = "webcare"                # else that of the webhook
# include_text = true                # false: no names and texts of customers in the channel
"#,
    build: |table| Ok(Box::new(read_config::<Mattermost>(table)?)),
};

const ADVICE: Advice = Advice {
    who: "Mattermost",
    unauthorized: "make a new incoming webhook and put its address into the credential of this outlet",
    forbidden: "check that the webhook may write into the channel",
    missing: "the webhook or the channel is gone: make a new one and put its address into the credential of this outlet",
    gone: "make a new incoming webhook and put its address into the credential of this outlet",
    moved: "put the address where it ends into the credential of this outlet",
    refused: "check `channel` of this outlet, and that the address is one of an incoming webhook",
};

/// A message above 16,383 characters is split.
const SIZE: Size = Size { subject: 200, lines: 3000, posts: 4, post: 2000 };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mattermost {
    channel: Option<String>,
    #[serde(default = "chat::yes")]
    include_text: bool,
}

impl Outlet for Mattermost {
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
            Some(answer) if answer.body.trim_ascii() == b"ok" => Step::Done(Receipt { id: None, url: None }),
            Some(answer) => Step::Refused(ADVICE.unreadable(answer)),
        }
    }
}

impl Mattermost {
    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (_, level) = chat::alert(delivery, ADVICE.who)?;
        let url = chat::address(cx.credential)?;
        let message = Message::of(delivery, level, &SIZE, self.include_text);
        let mut text = vec![format!("**{}**", message.subject), message.lines.clone(), String::new()];
        for post in &message.posts {
            text.push(format!("{}, {}:", post.author, letter::time(post.at)));
            // A fence or list that a customer begins ends with the quote.
            text.push(clean::quoted(&post.text, "> "));
            text.push(String::new());
            text.extend(post.permalink.as_ref().map(|link| format!("[{}]({link})", message.words.post)));
        }
        text.extend(message.left_out.clone());
        text.extend(message.open.as_ref().map(|link| format!("[{}]({link})", message.words.open)));
        let mut body = json!({"text": text.join("\n")});
        if let Some(channel) = &self.channel {
            put(&mut body, "channel", channel.as_str());
        }
        if message.level == Level::Urgent {
            put(&mut body, "priority", json!({"priority": "urgent"}));
        }
        Ok(chat::message(KIND.name, Method::POST, url, &body))
    }
}
