//! `command/` → `dist/pkce-wasm.js`: `npx pkce-wasm`, one script with all that it needs.

use anyhow::Result;

use crate::fresh::is_fresh;
use crate::workspace::Workspace;

/// In `dist/`.
pub(crate) const OUTPUT: &str = "pkce-wasm.js";

const BUNDLE: &str = "scripts/bundle-command.js";

pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let dist = workspace.path("dist");
    let inputs = [
        workspace.path("command"),
        workspace.path(BUNDLE),
        workspace.path("node_modules/.package-lock.json"),
        dist.join("core"),
        dist.join("first-load"),
        dist.join("on-demand"),
        dist.join("presets"),
    ];
    if is_fresh(&inputs, &[dist.join(OUTPUT)])? {
        return Ok(());
    }
    workspace.node(BUNDLE, &[""; 0])?;
    println!("command bundled");
    Ok(())
}
