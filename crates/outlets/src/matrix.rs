//! Alerts into a room of Matrix by the client-server interface.
//!
//! The id of the transaction is made of the effect's key: a message that is sent twice because an answer got lost is
//! one message. It is a notice, as robots send them, with an empty list of mentions: nobody is called, whatever the text
//! says. The HTML is ours; what a customer wrote is escaped in it. The robot must be in the room, and the room must not
//! be encrypted: a plain program can neither read nor write there.
//!
//! Source: the specification (v1.18, 2026-07, seen 2026-11); tried with a real Synapse 1.163 by `tests/real`.

use std::fmt::Write as _;

use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_wire::{Outgoing, Request, Response};
use http::Method;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::answer::Advice;
use crate::chat::{self, Message, Size};
use crate::desk::http::{Shown, check_base, secret, show};
use crate::plug::{BadConfig, Context, Kind, Outlet, Progress, Refusal, Retry, Step, read_config};
use crate::{clean, defuse, letter};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "matrix",
    about: "alerts into a room of Matrix",
    tickets: false,
    alerts: true,
    read_by_customers: false,
    credential: "required: the access token of a user who is in the room",
    example: r#"[[outlet]]
id = "chat"
kind = "matrix"
credential = "env:GEHOOR_MATRIX_TOKEN"
base = "https://matrix.example.org"
room = "!abcdefghij:example.org"     # not encrypted
# include_text = true                # false: no names and texts of customers in the room
"#,
    build: |table| Ok(Box::new(Matrix::read(table)?)),
};

const ADVICE: Advice = Advice {
    who: "Matrix",
    unauthorized: "put a valid access token into the credential of this outlet",
    forbidden: "check that the token's user has joined `room` and may write there",
    missing: "check `base` and `room` of this outlet",
    gone: "check `base` and `room` of this outlet",
    moved: "put the address where it ends into `base`",
    refused: "check `base` and `room` of this outlet",
};

/// An event takes 65,536 bytes.
const SIZE: Size = Size { subject: 200, lines: 3000, posts: 4, post: 2000 };
const LONGEST_MS: u64 = 3_600_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matrix {
    base: Url,
    room: String,
    #[serde(default = "chat::yes")]
    include_text: bool,
}

impl Outlet for Matrix {
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

impl Matrix {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let matrix: Matrix = read_config(table)?;
        check_base(&matrix.base)?;
        let fits = matrix.room.starts_with('!') && matrix.room.bytes().all(|b| b.is_ascii_graphic());
        if !fits || matrix.room.len() > 255 {
            return Err(BadConfig(
                "`room` must be the id of a room, which begins with `!`; not its address with `#`".into(),
            ));
        }
        Ok(matrix)
    }

    fn request(&self, delivery: &Delivery, cx: &Context<'_>) -> Result<Request, Refusal> {
        let (_, level) = chat::alert(delivery, ADVICE.who)?;
        let token = secret(cx.credential, "an access token of Matrix")?;
        let transaction = clean::name(delivery.key.as_str());
        let path = ["_matrix", "client", "v3", "rooms", &self.room, "send", "m.room.message", &transaction];
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        let message = Message::of(delivery, level, &SIZE, self.include_text);
        let body = json!({
            "msgtype": "m.notice",
            "body": plain(&message),
            "format": "org.matrix.custom.html",
            "formatted_body": html(&message),
            "m.mentions": {},
        });
        // A PUT with the same transaction may be sent twice.
        let mut request = chat::message(KIND.name, Method::PUT, url, &body);
        show(&mut request, token, Shown::As("Bearer "))?;
        Ok(request)
    }
}

fn plain(message: &Message) -> String {
    let mut parts = vec![message.subject.clone(), message.lines.clone()];
    for post in &message.posts {
        let mut part =
            format!("{}, {}:\n{}", post.author, letter::time(post.at), clean::quoted(&post.text, "> "));
        if let Some(link) = &post.permalink {
            let _ = write!(part, "\n{}: {link}", message.words.post);
        }
        parts.push(part);
    }
    parts.extend(message.left_out.clone());
    parts.extend(message.open.as_ref().map(|link| format!("{}: {link}", message.words.open)));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn html(message: &Message) -> String {
    let lines = |text: &str| defuse::html(text).replace('\n', "<br>");
    let link = |words: &str, link: &str| format!("<p><a href=\"{}\">{words}</a></p>", defuse::html(link));
    let mut out = format!("<p><strong>{}</strong></p>", lines(&message.subject));
    if !message.lines.is_empty() {
        let _ = write!(out, "<p>{}</p>", lines(&message.lines));
    }
    for post in &message.posts {
        let head = format!("{}, {}:", lines(&post.author), letter::time(post.at));
        let _ = write!(out, "<p>{head}</p><blockquote>{}</blockquote>", lines(&post.text));
        out.extend(post.permalink.as_ref().map(|to| link(message.words.post, to)));
    }
    out.extend(message.left_out.as_ref().map(|note| format!("<p>{note}</p>")));
    out.extend(message.open.as_ref().map(|to| link(message.words.open, to)));
    out
}

fn heard(answer: &Response) -> Result<Receipt, Refusal> {
    if answer.status == 429 {
        let mut refusal = ADVICE.refusal(answer);
        let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        // Where the header is missing, the older form may be there.
        let wait = json.get("retry_after_ms").and_then(Value::as_u64).filter(|ms| *ms <= LONGEST_MS);
        if let (Retry::BackOff, Some(ms)) = (refusal.retry, wait) {
            let seconds = i64::try_from(ms.div_ceil(1000)).unwrap_or(1);
            refusal.retry = Retry::After(SignedDuration::from_secs(seconds.max(1)));
        }
        return Err(refusal);
    }
    let made = ADVICE.json(answer)?;
    let id = made.get("event_id").and_then(Value::as_str).filter(|id| id.starts_with('$'));
    id.map(|id| Receipt { id: Some(clean::line(id, 255)), url: None })
        .ok_or_else(|| ADVICE.unreadable(answer))
}
