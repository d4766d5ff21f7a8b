//! `js/` → `dist/`: TypeScript becomes a script and its types; a script of the edge stays as it is, for
//! the crate takes it from `js/`, too.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use walkdir::WalkDir;

use crate::command;
use crate::fresh::is_fresh;
use crate::wasm;
use crate::worker;
use crate::workspace::Workspace;

pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let tsc = workspace.npm_tool("typescript", "bin/tsc")?;
    let dist = workspace.path("dist");
    let Files { copied, compiled } = files(workspace)?;
    ensure!(!compiled.is_empty(), "there is nothing to compile in js/");

    let inputs = [
        workspace.path("js"),
        workspace.path("tsconfig.json"),
        workspace.path("node_modules/.package-lock.json"),
        dist.join("core/core.d.ts"),
        dist.join("core/core-inline.d.ts"),
        dist.join(worker::OUTPUTS[1]),
    ];
    let outputs = [&*copied, &*compiled].concat();
    if is_fresh(&inputs, &outputs)? {
        return Ok(());
    }
    // A file that a former source left behind would be published, and its types would still be found.
    let core = wasm::OUTPUTS.map(|name| dist.join("core").join(name));
    let worker = worker::OUTPUTS.map(|name| dist.join(name));
    let command = dist.join(command::OUTPUT);
    for entry in WalkDir::new(&dist) {
        let path = entry?.into_path();
        let is_anothers = core.contains(&path) || worker.contains(&path) || path == command;
        if path.is_file() && !outputs.contains(&path) && !is_anothers {
            fs::remove_file(path)?;
        }
    }
    workspace.node(tsc, &["--project", "tsconfig.json"])?;
    for path in &copied {
        fs::copy(workspace.path("js").join(path.strip_prefix(&dist)?), path)?;
    }
    let scripts = outputs.iter().filter(|path| path.extension().is_some_and(|kind| kind == "js"));
    println!("façade  {} scripts", scripts.count());
    Ok(())
}

/// What `js/` becomes.
#[derive(Default)]
struct Files {
    copied: Vec<PathBuf>,
    compiled: Vec<PathBuf>,
}

fn files(workspace: &Workspace) -> Result<Files> {
    let (source, dist) = (workspace.path("js"), workspace.path("dist"));
    let mut files = Files::default();
    for entry in WalkDir::new(&source) {
        let entry = entry?;
        let name = entry.path().strip_prefix(&source)?;
        if name.starts_with(worker::SOURCE) {
            continue;
        }
        let text = name.to_string_lossy();
        if text.ends_with(".js") || text.ends_with(".d.ts") {
            files.copied.push(dist.join(name));
        } else if text.ends_with(".ts") {
            files.compiled.push(dist.join(name.with_extension("js")));
            files.compiled.push(dist.join(name.with_extension("d.ts")));
        }
    }
    Ok(files)
}
