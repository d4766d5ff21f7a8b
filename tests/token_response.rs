//! RFC 6749 §5.1 and §5.2: what the token endpoint answers to a code.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{CLIENT_ID, NOW, NOW_SECONDS, World, answer, html_answer, json_answer, with, without};
use pkce_wasm::{
    error::{Code, Error},
    http::Response,
    session::Session,
    time::Timestamp,
};
use serde_json::{Value, json};

/// An honest response.
fn tokens(world: &World) -> Value {
    World::tokens(&world.signer.sign(&world.claims()))
}

/// The session that an honest response makes when it is changed like this.
fn session(changes: Value) -> Session {
    let world = World::standard();
    session_of(&world, &with(tokens(&world), changes))
}

fn session_of(world: &World, tokens: &Value) -> Session {
    world.verify(world.exchange().finish(json_answer(200, tokens), NOW).unwrap()).unwrap()
}

#[track_caller]
fn error(response: &Response) -> Error {
    common::error(World::standard().exchange().finish(response, NOW))
}

#[test]
fn the_place_where_the_sign_in_began_is_known_until_its_end() {
    for (options, place) in
        [(json!({ "returnTo": "/settings" }), Some("/settings")), (json!({}), None)]
    {
        let world = World::standard().asking(&options);
        let exchange = world.exchange();
        assert_eq!(exchange.return_to(), place);
        let unverified = exchange.finish(json_answer(200, &tokens(&world)), NOW).unwrap();
        assert_eq!(unverified.return_to(), place);
    }
}

/// The code of the refusal of an honest response that is changed like this.
#[track_caller]
fn refusal(changes: Value) -> Code {
    error(&json_answer(200, &with(tokens(&World::standard()), changes))).code()
}

#[test]
fn a_gate_before_the_token_endpoint_is_a_fault_that_passes() {
    // A firewall's refusal, its captcha, its challenge: docs of AWS WAF, which stands before Cognito.
    for status in [403, 405, 202] {
        for body in [html_answer(status), json_answer(status, &json!({ "message": "Forbidden" }))] {
            let error = error(&body);
            assert_eq!((error.code(), error.is_passing()), (Code::ProviderUnavailable, true));
        }
    }
    assert!(!error(&json_answer(403, &json!({ "error": "access_denied" }))).is_passing());
}

#[test]
fn makes_a_session_of_an_honest_response() {
    let session = session(json!({}));
    assert_eq!(session.access_token().secret(), "the-access-token");
    assert_eq!(session.refresh_token().unwrap().secret(), "the-refresh-token");
    assert_eq!(session.subject(), "a1b2c3d4-5678-90ab-cdef-1234567890ab");
    assert_eq!(session.client_id().as_str(), CLIENT_ID);
    assert_eq!(session.generation(), 0);
    assert_eq!(session.expires_at(), Timestamp::from_seconds(NOW_SECONDS + 3600));
    assert_eq!(session.id_token_expires_at(), Timestamp::from_seconds(NOW_SECONDS + 3600));
}

#[test]
fn the_id_token_is_kept_as_it_came() {
    let world = World::standard();
    let tokens = tokens(&world);
    let session = session_of(&world, &tokens);
    assert_eq!(session.id_token().expose(), tokens["id_token"].as_str().unwrap());
}

#[test]
fn token_type_is_bearer_in_any_case() {
    for token_type in ["Bearer", "bearer", "BEARER"] {
        let _ = session(json!({ "token_type": token_type }));
    }
}

#[test]
fn rejects_another_token_type_or_none() {
    for token_type in [json!("DPoP"), json!("mac"), json!("N_A"), json!(""), json!(null), json!(1)]
    {
        assert_eq!(refusal(json!({ "token_type": token_type })), Code::ResponseInvalid);
    }
    let response = json_answer(200, &without(tokens(&World::standard()), &["token_type"]));
    assert_eq!(error(&response).code(), Code::ResponseInvalid);
}

#[test]
fn rejects_a_response_without_an_access_token() {
    for token in [json!(""), json!(null), json!(1), json!("a\r\nb"), json!("ä"), json!("a\u{7f}")]
    {
        assert_eq!(refusal(json!({ "access_token": token })), Code::ResponseInvalid, "{token}");
    }
    let response = json_answer(200, &without(tokens(&World::standard()), &["access_token"]));
    assert_eq!(error(&response).code(), Code::ResponseInvalid);
}

#[test]
fn rejects_a_response_without_an_id_token() {
    for token in [json!(""), json!(null), json!(1)] {
        assert_eq!(refusal(json!({ "id_token": token })), Code::IdTokenMissing, "{token}");
    }
    let response = json_answer(200, &without(tokens(&World::standard()), &["id_token"]));
    assert_eq!(error(&response).code(), Code::IdTokenMissing);
}

#[test]
fn expires_in_is_a_number_or_a_text_of_one() {
    for (expires_in, seconds) in
        [(json!(60), 60), (json!("60"), 60), (json!(60.9), 60), (json!(1), 1)]
    {
        let session = session(json!({ "expires_in": expires_in }));
        let expected = Timestamp::from_seconds(NOW_SECONDS + seconds);
        assert_eq!(session.expires_at(), expected, "{expires_in}");
    }
}

#[test]
fn without_expires_in_the_id_tokens_time_stands_in() {
    let texts = ["", "0", "soon", "-1", "60.9", "1e300"].map(|text| json!(text));
    let none = [json!(null), json!(0), json!(-1), json!(0.9), json!(1e300), json!([])];
    for expires_in in none.into_iter().chain(texts) {
        let session = session(json!({ "expires_in": expires_in, "scope": null }));
        assert_eq!(session.expires_at(), session.id_token_expires_at(), "{expires_in}");
    }
    let world = World::standard();
    let session = session_of(&world, &without(tokens(&world), &["expires_in"]));
    assert_eq!(session.expires_at(), session.id_token_expires_at());
}

#[test]
fn a_lifetime_of_more_than_ten_years_is_one_of_ten_years() {
    let ten_years = 10 * 365 * 24 * 60 * 60;
    for seconds in [ten_years, ten_years + 1, u64::MAX] {
        let session = session(json!({ "expires_in": seconds }));
        assert_eq!(session.expires_at(), NOW.plus_seconds(ten_years), "{seconds}");
    }
}

#[test]
fn a_refresh_token_may_be_missing() {
    for token in [json!(null), json!("")] {
        assert!(session(json!({ "refresh_token": token })).refresh_token().is_none());
    }
}

#[test]
fn the_scope_is_the_one_that_is_granted_or_else_the_one_asked_for() {
    assert_eq!(session(json!({ "scope": "openid email" })).scope(), "openid email");
    assert_eq!(session(json!({})).scope(), "openid email profile");
    assert_eq!(session(json!({ "scope": ["openid", "email"] })).scope(), "openid email");
    for nothing in [json!(""), json!([]), json!(null), json!([1]), json!(1)] {
        assert_eq!(session(json!({ "scope": nothing })).scope(), "openid email profile");
    }
}

#[test]
fn members_that_are_not_understood_do_no_harm() {
    let _ =
        session(json!({ "ext_expires_in": 1, "id_token_expires_in": [{}], "not_before": null }));
}

#[test]
fn rejects_a_page_of_html_and_other_types() {
    let body = tokens(&World::standard()).to_string();
    assert_eq!(error(&html_answer(200)).code(), Code::ResponseInvalid);
    for content_type in ["text/html", "text/plain", "application/x-www-form-urlencoded", ""] {
        let code = error(&answer(200, content_type, body.as_bytes())).code();
        assert_eq!(code, Code::ResponseInvalid, "{content_type}");
    }
}

#[test]
fn rejects_a_redirect_and_other_successes() {
    let tokens = tokens(&World::standard());
    for status in [0, 201, 204, 302, 307] {
        assert_eq!(error(&json_answer(status, &tokens)).code(), Code::ResponseInvalid, "{status}");
    }
}

#[test]
fn a_provider_in_trouble_is_a_passing_fault() {
    let said = json!({ "error": "invalid_grant" });
    for status in [429, 500, 502, 503] {
        for response in [html_answer(status), json_answer(status, &said)] {
            let error = error(&response);
            assert_eq!(error.code(), Code::ProviderUnavailable, "{status}");
            assert!(error.is_passing());
        }
    }
}

/// The code of the refusal when the provider says this.
#[track_caller]
fn provider_error(status: u16, body: Value) -> Code {
    let error = error(&json_answer(status, &body));
    assert!(!error.is_passing());
    let said = error.provider().unwrap();
    let word = |name: &str| body.get(name).and_then(Value::as_str);
    assert_eq!(Some(said.error.as_str()), word("error"));
    assert_eq!(said.description.as_deref(), word("error_description"));
    error.code()
}

#[test]
fn names_the_cause_behind_the_providers_error() {
    let causes = [
        ("invalid_client", Code::ClientHasSecret),
        ("invalid_grant", Code::CodeRefused),
        ("unauthorized_client", Code::FlowNotEnabled),
        ("unsupported_grant_type", Code::FlowNotEnabled),
        ("invalid_scope", Code::ScopeNotEnabled),
        ("invalid_request", Code::ProviderError),
        ("something_new", Code::ProviderError),
    ];
    for (error, code) in causes {
        for status in [400, 401] {
            assert_eq!(provider_error(status, json!({ "error": error })), code, "{error}");
        }
    }
}

#[test]
fn reads_cognitos_refusal_of_the_redirect_uri_out_of_its_description() {
    let body = json!({ "error": "unauthorized_client", "error_description": "invalid_redirect" });
    assert_eq!(provider_error(400, body), Code::RedirectUriMismatch);
    let body = json!({ "error": "unauthorized_client", "error_description": "Other" });
    assert_eq!(provider_error(400, body), Code::FlowNotEnabled);
}

#[test]
fn an_error_without_a_name_is_no_answer() {
    for body in [json!({}), json!({ "error": 1 }), json!([]), json!({ "message": "Forbidden" })] {
        assert_eq!(error(&json_answer(400, &body)).code(), Code::ResponseInvalid, "{body}");
    }
    assert_eq!(error(&html_answer(401)).code(), Code::ResponseInvalid);
    assert_eq!(error(&html_answer(404)).code(), Code::ResponseInvalid);
}

#[test]
fn a_gate_before_the_provider_is_a_passing_fault() {
    let blocked = json!({ "__type": "ForbiddenException", "message": "Request not allowed." });
    for status in [202, 403, 405] {
        for response in
            [html_answer(status), json_answer(status, &blocked), answer(status, "", b"")]
        {
            let error = error(&response);
            assert_eq!(error.code(), Code::ProviderUnavailable, "{status}");
            assert!(error.is_passing());
        }
    }
    let refused = json!({ "error": "access_denied" });
    assert_eq!(error(&json_answer(403, &refused)).code(), Code::ProviderError);
}

#[test]
fn cognitos_throttling_is_a_passing_fault() {
    let body = json!({ "__type": "TooManyRequestsException", "message": "Rate exceeded" });
    let throttled = error(&json_answer(400, &body));
    assert_eq!(throttled.code(), Code::ProviderUnavailable);
    assert!(throttled.is_passing());
    let body = json!({ "__type": "InvalidParameterException", "message": "Bad request" });
    assert_eq!(error(&json_answer(400, &body)).code(), Code::ResponseInvalid);
}

#[test]
fn a_missing_secret_is_told_in_whatever_words() {
    for (error, description) in [
        ("invalid_request", "client_secret is missing."),
        ("unauthorized_client", "invalid empty client secret"),
        ("invalid_request", "Parameter Client_Secret is required"),
    ] {
        let body = json!({ "error": error, "error_description": description });
        assert_eq!(provider_error(400, body), Code::ClientHasSecret, "{description}");
    }
}

#[test]
fn a_refused_verifier_is_a_refused_code() {
    let words = "failed PKCE code challenge";
    let body = json!({ "error": "unauthorized_client", "error_description": words });
    assert_eq!(provider_error(400, body), Code::CodeRefused);
}

#[test]
fn tokens_are_not_shown() {
    let world = World::standard();
    let tokens = tokens(&world);
    let secrets =
        ["access_token", "id_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap());
    let response = json_answer(200, &tokens);
    let unverified = world.exchange().finish(&response, NOW).unwrap();
    let shown = [
        format!("{response:?}"),
        format!("{unverified:?}"),
        format!("{:?}", error(&json_answer(201, &tokens))),
        format!("{:?}", session_of(&world, &tokens)),
    ];
    for shown in shown {
        for secret in secrets {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
