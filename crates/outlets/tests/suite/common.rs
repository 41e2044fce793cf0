//! What the tests of all kinds share: deliveries, answers, and a conversation led to its end.

use gehoor_domain::effect::{Delivery, Post, Task, Visibility};
use gehoor_domain::ids::{AlertId, CaseId, EffectKey};
use gehoor_outlets::{Context, Outlet, Progress, Step};
use gehoor_wire::{Body, Outgoing, Request, Response, Secret};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

/// 2026-11-22 12:00 UTC.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// The secret that a kind wants; add a line for a new kind that wants one.
pub(crate) fn credential_of(kind: &str) -> Option<Secret> {
    match kind {
        "chatwoot" => Some(Secret::new("chatwoot0token")),
        "discord" => Some(Secret::new("https://discord.example.org/api/webhooks/1/not-a-real-one")),
        "freshdesk" => Some(Secret::new("freshdesk0key")),
        "hubspot" => Some(Secret::new("pat-eu1-0123456789")),
        "jira-service-management" => Some(Secret::new("gehoor@example.org:jira0token")),
        "matrix" => Some(Secret::new("syt_0123456789")),
        "mattermost" => Some(Secret::new("https://mattermost.example.org/hooks/not-a-real-one")),
        "pagerduty" => Some(Secret::new("0123456789abcdef0123456789abcdef")),
        "redmine" => Some(Secret::new("0123456789redmine")),
        "request-tracker" => Some(Secret::new("1-14-0123456789abcdef")),
        // What its login gave.
        "salesforce" => Some(Secret::new("00D0!token")),
        "slack" => Some(Secret::new("https://chat.example.org/hooks/not-a-real-one")),
        "teams" => Some(Secret::new(
            "https://prod-1.example.org/workflows/1/triggers/manual/paths/invoke?sig=not-a-real-one",
        )),
        "webhook" => Some(Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")),
        "zammad" => Some(Secret::new("zammad0token")),
        "zendesk" => Some(Secret::new("gehoor@example.org/token:zendesk0token")),
        "znuny" => Some(Secret::new("username=gehoor\npassword=geheim")),
        _ => None,
    }
}

/// The own keys of the example of a kind.
pub(crate) fn example(kind: &gehoor_outlets::Kind) -> toml::Table {
    let whole: toml::Table = kind.example.parse().unwrap();
    let mut own = whole["outlet"][0].as_table().unwrap().clone();
    assert_eq!(own.remove("kind").unwrap().as_str(), Some(kind.name));
    assert!(own.remove("id").is_some());
    assert_eq!(own.remove("credential").is_some(), kind.credential.starts_with("required"));
    own
}

/// The outlet of the example of a kind.
pub(crate) fn outlet(kind: &str) -> Box<dyn Outlet> {
    gehoor_outlets::build(kind, &example(gehoor_outlets::kind(kind).unwrap())).unwrap()
}

pub(crate) fn post(author: &str, text: &str) -> Post {
    Post {
        author: author.to_owned(),
        at: "2026-11-22T09:12:00Z".parse().unwrap(),
        text: text.to_owned(),
        permalink: Some("https://social.example.org/@jan/1".to_owned()),
    }
}

pub(crate) fn delivery(stage: &str, outlet: &str, task: Task) -> Delivery {
    Delivery {
        key: EffectKey(format!("case-7:{stage}:{outlet}")),
        task,
        subject: "Zaak 7 · Levering · Zwolle".to_owned(),
        lines: vec![
            "De klok voor een eerste antwoord is afgelopen.".to_owned(),
            "Rang: 71 punten".to_owned(),
        ],
        posts: vec![post("Jan", "Bank stuk geleverd.\nNiemand belt terug!")],
        url: "https://gehoor.example.org/cases/7".to_owned(),
        lang: "nl".to_owned(),
        at: "2026-11-22T10:00:00Z".parse().unwrap(),
    }
}

pub(crate) fn ticket(known: Option<&str>) -> Task {
    Task::Ticket {
        case: CaseId(7),
        external: "gehoor-bouwhoek-7".to_owned(),
        known: known.map(str::to_owned),
        priority: 71,
        due: Some("2026-11-22T14:00:00Z".parse().unwrap()),
    }
}

pub(crate) fn comment(ticket: Option<&str>) -> Task {
    Task::Comment { case: CaseId(7), ticket: ticket.map(str::to_owned), visibility: Visibility::Internal }
}

/// What stands in public anyway.
pub(crate) fn public_comment(ticket: &str) -> Task {
    Task::Comment { case: CaseId(7), ticket: Some(ticket.to_owned()), visibility: Visibility::Public }
}

/// Another priority and another due time.
pub(crate) fn push(ticket: Option<&str>) -> Task {
    Task::Push {
        case: CaseId(7),
        ticket: ticket.map(str::to_owned),
        priority: 5,
        due: Some("2026-11-22T12:30:00Z".parse().unwrap()),
    }
}

pub(crate) fn alert() -> Task {
    Task::Alert { alert: AlertId(3), level: "urgent".to_owned() }
}

pub(crate) fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: body.into().into(),
        url: "https://peer.example.org/".parse().unwrap(),
        moved_to: None,
        at: now(),
    }
}

/// A fixture, as `kind/file`.
pub(crate) fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Leads a conversation to its end: what was sent, and the end. More than eight steps are a fault.
pub(crate) fn talk(
    outlet: &dyn Outlet,
    credential: Option<&Secret>,
    delivery: &Delivery,
    mut peer: impl FnMut(&Outgoing) -> Response,
) -> (Vec<Outgoing>, Step) {
    let cx = Context { now: now(), credential };
    let (mut progress, mut heard, mut sent) = (Progress::default(), None, Vec::new());
    for _ in 0..8 {
        match outlet.step(delivery, &progress, heard.as_ref(), &cx) {
            Step::Send(outgoing, next) => {
                heard = Some(peer(&outgoing));
                progress = next;
                sent.push(outgoing);
            }
            end => return (sent, end),
        }
    }
    panic!("the conversation did not end within eight steps");
}

pub(crate) fn request(outgoing: &Outgoing) -> &Request {
    match outgoing {
        Outgoing::Http(request) => request,
        Outgoing::Mail(_) => panic!("a mail, not a request"),
    }
}

pub(crate) fn body(request: &Request) -> &[u8] {
    match &request.body {
        Body::Empty => b"",
        Body::Bytes(bytes) => bytes,
    }
}

/// All that goes out, byte for byte, as a text for snapshots; secrets in headers do not stand in it.
pub(crate) fn shown(outgoing: &Outgoing) -> String {
    match outgoing {
        Outgoing::Http(request) => {
            let mut text = format!("{} {}\n", request.method, request.url);
            let mut headers: Vec<String> = request
                .headers
                .iter()
                .map(|(name, value)| match value.is_sensitive() {
                    true => format!("{name}: •••\n"),
                    false => format!("{name}: {}\n", value.to_str().unwrap()),
                })
                .collect();
            headers.sort();
            text.extend(headers);
            text.push_str(&format!(
                "(credential {:?}, repeatable {})\n",
                request.credential, request.repeatable
            ));
            match serde_json::from_slice::<serde_json::Value>(body(request)) {
                Ok(json) => text.push_str(&format!("\n{json:#}\n")),
                Err(_) => text.push_str(&format!("\n{}\n", String::from_utf8_lossy(body(request)))),
            }
            text
        }
        Outgoing::Mail(mail) => format!(
            "server: {}\nfrom: {}\nto: {}\nmessage-id: {}\n{}{}subject: {}\n\n{}",
            mail.server,
            mail.from,
            mail.to.join(", "),
            mail.message_id,
            mail.in_reply_to.as_ref().map(|id| format!("in-reply-to: {id}\n")).unwrap_or_default(),
            match mail.references.is_empty() {
                true => String::new(),
                false => format!("references: {}\n", mail.references.join(" ")),
            },
            mail.subject,
            mail.text
        ),
    }
}
