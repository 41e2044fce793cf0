//! Near-duplicates: linked, shown with their original, counted once.

use gehoor_domain::case::{ClockKind, Voice};
use gehoor_domain::mention::Draft;
use gehoor_engine::views::CasePage;
use gehoor_search::{Filter, SearchQuery};
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, chain, id, post, source};
use jiff::SignedDuration;

const COMPLAINT: &str = "Al zes weken wacht ik op mijn bank uit Zwolle en niemand van de klantenservice kan mij \
                         vertellen wanneer hij nu eindelijk bezorgd wordt. Schandalig!";

/// A world with a second platform, on which somebody posts too.
fn two_platforms() -> World {
    let mut setup = chain();
    setup.sources.push(source("reviews", "webhook", ""));
    World::with(setup).unwrap()
}

async fn on_reviews(world: &World, drafts: Vec<Draft>) {
    world.engine.import(&id("reviews"), drafts).await.unwrap();
    world.settle().await.unwrap();
}

async fn only_case(world: &World) -> CasePage {
    let inbox = world.inbox().await.unwrap();
    assert_eq!(inbox.total, 1, "{:?}", inbox.rows);
    world.engine.case_page(&admin(), inbox.rows[0].case.id).await.unwrap()
}

async fn counted(world: &World, filter: Filter) -> u64 {
    let query = SearchQuery { filter, ..SearchQuery::default() };
    world.engine.search(&admin(), &query).await.unwrap().found.total
}

fn all() -> Filter {
    Filter { include_copies: true, ..Filter::default() }
}

#[tokio::test]
async fn a_cross_post_of_one_author_is_one_case_and_counts_once() {
    let world = two_platforms();
    let begun = world.now();
    world.hear(vec![post("1", "janneke82", begun, COMPLAINT)]).await.unwrap();
    let case = only_case(&world).await.row.case.id;
    world.clock.set(begun + SignedDuration::from_mins(20));
    world.answer(&admin(), case, "Wat vervelend, we zoeken het uit.").await.unwrap();

    let copy = format!("@bouwhoek {COMPLAINT} https://voorbeeld.test/foto");
    on_reviews(&world, vec![post("9", "Janneke82", begun + SignedDuration::from_mins(25), &copy)]).await;
    let page = only_case(&world).await;
    assert_eq!(page.row.case.mentions.len(), 2);
    assert!(page.row.case.running(ClockKind::NextResponse).is_none(), "nothing new was said");
    assert_eq!(counted(&world, Filter::default()).await, 1);
    assert_eq!(counted(&world, all()).await, 2, "nothing is lost");
    let found = world.engine.search(&admin(), &SearchQuery::default()).await.unwrap();
    assert_eq!(found.copies.first().map(|(_, number)| *number), Some(1));
}

#[tokio::test]
async fn the_same_words_said_again_a_day_later_are_no_copy() {
    let world = two_platforms();
    let begun = world.now();
    world.hear(vec![post("1", "janneke82", begun, COMPLAINT)]).await.unwrap();
    let case = only_case(&world).await.row.case.id;
    world.answer(&admin(), case, "Wat vervelend, we zoeken het uit.").await.unwrap();
    world.clock.set(begun + SignedDuration::from_hours(24));
    world.hear(vec![post("2", "janneke82", world.now(), COMPLAINT)]).await.unwrap();
    let page = only_case(&world).await;
    assert!(page.row.case.running(ClockKind::NextResponse).is_some(), "she still waits, and says so");
    assert_eq!(counted(&world, Filter::default()).await, 2);
}

#[tokio::test]
async fn a_complaint_copied_by_somebody_else_opens_no_second_case() {
    let world = two_platforms();
    world
        .hear(vec![
            post("1", "janneke82", world.now(), COMPLAINT),
            post("2", "deler", world.now() + SignedDuration::from_mins(3), COMPLAINT),
        ])
        .await
        .unwrap();
    let page = only_case(&world).await;
    let voices: Vec<Voice> = page.row.case.mentions.iter().map(|m| m.voice).collect();
    assert_eq!(voices, [Voice::Customer, Voice::Bystander]);
    assert_eq!(counted(&world, Filter::default()).await, 1);
}

#[tokio::test]
async fn when_the_original_is_taken_away_its_copy_counts() {
    let world = two_platforms();
    let begun = world.now();
    world.hear(vec![post("1", "janneke82", begun, COMPLAINT)]).await.unwrap();
    on_reviews(&world, vec![post("9", "janneke82", begun + SignedDuration::from_mins(2), COMPLAINT)]).await;
    assert_eq!(counted(&world, Filter::default()).await, 1);
    let mut gone = post("1", "janneke82", begun, COMPLAINT);
    gone.withdrawn = true;
    world.hear(vec![gone]).await.unwrap();
    assert_eq!(counted(&world, Filter::default()).await, 1, "the copy stands in for it");
}

#[tokio::test]
async fn a_copy_is_known_after_a_restart_too() {
    let world = two_platforms();
    world.hear(vec![post("1", "janneke82", world.now(), COMPLAINT)]).await.unwrap();
    let mut setup = chain();
    setup.sources.push(source("reviews", "webhook", ""));
    let (store, clock) = (world.store.clone(), world.clock.clone());
    drop(world);
    let again = World::on(setup, store, clock).unwrap();
    on_reviews(&again, vec![post("9", "janneke82", again.now(), COMPLAINT)]).await;
    assert_eq!(only_case(&again).await.row.case.mentions.len(), 2);
    assert_eq!(counted(&again, Filter::default()).await, 1);
}
