//! Those that people run themselves: Zammad, Redmine, Znuny, Chatwoot.

use gehoor_wire::Response;
use serde_json::{Value, json};

use super::{Asked, Small, created, missing, ok, text};
use crate::common::answer;

impl Small {
    pub(super) fn zammad(&mut self, asked: &Asked<'_>) -> Response {
        let sent = asked.sent;
        let show = |small: &Small, n: usize| {
            let t = &small.tickets[n];
            json!({"id": n + 1, "number": format!("2200{n}"), "state": t.state, "gehoor_key": t.key})
        };
        match (asked.method, asked.path) {
            ("GET", ["api", "v1", "tickets", "search"]) => {
                let numbers = match (asked.query)("condition[ticket.gehoor_key][value][]") {
                    key if !key.is_empty() => self.with_key(&key),
                    _ => asked
                        .all("condition[ticket.id][value][]")
                        .iter()
                        .filter_map(|id| self.at(id))
                        .collect(),
                };
                ok(numbers.into_iter().map(|n| show(self, n)).collect())
            }
            ("GET", ["api", "v1", "tickets", id]) => self.at(id).map_or_else(missing, |n| ok(show(self, n))),
            ("GET", ["api", "v1", "ticket_articles", "by_ticket", id]) => {
                let Some(n) = self.at(id) else { return missing() };
                ok(self.tickets[n]
                    .texts
                    .iter()
                    .map(|t| json!({"id": 1, "body": t, "internal": true}))
                    .collect())
            }
            ("POST", ["api", "v1", "tickets"]) => {
                let article = &sent["article"];
                let n = self.add(
                    text(&sent["gehoor_key"]),
                    "new".into(),
                    text(&article["body"]),
                    &sent["priority"],
                );
                if article["internal"] != true || article["type"] != "note" {
                    self.tickets[n - 1].public = self.tickets[n - 1].texts.clone();
                }
                created(show(self, n - 1))
            }
            ("PUT", ["api", "v1", "tickets", id]) => {
                let Some(n) = self.at(id) else { return missing() };
                self.set(n, &sent["state"]);
                self.tickets[n].priority = sent["priority"].clone();
                self.write(n, text(&sent["article"]["body"]), sent["article"]["internal"] != true);
                ok(show(self, n))
            }
            ("POST", ["api", "v1", "ticket_articles"]) => {
                let Some(n) = self.at(&sent["ticket_id"].to_string()) else { return missing() };
                self.write(n, text(&sent["body"]), sent["internal"] != true);
                created(json!({"id": 9, "ticket_id": n + 1}))
            }
            other => panic!("zammad was asked for {other:?}"),
        }
    }

    pub(super) fn redmine(&mut self, asked: &Asked<'_>) -> Response {
        let sent = &asked.sent["issue"];
        let show = |small: &Small, n: usize, whole: bool| {
            let t = &small.tickets[n];
            let names = json!({"1": "New", "2": "In Progress", "4": "Feedback", "5": "Closed"});
            let mut issue = json!({
                "id": n + 1,
                "status": {"id": t.state, "name": names[t.state.to_string()], "is_closed": t.state == 5},
                "description": t.texts.first(),
                "custom_fields": [{"id": 7, "name": "Gehoor", "value": t.key}],
            });
            if whole {
                issue["journals"] =
                    t.texts.iter().skip(1).map(|t| json!({"notes": t, "private_notes": true})).collect();
            }
            issue
        };
        match (asked.method, asked.path) {
            ("GET", ["issues.json"]) => {
                assert_eq!((asked.query)("status_id"), "*", "else only open issues are listed");
                let ids = (asked.query)("issue_id");
                let numbers = match (asked.query)("cf_7") {
                    key if !key.is_empty() => self.with_key(&key),
                    _ => ids.split(',').filter_map(|id| self.at(id)).collect(),
                };
                let issues: Vec<Value> = numbers.into_iter().map(|n| show(self, n, false)).collect();
                ok(json!({"issues": issues, "total_count": issues.len(), "offset": 0, "limit": 100}))
            }
            ("POST", ["issues.json"]) => {
                let key = sent["custom_fields"].as_array().unwrap().iter().find(|f| f["id"] == 7).unwrap();
                let n =
                    self.add(text(&key["value"]), 1.into(), text(&sent["description"]), &sent["priority_id"]);
                created(json!({"issue": show(self, n - 1, false)}))
            }
            (method, ["issues", file]) => {
                let Some(n) = self.at(file.strip_suffix(".json").unwrap()) else { return missing() };
                if method == "GET" {
                    return ok(json!({"issue": show(self, n, true)}));
                }
                assert_eq!(method, "PUT");
                self.set(n, &sent["status_id"]);
                if !sent["priority_id"].is_null() {
                    self.tickets[n].priority = sent["priority_id"].clone();
                }
                if let Some(notes) = sent["notes"].as_str() {
                    self.write(n, notes, sent["private_notes"] != true);
                }
                answer(204, "")
            }
            other => panic!("redmine was asked for {other:?}"),
        }
    }

    pub(super) fn znuny(&mut self, asked: &Asked<'_>) -> Response {
        let sent = asked.sent;
        assert_eq!(
            (asked.method, text(&sent["UserLogin"]), text(&sent["Password"])),
            ("POST", "gehoor", "geheim")
        );
        let denied =
            || ok(json!({"Error": {"ErrorCode": "TicketGet.AccessDenied", "ErrorMessage": "KLANTTEKST"}}));
        match asked.path.last().unwrap().to_owned() {
            "TicketSearch" => {
                let found = self.with_key(text(&sent["DynamicField_GehoorKey"]["Equals"]));
                let ids: Vec<String> = found.into_iter().map(|n| (n + 1).to_string()).collect();
                ok(if ids.is_empty() { json!({}) } else { json!({"TicketID": ids}) })
            }
            "TicketGet" => {
                let mut all = Vec::new();
                for id in text(&sent["TicketID"]).split(',') {
                    let Some(n) = self.at(id) else { return denied() };
                    let texts: Vec<Value> =
                        self.tickets[n].texts.iter().map(|t| json!({"Body": t})).collect();
                    all.push(json!({"TicketID": id, "State": self.tickets[n].state, "Article": texts}));
                }
                ok(json!({"Ticket": all}))
            }
            "TicketCreate" => {
                let key = sent["DynamicField"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|f| f["Name"] == "GehoorKey")
                    .unwrap();
                let (ticket, article) = (&sent["Ticket"], &sent["Article"]);
                let n = self.add(
                    text(&key["Value"]),
                    ticket["State"].clone(),
                    text(&article["Body"]),
                    &ticket["Priority"],
                );
                if article["IsVisibleForCustomer"] != 0 {
                    self.tickets[n - 1].public = self.tickets[n - 1].texts.clone();
                }
                ok(json!({"TicketID": n.to_string(), "TicketNumber": "2026112210000017", "ArticleID": "43"}))
            }
            "TicketUpdate" => {
                let Some(n) = self.at(text(&sent["TicketID"])) else {
                    return ok(
                        json!({"Error": {"ErrorCode": "TicketUpdate.AccessDenied", "ErrorMessage": "x"}}),
                    );
                };
                self.set(n, &sent["Ticket"]["State"]);
                self.tickets[n].priority = sent["Ticket"]["Priority"].clone();
                self.write(n, text(&sent["Article"]["Body"]), sent["Article"]["IsVisibleForCustomer"] != 0);
                ok(json!({"TicketID": (n + 1).to_string(), "ArticleID": "44"}))
            }
            other => panic!("znuny was asked for {other:?}"),
        }
    }

    pub(super) fn chatwoot(&mut self, asked: &Asked<'_>) -> Response {
        let sent = asked.sent;
        let show = |small: &Small, n: usize| {
            let t = &small.tickets[n];
            json!({"id": n + 1, "status": t.state, "custom_attributes": {"gehoor_key": t.key}})
        };
        match (asked.method, asked.path.get(4..).unwrap()) {
            ("POST", ["conversations", "filter"]) => {
                let filter = &sent["payload"][0];
                let values: Vec<&str> = filter["values"].as_array().unwrap().iter().map(text).collect();
                let numbers = match text(&filter["attribute_key"]) {
                    "gehoor_key" => self.with_key(values[0]),
                    _ => values.iter().filter_map(|id| self.at(id)).collect(),
                };
                let list: Vec<Value> = numbers.into_iter().map(|n| show(self, n)).collect();
                ok(json!({"meta": {"all_count": list.len()}, "payload": list}))
            }
            ("POST", ["contacts", "filter"]) => {
                let filter = &sent["payload"][0];
                assert_eq!(
                    (text(&filter["attribute_key"]), text(&filter["filter_operator"])),
                    ("identifier", "equal_to")
                );
                // Only the first value counts, and letters are compared small.
                let wanted = text(&filter["values"][0]).to_lowercase();
                let same = |c: &&Value| text(&c["identifier"]).to_lowercase() == wanted;
                let found: Vec<&Value> = self.contacts.iter().filter(same).collect();
                ok(json!({"meta": {"count": found.len()}, "payload": found}))
            }
            ("POST", ["contacts"]) => {
                let id = self.contacts.len() + 1;
                let contact = json!({
                    "id": id,
                    "identifier": sent["identifier"],
                    "contact_inboxes": [{"source_id": format!("source-{id}"), "inbox": {"id": 3}}],
                });
                self.contacts.push(contact.clone());
                ok(
                    json!({"payload": {"contact": contact, "contact_inbox": {"source_id": format!("source-{id}")}}}),
                )
            }
            ("POST", ["conversations"]) => {
                assert!(text(&sent["source_id"]).starts_with("source-") && sent["contact_id"].is_u64());
                let n = self.add(
                    text(&sent["custom_attributes"]["gehoor_key"]),
                    sent["status"].clone(),
                    "",
                    &Value::Null,
                );
                ok(show(self, n - 1))
            }
            ("GET", ["conversations", id]) => self.at(id).map_or_else(missing, |n| ok(show(self, n))),
            (_, ["conversations", id, what]) => {
                let Some(n) = self.at(id) else { return missing() };
                match (asked.method, *what) {
                    ("GET", "messages") => {
                        let list: Vec<Value> = self.tickets[n]
                            .texts
                            .iter()
                            .map(|t| json!({"content": t, "private": true}))
                            .collect();
                        ok(json!({"meta": {}, "payload": list}))
                    }
                    ("POST", "messages") => {
                        self.write(n, text(&sent["content"]), sent["private"] != true);
                        ok(json!({"id": 5, "content": sent["content"]}))
                    }
                    ("POST", "toggle_status") => {
                        self.set(n, &sent["status"]);
                        ok(
                            json!({"meta": {}, "payload": {"success": true, "current_status": self.tickets[n].state}}),
                        )
                    }
                    ("POST", "toggle_priority") => {
                        self.tickets[n].priority = sent["priority"].clone();
                        answer(200, "")
                    }
                    other => panic!("chatwoot was asked for {other:?}"),
                }
            }
            other => panic!("chatwoot was asked for {other:?}"),
        }
    }
}
