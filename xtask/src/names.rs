//! Shortens the names that the module and its glue have in common.
//!
//! wasm-bindgen ends most in a hash, so that two versions of a crate do not get into each other's
//! way. Hashes do not compress, and once the module is linked there is one version of each: such a
//! name becomes a number.

use std::collections::HashMap;

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

    /// The glue with the same names.
    pub(crate) fn apply(&self, glue: &str) -> String {
        // A name ends in its hash, so that none is a part of another.
        self.0.iter().fold(glue.to_owned(), |glue, (old, new)| glue.replace(old, new))
    }

    fn rename(&mut self, name: &mut String) {
        let hash = name.rsplit_once('_').map_or("", |(_, hash)| hash).trim_start_matches('h');
        if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let new = format!("_{}", self.0.len());
            self.0.insert(std::mem::replace(name, new.clone()), new);
        }
    }
}
