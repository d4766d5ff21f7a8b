//! What lies in the browser's storage, damaged byte by byte: it is read as what it was, or as none,
//! and leads to nobody else and to nowhere else.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{NOW, World, parameters, with};
use oauth2::url::Url;
use pkce_wasm::{
    code_exchange::CodeExchange,
    error::Code,
    logout::{Return, SignOut},
    session::Session,
    transaction::Stored,
    unverified::Verdict,
};
use serde_json::{Value, json};

const AFTER_LOGOUT: &str = "https://app.example/";

fn world() -> World {
    let options = with(common::options(), json!({ "postLogoutRedirectUri": AFTER_LOGOUT }));
    World::of(&options, &common::document()).asking(&json!({ "returnTo": "/a/b?c" }))
}

/// The text with each of its bytes left out, doubled, and changed into others, and with its end cut
/// off there.
fn damaged(record: &str) -> impl Iterator<Item = String> {
    assert!(record.is_ascii());
    let others =
        ["", "\"", "\\", "{", "}", ",", ":", "/", "0", "9", "a", "Z", " ", "\n", "\u{fffd}"];
    (0..record.len()).flat_map(move |at| {
        let (before, rest) = record.split_at(at);
        let (byte, after) = rest.split_at(1);
        let middles = others.map(str::to_owned).into_iter().chain([byte.repeat(2)]);
        let changed = middles.filter(move |middle| middle != byte);
        changed.map(move |middle| [before, &middle, after].concat()).chain([before.to_owned()])
    })
}

/// Whatever page goes to this path stays where it is.
fn assert_stays(path: Option<&str>) {
    let base = Url::parse("https://app.example/callback").unwrap();
    if let Some(path) = path {
        assert_eq!(base.join(path).unwrap().origin(), base.origin(), "{path}");
    }
}

#[test]
fn a_damaged_sign_in_takes_this_callback_to_this_users_session_or_to_none() {
    let world = world();
    let record = world.transaction().to_record();
    let callback = world.callback(&format!("code=c&state={}", world.state())).unwrap().unwrap();
    let answer = world.token_response(&world.claims());
    let honest = world.session();
    let keys = world.signer.key_set();
    let (mut sessions, mut refusals) = (0, 0);
    for record in damaged(&record) {
        assert!(Session::read(&record, &world.config).is_none(), "{record}");
        let transaction = match Stored::read(&record, &world.config) {
            None | Some(Stored::Foreign) => continue,
            Some(Stored::Pending(transaction)) => transaction,
            Some(answered) => panic!("{answered:?} of {record}"),
        };
        let exchange = match CodeExchange::begin(*transaction, callback.clone(), &world.config, NOW)
        {
            Ok(exchange) => exchange,
            Err(refused) => {
                let code = refused.error.code();
                assert!(matches!(code, Code::StateMismatch | Code::SignInExpired), "{record}");
                assert_eq!(refused.answered, code == Code::SignInExpired);
                refusals += 1;
                continue;
            }
        };
        assert_stays(exchange.return_to());
        let form = parameters(&exchange.request().form.unwrap());
        assert_eq!((&*form["client_id"], &*form["code"]), (common::CLIENT_ID, "c"));
        assert_eq!(form["redirect_uri"], common::REDIRECT_URI);
        let unverified = exchange.finish(&answer, NOW).unwrap();
        let verdict = common::keys::verify(&unverified, &keys);
        assert_eq!(verdict, Verdict::Valid);
        match unverified.verify_with(verdict, NOW) {
            Ok(session) => {
                assert_eq!(session.subject(), honest.subject());
                sessions += 1;
            }
            Err(error) => {
                let code = error.code();
                let is_of_the_request = [Code::IdTokenNonce, Code::IdTokenAcr].contains(&code);
                assert!(is_of_the_request, "{code:?} of {record}");
                refusals += 1;
            }
        }
    }
    assert!(sessions > 100 && refusals > 100, "{sessions} sessions, {refusals} refusals");
}

#[test]
fn a_damaged_answered_sign_in_is_answered_and_stays_here_or_is_none() {
    let world = world();
    let mut answered = 0;
    for record in damaged(&world.transaction().to_answered_record()) {
        assert!(Session::read(&record, &world.config).is_none(), "{record}");
        match Stored::read(&record, &world.config) {
            None | Some(Stored::Foreign) => {}
            Some(Stored::Answered { return_to, .. }) => {
                assert_stays(return_to.as_deref());
                answered += 1;
            }
            Some(Stored::Pending(_)) => panic!("pending: {record}"),
        }
    }
    assert!(answered > 100, "{answered}");
}

#[test]
fn a_damaged_session_is_this_clients_or_none() {
    let world = world();
    let mut sessions = 0;
    for record in damaged(&world.session().to_record()) {
        assert!(Stored::read(&record, &world.config).is_none(), "{record}");
        if let Some(session) = Session::read(&record, &world.config) {
            let record: Value = serde_json::from_str(&session.to_record()).unwrap();
            assert_eq!(session.client_id().as_str(), common::CLIENT_ID);
            assert_eq!(record["issuer"], common::ISSUER);
            sessions += 1;
        }
    }
    assert!(sessions > 100, "{sessions}");
}

#[test]
fn a_damaged_sign_out_is_over_or_leads_back_here() {
    let world = world();
    let options = json!({ "returnTo": "/a/b?c" }).to_string();
    let sign_out = SignOut::parse(options.as_bytes(), &world.config, &[7; 32], NOW).unwrap();
    let url = sign_out.url(&world.config, &world.metadata, None).unwrap().unwrap();
    let back = format!("{AFTER_LOGOUT}?state={}", parameters(&url)["state"]);
    let mut returns = 0;
    for record in damaged(&sign_out.to_record()) {
        match SignOut::finish(&record, &back, &world.config, NOW) {
            Ok(Return::Over) => {}
            Ok(Return::Back { return_to }) => {
                assert_stays(return_to.as_deref());
                returns += 1;
            }
            Ok(Return::Waiting) => panic!("waiting: {record}"),
            Err(error) => assert_eq!(error.code(), Code::SignOutStateMismatch, "{record}"),
        }
    }
    assert!(returns > 100, "{returns}");
}

#[test]
fn a_planted_path_to_another_origin_leaves_nothing_of_the_record() {
    let world = world();
    let options = json!({ "returnTo": "/a" }).to_string();
    let sign_out = SignOut::parse(options.as_bytes(), &world.config, &[7; 32], NOW).unwrap();
    let url = sign_out.url(&world.config, &world.metadata, None).unwrap().unwrap();
    let back = format!("{AFTER_LOGOUT}?state={}", parameters(&url)["state"]);
    let planted = |record: &str, path: &str| {
        let record: Value = serde_json::from_str(record).unwrap();
        with(record, json!({ "return_to": path })).to_string()
    };
    let transaction = world.transaction();
    for path in
        ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)"]
    {
        for record in [transaction.to_record(), transaction.to_answered_record()] {
            let read = Stored::read(&planted(&record, path), &world.config);
            assert!(read.is_none(), "{read:?}");
        }
        let record = planted(&sign_out.to_record(), path);
        let finished = SignOut::finish(&record, &back, &world.config, NOW).unwrap();
        assert_eq!(finished, Return::Over, "{path}");
    }
}
