//! The commands as a user gives them.

mod support;

use serde_json::Value;
use support::proxy::{Fate, in_front_of};
use support::{House, gehoor, with_input};

const CONFIG: &str = r#"
[brand]
name = "Bouwhoek"
names = ["bouwhoek"]

[[location]]
id = "zwolle"
name = "Bouwhoek Zwolle"
city = "Zwolle"

[[source]]
id = "archief"
kind = "webhook"
credential = "env:TEST_SECRET"
"#;

fn house(dir: &std::path::Path) -> House {
    House::new(dir, CONFIG, &[("TEST_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned())])
}

#[test]
fn texts_are_judged_in_the_order_in_which_they_come_and_in_the_stable_form() {
    let input = "{\"id\":\"a\",\"text\":\"Ik wacht al zes weken op mijn bank en niemand belt terug!\"}\n\n{\"id\":7,\"text\":\"\"}\n{\"id\":\"c\",\"text\":\"Super geholpen, dank!\",\"stars\":5,\"channel\":\"review\"}\n";
    let out = with_input(gehoor().arg("assess"), input);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let lines: Vec<Value> =
        String::from_utf8(out.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(
        lines.iter().map(|l| l["id"].clone()).collect::<Vec<_>>(),
        ["a".into(), Value::from(7), "c".into()]
    );
    let first = &lines[0];
    assert_eq!(first["lang"], "nl");
    assert_eq!(first["intent"]["label"], "complaint");
    assert_eq!(first["severity"]["p"].as_array().unwrap().len(), 4);
    for key in ["sentiment", "topics", "signals", "responsible", "priority", "reasons", "model"] {
        assert!(!first[key].is_null(), "{key} is missing");
    }
    assert!(first["priority"].as_f64().unwrap() > lines[2]["priority"].as_f64().unwrap());
    assert_eq!(lines[2]["intent"]["label"], "praise");
}

#[test]
fn a_line_that_is_no_json_is_named_by_its_number() {
    let out = with_input(gehoor().arg("assess"), "{\"id\":1,\"text\":\"a\"}\nnonsense\n");
    assert!(!out.status.success());
    assert!(String::from_utf8_lossy(&out.stderr).contains("line 2"));
}

#[test]
fn the_example_configuration_is_right_and_a_typo_is_pointed_at() {
    let dir = tempfile::tempdir().unwrap();
    let example = gehoor().args(["check", "--example"]).output().unwrap().stdout;
    let file = dir.path().join("gehoor.toml");
    std::fs::write(&file, &example).unwrap();
    let out = gehoor().args(["check", "--config"]).arg(&file).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let wrong = String::from_utf8(example).unwrap().replace("listen =", "lisden =");
    std::fs::write(&file, wrong).unwrap();
    let out = gehoor().args(["check", "--config"]).arg(&file).output().unwrap();
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!out.status.success() && told.contains("did you mean `listen`"), "{told}");
}

#[test]
fn an_import_reports_refused_rows_and_can_be_found_exported_backed_up_and_restored() {
    let dir = tempfile::tempdir().unwrap();
    let house = house(dir.path());
    let csv = dir.path().join("klachten.csv");
    std::fs::write(&csv, "id;bericht;auteur;datum\n1;\"Bank na zes weken nog niet geleverd, schandalig\";Anna;2026-11-20T10:00:00Z\n2;;;\n3;\"Top geholpen in Zwolle; dank\";Bram;2026-11-21T10:00:00Z\n").unwrap();
    let file = csv.to_str().unwrap();
    let dry: Value =
        serde_json::from_str(&house.run(&["import", file, "--source", "archief", "--dry-run", "--json"]))
            .unwrap();
    assert_eq!((dry["rows"].as_u64(), dry["dry_run"].as_bool()), (Some(3), Some(true)), "{dry}");
    let report = dir.path().join("refused.csv");
    let did: Value = serde_json::from_str(&house.run(&[
        "import",
        file,
        "--source",
        "archief",
        "--json",
        "--refused",
        report.to_str().unwrap(),
    ]))
    .unwrap();
    assert_eq!((did["new_or_changed"].as_u64(), did["refused"].as_u64()), (Some(2), Some(1)), "{did}");
    assert!(std::fs::read_to_string(&report).unwrap().lines().nth(1).unwrap().starts_with("3,"));
    let again: Value =
        serde_json::from_str(&house.run(&["import", file, "--source", "archief", "--json"])).unwrap();
    assert_eq!(again["new_or_changed"].as_u64(), Some(0), "the same rows are known: {again}");

    let found = house.run(&["search", "geleverd", "--json"]);
    assert_eq!(found.lines().count(), 1, "{found}");
    assert_eq!(house.run(&["export", "mentions"]).lines().count(), 2);

    let copy = dir.path().join("copy");
    house.run(&["backup", copy.to_str().unwrap(), "--quiet"]);
    let verified: Value = serde_json::from_str(&house.run(&["verify", "--json"])).unwrap();
    assert_eq!(verified["good"], true, "{verified}");
    std::fs::remove_dir_all(dir.path().join("data")).unwrap();
    house.run(&["restore", copy.to_str().unwrap(), "--quiet"]);
    house.run(&["reindex"]);
    assert_eq!(house.run(&["export", "mentions"]).lines().count(), 2);
    assert_eq!(house.run(&["user", "list", "--json"]).lines().count(), 1);
}

#[test]
fn a_second_gehoor_on_the_same_data_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let house = house(dir.path());
    let (mut running, _) = house.serve();
    let out = house.command(&["user", "list"]).output().unwrap();
    assert!(!out.status.success());
    assert!(String::from_utf8_lossy(&out.stderr).contains("in use"));
    assert!(running.stop().success());
}

#[test]
fn a_killed_gehoor_starts_again_with_everything_it_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let house = house(dir.path());
    let token = house.token();
    let (mut running, url) = house.serve();
    let mut sent = 0;
    for round in 0..3 {
        for n in 0..20 {
            let body = format!(
                "{{\"external_id\":\"{round}-{n}\",\"text\":\"Mijn bestelling is niet geleverd, nummer {round} {n}\",\"author\":{{\"id\":\"k{n}\"}}}}"
            );
            if support::deliver(&url, "archief", &format!("msg_{round}_{n}"), &body) == 202 {
                sent += 1;
            }
        }
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        (running, _) = house.serve();
        support::wait_for("all mentions", std::time::Duration::from_secs(30), || {
            let mentions =
                support::get_json(&format!("{url}/api/v1/mentions?limit=200&copies=1"), Some(&token));
            mentions["items"].as_array().unwrap().len() == sent
        });
    }
    assert_eq!(sent, 60);
    assert!(running.stop().success());
    let verified: Value = serde_json::from_str(&house.run(&["verify", "--json"])).unwrap();
    assert_eq!(verified["good"], true, "{verified}");
}

#[test]
fn a_model_made_from_too_little_does_not_take_the_place_of_the_one_that_judges() {
    let dir = tempfile::tempdir().unwrap();
    let house = house(dir.path());
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/corpus");
    let corpus = dir.path().join("corpus");
    std::fs::create_dir(&corpus).unwrap();
    for file in ["nl-p.jsonl", "nl-q.jsonl", "en-d.jsonl", "de-d.jsonl", "fr-d.jsonl"] {
        std::fs::copy(shipped.join(file), corpus.join(file)).unwrap();
    }
    for lang in ["nl", "en", "de", "fr"] {
        let list = format!("expressions-{lang}.tsv");
        std::fs::copy(shipped.join(&list), corpus.join(&list)).unwrap();
    }
    let taught: Vec<String> = std::fs::read_to_string(shipped.join("nl-m.jsonl"))
        .unwrap()
        .lines()
        .take(150)
        .map(|line| {
            let row: Value = serde_json::from_str(line).unwrap();
            serde_json::json!({"text": row["text"], "lang": "nl", "intent": row["intent"]}).to_string()
        })
        .collect();
    let corrections = dir.path().join("corrections.jsonl");
    let train = |name: &str| {
        let words = ["train", corpus.to_str().unwrap(), "--with-corrections", corrections.to_str().unwrap()];
        house.command(&[words.as_slice(), &["--name", name]].concat()).output().unwrap()
    };
    std::fs::write(&corrections, taught[..20].join("\n")).unwrap();
    let few = train("own-0");
    assert!(String::from_utf8_lossy(&few.stderr).contains("are too few"), "{few:?}");

    std::fs::write(&corrections, taught.join("\n")).unwrap();
    let made = train("own-1");
    let said = String::from_utf8_lossy(&made.stdout);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(said.contains("It does not go live") && said.contains("complaint AUC fell from"), "{said}");
    let refused = house.command(&["models", "promote", "own-1"]).output().unwrap();
    assert!(!refused.status.success(), "by hand neither");
    let list = house.run(&["models", "list"]);
    assert!(list.lines().any(|l| l.starts_with("built-in") && l.contains("judges")), "{list}");
}

#[test]
fn a_source_is_tried_without_storing_anything_and_added_switched_off() {
    let dir = tempfile::tempdir().unwrap();
    let feed = in_front_of("127.0.0.1:1", |line| {
        let (status, body) = if line.contains("/robots.txt") {
            ("404 Not Found", String::new())
        } else {
            let item = "<item><guid>7</guid><title>Klacht</title><description>Al zes weken wachten</description></item>";
            ("200 OK", format!("<rss version='2.0'><channel><title>x</title>{item}<item/></channel></rss>"))
        };
        let length = body.len();
        Fate::Answer(format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ))
    });
    let house = House::new(
        dir.path(),
        &format!(
            "{CONFIG}\n[[source]]\nid = \"nieuws\"\nkind = \"feed\"\nurl = \"{feed}/rss\"\n\n[fetch]\nspacing = \"10ms\"\ndanger_allow_private_hosts = true\n"
        ),
        &[("TEST_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned())],
    );
    // The configured one, and the kind with a key of its example changed.
    let other = format!("url={feed}/rss");
    for args in [vec!["source", "try", "nieuws"], vec!["source", "try", "feed", "--set", &other]] {
        let out = house.command(&args).output().unwrap();
        let told = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{told}");
        assert!(told.contains("1 items, 1 warnings; nothing was stored"), "{told}");
        let item: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!((&item["external_id"], &item["text"]), (&"7".into(), &"Al zes weken wachten".into()));
    }
    let pushed = house.command(&["source", "try", "archief"]).output().unwrap();
    assert!(String::from_utf8_lossy(&pushed.stderr).contains("/ingest/archief"), "it is pushed to");

    let block = house.run(&["source", "add", "mastodon", "--id", "fedi"]);
    assert!(block.contains("enabled = false") && block.contains("id = \"fedi\""), "{block}");
    let config = std::fs::read_to_string(dir.path().join("gehoor.toml")).unwrap();
    assert!(config.ends_with(block.trim_start()) || config.contains(block.trim()), "{config}");
    house.run(&["check"]);
    let twice = house.command(&["source", "add", "mastodon", "--id", "fedi"]).output().unwrap();
    assert!(!twice.status.success(), "two sources of one name");
    for kind in ["tripadvisor", "google-places"] {
        let out = house.command(&["source", "add", kind]).output().unwrap();
        let told = String::from_utf8_lossy(&out.stderr);
        assert!(!out.status.success() && told.contains("forbid"), "{told}");
    }
}

#[test]
fn a_folder_that_is_to_be_the_stronger_model_is_checked_file_by_file() {
    let dir = tempfile::tempdir().unwrap();
    let check =
        |more: &[&str]| gehoor().args(["models", "check"]).arg(dir.path()).args(more).output().unwrap();
    let config = r#"{"model_type": "roberta", "max_position_embeddings": 514, "vocab_size": 50265, "hidden_size": 768}"#;
    std::fs::write(dir.path().join("config.json"), config).unwrap();
    let out = check(&[]);
    let told = String::from_utf8(out.stdout).unwrap();
    assert!(!out.status.success());
    for line in [
        "ok     config.json: roberta, 2 labels (`LABEL_0`, `LABEL_1`), up to 512 tokens",
        "WRONG  vocab.json and merges.txt are missing",
        "WRONG  model.safetensors is missing, and rust_model.ot too",
        "WRONG  model.toml is missing: what do the labels mean?",
        "       \"LABEL_0\" = { complaint = true }",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let json: Value = serde_json::from_slice(&check(&["--json"]).stdout).unwrap();
    assert_eq!((json["usable"].clone(), json["findings"].as_array().unwrap().len()), (false.into(), 4));
}
