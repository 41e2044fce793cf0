//! A demo of its own for each test, with a browser in which somebody has logged in.

use super::chrome::Browser;
use super::support::{Running, demo};

/// The demo, and the browser in front of it.
pub(crate) struct Desk {
    pub(crate) browser: Browser,
    /// Without a slash at its end.
    pub(crate) url: String,
    running: Running,
    _data: tempfile::TempDir,
}

impl Desk {
    /// Starts a demo of so many days and logs `user` in, with or without script in the pages.
    pub(crate) async fn open(user: &str, days: u16, script: bool) -> Self {
        let data = tempfile::tempdir().unwrap();
        let (running, ready) = demo(&data.path().join("data"), days);
        let url = ready["url"].as_str().unwrap().trim_end_matches('/').to_owned();
        let browser = Browser::start(script).await;
        browser.login(&url, user).await;
        Self { browser, url, running, _data: data }
    }

    /// Closes the browser and sees the program stop well.
    pub(crate) async fn end(mut self) {
        self.browser.end().await;
        assert!(self.running.stop().success());
    }
}
