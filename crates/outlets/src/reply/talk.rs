//! What all channels share: what is refused before anything is sent, addresses, and reading answers.

use gehoor_domain::effect::{Delivery, Receipt, ReplyTask, Task};
use gehoor_domain::reply::same_words;
use gehoor_wire::login::Login;
use gehoor_wire::{Body, Mail, Outgoing, Request, Response, Secret};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::answer::{later, never};
use crate::desk::http::{Shown, call, check_base, show};
use crate::plug::{BadConfig, Context, Outlet, Progress, Refusal, Retry, Step};

/// One delivery, as a channel sees it.
pub(crate) struct Ask<'a> {
    /// What to say, and to whom.
    pub(crate) task: &'a ReplyTask,
    /// The idempotency key.
    pub(crate) key: &'a str,
    /// When it was decided: the same on every try.
    pub(crate) at: Timestamp,
    /// What calls carry.
    pub(crate) token: String,
    /// The credential that it is made of, where there is one.
    pub(crate) given: Option<&'a Secret>,
}

impl Ask<'_> {
    /// Whether a text that stands there is this reply.
    pub(crate) fn is_said(&self, found: &str) -> bool {
        same_words(&self.task.text, found)
    }
}

/// What to do next.
pub(crate) enum Next {
    /// Ask this; the answer comes with that word.
    Send(Request, String),
    /// Hand this over to the mail server.
    Mail(Mail),
    /// It stands there.
    Done(Receipt),
}

/// A way to place replies.
pub(crate) trait Way: Send + Sync {
    /// What to ask first: whether it is there already.
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal>;
    /// What to do after an answer.
    fn heard(&self, ask: &Ask<'_>, word: &str, answer: &Response) -> Result<Next, Refusal>;
    /// How a credential of its own becomes a token, where the login of the source is not the one to reply with.
    fn login(&self) -> Option<&dyn Login> {
        None
    }
    /// Whether calls carry anything at all.
    fn needs_token(&self) -> bool {
        true
    }
    /// What calls carry, out of the credential; none when it cannot be used.
    fn token(&self, given: &Secret) -> Option<String> {
        plain(given)
    }
}

/// A credential that is one word, as it stands.
pub(crate) fn plain(given: &Secret) -> Option<String> {
    let token = given.reveal().trim();
    (!token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic())).then(|| token.to_owned())
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
        let next = ask(delivery, cx, &self.0).and_then(|ask| match answer {
            None => self.0.begin(&ask),
            Some(answer) => self.0.heard(&ask, &progress.0, answer),
        });
        match next {
            Ok(Next::Send(request, word)) => Step::Send(Outgoing::Http(request), Progress(word)),
            Ok(Next::Mail(mail)) => Step::Send(Outgoing::Mail(mail), Progress("mailed".to_owned())),
            Ok(Next::Done(receipt)) => Step::Done(receipt),
            Err(refusal) => Step::Refused(refusal),
        }
    }

    fn login(&self) -> Option<&dyn Login> {
        self.0.login()
    }
}

fn ask<'a>(delivery: &'a Delivery, cx: &Context<'a>, way: &impl Way) -> Result<Ask<'a>, Refusal> {
    let Task::Reply(task) = &delivery.task else {
        return Err(never(
            "customers read this channel: only replies go through it; name another outlet for tickets and alerts",
        ));
    };
    let mut ask =
        Ask { task, key: delivery.key.as_str(), at: delivery.at, token: String::new(), given: cx.credential };
    if way.needs_token() {
        let given = cx.credential.ok_or_else(|| {
            never("the source has no credential to reply with: set `credential` of the source, or of its `reply`")
        })?;
        ask.token = way.token(given).ok_or_else(|| {
            never("the credential of the source cannot be used to reply: copy the whole of it, and only it")
        })?;
    }
    Ok(ask)
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

/// A call below `base` that carries the token; `name` is what limits know the credential by, the same as at the source.
pub(crate) fn api(
    ask: &Ask<'_>,
    method: Method,
    base: &Url,
    path: &[&str],
    name: &str,
    shown: Shown,
) -> Result<Request, Refusal> {
    let mut request = call(name, method, base, path)?;
    request.credential = Some(name.to_owned());
    show(&mut request, &ask.token, shown)?;
    Ok(request)
}

/// Gives a request the body of a form.
pub(crate) fn with_form(mut request: Request, fields: &[(&str, &str)]) -> Request {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    request.body = Body::Bytes(body.into());
    request
}

/// Host and, where it is not the usual one, port: part of names that belong to one server.
pub(crate) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// A text within a value, by a pointer.
pub(crate) fn at<'a>(of: &'a Value, pointer: &str) -> Option<&'a str> {
    of.pointer(pointer).and_then(Value::as_str)
}

/// An id within a value, by a pointer: a word, or a number written out.
pub(crate) fn id_at(of: &Value, pointer: &str) -> Option<String> {
    match of.pointer(pointer)? {
        Value::String(id) if is_id(id) => Some(id.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether it can be part of a path as it stands, and of nothing else.
pub(crate) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 300 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
}

/// The refusal for a post whose name is none of that platform.
pub(crate) fn unnamed(who: &str) -> Refusal {
    never(format!("the post has no name that {who} knows: look at it there and answer by hand"))
}

/// It may work after that span; without one, with the usual pauses.
pub(crate) fn wait(reason: impl Into<String>, span: Option<SignedDuration>) -> Refusal {
    let refusal = later(reason);
    let span = span.filter(SignedDuration::is_positive);
    Refusal { retry: span.map_or(Retry::BackOff, Retry::After), ..refusal }
}

/// Our text where Markdown is read: it says what was written, and a line stays a line.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (n, line) in text.trim().lines().enumerate() {
        if n > 0 {
            out.push_str("  \n");
        }
        for (m, word) in line.trim_end().split_inclusive(char::is_whitespace).enumerate() {
            if word.starts_with("https://") || word.starts_with("http://") {
                out.push_str(word);
                continue;
            }
            for (at, c) in word.chars().enumerate() {
                let opens = m == 0 && at == 0 && matches!(c, '#' | '>');
                if opens || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '^' | '~' | '|') {
                    out.push('\\');
                }
                out.push(c);
            }
        }
    }
    out
}

/// The text of a post's mark-up, well enough to compare letters: tags out, entities of five signs put back.
pub(crate) fn plain_of_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(out, |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_markdown_is_said_as_it_was_written() {
        let text = "Beste *Anna*,\n\n# 1 > 2, zie https://bouwhoek.example/a_b ^EV";
        let said = markdown(text);
        assert_eq!(said, "Beste \\*Anna\\*,  \n  \n\\# 1 > 2, zie https://bouwhoek.example/a_b \\^EV");
        assert!(same_words(text, &said));
    }
}
