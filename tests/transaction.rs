//! A pending sign-in: which callback answers it, and what is kept of it.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{NOW, NOW_SECONDS, World, with, without};
use pkce_wasm::{
    code_exchange::{CodeExchange, Refused},
    config::Config,
    error::{Code, Kind},
    time::Timestamp,
    transaction::{LIFETIME_SECONDS, Stored, Transaction},
};
use serde_json::{Value, json};

/// A provider that names itself in its responses: RFC 9207 §3.
fn announcing() -> World {
    let announced = json!({ "authorization_response_iss_parameter_supported": true });
    World::of(&common::options(), &with(common::document(), announced))
}

#[track_caller]
fn refused(world: &World, rest: &str) -> Refused {
    world.resume(rest).expect_err("a refusal")
}

#[test]
fn accepts_the_answer_to_this_sign_in() {
    assert!(World::standard().resume("code=c").is_ok());
}

#[test]
fn rejects_callback_with_wrong_state() {
    let world = World::standard();
    for query in ["code=c&state=other", "code=c", "error=access_denied&state=other"] {
        let callback = world.callback(query).unwrap().unwrap();
        let refused =
            CodeExchange::begin(world.transaction(), callback, &world.config, NOW).unwrap_err();
        assert_eq!(refused.error.code(), Code::StateMismatch, "{query}");
        assert!(!refused.answered, "a forged callback must not use the sign-in up");
    }
}

#[test]
fn accepts_the_right_issuer_whether_announced_or_not() {
    for world in [World::standard(), announcing()] {
        assert!(world.resume("code=c&iss=https://id.example").is_ok());
    }
}

#[test]
fn rejects_another_issuer_whether_announced_or_not() {
    for world in [World::standard(), announcing()] {
        for iss in ["https://evil.example", "https://id.example/", "https%3A%2F%2FID.example"] {
            for response in ["code=c", "error=access_denied"] {
                let refused = refused(&world, &format!("{response}&iss={iss}"));
                assert_eq!(refused.error.code(), Code::IssuerMismatch, "{iss}");
                assert!(!refused.answered);
            }
        }
    }
}

#[test]
fn rejects_a_response_without_the_announced_issuer() {
    for rest in ["code=c", "code=c&iss="] {
        let refused = refused(&announcing(), rest);
        assert_eq!(refused.error.code(), Code::IssuerMismatch, "{rest}");
        assert!(!refused.answered);
    }
    assert!(World::standard().resume("code=c&iss=").is_ok());
}

#[test]
fn an_error_without_the_announced_issuer_is_named_and_uses_nothing_up() {
    for (error, code) in
        [("access_denied", Code::ProviderDenied), ("login_required", Code::LoginRequired)]
    {
        let refused = refused(&announcing(), &format!("error={error}"));
        assert_eq!(refused.error.code(), code);
        assert!(!refused.answered);
    }
}

#[test]
fn a_refusal_says_where_the_sign_in_was_to_lead_to() {
    let world = announcing();
    let sign_in = common::parse_sign_in(&json!({ "returnTo": "/orders/7" }), &world.config);
    let world = World { sign_in: sign_in.unwrap(), ..world };
    for rest in ["error=access_denied", "error=access_denied&iss=https://id.example", "code=c"] {
        assert_eq!(refused(&world, rest).error.return_to(), Some("/orders/7"), "{rest}");
    }
}

#[test]
fn rejects_an_answer_after_an_hour() {
    assert_eq!(LIFETIME_SECONDS, 3600);
    let world = World::standard();
    let resume = |millis: u64| {
        let query = format!("code=c&state={}", world.state());
        let callback = world.callback(&query).unwrap().unwrap();
        let now = Timestamp::from_millis((NOW_SECONDS + LIFETIME_SECONDS) * 1000 + millis);
        CodeExchange::begin(world.transaction(), callback, &world.config, now)
    };
    assert!(resume(0).is_ok());
    let refused = resume(1).unwrap_err();
    assert_eq!(refused.error.code(), Code::SignInExpired);
    assert!(refused.answered);
}

/// The code that the provider's error becomes. It uses the sign-in up.
#[track_caller]
fn provider_error(world: &World, error: &str) -> Code {
    let refused = refused(world, &format!("error={error}"));
    assert!(refused.answered, "no other answer will come");
    let said = refused.error.provider().expect("the provider's own words");
    assert!(error.starts_with(&said.error));
    refused.error.code()
}

#[test]
fn names_the_cause_behind_the_providers_error() {
    let causes = [
        ("access_denied", Code::ProviderDenied),
        ("invalid_scope", Code::ScopeNotEnabled),
        ("invalid_request", Code::ProviderError),
        ("unauthorized_client", Code::FlowNotEnabled),
        ("unsupported_response_type", Code::FlowNotEnabled),
        ("server_error", Code::ProviderUnavailable),
        ("temporarily_unavailable", Code::ProviderUnavailable),
        ("login_required", Code::LoginRequired),
        ("interaction_required", Code::InteractionRequired),
        ("consent_required", Code::InteractionRequired),
        ("account_selection_required", Code::InteractionRequired),
        ("unmet_authentication_requirements", Code::ProviderError),
        ("Access_Denied", Code::ProviderError),
    ];
    for world in [World::standard(), World::cognito()] {
        for (error, code) in causes {
            assert_eq!(provider_error(&world, error), code, "{error}");
        }
    }
}

#[test]
fn reads_cognitos_refusal_of_a_scope_out_of_its_description() {
    let error = "invalid_request&error_description=invalid_scope";
    assert_eq!(provider_error(&World::cognito(), error), Code::ScopeNotEnabled);
    assert_eq!(provider_error(&World::standard(), error), Code::ProviderError);
    let federated = "invalid_request&error_description=Google+Error+-+400";
    assert_eq!(provider_error(&World::cognito(), federated), Code::ProviderError);
}

#[test]
fn passes_the_providers_words_on() {
    let error = refused(&World::standard(), "error=access_denied&error_description=No%21").error;
    let said = error.provider().unwrap();
    assert_eq!(said.error, "access_denied");
    assert_eq!(said.description.as_deref(), Some("No!"));
    assert_eq!(error.code().kind(), Kind::Provider);
}

/// A client that differs from the standard one in this.
fn other_client(changes: Value) -> Config {
    common::config(&with(common::options(), changes))
}

fn other_clients() -> [Config; 3] {
    [
        other_client(json!({ "clientId": "other" })),
        other_client(json!({ "issuer": "https://evil.example" })),
        other_client(json!({ "redirectUri": "https://app.example/other" })),
    ]
}

#[test]
fn another_client_cannot_resume_the_sign_in() {
    let world = World::standard();
    for config in other_clients() {
        let callback = world.callback(&format!("code=c&state={}", world.state()));
        let refused =
            CodeExchange::begin(world.transaction(), callback.unwrap().unwrap(), &config, NOW)
                .unwrap_err();
        assert_eq!(refused.error.code(), Code::StateMismatch);
        assert!(!refused.answered, "it still waits for its own client");
    }
}

fn record() -> String {
    World::standard().transaction().to_record()
}

#[track_caller]
fn pending(record: &str) -> Transaction {
    match Stored::read(record, &World::standard().config) {
        Some(Stored::Pending(transaction)) => *transaction,
        other => panic!("not pending: {other:?}"),
    }
}

#[test]
fn a_record_makes_the_same_sign_in_again() {
    let world = World::standard().asking(&json!({
        "returnTo": "/settings?q=ü", "acrValues": ["a", "b"], "maxAge": 7,
    }));
    let transaction = world.transaction();
    let record = transaction.to_record();
    let read = pending(&record);
    assert_eq!(read.to_record(), record);
    assert_eq!(read.state(), transaction.state());

    let callback = world.callback(&format!("code=c&state={}", transaction.state()));
    let callback = callback.unwrap().unwrap();
    let ours = CodeExchange::begin(transaction, callback.clone(), &world.config, NOW).unwrap();
    let again = CodeExchange::begin(read, callback, &world.config, NOW).unwrap();
    assert_eq!(ours.request(), again.request());
    assert_eq!(ours.key_set_request(), again.key_set_request());
}

#[test]
fn another_clients_record_is_left_to_it() {
    for config in other_clients() {
        assert!(matches!(Stored::read(&record(), &config), Some(Stored::Foreign)));
    }
}

#[test]
fn what_another_client_has_answered_is_left_to_it() {
    let answered = World::standard().transaction().to_answered_record();
    for change in [json!({ "clientId": "other" }), json!({ "issuer": "https://evil.example" })] {
        let read = Stored::read(&answered, &other_client(change));
        assert!(matches!(read, Some(Stored::Foreign)), "{read:?}");
    }
}

#[test]
fn an_answered_record_knows_where_it_led_to_and_nothing_secret() {
    let asked = json!({ "returnTo": "/settings", "appState": "[1]" });
    let world = World::standard().asking(&asked);
    let transaction = world.transaction();
    let answered = transaction.to_answered_record();
    match Stored::read(&answered, &world.config) {
        Some(Stored::Answered { return_to, app_state }) => {
            assert_eq!(return_to.as_deref(), Some("/settings"));
            assert_eq!(app_state.as_deref(), Some("[1]"));
        }
        other => panic!("not answered: {other:?}"),
    }
    let pending: Value = serde_json::from_str(&transaction.to_record()).unwrap();
    for secret in ["state", "nonce", "code_verifier"] {
        assert!(!answered.contains(pending[secret].as_str().unwrap()), "{secret}");
    }
}

#[test]
fn a_planted_record_of_another_kind_or_version_is_as_good_as_none() {
    let world = World::standard();
    let record: Value = serde_json::from_str(&record()).unwrap();
    let of_kind = |kind: Value| with(record.clone(), json!({ "record": kind })).to_string();
    let planted = [
        of_kind(json!("transaction/2")),
        of_kind(json!("transaction")),
        of_kind(json!("session/1")),
        of_kind(json!(1)),
        without(record.clone(), &["record"]).to_string(),
        world.session().to_record(),
        String::new(),
        "null".to_owned(),
        "\"transaction/1\"".to_owned(),
        format!("{record} ").replace("\"state\"", "\"state\":\"x\",\"state\""),
    ];
    for record in planted {
        assert!(Stored::read(&record, &world.config).is_none(), "{record}");
    }
}

#[test]
fn a_record_that_lacks_a_member_is_as_good_as_none() {
    let world = World::standard();
    let record: Value = serde_json::from_str(&record()).unwrap();
    let needed = [
        "record",
        "client_id",
        "provider",
        "metadata",
        "redirect_uri",
        "state",
        "nonce",
        "code_verifier",
        "scope",
        "acr_values",
        "expires_at",
    ];
    for name in needed {
        let lacking = without(record.clone(), &[name]).to_string();
        assert!(Stored::read(&lacking, &world.config).is_none(), "without {name}");
        let wrong = with(record.clone(), json!({ name: [1] })).to_string();
        assert!(Stored::read(&wrong, &world.config).is_none(), "wrong {name}");
    }
    assert!(Stored::read(&record.to_string(), &world.config).is_some());
}

#[test]
fn records_are_cleared_away_an_hour_after_they_expire() {
    let later = |seconds: u64| Timestamp::from_seconds(NOW_SECONDS + seconds);
    let answered = World::standard().transaction().to_answered_record();
    for record in [record(), answered] {
        assert!(!Stored::is_stale(&record, NOW));
        assert!(!Stored::is_stale(&record, later(2 * LIFETIME_SECONDS)));
        assert!(Stored::is_stale(&record, later(2 * LIFETIME_SECONDS + 1)));
    }
    for garbage in ["", "{}", "[]", r#"{"expires_at":"soon"}"#] {
        assert!(Stored::is_stale(garbage, NOW), "{garbage}");
    }
}

#[test]
fn what_is_pending_is_not_shown() {
    let world = World::standard();
    let transaction = world.transaction();
    let record: Value = serde_json::from_str(&transaction.to_record()).unwrap();
    let shown = format!("{transaction:?}");
    for secret in ["state", "nonce", "code_verifier"] {
        assert!(!shown.contains(record[secret].as_str().unwrap()), "{secret}");
    }
}

#[test]
fn the_mark_of_a_popup_or_frame_is_kept_and_comes_back() {
    for delivery in ["popup", "frame"] {
        let world = World::standard().asking(&json!({ "delivery": delivery }));
        let read = pending(&world.transaction().to_record());
        assert!(read.state().ends_with(&format!(".{delivery}")), "{}", read.state());
        let callback = world.callback(&format!("code=c&state={}", read.state()));
        assert!(CodeExchange::begin(read, callback.unwrap().unwrap(), &world.config, NOW).is_ok());

        let unmarked = world.state().replace(&format!(".{delivery}"), "");
        for state in [unmarked.clone(), format!("{unmarked}.redirect")] {
            let callback = world.callback(&format!("code=c&state={state}")).unwrap().unwrap();
            let refused =
                CodeExchange::begin(world.transaction(), callback, &world.config, NOW).unwrap_err();
            assert_eq!(refused.error.code(), Code::StateMismatch, "{state}");
            assert!(!refused.answered);
        }
    }
}

#[test]
fn a_record_from_before_resources_and_proofs_is_read_too() {
    let record: Value = serde_json::from_str(&record()).unwrap();
    let former = without(record, &["resource", "proof_key"]).to_string();
    assert!(pending(&former).to_record().contains("\"resource\":\"\""));
}
