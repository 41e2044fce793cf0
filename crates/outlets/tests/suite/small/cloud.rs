//! Those that others run: Zendesk, Freshdesk, Jira Service Management, Salesforce, HubSpot.

use gehoor_wire::Response;
use serde_json::{Value, json};

use super::{Asked, Small, created, missing, ok, text};
use crate::common::answer;

impl Small {
    pub(super) fn zendesk(&mut self, asked: &Asked<'_>) -> Response {
        let sent = &asked.sent["ticket"];
        let show = |small: &Small, n: usize| {
            let t = &small.tickets[n];
            json!({"id": n + 1, "status": t.state, "external_id": t.key})
        };
        match (asked.method, asked.path) {
            ("GET", ["api", "v2", "tickets.json"]) => {
                // Oldest first.
                let found = self.with_key(&(asked.query)("external_id")).into_iter().rev();
                ok(json!({"tickets": found.map(|n| show(self, n)).collect::<Vec<_>>(), "next_page": null}))
            }
            ("GET", ["api", "v2", "tickets", "show_many.json"]) => {
                let ids = (asked.query)("ids");
                let found = ids.split(',').filter_map(|id| self.at(id));
                ok(json!({"tickets": found.map(|n| show(self, n)).collect::<Vec<_>>()}))
            }
            ("POST", ["api", "v2", "tickets.json"]) => {
                let comment = &sent["comment"];
                let n = self.add(
                    text(&sent["external_id"]),
                    "new".into(),
                    text(&comment["html_body"]),
                    &sent["priority"],
                );
                self.tickets[n - 1].follows = sent["via_followup_source_id"].clone();
                if comment["public"] != false {
                    self.tickets[n - 1].public = self.tickets[n - 1].texts.clone();
                }
                created(json!({"ticket": show(self, n - 1), "audit": {}}))
            }
            ("GET", ["api", "v2", "tickets", id, "comments.json"]) => {
                let Some(n) = self.at(id) else { return missing() };
                let list = self.tickets[n].texts.iter().map(|t| json!({"html_body": t, "public": false}));
                ok(json!({"comments": list.collect::<Vec<_>>()}))
            }
            (method, ["api", "v2", "tickets", file]) => {
                let Some(n) = self.at(file.strip_suffix(".json").unwrap()) else { return missing() };
                if method == "PUT" {
                    if self.tickets[n].state == "closed" {
                        return answer(
                            422,
                            json!({"error": "RecordInvalid", "description": "KLANTTEKST"}).to_string(),
                        );
                    }
                    self.set(n, &sent["status"]);
                    self.tickets[n].priority = sent["priority"].clone();
                    self.write(n, text(&sent["comment"]["html_body"]), sent["comment"]["public"] != false);
                }
                ok(json!({"ticket": show(self, n)}))
            }
            other => panic!("zendesk was asked for {other:?}"),
        }
    }

    pub(super) fn freshdesk(&mut self, asked: &Asked<'_>) -> Response {
        let sent = asked.sent;
        let show = |small: &Small, n: usize, whole: bool| {
            let t = &small.tickets[n];
            let mut ticket = json!({"id": n + 1, "status": t.state, "custom_fields": {"cf_gehoor": t.key}});
            if whole {
                ticket["description"] = json!(t.texts.first());
            }
            ticket
        };
        match (asked.method, asked.path.get(2..).unwrap()) {
            ("GET", ["search", "tickets"]) => {
                let query = (asked.query)("query");
                let key = query.strip_prefix("\"cf_gehoor:'").and_then(|q| q.strip_suffix("'\"")).unwrap();
                let known = if self.lags { Vec::new() } else { self.with_key(key) };
                let found: Vec<Value> = known.into_iter().map(|n| show(self, n, false)).collect();
                ok(json!({"total": found.len(), "results": found}))
            }
            ("GET", ["tickets"]) => {
                let since = (asked.query)("updated_since");
                assert!(since.starts_with("2026-11-15T12") || since.starts_with("2026-11-22T"), "{since}");
                let seen = (0..self.tickets.len()).filter(|n| !self.tickets[*n].gone);
                ok(seen.map(|n| show(self, n, false)).collect())
            }
            ("POST", ["tickets"]) => {
                let key = text(&sent["custom_fields"]["cf_gehoor"]);
                let n = self.add(key, sent["status"].clone(), text(&sent["description"]), &sent["priority"]);
                created(show(self, n - 1, true))
            }
            (method, ["tickets", id, rest @ ..]) => {
                let Some(n) = self.at(id) else { return answer(404, "") };
                match (method, rest) {
                    ("GET", []) => ok(show(self, n, true)),
                    ("GET", ["conversations"]) => {
                        let notes = self.tickets[n].texts.iter().skip(1);
                        ok(notes.map(|t| json!({"id": 3, "body": t, "private": true})).collect())
                    }
                    ("PUT", []) => {
                        self.set(n, &sent["status"]);
                        self.tickets[n].priority = sent["priority"].clone();
                        ok(show(self, n, true))
                    }
                    ("POST", ["notes"]) => {
                        self.write(n, text(&sent["body"]), sent["private"] != true);
                        created(json!({"id": 4, "private": true}))
                    }
                    other => panic!("freshdesk was asked for {other:?}"),
                }
            }
            other => panic!("freshdesk was asked for {other:?}"),
        }
    }

    pub(super) fn jira(&mut self, asked: &Asked<'_>) -> Response {
        let sent = asked.sent;
        let show = |small: &Small, n: usize| {
            let t = &small.tickets[n];
            let category = if t.state == "Resolved" { "done" } else { "indeterminate" };
            json!({"id": "10000", "key": small.id(n + 1), "fields": {
                "status": {"name": t.state, "statusCategory": {"key": category}},
                "description": t.texts.first(),
                "customfield_10050": t.key,
            }})
        };
        match (asked.method, asked.path.get(1..).unwrap()) {
            ("POST", ["api", "3", "search", "jql"]) => {
                let key = text(&sent["jql"]).split("\\\"").nth(1).unwrap().to_owned();
                let found: Vec<Value> = self.with_key(&key).into_iter().map(|n| show(self, n)).collect();
                ok(json!({"issues": found, "isLast": true}))
            }
            ("POST", ["api", "3", "issue", "bulkfetch"]) => {
                let ids = sent["issueIdsOrKeys"].as_array().unwrap();
                let found: Vec<Value> =
                    ids.iter().filter_map(|id| self.at(text(id))).map(|n| show(self, n)).collect();
                ok(json!({"issues": found, "issueErrors": []}))
            }
            ("POST", ["servicedeskapi", "request"]) => {
                let values = &sent["requestFieldValues"];
                let key = text(&values["customfield_10050"]);
                let n =
                    self.add(key, "Waiting for support".into(), text(&values["description"]), &Value::Null);
                created(json!({"issueId": "10000", "issueKey": self.id(n), "_links": {}}))
            }
            ("POST", ["servicedeskapi", "request", id, "comment"]) => {
                let Some(n) = self.at(id) else { return missing() };
                self.write(n, text(&sent["body"]), sent["public"] != false);
                created(json!({"id": "7", "public": false}))
            }
            (method, ["api", "2", "issue", id, rest @ ..]) => {
                let Some(n) = self.at(id) else { return missing() };
                match (method, rest) {
                    ("GET", []) => ok(show(self, n)),
                    ("PUT", []) => {
                        self.tickets[n].priority = sent["fields"]["priority"]["name"].clone();
                        answer(204, "")
                    }
                    ("GET", ["comment"]) => {
                        let list = self.tickets[n].texts.iter().skip(1).map(|t| json!({"body": t}));
                        ok(json!({"comments": list.collect::<Vec<_>>(), "total": 1}))
                    }
                    ("GET", ["transitions"]) if self.stubborn => ok(json!({"transitions": []})),
                    ("GET", ["transitions"]) => ok(json!({"transitions": [
                        {"id": "5", "name": "Close", "to": {"name": "Closed", "statusCategory": {"key": "done"}}},
                        {"id": "11", "name": "Back", "to": {"name": "Waiting for support", "statusCategory": {"key": "new"}}},
                    ]})),
                    ("POST", ["transitions"]) => {
                        assert_eq!(sent["transition"]["id"], "11");
                        self.set(n, &"Waiting for support".into());
                        answer(204, "")
                    }
                    other => panic!("jira was asked for {other:?}"),
                }
            }
            other => panic!("jira was asked for {other:?}"),
        }
    }

    pub(super) fn salesforce(&mut self, asked: &Asked<'_>) -> Response {
        let sent = asked.sent;
        let show = |small: &Small, n: usize| {
            let t = &small.tickets[n];
            json!({"attributes": {"type": "Case"}, "Id": small.id(n + 1), "Status": t.state, "Description": t.texts.first()})
        };
        match (asked.method, asked.path.get(3..).unwrap()) {
            ("GET", ["query"]) => {
                let soql = (asked.query)("q");
                let ids: Vec<&str> = soql.split('\'').skip(1).step_by(2).collect();
                let records: Vec<Value> = match soql.contains("CaseComment") {
                    true => {
                        let n = self.at(ids[0]);
                        let texts = n.map(|n| self.tickets[n].texts.clone()).unwrap_or_default();
                        texts.iter().skip(1).map(|t| json!({"CommentBody": t})).collect()
                    }
                    false => ids.iter().filter_map(|id| self.at(id)).map(|n| show(self, n)).collect(),
                };
                ok(json!({"totalSize": records.len(), "done": true, "records": records}))
            }
            ("GET", ["sobjects", "Case", "Gehoor_Key__c", key]) => match self.with_key(key).first() {
                Some(n) => ok(show(self, *n)),
                None => answer(404, "[{\"errorCode\":\"NOT_FOUND\",\"message\":\"KLANTTEKST\"}]"),
            },
            ("PATCH", ["sobjects", "Case", "Gehoor_Key__c", key]) => {
                let n = match self.with_key(key).first() {
                    Some(n) => n + 1,
                    None => {
                        self.add(key, sent["Status"].clone(), text(&sent["Description"]), &sent["Priority"])
                    }
                };
                created(json!({"id": self.id(n), "success": true, "errors": [], "created": true}))
            }
            ("GET", ["sobjects", "Case", id]) => self.at(id).map_or_else(missing, |n| ok(show(self, n))),
            ("PATCH", ["sobjects", "Case", id]) => {
                let Some(n) = self.at(id) else { return missing() };
                self.set(n, &sent["Status"]);
                self.tickets[n].priority = sent["Priority"].clone();
                answer(204, "")
            }
            ("POST", ["sobjects", "CaseComment"]) => {
                let Some(n) = self.at(text(&sent["ParentId"])) else { return missing() };
                assert!(text(&sent["CommentBody"]).len() <= 4000);
                self.write(n, text(&sent["CommentBody"]), sent["IsPublished"] != false);
                created(json!({"id": "00a000000000001AAA", "success": true, "errors": []}))
            }
            other => panic!("salesforce was asked for {other:?}"),
        }
    }

    pub(super) fn hubspot(&mut self, asked: &Asked<'_>) -> Response {
        let sent = asked.sent;
        let show = |small: &Small, n: usize| {
            let t = &small.tickets[n];
            json!({"id": (n + 1).to_string(), "archived": false, "properties": {
                "hs_pipeline_stage": t.state, "content": t.texts.first(), "gehoor_key": t.key,
            }})
        };
        match (asked.method, asked.path.get(3..).unwrap()) {
            ("POST", ["tickets", "batch", "upsert"]) => {
                let input = &sent["inputs"][0];
                let properties = &input["properties"];
                let n = match self.with_key(text(&input["id"])).first() {
                    Some(n) => n + 1,
                    None => self.add(
                        text(&input["id"]),
                        properties["hs_pipeline_stage"].clone(),
                        text(&properties["content"]),
                        &properties["hs_ticket_priority"],
                    ),
                };
                created(json!({"status": "COMPLETE", "results": [show(self, n - 1)]}))
            }
            ("POST", ["tickets", "batch", "read"]) => {
                let ids = sent["inputs"].as_array().unwrap();
                let found: Vec<Value> =
                    ids.iter().filter_map(|i| self.at(text(&i["id"]))).map(|n| show(self, n)).collect();
                answer(207, json!({"status": "COMPLETE", "results": found, "errors": []}).to_string())
            }
            ("GET", ["tickets", id]) => {
                let found = match (asked.query)("idProperty").as_str() {
                    "gehoor_key" => self.with_key(id).first().copied(),
                    _ => self.at(id),
                };
                found.map_or_else(missing, |n| ok(show(self, n)))
            }
            ("PATCH", ["tickets", id]) => {
                let Some(n) = self.at(id) else { return missing() };
                self.set(n, &sent["properties"]["hs_pipeline_stage"]);
                self.tickets[n].priority = sent["properties"]["hs_ticket_priority"].clone();
                ok(show(self, n))
            }
            ("POST", ["notes", "search"]) => {
                let n = self.at(text(&sent["filterGroups"][0]["filters"][0]["value"]));
                let texts = n.map(|n| self.tickets[n].texts.clone()).unwrap_or_default();
                let notes: Vec<Value> = texts
                    .iter()
                    .skip(1)
                    .map(|t| json!({"id": "9", "properties": {"hs_note_body": t}}))
                    .collect();
                ok(json!({"total": notes.len(), "results": notes}))
            }
            ("POST", ["notes"]) => {
                let Some(n) = self.at(text(&sent["associations"][0]["to"]["id"])) else { return missing() };
                // Notes are for colleagues only.
                self.write(n, text(&sent["properties"]["hs_note_body"]), false);
                created(json!({"id": "10", "properties": {}}))
            }
            other => panic!("hubspot was asked for {other:?}"),
        }
    }
}
