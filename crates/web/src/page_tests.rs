//! Every page from values made by hand, in both languages: nothing hostile gets through, nothing inline is left,
//! every control has a name.

use gehoor_domain::user::Role;
use gehoor_search::{Bin, Tally};
use scraper::{ElementRef, Html, Selector};

use crate::locale::Tongue;
use crate::pages::alerts::{AlertPage, AlertsPage, SilencesPage};
use crate::pages::inbox::{InboxPage, list};
use crate::pages::login::LoginPage;
use crate::pages::queue::QueuePage;
use crate::pages::search::{Facet, Found, Line, SearchPage, form, volume};
use crate::pages::settings::settings;
use crate::pages::sources::SourcesPage;
use crate::params::Params;
use crate::samples::{self, HOSTILE, reader};
use crate::view::Choice;
use crate::view::alerts::{AlertView, SilenceView};
use crate::view::case::CaseView;
use crate::view::outbox::EffectView;
use crate::view::post::PostView;
use crate::view::sources::SourceView;

/// Every page: name and mark-up.
fn pages(tongue: Tongue, role: Role, hostile: bool) -> Vec<(&'static str, String)> {
    let ui = || reader(tongue, role);
    let name = |text: &'static str| if hostile { HOSTILE } else { text };
    let mut out = Vec::new();
    let mut add = |name, template: &dyn askama::DynTemplate| out.push((name, template.dyn_render().unwrap()));
    let asked = crate::pages::promises::asked(&Params::parse(Some("show=missed")), 50);
    let promises = samples::promises(hostile);
    add("promises", &crate::pages::promises::page(ui(), &Params::default(), &asked, &promises));
    add("workload", &crate::pages::workload::WorkloadPage { ui: ui(), load: samples::workload() });

    let mut stranger = ui();
    stranger.viewer = None;
    stranger.csrf.clear();
    let demo = vec![crate::DemoLogin {
        user: "agent".into(),
        password: "gehoor".into(),
        name: "Sanne".into(),
        role: Role::Agent,
        scope: "*".into(),
    }];
    let login = LoginPage {
        ui: stranger,
        next: name("/inbox").into(),
        name: name("").into(),
        error: hostile.then(|| HOSTILE.into()),
        demo,
    };
    add("login", &login);

    let (me, params) = (ui(), Params::parse(Some("box=open")));
    let inbox = samples::inbox(hostile);
    let rows = list(&me, &inbox, &params, None);
    add("inbox", &InboxPage { ui: ui(), list: Some(rows), case: None, has_case: false, at: None });
    let mut case = CaseView::new(&me, &samples::page(hostile), "/inbox?box=open");
    if hostile {
        case.error = Some(HOSTILE.into());
        case.draft_reply = Some(HOSTILE.into());
    }
    let rows = list(&me, &inbox, &params, Some(gehoor_domain::CaseId(12)));
    add("case", &InboxPage { ui: ui(), list: Some(rows), case: Some(case), has_case: true, at: None });

    let params = Params(crate::fields::Fields(vec![
        ("q".into(), name("bank kapot").into()),
        ("channel".into(), "review".into()),
    ]));
    let mention =
        samples::mention("0123456789abcdef0123", name("Marieke Verhoef"), name("De bank is kapot geleverd."));
    let assessment = samples::assessment("bank", 23);
    let mut hit = PostView::new(
        &me,
        &mention,
        Some(&assessment),
        gehoor_domain::case::Voice::Customer,
        name("Winkelreviews"),
        Some(std::slice::from_ref(&(3..7))),
    );
    hit.case = Some(12);
    let found = Found {
        deaf: None,
        title: me.tn("search-found", 1284),
        csv: "/search/export.csv".into(),
        jsonl: "/search/export.jsonl".into(),
        trends: "/trends".into(),
        on: crate::pages::search::chips(&me, &params, "/search"),
        chart: volume(&me, &bins()),
        hits: vec![hit],
        first: None,
        next: Some(format!("/search{}", params.query())),
        facets: vec![Facet {
            label: me.t("topic"),
            lines: vec![Line { href: "/search".into(), text: name("te laat").into(), on: true, count: 7 }],
        }],
    };
    add(
        "search",
        &SearchPage {
            ui: ui(),
            form: form(&me, &params),
            found: Some(found),
            error: hostile.then(|| HOSTILE.into()),
        },
    );

    let mut asked = gehoor_domain::policy::Weights::default();
    asked.set("safety", 10.0);
    let mut row = samples::page(hostile).row;
    row.priority.overruled = Some(samples::overrule(name("Wacht al te lang")));
    let moved =
        gehoor_engine::what_if::Moved { row: row.clone(), place: 3, new_place: 1, new: row.priority.clone() };
    let found =
        gehoor_engine::what_if::WhatIf { top: vec![moved.clone()], left: vec![moved], compared: 2, open: 9 };
    let overruled = [gehoor_engine::what_if::Overruled { row, machine: 12.0 }];
    let weights = (&gehoor_domain::policy::Weights::default(), &asked);
    let error = hostile.then(|| HOSTILE.into());
    add("ranking", &crate::pages::ranking::page(ui(), weights, Some(&found), &overruled, error));

    let far = serde_json::json!({"models": "quick + strong", "done": 400, "total": 1000, "changed": 17});
    let judges = gehoor_engine::views::ModelsPage {
        quick: name("gehoor-builtin-3 (8f9cb080)").into(),
        stronger: Some(name("xlm-r-klachten").into()),
        looks_waiting: 3,
        reassess: Some(serde_json::from_value(far).unwrap()),
    };
    add("models", &crate::pages::models::page(ui(), judges, 1));

    let alert = || AlertView::new(&me, &samples::alert());
    add("alerts", &AlertsPage { ui: ui(), tabs: vec![], alerts: vec![alert()], previous: None, next: None });
    add("alert", &AlertPage { ui: ui(), alert: alert() });
    let silence: gehoor_domain::alert::Silence = serde_json::from_value(serde_json::json!({
        "id": 2, "rule": name("spike"), "owner": "sanne", "reason": name("Bekend, storing bij de vervoerder"),
        "since": "2026-11-27T10:00:00Z", "until": "doubles", "size": 12.0
    }))
    .unwrap();
    add(
        "silences",
        &SilencesPage {
            ui: ui(),
            silences: vec![SilenceView::new(&me, &silence)],
            rules: vec![Choice::new("spike", name("spike"), false)],
            locations: vec![],
            error: hostile.then(|| HOSTILE.into()),
            reason: name("").into(),
        },
    );
    let sources = samples::sources().iter().map(|s| SourceView::new(&me, s)).collect();
    add(
        "sources",
        &SourcesPage {
            ui: ui(),
            sources,
            summary: name("4 bronnen").into(),
            health: "1".into(),
            loops: vec![HOSTILE.into()],
            repaired: vec![HOSTILE.into()],
            tabs: crate::pages::coverage::tabs(&me, false),
            deaf: Some(me.t("coverage-all-heard")),
        },
    );
    let note = Some(name("1 van 4 bronnen").into());
    add(
        "coverage",
        &crate::pages::coverage::page(ui(), samples::sources(), note, &samples::places_heard(), None),
    );
    let rows = samples::outbox().rows.iter().map(|r| EffectView::new(&me, r)).collect();
    add("queue", &QueuePage { ui: ui(), rows, waiting: 5, due: 1, done: 1, dead: 1 });
    let (users, tokens) = samples::people();
    add(
        "settings",
        &settings(
            ui(),
            &users,
            &tokens,
            "bram",
            "nl",
            hostile.then(|| HOSTILE.into()),
            hostile.then(|| HOSTILE.into()),
        ),
    );
    add("trends", &crate::pages::trends::tests_page(ui(), &Params::default()));
    out
}

pub(crate) fn bins() -> Vec<Bin> {
    let start: jiff::Timestamp = "2026-10-28T23:00:00Z".parse().unwrap();
    (0..30u32)
        .map(|n| {
            let at = start.checked_add(jiff::SignedDuration::from_hours(24 * i64::from(n))).unwrap();
            let negative = u64::from(4 + (n * 7) % 11 + if n > 22 { n - 18 } else { 0 });
            let positive = u64::from(3 + (n * 5) % 9);
            let neutral = u64::from(2 + n % 4);
            Bin {
                start: at,
                end: at.checked_add(jiff::SignedDuration::from_hours(24)).unwrap(),
                tally: Tally {
                    count: negative + positive + neutral + 1,
                    complaints: negative.saturating_sub(1),
                    by_sentiment: [negative, neutral, positive, 1],
                    centistars: (positive * 5 + negative * 2) * 100,
                    stars_count: positive + negative,
                },
            }
        })
        .collect()
}

/// Writes a page to the folder named by `GEHOOR_PAGES`, if there is one, to be looked at in a browser.
fn keep(name: &str, tongue: Tongue, page: &str) {
    let Ok(dir) = std::env::var("GEHOOR_PAGES") else { return };
    let local = ["app.css", "app.js", "mark.svg"]
        .into_iter()
        .fold(page.to_owned(), |page, asset| page.replace(&crate::assets::url(asset), asset));
    std::fs::write(format!("{dir}/{name}-{}.html", tongue.as_str()), local).unwrap();
}

const TONGUES: [Tongue; 2] = [Tongue::Nl, Tongue::En];

#[test]
fn nothing_that_a_stranger_writes_becomes_mark_up() {
    for tongue in TONGUES {
        for (name, page) in pages(tongue, Role::Admin, true) {
            let html = Html::parse_document(&page);
            for script in html.select(&Selector::parse("script").unwrap()) {
                assert!(
                    script.value().attr("src").is_some_and(|s| s.starts_with("/assets/")),
                    "{name}: {}",
                    script.html()
                );
            }
            assert_eq!(
                html.select(&Selector::parse("img, iframe, object, embed, base, style").unwrap()).count(),
                0,
                "{name}"
            );
            for element in html.select(&Selector::parse("*").unwrap()) {
                for (attribute, value) in element.value().attrs() {
                    assert!(!attribute.starts_with("on"), "{name}: {attribute}");
                    assert!(attribute != "style", "{name}: inline style");
                    if matches!(attribute, "href" | "src" | "action") {
                        assert!(
                            !value.trim_start().to_lowercase().starts_with("javascript:"),
                            "{name}: {value}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_stranger_wrote_is_shown_whole() {
    let (_, page) =
        pages(Tongue::Nl, Role::Agent, true).into_iter().find(|(name, _)| *name == "case").unwrap();
    let html = Html::parse_document(&page);
    let texts = |css: &str| {
        html.select(&Selector::parse(css).unwrap()).map(|e| e.text().collect::<String>()).collect::<Vec<_>>()
    };
    assert!(texts(".post .words.full").iter().any(|t| t == HOSTILE));
    assert!(texts("#case-title bdi").iter().any(|t| t == HOSTILE));
    assert!(texts("del").iter().any(|t| t == HOSTILE), "what is gone is struck out, not lost");
}

/// The name that a reader by ear hears.
fn named(html: &Html, element: ElementRef<'_>) -> bool {
    let attr = |name: &str| element.value().attr(name).is_some_and(|v| !v.trim().is_empty());
    let own: String = element.text().collect();
    if attr("aria-label")
        || attr("aria-labelledby")
        || (!own.trim().is_empty()
            && element.value().name() != "textarea"
            && element.value().name() != "select")
    {
        return true;
    }
    let labelled = element.ancestors().filter_map(ElementRef::wrap).any(|e| e.value().name() == "label");
    let by_for = element.value().attr("id").is_some_and(|id| {
        html.select(&Selector::parse(&format!("label[for=\"{id}\"]")).unwrap()).next().is_some()
    });
    labelled || by_for
}

#[test]
fn every_control_has_a_name_and_every_id_is_its_own() {
    for tongue in TONGUES {
        for role in [Role::Admin, Role::Agent, Role::Franchisee, Role::Marketing] {
            for (name, page) in pages(tongue, role, false) {
                let html = Html::parse_document(&page);
                let controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
                for control in html.select(&Selector::parse(controls).unwrap()) {
                    assert!(named(&html, control), "{name}: {}", control.html());
                }
                let mut ids: Vec<_> = html
                    .select(&Selector::parse("[id]").unwrap())
                    .filter_map(|e| e.value().attr("id"))
                    .collect();
                let all = ids.len();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!(ids.len(), all, "{name}: an id stands twice");
                assert_eq!(
                    html.select(&Selector::parse("h1").unwrap()).count().min(1),
                    1,
                    "{name}: no heading"
                );
                assert_eq!(html.select(&Selector::parse("main").unwrap()).count(), 1, "{name}");
                assert!(page.contains(&format!("<html lang=\"{}\"", tongue.as_str())));
            }
        }
    }
}

#[test]
fn no_text_is_left_without_its_words() {
    for tongue in TONGUES {
        for (name, page) in pages(tongue, Role::Admin, false) {
            keep(name, tongue, &page);
            let html = Html::parse_document(&page);
            for element in html.select(&Selector::parse("main *, nav *").unwrap()) {
                if element.value().name() == "code"
                    || element.has_children() && element.children().any(|c| c.value().is_element())
                {
                    continue;
                }
                let text: String = element.text().collect();
                // A key of the locales that was not found stands as itself: words joined by hyphens, no blank.
                let key = text.len() > 4
                    && text.contains('-')
                    && text.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '_'));
                let known = ["web-shop", "gehoor-nl-1", "app-winkel"].contains(&text.as_str());
                assert!(!key || known, "{name}: {text}");
            }
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_its_token() {
    for (name, page) in pages(Tongue::Nl, Role::Admin, false) {
        let html = Html::parse_document(&page);
        for form in html.select(&Selector::parse("form[method=post]").unwrap()) {
            let action = form.value().attr("action").unwrap_or("");
            let csrf = form.select(&Selector::parse("input[name=csrf]").unwrap()).next();
            assert!(
                action == "/login" || csrf.is_some_and(|i| i.value().attr("value") == Some("token")),
                "{name}: {action}"
            );
            if action.starts_with("/cases/") {
                let version = form.select(&Selector::parse("input[name=version]").unwrap()).next();
                assert_eq!(version.and_then(|i| i.value().attr("value")), Some("7"), "{name}: {action}");
            }
        }
    }
}

#[test]
fn what_a_role_may_not_do_is_absent() {
    let case = |role| pages(Tongue::Nl, role, false).into_iter().find(|(n, _)| *n == "case").unwrap().1;
    assert!(case(Role::Agent).contains("/cases/12/reply"));
    assert!(!case(Role::Marketing).contains("method=\"post\" action=\"/cases/"));
    let settings =
        |role| pages(Tongue::Nl, role, false).into_iter().find(|(n, _)| *n == "settings").unwrap().1;
    assert!(settings(Role::Admin).contains("/settings/tokens"));
    assert!(!settings(Role::Agent).contains("/settings/tokens"));
}

#[test]
fn the_words_that_decided_are_marked_in_the_text_although_a_title_stands_before_it() {
    let (_, page) = pages(Tongue::Nl, Role::Agent, false).into_iter().find(|(n, _)| *n == "case").unwrap();
    let html = Html::parse_document(&page);
    let marks: Vec<String> =
        html.select(&Selector::parse(".post mark").unwrap()).map(|e| e.text().collect()).collect();
    assert_eq!(marks, ["zou ik teruggebeld worden"]);
}

#[test]
fn the_case_page_in_dutch_and_the_inbox_in_english_read_as_they_should() {
    let body = |tongue, wanted: &str| {
        let (_, page) = pages(tongue, Role::Agent, false).into_iter().find(|(n, _)| *n == wanted).unwrap();
        let html = Html::parse_document(&page);
        let main = html.select(&Selector::parse("main").unwrap()).next().unwrap();
        let lines: Vec<String> = main
            .text()
            .map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|t| !t.is_empty())
            .collect();
        lines.join("\n")
    };
    insta::assert_snapshot!("case_nl", body(Tongue::Nl, "case"));
    insta::assert_snapshot!("inbox_en", body(Tongue::En, "inbox"));
}
