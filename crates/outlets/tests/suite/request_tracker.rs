//! Conversations with a small Request Tracker, made after what the real one (5.0.3) was seen to answer.

use crate::common::{
    alert, answer, body, comment, delivery, fixture, now, outlet, public_comment, push, request, shown, talk,
    ticket,
};
use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_outlets::{Context, Retry, Step, Watch};
use gehoor_wire::{Outgoing, Request, Response, Secret};
use serde_json::{Value, json};

/// A ticket of the small Request Tracker.
#[derive(Debug, Clone, Default)]
struct Ticket {
    subject: String,
    status: String,
    content: String,
    comments: Vec<String>,
}

/// Answers like the real one: deleted tickets are read but not found, refused changes answer 200.
#[derive(Debug, Clone, Default)]
struct Small {
    tickets: Vec<Ticket>,
    stubborn: bool,
}

impl Small {
    fn answer(&mut self, request: &Request) -> Response {
        let path: Vec<&str> = request.url.path_segments().unwrap().skip(2).collect();
        let query: String = request
            .url
            .query_pairs()
            .find(|(k, _)| k == "query")
            .map_or(String::new(), |(_, v)| v.into_owned());
        let sent: Value = serde_json::from_slice(body(request)).unwrap_or_default();
        let text = |key: &str| sent[key].as_str().unwrap_or_default().to_owned();
        let at = |id: &str| id.parse::<usize>().unwrap() - 1;
        let found = |items: Vec<Value>| answer(200, json!({"items": items, "total": null}).to_string());
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["tickets"]) => {
                let wanted = query.split('\'').nth(1).unwrap();
                let fits = |t: &&Ticket| t.subject.contains(wanted) && t.status != "deleted";
                let item = |(n, t): (usize, &Ticket)| json!({"id": (n + 1).to_string(), "Status": t.status, "Subject": t.subject});
                let newest = self.tickets.iter().enumerate().rev();
                found(newest.filter(|(_, t)| fits(t)).map(item).collect())
            }
            ("GET", ["transactions"]) if query.contains('[') => answer(500, ""),
            ("GET", ["transactions"]) => {
                let id = query.split(' ').nth(2).unwrap();
                let key = query.split('\'').nth(1).unwrap();
                let comments = &self.tickets[at(id)].comments;
                found(comments.iter().filter(|c| c.contains(key)).map(|_| json!({"id": "9"})).collect())
            }
            ("GET", ["ticket", id, "attachments"]) => {
                found(vec![json!({"Content": self.tickets[at(id)].content})])
            }
            ("GET", ["ticket", id]) => match self.tickets.get(at(id)) {
                Some(t) => answer(200, json!({"id": at(id) + 1, "Status": t.status}).to_string()),
                None => answer(404, "{\"message\":\"Not Found\"}"),
            },
            ("PUT", ["ticket", id]) => {
                if !self.stubborn && sent.get("Status").is_some() {
                    self.tickets[at(id)].status = text("Status");
                }
                answer(200, "[\"any text in any language\"]")
            }
            ("POST", ["ticket"]) => {
                self.tickets.push(Ticket {
                    subject: text("Subject"),
                    status: "new".into(),
                    content: text("Content"),
                    comments: Vec::new(),
                });
                answer(201, json!({"id": self.tickets.len().to_string(), "type": "ticket"}).to_string())
            }
            ("POST", ["ticket", id, "comment"]) => match self.tickets.get_mut(at(id)) {
                Some(t) => {
                    t.comments.push(text("Subject"));
                    answer(201, fixture("request-tracker/commented.json"))
                }
                None => answer(400, fixture("request-tracker/comment_refused.json")),
            },
            other => panic!("asked for {other:?}"),
        }
    }
}

fn queue(stage: &str, known: Option<&str>) -> Delivery {
    delivery(stage, "helpdesk", ticket(known))
}

fn token() -> Option<Secret> {
    crate::common::credential_of("request-tracker")
}

fn deliver(small: &mut Small, delivery: &Delivery) -> (Vec<Outgoing>, Step) {
    talk(outlet("request-tracker").as_ref(), token().as_ref(), delivery, |out| small.answer(request(out)))
}

fn done(step: Step) -> Receipt {
    match step {
        Step::Done(receipt) => receipt,
        other => panic!("not delivered: {other:?}"),
    }
}

fn paths(sent: &[Outgoing]) -> Vec<String> {
    sent.iter().map(|o| format!("{} {}", request(o).method, request(o).url.path())).collect()
}

#[test]
fn an_unknown_case_is_looked_up_and_then_created() {
    let mut small = Small::default();
    let (sent, end) = deliver(&mut small, &queue("queue-1", None));
    assert_eq!(
        done(end),
        Receipt { id: Some("1".into()), url: Some("https://rt.example.org/Ticket/Display.html?id=1".into()) }
    );
    assert_eq!(paths(&sent), ["GET /REST/2.0/tickets", "POST /REST/2.0/ticket"]);
    insta::assert_snapshot!("created", sent.iter().map(shown).collect::<Vec<_>>().join("\n---\n"));
}

#[test]
fn an_answer_that_got_lost_makes_neither_a_second_ticket_nor_a_second_text() {
    let mut small = Small::default();
    let delivery = queue("queue-1", None);
    deliver(&mut small, &delivery);
    let (_, end) = deliver(&mut small, &delivery);
    assert_eq!(done(end).id.as_deref(), Some("1"));
    assert_eq!(small.tickets.len(), 1);
    assert_eq!(small.tickets[0].comments.len(), 0);

    let again = queue("queue-2", Some("1"));
    deliver(&mut small, &again);
    deliver(&mut small, &again);
    assert_eq!(small.tickets[0].comments, ["Zaak 7 · Levering · Zwolle [case-7:queue-2:helpdesk]"]);
}

#[test]
fn a_resolved_ticket_is_opened_again_and_told_why() {
    let mut small = Small::default();
    deliver(&mut small, &queue("queue-1", None));
    for status in ["resolved", "rejected", "stalled"] {
        small.tickets[0].status = status.into();
        let (sent, end) = deliver(&mut small, &queue(&format!("after-{status}"), Some("1")));
        assert_eq!(done(end).id.as_deref(), Some("1"));
        assert_eq!(small.tickets[0].status, "open");
        if status == "resolved" {
            insta::assert_snapshot!("reopened", sent.iter().map(shown).collect::<Vec<_>>().join("\n---\n"));
        }
    }
    assert_eq!(small.tickets[0].comments.len(), 3);
}

#[test]
fn a_ticket_that_stays_closed_is_followed_by_one_that_says_so_and_only_by_one() {
    let mut small = Small::default();
    deliver(&mut small, &queue("queue-1", None));
    small.tickets[0].status = "resolved".into();
    small.stubborn = true;
    // A yes (200) that was none, and then an answer that gets lost.
    for _ in 0..2 {
        let (_, end) = deliver(&mut small, &queue("queue-2", Some("1")));
        assert_eq!(done(end).id.as_deref(), Some("2"));
    }
    assert_eq!(small.tickets.len(), 2);
    assert!(small.tickets[1].content.contains("Vervolg op 1 (https://rt"), "{}", small.tickets[1].content);
}

#[test]
fn a_new_priority_is_pushed_without_a_word_and_what_is_public_is_a_comment_unless_configured() {
    let mut small = Small::default();
    deliver(&mut small, &queue("queue-1", None));
    let news = delivery("push-1", "helpdesk", push(Some("1")));
    let (sent, end) = deliver(&mut small, &news);
    assert_eq!((sent.len(), done(end).id.as_deref()), (1, Some("1")));
    insta::assert_snapshot!("pushed", shown(&sent[0]));
    assert_eq!((small.tickets[0].status.as_str(), small.tickets[0].comments.len()), ("new", 0));
    let public = delivery("event-4", "helpdesk", public_comment("1"));
    let (sent, _) = deliver(&mut small, &public);
    assert!(request(sent.last().unwrap()).url.path().ends_with("/ticket/1/comment"));
}

#[test]
fn a_deleted_ticket_is_replaced_once() {
    let mut small = Small::default();
    deliver(&mut small, &queue("queue-1", None));
    small.tickets[0].status = "deleted".into();
    small.tickets[0].subject = "old".into();
    let again = queue("queue-2", Some("1"));
    for _ in 0..2 {
        let (_, end) = deliver(&mut small, &again);
        assert_eq!(done(end).id.as_deref(), Some("2"));
    }
    assert_eq!(small.tickets.len(), 2);
}

#[test]
fn a_number_that_is_not_there_any_more_is_looked_up() {
    let mut small = Small::default();
    let (_, end) = deliver(&mut small, &queue("queue-2", Some("12")));
    assert_eq!(done(end).id.as_deref(), Some("1"));
}

#[test]
fn a_merged_ticket_goes_on_under_its_new_number() {
    let mut answers = ["ticket_merged_into_31.json", "nothing_found.json", "commented.json"].iter();
    let (sent, end) =
        talk(outlet("request-tracker").as_ref(), token().as_ref(), &queue("queue-2", Some("20")), |_| {
            answer(200, fixture(&format!("request-tracker/{}", answers.next().unwrap())))
        });
    assert_eq!(done(end).id.as_deref(), Some("31"));
    assert_eq!(paths(&sent)[2], "POST /REST/2.0/ticket/31/comment");
}

#[test]
fn a_note_is_a_comment_that_customers_never_see_and_comes_once() {
    let mut small =
        Small { tickets: vec![Ticket { status: "open".into(), ..Ticket::default() }], stubborn: false };
    let note = delivery("event-4", "helpdesk", comment(Some("1")));
    let (sent, end) = deliver(&mut small, &note);
    assert_eq!(done(end).id.as_deref(), Some("1"));
    assert!(paths(&sent).iter().all(|p| !p.contains("correspond")));
    insta::assert_snapshot!("commented", sent.iter().map(shown).collect::<Vec<_>>().join("\n---\n"));
    deliver(&mut small, &note);
    assert_eq!(small.tickets[0].comments.len(), 1);
    let (sent, end) = deliver(&mut small, &delivery("event-5", "helpdesk", comment(None)));
    assert_eq!((sent.len(), done(end).id), (0, None));
}

#[test]
fn the_comment_of_a_ticket_that_is_gone_is_refused_though_the_answer_is_400() {
    let answers = |out: &Outgoing| match request(out).method.as_str() {
        "GET" => answer(200, fixture("request-tracker/nothing_found.json")),
        _ => answer(400, fixture("request-tracker/comment_refused.json")),
    };
    let note = delivery("event-4", "helpdesk", comment(Some("99")));
    let (_, end) = talk(outlet("request-tracker").as_ref(), token().as_ref(), &note, answers);
    assert!(matches!(end, Step::Refused(r) if r.retry == Retry::No && r.reason.contains("ticket 99")));
}

#[test]
fn the_number_is_taken_from_the_place_when_the_body_does_not_say_it() {
    let answers = |out: &Outgoing| match request(out).method.as_str() {
        "GET" => answer(200, fixture("request-tracker/nothing_found.json")),
        _ => {
            let mut made = answer(201, "");
            made.headers.insert("location", "/REST/2.0/ticket/77".parse().unwrap());
            made
        }
    };
    let (_, end) =
        talk(outlet("request-tracker").as_ref(), token().as_ref(), &queue("queue-1", None), answers);
    assert_eq!(done(end).id.as_deref(), Some("77"));
}

#[test]
fn refusals_say_what_to_do_and_whether_it_helps_to_wait() {
    let first = |status: u16, body: Vec<u8>| {
        let queue = queue("queue-1", None);
        match talk(outlet("request-tracker").as_ref(), token().as_ref(), &queue, |_| {
            answer(status, body.clone())
        })
        .1
        {
            Step::Refused(refusal) => refusal,
            other => panic!("{other:?}"),
        }
    };
    let unauthorized = first(401, fixture("request-tracker/unauthorized.json"));
    assert_eq!(unauthorized.retry, Retry::No);
    assert!(unauthorized.reason.contains("credential"), "{}", unauthorized.reason);
    assert_eq!(first(403, fixture("request-tracker/no_queue.json")).retry, Retry::No);
    assert_eq!(first(412, fixture("request-tracker/changed_meanwhile.json")).retry, Retry::BackOff);
    assert_eq!(first(502, fixture("hostile/login_page.html")).retry, Retry::BackOff);
    assert_eq!(first(200, fixture("hostile/login_page.html")).retry, Retry::BackOff);
    assert_eq!(first(200, fixture("hostile/half.json")).retry, Retry::BackOff);

    let busy = |_: &Outgoing| {
        let mut busy = answer(503, "");
        busy.headers.insert("retry-after", "120".parse().unwrap());
        busy
    };
    let (_, end) = talk(outlet("request-tracker").as_ref(), token().as_ref(), &queue("queue-1", None), busy);
    assert!(matches!(end, Step::Refused(r) if r.retry == Retry::After(jiff::SignedDuration::from_secs(120))));

    let (sent, end) =
        talk(outlet("request-tracker").as_ref(), None, &queue("queue-1", None), |_| answer(200, ""));
    assert!(sent.is_empty() && matches!(end, Step::Refused(r) if r.reason.contains("credential")));
    let (_, end) = deliver(&mut Small::default(), &delivery("x", "helpdesk", alert()));
    assert!(matches!(end, Step::Refused(r) if r.retry == Retry::No));
}

#[test]
fn tickets_are_asked_about_together_and_their_words_are_understood() {
    let (plug, token) = (outlet("request-tracker"), token());
    let cx = Context { now: now(), credential: token.as_ref() };
    let ids: Vec<String> = ["1", "2", "5", "6", "9", "x"].map(String::from).to_vec();
    let Watch::Ask(ask) = plug.watch(&ids, &cx) else { panic!("nothing asked") };
    insta::assert_snapshot!("watched", shown(&Outgoing::Http(*ask)));
    let news = plug.read_news(&ids, &answer(200, fixture("request-tracker/news.json"))).unwrap();
    let states: Vec<(&str, TicketState)> = news.iter().map(|n| (n.id.as_str(), n.state)).collect();
    assert_eq!(
        states,
        [
            ("1", TicketState::Open),
            ("2", TicketState::Pending),
            ("5", TicketState::Resolved),
            // A word that we were not told about.
            ("6", TicketState::Open),
            // Deleted or merged: a search leaves it out.
            ("9", TicketState::Gone),
        ]
    );
    assert!(matches!(plug.watch(&["x".into()], &cx), Watch::Nothing));
}

#[test]
fn a_token_that_lost_its_rights_does_not_end_every_ticket() {
    let plug = outlet("request-tracker");
    let ids = ["1".to_owned(), "2".to_owned()];
    let nothing = answer(200, fixture("request-tracker/nothing_found.json"));
    assert_eq!(plug.read_news(&ids, &nothing).unwrap(), []);
}

#[test]
fn one_ticket_alone_is_read_and_may_be_gone() {
    let (plug, token) = (outlet("request-tracker"), token());
    let cx = Context { now: now(), credential: token.as_ref() };
    let id = ["20".to_owned()];
    let Watch::Ask(ask) = plug.watch(&id, &cx) else { panic!("nothing asked") };
    assert_eq!(ask.url.path(), "/REST/2.0/ticket/20");
    let state = |status, file: &str| {
        plug.read_news(&id, &answer(status, fixture(&format!("request-tracker/{file}")))).unwrap()[0].state
    };
    assert_eq!(state(200, "ticket_resolved.json"), TicketState::Resolved);
    assert_eq!(state(200, "ticket_deleted.json"), TicketState::Gone);
    assert_eq!(state(404, "unauthorized.json"), TicketState::Gone);
    assert_eq!(state(200, "ticket_merged_into_31.json"), TicketState::Open);
    assert!(plug.read_news(&id, &answer(401, "")).is_err());
}

#[test]
fn a_custom_field_takes_the_key_and_is_searched() {
    let mut table = crate::common::example(&gehoor_outlets::request_tracker::KIND);
    table.insert("external_field".into(), "Gehoor key".into());
    table.insert("priority".into(), toml::Value::Array(vec![100.into(), 0.into()]));
    table.insert("base".into(), "https://example.org/rt/".into());
    let plug = gehoor_outlets::build("request-tracker", &table).unwrap();
    let mut small = Small::default();
    let (sent, _) = talk(plug.as_ref(), token().as_ref(), &queue("queue-1", None), |out| {
        // The last folder of `base` is one more than the small server knows.
        let mut inner = request(out).clone();
        inner.url.set_path(&request(out).url.path().replace("/rt/", "/"));
        small.answer(&inner)
    });
    insta::assert_snapshot!("custom_field", sent.iter().map(shown).collect::<Vec<_>>().join("\n---\n"));
}

#[test]
fn wrong_configuration_is_named() {
    let with = |key: &str, value: &str| {
        let mut table = crate::common::example(&gehoor_outlets::request_tracker::KIND);
        table.insert(key.into(), value.into());
        gehoor_outlets::build("request-tracker", &table).err().map(|e| e.0).unwrap_or_default()
    };
    assert!(with("base", "ftp://x").contains("`base`"));
    assert!(with("base", "https://user:pw@x/").contains("`base`"));
    assert!(with("queue", "a\nb").contains("`queue`"));
    assert!(with("requestor", "klant").contains("`requestor`"));
    assert!(with("external_field", "x} OR 1=1").contains("`external_field`"));
    assert!(with("open_status", "resolved").contains("`open_status`"));
    assert!(with("qeue", "x").contains("qeue"));
    assert_eq!(with("queue", "Klachten"), "");
}
