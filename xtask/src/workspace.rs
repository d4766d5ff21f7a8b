//! Where things are, and how the tools of the build are called.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        // Asked for when running, not when compiling: checkouts may share one target directory.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("xtask has no parent directory")?;
        Ok(Self { root: root.to_path_buf() })
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A script of the npm package `package`, which `npm ci` has to have installed.
    pub(crate) fn npm_tool(&self, package: &str, script: &str) -> Result<PathBuf> {
        let path = self.path("node_modules").join(package).join(script);
        ensure!(path.exists(), "the npm package `{package}` is missing: run `npm ci`");
        Ok(path)
    }

    /// Runs a script in Node.
    pub(crate) fn node(
        &self,
        script: impl AsRef<OsStr>,
        arguments: &[impl AsRef<OsStr>],
    ) -> Result<()> {
        let mut node = Command::new("node");
        node.current_dir(&self.root).arg(script.as_ref()).args(arguments);
        let name = Path::new(script.as_ref()).file_stem().unwrap_or_default().display().to_string();
        let status =
            node.status().context("`node` does not start: install Node.js 20.18 or newer")?;
        if !status.success() {
            bail!("`{name}` failed; what it says is above");
        }
        Ok(())
    }

    /// Cargo, the same one that runs this tool.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root);
        cargo
    }
}
