//! OpenID Connect Core §5.3: the UserInfo endpoint.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{World, answer, code, html_answer, json_answer, with, without};
use pkce_wasm::{error::Code, http::Response, userinfo};
use serde_json::json;

#[test]
fn is_asked_for_with_the_access_token_in_the_header_only() {
    let request = userinfo::request(&World::standard().session()).unwrap();
    assert_eq!(request.url.as_str(), "https://id.example/userinfo");
    assert_eq!(request.authorization.as_deref(), Some("Bearer the-access-token"));
    assert_eq!(request.form, None);
    assert!(!format!("{request:?}").contains("the-access-token"));
}

#[test]
fn a_provider_without_the_endpoint_is_not_asked() {
    let document = without(common::document(), &["userinfo_endpoint"]);
    let session = World::of(&common::options(), &document).session();
    assert!(userinfo::request(&session).is_none());
}

#[test]
fn gives_the_claims_of_the_sessions_user_as_they_came() {
    let session = World::standard().session();
    let claims = json!({ "sub": session.subject(), "email_verified": "true" });
    let document = userinfo::finish(&json_answer(200, &claims), &session).unwrap();
    assert_eq!(document, claims.to_string());
}

#[test]
fn rejects_the_claims_of_another_user() {
    let session = World::standard().session();
    let claims = json!({ "sub": session.subject(), "email": "user@example.com" });
    for sub in [json!("another"), json!(""), json!(null), json!([session.subject()])] {
        let other = json_answer(200, &with(claims.clone(), json!({ "sub": sub })));
        assert_eq!(code(userinfo::finish(&other, &session)), Code::UserInfoSubject, "{sub}");
    }
    let nobody = json_answer(200, &without(claims, &["sub"]));
    assert_eq!(code(userinfo::finish(&nobody, &session)), Code::UserInfoSubject);
}

#[test]
fn a_refused_token_is_told_from_a_provider_in_trouble() {
    let session = World::standard().session();
    let refusal = |response: Response| code(userinfo::finish(&response, &session));
    assert_eq!(refusal(html_answer(401)), Code::TokenRefused);
    assert_eq!(refusal(html_answer(503)), Code::ProviderUnavailable);
    assert_eq!(refusal(html_answer(200)), Code::ResponseInvalid);
    assert_eq!(refusal(html_answer(404)), Code::ResponseInvalid);
    assert_eq!(refusal(answer(200, "application/jwt", b"a.b.c")), Code::ResponseInvalid);
}
