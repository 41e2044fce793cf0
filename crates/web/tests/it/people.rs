//! Who may log in, and what cannot happen to them by mistake.

use axum::http::StatusCode;
use gehoor_domain::user::Role;
use gehoor_engine::{EngineError, Unusable};

use super::house::{PASSWORD, house, user};

fn person<'a>(csrf: &'a str, id: &'a str, role: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("csrf", csrf), ("id", id), ("name", "Iemand Anders"), ("role", role), ("lang", "nl"), ("team", "")]
}

#[tokio::test]
async fn the_last_administrator_stays_one_until_somebody_else_is() {
    let house = house().await;
    let (cookie, csrf) = house.login("admin").await;
    let fields = person(&csrf, "admin", "agent");
    let refused = house.form("/settings/users", &cookie, &fields).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("Dan kan niemand meer mensen beheren"), "{}", refused.body);
    let mut disabled = person(&csrf, "admin", "admin");
    disabled.push(("disabled", "1"));
    assert_eq!(house.form("/settings/users", &cookie, &disabled).await.status, StatusCode::BAD_REQUEST);
    // One who cannot log in manages nobody.
    house.form("/settings/users", &cookie, &person(&csrf, "tweede", "admin")).await;
    assert_eq!(house.form("/settings/users", &cookie, &fields).await.status, StatusCode::BAD_REQUEST);
    let mut second = person(&csrf, "tweede", "admin");
    second.push(("password", PASSWORD));
    assert_eq!(house.form("/settings/users", &cookie, &second).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.form("/settings/users", &cookie, &fields).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn adding_somebody_never_changes_who_is_there_already() {
    let house = house().await;
    let (cookie, csrf) = house.login("admin").await;
    assert!(house.get("/settings", &cookie).await.body.contains("name=\"new\" value=\"1\""));
    assert!(!house.get("/settings?user=agent", &cookie).await.body.contains("name=\"new\" value=\"1\""));
    let mut fields = person(&csrf, "agent", "admin");
    fields.push(("new", "1"));
    let refused = house.form("/settings/users", &cookie, &fields).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("Er is al iemand met de inlognaam agent"), "{}", refused.body);
    assert!(refused.body.contains("value=\"Iemand Anders\""), "what was typed is still there");
    let agent = house.world.engine.users().unwrap().into_iter().find(|u| u.user.id.as_str() == "agent");
    let agent = agent.unwrap();
    assert_eq!((agent.user.role, agent.user.name.as_str(), agent.can_log_in), (Role::Agent, "agent", true));
    let twice = house.world.engine.add_user(user("agent", Role::Lead, &[]), None).await;
    assert!(matches!(twice, Err(EngineError::Unusable(Unusable::LoginTaken(_)))));
}

#[tokio::test]
async fn a_person_is_refused_in_the_readers_language_and_the_number_of_signs_is_the_one_that_counts() {
    let house = house().await;
    let (cookie, csrf) = house.login("admin").await;
    let page = house.get("/settings", &cookie).await;
    assert!(
        page.body.contains("Nieuw wachtwoord (minstens 10 tekens)") && page.body.contains("minlength=\"10\"")
    );
    assert!(page.body.contains("<td data-label=\"Taal\">Nederlands</td>"), "{}", page.body);
    let mut short = person(&csrf, "kort", "agent");
    short.push(("password", "te kort"));
    let refused = house.form("/settings/users", &cookie, &short).await;
    assert!(refused.body.contains("Een wachtwoord heeft minstens 10 tekens."), "{}", refused.body);
    let refused = house.form("/settings/users", &cookie, &person(&csrf, "leeg", "franchisee")).await;
    assert!(refused.body.contains("Een franchisenemer ziet minstens één winkel."), "{}", refused.body);
    let refused = house.form("/settings/users", &cookie, &person(&csrf, "Met Hoofdletter", "agent")).await;
    assert!(refused.body.contains("Een inlognaam heeft kleine letters en cijfers"), "{}", refused.body);
}
