//! The bodies of the fuzz targets: what must hold for every input. `cargo fuzz` feeds them with
//! what it makes up, and `cargo test` with the seeds.
//!
//! What the core makes of an input is held against what other parsers and a second reading of the
//! specifications make of it, and never against the core itself.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a panic is a finding")]

mod answers;
mod claims;
mod keys;
mod parsers;
mod provider;
mod records;
mod script;

mod sign_in;

pub use sign_in::outcome as sign_in_outcome;

/// A target's name, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target; `fuzz_targets/` has a program for each.
pub const TARGETS: &[Target] = &[
    ("base64url", parsers::base64url),
    ("callback", parsers::callback),
    ("challenge", parsers::challenge),
    ("config", parsers::config),
    ("discovery", answers::discovery),
    ("dpop", answers::dpop),
    ("id_token", answers::id_token),
    ("json", parsers::json),
    ("jwks", answers::jwks),
    ("jwt", parsers::jwt),
    ("par", answers::par),
    ("records", records::records),
    ("sign_in", sign_in::sign_in),
    ("sign_in_options", parsers::sign_in_options),
    ("sign_out", records::sign_out),
    ("token_response", answers::token_response),
    ("uri", parsers::uri),
    ("userinfo", answers::userinfo),
];

/// Runs one target on one input.
///
/// # Panics
///
/// When what must hold does not, or when there is no such target.
pub fn run(target: &str, input: &[u8]) {
    let (_, body) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    body(input);
}
