//! Alerts at a real Alertmanager, a real ntfy and a real Matrix server.

use gehoor_domain::effect::Task;
use gehoor_domain::ids::AlertId;
use gehoor_outlets::{Outlet, Retry, Step, build};
use gehoor_wire::Secret;
use serde_json::{Value, json};

use crate::peer::{Net, Part, delivery};

fn alert(number: u64, level: &str) -> Task {
    Task::Alert { alert: AlertId(number), level: level.to_owned() }
}

fn tell(net: &Net, plug: &dyn Outlet, task: Task) {
    let end = net.talk(plug, None, &delivery("alert-3", task), |_| false);
    assert!(matches!(end, Step::Done(_)), "{end:?}");
}

#[test]
fn a_real_alertmanager_has_an_alert_once_and_ends_it() {
    let part = Part::start("alertmanager");
    let net = Net::new();
    let own = json!({"base": part.text("url"), "include_text": true, "labels": {"team": "webcare"}});
    let plug = build("alertmanager", &serde_json::from_value(own).unwrap()).unwrap();
    let active = || {
        let url = format!("{}/api/v2/alerts?active=true&filter=alertname%3D%22Gehoor%22", part.text("url"));
        net.json("GET", &url, None, &Value::Null).1.as_array().unwrap().clone()
    };
    tell(&net, plug.as_ref(), alert(3, "urgent"));
    tell(&net, plug.as_ref(), alert(3, "urgent"));
    tell(&net, plug.as_ref(), alert(4, "warning"));
    let seen = active();
    assert_eq!(seen.len(), 2, "{seen:?}");
    let third = seen.iter().find(|a| a["labels"]["alert"] == "3").unwrap();
    assert_eq!(
        third["labels"],
        json!({"alertname": "Gehoor", "alert": "3", "severity": "critical", "team": "webcare"})
    );
    assert_eq!(third["annotations"]["case_url"], "https://gehoor.example.org/cases/7");
    let text = third["annotations"]["description"].as_str().unwrap();
    assert!(text.contains("Bank stuk") && !text.contains("https://evil"), "{text}");

    tell(&net, plug.as_ref(), alert(3, "resolved"));
    let left: Vec<Value> = active().iter().map(|a| a["labels"]["alert"].clone()).collect();
    assert_eq!(left, ["4"]);
}

#[test]
fn a_real_ntfy_shows_an_alert_as_plain_text() {
    let part = Part::start("ntfy");
    let net = Net::new();
    let own = json!({"base": part.text("url"), "topic": "gehoor-alarm", "include_text": true});
    let plug = build("ntfy", &serde_json::from_value(own).unwrap()).unwrap();
    tell(&net, plug.as_ref(), alert(3, "urgent"));
    let url = format!("{}/gehoor-alarm/json?poll=1&since=all", part.text("url"));
    let (status, seen) = net.json("GET", &url, None, &Value::Null);
    assert_eq!(status, 200);
    assert_eq!(
        (&seen["priority"], &seen["click"]),
        (&json!(5), &json!("https://gehoor.example.org/cases/7"))
    );
    let text = seen["message"].as_str().unwrap();
    assert!(text.contains("Bank stuk") && !text.contains("https://evil"), "{text}");
    assert!(seen["title"].as_str().unwrap().starts_with("🔴"));

    // A server of one's own that lets nobody write.
    let wrong = Secret::new("tk_wrong0000000000000000000000000");
    let end = net.talk(plug.as_ref(), Some(&wrong), &delivery("alert-4", alert(4, "info")), |_| false);
    assert!(
        matches!(&end, Step::Refused(r) if r.retry == Retry::No && r.reason.contains("token")),
        "{end:?}"
    );
}

#[test]
fn a_real_matrix_server_has_a_message_once_and_nobody_is_called() {
    let part = Part::start("synapse");
    let net = Net::new();
    let own = json!({"base": part.text("url"), "room": part.text("room")});
    let plug = build("matrix", &serde_json::from_value(own).unwrap()).unwrap();
    let token = Secret::new(part.text("token"));
    let urgent = delivery("alert-3", alert(3, "urgent"));
    // The answer gets lost, and it is sent again: one message.
    let lost = net.talk(plug.as_ref(), Some(&token), &urgent, |_| true);
    assert!(matches!(&lost, Step::Refused(r) if r.retry == Retry::BackOff), "{lost:?}");
    let end = net.talk(plug.as_ref(), Some(&token), &urgent, |_| false);
    let Step::Done(receipt) = end else { panic!("{end:?}") };

    let room = part.text("room").replace('!', "%21").replace(':', "%3A");
    let url = format!("{}/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=20", part.text("url"));
    let bearer = format!("Bearer {}", part.text("reader_token"));
    let (status, seen) = net.json("GET", &url, Some(("authorization", &bearer)), &Value::Null);
    assert_eq!(status, 200, "{seen}");
    let all = seen["chunk"].as_array().unwrap();
    let messages: Vec<&Value> = all.iter().filter(|event| event["type"] == "m.room.message").collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0]["event_id"].as_str(), receipt.id.as_deref());
    let content = &messages[0]["content"];
    assert_eq!((&content["msgtype"], &content["m.mentions"]), (&json!("m.notice"), &json!({})));
    let (text, html) = (content["body"].as_str().unwrap(), content["formatted_body"].as_str().unwrap());
    assert!(text.contains("Bank stuk") && !text.contains("https://evil"), "{text}");
    assert!(
        !html.contains("<script") && html.contains("<a href=\"https://gehoor.example.org/cases/7\">"),
        "{html}"
    );

    let end = net.talk(plug.as_ref(), Some(&Secret::new("syt_wrong")), &urgent, |_| false);
    assert!(
        matches!(&end, Step::Refused(r) if r.retry == Retry::No && r.reason.contains("token")),
        "{end:?}"
    );
}
