//! A mailbox: plain mail of customers, and the notifications of complaint platforms that have no other way out.
//!
//! What is asked is an address of RFC 5092 (`imaps://host/folder;UIDVALIDITY=7/;UID=120:*`). The answer, media type
//! `application/vnd.gehoor.mailbox+json`, is
//! `{"uidvalidity":7,"uidnext":171,"next":122,"more":true,"messages":[{"uid":120,"internal_date":"…","raw":"<base64>",
//! "cut":false}]}`: whole mails in the order of their numbers, each cut after its first million bytes. Nothing in the
//! mailbox is changed, and whether somebody read a mail does not matter.
//!
//! A mention is named by the `Message-ID`, so a mailbox that counts its mails anew, or was moved, is read once more
//! without doubling anything. Quotes and signatures are cut with care. Absences, bounces, newsletters and our own mails
//! are left out and counted. A form on our site that mails us in our own name is read as its `Reply-To`.
//! What `[[source.pattern]]` says is described in `pattern`.

mod config;
mod draft;
mod letter;
mod pattern;
mod senders;
mod trim;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gehoor_domain::mention::Channel;
use gehoor_wire::login::{Login, OAuth2, bearer};
use gehoor_wire::{Request, Response};
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::plug::{
    Back, Context, Cursor, Hints, Kind, Next, Page, ParseError, PlanError, Source, Warning, read_config,
};
use crate::raw::{self, words};

use draft::LeftOut;
use letter::Letter;
use pattern::Pattern;
use senders::Senders;

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "email",
    about: "a mailbox: mail of customers, and notifications of complaint platforms",
    channel: Channel::Mail,
    credential: "required: the password of the mailbox (often an app password), or with `oauth2` its secrets",
    polled: true,
    example: r#"[[source]]
id = "complaints-mail"
kind = "email"
host = "mail.example"
user = "klachten@meubelhal.example"
# folder = "INBOX"
# port = 993
# starttls = false         # true: port 143, made private by STARTTLS
own = ["@meubelhal.example"]   # addresses and hosts that are ours: their answers are ours, other mails of them are left out
# from = ["klachtenkompas.nl"]        # only mails from these addresses and hosts
# subject_contains = ["klacht"]       # only mails with one of these in the subject
# backfill_days = 30       # mails that came earlier are passed over
# place_by_recipient = false   # the address it was sent to names the shop: `email:haarlem@meubelhal.example`
# oauth2 = { token_url = "https://login.example/token", client_id = "…", scope = "…" }   # instead of a password
[[source.pattern]]         # a notification and where in it things stand (expressions of the crate `regex`)
name = "klachtplein"
from = ["noreply@klachtplein.example"]
subject = 'Nieuwe klacht'
author = '^Naam: (.+)$'
stars = '^Cijfer: (.+)$'
permalink = 'https://www\.klachtplein\.example/klacht/\d+'
text = '(?s)^Klacht:\n(.+?)\n\n-- \n'
"#,
    reach: "what is in the folder from `backfill_days` on; mails are not edited, and one that was deleted is kept",
    recheck: 0,
    shared: None,
    every: SignedDuration::from_mins(2),
    build: |table| Ok(Box::new(Email::new(read_config(table)?)?)),
};

const EXPECTED: &str = "the messages of a mailbox";

/// Where it got to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// The numbering that `next` belongs to; none before the first answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validity: Option<u32>,
    /// The number of the first mail that was not read; 0 before the first answer.
    next: u32,
}

#[derive(Deserialize)]
struct Mailbox {
    uidvalidity: u32,
    next: u32,
    more: bool,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    uid: u32,
    #[serde(default)]
    internal_date: Option<Timestamp>,
    #[serde(default)]
    cut: bool,
    raw: String,
}

struct Email {
    /// Scheme, host, port and folder.
    base: String,
    host: String,
    user: String,
    own: Senders,
    from: Senders,
    subject_contains: Vec<String>,
    backfill: SignedDuration,
    place_by_recipient: bool,
    login: Option<OAuth2>,
    patterns: Vec<Pattern>,
}

impl Source for Email {
    fn back(&self) -> Back {
        Back::window(Some(self.backfill))
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        let state: State = raw::state(cursor)?;
        let secret = cx.credential.ok_or(PlanError::NoCredential)?;
        let validity = state.validity.map(|validity| format!(";UIDVALIDITY={validity}")).unwrap_or_default();
        let text = format!("{}{validity}/;UID={}:*", self.base, state.next.max(1));
        let mut url = Url::parse(&text).map_err(|error| PlanError::Cursor(error.to_string()))?;
        let login = match self.login {
            Some(_) => {
                // Whose token it is stands in the address (RFC 5092 §3.2).
                let _ = url.set_username(&format!("{};AUTH=XOAUTH2", self.user));
                bearer(secret).map_err(|_| PlanError::NoCredential)?
            }
            None => {
                let pair = STANDARD.encode(format!("{}:{}", self.user, secret.reveal()));
                let mut value =
                    HeaderValue::from_str(&format!("Basic {pair}")).map_err(|_| PlanError::NoCredential)?;
                value.set_sensitive(true);
                value
            }
        };
        let mut request = Request::api(Method::GET, url);
        request.headers.insert(AUTHORIZATION, login);
        request.credential = Some(format!("email:{}@{}", self.user, self.host));
        Ok(request)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        let state: State = raw::state_for_parse(cursor)?;
        let text = raw::bytes::mended_utf8(&response.body);
        let mailbox: Mailbox = serde_json::from_str(&text)
            .map_err(|_| ParseError::Shape { expected: EXPECTED, found: words::what_is(&text) })?;
        let anew = state.validity.is_some_and(|known| known != mailbox.uidvalidity);
        let mut page = Page { hints: Hints::default(), ..Page::default() };
        let mut out = LeftOut::default();
        let oldest = response.at.saturating_sub(self.backfill).unwrap_or(Timestamp::MIN);
        for message in &mailbox.messages {
            if message.internal_date.is_some_and(|arrived| arrived < oldest) {
                continue;
            }
            self.read(message, &mut page, &mut out);
        }
        out.warn(&mut page.warnings);
        if anew {
            let problem =
                "counts its mails anew: it is read once more from the start, and nothing is doubled";
            page.warnings.push(Warning { item: "the mailbox".to_owned(), problem: problem.to_owned() });
        }
        // An answer that comes again must neither lead back nor for ever on.
        let before = if anew { 0 } else { state.next };
        let next = before.max(mailbox.next);
        let cursor = raw::cursor(&State { validity: Some(mailbox.uidvalidity), next });
        let goes_on = mailbox.more && (anew || next > before);
        page.next = if goes_on { Next::More(cursor) } else { Next::CaughtUp(cursor) };
        Ok(page)
    }

    fn login(&self) -> Option<&dyn Login> {
        self.login.as_ref().map(|login| login as &dyn Login)
    }
}

impl Email {
    fn read(&self, message: &Message, page: &mut Page, out: &mut LeftOut) {
        let mut warn = |problem: &str| {
            page.warnings
                .push(Warning { item: format!("mail {}", message.uid), problem: problem.to_owned() });
        };
        let raw = STANDARD.decode(&message.raw).unwrap_or_default();
        if raw.is_empty() {
            return warn("could not be read out of the mailbox: it was left out");
        }
        let Some(letter) = Letter::read(&raw, message.internal_date) else {
            return warn("has no sender: it was left out");
        };
        let Some(draft) = self.draft(&letter, out) else { return };
        if draft.text.is_empty() && draft.title.is_none() && draft.stars.is_none() {
            return warn("has neither subject nor text: it was left out");
        }
        if message.cut && draft.text.is_empty() {
            warn("is so large that its text was not reached: its subject is used");
        }
        page.items.push(draft);
    }
}

#[cfg(test)]
mod tests;
