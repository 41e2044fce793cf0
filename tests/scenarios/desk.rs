//! A small Request Tracker for whole stories: it keeps tickets and texts, can be down, and can lose an answer after
//! doing what was asked.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gehoor_testkit::net::Asked;
use gehoor_testkit::{Answer, World};
use serde_json::{Value, json};

/// A ticket there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ticket {
    pub(crate) subject: String,
    pub(crate) status: String,
    pub(crate) priority: i64,
    /// Subjects and contents of what was added.
    pub(crate) texts: Vec<(String, String)>,
}

/// The helpdesk.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    tickets: Arc<Mutex<Vec<Ticket>>>,
    pub(crate) down: Arc<AtomicBool>,
    /// So many of the next answers to writes get lost.
    pub(crate) lose: Arc<AtomicUsize>,
}

impl Desk {
    /// Behind the outlet `helpdesk` of a world.
    pub(crate) fn of(world: &World) -> Self {
        let desk = Self::default();
        for method in ["GET", "POST", "PUT"] {
            let here = desk.clone();
            world.net.on(method, "https://rt.test/", move |asked| here.answer(asked));
        }
        desk
    }

    pub(crate) fn tickets(&self) -> Vec<Ticket> {
        self.tickets.lock().unwrap().clone()
    }

    /// Somebody works there.
    pub(crate) fn set(&self, number: usize, status: &str) {
        self.tickets.lock().unwrap()[number].status = status.to_owned();
    }

    fn answer(&self, asked: &Asked) -> Answer {
        if self.down.load(Ordering::SeqCst) {
            return Answer::Down;
        }
        let answer = self.done(asked);
        let lost = self.lose.load(Ordering::SeqCst);
        if asked.method != "GET" && lost > 0 {
            self.lose.store(lost - 1, Ordering::SeqCst);
            return Answer::Lost;
        }
        answer
    }

    fn done(&self, asked: &Asked) -> Answer {
        let mut tickets = self.tickets.lock().unwrap();
        let (path, query) = asked.url.split_once('?').unwrap_or((&asked.url, ""));
        let parts: Vec<&str> = path.trim_start_matches("https://rt.test/REST/2.0/").split('/').collect();
        let sent: Value = serde_json::from_str(&asked.body).unwrap_or_default();
        let text = |key: &str| sent[key].as_str().unwrap_or_default().to_owned();
        let at = |id: &str| id.parse::<usize>().unwrap() - 1;
        let yes = |body: Value| Answer::Status(200, body.to_string());
        let items = |items: Vec<Value>| yes(json!({"items": items, "total": null}));
        // Our keys hold nothing that is written otherwise in an address.
        let holds = |key: &str| query.contains(&key.replace(':', "%3A")) || query.contains(key);
        match (asked.method.as_str(), parts.as_slice()) {
            ("GET", ["tickets"]) if query.contains("id%3D") => {
                let all = tickets.iter().enumerate();
                let asked = |n: &usize| {
                    query.contains(&format!("id%3D{}+", n + 1)) || query.contains(&format!("id%3D{}&", n + 1))
                };
                items(
                    all.filter(|(n, _)| asked(n))
                        .map(|(n, t)| json!({"id": (n + 1).to_string(), "Status": t.status}))
                        .collect(),
                )
            }
            ("GET", ["tickets"]) => {
                let key = |t: &Ticket| {
                    t.subject.rsplit('[').next().unwrap_or_default().trim_end_matches(']').to_owned()
                };
                let mine = tickets
                    .iter()
                    .enumerate()
                    .rev()
                    .filter(|(_, t)| query.contains(&format!("{}%5D", key(t))));
                items(
                    mine.map(
                        |(n, t)| json!({"id": (n + 1).to_string(), "Status": t.status, "Subject": t.subject}),
                    )
                    .collect(),
                )
            }
            ("GET", ["transactions"]) => {
                let id = query.split("TicketId+%3D+").nth(1).and_then(|r| r.split('+').next()).unwrap();
                let key = |s: &str| s.rsplit('[').next().unwrap_or_default().trim_end_matches(']').to_owned();
                let known = tickets[at(id)].texts.iter().filter(|(subject, _)| holds(&key(subject)));
                items(known.map(|_| json!({"id": "9"})).collect())
            }
            ("GET", ["ticket", id, "attachments"]) => {
                items(vec![json!({"Content": tickets[at(id)].texts[0].1})])
            }
            ("GET", ["ticket", id]) => yes(json!({"id": at(id) + 1, "Status": tickets[at(id)].status})),
            ("PUT", ["ticket", id]) => {
                let ticket = &mut tickets[at(id)];
                if !text("Status").is_empty() {
                    ticket.status = text("Status");
                }
                ticket.priority = sent["Priority"].as_i64().unwrap_or(ticket.priority);
                yes(json!(["done"]))
            }
            ("POST", ["ticket"]) => {
                tickets.push(Ticket {
                    subject: text("Subject"),
                    status: "new".into(),
                    priority: sent["Priority"].as_i64().unwrap_or_default(),
                    texts: vec![(text("Subject"), text("Content"))],
                });
                Answer::Status(201, json!({"id": tickets.len().to_string(), "type": "ticket"}).to_string())
            }
            ("POST", ["ticket", id, "comment" | "correspond"]) => {
                tickets[at(id)].texts.push((text("Subject"), text("Content")));
                Answer::Status(201, json!(["added"]).to_string())
            }
            other => panic!("asked for {other:?}"),
        }
    }
}

/// The laws of cases and effects, over everything that is stored.
pub(crate) fn check(world: &World) {
    use gehoor_domain::case::Case;
    use gehoor_domain::effect::OutboxRow;
    use gehoor_domain::invariant::{check_case, check_cases, check_effects};
    use gehoor_store::{Table, scan_prefix_as};
    let store = world.store.as_ref();
    let cases = scan_prefix_as::<Case>(store, Table::Case, "", 100_000).unwrap();
    let cases: Vec<Case> = cases.into_iter().map(|(_, case, _)| case).collect();
    for case in &cases {
        assert_eq!(check_case(case, &world.engine.setup().policy), []);
    }
    assert_eq!(check_cases(&cases), []);
    let rows = scan_prefix_as::<OutboxRow>(store, Table::Outbox, "", 100_000).unwrap();
    let keys: Vec<_> = rows.iter().map(|(_, row, _)| row.effect.key.clone()).collect();
    assert_eq!(check_effects(&keys), []);
    // EF-2 the other way round: what was sent stands in a row, under the key of that row.
    for (key, row, _) in &rows {
        assert_eq!(key, row.effect.key.as_str());
    }
}
