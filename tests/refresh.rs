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
    refresh::{Refresh, Refreshed, Renewal, ends_session},
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
    let unverified = world.exchange().finish(json_answer(200, &tokens), common::NOW).unwrap();
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
    for name in ["access_token", "id_token", "subject", "obtained_at", "expires_at", "refresh_at"] {
        assert_eq!(member(&interim, name), member(&former, name), "{name}");
    }
}

#[test]
fn the_generation_counts_up_with_each_record_that_is_written() {
    let world = World::standard();
    let tokens = tokens(&world, &claims(&world));
    let interim = finish(&world, world.session(), &json_answer(200, &tokens)).unwrap().interim;
    assert_eq!(interim.generation(), 1);
    let first = refreshed_with(&world, world.session(), &tokens).unwrap();
    assert_eq!(first.generation(), 2);
    let second = refreshed_with(&world, first, &tokens).unwrap();
    assert_eq!(second.generation(), 4);
    assert_eq!(refreshed_without_id_token().generation(), 2);
}

/// What is known of the rotation after a sign-in and refreshes that brought these refresh tokens.
fn rotates_after(refresh_tokens: &[Value]) -> Option<bool> {
    let world = World::standard();
    let honest = tokens(&world, &claims(&world));
    let session = refresh_tokens.iter().fold(world.session(), |session, refresh_token| {
        let tokens = with(honest.clone(), json!({ "refresh_token": refresh_token }));
        let interim = finish(&world, session.clone(), &json_answer(200, &tokens)).unwrap().interim;
        let refreshed = refreshed_with(&world, session, &tokens).unwrap();
        assert_eq!(interim.refresh_token_rotates(), refreshed.refresh_token_rotates());
        refreshed
    });
    let record = session.to_record();
    let read = Session::read(&record, &world.config).unwrap();
    assert_eq!(read.refresh_token_rotates(), session.refresh_token_rotates());
    session.refresh_token_rotates()
}

#[test]
fn whether_refresh_tokens_rotate_is_known_once_a_refresh_was_answered() {
    let same = json!("the-refresh-token");
    assert_eq!(rotates_after(&[]), None);
    assert_eq!(rotates_after(&[json!(null)]), Some(false));
    assert_eq!(rotates_after(core::slice::from_ref(&same)), Some(false));
    assert_eq!(rotates_after(&[json!("next")]), Some(true));
    assert_eq!(rotates_after(&[same, json!("next")]), Some(true));
    // Some rotate only now and then.
    assert_eq!(rotates_after(&[json!("next"), json!(null)]), Some(true));
}

#[test]
fn the_record_tells_whether_the_latest_refresh_has_brought_an_id_token() {
    let world = World::standard();
    assert!(world.session().id_token_renewed());
    assert!(refreshed(json!({})).unwrap().id_token_renewed());
    let without = refreshed_without_id_token();
    assert!(!without.id_token_renewed());
    let read = Session::read(without.to_record(), &world.config).unwrap();
    assert!(!read.id_token_renewed());
    let tokens = tokens(&world, &claims(&world));
    assert!(refreshed_with(&world, read, &tokens).unwrap().id_token_renewed());
}

#[test]
fn the_record_tells_when_the_latest_tokens_came() {
    assert_eq!(World::standard().session().obtained_at(), common::NOW);
    assert_eq!(refreshed(json!({})).unwrap().obtained_at(), LATER);
    assert_eq!(refreshed_without_id_token().obtained_at(), LATER);
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

/// Providers have been seen to put the time of the refresh there, or of the user's last sign-in on any
/// device, though OpenID Connect Core §12.2 wants the original one.
#[test]
fn another_auth_time_is_accepted_and_the_former_one_kept() {
    let world = World::standard();
    let auth_time = |session: &Session| {
        serde_json::from_str::<Value>(&session.to_record()).unwrap()["auth_time"].clone()
    };
    let session = world.sign_in_changing(json!({ "auth_time": NOW_SECONDS - 10 })).unwrap();
    for other in
        [json!(NOW_SECONDS - 9), json!(NOW_SECONDS - 11), json!(LATER_SECONDS), json!(null)]
    {
        let claims = with(claims(&world), json!({ "auth_time": other }));
        let refreshed = refreshed_with(&world, session.clone(), &tokens(&world, &claims)).unwrap();
        assert_eq!(auth_time(&refreshed), json!(NOW_SECONDS - 10), "{other}");
    }
    let claims = with(claims(&world), json!({ "auth_time": "yesterday" }));
    let refused = refreshed_with(&world, session, &tokens(&world, &claims));
    assert_eq!(code(refused), Code::IdTokenMalformed);
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

/// The wordings that real providers were seen to refuse a refresh with.
#[test]
fn a_refusal_ends_the_session_whatever_its_word_is() {
    let words = [
        "invalid_grant",
        "invalid_request",
        "invalid_client",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_token",
        "token_inactive",
        "access_denied",
        "invalid_dpop_proof",
        "error_2",
    ];
    for word in words {
        for status in [200, 400, 401, 403] {
            let said = json!({ "error": word, "error_description": "revoked" });
            let error = error(&json_answer(status, &said));
            assert_eq!(error.code(), Code::SessionEnded, "{status} {word}");
            let provider = error.provider().unwrap();
            assert_eq!(
                (&*provider.error, provider.description.as_deref()),
                (word, Some("revoked"))
            );
            assert!(ends_session(error.code()));
        }
    }
}

#[test]
fn a_provider_that_wants_the_user_on_its_page_ends_the_session_by_another_name() {
    let words = [
        "interaction_required",
        "login_required",
        "consent_required",
        "account_selection_required",
        "unmet_authentication_requirements",
    ];
    for word in words {
        let error = error(&json_answer(400, &json!({ "error": word })));
        assert_eq!(error.code(), Code::InteractionRequired, "{word}");
        assert_eq!(error.provider().unwrap().error, word);
        assert!(ends_session(error.code()));
    }
}

#[track_caller]
fn assert_passes(response: &Response) {
    let error = error(response);
    assert_eq!(error.code(), Code::ProviderUnavailable, "{response:?}");
    assert!(error.is_passing() && !ends_session(error.code()));
}

#[test]
fn a_provider_in_trouble_does_not_end_the_session() {
    let said = json!({ "error": "invalid_grant" });
    for status in [408, 429, 500, 502, 503] {
        for response in [html_answer(status), json_answer(status, &said)] {
            assert_passes(&response);
        }
    }
    for word in ["temporarily_unavailable", "server_error", "slow_down", "use_dpop_nonce"] {
        for status in [200, 400, 401, 403, 503] {
            assert_passes(&json_answer(status, &json!({ "error": word })));
        }
    }
}

/// A login page of the network, a gate of the company, a proxy: none speaks for the provider.
#[test]
fn what_stands_between_does_not_end_the_session() {
    for status in [0, 200, 204, 302, 400, 401, 403, 404, 405, 407, 408, 451, 511] {
        assert_passes(&html_answer(status));
        assert_passes(&json_answer(status, &json!({ "message": "Forbidden" })));
        assert_passes(&json_answer(status, &json!([])));
    }
    for word in ["", "Forbidden", "invalid grant", "error: no", "ERROR", "não"] {
        for status in [200, 400, 401, 403] {
            assert_passes(&json_answer(status, &json!({ "error": word })));
        }
    }
    let refusal = json!({ "error": "invalid_grant" });
    for status in [0, 201, 302, 404, 405, 407, 418] {
        assert_passes(&json_answer(status, &refusal));
    }
    for nested in [json!({ "error": { "code": "invalid_grant" } }), json!({ "error": null })] {
        assert_passes(&json_answer(400, &nested));
    }
}

#[test]
fn a_token_response_that_is_none_does_not_end_the_session() {
    let world = World::standard();
    let honest = tokens(&world, &claims(&world));
    assert_passes(&json_answer(200, &json!({})));
    for name in ["access_token", "token_type"] {
        assert_passes(&json_answer(200, &without(honest.clone(), &[name])));
    }
    assert_passes(&json_answer(200, &with(honest.clone(), json!({ "token_type": "mac" }))));
    assert_passes(&json_answer(201, &honest));
    let flaw = error(&json_answer(200, &without(honest, &["token_type"])));
    let is_named = |(_, found): &(&str, String)| found.contains("token_type");
    assert!(flaw.evidence().iter().any(is_named), "{:?}", flaw.evidence());
}

#[test]
fn tokens_are_taken_from_an_answer_that_has_an_error_beside_them() {
    let world = World::standard();
    for error in [json!(null), json!(""), json!("invalid_grant")] {
        let tokens = with(tokens(&world, &claims(&world)), json!({ "error": error }));
        assert!(refreshed_with(&world, world.session(), &tokens).is_ok(), "{error}");
    }
}

#[test]
fn how_long_the_provider_wants_to_be_left_alone_goes_with_the_error() {
    let after = |status: u16, retry_after: Option<u32>| {
        let response = Response { retry_after, ..html_answer(status) };
        error(&response).retry_after()
    };
    for status in [200, 403, 404, 429, 503] {
        assert_eq!(after(status, Some(120)), Some(120), "{status}");
        let unsaid = if status == 429 { Some(1) } else { None };
        assert_eq!(after(status, None), unsaid, "{status}");
    }
}

#[test]
fn what_fails_in_the_browser_or_on_the_way_ends_no_session() {
    let ending = [Code::SessionEnded, Code::InteractionRequired, Code::LoginRequired];
    for code in ending {
        assert!(ends_session(code), "{code:?}");
    }
    let standing = [
        Code::Network,
        Code::Timeout,
        Code::ProviderUnavailable,
        Code::StorageBlocked,
        Code::WasmBlocked,
        Code::NotInBrowser,
        Code::ResponseInvalid,
        Code::ClientClosed,
        Code::Internal,
    ];
    for code in standing {
        assert!(!ends_session(code), "{code:?}");
    }
}

#[test]
fn an_id_token_that_fails_a_check_ends_the_session() {
    for code in Code::ALL.iter().filter(|code| code.as_str().starts_with("id_token_")) {
        assert!(ends_session(*code), "{code:?}");
    }
}

/// How many milliseconds before the first expiry a session with these lifetimes is refreshed.
fn ahead(access_token_seconds: Value, id_token_seconds: u64) -> u64 {
    let world = World::standard();
    let claims = with(world.claims(), json!({ "exp": NOW_SECONDS + id_token_seconds }));
    let tokens = World::tokens(&world.signer.sign(&claims));
    let tokens = with(tokens, json!({ "expires_in": access_token_seconds }));
    let unverified = world.exchange().finish(json_answer(200, &tokens), common::NOW).unwrap();
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
    assert_eq!(ahead(json!(6), 3600), 1_500);
    assert_eq!(ahead(json!(120), 3600), 30_000);
    assert_eq!(ahead(json!(119), 3600), 29_750);
}

#[test]
fn is_not_due_again_for_three_seconds_whatever_the_answer_says() {
    let world = World::standard();
    for (expires_in, id_token_seconds) in [(json!(1), 3600), (json!(3600), 1), (json!(2), 2)] {
        let claims = with(claims(&world), json!({ "exp": LATER_SECONDS + id_token_seconds }));
        let tokens = with(tokens(&world, &claims), json!({ "expires_in": expires_in }));
        let session = refreshed_with(&world, world.session(), &tokens).unwrap();
        assert_eq!(session.refresh_at(), LATER.plus_seconds(3), "{expires_in}");
    }
}

/// The session after a refresh that says this of the lifetime, and brings no ID token.
fn refreshed_saying(session: Session, expires_in: &Value) -> Session {
    let world = World::standard();
    let tokens = without(tokens(&world, &claims(&world)), &["id_token", "expires_in"]);
    let tokens = match expires_in {
        Value::Null => tokens,
        said => with(tokens, json!({ "expires_in": said })),
    };
    refreshed_with(&world, session, &tokens).unwrap()
}

#[test]
fn without_a_lifetime_and_an_id_token_the_former_lifetime_goes_on() {
    let world = World::standard();
    for unsaid in [json!(null), json!(0), json!(-1), json!("soon"), json!(0.9), json!("0")] {
        let session = refreshed_saying(world.session(), &unsaid);
        assert_eq!(session.expires_at(), LATER.plus_seconds(3600), "{unsaid}");
        assert_eq!(session.refresh_at(), LATER.plus_seconds(3600 - 30), "{unsaid}");
        let again = refreshed_saying(session, &unsaid);
        assert_eq!(again.expires_at(), LATER.plus_seconds(3600), "{unsaid}");
    }
}

#[test]
fn without_a_lifetime_the_id_tokens_end_stands_in_where_one_came() {
    let world = World::standard();
    let claims = with(claims(&world), json!({ "exp": LATER_SECONDS + 600 }));
    for unsaid in [json!(null), json!(0), json!(-1)] {
        let tokens = with(tokens(&world, &claims), json!({ "expires_in": unsaid }));
        let session = refreshed_with(&world, world.session(), &tokens).unwrap();
        assert_eq!(session.expires_at(), LATER.plus_seconds(600), "{unsaid}");
        assert_eq!(session.refresh_at(), LATER.plus_seconds(600 - 30), "{unsaid}");
    }
}

#[test]
fn where_nobody_has_ever_said_a_lifetime_it_is_five_minutes() {
    let world = World::standard();
    let record: Value = serde_json::from_str(&world.session().to_record()).unwrap();
    let former = [
        without(record.clone(), &["obtained_at"]),
        with(record.clone(), json!({ "obtained_at": record["expires_at"] })),
        with(record, json!({ "expires_at": 0 })),
    ];
    for record in former {
        let session = Session::read(record.to_string(), &world.config).unwrap();
        let session = refreshed_saying(session, &json!(null));
        assert_eq!(session.expires_at(), LATER.plus_seconds(300), "{record}");
    }
}
