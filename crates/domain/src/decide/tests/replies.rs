use crate::case::{Case, ReplyState};
use crate::context::Context;
use crate::decide::{Decision, News, Refused, ReplyCommand, add_mention, merge, reply, reply_news};
use crate::effect::EffectKind;
use crate::event::{Actor, What};
use crate::group::Because;
use crate::ids::{CaseId, OutletId, ReplyId};
use crate::mention::Mention;
use crate::policy::{Approval, Policy};
use crate::testing::{LOCATIONS, agent, complaint, cx, mention, opened, policy, t, thanks, user};
use crate::user::Role;

const TEXT: &str = "Wat vervelend, we bellen je vandaag voor 17 uur. ^BO";

fn outlet() -> OutletId {
    OutletId::parse("reply.town").unwrap()
}

fn offer(text: &str) -> ReplyCommand {
    ReplyCommand::Offer {
        instead: None,
        to: None,
        text: text.to_owned(),
        outlet: Some(outlet()),
        ticked: Vec::new(),
    }
}

fn case() -> Case {
    opened("2026-06-02 10:00", "2026-06-02 10:01").case
}

fn act(case: &Case, what: &ReplyCommand, now: &str) -> Result<Decision, Refused> {
    reply(case, what, &agent(), Role::Agent, &cx(now))
}

fn sent() -> News {
    News::Sent { id: Some("ours-1".into()), url: Some("https://town.example/ours-1".into()) }
}

fn ours(id: &str, published: &str, text: &str) -> Mention {
    Mention { text: text.to_owned(), ..mention(id, "us", published) }
}

fn replied(decision: &Decision) -> usize {
    decision.events.iter().filter(|e| matches!(e.what, What::Replied { .. })).count()
}

#[test]
fn a_reply_counts_as_our_answer_when_it_stands_there_and_not_before() {
    let offered = act(&case(), &offer(TEXT), "2026-06-02 10:30").unwrap();
    assert_eq!(offered.effects.len(), 1);
    assert_eq!(offered.effects[0].key.as_str(), "case-1:reply-1-1:reply.town");
    assert!(matches!(offered.effects[0].kind, EffectKind::Reply { reply: ReplyId(1), .. }));
    assert!(offered.case.owes_answer() && replied(&offered) == 0);
    let key = offered.effects[0].key.clone();
    let there = reply_news(&offered.case, &key, &sent(), &outlet(), &cx("2026-06-02 10:31"));
    assert!(!there.case.owes_answer());
    assert_eq!((replied(&there), there.case.tries, there.case.unseen_replies), (1, 1, 1));
    let again = reply_news(&there.case, &key, &sent(), &outlet(), &cx("2026-06-02 10:32"));
    assert!(again.is_empty(), "what is known is no news");
}

#[test]
fn our_own_post_that_a_poll_finds_is_no_second_answer() {
    let offered = act(&case(), &offer(TEXT), "2026-06-02 10:30").unwrap();
    let key = offered.effects[0].key.clone();
    let there = reply_news(&offered.case, &key, &sent(), &outlet(), &cx("2026-06-02 10:31")).case;
    let post = ours("ours-1", "2026-06-02 10:31", "@anna de tekst is door het platform veranderd");
    let found = add_mention(
        &there,
        &post,
        &thanks(),
        crate::case::Voice::Us,
        Because::Thread,
        &cx("2026-06-02 10:40"),
    );
    assert_eq!((found.case.tries, found.case.unseen_replies), (1, 0));
    assert_eq!(found.case.replies[0].mention.as_ref(), Some(&post.id));
}

#[test]
fn a_reply_whose_answer_got_lost_is_known_when_a_poll_finds_it() {
    let offered = act(&case(), &offer(TEXT), "2026-06-02 10:30").unwrap();
    let key = offered.effects[0].key.clone();
    let post =
        ours("ours-9", "2026-06-02 10:31", "@anna Wat vervelend, we bellen je vandaag voor 17 uur. ^BO");
    let found = add_mention(
        &offered.case,
        &post,
        &thanks(),
        crate::case::Voice::Us,
        Because::Thread,
        &cx("2026-06-02 10:40"),
    );
    assert_eq!((found.case.tries, found.case.unseen_replies, found.case.owes_answer()), (1, 0, false));
    assert!(matches!(&found.case.replies[0].state, ReplyState::Sent { id: Some(id), .. } if id == "ours-9"));
    let late = reply_news(&found.case, &key, &sent(), &outlet(), &cx("2026-06-02 10:45"));
    assert!(late.is_empty(), "the channel tells it later: it is known");
}

#[test]
fn whoever_presses_twice_sends_once() {
    let offered = act(&case(), &offer(TEXT), "2026-06-02 10:30").unwrap();
    let twice = act(&offered.case, &offer(TEXT), "2026-06-02 10:30").unwrap();
    assert!(twice.is_empty() && twice.case.replies.len() == 1);
    let other = act(&offered.case, &offer("Nog iets anders, dank je wel."), "2026-06-02 10:31").unwrap();
    assert_eq!(other.case.replies.len(), 2);
}

fn careful(lead: bool) -> Policy {
    let mut rules = policy();
    rules.replies.approvals.push(Approval { roles: vec![Role::Agent], lead, ..Approval::default() });
    rules
}

fn under<'a>(rules: &'a Policy, now: &str) -> Context<'a> {
    Context { policy: rules, locations: &LOCATIONS, now: t(now) }
}

#[test]
fn a_second_person_approves_and_never_the_author() {
    let rules = careful(false);
    let at = under(&rules, "2026-06-02 10:30");
    let waits = reply(&case(), &offer(TEXT), &agent(), Role::Agent, &at).unwrap();
    assert!(waits.effects.is_empty() && matches!(waits.case.replies[0].state, ReplyState::Awaiting { .. }));
    let yes = ReplyCommand::Approve { reply: ReplyId(1) };
    assert_eq!(reply(&waits.case, &yes, &agent(), Role::Agent, &at).unwrap_err(), Refused::OwnApproval);
    let other = Actor::User(user("cas"));
    let approved = reply(&waits.case, &yes, &other, Role::Agent, &at).unwrap();
    assert_eq!(approved.effects.len(), 1);
    assert_eq!(approved.case.replies[0].approved_by, Some(user("cas")));
    assert_eq!(reply(&approved.case, &yes, &other, Role::Agent, &at).unwrap_err(), Refused::ReplyPast);
    // The author's answer, whoever approved it.
    let key = approved.effects[0].key.clone();
    let there = reply_news(&approved.case, &key, &sent(), &outlet(), &under(&rules, "2026-06-02 10:40"));
    let by = there.events.iter().find(|e| matches!(e.what, What::Replied { .. })).map(|e| e.by.clone());
    assert_eq!(by, Some(agent()));
}

#[test]
fn a_lead_approves_where_the_rule_says_so_and_a_rejected_reply_is_offered_anew() {
    let rules = careful(true);
    let at = under(&rules, "2026-06-02 10:30");
    let waits = reply(&case(), &offer(TEXT), &agent(), Role::Agent, &at).unwrap().case;
    let other = Actor::User(user("cas"));
    let yes = ReplyCommand::Approve { reply: ReplyId(1) };
    assert_eq!(reply(&waits, &yes, &other, Role::Agent, &at).unwrap_err(), Refused::LeadApproves);
    let no = |reason: &str| ReplyCommand::Reject { reply: ReplyId(1), reason: reason.to_owned() };
    assert!(reply(&waits, &no(" "), &other, Role::Lead, &at).is_err(), "a no has a reason");
    let rejected = reply(&waits, &no("noem de datum"), &other, Role::Lead, &at).unwrap().case;
    let mut better = offer("We bellen je dinsdag 9 juni. ^BO");
    if let ReplyCommand::Offer { instead, .. } = &mut better {
        *instead = Some(ReplyId(1));
    }
    let again = reply(&rejected, &better, &agent(), Role::Agent, &at).unwrap().case;
    assert_eq!(again.replies.len(), 1);
    assert!(matches!(again.replies[0].state, ReplyState::Awaiting { .. }));
    // What a lead writes needs nobody here.
    let own = reply(&case(), &offer(TEXT), &other, Role::Lead, &at).unwrap();
    assert_eq!(own.effects.len(), 1);
}

#[test]
fn a_refused_reply_owes_the_answer_still_and_goes_on_by_hand_or_again() {
    let offered = act(&case(), &offer(TEXT), "2026-06-02 10:30").unwrap();
    let key = offered.effects[0].key.clone();
    let no = News::Refused { why: "the post is gone".into() };
    let refused = reply_news(&offered.case, &key, &no, &outlet(), &cx("2026-06-02 10:31")).case;
    assert!(refused.owes_answer() && refused.tries == 0);
    let again = act(&refused, &ReplyCommand::Again { reply: ReplyId(1) }, "2026-06-02 10:40").unwrap();
    assert_eq!(again.effects[0].key.as_str(), "case-1:reply-1-2:reply.town", "a new row in the outbox");
    let by_hand = act(&refused, &ReplyCommand::TakeOver { reply: ReplyId(1) }, "2026-06-02 10:40").unwrap();
    assert!(by_hand.effects.is_empty() && by_hand.case.owes_answer());
    let url = Some("javascript:alert(1)".to_owned());
    let yes = ReplyCommand::Confirm { reply: ReplyId(1), url };
    let confirmed = act(&by_hand.case, &yes, "2026-06-02 10:45").unwrap();
    assert!(!confirmed.case.owes_answer() && confirmed.case.tries == 1);
    assert!(matches!(confirmed.case.replies[0].state, ReplyState::Sent { url: None, .. }));
    assert_eq!(act(&confirmed.case, &yes, "2026-06-02 10:46").unwrap_err(), Refused::ReplyPast);
}

#[test]
fn a_reply_on_its_way_is_found_again_after_a_merge() {
    let offered = act(&case(), &offer(TEXT), "2026-06-02 10:30").unwrap();
    let key = offered.effects[0].key.clone();
    let other = crate::decide::open(
        CaseId(2),
        &mention("m2", "anna2", "2026-06-02 10:10"),
        &complaint(1, "delivery.late"),
        &[],
        &cx("2026-06-02 10:31"),
    )
    .case;
    let (kept, gone) = merge(&other, &offered.case, &agent(), &cx("2026-06-02 10:32")).unwrap();
    assert!(gone.case.replies.is_empty());
    assert!(act(&gone.case, &offer("x"), "2026-06-02 10:33").is_err());
    let there = reply_news(&kept.case, &key, &sent(), &outlet(), &cx("2026-06-02 10:34"));
    assert!(!there.case.owes_answer());
}

#[test]
fn marketing_and_gehoor_itself_do_not_reply() {
    let at = cx("2026-06-02 10:30");
    assert!(reply(&case(), &offer(TEXT), &agent(), Role::Marketing, &at).is_err());
    assert!(reply(&case(), &offer(TEXT), &Actor::Gehoor, Role::Admin, &at).is_err());
}

#[test]
fn where_replies_go_through_gehoor_nobody_posts_one_by_hand_or_says_that_it_was() {
    let mut rules = policy();
    rules.replies.by_hand = false;
    let at = under(&rules, "2026-06-02 10:30");
    let mut by_hand = offer(TEXT);
    if let ReplyCommand::Offer { outlet, .. } = &mut by_hand {
        *outlet = None;
    }
    assert_eq!(reply(&case(), &by_hand, &agent(), Role::Agent, &at).unwrap_err(), Refused::NotByHand);
    let offered = reply(&case(), &offer(TEXT), &agent(), Role::Agent, &at).unwrap();
    let key = offered.effects[0].key.clone();
    let refused = reply_news(&offered.case, &key, &News::Refused { why: "gone".into() }, &outlet(), &at).case;
    for command in
        [ReplyCommand::TakeOver { reply: ReplyId(1) }, ReplyCommand::Confirm { reply: ReplyId(1), url: None }]
    {
        assert_eq!(reply(&refused, &command, &agent(), Role::Agent, &at).unwrap_err(), Refused::NotByHand);
    }
    // With a second person it is no way around him.
    let rules = careful(false);
    let at = under(&rules, "2026-06-02 10:30");
    let waits = reply(&case(), &by_hand, &agent(), Role::Agent, &at).unwrap().case;
    let posted = ReplyCommand::Confirm { reply: ReplyId(1), url: None };
    assert_eq!(reply(&waits, &posted, &agent(), Role::Agent, &at).unwrap_err(), Refused::ReplyPast);
    let alone = reply(&case(), &by_hand, &agent(), Role::Agent, &cx("2026-06-02 10:30")).unwrap().case;
    assert!(reply(&alone, &posted, &agent(), Role::Agent, &cx("2026-06-02 10:31")).is_ok());
}

#[test]
fn the_post_to_answer_is_never_one_that_is_answered_while_another_waits() {
    let says = |case: &Case, id: &str, at: &str, what: &crate::assessment::Assessment| {
        let post = mention(id, "anna", at);
        add_mention(case, &post, what, crate::case::Voice::Customer, Because::Thread, &cx(at)).case
    };
    let name = |case: &Case| case.to_answer().unwrap().as_str().to_owned();
    let first = case();
    let question = name(&first);
    let thanked = says(&first, "m2", "2026-06-02 10:10", &thanks());
    assert_eq!(name(&thanked), question, "of two that wait, the one that asks something");
    let sent = crate::testing::answered(&thanked, TEXT, "2026-06-02 10:30");
    assert_eq!(name(&sent), question, "all is answered: a second press means the same post");
    let later = says(&sent, "m3", "2026-06-02 10:40", &thanks());
    assert_eq!(later.mention(later.to_answer().unwrap()).unwrap().at, t("2026-06-02 10:40"));
    // Our answer that was posted elsewhere and found says the same.
    let post = ours("o1", "2026-06-02 10:50", "Graag gedaan, tot ziens in de winkel.");
    let found = |case: &Case| {
        add_mention(case, &post, &thanks(), crate::case::Voice::Us, Because::Thread, &cx("2026-06-02 11:00"))
            .case
    };
    let again = says(&found(&later), "m4", "2026-06-02 11:10", &thanks());
    assert_eq!(again.mention(again.to_answer().unwrap()).unwrap().at, t("2026-06-02 11:10"));
    // What was published before our answer and seen only after it was not answered by it.
    let mut late = mention("m5", "anna", "2026-06-02 10:25");
    late.seen = t("2026-06-02 10:45");
    let asked = complaint(1, "delivery.late");
    let unseen = add_mention(
        &sent,
        &late,
        &asked,
        crate::case::Voice::Customer,
        Because::Thread,
        &cx("2026-06-02 10:45"),
    )
    .case;
    assert_eq!(unseen.to_answer(), Some(&late.id));
}
