//! The targets without the fuzzer: on their seeds, and on what a few changes make of each.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use pkce_wasm_fuzz::{TARGETS, run, sign_in_outcome};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The seeds of a target: their names, and what is in them.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = folder("seeds").join(target);
    let read = |name: String| (name.clone(), fs::read(folder.join(name)).unwrap());
    names(&folder).into_iter().map(read).collect()
}

#[test]
fn every_target_has_a_program_and_seeds() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(&folder("seeds")), targets);
    let programs: BTreeSet<String> = targets.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names(&folder("fuzz_targets")), programs);
    for target in &targets {
        let program = fs::read_to_string(folder("fuzz_targets").join(format!("{target}.rs")));
        assert!(program.unwrap().contains(&format!("run(\"{target}\", input)")), "{target}");
        assert!(seeds(target).len() >= 3, "{target}");
    }
}

#[test]
fn every_seed_keeps_what_must_hold() {
    for (target, body) in TARGETS {
        for (name, seed) in seeds(target) {
            println!("{target}/{name}");
            body(&seed);
        }
    }
}

#[test]
fn every_seed_keeps_what_must_hold_after_a_few_changes() {
    for (target, _) in TARGETS {
        let seeds = seeds(target);
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for (name, seed) in &seeds {
            for round in 0..256 {
                let (_, other) = &seeds[random.below(seeds.len())];
                let input = random.change(seed.clone(), other);
                println!("{target}/{name}, round {round}: {:?}", String::from_utf8_lossy(&input));
                run(target, &input);
            }
        }
    }
}

/// Else the invariant would hold for want of anybody who signs in.
#[test]
fn the_sign_in_seeds_reach_a_session_a_refresh_and_the_refusals() {
    let mut outcomes = BTreeSet::new();
    for (name, seed) in seeds("sign_in") {
        assert_eq!(sign_in_outcome(&seed), name, "a seed is named for what comes of it");
        outcomes.insert(name);
    }
    for outcome in [
        "session",
        "refreshed",
        "not_ours",
        "callback_invalid",
        "id_token_access_token_hash",
        "id_token_algorithm",
        "id_token_audience",
        "id_token_authorized_party",
        "id_token_expired",
        "id_token_issued_at",
        "id_token_issuer",
        "id_token_key",
        "id_token_malformed",
        "id_token_missing",
        "id_token_nonce",
        "id_token_signature",
        "id_token_subject",
        "invalid_config",
        "response_invalid",
        "sign_in_expired",
        "state_mismatch",
    ] {
        assert!(outcomes.contains(outcome), "{outcome} is missing in {outcomes:?}");
    }
}

/// The same numbers in every run, so that what fails once fails again. (xorshift64*)
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % end
    }

    /// One to four bytes become others, are left out or are repeated, or another seed goes on.
    fn change(&mut self, mut input: Vec<u8>, other: &[u8]) -> Vec<u8> {
        for _ in 0..=self.below(4) {
            if input.is_empty() {
                return other.to_vec();
            }
            let at = self.below(input.len());
            let end = (at + 1 + self.below(8)).min(input.len());
            match self.below(5) {
                0 => input[at] ^= 1 << self.below(8),
                1 => input[at] = br#"{}[]",:\?&=#%./0x"#[self.below(17)],
                2 => drop(input.drain(at..end)),
                3 => drop(input.splice(at..at, input[at..end].to_vec())),
                _ => drop(input.splice(at.., other.iter().copied().skip(at))),
            }
        }
        input
    }
}
