//! What others push: deliveries and states of tickets, believed only when somebody vouches for them.

use gehoor_domain::case::{QueueReason, TicketState};
use gehoor_domain::ids::CaseId;
use gehoor_domain::policy::QueueOutlet;
use gehoor_engine::EngineError;
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, chain, id, outlet, post, source};
use gehoor_wire::Secret;
use gehoor_wire::signature::sign_headers;
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
