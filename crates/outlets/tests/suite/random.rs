//! Whatever the other side answers, in whatever order: a conversation ends, and nothing breaks.

use crate::common::{answer, credential_of, fixture, now, outlet, talk};
use crate::conformance::{check_refusal, every_delivery};
use gehoor_domain::effect::Delivery;
use gehoor_domain::ids::EffectKey;
use gehoor_outlets::{Context, KINDS, Outlet, Progress, Step, Watch};
use gehoor_wire::Response;
use proptest::prelude::*;

/// All fixtures, as `kind/file`.
fn fixtures() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let names = |at: &std::path::Path| -> Vec<String> {
        let mut names: Vec<String> =
            at.read_dir().unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let each =
        |kind: String| names(&folder.join(&kind)).into_iter().map(move |file| format!("{kind}/{file}"));
    names(&folder).into_iter().flat_map(each).collect()
}

/// Answers at random: those of the fixtures with any status, and any bytes.
fn any_answer() -> impl Strategy<Value = Response> {
    let names = fixtures();
    let known = proptest::sample::select(names).prop_map(|name| fixture(&name));
    let any_body = prop_oneof![8 => known, 1 => any::<Vec<u8>>(), 1 => "\\PC*".prop_map(String::into_bytes)];
    let status =
        prop_oneof![6 => Just(200_u16), 2 => Just(201), 1 => Just(404), 1 => Just(400), 2 => 200_u16..1000];
    let wait = proptest::option::of(prop_oneof![
        Just("120"),
        Just("-1"),
        Just("x"),
        Just("1.5"),
        Just("Sun, 22 Nov 2026 12:01:00 GMT")
    ]);
    (status, any_body, wait).prop_map(|(status, body, wait)| {
        let mut answer = answer(status, body);
        if let Some(wait) = wait {
            answer.headers.insert("retry-after", wait.parse().unwrap());
        }
        answer
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_conversation_ends_within_eight_steps(answers in proptest::collection::vec(any_answer(), 8), text in any::<String>()) {
        for (kind, delivery) in every_delivery() {
            let delivery = Delivery { subject: text.clone(), key: EffectKey(text.clone()), ..delivery };
            let mut answers = answers.iter();
            let (_, end) = talk(outlet(kind.name).as_ref(), credential_of(kind.name).as_ref(), &delivery, |_| answers.next().unwrap().clone());
            if let Step::Refused(refusal) = end {
                check_refusal(&refusal);
            }
        }
    }

    #[test]
    fn a_lost_thread_is_taken_up_again(progress in "[a-z]{0,12}( [0-9]{0,25})?", answer in any_answer()) {
        for (kind, delivery) in every_delivery() {
            let secret = credential_of(kind.name);
            let cx = Context { now: now(), credential: secret.as_ref() };
            if let Step::Refused(refusal) = outlet(kind.name).step(&delivery, &Progress(progress.clone()), Some(&answer), &cx) {
                check_refusal(&refusal);
            }
        }
    }

    #[test]
    fn hooks_are_believed_or_refused_but_never_break(body in any::<Vec<u8>>(), header in "\\PC{0,80}", at in "[0-9]{0,20}|\\PC{0,30}") {
        let names = [
            "x-hub-signature", "x-redmine-signature-256", "x-zendesk-webhook-signature", "x-hubspot-signature-v3",
            "x-chatwoot-signature", "webhook-signature", "webhook-id",
        ];
        let times = [
            "x-zendesk-webhook-signature-timestamp", "x-hubspot-request-timestamp", "x-chatwoot-timestamp", "webhook-timestamp",
        ];
        let mut headers = http::HeaderMap::new();
        for (name, value) in names.iter().map(|n| (*n, &header)).chain(times.iter().map(|n| (*n, &at))) {
            if let Ok(value) = http::HeaderValue::from_str(value) {
                headers.insert(http::HeaderName::from_static(name), value);
            }
        }
        let secret = gehoor_wire::Secret::new("hook-geheim");
        let cx = Context { now: now(), credential: Some(&secret) };
        for kind in KINDS {
            if let Some(heard) = outlet(kind.name).read_hook(&headers, &body, &cx) {
                // Nobody guesses a signature.
                check_refusal(&heard.unwrap_err());
            }
        }
    }

    #[test]
    fn news_are_read_or_refused_but_never_break(answer in any_answer(), ids in proptest::collection::vec("[0-9]{1,3}|\\PC{0,3}", 0..60)) {
        for kind in KINDS {
            let plug: Box<dyn Outlet> = outlet(kind.name);
            let secret = credential_of(kind.name);
            let cx = Context { now: now(), credential: secret.as_ref() };
            if let Watch::Ask(ask) = plug.watch(&ids, &cx) {
                // Some are asked by a POST, which changes nothing either.
                prop_assert!(ask.repeatable && matches!(ask.method.as_str(), "GET" | "POST"));
                prop_assert!(ask.url.as_str().len() < 4000);
            }
            match plug.read_news(&ids, &answer) {
                Ok(news) => prop_assert!(news.iter().all(|n| ids.contains(&n.id))),
                Err(refusal) => check_refusal(&refusal),
            }
        }
    }
}
