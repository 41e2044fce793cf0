//! A public reply, from the form to the platform and back: down, lost answers, two presses, two people, a second person,
//! and our own post that a poll finds.

use std::sync::{Arc, Mutex};

use gehoor_domain::case::{Case, ReplyState};
use gehoor_domain::decide::{Command, ReplyCommand};
use gehoor_domain::ids::{CaseId, ReplyId};
use gehoor_domain::mention::Draft;
use gehoor_domain::policy::Approval;
use gehoor_domain::scope::Scope;
use gehoor_domain::user::Role;
use gehoor_engine::replies::NewReply;
use gehoor_engine::{EngineError, OutletSetup, ReplySetup, Setup};
use gehoor_testkit::build::{admin, chain, id, post, source, viewer};
use gehoor_testkit::{Answer, World};
use gehoor_wire::Secret;
use jiff::SignedDuration;
use serde_json::{Value, json};

const COMPLAINT: &str =
    "@bouwhoek ik wacht al zes weken op mijn bank in Zwolle en niemand belt terug. Schandalig.";
const TEXT: &str =
    "Beste {first_name}, wat vervelend. We zoeken het uit en laten het hier vrijdag 27 november weten.";
const KEYS: &str = "base = \"https://m.test\"\nmode = \"hashtag\"\ntag = \"bouwhoek\"";

fn setup() -> Setup {
    let mut setup = chain();
    let mut fedi = source("fedi", "mastodon", KEYS);
    fedi.credential = Some(Secret::new("token"));
    setup.sources.push(fedi);
    let channel = gehoor_outlets::reply::channel("mastodon").unwrap();
    let (keys, own) = (KEYS.parse().unwrap(), toml::Table::new());
    let plug = (channel.build)(&gehoor_outlets::reply::Settings { source: &keys, own: &own }).unwrap();
    setup.replies.push(ReplySetup {
        sources: vec![id("fedi")],
        login_of: Some(id("fedi")),
        outlet: OutletSetup {
            id: id("reply.fedi"),
            name: "Mastodon".into(),
            kind: &channel.kind,
            plug: plug.into(),
            credential: None,
            hook: None,
            watch_every: SignedDuration::from_mins(1),
            tell_end: None,
        },
    });
    setup
}

/// A server with one post of a customer, on which replies can be made.
#[derive(Clone, Default)]
struct Server {
    /// What was posted: the status, with its idempotency key.
    posted: Arc<Mutex<Vec<(Value, String)>>>,
    /// What the next posts meet.
    trouble: Arc<Mutex<Vec<&'static str>>>,
}

impl Server {
    fn on(world: &World) -> Self {
        let server = Self::default();
        let status = json!({
            "id": "1", "uri": "https://m.test/users/anna/statuses/1", "visibility": "unlisted",
            "account": {"acct": "anna"},
        });
        world.net.always("GET", "https://m.test/api/v1/statuses/1", 200, &status.to_string());
        let known = server.clone();
        world.net.on("GET", "https://m.test/api/v1/statuses/1/context", move |_| {
            let posted: Vec<Value> = known.posted.lock().unwrap().iter().map(|(s, _)| s.clone()).collect();
            Answer::Status(200, json!({"ancestors": [], "descendants": posted}).to_string())
        });
        let known = server.clone();
        world.net.on("POST", "https://m.test/api/v1/statuses", move |asked| {
            let trouble = known.trouble.lock().unwrap().pop();
            if trouble == Some("down") {
                return Answer::Down;
            }
            let body: Value = serde_json::from_str(&asked.body).unwrap();
            let key = asked.headers.iter().find(|(name, _)| name == "idempotency-key").unwrap().1.clone();
            let mut posted = known.posted.lock().unwrap();
            let number = 100 + posted.len();
            let made = json!({
                "id": number.to_string(),
                "uri": format!("https://m.test/users/bouwhoek/statuses/{number}"),
                "url": format!("https://m.test/@bouwhoek/{number}"),
                "in_reply_to_id": body["in_reply_to_id"],
                "visibility": body["visibility"],
                "content": format!("<p>{}</p>", body["status"].as_str().unwrap()),
            });
            posted.push((made.clone(), key));
            if trouble == Some("lost") { Answer::Lost } else { Answer::Status(200, made.to_string()) }
        });
        server
    }

    fn posted(&self) -> Vec<Value> {
        self.posted.lock().unwrap().iter().map(|(status, _)| status.clone()).collect()
    }

    fn next(&self, trouble: &[&'static str]) {
        self.trouble.lock().unwrap().extend(trouble.iter().rev());
    }
}

fn complaint(world: &World) -> Draft {
    Draft {
        external_id: "https://m.test/users/anna/statuses/1".into(),
        author_name: Some("Anna Bakker".into()),
        author_handle: Some("anna@m.test".into()),
        thread: Some("https://m.test/users/anna/statuses/1".into()),
        ..post("1", "anna", world.now(), COMPLAINT)
    }
}

async fn heard(setup: Setup) -> (World, Server) {
    let world = World::with(setup).unwrap();
    let server = Server::on(&world);
    world.engine.import(&id("fedi"), vec![complaint(&world)]).await.unwrap();
    world.settle().await.unwrap();
    (world, server)
}

fn new() -> NewReply {
    NewReply { text: TEXT.into(), ..NewReply::default() }
}

async fn case(world: &World) -> (Case, u64) {
    let page = world.engine.case_page(&admin(), CaseId(1)).await.unwrap();
    (page.row.case, page.version)
}

#[tokio::test]
async fn a_reply_is_posted_once_signed_and_counts_as_our_answer() {
    let (world, server) = heard(setup()).await;
    world
        .engine
        .execute(&admin(), CaseId(1), Command::Note { text: "GEHEIM: klant is boos".into() }, None)
        .await
        .unwrap();
    let before = case(&world).await;
    assert!(before.0.owes_answer());
    world.engine.offer_reply(&admin(), CaseId(1), new(), Some(before.1)).await.unwrap();
    // The same button once more, from the same page.
    world.engine.offer_reply(&admin(), CaseId(1), new(), Some(before.1)).await.unwrap();
    assert!(server.posted().is_empty(), "nothing is sent that is not in the outbox first");
    world.settle().await.unwrap();
    let posted = server.posted();
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0]["visibility"], "unlisted", "as visible as what it answers");
    let text = posted[0]["content"].as_str().unwrap();
    assert!(text.contains("@anna Beste Anna, wat vervelend."), "{text}");
    assert!(text.contains("^A") && !text.contains('{'), "{text}");
    let (after, _) = case(&world).await;
    assert!(!after.owes_answer() && after.tries == 1);
    assert!(
        matches!(&after.replies[0].state, ReplyState::Sent { url: Some(url), .. } if url.ends_with("/100"))
    );
    let said = world.net.asked().iter().map(|a| a.body.clone()).collect::<String>();
    assert!(!said.contains("GEHEIM"), "notes never leave");
}

#[tokio::test]
async fn a_platform_that_is_down_for_hours_loses_nothing_and_a_lost_answer_doubles_nothing() {
    let (world, server) = heard(setup()).await;
    server.next(&["down", "down", "down", "lost"]);
    world.engine.offer_reply(&admin(), CaseId(1), new(), None).await.unwrap();
    world.settle().await.unwrap();
    let (waiting, _) = case(&world).await;
    assert!(waiting.owes_answer(), "what is not there is no answer");
    let desk = world.engine.reply_desk(&admin(), CaseId(1)).unwrap();
    assert!(desk.waits[0].1.contains("connection refused"), "{:?}", desk.waits);
    world.pass(SignedDuration::from_hours(3)).await.unwrap();
    assert_eq!(server.posted().len(), 1, "the one whose answer got lost was found there");
    let (after, _) = case(&world).await;
    assert!(matches!(after.replies[0].state, ReplyState::Sent { .. }));
    assert_eq!((after.tries, after.owes_answer()), (1, false));
}

#[tokio::test]
async fn of_two_people_at_once_one_sends_and_the_other_is_told() {
    let (world, server) = heard(setup()).await;
    let (_, version) = case(&world).await;
    let eva = viewer("eva", Role::Agent, Scope::All);
    world.engine.offer_reply(&admin(), CaseId(1), new(), Some(version)).await.unwrap();
    let other = NewReply { text: "Vervelend, stuur ons even een bericht.".into(), ..NewReply::default() };
    let late = world.engine.offer_reply(&eva, CaseId(1), other, Some(version)).await;
    assert!(matches!(late, Err(EngineError::Conflict(_))), "{late:?}");
    world.settle().await.unwrap();
    assert_eq!(server.posted().len(), 1);
}

#[tokio::test]
async fn a_reply_that_needs_a_second_person_waits_for_one() {
    let mut careful = setup();
    careful.policy.replies.approvals.push(Approval { roles: vec![Role::Agent], ..Approval::default() });
    let (world, server) = heard(careful).await;
    let eva = viewer("eva", Role::Agent, Scope::All);
    let reply = world.engine.offer_reply(&eva, CaseId(1), new(), None).await.unwrap();
    world.pass(SignedDuration::from_mins(10)).await.unwrap();
    assert!(server.posted().is_empty());
    let yes = ReplyCommand::Approve { reply };
    assert!(world.engine.reply_act(&eva, CaseId(1), &yes, None).await.is_err(), "not the author");
    world.engine.reply_act(&admin(), CaseId(1), &yes, None).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(server.posted().len(), 1);
    assert!(server.posted()[0]["content"].as_str().unwrap().contains("^E"), "signed by who wrote it");
}

#[tokio::test]
async fn our_own_post_that_a_poll_finds_is_the_reply_and_no_second_answer() {
    let (world, server) = heard(setup()).await;
    server.next(&["lost"]);
    world.engine.offer_reply(&admin(), CaseId(1), new(), None).await.unwrap();
    world.settle().await.unwrap();
    let made = server.posted()[0].clone();
    let ours = Draft {
        external_id: made["uri"].as_str().unwrap().into(),
        permalink: made["url"].as_str().map(str::to_owned),
        author_handle: Some("bouwhoek".into()),
        thread: Some("https://m.test/users/anna/statuses/1".into()),
        in_reply_to: Some("https://m.test/users/anna/statuses/1".into()),
        own: true,
        ..post(
            "x",
            "bouwhoek",
            world.now(),
            "@anna Beste Anna, wat vervelend. We zoeken het uit en laten het hier vrijdag 27 november weten. ^A",
        )
    };
    world.engine.import(&id("fedi"), vec![ours]).await.unwrap();
    world.settle().await.unwrap();
    let (found, _) = case(&world).await;
    assert_eq!((found.tries, found.unseen_replies, found.owes_answer()), (1, 0, false));
    assert!(found.replies[0].mention.is_some());
    world.pass(SignedDuration::from_hours(1)).await.unwrap();
    let (after, _) = case(&world).await;
    assert_eq!((server.posted().len(), after.tries), (1, 1));
}

#[tokio::test]
async fn a_post_that_is_gone_is_refused_with_a_reason_and_the_answer_stays_owed() {
    let (world, _) = heard(setup()).await;
    world.net.always("GET", "https://m.test/api/v1/statuses/1", 404, r#"{"error":"Record not found"}"#);
    world.engine.offer_reply(&admin(), CaseId(1), new(), None).await.unwrap();
    world.settle().await.unwrap();
    let (refused, _) = case(&world).await;
    assert!(
        matches!(&refused.replies[0].state, ReplyState::Refused { why, .. } if why.contains("not there any more"))
    );
    assert!(refused.owes_answer());
}

#[tokio::test]
async fn where_gehoor_cannot_post_somebody_does_and_confirms_it() {
    let (world, server) = heard(setup()).await;
    world
        .hear(vec![post(
            "9",
            "bert",
            world.now(),
            "@bouwhoek de kraan uit Gouda lekt na een dag, waardeloos",
        )])
        .await
        .unwrap();
    let by_hand = CaseId(2);
    let reply = world.engine.offer_reply(&admin(), by_hand, new(), None).await.unwrap();
    world.settle().await.unwrap();
    let page = world.engine.case_page(&admin(), by_hand).await.unwrap();
    assert!(
        matches!(page.row.case.replies[0].state, ReplyState::ByHand { .. }) && page.row.case.owes_answer()
    );
    let url = Some("https://social.test/ours".to_owned());
    world.engine.reply_act(&admin(), by_hand, &ReplyCommand::Confirm { reply, url }, None).await.unwrap();
    let page = world.engine.case_page(&admin(), by_hand).await.unwrap();
    assert!(!page.row.case.owes_answer());
    assert_eq!((reply, server.posted().len()), (ReplyId(1), 0));
}

#[tokio::test]
async fn a_new_reply_does_not_get_past_its_check_as_a_step_of_another() {
    let (world, server) = heard(setup()).await;
    let phone = "Bel ons op 06-12345678.";
    let blocked = NewReply { text: phone.into(), ..NewReply::default() };
    let held = world.engine.offer_reply(&admin(), CaseId(1), blocked, None).await;
    assert!(matches!(held, Err(EngineError::Refused(_))), "{held:?}");
    let claimed = world.engine.claim_reply(&admin(), CaseId(1), None, phone, Vec::new(), None).await;
    assert!(matches!(claimed, Err(EngineError::Refused(_))), "{claimed:?}");
    for outlet in [None, Some(id("reply.fedi"))] {
        let offer =
            ReplyCommand::Offer { instead: None, to: None, text: phone.into(), outlet, ticked: Vec::new() };
        let step = world.engine.reply_act(&admin(), CaseId(1), &offer, None).await;
        assert!(matches!(step, Err(EngineError::BadInput(_))), "{step:?}");
    }
    world.settle().await.unwrap();
    assert!(case(&world).await.0.replies.is_empty() && server.posted().is_empty());
}

#[tokio::test]
async fn a_draft_is_kept_for_who_writes_it_and_changes_nobodys_page() {
    let (world, _) = heard(setup()).await;
    let (_, before) = case(&world).await;
    let eva = viewer("eva", Role::Agent, Scope::All);
    world.engine.keep_draft(&eva, CaseId(1), None, "Beste {first_name}").await.unwrap();
    assert_eq!(case(&world).await.1, before);
    let desk = world.engine.reply_desk(&eva, CaseId(1)).unwrap();
    assert_eq!(desk.draft.unwrap().text, "Beste {first_name}");
    assert!(world.engine.reply_desk(&admin(), CaseId(1)).unwrap().draft.is_none());
    world.engine.offer_reply(&eva, CaseId(1), new(), None).await.unwrap();
    assert!(world.engine.reply_desk(&eva, CaseId(1)).unwrap().draft.is_none());
}
