//! What holds for every text: forms, URLs, paths and JSON, with other parsers as oracles.
#![allow(clippy::unwrap_used, reason = "test helpers")]

use std::net::Ipv6Addr;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use oauth2::url::{Url, form_urlencoded};
use pkce_wasm::{
    dpop::{Proof, PublicKey},
    form,
    json::Value,
    time::Timestamp,
    uri::{Uri, return_to},
};
use proptest::{collection::vec, prelude::*, test_runner::RngSeed};
use serde::de::IgnoredAny;
use serde_json::json;

/// The same cases each time.
fn seeded() -> ProptestConfig {
    ProptestConfig {
        cases: 1024,
        rng_seed: RngSeed::Fixed(0x706b_6365),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

const ORIGIN: &str = "https://app.example";

/// The port that a URL means.
fn port(uri: &Uri) -> Option<u16> {
    let default = if uri.is_encrypted() { 443 } else { 80 };
    let authority = uri.origin().rsplit('/').next()?;
    match authority.strip_prefix(uri.host())?.strip_prefix(':') {
        Some(port) => port.parse().ok(),
        None => Some(default),
    }
}

fn assert_read_alike(text: &str) -> Result<(), TestCaseError> {
    let Ok(ours) = Uri::parse(text.to_owned()) else { return Ok(()) };
    let theirs = Url::parse(text);
    prop_assert!(theirs.is_ok(), "{text}");
    let theirs = theirs.unwrap();
    // There are several ways to write an IPv6 address.
    let address = |host: &str| host.trim_matches(['[', ']']).parse::<Ipv6Addr>().ok();
    let their_host = theirs.host_str().unwrap();
    prop_assert!(
        ours.host().eq_ignore_ascii_case(their_host) || address(ours.host()) == address(their_host)
    );
    prop_assert_eq!(port(&ours), theirs.port_or_known_default());
    prop_assert_eq!(if ours.path().is_empty() { "/" } else { ours.path() }, theirs.path());
    prop_assert_eq!(ours.is_encrypted(), theirs.scheme() == "https");
    prop_assert_eq!(ours.has_fragment(), theirs.fragment().is_some());
    prop_assert!(theirs.username().is_empty() && theirs.password().is_none());
    Ok(())
}

proptest! {
    #![proptest_config(seeded())]

    #[test]
    fn what_is_signed_is_encoded_as_the_base64_crate_does(method in any::<String>(), id in any::<[u8; 32]>()) {
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": "x", "y": method });
        let key = PublicKey::from_jwk(jwk.to_string().as_bytes()).unwrap();
        let signed = Proof::new(&method, "https://api.example/", None)
            .signing_input(&key, &id, None, Timestamp::from_millis(0));
        for part in signed.split('.') {
            let decoded = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
            prop_assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(&decoded), part);
            let claims: serde_json::Value = serde_json::from_slice(&decoded).unwrap();
            let is_header = claims["jti"].is_null();
            prop_assert_eq!(if is_header { &claims["jwk"]["y"] } else { &claims["htm"] }, &method);
            let jti = BASE64_URL_SAFE_NO_PAD.encode(id);
            prop_assert!(is_header || claims["jti"] == jti);
        }
    }

    #[test]
    fn forms_make_a_round_trip(pairs in vec((any::<String>(), any::<String>()), 0..5)) {
        let borrowed: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let text = form::write(&borrowed);
        prop_assert!(text.is_ascii());
        let theirs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        prop_assert_eq!(&theirs, &pairs);
        prop_assert_eq!(form::parse(&text), Some(pairs));
    }

    #[test]
    fn a_form_that_is_read_is_read_as_every_parser_does(text in "[a-c=&+%0-9A-Fü]{0,24}") {
        if let Some(ours) = form::parse(&text) {
            let theirs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn any_text_is_a_form_or_not_but_never_panics(text in any::<String>()) {
        let _ = form::parse(&text);
    }

    #[test]
    fn a_url_that_is_accepted_is_read_as_every_parser_does(
        scheme in "https?", authority in "[a-z0-9.:_\\[\\]@%-]{0,16}", rest in "([/?#][!-~]{0,16})?",
    ) {
        assert_read_alike(&format!("{scheme}://{authority}{rest}"))?;
    }

    #[test]
    fn an_address_that_is_accepted_is_read_as_every_parser_does(
        v4 in "[0-9]{1,3}(\\.[0-9x]{0,3}){0,4}", v6 in "\\[[0-9a-f:]{0,20}\\]", port in "(:[0-9]{0,6})?",
    ) {
        assert_read_alike(&format!("http://{v4}{port}/"))?;
        assert_read_alike(&format!("http://{v6}{port}/"))?;
    }

    #[test]
    fn a_path_that_is_accepted_is_read_as_every_parser_does(path in "(/(\\.|%2[eE]|[a-b%]){0,3}){0,5}") {
        assert_read_alike(&format!("https://id.example{path}"))?;
    }

    #[test]
    fn whatever_is_returned_to_is_of_this_origin(
        text in any::<String>(), path in "[/\\\\.:@?#%a-b\t\n \u{a0}\u{2028}-]{0,12}",
    ) {
        let base = Url::parse(ORIGIN).unwrap();
        for text in [text, format!("/{path}"), format!("{ORIGIN}{path}"), path] {
            if let Ok(path) = return_to(&text, ORIGIN) {
                prop_assert!(path.starts_with('/'));
                let joined = base.join(&path).unwrap();
                prop_assert_eq!(joined.origin(), base.origin());
                prop_assert_eq!(return_to(&path, ORIGIN).unwrap(), path);
            }
        }
    }

    #[test]
    fn any_bytes_that_are_read_as_json_are_json(
        bytes in vec(any::<u8>(), 0..32), text in "[\\[\\]{}\",:0-9eE.+\\\\u a-f-]{0,24}",
    ) {
        for document in [bytes.as_slice(), text.as_bytes()] {
            if Value::parse(document).is_ok() {
                prop_assert!(serde_json::from_slice::<IgnoredAny>(document).is_ok(), "{text}");
            }
        }
    }

    #[test]
    fn any_text_survives_json(text in any::<String>()) {
        let document = serde_json::to_string(&text).unwrap();
        let value = Value::parse(document.as_bytes()).unwrap();
        prop_assert_eq!(value.as_str(), Some(text.as_str()));
    }

    #[test]
    fn whole_numbers_are_those_of_serde_json(number in any::<u64>(), float in 0.0..9e15_f64) {
        let whole = |document: String| Value::parse(document.as_bytes()).unwrap().as_u64();
        prop_assert_eq!(whole(number.to_string()), Some(number));
        for written in [format!("{float}"), format!("{float:e}")] {
            prop_assert_eq!(whole(written), Some(float.trunc() as u64));
        }
        prop_assert_eq!(whole(format!("-{}", number.max(1))), None);
    }
}
