//! What others push: deliveries and states of tickets, believed only when somebody vouches for them.

use gehoor_domain::case::{QueueReason, TicketState};
use gehoor_domain::ids::CaseId;
use gehoor_domain::policy::QueueOutlet;
use gehoor_engine::EngineError;
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, chain, id, outlet, post, source};
use gehoor_wire::Secret;
use gehoor_wire::signature::{sign_headers, sign_hex};
use http::HeaderMap;

const COMPLAINT: &str =
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";
/// The key of the published test vectors of Standard Webhooks.
const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A chain with a helpdesk of its own that pushes, and a review site that pushes.
fn world() -> World {
    let mut setup = chain();
    let mut desk = outlet("desk", "webhook", "url = 'https://desk.test/in'\nmode = 'tickets'", KEY);
    desk.hook = Some(Secret::new(KEY));
    setup.outlets.push(desk);
    setup.policy.queue_outlets = vec![QueueOutlet {
        outlet: id("desk"),
        reasons: vec![QueueReason::Unowned],
        from_points: 0.0,
        notes: true,
    }];
    let mut pushed = source("push", "trustpilot-webhook", "");
    pushed.platform = "trustpilot".into();
    pushed.signing = vec![Secret::new("een-lang-geheim-in-het-adres")];
    setup.sources.push(pushed);
    World::with(setup).unwrap()
}

async fn case_with_ticket(world: &World) {
    world.net.always("POST", "https://desk.test/in", 200, r#"{"id":"77"}"#);
    world.hear(vec![post("1", "anna", world.now(), COMPLAINT)]).await.unwrap();
}

#[tokio::test]
async fn a_helpdesk_that_pushes_is_heard_when_it_signed() {
    let world = world();
    case_with_ticket(&world).await;
    let body = format!(
        r#"{{"type":"ticket.changed","timestamp":"{}","data":{{"ticket":"77","state":"resolved"}}}}"#,
        world.now()
    );
    let mut headers = HeaderMap::new();
    for (name, value) in sign_headers(&Secret::new(KEY), "msg_1", world.now(), body.as_bytes()).unwrap() {
        headers.insert(name, value);
    }
    let desk = id("desk");
    let forged = world.engine.receive_hook(&desk, &HeaderMap::new(), body.as_bytes()).await;
    assert!(matches!(forged, Err(EngineError::Forbidden(_))), "{forged:?}");
    assert_eq!(world.engine.receive_hook(&desk, &headers, body.as_bytes()).await.unwrap(), 1);
    assert_eq!(
        world.engine.receive_hook(&desk, &headers, body.as_bytes()).await.unwrap(),
        0,
        "no news twice"
    );
    let page = world.engine.case_page(&admin(), CaseId(1)).await.unwrap();
    assert_eq!(page.row.case.tickets[0].state, TicketState::Resolved);
    assert!(page.row.case.is_open(), "the customer has to be told before it is closed");
    let nobody = world.engine.receive_hook(&id("mail"), &headers, body.as_bytes()).await;
    assert!(matches!(nobody, Err(EngineError::NotFound(_))), "{nobody:?}");
}

#[tokio::test]
async fn a_platform_that_signs_nothing_is_known_by_the_key_in_its_address() {
    let world = world();
    let body = br#"{"events":[{"eventName":"service-review-created","eventData":{"id":"r1","stars":1,
        "title":"Kapot","text":"De bank is kapot aangekomen en niemand belt terug",
        "createdAt":"2026-11-23T08:00:00Z","consumer":{"id":"c1","displayName":"Jan"}}}]}"#;
    let (push, json) = (id("push"), Some("application/json"));
    let none = HeaderMap::new();
    for key in [None, Some(""), Some("geraden")] {
        let refused = world.engine.receive(&push, &none, key, json, body).await;
        assert!(matches!(refused, Err(EngineError::Forbidden(_))), "{refused:?}");
    }
    let key = Some("een-lang-geheim-in-het-adres");
    assert_eq!(world.engine.receive(&push, &none, key, json, body).await.unwrap(), 1);
    assert_eq!(
        world.engine.receive(&push, &none, key, json, body).await.unwrap(),
        0,
        "the same delivery again"
    );
    world.settle().await.unwrap();
    assert_eq!(world.inbox().await.unwrap().total, 1);
}

/// A world to which a platform pushes that signs with an HMAC of the body.
fn signed_by_the_platform(kind: &str, keys: &str, credential: &str) -> World {
    let mut setup = chain();
    let mut pushed = source("push", kind, keys);
    pushed.signing = vec![Secret::new(credential)];
    setup.sources.push(pushed);
    World::with(setup).unwrap()
}

const OF_META: &str = "app_secret=een-geheim-van-de-app\nverify_token=afgesproken-woord";
const OF_FACEBOOK: &str = r#"{"object":"page","entry":[{"id":"1001","time":1795420800,"changes":[
    {"field":"feed","value":{"item":"comment","verb":"add","comment_id":"1001_9001","post_id":"1001_77","parent_id":"1001_77",
     "from":{"id":"5550","name":"Jan"},"message":"Al drie weken wacht ik op mijn bank en niemand belt terug","created_time":1795420700}},
    {"field":"ratings","value":{}}]}]}"#;
const OF_INSTAGRAM: &str = r#"{"object":"instagram","entry":[{"id":"178414","time":1795420800,"changes":[
    {"field":"comments","value":{"id":"18100","text":"Al drie weken wacht ik op mijn kast en niemand belt terug",
     "from":{"id":"99","username":"jan"},"media":{"id":"18002"}}}]}]}"#;
const OF_A_FORUM: &str = r#"{"post":{"id":4711,"username":"jan","created_at":"2026-11-23T08:00:00Z","post_number":2,"topic_id":99,
    "topic_slug":"bank","cooked":"<p>Al drie weken wacht ik op mijn bank en niemand belt terug</p>","version":1}}"#;

#[tokio::test]
async fn a_push_of_a_platform_is_taken_when_its_own_signature_holds_and_else_refused() {
    let base = "base = 'https://forum.example'";
    for (kind, keys, credential, key, header, body) in [
        ("facebook-webhook", "", OF_META, "een-geheim-van-de-app", "x-hub-signature-256", OF_FACEBOOK),
        ("instagram-webhook", "", OF_META, "een-geheim-van-de-app", "x-hub-signature-256", OF_INSTAGRAM),
        ("discourse-webhook", base, "geheim", "geheim", "x-discourse-event-signature", OF_A_FORUM),
    ] {
        let world = signed_by_the_platform(kind, keys, credential);
        let (push, json) = (id("push"), Some("application/json"));
        let signed = |key: &str, body: &str| {
            let value = sign_hex(&Secret::new(key), body.as_bytes()).unwrap();
            HeaderMap::from_iter([(header.parse::<http::HeaderName>().unwrap(), value.parse().unwrap())])
        };
        let wrong =
            [HeaderMap::new(), signed("geraden", body), signed(key, "iets anders"), signed(credential, "")];
        for headers in wrong {
            let refused = world.engine.receive(&push, &headers, Some(key), json, body.as_bytes()).await;
            assert!(matches!(refused, Err(EngineError::Forbidden(_))), "{kind}: {refused:?}");
        }
        let headers = signed(key, body);
        for news in [1, 0] {
            let taken = world.engine.receive(&push, &headers, None, json, body.as_bytes()).await;
            assert_eq!(taken.unwrap(), news, "{kind}");
        }
        world.settle().await.unwrap();
        assert_eq!(world.inbox().await.unwrap().total, 1, "{kind}");
        let row = world.engine.sources(&admin()).unwrap().into_iter().find(|row| row.id == push).unwrap();
        // What was left out of a push is said.
        assert_eq!(row.warnings.len(), usize::from(kind == "facebook-webhook"), "{:?}", row.warnings);
    }
}

#[tokio::test]
async fn the_address_of_a_push_is_confirmed_to_whoever_knows_the_agreed_word() {
    let world = signed_by_the_platform("facebook-webhook", "", OF_META);
    let confirm =
        |mode: &str, token: &str, challenge: &str| world.engine.confirm(&id("push"), mode, token, challenge);
    assert_eq!(confirm("subscribe", "afgesproken-woord", "1158201444").unwrap(), "1158201444");
    for (mode, token) in [
        ("subscribe", "geraden"),
        ("subscribe", ""),
        ("unsubscribe", "afgesproken-woord"),
        ("subscribe", OF_META),
    ] {
        assert!(matches!(confirm(mode, token, "1"), Err(EngineError::Forbidden(_))), "{mode} {token}");
    }
    let script = confirm("subscribe", "afgesproken-woord", "<script>alert(1)</script>");
    assert!(matches!(script, Err(EngineError::BadInput(_))), "{script:?}");
    // Without an agreed word nobody is told anything; and a source that is not checked so is not there.
    let without = signed_by_the_platform("facebook-webhook", "", "een-geheim-van-de-app");
    let guessed = without.engine.confirm(&id("push"), "subscribe", "een-geheim-van-de-app", "1");
    assert!(matches!(guessed, Err(EngineError::Forbidden(_))), "{guessed:?}");
    let polled = without.engine.confirm(&id("form"), "subscribe", "x", "1");
    assert!(matches!(polled, Err(EngineError::NotPushed(_))), "{polled:?}");
}
