//! `gehoor user` and `gehoor token`: who may log in, and which programs may read.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use gehoor_domain::ids::{LocationId, TeamId, UserId};
use gehoor_domain::user::{Role, User};
use gehoor_engine::Engine;
use gehoor_wire::Secret;

use crate::assemble::Data;
use crate::cli::ConfigArg;
use crate::commands::{open, print_json, runtime};

/// People who log in.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add somebody; asks for the password, or reads it from standard input.
    Add(AddUser),
    /// Change somebody's password; asks for it, or reads it from standard input.
    Passwd {
        /// The login name.
        user: UserId,
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
    /// List everybody.
    List {
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

/// Somebody new.
#[derive(Debug, Args)]
pub struct AddUser {
    /// The login name: small letters, digits, `-`, `_` and `.`.
    user: UserId,
    /// The configuration.
    #[command(flatten)]
    config: ConfigArg,
    /// The name people read; the login name when left out.
    #[arg(long)]
    name: Option<String>,
    /// `agent`, `lead`, `marketing`, `franchisee` or `admin`.
    #[arg(long, default_value = "agent", value_parser = role)]
    role: Role,
    /// A location he may see, with all below it; may be given more than once. None means all.
    #[arg(long = "location")]
    locations: Vec<LocationId>,
    /// The team he works in.
    #[arg(long)]
    team: Option<TeamId>,
    /// Interface language: `nl` or `en`.
    #[arg(long)]
    lang: Option<String>,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "use agent, lead, marketing, franchisee or admin".to_owned())
}

/// Tokens of programs.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token; it is printed once.
    Add {
        /// What it is for.
        name: String,
        /// On whose behalf it reads: decides role and scope.
        #[arg(long)]
        user: UserId,
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
    /// List all tokens, without their secrets.
    List {
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Take a token back.
    Revoke {
        /// Its id, as `gehoor token list` shows it.
        id: String,
        /// The configuration.
        #[command(flatten)]
        config: ConfigArg,
    },
}

/// Carries out a user command.
///
/// # Errors
/// When the data folder is in use, or what was asked is refused.
pub fn user(command: UserCommand) -> Result<()> {
    match command {
        UserCommand::Add(add) => with(&add.config.clone(), async |engine| {
            if engine.users()?.iter().any(|row| row.user.id == add.user) {
                bail!("user {} is there already: use `gehoor user passwd {}`", add.user, add.user);
            }
            let password = ask_password()?;
            let user = User {
                name: add.name.clone().unwrap_or_else(|| add.user.to_string()),
                id: add.user.clone(),
                role: add.role,
                locations: add.locations.clone(),
                team: add.team.clone(),
                lang: add.lang.clone(),
                password: None,
                disabled: None,
            };
            engine.put_user(user, Some(&password)).await?;
            println!("user {} may log in", add.user);
            Ok(())
        }),
        UserCommand::Passwd { user, config } => with(&config, async |engine| {
            let known = engine.users()?.into_iter().find(|row| row.user.id == user);
            let row = known.ok_or_else(|| anyhow!("user {user} is not there: see `gehoor user list`"))?;
            engine.put_user(row.user, Some(&ask_password()?)).await?;
            println!("user {user} has a new password");
            Ok(())
        }),
        UserCommand::List { config, json } => with(&config, async |engine| {
            for row in engine.users()? {
                if json {
                    print_json(&row)?;
                    continue;
                }
                let places: Vec<&str> = row.user.locations.iter().map(LocationId::as_str).collect();
                let places = if places.is_empty() { "all locations".to_owned() } else { places.join(", ") };
                println!("{:<20} {:<12} {:<30} {places}", row.user.id, row.user.role.as_str(), row.user.name);
            }
            Ok(())
        }),
    }
}

/// Carries out a token command.
///
/// # Errors
/// When the data folder is in use, or what was asked is refused.
pub fn token(command: TokenCommand) -> Result<()> {
    match command {
        TokenCommand::Add { name, user, config } => with(&config, async |engine| {
            let token = engine.add_token(&name, &user).await?;
            println!("{}", token.reveal());
            Ok(())
        }),
        TokenCommand::List { config, json } => with(&config, async |engine| {
            for row in engine.tokens()? {
                if json {
                    print_json(&row)?;
                    continue;
                }
                let state = if row.revoked.is_some() { "revoked" } else { "holds" };
                println!("{}  {:<8} {:<20} {}  {}", row.id, state, row.user, row.created, row.name);
            }
            Ok(())
        }),
        TokenCommand::Revoke { id, config } => with(&config, async |engine| {
            engine.revoke_token(&id).await?;
            println!("token {id} no longer holds");
            Ok(())
        }),
    }
}

fn with(config: &ConfigArg, work: impl AsyncFnOnce(&Engine) -> Result<()>) -> Result<()> {
    let config = config.load()?;
    let (data, engine): (Data, Engine) = open(&config)?;
    runtime()?.block_on(async {
        let done = work(&engine).await;
        drop(engine);
        crate::serve::close(data).await?;
        done
    })
}

/// From the terminal without showing it, twice; else one line of standard input.
fn ask_password() -> Result<Secret> {
    if std::io::stdin().is_terminal() {
        let first = rpassword::prompt_password("password: ").context("cannot read the password")?;
        let second = rpassword::prompt_password("once more: ").context("cannot read the password")?;
        if first != second {
            bail!("the two passwords differ");
        }
        return Ok(Secret::new(first));
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read the password from standard input")?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n'])))
}
