//! The card for Teams, read by Microsoft's own reader of such cards, as one of the generation that the card names. It
//! runs nothing of the card and draws nothing; it says what it does not know and what is missing.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::peer::Part;

/// The reader is made for pages and asks for a `document` when it is opened, not when it reads.
const READER: &str = "
const [file, card] = process.argv.slice(1);
globalThis.window = globalThis.self = globalThis;
globalThis.document = { createElement: () => ({ style: {}, classList: { add() {} }, appendChild() {}, setAttribute() {} }) };
const cards = require(file), wanted = JSON.parse(card);
const [major, minor] = wanted.version.split('.').map(Number);
const read = new cards.AdaptiveCard(), told = new cards.SerializationContext(new cards.Version(major, minor));
read.parse(wanted, told);
const all = read.validateProperties().validationEvents.map((event) => event.message);
for (let at = 0; at < told.eventCount; at++) all.push(told.getEventAt(at).message);
console.log(JSON.stringify({ items: read.getItemCount(), actions: read.getActionCount(), all }));
";

fn read(file: &str, card: &Value) -> Value {
    let out = Command::new("node").args(["-e", READER, file, &card.to_string()]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn the_card_for_teams_is_understood_by_its_makers_reader() {
    let part = Part::start("vendors");
    let file = format!("{}/node_modules/adaptivecards/dist/adaptivecards.js", part.text("house"));
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/snapshots");
    let mut count = 0;
    for snapshot in fs::read_dir(here).unwrap() {
        let text = fs::read_to_string(snapshot.unwrap().path()).unwrap();
        for part in text.split("\n---\n").filter(|part| part.contains("\"AdaptiveCard\"")) {
            let sent: Value = serde_json::from_str(&part[part.find("\n{").unwrap()..]).unwrap();
            let card = &sent["attachments"][0]["content"];
            let said = read(&file, card);
            let (items, actions) = (card["body"].as_array().unwrap(), card["actions"].as_array().unwrap());
            assert_eq!(said, json!({"items": items.len(), "actions": actions.len(), "all": []}), "{card:#}");
            // The reader is awake: a colour, a part and an action that nobody knows are found.
            let mut broken = card.clone();
            broken["body"][0]["color"] = json!("Purple");
            broken["body"][1]["type"] = json!("Nope");
            broken["actions"][0].as_object_mut().unwrap().remove("url");
            assert_eq!(read(&file, &broken)["all"].as_array().unwrap().len(), 3);
            count += 1;
        }
    }
    assert!(count >= 1, "no card was found");
}
