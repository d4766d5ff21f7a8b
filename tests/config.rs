//! The options of `createClient`: each of them, and each way to get one wrong.

mod common;

use common::{endpoints, error, options, parse_config, with, without};
use pkce_wasm::{config::Dpop, error::Code, provider::Provider};
use serde_json::{Value, json};

/// Asserts that these changes to good options are refused, by the name of the option.
#[track_caller]
fn assert_refused(changes: Value, code: Code, name: &str) {
    let error = error(parse_config(&with(options(), changes.clone())));
    assert_eq!(error.code(), code, "{changes}");
    let message = error.message();
    assert!(message.contains(name), "{changes}: {message}");
}

#[track_caller]
fn assert_accepted(changes: Value) {
    let parsed = parse_config(&with(options(), changes.clone()));
    assert!(parsed.is_ok(), "{changes}: {:?}", parsed.err());
}

#[test]
fn issuer_client_and_redirect_uri_are_enough() {
    let config = common::config(&options());
    assert_eq!(config.issuer.as_str(), "https://id.example");
    assert_eq!(config.provider, Provider::Standard);
    assert_eq!(config.metadata, None);
    assert_eq!(config.client_id.as_str(), "spa");
    assert_eq!(config.redirect_uri.as_str(), "https://app.example/callback");
    assert_eq!(config.post_logout_redirect_uri, None);
    assert_eq!(config.scopes, ["openid", "email", "profile"]);
    assert_eq!(config.clock_tolerance_seconds, 60);
    assert!(config.trusted_audiences.is_empty());
    assert!(!config.dangerously_allow_insecure_requests);
}

#[test]
fn refuses_options_without_a_required_one() {
    for name in ["issuer", "clientId", "redirectUri"] {
        let error = error(parse_config(&without(options(), &[name])));
        assert_eq!(error.code(), Code::InvalidConfig);
        assert!(error.message().contains(name), "{}", error.message());
    }
}

#[test]
fn refuses_required_options_of_the_wrong_form() {
    for name in ["issuer", "clientId", "redirectUri"] {
        for value in [json!(null), json!(""), json!(1), json!([])] {
            let mut changes = serde_json::Map::new();
            changes.insert(name.into(), value);
            assert_refused(changes.into(), Code::InvalidConfig, name);
        }
    }
}

#[test]
fn refuses_options_that_are_no_object() {
    for text in ["", "{", "[]", "null", "\"issuer\"", "{\"issuer\":\"a\",\"issuer\":\"b\"}"] {
        let error = error(pkce_wasm::config::Config::parse(text.as_bytes()));
        assert_eq!(error.code(), Code::InvalidConfig, "{text}");
        assert!(!error.message().contains("  "), "{text}: {}", error.message());
    }
}

#[test]
fn refuses_an_unknown_option_by_its_name() {
    assert_refused(
        json!({ "redirect_uri": "https://app.example/" }),
        Code::InvalidConfig,
        "redirect_uri",
    );
    assert_refused(json!({ "authority": "https://id.example" }), Code::InvalidConfig, "authority");
}

#[test]
fn names_the_endpoints_that_are_no_object() {
    let endpoints = json!({ "issuer": null, "endpoints": "https://id.example" });
    assert_refused(endpoints, Code::InvalidConfig, "endpoints");
}

#[test]
fn refuses_what_the_page_alone_uses_by_its_name() {
    for (name, good, bad) in [
        (
            "store",
            vec![json!("session"), json!("local"), json!("memory"), json!("worker")],
            json!("sesion"),
        ),
        ("bearer", vec![json!("access_token"), json!("id_token")], json!("idToken")),
        (
            "allowedOrigins",
            vec![json!([]), json!(["https://api.example", "http://localhost:8585"])],
            json!("https://api.example"),
        ),
    ] {
        for value in good {
            assert_accepted(json!({ name: value }));
        }
        assert_accepted(json!({ name: null }));
        for value in [bad, json!(1), json!({}), json!(""), json!(["*"]), json!(["api.example"])] {
            assert_refused(json!({ name: value }), Code::InvalidConfig, name);
        }
    }
}

#[test]
fn refuses_a_client_secret_even_an_empty_one() {
    for name in ["clientSecret", "client_secret"] {
        for value in [json!("hunter2"), json!(""), json!(null)] {
            let mut options = options();
            options[name] = value;
            let error = error(parse_config(&options));
            assert_eq!(error.code(), Code::ClientHasSecret, "{name}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}

#[test]
fn http_is_for_loopback_only() {
    for host in ["localhost:9400", "127.0.0.1", "[::1]:8585", "app.localhost"] {
        assert_accepted(
            json!({ "issuer": format!("http://{host}/"), "redirectUri": format!("http://{host}/callback") }),
        );
    }
    for host in ["id.example", "localhost.example", "127.0.0.1.example", "192.168.0.1", "128.0.0.1"]
    {
        assert_refused(json!({ "issuer": format!("http://{host}") }), Code::InsecureUrl, "issuer");
        let uri = format!("http://{host}/callback");
        assert_refused(json!({ "redirectUri": uri }), Code::InsecureUrl, "redirectUri");
        let uri = json!({ "postLogoutRedirectUri": format!("http://{host}/") });
        assert_refused(uri, Code::InsecureUrl, "postLogoutRedirectUri");
    }
}

#[test]
fn an_app_may_be_on_a_loopback_host_of_its_framework() {
    assert_accepted(json!({ "redirectUri": "https://localhost/callback" }));
    assert_accepted(json!({ "redirectUri": "http://tauri.localhost/callback" }));
    assert_refused(
        json!({ "redirectUri": "capacitor://localhost/callback" }),
        Code::InvalidConfig,
        "redirectUri",
    );
}

#[test]
fn http_elsewhere_needs_the_dangerous_option() {
    let insecure =
        json!({ "issuer": "http://id.example", "redirectUri": "http://app.example/callback" });
    assert_accepted(with(insecure.clone(), json!({ "dangerouslyAllowInsecureRequests": true })));
    let not_set = with(insecure, json!({ "dangerouslyAllowInsecureRequests": false }));
    assert_refused(not_set, Code::InsecureUrl, "issuer");
    for value in [json!("true"), json!(1), json!([])] {
        let changes = json!({ "dangerouslyAllowInsecureRequests": value });
        assert_refused(changes, Code::InvalidConfig, "dangerouslyAllowInsecureRequests");
    }
}

#[test]
fn refuses_urls_that_are_none() {
    for text in
        ["id.example", "ftp://id.example", "javascript:alert(1)", "https://", "//id.example"]
    {
        assert_refused(json!({ "issuer": text }), Code::InvalidConfig, "issuer");
        assert_refused(json!({ "redirectUri": text }), Code::InvalidConfig, "redirectUri");
        let changes = json!({ "postLogoutRedirectUri": text });
        assert_refused(changes, Code::InvalidConfig, "postLogoutRedirectUri");
    }
}

#[test]
fn a_page_of_ours_is_named_as_the_browser_shows_it() {
    let changes = json!({ "postLogoutRedirectUri": "https://App.example/" });
    assert_refused(changes, Code::InvalidConfig, "postLogoutRedirectUri");
    assert_accepted(json!({ "postLogoutRedirectUri": "https://app.example/Bye" }));
    assert_accepted(json!({ "issuer": "https://ID.example/adfs" }));
    let config =
        common::config(&with(options(), json!({ "redirectUri": "https://App.example/callback" })));
    let refusal = error(config.check_page("https://app.example"));
    assert_eq!(refusal.code(), Code::RedirectUriMismatch);
}

#[test]
fn a_redirect_uri_has_no_fragment_but_perhaps_a_query() {
    assert_accepted(json!({ "redirectUri": "https://app.example/callback?tenant=1" }));
    let changes = json!({ "redirectUri": "https://app.example/callback#top" });
    assert_refused(changes, Code::InvalidConfig, "redirectUri");
}

#[test]
fn explicit_endpoints_have_no_fragment() {
    let names = ["authorization", "token", "jwks", "userinfo", "revocation", "endSession"];
    for name in names {
        let explicit = |uri: &str| {
            let endpoints = with(endpoints(), json!({ name: uri }));
            parse_config(&with(without(options(), &["issuer"]), json!({ "endpoints": endpoints })))
        };
        assert!(explicit("https://id.example/a?b").is_ok(), "{name}");
        let error = error(explicit("https://id.example/a?b#c"));
        assert_eq!(error.code(), Code::InvalidConfig, "{name}");
        assert!(error.message().contains("endpoints"), "{}", error.message());
    }
}

#[test]
fn an_issuer_has_neither_query_nor_fragment() {
    assert_accepted(json!({ "issuer": "https://id.example/tenant/" }));
    for issuer in ["https://id.example/?tenant=1", "https://id.example/#1", "https://id.example?"] {
        assert_refused(json!({ "issuer": issuer }), Code::InvalidConfig, "issuer");
    }
}

#[test]
fn a_post_logout_redirect_uri_is_kept_to_the_letter() {
    let changes = json!({ "postLogoutRedirectUri": "https://app.example/bye?x=1" });
    let config = common::config(&with(options(), changes));
    let uri = config.post_logout_redirect_uri.map(String::from);
    assert_eq!(uri.as_deref(), Some("https://app.example/bye?x=1"));
    assert_accepted(json!({ "postLogoutRedirectUri": null }));
    let changes = json!({ "postLogoutRedirectUri": 1 });
    assert_refused(changes, Code::InvalidConfig, "postLogoutRedirectUri");
}

#[test]
fn scopes_come_as_text_with_spaces_or_commas_or_as_an_array() {
    let forms = [
        json!("openid email phone"),
        json!("openid,email,phone"),
        json!(" openid, email  phone ,"),
        json!(["openid", "email", "phone"]),
    ];
    for scope in forms {
        let config = common::config(&with(options(), json!({ "scope": scope })));
        assert_eq!(config.scopes, ["openid", "email", "phone"], "{scope}");
    }
}

#[test]
fn refuses_scopes_without_openid_or_of_the_wrong_form() {
    let wrong = [
        json!("email profile"),
        json!(""),
        json!([]),
        json!(1),
        json!(["openid", 1]),
        json!(["openid", ""]),
        json!(["openid email"]),
        json!("openid \"email\""),
        json!("openid e\\mail"),
        json!("openid émail"),
        json!("openid\nemail"),
    ];
    for scope in wrong {
        assert_refused(json!({ "scope": scope }), Code::InvalidConfig, "scope");
    }
}

#[test]
fn clock_tolerance_goes_from_zero_to_ten_minutes() {
    for seconds in [0, 1, 600] {
        let changes = json!({ "clockToleranceSeconds": seconds });
        let config = common::config(&with(options(), changes));
        assert_eq!(config.clock_tolerance_seconds, seconds);
    }
    for value in [json!(601), json!(-1), json!("60"), json!([])] {
        let changes = json!({ "clockToleranceSeconds": value });
        assert_refused(changes, Code::InvalidConfig, "clockToleranceSeconds");
    }
}

#[test]
fn the_time_without_input_is_a_number_of_seconds_up_to_a_year() {
    for seconds in [0, 900, 31_536_000] {
        common::config(&with(options(), json!({ "idleSeconds": seconds })));
    }
    for value in [json!(31_536_001), json!(-1), json!("900"), json!(true)] {
        assert_refused(json!({ "idleSeconds": value }), Code::InvalidConfig, "idleSeconds");
    }
}

#[test]
fn tokens_are_bound_to_a_key_only_when_that_is_asked_for() {
    let known = [
        (json!(true), Dpop::Tokens),
        (json!("refresh_token"), Dpop::RefreshToken),
        (json!(false), Dpop::Off),
        (json!(null), Dpop::Off),
    ];
    for (dpop, expected) in known {
        assert_eq!(common::config(&with(options(), json!({ "dpop": dpop }))).dpop, expected);
    }
    assert_eq!(common::config(&options()).dpop, Dpop::Off);
    for value in [json!("true"), json!("access_token"), json!(""), json!(1), json!({})] {
        assert_refused(json!({ "dpop": value }), Code::InvalidConfig, "dpop");
    }
}

#[test]
fn trusted_audiences_are_texts() {
    let config = common::config(&with(options(), json!({ "trustedAudiences": ["api", "other"] })));
    assert_eq!(config.trusted_audiences, ["api", "other"]);
    for value in [json!(7), json!([1]), json!({})] {
        let changes = json!({ "trustedAudiences": value });
        assert_refused(changes, Code::InvalidConfig, "trustedAudiences");
    }
}

#[test]
fn the_provider_may_be_said_outright() {
    let config = common::config(&with(options(), json!({ "provider": "cognito" })));
    assert_eq!(config.provider, Provider::Cognito);
    let config =
        common::config(&with(common::cognito_options(), json!({ "provider": "standard" })));
    assert_eq!(config.provider, Provider::Standard);
    for value in [json!("Cognito"), json!("okta"), json!(1), json!("")] {
        assert_refused(json!({ "provider": value }), Code::InvalidConfig, "provider");
    }
}

#[test]
fn only_cognitos_issuer_loses_a_trailing_slash() {
    let cognito = format!("{}/", common::COGNITO_ISSUER);
    let config = common::config(&with(options(), json!({ "issuer": cognito })));
    assert_eq!(config.issuer.as_str(), common::COGNITO_ISSUER);
    let config = common::config(&with(options(), json!({ "issuer": "https://id.example/" })));
    assert_eq!(config.issuer.as_str(), "https://id.example/");
}

#[test]
fn explicit_endpoints_need_no_discovery() {
    let options = with(without(options(), &["issuer"]), json!({ "endpoints": endpoints() }));
    let config = common::config(&options);
    assert_eq!(config.issuer.as_str(), "https://id.example");
    let metadata = config.metadata.as_ref().map(|metadata| {
        [
            &metadata.issuer,
            &metadata.authorization_endpoint,
            &metadata.token_endpoint,
            &metadata.jwks_uri,
        ]
        .map(|uri| uri.as_str())
    });
    let expected = [
        "https://id.example",
        "https://id.example/authorize",
        "https://id.example/token",
        "https://id.example/jwks",
    ];
    assert_eq!(metadata, Some(expected));
}

#[test]
fn explicit_endpoints_may_name_the_optional_ones() {
    let all = with(
        endpoints(),
        json!({
            "userinfo": "https://id.example/userinfo",
            "pushedAuthorization": "https://id.example/par",
            "revocation": "https://id.example/revoke",
            "endSession": "https://id.example/logout",
        }),
    );
    let options = with(without(options(), &["issuer"]), json!({ "endpoints": all }));
    let metadata = common::config(&options).metadata;
    let [userinfo, pushed, revocation, end_session] = metadata
        .map(|m| {
            let pushed = m.pushed_authorization_request_endpoint;
            [m.userinfo_endpoint, pushed, m.revocation_endpoint, m.end_session_endpoint]
        })
        .unwrap_or_default()
        .map(|uri| uri.map(String::from));
    assert_eq!(userinfo.as_deref(), Some("https://id.example/userinfo"));
    assert_eq!(pushed.as_deref(), Some("https://id.example/par"));
    assert_eq!(revocation.as_deref(), Some("https://id.example/revoke"));
    assert_eq!(end_session.as_deref(), Some("https://id.example/logout"));
}

#[test]
fn endpoints_beside_an_issuer_have_no_issuer_of_their_own() {
    assert_accepted(json!({ "endpoints": { "token": "https://id.example/token" } }));
    assert_accepted(json!({ "endpoints": {} }));
    assert_refused(json!({ "endpoints": endpoints() }), Code::InvalidConfig, "endpoints.issuer");
    let changes = json!({ "endpoints": { "token": "https://id.example/token#x" } });
    assert_refused(changes, Code::InvalidConfig, "endpoints.token");
}

#[test]
fn refuses_explicit_endpoints_that_are_missing_unknown_or_wrong() {
    for name in ["issuer", "authorization", "token", "jwks"] {
        let changes = json!({ "issuer": null, "endpoints": without(endpoints(), &[name]) });
        assert_refused(changes, Code::InvalidConfig, &format!("endpoints.{name}"));
    }
    let all = [
        "issuer",
        "authorization",
        "token",
        "jwks",
        "userinfo",
        "pushedAuthorization",
        "revocation",
        "endSession",
    ];
    for name in all {
        let wrong = |value: &str| {
            let mut endpoints = endpoints();
            endpoints[name] = json!(value);
            json!({ "issuer": null, "endpoints": endpoints })
        };
        let label = format!("endpoints.{name}");
        assert_refused(wrong("/relative"), Code::InvalidConfig, &label);
        assert_refused(wrong("http://id.example/"), Code::InsecureUrl, &label);
    }
    let unknown = with(endpoints(), json!({ "token_endpoint": "https://id.example/token" }));
    assert_refused(
        json!({ "endpoints": unknown }),
        Code::InvalidConfig,
        "endpoints.token_endpoint",
    );
    for value in [json!("https://id.example"), json!([]), json!(1)] {
        let refusal = error(parse_config(&with(options(), json!({ "endpoints": value }))));
        assert_eq!(refusal.code(), Code::InvalidConfig, "{value}");
    }
}

#[test]
fn what_is_null_is_not_set() {
    let nothing = json!({
        "endpoints": null,
        "postLogoutRedirectUri": null,
        "scope": null,
        "clockToleranceSeconds": null,
        "trustedAudiences": null,
        "provider": null,
        "dpop": null,
        "dangerouslyAllowInsecureRequests": null,
    });
    let (unset, set) = (common::config(&options()), common::config(&with(options(), nothing)));
    assert_eq!(format!("{set:?}"), format!("{unset:?}"));
}

#[test]
fn a_page_on_another_origin_could_not_finish_the_sign_in() {
    let config = common::config(&options());
    assert!(config.check_page("https://app.example").is_ok());
    for origin in
        ["https://www.app.example", "http://app.example", "https://app.example:8443", "null"]
    {
        assert_eq!(common::code(config.check_page(origin)), Code::RedirectUriMismatch, "{origin}");
    }
}

#[test]
fn the_page_and_the_redirect_uri_are_both_named() {
    let config = common::config(&with(
        options(),
        json!({ "redirectUri": "http://localhost:8585/callback?code=c0de" }),
    ));
    let error = error(config.check_page("http://127.0.0.1:8585"));
    assert_eq!(error.code(), Code::RedirectUriMismatch);
    let message = error.message();
    assert!(message.contains("http://localhost:8585/callback"), "{message}");
    assert!(message.contains("http://127.0.0.1:8585"), "{message}");
    assert!(!message.contains("c0de"), "{message}");
}
