//! RFC 7517: the key set, and which of its keys may verify a signature.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use common::{
    NOW, World, answer, code, html_answer, json_answer,
    keys::{Signer, key_set, verify},
    with, without,
};
use pkce_wasm::{
    error::Code,
    http::Response,
    jwks::KeySet,
    unverified::{Unverified, Verdict},
};
use serde_json::{Value, json};

/// A `kid` as Cognito makes them.
const KID: &str = "T5QnyUu1p/FrKO2L+F++r6wWvy5IrYlqWKYLQ/mzlb8=";

/// A token whose header is this, signed with the first RSA key.
fn token(header: Value) -> Unverified {
    signed_by(&Signer::new("RS256"), header)
}

fn signed_by(signer: &Signer, header: Value) -> Unverified {
    let world = World::standard();
    let id_token = signer.sign_with_header(&header, &world.claims());
    world.exchange().finish(json_answer(200, &World::tokens(&id_token)), NOW).unwrap()
}

/// The first RSA key with these members.
fn key(members: Value) -> Value {
    with(Signer::new("RS256").jwk(), members)
}

/// How many of these keys may have signed a token without `kid`.
fn count(keys: &[Value]) -> usize {
    token(json!({})).candidates(&key_set(keys)).len()
}

#[test]
fn finds_the_key_of_an_opaque_kid() {
    let keys = key_set(&[
        with(Signer::with_other_rsa_key("RS256").jwk(), json!({ "kid": "other" })),
        key(json!({ "kid": KID, "use": "sig", "alg": "RS256" })),
    ]);
    let token = token(json!({ "kid": KID }));
    assert_eq!(token.candidates(&keys).len(), 1);
    assert_eq!(verify(&token, &keys), Verdict::Valid);
}

#[test]
fn does_not_decode_or_normalise_a_kid() {
    let keys = key_set(&[key(json!({ "kid": KID }))]);
    let others = [
        KID.replace('+', "-").replace('/', "_"),
        KID.replace('+', " "),
        KID.replace('=', "%3D"),
        KID.trim_end_matches('=').to_owned(),
        KID.to_lowercase(),
        String::new(),
    ];
    for kid in others {
        assert!(token(json!({ "kid": kid })).candidates(&keys).is_empty(), "{kid}");
    }
}

#[test]
fn cognitos_other_key_signed_nothing_of_ours() {
    let other = with(Signer::with_other_rsa_key("RS256").jwk(), json!({ "kid": KID }));
    let keys = key_set(&[other, key(json!({ "kid": "access" }))]);
    assert_eq!(verify(&token(json!({ "kid": KID })), &keys), Verdict::Invalid);
}

#[test]
fn an_unknown_kid_has_no_candidates_even_among_good_keys() {
    let keys = key_set(&[key(json!({ "kid": "a" })), key(json!({}))]);
    assert!(token(json!({ "kid": "b" })).candidates(&keys).is_empty());
    assert!(token(json!({ "kid": "a" })).candidates(&key_set(&[])).is_empty());
}

#[test]
fn without_a_kid_the_only_key_or_each_of_several_is_tried() {
    let other = Signer::with_other_rsa_key("RS256").jwk();
    let mine = key(json!({ "kid": "a" }));
    let verdict = |keys: &[&Value]| {
        let keys: Vec<Value> = keys.iter().copied().cloned().collect();
        verify(&token(json!({})), &key_set(&keys))
    };
    assert_eq!(verdict(&[&mine]), Verdict::Valid);
    assert_eq!(verdict(&[&other, &mine]), Verdict::Valid);
    assert_eq!(verdict(&[&other]), Verdict::Invalid);
}

#[test]
fn several_keys_of_one_kid_are_each_tried() {
    let other = with(Signer::with_other_rsa_key("RS256").jwk(), json!({ "kid": KID }));
    let keys = key_set(&[other, key(json!({ "kid": KID }))]);
    assert_eq!(verify(&token(json!({ "kid": KID })), &keys), Verdict::Valid);
}

#[test]
fn a_key_for_encryption_verifies_nothing() {
    assert_eq!(count(&[key(json!({ "use": "sig" }))]), 1);
    for usage in [json!("enc"), json!("SIG"), json!(""), json!(1)] {
        assert_eq!(count(&[key(json!({ "use": usage }))]), 0, "{usage}");
    }
}

#[test]
fn a_key_of_other_operations_verifies_nothing() {
    assert_eq!(count(&[key(json!({ "key_ops": ["verify"] }))]), 1);
    for operations in [json!(["sign"]), json!(["encrypt"]), json!([]), json!("verify")] {
        assert_eq!(count(&[key(json!({ "key_ops": operations }))]), 0, "{operations}");
    }
}

#[test]
fn a_key_of_another_algorithm_verifies_nothing() {
    assert_eq!(count(&[key(json!({ "alg": "RS256" }))]), 1);
    for alg in [json!("RS384"), json!("PS256"), json!("RSA-OAEP"), json!("rs256"), json!(1)] {
        assert_eq!(count(&[key(json!({ "alg": alg }))]), 0, "{alg}");
    }
}

#[test]
fn the_algorithm_is_pinned_to_the_type_of_the_key() {
    let families = [&["RS256", "PS256"][..], &["ES256"], &["ES384"], &["EdDSA"]];
    let algorithms = families.concat();
    for alg in &algorithms {
        let token = signed_by(&Signer::new(alg), json!({}));
        for other in &algorithms {
            let fits = families.iter().any(|one| one.contains(alg) && one.contains(other));
            let count = token.candidates(&Signer::new(other).key_set()).len();
            assert_eq!(count, usize::from(fits), "{alg} {other}");
        }
    }
}

#[test]
fn es512_needs_a_key_on_p521() {
    let token = signed_by(&Signer::new("RS256"), json!({ "alg": "ES512" }));
    let coordinate = BASE64_URL_SAFE_NO_PAD.encode([1; 66]);
    let key = |crv: &str| json!({ "kty": "EC", "crv": crv, "x": coordinate, "y": coordinate });
    assert_eq!(token.candidates(&key_set(&[key("P-521")])).len(), 1);
    assert_eq!(token.candidates(&key_set(&[key("P-256")])).len(), 0);
}

#[test]
fn a_symmetric_key_verifies_nothing() {
    assert_eq!(count(&[json!({ "kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ" })]), 0);
    assert_eq!(count(&[key(json!({ "kty": "oct" }))]), 0);
}

#[test]
fn a_key_that_gives_its_private_part_away_verifies_nothing() {
    assert_eq!(count(&[key(json!({ "d": "AQAB" }))]), 0);
    assert_eq!(count(&[key(json!({}))]), 1);
}

/// An RSA key whose modulus has so many bytes.
fn rsa_of(bytes: usize) -> Value {
    key(json!({ "n": BASE64_URL_SAFE_NO_PAD.encode(vec![0xff; bytes]) }))
}

#[test]
fn an_rsa_key_below_2048_bits_verifies_nothing() {
    // RFC 7518 §3.3.
    assert_eq!(count(&[rsa_of(128)]), 0);
    assert_eq!(count(&[rsa_of(255)]), 0);
    assert_eq!(count(&[rsa_of(256)]), 1);
    assert_eq!(count(&[rsa_of(512)]), 1);
    let padded = [vec![0; 128], vec![0xff; 128]].concat();
    assert_eq!(count(&[key(json!({ "n": BASE64_URL_SAFE_NO_PAD.encode(padded) }))]), 0);
    let begins_with = |first: u8, bytes: usize| {
        let modulus = [vec![first], vec![0xff; bytes - 1]].concat();
        count(&[key(json!({ "n": BASE64_URL_SAFE_NO_PAD.encode(modulus) }))])
    };
    assert_eq!(begins_with(0x7f, 256), 0, "2047 bits");
    assert_eq!(begins_with(0x80, 256), 1, "2048 bits");
    assert_eq!(begins_with(0x01, 257), 1, "2049 bits");
}

/// The candidate that a signer's key becomes when its members are written so.
fn candidate(signer: &Signer, members: Value) -> Value {
    let token = signed_by(signer, json!({}));
    let keys = key_set(&[with(signer.jwk(), members)]);
    assert_eq!(verify(&token, &keys), Verdict::Valid);
    serde_json::from_str(&token.candidates(&keys).first().unwrap().to_jwk()).unwrap()
}

#[test]
fn members_of_a_key_are_numbers_however_they_are_written() {
    for (alg, members) in [
        ("RS256", &["n", "e"][..]),
        ("ES256", &["x", "y"]),
        ("ES384", &["x", "y"]),
        ("EdDSA", &["x"]),
    ] {
        let signer = Signer::new(alg);
        let honest = signer.jwk();
        for name in members {
            let number = BASE64_URL_SAFE_NO_PAD.decode(honest[*name].as_str().unwrap()).unwrap();
            for written in [
                BASE64_URL_SAFE.encode(&number),
                BASE64_STANDARD.encode(&number),
                BASE64_STANDARD_NO_PAD.encode(&number),
                // PayPal's and UAA's keys, and Gluu's.
                BASE64_URL_SAFE_NO_PAD.encode([&[0], &number[..]].concat()),
                BASE64_STANDARD.encode([&[0, 0], &number[..]].concat()),
            ] {
                let key = candidate(&signer, json!({ *name: written }));
                assert_eq!(key, honest, "{alg} {name} {written}");
            }
        }
    }
}

#[test]
fn a_coordinate_without_its_leading_zeros_gets_them_back() {
    let coordinates = |bytes: &[u8]| {
        let key = with(
            json!({ "kty": "EC", "crv": "P-521", "y": BASE64_URL_SAFE_NO_PAD.encode([1; 66]) }),
            json!({ "x": BASE64_URL_SAFE_NO_PAD.encode(bytes) }),
        );
        let token = signed_by(&Signer::new("RS256"), json!({ "alg": "ES512" }));
        let candidates = token.candidates(&key_set(&[key]));
        let jwk: Option<Value> =
            candidates.first().map(|key| serde_json::from_str(&key.to_jwk()).unwrap());
        jwk.map(|jwk| BASE64_URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap())
    };
    assert_eq!(coordinates(&[7; 65]).unwrap(), [&[0][..], &[7; 65]].concat());
    assert_eq!(coordinates(&[7; 60]).unwrap(), [&[0; 6][..], &[7; 60]].concat());
    assert_eq!(coordinates(&[7; 66]).unwrap(), [7; 66]);
    assert_eq!(coordinates(&[&[0][..], &[7; 66]].concat()).unwrap(), [7; 66]);
    assert_eq!(coordinates(&[7; 67]), None, "no number of this curve");
}

#[test]
fn a_member_that_is_no_number_makes_no_key() {
    for n in ["%", "AQ=AB", "AQ AB", "ü", "A"] {
        assert_eq!(count(&[key(json!({ "n": n }))]), 0, "{n}");
        assert_eq!(count(&[key(json!({ "e": n }))]), 0, "{n}");
    }
}

#[test]
fn a_key_may_be_for_more_than_verifying() {
    assert_eq!(count(&[key(json!({ "key_ops": ["sign", "verify", "x-audit"] }))]), 1);
}

#[test]
fn a_key_that_lacks_a_member_verifies_nothing() {
    for (alg, members) in [
        ("RS256", &["kty", "n", "e"][..]),
        ("ES256", &["kty", "crv", "x", "y"]),
        ("EdDSA", &["kty", "crv", "x"]),
    ] {
        let signer = Signer::new(alg);
        let token = signed_by(&signer, json!({}));
        assert_eq!(token.candidates(&key_set(&[signer.jwk()])).len(), 1);
        for name in members {
            let lacking = key_set(&[without(signer.jwk(), &[name])]);
            assert!(token.candidates(&lacking).is_empty(), "{alg} {name}");
            let wrong = key_set(&[with(signer.jwk(), json!({ *name: 1 }))]);
            assert!(token.candidates(&wrong).is_empty(), "{alg} {name}");
        }
    }
}

#[test]
fn keys_of_kinds_that_are_not_understood_do_no_harm() {
    let strange =
        [json!({}), json!(null), json!(1), json!([]), json!({ "kty": "AKP", "pub": "x" })];
    let keys = [strange.to_vec(), vec![key(json!({}))]].concat();
    assert_eq!(verify(&token(json!({})), &key_set(&keys)), Verdict::Valid);
}

#[test]
fn only_what_makes_the_key_is_handed_to_the_browser() {
    let key = key(
        json!({ "kid": "a", "use": "sig", "ext": true, "x5c": ["MIIC"], "key_ops": ["verify"] }),
    );
    let candidates = token(json!({})).candidates(&key_set(&[key]));
    let jwk: Value = serde_json::from_str(&candidates.first().unwrap().to_jwk()).unwrap();
    assert_eq!(jwk, Signer::new("RS256").jwk());
}

#[test]
fn of_thousands_of_keys_only_a_few_are_tried() {
    let small =
        |kid: usize| json!({ "kty": "RSA", "kid": kid.to_string(), "n": "AQAB", "e": "AQAB" });
    let mut keys: Vec<Value> = (0..5000).map(small).collect();
    keys.push(key(json!({ "kid": KID })));
    assert_eq!(token(json!({ "kid": KID })).candidates(&key_set(&keys)).len(), 1);
    let many = vec![key(json!({})); 1000];
    assert!(token(json!({})).candidates(&key_set(&many)).len() <= 8);
}

#[test]
fn a_key_set_beyond_all_size_is_refused() {
    let many = vec![key(json!({})); 2000];
    let response = json_answer(200, &json!({ "keys": many }));
    assert_eq!(code(KeySet::finish(&response)), Code::ResponseInvalid);
}

#[test]
fn rejects_an_answer_that_is_no_key_set() {
    for body in [json!({}), json!([]), json!({ "keys": {} }), json!({ "keys": null }), json!(null)]
    {
        assert_eq!(code(KeySet::finish(&json_answer(200, &body))), Code::ResponseInvalid, "{body}");
    }
    let duplicate = answer(200, "application/json", br#"{"keys":[],"keys":[]}"#);
    let redirect = Response::default();
    let missing = json_answer(404, &json!({ "keys": [] }));
    for response in [html_answer(200), duplicate, redirect, missing] {
        assert_eq!(code(KeySet::finish(&response)), Code::ResponseInvalid, "{response:?}");
    }
    assert!(KeySet::finish(&json_answer(200, &json!({ "keys": [] }))).is_ok());
    let jwk_set = answer(200, "application/jwk-set+json", br#"{"keys":[]}"#);
    assert!(KeySet::finish(&jwk_set).is_ok());
}

#[test]
fn a_provider_in_trouble_is_a_passing_fault() {
    for status in [429, 500, 503] {
        let error = common::error(KeySet::finish(&html_answer(status)));
        assert_eq!(error.code(), Code::ProviderUnavailable, "{status}");
        assert!(error.is_passing());
    }
}

#[test]
fn a_gate_before_the_keys_is_a_passing_fault() {
    for status in [202, 403, 405] {
        assert!(common::error(KeySet::finish(&html_answer(status))).is_passing(), "{status}");
    }
}

#[test]
fn after_a_rotation_the_new_key_set_has_the_key() {
    let (former, present) = (Signer::with_other_rsa_key("RS256"), Signer::new("RS256"));
    let unverified = signed_by(&present, json!({ "kid": "new" }));
    let before = key_set(&[with(former.jwk(), json!({ "kid": "old" }))]);
    assert!(unverified.candidates(&before).is_empty(), "the key set is to be fetched anew");
    assert_eq!(unverified.key_set_request().url.as_str(), "https://id.example/jwks");
    let after = key_set(&[with(present.jwk(), json!({ "kid": "new" }))]);
    assert_eq!(verify(&unverified, &after), Verdict::Valid);
}
