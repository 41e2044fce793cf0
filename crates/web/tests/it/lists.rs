//! Lists, numbers and messages that say what is so.

use axum::http::StatusCode;
use gehoor_domain::assessment::Topic;
use gehoor_engine::queries::TrendsQuery;
use gehoor_search::Filter;
use gehoor_testkit::World;
use gehoor_testkit::build::{admin, chain, id, post, shop};
use jiff::SignedDuration;

use super::house::{house, house_of};

#[tokio::test]
async fn behind_the_end_of_the_inbox_stands_its_last_page() {
    let house = house().await;
    let (cookie, _) = house.login("agent").await;
    let page = house.get("/inbox?skip=5000", &cookie).await;
    assert!(page.body.contains("1–3 / 3") || page.body.contains("id=\"row-1\""), "{}", page.body);
    assert!(!page.body.contains("Niemand wacht"));
}

#[tokio::test]
async fn a_closed_case_says_in_the_list_how_and_when_it_ended() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let case = house.case_of("zwolle").await;
    let close = [("csrf", csrf.as_str()), ("outcome", "explained"), ("elsewhere", "1"), ("note", "gebeld")];
    let closed = house.form(&format!("/cases/{case}/close"), &cookie, &close).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.body);
    let list = house.get("/inbox?box=closed", &cookie).await.body;
    let row = list.split(&format!("id=\"row-{case}\"")).nth(1).unwrap().split("</a>").next().unwrap();
    assert!(row.contains("uitgelegd, ") && !row.contains("geen klok"), "{row}");
}

#[tokio::test]
async fn a_page_of_a_failure_still_counts_what_is_late() {
    let house = house().await;
    house.world.pass(SignedDuration::from_hours(72)).await.unwrap();
    let (cookie, _) = house.login("agent").await;
    let count = |body: &str| {
        body.split("class=\"count\"").nth(1).map(|rest| rest.split("</span>").next().unwrap().to_owned())
    };
    let inbox = count(&house.get("/inbox", &cookie).await.body);
    assert!(inbox.is_some(), "three days later something is late");
    let missing = house.get("/cases/999", &cookie).await;
    assert_eq!((missing.status, count(&missing.body)), (StatusCode::NOT_FOUND, inbox));
}

#[tokio::test]
async fn what_is_wrong_with_a_search_or_a_choice_is_said_in_the_readers_language() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    for (path, says) in [
        ("/search?q=%22niet", "Zo kan ik niet zoeken: Bij teken 1: dit aanhalingsteken is niet gesloten."),
        ("/search?from=morgen", "“Vanaf” klopt niet."),
        ("/trends?lang=zz", "“Taal” klopt niet."),
        ("/search?after=onzin", "Deze bladzijde hoort niet bij deze zoekvraag."),
    ] {
        let page = house.get(path, &cookie).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(page.body.replace("&#34;", "\"").contains(says), "{path}: {}", page.body);
    }
    let nothing = house.form("/cases/many", &cookie, &[("csrf", &csrf), ("do", "take")]).await;
    assert!(!nothing.body.contains("field `"), "{}", nothing.body);
}

#[tokio::test]
async fn a_silence_over_every_alert_needs_an_end() {
    let house = house().await;
    let (cookie, csrf) = house.login("admin").await;
    let ask = |more: &[(&'static str, &'static str)]| {
        let mut fields = vec![("csrf", csrf.clone()), ("reason", "storing".to_owned())];
        fields.extend(more.iter().map(|(k, v)| (*k, (*v).to_owned())));
        fields
    };
    for (more, says) in [
        (vec![("until", "solved")], "Kies een regel, of een moment."),
        (vec![("until", "date"), ("at", "")], "Kies een moment: datum en tijd."),
    ] {
        let fields = ask(&more);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let refused = house.form("/silences", &cookie, &fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{more:?}");
        assert!(refused.body.contains(says), "{}", refused.body);
    }
    assert!(house.world.engine.silences(&admin()).unwrap().is_empty());
    for more in
        [vec![("until", "solved"), ("rule", "urgent")], vec![("until", "date"), ("at", "2099-01-01T09:00")]]
    {
        let fields = ask(&more);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(house.form("/silences", &cookie, &fields).await.status, StatusCode::SEE_OTHER, "{more:?}");
    }
}

#[tokio::test]
async fn how_cases_were_answered_is_told_of_those_that_the_filter_finds() {
    let house = house().await;
    let engine = &house.world.engine;
    let cases = async |text: Option<&str>, filter: Filter| {
        let query = TrendsQuery { text: text.map(str::to_owned), filter, ..TrendsQuery::default() };
        let answers = engine.trends(&admin(), &query).await.unwrap().answers;
        // Of a shop alone, what others have to solve is told apart.
        answers.cases + answers.elsewhere
    };
    assert_eq!(cases(None, Filter::default()).await, 3);
    assert_eq!(cases(Some("bank"), Filter::default()).await, 1);
    let gouda = Filter { locations: vec![id("gouda")], ..Filter::default() };
    assert_eq!(cases(None, gouda.clone()).await, 2);
    assert_eq!(cases(Some("geleverd"), gouda).await, 2);
    let none = Filter { topics: vec![Topic("price.high".into())], ..Filter::default() };
    assert_eq!(cases(None, none).await, 0);
}

#[tokio::test]
async fn what_came_back_is_told_of_what_was_closed() {
    let house = house().await;
    let (cookie, csrf) = house.login("agent").await;
    let case = house.case_of("zwolle").await;
    let close = [("csrf", csrf.as_str()), ("outcome", "explained"), ("elsewhere", "1"), ("note", "gebeld")];
    house.form(&format!("/cases/{case}/close"), &cookie, &close).await;
    let answers = house.world.engine.trends(&admin(), &TrendsQuery::default()).await.unwrap().answers;
    assert_eq!((answers.cases, answers.closed, answers.reopened), (3, 1, 0));
}

#[tokio::test]
async fn a_period_is_compared_only_with_one_in_which_somebody_listened() {
    let world = World::new().unwrap();
    let text = "Wat een slechte service, mijn bestelling is na drie weken nog niet geleverd!";
    world.hear(vec![post("oud", "oudje", world.now(), text)]).await.unwrap();
    let house = house_of(world).await;
    let engine = &house.world.engine;
    let since = engine.trends(&admin(), &TrendsQuery::default()).await.unwrap().since;
    assert!(since.is_some(), "nothing is older than today");
    house.world.pass(SignedDuration::from_hours(59 * 24)).await.unwrap();
    let later = engine.trends(&admin(), &TrendsQuery::default()).await.unwrap();
    assert_eq!(later.since, None, "it is heard since the period before began");
    // Nobody spoke of that in the period before, but somebody listened.
    let rare = Filter { topics: vec![Topic("price.high".into())], ..Filter::default() };
    let query = TrendsQuery { filter: rare, ..TrendsQuery::default() };
    assert_eq!(engine.trends(&admin(), &query).await.unwrap().since, None);
}

#[tokio::test]
async fn a_group_of_shops_is_no_shop_that_was_never_heard_of() {
    let mut setup = chain();
    let mut shops: Vec<_> = setup.locations.iter().cloned().collect();
    shops.push(shop("oost", "Oost"));
    for one in &mut shops {
        if one.id.as_str() == "zwolle" {
            one.parent = Some(id("oost"));
        }
    }
    setup.locations = gehoor_domain::location::Locations::new(shops).unwrap();
    let world = World::with(setup).unwrap();
    let heard = world.engine.places_heard(&admin(), None).unwrap();
    assert!(heard.iter().any(|row| row.location.as_str() == "zwolle"));
    assert!(heard.iter().all(|row| row.location.as_str() != "oost"));
}
