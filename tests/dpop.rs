//! RFC 9449: proofs of possession, and tokens that are bound to a key.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "test helpers")]

mod common;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::{
    NOW, NOW_SECONDS, World, code, html_answer, json_answer, keys::Signer, with, without,
};
use oauth2::AccessToken;
use pkce_wasm::{
    code_exchange::CodeExchange,
    dpop::{Proof, PublicKey, Remedy},
    error::{Code, Result},
    http::{Request, Response, TokenType},
    refresh::{Refresh, Renewal},
    revocation,
    session::Session,
    time::Timestamp,
    transaction::Stored,
    userinfo,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ID: [u8; 32] = [9; 32];

/// The key of the examples in RFC 9449, from its Figure 3.
fn example_jwk() -> Value {
    json!({
        "kty": "EC",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
        "crv": "P-256",
    })
}

/// Its thumbprint, from RFC 9449 §6.1.
const EXAMPLE_THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

fn parse_key(jwk: &Value) -> Option<PublicKey> {
    PublicKey::from_jwk(jwk.to_string().as_bytes())
}

fn example_key() -> PublicKey {
    parse_key(&example_jwk()).unwrap()
}

/// Header and claims of what is to be signed, as `serde_json` reads them.
fn parts(signing_input: &str) -> (Value, Value) {
    let (header, claims) = signing_input.split_once('.').unwrap();
    let parse =
        |part: &str| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (parse(header), parse(claims))
}

fn claims(proof: &Proof, nonce: Option<&str>) -> Value {
    parts(&proof.signing_input(&example_key(), &ID, nonce, NOW)).1
}

#[test]
fn the_thumbprint_is_that_of_the_specifications_example() {
    assert_eq!(example_key().thumbprint(), EXAMPLE_THUMBPRINT);
}

#[test]
fn the_thumbprint_is_the_hash_of_the_required_members_in_order() {
    // RFC 7638 §3.2: `serde_json` sorts the members of an object, and has no spaces.
    let jwk = Signer::new("ES256").jwk();
    let digest = Sha256::digest(jwk.to_string());
    let thumbprint = parse_key(&jwk).unwrap().thumbprint();
    assert_eq!(thumbprint, BASE64_URL_SAFE_NO_PAD.encode(digest));
}

#[test]
fn neither_order_nor_further_members_change_the_key() {
    let further = json!({
        "d": "secret", "kid": "1", "use": "sig", "alg": "ES256", "ext": true,
        "key_ops": ["verify"],
    });
    let key = parse_key(&with(example_jwk(), further)).unwrap();
    assert_eq!(key, example_key());
    let proof = Proof::new("GET", "https://api.example/", None);
    let (header, _) = parts(&proof.signing_input(&key, &ID, None, NOW));
    assert_eq!(header["jwk"], example_jwk(), "the private part stays behind");
}

#[test]
fn a_key_of_another_kind_is_none() {
    for (name, value) in [("kty", json!("RSA")), ("crv", json!("P-384")), ("x", json!(1))] {
        assert_eq!(parse_key(&with(example_jwk(), json!({ name: value }))), None, "{name}");
    }
    for name in ["kty", "crv", "x", "y"] {
        assert_eq!(parse_key(&without(example_jwk(), &[name])), None, "{name}");
    }
    assert_eq!(parse_key(&Signer::new("EdDSA").jwk()), None);
    for text in ["", "{", "null", "[]"] {
        assert_eq!(PublicKey::from_jwk(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_proof_is_that_of_the_specifications_examples() {
    // RFC 9449 §4.1, Figure 3, and §7.1, Figure 14; their `jti` is of another length.
    let examples = [
        (
            Proof::new("POST", "https://server.example.com/token", None),
            json!({ "htm": "POST", "htu": "https://server.example.com/token", "iat": 1562262616 }),
        ),
        (
            Proof::new(
                "GET",
                "https://resource.example.org/protectedresource",
                Some(&AccessToken::new("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU".into())),
            ),
            json!({
                "htm": "GET",
                "htu": "https://resource.example.org/protectedresource",
                "iat": 1562262618,
                "ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo",
            }),
        ),
    ];
    for (proof, expected) in examples {
        let now = Timestamp::from_seconds(expected["iat"].as_u64().unwrap());
        let (header, claims) = parts(&proof.signing_input(&example_key(), &ID, None, now));
        let jwk = example_jwk();
        assert_eq!(header, json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }));
        assert_eq!(without(claims, &["jti"]), expected);
    }
}

#[test]
fn a_proof_says_when_it_was_made_in_whole_seconds() {
    let proof = Proof::new("GET", "https://api.example/", None);
    let now = Timestamp::from_millis(NOW_SECONDS * 1000 + 999);
    let (_, claims) = parts(&proof.signing_input(&example_key(), &ID, None, now));
    assert_eq!(claims["iat"], json!(NOW_SECONDS));
}

#[test]
fn each_proof_has_an_identifier_of_its_own() {
    let proof = Proof::new("GET", "https://api.example/", None);
    let (_, claims) = parts(&proof.signing_input(&example_key(), &ID, None, NOW));
    assert_eq!(claims["jti"], json!(BASE64_URL_SAFE_NO_PAD.encode(ID)));
    let (_, other) = parts(&proof.signing_input(&example_key(), &[8; 32], None, NOW));
    assert_ne!(other["jti"], claims["jti"]);
}

#[test]
fn a_proof_names_the_address_without_query_and_fragment() {
    let addresses = [
        ("https://api.example/a?b=c#d", "https://api.example/a"),
        ("https://api.example/a#d?b=c", "https://api.example/a"),
        ("https://api.example?b", "https://api.example"),
        ("https://api.example:8443/a%20b/?", "https://api.example:8443/a%20b/"),
        ("https://api.example/a", "https://api.example/a"),
    ];
    for (url, expected) in addresses {
        assert_eq!(claims(&Proof::new("GET", url, None), None)["htu"], json!(expected), "{url}");
    }
}

#[test]
fn a_proof_repeats_the_servers_nonce_if_there_is_one() {
    let proof = Proof::new("GET", "https://api.example/", None);
    assert_eq!(claims(&proof, Some("eyJ7S_zG"))["nonce"], json!("eyJ7S_zG"));
    assert_eq!(claims(&proof, None).get("nonce"), None);
    assert_eq!(claims(&proof, None).get("ath"), None);
}

#[test]
fn nonces_are_kept_by_origin() {
    for url in ["https://api.example:1/a/b", "https://api.example:1/", "https://api.example:1?a=/"]
    {
        assert_eq!(Proof::new("GET", url, None).origin(), "https://api.example:1", "{url}");
    }
}

/// An answer with a nonce, and with this body.
fn answer(status: u16, body: Value) -> Response {
    Response { dpop_nonce: Some("eyJ7S_zG".into()), ..json_answer(status, &body) }
}

#[test]
fn a_request_is_sent_once_more_when_a_nonce_was_missing() {
    // RFC 9449 §8 and §9.
    let asked = json!({ "error": "use_dpop_nonce" });
    assert_eq!(Remedy::of(&answer(400, asked.clone())), Some(Remedy::Nonce));
    assert_eq!(Remedy::of(&answer(401, asked.clone())), Some(Remedy::Nonce));
    let resource = Response { dpop_nonce: Some("eyJ7S_zG".into()), ..html_answer(401) };
    assert_eq!(Remedy::of(&resource), Some(Remedy::Nonce));
    assert_eq!(Remedy::of(&json_answer(400, &asked)), None, "no nonce came");
    assert_eq!(Remedy::of(&json_answer(401, &asked)), None, "no nonce came");
}

#[test]
fn a_request_is_sent_once_more_with_the_right_time_when_its_proof_was_refused() {
    let refused = json!({ "error": "invalid_dpop_proof", "error_description": "iat is too old" });
    for status in [400, 401] {
        assert_eq!(Remedy::of(&json_answer(status, &refused)), Some(Remedy::Clock), "{status}");
        // The nonce that came goes along as well.
        assert_eq!(Remedy::of(&answer(status, refused.clone())), Some(Remedy::Clock), "{status}");
    }
    for status in [0, 200, 403, 500] {
        assert_eq!(Remedy::of(&answer(status, refused.clone())), None, "{status}");
    }
}

#[test]
fn a_nonce_for_next_time_is_no_reason_to_ask_again() {
    assert_eq!(Remedy::of(&answer(200, json!({}))), None);
    assert_eq!(Remedy::of(&answer(400, json!({ "error": "invalid_grant" }))), None);
    assert_eq!(Remedy::of(&answer(400, json!({}))), None);
    for status in [0, 403, 404, 500, 503] {
        let asked = answer(status, json!({ "error": "use_dpop_nonce" }));
        assert_eq!(Remedy::of(&asked), None, "{status}");
    }
    let page = Response { dpop_nonce: Some("eyJ7S_zG".into()), ..html_answer(400) };
    assert_eq!(Remedy::of(&page), None);
}

fn bound() -> World {
    World::standard().bound_to(EXAMPLE_THUMBPRINT)
}

/// An honest token response of this type.
fn tokens(world: &World, token_type: Value) -> Response {
    let tokens = World::tokens(&world.signer.sign(&world.claims()));
    json_answer(200, &with(tokens, json!({ "token_type": token_type })))
}

#[track_caller]
fn assert_proves(request: &Request, expected: Value) {
    let proof = Proof::of(request).expect("a proof");
    let common = json!({ "jti": BASE64_URL_SAFE_NO_PAD.encode(ID), "iat": NOW_SECONDS });
    assert_eq!(claims(&proof, None), with(common, expected));
}

#[test]
fn the_code_is_bound_to_the_key_of_the_sign_in() {
    let (url, _) = bound().begin();
    assert_eq!(common::values(&url, "dpop_jkt"), [EXAMPLE_THUMBPRINT]);
    let (url, _) = World::standard().begin();
    assert_eq!(common::values(&url, "dpop_jkt"), [""; 0]);
}

#[test]
fn code_exchange_and_refresh_are_proved_without_a_token() {
    let expected = json!({ "htm": "POST", "htu": "https://id.example/token" });
    let world = bound();
    assert_proves(&world.exchange().request(), expected.clone());
    let refresh = Refresh::begin(world.session(), &world.config).unwrap();
    assert_proves(&refresh.request(), expected);
}

#[test]
fn nothing_else_is_proved_at_the_provider_but_the_use_of_the_access_token() {
    let endpoint = json!({ "revocation_endpoint": "https://id.example/revoke" });
    let world = World::of(&common::options(), &with(common::document(), endpoint));
    let session = world.bound_to(EXAMPLE_THUMBPRINT).session();
    assert_eq!(Proof::of(&revocation::request(&session).unwrap()), None);
    assert_eq!(Proof::of(&bound().exchange().key_set_request()), None);
    let request = userinfo::request(&session).unwrap();
    assert_eq!(request.authorization.as_deref(), Some("DPoP the-access-token"));
    let ath = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest("the-access-token"));
    let htu = "https://id.example/userinfo";
    assert_proves(&request, json!({ "htm": "GET", "htu": htu, "ath": ath }));
}

#[test]
fn without_a_key_nothing_is_proved() {
    let world = World::standard();
    assert_eq!(Proof::of(&world.exchange().request()), None);
    let session = world.session();
    assert_eq!(Proof::of(&userinfo::request(&session).unwrap()), None);
    assert_eq!(Proof::of(&Refresh::begin(session, &world.config).unwrap().request()), None);
}

#[test]
fn token_type_is_dpop_in_any_case() {
    for token_type in ["DPoP", "dpop", "DPOP"] {
        let world = bound();
        let unverified = world.exchange().finish(tokens(&world, json!(token_type)), NOW);
        let session = world.verify(unverified.unwrap()).unwrap();
        assert_eq!(session.proof_key(), Some(EXAMPLE_THUMBPRINT));
    }
}

#[test]
fn rejects_a_token_that_is_not_bound_where_a_bound_one_was_asked_for() {
    let world = bound();
    for token_type in [json!("Bearer"), json!("DPoP "), json!(""), json!(null), json!(1)] {
        let refused = world.exchange().finish(tokens(&world, token_type.clone()), NOW);
        assert_eq!(code(refused), Code::ResponseInvalid, "{token_type}");
        let refresh = Refresh::begin(world.session(), &world.config).unwrap();
        let refused = refresh.finish(&tokens(&world, token_type.clone()), NOW);
        assert_eq!(code(refused), Code::ProviderUnavailable, "{token_type}");
    }
}

/// A client that binds the refresh token, and does with an access token that is not: RFC 9449 §5.
fn with_bound_refresh_token() -> World {
    let options = with(common::options(), json!({ "dpop": "refresh_token" }));
    World::of(&options, &common::document()).bound_to(EXAMPLE_THUMBPRINT)
}

/// Its session, in which the access token is of this type.
fn session_with(world: &World, token_type: &str) -> Session {
    let unverified = world.exchange().finish(tokens(world, json!(token_type)), NOW).unwrap();
    world.verify(unverified).unwrap()
}

/// What a refresh makes of a session, by the answer's type of token.
fn refreshed(world: &World, session: Session, token_type: &str) -> Result<Session> {
    let without_id_token = json!({ "access_token": "next", "token_type": token_type });
    let refresh = Refresh::begin(session, &world.config).unwrap();
    match refresh.finish(&json_answer(200, &without_id_token), NOW)?.tokens {
        Renewal::Verified(session) => Ok(*session),
        Renewal::Unverified(unverified) => world.verify(*unverified),
    }
}

#[test]
fn with_the_refresh_token_bound_the_token_endpoint_has_proofs_and_the_access_token_is_a_bearer() {
    let world = with_bound_refresh_token();
    let at_token = json!({ "htm": "POST", "htu": "https://id.example/token" });
    assert_eq!(common::values(&world.begin().0, "dpop_jkt"), [EXAMPLE_THUMBPRINT]);
    assert_proves(&world.exchange().request(), at_token.clone());
    let session = session_with(&world, "Bearer");
    assert_eq!(session.token_type(), TokenType::Bearer);
    assert_eq!(session.proof_key(), Some(EXAMPLE_THUMBPRINT));
    let request = userinfo::request(&session).unwrap();
    assert_eq!(request.authorization.as_deref(), Some("Bearer the-access-token"));
    assert_eq!(Proof::of(&request), None);
    assert_proves(&Refresh::begin(session.clone(), &world.config).unwrap().request(), at_token);
    let session = refreshed(&world, session, "bearer").unwrap();
    assert_eq!(session.token_type(), TokenType::Bearer);
    assert_eq!(session.proof_key(), Some(EXAMPLE_THUMBPRINT));
}

#[test]
fn a_provider_may_bind_the_access_token_as_well() {
    let world = with_bound_refresh_token();
    let session = session_with(&world, "DPoP");
    assert_eq!(session.token_type(), TokenType::Dpop);
    let request = userinfo::request(&session).unwrap();
    assert_eq!(request.authorization.as_deref(), Some("DPoP the-access-token"));
    assert!(Proof::of(&request).is_some());
    let session = refreshed(&world, session, "Bearer").unwrap();
    assert_eq!(session.token_type(), TokenType::Bearer);
    assert_eq!(refreshed(&world, session, "DPoP").unwrap().token_type(), TokenType::Dpop);
}

#[test]
fn with_the_refresh_token_bound_no_other_type_is_taken() {
    let world = with_bound_refresh_token();
    for token_type in [json!("mac"), json!(""), json!(null), json!(1)] {
        let refused = world.exchange().finish(tokens(&world, token_type.clone()), NOW);
        assert_eq!(code(refused), Code::ResponseInvalid, "{token_type}");
    }
}

#[test]
fn a_session_goes_on_as_it_began_whatever_the_option_says_now() {
    let world = |dpop: Value| {
        World::of(&with(common::options(), json!({ "dpop": dpop })), &common::document())
    };
    let unbound = World::standard().session();
    let bound = session_with(&bound(), "DPoP");
    let half = session_with(&with_bound_refresh_token(), "Bearer");
    for dpop in [json!(true), json!(false), json!("refresh_token")] {
        let world = world(dpop.clone());
        let read = |session: &Session| Session::read(session.to_record(), &world.config).unwrap();
        let proves = |session: Session| {
            Proof::of(&Refresh::begin(session, &world.config).unwrap().request()).is_some()
        };
        assert!(!proves(read(&unbound)), "{dpop}");
        assert!(refreshed(&world, read(&unbound), "Bearer").is_ok(), "{dpop}");
        assert!(refreshed(&world, read(&unbound), "DPoP").is_err(), "{dpop}");
        assert!(proves(read(&bound)), "{dpop}");
        assert!(refreshed(&world, read(&bound), "DPoP").is_ok(), "{dpop}");
        let takes_bearer = dpop == "refresh_token";
        assert_eq!(refreshed(&world, read(&bound), "Bearer").is_ok(), takes_bearer, "{dpop}");
        assert!(proves(read(&half)), "{dpop}");
        assert!(refreshed(&world, read(&half), "Bearer").is_ok(), "{dpop}");
        assert!(refreshed(&world, read(&half), "DPoP").is_ok(), "{dpop}");
    }
}

#[test]
fn rejects_a_bound_token_where_the_client_has_no_key() {
    let world = World::standard();
    assert!(world.session().proof_key().is_none());
    let refused = world.exchange().finish(tokens(&world, json!("DPoP")), NOW);
    assert_eq!(code(refused), Code::ResponseInvalid);
}

#[test]
fn a_proof_that_wants_another_nonce_does_not_end_the_session_and_one_that_is_refused_does() {
    // Both were sent once more before.
    for (error, expected) in
        [("use_dpop_nonce", Code::ProviderUnavailable), ("invalid_dpop_proof", Code::SessionEnded)]
    {
        let refresh = Refresh::begin(bound().session(), &bound().config).unwrap();
        let refused = refresh.finish(&answer(400, json!({ "error": error })), NOW);
        assert_eq!(code(refused), expected, "{error}");
    }
}

#[test]
fn the_binding_survives_the_records_and_the_refresh() {
    let world = bound();
    let transaction = world.transaction().to_record();
    let Some(Stored::Pending(read)) = Stored::read(&transaction, &world.config) else {
        panic!("not pending: {transaction}")
    };
    assert_eq!(read.to_record(), transaction);
    let callback = world.callback(&format!("code=c&state={}", world.state()));
    let exchange =
        CodeExchange::begin(*read, callback.unwrap().unwrap(), &world.config, NOW).unwrap();
    assert!(Proof::of(&exchange.request()).is_some());

    let record = world.session().to_record();
    let session = Session::read(&record, &world.config).unwrap();
    assert_eq!(session.proof_key(), Some(EXAMPLE_THUMBPRINT));
    assert_eq!(session.to_record(), record);
    let refresh = Refresh::begin(session, &world.config).unwrap();
    let refreshed = refresh.finish(&tokens(&world, json!("DPoP")), NOW).unwrap();
    assert_eq!(refreshed.interim.proof_key(), Some(EXAMPLE_THUMBPRINT));
}
