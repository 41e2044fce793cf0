//! One's own language, look and password; for administrators users and tokens.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use gehoor_domain::ids::UserId;
use gehoor_domain::user::{Role, User};
use gehoor_engine::account::{LoginError, MIN_PASSWORD};
use gehoor_engine::views::{TokenRow, UserRow};
use jiff::Timestamp;

use super::flash::done;
use super::login::YEAR_SECONDS;
use super::{render, with_counts};
use crate::access::{Reader, cookie};
use crate::error::{Fail, inside};
use crate::fields::{Fields, Sent};
use crate::locale::Tongue;
use crate::options::Web;
use crate::ui::Ui;
use crate::view::Choice;
use gehoor_wire::Secret;

/// A user in the list.
pub(crate) struct UserLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) scope: String,
    pub(crate) lang: String,
    pub(crate) can_log_in: bool,
}

/// A token in the list.
pub(crate) struct TokenLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) created: Timestamp,
    pub(crate) revoked: Option<Timestamp>,
}

/// The form of a user.
pub(crate) struct Edit {
    pub(crate) title: String,
    pub(crate) known: bool,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) lang: String,
    pub(crate) disabled: bool,
    pub(crate) roles: Vec<Choice>,
    pub(crate) teams: Vec<Choice>,
    pub(crate) locations: Vec<Choice>,
}

impl Edit {
    /// What was typed, when it was refused. A password has to be typed again.
    fn fill_in(&mut self, typed: &Fields) {
        for (to, name) in [(&mut self.id, "id"), (&mut self.name, "name"), (&mut self.lang, "lang")] {
            typed.get(name).clone_into(to);
        }
        self.disabled = typed.get("disabled") == "1";
        for (choices, name) in
            [(&mut self.roles, "role"), (&mut self.teams, "team"), (&mut self.locations, "location")]
        {
            for choice in choices {
                choice.on = typed.all(name).any(|value| value == choice.value);
            }
        }
    }
}

#[derive(Template)]
#[template(path = "settings.html")]
pub(crate) struct SettingsPage {
    pub(crate) ui: Ui,
    pub(crate) users: Vec<UserLine>,
    pub(crate) tokens: Vec<TokenLine>,
    pub(crate) edit: Edit,
    /// The shortest password.
    pub(crate) least: usize,
    pub(crate) error: Option<String>,
    pub(crate) token: Option<String>,
}

/// `GET /settings`.
pub(crate) async fn show(
    State(web): State<Web>,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Result<Response, Fail> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let reader = with_counts(&web, reader).await?;
    render(&page(&web, reader.ui, fields.get("user"), None, None)?)
}

fn page(
    web: &Web,
    ui: Ui,
    edit: &str,
    error: Option<String>,
    token: Option<String>,
) -> Result<SettingsPage, Fail> {
    let (users, tokens) = if ui.administers() {
        (web.engine().users()?, web.engine().tokens()?)
    } else {
        (Vec::new(), Vec::new())
    };
    let house = web.engine().setup().lang.as_str();
    Ok(settings(ui, &users, &tokens, edit, house, error, token))
}

/// The page as shown. `house` is the language of whoever has chosen none.
pub(crate) fn settings(
    ui: Ui,
    users: &[UserRow],
    tokens: &[TokenRow],
    edit: &str,
    house: &str,
    error: Option<String>,
    token: Option<String>,
) -> SettingsPage {
    let known = users.iter().find(|u| u.user.id.as_str() == edit).map(|u| &u.user);
    SettingsPage {
        users: users.iter().map(|u| user_line(&ui, u, house)).collect(),
        tokens: tokens
            .iter()
            .map(|t| TokenLine {
                id: t.id.clone(),
                name: t.name.clone(),
                user: ui.person(&t.user),
                created: t.created,
                revoked: t.revoked,
            })
            .collect(),
        edit: edit_form(&ui, known, house),
        least: MIN_PASSWORD,
        ui,
        error,
        token,
    }
}

fn user_line(ui: &Ui, row: &UserRow, house: &str) -> UserLine {
    let user = &row.user;
    let places: Vec<String> = user.locations.iter().map(|l| ui.place_name(l)).collect();
    UserLine {
        id: user.id.to_string(),
        name: user.name.clone(),
        role: ui.label("role", user.role.as_str()),
        scope: if places.is_empty() { ui.t("scope-all") } else { places.join(", ") },
        lang: ui.label("lang", user.lang.as_deref().unwrap_or(house)),
        can_log_in: row.can_log_in && user.disabled.is_none(),
    }
}

fn edit_form(ui: &Ui, user: Option<&User>, house: &str) -> Edit {
    let role = user.map_or(Role::Agent, |u| u.role);
    let team = user.and_then(|u| u.team.as_ref());
    Edit {
        title: user.map_or_else(|| ui.t("user-add"), |u| ui.tv("user-change", &u.name)),
        known: user.is_some(),
        id: user.map(|u| u.id.to_string()).unwrap_or_default(),
        name: user.map(|u| u.name.clone()).unwrap_or_default(),
        lang: user.and_then(|u| u.lang.clone()).unwrap_or_else(|| house.to_owned()),
        disabled: user.is_some_and(|u| u.disabled.is_some()),
        roles: Role::ALL
            .iter()
            .map(|r| Choice::new(r.as_str(), ui.label("role", r.as_str()), *r == role))
            .collect(),
        teams: Choice::among(ui.teams(), team),
        locations: ui
            .places()
            .into_iter()
            .map(|(id, name)| Choice::new(id, name, user.is_some_and(|u| u.locations.contains(id))))
            .collect(),
    }
}

fn find(web: &Web, id: &UserId) -> Result<Option<User>, Fail> {
    Ok(web.engine().users()?.into_iter().map(|u| u.user).find(|u| u.id == *id))
}

/// `POST /settings/look`: language and theme of the reader.
pub(crate) async fn look(State(web): State<Web>, jar: CookieJar, sent: Sent) -> Result<Response, Fail> {
    let tongue = sent.fields.named("lang", Tongue::parse)?;
    if let Some(mut user) = find(&web, &sent.reader.viewer.user)? {
        user.lang = Some(tongue.as_str().to_owned());
        web.engine().put_user(user, None).await?;
    }
    let theme = match sent.fields.get("theme") {
        "light" => "light",
        "dark" => "dark",
        _ => "",
    };
    let seconds = if theme.is_empty() { 0 } else { YEAR_SECONDS };
    let jar = jar.add(cookie(&web, "lang", tongue.as_str().to_owned(), YEAR_SECONDS)).add(cookie(
        &web,
        "theme",
        theme.to_owned(),
        seconds,
    ));
    Ok((jar, done(&web, "/settings", "done-look", 0)).into_response())
}

/// `POST /settings/password`: one's own, with the old one as proof.
pub(crate) async fn password(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    let raw = |name: &str| {
        sent.fields.0.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let id = sent.reader.viewer.user.clone();
    let ui = sent.reader.ui;
    let told = match web.engine().login(id.as_str(), &raw("old"), "settings").await {
        Ok(session) => {
            // Only the proof was wanted.
            web.engine().logout(session.token.reveal()).await?;
            let user = find(&web, &id)?.ok_or(Fail::NotFound)?;
            match web.engine().put_user(user, Some(&Secret::new(raw("new")))).await.map_err(Fail::from) {
                Ok(()) => return Ok(done(&web, "/settings", "done-password", 0)),
                Err(fail) if fail.to_change() => crate::error::words(&ui, &fail).1,
                Err(fail) => return Err(fail),
            }
        }
        Err(LoginError::Wrong) => ui.t("password-wrong"),
        Err(LoginError::Throttled { until }) => ui.tv("login-throttled", &ui.relative(until)),
        Err(LoginError::Engine(error)) => return Err(inside(&error)),
    };
    let answer = render(&page(&web, ui, "", Some(told), None)?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, answer).into_response())
}

/// `POST /settings/users`: adds or changes a user.
pub(crate) async fn put_user(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    if !sent.reader.ui.administers() {
        return Err(Fail::Forbidden);
    }
    let fields = &sent.fields;
    let new = fields.get("new") == "1";
    // The form of who is there already is not put in the place of the one that was filled in.
    let raw = if new { String::new() } else { fields.get("id").to_owned() };
    let result = match read_user(&web, fields, sent.reader.ui.now) {
        Ok(user) => {
            let password = fields
                .0
                .iter()
                .find(|(k, v)| k == "password" && !v.is_empty())
                .map(|(_, v)| Secret::new(v.clone()));
            // Who adds somebody never changes who is there already.
            let kept = if new {
                web.engine().add_user(user, password.as_ref()).await
            } else {
                web.engine().put_user(user, password.as_ref()).await
            };
            kept.map_err(Fail::from)
        }
        Err(fail) => Err(fail),
    };
    match result {
        Ok(()) => Ok(done(&web, "/settings", "done-user", 0)),
        Err(fail) if fail.to_change() => {
            let why = crate::error::words(&sent.reader.ui, &fail).1;
            let mut refused = page(&web, sent.reader.ui, &raw, Some(why), None)?;
            refused.edit.fill_in(fields);
            Ok((fail.status(), render(&refused)?).into_response())
        }
        Err(fail) => Err(fail),
    }
}

fn read_user(web: &Web, fields: &Fields, now: Timestamp) -> Result<User, Fail> {
    let id: UserId = fields.read("id")?;
    let before = find(web, &id)?;
    let since = before.as_ref().and_then(|u| u.disabled).or(Some(now));
    Ok(User {
        id,
        name: fields.some("name").ok_or_else(|| Fail::field("name"))?.to_owned(),
        role: fields.named("role", Role::parse)?,
        locations: fields
            .all("location")
            .map(|l| l.parse().map_err(|_| Fail::field("location")))
            .collect::<Result<_, _>>()?,
        team: fields.maybe("team")?,
        lang: Some(fields.named("lang", Tongue::parse)?.as_str().to_owned()),
        password: None,
        disabled: if fields.get("disabled") == "1" { since } else { None },
    })
}

/// `POST /settings/tokens`: makes a token and shows it this once.
pub(crate) async fn add_token(State(web): State<Web>, sent: Sent) -> Result<Response, Fail> {
    if !sent.reader.ui.administers() {
        return Err(Fail::Forbidden);
    }
    let name = sent.fields.some("name").ok_or_else(|| Fail::field("name"))?;
    let secret = web.engine().add_token(name, &sent.fields.read("user")?).await?;
    render(&page(&web, sent.reader.ui, "", None, Some(secret.reveal().to_owned()))?)
}

/// `POST /settings/tokens/{id}/revoke`.
pub(crate) async fn revoke_token(
    State(web): State<Web>,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Fail> {
    if !sent.reader.ui.administers() {
        return Err(Fail::Forbidden);
    }
    web.engine().revoke_token(&id).await?;
    Ok(done(&web, "/settings", "done-token-revoked", 0))
}
