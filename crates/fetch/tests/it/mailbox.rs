//! Mailboxes against a server that says what the test wants. The real one is asked in `real`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gehoor_fetch::{Client, MAILBOX_TYPE, Options, Outcome, Transport};
use gehoor_wire::Request;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use url::Url;

use crate::common::{noon, options, said};

/// What the server answers to a command (without its tag); `{t}` in it stands for the tag. Nothing: it hangs up.
pub(crate) type Script = fn(&str) -> Option<String>;

/// A server that greets and then goes by a script. Gives its port and the commands it heard.
pub(crate) async fn imap(greeting: &'static str, script: Script) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            let _ = write.write_all(format!("{greeting}\r\n").as_bytes()).await;
            let mut tag = String::new();
            while let Ok(Some(line)) = lines.next_line().await {
                let command = match line.split_once(' ') {
                    Some((new, command)) if new.starts_with('g') => {
                        tag = new.to_owned();
                        command.to_owned()
                    }
                    _ => line,
                };
                kept.lock().unwrap().push(command.clone());
                let Some(answer) = script(&command) else { break };
                let _ = write.write_all(answer.replace("{t}", &tag).as_bytes()).await;
            }
        }
    });
    (port, heard)
}

/// A well-behaved server with messages 121 and 150.
pub(crate) fn good(command: &str) -> Option<String> {
    let text = match command {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2\r\n{t} OK done\r\n",
        "AUTHENTICATE PLAIN" | "AUTHENTICATE XOAUTH2" => "+ \r\n",
        "EXAMINE \"INBOX\"" => {
            "* FLAGS (\\Seen)\r\n* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 171] ok\r\n{t} OK [READ-ONLY] done\r\n"
        }
        "UID SEARCH UID 120:170" => "* SEARCH 150 121\r\n{t} OK done\r\n",
        c if c.ends_with("(UID RFC822.SIZE)") => {
            "* 1 FETCH (UID 121 RFC822.SIZE 5)\r\n* 2 FETCH (RFC822.SIZE 9000000 UID 150)\r\n{t} OK done\r\n"
        }
        c if c.contains("BODY.PEEK") => {
            "* 2 FETCH (UID 150 RFC822.SIZE 9000000 INTERNALDATE NIL BODY[]<0> {3}\r\nc\r\n)\r\n* 1 FETCH (FLAGS (\\Seen))\r\n\
             * 1 FETCH (UID 121 RFC822.SIZE 5 INTERNALDATE \" 3-May-2024 12:00:00 +0200\" BODY[]<0> \"a\\\"b\")\r\n{t} OK done\r\n"
        }
        "LOGOUT" => "* BYE bye\r\n{t} OK done\r\n",
        _ => "{t} OK done\r\n",
    };
    Some(text.to_owned())
}

pub(crate) fn basic() -> HeaderValue {
    HeaderValue::from_str(&format!("Basic {}", STANDARD.encode("jo@shop.example:hush1"))).unwrap()
}

pub(crate) fn request(url: &str, login: HeaderValue) -> Request {
    let mut request = Request::api(Method::GET, Url::parse(url).unwrap());
    request.headers.insert(AUTHORIZATION, login);
    request
}

async fn ask(client: &Client, port: u16, path: &str) -> Outcome {
    client.send(request(&format!("imap://127.0.0.1:{port}{path}"), basic()), None, noon()).await
}

pub(crate) fn answer(outcome: &Outcome) -> Value {
    let Outcome::Body { response, .. } = outcome else { panic!("{}", said(outcome)) };
    assert_eq!(response.header("content-type"), Some(MAILBOX_TYPE));
    serde_json::from_slice(&response.body).unwrap()
}

fn client() -> Client {
    Client::new(options()).unwrap()
}

#[tokio::test]
async fn messages_come_in_order_and_nothing_is_asked_that_changes_the_mailbox() {
    let (port, heard) = imap("* OK hello", good).await;
    let outcome = ask(&client(), port, "/INBOX;UIDVALIDITY=7/;UID=120:*").await;
    let expected = json!({"uidvalidity": 7, "uidnext": 171, "next": 171, "more": false, "messages": [
        {"uid": 121, "internal_date": "2024-05-03T10:00:00Z", "size": 5, "cut": false, "raw": STANDARD.encode("a\"b")},
        {"uid": 150, "size": 9_000_000, "cut": false, "raw": STANDARD.encode("c\r\n")},
    ]});
    assert_eq!(answer(&outcome), expected);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let heard = heard.lock().unwrap().clone();
    let login = STANDARD.encode("\0jo@shop.example\0hush1");
    let fetch = "UID FETCH 121,150 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.1048576>)";
    assert_eq!(
        heard,
        [
            "CAPABILITY",
            "AUTHENTICATE PLAIN",
            &login,
            "EXAMINE \"INBOX\"",
            "UID SEARCH UID 120:170",
            "UID FETCH 121,150 (UID RFC822.SIZE)",
            fetch,
            "LOGOUT"
        ]
    );
}

#[tokio::test]
async fn a_folder_that_counts_anew_is_told_without_messages() {
    let (port, heard) = imap("* OK hello", good).await;
    let outcome = ask(&client(), port, "/INBOX;UIDVALIDITY=6/;UID=120:*").await;
    let expected = json!({"uidvalidity": 7, "uidnext": 171, "next": 1, "more": true, "messages": []});
    assert_eq!(answer(&outcome), expected);
    assert!(!heard.lock().unwrap().iter().any(|command| command.contains("FETCH")));
}

#[tokio::test]
async fn nothing_new_is_an_answer_without_messages() {
    let (port, _) = imap("* OK hello", good).await;
    let outcome = ask(&client(), port, "/INBOX;UIDVALIDITY=7/;UID=171:*").await;
    let expected = json!({"uidvalidity": 7, "uidnext": 171, "next": 171, "more": false, "messages": []});
    assert_eq!(answer(&outcome), expected);
}

#[tokio::test]
async fn a_token_logs_in_by_xoauth2_and_a_refused_one_says_what_to_do() {
    let (port, heard) = imap("* OK hello", good).await;
    let url =
        format!("imap://jo%40shop.example;AUTH=XOAUTH2@127.0.0.1:{port}/INBOX;UIDVALIDITY=7/;UID=171:*");
    let token = HeaderValue::from_static("Bearer tok");
    let outcome = client().send(request(&url, token.clone()), None, noon()).await;
    let Outcome::Body { response, .. } = &outcome else { panic!("{}", said(&outcome)) };
    assert!(!response.url.as_str().contains("jo%40"), "{}", response.url);
    let said_to_it = STANDARD.encode("user=jo@shop.example\u{1}auth=Bearer tok\u{1}\u{1}");
    assert!(heard.lock().unwrap().contains(&said_to_it));

    let (port, _) = imap("* OK hello", |command| match command {
        "" => Some("{t} NO [AUTHENTICATIONFAILED] jo@shop.example\r\n".to_owned()),
        c if c.ends_with('=') => Some("+ eyJzdGF0dXMiOiI0MDEifQ==\r\n".to_owned()),
        c => good(c),
    })
    .await;
    let url = format!("imap://jo%40shop.example@127.0.0.1:{port}/");
    let outcome = client().send(request(&url, token), None, noon()).await;
    let Outcome::Permanent { response: Some(response), .. } = &outcome else { panic!("{}", said(&outcome)) };
    assert_eq!(response.status, 401, "a login knows by it that its token has ended");
    let outcome = said(&outcome);
    assert_eq!(
        outcome,
        "permanent: mailbox at 127.0.0.1 refused the login: renew the permission of its token"
    );
}

#[tokio::test]
async fn refusals_are_sorted_and_never_repeat_what_the_server_says() {
    fn login(code: &'static str) -> Option<String> {
        Some(format!("{{t}} NO {code} jo@shop.example has no geheim\r\n"))
    }
    let cases: [(&'static str, Script, &str); 9] = [
        (
            "* OK hello",
            |c| if c.ends_with('=') { login("[AUTHENTICATIONFAILED]") } else { good(c) },
            "permanent: mailbox at 127.0.0.1 refused the login: check user name and password",
        ),
        (
            "* OK hello",
            |c| if c.ends_with('=') { login("[UNAVAILABLE]") } else { good(c) },
            "transient: mailbox at 127.0.0.1 cannot check the login now",
        ),
        (
            "* OK hello",
            |c| if c.ends_with('=') { login("[LIMIT]") } else { good(c) },
            "wait: mailbox at 127.0.0.1 asks for patience",
        ),
        (
            "* OK hello",
            |c| if c.starts_with("EXAMINE") { login("[NONEXISTENT]") } else { good(c) },
            "permanent: mailbox at 127.0.0.1 has no folder of this name",
        ),
        (
            "* OK hello",
            |c| match c {
                "CAPABILITY" => Some("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n{t} OK done\r\n".to_owned()),
                c => good(c),
            },
            "permanent: mailbox at 127.0.0.1 takes no password on this connection: use imaps://",
        ),
        ("* BYE too many", good, "transient: mailbox at 127.0.0.1 does not let us in now"),
        ("220 smtp.example", good, "permanent: mailbox at 127.0.0.1 does not answer as an IMAP server"),
        ("* OK hello", |_| None, "transient: mailbox at 127.0.0.1 broke off"),
        (
            "* OK hello",
            |c| {
                if c.contains("PEEK") {
                    Some("* 1 FETCH (UID 121 BODY[]<0> {900000000}\r\n".to_owned())
                } else {
                    good(c)
                }
            },
            "permanent: mailbox at 127.0.0.1 sends more than was asked for",
        ),
    ];
    for (greeting, script, expected) in cases {
        let (port, _) = imap(greeting, script).await;
        let outcome = said(&ask(&client(), port, "/INBOX;UIDVALIDITY=7/;UID=120:*").await);
        assert!(outcome.starts_with(expected), "{outcome}");
        for hidden in ["geheim", "hush", "jo@"] {
            assert!(!outcome.contains(hidden), "{outcome}");
        }
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_read_does_not_hide_the_others() {
    let (port, _) = imap("* OK hello", |command| match command {
        c if c.starts_with("UID FETCH 121,150 (UID I") || c.starts_with("UID FETCH 121 (UID I") => {
            Some("{t} NO internal error\r\n".to_owned())
        }
        c => good(c),
    })
    .await;
    let found = answer(&ask(&client(), port, "/INBOX;UIDVALIDITY=7/;UID=120:*").await);
    let messages = found["messages"].as_array().unwrap();
    assert_eq!((&messages[0]["raw"], &messages[0]["cut"]), (&json!(""), &json!(true)));
    assert_eq!(messages[1]["raw"], json!(STANDARD.encode("c\r\n")));
}

#[tokio::test]
async fn a_server_that_ignores_the_asked_range_is_searched_once_more_in_our_own_head() {
    let (port, _) = imap("* OK hello", |command| match command {
        // No UIDNEXT; and `n:*` names the last message even when it is older.
        "EXAMINE \"INBOX\"" => Some("* OK [UIDVALIDITY 7] ok\r\n{t} OK done\r\n".to_owned()),
        "UID SEARCH UID 151:*" => Some("* SEARCH 150\r\n{t} OK done\r\n".to_owned()),
        c => good(c),
    })
    .await;
    let found = answer(&ask(&client(), port, "/INBOX;UIDVALIDITY=7/;UID=151:*").await);
    let expected = json!({"uidvalidity": 7, "uidnext": 151, "next": 151, "more": false, "messages": []});
    assert_eq!(found, expected);
}

#[tokio::test]
async fn private_mailboxes_are_asked_only_where_that_is_allowed() {
    let (port, heard) = imap("* OK hello", good).await;
    let strict = Client::new(Options { danger_allow_private_hosts: false, ..options() }).unwrap();
    for host in ["127.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "2130706433"] {
        let url = format!("imap://{host}:{port}/");
        let outcome = said(&strict.send(request(&url, basic()), None, noon()).await);
        assert!(outcome.starts_with("blocked: "), "{host}: {outcome}");
    }
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_before_anybody_is() {
    let client = client();
    for (url, header, expected) in [
        (
            "imaps://h.example/INBOX/;UID=0",
            "Basic eDp5",
            "permanent: the mailbox cannot be asked: its `;UID=`",
        ),
        ("imaps://h.example/INBOX", "Bearer x", "permanent: mailbox at h.example: a token needs the name"),
        ("imaps://h.example/INBOX", "Basic !", "permanent: mailbox at h.example: no login"),
    ] {
        let outcome = client.send(request(url, HeaderValue::from_static(header)), None, noon()).await;
        assert!(said(&outcome).starts_with(expected), "{}", said(&outcome));
    }
}

#[tokio::test]
async fn a_server_that_hangs_costs_no_more_than_the_time_and_its_breaker_opens() {
    let (port, _) =
        imap("* OK hello", |command| if command == "CAPABILITY" { Some(String::new()) } else { None }).await;
    let client = Client::new(Options { timeout: Duration::from_millis(200), ..options() }).unwrap();
    for _ in 0..5 {
        let outcome = said(&ask(&client, port, "/").await);
        assert_eq!(outcome, "transient: mailbox at 127.0.0.1 did not finish in time");
    }
    let outcome = said(&ask(&client, port, "/").await);
    assert!(outcome.starts_with("wait: ") && outcome.contains("failed 5 times in a row"), "{outcome}");
}
