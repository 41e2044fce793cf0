//! Mail, chat and webhook: what exactly goes out, and what each answer means.

use crate::common::{
    alert, answer, body, comment, credential_of, delivery, example, fixture, outlet, post, request, shown,
    talk, ticket,
};
use gehoor_domain::effect::{Delivery, Receipt};
use gehoor_outlets::{Retry, Step};
use gehoor_wire::Response;
use serde_json::Value;

/// What one kind makes of one answer.
fn after(kind: &str, delivery: &Delivery, answer: &Response) -> Step {
    talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), delivery, |_| answer.clone()).1
}

fn first(kind: &str, delivery: &Delivery) -> String {
    let (sent, _) = talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), delivery, |_| answer(500, ""));
    shown(&sent[0])
}

fn json(kind: &str, delivery: &Delivery, keys: &[(&str, toml::Value)]) -> Value {
    let mut table = example(gehoor_outlets::kind(kind).unwrap());
    table.extend(keys.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
    let plug = gehoor_outlets::build(kind, &table).unwrap();
    let (sent, _) = talk(plug.as_ref(), credential_of(kind).as_ref(), delivery, |_| answer(500, ""));
    serde_json::from_slice(body(request(&sent[0]))).unwrap()
}

#[test]
fn a_mail_is_plain_text_with_the_posts_quoted() {
    let mut alert = delivery("alert-3", "mail-leads", alert());
    insta::assert_snapshot!("mail_nl", first("email", &alert));
    alert.lang = "en".into();
    alert.posts = (0..12).map(|n| post("Ann", &format!("post {n}\r\n\r\n\r\nend"))).collect();
    insta::assert_snapshot!("mail_en_many", first("email", &alert));
    assert!(matches!(after("email", &alert, &answer(200, "")), Step::Done(r) if r.id.is_none()));
}

#[test]
fn a_ticket_by_mail_is_one_thread_that_repeats_itself_byte_for_byte() {
    let opened = delivery("queue-1", "mail-leads", ticket(None));
    let again = delivery("queue-2", "mail-leads", ticket(Some("gehoor-bouwhoek-7")));
    let note = delivery("event-4", "mail-leads", comment(Some("gehoor-bouwhoek-7")));
    let all: Vec<String> = [&opened, &again, &note].map(|delivery| first("email", delivery)).into();
    insta::assert_snapshot!("mail_tickets", all.join("\n=====\n"));
    for delivery in [&opened, &again, &note] {
        assert_eq!(first("email", delivery), first("email", delivery));
        let end = after("email", delivery, &answer(200, ""));
        assert!(matches!(end, Step::Done(r) if r.id.as_deref() == Some("gehoor-bouwhoek-7")));
    }
    let (sent, end) =
        talk(outlet("email").as_ref(), None, &delivery("x", "mail-leads", comment(None)), |_| {
            answer(200, "")
        });
    assert!(sent.is_empty() && matches!(end, Step::Done(_)));
}

#[test]
fn a_chat_message_holds_everything_twice_for_those_that_show_no_blocks() {
    let mut urgent = delivery("alert-3", "chat", alert());
    urgent.posts = vec![post("Jan <!here>", "Tom & <b>Jerry</b>\n```\n@all [bank](https://evil.test)")];
    insta::assert_snapshot!("chat", first("slack", &urgent));
    let quiet = json("slack", &urgent, &[("include_text", false.into())]);
    assert!(!quiet.to_string().contains("Jerry") && !quiet.to_string().contains("Jan"));
}

#[test]
fn chat_answers_are_understood() {
    let urgent = delivery("alert-3", "chat", alert());
    let retry = |status: u16, file: &str| match after(
        "slack",
        &urgent,
        &answer(status, fixture(&format!("slack/{file}"))),
    ) {
        Step::Refused(refusal) => (refusal.retry, refusal.reason),
        other => panic!("{other:?}"),
    };
    for (status, file, word) in [
        (404, "no_service.txt", "no_service"),
        (410, "channel_is_archived.txt", "archived"),
        (400, "invalid_payload.txt", "invalid_payload"),
        (200, "not_ok.json", "channel_not_found"),
        (404, "mattermost_channel.json", "make a new one"),
    ] {
        let (retry, reason) = retry(status, file);
        assert_eq!(retry, Retry::No, "{file}");
        assert!(reason.contains(word), "{reason}");
    }
    assert_eq!(retry(429, "rate_limited.txt").0, Retry::BackOff);
    let mut busy = answer(429, fixture("slack/rate_limited.txt"));
    busy.headers.insert("retry-after", "30".parse().unwrap());
    let wait = Retry::After(jiff::SignedDuration::from_secs(30));
    assert!(matches!(after("slack", &urgent, &busy), Step::Refused(r) if r.retry == wait));
    for yes in [answer(200, fixture("slack/ok.txt")), answer(200, "{\"success\":true}"), answer(204, "")] {
        assert!(matches!(after("slack", &urgent, &yes), Step::Done(_)));
    }
}

#[test]
fn a_webhook_carries_tickets_comments_and_alerts() {
    insta::assert_snapshot!(
        "hook_ticket",
        first("webhook", &delivery("queue-1", "own-program", ticket(Some("HD-1041"))))
    );
    insta::assert_snapshot!(
        "hook_comment",
        first("webhook", &delivery("event-4", "own-program", comment(Some("HD-1041"))))
    );
    insta::assert_snapshot!("hook_alert", first("webhook", &delivery("alert-3", "own.program", alert())));
}

#[test]
fn the_answer_of_a_webhook_may_name_the_ticket() {
    let unknown = delivery("queue-1", "own-program", ticket(None));
    let receipt = |delivery: &Delivery, response: Response| match after("webhook", delivery, &response) {
        Step::Done(receipt) => receipt,
        other => panic!("{other:?}"),
    };
    let named =
        Receipt { id: Some("HD-1041".into()), url: Some("https://helpdesk.example.org/t/1041".into()) };
    assert_eq!(receipt(&unknown, answer(200, fixture("webhook/accepted.json"))), named);
    let number = receipt(&unknown, answer(201, fixture("webhook/accepted_number.json")));
    assert_eq!(number.id.as_deref(), Some("1041"));
    // Without one, our own key is the name by which both sides know it.
    for silent in ["", "ok", "<html>", "{\"id\":null}", "{\"id\":\"\"}", "[]"] {
        assert_eq!(
            receipt(&unknown, answer(202, silent)).id.as_deref(),
            Some("gehoor-bouwhoek-7"),
            "{silent}"
        );
    }
    let known = delivery("queue-2", "own-program", ticket(Some("HD-1")));
    assert_eq!(receipt(&known, answer(204, "")).id.as_deref(), Some("HD-1"));
    let script = answer(200, "{\"id\":\"1\",\"url\":\"javascript:alert(1)\"}");
    assert_eq!(receipt(&unknown, script).url, None);
}

#[test]
fn a_webhook_that_is_gone_is_not_called_again_and_a_redirect_is_no_success() {
    let alert = delivery("alert-3", "own-program", alert());
    for status in [301, 302, 307, 410] {
        let end = after("webhook", &alert, &answer(status, ""));
        assert!(matches!(end, Step::Refused(ref r) if r.retry == Retry::No), "{status}: {end:?}");
    }
}

#[test]
fn a_webhook_takes_what_its_mode_says_and_keeps_texts_back_when_told() {
    let thin = json("webhook", &delivery("queue-1", "hook", ticket(None)), &[("include_text", false.into())]);
    assert_eq!(thin["data"]["posts"].as_array().unwrap().len(), 0);
    assert_eq!(thin["data"]["posts_left_out"], 1);
    let mut table = example(&gehoor_outlets::webhook::KIND);
    table.insert("mode".into(), "alerts".into());
    let plug = gehoor_outlets::build("webhook", &table).unwrap();
    let queue = delivery("queue-1", "hook", ticket(None));
    let (sent, end) = talk(plug.as_ref(), credential_of("webhook").as_ref(), &queue, |_| answer(200, ""));
    assert!(sent.is_empty() && matches!(end, Step::Refused(r) if r.reason.contains("`mode`")));
}
