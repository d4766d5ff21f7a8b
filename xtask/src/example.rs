//! `examples/yew`, an application in Rust, as a page: what Trunk does for its users.

use std::fs;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::Workspace;

const EXAMPLE: &str = "examples/yew";
const MODULE: &str = "target/examples/wasm32-unknown-unknown/release/yew-example.wasm";

/// Writes the glue, the module, and the scripts that the crate `pkce-wasm` brings along.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let mut cargo = workspace.cargo();
    cargo
        .current_dir(workspace.path(EXAMPLE))
        .args(["build", "--locked", "--release", "--target", "wasm32-unknown-unknown"])
        .arg("--target-dir")
        .arg(workspace.path("target/examples"));
    ensure!(
        cargo.status().context("cargo does not start")?.success(),
        "the example does not compile; the compiler's words are above"
    );

    let dist = workspace.path(EXAMPLE).join("dist");
    fs::create_dir_all(&dist)?;
    Bindgen::new()
        .input_path(workspace.path(MODULE))
        .out_name("app")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .generate(&dist)
        .context("wasm-bindgen cannot read the example's module")?;
    fs::copy(workspace.path(EXAMPLE).join("index.html"), dist.join("index.html"))?;
    println!("{}", dist.display());
    Ok(())
}
