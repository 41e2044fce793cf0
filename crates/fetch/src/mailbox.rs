//! Mailboxes over IMAP, as an answer to one request.
//!
//! A request for `imaps://host/folder;UIDVALIDITY=7/;UID=120:*` logs in, opens the folder for reading only, fetches
//! the first messages from that number on without marking them as seen, and logs out. The answer is JSON:
//!
//! ```json
//! {"uidvalidity":7,"uidnext":171,"next":122,"more":true,
//!  "messages":[{"uid":120,"internal_date":"2024-05-03T10:00:00Z","size":4711,"cut":false,"raw":"<base64>"}]}
//! ```
//!
//! `next` is the number to go on with. When the folder counts anew, `uidvalidity` is another one than was asked for,
//! no message is there, and `next` is 1. A message that the server cannot give has an empty `raw` and is `cut`.

mod address;
mod reading;
mod talk;
mod words;

use std::time::Duration;

use bytes::Bytes;
use gehoor_wire::{Request, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::client::Client;
use crate::dial::{Line, connect, secure};
use crate::exchange::Failure;
use crate::gate::{Ask, Report};
use crate::guard::{Reach, check_host};
use crate::journey::{BUSY, after};
use crate::transport::{Outcome, Validators};
use crate::watch::Watch;
use address::{Address, Login, Privacy};
use talk::{Talk, Trouble};

/// What an answer of a mailbox says that it is.
pub const MAILBOX_TYPE: &str = "application/vnd.gehoor.mailbox+json";

/// Bytes that are read beside the mails themselves: lists of numbers, dates, small talk.
const SMALL_TALK: usize = 4 * 1024 * 1024;
/// Longest time for the good-bye.
const FAREWELL: Duration = Duration::from_secs(1);

impl Client {
    /// Reads from a mailbox.
    pub(crate) async fn mailbox(&self, request: &Request, watch: Watch) -> Outcome {
        match self.ask_mailbox(request, watch).await {
            Ok(outcome) | Err(outcome) => outcome,
        }
    }

    async fn ask_mailbox(&self, request: &Request, watch: Watch) -> Result<Outcome, Outcome> {
        let permanent = |why: String| Outcome::Permanent { why, response: None, gone: false };
        let address = Address::read(&request.url)
            .map_err(|why| permanent(format!("the mailbox cannot be asked: {why}")))?;
        let key = address.key();
        let host = address.place.host.to_string();
        let login = Login::read(request).map_err(|why| permanent(format!("mailbox at {host}: {why}")))?;
        check_host(&address.place.host, self.options.danger_allow_private_hosts)
            .map_err(|refused| Outcome::Blocked { why: refused.to_string() })?;
        let ask =
            Ask { host: &key, credential: request.credential.as_deref(), spacing: self.options.min_spacing };
        let _permit = self.enter(ask, false, watch).await?;

        let talk = tokio::time::timeout(watch.left(), self.read_mailbox(&address, &login, watch)).await;
        let result =
            talk.unwrap_or_else(|_| Err(Stop::Trouble(Trouble::Down("did not finish in time".to_owned()))));
        let now = watch.now();
        let body = match result {
            Ok(body) => body,
            Err(Stop::Blocked(why)) => return Err(Outcome::Blocked { why }),
            Err(Stop::Trouble(trouble)) => {
                let named = |why: String| format!("mailbox at {host} {why}");
                return Err(match trouble {
                    Trouble::Down(why) => {
                        self.gate.report(ask, Report::Failed, now);
                        Outcome::Transient { why: named(why), response: None, ambiguous: false }
                    }
                    Trouble::Busy(why) => {
                        let report = Report::Patience { until: None, whole_host: false };
                        let until = self.gate.report(ask, report, now).unwrap_or_else(|| after(now, BUSY));
                        let refused = answer(request, StatusCode::TOO_MANY_REQUESTS, Bytes::new(), watch);
                        Outcome::Wait { until, why: named(why), response: Some(Box::new(refused)) }
                    }
                    Trouble::Refused(why) => {
                        self.gate.report(ask, Report::Fine, now);
                        permanent(named(why))
                    }
                    Trouble::NotLetIn(why) => {
                        self.gate.report(ask, Report::Fine, now);
                        // As HTTP says it, so that a token that has ended is known by the same sign everywhere.
                        let refused = answer(request, StatusCode::UNAUTHORIZED, Bytes::new(), watch);
                        let response = Some(Box::new(refused));
                        Outcome::Permanent { why: named(why), response, gone: false }
                    }
                });
            }
        };
        self.gate.report(ask, Report::Fine, now);
        let response = answer(request, StatusCode::OK, body, watch);
        Ok(Outcome::Body {
            response: Box::new(response),
            validators: Validators::default(),
            not_before: None,
        })
    }

    async fn read_mailbox(&self, address: &Address, login: &Login, watch: Watch) -> Result<Bytes, Stop> {
        let time = || self.options.connect_timeout.min(watch.left());
        let allow_private = self.options.danger_allow_private_hosts;
        let (stream, reach) = connect(&address.place, allow_private, time()).await?;
        let mut line: Line = Box::new(stream);
        if address.privacy == Privacy::Tls {
            line = secure(line, &address.place, &self.trust, time()).await?;
        }
        let most = self.options.body_cap.saturating_add(SMALL_TALK);
        let mut talk = Talk::new(line, most);
        talk.greeting().await?;
        let mut abilities = talk.abilities().await?;
        if address.privacy == Privacy::Upgrade {
            if abilities.iter().any(|ability| ability == "STARTTLS") {
                let done = talk.command("STARTTLS").await?;
                if done.status != words::Status::Ok {
                    return Err(Trouble::Down("does not start TLS".to_owned()).into());
                }
                let line = secure(talk.into_line(), &address.place, &self.trust, time()).await?;
                talk = Talk::new(line, most);
                abilities = talk.abilities().await?;
            } else if reach == Reach::Public {
                let why = "offers no encryption, so nothing is said to it: use imaps://";
                return Err(Trouble::Refused(why.to_owned()).into());
            }
        }
        talk.login(login, &abilities).await?;
        let read = reading::read(&mut talk, address, self.options.body_cap).await;
        // What was read is read; a server that hangs in its farewell does not matter.
        let _ = tokio::time::timeout(FAREWELL, talk.leave()).await;
        Ok(read?)
    }
}

fn answer(request: &Request, status: StatusCode, body: Bytes, watch: Watch) -> Response {
    let mut url = request.url.clone();
    // Whose mailbox it is, is nobody's business further on.
    let _ = url.set_username("");
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(MAILBOX_TYPE))]);
    Response { status, headers, body, url, moved_to: None, at: watch.now() }
}

/// Why nothing was read.
enum Stop {
    Blocked(String),
    Trouble(Trouble),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Stop::Trouble(trouble)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refused) => Stop::Blocked(refused.to_string()),
            Failure::NotSent(why) | Failure::Unclear(why) => {
                Stop::Trouble(Trouble::Down(format!("cannot be reached: {why}")))
            }
            Failure::TooLarge => Stop::Trouble(Trouble::Refused("sends more than was asked for".to_owned())),
        }
    }
}
