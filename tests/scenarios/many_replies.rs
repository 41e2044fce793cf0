//! One reply to many cases: a first line each, the same check, approval and outbox as a reply to one, and never twice.

use gehoor_domain::case::{Reply, ReplyState};
use gehoor_domain::ids::CaseId;
use gehoor_domain::mention::PlaceHint;
use gehoor_domain::policy::Approval;
use gehoor_domain::scope::Scope;
use gehoor_domain::user::Role;
use gehoor_engine::many_replies::{OneReply, ReplyToMany};
use gehoor_engine::views::Viewer;
use gehoor_engine::waiting_replies::{RepliesQuery, WhichReplies};
use gehoor_engine::{EngineError, Setup};
use gehoor_testkit::World;
use gehoor_testkit::build::{chain, franchisee, post, viewer};
use jiff::SignedDuration;

const BODY: &str = "Door een storing bij de vervoerder zijn bestellingen blijven liggen. Excuses daarvoor.";

/// Four customers of two shops, each with a case; the last writes English.
async fn four(setup: Setup) -> World {
    let world = World::with(setup).unwrap();
    let mut drafts = Vec::new();
    for (n, (shop, text)) in [
        ("zwolle", "@bouwhoek ik wacht al zes weken op mijn bank en niemand belt terug. Schandalig."),
        ("gouda", "@bouwhoek bestelling weer te laat, dit is de derde keer. Waardeloos."),
        ("gouda", "@bouwhoek mijn kast is na drie weken nog niet geleverd, slechte service."),
        ("gouda", "@bouwhoek my order is three weeks late and nobody answers the phone. Terrible service."),
    ]
    .into_iter()
    .enumerate()
    {
        // Oldest first, so that the numbers of the cases are known.
        let at = world.now() - SignedDuration::from_mins(10 - i64::try_from(n).unwrap());
        let mut draft = post(&n.to_string(), &format!("klant{n}"), at, text);
        draft.author_name = Some(["Anna Bakker", "Bert", "klant_1987", "John Smith"][n].to_owned());
        draft.place = Some(PlaceHint { id: Some(format!("test:{shop}")), name: None });
        drafts.push(draft);
    }
    world.hear(drafts).await.unwrap();
    world
}

fn eva() -> Viewer {
    viewer("eva", Role::Agent, Scope::All)
}

fn all() -> Vec<CaseId> {
    (1..=4).map(CaseId).collect()
}

/// As the page proposes it, with everything ticked that the check warns of.
fn proposed(world: &World, viewer: &Viewer) -> ReplyToMany {
    let lines = world.engine.propose_lines(viewer, &all()).unwrap();
    let one = |p: gehoor_engine::many_replies::ProposedLine| OneReply {
        case: p.case,
        first_line: p.first_line,
        ticked: Vec::new(),
        version: Some(p.version),
    };
    let mut many =
        ReplyToMany { body: BODY.into(), cases: lines.into_iter().map(one).collect(), by_hand: false };
    let found = world.engine.check_many(viewer, &many).unwrap();
    for (one, found) in many.cases.iter_mut().zip(found) {
        assert!(found.findings.iter().all(|f| !f.blocks), "{:?}", found.findings);
        one.ticked = found.findings.iter().map(|f| f.kind.to_owned()).collect();
    }
    many
}

async fn replies(world: &World, id: u64) -> Vec<Reply> {
    world.engine.case_page(&gehoor_testkit::build::admin(), CaseId(id)).await.unwrap().row.case.replies
}

#[tokio::test]
async fn each_customer_is_greeted_by_name_in_the_language_of_the_case() {
    let world = four(chain()).await;
    let lines = world.engine.propose_lines(&eva(), &all()).unwrap();
    let lines: Vec<&str> = lines.iter().map(|l| l.first_line.as_str()).collect();
    assert_eq!(lines, ["Beste Anna,", "Beste Bert,", "Beste klant_1987,", "Dear John,"]);
    let own = world.engine.propose_lines(&franchisee(&["zwolle"]), &all()).unwrap();
    assert_eq!(own.iter().map(|l| l.case).collect::<Vec<_>>(), [CaseId(1)], "only of the own shop");
}

#[tokio::test]
async fn an_opening_that_the_replies_of_one_go_share_is_shown_before_they_are_sent() {
    let world = four(chain()).await;
    let mut many = proposed(&world, &eva());
    let found = world.engine.check_many(&eva(), &many).unwrap();
    for one in &found {
        let robot = one.findings.iter().find(|f| f.kind == "robot").unwrap();
        assert_eq!((robot.count, robot.words.as_str()), (3, "door een storing bij de vervoerder"));
    }
    many.cases.iter_mut().for_each(|one| one.ticked.retain(|t| t != "robot"));
    let sent = world.engine.reply_to_many(&eva(), &many).await.unwrap();
    assert!(sent.iter().all(|one| one.refused.as_ref().is_some_and(|why| why.contains("the check warns"))));
    assert!(replies(&world, 1).await.is_empty());
}

#[tokio::test]
async fn one_that_is_refused_stops_no_other_and_keeps_its_text() {
    let world = four(chain()).await;
    let mut many = proposed(&world, &eva());
    // A promise without a date, which nobody ticked.
    many.cases[1].first_line = "Beste Bert, we bellen je terug.".into();
    many.cases[2].first_line = "  ".into();
    many.cases.push(OneReply {
        case: CaseId(99),
        first_line: "Beste,".into(),
        ticked: Vec::new(),
        version: None,
    });
    let sent = world.engine.reply_to_many(&eva(), &many).await.unwrap();
    let refused: Vec<Option<&str>> = sent.iter().map(|one| one.refused.as_deref()).collect();
    assert!(refused[0].is_none() && refused[3].is_none(), "{refused:?}");
    assert!(refused[1].unwrap().contains("the check warns"), "{refused:?}");
    assert!(refused[2].unwrap().contains("the first line is empty"), "{refused:?}");
    assert!(refused[4].unwrap().contains("not there"), "{refused:?}");
    let there = replies(&world, 1).await;
    assert_eq!(there[0].text, format!("Beste Anna,\n{BODY} ^E"));
    assert!(matches!(there[0].state, ReplyState::ByHand { .. }), "no channel posts it here");
    let kept = world.engine.reply_desk(&eva(), CaseId(2)).unwrap().draft.unwrap();
    assert_eq!(kept.text, format!("Beste Bert, we bellen je terug.\n{BODY}"));
    assert!(replies(&world, 2).await.is_empty());
}

#[tokio::test]
async fn two_presses_at_once_and_one_later_send_each_reply_once() {
    let world = four(chain()).await;
    let many = proposed(&world, &eva());
    let eva = eva();
    let (a, b) =
        tokio::join!(world.engine.reply_to_many(&eva, &many), world.engine.reply_to_many(&eva, &many));
    let later = world.engine.reply_to_many(&eva, &many).await.unwrap();
    for go in [a.unwrap(), b.unwrap(), later] {
        assert!(go.iter().all(|one| one.refused.is_none() && one.reply.is_some()), "{go:?}");
    }
    for id in 1..=4 {
        assert_eq!(replies(&world, id).await.len(), 1, "case {id}");
    }
}

#[tokio::test]
async fn a_case_that_a_colleague_answered_meanwhile_is_told_and_the_others_go() {
    let world = four(chain()).await;
    let many = proposed(&world, &eva());
    let kim = viewer("kim", Role::Agent, Scope::All);
    let note = gehoor_domain::decide::Command::Note { text: "ik bel haar".into() };
    world.engine.execute(&kim, CaseId(3), note, None).await.unwrap();
    let sent = world.engine.reply_to_many(&eva(), &many).await.unwrap();
    let refused: Vec<CaseId> = sent.iter().filter(|one| one.refused.is_some()).map(|one| one.id).collect();
    assert_eq!(refused, [CaseId(3)]);
}

#[tokio::test]
async fn where_a_second_person_has_to_agree_each_of_them_waits_and_is_listed() {
    let mut careful = chain();
    careful.policy.replies.approvals.push(Approval { roles: vec![Role::Agent], ..Approval::default() });
    let world = four(careful).await;
    let many = proposed(&world, &eva());
    world.engine.reply_to_many(&eva(), &many).await.unwrap();
    let query = RepliesQuery { which: WhichReplies::Awaiting, limit: 10, ..RepliesQuery::default() };
    let list = world.engine.waiting_replies(&eva(), &query).unwrap();
    assert_eq!((list.rows.len(), list.counts), (4, [4, 0, 0, 0, 0]));
    assert_eq!(list.rows[0].author, "Anna Bakker");
    let own = world.engine.waiting_replies(&franchisee(&["zwolle"]), &query).unwrap();
    assert_eq!(own.rows.iter().map(|r| r.case).collect::<Vec<_>>(), [CaseId(1)]);
    let mine = RepliesQuery { mine: true, ..query };
    let kim = viewer("kim", Role::Agent, Scope::All);
    assert!(world.engine.waiting_replies(&kim, &mine).unwrap().rows.is_empty());
}

#[tokio::test]
async fn who_does_not_work_on_cases_answers_none() {
    let world = four(chain()).await;
    let many = proposed(&world, &eva());
    let mara = viewer("mara", Role::Marketing, Scope::All);
    assert!(matches!(world.engine.reply_to_many(&mara, &many).await, Err(EngineError::Forbidden(_))));
    let endless = ReplyToMany {
        cases: (1..=51).map(|n| OneReply { case: CaseId(n), ..many.cases[0].clone() }).collect(),
        ..many
    };
    assert!(matches!(world.engine.reply_to_many(&eva(), &endless).await, Err(EngineError::Refused(_))));
    assert!(replies(&world, 1).await.is_empty(), "too many: none of them");
}
