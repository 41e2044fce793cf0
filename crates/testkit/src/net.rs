//! A scripted network: answers what a test wrote down, and remembers what it was asked.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use gehoor_fetch::{Outcome, Transport, Validators};
use gehoor_wire::{Body, Mail, Request, Response};
use jiff::Timestamp;

/// What the network answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A status and a body.
    Status(u16, String),
    /// The connection fails before anything arrives.
    Down,
    /// The request arrives, the answer does not.
    Lost,
}

type Rule = (String, String, Box<dyn FnMut(&Asked) -> Answer + Send>);

/// A request as it was sent.
#[derive(Debug, Clone)]
pub struct Asked {
    /// GET, POST, …
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The body as text.
    pub body: String,
    /// Headers as text; those that are no text are left out.
    pub headers: Vec<(String, String)>,
    /// When it was sent, as its sender says.
    pub at: Timestamp,
}

/// The network.
#[derive(Default)]
pub struct Net {
    rules: Mutex<Vec<Rule>>,
    asked: Mutex<Vec<Asked>>,
    mails: Mutex<Vec<Mail>>,
}

impl Net {
    /// Answers every request of that method whose URL begins so. Later rules come first.
    pub fn on(&self, method: &str, url: &str, answer: impl FnMut(&Asked) -> Answer + Send + 'static) {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        rules.insert(0, (method.to_owned(), url.to_owned(), Box::new(answer)));
    }

    /// Answers always the same.
    pub fn always(&self, method: &str, url: &str, status: u16, body: &str) {
        let body = body.to_owned();
        self.on(method, url, move |_| Answer::Status(status, body.clone()));
    }

    /// What was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The mails so far.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Transport for Net {
    async fn send(&self, request: Request, _validators: Option<&Validators>, now: Timestamp) -> Outcome {
        let asked = Asked {
            method: request.method.to_string(),
            url: request.url.to_string(),
            body: match &request.body {
                Body::Empty => String::new(),
                Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            },
            headers: request
                .headers
                .iter()
                .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
                .collect(),
            at: now,
        };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let rule = rules
            .iter_mut()
            .find(|(method, url, _)| *method == asked.method && asked.url.starts_with(url.as_str()));
        let answer = rule.map_or(Answer::Status(404, "not scripted".into()), |(_, _, answer)| answer(&asked));
        match answer {
            Answer::Down => {
                Outcome::Transient { why: "connection refused".into(), response: None, ambiguous: false }
            }
            Answer::Lost => {
                Outcome::Transient { why: "no answer in time".into(), response: None, ambiguous: true }
            }
            Answer::Status(status, body) => {
                let response = Box::new(Response {
                    status: http::StatusCode::from_u16(status).unwrap_or_default(),
                    headers: http::HeaderMap::new(),
                    body: body.into(),
                    url: request.url,
                    moved_to: None,
                    at: now,
                });
                match status {
                    200..=299 => {
                        Outcome::Body { response, validators: Validators::default(), not_before: None }
                    }
                    304 => Outcome::NotModified { not_before: None },
                    410 => {
                        Outcome::Permanent { why: "410 Gone".into(), response: Some(response), gone: true }
                    }
                    429 => Outcome::Wait {
                        until: now.saturating_add(jiff::SignedDuration::from_mins(2)).unwrap_or(now),
                        why: "429 Too Many Requests".into(),
                        response: Some(response),
                    },
                    400..=499 => Outcome::Permanent {
                        why: format!("status {status}"),
                        response: Some(response),
                        gone: false,
                    },
                    _ => Outcome::Transient {
                        why: format!("status {status}"),
                        response: Some(response),
                        ambiguous: false,
                    },
                }
            }
        }
    }

    async fn mail(&self, mail: Mail, now: Timestamp) -> Outcome {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
        let url = "smtp://test".parse();
        match url {
            Ok(url) => Outcome::Body {
                response: Box::new(Response {
                    status: http::StatusCode::OK,
                    headers: http::HeaderMap::new(),
                    body: bytes::Bytes::new(),
                    url,
                    moved_to: None,
                    at: now,
                }),
                validators: Validators::default(),
                not_before: None,
            },
            Err(_) => Outcome::Blocked { why: "no mail in this test".into() },
        }
    }
}
