//! One mail, read by mail-parser: what is in it that a mention is made of.

use gehoor_text::plain::{MAX_PLAIN, from_html};
use jiff::{SignedDuration, Timestamp};
use mail_parser::{Addr, Address, HeaderValue, Message, MessageParser, MimeHeaders as _, PartType};

use super::trim::unflowed;
use crate::raw::bytes::mended_utf8;
use crate::raw::words;

/// A sender's clock is believed within this of the moment when his mail arrived.
const CLOCK: SignedDuration = SignedDuration::from_hours(48);

/// A name and an address, the address in small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: Option<String>,
    pub(super) address: String,
}

/// Who or what sends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Robot {
    /// Nobody: a person wrote it.
    None,
    /// A program that tells something: a newsletter, a list, a notification.
    Program,
    /// An absence, a receipt, a mail that could not be delivered.
    Reply,
}

/// A mail.
#[derive(Debug)]
pub(super) struct Letter {
    /// `Message-ID`, without angle brackets.
    pub(super) id: Option<String>,
    pub(super) from: Person,
    pub(super) reply_to: Option<Person>,
    /// To whom, in small letters.
    pub(super) to: Vec<String>,
    pub(super) subject: Option<String>,
    pub(super) sent: Option<Timestamp>,
    pub(super) lang: Option<String>,
    /// What it answers, and the first of the conversation.
    pub(super) answers: Option<String>,
    pub(super) first: Option<String>,
    pub(super) robot: Robot,
    /// The text as its sender wrote it, and the one made of its HTML. Either may be empty.
    pub(super) plain: String,
    pub(super) from_html: String,
    /// Where the HTML leads to.
    pub(super) links: Vec<String>,
}

impl Letter {
    /// Reads a mail; `arrived` is when it came. None when it has no sender: it is no mail then.
    pub(super) fn read(raw: &[u8], arrived: Option<Timestamp>) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let from = person(message.from()).or_else(|| person(message.sender()))?;
        let ids = |value: &HeaderValue<'_>| -> Vec<String> {
            let list = value.as_text_list().map(|list| list.iter().map(|id| id.to_string()).collect());
            list.or_else(|| value.as_text().map(|id| vec![id.to_owned()])).unwrap_or_default()
        };
        let (references, in_reply_to) = (ids(message.references()), ids(message.in_reply_to()));
        let answers = in_reply_to.first().or(references.last()).and_then(|id| name(id));
        let first = references.first().or(in_reply_to.first()).and_then(|id| name(id));
        let (plain, from_html, links) = texts(&message);
        Some(Self {
            id: message.message_id().and_then(name),
            robot: robot(&message, &from),
            from,
            reply_to: person(message.reply_to()),
            to: people(message.to()).chain(people(message.cc())).collect(),
            subject: subject(&message),
            sent: sent(&message, arrived),
            lang: message.header_raw("Content-Language").and_then(words::lang),
            answers,
            first,
            plain,
            from_html,
            links,
        })
    }
}

/// The subject. Where bytes beyond ASCII stand in it without a word about their encoding, they are read as they are.
fn subject(message: &Message<'_>) -> Option<String> {
    let text = message.subject()?;
    if !text.contains(char::REPLACEMENT_CHARACTER) {
        return words::line(text);
    }
    let header = message.headers().iter().rev().find(|header| header.name() == "Subject")?;
    let (start, end) =
        (usize::try_from(header.offset_start()).ok()?, usize::try_from(header.offset_end()).ok()?);
    words::line(&mended_utf8(message.raw_message().get(start..end)?))
}

/// An id without brackets and white space; nothing longer than ids are.
fn name(id: &str) -> Option<String> {
    let id: String = id.trim().trim_matches(['<', '>']).split_whitespace().collect();
    (!id.is_empty() && id.len() <= 500).then_some(id)
}

fn person(address: Option<&Address<'_>>) -> Option<Person> {
    address?.iter().find_map(|one: &Addr<'_>| {
        let address = one.address()?.trim().to_lowercase();
        let name = one.name().and_then(words::line);
        (address.contains('@') && !address.contains(char::is_whitespace)).then_some(Person { name, address })
    })
}

fn people<'a>(address: Option<&'a Address<'_>>) -> impl Iterator<Item = String> + 'a {
    let all = address.into_iter().flat_map(|address| address.iter());
    all.filter_map(|one| one.address()).map(|address| address.trim().to_lowercase()).take(50)
}

/// When it was sent: as it says itself, unless its clock is wrong. It cannot have been sent after it came.
fn sent(message: &Message<'_>, arrived: Option<Timestamp>) -> Option<Timestamp> {
    let given = message.date().filter(|date| date.is_valid());
    let given = given.and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    match (given, arrived) {
        (Some(given), Some(arrived)) => {
            let late = arrived.duration_since(given);
            Some(if late >= SignedDuration::ZERO && late <= CLOCK { given } else { arrived })
        }
        (given, arrived) => given.or(arrived),
    }
}

/// RFC 3834 and the habits from before it.
fn robot(message: &Message<'_>, from: &Person) -> Robot {
    let header = |name: &'static str| message.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    let is_type = |kind: &str, sub: &str| {
        message.content_type().is_some_and(|found| {
            found.ctype().eq_ignore_ascii_case(kind)
                && found.subtype().is_some_and(|found| found.eq_ignore_ascii_case(sub))
        })
    };
    let submitted = header("Auto-Submitted").unwrap_or_default();
    let precedence = header("Precedence").unwrap_or_default();
    let user = from.address.split('@').next().unwrap_or_default();
    let is_reply = is_type("multipart", "report")
        || submitted.starts_with("auto-replied")
        || precedence == "auto_reply"
        || ["X-Autoreply", "X-Autorespond", "X-Failed-Recipients"].iter().any(|name| header(name).is_some())
        || ["mailer-daemon", "postmaster"].contains(&user)
        || header("Return-Path").is_some_and(|path| path == "<>");
    if is_reply {
        return Robot::Reply;
    }
    let tells = !submitted.is_empty() && !submitted.starts_with("no")
        || ["bulk", "junk", "list"].contains(&precedence.as_str())
        || ["List-Id", "List-Unsubscribe"].iter().any(|name| header(name).is_some());
    if tells { Robot::Program } else { Robot::None }
}

/// Plain text, text of the HTML, and its links. Attachments are not looked at.
fn texts(message: &Message<'_>) -> (String, String, Vec<String>) {
    let (mut plain, mut html) = (String::new(), String::new());
    for part in message.text_bodies() {
        if let PartType::Text(text) = &part.body {
            let kind = part.content_type();
            let has = |name: &str, value: &str| {
                kind.and_then(|kind| kind.attribute(name))
                    .is_some_and(|found| found.eq_ignore_ascii_case(value))
            };
            let text = within(text, MAX_PLAIN.saturating_sub(plain.len()));
            match has("format", "flowed") {
                true => plain.push_str(&unflowed(text, has("delsp", "yes"))),
                false => plain.push_str(text),
            }
            plain.push('\n');
        }
    }
    for part in message.html_bodies() {
        if let PartType::Html(text) = &part.body {
            html.push_str(within(text, gehoor_text::plain::MAX_HTML.saturating_sub(html.len())));
            html.push('\n');
        }
    }
    (plain, from_html(&html), links(&html))
}

fn within(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The addresses in `href="…"`, at most a hundred.
fn links(html: &str) -> Vec<String> {
    let lower = html.to_ascii_lowercase();
    let found = lower.match_indices("href=").filter_map(|(at, key)| {
        let rest = html.get(at + key.len()..)?;
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = rest.get(1..)?.split(quote).next()?;
        Some(html_escape::decode_html_entities(value.trim()).into_owned())
    });
    found.filter(|link| link.starts_with("http") && link.len() <= 2_000).take(100).collect()
}
