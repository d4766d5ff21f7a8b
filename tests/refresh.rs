//! RFC 6749 §6 and OpenID Connect Core §12: refreshing a session.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{
    NOW_SECONDS, World, code, html_answer, json_answer,
    keys::{Signer, verify},
    with, without,
};
use pkce_wasm::{
    error::{Code, Error, Result},
    http::Response,
    refresh::{Refresh, Refreshed, Renewal},
    session::Session,
    time::Timestamp,
};
use serde_json::{Value, json};

/// When the refreshes of these tests happen: nearly an hour after the sign-in.
const LATER_SECONDS: u64 = NOW_SECONDS + 3580;
const LATER: Timestamp = Timestamp::from_seconds(LATER_SECONDS);

/// The claims of an honest ID token after a refresh.
fn claims(world: &World) -> Value {
    with(world.claims(), json!({ "iat": LATER_SECONDS, "exp": LATER_SECONDS + 3600 }))
}

/// An honest answer about these claims, with rotation off.
fn tokens(world: &World, claims: &Value) -> Value {
    json!({
        "access_token": "the-next-access-token",
        "id_token": world.signer.sign(claims),
        "token_type": "Bearer",
        "expires_in": 3600,
    })
}

fn finish(world: &World, session: Session, response: &Response) -> Result<Refreshed> {
    Refresh::begin(session, &world.config).expect("a refresh token").finish(response, LATER)
}

/// The session that this answer makes.
fn refreshed_with(world: &World, session: Session, tokens: &Value) -> Result<Session> {
    match finish(world, session, &json_answer(200, tokens))?.tokens {
        Renewal::Verified(session) => Ok(*session),
        Renewal::Unverified(unverified) => {
            let verdict = verify(&unverified, &world.signer.key_set());
            unverified.verify_with(verdict, LATER)
        }
    }
}

/// The session when the new ID token's honest claims are changed like this.
fn refreshed(changes: Value) -> Result<Session> {
    let world = World::standard();
    let claims = with(claims(&world), changes);
    refreshed_with(&world, world.session(), &tokens(&world, &claims))
}

/// The session after an answer without an ID token.
fn refreshed_without_id_token() -> Session {
    let world = World::standard();
    let tokens = without(tokens(&world, &claims(&world)), &["id_token"]);
    refreshed_with(&world, world.session(), &tokens).unwrap()
}

#[test]
fn a_session_without_a_refresh_token_cannot_be_refreshed() {
    let world = World::standard();
    let tokens = without(World::tokens(&world.signer.sign(&world.claims())), &["refresh_token"]);
    let unverified = world.exchange().finish(&json_answer(200, &tokens), common::NOW).unwrap();
    let session = world.verify(unverified).unwrap();
    assert!(Refresh::begin(session, &world.config).is_none());
    assert!(Refresh::begin(world.session(), &world.config).is_some());
}

#[test]
fn replaces_the_tokens() {
    let session = refreshed(json!({})).unwrap();
    assert_eq!(session.access_token().secret(), "the-next-access-token");
    assert_eq!(session.expires_at(), Timestamp::from_seconds(LATER_SECONDS + 3600));
    assert_eq!(session.id_token_expires_at(), Timestamp::from_seconds(LATER_SECONDS + 3600));
    assert_ne!(session.id_token().expose(), World::standard().session().id_token().expose());
}

#[test]
fn with_rotation_off_the_refresh_token_stays() {
    let session = refreshed(json!({})).unwrap();
    assert_eq!(session.refresh_token().unwrap().secret(), "the-refresh-token");
}

#[test]
fn with_rotation_on_the_new_refresh_token_takes_its_place() {
    let world = World::standard();
    let rotated = json!({ "refresh_token": "the-next-refresh-token" });
    let tokens = with(tokens(&world, &claims(&world)), rotated);
    let session = refreshed_with(&world, world.session(), &tokens).unwrap();
    assert_eq!(session.refresh_token().unwrap().secret(), "the-next-refresh-token");
}

#[test]
fn the_interim_record_is_the_former_session_with_the_present_refresh_token() {
    let world = World::standard();
    let former = world.session();
    let rotated = json!({ "refresh_token": "the-next-refresh-token" });
    // The ID token is yet to be refused: the refresh token must not be lost with it.
    let claims = with(claims(&world), json!({ "sub": "another" }));
    let response = json_answer(200, &with(tokens(&world, &claims), rotated));
    let interim = finish(&world, former.clone(), &response).unwrap().interim;

    let member = |session: &Session, name: &str| -> Value {
        serde_json::from_str::<Value>(&session.to_record()).unwrap()[name].clone()
    };
    assert_eq!(member(&interim, "refresh_token"), "the-next-refresh-token");
    for name in ["access_token", "id_token", "subject", "generation", "expires_at", "refresh_at"] {
        assert_eq!(member(&interim, name), member(&former, name), "{name}");
    }
}

#[test]
fn the_generation_counts_up() {
    let world = World::standard();
    let tokens = tokens(&world, &claims(&world));
    let first = refreshed_with(&world, world.session(), &tokens).unwrap();
    assert_eq!(first.generation(), 1);
    let second = refreshed_with(&world, first, &tokens).unwrap();
    assert_eq!(second.generation(), 2);
    assert_eq!(refreshed_without_id_token().generation(), 1);
}

#[test]
fn rejects_an_id_token_about_another_user() {
    for sub in [json!("another"), json!(""), json!(null)] {
        assert_eq!(code(refreshed(json!({ "sub": sub }))), Code::IdTokenSubject, "{sub}");
    }
}

#[test]
fn rejects_an_id_token_of_another_issuer_or_for_another_audience() {
    assert_eq!(code(refreshed(json!({ "iss": "https://evil.example" }))), Code::IdTokenIssuer);
    assert_eq!(code(refreshed(json!({ "aud": "other" }))), Code::IdTokenAudience);
    assert_eq!(code(refreshed(json!({ "azp": "other" }))), Code::IdTokenAuthorizedParty);
}

#[test]
fn rejects_an_id_token_that_is_expired_or_from_the_future() {
    let expired = json!({ "exp": LATER_SECONDS - 60 });
    assert_eq!(code(refreshed(expired)), Code::IdTokenExpired);
    let early = json!({ "iat": LATER_SECONDS + 61 });
    assert_eq!(code(refreshed(early)), Code::IdTokenIssuedAt);
}

#[test]
fn a_nonce_may_be_missing_or_the_same_but_not_another() {
    let world = World::standard();
    assert!(refreshed(json!({ "nonce": world.nonce() })).is_ok());
    assert!(refreshed(json!({ "nonce": null })).is_ok());
    let without_nonce = without(claims(&world), &["nonce"]);
    let tokens = tokens(&world, &without_nonce);
    assert!(refreshed_with(&world, world.session(), &tokens).is_ok());
    for nonce in [json!("other"), json!(""), json!(1)] {
        assert_eq!(code(refreshed(json!({ "nonce": nonce }))), Code::IdTokenNonce, "{nonce}");
    }
}

#[test]
fn what_signed_in_once_need_not_authenticate_again() {
    let world = World::standard().asking(&json!({ "maxAge": 10, "acrValues": ["gold"] }));
    let signed_in = json!({ "auth_time": NOW_SECONDS, "acr": "gold" });
    let session = world.sign_in_changing(signed_in).unwrap();
    let claims = with(claims(&world), json!({ "auth_time": NOW_SECONDS }));
    assert!(refreshed_with(&world, session, &tokens(&world, &claims)).is_ok());
}

#[test]
fn rejects_a_wrong_signature_and_another_algorithm() {
    let world = World::standard();
    let id_token = Signer::with_other_rsa_key("RS256").sign(&claims(&world));
    let forged = with(tokens(&world, &claims(&world)), json!({ "id_token": id_token }));
    let session = refreshed_with(&world, world.session(), &forged);
    assert_eq!(code(session), Code::IdTokenSignature);

    let header = json!({ "alg": "none" });
    let id_token = world.signer.sign_with_header(&header, &claims(&world));
    let unsigned = with(tokens(&world, &claims(&world)), json!({ "id_token": id_token }));
    let session = refreshed_with(&world, world.session(), &unsigned);
    assert_eq!(code(session), Code::IdTokenAlgorithm);
}

#[test]
fn without_a_new_id_token_the_former_one_stays() {
    let former = World::standard().session();
    let session = refreshed_without_id_token();
    assert_eq!(session.access_token().secret(), "the-next-access-token");
    assert_eq!(session.id_token().expose(), former.id_token().expose());
    assert_eq!(session.subject(), former.subject());
    assert_eq!(session.id_token_expires_at(), former.id_token_expires_at());
    assert_eq!(session.expires_at(), Timestamp::from_seconds(LATER_SECONDS + 3600));
}

#[test]
fn a_refresh_without_an_id_token_is_not_due_again_at_once() {
    // The provider gives no new ID token, so no refresh could replace the one at hand.
    let refresh_at = refreshed_without_id_token().refresh_at();
    assert_eq!(refresh_at, Timestamp::from_seconds(LATER_SECONDS + 3600 - 30));
}

#[test]
fn the_granted_scope_stays_unless_another_is_named() {
    let world = World::standard();
    let honest = tokens(&world, &claims(&world));
    let session = refreshed_with(&world, world.session(), &honest).unwrap();
    assert_eq!(session.scope(), "openid email profile");
    let narrowed = with(honest, json!({ "scope": "openid" }));
    assert_eq!(refreshed_with(&world, world.session(), &narrowed).unwrap().scope(), "openid");
}

#[track_caller]
fn error(response: &Response) -> Error {
    let world = World::standard();
    common::error(finish(&world, world.session(), response))
}

#[test]
fn invalid_grant_ends_the_session() {
    for status in [400, 401] {
        let said = json!({ "error": "invalid_grant", "error_description": "revoked" });
        let error = error(&json_answer(status, &said));
        assert_eq!(error.code(), Code::SessionEnded);
        assert_eq!(error.provider().unwrap().description.as_deref(), Some("revoked"));
    }
}

#[test]
fn a_provider_in_trouble_does_not_end_the_session() {
    let said = json!({ "error": "invalid_grant" });
    for status in [429, 500, 502, 503] {
        for response in [html_answer(status), json_answer(status, &said)] {
            let error = error(&response);
            assert_eq!(error.code(), Code::ProviderUnavailable, "{status}");
            assert!(error.is_passing());
        }
    }
}

#[test]
fn nothing_but_invalid_grant_ends_the_session() {
    let dpop = json!({ "access_token": "a", "token_type": "DPoP" });
    let others = [
        (html_answer(200), Code::ResponseInvalid),
        (html_answer(400), Code::ResponseInvalid),
        (json_answer(200, &json!({})), Code::ResponseInvalid),
        (json_answer(200, &dpop), Code::ResponseInvalid),
        (json_answer(400, &json!({ "error": "invalid_client" })), Code::ClientHasSecret),
        (json_answer(400, &json!({ "error": "invalid_request" })), Code::ProviderError),
        (json_answer(400, &json!({ "error": "unauthorized_client" })), Code::FlowNotEnabled),
    ];
    for (response, code) in others {
        assert_eq!(error(&response).code(), code, "{response:?}");
    }
}

/// How many milliseconds before the first expiry a session with these lifetimes is refreshed.
fn ahead(access_token_seconds: Value, id_token_seconds: u64) -> u64 {
    let world = World::standard();
    let claims = with(world.claims(), json!({ "exp": NOW_SECONDS + id_token_seconds }));
    let tokens = World::tokens(&world.signer.sign(&claims));
    let tokens = with(tokens, json!({ "expires_in": access_token_seconds }));
    let unverified = world.exchange().finish(&json_answer(200, &tokens), common::NOW).unwrap();
    let session = world.verify(unverified).unwrap();
    let first = session.expires_at().min(session.id_token_expires_at());
    first.as_millis() - session.refresh_at().as_millis()
}

#[test]
fn is_due_half_a_minute_before_the_first_token_expires() {
    assert_eq!(ahead(json!(3600), 3600), 30_000);
    assert_eq!(ahead(json!(300), 3600), 30_000);
    assert_eq!(ahead(json!(3600), 300), 30_000);
    assert_eq!(ahead(json!(null), 3600), 30_000);
}

#[test]
fn tokens_that_live_a_few_seconds_are_used_for_three_quarters_of_them() {
    assert_eq!(ahead(json!(8), 3600), 2_000);
    assert_eq!(ahead(json!(3600), 4), 1_000);
    assert_eq!(ahead(json!(0), 3600), 0);
    assert_eq!(ahead(json!(120), 3600), 30_000);
    assert_eq!(ahead(json!(119), 3600), 29_750);
}
