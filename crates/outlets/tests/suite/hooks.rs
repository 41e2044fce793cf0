//! Web hooks of helpdesks. The signatures were made by openssl over the fixtures, with the secret `hook-geheim`.

use gehoor_domain::case::TicketState;
use gehoor_outlets::{Context, KINDS, Refusal, TicketNews, build};
use gehoor_wire::Secret;
use http::{HeaderMap, HeaderName};

use crate::common::{example, fixture, now, outlet};
use crate::conformance::check_refusal;

/// Kind, the headers that come along, the header of the signature, the signature, and what is told.
type Hook = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
    &'static [(&'static str, TicketState)],
);

const HOOKS: [Hook; 6] = [
    (
        "chatwoot",
        &[("x-chatwoot-timestamp", "1795348800"), ("x-chatwoot-delivery", "d1")],
        "x-chatwoot-signature",
        "sha256=0884bf73146622cbc31cdff57a6eb99b2322d92cbd67f4af83549a6868f91713",
        &[("20", TicketState::Resolved)],
    ),
    (
        "hubspot",
        &[("x-hubspot-request-timestamp", "1795348800000")],
        "x-hubspot-signature-v3",
        "zFjw5vI3dZezCaB//QNXkAzwmjvero0BNoHP/7CYVHM=",
        &[("20", TicketState::Resolved), ("22", TicketState::Gone)],
    ),
    (
        "jira-service-management",
        &[("x-atlassian-webhook-identifier", "w1")],
        "x-hub-signature",
        "sha256=91f94b0d9cce4e1ddd6426a6f60b3f641071fe921e38427b1a8fc158aef67c10",
        &[("CM-42", TicketState::Resolved)],
    ),
    (
        "redmine",
        &[],
        "x-redmine-signature-256",
        "sha256=352d0660b6f4d024f618ddfd562b83e5231db30b963f4dd7452dc0803ca83be2",
        &[("20", TicketState::Resolved)],
    ),
    (
        "zammad",
        &[("x-zammad-trigger", "Gehoor"), ("x-zammad-delivery", "d1")],
        "x-hub-signature",
        "sha1=ef0ba56ff51d416f5339da90d485f34ebd8ac89e",
        &[("12", TicketState::Resolved)],
    ),
    (
        "zendesk",
        &[("x-zendesk-webhook-signature-timestamp", "2026-11-22T12:00:00Z")],
        "x-zendesk-webhook-signature",
        "MCSbhRvpjvlgeDPodHEzkPXvIOSrvHG2gBxP/RkDlB0=",
        &[("35436", TicketState::Resolved)],
    ),
];

fn read(
    hook: &Hook,
    signature: &str,
    body: &[u8],
    late: i64,
    secret: &str,
) -> Result<Vec<TicketNews>, Refusal> {
    let (kind, others, name, _, _) = hook;
    let mut headers = HeaderMap::new();
    for (name, value) in others.iter().copied().chain((!signature.is_empty()).then_some((*name, signature))) {
        headers.insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    let mut own = example(gehoor_outlets::kind(kind).unwrap());
    if *kind == "hubspot" {
        own.insert("hook_url".into(), "https://gehoor.example.org/hooks/helpdesk".into());
    }
    let secret = Secret::new(secret);
    let now = now() + jiff::SignedDuration::from_secs(late);
    let cx = Context { now, credential: Some(&secret) };
    build(kind, &own).unwrap().read_hook(&headers, body, &cx).unwrap()
}

fn body(kind: &str) -> Vec<u8> {
    fixture(&format!("{kind}/hook.json"))
}

#[test]
fn what_is_signed_is_believed() {
    for hook in &HOOKS {
        let news = read(hook, hook.3, &body(hook.0), 0, "hook-geheim")
            .unwrap_or_else(|r| panic!("{}: {r:?}", hook.0));
        let told: Vec<(&str, TicketState)> = news.iter().map(|n| (n.id.as_str(), n.state)).collect();
        assert_eq!(told, hook.4, "{}", hook.0);
    }
}

#[test]
fn what_is_not_signed_or_was_changed_is_not_believed() {
    for hook in &HOOKS {
        let kind = hook.0;
        let mut changed = body(kind);
        changed.push(b' ');
        let half = &hook.3[..hook.3.len() / 2];
        for (signature, body, secret) in [
            ("", &body(kind), "hook-geheim"),
            (hook.3, &changed, "hook-geheim"),
            (half, &body(kind), "hook-geheim"),
            (hook.3, &body(kind), "another"),
            (hook.3, &body(kind), " "),
        ] {
            let refusal = read(hook, signature, body, 0, secret).unwrap_err();
            check_refusal(&refusal);
        }
    }
}

#[test]
fn an_old_message_is_not_believed_where_its_time_is_signed() {
    for hook in &HOOKS {
        let timed = matches!(hook.0, "chatwoot" | "hubspot" | "zendesk");
        assert!(read(hook, hook.3, &body(hook.0), 300, "hook-geheim").is_ok(), "{}", hook.0);
        for late in [301, -301] {
            let old = read(hook, hook.3, &body(hook.0), late, "hook-geheim");
            assert_eq!(old.is_err(), timed, "{} {late}", hook.0);
        }
    }
}

#[test]
fn hubspot_needs_the_address_that_it_signs() {
    let secret = Secret::new("hook-geheim");
    let cx = Context { now: now(), credential: Some(&secret) };
    let refusal = outlet("hubspot").read_hook(&HeaderMap::new(), b"[]", &cx).unwrap().unwrap_err();
    assert!(refusal.reason.contains("`hook_url`"));
}

#[test]
fn kinds_that_push_nothing_say_so() {
    let secret = Secret::new("x");
    let cx = Context { now: now(), credential: Some(&secret) };
    for kind in KINDS {
        let pushes = kind.name == "webhook" || HOOKS.iter().any(|hook| hook.0 == kind.name);
        assert_eq!(
            outlet(kind.name).read_hook(&HeaderMap::new(), b"{}", &cx).is_some(),
            pushes,
            "{}",
            kind.name
        );
    }
}

#[test]
fn what_zendesk_tells_of_others_than_tickets_is_passed_over() {
    use base64::Engine as _;
    use hmac::Mac as _;
    let read = |text: &str| {
        let at = "2026-11-22T12:00:00Z";
        let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(b"hook-geheim").unwrap();
        mac.update(format!("{at}{text}").as_bytes());
        let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
        read(&HOOKS[5], &signature, text.as_bytes(), 0, "hook-geheim").unwrap()
    };
    let told = |text: &str| read(text).first().map(|n| (n.id.clone(), n.state));
    assert_eq!(told(r#"{"type":"zen:event-type:user.created","detail":{"id":"7","status":"x"}}"#), None);
    let gone = r#"{"type":"zen:event-type:ticket.soft_deleted","detail":{"id":"7","status":"OPEN"}}"#;
    assert_eq!(told(gone), Some(("7".to_owned(), TicketState::Gone)));
    let trigger = r#"{"id":"7","status":"hold"}"#;
    assert_eq!(told(trigger), Some(("7".to_owned(), TicketState::Pending)));
}

#[test]
fn what_hubspot_tells_of_others_than_tickets_is_passed_over() {
    use base64::Engine as _;
    use hmac::Mac as _;
    let told = |events: &str| {
        let signed = format!("POSThttps://gehoor.example.org/hooks/helpdesk{events}{}", HOOKS[1].1[0].1);
        let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(b"hook-geheim").unwrap();
        mac.update(signed.as_bytes());
        let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
        let news = read(&HOOKS[1], &signature, events.as_bytes(), 0, "hook-geheim").unwrap();
        news.into_iter().map(|n| (n.id, n.state)).collect::<Vec<_>>()
    };
    // Their numbers may be those of tickets.
    assert_eq!(told(r#"[{"subscriptionType":"contact.deletion","objectId":7}]"#), []);
    let deal = r#"[{"subscriptionType":"object.deletion","objectTypeId":"0-3","objectId":7}]"#;
    assert_eq!(told(deal), []);
    let ticket = r#"[{"subscriptionType":"object.propertyChange","objectTypeId":"0-5","objectId":7,
        "propertyName":"hs_pipeline_stage","propertyValue":"4"}]"#;
    assert_eq!(told(ticket), [("7".to_owned(), TicketState::Resolved)]);
}

#[test]
fn the_program_behind_a_webhook_tells_where_its_tickets_stand() {
    let secret = crate::common::credential_of("webhook").unwrap();
    let cx = Context { now: now(), credential: Some(&secret) };
    let plug = outlet("webhook");
    let told = |body: &str| {
        let mut headers = HeaderMap::new();
        headers.extend(gehoor_wire::signature::sign_headers(&secret, "m1", now(), body.as_bytes()).unwrap());
        plug.read_hook(&headers, body.as_bytes(), &cx).unwrap()
    };
    let news = told(r#"{"type":"ticket.changed","data":{"ticket":"HD-1041","state":"resolved"}}"#).unwrap();
    assert_eq!(news, [TicketNews { id: "HD-1041".to_owned(), state: TicketState::Resolved }]);
    assert_eq!(told(r#"{"type":"case.queued","data":{}}"#).unwrap(), []);
    for wrong in [
        r#"{"type":"ticket.changed","data":{"ticket":"1","state":"done"}}"#,
        r#"{"type":"ticket.changed","data":{"state":"open"}}"#,
        "x",
    ] {
        check_refusal(&told(wrong).unwrap_err());
    }
    let unsigned = plug.read_hook(&HeaderMap::new(), b"{}", &cx).unwrap().unwrap_err();
    check_refusal(&unsigned);
    let mut own = example(&gehoor_outlets::webhook::KIND);
    own.insert("mode".into(), "alerts".into());
    assert!(build("webhook", &own).unwrap().read_hook(&HeaderMap::new(), b"{}", &cx).is_none());
}
