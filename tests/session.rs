//! The session's record: what is kept, and what is not taken for it.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{World, with, without};
use pkce_wasm::{
    error::Code,
    session::{Session, login_required},
};
use serde_json::{Value, json};

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
        if !["auth_time", "refresh_token", "resource"].contains(&name.as_str()) {
            let lacking = without(record.clone(), &[name]).to_string();
            assert!(Session::read(&lacking, &world.config).is_none(), "without {name}");
        }
        let wrong = with(record.clone(), json!({ name.as_str(): [] })).to_string();
        assert!(Session::read(&wrong, &world.config).is_none(), "wrong {name}");
    }
}

#[test]
fn nobody_signed_in_is_an_error_of_its_own() {
    assert_eq!(login_required().code(), Code::LoginRequired);
    assert!(!login_required().is_passing());
}
