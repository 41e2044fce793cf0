//! Alerts into a channel of Discord by a webhook.
//!
//! `allowed_mentions` is empty, so nobody is called whatever a text says; besides, mentions, links behind words and
//! addresses are broken up in what a customer wrote. It is asked to wait (`wait=true`): without that, Discord may lose
//! a message silently. Nothing carries a key: a message may come twice. The webhook's address is the secret.
//!
//! Source: Discord's documentation of webhooks, messages and rate limits (2026-08), and its OpenAPI description (seen
//! 2026-11), which takes our messages when it is read strictly.

use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_wire::{Outgoing, Request, Response};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Advice;
use crate::chat::{self, Level, Message, Size};
use crate::desk::config::{put, text_of};
use crate::plug::{BadConfig, Context, Kind, Outlet, Progress, Refusal, Retry, Step, read_config};
use crate::{clean, letter};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "discord",
    about: "alerts into a channel of Discord",
    tickets: false,
    alerts: true,
    read_by_customers: false,
    credential: "required: the whole address of the webhook; who knows it can write into the channel",
    example: r#"[[outlet]]
id = "chat"
kind = "discord"
credential = "env:GEHOOR_DISCORD_URL"
# thread = "1234567890"              # the id of a thread in the channel
# include_text = true                # false: no names and texts of customers in the channel
"#,
    build: |table| Ok(Box::new(Discord::read(table)?)),
};

const ADVICE: Advice = Advice {
    who: "Discord",
    unauthorized: "make a new webhook and put its address into the credential of this outlet",
    forbidden: "make a new webhook and put its address into the credential of this outlet",
    missing: "the webhook is gone: make a new one and put its address into the credential of this outlet",
    gone: "the webhook is gone: make a new one and put its address into the credential of this outlet",
    moved: "put the address where it ends into the credential of this outlet",
    refused: "check `thread` of this outlet, and that the address is one of a webhook",
};

/// A title takes 256 characters, all embeds together 6,000. Bytes are counted, of which there are never fewer.
const SIZE: Size = Size { subject: 250, lines: 1500, posts: 3, post: 900 };
/// The most that it is waited when it says how long; what is longer is left to the usual back-off.
const LONGEST: f64 = 3600.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Discord {
    thread: Option<String>,
    #[serde(default = "chat::yes")]
    include_text: bool,
}

impl Outlet for Discord {
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
            Some(answer) => heard(answer).map_or_else(Step::Refused, Step::Done),
        }
    }
}

impl Discord {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let discord: Discord = read_config(table)?;
        if discord.thread.as_deref().is_some_and(|t| t.is_empty() || !t.bytes().all(|b| b.is_ascii_digit())) {
            return Err(BadConfig("`thread` must be the id of a thread: digits".to_owned()));
        }
        Ok(discord)
    }

    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (_, level) = chat::alert(delivery, ADVICE.who)?;
        let mut url = chat::address(cx.credential)?;
        url.query_pairs_mut().append_pair("wait", "true");
        if let Some(thread) = &self.thread {
            url.query_pairs_mut().append_pair("thread_id", thread);
        }
        let message = Message::of(delivery, level, &SIZE, self.include_text);
        let color = match message.level {
            Level::Urgent => 0x00d3_2f2f,
            Level::Warning => 0x00f5_7c00,
            Level::Info => 0x0019_76d2,
            Level::Resolved => 0x0038_8e3c,
        };
        let lines = [Some(message.lines.clone()), message.left_out.clone()].into_iter().flatten();
        let mut first = json!({
            "title": message.subject,
            "description": lines.collect::<Vec<_>>().join("\n"),
            "color": color,
            "timestamp": delivery.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        });
        if let Some(link) = &message.open {
            put(&mut first, "url", link.as_str());
        }
        let mut embeds = vec![first];
        for post in &message.posts {
            let mut embed = json!({
                "author": {"name": format!("{}, {}", post.author, letter::time(post.at))},
                "description": clean::quoted(&post.text, "> "),
                "color": color,
            });
            if let Some(link) = &post.permalink {
                put(&mut embed, "title", message.words.post);
                put(&mut embed, "url", link.as_str());
            }
            embeds.push(embed);
        }
        let body = json!({"embeds": embeds, "allowed_mentions": {"parse": []}});
        Ok(chat::message(KIND.name, Method::POST, url, &body))
    }
}

fn heard(answer: &Response) -> Result<Receipt, Refusal> {
    let done = |id| Ok(Receipt { id, url: None });
    if answer.status == StatusCode::NO_CONTENT {
        return done(None);
    }
    if answer.status == StatusCode::TOO_MANY_REQUESTS {
        let mut refusal = ADVICE.refusal(answer);
        let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        // Fractions of seconds, which the header rounds or leaves out.
        let wait = json.get("retry_after").and_then(Value::as_f64).filter(|s| (0.0..=LONGEST).contains(s));
        if let (Retry::BackOff, Some(seconds)) = (refusal.retry, wait) {
            #[expect(clippy::cast_possible_truncation, reason = "at most an hour")]
            let seconds = seconds.ceil() as i64;
            refusal.retry = Retry::After(SignedDuration::from_secs(seconds.max(1)));
        }
        return Err(refusal);
    }
    let made = ADVICE.json(answer)?;
    let id =
        made.get("id").map(text_of).filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
    id.map_or_else(|| Err(ADVICE.unreadable(answer)), |id| done(Some(id)))
}
