//! Answers to mail, by mail: through one of the configured SMTP servers, in the conversation of the customer.
//!
//! The Message-ID is made of the effect's key: a mail that is sent twice because an answer got lost is the same mail to
//! every mailbox that looks. `In-Reply-To` is the mail that is answered, `References` the conversation as far as it is
//! known: its first mail, the one before, and the answered one (RFC 5322, 3.6.4). What is known of a platform through its
//! notifications has no address of the customer and cannot be answered by mail.

use gehoor_domain::effect::Receipt;
use gehoor_domain::reply::{Length, Measure};
use gehoor_wire::{Mail, Response};
use serde::Deserialize;

use super::talk::{Ask, Next, Post, Way, own, text};
use super::{Channel, kind};
use crate::answer::{Advice, never};
use crate::clean;
use crate::email::{domain, is_address, message_id};
use crate::plug::{BadConfig, Refusal};

/// The entry in the list of channels.
pub(super) static CHANNEL: Channel = Channel {
    kind: kind(
        "email-reply",
        "answers to mail, by mail",
        "none: the SMTP server has its own",
        "reply = { server = \"main\", from = \"Klantenservice <klachten@meubelhal.example>\" }   # one of [smtp]; `from` is `user` unless given",
    ),
    source: "email",
    length: Length { by: Measure::Letters, most: 20_000 },
    build: |settings| {
        let Keys { server, from } = own(settings.own)?;
        let server = server.filter(|s| !s.trim().is_empty()).ok_or_else(|| {
            BadConfig("`server` is missing: name one of the configured SMTP servers".to_owned())
        })?;
        let from = from.or_else(|| text(settings.source, "user").map(str::to_owned)).unwrap_or_default();
        if !is_address(&from) {
            return Err(BadConfig(
                "`from` must be a mail address, such as `Klantenservice <klachten@example.org>`".to_owned(),
            ));
        }
        Ok(Box::new(Post(Letters { server, from })))
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    server: Option<String>,
    #[serde(default)]
    from: Option<String>,
}

const ADVICE: Advice = Advice {
    who: "the mail server",
    unauthorized: "check name and password of the SMTP server",
    forbidden: "check that the SMTP server takes mail from this sender",
    missing: "check the address of the SMTP server",
    gone: "check the address of the SMTP server",
    moved: "check the address of the SMTP server",
    refused: "check `from` of the reply and the customer's address",
};

/// Longer subjects are cut off by the lists of most mail programs.
const SUBJECT: usize = 150;
/// What a subject of an answer begins with, in the languages of our customers.
const ANSWERS: [&str; 5] = ["re:", "antw:", "aw:", "rép:", "sv:"];

struct Letters {
    server: String,
    from: String,
}

impl Way for Letters {
    fn begin(&self, ask: &Ask<'_>) -> Result<Next, Refusal> {
        let task = ask.task;
        let to =
            task.handle.as_deref().filter(|to| is_address(to) && !to.contains('<')).ok_or_else(|| {
                never(
                    "no mail address of this customer is known: look where the post stands, and answer there",
                )
            })?;
        let answered = Some(task.to.as_str()).filter(|id| is_message_id(id));
        let mut references: Vec<String> = Vec::new();
        let known = [task.thread.as_deref(), task.in_reply_to.as_deref(), Some(task.to.as_str())];
        for id in known.into_iter().flatten().filter(|id| is_message_id(id)) {
            // The answered one stands last.
            references.retain(|known| known != id);
            references.push(id.to_owned());
        }
        Ok(Next::Mail(Mail {
            from: self.from.clone(),
            to: vec![to.to_owned()],
            subject: subject(task.title.as_deref().unwrap_or_default()),
            text: format!("{}\n", task.text.trim_end()),
            message_id: self.own_id(ask),
            in_reply_to: answered.map(str::to_owned),
            references,
            by_hand: true,
            server: self.server.clone(),
        }))
    }

    fn heard(&self, ask: &Ask<'_>, _word: &str, answer: &Response) -> Result<Next, Refusal> {
        if !answer.status.is_success() {
            return Err(ADVICE.refusal(answer));
        }
        Ok(Next::Done(Receipt { id: Some(self.own_id(ask)), url: None }))
    }

    fn needs_token(&self) -> bool {
        false
    }
}

impl Letters {
    fn own_id(&self, ask: &Ask<'_>) -> String {
        message_id(ask.key, domain(&self.from))
    }
}

/// Whether it is a name of a mail and not one that we made up for one without.
fn is_message_id(id: &str) -> bool {
    id.len() <= 250 && id.contains('@') && id.bytes().all(|b| b.is_ascii_graphic() && !b"<>".contains(&b))
}

fn subject(of: &str) -> String {
    let of = clean::line(of, SUBJECT);
    let lower = of.to_lowercase();
    let answers = ANSWERS.iter().any(|word| lower.starts_with(word));
    if answers { of } else { clean::line(&format!("Re: {of}"), SUBJECT) }
}

#[cfg(test)]
mod tests {
    use super::subject;

    #[test]
    fn a_subject_says_once_that_it_answers() {
        assert_eq!(subject("Bank niet geleverd"), "Re: Bank niet geleverd");
        assert_eq!(subject("RE: Bank"), "RE: Bank");
        assert_eq!(subject("Antw: Bank"), "Antw: Bank");
        assert_eq!(subject("Bank\r\nBcc: x@y"), "Re: Bank Bcc: x@y");
        assert_eq!(subject(""), "Re:");
    }
}
