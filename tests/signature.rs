//! RFC 7515 and RFC 7518: real signatures of each algorithm, and what is refused before them.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::{
    NOW, World, code, json_answer,
    keys::{Signer, key_set, signing_input, verify},
    with, without,
};
use pkce_wasm::{
    error::{Code, Result},
    jwt::Algorithm,
    unverified::{Unverified, Verdict},
};
use serde_json::{Value, json};

/// What `ring` signs and verifies. ES512 is verified in the browsers only.
const ALGORITHMS: &[&str] =
    &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

/// A token response with this ID token, read but not verified.
fn unverified(id_token: &str) -> Result<Unverified> {
    World::standard().exchange().finish(json_answer(200, &World::tokens(id_token)), NOW)
}

/// A token of honest claims with these header parameters.
fn with_header(header: &Value) -> Result<Unverified> {
    let world = World::standard();
    unverified(&world.signer.sign_with_header(header, &world.claims()))
}

#[test]
fn verifies_each_algorithm() {
    for alg in ALGORITHMS {
        let world = World::standard().signed_by(Signer::new(alg));
        let unverified = world.unverified(&world.claims()).unwrap();
        assert_eq!(unverified.algorithm().name(), *alg);
        assert_eq!(verify(&unverified, &world.signer.key_set()), Verdict::Valid, "{alg}");
        assert!(unverified.verify_with(Verdict::Valid, NOW).is_ok(), "{alg}");
    }
}

#[test]
fn rejects_a_signature_by_another_key() {
    for alg in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] {
        let world = World::standard().signed_by(Signer::with_other_rsa_key(alg));
        let unverified = world.unverified(&world.claims()).unwrap();
        let verdict = verify(&unverified, &Signer::new(alg).key_set());
        assert_eq!(code(unverified.verify_with(verdict, NOW)), Code::IdTokenSignature, "{alg}");
    }
}

#[test]
fn rejects_changed_claims_under_an_honest_signature() {
    for alg in ALGORITHMS {
        let world = World::standard().signed_by(Signer::new(alg));
        let honest = world.signer.sign(&world.claims());
        let changed = world.signer.sign(&with(world.claims(), json!({ "sub": "admin" })));
        let (changed, _) = changed.rsplit_once('.').unwrap();
        let (_, signature) = honest.rsplit_once('.').unwrap();
        let unverified = unverified(&format!("{changed}.{signature}")).unwrap();
        let session = world.verify(unverified);
        assert_eq!(code(session), Code::IdTokenSignature, "{alg}");
    }
}

#[test]
fn rejects_an_empty_signature() {
    let world = World::standard();
    let header = json!({ "alg": "RS256" }).to_string();
    let token = signing_input(header.as_bytes(), world.claims().to_string().as_bytes()) + ".";
    let session = world.verify(unverified(&token).unwrap());
    assert_eq!(code(session), Code::IdTokenSignature);
}

#[test]
fn what_was_signed_is_the_token_without_its_signature() {
    let world = World::standard();
    let token = world.signer.sign(&world.claims());
    let (signing_input, signature) = token.rsplit_once('.').unwrap();
    let unverified = unverified(&token).unwrap();
    assert_eq!(unverified.signing_input(), signing_input.as_bytes());
    assert_eq!(unverified.signature(), BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap());
}

#[test]
fn rejects_none_hmac_and_whatever_is_not_known() {
    let names = [
        "none",
        "None",
        "NONE",
        "nOnE",
        "HS256",
        "HS384",
        "HS512",
        "ES256K",
        "RSA1_5",
        "rs256",
        "RS256 ",
        "ML-DSA-65",
        "Ed448",
        "",
    ];
    for alg in names {
        let refusal = code(with_header(&json!({ "alg": alg })));
        assert_eq!(refusal, Code::IdTokenAlgorithm, "{alg}");
    }
    for alg in [json!(null), json!(256), json!(["RS256"])] {
        assert_eq!(code(with_header(&json!({ "alg": alg }))), Code::IdTokenAlgorithm, "{alg}");
    }
}

#[test]
fn rejects_an_unsigned_token() {
    let header = json!({ "alg": "none" }).to_string();
    let claims = World::standard().claims().to_string();
    let token = signing_input(header.as_bytes(), claims.as_bytes()) + ".";
    assert_eq!(code(unverified(&token)), Code::IdTokenAlgorithm);
}

#[test]
fn rejects_an_hmac_made_with_the_public_key() {
    // RFC 8725 §2.1: the public key as if it were a shared secret.
    let world = World::standard();
    let header = json!({ "alg": "HS256" }).to_string();
    let claims = world.claims().to_string();
    let signing_input = signing_input(header.as_bytes(), claims.as_bytes());
    let public_key = world.signer.jwk().to_string();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public_key.as_bytes());
    let mac = ring::hmac::sign(&key, signing_input.as_bytes());
    let token = format!("{signing_input}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac));
    assert_eq!(code(unverified(&token)), Code::IdTokenAlgorithm);
}

#[test]
fn ed25519_is_another_name_of_eddsa() {
    // RFC 9864 §2.2.
    assert_eq!(Algorithm::from_name("Ed25519"), Some(Algorithm::EdDsa));
    let world = World::standard().signed_by(Signer::new("EdDSA"));
    let header = json!({ "alg": "Ed25519" });
    let token = world.signer.sign_with_header(&header, &world.claims());
    assert!(world.verify(unverified(&token).unwrap()).is_ok());
}

#[test]
fn rejects_an_algorithm_that_the_provider_does_not_announce() {
    let announced = |names: Value| {
        let names = json!({ "id_token_signing_alg_values_supported": names });
        let world = World::of(&common::options(), &with(common::document(), names));
        world.sign_in_with(&world.claims())
    };
    assert!(announced(json!(["ES256", "RS256"])).is_ok());
    assert_eq!(code(announced(json!(["ES256"]))), Code::IdTokenAlgorithm);
    assert_eq!(code(announced(json!(["HS256", "none"]))), Code::IdTokenAlgorithm);
    assert_eq!(code(announced(json!([]))), Code::IdTokenAlgorithm);
}

#[test]
fn cognito_signs_with_rs256_only() {
    let silent = without(common::cognito_document(), &["id_token_signing_alg_values_supported"]);
    for (alg, is_accepted) in
        [("RS256", true), ("RS512", false), ("PS256", false), ("ES256", false)]
    {
        let world = World::of(&common::cognito_options(), &silent).signed_by(Signer::new(alg));
        let session = world.sign_in_with(&world.claims());
        assert_eq!(session.is_ok(), is_accepted, "{alg}");
        if let Err(error) = session {
            assert_eq!(error.code(), Code::IdTokenAlgorithm);
        }
    }
}

#[test]
fn rejects_critical_header_parameters() {
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!(null)] {
        let header = json!({ "crit": crit, "b64": true });
        assert_eq!(code(with_header(&header)), Code::IdTokenMalformed, "{crit}");
    }
    assert!(with_header(&json!({ "something": "else" })).is_ok());
}

#[test]
fn rejects_a_jwt_of_another_type() {
    let types = [
        json!("at+jwt"),
        json!("application/at+jwt"),
        json!("logout+jwt"),
        json!("dpop+jwt"),
        json!(""),
        json!(1),
    ];
    for typ in types {
        assert_eq!(code(with_header(&json!({ "typ": typ }))), Code::IdTokenMalformed, "{typ}");
    }
    for typ in ["JWT", "jwt"] {
        assert!(with_header(&json!({ "typ": typ })).is_ok(), "{typ}");
    }
}

#[test]
fn ignores_keys_that_the_token_brings_along() {
    // RFC 8725 §3.10: an attacker signs with his own key, and names or encloses it.
    let attacker = Signer::with_other_rsa_key("RS256");
    let world = World::standard();
    let headers = [
        json!({ "jwk": attacker.jwk() }),
        json!({ "jku": "https://evil.example/jwks" }),
        json!({ "x5u": "https://evil.example/cert" }),
        json!({ "x5c": ["MIIC"] }),
    ];
    for header in headers {
        let token = attacker.sign_with_header(&header, &world.claims());
        let session = world.verify(unverified(&token).unwrap());
        assert_eq!(code(session), Code::IdTokenSignature, "{header}");
    }
}

#[test]
fn rejects_what_is_no_compact_serialization() {
    let world = World::standard();
    let good = world.signer.sign(&world.claims());
    let (signing_input, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = signing_input.split_once('.').unwrap();
    let bad = [
        "x".to_owned(),
        ".".to_owned(),
        "..".to_owned(),
        signing_input.to_owned(),
        format!("{good}."),
        format!("{good}.{payload}.{signature}"),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}="),
        format!("{header}.{payload}=.{signature}"),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        json!({ "payload": payload, "protected": header, "signature": signature }).to_string(),
    ];
    for token in bad {
        assert_eq!(code(unverified(&token)), Code::IdTokenMalformed, "{token}");
    }
    assert!(unverified(&good).is_ok());
}

#[test]
fn rejects_parts_that_are_no_json_objects_or_have_duplicate_members() {
    let signer = Signer::new("RS256");
    let header = br#"{"alg":"RS256"}"#;
    for payload in ["", "null", "[]", "\"sub\"", "{", r#"{"sub":"a","sub":"b"}"#] {
        let token = signer.sign_bytes(header, payload.as_bytes());
        assert_eq!(code(unverified(&token)), Code::IdTokenMalformed, "{payload}");
    }
    for header in ["", "null", "[]", r#"{"alg":"RS256","alg":"none"}"#, "{\"alg\":\"RS256\"}x"] {
        let token = signer.sign_bytes(header.as_bytes(), b"{}");
        assert_eq!(code(unverified(&token)), Code::IdTokenMalformed, "{header}");
    }
    assert!(unverified(&signer.sign_bytes(header, b"{}")).is_ok());
}

#[test]
fn a_kid_is_a_text() {
    for kid in [json!(1), json!(null), json!(["a"])] {
        assert_eq!(code(with_header(&json!({ "kid": kid }))), Code::IdTokenMalformed, "{kid}");
    }
    assert!(with_header(&json!({ "kid": "a" })).is_ok());
}

#[test]
fn a_key_set_without_the_key_is_told_from_a_wrong_signature() {
    let unverified = with_header(&json!({ "kid": "gone" })).unwrap();
    assert!(unverified.candidates(&key_set(&[])).is_empty());
    let error = unverified.unknown_key();
    assert_eq!(error.code(), Code::IdTokenKey);
    assert!(error.evidence().contains(&("kid", "gone".to_owned())));
}
