//! RFC 6749 §4.1.3 and §6, RFC 7636 §4.5: the requests to the token endpoint.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "test helpers")]

mod common;

use std::{cell::RefCell, convert::Infallible};

use common::{World, entropy, parameters, values};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    RedirectUrl, RefreshToken, TokenUrl, basic::BasicClient, http,
};
use pkce_wasm::{
    code_exchange::is_unseen, error::Code, http::Request, pkce, refresh::Refresh, session::Session,
};
use serde_json::json;

type Oracle = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// The same public client, as the `oauth2` crate has it.
fn oracle() -> Oracle {
    BasicClient::new(ClientId::new("spa".into()))
        .set_auth_uri(AuthUrl::new("https://id.example/authorize".into()).unwrap())
        .set_token_uri(TokenUrl::new("https://id.example/token".into()).unwrap())
        .set_redirect_uri(RedirectUrl::new("https://app.example/callback".into()).unwrap())
}

/// What the `oauth2` crate sends.
fn captured(
    send: impl FnOnce(&dyn Fn(HttpRequest) -> Result<HttpResponse, Infallible>),
) -> HttpRequest {
    let captured = RefCell::new(None);
    send(&|request| {
        captured.replace(Some(request));
        let body = br#"{"access_token":"a","token_type":"Bearer"}"#.to_vec();
        Ok(http::Response::builder()
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(body)
            .unwrap())
    });
    captured.into_inner().expect("a request")
}

fn assert_same(ours: &Request, theirs: &HttpRequest) {
    let form = ours.form.as_deref().expect("a POST");
    let their_form = core::str::from_utf8(theirs.body()).unwrap();
    assert_eq!(parameters(form), parameters(their_form));
    assert_eq!(ours.url.as_str(), theirs.uri().to_string());
    assert_eq!(theirs.method(), http::Method::POST);
    assert!(!theirs.headers().contains_key(http::header::AUTHORIZATION));
}

/// A public client has nothing to authenticate with: RFC 6749 §2.3, §3.2.1.
fn assert_without_credentials(request: &Request) {
    assert_eq!(request.authorization, None);
    let form = parameters(request.form.as_deref().expect("a POST"));
    assert_eq!(form.get("client_id").unwrap(), "spa");
    for name in ["client_secret", "client_assertion", "client_assertion_type"] {
        assert!(!form.contains_key(name), "{name}");
    }
}

#[test]
fn code_exchange_is_the_request_that_the_oauth2_crate_makes() {
    let verifier = pkce::code_verifier(&entropy(1).code_verifier);
    let theirs = captured(|http| {
        let code = AuthorizationCode::new("the-code".into());
        let request = oracle().exchange_code(code).set_pkce_verifier(verifier).request(&http);
        assert!(request.is_ok());
    });
    assert_same(&World::standard().exchange().request(), &theirs);
}

#[test]
fn refresh_is_the_request_that_the_oauth2_crate_makes() {
    let theirs = captured(|http| {
        let token = RefreshToken::new("the-refresh-token".into());
        assert!(oracle().exchange_refresh_token(&token).request(&http).is_ok());
    });
    let world = World::standard();
    let ours = Refresh::begin(world.session(), &world.config).expect("a refresh token");
    assert_same(&ours.request(), &theirs);
}

#[test]
fn code_exchange_has_no_credentials() {
    assert_without_credentials(&World::standard().exchange().request());
}

#[test]
fn refresh_has_no_credentials() {
    let world = World::standard();
    let refresh = Refresh::begin(world.session(), &world.config).expect("a refresh token");
    assert_without_credentials(&refresh.request());
}

#[test]
fn code_exchange_has_the_verifier_of_this_sign_in() {
    let form = World::standard().exchange().request().form.unwrap();
    let verifier = pkce::code_verifier(&entropy(1).code_verifier);
    assert_eq!(parameters(&form).get("code_verifier").unwrap(), verifier.secret());
}

#[test]
fn a_code_of_any_characters_arrives_as_it_came() {
    let world = World::standard();
    let exchange = world.resume("code=a%2Bb%2F%3D%26%25+c").expect("a code");
    let form = exchange.request().form.unwrap();
    assert_eq!(parameters(&form).get("code").unwrap(), "a+b/=&% c");
}

#[test]
fn key_set_request_is_a_get_of_the_jwks_uri() {
    let request = World::standard().exchange().key_set_request();
    assert_eq!(request.url.as_str(), "https://id.example/jwks");
    assert_eq!((request.form, request.authorization), (None, None));
}

#[test]
fn what_is_on_its_way_to_the_token_endpoint_is_not_shown() {
    let exchange = World::standard().exchange();
    let verifier = pkce::code_verifier(&entropy(1).code_verifier);
    for shown in [format!("{exchange:?}"), format!("{:?}", exchange.request())] {
        assert!(!shown.contains("the-code"), "{shown}");
        assert!(!shown.contains(verifier.secret()), "{shown}");
    }
}

#[test]
fn code_exchange_and_refresh_name_the_resources_of_the_sign_in() {
    // RFC 8707 §2.2.
    let resources = ["https://api.example/a?b=c&d", "urn:example:other"];
    let world = World::standard().asking(&json!({ "resource": resources }));
    let session = world.session();
    assert_eq!(session.resource(), "https://api.example/a?b=c&d urn:example:other");
    let record = session.to_record();
    let session = Session::read(&record, &world.config).expect("the same session");
    let refresh = Refresh::begin(session, &world.config).expect("a refresh token");
    for request in [world.exchange().request(), refresh.request()] {
        assert_eq!(values(&request.form.unwrap(), "resource"), resources);
    }
    let form = World::standard().exchange().request().form.unwrap();
    assert_eq!(values(&form, "resource"), [""; 0]);
}

/// RFC 6749 §4.1.2: a code is used once.
#[test]
fn a_code_that_may_have_been_seen_is_not_sent_again() {
    for status in [202, 400, 403, 405, 429, 503] {
        assert!(is_unseen(Code::ProviderUnavailable, status), "{status}");
    }
    for status in [500, 502, 504, 520] {
        assert!(!is_unseen(Code::ProviderUnavailable, status), "{status}");
    }
    for &code in Code::ALL {
        let may_be =
            matches!(code, Code::Network | Code::StorageBlocked | Code::ProviderUnavailable);
        assert_eq!(is_unseen(code, 0), may_be, "{code:?}");
    }
}
