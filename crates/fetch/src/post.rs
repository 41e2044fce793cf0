//! Mail over SMTP.
//!
//! The conversation is driven step by step and not by lettre's ready-made transport, because the difference
//! between "refused before the text went out" and "broke while it did" decides whether it may be sent again.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use gehoor_wire::{Mail, Response, Secret};
use http::{HeaderMap, StatusCode};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use url::Url;

use crate::error::FetchError;
use crate::options::{Options, SmtpServer, SmtpTls};
use crate::tls::Trust;
use crate::transport::{Outcome, Validators};
use crate::watch::Watch;

/// The configured servers, by name.
#[derive(Debug)]
pub(crate) struct Post {
    servers: BTreeMap<String, Office>,
    trust: Trust,
}

#[derive(Debug)]
struct Office {
    server: SmtpServer,
    url: Url,
}

/// Why a mail was not taken.
#[derive(Debug)]
enum Refusal {
    /// Sending it again changes nothing.
    Permanent(String),
    /// It may be taken later; it surely was not taken now.
    NotSent(String),
    /// It may have been taken.
    Unclear(String),
}

impl Post {
    pub(crate) fn new(options: &Options, trust: Trust) -> Result<Self, FetchError> {
        let mut servers = BTreeMap::new();
        for (name, server) in &options.smtp {
            let problem =
                |problem: &str| FetchError::Smtp { name: name.clone(), problem: problem.to_owned() };
            if server.username.is_some() != server.password.is_some() {
                return Err(problem("give both a user name and a password, or neither"));
            }
            let host = &server.host;
            let bracketed = if host.contains(':') { format!("[{host}]") } else { host.clone() };
            let url = Url::parse(&format!("smtp://{bracketed}:{}/", server.port));
            let url = url.map_err(|_| problem("its host is neither a name nor an address"))?;
            if server.tls != SmtpTls::None {
                trust.smtp(host).map_err(|_| problem("TLS cannot be set up for its host"))?;
            }
            servers.insert(name.clone(), Office { server: server.clone(), url });
        }
        Ok(Self { servers, trust })
    }

    /// Hands over one mail.
    pub(crate) async fn send(&self, mail: &Mail, watch: Watch) -> Outcome {
        let permanent = |why: String| Outcome::Permanent { why, response: None, gone: false };
        let Some(office) = self.servers.get(&mail.server) else {
            return permanent(format!(
                "no SMTP server is called `{}`: add it to the configuration",
                mail.server
            ));
        };
        let message = match compose(mail, watch.now().into()) {
            Ok(message) => message,
            Err(why) => return permanent(why),
        };
        let host = office.url.host_str().unwrap_or_default();
        // Set once the text goes out: from then on a failure says nothing about whether it arrived.
        let mut text_sent = false;
        let talk = converse(&office.server, &self.trust, &message, &mut text_sent);
        let result = tokio::time::timeout(watch.left(), talk).await.unwrap_or_else(|_| {
            let why = "did not finish in time".to_owned();
            Err(if text_sent { Refusal::Unclear(why) } else { Refusal::NotSent(why) })
        });
        match result {
            Ok(()) => Outcome::Body {
                response: Box::new(Response {
                    status: StatusCode::OK,
                    headers: HeaderMap::new(),
                    body: Bytes::new(),
                    url: office.url.clone(),
                    moved_to: None,
                    at: watch.now(),
                }),
                validators: Validators::default(),
                not_before: None,
            },
            Err(Refusal::Permanent(why)) => permanent(format!("mail server {host} {why}")),
            Err(Refusal::NotSent(why)) => Outcome::Transient {
                why: format!("mail server {host} {why}"),
                response: None,
                ambiguous: false,
            },
            Err(Refusal::Unclear(why)) => Outcome::Transient {
                why: format!("mail server {host} {why}"),
                response: None,
                ambiguous: true,
            },
        }
    }
}

/// The mail as lettre knows it. Errors never show an address.
fn compose(mail: &Mail, date: SystemTime) -> Result<Message, String> {
    let address = |text: &str, what: &str| {
        text.parse::<Mailbox>()
            .map_err(|_| format!("{what} cannot be read: write it as name@host or Name <name@host>"))
    };
    let id = &mail.message_id;
    let fits = |id: &String| {
        !id.is_empty() && id.len() <= 250 && id.bytes().all(|b| b.is_ascii_graphic() && !b"<>".contains(&b))
    };
    if !fits(id) || !mail.in_reply_to.iter().chain(&mail.references).all(fits) {
        return Err(
            "the message id of the mail cannot be used: visible ASCII without angle brackets".to_owned()
        );
    }
    if mail.to.is_empty() {
        return Err("the mail has no recipient".to_owned());
    }
    let subject: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut builder = Message::builder()
        .from(address(&mail.from, "the sender address")?)
        .subject(subject.trim())
        .date(date)
        .message_id(Some(format!("<{id}>")))
        .header(ContentType::TEXT_PLAIN);
    if !mail.by_hand {
        // So that out-of-office assistants do not answer (RFC 3834 §5).
        builder = builder.raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    }
    if let Some(before) = &mail.in_reply_to {
        builder = builder.in_reply_to(format!("<{before}>"));
    }
    let thread: Vec<String> = match (&mail.in_reply_to, mail.references.as_slice()) {
        (Some(before), []) => vec![format!("<{before}>")],
        (_, known) => known.iter().map(|id| format!("<{id}>")).collect(),
    };
    if !thread.is_empty() {
        builder = builder.references(thread.join(" "));
    }
    for (index, recipient) in mail.to.iter().enumerate() {
        builder = builder.to(address(recipient, &format!("recipient address {}", index + 1))?);
    }
    builder.body(mail.text.clone()).map_err(|error| format!("the mail cannot be composed: {error}"))
}

async fn converse(
    server: &SmtpServer,
    trust: &Trust,
    message: &Message,
    text_sent: &mut bool,
) -> Result<(), Refusal> {
    let hello = ClientId::default();
    let tls = || {
        let made = trust.smtp(&server.host);
        made.map_err(|_| Refusal::Permanent("cannot be spoken to by TLS".to_owned()))
    };
    let from_the_start = if server.tls == SmtpTls::Tls { Some(tls()?) } else { None };
    let place = (server.host.as_str(), server.port);
    let connecting = AsyncSmtpConnection::connect_tokio1(place, None, &hello, from_the_start, None);
    let mut connection = connecting.await.map_err(|error| sort(&error, "the connection", false))?;
    if server.tls == SmtpTls::StartTls {
        connection.starttls(tls()?, &hello).await.map_err(|error| sort(&error, "STARTTLS", false))?;
    }
    if let Some((user, password)) = server.username.as_ref().zip(server.password.as_ref().map(Secret::reveal))
    {
        let credentials = Credentials::new(user.clone(), password.to_owned());
        let login = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
        login.map_err(|error| sort(&error, "the login", false))?;
    }
    *text_sent = true;
    let sent = connection.send(message.envelope(), &message.formatted()).await;
    // It is over either way; a server that hangs in its farewell does not matter.
    let farewell = tokio::time::timeout(std::time::Duration::from_secs(2), connection.quit());
    match sent {
        Ok(_) => {
            let _ = farewell.await;
            Ok(())
        }
        Err(error) => Err(sort(&error, "the mail", true)),
    }
}

/// Sorts an error of lettre. A reply with a code is an answer, so nothing is unclear about it. The text of a reply
/// is left out: it often repeats the address.
fn sort(error: &SmtpError, what: &str, under_way: bool) -> Refusal {
    if let Some(code) = error.status() {
        let why = format!("refused {what} with {code}");
        return if error.is_permanent() { Refusal::Permanent(why) } else { Refusal::NotSent(why) };
    }
    if error.is_client() {
        // Of lettre's own making: STARTTLS or a way to log in that the server does not offer.
        return Refusal::Permanent(format!("cannot be given {what}: {}", cause(error)));
    }
    let why = format!("broke off at {what}: {}", cause(error));
    if under_way { Refusal::Unclear(why) } else { Refusal::NotSent(why) }
}

fn cause(error: &SmtpError) -> String {
    if error.is_response() {
        // Its words would quote the server.
        return "the server's answer is no SMTP or was cut".to_owned();
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
