//! RFC 7009: revoking the session's tokens at sign-out.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{NOW, World, json_answer, parameters, with, without};
use pkce_wasm::{revocation, session::Session};
use serde_json::json;

/// A standard provider that revokes tokens.
fn revoking() -> World {
    let endpoint = json!({ "revocation_endpoint": "https://id.example/revoke" });
    World::of(&common::options(), &with(common::document(), endpoint))
}

/// The session of a client that got no refresh token.
fn without_refresh_token(world: &World) -> Session {
    let tokens = World::tokens(&world.signer.sign(&world.claims()));
    let answer = json_answer(200, &without(tokens, &["refresh_token"]));
    world.verify(world.exchange().finish(&answer, NOW).unwrap()).unwrap()
}

#[test]
fn revokes_the_refresh_token_as_a_public_client() {
    for world in [revoking(), World::cognito()] {
        let request = revocation::request(&world.session()).unwrap();
        let form = parameters(request.form.as_deref().unwrap());
        assert_eq!(form.len(), 2);
        assert_eq!(form.get("token").unwrap(), "the-refresh-token");
        assert_eq!(form.get("client_id").unwrap(), "spa");
        assert_eq!(request.authorization, None);
    }
    let request = revocation::request(&revoking().session()).unwrap();
    assert_eq!(request.url.as_str(), "https://id.example/revoke");
}

#[test]
fn revokes_the_access_token_where_there_is_no_other_and_the_provider_takes_it() {
    let request = revocation::request(&without_refresh_token(&revoking())).unwrap();
    let form = parameters(request.form.as_deref().unwrap());
    assert_eq!(form.get("token").unwrap(), "the-access-token");
    assert!(revocation::request(&without_refresh_token(&World::cognito())).is_none());
}

#[test]
fn a_provider_without_the_endpoint_is_not_asked() {
    assert!(revocation::request(&World::standard().session()).is_none());
}
