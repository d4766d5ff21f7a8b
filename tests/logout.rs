//! OpenID Connect RP-Initiated Logout 1.0 §2, and Cognito's `/logout`.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use std::collections::BTreeMap;

use common::{CLIENT_ID, NOW, World, code, parameters, with, without};
use pkce_wasm::{
    error::{Code, Result},
    logout::SignOut,
    secret::Secret,
};
use serde_json::{Value, json};

const HOME: &str = "https://app.example/bye?x=1&y=2";

const ENTROPY: [u8; 32] = [7; 32];

/// The entropy in base64url.
const STATE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

/// A world whose client comes back to its home after signing out.
fn returning(options: Value, document: &Value) -> World {
    World::of(&with(options, json!({ "postLogoutRedirectUri": HOME })), document)
}

/// The sign-out that is asked for like this.
fn sign_out(world: &World, options: &Value) -> Result<SignOut> {
    SignOut::parse(options.to_string().as_bytes(), &world.config, &ENTROPY, NOW)
}

fn url(world: &World, id_token: Option<&str>) -> Option<String> {
    let id_token = id_token.map(|token| Secret::new(token.to_owned()));
    let sign_out = sign_out(world, &json!({})).unwrap();
    sign_out.url(&world.config, &world.metadata, id_token.as_ref()).unwrap()
}

fn parameters_of<const N: usize>(parameters: [(&str, &str); N]) -> BTreeMap<String, String> {
    parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[test]
fn a_standard_provider_gets_the_id_token_and_where_to_return_to() {
    let world = returning(common::options(), &common::document());
    let url = url(&world, Some("the.id.token")).unwrap();
    assert!(url.starts_with("https://id.example/logout?"), "{url}");
    let expected = parameters_of([
        ("client_id", CLIENT_ID),
        ("id_token_hint", "the.id.token"),
        ("post_logout_redirect_uri", HOME),
        ("state", STATE),
    ]);
    assert_eq!(parameters(&url), expected);
}

#[test]
fn a_standard_provider_can_do_without_both() {
    let url = url(&World::standard(), None).unwrap();
    assert_eq!(parameters(&url), parameters_of([("client_id", CLIENT_ID)]));
}

#[test]
fn cognito_gets_its_own_two_parameters_and_never_a_token() {
    let world = returning(common::cognito_options(), &common::cognito_document());
    let url = url(&world, Some("the.id.token")).unwrap();
    let expected = parameters_of([("client_id", CLIENT_ID), ("logout_uri", HOME)]);
    assert!(url.starts_with(&format!("{}/logout?", common::COGNITO_DOMAIN)), "{url}");
    assert_eq!(parameters(&url), expected);
}

#[test]
fn cognito_cannot_do_without_a_place_to_return_to() {
    let world = World::cognito();
    let sign_out = sign_out(&world, &json!({})).unwrap();
    assert_eq!(code(sign_out.url(&world.config, &world.metadata, None)), Code::InvalidConfig);
}

#[test]
fn a_provider_without_a_logout_page_has_no_url() {
    let document = without(common::document(), &["end_session_endpoint"]);
    let world = returning(common::options(), &document);
    assert_eq!(url(&world, Some("the.id.token")), None);
}

#[test]
fn the_logout_page_keeps_its_own_query() {
    let endpoint = json!({ "end_session_endpoint": "https://id.example/logout?p=policy" });
    let world = World::of(&common::options(), &with(common::document(), endpoint));
    let url = url(&world, None).unwrap();
    assert_eq!(parameters(&url), parameters_of([("p", "policy"), ("client_id", CLIENT_ID)]));
}
