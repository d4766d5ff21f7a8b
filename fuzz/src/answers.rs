//! The answers of a provider's endpoints, one at a time.

use oauth2::url::{ParseError, Url};
use pkce_wasm::{
    discovery, dpop, dpop::Remedy, http::Response, jwks::KeySet, metadata::Metadata, par,
    time::Timestamp, unverified::Verdict, userinfo,
};
use serde_json::{Value, json};

use crate::{
    claims::{Expected, assert_acceptable},
    keys::{decode, encode, number, verifies},
    parsers::is_secure,
    provider,
    provider::{
        CLIENT_ID, ISSUER, NOW, NOW_SECONDS, SUBJECT, answer, json_of, object_of, parameters,
    },
};

pub(crate) fn discovery(body: &[u8]) {
    let config = provider::config();
    let Ok(metadata) = discovery::finish(&answer(200, body), &config) else { return };
    let document = object_of(body).expect("an object");
    assert_eq!(document["issuer"], ISSUER);
    assert_metadata(&metadata, &Value::Object(document));
}

/// Each endpoint is the document's and secure, and PKCE is offered unless nothing is said of it.
pub(crate) fn assert_metadata(metadata: &Metadata, document: &Value) {
    let said = |name: &str| document[name].as_str();
    for (name, endpoint) in [
        ("authorization_endpoint", Some(&metadata.authorization_endpoint)),
        ("token_endpoint", Some(&metadata.token_endpoint)),
        ("jwks_uri", Some(&metadata.jwks_uri)),
        ("userinfo_endpoint", metadata.userinfo_endpoint.as_ref()),
        ("revocation_endpoint", metadata.revocation_endpoint.as_ref()),
        ("end_session_endpoint", metadata.end_session_endpoint.as_ref()),
    ] {
        let Some(endpoint) = endpoint else { continue };
        let leads_nowhere = |uri: &str| Url::parse(uri) == Err(ParseError::RelativeUrlWithoutBase);
        let is_derived = said(name).is_none_or(leads_nowhere)
            && endpoint.origin() == metadata.authorization_endpoint.origin();
        assert!(is_derived || said(name) == Some(endpoint.as_str()), "{name}");
        let url = Url::parse(endpoint.as_str()).expect("a URL");
        assert!(is_secure(url.as_str()) && url.fragment().is_none(), "{url}");
    }
    if let Value::Array(methods) = &document["code_challenge_methods_supported"] {
        assert!(methods.iter().any(|method| method == "S256"));
    }
}

pub(crate) fn token_response(body: &[u8]) {
    let config = provider::config();
    let (exchange, _) = provider::exchange(&config);
    let Ok(unverified) = exchange.finish(answer(200, body), NOW) else { return };
    let document = object_of(body).expect("an object");
    assert!(
        document["token_type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"))
    );
    assert!(document["access_token"].as_str().is_some_and(|token| !token.is_empty()));
    let id_token = document["id_token"].as_str().expect("an ID token");
    let signed = [unverified.signing_input(), b"."].concat();
    let signature = id_token.as_bytes().strip_prefix(&*signed).expect("what was signed");
    let signature = core::str::from_utf8(signature).ok().and_then(decode);
    assert_eq!(signature.as_deref(), Some(unverified.signature()));
}

/// The claims of an ID token that is signed as it should be.
pub(crate) fn id_token(claims: &[u8]) {
    let config = provider::config();
    let (exchange, nonce) = provider::exchange(&config);
    // The fuzzer need not guess the nonce and the hash.
    let claims = String::from_utf8_lossy(claims).replace("NONCE", &nonce);
    let header = br#"{"alg":"ES256"}"#;
    let token = [encode(header), encode(claims.as_bytes()), encode(b"signature")].join(".");
    let body = provider::tokens(&token).to_string();
    let Ok(unverified) = exchange.finish(answer(200, body.as_bytes()), NOW) else { return };
    let is_untimely = unverified.is_untimely(NOW);
    let Ok(session) = unverified.verify_with(Verdict::Valid, NOW) else { return };
    let claims = json_of(claims.as_bytes()).expect("JSON");
    assert_acceptable(&claims, &expected(&nonce));
    let is_over = claims["exp"].as_f64().expect("exp").floor() <= NOW_SECONDS as f64;
    assert_eq!(is_untimely, is_over);
    assert!(session.id_token_expires_at() >= NOW);
    assert_eq!(claims["sub"], session.subject());
}

fn expected(nonce: &str) -> Expected<'_> {
    Expected {
        issuer: ISSUER,
        client_id: CLIENT_ID,
        trusted_audiences: Vec::new(),
        tolerance_seconds: 60,
        now_seconds: NOW_SECONDS as f64,
        nonce,
        nonce_may_be_missing: false,
        subject: None,
        acr_values: "",
        max_age: None,
        access_token: "the-access-token",
        alg: "ES256",
        has_token_use: false,
    }
}

pub(crate) fn jwks(body: &[u8]) {
    let Ok(keys) = KeySet::finish(&answer(200, body)) else { return };
    let document = json_of(body).expect("JSON");
    let given = document["keys"].as_array().expect("keys");
    let config = provider::config();
    for (alg, kty, crv) in [
        ("RS256", "RSA", None),
        ("PS512", "RSA", None),
        ("ES256", "EC", Some("P-256")),
        ("ES512", "EC", Some("P-521")),
        ("EdDSA", "OKP", Some("Ed25519")),
    ] {
        for header in [json!({ "alg": alg }), json!({ "alg": alg, "kid": "a" })] {
            let parts = [header.to_string(), "{}".into(), "signature".into()];
            let token = parts.map(|part| encode(part.as_bytes())).join(".");
            let (exchange, _) = provider::exchange(&config);
            let body = provider::tokens(&token).to_string();
            let unverified = exchange.finish(answer(200, body.as_bytes()), NOW).expect("a JWS");
            let candidates = unverified.candidates(&keys);
            assert!(candidates.len() <= 8);
            for candidate in &candidates {
                let jwk = object_of(candidate.to_jwk().as_bytes()).expect("a JWK");
                assert_eq!(jwk["kty"], kty);
                assert_eq!(jwk.get("crv").and_then(Value::as_str), crv);
                let is_public =
                    |name: &String| ["kty", "crv", "n", "e", "x", "y"].contains(&&**name);
                assert!(jwk.keys().all(is_public));
                let is_same = |name: &String, member: &Value| match name.as_str() {
                    "kty" | "crv" => Some(member) == jwk.get(name),
                    _ => number(member) == jwk.get(name).and_then(number),
                };
                let is_source = |key: &&Value| {
                    jwk.keys().all(|name| is_same(name, &key[name]))
                        && may_verify(key, alg)
                        && (header["kid"].is_null() || key["kid"] == header["kid"])
                };
                assert!(given.iter().any(|key| is_source(&key)), "{jwk:?}");
                if kty == "RSA" {
                    let modulus = jwk["n"].as_str().and_then(decode).expect("a modulus");
                    let modulus: Vec<u8> = modulus.into_iter().skip_while(|b| *b == 0).collect();
                    let bits = modulus.len() * 8 - modulus[0].leading_zeros() as usize;
                    assert!(bits >= 2048, "{bits} bits");
                }
            }
        }
    }
}

/// Reads a signed ID token anew: one of these keys may have signed such a token, and did. Gives its
/// `alg` and its claims.
pub(crate) fn assert_signed(token: &str, key_set: &[u8]) -> (String, Value) {
    let (message, signature) = token.rsplit_once('.').expect("a signature");
    let (header, claims) = message.split_once('.').expect("a header");
    let part = |text| object_of(&decode(text).expect("base64url")).expect("an object");
    let (header, claims) = (part(header), part(claims));
    let signature = decode(signature).expect("base64url");
    assert!(!header.contains_key("crit"));
    let alg = header["alg"].as_str().expect("alg").to_owned();
    let document = json_of(key_set).expect("JSON");
    let is_signer = |key: &&Value| {
        header.get("kid").is_none_or(|kid| key["kid"] == *kid)
            && may_verify(key, &alg)
            && verifies(&alg, key, message.as_bytes(), &signature)
    };
    assert!(document["keys"].as_array().expect("keys").iter().any(|key| is_signer(&key)));
    (alg, Value::Object(claims))
}

/// RFC 7517 §4.2 to §4.4, and no key whose private part is known.
pub(crate) fn may_verify(key: &Value, alg: &str) -> bool {
    let is = |name: &str, value: &str| key.get(name).is_none_or(|member| member == value);
    let verifies = key.get("key_ops").is_none_or(|operations| {
        operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"))
    });
    let is_alg = is("alg", alg)
        || (alg == "EdDSA" && is("alg", "Ed25519"))
        || (alg == "Ed25519" && is("alg", "EdDSA"));
    is("use", "sig") && is_alg && verifies && key.get("d").is_none()
}

pub(crate) fn par(body: &[u8]) {
    let config = provider::config();
    let metadata = provider::metadata(&config);
    for status in [200, 201, 302, 400, 401, 429, 503] {
        let Ok(url) = par::finish(&answer(status, body), &config, &metadata) else { continue };
        assert!(status == 200 || status == 201);
        let document = object_of(body).expect("an object");
        let request_uri = document["request_uri"].as_str().expect("a request_uri");
        assert_eq!(parameters(&url, "request_uri"), [request_uri]);
        assert_eq!(parameters(&url, "client_id"), [CLIENT_ID]);
        let target = metadata.authorization_endpoint.as_str();
        assert!(url.strip_prefix(target).is_some_and(|query| query.starts_with('?')));
        let pairs = Url::parse(&url).expect("a URL").query_pairs().count();
        assert_eq!(pairs, 2);
    }
}

pub(crate) fn userinfo(body: &[u8]) {
    let session = provider::session(&provider::config());
    for status in [200, 401, 403, 500] {
        let Ok(claims) = userinfo::finish(&answer(status, body), &session) else { continue };
        assert_eq!(status, 200);
        assert_eq!(claims.as_bytes(), body);
        assert_eq!(json_of(body).expect("JSON")["sub"], SUBJECT);
    }
}

/// The public key of the browser as a JWK, and an answer that may ask for a nonce.
pub(crate) fn dpop(input: &[u8]) {
    let response = |status| Response { dpop_nonce: Some("n".into()), ..answer(status, input) };
    if let Some(remedy) = Remedy::of(&response(400)) {
        let word = match remedy {
            Remedy::Nonce => "use_dpop_nonce",
            Remedy::Clock => "invalid_dpop_proof",
        };
        assert_eq!(json_of(input).expect("JSON")["error"], word);
    }
    assert_ne!(Remedy::of(&answer(400, input)), Some(Remedy::Nonce));
    let Some(key) = dpop::PublicKey::from_jwk(input) else { return };
    let jwk = json_of(input).expect("JSON");
    assert_eq!((&jwk["kty"], &jwk["crv"]), (&json!("EC"), &json!("P-256")));
    assert_eq!(decode(&key.thumbprint()).map(|digest| digest.len()), Some(32));
    let proof = dpop::Proof::new("POST", "https://api.example/a?b#c", None);
    let signed = proof.signing_input(&key, &[1; 32], Some("n"), Timestamp::from_seconds(1));
    let (header, claims) = signed.split_once('.').expect("two parts");
    let header = object_of(&decode(header).expect("base64url")).expect("JSON");
    let claims = object_of(&decode(claims).expect("base64url")).expect("JSON");
    assert_eq!(header["jwk"].as_object().map(|jwk| jwk.len()), Some(4));
    assert_eq!((&header["jwk"]["x"], &header["jwk"]["y"]), (&jwk["x"], &jwk["y"]));
    assert_eq!(claims["htu"], "https://api.example/a");
}
