//! Small helpdesks: each answers like the platform of its name, as far as its documentation says, and remembers what
//! was written. One set of tickets serves them all.

mod cloud;
mod own;

use gehoor_domain::case::TicketState;
use gehoor_wire::{Request, Response};
use serde_json::{Value, json};

use crate::common::{answer, body};

/// The helpdesks that all speak the same conversation.
pub(crate) const DESKS: [&str; 9] = [
    "chatwoot",
    "freshdesk",
    "hubspot",
    "jira-service-management",
    "redmine",
    "salesforce",
    "zammad",
    "zendesk",
    "znuny",
];

/// A ticket of a small helpdesk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ticket {
    /// Our key.
    pub(crate) key: String,
    /// In the helpdesk's own words.
    pub(crate) state: Value,
    /// All that was written to it.
    pub(crate) texts: Vec<String>,
    /// What customers may read of it.
    pub(crate) public: Vec<String>,
    /// As it was last set.
    pub(crate) priority: Value,
    /// What it follows.
    pub(crate) follows: Value,
    /// It cannot be seen any more.
    pub(crate) gone: bool,
}

/// A helpdesk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Small {
    kind: &'static str,
    /// In the order of their numbers.
    pub(crate) tickets: Vec<Ticket>,
    contacts: Vec<Value>,
    /// Its search has not heard of anything yet.
    pub(crate) lags: bool,
    /// States do not change, though it says yes.
    pub(crate) stubborn: bool,
}

impl Small {
    pub(crate) fn new(kind: &'static str) -> Self {
        Self { kind, ..Self::default() }
    }

    /// With so many open tickets of others.
    pub(crate) fn with_tickets(kind: &'static str, number: usize) -> Self {
        let mut small = Self::new(kind);
        let state = small.word(TicketState::Open);
        for n in 0..number {
            small.add(&format!("other-{n}"), state.clone(), "theirs", &Value::Null);
        }
        small
    }

    /// The id of a ticket, from 1.
    pub(crate) fn id(&self, number: usize) -> String {
        match self.kind {
            "jira-service-management" => format!("CM-{number}"),
            "salesforce" => format!("500{number:012}AAA"),
            _ => number.to_string(),
        }
    }

    fn at(&self, id: &str) -> Option<usize> {
        let found = (1..=self.tickets.len()).find(|n| self.id(*n) == id)? - 1;
        (!self.tickets[found].gone).then_some(found)
    }

    /// What a state is called here.
    pub(crate) fn word(&self, state: TicketState) -> Value {
        let (open, pending, resolved) = match self.kind {
            "chatwoot" => ("open", "snoozed", "resolved"),
            "freshdesk" => {
                return json!(match state {
                    TicketState::Pending => 3,
                    TicketState::Resolved => 4,
                    _ => 2,
                });
            }
            "hubspot" => ("1", "2", "4"),
            "jira-service-management" => ("Waiting for support", "Waiting for customer", "Resolved"),
            "redmine" => {
                return json!(match state {
                    TicketState::Pending => 4,
                    TicketState::Resolved => 5,
                    _ => 2,
                });
            }
            "salesforce" => ("New", "On Hold", "Closed"),
            "zammad" => ("open", "pending reminder", "closed"),
            "zendesk" => ("open", "hold", "solved"),
            _ => ("open", "pending reminder", "closed successful"),
        };
        match state {
            TicketState::Pending => pending.into(),
            TicketState::Resolved => resolved.into(),
            _ => open.into(),
        }
    }

    fn set(&mut self, at: usize, state: &Value) {
        if !self.stubborn && !state.is_null() {
            self.tickets[at].state = state.clone();
        }
    }

    fn write(&mut self, at: usize, text: &str, public: bool) {
        if text.is_empty() {
            return;
        }
        self.tickets[at].texts.push(text.to_owned());
        if public {
            self.tickets[at].public.push(text.to_owned());
        }
    }

    /// Adds a ticket; its number from 1.
    fn add(&mut self, key: &str, state: Value, text: &str, priority: &Value) -> usize {
        let texts = if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        let ticket =
            Ticket { key: key.to_owned(), state, texts, priority: priority.clone(), ..Ticket::default() };
        self.tickets.push(ticket);
        self.tickets.len()
    }

    /// The numbers of those with this key, newest first.
    fn with_key(&self, key: &str) -> Vec<usize> {
        let fits = |n: &usize| self.tickets[*n].key == key && !self.tickets[*n].gone;
        (0..self.tickets.len()).filter(fits).rev().collect()
    }

    /// What it answers.
    pub(crate) fn answer(&mut self, request: &Request) -> Response {
        let sent: Value = serde_json::from_slice(body(request)).unwrap_or_default();
        let path: Vec<String> = request.url.path_segments().unwrap().map(str::to_owned).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let query = |name: &str| {
            request
                .url
                .query_pairs()
                .find(|(k, _)| k == name)
                .map(|(_, v)| v.into_owned())
                .unwrap_or_default()
        };
        let asked =
            Asked { method: request.method.as_str(), path: &path, sent: &sent, query: &query, request };
        match self.kind {
            "chatwoot" => self.chatwoot(&asked),
            "freshdesk" => self.freshdesk(&asked),
            "hubspot" => self.hubspot(&asked),
            "jira-service-management" => self.jira(&asked),
            "redmine" => self.redmine(&asked),
            "salesforce" => self.salesforce(&asked),
            "zammad" => self.zammad(&asked),
            "zendesk" => self.zendesk(&asked),
            "znuny" => self.znuny(&asked),
            other => panic!("no small {other}"),
        }
    }
}

/// What was asked, taken apart.
struct Asked<'a> {
    method: &'a str,
    path: &'a [&'a str],
    sent: &'a Value,
    query: &'a dyn Fn(&str) -> String,
    request: &'a Request,
}

impl Asked<'_> {
    /// All values of a name in the query.
    fn all(&self, name: &str) -> Vec<String> {
        self.request.url.query_pairs().filter(|(k, _)| k == name).map(|(_, v)| v.into_owned()).collect()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what is shown is made on the spot")]
fn ok(json: Value) -> Response {
    answer(200, json.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "what is shown is made on the spot")]
fn created(json: Value) -> Response {
    answer(201, json.to_string())
}

fn missing() -> Response {
    answer(404, "{}")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
