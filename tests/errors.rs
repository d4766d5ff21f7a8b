//! The closed set of error codes: in Rust, in TypeScript and in the documentation.
#![allow(clippy::unwrap_used, reason = "test helpers")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use pkce_wasm::error::{Code, Error, Kind, ProviderError};

fn codes() -> BTreeSet<String> {
    Code::ALL.iter().map(|code| code.as_str().to_owned()).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The codes of each kind, as the members of a TypeScript interface: unions of string literals.
fn codes_by_kind(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let (_, rest) = source.split_once("export interface AuthErrorCodes {").unwrap();
    let (members, _) = rest.split_once('}').unwrap();
    let member = |text: &str| {
        let (_, member) = text.split_once("readonly ")?;
        let (kind, union) = member.split_once(':')?;
        let codes = union.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        Some((kind.to_owned(), codes))
    };
    members.split(';').filter_map(member).collect()
}

#[test]
fn every_code_has_a_name_of_its_own() {
    assert_eq!(codes().len(), Code::ALL.len());
}

#[test]
fn names_are_snake_case() {
    for name in codes() {
        let words_are_good = name
            .split('_')
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()));
        assert!(words_are_good, "{name}");
    }
}

#[test]
fn typescript_has_exactly_these_codes_under_these_kinds() {
    let mut expected = BTreeMap::<String, BTreeSet<String>>::new();
    for code in Code::ALL {
        let codes = expected.entry(code.kind().as_str().to_owned()).or_default();
        codes.insert(code.as_str().to_owned());
    }
    assert_eq!(codes_by_kind(&read("js/types/error.ts")), expected);
}

#[test]
fn the_documentation_has_exactly_these_codes_each_once() {
    let documentation = read("docs/errors.md");
    let entries: Vec<String> = documentation
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        // One of several words is no code.
        .filter(|heading| !heading.contains(' '))
        .map(|heading| heading.trim().trim_matches('`').to_owned())
        .collect();
    let distinct: BTreeSet<String> = entries.iter().cloned().collect();
    assert_eq!(distinct.len(), entries.len(), "an entry is there twice");
    assert_eq!(distinct, codes());
}

#[test]
fn only_faults_of_the_network_pass() {
    for code in Code::ALL {
        let is_passing = Error::new(*code, "A sentence.").is_passing();
        assert_eq!(is_passing, code.kind() == Kind::Network, "{code:?}");
    }
}

#[test]
fn an_error_tells_its_code_and_its_sentence() {
    let error = Error::about(Code::InvalidConfig, &["The option ", "issuer", " is missing."]);
    assert_eq!(error.to_string(), "invalid_config: The option issuer is missing.");
    assert_eq!(error.message(), "The option issuer is missing.");
    assert_eq!(error.code(), Code::InvalidConfig);
    assert!(error.provider().is_none() && error.evidence().is_empty());
}

#[test]
fn an_error_carries_evidence_and_the_providers_words() {
    let said = ProviderError { error: "invalid_grant".into(), description: Some("Gone".into()) };
    let error = Error::new(Code::CodeRefused, "A sentence.").with("status", "400").said_by(said);
    assert_eq!(error.evidence(), [("status", "400".to_owned())]);
    let said = error.provider().unwrap();
    assert_eq!((said.error.as_str(), said.description.as_deref()), ("invalid_grant", Some("Gone")));
}
