//! The service queue is a real Redmine: created there, closed there, opened again here.

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::{Receipt, Task};
use gehoor_domain::ids::CaseId;
use gehoor_outlets::{Context, Outlet, Refusal, Retry, Step, TicketNews, Watch, build};
use gehoor_wire::{Request, Secret};
use serde_json::{Value, json};

use crate::peer::{Net, Part, delivery, now};

struct Desk {
    net: Net,
    part: Part,
    plug: Box<dyn Outlet>,
    secret: Secret,
}

impl Desk {
    fn start() -> Self {
        let part = Part::start("redmine");
        let mut own = toml::Table::new();
        own.insert("base".into(), part.text("url").into());
        own.insert("project".into(), part.text("project").into());
        own.insert("external_field".into(), part.ready["field"].as_i64().unwrap().into());
        let secret = Secret::new(part.text("token"));
        Self { net: Net::new(), plug: build("redmine", &own).unwrap(), secret, part }
    }

    fn deliver(&self, stage: &str, task: Task, lose: impl Fn(&Request) -> bool) -> Step {
        self.net.talk(self.plug.as_ref(), Some(&self.secret), &delivery(stage, task), lose)
    }

    fn done(&self, stage: &str, task: Task) -> Receipt {
        match self.deliver(stage, task, |_| false) {
            Step::Done(receipt) => receipt,
            other => panic!("{stage}: {other:?}"),
        }
    }

    /// What a member of staff does or sees.
    fn staff(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}/{path}", self.part.text("url"));
        let (status, json) =
            self.net.json(method, &url, Some(("x-redmine-api-key", self.part.text("staff_token"))), body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {json}");
        json
    }

    fn issues(&self) -> Vec<Value> {
        self.staff("GET", "issues.json?status_id=*", &Value::Null)["issues"].as_array().unwrap().clone()
    }

    fn issue(&self, id: &str) -> Value {
        self.staff("GET", &format!("issues/{id}.json?include=journals"), &Value::Null)["issue"].clone()
    }

    fn news(&self, ids: &[String]) -> Result<Vec<TicketNews>, Refusal> {
        let cx = Context { now: now(), credential: Some(&self.secret) };
        let Watch::Ask(ask) = self.plug.watch(ids, &cx) else { panic!("nothing asked") };
        self.plug.read_news(ids, &self.net.send(&ask))
    }
}

fn ticket(case: u64, known: Option<&str>) -> Task {
    Task::Ticket {
        case: CaseId(case),
        external: format!("gehoor-real-{case}"),
        known: known.map(str::to_owned),
        priority: 95,
        due: Some(now()),
    }
}

fn notes(issue: &Value) -> Vec<(&str, bool)> {
    let journals = issue["journals"].as_array().unwrap().iter();
    let with_text = journals.filter(|j| !j["notes"].as_str().unwrap_or_default().is_empty());
    with_text.map(|j| (j["notes"].as_str().unwrap(), j["private_notes"] == true)).collect()
}

#[test]
fn a_real_redmine_gets_one_ticket_each_text_once_and_tells_how_it_goes_on() {
    let desk = Desk::start();
    let first = desk.done("queue-1", ticket(7, None));
    let id = first.id.clone().unwrap();
    assert_eq!(first.url, Some(format!("{}/issues/{id}", desk.part.text("url"))));
    let made = desk.issue(&id);
    let text = made["description"].as_str().unwrap();
    assert!(text.contains("https://gehoor.example.org/cases/7") && text.contains("Bank stuk"), "{text}");
    assert!(!text.contains("@gehoor") && !text.contains("{{include") && !text.contains("!https"), "{text}");
    assert_eq!(made["custom_fields"][0]["value"], "gehoor-real-7");
    assert_eq!((&made["priority"]["id"], made["due_date"].is_string()), (&json!(5), true));

    // Created twice, it is one.
    assert_eq!(desk.done("queue-1", ticket(7, None)), first);
    assert_eq!((desk.issues().len(), notes(&desk.issue(&id)).len()), (1, 0));

    // A note: for those only who may see private ones, and once.
    let note = || Task::Comment { case: CaseId(7), ticket: Some(id.clone()), visibility: Default::default() };
    for _ in 0..2 {
        desk.done("event-4", note());
        let issue = desk.issue(&id);
        let notes = notes(&issue);
        assert!(notes.len() == 1 && notes[0].1, "{notes:?}");
    }

    // Closed there: heard here, alone and among others.
    desk.staff(
        "PUT",
        &format!("issues/{id}.json"),
        &json!({"issue": {"status_id": desk.part.ready["closed"], "notes": "opgelost"}}),
    );
    let resolved = TicketNews { id: id.clone(), state: TicketState::Resolved };
    assert_eq!(desk.news(std::slice::from_ref(&id)).unwrap(), std::slice::from_ref(&resolved));
    let other = desk.done("queue-1", ticket(8, None)).id.unwrap();
    let open = TicketNews { id: other.clone(), state: TicketState::Open };
    assert_eq!(desk.news(&[id.clone(), other.clone()]).unwrap(), [resolved, open.clone()]);

    // The customer comes back: open again, told why, once, though an answer gets lost.
    let lost = desk.deliver("queue-2", ticket(7, Some(&id)), |r| r.method == "PUT");
    assert!(matches!(&lost, Step::Refused(r) if r.retry == Retry::BackOff), "{lost:?}");
    let is_note = |r: &Request| matches!(&r.body, gehoor_wire::Body::Bytes(b) if b.windows(13).any(|w| w == b"private_notes"));
    let lost = desk.deliver("queue-2", ticket(7, Some(&id)), is_note);
    assert!(matches!(&lost, Step::Refused(r) if r.retry == Retry::BackOff), "{lost:?}");
    for _ in 0..2 {
        assert_eq!(desk.done("queue-2", ticket(7, Some(&id))).id.as_ref(), Some(&id));
    }
    let issue = desk.issue(&id);
    assert_eq!(desk.news(std::slice::from_ref(&id)).unwrap()[0].state, TicketState::Open);
    // The customer wrote our mark into the post; that did not keep our text away.
    assert_eq!(notes(&issue).len(), 3, "{issue}");

    // Deleted there: gone here, and replaced once.
    desk.staff("DELETE", &format!("issues/{id}.json"), &Value::Null);
    let gone = TicketNews { id: id.clone(), state: TicketState::Gone };
    assert_eq!(desk.news(std::slice::from_ref(&id)).unwrap(), std::slice::from_ref(&gone));
    assert_eq!(desk.news(&[id.clone(), other]).unwrap(), [gone, open]);
    let after = desk.done("queue-3", ticket(7, Some(&id))).id.unwrap();
    assert_ne!(after, id);
    assert_eq!(desk.done("queue-3", ticket(7, Some(&id))).id, Some(after));
    assert_eq!(desk.issues().len(), 2);

    // The answer to the creation gets lost: still one ticket.
    let lost = desk.deliver("queue-1", ticket(9, None), |r| r.method == "POST");
    assert!(matches!(&lost, Step::Refused(r) if r.retry == Retry::BackOff), "{lost:?}");
    desk.done("queue-1", ticket(9, None));
    assert_eq!(desk.issues().len(), 3);

    // Refusals say what to do.
    let refused = |secret: &str| match desk.net.talk(
        desk.plug.as_ref(),
        Some(&Secret::new(secret)),
        &delivery("queue-1", ticket(10, None)),
        |_| false,
    ) {
        Step::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    };
    let wrong = refused("0000");
    assert!(wrong.retry == Retry::No && wrong.reason.contains("API key"), "{}", wrong.reason);
}
