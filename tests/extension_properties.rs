//! What holds for every input of the extensions: step-up challenges, pushed requests, proofs,
//! resources, and clocks that are off.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "test helpers")]

mod common;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::{
    NOW, World, answer,
    arbitrary::{any_json, seeded},
    json_answer, parse_sign_in, with,
};
use pkce_wasm::{
    authorization::SignIn,
    challenge::StepUp,
    dpop::{Proof, PublicKey},
    par,
    time::{ClockOffset, Timestamp},
    unverified::Verdict,
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

proptest! {
    #![proptest_config(seeded())]

    #[test]
    fn whatever_a_challenge_asks_for_can_be_asked_of_a_sign_in(
        text in any::<String>(), pieces in vec(select(&[
            "Bearer ", "DPoP", "error", "=", "\"", "\\", ",", " ", "\t", "ü", "max_age", "5", "-",
            "acr_values", "insufficient_user_authentication",
            "error=\"insufficient_user_authentication\"",
        ][..]), 0..24),
    ) {
        let config = World::standard().config;
        let wanted = "Bearer error=insufficient_user_authentication";
        for header in [text.clone(), pieces.concat(), format!("{wanted}, {text}")] {
            let Some(step_up) = StepUp::parse(&header) else { continue };
            let asked = SignIn::parse(step_up.to_options().as_bytes(), &config).unwrap();
            prop_assert_eq!(asked.max_age, step_up.max_age);
        }
    }

    #[test]
    fn a_challenges_quoted_values_come_out_as_they_went_in(
        realm in any::<String>(), acr in any::<String>(), max_age in any::<u64>(),
    ) {
        let quoted = |text: &str| text.replace('\\', r"\\").replace('"', "\\\"");
        let header = format!(
            "Basic realm=\"{0}\", DPoP realm=\"{0}\", acr_values=\"{1}\", max_age={max_age}, \
             error=\"insufficient_user_authentication\", Basic realm=\"{0}\"",
            quoted(&realm), quoted(&acr),
        );
        let step_up = StepUp::parse(&header).expect("it asks for a step up");
        prop_assert_eq!(step_up.acr_values, Some(acr));
        prop_assert_eq!(step_up.max_age, Some(max_age));
    }

    #[test]
    fn a_pushed_request_leads_to_the_authorization_endpoint_or_nowhere(
        status in any::<u16>(), bytes in vec(any::<u8>(), 0..64), value in any_json(),
        request_uri in any_json(),
    ) {
        let World { config, metadata, .. } = World::standard();
        for response in [
            answer(status, "application/json", &bytes), json_answer(201, &value),
            json_answer(201, &json!({ "request_uri": request_uri })),
        ] {
            let Ok(url) = par::finish(&response, &config, &metadata) else { continue };
            let parameters = common::parameters(&url);
            prop_assert!(url.starts_with("https://id.example/authorize?client_id=spa&request_uri="));
            prop_assert_eq!(parameters.len(), 2);
            prop_assert_eq!(parameters.get("request_uri").unwrap(), request_uri.as_str().unwrap());
        }
    }

    #[test]
    fn a_key_for_proofs_is_of_its_curve_or_none(bytes in vec(any::<u8>(), 0..64), value in any_json()) {
        prop_assert_eq!(PublicKey::from_jwk(&bytes), None);
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": "a", "y": value });
        prop_assert_eq!(PublicKey::from_jwk(jwk.to_string().as_bytes()).is_some(), value.is_string());
    }

    #[test]
    fn a_proof_says_what_it_is_about_whatever_that_is(
        method in any::<String>(), url in any::<String>(), nonce in any::<String>(), id: [u8; 32],
    ) {
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": method, "y": nonce });
        let key = PublicKey::from_jwk(jwk.to_string().as_bytes()).unwrap();
        let proof = Proof::new(&method, &url, None);
        let signed = proof.signing_input(&key, &id, Some(&nonce), NOW);
        let parts: Vec<Value> = signed
            .split('.')
            .map(|part| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
            .collect();
        let htu = url.split(['?', '#']).next();
        prop_assert_eq!(parts, [
            json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }),
            json!({
                "jti": BASE64_URL_SAFE_NO_PAD.encode(id), "htm": method, "htu": htu,
                "iat": common::NOW_SECONDS, "nonce": nonce,
            }),
        ]);
        prop_assert!(htu.unwrap().starts_with(proof.origin()));
    }

    #[test]
    fn a_corrected_clock_judges_as_a_right_one(
        off in -86_400_i64..=86_400, iat in -700_i64..700, lifetime in 0..1400_i64,
    ) {
        let world = World::standard();
        let at = |seconds: i64| common::NOW_SECONDS.saturating_add_signed(seconds);
        let device = Timestamp::from_seconds(at(off));
        let claims = with(world.claims(), json!({ "iat": at(iat), "exp": at(iat + lifetime) }));
        let judge = |offset: ClockOffset, now: Timestamp| {
            let response = world.token_response(&claims);
            let unverified = world.exchange().finish(&response, now).unwrap();
            unverified.with_clock_offset(offset).verify_with(Verdict::Valid, now)
        };
        let right = judge(ClockOffset::default(), NOW);
        let corrected = judge(ClockOffset::between(device, NOW).unwrap(), device);
        match (right, corrected) {
            (Ok(right), Ok(corrected)) => for (right, corrected) in [
                (right.id_token_expires_at(), corrected.id_token_expires_at()),
                (right.expires_at(), corrected.expires_at()),
                (right.refresh_at(), corrected.refresh_at()),
            ] {
                let shown = right.as_millis().saturating_add_signed(off * 1000);
                prop_assert_eq!(corrected.as_millis(), shown);
            },
            (Err(right), Err(corrected)) => prop_assert_eq!(right.code(), corrected.code()),
            (right, corrected) => prop_assert!(false, "{right:?} {corrected:?}"),
        }
    }

    #[test]
    fn a_resource_is_an_absolute_uri_that_arrives_as_it_is(text in "[a-z/:.#?&=+ ü1-]{0,12}") {
        let world = World::standard();
        let options = json!({ "resource": [text] });
        if let Ok(sign_in) = parse_sign_in(&options, &world.config) {
            let (url, _) = World { sign_in, ..world }.begin();
            prop_assert_eq!(common::values(&url, "resource"), [text.as_str()]);
            prop_assert!(!text.contains('#'));
            let parsed = oauth2::url::Url::parse(&text);
            let relative = oauth2::url::ParseError::RelativeUrlWithoutBase;
            prop_assert_ne!(parsed, Err(relative));
        }
    }
}
