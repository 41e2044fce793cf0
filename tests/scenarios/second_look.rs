//! A stronger model looks again, and a new model judges what is older: the rank moves, and a line says why.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use gehoor_classify::{BuiltIn, Classifier, ClassifyError, Doc};
use gehoor_domain::assessment::{Assessment, Intent, Judged, Severity};
use gehoor_domain::decide::Command;
use gehoor_domain::event::What;
use gehoor_domain::ids::CaseId;
use gehoor_engine::views::TimelineItem;
use gehoor_store::{MemoryStore, Store};
use gehoor_testkit::build::{admin, chain, post};
use gehoor_testkit::{FakeClock, World};
use jiff::SignedDuration;

/// A model that thinks as the built-in one, but knows what is grave and what is nothing.
struct Model {
    name: &'static str,
    quick: BuiltIn,
    broken: AtomicBool,
    asked: AtomicUsize,
}

impl Model {
    fn named(name: &'static str) -> Arc<Self> {
        let (broken, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
        Arc::new(Self { name, quick: BuiltIn::load().unwrap(), broken, asked })
    }
}

#[async_trait]
impl Classifier for Model {
    fn id(&self) -> &str {
        self.name
    }

    async fn classify(&self, docs: &[Doc<'_>]) -> Result<Vec<Assessment>, ClassifyError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(ClassifyError::Batch { size: docs.len(), why: "out of order".into() });
        }
        self.asked.fetch_add(docs.len(), Ordering::SeqCst);
        let mut judged = self.quick.classify(docs).await?;
        for (doc, assessment) in docs.iter().zip(&mut judged) {
            self.name.clone_into(&mut assessment.model);
            let says = |word: &str| doc.text.contains(word);
            if says("vlammetje") {
                sets(assessment, Intent::Complaint, 3);
            }
            if says("kussens") {
                sets(assessment, Intent::Remark, 0);
            }
        }
        Ok(judged)
    }
}

fn sets(assessment: &mut Assessment, intent: Intent, severity: u8) {
    let one_of = |all: usize, at: usize| (0..all).map(|n| if n == at { 1.0 } else { 0.0 }).collect();
    let at = Intent::ALL.iter().position(|known| *known == intent).unwrap();
    (assessment.intent, assessment.intent_p) =
        (Judged { label: intent, p: 0.99 }, one_of(Intent::ALL.len(), at));
    let label = Severity::new(severity).unwrap();
    (assessment.severity, assessment.severity_p) =
        (Judged { label, p: 0.99 }, one_of(4, usize::from(severity)));
}

/// What no quick model understands: danger without a word of danger.
const FLAME: &str = "nieuwe haard, vlammetje blijft maar staan als hij uit is hoor";

fn world_of(
    store: &Arc<dyn Store>,
    at: &str,
    quick: Arc<dyn Classifier>,
    stronger: Option<Arc<Model>>,
) -> World {
    let clock = Arc::new(FakeClock::at(at));
    let stronger = stronger.map(|model| model as Arc<dyn Classifier>);
    World::judged_by(chain(), Arc::clone(store), clock, quick, stronger).unwrap()
}

fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

async fn look(world: &World) {
    while world.engine.second_look_some().await.unwrap() {}
    world.settle().await.unwrap();
}

async fn reassess(world: &World) {
    while world.engine.reassess_some().await.unwrap() {}
    world.settle().await.unwrap();
}

async fn only_case(world: &World) -> CaseId {
    let inbox = world.inbox().await.unwrap();
    assert_eq!(inbox.total, 1, "{:?}", inbox.rows);
    inbox.rows[0].case.id
}

/// The lines of a case that say that it was judged again: because of what, by which model, and how the rank moved.
async fn judged_again(world: &World, case: CaseId) -> Vec<(String, String, bool)> {
    let page = world.engine.case_page(&admin(), case).await.unwrap();
    let lines = page.timeline.iter().filter_map(|item| match item {
        TimelineItem::Event { event, .. } => match &event.what {
            What::Reassessed { because, model, points_before, points_after, .. } => {
                Some((because.clone(), model.clone(), points_after > points_before))
            }
            _ => None,
        },
        TimelineItem::Mention { .. } => None,
    });
    lines.collect()
}

const MONDAY: &str = "2026-11-23T09:00:00Z";

fn built_in() -> Arc<dyn Classifier> {
    Arc::new(BuiltIn::load().unwrap())
}

#[tokio::test]
async fn what_the_quick_model_is_not_sure_of_rises_when_the_stronger_one_sees_danger_and_a_line_says_so() {
    let world = world_of(&memory(), MONDAY, built_in(), Some(Model::named("strong-1")));
    world.hear(vec![post("1", "anneke", world.now(), FLAME)]).await.unwrap();
    look(&world).await;
    let case = only_case(&world).await;
    assert_eq!(judged_again(&world, case).await, [("second_look".to_owned(), "strong-1".to_owned(), true)]);
    let page = world.engine.case_page(&admin(), case).await.unwrap();
    assert_eq!(page.row.case.facts.severity.level(), 3);
    assert_eq!(world.engine.looks_waiting().unwrap(), 0);
}

#[tokio::test]
async fn clear_praise_is_not_shown_to_the_stronger_model() {
    let strong = Model::named("strong-1");
    let world = world_of(&memory(), MONDAY, built_in(), Some(Arc::clone(&strong)));
    let praise = "Geweldig geholpen door een vriendelijke medewerker, super tevreden, dank jullie wel!";
    world.hear(vec![post("1", "anneke", world.now(), praise)]).await.unwrap();
    look(&world).await;
    assert_eq!(strong.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_broken_stronger_model_delays_nothing_and_the_list_survives_a_restart() {
    let store = memory();
    let strong = Model::named("strong-1");
    strong.broken.store(true, Ordering::SeqCst);
    let world = world_of(&store, MONDAY, built_in(), Some(Arc::clone(&strong)));
    let complaint = "Al zes weken wacht ik op mijn bank en niemand belt terug. Schandalig!";
    world.hear(vec![post("1", "anneke", world.now(), complaint)]).await.unwrap();
    world.engine.second_look_some().await.unwrap_err();
    let case = only_case(&world).await;
    assert!(judged_again(&world, case).await.is_empty(), "the quick judgement stands");
    assert_eq!(world.engine.looks_waiting().unwrap(), 1, "nothing is lost");
    let other = "Wat een waardeloze service, mijn kast is kapot geleverd en ik krijg mijn geld niet terug!";
    world.hear(vec![post("2", "bert", world.now(), other)]).await.unwrap();
    assert_eq!(world.inbox().await.unwrap().total, 2, "what comes in is judged all the same");
    drop(world);

    strong.broken.store(false, Ordering::SeqCst);
    let world = world_of(&store, MONDAY, built_in(), Some(strong));
    world.settle().await.unwrap();
    look(&world).await;
    assert_eq!(world.engine.looks_waiting().unwrap(), 0);
    assert_eq!(judged_again(&world, case).await.len(), 1);
}

#[tokio::test]
async fn what_a_person_set_is_not_overruled_by_a_model() {
    let world = world_of(&memory(), MONDAY, built_in(), Some(Model::named("strong-1")));
    let complaint = "Al zes weken wacht ik op de kussens van mijn bank en niemand belt terug. Schandalig!";
    world.hear(vec![post("1", "anneke", world.now(), complaint)]).await.unwrap();
    let case = only_case(&world).await;
    let set = Command::Correct {
        mention: None,
        intent: Some(Intent::Complaint),
        severity: None,
        sentiment: None,
        topics: None,
        signals: None,
    };
    world.engine.execute(&admin(), case, set, None).await.unwrap();
    world.settle().await.unwrap();
    look(&world).await;
    let page = world.engine.case_page(&admin(), case).await.unwrap();
    assert_eq!(page.row.case.facts.intent, Intent::Complaint);
    assert_eq!(page.row.case.facts.severity.level(), 0, "what nobody set follows the model");
}

#[tokio::test]
async fn a_new_model_judges_what_is_older_from_where_it_stopped_and_opens_no_case_for_years_of_posts() {
    let store = memory();
    let old = Model::named("old");
    let world = world_of(&store, MONDAY, Arc::clone(&old) as Arc<dyn Classifier>, None);
    let complaint = "Al zes weken wacht ik op de kussens van mijn bank en niemand belt terug. Schandalig!";
    let mut posts: Vec<_> = (0..450)
        .map(|n| {
            let at = world.now() - SignedDuration::from_hours(24 * 40 + n);
            post(
                &n.to_string(),
                &format!("wie{n}"),
                at,
                &format!("{complaint} {n} {}", "x".repeat(n as usize % 9)),
            )
        })
        .collect();
    posts.push(post("new", "anneke", world.now(), complaint));
    world.hear(posts).await.unwrap();
    assert_eq!(world.inbox().await.unwrap().total, 0, "the old model takes them all for a remark");
    drop(world);

    let quick = || world_of(&store, MONDAY, built_in(), None);
    let world = quick();
    world.settle().await.unwrap();
    assert!(world.engine.reassess_some().await.unwrap(), "there are more than one round");
    let half = world.engine.reassess_state().unwrap();
    assert!(half.done > 0 && half.done < half.total && half.total == 451, "{half:?}");
    drop(world);

    let world = quick();
    world.settle().await.unwrap();
    reassess(&world).await;
    let whole = world.engine.reassess_state().unwrap();
    assert_eq!((whole.done, whole.total), (451, 451), "each once, over the restart");
    assert!(whole.finished.is_some() && whole.changed > 400, "{whole:?}");
    let case = only_case(&world).await;
    let page = world.engine.case_page(&admin(), case).await.unwrap();
    assert!(page.row.case.author.0.contains("anneke"), "{:?}", page.row.case.author);
    assert!(!world.engine.reassess_some().await.unwrap(), "and then it rests");
}

#[tokio::test]
async fn a_closed_case_stays_closed_and_a_copy_stays_a_copy_when_a_new_model_judges() {
    let store = memory();
    let world = world_of(&store, MONDAY, Model::named("old"), None);
    let complaint = "Al zes weken wacht ik op mijn bank uit Zwolle en niemand van de klantenservice kan mij vertellen \
                     wanneer hij nu eindelijk bezorgd wordt. Schandalig!";
    world.hear(vec![post("1", "anneke", world.now(), complaint)]).await.unwrap();
    world.clock.set(world.now() + SignedDuration::from_mins(10));
    world.hear(vec![post("2", "iemand", world.now(), complaint)]).await.unwrap();
    let case = only_case(&world).await;
    let close = Command::Close { outcome: gehoor_domain::case::Outcome::NotOurs, note: "dubbel".into() };
    world.engine.execute(&admin(), case, close, None).await.unwrap();
    world.settle().await.unwrap();
    drop(world);

    let world = world_of(&store, MONDAY, built_in(), None);
    world.settle().await.unwrap();
    reassess(&world).await;
    assert_eq!(world.inbox().await.unwrap().total, 0);
    let found = world.engine.search(&admin(), &gehoor_search::SearchQuery::default()).await.unwrap();
    assert_eq!(found.found.total, 1, "the copy is not counted");
    assert_eq!(found.copies.first().map(|(_, number)| *number), Some(1));
}

#[tokio::test]
async fn what_people_corrected_can_be_taken_away_to_teach_and_holds_only_what_they_set() {
    let world = World::new().unwrap();
    let complaint = "Al zes weken wacht ik op mijn bank en niemand belt terug. Schandalig!";
    world.hear(vec![post("1", "anneke", world.now(), complaint)]).await.unwrap();
    let case = only_case(&world).await;
    let set = Command::Correct {
        mention: None,
        intent: None,
        severity: Some(Severity::new(3).unwrap()),
        sentiment: None,
        topics: None,
        signals: None,
    };
    world.engine.execute(&admin(), case, set, None).await.unwrap();
    world.settle().await.unwrap();
    let rows = world.engine.corrections(&admin()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].text.as_str(), rows[0].severity, rows[0].intent), (complaint, Some(3), None));
    let franchisee = gehoor_testkit::build::franchisee(&["zwolle"]);
    world.engine.corrections(&franchisee).unwrap_err();
}
