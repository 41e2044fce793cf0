//! Fetches one public page politely and prints what became of it.
//!
//! `cargo run -p gehoor-fetch --example get -- https://example.org/feed [--private]`

use std::process::ExitCode;

use gehoor_fetch::{Client, Options, Outcome, Transport};
use gehoor_wire::Request;
use jiff::Timestamp;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(Ok(url)) = arguments.next().map(|text| text.parse()) else {
        eprintln!("usage: get URL [--private]");
        return ExitCode::from(2);
    };
    let private = arguments.any(|argument| argument == "--private");
    let options = Options { danger_allow_private_hosts: private, ..Options::default() };
    let client = match Client::new(options) {
        Ok(client) => client,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "a program of its own, with no engine that hands it the time"
    )]
    let now = Timestamp::now();
    match client.send(Request::get(url), None, now).await {
        Outcome::Body { response, validators, not_before } => {
            println!("{} from {}, {} bytes", response.status, response.url, response.body.len());
            println!(
                "moved to: {:?}\nvalidators: {validators:?}\nnot before: {not_before:?}",
                response.moved_to
            );
            ExitCode::SUCCESS
        }
        other => {
            println!("{other:?}");
            ExitCode::FAILURE
        }
    }
}
