//! Rust → `dist/core/`: the wasm module, the same inlined in a script, and the glue that drives it.
//!
//! Cargo compiles for size, without unwinding; wasm-bindgen makes the glue; panics lose their words
//! (`silence.rs`) and shared names their hashes (`names.rs`); wasm-opt makes it smaller; zopfli deflates
//! it for the script, which has it in base64.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::fresh::is_fresh;
use crate::names::Names;
use crate::silence::silence;
use crate::split::split;
use crate::workspace::Workspace;

const PACKAGE: &str = "pkce-wasm";
const TARGET: &str = "wasm32-unknown-unknown";
/// The compiler's own is a mebibyte, and would be the greater part of the module's memory. JSON is no
/// deeper than 16, and nothing else recurses: the tests pass with half of it.
const STACK_BYTES: u32 = 32 * 1024;
pub(crate) const OUTPUTS: [&str; 7] = [
    "core.js",
    "core.d.ts",
    "core.wasm",
    "core-inline.js",
    "core-inline.d.ts",
    "later-inline.js",
    "later-inline.d.ts",
];

const INLINE_TYPES: &str = "\
/** The module, deflated without a header, in base64. */
declare const deflated: string;
export default deflated;
/** How many bytes it has when inflated. */
export declare const byteLength: number;
";

/// What the glue has to say beside what wasm-bindgen makes: how the second part of the module comes to the
/// first.
const EXTEND: &str = "
export function extend(module) {
    const imports = { ...__wbg_get_imports(), first: wasm };
    wasm = { ...wasm, ...new WebAssembly.Instance(module, imports).exports };
}
";
const EXTEND_TYPES: &str = "
/** Adds the second part of the module to the first. */
export function extend(module: WebAssembly.Module): void;
";

pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let compiled = compile(workspace)?;
    let wasm_opt = workspace.npm_tool("binaryen", "bin/wasm-opt")?;
    let directory = workspace.path("dist/core");

    fs::create_dir_all(&directory)?;
    let tool = std::env::current_exe()?;
    let inputs = [compiled.clone(), tool, workspace.path("node_modules/.package-lock.json")];
    if is_fresh(&inputs, &OUTPUTS.map(|name| directory.join(name)))? {
        return Ok(());
    }

    let bound = compiled.with_file_name("bound");
    bind(&compiled, &bound)?;
    let mut wasm = optimise(workspace, &wasm_opt, &bound.join("core_bg.wasm"))?;
    // In a script it cannot be of another build.
    let inlined = inline(&wasm)?;
    let later = inline(&optimise(workspace, &wasm_opt, &bound.join("later_bg.wasm"))?)?;
    stamp(&mut wasm, &bound)?;
    println!("core    wasm {} bytes, inlined {} and {}", wasm.len(), inlined.len(), later.len());

    fs::copy(bound.join("core.js"), directory.join("core.js"))?;
    fs::copy(bound.join("core.d.ts"), directory.join("core.d.ts"))?;
    fs::write(directory.join("core.wasm"), wasm)?;
    for (script, content) in [("core-inline", inlined), ("later-inline", later)] {
        fs::write(directory.join(script).with_extension("js"), content)?;
        fs::write(directory.join(script).with_extension("d.ts"), INLINE_TYPES)?;
    }
    Ok(())
}

/// Compiles the library and returns the file that Cargo says it wrote.
fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo
        .args(["build", "--release", "--lib", "--package", PACKAGE, "--features", "npm"])
        .args(["--target", TARGET, "--message-format=json-render-diagnostics"])
        .arg("--config")
        .arg(format!("target.{TARGET}.rustflags={}", compiler_flags(workspace)?))
        .stderr(Stdio::inherit());
    let output = cargo.output().context("cargo does not start")?;
    ensure!(
        output.status.success(),
        "the Rust core does not compile; the compiler's words are above"
    );

    output
        .stdout
        .split(|&byte| byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter_map(|message| message.get("filenames")?.as_array().cloned())
        .flatten()
        .filter_map(|name| name.as_str().map(PathBuf::from))
        .rfind(|path| path.extension().is_some_and(|extension| extension == "wasm"))
        .with_context(|| format!("cargo wrote no wasm: `{PACKAGE}` needs the crate type cdylib"))
}

fn compiler_flags(workspace: &Workspace) -> Result<Value> {
    let mut flags = remapped_paths(workspace)?;
    flags.push(format!("-Clink-arg=-zstack-size={STACK_BYTES}"));
    // What is inlined more readily costs more than the calls that it spares.
    flags.push("-Cllvm-args=-inline-threshold=10".into());
    Ok(flags.into())
}

/// Panic messages hold the paths of sources. Shortened to what is the same on every machine, they make
/// the module's bytes the same, too, and say nothing of who built it.
fn remapped_paths(workspace: &Workspace) -> Result<Vec<String>> {
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let registries = cargo_home.context("no home directory")?.join("registry/src");

    let mut prefixes = vec![workspace.path("")];
    for registry in fs::read_dir(&registries).into_iter().flatten() {
        prefixes.push(registry?.path().join(""));
    }
    Ok(prefixes.iter().map(|prefix| format!("--remap-path-prefix={}=", prefix.display())).collect())
}

/// Writes the glue, its types, and the module with wasm-bindgen's own sections resolved.
fn bind(compiled: &Path, directory: &Path) -> Result<()> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name("core")
        .web(true)?
        .encode_into(EncodeInto::Always)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen cannot read the module")?;
    let scripts = output.snippets().values().any(|inline| !inline.is_empty());
    if scripts || !output.local_modules().is_empty() {
        bail!("a crate brings its own JavaScript, which the package does not carry");
    }
    silence(output.wasm_mut())?;
    let names = Names::shorten(output.wasm_mut());
    let second = split(output.wasm_mut(), &names)?;
    output.emit(directory)?;
    fs::write(directory.join("later_bg.wasm"), second)?;
    for (glue, more) in [("core.js", EXTEND), ("core.d.ts", EXTEND_TYPES)] {
        let glue = directory.join(glue);
        let text = fs::read_to_string(&glue)?;
        // Only the newest `lib` of TypeScript knows `Symbol.dispose`, and nobody here calls it.
        let lines = text.split_inclusive('\n').filter(|line| !line.contains("Symbol.dispose"));
        fs::write(&glue, names.apply(&lines.collect::<String>()) + more)?;
    }
    Ok(())
}

/// Which features it may use, wasm-opt reads from the module itself (`target_features`): those of the
/// compiler's default target, which the supported browsers have. It is given no others.
fn optimise(workspace: &Workspace, wasm_opt: &Path, module: &Path) -> Result<Vec<u8>> {
    let optimised = module.with_extension("opt.wasm");
    // Inlining what has one caller, and naming what is computed twice, save instructions and cost
    // the compressor its repetitions.
    let arguments = [
        "--flatten",
        "--rereloop",
        "-Oz",
        // Once more: what the first time has made smaller is put together otherwise.
        "--flatten",
        "--rereloop",
        "-Oz",
        "-Oz",
        "--converge",
        "--one-caller-inline-max-function-size=20",
        "--skip-pass=local-cse",
        // The stack is at the bottom of memory, and nobody points to its last kilobyte.
        "--low-memory-unused",
        // Nor does an engine need to be told of alignments, or zeros to be left out of data.
        "--dealign",
        "--skip-pass=memory-packing",
        "--strip-target-features",
        "-o",
    ];
    let arguments = arguments.map(PathBuf::from);
    let files = [optimised.clone(), module.to_path_buf()];
    workspace.node(wasm_opt, &[arguments.as_slice(), &files].concat())?;
    Ok(fs::read(&optimised)?)
}

/// Names the build in the module, in a section of its own, and in the glue: the names that they have in
/// common are numbers, so that glue and module of two builds would fit each other, and do harm.
fn stamp(wasm: &mut Vec<u8>, directory: &Path) -> Result<()> {
    let (glue, types) = (directory.join("core.js"), directory.join("core.d.ts"));
    let mut hash = Sha256::new_with_prefix(&wasm);
    hash.update(fs::read(&glue)?);
    let build = URL_SAFE_NO_PAD.encode(hash.finalize());

    let name = b"build";
    let length = 1 + name.len() + build.len();
    // Lengths under 128 are one byte: WebAssembly Core §5.2.2.
    wasm.extend([0, u8::try_from(length)?, u8::try_from(name.len())?]);
    wasm.extend(name);
    wasm.extend(build.as_bytes());
    append(&glue, &format!("export const build = \"{build}\";\n"))?;
    append(&types, "/** The build that this glue belongs to. */\nexport const build: string;\n")
}

fn append(file: &Path, text: &str) -> Result<()> {
    Ok(fs::write(file, fs::read_to_string(file)? + text)?)
}

fn inline(wasm: &[u8]) -> Result<String> {
    let mut deflated = Vec::new();
    zopfli::compress(zopfli::Options::default(), zopfli::Format::Deflate, wasm, &mut deflated)?;
    let encoded = STANDARD.encode(&deflated);
    Ok(format!("export default \"{encoded}\";\nexport const byteLength = {};\n", wasm.len()))
}
