//! What a platform says is gone, and what it only does not show us any more.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use gehoor_domain::ids::MentionId;
use gehoor_domain::mention::Draft;
use gehoor_testkit::build::{admin, chain, id, post, source};
use gehoor_testkit::{Answer, World};
use gehoor_wire::Secret;
use jiff::SignedDuration;

/// What Meta can show: the posts that stand, and whether it shows us any.
#[derive(Default)]
struct Page {
    gone: BTreeSet<String>,
    is_lost: bool,
}

/// A chain with a page on Facebook that holds these posts, told once, the first one the newest.
async fn world(posts: &[&str]) -> (World, Arc<Mutex<Page>>) {
    world_of(posts, SignedDuration::from_hours(1)).await
}

/// The same, with so much time between two posts.
async fn world_of(posts: &[&str], apart: SignedDuration) -> (World, Arc<Mutex<Page>>) {
    let mut setup = chain();
    let mut facebook = source("page", "facebook", "page = '1'\nbase = 'https://graph.test'");
    (facebook.credential, facebook.recheck) = (Some(Secret::new("token")), 1);
    setup.sources.push(facebook);
    let world = World::with(setup).unwrap();
    let page = Arc::new(Mutex::new(Page::default()));
    let shown = Arc::clone(&page);
    world.net.on("GET", "https://graph.test/v25.0/", move |asked| {
        let url = url::Url::parse(&asked.url).unwrap();
        let number = url.path().rsplit('/').next().unwrap().to_owned();
        let shown = shown.lock().unwrap();
        if shown.is_lost || shown.gone.contains(&number) {
            let body = r#"{"error":{"message":"Unsupported get request.","type":"GraphMethodException","code":100,"error_subcode":33}}"#;
            return Answer::Status(400, body.to_owned());
        }
        Answer::Status(200, format!(r#"{{"id":"{number}"}}"#))
    });
    let drafts: Vec<Draft> = (0_i32..)
        .zip(posts)
        .map(|(number, name)| {
            let at = world.now() - SignedDuration::from_hours(1) - apart * number;
            post(name, name, at, &format!("mijn bank van bouwhoek is niet geleverd, {name}"))
        })
        .collect();
    world.engine.import(&id("page"), drafts).await.unwrap();
    world.settle().await.unwrap();
    (world, page)
}

/// Rounds of asking for half a day.
async fn half_a_day(world: &World) {
    let until = world.now() + SignedDuration::from_hours(13);
    while world.now() < until {
        world.engine.recheck_due().await.unwrap();
        world.settle().await.unwrap();
        world.clock.pass(SignedDuration::from_mins(3));
    }
}

fn gone(world: &World, posts: &[&str]) -> Vec<String> {
    let mut gone = Vec::new();
    for name in posts {
        let mention = MentionId::derive(&id("page"), name);
        let shown = world.engine.mention(&admin(), &mention).unwrap();
        gone.extend(shown.mention.withdrawn.map(|_| (*name).to_owned()));
    }
    gone
}

const POSTS: [&str; 3] = ["1_11", "1_12", "1_13"];

#[tokio::test]
async fn a_post_that_is_gone_is_struck_out_while_others_of_the_page_can_be_read() {
    for one in POSTS {
        let (world, page) = world(&POSTS).await;
        half_a_day(&world).await;
        assert_eq!(gone(&world, &POSTS), Vec::<String>::new());
        page.lock().unwrap().gone.insert(one.to_owned());
        half_a_day(&world).await;
        half_a_day(&world).await;
        assert_eq!(gone(&world, &POSTS), [one]);
    }
}

#[tokio::test]
async fn of_posts_of_one_second_each_is_asked_about() {
    for one in POSTS {
        let (world, page) = world_of(&POSTS, SignedDuration::ZERO).await;
        half_a_day(&world).await;
        page.lock().unwrap().gone.insert(one.to_owned());
        half_a_day(&world).await;
        half_a_day(&world).await;
        assert_eq!(gone(&world, &POSTS), [one]);
    }
}

#[tokio::test]
async fn a_page_that_we_may_not_read_any_more_loses_nothing() {
    let (world, page) = world(&POSTS).await;
    half_a_day(&world).await;
    page.lock().unwrap().is_lost = true;
    half_a_day(&world).await;
    half_a_day(&world).await;
    assert_eq!(gone(&world, &POSTS), Vec::<String>::new());
    // With the right back, what was taken down meanwhile is found.
    *page.lock().unwrap() = Page { gone: BTreeSet::from(["1_12".to_owned()]), is_lost: false };
    half_a_day(&world).await;
    half_a_day(&world).await;
    assert_eq!(gone(&world, &POSTS), ["1_12"]);
}

#[tokio::test]
async fn the_only_post_of_a_page_is_not_believed_to_be_gone() {
    let (world, page) = world(&["1_11"]).await;
    half_a_day(&world).await;
    page.lock().unwrap().gone.insert("1_11".to_owned());
    half_a_day(&world).await;
    assert_eq!(gone(&world, &["1_11"]), Vec::<String>::new());
}
