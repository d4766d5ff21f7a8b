//! Runs one step of the protocol once: `pkce-wasm-native-bench <step>`, or lists them.
//!
//! callgrind counts the instructions within [`measured`], and nothing of what prepares a step.

mod provider;

use std::{env, hint::black_box, process::ExitCode};

use pkce_wasm::{
    authorization::{self, SignIn},
    callback::Callback,
    code_exchange::CodeExchange,
    config::Config,
    discovery,
    jwks::KeySet,
    metadata::Metadata,
    pkce::Entropy,
    refresh::{Refresh, Renewal},
    session::Session,
    transaction::{Stored, Transaction},
    unverified::{Unverified, Verdict},
};
use provider::NOW;

type Step = (&'static str, fn());

const STEPS: &[Step] = &[
    ("read the options", options),
    ("read the provider's metadata", metadata),
    ("make the authorization request", authorization_request),
    ("read the callback and its transaction", callback),
    ("read the token response", token_response),
    ("read the key set and choose the key", key_set),
    ("check the ID token's claims", id_token),
    ("write the session's record", write_record),
    ("read the session's record", read_record),
    ("read the answer to a refresh", refresh),
];

fn main() -> ExitCode {
    let Some(wanted) = env::args().nth(1) else {
        STEPS.iter().for_each(|(name, _)| println!("{name}"));
        return ExitCode::SUCCESS;
    };
    let Some((_, step)) = STEPS.iter().find(|(name, _)| *name == wanted) else {
        eprintln!("no step is called {wanted:?}");
        return ExitCode::FAILURE;
    };
    step();
    ExitCode::SUCCESS
}

/// What callgrind counts.
#[inline(never)]
fn measured<T>(step: impl FnOnce() -> T) -> T {
    black_box(step())
}

fn config() -> Config {
    Config::parse(provider::OPTIONS.as_bytes()).expect("good options")
}

fn discovered(config: &Config) -> Metadata {
    discovery::finish(&provider::metadata(), config).expect("metadata")
}

fn begin(config: &Config) -> (String, Transaction) {
    let entropy = Entropy { state: [1; 32], nonce: [2; 32], code_verifier: [3; 32] };
    authorization::begin(config, &discovered(config), SignIn::default(), &entropy, NOW)
        .expect("a request")
}

fn resume(config: &Config, url: &str, record: &str) -> CodeExchange {
    let callback = Callback::parse(url, config).expect("a response").expect("ours");
    let Some(Stored::Pending(transaction)) = Stored::read(record, config) else {
        panic!("the transaction is pending")
    };
    CodeExchange::begin(*transaction, callback, config, NOW).expect("a code")
}

/// An exchange that waits for its answer, and the nonce of that answer.
fn exchange(config: &Config) -> (CodeExchange, String) {
    let (url, transaction) = begin(config);
    let callback = provider::callback(transaction.state());
    (resume(config, &callback, &transaction.to_record()), provider::nonce(&url))
}

fn unverified(config: &Config) -> Unverified {
    let (exchange, nonce) = exchange(config);
    exchange.finish(&provider::tokens(Some(&nonce)), NOW).expect("tokens")
}

fn session(config: &Config) -> Session {
    unverified(config).verify_with(Verdict::Valid, NOW).expect("a session")
}

fn options() {
    measured(config);
}

fn metadata() {
    let config = config();
    let answer = provider::metadata();
    measured(|| discovery::finish(&answer, &config)).expect("metadata");
}

fn authorization_request() {
    let config = config();
    let metadata = discovered(&config);
    let entropy = Entropy { state: [1; 32], nonce: [2; 32], code_verifier: [3; 32] };
    measured(|| authorization::begin(&config, &metadata, SignIn::default(), &entropy, NOW))
        .expect("a request");
}

fn callback() {
    let config = config();
    let (_, transaction) = begin(&config);
    let url = provider::callback(transaction.state());
    let record = transaction.to_record();
    measured(|| resume(&config, &url, &record));
}

fn token_response() {
    let config = config();
    let (exchange, nonce) = exchange(&config);
    let answer = provider::tokens(Some(&nonce));
    measured(|| exchange.finish(&answer, NOW)).expect("tokens");
}

fn key_set() {
    let config = config();
    let unverified = unverified(&config);
    let answer = provider::key_set();
    let keys = measured(|| {
        let key_set = KeySet::finish(&answer).expect("keys");
        unverified.candidates(&key_set).iter().map(|key| key.to_jwk()).collect::<Vec<_>>()
    });
    assert_eq!(keys.len(), 1);
}

fn id_token() {
    let config = config();
    let unverified = unverified(&config);
    measured(|| unverified.verify_with(Verdict::Valid, NOW)).expect("a session");
}

fn write_record() {
    let session = session(&config());
    measured(|| session.to_record());
}

fn read_record() {
    let config = config();
    let record = session(&config).to_record();
    measured(|| Session::read(&record, &config)).expect("a session");
}

fn refresh() {
    let config = config();
    let session = session(&config);
    let answer = provider::tokens(None);
    let renewal = measured(|| {
        let refresh = Refresh::begin(session, &config).expect("a refresh token");
        let refreshed = refresh.finish(&answer, NOW).expect("tokens");
        match refreshed.tokens {
            Renewal::Unverified(unverified) => unverified.verify_with(Verdict::Valid, NOW),
            Renewal::Verified(session) => Ok(*session),
        }
    });
    // One when it is begun, and one when it is answered.
    assert_eq!(renewal.expect("a session").generation(), 2);
}
