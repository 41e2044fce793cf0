//! Search over all mentions, with every filter as a link and counts beside it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gehoor_domain::case::Voice;
use gehoor_engine::queries::SearchPage as Answer;
use gehoor_search::Counts;
use jiff::SignedDuration;

use super::{render, with_counts};
use crate::access::Reader;
use crate::chart::{Column, Words, stacked};
use crate::error::Fail;
use crate::html::Html;
use crate::options::Web;
use crate::params::{LABELS, Params};
use crate::ui::Ui;
use crate::view::coverage::deaf_within;
use crate::view::post::PostView;
use crate::view::{Chip, Choice};

/// With no beginning of a period: so far back it is looked whether everything was heard.
const LOOKED_AT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Hits on a page.
const HITS: usize = 25;
/// Lines of a facet.
const LINES: usize = 8;

/// A list to choose from.
pub(crate) struct Select {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) options: Vec<Choice>,
}

/// The form as it was sent.
pub(crate) struct Form {
    pub(crate) q: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) author: String,
    pub(crate) stars: [&'static str; 5],
    pub(crate) stars_min: String,
    pub(crate) stars_max: String,
    pub(crate) relevance: bool,
    pub(crate) withdrawn: bool,
    pub(crate) copies: bool,
    pub(crate) not_own: bool,
    pub(crate) not_elsewhere: bool,
    pub(crate) more: bool,
    pub(crate) selects: Vec<Select>,
}

/// One line of a facet.
pub(crate) struct Line {
    pub(crate) href: String,
    pub(crate) text: String,
    pub(crate) on: bool,
    pub(crate) count: u64,
}

/// Counts of one property.
pub(crate) struct Facet {
    pub(crate) label: String,
    pub(crate) lines: Vec<Line>,
}

/// What was found.
pub(crate) struct Found {
    pub(crate) title: String,
    pub(crate) csv: String,
    pub(crate) jsonl: String,
    pub(crate) trends: String,
    pub(crate) on: Vec<Chip>,
    pub(crate) chart: Html,
    pub(crate) hits: Vec<PostView>,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) facets: Vec<Facet>,
    /// With nothing found: what was not heard of that time.
    pub(crate) deaf: Option<String>,
}

#[derive(Template)]
#[template(path = "search.html")]
pub(crate) struct SearchPage {
    pub(crate) ui: Ui,
    pub(crate) form: Form,
    pub(crate) found: Option<Found>,
    pub(crate) error: Option<String>,
}

/// `GET /search`.
pub(crate) async fn show(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let Reader { ui, viewer, .. } = with_counts(&web, reader).await?;
    let params = Params::parse(query.as_deref());
    let form = form(&ui, &params);
    let answer = match params.search_in(&web, &viewer, HITS).await {
        Ok(query) => {
            let (from, until) = (query.filter.from, query.filter.until.unwrap_or(ui.now));
            let from = from.unwrap_or_else(|| until.saturating_sub(LOOKED_AT).unwrap_or(until));
            let answer = web.engine().search(&viewer, &query).await;
            answer.map(|answer| (answer, from, until)).map_err(Fail::from)
        }
        Err(fail) => Err(fail),
    };
    match answer {
        Ok((answer, from, until)) => {
            let mut found = found(&ui, &params, &answer);
            if found.hits.is_empty() {
                found.deaf = deaf_within(&ui, &web.engine().listening(&viewer, from, until));
            }
            render(&SearchPage { ui, form, found: Some(found), error: None })
        }
        Err(fail) if fail.to_change() => {
            let error = Some(crate::error::words(&ui, &fail).1);
            let page = render(&SearchPage { ui, form, found: None, error })?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(fail) => Err(fail),
    }
}

/// The word of a value of a filter.
pub(crate) fn word(ui: &Ui, name: &str, value: &str) -> String {
    match name {
        _ if value.is_empty() => ui.t("unknown"),
        // A shop of somebody else has no name here, not even when it is asked for.
        "location" => ui
            .places()
            .into_iter()
            .find(|(id, _)| id.as_str() == value)
            .map_or_else(|| value.to_owned(), |(_, name)| name.to_owned()),
        "source" => value.parse().map_or_else(|_| value.to_owned(), |id| ui.source_name(&id)),
        "topic" if !value.contains('.') => ui.label("topicgroup", value),
        _ => ui.label(name, value),
    }
}

/// The form of search and trends.
pub(crate) fn form(ui: &Ui, params: &Params) -> Form {
    let choice = |name: &'static str, values: Vec<(String, String)>| Select {
        name,
        label: ui.t(name),
        options: values
            .into_iter()
            .map(|(value, text)| Choice { on: params.has(name, &value), value, text })
            .collect(),
    };
    let labels = |name: &'static str, values: Vec<&'static str>| {
        choice(name, values.into_iter().map(|v| (v.to_owned(), ui.label(name, v))).collect())
    };
    let mut selects = vec![choice(
        "location",
        ui.places().into_iter().map(|(id, name)| (id.to_string(), name.to_owned())).collect(),
    )];
    if !ui.sources().is_empty() {
        selects.push(choice(
            "source",
            ui.sources().into_iter().map(|(id, name)| (id.to_string(), name.to_owned())).collect(),
        ));
    }
    selects
        .push(labels("channel", gehoor_domain::mention::Channel::ALL.iter().map(|x| x.as_str()).collect()));
    selects.push(labels("lang", gehoor_domain::assessment::Lang::ALL.iter().map(|x| x.as_str()).collect()));
    selects.push(labels(
        "sentiment",
        gehoor_domain::assessment::Sentiment::ALL.iter().map(|x| x.as_str()).collect(),
    ));
    selects
        .push(labels("intent", gehoor_domain::assessment::Intent::ALL.iter().map(|x| x.as_str()).collect()));
    let topic = params.get("topic");
    if !topic.is_empty() {
        selects.push(choice("topic", vec![(topic.to_owned(), word(ui, "topic", topic))]));
    }
    Form {
        q: params.get("q").to_owned(),
        from: params.get("from").to_owned(),
        until: params.get("until").to_owned(),
        author: params.get("author").to_owned(),
        stars: ["1", "2", "3", "4", "5"],
        stars_min: params.get("stars_min").to_owned(),
        stars_max: params.get("stars_max").to_owned(),
        relevance: params.get("sort") == "relevance",
        withdrawn: params.get("withdrawn") == "1",
        copies: params.get("copies") == "1",
        not_own: params.get("own") == "no",
        not_elsewhere: params.get("elsewhere") == "no",
        more: [
            "from",
            "until",
            "author",
            "stars_min",
            "stars_max",
            "sort",
            "withdrawn",
            "copies",
            "own",
            "elsewhere",
        ]
        .iter()
        .any(|n| !params.get(n).is_empty()),
        selects,
    }
}

/// Filters that are on, each with the link that takes it off.
pub(crate) fn chips(ui: &Ui, params: &Params, path: &str) -> Vec<Chip> {
    let mut out = Vec::new();
    for name in LABELS {
        for value in params.0.all(name) {
            let text = format!("{}: {}", ui.t(name), word(ui, name, value));
            out.push(Chip { href: format!("{path}{}", params.toggled(name, value).query()), text });
        }
    }
    if !params.get("copies_of").is_empty() {
        let href = format!("{path}{}", params.with("copies_of", None).query());
        out.push(Chip { href, text: ui.t("only-copies") });
    }
    for (name, key) in [("own", "not-own"), ("elsewhere", "not-elsewhere"), ("unlocated", "only-unlocated")] {
        if matches!(params.get(name), "no" | "1") {
            let href = format!("{path}{}", params.with(name, None).query());
            out.push(Chip { href, text: ui.t(key) });
        }
    }
    for name in ["from", "until", "author", "stars_min", "stars_max"] {
        let value = params.get(name);
        if !value.is_empty() {
            let text = format!("{}: {value}", ui.t(&name.replace('_', "-")));
            out.push(Chip { href: format!("{path}{}", params.with(name, None).query()), text });
        }
    }
    out
}

fn found(ui: &Ui, params: &Params, answer: &Answer) -> Found {
    let query = params.with("after", None).query();
    let hits = answer.found.hits.iter().map(|hit| {
        let mention = &hit.doc.mention;
        let voice = if mention.own { Voice::Us } else { Voice::Customer };
        let source = ui.source_name(&mention.source);
        let mut post =
            PostView::new(ui, mention, hit.doc.assessment.as_ref(), voice, &source, Some(&hit.marks));
        post.case = answer.cases.iter().find(|(id, _)| *id == mention.id).map(|(_, case)| case.0);
        post.copies = answer.copies.iter().find(|(id, _)| *id == mention.id).map(|(id, number)| {
            let copies = Params::default().with("copies_of", Some(id.as_str()));
            (ui.tn("copies-n", *number), format!("/search{}", copies.query()))
        });
        post
    });
    let facet = |name: &'static str, counts: &Counts| facet(ui, params, name, counts);
    let facets = [
        facet("intent", &answer.facets.intents),
        facet("sentiment", &answer.facets.sentiments),
        facet("topic", &answer.facets.topics),
        facet("location", &answer.facets.locations),
        facet("channel", &answer.facets.channels),
        facet("source", &answer.facets.sources),
        facet("lang", &answer.facets.langs),
    ];
    Found {
        title: ui.tn("search-found", answer.found.total),
        csv: format!("/search/export.csv{query}"),
        jsonl: format!("/search/export.jsonl{query}"),
        trends: format!("/trends{}", params.shared().query()),
        on: chips(ui, params, "/search"),
        chart: volume(ui, &answer.bins),
        hits: hits.collect(),
        first: (!params.get("after").is_empty()).then(|| format!("/search{query}")),
        next: answer
            .found
            .next
            .as_ref()
            .map(|mark| format!("/search{}", params.with("after", Some(mark)).query())),
        deaf: None,
        facets: facets.into_iter().filter(|f| !f.lines.is_empty()).collect(),
    }
}

fn facet(ui: &Ui, params: &Params, name: &'static str, counts: &Counts) -> Facet {
    // A franchisee knows of no sources by name.
    let hidden = name == "source" && !ui.operates();
    let mut lines: Vec<Line> = counts
        .iter()
        .filter(|(value, count)| !value.is_empty() && **count > 0 && !hidden)
        .map(|(value, count)| Line {
            href: format!("/search{}", params.toggled(name, value).query()),
            text: word(ui, name, value),
            on: params.has(name, value),
            count: *count,
        })
        .collect();
    lines.sort_by(|a, b| b.on.cmp(&a.on).then(b.count.cmp(&a.count)).then(a.text.cmp(&b.text)));
    lines.truncate(LINES);
    Facet { label: ui.t(name), lines }
}

/// Mentions over time.
pub(crate) fn volume(ui: &Ui, bins: &[gehoor_search::Bin]) -> Html {
    if bins.len() < 2 {
        return Html::default();
    }
    let columns: Vec<Column> = bins
        .iter()
        .map(|bin| {
            let [negative, neutral, positive, mixed] = bin.tally.by_sentiment;
            let judged = negative + neutral + positive + mixed;
            Column {
                name: ui.day(bin.start),
                parts: [negative, neutral, positive, mixed, bin.tally.count.saturating_sub(judged)],
            }
        })
        .collect();
    let labels = ["negative", "neutral", "positive", "mixed"].map(|s| ui.label("sentiment", s));
    let heads = [ui.t("day"), ui.t("mentions")].into_iter().chain(labels.clone()).collect();
    let words = Words {
        id: "volume",
        title: ui.t("chart-volume"),
        says: ui.t("chart-volume-says"),
        table: ui.t("chart-table"),
        heads,
    };
    let [a, b, c, d] = &labels;
    stacked(&words, &columns, [a, b, c, d], &|v| ui.tongue.number(v, 0))
}
