//! What holds for every kind in the registry, so that a new one cannot forget it.

use crate::common::{
    alert, answer, body, comment, credential_of, delivery, example, fixture, now, outlet, talk, ticket,
};
use crate::harm::{check_kind, texts_of};
use crate::small::{DESKS, Small};
use gehoor_domain::effect::{Delivery, Post, Task};
use gehoor_domain::ids::{CaseId, EffectKey};
use gehoor_outlets::{KINDS, Kind, Refusal, Retry, Step};
use gehoor_wire::{Outgoing, Response};
use serde_json::Value;

/// What a customer might write to harm somebody: mark-up, calls to a whole channel, header lines, commands of a
/// query language, characters that turn the direction of text, and our own marks. Its first word is looked for.
const HOSTILE: &str = "KLANTTEKST {{ticket.url}} {% raw %} #{ticket.id} @everyone <@7> [~admin] \"bank\":https://evil.test www.evil.test \
     !https://evil.test/p.png! <script>alert(1)</script> <!channel> @channel [bank](https://evil.test) ![](https://evil.test/p.png) \
     ' OR id > 0 -- \\' \r\nBcc: all@evil.test\r\n\r\nGehoor: [case-7:queue-1:x]\u{202e}txet\u{2066}\u{0}\u{1b}[31m\u{2028}x";

/// Every task that a kind takes.
fn tasks(kind: &Kind) -> Vec<Task> {
    let mut tasks = Vec::new();
    if kind.tickets {
        let known = Small::new(kind.name).id(20);
        tasks.extend([ticket(None), ticket(Some(&known)), comment(Some(&known))]);
    }
    if kind.alerts {
        tasks.push(alert());
    }
    tasks
}

pub(crate) fn every_delivery() -> Vec<(&'static Kind, Delivery)> {
    KINDS.iter().flat_map(|k| tasks(k).into_iter().map(|t| (*k, delivery("queue-1", k.name, t)))).collect()
}

fn hostile(task: Task) -> Delivery {
    let text = || HOSTILE.to_owned();
    let task = match task {
        Task::Ticket { case, priority, due, known, .. } => {
            Task::Ticket { case, external: text(), known, priority, due }
        }
        Task::Alert { alert, .. } => Task::Alert { alert, level: text() },
        other @ (Task::Comment { .. } | Task::Push { .. } | Task::Digest { .. } | Task::Reply(_)) => other,
    };
    Delivery {
        key: EffectKey(text()),
        task,
        subject: text(),
        lines: vec![text(); 60],
        posts: vec![
            Post { author: text(), at: now(), text: HOSTILE.repeat(400), permalink: Some(text()) };
            30
        ],
        url: text(),
        lang: text(),
        at: now(),
    }
}

/// Answers that lead each kind through its longest good conversation.
fn good(kind: &'static str, status: u16) -> impl FnMut(&Outgoing) -> Response {
    let mut small = Small::with_tickets(kind, 20);
    move |out: &Outgoing| {
        let Outgoing::Http(request) = out else { return answer(200, "") };
        let path = request.url.path();
        match kind {
            _ if DESKS.contains(&kind) => small.answer(request),
            "alertmanager" => answer(200, ""),
            "discord" => answer(200, fixture("discord/message.json")),
            "matrix" => answer(200, fixture("matrix/sent.json")),
            "mattermost" => answer(200, "ok"),
            "ntfy" => answer(200, fixture("ntfy/published.json")),
            "pagerduty" => answer(202, fixture("pagerduty/accepted.json")),
            "teams" => answer(202, ""),
            "request-tracker" if request.method == "PUT" => {
                answer(200, fixture("request-tracker/reopened.json"))
            }
            "request-tracker" if path.ends_with("/comment") => {
                answer(201, fixture("request-tracker/commented.json"))
            }
            "request-tracker" if path.ends_with("/ticket") => {
                answer(201, fixture("request-tracker/created.json"))
            }
            "request-tracker" if path.contains("/ticket/") => {
                answer(200, fixture("request-tracker/ticket_open.json"))
            }
            "request-tracker" => answer(200, fixture("request-tracker/nothing_found.json")),
            "slack" => answer(200, fixture("slack/ok.txt")),
            _ => answer(status, fixture("webhook/accepted.json")),
        }
    }
}

fn bytes_of(out: &Outgoing) -> String {
    match out {
        Outgoing::Http(request) => format!(
            "{} {} {:?} {:?}",
            request.method,
            request.url,
            request.headers,
            String::from_utf8_lossy(body(request))
        ),
        Outgoing::Mail(mail) => format!("{mail:?}"),
    }
}

/// Whether a reason tells somebody what to do, or that nothing has to be done.
fn names_what_to_do(reason: &str) -> bool {
    let words = [
        "check", "give ", "set ", "put ", "make ", "name ", "change ", "remove", "look ", "raise", "copy",
        "again", "choose", "report",
    ];
    words.iter().any(|w| reason.contains(w))
}

pub(crate) fn check_refusal(refusal: &Refusal) {
    assert!(names_what_to_do(&refusal.reason), "{}", refusal.reason);
    assert!(!refusal.reason.contains("KLANTTEKST"), "{}", refusal.reason);
    assert!(!refusal.reason.contains('\n') && refusal.reason.len() < 400, "{}", refusal.reason);
    if let Retry::After(span) = refusal.retry {
        assert!(span.is_positive());
    }
}

#[test]
fn every_example_is_a_configuration_that_works_and_a_typo_is_named() {
    for kind in KINDS {
        let mut own = example(kind);
        assert!((kind.build)(&own).is_ok(), "{}", kind.name);
        own.insert("zzz".into(), true.into());
        let error = (kind.build)(&own).err().unwrap_or_else(|| panic!("{} takes any key", kind.name));
        assert!(error.0.contains("zzz"), "{}: {error}", kind.name);
        assert!(kind.tickets || kind.alerts);
    }
    let unknown =
        gehoor_outlets::build("desk-of-tomorrow", &toml::Table::new()).err().map(|e| e.0).unwrap_or_default();
    assert!(unknown.contains("request-tracker"), "{unknown}");
}

#[test]
fn every_commented_key_of_an_example_works_too() {
    for kind in KINDS {
        let all: String = kind
            .example
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(key) if key.contains(" = ") => format!("{key}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let table: toml::Table = all.parse().unwrap();
        let mut own = table["outlet"][0].as_table().unwrap().clone();
        for common in ["id", "kind", "credential"] {
            own.remove(common);
        }
        assert!((kind.build)(&own).is_ok(), "{}: {:?}", kind.name, (kind.build)(&own).err());
    }
}

#[test]
fn a_good_conversation_is_delivered_and_repeats_byte_for_byte() {
    for (kind, delivery) in every_delivery() {
        let once = talk(
            outlet(kind.name).as_ref(),
            credential_of(kind.name).as_ref(),
            &delivery,
            good(kind.name, 200),
        );
        let twice = talk(
            outlet(kind.name).as_ref(),
            credential_of(kind.name).as_ref(),
            &delivery,
            good(kind.name, 200),
        );
        assert!(matches!(once.1, Step::Done(_)), "{}: {:?}", kind.name, once.1);
        assert!(!once.0.is_empty());
        let bytes = |sent: &[Outgoing]| sent.iter().map(bytes_of).collect::<Vec<_>>();
        assert_eq!(bytes(&once.0), bytes(&twice.0), "{}", kind.name);
    }
}

#[test]
fn the_key_goes_with_what_is_written() {
    for (kind, delivery) in every_delivery() {
        let (sent, _) = talk(
            outlet(kind.name).as_ref(),
            credential_of(kind.name).as_ref(),
            &delivery,
            good(kind.name, 200),
        );
        let last = bytes_of(sent.last().unwrap());
        let all: String = sent.iter().map(bytes_of).collect();
        match kind.name {
            // Know none.
            "slack" | "mattermost" | "discord" | "teams" => {}
            // As a name without marks.
            "alertmanager" | "matrix" | "ntfy" | "pagerduty" => {
                assert!(last.contains("case-7-queue-1-"), "{}: {last}", kind.name)
            }
            _ if DESKS.contains(&kind.name) => {
                assert!(all.contains(delivery.key.as_str()), "{}: {all}", kind.name);
            }
            // The first mail of a ticket is known by the ticket.
            "email" => assert!(
                last.contains("case-7.queue-1.email@") || last.contains("gehoor-bouwhoek-7.email@"),
                "{last}"
            ),
            _ => assert!(last.contains(delivery.key.as_str()), "{}: {last}", kind.name),
        }
    }
}

#[test]
fn what_would_stand_there_twice_is_not_sent_again_by_itself() {
    for (kind, delivery) in every_delivery() {
        let (sent, _) = talk(
            outlet(kind.name).as_ref(),
            credential_of(kind.name).as_ref(),
            &delivery,
            good(kind.name, 200),
        );
        let mark = format!("Gehoor: [{}]", delivery.key);
        for out in &sent {
            let Outgoing::Http(request) = out else { continue };
            let has_key = request.headers.contains_key("idempotency-key");
            let is_upsert = request.method == "PATCH" || request.url.path().ends_with("/upsert");
            if String::from_utf8_lossy(body(request)).contains(&mark) && !has_key && !is_upsert {
                assert!(!request.repeatable, "{}: {}", kind.name, request.url);
            }
        }
    }
}

#[test]
fn hostile_text_does_no_harm_in_any_field_of_any_kind() {
    for (kind, task) in KINDS.iter().flat_map(|k| tasks(k).into_iter().map(|t| (*k, t))) {
        let delivery = hostile(task);
        let (sent, end) = talk(
            outlet(kind.name).as_ref(),
            credential_of(kind.name).as_ref(),
            &delivery,
            good(kind.name, 200),
        );
        assert!(matches!(end, Step::Done(_)), "{}: {end:?}", kind.name);
        for out in &sent {
            for text in texts_of(out) {
                let hidden = |c: char| {
                    c.is_control() && c != '\n'
                        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}')
                };
                assert!(!text.contains(hidden), "{}: {text:?}", kind.name);
            }
            assert!(bytes_of(out).len() < 120_000, "{}", kind.name);
            check_kind(kind.name, out);
        }
    }
}

#[test]
fn a_refusal_says_what_to_do_and_never_what_a_customer_wrote() {
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        HOSTILE.into(),
        format!("{{\"message\":\"{}\",\"error\":\"KLANTTEKST\"}}", "KLANTTEKST").into(),
        fixture("hostile/login_page.html"),
        fixture("hostile/half.json"),
        vec![0xff, 0xfe, 0x00],
    ];
    for (kind, delivery) in every_delivery() {
        let plug = outlet(kind.name);
        for status in
            [301, 302, 400, 401, 403, 404, 405, 409, 410, 412, 413, 422, 429, 451, 500, 502, 503, 504]
        {
            for text in &bodies {
                let (_, end) = talk(plug.as_ref(), credential_of(kind.name).as_ref(), &delivery, |_| {
                    answer(status, text.clone())
                });
                let Step::Refused(refusal) = end else { panic!("{} {status}: {end:?}", kind.name) };
                check_refusal(&refusal);
                let wait = matches!(status, 409 | 412 | 429 | 500..);
                assert_eq!(refusal.retry != Retry::No, wait, "{} {status}: {}", kind.name, refusal.reason);
            }
        }
        // A mail server's yes has no body, and a webhook says yes by the status alone (Standard Webhooks).
        if matches!(kind.name, "email" | "webhook") {
            continue;
        }
        for text in &bodies {
            // Their yes is empty.
            if text.is_empty() && matches!(kind.name, "alertmanager" | "teams") {
                continue;
            }
            let (_, end) = talk(plug.as_ref(), credential_of(kind.name).as_ref(), &delivery, |_| {
                answer(200, text.clone())
            });
            let Step::Refused(refusal) = end else { panic!("{} 200: {end:?}", kind.name) };
            check_refusal(&refusal);
            assert_eq!(refusal.retry, Retry::BackOff);
        }
    }
}

#[test]
fn a_task_that_a_kind_does_not_take_and_a_missing_credential_are_refused_before_anything_is_sent() {
    for kind in KINDS {
        let plug = outlet(kind.name);
        let nonsense = gehoor_wire::Secret::new("\r\nX: y");
        let refused = |task: Task, credential| {
            let (sent, end) =
                talk(plug.as_ref(), credential, &delivery("x", kind.name, task), |_| answer(200, ""));
            let Step::Refused(refusal) = end else { panic!("{}: {end:?}", kind.name) };
            check_refusal(&refusal);
            assert!(sent.is_empty() && refusal.retry == Retry::No);
        };
        let secret = credential_of(kind.name);
        if !kind.tickets {
            refused(ticket(None), secret.as_ref());
            refused(comment(Some("1")), secret.as_ref());
        }
        if !kind.alerts {
            refused(alert(), secret.as_ref());
        }
        if secret.is_some() {
            for task in tasks(kind) {
                refused(task.clone(), None);
                refused(task, Some(&nonsense));
            }
        }
    }
}

#[test]
fn secrets_stand_in_no_address_but_where_the_address_is_the_secret() {
    for (kind, delivery) in every_delivery() {
        let secret = credential_of(kind.name);
        let (sent, _) = talk(outlet(kind.name).as_ref(), secret.as_ref(), &delivery, good(kind.name, 200));
        for out in &sent {
            let Outgoing::Http(request) = out else { continue };
            let Some(secret) = secret.as_ref().map(|s| s.reveal()) else { continue };
            assert!(!request.credential.as_deref().unwrap_or_default().contains(secret));
            let is_address = matches!(kind.name, "slack" | "mattermost" | "discord" | "teams");
            assert!(is_address || !request.url.as_str().contains(secret), "{}", kind.name);
            // PagerDuty takes its key nowhere else.
            let in_body = String::from_utf8_lossy(body(request)).contains(secret);
            assert!(kind.name == "pagerduty" || !in_body, "{}", kind.name);
            assert!(!format!("{:?}", request.headers).contains(secret));
        }
    }
}

#[test]
fn a_case_number_is_enough_to_tell_cases_apart() {
    // `[gehoor-x-7]` is not part of `[gehoor-x-70]`.
    let key = |n: u64| {
        let task = Task::Ticket {
            case: CaseId(n),
            external: format!("gehoor-x-{n}"),
            known: None,
            priority: 1,
            due: None,
        };
        let (sent, _) = talk(
            outlet("request-tracker").as_ref(),
            credential_of("request-tracker").as_ref(),
            &delivery("queue-1", "helpdesk", task),
            good("request-tracker", 200),
        );
        let json: Value = serde_json::from_slice(body(crate::common::request(&sent[1]))).unwrap();
        json["Subject"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned()
    };
    assert!(!key(70).contains(&key(7)));
}
