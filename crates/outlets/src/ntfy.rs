//! Alerts to phones and browsers by ntfy, one's own server or ntfy.sh.
//!
//! Published as JSON to the root of the server, as plain text: no mark-up is read. Addresses in what a customer wrote
//! are broken up all the same, because the app makes links of them. `sequence_id` is made of the effect's key: newer
//! servers (from 2.16) replace a message that comes again, older ones show it twice.
//!
//! Source: ntfy's documentation of publishing (2025-07, seen 2026-11); the form of a sequence id was seen in code of
//! others. That the code 42908 means the limit of a day is from memory. Tried with a real ntfy 2.11 by `tests/real`.

use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_wire::{Outgoing, Request, Response};
use http::Method;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::Advice;
use crate::chat::{self, Level, Message, Size};
use crate::desk::config::{put, text_of};
use crate::desk::http::{Shown, check_base, secret, show};
use crate::plug::{BadConfig, Context, Kind, Outlet, Progress, Refusal, Retry, Step, read_config};
use crate::{clean, letter};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "ntfy",
    about: "alerts to phones and browsers by ntfy",
    tickets: false,
    alerts: true,
    read_by_customers: false,
    credential: "none, where everybody may write to the topic; else an access token (`tk_…`)",
    example: r#"[[outlet]]
id = "phones"
kind = "ntfy"
base = "https://ntfy.example.org"
topic = "gehoor-alarm"               # on a public server its name is the secret: choose one that nobody guesses
# include_text = false               # true: names and texts of customers on the phones
"#,
    build: |table| Ok(Box::new(Ntfy::read(table)?)),
};

const ADVICE: Advice = Advice {
    who: "ntfy",
    unauthorized: "put a valid access token into the credential of this outlet",
    forbidden: "check that the token's user may write to `topic`, or set an access token as credential",
    missing: "check `base` of this outlet: it is the root of the server",
    gone: "check `base` of this outlet",
    moved: "put the address where it ends into `base`",
    refused: "check `base` and `topic` of this outlet",
};

/// A message takes 4,096 bytes.
const SIZE: Size = Size { subject: 200, lines: 1500, posts: 1, post: 1200 };
const MESSAGE: usize = 4000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ntfy {
    base: Url,
    topic: String,
    #[serde(default)]
    include_text: bool,
}

impl Outlet for Ntfy {
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

    fn knows_ends(&self) -> bool {
        true
    }
}

impl Ntfy {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let ntfy: Ntfy = read_config(table)?;
        check_base(&ntfy.base)?;
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if ntfy.topic.is_empty() || ntfy.topic.len() > 64 || !ntfy.topic.bytes().all(fits) {
            return Err(BadConfig("`topic` must be 1 to 64 letters, digits, `-` and `_`".to_owned()));
        }
        Ok(ntfy)
    }

    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (_, level) = chat::alert(delivery, ADVICE.who)?;
        let message = Message::of(delivery, level, &SIZE, self.include_text);
        let (priority, tag) = match message.level {
            Level::Urgent => (5, "rotating_light"),
            Level::Warning => (4, "warning"),
            Level::Info => (3, "information_source"),
            Level::Resolved => (3, "white_check_mark"),
        };
        let mut text = vec![message.lines.clone()];
        for post in &message.posts {
            let head = format!("{}, {}:", post.author, letter::time(post.at));
            text.push(format!("{head}\n{}", clean::quoted(&post.text, "> ")));
        }
        text.retain(|part| !part.is_empty());
        let mut body = json!({
            "topic": self.topic,
            "title": message.subject,
            "message": clean::cut(text.join("\n\n"), MESSAGE),
            "priority": priority,
            "tags": [tag],
            "markdown": false,
            "sequence_id": clean::name(&sequence(delivery.key.as_str())),
        });
        if let Some(link) = &message.open {
            put(&mut body, "click", link.as_str());
        }
        let mut request = chat::message(KIND.name, Method::POST, self.base.clone(), &body);
        if cx.credential.is_some() {
            let token = secret(cx.credential, "an access token of ntfy")?;
            show(&mut request, token, Shown::As("Bearer "))?;
        }
        Ok(request)
    }
}

/// That it is over stands where the last word about it stood: the same number without `over-`.
fn sequence(key: &str) -> String {
    key.replacen(":over-", ":", 1)
}

fn heard(answer: &Response) -> Result<Receipt, Refusal> {
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status == 429 && json.get("code").and_then(Value::as_u64) == Some(42908) {
        return Err(Refusal {
            reason: "ntfy takes no more messages today (429): it is tried again by itself; if this goes on, raise the \
                     limit there or use a server of your own"
                .to_owned(),
            retry: Retry::After(SignedDuration::from_hours(4)),
        });
    }
    let made = ADVICE.json(answer)?;
    let id = made.get("id").map(text_of).filter(|id| !id.is_empty());
    id.map(|id| Receipt { id: Some(clean::line(&id, 100)), url: None })
        .ok_or_else(|| ADVICE.unreadable(answer))
}
