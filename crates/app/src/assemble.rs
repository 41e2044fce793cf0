//! Puts the house together: the only place that names concrete backends.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use gehoor_classify::BuiltIn;
use gehoor_domain::location::Locations;
use gehoor_engine::clock::{Clock, SystemClock};
use gehoor_engine::{Engine, Parts, Setup};
use gehoor_fetch::{Client, Options as FetchOptions, Quota, SmtpServer, SmtpTls};
use gehoor_search::Index;
use gehoor_store::FileStore;

use crate::config::{Config, FetchConfig, SmtpConfig};
use crate::models::{BUILT_IN, Models};
use crate::secrets::Secrets;

/// The data folder, opened.
pub struct Data {
    /// The journal and its view.
    pub store: Arc<FileStore>,
    /// The index of mentions.
    pub index: Arc<Index>,
    /// What was mended while opening, in words for people.
    pub repaired: Vec<String>,
}

/// Opens the data folder, mending what can be mended.
///
/// # Errors
/// When the folder is in use by another gehoor, or the journal is damaged.
pub fn open_data(dir: &Path) -> Result<Data> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the data folder {}", dir.display()))?;
    let (store, opened) = FileStore::open(dir, &gehoor_store::Options::default())
        .with_context(|| format!("cannot open the data folder {}", dir.display()))?;
    let mut repaired: Vec<String> = Vec::new();
    if let Some(why) = opened.rebuilt {
        repaired.push(format!("the view was made again from the journal: {why}"));
    }
    if let Some(torn) = opened.cut_tail {
        repaired.push(format!("a half written end of the journal was cut off: {torn:?}"));
    }
    let (index, index_opened) = Index::open(&dir.join("index"))
        .with_context(|| format!("cannot open the index in {}", dir.display()))?;
    if let Some(why) = index_opened.rebuilt {
        repaired.push(format!("the index is made again: {why}"));
    }
    for line in &repaired {
        tracing::warn!(repair = line, "something was mended while opening the data folder");
    }
    Ok(Data { store: Arc::new(store), index: Arc::new(index), repaired })
}

/// Checks the configuration and builds sources and outlets with their secrets.
///
/// # Errors
/// Names the key, source or outlet that cannot be used.
pub fn setup(config: &Config) -> Result<Setup> {
    let locations = Locations::new(config.locations.clone()).map_err(|e| anyhow!("{e}"))?;
    let policy = config.policy()?;
    let mut sources = Vec::new();
    for source in &config.sources {
        if sources.iter().any(|known: &gehoor_engine::SourceSetup| known.id == source.id) {
            return Err(anyhow!("source `{}` is configured twice: give each its own id", source.id));
        }
        if let Some(location) = source.location.as_ref().filter(|l| locations.get(l).is_none()) {
            return Err(anyhow!("source `{}`: location `{location}` is not configured", source.id));
        }
        sources.push(source.build()?);
    }
    let mut outlets = Vec::new();
    for outlet in &config.outlets {
        if outlets.iter().any(|known: &gehoor_engine::OutletSetup| known.id == outlet.id) {
            return Err(anyhow!("outlet `{}` is configured twice: give each its own id", outlet.id));
        }
        outlets.push(outlet.build()?);
    }
    let known =
        |id: &gehoor_domain::ids::OutletId| outlets.iter().any(|o: &gehoor_engine::OutletSetup| o.id == *id);
    for rule in &policy.alerts {
        if let Some(unknown) = rule.outlets.iter().find(|id| !known(id)) {
            return Err(anyhow!("alert `{}`: outlet `{unknown}` is not configured", rule.name));
        }
    }
    if let Some(unknown) = policy.queue_outlets.iter().find(|q| !known(&q.outlet)) {
        return Err(anyhow!("queue_outlet: outlet `{}` is not configured", unknown.outlet));
    }
    for (n, digest) in config.digests.iter().enumerate() {
        let place = format!("digest `{}`", digest.id);
        if let Some(problem) = digest.problems().first() {
            return Err(anyhow!("{place}: {problem}"));
        }
        if config.digests.iter().take(n).any(|other| other.id == digest.id) {
            return Err(anyhow!("{place} is configured twice: give each its own id"));
        }
        let mails = outlets
            .iter()
            .any(|o: &gehoor_engine::OutletSetup| o.id == digest.outlet && o.kind.name == "email");
        if !mails {
            return Err(anyhow!(
                "{place}: outlet `{}` is not configured, or not of the kind email",
                digest.outlet
            ));
        }
        if let Some(wrong) = digest.to.iter().find(|to| !gehoor_outlets::email::is_address(to)) {
            return Err(anyhow!("{place}: `{wrong}` is no mail address"));
        }
    }
    Ok(Setup {
        brand: config.brand.clone(),
        locations,
        policy,
        sources,
        replies: replies(config)?,
        outlets,
        digests: config.digests.clone(),
        base_url: config.server.base_url.trim_end_matches('/').to_owned(),
        lang: config.server.lang.clone(),
        instance: config.server.instance.clone(),
    })
}

/// The channels for public replies: those of the sources that are configured with `reply`. They are no outlets that a rule
/// could name, so that no ticket and no alert ever goes where customers read.
fn replies(config: &Config) -> Result<Vec<gehoor_engine::ReplySetup>> {
    let mut channels: Vec<gehoor_engine::ReplySetup> = Vec::new();
    for source in &config.sources {
        channels.extend(source.reply_channel()?);
    }
    for source in &config.sources {
        let Some(through) = source.reply_through() else { continue };
        let channel =
            channels.iter_mut().find(|c| c.outlet.id.as_str() == format!("reply.{through}")).ok_or_else(
                || anyhow!("source `{}`: `reply` names `{through}`, which does not reply itself", source.id),
            )?;
        channel.sources.push(source.id.clone());
    }
    Ok(channels)
}

/// The polite client of this configuration.
///
/// # Errors
/// When a mail server's secret cannot be fetched, or the client cannot be built.
pub fn client(fetch: &FetchConfig, smtp: &BTreeMap<String, SmtpConfig>) -> Result<Client> {
    let mut servers = BTreeMap::new();
    for (name, server) in smtp {
        let password = server.password.as_ref().map(crate::config::SecretRef::fetch).transpose();
        let tls = match server.tls.as_str() {
            "none" => SmtpTls::None,
            "starttls" => SmtpTls::StartTls,
            "tls" => SmtpTls::Tls,
            other => return Err(anyhow!("smtp.{name}: tls is `none`, `starttls` or `tls`, not `{other}`")),
        };
        servers.insert(
            name.clone(),
            SmtpServer {
                host: server.host.clone(),
                port: server.port,
                tls,
                username: server.username.clone(),
                password: password.with_context(|| format!("smtp.{name}"))?,
            },
        );
    }
    let quota = Quota { requests: fetch.quota, per: fetch.quota_window.unsigned_abs() };
    let host_quotas = fetch
        .hosts
        .iter()
        .map(|(name, host)| {
            let quota = Quota { requests: host.quota, per: host.window.unsigned_abs() };
            (name.clone(), quota)
        })
        .collect();
    let options = FetchOptions {
        host_quotas,
        user_agent: fetch.user_agent.clone(),
        timeout: fetch.timeout.unsigned_abs(),
        body_cap: fetch.body_cap,
        min_spacing: fetch.spacing.unsigned_abs(),
        host_quota: quota,
        credential_quota: quota,
        credential_quotas: fetch.credential_quotas(),
        danger_allow_private_hosts: fetch.danger_allow_private_hosts,
        extra_ca: fetch.extra_ca.clone(),
        smtp: servers,
        ..FetchOptions::default()
    };
    Client::new(options).context("cannot build the HTTP client")
}

/// Every outlet that needs a credential has one: what is missing shows at the start, not when something has to be
/// delivered.
///
/// # Errors
/// Names the outlet and what it needs.
pub fn credentials_are_there(setup: &Setup) -> Result<()> {
    for outlet in &setup.outlets {
        if outlet.credential.is_none() && outlet.kind.credential.starts_with("required") {
            return Err(anyhow!(
                "outlet `{}`: `credential` is missing ({})",
                outlet.id,
                outlet.kind.credential
            ));
        }
    }
    Ok(())
}

/// The whole house on the machine's clock, for a command: see [`engine_with`].
///
/// # Errors
/// As [`setup`], [`credentials_are_there`] and [`client`].
pub fn engine(config: &Config, data: &Data) -> Result<Engine> {
    let setup = setup(config)?;
    credentials_are_there(&setup)?;
    engine_with(setup, config, data, Arc::new(SystemClock))
}

/// The whole house on the machine's clock, with all its models: what is wrong with the stronger one shows at the start.
///
/// # Errors
/// As [`engine`], and when the stronger model cannot be loaded.
pub fn engine_to_serve(config: &Config, data: &Data) -> Result<Engine> {
    let setup = setup(config)?;
    credentials_are_there(&setup)?;
    engine_of(setup, config, data, Arc::new(SystemClock), true)
}

/// The whole house on a given clock, without the stronger model: only what serves for long looks again.
///
/// # Errors
/// When the model, the client or the engine cannot be made.
pub fn engine_with(setup: Setup, config: &Config, data: &Data, clock: Arc<dyn Clock>) -> Result<Engine> {
    engine_of(setup, config, data, clock, false)
}

fn engine_of(
    setup: Setup,
    config: &Config,
    data: &Data,
    clock: Arc<dyn Clock>,
    with_stronger: bool,
) -> Result<Engine> {
    let mut repaired = data.repaired.clone();
    let quick = judge(&Models::of(&config.data.dir), &mut repaired)?;
    let stronger = match &config.classifier.stronger {
        Some(dir) if with_stronger => {
            Some(gehoor_bert::load(dir, quick.clone()).context("[classifier] stronger")?)
        }
        _ => None,
    };
    let parts = Parts {
        store: Arc::clone(&data.store) as Arc<dyn gehoor_store::Store>,
        index: Arc::clone(&data.index),
        classifier: Arc::new(quick),
        stronger,
        transport: Arc::new(client(&config.fetch, &config.smtp)?),
        clock,
        tokens: Some(Arc::new(Secrets::open(&config.data.dir)?)),
        repaired,
    };
    Engine::new(setup, parts).context("cannot start the engine")
}

/// The model that judges here. When it is lost or broken the compiled-in one does, and the program says so.
fn judge(models: &Models, repaired: &mut Vec<String>) -> Result<BuiltIn> {
    let live = models.live()?;
    models.load(&live.live).or_else(|error| {
        let line = format!("the built-in model judges: {error:#}");
        tracing::warn!(repair = line, "the model of this installation could not be loaded");
        repaired.push(line);
        models.load(BUILT_IN)
    })
}
