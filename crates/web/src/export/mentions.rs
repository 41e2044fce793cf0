//! `/search/export.csv` and `.jsonl`: one row a mention, streamed page by page.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use futures::StreamExt;
use futures::stream;
use gehoor_engine::queries::Mentions;
use gehoor_engine::views::Viewer;
use gehoor_search::{MentionDoc, SearchQuery};

use super::file;
use super::sheet::{Cell, head, lines};
use crate::access::Reader;
use crate::api::model::ApiMention;
use crate::error::Fail;
use crate::options::Web;
use crate::params::Params;

/// Mentions asked for at once, and rows of a file at most.
const PAGE: usize = 200;
const MOST: usize = 100_000;

const HEAD: [&str; 23] = [
    "id",
    "source",
    "external_id",
    "channel",
    "permalink",
    "author",
    "title",
    "text",
    "published",
    "seen",
    "stars",
    "own",
    "withdrawn",
    "copy_of",
    "case",
    "location",
    "lang",
    "sentiment",
    "intent",
    "severity",
    "topics",
    "signals",
    "model",
];

/// Mentions as CSV, for a program without pages; with the line of names when they are the first. Without cases.
#[must_use]
pub fn mentions_csv(docs: &[&MentionDoc], first: bool) -> String {
    let names = first.then(|| head(&HEAD));
    let rows = docs.iter().map(|doc| cells(&ApiMention::new(&doc.mention, doc.assessment.as_ref(), None)));
    String::from_utf8(lines(names.into_iter().chain(rows))).unwrap_or_default()
}

/// The two forms of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    Jsonl,
}

/// `GET /search/export.csv`.
pub(crate) async fn csv(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    export(web, query.as_deref(), reader, Form::Csv).await
}

/// `GET /search/export.jsonl`.
pub(crate) async fn jsonl(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    export(web, query.as_deref(), reader, Form::Jsonl).await
}

/// Where a running export is.
struct Run {
    web: Web,
    viewer: Viewer,
    query: SearchQuery,
    form: Form,
    rows: usize,
}

async fn export(web: Web, query: Option<&str>, reader: Reader, form: Form) -> Result<Response, Fail> {
    let params = Params::parse(query).with("after", None);
    let query = params.search_in(&web, &reader.viewer, PAGE).await?;
    // The first page is read before the answer begins, so that an error is still an error.
    let first = web.engine().mentions(&reader.viewer, &query).await?;
    let total = first.found.total;
    let (kind, name) = match form {
        Form::Csv => ("text/csv; charset=utf-8; header=present", "mentions.csv"),
        Form::Jsonl => ("application/x-ndjson; charset=utf-8", "mentions.jsonl"),
    };
    let mut opening = if form == Form::Csv { lines([head(&HEAD)]) } else { Vec::new() };
    opening.extend(chunk(&first, form));
    let next = first.found.next.clone();
    let run = Run { web, viewer: reader.viewer, query, form, rows: first.found.hits.len() };
    let rest = stream::unfold((run, next), |(mut run, next)| async move {
        let mark = next.filter(|_| run.rows < MOST)?;
        run.query.after = Some(mark);
        match run.web.engine().mentions(&run.viewer, &run.query).await {
            Ok(page) => {
                run.rows += page.found.hits.len();
                let bytes = chunk(&page, run.form);
                let next = page.found.next.clone();
                Some((Ok::<_, std::io::Error>(bytes), (run, next)))
            }
            // A file that ends early must not look whole: the connection is broken off.
            Err(error) => {
                crate::error::inside(&error);
                Some((Err(std::io::Error::other("the export failed")), (run, None)))
            }
        }
    });
    let body = Body::from_stream(stream::iter([Ok(opening)]).chain(rest));
    let mut response = file(body, kind, name, reader.ui.now);
    if total > MOST as u64
        && let Ok(note) = HeaderValue::from_str(&format!(
            "the first {MOST} of {total} rows: narrow the period for the rest"
        ))
    {
        response.headers_mut().insert(HeaderName::from_static("gehoor-note"), note);
    }
    Ok(response)
}

fn chunk(page: &Mentions, form: Form) -> Vec<u8> {
    let rows = page.found.hits.iter().map(|hit| {
        let case = page.cases.iter().find(|(id, _)| *id == hit.doc.mention.id).map(|(_, case)| case.0);
        ApiMention::new(&hit.doc.mention, hit.doc.assessment.as_ref(), case)
    });
    match form {
        Form::Csv => lines(rows.map(|row| cells(&row))),
        Form::Jsonl => {
            let mut out = Vec::new();
            for row in rows {
                out.extend(serde_json::to_vec(&row).unwrap_or_default());
                out.push(b'\n');
            }
            out
        }
    }
}

fn cells(m: &ApiMention) -> Vec<Cell> {
    let join = |labels: &[crate::api::model::ApiJudged]| {
        labels.iter().map(|l| l.label.as_str()).collect::<Vec<_>>().join(" ")
    };
    let a = m.assessment.as_ref();
    let label = |of: fn(&crate::api::model::ApiAssessment) -> &crate::api::model::ApiJudged| {
        Cell::maybe(a.map(|a| of(a).label.clone()))
    };
    vec![
        Cell::plain(&m.id),
        Cell::plain(&m.source),
        Cell::text(&m.external_id),
        Cell::plain(&m.channel),
        Cell::text(m.permalink.clone().unwrap_or_default()),
        Cell::text(&m.author),
        Cell::text(m.title.clone().unwrap_or_default()),
        Cell::text(&m.text),
        Cell::plain(&m.published),
        Cell::plain(&m.seen),
        Cell::maybe(m.stars),
        Cell::plain(m.own),
        Cell::maybe(m.withdrawn.as_ref()),
        Cell::maybe(m.copy_of.as_ref()),
        Cell::maybe(m.case),
        Cell::maybe(m.location.as_ref()),
        label(|a| &a.lang),
        label(|a| &a.sentiment),
        label(|a| &a.intent),
        label(|a| &a.severity),
        Cell::plain(a.map(|a| join(&a.topics)).unwrap_or_default()),
        Cell::plain(a.map(|a| join(&a.signals)).unwrap_or_default()),
        Cell::text(a.map(|a| a.model.clone()).unwrap_or_default()),
    ]
}
