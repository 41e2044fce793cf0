//! A busy hashtag on a real fediverse server (snac): more than 500 posts over several pages, an edit, a thread, a kill
//! in the middle, a server that asks for patience, and a deletion.
//!
//! snac limits nobody: the limit is that of a small server of ours in front of it, which refuses as Mastodon does.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may fail, and looks at the clock of the machine"
)]

mod support;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use support::proxy::{Fate, in_front_of};
use support::{House, Part, curl, get_json, ids, mentions, search, source, wait_for};

const CONFIG: &str = r#"
[brand]
name = "Kiezelmarkt"
names = ["kiezelmarkt"]
handles = ["brand"]
own_accounts = ["brand@{host}"]

[fetch]
spacing = "50ms"
quota = 4000
danger_allow_private_hosts = true

[[source]]
id = "tag"
kind = "mastodon"
base = "{snac}"
mode = "hashtag"
tag = "kiezelmarkt"
backfill_pages = 20
every = "1s"
max_every = "2s"
"#;

/// How long the server asks for patience.
const PATIENCE: u64 = 4;

/// What a person says on the server.
struct Voice {
    url: String,
    token: String,
}

impl Voice {
    fn call(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let url = format!("{}{path}", self.url);
        let mut args = vec!["-s", "-w", "\n%{http_code}", "-X", method];
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        for field in &fields {
            args.extend(["--data-urlencode", field]);
        }
        args.push(&url);
        let (status, body) = curl(&args, Some(&self.token)).unwrap();
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    fn post(&self, words: &str, answers: Option<&str>) -> Value {
        let mut fields = vec![("status", words), ("visibility", "public"), ("language", "nl")];
        fields.extend(answers.map(|id| ("in_reply_to_id", id)));
        let (status, post) = self.call("POST", "/api/v1/statuses", &fields);
        assert_eq!(status, 200, "{post}");
        post
    }

    /// Many posts, by several hands; their addresses.
    fn posts(&self, from: usize, count: usize) -> Vec<String> {
        let made = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for hand in 0..4 {
                let made = &made;
                scope.spawn(move || {
                    for at in (from + hand..from + count).step_by(4) {
                        let words = format!(
                            "bestelling {at} bij #kiezelmarkt is nog steeds niet geleverd, niemand belt terug"
                        );
                        let post = self.post(&words, None);
                        made.lock().unwrap().push(uri(&post));
                    }
                });
            }
        });
        made.into_inner().unwrap()
    }
}

fn uri(post: &Value) -> String {
    post["uri"].as_str().unwrap_or_else(|| panic!("no post: {post}")).to_owned()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The limiter: refuses while `limits` is set, and notes when it was asked.
fn limiter(upstream: &str, limits: &Arc<AtomicBool>, asked: &Arc<Mutex<Vec<u64>>>) -> String {
    let (limits, asked) = (Arc::clone(limits), Arc::clone(asked));
    let left = AtomicU64::new(300);
    in_front_of(upstream, move |_| {
        asked.lock().unwrap().push(now());
        let until = jiff::Timestamp::from_second(i64::try_from(now() + PATIENCE).unwrap()).unwrap();
        let remaining = left.fetch_sub(1, Ordering::Relaxed).max(1);
        let head = |remaining: u64| {
            [
                "X-RateLimit-Limit: 300".to_owned(),
                format!("X-RateLimit-Remaining: {remaining}"),
                format!("X-RateLimit-Reset: {until:.6}"),
            ]
        };
        if !limits.swap(false, Ordering::SeqCst) {
            return Fate::Pass(head(remaining).to_vec());
        }
        let body = r#"{"error":"Too many requests"}"#;
        Fate::Answer(format!(
            "HTTP/1.1 429 Too Many Requests\r\n{}\r\nRetry-After: {PATIENCE}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            head(0).join("\r\n"),
            body.len()
        ))
    })
}

#[test]
fn a_busy_hashtag_is_read_whole_and_once_through_a_kill_a_limit_and_an_edit() {
    let dir = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let snac = Part::start("snac", dir.path());
    let voice = |name: &str| {
        let users = snac.ready["users"].as_array().unwrap();
        let user = users.iter().find(|user| user["name"] == name).unwrap();
        Voice { url: snac.text("url").to_owned(), token: user["token"].as_str().unwrap().to_owned() }
    };
    let (customer, us) = (voice("klant"), voice("brand"));
    let (limits, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let front = limiter(snac.text("url"), &limits, &asked);

    // Before it runs: several pages of history.
    let mut expected = customer.posts(0, 300);
    println!("300 posts after {:?}", begun.elapsed());
    let config = CONFIG.replace("{snac}", &front).replace("{host}", snac.text("host"));
    let house = House::new(dir.path(), &config, &[]);
    let token = house.token();
    let (running, url) = house.serve();
    let count = |url: &str| {
        std::thread::sleep(Duration::from_secs(1));
        mentions(url, &token).len()
    };
    wait_for("some of the history", Duration::from_secs(60), || count(&url) >= 100);
    running.kill();
    expected.extend(customer.posts(300, 200));
    let (mut running, url) = house.serve();

    // A thread: a question, our answer, the customer again.
    let call = customer.post("waar blijft mijn tafel? zes weken gewacht, schandalig #kiezelmarkt", None);
    let ours = us.post("Dat zoeken we uit! #kiezelmarkt", call["id"].as_str());
    let again = customer.post("ik wil mijn geld terug #kiezelmarkt", ours["id"].as_str());
    expected.extend([&call, &ours, &again].map(uri));
    expected.sort();
    wait_for("every post", Duration::from_secs(240), || count(&url) >= expected.len());
    std::thread::sleep(Duration::from_secs(5));
    let all = mentions(&url, &token);
    assert_eq!(ids(&all), expected);
    println!("{} posts, each once, after {:?}", expected.len(), begun.elapsed());
    let of = |uri: &str| all.iter().find(|m| m["external_id"] == uri).unwrap();
    assert_eq!(of(&uri(&ours))["own"], true, "our own post is known as ours: {}", of(&uri(&ours)));
    assert_eq!(all.iter().filter(|m| m["own"] == true).count(), 1);
    let case = of(&uri(&call))["case"].as_u64().unwrap_or_else(|| panic!("no case: {}", of(&uri(&call))));
    let page = get_json(&format!("{url}/api/v1/cases/{case}"), Some(&token));
    for post in [&call, &ours, &again] {
        assert!(
            page["posts"].as_array().unwrap().iter().any(|p| p["external_id"] == post["uri"]),
            "{} is not in the case of its thread",
            uri(post)
        );
    }

    // An edit is a new text of the same mention.
    let path = format!("/api/v1/statuses/{}", again["id"].as_str().unwrap());
    let (status, edited) = customer.call(
        "PUT",
        &path,
        &[("status", "opgelost, hartelijk dank #kiezelmarkt"), ("language", "nl")],
    );
    assert_eq!(status, 200, "{edited}");
    wait_for("the edited text", Duration::from_secs(60), || {
        search(&url, &token, "opgelost").iter().any(|m| m["external_id"] == again["uri"])
    });
    assert_eq!(ids(&mentions(&url, &token)), expected);

    // It is asked for patience, and has it.
    limits.store(true, Ordering::SeqCst);
    wait_for("the refusal to be heard", Duration::from_secs(30), || {
        source(&url, &token, "tag")["health"] == "waits"
    });
    let late = uri(&customer.post("al een uur in de wacht bij #kiezelmarkt", None));
    expected.push(late.clone());
    expected.sort();
    wait_for("the post that came meanwhile", Duration::from_secs(60), || {
        search(&url, &token, "wacht").iter().any(|m| m["external_id"] == late.as_str())
    });
    assert_eq!(ids(&mentions(&url, &token)), expected);
    let asked = asked.lock().unwrap().clone();
    assert!(
        asked.windows(2).any(|two| two[1] - two[0] >= PATIENCE - 1),
        "it was asked again before {PATIENCE} s had passed: {asked:?}"
    );
    assert!(running.stop().success());
    println!("done after {:?}", begun.elapsed());
}

/// Deletes a post as its author does on the pages of the server: its API cannot.
fn delete(snac: &Part, name: &str, uri: &str) {
    let users = snac.ready["users"].as_array().unwrap();
    let password = users.iter().find(|user| user["name"] == name).unwrap()["password"].as_str().unwrap();
    let (login, id) = (format!("{name}:{password}"), format!("id={uri}"));
    let page = format!("{}/{name}/admin/action", snac.text("url"));
    let args =
        ["-s", "-w", "\n%{http_code}", "-u", &login, "--data-urlencode", &id, "-d", "action=Delete", &page];
    assert_eq!(curl(&args, None).unwrap().0, 303);
    let args = ["-s", "-w", "\n%{http_code}", "-H", "Accept: application/activity+json", uri];
    assert_eq!(curl(&args, None).unwrap().0, 404, "it is still there");
}

/// One source more: what we say there.
const OURS: &str = r#"
[[source]]
id = "own"
kind = "mastodon"
base = "{snac}"
mode = "account"
account = "{account}"
backfill_pages = 20
every = "1s"
max_every = "2s"
"#;

#[test]
fn our_answer_without_a_hashtag_counts_and_what_its_author_deletes_is_struck_out() {
    let dir = tempfile::tempdir().unwrap();
    let snac = Part::start("snac", dir.path());
    let voice = |name: &str| {
        let users = snac.ready["users"].as_array().unwrap();
        let user = users.iter().find(|user| user["name"] == name).unwrap();
        Voice { url: snac.text("url").to_owned(), token: user["token"].as_str().unwrap().to_owned() }
    };
    let (customer, us) = (voice("klant"), voice("brand"));
    let (status, account) = us.call("GET", "/api/v1/accounts/verify_credentials", &[]);
    assert_eq!(status, 200, "{account}");
    // Our answer is there before anything is read: which of the two sources comes first is chance.
    let call = customer.post("waar blijft mijn tafel? zes weken gewacht, schandalig #kiezelmarkt", None);
    let ours = us.post("Dat zoeken we uit, stuur ons je ordernummer", call["id"].as_str());
    let other = customer.post("bij #kiezelmarkt neemt niemand de telefoon op, al drie dagen niet", None);
    let notice = us.post("Zaterdag zijn alle winkels open tot zes uur", None);
    let config = CONFIG.to_owned() + &OURS.replace("{account}", account["id"].as_str().unwrap());
    let config = config.replace("{snac}", snac.text("url")).replace("{host}", snac.text("host"));
    let house = House::new(dir.path(), &config, &[]);
    let token = house.token();
    let (mut running, url) = house.serve_at(Some("+0"));
    let mut expected = [&call, &ours, &other, &notice].map(uri);
    expected.sort();
    wait_for("all four", Duration::from_secs(60), || mentions(&url, &token).len() >= 4);
    let case_of = |post: &Value| {
        let all = mentions(&url, &token);
        let found = all.iter().find(|m| m["external_id"] == post["uri"]);
        found.and_then(|m| m["case"].as_u64())
    };
    wait_for("a case for what was said", Duration::from_secs(30), || case_of(&call).is_some());
    assert_eq!(ids(&mentions(&url, &token)), expected);
    let case = case_of(&call).unwrap();
    assert_eq!(case_of(&ours), Some(case), "our answer is in the case of what it answers");
    let page = get_json(&format!("{url}/api/v1/cases/{case}"), Some(&token));
    let clock = page["clocks"].as_array().unwrap().iter().find(|c| c["kind"] == "first_response").unwrap();
    assert_eq!(clock["state"], "done", "our answer ends the first response: {clock}");

    // One of each source is deleted. Who asks again half a day later is told so. (Not our answer: snac keeps what another
    // of its people was sent, and brings back what it delivers after its deletion.)
    for (name, post) in [("klant", &other), ("brand", &notice)] {
        delete(&snac, name, &uri(post));
    }
    let gone = || -> Vec<Value> {
        let all = mentions(&url, &token);
        all.into_iter().filter(|m| !m["withdrawn"].is_null()).collect()
    };
    let mut hours = 13;
    wait_for("what was deleted to be gone", Duration::from_secs(240), || {
        // One question at a time, with a pause between two.
        house.set_clock(&format!("+{hours}h"));
        hours += 1;
        std::thread::sleep(Duration::from_secs(5));
        gone().len() >= 2
    });
    let mut deleted = [&other, &notice].map(uri);
    deleted.sort();
    assert_eq!(ids(&gone()), deleted);
    assert_eq!(ids(&mentions(&url, &token)), expected, "what is gone is kept, struck out");
    assert!(running.stop().success());
}
