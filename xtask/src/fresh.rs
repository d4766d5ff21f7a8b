//! Whether a step has to run again: like `make`, by the times of its inputs and outputs.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};
use walkdir::WalkDir;

/// True when every output exists and is at least as new as every input. An input that is a directory
/// stands for all it holds and for the list of its entries, so that a removed file counts as a change.
pub(crate) fn is_fresh(inputs: &[impl AsRef<Path>], outputs: &[impl AsRef<Path>]) -> Result<bool> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for input in inputs {
        for entry in WalkDir::new(input) {
            newest = newest.max(modified(entry?.path())?);
        }
    }
    for output in outputs.iter().map(AsRef::as_ref) {
        if !output.exists() || modified(output)? < newest {
            return Ok(false);
        }
    }
    Ok(true)
}

fn modified(path: &Path) -> Result<SystemTime> {
    let metadata = path.metadata().and_then(|metadata| metadata.modified());
    metadata.with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::Duration;

    use super::*;

    fn write(path: &Path, hour: u64) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
        set_time(path, hour);
    }

    fn set_time(path: &Path, hour: u64) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(hour * 3600);
        File::open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn outputs_are_fresh_when_no_input_is_newer() {
        let directory = tempfile::tempdir().unwrap();
        let [input, output] = ["input", "output"].map(|name| directory.path().join(name));
        write(&input, 2);

        let fresh = || is_fresh(&[&input], &[&output]).unwrap();
        assert!(!fresh(), "an output is missing");
        write(&output, 1);
        assert!(!fresh(), "the output is older");
        write(&output, 2);
        assert!(fresh());
    }

    #[test]
    fn a_directory_changes_with_its_files_and_with_their_list() {
        let directory = tempfile::tempdir().unwrap();
        let [source, output] = ["source", "output"].map(|name| directory.path().join(name));
        let (kept, removed) = (source.join("inner/kept"), source.join("inner/removed"));
        write(&kept, 1);
        write(&removed, 1);
        let settle = || [&source.join("inner"), &source].map(|path| set_time(path, 1));
        settle();
        write(&output, 2);

        let fresh = || is_fresh(&[&source], &[&output]).unwrap();
        assert!(fresh());
        set_time(&kept, 3);
        assert!(!fresh(), "a file is newer");
        set_time(&kept, 1);
        fs::remove_file(&removed).unwrap();
        assert!(!fresh(), "a file is gone");
    }

    #[test]
    fn a_missing_input_is_an_error_that_names_it() {
        let error = is_fresh(&["/nowhere/at/all"], &["output"]).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }
}
