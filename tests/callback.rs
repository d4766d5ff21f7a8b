//! RFC 6749 §4.1.2 and RFC 9207 §2: what a callback URL says, before it is held against a sign-in.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{NOW, World, code, with};
use pkce_wasm::{
    callback::Callback,
    code_exchange::CodeExchange,
    error::{Code, Result},
};
use serde_json::json;

fn parse(url: &str) -> Result<Option<Callback>> {
    Callback::parse(url, &World::standard().config)
}

/// A world whose redirect URI is this.
fn world_at(redirect_uri: &str) -> World {
    let options = with(common::options(), json!({ "redirectUri": redirect_uri }));
    World::of(&options, &common::document())
}

/// Whether a URL is left to somebody else.
#[track_caller]
fn is_left_alone(url: &str) -> bool {
    parse(url).expect("no refusal").is_none()
}

#[test]
fn reads_a_code_and_its_state() {
    let callback = parse("https://app.example/callback?code=c&state=s").unwrap().unwrap();
    assert_eq!(callback.state.as_deref(), Some("s"));
    assert_eq!(callback.iss, None);
}

#[test]
fn reads_the_issuer() {
    let url = "https://app.example/callback?code=c&state=s&iss=https%3A%2F%2Fid.example";
    let callback = parse(url).unwrap().unwrap();
    assert_eq!(callback.iss.as_deref(), Some("https://id.example"));
}

#[test]
fn reads_an_error_with_or_without_a_state() {
    let callback = parse("https://app.example/callback?error=access_denied&state=s").unwrap();
    assert_eq!(callback.unwrap().state.as_deref(), Some("s"));
    let callback = parse("https://app.example/callback?error=access_denied").unwrap();
    assert_eq!(callback.unwrap().state, None);
}

#[test]
fn parameters_that_are_not_understood_do_no_harm() {
    let url = "https://app.example/callback?code=c&session_state=x&state=s&scope=a&scope=b&=&z";
    assert!(parse(url).unwrap().is_some());
}

#[test]
fn leaves_a_foreign_url_alone() {
    let foreign = [
        "https://app.example:8443/callback?code=c&state=s",
        "http://app.example/callback?code=c&state=s",
        "https://app.example.evil.example/callback?code=c&state=s",
        "https://evil.example/?u=https://app.example/callback?code=c&state=s",
        "/callback?code=c&state=s",
        "",
    ];
    for url in foreign {
        assert!(is_left_alone(url), "{url}");
    }
}

/// Pages of the same origin that are none of the redirect URI's.
const OTHER_PAGES: &[&str] =
    &["", "/", "/callback/x", "/Callback", "/en/callback", "/callback.html"];

#[test]
fn a_response_on_another_page_is_somebody_elses_unless_a_sign_in_waits_for_it() {
    let world = World::standard();
    for page in OTHER_PAGES {
        let url = format!("https://app.example{page}?code=c&state={}", world.state());
        let callback = Callback::parse(&url, &world.config).unwrap().unwrap();
        assert!(callback.unknown(&world.config, false).is_none(), "{page}");
        let begun = CodeExchange::begin(world.transaction(), callback, &world.config, NOW);
        let refused = begun.expect_err("a refusal");
        assert_eq!(refused.error.code(), Code::RedirectUriMismatch, "{page}");
        let message = refused.error.message();
        assert!(message.contains(page) && message.contains("/callback"), "{message}");
        assert!(!refused.answered, "the true answer may still come");
    }
}

#[test]
fn another_page_with_an_odd_query_is_left_alone() {
    for page in OTHER_PAGES {
        for query in ["q=100%", "code=%zz", "code=c&code=d", "id_token=x"] {
            assert!(is_left_alone(&format!("https://app.example{page}?{query}")), "{page} {query}");
        }
    }
}

#[test]
fn a_host_may_put_a_slash_behind_the_path_or_take_it_away_or_name_the_file() {
    for redirect_uri in ["https://app.example/callback", "https://app.example/callback/"] {
        let world = world_at(redirect_uri);
        for page in ["/callback", "/callback/", "/callback/index.html"] {
            let url = format!("https://app.example{page}?code=c&state={}", world.state());
            let callback = Callback::parse(&url, &world.config).unwrap().unwrap();
            let begun = CodeExchange::begin(world.transaction(), callback, &world.config, NOW);
            // What the token endpoint is told is what was registered: RFC 6749 §4.1.3.
            let form = begun.unwrap().request().form.unwrap();
            assert_eq!(common::values(&form, "redirect_uri"), [redirect_uri], "{page}");
        }
    }
}

#[test]
fn a_port_that_the_scheme_has_anyway_is_not_in_the_browsers_address() {
    let world = world_at("https://app.example:443/callback");
    let url = "https://app.example/callback?code=c&state=s";
    assert!(Callback::parse(url, &world.config).unwrap().is_some());
    assert!(world.config.check_page("https://app.example").is_ok());
    assert!(world.config.check_page("https://app.example:8443").is_err());
}

#[test]
fn a_description_is_read_however_it_is_encoded() {
    for (written, read) in [
        ("100%+wrong", "100% wrong"),
        ("100%25+wrong", "100% wrong"),
        ("%", "%"),
        ("%4", "%4"),
        ("%zz%41", "%zzA"),
        ("Acc%E8s+refus%E9", "Accès refusé"),
        ("Acc%C3%A8s", "Accès"),
    ] {
        let world = World::standard();
        let rest = format!("error=access_denied&error_description={written}");
        let refused = world.resume(&rest).expect_err("a refusal");
        let said = refused.error.provider().unwrap();
        assert_eq!(said.description.as_deref(), Some(read), "{written}");
        assert_eq!(refused.error.code(), Code::ProviderDenied);
    }
}

#[test]
fn leaves_a_url_without_a_response_alone() {
    let urls = [
        "https://app.example/callback",
        "https://app.example/callback?",
        "https://app.example/callback?state=s",
        "https://app.example/callback?tab=2#top",
        "https://app.example/callback#/route",
    ];
    for url in urls {
        assert!(is_left_alone(url), "{url}");
    }
}

#[test]
fn a_parameter_without_a_value_is_as_good_as_none() {
    assert!(is_left_alone("https://app.example/callback?code=&state=s"));
    let callback =
        parse("https://app.example/callback?code=c&error=&state=&iss=").unwrap().unwrap();
    assert_eq!((callback.state, callback.iss), (None, None));
}

#[test]
fn rejects_duplicate_parameters() {
    let queries = [
        "code=c&code=d&state=s",
        "code=c&state=s&state=t",
        "code=c&state=s&state=s",
        "code=c&state=s&iss=a&iss=b",
        "error=a&error=b&state=s",
        "code=&code=c&state=s",
        "error=a&error_description=a&error_description=b&state=s",
        "c%6Fde=c&code=d&state=s",
    ];
    for query in queries {
        let url = format!("https://app.example/callback?{query}");
        assert_eq!(code(parse(&url)), Code::CallbackInvalid, "{query}");
    }
}

#[test]
fn rejects_both_a_code_and_an_error() {
    let url = "https://app.example/callback?code=c&error=access_denied&state=s";
    assert_eq!(code(parse(url)), Code::CallbackInvalid);
}

#[test]
fn rejects_tokens_in_the_query_or_the_fragment() {
    for name in ["access_token", "id_token", "refresh_token"] {
        for url in [
            format!("https://app.example/callback?{name}=x&code=c&state=s"),
            format!("https://app.example/callback?code=c&state=s#{name}=x"),
            format!("https://app.example/callback#{name}=x&state=s"),
        ] {
            assert_eq!(code(parse(&url)), Code::CallbackInvalid, "{url}");
        }
    }
}

#[test]
fn rejects_a_query_that_is_not_form_encoded() {
    for query in ["code=%zz&state=s", "code=c&state=%", "code=%ff&state=s", "code=%c3&state=s"] {
        let url = format!("https://app.example/callback?{query}");
        assert_eq!(code(parse(&url)), Code::CallbackInvalid, "{query}");
    }
}

#[test]
fn reads_cognitos_error_in_the_fragment() {
    let url = "https://app.example/callback#error_description=invalid_scope&error=invalid_request";
    let callback = parse(url).unwrap().unwrap();
    let config = World::cognito().config;
    assert_eq!(callback.unknown(&config, false).unwrap().code(), Code::ScopeNotEnabled);
    let url = "https://app.example/callback?state=s#error=access_denied";
    assert_eq!(parse(url).unwrap().unwrap().state.as_deref(), Some("s"));
}

#[test]
fn a_code_in_the_fragment_answers_no_code_flow() {
    for url in [
        "https://app.example/callback#code=c&state=s",
        "https://app.example/callback?state=s#code=c",
    ] {
        assert!(!matches!(parse(url), Ok(Some(_))), "{url}");
    }
}

#[test]
fn a_redirect_uri_with_a_query_gets_its_response_too() {
    let config = world_at("https://app.example/callback?tenant=1").config;
    let url = "https://app.example/callback?tenant=1&code=c&state=s";
    assert!(Callback::parse(url, &config).unwrap().is_some());
}

#[test]
fn an_origin_with_and_without_a_slash_is_one_place() {
    for redirect_uri in ["https://app.example", "https://app.example/"] {
        for url in ["https://app.example/?code=c&state=s", "https://app.example?code=c&state=s"] {
            let callback = Callback::parse(url, &world_at(redirect_uri).config);
            assert!(callback.unwrap().is_some(), "{redirect_uri} {url}");
        }
    }
}

/// The error that a stray response becomes, when nobody, or somebody, is signed in.
fn stray(redirect_uri: &str, query: &str, signed_in: bool) -> Option<Code> {
    let world = world_at(redirect_uri);
    let callback = world.callback(query).unwrap().unwrap();
    callback.unknown(&world.config, signed_in).map(|error| error.code())
}

const CALLBACK: &str = "https://app.example/callback";

#[test]
fn a_stray_response_is_an_error_at_a_dedicated_redirect_uri() {
    assert_eq!(stray(CALLBACK, "code=c&state=s", false), Some(Code::StateMismatch));
    assert_eq!(stray(CALLBACK, "code=c", false), Some(Code::StateMissing));
    assert_eq!(stray(CALLBACK, "error=access_denied&state=s", false), Some(Code::StateMismatch));
}

#[test]
fn an_error_without_a_state_is_told_but_answers_no_sign_in() {
    assert_eq!(stray(CALLBACK, "error=access_denied", false), Some(Code::ProviderDenied));
    assert_eq!(stray(CALLBACK, "error=server_error", false), Some(Code::ProviderUnavailable));
}

#[test]
fn a_redirect_uri_that_ends_in_a_slash_leaves_unknown_responses_alone() {
    for redirect_uri in ["https://app.example/", "https://app.example", "https://app.example/app/"]
    {
        for query in ["code=c&state=s", "code=c", "error=access_denied"] {
            assert_eq!(stray(redirect_uri, query, false), None, "{redirect_uri} {query}");
        }
    }
}

#[test]
fn a_page_of_the_app_leaves_what_it_cannot_read_alone() {
    let config = world_at("https://app.example/").config;
    let url = "https://app.example/?q=100%#/route%zz";
    assert!(Callback::parse(url, &config).unwrap().is_none());
}

#[test]
fn a_stray_response_changes_nothing_for_a_signed_in_user() {
    for query in ["code=c&state=s", "code=c", "error=access_denied", "error=a&state=s"] {
        assert_eq!(stray(CALLBACK, query, true), None, "{query}");
    }
}

#[test]
fn codes_and_states_are_not_shown() {
    let url = "https://app.example/callback?code=secret-code&state=secret-state";
    let shown = format!("{:?}", parse(url).unwrap());
    assert!(!shown.contains("secret"), "{shown}");
    let shown = format!("{:?}", parse(&format!("{url}&code=secret-code")));
    assert!(!shown.contains("secret"), "{shown}");
}
