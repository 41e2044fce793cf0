//! The models of an installation: those it made itself lie in `models/` of its data folder, and `models/live.toml` says
//! which one judges. Without that file the compiled-in one does.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use gehoor_classify::BuiltIn;
use gehoor_classify::candidate::{Across, Report};
use serde::{Deserialize, Serialize};

/// The name of the compiled-in model in `live.toml`.
pub const BUILT_IN: &str = "built-in";
/// The weights in the folder of a model.
pub const WEIGHTS: &str = "weights.bin.zst";
/// Why a candidate went live or did not, in its folder.
pub const REPORT: &str = "report.json";

/// Which model judges, and which ones did before, the latest last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    /// The folder in `models/`, or `built-in`.
    pub live: String,
    /// What judged before.
    #[serde(default)]
    pub before: Vec<String>,
}

impl Default for Live {
    fn default() -> Self {
        Self { live: BUILT_IN.to_owned(), before: Vec::new() }
    }
}

/// The models of one data folder.
#[derive(Debug, Clone)]
pub struct Models {
    dir: PathBuf,
}

impl Models {
    /// Those of a data folder; nothing is read yet.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self { dir: data.join("models") }
    }

    /// The folder of a model.
    ///
    /// # Errors
    /// When the name could lead out of the data folder.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
            bail!("`{name}` is no name of a model: use letters, digits, `-`, `_` and `.`");
        }
        Ok(self.dir.join(name))
    }

    /// Which one judges.
    ///
    /// # Errors
    /// When `live.toml` cannot be read.
    pub fn live(&self) -> Result<Live> {
        let path = self.dir.join("live.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).with_context(|| format!("cannot read {}", path.display())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Live::default()),
            Err(e) => Err(e).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// All models made here, by name.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> Result<Vec<String>> {
        if !self.dir.exists() {
            return Ok(Vec::new());
        }
        let entries =
            std::fs::read_dir(&self.dir).with_context(|| format!("cannot read {}", self.dir.display()))?;
        let mut names: Vec<String> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.join(WEIGHTS).exists())
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        names.sort();
        Ok(names)
    }

    /// The model of that name.
    ///
    /// # Errors
    /// When it is missing or broken.
    pub fn load(&self, name: &str) -> Result<BuiltIn> {
        if name == BUILT_IN {
            return BuiltIn::load().context("cannot load the built-in model");
        }
        let path = self.folder(name)?.join(WEIGHTS);
        let packed = std::fs::read(&path).with_context(|| {
            format!(
                "cannot read the model `{name}` ({}): `gehoor models rollback` takes the one before",
                path.display()
            )
        })?;
        BuiltIn::from_bytes(&packed).with_context(|| {
            format!("the model `{name}` is broken: `gehoor models rollback` takes the one before")
        })
    }

    /// What was measured of a model across files when it was made; empty when its description does not say.
    ///
    /// # Errors
    /// When its description cannot be read.
    pub fn across(&self, name: &str) -> Result<Across> {
        #[derive(Deserialize)]
        struct Said {
            #[serde(default)]
            across_files: Across,
        }
        let text = if name == BUILT_IN {
            BuiltIn::description().to_owned()
        } else {
            let path = self.folder(name)?.join("model.toml");
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?
        };
        let said: Said = toml::from_str(&text).with_context(|| format!("the description of `{name}`"))?;
        Ok(said.across_files)
    }

    /// Why a candidate went live or did not; none for the compiled-in one.
    ///
    /// # Errors
    /// When its report cannot be read.
    pub fn report(&self, name: &str) -> Result<Option<Report>> {
        if name == BUILT_IN {
            return Ok(None);
        }
        let path = self.folder(name)?.join(REPORT);
        let text = match std::fs::read_to_string(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("cannot read {}", path.display()))?,
        };
        Ok(Some(serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?))
    }

    /// Lets a model judge from the next start on.
    ///
    /// # Errors
    /// When it is missing, broken, judges already, or its report speaks against it.
    pub fn promote(&self, name: &str) -> Result<()> {
        let mut live = self.live()?;
        if live.live == name {
            bail!("`{name}` judges already");
        }
        self.load(name)?;
        if let Some(report) = self.report(name)?.filter(|report| !report.not_worse()) {
            bail!("`{name}` does not go live:\n{}", report.text());
        }
        live.before.push(std::mem::replace(&mut live.live, name.to_owned()));
        self.write(&live)
    }

    /// Lets the model before judge again from the next start on, and gives its name.
    ///
    /// # Errors
    /// When there is none, or it is missing or broken.
    pub fn roll_back(&self) -> Result<String> {
        let mut live = self.live()?;
        let Some(before) = live.before.pop() else {
            bail!("`{}` judges, and nothing judged before it here", live.live);
        };
        self.load(&before)?;
        live.live.clone_from(&before);
        self.write(&live)?;
        Ok(before)
    }

    /// Whole or not at all.
    fn write(&self, live: &Live) -> Result<()> {
        std::fs::create_dir_all(&self.dir).with_context(|| format!("cannot make {}", self.dir.display()))?;
        let text = toml::to_string(live).context("cannot write live.toml")?;
        let (half, whole) = (self.dir.join("live.toml.new"), self.dir.join("live.toml"));
        let written = (|| {
            let mut file = std::fs::File::create(&half)?;
            std::io::Write::write_all(&mut file, text.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&half, &whole)?;
            std::fs::File::open(&self.dir)?.sync_all()
        })();
        written.with_context(|| format!("cannot write {}", whole.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(against: &[&str]) -> String {
        let report = Report {
            candidate: "a".into(),
            live: "b".into(),
            learnt: 80,
            held: 20,
            agreement: Default::default(),
            corpus: Vec::new(),
            against: against.iter().map(|s| (*s).to_owned()).collect(),
        };
        serde_json::to_string(&report).unwrap()
    }

    fn made(models: &Models, name: &str, against: &[&str]) {
        let folder = models.folder(name).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/gehoor-builtin");
        std::fs::copy(shipped.join(WEIGHTS), folder.join(WEIGHTS)).unwrap();
        std::fs::write(folder.join(REPORT), report(against)).unwrap();
    }

    #[test]
    fn a_candidate_goes_live_and_one_command_takes_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let models = Models::of(dir.path());
        assert_eq!(models.live().unwrap().live, BUILT_IN);
        models.roll_back().unwrap_err();
        made(&models, "own-1", &[]);
        made(&models, "own-2", &[]);
        models.promote("own-1").unwrap();
        models.promote("own-2").unwrap();
        assert_eq!(models.live().unwrap().live, "own-2");
        assert_eq!(models.roll_back().unwrap(), "own-1");
        assert_eq!(models.roll_back().unwrap(), BUILT_IN);
        assert_eq!(models.list().unwrap(), ["own-1", "own-2"], "nothing is thrown away");
    }

    #[test]
    fn what_is_worse_missing_or_broken_does_not_go_live() {
        let dir = tempfile::tempdir().unwrap();
        let models = Models::of(dir.path());
        made(&models, "worse", &["complaint AUC fell from 0.900 to 0.800"]);
        assert!(models.promote("worse").unwrap_err().to_string().contains("complaint AUC fell"));
        models.promote("unknown").unwrap_err();
        models.promote("../worse").unwrap_err();
        made(&models, "broken", &[]);
        std::fs::write(models.folder("broken").unwrap().join(WEIGHTS), b"no model").unwrap();
        models.promote("broken").unwrap_err();
        assert_eq!(models.live().unwrap(), Live::default());
    }

    #[test]
    fn the_compiled_in_model_says_what_a_candidate_is_compared_with() {
        let dir = tempfile::tempdir().unwrap();
        let across = Models::of(dir.path()).across(BUILT_IN).unwrap();
        assert!(
            across.contains_key("complaint AUC") && across.contains_key("complaint AUC (nl)"),
            "{across:?}"
        );
    }
}
