//! One reply to many cases: the body once, a first line for each, what the check says of each, and what became of it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use gehoor_domain::ids::CaseId;
use gehoor_engine::many_replies::{OneReply, ProposedLine, RepliedOne, ReplyToMany};

use super::{refusal, render, with_counts};
use crate::access::{Reader, local};
use crate::error::Fail;
use crate::fields::{Fields, Sent};
use crate::locale::Arg;
use crate::options::Web;
use crate::ui::Ui;
use crate::view::reply::{FindingLine, findings};

/// So much of a post is shown beside its first line.
const SHOWN: usize = 240;

/// A case that is still to be answered.
pub(crate) struct OneCase {
    pub(crate) id: u64,
    pub(crate) version: u64,
    pub(crate) author: String,
    pub(crate) asked: String,
    pub(crate) lang: String,
    pub(crate) lang_code: &'static str,
    pub(crate) first_line: String,
    pub(crate) how: String,
    /// It leaves by itself, or once somebody agreed; else somebody posts it by hand.
    pub(crate) leaves: bool,
    pub(crate) findings: Vec<FindingTick>,
    pub(crate) refused: Option<String>,
}

/// What the check found in one of them.
pub(crate) struct FindingTick {
    pub(crate) line: FindingLine,
    pub(crate) ticked: bool,
}

#[derive(Template)]
#[template(path = "many_replies.html")]
pub(crate) struct ManyRepliesPage {
    pub(crate) ui: Ui,
    pub(crate) body: String,
    pub(crate) by_hand: bool,
    /// People may post them by hand.
    pub(crate) may_by_hand: bool,
    pub(crate) cases: Vec<OneCase>,
    /// Cases that were taken just now, with what was said of each.
    pub(crate) done: Vec<u64>,
    /// Cases that are not there, or have nothing to answer, with why.
    pub(crate) gone: Vec<(u64, String)>,
    pub(crate) says: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) back: String,
    pub(crate) checked: bool,
}

impl ManyRepliesPage {
    /// What the button does: nothing is sent where all of them are posted by hand.
    fn go(&self) -> String {
        let leaves = self.cases.iter().any(|one| one.leaves);
        let key = if leaves { "many-reply-go" } else { "many-reply-lay" };
        self.ui.tn(key, self.cases.len())
    }
}

/// `GET /replies/many?case=1&case=2`.
pub(crate) async fn show(
    State(web): State<Web>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Fail> {
    let fields = Fields::parse(query.as_deref().unwrap_or("").as_bytes());
    let reader = with_counts(&web, reader).await?;
    let proposed = web.engine().propose_lines(&reader.viewer, &ids(&fields))?;
    if proposed.is_empty() {
        return Err(Fail::NotFound);
    }
    let may_by_hand = proposed.iter().any(|p| p.by_hand && p.channel.is_some());
    let cases = proposed.into_iter().map(|p| one(&reader.ui, p, None, &fields)).collect();
    render(&ManyRepliesPage {
        cases,
        body: String::new(),
        by_hand: false,
        may_by_hand,
        done: Vec::new(),
        gone: Vec::new(),
        says: None,
        error: None,
        back: back(&fields),
        checked: false,
        ui: reader.ui,
    })
}

/// `POST /replies/many`: checks them, or sends what may go; what may not stays on the page with its reason.
pub(crate) async fn send(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    let Sent { reader, fields } = sent;
    let reader = with_counts(&web, reader).await?;
    let ids = ids(&fields);
    if ids.is_empty() {
        return Err(Fail::field("case"));
    }
    let asked = asked(&ids, &fields);
    let sends = fields.get("how") == "send";
    let engine = web.engine();
    let tried = if sends {
        engine.reply_to_many(&reader.viewer, &asked).await
    } else {
        engine.check_many(&reader.viewer, &asked)
    };
    let mut proposed = engine.propose_lines(&reader.viewer, &ids)?;
    let (results, error) = match tried {
        Ok(results) => (results, None),
        Err(error) => match Fail::from(error) {
            Fail::Refused(why) => (Vec::new(), Some(refusal::words(&reader.ui, &why))),
            fail => return Err(fail),
        },
    };
    let done: Vec<u64> = results.iter().filter(|r| r.reply.is_some()).map(|r| r.id.0).collect();
    proposed.retain(|p| !done.contains(&p.case.0));
    let gone = results.iter().filter(|r| r.reply.is_none() && !proposed.iter().any(|p| p.case == r.id));
    let gone = gone.map(|r| {
        let why = r.refused.as_deref().unwrap_or_default();
        (r.id.0, refusal::words(&reader.ui, why))
    });
    let gone = gone.collect();
    let may_by_hand = proposed.iter().any(|p| p.by_hand && p.channel.is_some());
    let left = |p: &ProposedLine| results.iter().find(|r| r.id == p.case);
    let says = sends.then(|| {
        let count = |n: usize| Arg::N(i64::try_from(n).unwrap_or(i64::MAX));
        reader.ui.tx("many-says", &[("n", count(done.len())), ("all", count(results.len()))])
    });
    let cases = proposed.into_iter().map(|p| {
        let result = left(&p).cloned();
        one(&reader.ui, p, result.as_ref(), &fields)
    });
    render(&ManyRepliesPage {
        cases: cases.collect(),
        body: asked.body.clone(),
        by_hand: asked.by_hand,
        may_by_hand,
        done,
        gone,
        says: says.filter(|_| error.is_none()),
        error,
        back: back(&fields),
        checked: !sends,
        ui: reader.ui,
    })
}

fn ids(fields: &Fields) -> Vec<CaseId> {
    fields.all("case").filter_map(|id| id.parse().ok()).collect()
}

fn back(fields: &Fields) -> String {
    local(fields.get("back")).unwrap_or_else(|| "/inbox".to_owned())
}

fn asked(ids: &[CaseId], fields: &Fields) -> ReplyToMany {
    let cases = ids.iter().map(|id| OneReply {
        case: *id,
        first_line: fields.get(&format!("first-{id}")).to_owned(),
        ticked: ticked(*id, fields),
        version: fields.get(&format!("version-{id}")).parse().ok(),
    });
    ReplyToMany {
        body: fields.get("body").replace("\r\n", "\n"),
        cases: cases.collect(),
        by_hand: fields.get("by-hand") == "1",
    }
}

/// What is ticked for one case.
fn ticked(id: CaseId, fields: &Fields) -> Vec<String> {
    let own = format!("ticked-{id}");
    fields.all(&own).map(str::to_owned).collect()
}

fn one(ui: &Ui, proposed: ProposedLine, result: Option<&RepliedOne>, fields: &Fields) -> OneCase {
    let id = proposed.case;
    let typed = format!("first-{id}");
    let was_typed = fields.0.iter().any(|(name, _)| *name == typed);
    let through = match (&proposed.channel, proposed.needs_approval) {
        (_, true) => ui.t("reply-go-approval"),
        (Some(channel), false) => channel.clone(),
        (None, false) => ui.t("replies-by-hand"),
    };
    let ticked = ticked(id, fields);
    let found = result.map(|r| findings(ui, &r.findings)).unwrap_or_default();
    let mut asked: String = proposed.asked.chars().take(SHOWN).collect();
    if asked.len() < proposed.asked.len() {
        asked.push('…');
    }
    OneCase {
        id: id.0,
        // A refusal because the case has changed is looked at on this page: the next go is made from here.
        version: proposed.version,
        author: proposed.author,
        asked,
        lang: ui.label("lang", proposed.lang.as_str()),
        lang_code: proposed.lang.as_str(),
        first_line: if was_typed { fields.get(&typed).to_owned() } else { proposed.first_line },
        how: through,
        leaves: proposed.channel.is_some() || proposed.needs_approval,
        findings: found
            .into_iter()
            .map(|line| FindingTick { ticked: ticked.iter().any(|t| t == line.kind), line })
            .collect(),
        refused: result.and_then(|r| r.refused.as_deref()).map(|why| refusal::words(ui, why)),
    }
}
