//! The program `gehoor`.

use std::process::ExitCode;

fn main() -> ExitCode {
    gehoor_app::cli::run()
}
