//! The page again after a form that was refused: with what was sent, and why it was not taken.

use axum::response::{IntoResponse, Response};
use gehoor_domain::ids::CaseId;

use super::inbox::{InboxPage, asked, deaf, list, own};
use super::{refusal, render};
use crate::access::{Reader, local};
use crate::error::{Fail, words};
use crate::fields::Fields;
use crate::options::Web;
use crate::ui::Ui;
use crate::view::case::CaseView;
use crate::view::kept::Kept;

/// The case, after one of its forms was refused: nothing that was typed is lost.
pub(crate) async fn one(
    web: &Web,
    mut reader: Reader,
    id: CaseId,
    fields: &Fields,
    fail: &Fail,
) -> Result<Response, Fail> {
    let why = why(&reader.ui, fail);
    let back = local(fields.get("back")).unwrap_or_else(|| "/inbox".to_owned());
    let params = own(back.split_once('?').map(|(_, q)| q));
    let inbox = web.engine().inbox(&reader.viewer, &asked(&params)).await?;
    reader.ui.late = inbox.counts.late;
    let page = web.engine().case_page(&reader.viewer, id).await?;
    let mut view = CaseView::new(&reader.ui, &page, &back);
    if let (Fail::Refused(why), "assign") = (fail, fields.get("action"))
        && refusal::may_go_beyond(&reader.ui, why)
    {
        view.beyond = Some(fields.get("to").to_owned());
    }
    view.refuse(fields, why);
    let mut list = list(&reader.ui, &inbox, &params, Some(id));
    list.deaf = deaf(web, &reader, inbox.rows.is_empty());
    let at = Some(format!("/cases/{id}{}", params.query()));
    let page = render(&InboxPage { ui: reader.ui, list: Some(list), case: Some(view), has_case: true, at })?;
    Ok((fail.status(), page).into_response())
}

/// The list with what was chosen for many of its cases, after that was refused.
pub(crate) async fn many(
    web: &Web,
    mut reader: Reader,
    fields: &Fields,
    fail: &Fail,
) -> Result<Response, Fail> {
    let why = why(&reader.ui, fail);
    let back = local(fields.get("back")).unwrap_or_default();
    let params = own(back.split_once('?').map(|(_, q)| q));
    // Page marks stay: the cases that were chosen stand there.
    let mut chosen = params.clone();
    chosen.0.0.retain(|(k, _)| k != "select");
    chosen.0.0.push(("select".to_owned(), "1".to_owned()));
    let inbox = web.engine().inbox(&reader.viewer, &asked(&chosen)).await?;
    reader.ui.late = inbox.counts.late;
    let mut list = list(&reader.ui, &inbox, &chosen, None);
    list.kept = Kept::new("many", fields, why);
    list.deaf = deaf(web, &reader, inbox.rows.is_empty());
    let at = Some(format!("/inbox{}", chosen.query()));
    let page = render(&InboxPage { ui: reader.ui, list: Some(list), case: None, has_case: false, at })?;
    Ok((fail.status(), page).into_response())
}

/// Why a form was not taken, in words.
pub(crate) fn why(ui: &Ui, fail: &Fail) -> String {
    match fail {
        Fail::Refused(why) | Fail::Bad(why) => refusal::words(ui, why),
        other => words(ui, other).1,
    }
}
