//! Alerts and tickets as plain-text mail: to people, or to a helpdesk that makes tickets of its mail.
//!
//! The Message-ID is made of the effect's key: a mail that is sent twice because an answer got lost is the same mail
//! to every mailbox that looks, and to a person who compares. The first mail of a ticket has a Message-ID made of our
//! key for the ticket, which every later one names as the one that it follows; besides, our key stands at the beginning
//! of their subjects. Our key is the ticket's id: a mail server gives none.

use gehoor_domain::effect::{Delivery, Receipt, Task};
use gehoor_wire::{Mail, Outgoing, Response};
use serde::Deserialize;

use crate::answer::Advice;
use crate::letter::{self, Style};
use crate::plug::{BadConfig, Context, Kind, Outlet, Progress, Step, read_config};
use crate::{clean, defuse};

/// The entry in the registry.
pub static KIND: Kind = Kind {
    name: "email",
    about: "alerts and tickets as plain-text mail through one of your SMTP servers",
    tickets: true,
    alerts: true,
    read_by_customers: false,
    credential: "none: the SMTP server has its own",
    example: r#"[[outlet]]
id = "mail-leads"
kind = "email"
server = "main"                      # one of the configured SMTP servers
from = "Gehoor <gehoor@example.org>"
to = ["lead@example.org"]            # for tickets: the mailbox of the helpdesk, and no customer's
"#,
    build: |table| Ok(Box::new(Email::read(table)?)),
};

const ADVICE: Advice = Advice {
    who: "the mail server",
    unauthorized: "check name and password of the SMTP server",
    forbidden: "check that the SMTP server takes mail from this sender",
    missing: "check the address of the SMTP server",
    gone: "check the address of the SMTP server",
    moved: "check the address of the SMTP server",
    refused: "check `from` and `to` of this outlet",
};

/// Most mailboxes take far more.
const TEXT: usize = 100_000;
/// Longer subjects are cut off by the lists of most mail programs.
const SUBJECT: usize = 150;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Email {
    server: String,
    from: String,
    to: Vec<String>,
}

impl Outlet for Email {
    fn step(
        &self,
        delivery: &Delivery,
        _progress: &Progress,
        answer: Option<&Response>,
        _cx: &Context<'_>,
    ) -> Step {
        match answer {
            // A mail that only says another priority helps nobody.
            None if matches!(delivery.task, Task::Comment { ticket: None, .. } | Task::Push { .. }) => {
                Step::Done(Receipt { id: None, url: None })
            }
            None if matches!(delivery.task, Task::Reply(_)) => Step::Refused(crate::answer::never(
                "this outlet writes to colleagues and not to customers: choose the channel of the source for replies",
            )),
            None => Step::Send(Outgoing::Mail(self.mail(delivery)), Progress("sent".to_owned())),
            Some(answer) if answer.status.is_success() => Step::Done(receipt(delivery)),
            Some(answer) => Step::Refused(ADVICE.refusal(answer)),
        }
    }
}

impl Email {
    fn read(table: &toml::Table) -> Result<Self, BadConfig> {
        let config: Email = read_config(table)?;
        if config.server.trim().is_empty() {
            return Err(BadConfig("`server` must name one of the configured SMTP servers".to_owned()));
        }
        if !is_address(&config.from) {
            return Err(BadConfig(
                "`from` must be a mail address, such as `Gehoor <gehoor@example.org>`".to_owned(),
            ));
        }
        if config.to.is_empty() || !config.to.iter().all(|to| is_address(to)) {
            return Err(BadConfig(
                "`to` must be a list of mail addresses, such as [\"lead@example.org\"]".to_owned(),
            ));
        }
        Ok(config)
    }

    fn mail(&self, delivery: &Delivery) -> Mail {
        let subject = clean::line(&delivery.subject, SUBJECT);
        // The same for every first mail of a ticket through this outlet.
        let outlet = delivery.key.as_str().rsplit(':').next().unwrap_or_default();
        let first = |ticket: &str| format!("{ticket}:{outlet}");
        let (subject, key, text) = match (&delivery.task, ticket(delivery)) {
            (Task::Alert { .. } | Task::Digest { .. }, _) | (_, None) => {
                (format!("[Gehoor] {subject}"), delivery.key.as_str().to_owned(), letter::plain(delivery))
            }
            (Task::Ticket { known: None, .. }, Some(ticket)) => (
                format!("[{ticket}] {subject}"),
                first(&ticket),
                letter::marked(delivery, &Style::DESK, TEXT),
            ),
            (_, Some(ticket)) => (
                format!("Re: [{ticket}] {subject}"),
                delivery.key.as_str().to_owned(),
                letter::marked(delivery, &Style::DESK, TEXT),
            ),
        };
        Mail {
            from: self.from.clone(),
            to: match &delivery.task {
                Task::Digest { to } => to.clone(),
                _ => self.to.clone(),
            },
            subject: clean::line(&defuse::templates(&subject), SUBJECT),
            text: format!("{}\n", text.trim_end()),
            in_reply_to: ticket(delivery)
                .map(|ticket| first(&ticket))
                .filter(|first| *first != key)
                .map(|first| message_id(&first, domain(&self.from))),
            message_id: message_id(&key, domain(&self.from)),
            references: Vec::new(),
            by_hand: false,
            server: self.server.clone(),
        }
    }
}

/// Our key for the ticket: it is the ticket's id as well.
fn ticket(delivery: &Delivery) -> Option<String> {
    let key = match &delivery.task {
        Task::Ticket { external, .. } => Some(external),
        Task::Comment { ticket, .. } | Task::Push { ticket, .. } => ticket.as_ref(),
        Task::Alert { .. } | Task::Digest { .. } | Task::Reply(_) => None,
    };
    key.map(|key| clean::token(key))
}

fn receipt(delivery: &Delivery) -> Receipt {
    Receipt { id: ticket(delivery), url: None }
}

/// The key as the left part of a Message-ID (`dot-atom`, RFC 5322, 3.2.3), the same for the same key and different
/// for different ones: what may not stand there is written as `=` and its hexadecimal value, `:` as a dot.
pub(crate) fn message_id(key: &str, domain: &str) -> String {
    let mut left = String::new();
    for byte in key.bytes().take(200) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => left.push(char::from(byte)),
            // A dot needs something on both of its sides.
            b':' if !left.is_empty() && !left.ends_with('.') => left.push('.'),
            other => left.push_str(&format!("={other:02x}")),
        }
    }
    if left.is_empty() || left.ends_with('.') {
        left.push('=');
    }
    format!("{left}@{domain}")
}

/// The name and the address of `Name <address>`; a bare address has no name.
fn parts(text: &str) -> (&str, &str) {
    text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).unwrap_or(("", text))
}

pub(crate) fn domain(address: &str) -> &str {
    parts(address).1.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
}

/// Whether it is one mail address on one line, with or without a name. Stricter than RFC 5322: no comments, no
/// quoted local parts, nothing that could end a header.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let (name, address) = parts(text);
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let local_fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let domain_fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let dots_fit = |part: &str| !part.is_empty() && part.split('.').all(|label| !label.is_empty());
    clean::line(text, 250) == text
        && dots_fit(local)
        && local.chars().all(local_fits)
        && dots_fit(domain)
        && domain.chars().all(domain_fits)
        && !name.contains(['<', '>', ',', ';', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_carry_a_second_header_or_a_second_recipient() {
        for good in ["a@b.nl", "Gehoor <a.b+c@x-y.example.org>", "\"Gehoor\" <a@b>"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b\r\nBcc: c@d",
            "a@b, c@d",
            "a@b,c@d",
            "x <a@b> <c@d>",
            "a@b..c",
            "a b@c",
            "<a@b",
            "a@b>",
            "a@b <",
            "x, y <a@b>",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_message_id_is_the_same_for_the_same_effect_and_fits_its_header() {
        assert_eq!(message_id("case-7:queue-1:mail", "x.nl"), "case-7.queue-1.mail@x.nl");
        assert_eq!(message_id("a.b:c\r\n>", "x.nl"), "a=2eb.c=0d=0a=3e@x.nl");
        assert_eq!(message_id("::a:", "x.nl"), "=3a.a.=@x.nl");
        assert_eq!(message_id("", "x.nl"), "=@x.nl");
    }
}
