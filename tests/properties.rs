//! What holds for every input: values survive their encoding, and hostile answers make no session.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "test helpers")]

mod common;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::{
    NOW, World, answer,
    arbitrary::{any_json, seeded},
    document, json_answer,
    keys::key_set,
    parse_sign_in, with,
};
use pkce_wasm::{
    code_exchange::CodeExchange,
    config::Config,
    discovery,
    error::Result,
    form,
    http::Response,
    jwks::KeySet,
    logout::{Return, SignOut},
    session::Session,
    transaction::Stored,
    unverified::Verdict,
};
use proptest::{collection::vec, prelude::*, sample::Index, sample::select};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The text with one character changed.
fn changed(text: &str, at: Index, to: char) -> Option<String> {
    let (at, from) = *at.get(&text.char_indices().collect::<Vec<_>>());
    let rest = text.get(at + from.len_utf8()..)?;
    (from != to).then(|| [text.get(..at).unwrap(), &to.to_string(), rest].concat())
}

/// The bytes with one of them changed, dropped or doubled.
fn mutated(bytes: &[u8], at: Index, byte: u8, kind: u8) -> Vec<u8> {
    let at = at.index(bytes.len());
    let (before, after) = bytes.split_at(at);
    let (old, after) = after.split_at(1);
    let new: &[u8] = match kind {
        0 => &[byte],
        1 => &[],
        _ => &[old, old].concat(),
    };
    [before, new, after].concat()
}

/// What a token response comes to, with the provider's honest keys.
fn outcome(world: &World, response: &Response) -> Result<Session> {
    world.verify(world.exchange().finish(response, NOW)?)
}

proptest! {
    #![proptest_config(seeded())]

    #[test]
    fn a_transactions_record_makes_it_again(
        path in "/[a-z0-9?=&#%ü€-]{0,20}", acr in "[a-z:]{0,9}", max_age in any::<Option<u64>>(),
    ) {
        let world = World::standard();
        let options = json!({ "returnTo": path, "acrValues": acr, "maxAge": max_age });
        let world = World { sign_in: parse_sign_in(&options, &world.config).unwrap(), ..world };
        let record = world.transaction().to_record();
        match Stored::read(&record, &world.config) {
            Some(Stored::Pending(transaction)) => prop_assert_eq!(transaction.to_record(), record),
            other => prop_assert!(false, "not pending: {other:?}"),
        }
    }

    #[test]
    fn a_sessions_record_makes_it_again(
        access_token in "[ -~]{1,40}", refresh_token in any::<String>(), scope in any::<String>(),
        expires_in in any::<u64>(),
    ) {
        let world = World::standard();
        let tokens = with(World::tokens(&world.signer.sign(&world.claims())), json!({
            "access_token": access_token, "refresh_token": refresh_token, "scope": scope,
            "expires_in": expires_in,
        }));
        let record = outcome(&world, &json_answer(200, &tokens)).unwrap().to_record();
        prop_assert_eq!(Session::read(&record, &world.config).unwrap().to_record(), record);
    }

    #[test]
    fn no_spelling_of_an_issuer_leads_to_two_names(
        host in select(vec!["id.example", "cognito-idp.eu-west-1.amazonaws.com", "localhost:9400"]),
        path in select(vec!["", "/eu-west-1_AbC123", "/tenant/v2.0"]), slashes in "/{0,3}",
        provider in select(vec![None, Some("cognito"), Some("standard")]), is_explicit: bool,
    ) {
        let issuer = format!("https://{host}{path}{slashes}");
        let endpoints = with(common::endpoints(), json!({ "issuer": issuer }));
        let place = if is_explicit { json!({ "endpoints": endpoints }) } else { json!({ "issuer": issuer }) };
        let options = with(common::without(common::options(), &["issuer", "endpoints"]), place);
        let options = with(options, json!({ "provider": provider }));
        if let Ok(config) = common::parse_config(&options) {
            // What the façade makes of the option as it was written: see tests/record.test.js.
            let name = format!("pkce-wasm/session/{}/{issuer}", common::CLIENT_ID);
            prop_assert_eq!(config.record_key("session"), name.trim_end_matches('/'));
        }
    }

    #[test]
    fn a_hostile_record_is_read_or_not_but_never_panics(text in any::<String>(), value in any_json()) {
        let config = World::standard().config;
        for record in [text, value.to_string()] {
            prop_assert!(Stored::read(&record, &config).is_none());
            prop_assert!(Session::read(&record, &config).is_none());
            let over = SignOut::finish(&record, common::REDIRECT_URI, &config, NOW);
            prop_assert_eq!(over.unwrap(), Return::Over);
            let _ = Stored::is_stale(&record, NOW);
        }
    }

    #[test]
    fn a_mutated_record_is_no_other_kind_of_record(
        at in any::<Index>(), byte in any::<u8>(), kind in 0..3_u8,
    ) {
        let world = World::standard();
        let mutate = |record: String| mutated(record.as_bytes(), at, byte, kind);
        let session = mutate(world.session().to_record());
        let pending = mutate(world.transaction().to_record());
        prop_assert!(Stored::read(&String::from_utf8_lossy(&session), &world.config).is_none());
        prop_assert!(Session::read(String::from_utf8_lossy(&pending), &world.config).is_none());
    }

    #[test]
    fn hostile_options_never_panic(bytes in vec(any::<u8>(), 0..64), value in any_json(), name in select(&[
        "issuer", "endpoints", "clientId", "redirectUri", "postLogoutRedirectUri", "scope",
        "clockToleranceSeconds", "trustedAudiences", "provider", "dpop",
        "dangerouslyAllowInsecureRequests",
    ][..])) {
        prop_assert!(Config::parse(&bytes).is_err());
        let _ = common::parse_config(&with(common::options(), json!({ name: value })));
    }

    #[test]
    fn a_hostile_callback_answers_no_sign_in(query in any::<String>(), fragment in any::<String>()) {
        let world = World::standard();
        if let Ok(Some(callback)) = world.callback(&format!("{query}#{fragment}")) {
            let begun = CodeExchange::begin(world.transaction(), callback, &world.config, NOW);
            prop_assert!(begun.is_err());
        }
    }

    #[test]
    fn only_one_code_with_the_right_state_answers(pairs in vec((select(&[
        "code", "state", "iss", "error", "access_token", "x", "",
    ][..]), select(&["", "STATE", "code", "https://id.example", "https://evil.example", "x"][..])), 0..6)) {
        let world = World::standard();
        let state = world.state();
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (*name, if *value == "STATE" { state.as_str() } else { value }))
            .collect();
        let callback = world.callback(&form::write(&pairs));
        let exchange = callback.ok().flatten().and_then(|callback| {
            CodeExchange::begin(world.transaction(), callback, &world.config, NOW).ok()
        });
        let values = |name: &str| -> Vec<&str> {
            pairs.iter().filter(|pair| pair.0 == name).map(|pair| pair.1).collect()
        };
        let is_honest = values("state") == [state.as_str()]
            && matches!(values("code")[..], [code] if !code.is_empty())
            && matches!(values("error")[..], [] | [""])
            && matches!(values("iss")[..], [] | [""] | ["https://id.example"])
            && values("access_token").is_empty();
        prop_assert_eq!(exchange.is_some(), is_honest);
    }

    #[test]
    fn a_hostile_token_response_makes_no_session(
        status in any::<u16>(), bytes in vec(any::<u8>(), 0..128), value in any_json(),
    ) {
        let world = World::standard();
        prop_assert!(outcome(&world, &answer(status, "application/json", &bytes)).is_err());
        prop_assert!(outcome(&world, &json_answer(status, &value)).is_err());
        prop_assert!(outcome(&world, &json_answer(200, &value)).is_err());
    }

    #[test]
    fn a_mutated_token_response_makes_a_session_of_the_honest_id_token_or_none(
        at in any::<Index>(), byte in any::<u8>(), kind in 0..3_u8,
    ) {
        let world = World::standard();
        let id_token = world.signer.sign(&world.claims());
        let body = World::tokens(&id_token).to_string();
        let response = answer(200, "application/json", &mutated(body.as_bytes(), at, byte, kind));
        if let Ok(session) = outcome(&world, &response) {
            prop_assert_eq!(session.id_token().expose(), id_token);
        }
    }

    #[test]
    fn any_member_of_a_token_response_may_be_anything(name in select(&[
        "access_token", "id_token", "refresh_token", "token_type", "expires_in", "scope", "error",
    ][..]), value in any_json()) {
        let world = World::standard();
        let tokens = World::tokens(&world.signer.sign(&world.claims()));
        let changed = with(tokens.clone(), json!({ name: value }));
        let is_needed = ["access_token", "id_token", "token_type"].contains(&name);
        match outcome(&world, &json_answer(200, &changed)) {
            Ok(session) => prop_assert!(!is_needed || *session.access_token().secret() == value),
            Err(_) => prop_assert!(is_needed, "{name}"),
        }
        prop_assert!(outcome(&world, &json_answer(400, &changed)).is_err());
    }

    #[test]
    fn a_hostile_metadata_document_is_refused(
        status in any::<u16>(), bytes in vec(any::<u8>(), 0..128), value in any_json(),
    ) {
        let config = World::standard().config;
        for response in [
            answer(status, "application/json", &bytes), json_answer(status, &value),
            json_answer(200, &value),
        ] {
            prop_assert!(discovery::finish(&response, &config).is_err());
        }
    }

    #[test]
    fn any_metadata_that_is_accepted_is_this_issuers_and_secure(
        at in any::<Index>(), byte in any::<u8>(), kind in 0..3_u8, member in any::<Index>(),
        value in any_json(),
    ) {
        let config = World::standard().config;
        let names: Vec<String> = document().as_object().unwrap().keys().cloned().collect();
        let other_member = with(document(), json!({ member.get(&names).as_str(): value }));
        let bytes = document().to_string();
        for response in [
            json_answer(200, &other_member),
            answer(200, "application/json", &mutated(bytes.as_bytes(), at, byte, kind)),
        ] {
            let Ok(metadata) = discovery::finish(&response, &config) else { continue };
            prop_assert_eq!(metadata.issuer.as_str(), common::ISSUER);
            let required =
                [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
            let optional = [&metadata.userinfo_endpoint, &metadata.end_session_endpoint];
            for endpoint in required.into_iter().chain(optional.into_iter().flatten()) {
                prop_assert!(endpoint.is_encrypted(), "{}", endpoint.as_str());
            }
            let methods = metadata.code_challenge_methods_supported;
            prop_assert!(methods.is_none_or(|methods| methods.contains(&"S256".to_owned())));
        }
    }

    #[test]
    fn a_hostile_key_set_verifies_nothing(
        status in any::<u16>(), bytes in vec(any::<u8>(), 0..128), keys in vec(any_json(), 0..4),
    ) {
        let world = World::standard();
        let unverified = world.unverified(&world.claims()).unwrap();
        let responses = [
            answer(status, "application/json", &bytes), json_answer(200, &json!({ "keys": keys })),
            json_answer(200, &json!(keys)),
        ];
        for keys in responses.iter().filter_map(|response| KeySet::finish(response).ok()) {
            prop_assert_eq!(common::keys::verify(&unverified, &keys), Verdict::Invalid);
        }
    }

    #[test]
    fn a_key_with_another_member_verifies_only_while_it_is_the_same_key(name in select(&[
        "kty", "n", "e", "crv", "x", "y", "d", "k", "use", "key_ops", "alg", "kid",
    ][..]), value in any_json()) {
        let world = World::standard();
        let unverified = world.unverified(&world.claims()).unwrap();
        let keys = key_set(&[with(world.signer.jwk(), json!({ name: value }))]);
        let is_unused = ["crv", "x", "y", "k", "kid"].contains(&name);
        let verdict = common::keys::verify(&unverified, &keys);
        prop_assert_eq!(verdict == Verdict::Valid, is_unused, "{} {}", name, value);
    }

    #[test]
    fn a_changed_character_of_the_id_token_never_verifies(
        at in any::<Index>(), to in select(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ".chars().collect::<Vec<_>>(),
        ),
    ) {
        let world = World::standard();
        let good = world.signer.sign(&world.claims());
        let Some(bad) = changed(&good, at, to) else { return Ok(()) };
        prop_assert!(outcome(&world, &json_answer(200, &World::tokens(&bad))).is_err(), "{bad}");
    }

    #[test]
    fn a_signature_is_decoded_as_the_base64_crate_does(
        text in "[A-Za-z0-9_-]{0,12}[A-Za-z0-9_+/= ü-]{0,2}", bytes in vec(any::<u8>(), 0..12),
    ) {
        let world = World::standard();
        for text in [text, BASE64_URL_SAFE_NO_PAD.encode(bytes)] {
            let signed = common::keys::signing_input(br#"{"alg":"RS256"}"#, b"{}");
            let tokens = World::tokens(&format!("{signed}.{text}"));
            let ours = world.exchange().finish(json_answer(200, &tokens), NOW);
            let theirs = BASE64_URL_SAFE_NO_PAD.decode(&text).ok();
            prop_assert_eq!(ours.ok().map(|unverified| unverified.signature().to_vec()), theirs);
        }
    }

    #[test]
    fn a_changed_character_of_a_bound_claim_never_verifies(
        name in select(&["iss", "aud", "nonce", "at_hash", "azp"][..]), at in any::<Index>(),
        to in any::<char>(),
    ) {
        let world = World::standard();
        let digest = Sha256::digest("the-access-token");
        let at_hash = BASE64_URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap());
        let claims = with(world.claims(), json!({ "at_hash": at_hash, "azp": common::CLIENT_ID }));
        prop_assert!(world.sign_in_with(&claims).is_ok());
        let Some(other) = changed(claims.get(name).and_then(Value::as_str).unwrap(), at, to) else {
            return Ok(());
        };
        let session = world.sign_in_with(&with(claims, json!({ name: other })));
        prop_assert!(session.is_err());
    }

    #[test]
    fn a_changed_character_of_the_state_answers_nothing(at in any::<Index>(), to in any::<char>()) {
        let world = World::standard();
        let Some(other) = changed(&world.state(), at, to) else { return Ok(()) };
        let query = form::write(&[("code", "c"), ("state", &other)]);
        let callback = world.callback(&query).unwrap().unwrap();
        let refused =
            CodeExchange::begin(world.transaction(), callback, &world.config, NOW).unwrap_err();
        prop_assert!(!refused.answered);
    }

    #[test]
    fn a_jws_of_any_content_makes_no_session(
        header in any_json(), claims in any_json(), bytes in vec(any::<u8>(), 0..64),
        text in any::<String>(),
    ) {
        let world = World::standard();
        let alg = json!({ "alg": "RS256" }).to_string();
        for token in [
            world.signer.sign_bytes(header.to_string().as_bytes(), claims.to_string().as_bytes()),
            world.signer.sign_bytes(alg.as_bytes(), claims.to_string().as_bytes()),
            world.signer.sign_bytes(alg.as_bytes(), &bytes),
            text,
        ] {
            prop_assert!(outcome(&world, &json_answer(200, &World::tokens(&token))).is_err());
        }
    }

    #[test]
    fn a_claim_that_is_checked_may_not_be_anything_else(name in select(&[
        "iss", "aud", "exp", "iat", "nonce", "nbf", "azp", "at_hash", "sub", "auth_time",
    ][..]), value in any_json()) {
        let world = World::standard();
        let session = world.sign_in_changing(json!({ name: value }));
        if let Ok(session) = session {
            let is_absent = value.is_null() && ["nbf", "azp", "at_hash", "auth_time"].contains(&name);
            let is_subject = name == "sub" && value.as_str() == Some(session.subject());
            let is_time = value.is_u64() && ["exp", "iat", "nbf", "auth_time"].contains(&name);
            prop_assert!(is_absent || is_subject || is_time, "{name} {value}");
        }
    }
}
