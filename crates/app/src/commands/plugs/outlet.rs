//! `gehoor outlet`: what kinds there are, and one try of a configured one.

use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use gehoor_domain::effect::{Delivery, Post, Receipt, Task, Visibility};
use gehoor_domain::ids::{AlertId, CaseId, EffectKey};
use gehoor_engine::OutletSetup;
use gehoor_engine::clock::{Clock as _, SystemClock};
use gehoor_fetch::{Client, Outcome, Transport as _};
use gehoor_outlets::{Progress, Step, Watch};
use gehoor_wire::{Body, Outgoing, Response, Secret};
use jiff::{SignedDuration, Timestamp};

use super::{access, print_kind};
use crate::assemble::client;
use crate::cli::ConfigArg;
use crate::commands::runtime;

/// The longest pause between two calls to one host that is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);
/// Pauses that are waited for before one call.
const TRIES: usize = 5;

/// Where effects go.
#[derive(Debug, Subcommand)]
pub enum OutletCommand {
    /// List the kinds, each with a block of configuration that works.
    Kinds {
        /// Only this kind.
        kind: Option<String>,
    },
    /// Show what would be sent to a configured outlet; what only reads is really asked. With --send a test message is
    /// sent, or a test ticket made: looked up, made, found again, added to, given another priority, and asked about.
    Try {
        /// The id of the outlet in the configuration.
        id: String,
        /// Really write.
        #[arg(long)]
        send: bool,
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
}

/// Carries out an outlet command.
///
/// # Errors
/// When the outlet is not configured or refuses.
pub fn outlet(command: OutletCommand) -> Result<()> {
    match command {
        OutletCommand::Kinds { kind } => {
            for known in
                gehoor_outlets::KINDS.iter().filter(|k| kind.as_deref().is_none_or(|name| name == k.name))
            {
                print_kind(known.name, known.about, known.credential, known.example);
            }
            Ok(())
        }
        OutletCommand::Try { id, send, config } => runtime()?.block_on(try_outlet(&id, send, &config)),
    }
}

/// One try of an outlet.
struct Try {
    outlet: OutletSetup,
    client: Client,
    credential: Option<Secret>,
    now: Timestamp,
    send: bool,
    url: String,
}

/// How a conversation ended.
enum Ended {
    Done(Receipt),
    /// It would write, and may not.
    WouldWrite,
}

async fn try_outlet(id: &str, send: bool, config: &ConfigArg) -> Result<()> {
    let config = config.load()?;
    let configured = config.outlets.iter().find(|o| o.id.as_str() == id);
    let outlet = configured.ok_or_else(|| anyhow!("outlet `{id}` is not configured"))?.build()?;
    let now = SystemClock.now();
    let client = client(&config.fetch, &config.smtp)?;
    let credential = access(&client, outlet.plug.login(), outlet.credential.as_ref(), now).await?;
    let tickets = outlet.takes_tickets();
    let this = Try { outlet, client, credential, now, send, url: config.server.base_url.clone() };
    if !tickets {
        let task = Task::Alert { alert: AlertId(0), level: "info".into() };
        return match this.talk("alert", task).await? {
            Ended::Done(receipt) => {
                println!("delivered{}", receipt.id.map(|id| format!(" as {id}")).unwrap_or_default());
                Ok(())
            }
            Ended::WouldWrite => Ok(()),
        };
    }
    let external = format!("gehoor-{}-test-{}", config.server.instance, now.as_second());
    let open = |known: Option<String>| Task::Ticket {
        case: CaseId(0),
        external: external.clone(),
        known,
        priority: 10,
        due: Some(now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(now)),
    };
    let Ended::Done(made) = this.talk("queue", open(None)).await? else { return Ok(()) };
    let ticket = made.id.ok_or_else(|| anyhow!("the outlet gave no id for the ticket"))?;
    println!("made ticket {ticket}{}", made.url.map(|url| format!(": {url}")).unwrap_or_default());
    let Ended::Done(again) = this.talk("queue", open(None)).await? else { return Ok(()) };
    if again.id.as_ref() != Some(&ticket) {
        bail!(
            "asked for again it became another ticket ({}): check the field that takes our key; until then an answer \
             that gets lost makes a second ticket",
            again.id.unwrap_or_default()
        );
    }
    println!("asked for again it is the same ticket");
    let note =
        Task::Comment { case: CaseId(0), ticket: Some(ticket.clone()), visibility: Visibility::Internal };
    this.talk("note", note).await?;
    println!("added a note for colleagues only");
    let push = Task::Push { case: CaseId(0), ticket: Some(ticket.clone()), priority: 95, due: None };
    this.talk("push", push).await?;
    println!("gave it another priority");
    let cx = gehoor_outlets::Context { now, credential: this.credential.as_ref() };
    let names = [ticket.clone()];
    let Watch::Ask(request) = this.outlet.plug.watch(&names, &cx) else {
        println!("its state cannot be asked: it has to be told by a web hook, or not at all");
        return Ok(());
    };
    let response = answer(paced(&this.client, *request).await?)?;
    let news = this.outlet.plug.read_news(&names, &response).map_err(|refusal| anyhow!(refusal.reason))?;
    match news.iter().find(|news| news.id == ticket) {
        Some(news) => println!("its state is {:?}; close it there when you have seen it", news.state),
        None => bail!("its state cannot be read: check the states of this outlet"),
    }
    Ok(())
}

impl Try {
    fn delivery(&self, stage: &str, task: Task) -> Delivery {
        Delivery {
            key: EffectKey(format!("try-{}:{stage}:{}", self.now.as_second(), self.outlet.id)),
            task,
            subject: "Gehoor: test".into(),
            lines: vec!["This is a test of the outlet. Nothing has to be done.".into()],
            posts: vec![Post {
                author: "Test".into(),
                at: self.now,
                text: "Een proefbericht met tekens: <b>& \u{2019} é €".into(),
                permalink: None,
            }],
            url: self.url.clone(),
            lang: "en".into(),
            at: self.now,
        }
    }

    /// The same conversation as a real delivery; without `send` up to the first thing that would be written.
    async fn talk(&self, stage: &str, task: Task) -> Result<Ended> {
        let delivery = self.delivery(stage, task);
        let cx = gehoor_outlets::Context { now: self.now, credential: self.credential.as_ref() };
        let (mut progress, mut heard) = (Progress::default(), None);
        for _ in 0..12 {
            match self.outlet.plug.step(&delivery, &progress, heard.as_ref(), &cx) {
                Step::Done(receipt) => return Ok(Ended::Done(receipt)),
                Step::Refused(refusal) => bail!("{}", refusal.reason),
                Step::Send(outgoing, next) => {
                    if !self.send && writes(&outgoing, &next) {
                        println!("{}", self.redacted(&shown(&outgoing)));
                        println!("nothing was written: add --send to send it");
                        return Ok(Ended::WouldWrite);
                    }
                    let outcome = match outgoing {
                        Outgoing::Http(request) => {
                            println!("{} {}", request.method, self.redacted(request.url.as_str()));
                            paced(&self.client, request).await?
                        }
                        Outgoing::Mail(mail) => self.client.mail(mail, self.now).await,
                    };
                    heard = Some(answer(outcome)?);
                    progress = next;
                }
            }
        }
        bail!("outlet `{}` did not come to an end in 12 steps", self.outlet.id)
    }

    /// Without the credential, in whichever part it stands.
    fn redacted(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let secrets = self.credential.iter().chain(self.outlet.credential.iter());
        for secret in secrets.flat_map(|s| s.reveal().lines().map(str::to_owned).collect::<Vec<_>>()) {
            let bare = secret.split_once('=').map_or(secret.as_str(), |(_, value)| value).trim().to_owned();
            for part in [secret.trim().to_owned(), bare] {
                if part.len() > 3 {
                    text = text.replace(&part, "•••");
                }
            }
        }
        text
    }
}

/// Whether a request changes something there. What is only asked is known by the plug's own word for it.
fn writes(outgoing: &Outgoing, progress: &Progress) -> bool {
    let Outgoing::Http(request) = outgoing else { return true };
    let asks = ["look-up", "ticket", "read", "reread", "texts", "original", "comments", "another"];
    let word = progress.0.split(' ').next().unwrap_or_default();
    let word = word.strip_suffix("-closed").unwrap_or(word);
    request.method != "GET" && !asks.contains(&word)
}

/// What goes out, for people: without headers, which carry secrets.
fn shown(outgoing: &Outgoing) -> String {
    match outgoing {
        Outgoing::Mail(mail) => {
            format!("mail to {}\nsubject: {}\n\n{}", mail.to.join(", "), mail.subject, mail.text)
        }
        Outgoing::Http(request) => {
            let body = match &request.body {
                Body::Empty => String::new(),
                Body::Bytes(bytes) => match serde_json::from_slice::<serde_json::Value>(bytes) {
                    Ok(json) => format!("{json:#}"),
                    Err(_) => String::from_utf8_lossy(bytes).into_owned(),
                },
            };
            format!("{} {}\n{body}", request.method, request.url)
        }
    }
}

/// Sends, after the pause that we keep between two calls to one host.
async fn paced(client: &Client, request: gehoor_wire::Request) -> Result<Outcome> {
    for _ in 0..TRIES {
        let now = SystemClock.now();
        match client.send(request.clone(), None, now).await {
            Outcome::Wait { until, response: None, .. } if until.duration_since(now) < PATIENCE => {
                tokio::time::sleep(until.duration_since(now).unsigned_abs()).await;
            }
            other => return Ok(other),
        }
    }
    bail!("the pause between two calls to this host does not end: try again later")
}

fn answer(outcome: Outcome) -> Result<Response> {
    match outcome {
        Outcome::Body { response, .. }
        | Outcome::Transient { response: Some(response), .. }
        | Outcome::Permanent { response: Some(response), .. } => Ok(*response),
        Outcome::Wait { until, why, .. } => bail!("{why}: not before {until}"),
        Outcome::Blocked { why } | Outcome::Transient { why, .. } | Outcome::Permanent { why, .. } => {
            bail!("{why}")
        }
        Outcome::NotModified { .. } => bail!("the answer was empty (304)"),
    }
}
