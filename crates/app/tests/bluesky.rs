//! The whole program on a real Bluesky network (account server and index), where posts are made by the network's own
//! client: a search over several pages, our own posts, what is said to us and our answer to it as the customer sees it, a
//! kill in the middle, the limits of the account server, and deletions. Takes minutes: `cargo xtask test --long`.
//!
//! The network is that of its makers' own tests: its search is a plain comparison of texts, not the one in production.
//! There is no Jetstream in it, and its own stream is binary, which no plug reads.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may fail, and looks at the clock of the machine"
)]

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use support::{House, Part, folder, get_json, ids, mentions, post_json, search, source, wait_for};

const CONFIG: &str = r#"
[brand]
name = "Kiezelmarkt"
names = ["kiezelmarkt"]
handles = ["brand.test"]
own_accounts = ["brand.test"]

[fetch]
spacing = "150ms"
quota = 4000
danger_allow_private_hosts = true

[[source]]
id = "search"
kind = "bluesky"
mode = "search"
query = "kiezelmarkt"
identifier = "brand.test"
credential = "env:TEST_BLUESKY"
server = "{pds}"
overlap_minutes = 1
backfill_pages = 10
every = "3s"
max_every = "5s"

[[source]]
id = "own"
kind = "bluesky"
mode = "author"
actor = "brand.test"
server = "{appview}"
every = "3s"
max_every = "5s"

[[source]]
id = "to-us"
kind = "bluesky"
mode = "notifications"
identifier = "brand.test"
credential = "env:TEST_BLUESKY"
server = "{pds}"
every = "3s"
max_every = "5s"
reply = true
"#;

/// Who posts a lot.
const CUSTOMERS: [&str; 5] = ["klant", "karim", "lotte", "pieter", "sanne"];

/// The network's own client.
struct Client {
    child: Child,
    told: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Client {
    fn start(network: &Part) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parts/atproto-client.cjs");
        let mut child = Command::new("node")
            .arg(script)
            .args([network.text("pds"), network.text("bypass")])
            .env("NODE_PATH", format!("{}/node_modules", network.text("client")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (told, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, told, answers }
    }

    fn ask(&mut self, deed: &Value) -> Value {
        writeln!(self.told, "{deed}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        answer.get("ok").unwrap_or_else(|| panic!("{deed}: {answer}")).clone()
    }

    /// Many posts, one after the other; their addresses.
    fn posts(&mut self, from: u32, count: u32) -> Vec<String> {
        let text = "de bestelling met nummer # bij kiezelmarkt is nog steeds niet geleverd";
        let made =
            self.ask(&json!({"do": "posts", "as": CUSTOMERS, "text": text, "from": from, "count": count}));
        made.as_array().unwrap().iter().map(|uri| uri.as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn uri(post: &Value) -> String {
    post["uri"].as_str().unwrap().to_owned()
}

#[test]
fn a_real_network_is_read_whole_and_once_through_a_kill_its_limits_and_deletions() {
    let dir = folder();
    let begun = Instant::now();
    let network = Part::start("atproto", dir.path());
    println!("the network answers after {:?}", begun.elapsed());
    let mut client = Client::start(&network);
    for name in ["brand", "anneke", "buur"].iter().chain(&CUSTOMERS) {
        client.ask(&json!({"do": "account", "name": name}));
    }
    let password = client.ask(&json!({"do": "app_password", "as": "brand"}))["password"].clone();

    // Before it runs: several pages of history.
    let mut expected = client.posts(0, 300);
    println!("300 posts after {:?}", begun.elapsed());
    wait_for("the history in the network's index", Duration::from_secs(60), || {
        let found = client.ask(&json!({"do": "found", "as": "buur", "word": "nummer 299 bij kiezelmarkt"}));
        found.as_array().unwrap().len() == 1
    });
    let config = CONFIG.replace("{pds}", network.text("pds")).replace("{appview}", network.text("appview"));
    let secrets = [("TEST_BLUESKY", password.as_str().unwrap().to_owned())];
    let house = House::new(dir.path(), &config, &secrets);
    let token = house.token();
    let (running, url) = house.serve();
    let count = |url: &str| {
        std::thread::sleep(Duration::from_secs(3));
        mentions(url, &token).len()
    };
    wait_for("some of the history", Duration::from_secs(60), || count(&url) >= 100);

    // While it runs, and is killed.
    expected.extend(client.posts(300, 100));
    running.kill();
    expected.extend(client.posts(400, 50));
    let (mut running, url) = house.serve();
    expected.extend(client.posts(450, 50));
    println!("500 posts after {:?}", begun.elapsed());

    // Somebody speaks to us, we answer, and is answered; a neighbour joins in.
    let call = client.ask(&json!({"do": "post", "as": "anneke",
        "text": "@brand.test mijn tafel is na zes weken niet geleverd en niemand belt terug, schandalig"}));
    let case_of = |word: &str| search(&url, &token, word).first().and_then(|m| m["case"].as_u64());
    wait_for("what was said to us", Duration::from_secs(60), || case_of("tafel").is_some());
    let case = case_of("tafel").unwrap();
    let words = "Wat vervelend! Stuur ons je ordernummer, dan zoeken we het uit";
    answer_twice(&url, &token, case, words);
    // The customer's own client sees it, once, signed by the one who wrote it. People answer what they see: what answers a post that the network's index
    // does not know yet counts there as no part of the thread, and nobody is told of it.
    let mut seen = Value::Null;
    wait_for("our answer in the network's index", Duration::from_secs(60), || {
        seen = client.ask(&json!({"do": "answers", "as": "anneke", "uri": uri(&call)}));
        !seen.as_array().unwrap().is_empty()
    });
    assert_eq!(
        (seen.as_array().unwrap().len(), &seen[0]["by"], &seen[0]["text"]),
        (1, &json!("brand.test"), &json!(format!("{words} ^A")))
    );
    let ours = json!({"uri": seen[0]["uri"], "cid": seen[0]["cid"]});
    let again = client.ask(&json!({"do": "post", "as": "anneke", "root": call, "parent": ours,
        "text": "Dat heb ik al drie keer gedaan, ik wil mijn geld terug"}));
    let aside = client.ask(&json!({"do": "post", "as": "buur", "root": call, "parent": ours,
        "text": "Bij mij precies hetzelfde, al weken geen antwoord"}));
    let thread = [&call, &ours, &again, &aside].map(uri);
    expected.extend(thread.iter().cloned());
    expected.sort();

    let until = Instant::now() + Duration::from_secs(90);
    while count(&url) < expected.len() {
        if Instant::now() > until {
            let known = ids(&mentions(&url, &token));
            let missing: Vec<&String> = expected.iter().filter(|uri| !known.contains(uri)).collect();
            let sources = ["search", "own", "to-us"].map(|id| source(&url, &token, id));
            panic!("{} are missing: {missing:?}, the thread is {thread:?}: {sources:?}", missing.len());
        }
    }
    // A poll or two more: nothing comes twice.
    std::thread::sleep(Duration::from_secs(12));
    let all = mentions(&url, &token);
    assert_eq!(ids(&all), expected);
    println!("all of them once after {:?}", begun.elapsed());
    let of = |uri: &str| all.iter().find(|m| m["external_id"] == uri).unwrap();
    assert_eq!(of(&thread[1])["own"], true, "our own post is known as ours");
    assert!(all.iter().filter(|m| m["own"] == true).count() == 1);
    let cases = thread.each_ref().map(|uri| of(uri)["case"].as_u64());
    assert_eq!(cases[..3], [Some(case); 3], "question, answer and answer to that are one case");
    assert!(cases[3].is_some_and(|other| other != case), "somebody else has a case of his own: {cases:?}");
    let page = get_json(&format!("{url}/api/v1/cases/{case}"), Some(&token));
    let clock = page["clocks"].as_array().unwrap().iter().find(|c| c["kind"] == "first_response").unwrap();
    assert_eq!(clock["state"], "done", "our answer ends the first response: {clock}");

    let late = the_limit_is_kept(&mut client, &url, &token);
    expected.push(late.clone());
    expected.sort();
    assert_eq!(ids(&mentions(&url, &token)), expected);
    println!("the limit was kept, after {:?}", begun.elapsed());

    // What is deleted is found gone at the next round, which is half a day later.
    assert!(running.stop().success());
    for (name, uri) in [("klant", &late), ("buur", &thread[3])] {
        client.ask(&json!({"do": "delete", "as": name, "uri": uri}));
    }
    let (mut running, url) = house.serve_at(Some("+13h"));
    let gone = || {
        let all = mentions(&url, &token);
        let gone: Vec<Value> = all.into_iter().filter(|m| !m["withdrawn"].is_null()).collect();
        ids(&gone)
    };
    wait_for("what was deleted", Duration::from_secs(60), || gone().len() >= 2);
    let mut deleted = vec![late, thread[3].clone()];
    deleted.sort();
    assert_eq!(gone(), deleted);
    assert_eq!(ids(&mentions(&url, &token)), expected, "what is gone is kept, struck out");
    assert!(running.stop().success());
    println!("done after {:?}", begun.elapsed());
}

/// Somebody presses the button twice; the answer goes out through Gehoor.
fn answer_twice(url: &str, token: &str, case: u64, words: &str) {
    let replies = format!("{url}/api/v1/cases/{case}/replies");
    let body = json!({"text": words, "ticked": ["unanswered"]});
    for _ in 0..2 {
        let (status, answer) = post_json(&replies, token, &body);
        assert_eq!(status, 200, "{answer}");
    }
    wait_for("the answer to be sent", Duration::from_secs(60), || {
        let known = get_json(&replies, Some(token));
        assert_ne!(known["replies"][0]["state"]["is"], "refused", "{known}");
        known["replies"][0]["state"]["is"] == "sent"
    });
}

/// A stranger behind our address uses up the requests of five minutes: we wait as long as the server says, and then
/// what was posted meanwhile is found. Gives that post.
fn the_limit_is_kept(client: &mut Client, url: &str, token: &str) -> String {
    let used_up = client.ask(&json!({"do": "exhaust", "most": 4000}));
    let reset: u64 = used_up["headers"]["ratelimit-reset"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("the account server did not limit: {used_up}"));
    let late = uri(&client.ask(&json!({"do": "post", "as": "klant",
        "text": "ik sta nu al een uur in de wacht bij kiezelmarkt"})));
    wait_for("both sources that log in to wait", Duration::from_secs(60), || {
        ["search", "to-us"].iter().all(|id| source(url, token, id)["health"] == "waits")
    });
    // The index is another host, with limits of its own.
    assert_eq!(source(url, token, "own")["health"], "well");
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    println!("the limit ends in {} s", reset.saturating_sub(now()));
    wait_for("the post that came meanwhile", Duration::from_secs(360), || {
        search(url, token, "wacht").iter().any(|m| m["external_id"] == late.as_str())
    });
    assert!(now() >= reset, "it was asked before the server allowed it");
    late
}
