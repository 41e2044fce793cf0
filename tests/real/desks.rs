//! One story at a real Request Tracker and at a real Redmine: the answer to the creation gets lost, notes and posts
//! follow, it is closed there, the wire is cut for an hour, the customer comes back. One ticket, each text once.

use std::sync::atomic::Ordering;

use gehoor_domain::case::{ClockKind, Outcome, TicketState};
use gehoor_domain::decide::Command;
use gehoor_engine::Setup;
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, chain, id, outlet, post};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::part::Part;
use crate::peer::{Wire, act, case, say, staff, world};

const COMPLAINT: &str =
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";

/// What a test looks at, whichever helpdesk it is.
struct Seen {
    tickets: usize,
    closed: bool,
    /// Texts with whether customers may read them.
    texts: Vec<(String, bool)>,
    priority: i64,
}

enum Desk {
    Rt(Part),
    Redmine(Part),
}

impl Desk {
    fn setup(&self) -> Setup {
        let mut setup = chain();
        setup.policy.alerts.clear();
        let desk = match self {
            Desk::Rt(part) => {
                let keys = format!(
                    "base = \"{}\"\nqueue = \"{}\"\nrequestor = \"gehoor@example.org\"",
                    part.text("url"),
                    part.text("queue")
                );
                outlet("helpdesk", "request-tracker", &keys, &part.text("token"))
            }
            Desk::Redmine(part) => {
                let keys = format!(
                    "base = \"{}\"\nproject = \"{}\"\nexternal_field = {}",
                    part.text("url"),
                    part.text("project"),
                    part.ready["field"]
                );
                outlet("helpdesk", "redmine", &keys, &part.text("token"))
            }
        };
        setup.outlets = vec![desk];
        setup
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        match self {
            Desk::Rt(part) => {
                let token = format!("token {}", part.text("staff_token"));
                let url = format!("{}/REST/2.0/{path}", part.text("url"));
                staff(method, &url, ("authorization", &token), body).await
            }
            Desk::Redmine(part) => {
                let url = format!("{}/{path}", part.text("url"));
                staff(method, &url, ("x-redmine-api-key", &part.text("staff_token")), body).await
            }
        }
    }

    async fn seen(&self, ticket: &str) -> Seen {
        match self {
            Desk::Rt(part) => {
                let queue = part.text("queue");
                let all =
                    self.call("GET", &format!("tickets?query=Queue%3D%27{queue}%27"), &Value::Null).await;
                let one = self.call("GET", &format!("ticket/{ticket}"), &Value::Null).await;
                let path = format!("ticket/{ticket}/history?fields=Type&per_page=100");
                let lines = self.call("GET", &path, &Value::Null).await;
                let mut texts = Vec::new();
                for line in lines["items"].as_array().unwrap() {
                    let kind = line["Type"].as_str().unwrap();
                    if !matches!(kind, "Comment" | "Correspond") {
                        continue;
                    }
                    let path =
                        format!("transaction/{}/attachments?fields=Content", line["id"].as_str().unwrap());
                    let parts = self.call("GET", &path, &Value::Null).await;
                    let text: String = parts["items"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter_map(|a| a["Content"].as_str())
                        .map(decoded)
                        .collect();
                    texts.push((text, kind == "Correspond"));
                }
                Seen {
                    tickets: all["items"].as_array().unwrap().len(),
                    closed: one["Status"] == "resolved",
                    texts,
                    priority: number(&one["Priority"]),
                }
            }
            Desk::Redmine(_) => {
                let all = self.call("GET", "issues.json?status_id=*", &Value::Null).await;
                let path = format!("issues/{ticket}.json?include=journals");
                let one = self.call("GET", &path, &Value::Null).await["issue"].clone();
                let journals = one["journals"].as_array().unwrap();
                let texts = journals
                    .iter()
                    .filter(|j| !j["notes"].as_str().unwrap_or_default().is_empty())
                    .map(|j| (j["notes"].as_str().unwrap().to_owned(), j["private_notes"] != true));
                let closed = one["status"]["is_closed"] == true || one["status"]["name"] == "Closed";
                Seen {
                    tickets: all["issues"].as_array().unwrap().len(),
                    closed,
                    texts: texts.collect(),
                    priority: number(&one["priority"]["id"]),
                }
            }
        }
    }

    async fn close(&self, ticket: &str) {
        match self {
            Desk::Rt(_) => {
                self.call("PUT", &format!("ticket/{ticket}"), &json!({"Status": "resolved"})).await;
            }
            Desk::Redmine(part) => {
                let body = json!({"issue": {"status_id": part.ready["closed"]}});
                self.call("PUT", &format!("issues/{ticket}.json"), &body).await;
            }
        }
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_default()
}

/// Request Tracker shows contents in base64.
fn decoded(text: &str) -> String {
    use base64::Engine as _;
    let joined: String = text.split_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(joined).ok();
    bytes.and_then(|b| String::from_utf8(b).ok()).unwrap_or_else(|| text.to_owned())
}

fn how_often(seen: &Seen, text: &str) -> usize {
    seen.texts.iter().filter(|(t, _)| t.contains(text)).count()
}

async fn says(world: &World, number: &str, text: &str) {
    let mut said = post(number, "anna", world.now(), text);
    said.thread = Some("1".into());
    said.in_reply_to = Some("1".into());
    world.hear(vec![said]).await.unwrap();
}

async fn story(desk: Desk) {
    let (world, wire): (World, std::sync::Arc<Wire>) = world(desk.setup());
    // The ticket is made, and its answer is swallowed.
    wire.swallow.store(1, Ordering::SeqCst);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
    world.pass(SignedDuration::from_hours(5)).await.unwrap();
    assert_eq!(wire.swallow.load(Ordering::SeqCst), 0, "an answer was swallowed");
    let ticket = case(&world).await.tickets[0].clone();
    assert!(ticket.url.is_some(), "the case leads there");
    assert_eq!(desk.seen(&ticket.id).await.tickets, 1, "created once");

    // A note, an answer, a later post; and the answer to the first of them is swallowed.
    wire.swallow.store(1, Ordering::SeqCst);
    act(&world, Command::Assign { to: Some(admin().user) }).await;
    act(&world, Command::Note { text: "magazijn gebeld".into() }).await;
    say(&world, "We zoeken het uit.").await;
    says(&world, "2", "@bouwhoek ik hoor nog steeds niets, waar blijft mijn bank?").await;
    world.pass(SignedDuration::from_mins(30)).await.unwrap();
    let seen = desk.seen(&ticket.id).await;
    for text in ["magazijn gebeld", "We zoeken het uit.", "ik hoor nog steeds niets"] {
        assert_eq!(how_often(&seen, text), 1, "{text}: {:?}", seen.texts);
    }
    assert!(seen.texts.iter().all(|(_, public)| !public), "customers read none of it: {:?}", seen.texts);

    // A new rank is pushed.
    act(&world, Command::Overrule { points: Some(97.0), reason: "pers".into() }).await;
    let raised = desk.seen(&ticket.id).await;
    assert_ne!(raised.priority, 0);
    assert!(raised.priority >= seen.priority, "{} {}", raised.priority, seen.priority);
    assert_eq!(raised.texts.len(), seen.texts.len(), "without a word");

    // Closed there: the customer has to be told.
    say(&world, "Je hoort vandaag van ons.").await;
    desk.close(&ticket.id).await;
    assert_eq!(world.engine.watch_outlet(&id("helpdesk")).await.unwrap(), 1);
    let solved = case(&world).await;
    assert_eq!(solved.tickets[0].state, TicketState::Resolved);
    assert!(solved.running(ClockKind::TellCustomer).is_some());

    // An hour without the wire: nothing is lost, nothing is there twice.
    wire.cut.store(true, Ordering::SeqCst);
    say(&world, "Je bank komt donderdag.").await;
    act(&world, Command::Note { text: "terugbetaling akkoord".into() }).await;
    world.pass(SignedDuration::from_hours(1)).await.unwrap();
    assert_eq!(how_often(&desk.seen(&ticket.id).await, "donderdag"), 0);
    wire.cut.store(false, Ordering::SeqCst);
    world.pass(SignedDuration::from_hours(2)).await.unwrap();
    let seen = desk.seen(&ticket.id).await;
    assert_eq!((how_often(&seen, "donderdag"), how_often(&seen, "terugbetaling akkoord")), (1, 1));
    assert!(seen.closed, "a text leaves it closed");

    // The customer comes back after the end: the same ticket is open again.
    act(&world, Command::Close { outcome: Outcome::Solved, note: String::new() }).await;
    world.pass(SignedDuration::from_mins(20)).await.unwrap();
    says(&world, "3", "@bouwhoek nog steeds geen bank! Jullie zouden leveren, dit is echt belachelijk.")
        .await;
    world.pass(SignedDuration::from_mins(20)).await.unwrap();
    let seen = desk.seen(&ticket.id).await;
    assert!(!seen.closed && seen.tickets == 1, "{} tickets, closed: {}", seen.tickets, seen.closed);
    assert_eq!(how_often(&seen, "dit is echt belachelijk"), 1, "{:?}", seen.texts);
    world.engine.watch_outlet(&id("helpdesk")).await.unwrap();
    let open = case(&world).await;
    assert_eq!((open.tickets.len(), open.tickets[0].state), (1, TicketState::Open));
    let outbox = world.engine.outbox(&admin()).unwrap();
    assert_eq!((outbox.due, outbox.dead), (0, 0));
    println!("{} requests", wire.passed.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_real_request_tracker_has_one_ticket_whatever_gets_lost() {
    story(Desk::Rt(Part::start("rt"))).await;
}

#[tokio::test]
async fn a_real_redmine_has_one_ticket_whatever_gets_lost() {
    story(Desk::Redmine(Part::start("redmine"))).await;
}
