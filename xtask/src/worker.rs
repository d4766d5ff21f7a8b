//! `js/worker/` → `dist/on-demand/token-worker-inline.js`: the worker's script, as a text in one of a page.

use anyhow::Result;

use crate::fresh::is_fresh;
use crate::workspace::Workspace;

/// In `js/`; it runs in a worker, where other things are there than in a page.
pub(crate) const SOURCE: &str = "worker";

/// In `dist/`.
pub(crate) const OUTPUTS: [&str; 2] =
    ["on-demand/token-worker-inline.js", "on-demand/token-worker-inline.d.ts"];

const BUNDLE: &str = "scripts/bundle-worker.js";

pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let inputs = [
        workspace.path("js").join(SOURCE),
        workspace.path("js/with-core/platform.js"),
        workspace.path(BUNDLE),
        workspace.path("node_modules/.package-lock.json"),
    ];
    let dist = workspace.path("dist");
    if is_fresh(&inputs, &OUTPUTS.map(|name| dist.join(name)))? {
        return Ok(());
    }
    workspace.node(BUNDLE, &[""; 0])?;
    println!("worker  inlined");
    Ok(())
}
