//! RFC 9126: pushed authorization requests.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{World, code, html_answer, json_answer, parameters, values, with};
use oauth2::{
    AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope, basic::BasicClient,
};
use pkce_wasm::{
    error::{Code, Error, Result},
    http::{Request, Response},
    par, pkce,
};
use serde_json::{Value, json};

const ENDPOINT: &str = "https://id.example/par";
/// The one of RFC 9126 §2.2's example.
const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c";

/// A provider that takes requests beforehand, and differs from the standard one in this.
fn pushing(changes: Value) -> World {
    let offered = json!({ "pushed_authorization_request_endpoint": ENDPOINT });
    let document = with(with(common::document(), offered), changes);
    World::of(&common::options(), &document)
}

fn finish(response: &Response) -> Result<String> {
    let world = pushing(json!({}));
    par::finish(response, &world.config, &world.metadata)
}

/// What is pushed of a sign-in with this URL.
#[track_caller]
fn push(world: &World, url: &str) -> Request {
    par::request(&world.config, &world.metadata, url).unwrap().unwrap()
}

#[track_caller]
fn error(response: &Response) -> Error {
    common::error(finish(response))
}

#[test]
fn a_provider_that_does_not_offer_it_gets_the_request_from_the_browser() {
    for world in [World::standard(), World::cognito()] {
        let (url, _) = world.begin();
        assert!(par::request(&world.config, &world.metadata, &url).unwrap().is_none());
    }
}

#[test]
fn is_the_request_that_the_oauth2_crate_makes() {
    let world = pushing(json!({}));
    let (url, transaction) = world.begin();
    let request = push(&world, &url);

    let verifier = pkce::code_verifier(&common::entropy(1).code_verifier);
    let state = transaction.state().to_owned();
    let (theirs, _) = BasicClient::new(ClientId::new("spa".into()))
        .set_auth_uri(AuthUrl::new(world.metadata.authorization_endpoint.into()).unwrap())
        .set_redirect_uri(RedirectUrl::new("https://app.example/callback".into()).unwrap())
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(["openid", "email", "profile"].map(|scope| Scope::new(scope.into())))
        .add_extra_param("nonce", pushing(json!({})).nonce())
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .url();
    assert_eq!(request.url.as_str(), ENDPOINT);
    assert_eq!(parameters(&request.form.unwrap()), parameters(theirs.as_str()));
}

#[test]
fn every_parameter_of_the_sign_in_is_pushed_as_it_is() {
    let resources = ["https://api.example/a?b=c&d", "urn:other"];
    let world = pushing(json!({}))
        .asking(&json!({ "resource": resources, "extra": { "odd ü": "& = ?" }, "maxAge": 0 }))
        .bound_to("thumbprint");
    let (url, _) = world.begin();
    let form = push(&world, &url).form.unwrap();
    assert_eq!(format!("https://id.example/authorize?{form}"), url);
    assert_eq!(values(&form, "resource"), resources);
    assert_eq!(values(&form, "odd ü"), ["& = ?"]);
    assert_eq!(values(&form, "dpop_jkt"), ["thumbprint"]);
    assert_eq!(values(&form, "request_uri"), [""; 0]);
}

#[test]
fn a_public_client_names_itself_and_authenticates_with_nothing() {
    let world = pushing(json!({}));
    let (url, _) = world.begin();
    let request = push(&world, &url);
    assert_eq!((request.authorization, request.is_proved), (None, false));
    let form = request.form.unwrap();
    assert_eq!(values(&form, "client_id"), ["spa"]);
    assert_eq!(values(&form, "client_secret"), [""; 0]);
}

#[test]
fn an_endpoints_own_query_stays_with_it() {
    for endpoint in ["https://id.example/authorize?tenant=a%20b", "https://id.example/authorize?"] {
        let world = pushing(json!({ "authorization_endpoint": endpoint }));
        let (url, _) = world.begin();
        let form = push(&world, &url).form.unwrap();
        assert!(form.starts_with("response_type=code&"), "{form}");
        assert_eq!(values(&form, "tenant"), [""; 0]);
        let response = json_answer(201, &json!({ "request_uri": REQUEST_URI }));
        let url = par::finish(&response, &world.config, &world.metadata).unwrap();
        assert!(url.starts_with(endpoint), "{url}");
        assert_eq!(values(&url, "request_uri"), [REQUEST_URI]);
    }
}

#[test]
fn the_browser_goes_on_with_the_clients_name_and_the_request_uri_only() {
    for status in [200, 201] {
        let answer = json!({ "request_uri": REQUEST_URI, "expires_in": 60 });
        let url = finish(&json_answer(status, &answer)).unwrap();
        assert!(url.starts_with("https://id.example/authorize?"), "{url}");
        let sent: Vec<_> = parameters(&url).into_iter().collect();
        let expected = [("client_id", "spa"), ("request_uri", REQUEST_URI)];
        assert_eq!(sent, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

#[test]
fn a_request_uri_cannot_add_parameters() {
    let hostile = "x&redirect_uri=https://evil.example/#?state=a b";
    let url = finish(&json_answer(201, &json!({ "request_uri": hostile }))).unwrap();
    assert_eq!(parameters(&url).len(), 2);
    assert_eq!(parameters(&url).get("request_uri").unwrap(), hostile);
}

#[test]
fn rejects_an_answer_without_a_request_uri() {
    for answer in [
        json!({}),
        json!({ "request_uri": "" }),
        json!({ "request_uri": null }),
        json!({ "request_uri": [REQUEST_URI] }),
        json!({ "expires_in": 60 }),
        json!([REQUEST_URI]),
    ] {
        assert_eq!(error(&json_answer(201, &answer)).code(), Code::ResponseInvalid, "{answer}");
    }
}

#[test]
fn rejects_an_answer_of_another_kind() {
    let answer = json!({ "request_uri": REQUEST_URI });
    for status in [0, 204, 302] {
        let code = error(&json_answer(status, &answer)).code();
        assert_eq!(code, Code::ResponseInvalid, "{status}");
    }
    for response in [html_answer(200), html_answer(201), html_answer(404)] {
        assert_eq!(error(&response).code(), Code::ResponseInvalid, "{response:?}");
    }
    for status in [202, 403, 405] {
        assert!(error(&html_answer(status)).is_passing(), "{status}");
    }
}

#[test]
fn names_the_cause_behind_the_providers_error() {
    let causes = [
        ("invalid_request", Code::ProviderError),
        ("invalid_client", Code::ClientHasSecret),
        ("unauthorized_client", Code::FlowNotEnabled),
        ("unsupported_response_type", Code::FlowNotEnabled),
        ("invalid_scope", Code::ScopeNotEnabled),
        ("access_denied", Code::ProviderDenied),
        ("invalid_target", Code::ProviderError),
    ];
    for (name, code) in causes {
        for status in [400, 401, 403] {
            let said = json!({ "error": name, "error_description": "Because." });
            let error = error(&json_answer(status, &said));
            assert_eq!(error.code(), code, "{name}");
            assert!(!error.is_passing());
            let said = error.provider().unwrap();
            assert_eq!(
                (said.error.as_str(), said.description.as_deref()),
                (name, Some("Because."))
            );
        }
    }
}

#[test]
fn a_provider_in_trouble_is_a_passing_fault() {
    let said = json!({ "error": "invalid_request", "request_uri": REQUEST_URI });
    for status in [429, 500, 502, 503] {
        for response in [html_answer(status), json_answer(status, &said)] {
            let error = error(&response);
            assert_eq!(error.code(), Code::ProviderUnavailable, "{status}");
            assert!(error.is_passing());
        }
    }
}

#[test]
fn is_optional_unless_the_provider_says_that_it_takes_nothing_else() {
    for (required, optional) in [(json!(true), false), (json!(false), true), (json!(null), true)] {
        let world = pushing(json!({ "require_pushed_authorization_requests": required }));
        assert_eq!(par::is_optional(&world.config, &world.metadata), optional, "{required}");
    }
    let world = pushing(json!({}));
    assert!(par::is_optional(&world.config, &world.metadata));
}

/// A provider that offers it, or does not, and a client with this option.
fn optioned(option: &str, document: Value) -> World {
    let options = with(common::options(), json!({ "pushedAuthorization": option }));
    World::of(&options, &document)
}

#[test]
fn is_left_alone_where_the_options_say_never() {
    for required in [false, true] {
        let offered = json!({
            "pushed_authorization_request_endpoint": ENDPOINT,
            "require_pushed_authorization_requests": required,
        });
        let world = optioned("never", with(common::document(), offered));
        let (url, _) = world.begin();
        assert!(par::request(&world.config, &world.metadata, &url).unwrap().is_none());
    }
}

#[test]
fn is_not_optional_where_the_options_require_it() {
    let offered = json!({ "pushed_authorization_request_endpoint": ENDPOINT });
    let world = optioned("required", with(common::document(), offered.clone()));
    let (url, _) = world.begin();
    assert_eq!(push(&world, &url).url.as_str(), ENDPOINT);
    assert!(!par::is_optional(&world.config, &world.metadata));

    let world = optioned("required", common::document());
    let (url, _) = world.begin();
    let refusal = common::error(par::request(&world.config, &world.metadata, &url));
    assert_eq!(refusal.code(), Code::InvalidConfig);
    assert!(refusal.message().contains("pushedAuthorization"), "{}", refusal.message());

    let world = optioned("auto", with(common::document(), offered));
    assert!(par::is_optional(&world.config, &world.metadata));
}

#[test]
fn the_option_has_three_words() {
    for option in [json!("always"), json!(true), json!(""), json!(1)] {
        let options = with(common::options(), json!({ "pushedAuthorization": option }));
        let refusal = common::error(common::parse_config(&options));
        assert_eq!(refusal.code(), Code::InvalidConfig, "{option}");
        assert!(refusal.message().contains("pushedAuthorization"), "{}", refusal.message());
    }
}

#[test]
fn an_endpoint_that_is_not_safe_is_refused_with_the_metadata() {
    let config = common::config(&common::options());
    let refusal = |endpoint: &str| {
        let offered = json!({ "pushed_authorization_request_endpoint": endpoint });
        let response = json_answer(200, &with(common::document(), offered));
        code(pkce_wasm::discovery::finish(&response, &config))
    };
    assert_eq!(refusal("http://id.example/par"), Code::InsecureUrl);
    assert_eq!(refusal("https://id.example/par#top"), Code::ResponseInvalid);
    assert_eq!(refusal("javascript:par"), Code::ResponseInvalid);
}

#[test]
fn what_is_pushed_is_not_shown() {
    let world = pushing(json!({}));
    let (url, transaction) = world.begin();
    let shown = format!("{:?}", push(&world, &url));
    assert!(!shown.contains(transaction.state()), "{shown}");
}
