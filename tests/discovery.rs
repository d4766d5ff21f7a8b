//! OpenID Connect Discovery 1.0 §4 and RFC 8414 §2: the provider's metadata.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{answer, config, document, error, html_answer, json_answer, options, with, without};
use pkce_wasm::{
    discovery,
    error::{Code, Result},
    http::Response,
    json,
    metadata::Metadata,
};
use serde_json::{Value, json};

fn finish(document: &Value) -> Result<Metadata> {
    discovery::finish(&json_answer(200, document), &config(&options()))
}

fn finish_cognito(document: &Value) -> Result<Metadata> {
    discovery::finish(&json_answer(200, document), &config(&common::cognito_options()))
}

/// The code of the refusal of an answer that is not the document.
#[track_caller]
fn refusal(response: &Response) -> Code {
    common::code(discovery::finish(response, &config(&options())))
}

#[test]
fn is_asked_for_below_the_issuer() {
    for issuer in ["https://id.example/tenant", "https://id.example/tenant/"] {
        let config = config(&with(options(), json!({ "issuer": issuer })));
        let request = discovery::request(&config).unwrap();
        let url = "https://id.example/tenant/.well-known/openid-configuration";
        assert_eq!(request.url.as_str(), url);
        assert_eq!((request.form, request.authorization), (None, None));
    }
}

#[test]
fn reads_a_standard_document() {
    let metadata = finish(&document()).unwrap();
    assert_eq!(metadata.issuer.as_str(), "https://id.example");
    assert_eq!(metadata.authorization_endpoint.as_str(), "https://id.example/authorize");
    assert_eq!(metadata.token_endpoint.as_str(), "https://id.example/token");
    assert_eq!(metadata.jwks_uri.as_str(), "https://id.example/jwks");
    assert!(!metadata.authorization_response_iss_parameter_supported);
}

#[test]
fn reads_cognitos_bare_document() {
    let metadata = finish_cognito(&common::cognito_document()).unwrap();
    assert_eq!(metadata.authorization_endpoint.origin(), common::COGNITO_DOMAIN);
    assert_eq!(metadata.code_challenge_methods_supported, None);
}

#[test]
fn recognises_a_pool_without_a_domain() {
    let on_issuer = |path: &str| format!("{}{path}", common::COGNITO_ISSUER);
    let document = with(
        without(common::cognito_document(), &["end_session_endpoint", "revocation_endpoint"]),
        json!({
            "authorization_endpoint": on_issuer("/authorize"),
            "token_endpoint": on_issuer("/token"),
            "userinfo_endpoint": on_issuer("/userInfo"),
        }),
    );
    assert_eq!(common::code(finish_cognito(&document)), Code::PoolHasNoDomain);
    // As Cognito's documents once were.
    for names in [&["token_endpoint"][..], &["authorization_endpoint", "token_endpoint"]] {
        let document = without(document.clone(), names);
        assert_eq!(common::code(finish_cognito(&document)), Code::PoolHasNoDomain, "{names:?}");
    }
}

#[test]
fn a_standard_provider_may_serve_its_login_page_on_the_issuers_host() {
    assert!(finish(&document()).is_ok());
}

#[test]
fn rejects_the_document_of_another_issuer() {
    let issuers = [
        json!("https://id.example/"),
        json!("https://ID.example"),
        json!("https://evil.example"),
        json!("https://id.example.evil.example"),
        json!(""),
        json!(null),
        json!(["https://id.example"]),
    ];
    for issuer in issuers {
        let error = error(finish(&with(document(), json!({ "issuer": issuer }))));
        assert_eq!(error.code(), Code::IssuerMismatch, "{issuer}");
        assert!(error.evidence().contains(&("expected", "https://id.example".to_owned())));
    }
    assert_eq!(common::code(finish(&without(document(), &["issuer"]))), Code::IssuerMismatch);
}

#[test]
fn accepts_an_issuer_with_a_trailing_slash_to_the_letter() {
    let config = config(&with(options(), json!({ "issuer": "https://id.example/" })));
    let finish = |issuer: &str| {
        let document = with(document(), json!({ "issuer": issuer }));
        discovery::finish(&json_answer(200, &document), &config)
    };
    assert!(finish("https://id.example/").is_ok());
    assert_eq!(common::code(finish("https://id.example")), Code::IssuerMismatch);
}

#[test]
fn a_host_may_have_capitals_and_is_compared_to_the_letter() {
    let issuer = "https://ADFS.example/adfs";
    let config = config(&with(options(), json!({ "issuer": issuer })));
    let finish = |issuer: &str| {
        let changes =
            json!({ "issuer": issuer, "token_endpoint": "https://Id.Example/adfs/token" });
        discovery::finish(&json_answer(200, &with(document(), changes)), &config)
    };
    assert_eq!(finish(issuer).unwrap().token_endpoint.as_str(), "https://Id.Example/adfs/token");
    assert_eq!(common::code(finish("https://adfs.example/adfs")), Code::IssuerMismatch);
}

const ENDPOINTS: &[&str] = &[
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "revocation_endpoint",
    "end_session_endpoint",
];

/// The code of the refusal of a document with this endpoint.
#[track_caller]
fn refusal_of_endpoint(name: &str, endpoint: Value) -> Code {
    common::code(finish(&with(document(), json!({ name: endpoint }))))
}

#[test]
fn rejects_insecure_endpoints() {
    for name in ENDPOINTS {
        let code = refusal_of_endpoint(name, json!("http://id.example/x"));
        assert_eq!(code, Code::InsecureUrl, "{name}");
    }
}

#[test]
fn loopback_endpoints_are_for_a_loopback_issuer_only() {
    for name in ENDPOINTS {
        let code = refusal_of_endpoint(name, json!("http://localhost:9401/x"));
        assert_eq!(code, Code::InsecureUrl, "{name}");
    }
    let local = "http://localhost:9400";
    let config = config(&with(options(), json!({ "issuer": local })));
    let document = with(
        document(),
        json!({
            "issuer": local, "token_endpoint": "http://127.0.0.1:9401/token",
        }),
    );
    assert!(discovery::finish(&json_answer(200, &document), &config).is_ok());
}

/// What an endpoint must have.
const REQUIRED: &[&str] = &["authorization_endpoint", "token_endpoint", "jwks_uri"];

#[test]
fn names_an_endpoint_that_is_no_url() {
    for name in ENDPOINTS {
        for endpoint in [json!(1), json!("javascript:alert(1)"), json!("https://a@id.example/x")] {
            let error = error(finish(&with(document(), json!({ *name: endpoint }))));
            assert_eq!(error.code(), Code::ResponseInvalid, "{name}");
            assert!(error.message().contains(name), "{}", error.message());
        }
    }
}

#[test]
fn endpoints_that_lead_nowhere_are_left_out_where_they_are_optional() {
    for nowhere in [json!("/relative"), json!("relative"), json!("//id.example/x"), json!("")] {
        let nowhere = |name: &str| with(document(), json!({ name: nowhere }));
        for name in REQUIRED {
            let error = error(finish(&nowhere(name)));
            assert_eq!(error.code(), Code::ResponseInvalid, "{name}");
            assert!(error.message().contains(name), "{}", error.message());
        }
        assert_eq!(finish(&nowhere("userinfo_endpoint")).unwrap().userinfo_endpoint, None);
        assert_eq!(finish(&nowhere("revocation_endpoint")).unwrap().revocation_endpoint, None);
        assert_eq!(finish(&nowhere("end_session_endpoint")).unwrap().end_session_endpoint, None);
    }
}

#[test]
fn names_the_loopback_endpoint_of_an_issuer_that_is_elsewhere() {
    let changes = json!({ "token_endpoint": "http://localhost:9401/x" });
    let message = error(finish(&with(document(), changes))).message().to_owned();
    assert!(message.starts_with("token_endpoint is http: on this machine"), "{message}");
    assert!(message.contains("https://id.example "), "{message}");
}

#[test]
fn an_endpoint_that_the_options_name_stands_in_for_the_discovered_one() {
    let own = |names: Value| config(&with(options(), json!({ "endpoints": names })));
    let finish =
        |names, document: &Value| discovery::finish(&json_answer(200, document), &own(names));
    let revocation = json!({ "revocation": "https://id.example/revoke" });
    assert_eq!(own(revocation.clone()).metadata, None, "the others are discovered");
    let metadata = finish(revocation, &document()).unwrap();
    let uri = |uri: Option<pkce_wasm::uri::Uri>| uri.map(String::from).unwrap_or_default();
    assert_eq!(uri(metadata.revocation_endpoint), "https://id.example/revoke");
    assert_eq!(metadata.token_endpoint.as_str(), "https://id.example/token");

    let other = json!({ "token": "https://api.example/token", "endSession": "https://a.example/" });
    let metadata = finish(other.clone(), &without(document(), &["token_endpoint"])).unwrap();
    assert_eq!(metadata.token_endpoint.as_str(), "https://api.example/token");
    let wrong = with(document(), json!({ "token_endpoint": "javascript:alert(1)" }));
    let metadata = finish(other, &wrong).unwrap();
    assert_eq!(uri(metadata.end_session_endpoint), "https://a.example/");

    let local = json!({ "token": "http://localhost:9401/token" });
    assert_eq!(common::code(finish(local, &document())), Code::InsecureUrl);
}

#[test]
fn rejects_a_logout_page_with_a_fragment_for_its_parameters_would_be_lost() {
    let code = refusal_of_endpoint("end_session_endpoint", json!("https://id.example/logout#x"));
    assert_eq!(code, Code::ResponseInvalid);
}

#[test]
fn rejects_a_document_without_what_sign_in_needs() {
    for name in REQUIRED {
        let error = error(finish(&without(document(), &[name])));
        assert_eq!(error.code(), Code::ResponseInvalid, "{name}");
        assert!(error.message().contains(name), "{}", error.message());
    }
}

#[test]
fn optional_endpoints_may_be_null_or_left_out() {
    let optional = ["userinfo_endpoint", "revocation_endpoint", "end_session_endpoint"];
    let metadata = finish(&without(document(), &optional)).unwrap();
    assert_eq!(metadata.end_session_endpoint, None);
    let metadata = finish(&with(document(), json!({ "end_session_endpoint": null }))).unwrap();
    assert_eq!(metadata.end_session_endpoint, None);
}

#[test]
fn rejects_a_provider_without_s256() {
    for methods in [json!(["plain"]), json!([]), json!(["s256"])] {
        let changes = json!({ "code_challenge_methods_supported": methods });
        let code = common::code(finish(&with(document(), changes)));
        assert_eq!(code, Code::PkceUnsupported, "{methods}");
    }
}

#[test]
fn rejects_lists_that_are_none() {
    for name in ["code_challenge_methods_supported", "id_token_signing_alg_values_supported"] {
        let error = error(finish(&with(document(), json!({ name: "S256" }))));
        assert_eq!(error.code(), Code::ResponseInvalid, "{name}");
        assert!(error.message().contains(name), "{}", error.message());
    }
}

#[test]
fn accepts_s256_and_a_document_that_does_not_say() {
    for methods in [json!(["S256"]), json!(["plain", "S256"])] {
        let changes = json!({ "code_challenge_methods_supported": methods });
        assert!(finish(&with(document(), changes)).is_ok(), "{methods}");
    }
    assert!(finish(&without(document(), &["code_challenge_methods_supported"])).is_ok());
}

#[test]
fn reads_whether_responses_name_their_issuer() {
    for (value, expected) in [(json!(true), true), (json!(false), false), (json!("true"), false)] {
        let changes = json!({ "authorization_response_iss_parameter_supported": value });
        let metadata = finish(&with(document(), changes)).unwrap();
        assert_eq!(metadata.authorization_response_iss_parameter_supported, expected);
    }
}

#[test]
fn rejects_a_page_of_html() {
    assert_eq!(refusal(&html_answer(200)), Code::ResponseInvalid);
}

#[test]
fn rejects_a_redirect() {
    let response = Response::default();
    assert_eq!(refusal(&response), Code::ResponseInvalid);
    assert_eq!(refusal(&json_answer(302, &document())), Code::ResponseInvalid);
}

#[test]
fn a_provider_in_trouble_is_a_passing_fault() {
    for status in [429, 500, 502, 503, 504] {
        for response in [html_answer(status), json_answer(status, &document())] {
            let error = error(discovery::finish(&response, &config(&options())));
            assert_eq!(error.code(), Code::ProviderUnavailable, "{status}");
            assert!(error.is_passing());
        }
    }
}

#[test]
fn a_gate_before_the_document_is_a_passing_fault() {
    for status in [202, 403, 405] {
        assert!(
            error(discovery::finish(&html_answer(status), &config(&options()))).is_passing(),
            "{status}"
        );
    }
}

#[test]
fn a_document_that_is_not_there_is_no_passing_fault() {
    for status in [201, 204, 400, 401, 404] {
        let error =
            error(discovery::finish(&json_answer(status, &document()), &config(&options())));
        assert_eq!(error.code(), Code::ResponseInvalid, "{status}");
        assert!(!error.is_passing());
    }
}

#[test]
fn rejects_a_wrong_content_type() {
    let body = document().to_string();
    for content_type in ["text/html", "text/plain", "text/javascript", "", "text/html; a=+json"] {
        let code = refusal(&answer(200, content_type, body.as_bytes()));
        assert_eq!(code, Code::ResponseInvalid, "{content_type}");
    }
    let response = Response { status: 200, body: body.into_bytes(), ..Response::default() };
    assert_eq!(refusal(&response), Code::ResponseInvalid);
}

#[test]
fn accepts_every_spelling_of_json() {
    let body = document().to_string();
    let spellings = [
        "application/json",
        "application/json;charset=UTF-8",
        "Application/JSON ; charset=utf-8",
        "application/jrd+json",
    ];
    for content_type in spellings {
        let response = answer(200, content_type, body.as_bytes());
        assert!(discovery::finish(&response, &config(&options())).is_ok(), "{content_type}");
    }
}

#[test]
fn rejects_an_oversized_document() {
    let of_size = |size: usize| {
        let padding = " ".repeat(size - document().to_string().len());
        answer(200, "application/json", (document().to_string() + &padding).as_bytes())
    };
    assert!(discovery::finish(&of_size(json::MAX_BYTES), &config(&options())).is_ok());
    assert_eq!(refusal(&of_size(json::MAX_BYTES + 1)), Code::ResponseInvalid);
}

#[test]
fn rejects_duplicate_keys() {
    let body = document().to_string();
    let twice = body.replacen('{', r#"{"issuer":"https://id.example","#, 1);
    let response = answer(200, "application/json", twice.as_bytes());
    assert_eq!(refusal(&response), Code::ResponseInvalid);
}

#[test]
fn rejects_what_is_no_json_object() {
    for body in ["", "{", "null", "[]", "\"https://id.example\"", "{} {}"] {
        let code = refusal(&answer(200, "application/json", body.as_bytes()));
        assert!(matches!(code, Code::ResponseInvalid | Code::IssuerMismatch), "{body}: {code:?}");
    }
}
