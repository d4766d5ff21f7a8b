//! Takes the words out of panics.
//!
//! A panic in the module is a trap, whose message nobody reads: there is no console hook, and the
//! façade reports any trap as `internal`. Building the message still links the whole of `core::fmt`,
//! a tenth of the module. So every function that begins a panic becomes a trap itself, and what then
//! only formats messages goes as well, as do the places in the sources that they would name. The compiler
//! has flags for this on nightly only.

use std::collections::HashSet;
use std::ops::Range;

use anyhow::{Result, ensure};
use walrus::ir::{Call, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, DataKind, FunctionBuilder, FunctionId, FunctionKind, Module, passes};

/// Functions that never return, by a part of their names.
const PANICS: &[&str] = &[
    "core::cell::lazy::panic_poisoned",
    "core::cell::panic_already_",
    "core::panicking::",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::slice::index::slice_",
    "core::str::slice_error_fail",
    "begin_panic_handler",
    "rust_begin_unwind",
    "alloc::raw_vec::handle_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::alloc::handle_alloc_error",
];

/// Functions that format text, by a part of their names.
const FORMATS: &[&str] = &["alloc::fmt::", "core::fmt::"];

pub(crate) fn silence(module: &mut Module) -> Result<()> {
    let panics = named(module, |name| PANICS.iter().any(|part| name.contains(part)));
    let formats = named(module, |name| FORMATS.iter().any(|part| name.contains(part)));
    ensure!(!panics.is_empty(), "no panic was found by its name: have the names been stripped?");

    // A function that is only in the table may be dead; one that is called is not.
    for (function, local) in module.funcs.iter_local() {
        if panics.contains(&function) || formats.contains(&function) {
            continue;
        }
        let mut calls = Calls { among: &formats, found: None };
        dfs_in_order(&mut calls, local, local.entry_block());
        if let Some(called) = calls.found {
            ensure!(
                is_about_panics(&path(module, function)),
                "`{}` formats text with `{}`, which the module does without",
                path(module, function),
                path(module, called)
            );
        }
    }

    for function in panics.union(&formats) {
        trap(module, *function);
    }
    passes::gc::run(module);
    forget_places(module);
    Ok(())
}

/// Puts zeros, which compress to nothing, in the place of each `core::panic::Location` and of the path
/// that it points to: nobody is left to print them.
fn forget_places(module: &mut Module) {
    let segments: Vec<_> = module.data.iter().map(|segment| segment.id()).collect();
    for segment in segments {
        let segment = module.data.get_mut(segment);
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(base)), .. } = segment.kind
        else {
            continue;
        };
        let bytes = &mut segment.value;
        let places: Vec<_> = (0..bytes.len())
            .step_by(4)
            .filter_map(|at| Some((at, path_of_place(bytes, at, base)?)))
            .collect();
        for (at, path) in places {
            for dead in [at..at + PLACE_BYTES, path] {
                bytes.get_mut(dead).unwrap_or_default().fill(0);
            }
        }
    }
}

/// What a `Location` is in memory: the path's address and length, the line, the column.
const PLACE_BYTES: usize = 16;

/// Where the path is that the four words at `at` point to, if they are a place in a source.
fn path_of_place(bytes: &[u8], at: usize, base: i32) -> Option<Range<usize>> {
    let word = |index: usize| {
        let word = bytes.get(at + 4 * index..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*word)).ok()
    };
    let [address, length, line, column] = [word(0)?, word(1)?, word(2)?, word(3)?];
    let start = address.checked_sub(usize::try_from(base).ok()?)?;
    let path = start..start.checked_add(length)?;
    let text = bytes.get(path.clone())?;
    let is_path = text.strip_suffix(b"\0").unwrap_or(text).ends_with(b".rs");
    (is_path && (1..100_000).contains(&line) && (1..1_000).contains(&column)).then_some(path)
}

/// Parts of the panic machinery that the standard library keeps behind pointers.
fn is_about_panics(name: &str) -> bool {
    name.contains("std::panicking::") || name.contains("core::panic::")
}

fn named(module: &Module, matches: impl Fn(&str) -> bool) -> HashSet<FunctionId> {
    let locals = module.funcs.iter_local().map(|(id, _)| id);
    locals.filter(|id| matches(&path(module, *id))).collect()
}

/// A function's name, without the hashes of crates: `core[0123456789abcdef]::panicking::panic`.
fn path(module: &Module, function: FunctionId) -> String {
    let name = module.funcs.get(function).name.as_deref().unwrap_or_default();
    let mut parts = name.split('[');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if hash.len() == 16 => path.push_str(rest),
            _ => path.extend(["[", part]),
        }
    }
    path
}

fn trap(module: &mut Module, function: FunctionId) {
    let ty = module.types.get(module.funcs.get(function).ty());
    let (parameters, results) = (ty.params().to_vec(), ty.results().to_vec());
    let arguments = parameters.iter().map(|ty| module.locals.add(*ty)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    builder.func_body().unreachable();
    let body = builder.local_func(arguments);
    module.funcs.get_mut(function).kind = FunctionKind::Local(body);
}

struct Calls<'a> {
    among: &'a HashSet<FunctionId>,
    found: Option<FunctionId>,
}

impl<'a> Visitor<'a> for Calls<'_> {
    fn visit_call(&mut self, call: &Call) {
        if self.among.contains(&call.func) {
            self.found = Some(call.func);
        }
    }
}
