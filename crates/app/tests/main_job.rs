//! The main job against real servers that none of us wrote: a post is made on a fediverse server by its own client
//! interface, appears ranked in the inbox, its clock runs out, a ticket appears in Request Tracker, the ticket is
//! closed there, and the case knows.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may fail, and looks at the clock of the machine"
)]

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{House, Part, curl, get_json, post_json, wait_for};

const CONFIG: &str = r#"
[brand]
name = "Bouwhoek"
names = ["bouwhoek"]
handles = ["brand"]
own_accounts = ["brand"]

[[location]]
id = "zwolle"
name = "Bouwhoek Zwolle"
city = "Zwolle"

[calendars.default]
mon = ["00:00-24:00"]
tue = ["00:00-24:00"]
wed = ["00:00-24:00"]
thu = ["00:00-24:00"]
fri = ["00:00-24:00"]
sat = ["00:00-24:00"]
sun = ["00:00-24:00"]

[norms]
first_response = { target = "10s", norm = "20s" }
next_response = { target = "10s", norm = "20s" }
resolution = { target = "1h", norm = "2h" }

[fetch]
spacing = "200ms"
danger_allow_private_hosts = true

[[source]]
id = "tag"
kind = "mastodon"
base = "{snac}"
mode = "hashtag"
tag = "klacht"
every = "2s"
max_every = "3s"
reply = "mentions"

[[source]]
id = "mentions"
kind = "mastodon"
base = "{snac}"
mode = "notifications"
credential = "env:TEST_SNAC_TOKEN"
every = "3s"
max_every = "5s"
reply = true

{helpdesk}"#;

const HELPDESK: &str = r#"[[outlet]]
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

#[test]
fn a_public_post_becomes_a_ticket_and_the_ticket_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let snac = Part::start("snac", dir.path());
    let rt = Part::start("rt", dir.path());
    let user = |name: &str| {
        let users = snac.ready["users"].as_array().unwrap();
        users.iter().find(|u| u["name"] == name).unwrap()["token"].as_str().unwrap().to_owned()
    };
    let config = CONFIG
        .replace("{helpdesk}", HELPDESK)
        .replace("{snac}", snac.text("url"))
        .replace("{rt}", rt.text("url"))
        .replace("{queue}", rt.text("queue"));
    let secrets = [("TEST_SNAC_TOKEN", user("brand")), ("TEST_RT_TOKEN", rt.text("token").to_owned())];
    let house = House::new(dir.path(), &config, &secrets);
    let token = house.token();
    let (mut running, url) = house.serve();

    let words = "@brand mijn bank is na zes weken nog steeds niet geleverd in Zwolle en niemand belt terug, schandalig! #klacht";
    let made = Instant::now();
    post(snac.text("url"), &user("klant"), words);

    let mut case = Value::Null;
    wait_for("the post in the inbox", Duration::from_secs(40), || {
        let cases = get_json(&format!("{url}/api/v1/cases"), Some(&token));
        case = cases["items"].get(0).cloned().unwrap_or(Value::Null);
        !case.is_null()
    });
    println!("in the inbox after {:?}", made.elapsed());
    let id = case["id"].as_u64().unwrap_or_else(|| panic!("a case has an id: {case}"));
    // Found by hashtag and by notification, it is one mention.
    let mentions =
        || get_json(&format!("{url}/api/v1/mentions"), Some(&token))["items"].as_array().unwrap().len();
    wait_for("the post in the index", Duration::from_secs(20), || mentions() > 0);

    let mut ticket = String::new();
    wait_for("a ticket in Request Tracker", Duration::from_secs(90), || {
        let found =
            rt_get(&rt, &format!("tickets?query=Queue%3D%27{}%27&fields=Subject,Status", rt.text("queue")));
        ticket = found["items"].get(0).and_then(|t| t["id"].as_str()).unwrap_or_default().to_owned();
        !ticket.is_empty()
    });
    println!("a ticket after {:?}", made.elapsed());

    let body = json!({"Status": "resolved"}).to_string();
    let (status, answer) = curl(
        &[
            "-s",
            "-w",
            "\n%{http_code}",
            "-X",
            "PUT",
            "-H",
            "Content-Type: application/json",
            "-H",
            &format!("Authorization: token {}", rt.text("staff_token")),
            "-d",
            &body,
            &format!("{}/REST/2.0/ticket/{ticket}", rt.text("url")),
        ],
        None,
    )
    .unwrap();
    assert_eq!(status, 200, "{answer}");
    wait_for("the closed ticket in the case", Duration::from_secs(40), || {
        let case = get_json(&format!("{url}/api/v1/cases/{id}"), Some(&token));
        case.to_string().contains("\"resolved\"")
    });
    assert_eq!(mentions(), 1, "found by hashtag and by notification, it is one mention");
    let tickets = rt_get(&rt, &format!("tickets?query=Queue%3D%27{}%27&fields=Subject", rt.text("queue")));
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1, "one case, one ticket: {tickets}");
    assert!(running.stop().success());
}

#[test]
fn a_reply_is_seen_by_the_customers_own_client_and_stands_there_once() {
    let dir = tempfile::tempdir().unwrap();
    let snac = Part::start("snac", dir.path());
    let user = |name: &str| {
        let users = snac.ready["users"].as_array().unwrap();
        users.iter().find(|u| u["name"] == name).unwrap()["token"].as_str().unwrap().to_owned()
    };
    let config = CONFIG.replace("{helpdesk}", "").replace("{snac}", snac.text("url"));
    let house = House::new(dir.path(), &config, &[("TEST_SNAC_TOKEN", user("brand"))]);
    let token = house.token();
    let (mut running, url) = house.serve();
    post(
        snac.text("url"),
        &user("klant"),
        "@brand mijn bank in Zwolle is na zes weken nog niet geleverd, schandalig! #klacht",
    );
    let mut case = Value::Null;
    wait_for("the post in the inbox", Duration::from_secs(40), || {
        let cases = get_json(&format!("{url}/api/v1/cases"), Some(&token));
        case = cases["items"].get(0).cloned().unwrap_or(Value::Null);
        !case.is_null()
    });
    let replies = format!("{url}/api/v1/cases/{}/replies", case["id"]);
    let words = "Wat vervelend van je bank. Hij komt morgen om 10 uur.";
    let send = |body: &Value| post_json(&replies, &token, body);
    let (status, refused) = send(&json!({"text": "Mail ons op jan.klant@prive.example met je gegevens."}));
    assert_eq!(status, 422, "personal data is held up: {refused}");
    let new = json!({"text": words, "ticked": ["unanswered"]});
    for _ in 0..2 {
        let (status, answer) = send(&new);
        assert_eq!(status, 200, "{answer}");
    }
    wait_for("the reply at its platform", Duration::from_secs(40), || {
        let known = get_json(&replies, Some(&token));
        println!("{}", known["replies"][0]["state"]);
        assert_ne!(known["replies"][0]["state"]["is"], "refused", "{known}");
        known["replies"][0]["state"]["is"] == "sent"
    });
    // The customer's own client: a notification, and once in the thread.
    let client = |path: &str| get_json(&format!("{}/api/v1/{path}", snac.text("url")), Some(&user("klant")));
    let mut heard = Value::Null;
    wait_for("the customer hears of it", Duration::from_secs(40), || {
        let all = client("notifications");
        heard = all
            .as_array()
            .into_iter()
            .flatten()
            .find(|n| n["type"] == "mention")
            .cloned()
            .unwrap_or_default();
        !heard.is_null()
    });
    assert!(heard["status"]["content"].as_str().unwrap().contains(words), "{heard}");
    let parent = heard["status"]["in_reply_to_id"].as_str().unwrap();
    let context = client(&format!("statuses/{parent}/context"));
    let ours = context["descendants"].as_array().unwrap().iter();
    assert_eq!(ours.filter(|s| s["content"].as_str().unwrap().contains(words)).count(), 1, "{context}");
    let one = get_json(&format!("{url}/api/v1/cases/{}", case["id"]), Some(&token));
    assert!(one.to_string().contains(words), "{one}");
    assert!(running.stop().success());
}

fn rt_get(rt: &Part, path: &str) -> Value {
    let auth = format!("Authorization: token {}", rt.text("staff_token"));
    let url = format!("{}/REST/2.0/{path}", rt.text("url"));
    let (_, body) = curl(&["-s", "-w", "\n%{http_code}", "-H", &auth, &url], None).unwrap();
    serde_json::from_str(&body).unwrap_or_else(|e| panic!("{e}: {body}"))
}

fn post(url: &str, token: &str, words: &str) {
    let (status, body) = curl(
        &[
            "-s",
            "-w",
            "\n%{http_code}",
            "-X",
            "POST",
            "--data-urlencode",
            &format!("status={words}"),
            "--data-urlencode",
            "visibility=public",
            "--data-urlencode",
            "language=nl",
            &format!("{url}/api/v1/statuses"),
        ],
        Some(token),
    )
    .unwrap();
    assert_eq!(status, 200, "{body}");
}
