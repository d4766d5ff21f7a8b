//! Shortens the names that the module and its glue have in common.
//!
//! wasm-bindgen ends most in a hash, so that two versions of a crate do not get into each other's
//! way. Hashes do not compress, and once the module is linked there is one version of each: every name
//! that nobody writes by hand becomes a number.

use std::{cmp::Reverse, collections::HashMap};

use walrus::Module;

/// New names by the old ones.
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// Renames the module's imports and exports.
    pub(crate) fn shorten(module: &mut Module) -> Self {
        let mut names = Self(HashMap::new());
        for import in module.imports.iter_mut() {
            names.rename(&mut import.name);
        }
        for export in module.exports.iter_mut() {
            names.rename(&mut export.name);
        }
        names
    }

    /// What a name has become.
    pub(crate) fn short<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// The glue with the same names.
    pub(crate) fn apply(&self, glue: &str) -> String {
        // The longer ones first, for a name may begin with another one.
        let mut names: Vec<_> = self.0.iter().collect();
        names.sort_by_key(|(old, _)| Reverse(old.len()));
        names.iter().fold(glue.to_owned(), |glue, (old, new)| glue.replace(*old, new))
    }

    fn rename(&mut self, name: &mut String) {
        // The generated ones have an underscore at least.
        if name.contains('_') {
            let new = format!("_{}", self.0.len());
            self.0.insert(std::mem::replace(name, new.clone()), new);
        }
    }
}
