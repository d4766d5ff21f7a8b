//! What OpenID Connect Core §3.1.3.7, §3.1.3.8 and §12.2 ask of an ID token, written anew from
//! the specification: whatever the core lets pass has to pass here as well.

use oauth2::url::Url;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::keys::encode;

pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) trusted_audiences: Vec<String>,
    pub(crate) tolerance_seconds: u64,
    pub(crate) now_seconds: f64,
    pub(crate) nonce: &'a str,
    /// After a refresh it may be missing.
    pub(crate) nonce_may_be_missing: bool,
    pub(crate) subject: Option<&'a str>,
    pub(crate) acr_values: &'a str,
    pub(crate) max_age: Option<u64>,
    pub(crate) access_token: &'a str,
    pub(crate) alg: &'a str,
    /// Whether the provider is Cognito, whose tokens say what they are for.
    pub(crate) has_token_use: bool,
}

/// Panics when a token with these claims must not be taken.
pub(crate) fn assert_acceptable(claims: &Value, expected: &Expected<'_>) {
    assert_issuer(claims["iss"].as_str().expect("iss is a text"), expected);
    assert_audience(claims, expected);
    assert_times(claims, expected);

    let nonce = &claims["nonce"];
    let is_missing = nonce.is_null() && expected.nonce_may_be_missing;
    assert!(is_missing || nonce.as_str() == Some(expected.nonce), "nonce {nonce}");

    let subject = claims["sub"].as_str().expect("sub is a text");
    assert!((1..=255).contains(&subject.len()), "sub");
    assert!(expected.subject.is_none_or(|former| former == subject), "sub of another user");

    if !expected.acr_values.is_empty() {
        let acr = claims["acr"].as_str().expect("acr is a text");
        assert!(expected.acr_values.split(' ').any(|asked| asked == acr), "acr {acr}");
    }
    let at_hash = &claims["at_hash"];
    assert!(at_hash.is_null() || at_hash.as_str() == Some(&left_half(expected)), "at_hash");
    assert!(!expected.has_token_use || claims["token_use"].as_str() == Some("id"), "token_use");
}

/// To the letter, or the same pool of Cognito by another of its names.
fn assert_issuer(iss: &str, expected: &Expected<'_>) {
    let [found, same] = [iss, expected.issuer].map(|uri| Url::parse(uri).expect("a URL"));
    let is_cognitos = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        host.contains("cognito-idp.") && host.ends_with(".amazonaws.com")
    };
    let is_other_name = expected.has_token_use
        && found.path() == same.path()
        && is_cognitos(&found)
        && is_cognitos(&same);
    assert!(iss == expected.issuer || is_other_name, "iss {iss}");
}

fn assert_audience(claims: &Value, expected: &Expected<'_>) {
    let audiences: Vec<&Value> = match &claims["aud"] {
        Value::Array(audiences) => audiences.iter().collect(),
        one => vec![one],
    };
    let is_us = |audience: &&Value| audience.as_str() == Some(expected.client_id);
    let azp = &claims["azp"];
    let is_ours = azp.as_str() == Some(expected.client_id);
    let trusts = |one: &str| expected.trusted_audiences.iter().any(|trusted| trusted == one);
    let is_trusted = |audience: &&Value| {
        is_us(audience)
            || audience.as_str().is_some_and(trusts)
            || (is_ours && trusts("*") && audience.is_string())
    };
    assert!(audiences.iter().any(is_us), "aud lacks us");
    assert!(audiences.iter().all(is_trusted), "aud has strangers");
    assert!(azp.is_null() || is_ours, "azp is another");
}

fn assert_times(claims: &Value, expected: &Expected<'_>) {
    let tolerance = expected.tolerance_seconds as f64;
    let now = expected.now_seconds;
    let seconds = |name: &str| match &claims[name] {
        Value::Null => None,
        time => Some(time.as_f64().unwrap_or_else(|| panic!("{name} is no number")).floor()),
    };
    assert!(seconds("exp").expect("exp") + tolerance > now, "exp");
    assert!(seconds("iat").expect("iat") <= now + tolerance, "iat");
    assert!(seconds("nbf").is_none_or(|nbf| nbf <= now + tolerance), "nbf");
    let auth_time = seconds("auth_time");
    if let Some(max_age) = expected.max_age {
        let oldest = auth_time.expect("auth_time") + max_age as f64 + tolerance;
        assert!(oldest >= now, "auth_time is too old");
    }
}

/// The hash that `at_hash` must be: half of the digest that the algorithm has in its name.
fn left_half(expected: &Expected<'_>) -> String {
    let token = expected.access_token.as_bytes();
    let digest = match expected.alg {
        "RS256" | "PS256" | "ES256" => Sha256::digest(token).to_vec(),
        "RS384" | "PS384" | "ES384" => Sha384::digest(token).to_vec(),
        _ => Sha512::digest(token).to_vec(),
    };
    encode(&digest[..digest.len() / 2])
}
