//! Facebook: what people write on a page, to it and under its posts.
//!
//! See [`crate::meta`] for the interface. Other people's words are given only to an app that Meta has reviewed
//! (`pages_read_engagement`, `pages_read_user_content`). Who wrote a comment is left out unless the token is one of the
//! page. A list of posts goes back about 600 posts a year. Recommendations ("ratings") can no longer be read: from
//! v22.0 they answer with error 12. That `filter(stream)` makes a post's number of comments include replies is from
//! memory; without it a reply under an old comment would not be noticed. A list does not
//! tell that a comment was edited or deleted: edits are pushed (see [`crate::facebook_webhook`]), and whether a post or
//! comment still stands is asked one by one.

use gehoor_domain::mention::{Channel, Draft, Reach};
use gehoor_wire::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::meta::tour::{self, Stop, Stops};
use crate::meta::{self, Graph};
use crate::plug::{
    Back, BadConfig, Context, Cursor, Kind, Known, Page, ParseError, PlanError, Refusal, Source, read_config,
};
use crate::raw::walk::Rules;
use crate::raw::{self, api, words};

/// What stands in the registry.
pub const KIND: Kind = Kind {
    name: "facebook",
    about: "Facebook: posts on a page, of visitors or that tag it, with the comments under them",
    channel: Channel::Facebook,
    credential: "required: a page's or system user's token, or `access_token` and `app_secret` for calls with proof",
    polled: true,
    example: r#"[[source]]
id = "facebook-page"
kind = "facebook"
page = "123456789"            # the number of the page
list = "feed"                 # feed (the page's and visitors' posts), visitor_posts or tagged
credential = "env:FACEBOOK_PAGE_TOKEN"
# comments = true             # whether comments are read
# look_back_days = 14         # how old a post may be under which new comments are looked for
# backfill_pages = 1          # pages of 100 posts that the first poll reads
# version = "v25.0"
# base = "https://graph.facebook.com"
"#,
    reach: "about 600 posts a year back; new comments under posts of `look_back_days`; deletions when asked one by one; no recommendations",
    recheck: 1,
    shared: Some("facebook"),
    every: SignedDuration::from_mins(10),
    build: |table| Ok(Box::new(Facebook::new(&read_config(table)?)?)),
};

const POST: &str =
    "id,message,from,created_time,permalink_url,shares,comments.summary(true),reactions.summary(true)";
const COMMENT: &str = "id,message,from,created_time,like_count,comment_count,parent,permalink_url";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum List {
    #[default]
    Feed,
    VisitorPosts,
    Tagged,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    page: String,
    #[serde(default)]
    list: List,
    #[serde(default = "yes")]
    comments: bool,
    #[serde(default = "two_weeks")]
    look_back_days: u32,
    #[serde(default = "one")]
    backfill_pages: u32,
    #[serde(default = "version")]
    version: String,
    #[serde(default = "graph")]
    base: String,
}

fn yes() -> bool {
    true
}

fn two_weeks() -> u32 {
    14
}

fn one() -> u32 {
    1
}

fn version() -> String {
    "v25.0".to_owned()
}

fn graph() -> String {
    "https://graph.facebook.com".to_owned()
}

struct Facebook {
    graph: Graph,
    page: String,
    list: List,
    comments: bool,
    rules: Rules,
}

impl Facebook {
    fn new(config: &Config) -> Result<Self, BadConfig> {
        let page = meta::id_of("page", &config.page)?;
        Ok(Self {
            graph: Graph::new(&config.base, &config.version, format!("facebook:{page}"))?,
            page,
            list: config.list,
            comments: config.comments,
            rules: Rules {
                overlap: raw::days(config.look_back_days),
                backfill_pages: config.backfill_pages.clamp(1, raw::walk::MOST_PAGES),
                ..Rules::default()
            },
        })
    }
}

impl Stops for Facebook {
    const EXPECTED: &'static str = "a list of posts or comments as the Graph API gives it";

    fn graph(&self) -> &Graph {
        &self.graph
    }

    fn posts(&self) -> Url {
        let list = match self.list {
            List::Feed => "feed",
            List::VisitorPosts => "visitor_posts",
            List::Tagged => "tagged",
        };
        self.graph.url(&[&self.page, list], POST, "100")
    }

    fn comments(&self, post: &str) -> Url {
        let mut url = self.graph.url(&[post, "comments"], COMMENT, "100");
        // `stream` gives the replies too, each where its moment puts it.
        url.query_pairs_mut().append_pair("filter", "stream").append_pair("order", "reverse_chronological");
        url
    }

    fn moment(&self, post: &Value) -> Option<Timestamp> {
        api::date(post, "created_time")
    }

    fn count(&self, post: &Value) -> u64 {
        if self.comments { api::count(post, "comments/summary/total_count") } else { 0 }
    }

    fn post(&self, post: &Value) -> Result<Option<Draft>, &'static str> {
        // A picture without words is no text; its comments are read all the same.
        let Some(mut draft) = self.draft(post)? else { return Ok(None) };
        draft.thread = Some(draft.external_id.clone());
        draft.reach = Reach {
            followers: 0,
            likes: api::count(post, "reactions/summary/total_count"),
            shares: api::count(post, "shares/count"),
            replies: api::count(post, "comments/summary/total_count"),
        };
        Ok(Some(draft))
    }

    fn comment(&self, comment: &Value, of: &Stop) -> Vec<Result<Draft, &'static str>> {
        let read = self.draft(comment).map(|draft| {
            draft.map(|mut draft| {
                draft.thread = Some(of.id.clone());
                draft.in_reply_to = api::id(comment, "parent/id").or_else(|| Some(of.id.clone()));
                draft.permalink = draft.permalink.take().or_else(|| of.link.clone());
                draft.reach.likes = api::count(comment, "like_count");
                draft.reach.replies = api::count(comment, "comment_count");
                draft
            })
        });
        // A sticker without words says nothing.
        read.transpose().into_iter().collect()
    }
}

impl Facebook {
    /// A post or comment; what the page itself wrote is ours.
    fn draft(&self, of: &Value) -> Result<Option<Draft>, &'static str> {
        let draft = draft(of)?;
        Ok(draft.map(|draft| Draft { own: draft.author_id.as_ref() == Some(&self.page), ..draft }))
    }
}

fn draft(of: &Value) -> Result<Option<Draft>, &'static str> {
    let id = api::id(of, "id").ok_or("has no id")?;
    let text = api::text(of, "message").map(words::tidy).filter(|t| !t.is_empty());
    Ok(text.map(|text| Draft {
        external_id: id,
        permalink: api::text(of, "permalink_url").and_then(|l| raw::link(l, None)),
        author_id: api::id(of, "from/id"),
        author_name: api::text(of, "from/name").and_then(words::line),
        text,
        published: api::date(of, "created_time"),
        ..Draft::default()
    }))
}

impl Source for Facebook {
    fn back(&self) -> Back {
        Back::pages(self.rules.backfill_pages, 100)
    }

    fn plan(&self, cursor: &Cursor, cx: &Context<'_>) -> Result<Request, PlanError> {
        tour::plan(self, &self.rules, cursor, cx)
    }

    fn parse(&self, cursor: &Cursor, response: &Response) -> Result<Page, ParseError> {
        tour::parse(self, &self.rules, cursor, response)
    }

    fn refusal(&self, response: &Response) -> Option<Refusal> {
        meta::refusal(response)
    }

    fn refused(&self, cursor: &Cursor, response: &Response) -> Option<Page> {
        tour::refused(self, &self.rules, cursor, response)
    }

    fn recheck(&self, known: &[Known], cx: &Context<'_>) -> Option<Result<Request, PlanError>> {
        meta::recheck(&self.graph, known, cx)
    }

    fn read_recheck(&self, known: &[Known], response: &Response) -> Result<Vec<Draft>, ParseError> {
        meta::read_recheck(known, response)
    }

    fn doubts_gone(&self) -> bool {
        meta::DOUBTS_GONE
    }
}

#[cfg(test)]
mod tests;
