//! What all channels share: what is refused before anything is sent, addresses, and reading answers.

use gehoor_domain::effect::{Delivery, Receipt, ReplyTask, Task};
use gehoor_wire::{Outgoing, Request, Response};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

use crate::answer::never;
use crate::desk::http::check_base;
use crate::plug::{BadConfig, Context, Outlet, Progress, Refusal, Step};

/// One delivery, as a channel sees it.
pub(crate) struct Ask<'a> {
    /// What to say, and to whom.
    pub(crate) task: &'a ReplyTask,
    /// The idempotency key.
    pub(crate) key: &'a str,
    /// When it was decided: the same on every try.
    pub(crate) at: Timestamp,
    /// What calls carry.
    pub(crate) token: &'a str,
}

/// What to do next.
#[expect(clippy::large_enum_variant, reason = "one at a time, on the stack of one delivery")]
pub(crate) enum Next {
    /// Ask this; the answer comes with that word.
    Send(Request, String),
    /// It stands there.
    Done(Receipt),
}

/// A way to place replies.
pub(crate) trait Way: Send + Sync {
    /// What to ask first: whether it is there already.
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal>;
    /// What to do after an answer.
    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal>;
}

/// A way as an outlet.
pub(crate) struct Post<W>(pub(crate) W);

impl<W: Way> Outlet for Post<W> {
    fn step(
        &self,
        delivery: &Delivery,
        progress: &Progress,
        answer: Option<&Response>,
        cx: &Context<'_>,
    ) -> Step {
        let next = ask(delivery, cx).and_then(|ask| match answer {
            None => self.0.begin(&ask),
            Some(answer) => self.0.heard(&ask, &progress.0, answer),
        });
        match next {
            Ok(Next::Send(request, word)) => Step::Send(Outgoing::Http(request), Progress(word)),
            Ok(Next::Done(receipt)) => Step::Done(receipt),
            Err(refusal) => Step::Refused(refusal),
        }
    }
}

fn ask<'a>(delivery: &'a Delivery, cx: &Context<'a>) -> Result<Ask<'a>, Refusal> {
    let Task::Reply(task) = &delivery.task else {
        return Err(never(
            "customers read this channel: only replies go through it; name another outlet for tickets and alerts",
        ));
    };
    let given = cx.credential.ok_or_else(|| {
        never("the source has no credential to reply with: set `credential` of the source, or of its `reply`")
    })?;
    let token = given.reveal().trim();
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(never(
            "the credential of the source cannot be used to reply: copy the whole of it, and only it",
        ));
    }
    Ok(Ask { task, key: delivery.key.as_str(), at: delivery.at, token })
}

/// The refusal for a post that is no longer there.
pub(crate) fn gone(who: &str) -> Refusal {
    never(format!(
        "the post that this answers is not there any more, or {who} does not show it to us: look at it there, and \
         answer by hand if it stands"
    ))
}

/// A web address among the keys of the source.
pub(crate) fn base(table: &toml::Table, key: &str, else_: Option<&str>) -> Result<Url, BadConfig> {
    let text = table.get(key).and_then(toml::Value::as_str).or(else_);
    let text = text.ok_or_else(|| BadConfig(format!("`{key}` of the source is missing")))?;
    let url: Url = text.parse().map_err(|_| BadConfig(format!("`{key}` is no web address")))?;
    check_base(&url)?;
    Ok(url)
}

/// A text among the keys of the source.
pub(crate) fn text<'a>(table: &'a toml::Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(toml::Value::as_str).map(str::trim).filter(|t| !t.is_empty())
}

/// The own keys of `reply`, named when one is wrong.
pub(crate) fn own<T: for<'de> Deserialize<'de>>(table: &toml::Table) -> Result<T, BadConfig> {
    crate::plug::read_config(table)
}

/// A channel without own keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoKeys {}
