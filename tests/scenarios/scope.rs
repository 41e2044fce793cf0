//! A franchisee sees only his shops, in every list, count, page and search (SC-1).

use gehoor_domain::assessment::Responsible;
use gehoor_domain::decide::Command;
use gehoor_domain::ids::CaseId;
use gehoor_domain::mention::PlaceHint;
use gehoor_engine::EngineError;
use gehoor_engine::queries::TrendsQuery;
use gehoor_engine::views::InboxQuery;
use gehoor_search::{Filter, SearchQuery};
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, franchisee, id, post};

async fn two_shops() -> World {
    let world = World::new().unwrap();
    let mut drafts = Vec::new();
    let posts = [
        ("zwolle", "Wat een slechte service, mijn bestelling is na drie weken nog niet geleverd!"),
        ("gouda", "Ik ben woedend, de keukenkraan die ik kocht lekt al na een dag en ruilen mag niet."),
        ("gouda", "Niemand neemt de telefoon op en mijn geld heb ik nog steeds niet terug, belachelijk."),
    ];
    for (n, (shop, text)) in posts.into_iter().enumerate() {
        let mut draft = post(&n.to_string(), &format!("klant{n}"), world.now(), text);
        draft.place = Some(PlaceHint { id: Some(format!("test:{shop}")), name: None });
        drafts.push(draft);
    }
    world.hear(drafts).await.unwrap();
    world
}

#[tokio::test]
async fn a_franchisee_sees_only_his_shop() {
    let world = two_shops().await;
    let (me, all) = (franchisee(&["zwolle"]), admin());
    let engine = &world.engine;
    assert_eq!(engine.inbox(&all, &InboxQuery::default()).await.unwrap().total, 3);
    let inbox = engine.inbox(&me, &InboxQuery::default()).await.unwrap();
    assert_eq!((inbox.total, inbox.counts.open, inbox.counts.queue), (1, 1, 1));
    let mine = inbox.rows[0].case.id;
    let page = engine.search(&me, &SearchQuery::default()).await.unwrap();
    assert_eq!((page.found.total, page.facets.total), (1, 1));
    assert_eq!(page.facets.locations.keys().collect::<Vec<_>>(), ["zwolle"]);
    let trends = engine.trends(&me, &TrendsQuery::default()).await.unwrap();
    assert_eq!(trends.answers.cases + trends.answers.elsewhere, 1);
    assert!(trends.locations.iter().all(|row| row.key == "zwolle"));
    for other in (1..=3).map(CaseId).filter(|id| *id != mine) {
        assert!(matches!(engine.case_page(&me, other).await, Err(EngineError::NotFound(_))));
        let note = Command::Note { text: "gezien".into() };
        assert!(matches!(engine.execute(&me, other, note, None).await, Err(EngineError::NotFound(_))));
    }
    assert!(matches!(engine.sources(&me), Err(EngineError::Forbidden(_))));
    assert!(engine.alerts(&me).unwrap().iter().all(|row| row.case == Some(mine)));
    assert!(engine.outbox(&me).unwrap().rows.iter().all(|row| row.effect.kind.case() == Some(mine)));
}

#[tokio::test]
async fn what_head_office_caused_is_not_in_the_row_of_the_shop() {
    let world = two_shops().await;
    let engine = &world.engine;
    let row = |trends: &gehoor_engine::queries::Trends, shop: &str| {
        let row = trends.locations.iter().find(|row| row.key == shop).unwrap();
        (row.tally.count, row.tally.complaints)
    };
    let say = async |responsible| {
        for n in 1..=3 {
            let about = Command::SetResponsible { responsible };
            engine.execute(&admin(), CaseId(n), about, None).await.unwrap();
        }
        engine.trends(&admin(), &TrendsQuery::default()).await.unwrap()
    };
    let shop = say(Responsible::Location).await;
    assert_eq!((row(&shop, "gouda").0, row(&shop, "zwolle").0), (2, 1));
    assert!(shop.locations_elsewhere.is_empty());
    let carrier = say(Responsible::Carrier).await;
    assert_eq!((row(&carrier, "gouda"), row(&carrier, "zwolle")), ((0, 0), (0, 0)));
    let part = |key: &str| carrier.locations_elsewhere.iter().find(|r| r.key == key).unwrap().tally.count;
    assert_eq!((part("gouda"), part("zwolle")), (2, 1));
    // The link of the row asks for what the row counts.
    let gouda = Filter { locations: vec![id("gouda")], own: Some(false), ..Filter::default() };
    let total = async |filter: Filter| {
        let query = SearchQuery { filter, ..SearchQuery::default() };
        engine.search(&admin(), &query).await.unwrap().found.total
    };
    assert_eq!(total(gouda.clone()).await, 2);
    let counted = engine.without_elsewhere(&admin(), gouda).await.unwrap();
    assert_eq!((counted.except.len(), total(counted).await), (3, 0));
    let own = engine.trends(&franchisee(&["zwolle"]), &TrendsQuery::default()).await.unwrap();
    assert!(own.locations_elsewhere.iter().all(|r| r.key == "zwolle"), "others' numbers stay hidden");
    let words = TrendsQuery { text: Some("keukenkraan".into()), ..TrendsQuery::default() };
    let tap = engine.trends(&admin(), &words).await.unwrap();
    assert_eq!(tap.locations_elsewhere[0].tally.count, 1, "the same words count on both sides");
}

#[tokio::test]
async fn a_missing_case_and_a_hidden_one_look_the_same() {
    let world = two_shops().await;
    let me = franchisee(&["zwolle"]);
    let error = |id| {
        let engine = world.engine.clone();
        let me = me.clone();
        async move {
            engine.case_page(&me, CaseId(id)).await.unwrap_err().to_string().replace(&id.to_string(), "N")
        }
    };
    let hidden = {
        let inbox = world.engine.inbox(&admin(), &InboxQuery::default()).await.unwrap();
        inbox
            .rows
            .iter()
            .find(|r| r.case.location().is_some_and(|l| l.as_str() == "gouda"))
            .unwrap()
            .case
            .id
            .0
    };
    assert_eq!(error(hidden).await, error(99).await);
}
