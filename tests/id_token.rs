//! OpenID Connect Core §3.1.3.7 and §3.1.3.8: the ID token's claims.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::{CLIENT_ID, NOW_SECONDS, World, code, keys::Signer, with, without};
use pkce_wasm::error::Code;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The code of the refusal of an ID token whose honest claims are changed like this.
#[track_caller]
fn refusal(changes: Value) -> Code {
    code(World::standard().sign_in_changing(changes))
}

#[track_caller]
fn assert_accepted(changes: Value) {
    let session = World::standard().sign_in_changing(changes.clone());
    assert!(session.is_ok(), "{changes}: {:?}", session.err());
}

/// The code of the refusal of an ID token without a claim.
#[track_caller]
fn refusal_without(claim: &str) -> Code {
    let world = World::standard();
    code(world.sign_in_with(&without(world.claims(), &[claim])))
}

#[test]
fn accepts_an_honest_token() {
    assert_accepted(json!({}));
    assert_accepted(json!({ "email": "user@example.com", "groups": ["a"], "address": {} }));
}

#[test]
fn rejects_another_issuer() {
    for iss in ["https://evil.example", "https://id.example/", "https://ID.example", ""] {
        assert_eq!(refusal(json!({ "iss": iss })), Code::IdTokenIssuer, "{iss}");
    }
    assert_eq!(refusal(json!({ "iss": ["https://id.example"] })), Code::IdTokenIssuer);
    assert_eq!(refusal_without("iss"), Code::IdTokenIssuer);
}

#[test]
fn rejects_a_token_for_another_audience() {
    let audiences = [
        json!("other"),
        json!(""),
        json!(null),
        json!([]),
        json!(["other"]),
        json!([CLIENT_ID, 1]),
        json!("SPA"),
        json!({ "spa": true }),
    ];
    for aud in audiences {
        assert_eq!(refusal(json!({ "aud": aud })), Code::IdTokenAudience, "{aud}");
    }
    assert_eq!(refusal_without("aud"), Code::IdTokenAudience);
}

#[test]
fn accepts_an_audience_of_this_client_alone_as_text_or_array() {
    assert_accepted(json!({ "aud": CLIENT_ID }));
    assert_accepted(json!({ "aud": [CLIENT_ID] }));
}

#[test]
fn further_audiences_must_be_trusted() {
    let aud = json!({ "aud": [CLIENT_ID, "api"], "azp": CLIENT_ID });
    assert_eq!(refusal(aud.clone()), Code::IdTokenAudience);
    let options = with(common::options(), json!({ "trustedAudiences": ["api"] }));
    let trusting = World::of(&options, &common::document());
    assert!(trusting.sign_in_changing(aud).is_ok());
    let other = json!({ "aud": [CLIENT_ID, "other"], "azp": CLIENT_ID });
    assert_eq!(code(trusting.sign_in_changing(other)), Code::IdTokenAudience);
    let without_us = json!({ "aud": ["api"], "azp": CLIENT_ID });
    assert_eq!(code(trusting.sign_in_changing(without_us)), Code::IdTokenAudience);
    // Errata set 2 asks for no `azp` where all the audiences are trusted.
    assert!(trusting.sign_in_changing(json!({ "aud": [CLIENT_ID, "api"] })).is_ok());
    let issued_to_another = json!({ "aud": [CLIENT_ID, "api"], "azp": "api" });
    assert_eq!(code(trusting.sign_in_changing(issued_to_another)), Code::IdTokenAuthorizedParty);
}

#[test]
fn every_audience_may_be_trusted_where_the_token_says_that_it_was_issued_to_this_client() {
    let options = with(common::options(), json!({ "trustedAudiences": ["*"] }));
    let trusting = World::of(&options, &common::document());
    let of_a_project = json!([CLIENT_ID, "an-app-of-today", "the-project"]);
    let issued_to = |azp: Value| json!({ "aud": of_a_project, "azp": azp });
    assert!(trusting.sign_in_changing(issued_to(json!(CLIENT_ID))).is_ok());
    for azp in [json!("an-app-of-today"), json!(null), json!(""), json!([CLIENT_ID]), json!("*")] {
        let code = code(trusting.sign_in_changing(issued_to(azp.clone())));
        assert_eq!(code, Code::IdTokenAudience, "{azp}");
    }
    let without_us = json!({ "aud": ["the-project"], "azp": CLIENT_ID });
    assert_eq!(code(trusting.sign_in_changing(without_us)), Code::IdTokenAudience);
}

#[test]
fn rejects_another_authorized_party() {
    assert_accepted(json!({ "azp": CLIENT_ID }));
    for azp in [json!("other"), json!(""), json!(1), json!([CLIENT_ID])] {
        assert_eq!(refusal(json!({ "azp": azp })), Code::IdTokenAuthorizedParty, "{azp}");
    }
}

#[test]
fn rejects_an_expired_token_exactly_when_the_tolerance_ends() {
    assert_accepted(json!({ "exp": NOW_SECONDS - 59 }));
    assert_eq!(refusal(json!({ "exp": NOW_SECONDS - 60 })), Code::IdTokenExpired);
    assert_eq!(refusal(json!({ "exp": 0 })), Code::IdTokenExpired);
}

#[test]
fn rejects_a_token_from_the_future_exactly_beyond_the_tolerance() {
    for claim in ["iat", "nbf"] {
        assert_accepted(json!({ claim: NOW_SECONDS + 60 }));
        assert_eq!(refusal(json!({ claim: NOW_SECONDS + 61 })), Code::IdTokenIssuedAt, "{claim}");
    }
    assert_accepted(json!({ "nbf": NOW_SECONDS - 1000 }));
}

#[test]
fn without_tolerance_the_times_are_exact() {
    let options = with(common::options(), json!({ "clockToleranceSeconds": 0 }));
    let exact = World::of(&options, &common::document());
    assert!(exact.sign_in_changing(json!({ "exp": NOW_SECONDS + 1 })).is_ok());
    let expired = exact.sign_in_changing(json!({ "exp": NOW_SECONDS }));
    assert_eq!(code(expired), Code::IdTokenExpired);
    assert!(exact.sign_in_changing(json!({ "iat": NOW_SECONDS })).is_ok());
    let early = exact.sign_in_changing(json!({ "iat": NOW_SECONDS + 1 }));
    assert_eq!(code(early), Code::IdTokenIssuedAt);
}

#[test]
fn rejects_a_token_without_times() {
    for claim in ["exp", "iat"] {
        assert_eq!(refusal_without(claim), Code::IdTokenMalformed, "{claim}");
    }
    assert_eq!(refusal(json!({ "exp": null })), Code::IdTokenMalformed);
}

#[test]
fn rejects_times_that_are_no_numbers() {
    for claim in ["exp", "iat", "nbf", "auth_time"] {
        for time in [json!("1800000000"), json!(true), json!([]), json!(-1)] {
            assert_eq!(refusal(json!({ claim: time })), Code::IdTokenMalformed, "{claim} {time}");
        }
    }
}

#[test]
fn accepts_times_with_a_fraction_and_beyond_all_time() {
    assert_accepted(json!({ "iat": 1_799_999_999.5, "exp": 1_800_003_600.25 }));
    assert_accepted(json!({ "exp": u64::MAX }));
}

#[test]
fn rejects_another_nonce_or_none() {
    let world = World::standard();
    let nonce = world.nonce();
    let others = [
        json!("other"),
        json!(""),
        json!(null),
        json!([nonce]),
        json!(nonce.to_lowercase()),
        json!(format!("{nonce}=")),
    ];
    for other in others {
        assert_eq!(refusal(json!({ "nonce": other })), Code::IdTokenNonce, "{other}");
    }
    assert_eq!(refusal_without("nonce"), Code::IdTokenNonce);
}

#[test]
fn rejects_a_token_about_nobody() {
    for sub in [json!(""), json!(null), json!(7), json!("x".repeat(256))] {
        assert_eq!(refusal(json!({ "sub": sub })), Code::IdTokenSubject, "{sub}");
    }
    assert_eq!(refusal_without("sub"), Code::IdTokenSubject);
    assert_accepted(json!({ "sub": "x".repeat(255) }));
    assert_accepted(json!({ "sub": "not a UUID" }));
}

/// A world in which the caller asks for this, and what comes of an ID token with these claims.
#[track_caller]
fn refusal_when_asked(sign_in: Value, changes: Value) -> Code {
    code(World::standard().asking(&sign_in).sign_in_changing(changes))
}

#[track_caller]
fn assert_accepted_when_asked(sign_in: Value, changes: Value) {
    let session = World::standard().asking(&sign_in).sign_in_changing(changes.clone());
    assert!(session.is_ok(), "{sign_in} {changes}: {:?}", session.err());
}

#[test]
fn rejects_an_authentication_older_than_max_age() {
    let asked = json!({ "maxAge": 300 });
    assert_accepted_when_asked(asked.clone(), json!({ "auth_time": NOW_SECONDS - 360 }));
    let code = refusal_when_asked(asked.clone(), json!({ "auth_time": NOW_SECONDS - 361 }));
    assert_eq!(code, Code::IdTokenAuthTime);
    for auth_time in [json!({}), json!({ "auth_time": null })] {
        assert_eq!(refusal_when_asked(asked.clone(), auth_time), Code::IdTokenAuthTime);
    }
}

#[test]
fn max_age_zero_wants_an_authentication_of_right_now() {
    let asked = json!({ "maxAge": 0 });
    assert_accepted_when_asked(asked.clone(), json!({ "auth_time": NOW_SECONDS - 60 }));
    let code = refusal_when_asked(asked, json!({ "auth_time": NOW_SECONDS - 61 }));
    assert_eq!(code, Code::IdTokenAuthTime);
}

#[test]
fn auth_time_is_free_where_nobody_asks() {
    assert_accepted(json!({ "auth_time": 1 }));
}

#[test]
fn rejects_another_acr_than_those_asked_for() {
    let asked = json!({ "acrValues": ["silver", "gold"] });
    for acr in ["silver", "gold"] {
        assert_accepted_when_asked(asked.clone(), json!({ "acr": acr }));
    }
    for acr in [json!("bronze"), json!(""), json!(null), json!(["gold"]), json!("silver gold")] {
        let code = refusal_when_asked(asked.clone(), json!({ "acr": acr }));
        assert_eq!(code, Code::IdTokenAcr, "{acr}");
    }
    assert_eq!(refusal_when_asked(asked, json!({})), Code::IdTokenAcr);
    assert_accepted(json!({ "acr": "anything" }));
}

#[test]
fn rejects_a_token_without_acr_however_the_values_are_spaced() {
    for values in [json!("gold "), json!(" gold"), json!("silver  gold"), json!(["gold", ""])] {
        let asked = json!({ "acrValues": values });
        assert_eq!(refusal_when_asked(asked, json!({})), Code::IdTokenAcr, "{values}");
        let asked = json!({ "acrValues": values });
        assert_accepted_when_asked(asked, json!({ "acr": "gold" }));
    }
}

/// The `at_hash` of this access token.
fn at_hash<H: Digest>(access_token: &str) -> String {
    let digest = H::digest(access_token);
    BASE64_URL_SAFE_NO_PAD.encode(digest.get(..digest.len() / 2).unwrap())
}

#[test]
fn rejects_the_hash_of_another_access_token() {
    assert_accepted(json!({ "at_hash": at_hash::<Sha256>("the-access-token") }));
    let hashes = [
        json!(at_hash::<Sha256>("another")),
        json!(at_hash::<Sha512>("the-access-token")),
        json!(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest("the-access-token"))),
        json!(""),
        json!(1),
    ];
    for hash in hashes {
        assert_eq!(refusal(json!({ "at_hash": hash })), Code::IdTokenAccessTokenHash, "{hash}");
    }
}

#[test]
fn the_hash_is_that_of_the_tokens_algorithm() {
    let hashes = [
        ("RS384", at_hash::<Sha384>("the-access-token")),
        ("RS512", at_hash::<Sha512>("the-access-token")),
        ("PS256", at_hash::<Sha256>("the-access-token")),
        ("ES256", at_hash::<Sha256>("the-access-token")),
        ("ES384", at_hash::<Sha384>("the-access-token")),
        ("EdDSA", at_hash::<Sha512>("the-access-token")),
    ];
    for (alg, hash) in hashes {
        let world = World::standard().signed_by(Signer::new(alg));
        assert!(world.sign_in_changing(json!({ "at_hash": hash })).is_ok(), "{alg}");
        let other = world.sign_in_changing(json!({ "at_hash": at_hash::<Sha256>("another") }));
        assert_eq!(code(other), Code::IdTokenAccessTokenHash, "{alg}");
    }
}

#[test]
fn reads_the_hash_of_the_specifications_example() {
    // OpenID Connect Core App. A.3.
    let world = World::standard();
    let claims = with(world.claims(), json!({ "at_hash": "77QmUPtjPfzWtF2AnpK9RQ" }));
    let tokens = with(
        World::tokens(&world.signer.sign(&claims)),
        json!({
            "access_token": "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        }),
    );
    let answer = common::json_answer(200, &tokens);
    let unverified = world.exchange().finish(&answer, common::NOW).unwrap();
    assert!(world.verify(unverified).is_ok());
}

#[test]
fn rejects_cognitos_access_token_in_the_id_tokens_place() {
    let world = World::cognito();
    assert!(world.sign_in_changing(json!({})).is_ok());
    for token_use in [json!("access"), json!(""), json!(null), json!(["id"])] {
        let session = world.sign_in_changing(json!({ "token_use": token_use }));
        assert_eq!(code(session), Code::IdTokenUse, "{token_use}");
    }
    let session = world.sign_in_with(&without(world.claims(), &["token_use"]));
    assert_eq!(code(session), Code::IdTokenUse);
}

#[test]
fn only_cognito_has_token_use() {
    assert_accepted(json!({ "token_use": "access" }));
}

#[test]
fn a_refusal_shows_neither_nonce_nor_token() {
    let world = World::standard();
    let claims = with(world.claims(), json!({ "nonce": "other-nonce" }));
    let error = common::error(world.sign_in_with(&claims));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(&world.nonce()) && !shown.contains("other-nonce"), "{shown}");
}
