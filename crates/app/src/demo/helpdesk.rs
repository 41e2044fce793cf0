//! The made-up helpdesk: keeps what it is sent, and shows it.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::response::Html;
use serde_json::{Value, json};

use super::platform::{Shared, escape};

/// A ticket: the case it stands for, and what was said about it.
type Ticket = (String, Vec<String>);

/// The tickets.
#[derive(Debug, Clone, Default)]
pub(super) struct Helpdesk {
    tickets: Arc<Mutex<Vec<Ticket>>>,
}

/// Takes a signed webhook. (The demo does not check the signature: it is the other side of our own outlet.)
pub(super) async fn hook(State(shared): State<Shared>, body: axum::Json<Value>) -> axum::Json<Value> {
    let data = body.get("data").cloned().unwrap_or(Value::Null);
    let text = |key: &str| data.get(key).map(|v| v.as_str().map_or_else(|| v.to_string(), ToOwned::to_owned));
    let key = text("case").unwrap_or_else(|| "?".into());
    let subject = text("subject").unwrap_or_default();
    let first = data.get("lines").and_then(|l| l.get(0)).and_then(Value::as_str).unwrap_or_default();
    let line = format!("{subject}: {first}");
    let mut tickets = shared.helpdesk.tickets.lock().unwrap_or_else(PoisonError::into_inner);
    let at = match tickets.iter().position(|(known, _)| *known == key) {
        Some(at) => at,
        None => {
            tickets.push((key, Vec::new()));
            tickets.len() - 1
        }
    };
    if let Some((_, lines)) = tickets.get_mut(at) {
        lines.push(line);
    }
    axum::Json(json!({"id": format!("T{}", 1_001 + at)}))
}

/// Shows them.
pub(super) async fn page(State(shared): State<Shared>) -> Html<String> {
    let tickets = shared.helpdesk.tickets.lock().unwrap_or_else(PoisonError::into_inner);
    let rows: String = tickets
        .iter()
        .enumerate()
        .map(|(at, (key, lines))| {
            let lines: String = lines.iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
            format!("<h2>T{} · zaak {}</h2><ul>{lines}</ul>", 1_001 + at, escape(key))
        })
        .collect();
    let empty = if tickets.is_empty() { "<p>Nog geen tickets.</p>" } else { "" };
    Html(format!(
        "<!doctype html><html lang=nl><meta charset=utf-8><title>Helpdesk</title><h1>Helpdesk van Bouwhoek (nagemaakt)</h1>{empty}{rows}"
    ))
}
