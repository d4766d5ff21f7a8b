//! TypeScript → `dist/`: every `js/*.ts` becomes a script and its types.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use walkdir::WalkDir;

use crate::fresh::is_fresh;
use crate::workspace::Workspace;

pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let tsc = workspace.npm_tool("typescript", "bin/tsc")?;
    let dist = workspace.path("dist");
    let outputs = outputs(workspace)?;
    ensure!(!outputs.is_empty(), "there is nothing to compile in js/");

    let inputs = [
        workspace.path("js"),
        workspace.path("tsconfig.json"),
        workspace.path("node_modules/.package-lock.json"),
        dist.join("core/core.d.ts"),
        dist.join("core/client.d.ts"),
        dist.join("core/core-inline.d.ts"),
    ];
    if is_fresh(&inputs, &outputs)? {
        return Ok(());
    }
    // A file that a former source left behind would be published, and its types would still be found.
    for entry in WalkDir::new(&dist) {
        let path = entry?.into_path();
        if path.is_file() && !path.starts_with(dist.join("core")) && !outputs.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    workspace.node(tsc, &["--project", "tsconfig.json"])?;
    println!("façade  {} scripts", outputs.len() / 2);
    Ok(())
}

fn outputs(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let (source, dist) = (workspace.path("js"), workspace.path("dist"));
    let mut outputs = Vec::new();
    for entry in WalkDir::new(&source) {
        let entry = entry?;
        let name = entry.path().strip_prefix(&source)?;
        if name.extension().is_some_and(|extension| extension == "ts") {
            outputs.push(dist.join(name.with_extension("js")));
            outputs.push(dist.join(name.with_extension("d.ts")));
        }
    }
    Ok(outputs)
}
