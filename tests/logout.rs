//! OpenID Connect RP-Initiated Logout 1.0 §2 and §3, and Cognito's `/logout`.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use std::collections::BTreeMap;

use common::{CLIENT_ID, NOW, NOW_SECONDS, World, code, parameters, with, without};
use pkce_wasm::{
    config::Config,
    error::{Code, Result},
    logout::{Return, SignOut},
    secret::Secret,
    time::Timestamp,
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
fn an_id_token_that_would_make_the_address_too_long_is_left_out() {
    let world = returning(common::options(), &common::document());
    let hint = |bytes: usize| {
        let url = url(&world, Some(&"t".repeat(bytes))).unwrap();
        let parameters = parameters(&url);
        assert_eq!(parameters.get("client_id").map(String::as_str), Some(CLIENT_ID));
        assert_eq!(parameters.get("post_logout_redirect_uri").map(String::as_str), Some(HOME));
        parameters.contains_key("id_token_hint")
    };
    assert!(hint(6 * 1024));
    assert!(!hint(6 * 1024 + 1));
    assert!(!hint(21 * 1024));
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

#[test]
fn each_sign_out_has_a_state_of_its_own() {
    let world = returning(common::options(), &common::document());
    let other = SignOut::parse(b"{}", &world.config, &[8; 32], NOW).unwrap();
    let url = other.url(&world.config, &world.metadata, None).unwrap().unwrap();
    assert_ne!(parameters(&url).get("state").unwrap(), STATE);
}

#[test]
fn refuses_options_of_the_wrong_form() {
    let world = returning(common::options(), &common::document());
    for options in [json!([]), json!(null), json!({ "returnTo": 1 }), json!({ "return_to": "/" })] {
        assert_eq!(code(sign_out(&world, &options)), Code::InvalidConfig, "{options}");
    }
    assert!(sign_out(&world, &json!({ "returnTo": null })).is_ok());
}

#[test]
fn refuses_to_return_to_another_origin() {
    for world in [returning(common::options(), &common::document()), World::standard()] {
        for path in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"]
        {
            let refused = sign_out(&world, &json!({ "returnTo": path }));
            assert_eq!(code(refused), Code::ReturnToRefused, "{path}");
        }
    }
}

/// The record of a sign-out that goes on to `/settings`.
fn record(world: &World) -> String {
    sign_out(world, &json!({ "returnTo": "/settings" })).unwrap().to_record()
}

/// The page that a standard provider's logout page leads to.
fn back() -> String {
    format!("{HOME}&state={STATE}")
}

fn to_settings() -> Return {
    Return::Back { return_to: Some("/settings".into()) }
}

fn standard() -> World {
    returning(common::options(), &common::document())
}

fn cognito() -> World {
    returning(common::cognito_options(), &common::cognito_document())
}

fn finish(world: &World, record: &str, url: &str) -> Result<Return> {
    SignOut::finish(record, url, &world.config, NOW)
}

#[test]
fn the_state_that_comes_back_is_the_one_that_was_sent() {
    let world = standard();
    let finished = finish(&world, &record(&world), &back()).unwrap();
    assert_eq!(finished, to_settings());
    let top = finish(&world, &record(&world), &format!("{}#top", back())).unwrap();
    assert_eq!(top, to_settings());
}

#[test]
fn a_url_of_the_own_origin_is_returned_to_as_a_path() {
    let world = standard();
    let options = json!({ "returnTo": "https://app.example/settings" });
    let record = sign_out(&world, &options).unwrap().to_record();
    assert_eq!(finish(&world, &record, &back()).unwrap(), to_settings());
}

#[test]
fn a_sign_out_that_asks_for_no_page_leads_to_none() {
    let world = standard();
    let record = sign_out(&world, &json!({})).unwrap().to_record();
    let finished = finish(&world, &record, &back()).unwrap();
    assert_eq!(finished, Return::Back { return_to: None });
}

#[test]
fn rejects_another_state() {
    let world = standard();
    let with_marks = STATE.replacen("Bw", "-_", 1);
    for state in [STATE.to_lowercase(), "A".repeat(43), with_marks] {
        let url = format!("{HOME}&state={state}");
        let refused = finish(&world, &record(&world), &url);
        assert_eq!(code(refused), Code::SignOutStateMismatch, "{state}");
    }
}

#[test]
fn a_state_of_the_applications_own_is_none_of_ours() {
    let world = standard();
    let short = STATE.trim_start_matches('B');
    let others = [
        String::new(),
        "x".into(),
        "open".into(),
        short.into(),
        format!("{STATE}x"),
        format!("%20{STATE}"),
        format!("%20{}", short),
        format!("{}.", short),
        format!("{}=", short),
    ];
    for state in others {
        let url = format!("{HOME}&state={state}");
        assert_eq!(finish(&world, &record(&world), &url).unwrap(), Return::Waiting, "{state}");
    }
}

#[test]
fn without_a_state_the_user_is_not_back_yet() {
    let world = standard();
    let urls = [
        HOME.to_owned(),
        "https://app.example/bye".to_owned(),
        format!("https://app.example/bye#state={STATE}"),
        "https://app.example/bye#/route?state=x".to_owned(),
        "https://app.example/bye?broken=%zz".to_owned(),
    ];
    for url in urls {
        assert_eq!(finish(&world, &record(&world), &url).unwrap(), Return::Waiting, "{url}");
    }
}

#[test]
fn the_answer_to_a_sign_in_is_none_to_a_sign_out() {
    for world in [standard(), cognito()] {
        let record = record(&world);
        for answer in ["code=the-code&state=another", "error=access_denied&state=another"] {
            let url = format!("{HOME}&{answer}");
            assert_eq!(finish(&world, &record, &url).unwrap(), Return::Waiting, "{url}");
        }
    }
}

#[test]
fn a_host_may_put_a_slash_behind_the_path_of_the_way_back() {
    for world in [standard(), cognito()] {
        let url = format!("https://app.example/bye/?state={STATE}");
        let finished = finish(&world, &record(&world), &url).unwrap();
        assert!(matches!(finished, Return::Back { .. }), "{finished:?}");
    }
}

#[test]
fn another_page_is_not_where_the_user_comes_back_to() {
    let urls = [
        format!("https://app.example/?state={STATE}"),
        format!("https://app.example/en/bye?state={STATE}"),
        format!("https://app.example/goodbye?state={STATE}"),
        format!("https://app.example:8443/bye?state={STATE}"),
        format!("http://app.example/bye?state={STATE}"),
        format!("https://evil.example/bye?state={STATE}"),
        format!("https://app.example/?u=https://app.example/bye?state={STATE}"),
        "https://app.example/other?state=another".to_owned(),
        String::new(),
    ];
    for world in [standard(), cognito()] {
        for url in &urls {
            let finished = finish(&world, &record(&world), url).unwrap();
            assert_eq!(finished, Return::Waiting, "{url}");
        }
    }
}

#[test]
fn a_bare_origin_is_the_page_that_browsers_make_of_it() {
    for uri in ["https://app.example", "https://app.example/"] {
        let options = with(common::options(), json!({ "postLogoutRedirectUri": uri }));
        let world = World::of(&options, &common::document());
        let url = format!("https://app.example/?state={STATE}");
        assert_eq!(finish(&world, &record(&world), &url).unwrap(), to_settings(), "{uri}");
    }
}

#[test]
fn cognito_sends_no_state_back() {
    let world = cognito();
    for url in [HOME, "https://app.example/bye", "https://app.example/bye?state=other#top"] {
        assert_eq!(finish(&world, &record(&world), url).unwrap(), to_settings(), "{url}");
    }
}

#[test]
fn after_ten_minutes_nobody_waits_any_longer() {
    let world = standard();
    let finish = |millis: u64| {
        let now = Timestamp::from_millis((NOW_SECONDS + 600) * 1000 + millis);
        SignOut::finish(&record(&world), &back(), &world.config, now).unwrap()
    };
    assert_eq!(finish(0), to_settings());
    assert_eq!(finish(1), Return::Over);
}

/// A client that differs from the standard one in this.
fn other_client(changes: Value) -> Config {
    let home = json!({ "postLogoutRedirectUri": HOME });
    common::config(&with(with(common::options(), home), changes))
}

#[test]
fn another_clients_sign_out_is_not_this_ones() {
    let others = [
        other_client(json!({ "clientId": "other" })),
        other_client(json!({ "issuer": "https://evil.example" })),
        other_client(json!({ "postLogoutRedirectUri": null })),
    ];
    for config in others {
        for state in [STATE, "other"] {
            let url = format!("{HOME}&state={state}");
            let finished = SignOut::finish(&record(&standard()), &url, &config, NOW).unwrap();
            assert_eq!(finished, Return::Over);
        }
    }
}

#[test]
fn a_planted_record_of_another_kind_or_version_is_as_good_as_none() {
    let world = standard();
    let record: Value = serde_json::from_str(&record(&world)).unwrap();
    let of_kind = |kind: Value| with(record.clone(), json!({ "record": kind })).to_string();
    let planted = [
        of_kind(json!("logout/2")),
        of_kind(json!("session/1")),
        of_kind(json!(null)),
        without(record.clone(), &["record"]).to_string(),
        world.session().to_record(),
        world.transaction().to_record(),
        world.transaction().to_answered_record(),
        with(serde_json::from_str(&world.transaction().to_record()).unwrap(), record.clone())
            .to_string()
            .replace("logout/1", "transaction/1"),
        format!("{record}").replacen("\"state\"", "\"state\":\"x\",\"state\"", 1),
        String::new(),
        "null".to_owned(),
    ];
    for record in planted {
        assert_eq!(finish(&world, &record, &back()).unwrap(), Return::Over, "{record}");
    }
}

#[test]
fn a_record_that_lacks_a_member_is_as_good_as_none() {
    let world = standard();
    let record: Value = serde_json::from_str(&record(&world)).unwrap();
    for name in record.as_object().unwrap().keys() {
        if name != "return_to" {
            let lacking = without(record.clone(), &[name]).to_string();
            assert_eq!(finish(&world, &lacking, &back()).unwrap(), Return::Over, "without {name}");
        }
        let wrong = with(record.clone(), json!({ name.as_str(): [] })).to_string();
        assert_eq!(finish(&world, &wrong, &back()).unwrap(), Return::Over, "wrong {name}");
    }
}

#[test]
fn the_record_holds_no_token() {
    let world = standard();
    let record = record(&world);
    let session: Value = serde_json::from_str(&world.session().to_record()).unwrap();
    for token in ["access_token", "id_token", "refresh_token", "nonce"] {
        assert!(!record.contains(session[token].as_str().unwrap()), "{token}");
    }
}
