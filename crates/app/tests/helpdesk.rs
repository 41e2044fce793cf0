//! The helpdesk is away, and an answer of it gets lost, with a real Request Tracker: exactly one ticket all the same.
//! Then the ticket is closed and opened again there, and the case knows. The hours between two tries pass on a clock
//! that is set forward, and a server of ours in front of Request Tracker is what is away: `cargo xtask test --long`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may fail, and looks at the clock of the machine"
)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::proxy::{Fate, in_front_of};
use support::{House, Part, curl, deliver, get_json, wait_for};

const CONFIG: &str = r#"
[brand]
name = "Kiezelmarkt"
names = ["kiezelmarkt"]

[calendars.default]
mon = ["00:00-24:00"]
tue = ["00:00-24:00"]
wed = ["00:00-24:00"]
thu = ["00:00-24:00"]
fri = ["00:00-24:00"]
sat = ["00:00-24:00"]
sun = ["00:00-24:00"]

[norms]
first_response = { target = "5s", norm = "10s" }
next_response = { target = "5s", norm = "10s" }
resolution = { target = "100h", norm = "200h" }

[fetch]
spacing = "100ms"
danger_allow_private_hosts = true

[[source]]
id = "form"
kind = "webhook"
channel = "microblog"
credential = "env:TEST_SECRET"

[[outlet]]
id = "helpdesk"
kind = "request-tracker"
base = "{rt}"
queue = "{queue}"
requestor = "gehoor@example.org"
credential = "env:TEST_RT_TOKEN"
watch_every = "3s"

[[queue_outlet]]
outlet = "helpdesk"
"#;

/// What the server in front of Request Tracker does.
const PASSES: usize = 0;
const AWAY: usize = 1;
/// What is written arrives, and the answer to it is lost.
const SWALLOWS: usize = 2;

/// Request Tracker as its own staff sees it.
fn staff(rt: &Part, method: &str, path: &str, body: Option<&Value>) -> Value {
    let auth = format!("Authorization: token {}", rt.text("staff_token"));
    let url = format!("{}/REST/2.0/{path}", rt.text("url"));
    let body = body.map(ToString::to_string);
    let mut args = vec!["-s", "-w", "\n%{http_code}", "-X", method, "-H", &auth];
    if let Some(body) = &body {
        args.extend(["-H", "Content-Type: application/json", "-d", body]);
    }
    args.push(&url);
    let (status, answer) = curl(&args, None).unwrap();
    assert_eq!(status, 200, "{answer}");
    serde_json::from_str(&answer).unwrap_or_else(|e| panic!("{e}: {answer}"))
}

fn tickets(rt: &Part) -> Vec<Value> {
    let query = format!("tickets?query=Queue%3D%27{}%27&fields=Subject,Status", rt.text("queue"));
    staff(rt, "GET", &query, None)["items"].as_array().unwrap().clone()
}

#[test]
fn a_helpdesk_that_is_away_and_loses_its_answer_has_one_ticket_that_may_be_reopened() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let rt = Part::start("rt", dir.path());
    let (mode, away, swallowed) =
        (Arc::new(AtomicUsize::new(AWAY)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let front = {
        let (mode, away, swallowed) = (Arc::clone(&mode), Arc::clone(&away), Arc::clone(&swallowed));
        let asked = Arc::clone(&asked);
        let seen = move |line: &str, mode: usize| {
            asked.lock().unwrap().push(format!("{:?} in {mode}: {line}", begun.elapsed()));
            mode
        };
        in_front_of(rt.text("url"), move |line| match seen(line, mode.load(Ordering::SeqCst)) {
            AWAY => {
                away.fetch_add(1, Ordering::SeqCst);
                Fate::Drop
            }
            SWALLOWS if line.starts_with("POST ") && line.contains("/ticket") => {
                swallowed.fetch_add(1, Ordering::SeqCst);
                mode.store(AWAY, Ordering::SeqCst);
                Fate::Swallow
            }
            _ => Fate::Pass(Vec::new()),
        })
    };
    let config = CONFIG.replace("{rt}", &front).replace("{queue}", rt.text("queue"));
    let secrets = [
        ("TEST_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()),
        ("TEST_RT_TOKEN", rt.text("token").to_owned()),
    ];
    let house = House::new(dir.path(), &config, &secrets);
    let token = house.token();
    let (mut running, url) = house.serve_at(Some("+0"));
    let body = json!({"external_id": "een", "author": {"id": "anneke"},
        "text": "mijn tafel van kiezelmarkt is na zes weken niet geleverd en niemand belt terug, schandalig"});
    assert_eq!(deliver(&url, "form", "bericht-1", &body.to_string()), 202);

    // Away: it is tried, and tried again an hour later.
    wait_for("a first try", Duration::from_secs(90), || away.load(Ordering::SeqCst) > 0);
    let tried = away.load(Ordering::SeqCst);
    house.set_clock("+1h");
    wait_for("a try an hour later", Duration::from_secs(90), || away.load(Ordering::SeqCst) > tried);
    assert_eq!(tickets(&rt).len(), 0);

    // There again, but the answer is lost: the ticket was made, and we do not know.
    mode.store(SWALLOWS, Ordering::SeqCst);
    house.set_clock("+4h");
    let told = || {
        let outbox = get_json(&format!("{url}/api/v1/outbox"), Some(&token));
        format!("a ticket whose answer is lost: asked {:#?}, {outbox}", asked.lock().unwrap())
    };
    let until = Instant::now() + Duration::from_secs(90);
    while tickets(&rt).is_empty() {
        assert!(Instant::now() < until, "{}", told());
    }
    assert_eq!(swallowed.load(Ordering::SeqCst), 1);
    println!("a ticket that we do not know of, after {:?}", begun.elapsed());
    let case = || get_json(&format!("{url}/api/v1/cases/1"), Some(&token));
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(case()["tickets"].as_array().map(Vec::len), Some(0), "{}", case());

    mode.store(PASSES, Ordering::SeqCst);
    house.set_clock("+8h");
    wait_for("the ticket in its case", Duration::from_secs(90), || case()["tickets"][0]["state"] == "open");
    let made = tickets(&rt);
    assert_eq!(made.len(), 1, "one case, one ticket: {made:?}");
    let id = made[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(case()["tickets"][0]["id"], id.as_str());

    for (there, here) in [("resolved", "resolved"), ("open", "open")] {
        staff(&rt, "PUT", &format!("ticket/{id}"), Some(&json!({"Status": there})));
        wait_for("the ticket's new state", Duration::from_secs(60), || case()["tickets"][0]["state"] == here);
    }
    assert_eq!(tickets(&rt).len(), 1);
    assert!(running.stop().success());
    println!("done after {:?}", begun.elapsed());
}
