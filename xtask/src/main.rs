//! Builds the npm package. `cargo xtask build` writes `dist/`; `cargo xtask size` weighs it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool")]

mod command;
mod example;
mod facade;
mod fresh;
mod names;
mod silence;
mod split;
mod wasm;
mod worker;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

const USAGE: &str = "\
Usage: cargo xtask <command>

  build            compile src/, js/ and command/ into dist/, as far as they changed
  size [--check]   build, then print what a page has to load; --check fails over a gate
  example          compile the application in Rust, examples/yew, into its dist/";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["build"] => build(&Workspace::find()?),
        ["example"] => example::build(&Workspace::find()?),
        ["size", flags @ ..] if matches!(flags, [] | ["--check"]) => {
            let workspace = Workspace::find()?;
            build(&workspace)?;
            workspace.node("scripts/size.js", flags)
        }
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        [command, ..] => {
            bail!("there is no command `{command}` with these arguments; see `cargo xtask help`")
        }
    }
}

fn build(workspace: &Workspace) -> Result<()> {
    wasm::build(workspace)?;
    worker::build(workspace)?;
    facade::build(workspace)?;
    command::build(workspace)
}
