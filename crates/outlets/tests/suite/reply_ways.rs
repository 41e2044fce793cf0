//! What one channel of public replies does and no other.

use gehoor_outlets::reply::Settings;
use gehoor_outlets::{Refusal, Retry, Step};
use gehoor_wire::{Outgoing, Response, Secret};
use jiff::SignedDuration;
use serde_json::json;

use crate::common::{answer, body, request, talk};
use crate::conformance::check_refusal;
use crate::places::{Platform, TEXT, channel, outlet, place, reply, reply_with, token, writes};

fn refused(end: Step) -> Refusal {
    let Step::Refused(refusal) = end else { panic!("{end:?}") };
    check_refusal(&refusal);
    refusal
}

/// Delivers to a platform on which some calls are answered otherwise.
fn but(kind: &str, mut other: impl FnMut(&Outgoing) -> Option<Response>) -> (Vec<Outgoing>, Step) {
    let platform = Platform::default();
    talk(outlet(channel(kind)).as_ref(), Some(&token()), &reply(kind), |out| {
        other(out).unwrap_or_else(|| platform.answer(kind, out))
    })
}

fn on_write(status: u16, said: &str) -> impl FnMut(&Outgoing) -> Option<Response> + use<'_> {
    move |out| writes(out).then(|| answer(status, said))
}

#[test]
fn a_post_that_mastodon_does_not_know_is_looked_for_elsewhere_and_again_for_a_while() {
    let mut delivery =
        reply_with("mastodon", |task| task.to = "https://far.example/users/anna/statuses/9".to_owned());
    let mut peer = |out: &Outgoing| match request(out).url.path() {
        "/api/v2/search" => answer(403, "{}"),
        _ => answer(200, "[]"),
    };
    delivery.at = crate::common::now();
    let plug = outlet(channel("mastodon"));
    let (sent, end) = talk(plug.as_ref(), Some(&token()), &delivery, &mut peer);
    assert_eq!(sent.len(), 2, "searched, and looked for among the notifications");
    assert_eq!(refused(end).retry, Retry::BackOff);
    delivery.at = "2026-11-22T11:00:00Z".parse().unwrap();
    let (_, end) = talk(plug.as_ref(), Some(&token()), &delivery, &mut peer);
    assert_eq!(refused(end).retry, Retry::No);
}

#[test]
fn a_reply_that_google_looks_at_stands_there_only_when_it_is_approved() {
    let state = |state: &str| {
        let review = json!({"name": "accounts/1/locations/2/reviews/x",
            "reviewReply": {"comment": TEXT, "reviewReplyState": state}});
        but("google-business", |out| (!writes(out)).then(|| answer(200, review.to_string())))
    };
    let said = json!({"comment": TEXT, "reviewReplyState": "PENDING"}).to_string();
    let (_, end) = but("google-business", on_write(200, &said));
    assert_eq!(refused(end).retry, Retry::BackOff);
    for (name, retry) in
        [("PENDING", Some(Retry::BackOff)), ("REJECTED", Some(Retry::No)), ("APPROVED", None)]
    {
        let (sent, end) = state(name);
        assert!(sent.iter().all(|out| !writes(out)), "{name}: not written again");
        match retry {
            Some(retry) => assert_eq!(refused(end).retry, retry, "{name}"),
            None => assert!(matches!(end, Step::Done(_)), "{name}: {end:?}"),
        }
    }
}

#[test]
fn a_used_up_quota_of_google_comes_as_403_and_waits() {
    let full =
        json!({"error": {"code": 403, "errors": [{"reason": "quotaExceeded", "domain": "youtube.quota"}]}});
    for kind in ["youtube", "google-play", "google-business"] {
        let (_, end) = but(kind, |_| Some(answer(403, full.to_string())));
        assert_eq!(refused(end).retry, Retry::After(SignedDuration::from_hours(1)), "{kind}");
    }
    let busy =
        json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "30s"}]}});
    let (_, end) = but("google-play", |_| Some(answer(429, busy.to_string())));
    assert_eq!(refused(end).retry, Retry::After(SignedDuration::from_secs(30)));
}

#[test]
fn an_old_review_in_google_play_that_is_not_shown_any_more_is_replied_to() {
    let (_, end) = but("google-play", |out| (!writes(out)).then(|| answer(404, "{}")));
    assert!(matches!(end, Step::Done(_)), "{end:?}");
    let (_, end) = but("google-play", |_| Some(answer(404, "{}")));
    assert!(refused(end).reason.contains("not there any more"));
}

#[test]
fn a_response_that_apple_does_not_replace_is_taken_back_first() {
    let platform = Platform::with("Een antwoord van vorige week.");
    let mut taken = false;
    let plug = outlet(channel("app-store-connect"));
    let (_, end) = talk(plug.as_ref(), Some(&token()), &reply("app-store-connect"), |out| {
        let asked = request(out);
        if asked.method == "DELETE" {
            assert_eq!(asked.url.path(), "/v1/customerReviewResponses/resp1");
            taken = true;
            return answer(204, "");
        }
        if writes(out) && !taken { answer(409, "{}") } else { platform.answer("app-store-connect", out) }
    });
    assert!(taken && matches!(end, Step::Done(_)), "{end:?}");
    assert_eq!(platform.texts(), [TEXT]);
    let waits = json!({"data": {"id": "r", "attributes": {"state": "PENDING_PUBLISH"}}}).to_string();
    let (_, end) = but("app-store-connect", on_write(201, &waits));
    assert_eq!(refused(end).retry, Retry::BackOff);
}

#[test]
fn an_error_of_kiyoh_inside_a_success_is_one_and_a_silent_success_is_looked_at_again() {
    let (_, end) =
        but("kiyoh", on_write(200, r#"{"errorCode":"X","detailedError":[{"message":"KLANTTEKST"}]}"#));
    assert_eq!(refused(end).retry, Retry::No);
    let platform = Platform::default();
    let (sent, end) = talk(outlet(channel("kiyoh")).as_ref(), Some(&token()), &reply("kiyoh"), |out| {
        let answered = platform.answer("kiyoh", out);
        if writes(out) { answer(200, "") } else { answered }
    });
    assert!(sent.len() == 3 && matches!(end, Step::Done(_)), "{end:?}");
    let unknown = reply_with("kiyoh", |task| task.place = None);
    let (sent, end) =
        talk(outlet(channel("kiyoh")).as_ref(), Some(&token()), &unknown, |_| answer(200, "{}"));
    assert!(sent.is_empty() && refused(end).reason.contains("locations"));
}

#[test]
fn trustpilot_needs_the_private_api_to_reply() {
    let source: toml::Table = "business_units = [\"507f191e810c19729de860ea\"]".parse().unwrap();
    let build = |own: &str| {
        let own: toml::Table = own.parse().unwrap();
        (channel("trustpilot").build)(&Settings { source: &source, own: &own })
    };
    assert!(build("").err().unwrap().0.contains("client_id"));
    let plug = build("client_id = \"c\"\nauthor = \"64bb\"").unwrap();
    assert!(plug.login().is_some(), "a login of its own");
    let (sent, end) = Platform::default().deliver_through(plug.as_ref(), "trustpilot", &reply("trustpilot"));
    assert!(matches!(end, Step::Done(_)), "{end:?}");
    let written = sent.iter().find(|out| writes(out)).unwrap();
    assert!(String::from_utf8_lossy(body(request(written))).contains("\"authorBusinessUserId\":\"64bb\""));
    assert!(
        outlet(channel("trustpilot")).login().is_none(),
        "the private API of the source shares its login"
    );
}

#[test]
fn an_answer_to_an_answer_on_youtube_hangs_on_the_first_comment() {
    let (sent, _) = but("youtube", |_| None);
    let written = sent.iter().find(|out| writes(out)).unwrap();
    assert!(String::from_utf8_lossy(body(request(written))).contains("\"parentId\":\"Ugx\""));
    let (_, end) = but("youtube", |_| Some(answer(200, r#"{"items":[]}"#)));
    assert!(refused(end).reason.contains("not there any more"));
    let source = place("youtube").source.parse().unwrap();
    let without = (channel("youtube").build)(&Settings { source: &source, own: &toml::Table::new() });
    assert!(without.err().unwrap().0.contains("client_id"));
}

#[test]
fn a_long_thread_on_youtube_is_looked_through() {
    let ours = json!({"items": [{"id": "Ugx.7", "snippet": {"textDisplay": TEXT}}]});
    let first = json!({"items": [{"id": "Ugx.2", "snippet": {"textDisplay": "x"}}], "nextPageToken": "p2"});
    let (sent, end) = but("youtube", |out| {
        let query = request(out).url.query().unwrap_or_default();
        query.contains("parentId=").then(|| {
            answer(200, if query.contains("pageToken=p2") { ours.to_string() } else { first.to_string() })
        })
    });
    assert!(sent.iter().all(|out| !writes(out)));
    assert!(matches!(&end, Step::Done(r) if r.id.as_deref() == Some("Ugx.7")), "{end:?}");
}

#[test]
fn metas_codes_say_more_than_the_status() {
    for kind in ["facebook", "instagram"] {
        for (code, retry, word) in [
            (json!({"code": 4}), Retry::After(SignedDuration::from_hours(1)), "used up"),
            (json!({"code": 2}), Retry::BackOff, "fault"),
            (json!({"code": 190}), Retry::No, "token"),
            (json!({"code": 200}), Retry::No, "permission"),
            (json!({"code": 100, "error_subcode": 33}), Retry::No, "not there any more"),
            (json!({"code": 368}), Retry::No, "blocked"),
        ] {
            for status in [200, 400] {
                let said = json!({"error": code}).to_string();
                let (_, end) = but(kind, on_write(status, &said));
                let refusal = refused(end);
                assert_eq!(refusal.retry, retry, "{kind} {code}");
                assert!(refusal.reason.contains(word), "{}", refusal.reason);
            }
        }
    }
    let mut full = answer(400, r#"{"error":{"code":32}}"#);
    let usage = r#"{"77":[{"type":"pages","estimated_time_to_regain_access":19}]}"#;
    full.headers.insert("x-business-use-case-usage", usage.parse().unwrap());
    let (_, end) = but("facebook", |_| Some(full.clone()));
    assert_eq!(refused(end).retry, Retry::After(SignedDuration::from_mins(19)));
}

#[test]
fn the_secret_of_the_app_proves_the_token_and_goes_nowhere() {
    let both = Secret::new("access_token=tok\napp_secret=geheim");
    let platform = Platform::default();
    let (sent, end) = talk(outlet(channel("facebook")).as_ref(), Some(&both), &reply("facebook"), |out| {
        platform.answer("facebook", out)
    });
    assert!(matches!(end, Step::Done(_)), "{end:?}");
    for out in &sent {
        let asked = request(out);
        assert!(asked.url.query().unwrap().contains("appsecret_proof="));
        assert_eq!(asked.headers["authorization"], "Bearer tok");
        assert!(!format!("{:?}{}", asked.headers, asked.url).contains("geheim"));
    }
}

#[test]
fn on_instagram_an_answer_hangs_on_the_comment_above() {
    for (thread, above, path) in [
        (Some("179"), Some("179"), "/v25.0/180/replies"),
        (Some("179"), Some("170"), "/v25.0/170/replies"),
        (Some("180"), None, "/v25.0/180/comments"),
    ] {
        let delivery = reply_with("instagram", |task| {
            (task.thread, task.in_reply_to) = (thread.map(str::to_owned), above.map(str::to_owned));
        });
        let plug = outlet(channel("instagram"));
        let (sent, _) = Platform::default().deliver_through(plug.as_ref(), "instagram", &delivery);
        assert!(sent.iter().all(|out| request(out).url.path() == path), "{path}");
    }
    let source = "account = \"17\"\nmode = \"tags\"".parse().unwrap();
    assert!((channel("instagram").build)(&Settings { source: &source, own: &toml::Table::new() }).is_err());
}

#[test]
fn reddit_says_how_long_to_wait_in_words_too() {
    for (words, retry) in [
        (
            "you are doing that too much. try again in 9 minutes.",
            Retry::After(SignedDuration::from_secs(541)),
        ),
        (
            "Looks like you've been doing that a lot. Take a break for 1 minute before trying again.",
            Retry::After(SignedDuration::from_secs(61)),
        ),
        ("Take a break for 42 seconds before trying again.", Retry::After(SignedDuration::from_secs(43))),
        ("Take a break for 300 milliseconds", Retry::After(SignedDuration::from_secs(1))),
        ("try again in 9 moons", Retry::BackOff),
    ] {
        let said = json!({"json": {"errors": [["RATELIMIT", words, "ratelimit"]]}}).to_string();
        let (_, end) = but("reddit", on_write(200, &said));
        assert_eq!(refused(end).retry, retry, "{words}");
    }
}

#[test]
fn errors_of_reddit_inside_a_success_are_read() {
    for (name, extra, retry, word) in [
        ("RATELIMIT", json!({"ratelimit": 12.5}), Retry::After(SignedDuration::from_millis(12_500)), "wait"),
        ("RATELIMIT", json!({}), Retry::BackOff, "wait"),
        ("THREAD_LOCKED", json!({}), Retry::No, "locked"),
        ("DELETED_COMMENT", json!({}), Retry::No, "not there any more"),
        ("DELETED_THING", json!({}), Retry::No, "not there any more"),
        ("USER_REQUIRED", json!({}), Retry::No, "refresh_token"),
        ("SOMETHING", json!({}), Retry::No, "refuses"),
    ] {
        let mut said = json!({"json": {"errors": [[name, "KLANTTEKST", "parent"]]}});
        said["json"].as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let said = said.to_string();
        let (_, end) = but("reddit", on_write(200, &said));
        let refusal = refused(end);
        assert_eq!(refusal.retry, retry, "{name}");
        assert!(refusal.reason.contains(word), "{}", refusal.reason);
    }
}

#[test]
fn a_comment_on_reddit_is_found_without_its_thread_and_left_alone_when_it_was_deleted() {
    let delivery = reply_with("reddit", |task| task.thread = None);
    let platform = Platform::default();
    let (sent, end) =
        talk(outlet(channel("reddit")).as_ref(), Some(&token()), &delivery, |out| {
            match request(out).url.path() {
                "/api/info" => answer(
                    200,
                    r#"{"data":{"children":[{"kind":"t1","data":{"name":"t1_c1","link_id":"t3_p1"}}]}}"#,
                ),
                _ => platform.answer("reddit", out),
            }
        });
    assert!(sent.len() == 3 && matches!(end, Step::Done(_)), "{end:?}");
    let gone = json!([
        {"data": {"children": [{"data": {"name": "t3_p1"}}]}},
        {"data": {"children": [{"data": {"name": "t1_c1", "author": "[deleted]", "body": "[deleted]"}}]}},
    ]);
    let (sent, end) = but("reddit", |_| Some(answer(200, gone.to_string())));
    assert!(sent.len() == 1 && refused(end).reason.contains("not there any more"));
}

#[test]
fn what_a_forum_keeps_for_a_moderator_does_not_stand_there() {
    let (_, end) = but("discourse", on_write(200, r#"{"action":"enqueued","success":true}"#));
    let refusal = refused(end);
    assert!(refusal.retry == Retry::No && refusal.reason.contains("moderator"));
    let (_, end) = but("discourse", |_| {
        Some(answer(429, r#"{"errors":["x"],"error_type":"rate_limit","extras":{"wait_seconds":12}}"#))
    });
    assert_eq!(refused(end).retry, Retry::After(SignedDuration::from_secs(12)));
    let hidden = r#"{"id":12,"topic_id":5,"post_number":3,"hidden":true}"#;
    let (_, end) = but("discourse", |_| Some(answer(200, hidden)));
    assert!(refused(end).reason.contains("not there any more"));
}

#[test]
fn names_of_errors_on_lemmy_mean_the_same_with_any_status() {
    for (name, retry) in [
        ("rate_limit_error", Retry::BackOff),
        ("not_logged_in", Retry::No),
        ("couldnt_find_comment", Retry::No),
    ] {
        for status in [200, 400, 404] {
            let (_, end) = but("lemmy", |_| Some(answer(status, json!({"error": name}).to_string())));
            assert_eq!(refused(end).retry, retry, "{name} {status}");
        }
    }
}

#[test]
fn the_newer_generation_of_lemmy_is_spoken_in_its_own_words() {
    let source: toml::Table =
        "base = \"https://lemmy.example\"\nwhat = \"posts\"\napi = \"v4\"".parse().unwrap();
    let plug = (channel("lemmy").build)(&Settings { source: &source, own: &toml::Table::new() }).unwrap();
    let said = json!({"comment_view": {"comment": {"id": 40, "ap_id": "https://lemmy.example/comment/40"}}});
    let written = |found: serde_json::Value| {
        let (sent, end) =
            talk(plug.as_ref(), Some(&token()), &reply("lemmy"), |out| match request(out).url.path() {
                "/api/v4/resolve_object" => answer(200, found.to_string()),
                "/api/v4/comment/list" => answer(200, r#"{"items":[]}"#),
                _ => answer(200, said.to_string()),
            });
        assert!(matches!(end, Step::Done(_)), "{end:?}");
        let list = request(&sent[1]).url.query().unwrap_or_default().to_owned();
        assert!(list.starts_with("type_=all&sort=new&"), "{list}");
        serde_json::from_slice::<serde_json::Value>(body(request(&sent[2]))).unwrap()
    };
    // A post, which is answered itself, and a comment, beside which its post stands.
    let post = json!({"id": 3, "ap_id": "https://far.example/comment/9"});
    let sent = written(json!({"type_": "post", "post": post, "creator": {}, "community": {}}));
    assert_eq!((&sent["post_id"], sent.get("parent_id")), (&json!(3), None));
    let comment = json!({"id": 34, "post_id": 3, "ap_id": "https://far.example/comment/9", "path": "0.34"});
    let other = json!({"id": 3, "ap_id": "https://far.example/post/1"});
    let sent = written(json!({"type_": "comment", "comment": comment, "post": other, "creator": {}}));
    assert_eq!((&sent["post_id"], &sent["parent_id"]), (&json!(3), &json!(34)));
}

#[test]
fn a_mail_goes_to_the_customer_alone_and_stays_in_the_conversation() {
    let plug = outlet(channel("email"));
    let deliver = |delivery| talk(plug.as_ref(), None, &delivery, |_| answer(200, ""));
    let (sent, _) = deliver(reply("email"));
    let [Outgoing::Mail(mail)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(mail.to, ["anna@m.example"]);
    assert_eq!(mail.in_reply_to.as_deref(), Some("drie@post.example"));
    assert_eq!(mail.references, ["een@post.example", "twee@bouwhoek.example", "drie@post.example"]);
    assert!(mail.by_hand);
    // The first mail of a conversation is named once; one without a name not at all.
    let (sent, _) = deliver(reply_with("email", |task| {
        (task.thread, task.in_reply_to) = (Some(task.to.clone()), None);
    }));
    assert!(matches!(sent.as_slice(), [Outgoing::Mail(mail)] if mail.references == ["drie@post.example"]));
    let (sent, _) = deliver(reply_with("email", |task| {
        (task.thread, task.in_reply_to, task.to) = (None, None, "0f3a".to_owned());
    }));
    assert!(
        matches!(sent.as_slice(), [Outgoing::Mail(mail)] if mail.references.is_empty() && mail.in_reply_to.is_none())
    );
    // A complaint that a platform mailed us has no address of the customer.
    for handle in [None, Some("klant_1987"), Some("a@b.nl, c@d.nl"), Some("x <a@b.nl>\r\nBcc: c@d.nl")] {
        let (sent, end) = deliver(reply_with("email", |task| task.handle = handle.map(str::to_owned)));
        assert!(sent.is_empty() && refused(end).retry == Retry::No, "{handle:?}");
    }
}
