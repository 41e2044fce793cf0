//! What is sent to Znuny, byte for byte.

use gehoor_wire::login::part;
use gehoor_wire::{Request, Secret};
use serde_json::{Value, json};

use super::{KIND, Znuny, each, route};
use crate::answer::never;
use crate::desk::config::{filled, put, put_in};
use crate::desk::http::{call, with_json};
use crate::desk::{About, Ask};
use crate::letter::{Style, marked};
use crate::plug::{Context, Refusal};
use crate::{clean, defuse};

const TITLE: usize = 200;
const TEXT: usize = 100_000;

impl Znuny {
    /// A call of an operation. `:TicketID` in its path is the ticket.
    fn operation(&self, of: &str, id: &str, mut body: Value, cx: &Context<'_>) -> Result<Request, Refusal> {
        let wrong = || never("`routes` of this outlet cannot be used: give a method and a path");
        let (method, path) = route(of).ok_or_else(wrong)?;
        let path: Vec<&str> =
            path.into_iter().map(|part| if part == ":TicketID" { id } else { part }).collect();
        let secret = |name| {
            let found =
                cx.credential.and_then(|c| part(c, name, false).ok()).filter(|s| !s.reveal().is_empty());
            found.ok_or_else(|| {
                never("the credential of this outlet cannot be used: give it two lines, `username=…` and `password=…`")
            })
        };
        let (user, password): (Secret, Secret) = (secret("username")?, secret("password")?);
        put(&mut body, "UserLogin", user.reveal());
        put(&mut body, "Password", password.reveal());
        if !id.is_empty() {
            put(&mut body, "TicketID", id);
        }
        let mut request = call(KIND.name, method, &self.config.base, &path)?;
        request.repeatable = false;
        Ok(with_json(request, &body))
    }

    pub(super) fn get(&self, ids: &str, articles: bool, cx: &Context<'_>) -> Result<Request, Refusal> {
        let mut request =
            self.operation(&self.config.routes.get, ids, json!({"AllArticles": u8::from(articles)}), cx)?;
        request.repeatable = true;
        Ok(request)
    }

    /// Our text as an article that customers never see.
    fn article(&self, about: &About<'_>) -> Value {
        json!({
            "CommunicationChannel": "Internal",
            "SenderType": "agent",
            "IsVisibleForCustomer": u8::from(self.common.shows(about)),
            "Subject": defuse::templates(&clean::line(&about.delivery.subject, TITLE)),
            "Body": marked(about.delivery, &Style::DESK, TEXT),
            "ContentType": "text/plain; charset=utf8",
        })
    }

    fn pushed(&self, body: &mut Value, about: &About<'_>) {
        if let Some(priority) = self.common.priority.of(about.priority) {
            put_in(body, "Ticket", "Priority", priority.clone());
        }
        if let (Some(field), Some(due)) = (&self.config.due_field, about.due) {
            let due = due.strftime("%Y-%m-%d %H:%M:%S").to_string();
            put(body, "DynamicField", json!([{"Name": field, "Value": due}]));
        }
    }

    pub(super) fn request(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        let routes = &self.config.routes;
        match ask {
            Ask::LookUp => {
                let field = format!("DynamicField_{}", self.config.external_field);
                let query = json!({field: {"Equals": about.external}, "SearchInArchive": "AllTickets", "SortBy": "Age", "OrderBy": "Down"});
                let mut request = self.operation(&routes.search, "", query, cx)?;
                request.repeatable = true;
                Ok(request)
            }
            Ask::Change | Ask::Comment => {
                let mut body = json!({});
                if !about.is_silent() {
                    put(&mut body, "Article", self.article(about));
                }
                if about.closed {
                    put(&mut body, "Ticket", json!({"State": self.common.states.open}));
                }
                if ask == Ask::Change {
                    self.pushed(&mut body, about);
                }
                self.operation(&routes.update, about.id, body, cx)
            }
            Ask::Create => {
                let mut body = json!({"Ticket": {
                    "Title": defuse::templates(&clean::line(&about.delivery.subject, TITLE)),
                    "Queue": self.config.queue,
                    "State": self.config.new_state,
                    "CustomerUser": self.config.customer,
                }, "Article": self.article(about)});
                if let Some(kind) = &self.config.kind {
                    put_in(&mut body, "Ticket", "Type", kind.clone());
                }
                self.pushed(&mut body, about);
                let mut fields = vec![json!({"Name": self.config.external_field, "Value": about.external})];
                fields.extend(body.get("DynamicField").map(each).unwrap_or_default().into_iter().cloned());
                let filled = filled(&self.common.fields, about);
                fields.extend(filled.into_iter().map(|(name, value)| json!({"Name": name, "Value": value})));
                put(&mut body, "DynamicField", fields);
                self.operation(&routes.create, "", body, cx)
            }
            Ask::Ticket | Ask::Read | Ask::Texts | Ask::Reread | Ask::Own(_) => self.get(about.id, true, cx),
        }
    }
}
