//! What hostile text must not do at the other side, kind by kind, and what each of them takes.

use gehoor_wire::{Outgoing, signature};
use serde_json::Value;

use crate::common::{body, credential_of, now};
use crate::small::DESKS;

/// All texts in a JSON value.
fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|v| texts(v, into)),
        Value::Object(map) => map.values().for_each(|v| texts(v, into)),
        _ => {}
    }
}

pub(crate) fn texts_of(out: &Outgoing) -> Vec<String> {
    match out {
        Outgoing::Http(request) => {
            let mut all: Vec<String> = request.url.query_pairs().map(|(_, v)| v.into_owned()).collect();
            if !body(request).is_empty() {
                texts(&serde_json::from_slice(body(request)).unwrap(), &mut all);
            }
            all
        }
        Outgoing::Mail(mail) => vec![mail.subject.clone(), mail.text.clone(), mail.message_id.clone()],
    }
}

/// What hostile text must not do at one kind's other side.
pub(crate) fn check_kind(kind: &str, out: &Outgoing) {
    let unquoted = |text: &str| {
        // Only our own paragraphs begin without a quote mark; here they are hostile too, but on lines of their own.
        text.lines().filter(|l| l.starts_with("Gehoor: ")).count()
    };
    match (kind, out) {
        ("email", Outgoing::Mail(mail)) => {
            assert!(!mail.subject.contains(['\r', '\n']));
            let before = mail.in_reply_to.clone().unwrap_or_default();
            assert!(before.chars().all(|c| c.is_ascii_alphanumeric() || "-_=.@".contains(c)));
            assert!(mail.message_id.chars().all(|c| c.is_ascii_alphanumeric() || "-_=.@".contains(c)));
            assert_eq!(mail.to, ["lead@example.org"]);
        }
        (
            "alertmanager" | "discord" | "matrix" | "mattermost" | "ntfy" | "pagerduty" | "teams",
            Outgoing::Http(request),
        ) => {
            for text in texts_of(out) {
                no_harm_in_a_chat(kind, &text);
            }
            let json: Value = serde_json::from_slice(body(request)).unwrap();
            chat_limits(kind, &json, body(request).len());
        }
        (_, Outgoing::Http(_)) if DESKS.contains(&kind) => {
            for text in texts_of(out) {
                for bad in ["{{ticket", "{% raw", "#{ticket", "[~admin]"] {
                    // A line of its own is a subject, where no mark-up is read.
                    let harmless =
                        bad == "[~admin]" && (kind != "jira-service-management" || !text.contains('\n'));
                    assert!(harmless || !text.contains(bad), "{kind}: {bad}: {text}");
                }
                let html = text.contains("<br>");
                assert!(!html || !text.contains("<script"), "{kind}: {text}");
                if matches!(kind, "redmine" | "chatwoot") && text.contains('\n') {
                    for bad in ["@channel", "@everyone", "](https", "![", "\":https", "!https", "<script"] {
                        assert!(!text.contains(bad), "{kind}: {bad}: {text}");
                    }
                }
                if let Some(query) = text.strip_prefix("SELECT ") {
                    assert_eq!(query.matches('\'').count() % 2, 0, "{query}");
                }
            }
        }
        ("slack", Outgoing::Http(request)) => {
            let json: Value = serde_json::from_slice(body(request)).unwrap();
            let mut all = Vec::new();
            texts(&json, &mut all);
            all.iter().for_each(|text| no_harm_in_a_chat(kind, text));
            assert!(!json["text"].as_str().unwrap().contains("<script>"));
            let blocks = json["blocks"].as_array().unwrap();
            assert!(blocks.len() <= 50);
            for block in blocks {
                let text = block["text"]["text"].as_str().unwrap_or_default();
                let most = if block["type"] == "header" { 150 } else { 3000 };
                assert!(text.chars().count() <= most);
                assert!(block["type"] == "context" || block["text"]["type"] == "plain_text");
            }
        }
        ("request-tracker", Outgoing::Http(request)) => {
            assert!(!request.url.path().contains("correspond"));
            if let Some((_, query)) = request.url.query_pairs().find(|(k, _)| k == "query") {
                // One pair of quotes, with nothing in it that means anything to the query language.
                let parts: Vec<&str> = query.split('\'').collect();
                assert_eq!(parts.len(), 3, "{query}");
                let fit = |c: char| c.is_ascii_alphanumeric() || "[]-_:.".contains(c);
                assert!(parts[1].chars().all(fit), "{query}");
                assert!(parts[2].is_empty(), "{query}");
            }
            if let Ok(json) = serde_json::from_slice::<Value>(body(request))
                && let Some(content) = json["Content"].as_str()
            {
                assert_eq!(json["ContentType"], "text/plain");
                let subject = json["Subject"].as_str().unwrap();
                assert!(subject.len() <= 200 && !subject.contains('\n') && subject.ends_with(']'));
                // The mark of our own is the last line; those of the customer are quoted, those in `lines` are ours.
                assert!(content.trim_end().lines().last().unwrap().starts_with("Gehoor: ["));
                assert_eq!(unquoted(content), 41);
            }
        }
        ("webhook", Outgoing::Http(request)) => {
            let secret = credential_of("webhook").unwrap();
            assert!(signature::verify(&[secret], &request.headers, body(request), now()).is_ok());
        }
        _ => {}
    }
}

/// Nobody is called, no link is made or hidden, no picture is loaded.
fn no_harm_in_a_chat(kind: &str, text: &str) {
    let bad = [
        "<!channel>",
        "@channel",
        "@everyone",
        "<@7>",
        "](https://evil",
        "![](",
        "https://evil",
        "www.evil",
        "<script",
        "{{ticket",
    ];
    for bad in bad {
        assert!(!text.contains(bad), "{kind}: {bad}: {text}");
    }
}

/// What a chat takes.
fn chat_limits(kind: &str, json: &Value, bytes: usize) {
    let characters = |text: &Value| text.as_str().unwrap_or_default().chars().count();
    match kind {
        "discord" => {
            assert_eq!(json["allowed_mentions"], serde_json::json!({"parse": []}));
            let embeds = json["embeds"].as_array().unwrap();
            assert!(embeds.len() <= 10 && json.get("content").is_none());
            let mut sum = 0;
            for embed in embeds {
                let name = characters(&embed["author"]["name"]);
                assert!(
                    characters(&embed["title"]) <= 256
                        && characters(&embed["description"]) <= 4096
                        && name <= 256
                );
                sum += characters(&embed["title"]) + characters(&embed["description"]) + name;
            }
            assert!(sum <= 6000, "{sum}");
        }
        "mattermost" => assert!(characters(&json["text"]) <= 16_383),
        "ntfy" => {
            assert!(json["message"].as_str().unwrap().len() <= 4096);
            let id = json["sequence_id"].as_str().unwrap();
            assert!(
                id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            );
        }
        "teams" => assert!(bytes <= 28_000, "{bytes}"),
        "matrix" => {
            assert!(bytes <= 60_000, "{bytes}");
            assert_eq!(json["m.mentions"], serde_json::json!({}));
        }
        "pagerduty" => {
            assert!(characters(&json["payload"]["summary"]) <= 1024);
            assert!(json["dedup_key"].as_str().unwrap().len() <= 255);
        }
        "alertmanager" => {
            // Labels hold nothing that anybody wrote.
            assert!(!json[0]["labels"].to_string().contains("KLANTTEKST"), "{json}");
        }
        _ => {}
    }
}
