//! `gehoor outlet try` against a real Request Tracker, and `gehoor evidence` with its check.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::time::Duration;

use support::{House, Part, deliver, get_json, wait_for};

const CONFIG: &str = r#"
[brand]
name = "Bouwhoek"
names = ["bouwhoek"]

[[source]]
id = "archief"
kind = "webhook"
credential = "env:TEST_SECRET"
"#;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[test]
fn a_helpdesk_is_tried_without_writing_and_then_with_a_test_ticket() {
    let dir = tempfile::tempdir().unwrap();
    let rt = Part::start("rt", dir.path());
    let outlet = format!(
        "\n[fetch]\nspacing = \"50ms\"\ndanger_allow_private_hosts = true\n\n[[outlet]]\nid = \"helpdesk\"\nkind = \
         \"request-tracker\"\nbase = \"{}\"\nqueue = \"{}\"\nrequestor = \"gehoor@example.org\"\ncredential = \
         \"env:TEST_RT\"\n",
        rt.text("url"),
        rt.text("queue")
    );
    let token = rt.text("token").to_owned();
    let house = House::new(
        dir.path(),
        &format!("{CONFIG}{outlet}"),
        &[("TEST_SECRET", SECRET.to_owned()), ("TEST_RT", token.clone())],
    );
    let dry = house.run(&["outlet", "try", "helpdesk"]);
    assert!(dry.contains("POST ") && dry.contains("Gehoor: test"), "{dry}");
    assert!(dry.contains("nothing was written") && !dry.contains(&token), "{dry}");
    let sent = house.run(&["outlet", "try", "helpdesk", "--send"]);
    for line in ["made ticket 1", "the same ticket", "added a note", "another priority", "its state is Open"]
    {
        assert!(sent.contains(line), "{line} is missing in {sent}");
    }
    assert!(!sent.contains(&token));
}

#[test]
fn an_evidence_file_is_made_and_checked_on_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let house = House::new(dir.path(), CONFIG, &[("TEST_SECRET", SECRET.to_owned())]);
    let token = house.token();
    let (mut running, url) = house.serve();
    let body = r#"{"external_id":"1","author_name":"Anna","text":"Ik wacht al zes weken op mijn bank en niemand belt terug, schandalig! <script>alert(1)</script>","published":"2026-11-20T10:00:00Z"}"#;
    assert_eq!(deliver(&url, "archief", "m1", body), 202);
    wait_for("a case", Duration::from_secs(30), || {
        !get_json(&format!("{url}/api/v1/cases"), Some(&token))["items"][0].is_null()
    });
    running.stop();
    for form in ["html", "json"] {
        let file = dir.path().join(format!("case.{form}"));
        let path = file.to_str().unwrap();
        house.run(&["evidence", "1", "--format", form, "-o", path]);
        let good = house.run(&["evidence", "verify", path]);
        assert!(good.contains("genuine: case 1") && good.contains("key of this installation"), "{good}");
        assert!(good.contains("entries stand in the journal as this file names them"), "{good}");
        assert!(!good.contains("0 entries"), "{good}");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("zes weken"));
        std::fs::write(&file, text.replacen("zes weken", "een week", 1)).unwrap();
        let out = house.command(&["evidence", "verify", path]).output().unwrap();
        assert!(!out.status.success(), "{form}: a changed file was believed");
    }
    // Another installation did not sign it.
    let other = tempfile::tempdir().unwrap();
    let stranger = House::new(other.path(), CONFIG, &[("TEST_SECRET", SECRET.to_owned())]);
    let file = dir.path().join("again.html");
    house.run(&["evidence", "1", "-o", file.to_str().unwrap()]);
    let out = stranger.command(&["evidence", "verify", file.to_str().unwrap()]).output().unwrap();
    assert!(!out.status.success());
    assert!(String::from_utf8_lossy(&out.stderr).contains("not the key of this installation"));
}
