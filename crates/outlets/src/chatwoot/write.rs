//! What is sent to Chatwoot, byte for byte.

use gehoor_wire::Request;
use http::Method;
use serde_json::{Value, json};

use super::{CONTACT, Chatwoot, KIND, OPEN, PRIORITY};
use crate::desk::config::{add, filled, put};
use crate::desk::http::{Shown, call, secret, show, with_json};
use crate::desk::{About, Ask};
use crate::letter::{Style, marked};
use crate::plug::{Context, Refusal};
use crate::{clean, defuse};

const TEXT: usize = 60_000;

impl Chatwoot {
    fn call(&self, method: Method, path: &[&str], cx: &Context<'_>) -> Result<Request, Refusal> {
        let token = secret(cx.credential, "the access token of an administrator")?;
        let account = self.config.account.to_string();
        let path = [&["api", "v1", "accounts", &account], path].concat();
        let mut request = call(KIND.name, method, &self.config.base, &path)?;
        show(&mut request, token, Shown::Header("api_access_token"))?;
        Ok(request)
    }

    pub(super) fn filter(
        &self,
        of: &str,
        key: &str,
        model: &str,
        values: &[&str],
        cx: &Context<'_>,
    ) -> Result<Request, Refusal> {
        let mut request = self.call(Method::POST, &[of, "filter"], cx)?;
        request.repeatable = true;
        let filter = json!({
            "attribute_key": key,
            "attribute_model": model,
            "filter_operator": "equal_to",
            "values": values,
            "query_operator": null,
        });
        Ok(with_json(request, &json!({"payload": [filter]})))
    }

    fn new_conversation(&self, about: &About<'_>) -> Value {
        let (contact, source) = about.id.split_once('/').unwrap_or((about.id, ""));
        let mut attributes = json!({self.config.external_field.as_str(): about.external});
        if let (Some(field), Some(due)) = (&self.config.due_field, about.due) {
            put(&mut attributes, field, due.strftime("%Y-%m-%d %H:%M UTC").to_string());
        }
        add(&mut attributes, filled(&self.common.fields, about));
        let mut body = json!({
            "inbox_id": self.config.inbox,
            "contact_id": contact.parse::<u64>().ok(),
            "status": self.common.states.open,
            "custom_attributes": attributes,
        });
        if !source.is_empty() {
            put(&mut body, "source_id", source);
        }
        body
    }

    pub(super) fn request(&self, ask: Ask, about: &About<'_>, cx: &Context<'_>) -> Result<Request, Refusal> {
        let conversation = |method, what: &str| self.call(method, &["conversations", about.id, what], cx);
        match ask {
            Ask::LookUp => {
                let field = &self.config.external_field;
                self.filter("conversations", field, "custom_attributes", &[&about.external], cx)
            }
            Ask::Texts => conversation(Method::GET, "messages"),
            Ask::Change if about.closed => {
                let mut request = conversation(Method::POST, "toggle_status")?;
                request.repeatable = true;
                Ok(with_json(request, &json!({"status": self.common.states.open})))
            }
            Ask::Change | PRIORITY => {
                let mut request = conversation(Method::POST, "toggle_priority")?;
                request.repeatable = true;
                Ok(with_json(request, &json!({"priority": self.common.priority.of(about.priority)})))
            }
            Ask::Comment => {
                let note = json!({
                    "content": marked(about.delivery, &Style::MARKUP, TEXT),
                    "message_type": "outgoing",
                    "private": !self.common.shows(about),
                });
                Ok(with_json(conversation(Method::POST, "messages")?, &note))
            }
            Ask::Create => self.filter("contacts", "identifier", "standard", &[&about.external], cx),
            CONTACT => {
                let author =
                    about.delivery.posts.first().map(|p| clean::line(&p.author, 80)).unwrap_or_default();
                let name = if author.is_empty() { "?".to_owned() } else { defuse::desk(&author) };
                let contact =
                    json!({"inbox_id": self.config.inbox, "name": name, "identifier": about.external});
                Ok(with_json(self.call(Method::POST, &["contacts"], cx)?, &contact))
            }
            OPEN => {
                let request = self.call(Method::POST, &["conversations"], cx)?;
                Ok(with_json(request, &self.new_conversation(about)))
            }
            Ask::Ticket | Ask::Read | Ask::Reread | Ask::Own(_) => {
                self.call(Method::GET, &["conversations", about.id], cx)
            }
        }
    }
}
