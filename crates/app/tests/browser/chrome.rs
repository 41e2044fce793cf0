//! A Chromium of its own for each test, driven by chromedriver.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// The window of a browser.
pub(crate) struct Browser {
    pub(crate) window: Client,
    driver: Driver,
}

/// The driver; its output stays open, so that it can go on writing.
struct Driver {
    child: Child,
    _output: std::io::Lines<BufReader<ChildStdout>>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked, not killed: it takes its browser along.
        let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Browser {
    /// Starts one, with or without script in its pages.
    pub(crate) async fn start(script: bool) -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is needed: apt-get install chromium chromium-driver");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port: u16 = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok())
            .expect("chromedriver says on which port it listens");
        let mut options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=nl"],
        });
        if !script {
            options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
        }
        let wanted = json!({"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        let window = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        window.set_window_size(1280, 800).await.unwrap();
        Self { window, driver: Driver { child, _output: lines } }
    }

    /// Opens an address.
    pub(crate) async fn goto(&self, address: &str) {
        self.window.goto(address).await.unwrap_or_else(|e| panic!("{address}: {e}"));
    }

    /// Logs a user of the demo in.
    pub(crate) async fn login(&self, url: &str, user: &str) {
        self.login_as(url, user, "welkom-bij-gehoor").await;
    }

    /// Logs in.
    pub(crate) async fn login_as(&self, url: &str, user: &str, password: &str) {
        self.goto(&format!("{url}/login")).await;
        self.window
            .find(Locator::Css("form input[name=name]:not([type=hidden])"))
            .await
            .unwrap()
            .send_keys(user)
            .await
            .unwrap();
        self.window
            .find(Locator::Css("input[type=password]"))
            .await
            .unwrap()
            .send_keys(password)
            .await
            .unwrap();
        self.click("button.primary").await;
        // A password is checked slowly, on purpose.
        let until = Instant::now() + Duration::from_secs(15);
        while self.window.current_url().await.unwrap().path() == "/login" {
            assert!(Instant::now() < until, "{user} could not log in");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Chooses language and theme as a user does.
    pub(crate) async fn look(&self, url: &str, lang: &str, theme: &str) {
        self.goto(&format!("{url}/settings")).await;
        let form = "form[action=\"/settings/look\"]";
        self.click(&format!("{form} select[name=lang] option[value={lang}]")).await;
        self.click(&format!("{form} select[name=theme] option[value={theme}]")).await;
        self.click(&format!("{form} button")).await;
        // Else the answer may come after the next page that is asked for, and in its place.
        let chosen = format!(
            "const {{ lang, dataset }} = document.documentElement; return lang + dataset.theme === '{lang}{theme}'"
        );
        self.wait("language and theme are chosen", &chosen).await;
    }

    /// Clicks the first element of that kind.
    pub(crate) async fn click(&self, css: &str) {
        let found = self.window.find(Locator::Css(css)).await.unwrap_or_else(|e| panic!("{css}: {e}"));
        found.click().await.unwrap_or_else(|e| panic!("{css}: {e}"));
    }

    /// An attribute of the first element of that kind.
    pub(crate) async fn attribute(&self, css: &str, name: &str) -> String {
        let found = self.window.find(Locator::Css(css)).await.unwrap_or_else(|e| panic!("{css}: {e}"));
        found.attr(name).await.unwrap().unwrap_or_else(|| panic!("{css} has no {name}"))
    }

    /// Runs script in the page.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.window.execute(script, vec![]).await.unwrap()
    }

    /// Presses and lets go of a key.
    pub(crate) async fn press(&self, key: &str) {
        let value = key.chars().next().unwrap();
        let keys =
            KeyActions::new("keys".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.window.perform_actions(keys).await.unwrap();
    }

    /// Asks the page again and again until it says `true`.
    pub(crate) async fn wait(&self, what: &str, script: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            // While a page is being left there is nothing to ask.
            if self.window.execute(script, vec![]).await.is_ok_and(|said| said == Value::Bool(true)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let page = self.window.source().await.unwrap_or_default();
        panic!("waited 30 s in vain: {what}\n{page}");
    }

    /// Keeps a picture, where the environment names a folder for them (`GEHOOR_SHOTS`).
    pub(crate) async fn shoot(&self, name: &str) {
        if let Ok(folder) = std::env::var("GEHOOR_SHOTS") {
            let picture = self.window.screenshot().await.unwrap();
            std::fs::write(format!("{folder}/{name}.png"), picture).unwrap();
        }
    }

    /// What the browser complained about: scripts that fail, and what the security policy refuses.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.window.issue_cmd(Log).await.unwrap();
        let lines = log.as_array().cloned().unwrap_or_default();
        lines
            .iter()
            .filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING")
            .filter_map(|line| line["message"].as_str().map(ToOwned::to_owned))
            .collect()
    }

    /// Closes it.
    pub(crate) async fn end(self) {
        let _ = self.window.close().await;
        drop(self.driver);
    }
}

/// The browser's own log, as chromedriver gives it.
#[derive(Debug)]
struct Log;

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(r#"{"type":"browser"}"#.to_owned()))
    }
}
