//! The session's record: what is kept, and what is not taken for it.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::{World, with, without};
use pkce_wasm::{
    error::Code,
    http::TokenType,
    session::{Session, login_required},
    time::Timestamp,
};
use serde_json::{Value, json};

/// What a record may do without.
const OPTIONAL: [&str; 7] = [
    "auth_time",
    "id_token_renewed",
    "obtained_at",
    "refresh_token",
    "refresh_token_rotates",
    "resource",
    "token_type",
];

fn record(world: &World) -> Value {
    serde_json::from_str(&world.session().to_record()).unwrap()
}

#[test]
fn a_record_makes_the_same_session_again() {
    for world in [World::standard(), World::cognito()] {
        let record = world.session().to_record();
        assert_eq!(Session::read(&record, &world.config).unwrap().to_record(), record);
    }
}

#[test]
fn a_session_without_a_refresh_token_is_read_too() {
    let world = World::standard();
    let record = without(record(&world), &["refresh_token"]).to_string();
    assert!(Session::read(&record, &world.config).unwrap().refresh_token().is_none());
}

#[test]
fn another_clients_session_is_as_good_as_none() {
    let world = World::standard();
    let record = world.session().to_record();
    for changes in [json!({ "clientId": "other" }), json!({ "issuer": "https://other.example" })] {
        let config = common::config(&with(common::options(), changes));
        assert!(Session::read(&record, &config).is_none());
    }
}

#[test]
fn a_planted_record_of_another_kind_or_version_is_as_good_as_none() {
    let world = World::standard();
    let of_kind = |kind: Value| with(record(&world), json!({ "record": kind })).to_string();
    let planted = [
        of_kind(json!("session/2")),
        of_kind(json!("transaction/1")),
        of_kind(json!(null)),
        without(record(&world), &["record"]).to_string(),
        world.transaction().to_record(),
        world.transaction().to_answered_record(),
        String::new(),
        "null".to_owned(),
    ];
    for record in planted {
        assert!(Session::read(&record, &world.config).is_none(), "{record}");
    }
}

#[test]
fn a_record_that_lacks_a_member_is_as_good_as_none() {
    let world = World::standard();
    let record = record(&world);
    for name in record.as_object().unwrap().keys() {
        if !OPTIONAL.contains(&name.as_str()) {
            let lacking = without(record.clone(), &[name]).to_string();
            assert!(Session::read(&lacking, &world.config).is_none(), "without {name}");
        }
        let wrong = with(record.clone(), json!({ name.as_str(): [] })).to_string();
        assert!(Session::read(&wrong, &world.config).is_none(), "wrong {name}");
    }
}

#[test]
fn a_record_whose_id_token_has_no_claims_is_as_good_as_none() {
    let world = World::standard();
    let array = BASE64_URL_SAFE_NO_PAD.encode("[]");
    for id_token in ["", "a", "a.b", "a..c", "a.W10.c", "a.!.c", &format!("a.{array}.c")] {
        let record = with(record(&world), json!({ "id_token": id_token })).to_string();
        assert!(Session::read(&record, &world.config).is_none(), "{id_token}");
    }
}

/// The façade, which reads records without the core, is to take the same ones for sessions.
#[test]
fn each_member_is_what_it_was_or_the_record_is_as_good_as_none() {
    let world = World::standard().bound_to("thumbprint");
    let record = with(record(&world), json!({ "auth_time": 1, "refresh_token_rotates": true }));
    let mut optional = OPTIONAL.to_vec();
    optional.push("proof_key");
    for (name, value) in record.as_object().unwrap() {
        let is_optional = optional.contains(&name.as_str());
        let read = |record: &Value| Session::read(record.to_string(), &world.config).is_some();
        assert_eq!(read(&without(record.clone(), &[name])), is_optional, "without {name}");
        let others =
            [json!(null), json!(7), json!(-7), json!("text"), json!(true), json!({}), json!([])];
        for other in others {
            let free_text = ["id", "subject", "scope", "access_token", "nonce", "resource"];
            let is_free_text = free_text.contains(&name.as_str())
                || ["proof_key", "refresh_token"].contains(&name.as_str());
            let is_read = match &other {
                Value::Null => is_optional,
                Value::Number(number) => value.is_number() && number.is_u64(),
                Value::String(_) => is_free_text,
                Value::Bool(_) => value.is_boolean(),
                _ => false,
            };
            let changed = with(record.clone(), json!({ name.as_str(): other }));
            assert_eq!(read(&changed), is_read, "{name}: {other}");
        }
    }
}

#[test]
fn the_metadata_are_those_of_a_provider_or_the_record_is_as_good_as_none() {
    let world = World::cognito();
    let record = record(&world);
    let needed = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"];
    for (name, value) in record["metadata"].as_object().unwrap() {
        let read = |metadata: Value| {
            let record = with(record.clone(), json!({ "metadata": metadata }));
            Session::read(record.to_string(), &world.config).is_some()
        };
        let is_needed = needed.contains(&name.as_str());
        assert_eq!(read(without(record["metadata"].clone(), &[name])), !is_needed, "{name}");
        for other in [json!(null), json!(7), json!("a text:"), json!({})] {
            // Whatever is not true of a flag is false.
            let is_read = value.is_boolean() || (other.is_null() && !is_needed);
            let changed = with(record["metadata"].clone(), json!({ name.as_str(): other }));
            assert_eq!(read(changed), is_read, "{name}: {other}");
        }
    }
}

#[test]
fn a_record_of_a_former_version_is_a_session() {
    let world = World::standard();
    let former = |record: Value| {
        let new = ["obtained_at", "token_type", "id_token_renewed", "refresh_token_rotates"];
        let absent = without(record.clone(), &new);
        let null = with(record, new.iter().map(|name| (*name, Value::Null)).collect());
        [absent, null].map(|record| Session::read(record.to_string(), &world.config).unwrap())
    };
    for session in former(record(&world)) {
        assert_eq!(session.obtained_at(), Timestamp::from_millis(0));
        assert_eq!(session.token_type(), TokenType::Bearer);
        assert!(session.id_token_renewed());
        assert_eq!(session.refresh_token_rotates(), None);
    }
    for session in former(record(&World::standard().bound_to("thumbprint"))) {
        assert_eq!(session.token_type(), TokenType::Dpop);
    }
}

#[test]
fn a_type_of_token_that_is_not_understood_is_no_session() {
    let world = World::standard();
    for kind in ["", "mac", "bearer", "dpop", "Bearer "] {
        let record = with(record(&world), json!({ "token_type": kind })).to_string();
        assert!(Session::read(&record, &world.config).is_none(), "{kind}");
    }
}

#[test]
fn nobody_signed_in_is_an_error_of_its_own() {
    assert_eq!(login_required().code(), Code::LoginRequired);
    assert!(!login_required().is_passing());
}
