//! Everything has room: what opens lies within the window, and what is told lies in the way of nothing.

use super::chrome::Browser;
use super::support::demo;

/// Opens every menu of the page, and every fold in it; returns what does not lie within the window.
const MENUS: &str = r#"
const wrong = [];
let seen = 0;
for (const menu of document.querySelectorAll("details.menu")) {
  const button = menu.querySelector("summary");
  if (!button.checkVisibility() || !button.getClientRects().length) continue;
  button.scrollIntoView({ block: "nearest" });
  menu.open = true;
  seen += 1;
  const drop = menu.querySelector(".drop");
  for (const fold of [null, ...drop.querySelectorAll("details")]) {
    if (fold) fold.open = true;
    const box = drop.getBoundingClientRect();
    if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) {
      wrong.push(`${button.textContent.trim() || button.ariaLabel}: ${[box.left, box.top, box.right, box.bottom].map(Math.round)} of ${innerWidth}×${innerHeight}`);
    }
  }
  menu.open = false;
}
if (seen < 6) wrong.push(`only ${seen} menus were found`);
return wrong;
"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_menu_of_a_case_opens_within_the_window_on_a_phone_and_on_a_desk() {
    let dir = tempfile::tempdir().unwrap();
    let (mut running, ready) = demo(&dir.path().join("data"), 2);
    let url = ready["url"].as_str().unwrap().trim_end_matches('/').to_owned();
    let browser = Browser::start(true).await;
    browser.login(&url, "eva").await;
    browser.goto(&format!("{url}/inbox")).await;
    let case = browser.attribute("#rows a", "href").await;
    let mut wrong = Vec::new();
    for (width, height) in [(320, 700), (390, 844), (800, 800), (1280, 800)] {
        browser.window.set_window_size(width, height).await.unwrap();
        browser.goto(&format!("{url}{case}")).await;
        browser.shoot(&format!("menus-{width}")).await;
        for menu in browser.run(MENUS).await.as_array().unwrap() {
            wrong.push(format!("{width}: {}", menu.as_str().unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.end().await;
    assert!(running.stop().success());
}

/// What the word of what was done covers: the bar at the bottom, and whatever is pressed to answer.
const COVERED: &str = r#"
const told = document.querySelector(".toast").getBoundingClientRect();
const wrong = [];
for (const e of document.querySelectorAll(".rail a, .rail summary, .acts button, .acts summary, .sends button, .sends summary")) {
  const box = e.getBoundingClientRect();
  if (!e.checkVisibility() || !box.width || box.top > innerHeight) continue;
  if (box.left < told.right && box.right > told.left && box.top < told.bottom && box.bottom > told.top) wrong.push(`${e.textContent.trim()} is covered`);
}
const below = document.elementFromPoint((told.left + told.right) / 2, (told.top + told.bottom) / 2);
if (below.closest(".toast")) wrong.push("it catches clicks");
return wrong;
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_word_of_what_was_done_covers_nothing_that_is_needed_next() {
    let dir = tempfile::tempdir().unwrap();
    let (mut running, ready) = demo(&dir.path().join("data"), 2);
    let url = ready["url"].as_str().unwrap().trim_end_matches('/').to_owned();
    let browser = Browser::start(true).await;
    browser.login(&url, "eva").await;
    browser.goto(&format!("{url}/inbox")).await;
    let case = browser.attribute("#rows a", "href").await;
    let mut wrong = Vec::new();
    for (width, height) in [(390, 844), (1280, 800)] {
        browser.window.set_window_size(width, height).await.unwrap();
        browser.goto(&format!("{url}{case}")).await;
        // Whose it is turns round, whichever way; either is told.
        browser.click("[data-key=\"a\"]").await;
        browser.wait("a word of what was done", "return !!document.querySelector('.toast')").await;
        browser.shoot(&format!("told-{width}")).await;
        for covered in browser.run(COVERED).await.as_array().unwrap() {
            wrong.push(format!("{width}: {}", covered.as_str().unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    browser.end().await;
    assert!(running.stop().success());
}
