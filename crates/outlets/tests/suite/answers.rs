//! What each answer of each kind means: fixtures in the shapes of the platforms.

use gehoor_domain::case::TicketState;
use gehoor_domain::effect::Task;
use gehoor_domain::ids::AlertId;
use gehoor_outlets::{Context, Refusal, Retry, Step, Watch, build};
use gehoor_wire::{Outgoing, Secret};
use jiff::SignedDuration;
use serde_json::Value;

use crate::common::{
    alert, answer, body, credential_of, delivery, example, fixture, now, outlet, request, shown, talk, ticket,
};
use crate::small::Small;

fn first(kind: &str, task: Task, status: u16, file: &str) -> Refusal {
    let delivery = delivery("queue-1", kind, task);
    let answers = |_: &Outgoing| answer(status, fixture(&format!("{kind}/{file}")));
    match talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), &delivery, answers).1 {
        Step::Refused(refusal) => refusal,
        other => panic!("{kind} {status} {file}: {other:?}"),
    }
}

#[test]
fn helpdesks_say_what_has_to_be_done() {
    let hour = Retry::After(SignedDuration::from_hours(1));
    for (kind, status, file, retry, word) in [
        ("zammad", 422, "refused.json", Retry::No, "`external_field`"),
        ("zendesk", 400, "used_key.json", Retry::BackOff, "looked up again"),
        ("zendesk", 409, "in_progress.json", Retry::BackOff, "again"),
        ("zendesk", 422, "invalid.json", Retry::No, "`fields`"),
        ("zendesk", 401, "unauthorized.json", Retry::No, "api-token"),
        ("freshdesk", 400, "invalid.json", Retry::No, "`external_field`"),
        ("freshdesk", 401, "unauthorized.json", Retry::No, "API key"),
        ("redmine", 422, "invalid.json", Retry::No, "`fields`"),
        ("znuny", 200, "auth_fail.json", Retry::No, "user and password"),
        ("znuny", 200, "invalid.json", Retry::No, "`queue`"),
        ("jira-service-management", 400, "no_field.json", Retry::No, "`external_field`"),
        ("jira-service-management", 429, "limited.json", Retry::BackOff, "again"),
        ("salesforce", 403, "limit.json", Retry::BackOff, "REQUEST_LIMIT_EXCEEDED"),
        ("salesforce", 400, "locked.json", Retry::BackOff, "UNABLE_TO_LOCK_ROW"),
        ("salesforce", 401, "session.json", Retry::No, "`client_id`"),
        ("salesforce", 300, "several.json", Retry::No, "unique"),
        ("hubspot", 429, "daily.json", hour, "hour"),
    ] {
        let refusal = first(kind, ticket(None), status, file);
        assert_eq!(refusal.retry, retry, "{kind} {file}: {}", refusal.reason);
        assert!(refusal.reason.contains(word), "{kind} {file}: {}", refusal.reason);
    }
}

#[test]
fn chats_say_what_has_to_be_done() {
    let after = |seconds| Retry::After(SignedDuration::from_secs(seconds));
    for (kind, status, file, retry, word) in [
        ("discord", 429, "limited.json", after(65), "again"),
        ("discord", 404, "unknown_webhook.json", Retry::No, "make a new one"),
        ("discord", 400, "invalid.json", Retry::No, "`thread`"),
        ("matrix", 429, "limited.json", after(2), "again"),
        ("matrix", 401, "unknown_token.json", Retry::No, "access token"),
        ("matrix", 403, "forbidden.json", Retry::No, "joined"),
        ("mattermost", 404, "no_channel.json", Retry::No, "make a new one"),
        ("ntfy", 429, "limited.json", Retry::BackOff, "again"),
        ("ntfy", 429, "daily.json", after(4 * 3600), "today"),
        ("ntfy", 403, "forbidden.json", Retry::No, "`topic`"),
        ("pagerduty", 400, "invalid.json", Retry::No, "integration key"),
        ("pagerduty", 429, "invalid.json", after(120), "again"),
        ("alertmanager", 400, "bad_alert.json", Retry::No, "`labels`"),
        ("teams", 400, "not_enabled.json", Retry::No, "switched on"),
    ] {
        let refusal = first(kind, alert(), status, file);
        assert_eq!(refusal.retry, retry, "{kind} {file}: {}", refusal.reason);
        assert!(refusal.reason.contains(word), "{kind} {file}: {}", refusal.reason);
    }
}

#[test]
fn states_are_read_from_what_the_platforms_show() {
    for (kind, id, file, state) in [
        ("zammad", "12", "ticket_closed.json", TicketState::Resolved),
        ("zendesk", "35436", "ticket_solved.json", TicketState::Resolved),
        ("freshdesk", "20", "ticket_resolved.json", TicketState::Resolved),
        ("redmine", "20", "issue_closed.json", TicketState::Resolved),
        ("znuny", "123", "ticket.json", TicketState::Resolved),
        // Its name means nothing to us, its category does.
        ("jira-service-management", "CM-42", "issue_done.json", TicketState::Resolved),
        ("salesforce", "500000000000020AAA", "case_closed.json", TicketState::Resolved),
        ("hubspot", "20", "ticket_closed.json", TicketState::Resolved),
        ("chatwoot", "20", "conversation_resolved.json", TicketState::Resolved),
    ] {
        let plug = outlet(kind);
        let ids = [id.to_owned()];
        let secret = credential_of(kind);
        let cx = Context { now: now(), credential: secret.as_ref() };
        assert!(matches!(plug.watch(&ids, &cx), Watch::Ask(_)), "{kind}");
        let news = plug.read_news(&ids, &answer(200, fixture(&format!("{kind}/{file}")))).unwrap();
        assert_eq!((news[0].id.as_str(), news[0].state), (id, state), "{kind}");
    }
    let ids: Vec<String> = (12..16).map(|n| n.to_string()).collect();
    let news = outlet("zammad").read_news(&ids, &answer(200, fixture("zammad/news.json"))).unwrap();
    let states: Vec<TicketState> = news.iter().map(|n| n.state).collect();
    assert_eq!(states, [TicketState::Resolved, TicketState::Pending, TicketState::Open, TicketState::Gone]);
}

#[test]
fn a_mapping_of_states_in_the_configuration_is_followed() {
    let mut own = example(&gehoor_outlets::freshdesk::KIND);
    own.insert("resolved_states".into(), toml::Value::Array(vec![5.into()]));
    own.insert("pending_states".into(), toml::Value::Array(vec![4.into(), 7.into()]));
    let plug = build("freshdesk", &own).unwrap();
    let heard = answer(200, fixture("freshdesk/ticket_resolved.json"));
    assert_eq!(plug.read_news(&["20".to_owned()], &heard).unwrap()[0].state, TicketState::Pending);
}

#[test]
fn a_closed_zendesk_ticket_gets_one_follow_up_that_points_to_it() {
    let kind = "zendesk";
    let mut small = Small::new(kind);
    let deliver = |small: &mut Small, stage: &str, known: Option<&str>| {
        let delivery = delivery(stage, kind, ticket(known));
        let (sent, end) = talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), &delivery, |out| {
            small.answer(request(out))
        });
        match end {
            Step::Done(receipt) => (sent, receipt.id.unwrap()),
            other => panic!("{other:?}"),
        }
    };
    deliver(&mut small, "queue-1", None);
    small.tickets[0].state = "closed".into();
    for _ in 0..2 {
        assert_eq!(deliver(&mut small, "queue-2", Some("1")).1, "2");
    }
    assert_eq!((small.tickets.len(), &small.tickets[1].follows), (2, &Value::from(1)));
    // The case still knows the old one only: the follow-up is found by our key.
    assert_eq!(deliver(&mut small, "queue-3", Some("1")).1, "2");
    assert_eq!((small.tickets.len(), small.tickets[1].texts.len()), (2, 2));
}

#[test]
fn a_search_of_freshdesk_that_lags_makes_no_second_ticket() {
    let kind = "freshdesk";
    let mut small = Small::new(kind);
    small.lags = true;
    for _ in 0..3 {
        let queue = delivery("queue-1", kind, ticket(None));
        let (_, end) = talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), &queue, |out| {
            small.answer(request(out))
        });
        assert!(matches!(end, Step::Done(r) if r.id.as_deref() == Some("1")));
    }
    assert_eq!((small.tickets.len(), small.tickets[0].texts.len()), (1, 1));
}

#[test]
fn a_reopening_that_redmine_leaves_out_with_a_yes_is_noticed_and_leads_to_one_that_follows() {
    let kind = "redmine";
    let mut small = Small::with_tickets(kind, 1);
    small.tickets[0].state = 5.into();
    small.stubborn = true;
    let again = delivery("queue-2", kind, ticket(Some("1")));
    let (_, end) =
        talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), &again, |out| small.answer(request(out)));
    assert!(matches!(end, Step::Done(r) if r.id.as_deref() == Some("2")));
    assert_eq!((small.tickets[0].texts.len(), small.tickets[1].texts.len()), (1, 1));
}

#[test]
fn a_batch_of_which_nothing_was_written_is_no_success() {
    let queue = delivery("queue-1", "hubspot", ticket(None));
    let answers = |out: &Outgoing| match request(out).method.as_str() {
        "GET" => answer(404, "{\"status\":\"error\",\"category\":\"OBJECT_NOT_FOUND\"}"),
        _ => answer(207, fixture("hubspot/not_written.json")),
    };
    let (_, end) = talk(outlet("hubspot").as_ref(), credential_of("hubspot").as_ref(), &queue, answers);
    assert!(matches!(end, Step::Refused(r) if r.retry == Retry::No && r.reason.contains("unique")));
}

#[test]
fn our_text_is_found_in_a_document_of_jira_and_one_hit_of_znuny_need_be_no_list() {
    let kind = "jira-service-management";
    let queue = delivery("queue-1", kind, ticket(None));
    let answers = |_: &Outgoing| answer(200, fixture("jira-service-management/search_adf.json"));
    let (sent, end) = talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), &queue, answers);
    assert!(sent.len() == 1 && matches!(end, Step::Done(r) if r.id.as_deref() == Some("CM-42")));

    let queue = delivery("queue-1", "znuny", ticket(None));
    let mut files = ["found_one.json", "ticket.json"].iter();
    let answers =
        |_: &Outgoing| answer(200, files.next().map_or("{}".into(), |f| fixture(&format!("znuny/{f}"))));
    let (sent, _) = talk(outlet("znuny").as_ref(), credential_of("znuny").as_ref(), &queue, answers);
    assert!(request(&sent[2]).url.path().ends_with("/TicketUpdate"));
    let update: Value = serde_json::from_slice(body(request(&sent[2]))).unwrap();
    assert_eq!(
        (&update["TicketID"], &update["Ticket"]["State"]),
        (&Value::from("123"), &Value::from("open"))
    );
}

#[test]
fn a_contact_of_chatwoot_is_read_in_both_shapes() {
    let queue = delivery("queue-1", "chatwoot", ticket(None));
    let answers = |out: &Outgoing| match request(out).url.path().rsplit('/').next() {
        Some("filter") => answer(200, "{\"payload\":[]}"),
        Some("contacts") => answer(200, fixture("chatwoot/contact_flat.json")),
        _ => answer(200, "{\"id\":9}"),
    };
    let (sent, _) = talk(outlet("chatwoot").as_ref(), credential_of("chatwoot").as_ref(), &queue, answers);
    let opened: Value = serde_json::from_slice(body(request(&sent[3]))).unwrap();
    assert_eq!((&opened["contact_id"], &opened["source_id"]), (&Value::from(5), &Value::from("s-5")));
}

#[test]
fn configured_fields_are_filled_in_and_never_replace_ours() {
    let fields: toml::Table =
        "fields = { post = \"{permalink}\", author = \"{author}\", title = \"x\", gehoor_key = \"x\" }"
            .parse()
            .unwrap();
    let mut own = example(&gehoor_outlets::zammad::KIND);
    own.extend(fields);
    own.insert("due_field".into(), "gehoor_due".into());
    let plug = build("zammad", &own).unwrap();
    let mut small = Small::new("zammad");
    let queue = delivery("queue-1", "zammad", ticket(None));
    let (sent, _) =
        talk(plug.as_ref(), credential_of("zammad").as_ref(), &queue, |out| small.answer(request(out)));
    let made: Value = serde_json::from_slice(body(request(sent.last().unwrap()))).unwrap();
    assert_eq!(made["post"], "https://social.example.org/@jan/1");
    assert_eq!(
        (&made["author"], &made["gehoor_due"]),
        (&Value::from("Jan"), &Value::from("2026-11-22T14:00:00Z"))
    );
    assert_eq!(
        (&made["title"], &made["gehoor_key"]),
        (&Value::from("Zaak 7 · Levering · Zwolle"), &Value::from("gehoor-bouwhoek-7"))
    );
}

#[test]
fn salesforce_logs_in_by_oauth() {
    let plug = outlet("salesforce");
    let login = plug.login().unwrap();
    let grant = login.ask(&Secret::new("geheim"), None, now()).unwrap();
    let gehoor_wire::login::Grant::Ask(ask) = grant else { panic!("nothing is asked") };
    assert_eq!(ask.url.as_str(), "https://example.my.salesforce.com/services/oauth2/token");
    assert!(outlet("zendesk").login().is_none());
}

#[test]
fn alerts_of_every_chat_as_they_go_out() {
    for kind in ["alertmanager", "discord", "matrix", "mattermost", "ntfy", "pagerduty", "teams"] {
        let urgent = delivery("alert-3", kind, alert());
        let (sent, _) =
            talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), &urgent, |_| answer(500, ""));
        insta::assert_snapshot!(format!("alert_{kind}"), shown(&sent[0]));
    }
}

#[test]
fn an_alert_that_is_over_ends_where_something_can_end() {
    let over = Task::Alert { alert: AlertId(3), level: "resolved".to_owned() };
    let body = |kind: &str| -> Value {
        let over = delivery("alert-3", kind, over.clone());
        let (sent, _) = talk(outlet(kind).as_ref(), credential_of(kind).as_ref(), &over, |_| answer(500, ""));
        serde_json::from_slice(body(request(&sent[0]))).unwrap()
    };
    let event = body("pagerduty");
    assert_eq!((&event["event_action"], &event["dedup_key"]), (&"resolve".into(), &"gehoor-alert-3".into()));
    let alerts = body("alertmanager");
    let severities: Vec<&Value> =
        alerts.as_array().unwrap().iter().map(|a| &a["labels"]["severity"]).collect();
    assert_eq!(severities, ["critical", "warning", "info"]);
    assert!(alerts.as_array().unwrap().iter().all(|a| a["endsAt"] == "2026-11-22T09:59:00Z"));
    assert!(body("mattermost")["text"].as_str().unwrap().starts_with("**🟢"));
}

#[test]
fn a_token_for_those_that_need_none_goes_into_the_header() {
    for (kind, token, expected) in [
        ("ntfy", "tk_abc", "Bearer tk_abc"),
        ("alertmanager", "user:geheim", "Basic dXNlcjpnZWhlaW0="),
        ("alertmanager", "token", "Bearer token"),
    ] {
        let secret = Secret::new(token);
        let urgent = delivery("alert-3", kind, alert());
        let (sent, _) = talk(outlet(kind).as_ref(), Some(&secret), &urgent, |_| answer(500, ""));
        let header = &request(&sent[0]).headers["authorization"];
        assert!(header.is_sensitive() && header == expected, "{kind}");
    }
}

#[test]
fn znuny_is_told_the_type_of_a_ticket_where_it_has_types() {
    let mut own = example(&gehoor_outlets::znuny::KIND);
    own.insert("type".into(), "Incident".into());
    let (plug, mut small) = (build("znuny", &own).unwrap(), Small::new("znuny"));
    let queue = delivery("queue-1", "znuny", ticket(None));
    let (sent, _) =
        talk(plug.as_ref(), credential_of("znuny").as_ref(), &queue, |out| small.answer(request(out)));
    let made: Value = serde_json::from_slice(body(request(sent.last().unwrap()))).unwrap();
    assert_eq!((&made["Ticket"]["Type"], &made["Ticket"]["State"]), (&"Incident".into(), &"new".into()));
}

#[test]
fn wrong_configuration_is_named() {
    for (kind, key, value) in [
        ("zammad", "customer", "klant"),
        ("zammad", "external_field", "a:b OR c"),
        ("zendesk", "requester", "a@b, c@d"),
        ("zendesk", "type", "wish"),
        ("freshdesk", "external_field", "unique_external_id"),
        ("redmine", "project", "Klachten/../x"),
        ("znuny", "external_field", "a b"),
        ("jira-service-management", "base", "ftp://x"),
        ("salesforce", "external_field", "a/b"),
        ("salesforce", "api_version", "62"),
        ("hubspot", "external_field", "a-b"),
        ("chatwoot", "external_field", "a-b"),
        ("matrix", "room", "#webcare:example.org"),
        ("ntfy", "topic", "a/b"),
        ("discord", "thread", "x&y=1"),
        ("alertmanager", "name", ""),
        ("pagerduty", "source", "a b"),
        ("zammad", "open_state", "closed"),
        ("zammad", "fields", "x"),
    ] {
        let mut own = example(gehoor_outlets::kind(kind).unwrap());
        own.insert(key.into(), value.into());
        let error = build(kind, &own).err().unwrap_or_else(|| panic!("{kind} takes {key} = {value}"));
        assert!(error.0.contains(&format!("`{key}`")), "{kind}: {error}");
    }
    let mut own = example(&gehoor_outlets::znuny::KIND);
    own.insert("routes".into(), toml::Value::Table("get = \"GET /Ticket/:TicketID\"".parse().unwrap()));
    assert!(build("znuny", &own).err().unwrap().0.contains("`routes`"));
    // Its tickets need a priority, whatever ours is.
    let mut own = example(&gehoor_outlets::znuny::KIND);
    own.extend("priority = [[30, \"3 normal\"]]".parse::<toml::Table>().unwrap());
    assert!(build("znuny", &own).err().unwrap().0.contains("`priority`"));
}
