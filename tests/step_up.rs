//! RFC 9470: the challenge of an API that wants the user to authenticate in a stronger way.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{World, parameters, parse_sign_in};
use pkce_wasm::challenge::StepUp;
use serde_json::{Value, json};

/// What the header asks of the next sign-in.
fn options(header: &str) -> Option<Value> {
    Some(serde_json::from_str(&StepUp::parse(header)?.to_options()).unwrap())
}

#[test]
fn reads_the_specifications_examples() {
    // RFC 9470 §3.
    let stronger = "Bearer error=\"insufficient_user_authentication\",\n  \
         error_description=\"A different authentication level is required\",\n  \
         acr_values=\"myACR\"";
    assert_eq!(options(stronger), Some(json!({ "acrValues": "myACR" })));
    let recent = "Bearer error=\"insufficient_user_authentication\",\n  \
         error_description=\"More recent authentication is required\",\n  \
         max_age=\"5\"";
    assert_eq!(options(recent), Some(json!({ "maxAge": 5 })));
}

#[test]
fn may_ask_for_both_or_for_neither() {
    let both = r#"Bearer error="insufficient_user_authentication", acr_values="a b", max_age="0""#;
    assert_eq!(options(both), Some(json!({ "acrValues": "a b", "maxAge": 0 })));
    let neither = r#"Bearer error="insufficient_user_authentication""#;
    assert_eq!(options(neither), Some(json!({})));
}

#[test]
fn the_next_sign_in_asks_for_what_the_api_wants() {
    let header = "DPoP error=\"insufficient_user_authentication\", \
         acr_values=\"urn:loa:2 urn:loa:3\", max_age=300";
    let world = World::standard().asking(&options(header).unwrap());
    let request = parameters(&world.begin().0);
    assert_eq!(request.get("acr_values").unwrap(), "urn:loa:2 urn:loa:3");
    assert_eq!(request.get("max_age").unwrap(), "300");
    let empty = r#"Bearer error="insufficient_user_authentication", acr_values="""#;
    let config = World::standard().config;
    assert_eq!(parse_sign_in(&options(empty).unwrap(), &config).unwrap().acr_values, "");
}

#[test]
fn no_other_challenge_asks_for_anything() {
    let others = [
        "",
        "Bearer",
        "Basic realm=\"api\"",
        "Bearer error=\"invalid_token\", acr_values=\"a\", max_age=\"5\"",
        "Bearer error=\"insufficient_scope\"",
        "Bearer error_description=\"insufficient_user_authentication\"",
        "Bearer realm=\"error=insufficient_user_authentication\"",
        "Bearer realm=\"a\\\", error=\\\"insufficient_user_authentication\"",
        "Bearer error=\"insufficient_user_authentication \"",
        "Bearer error=\"INSUFFICIENT_USER_AUTHENTICATION\"",
        "Bearer insufficient_user_authentication",
        "Bearer xerror=\"insufficient_user_authentication\"",
    ];
    for header in others {
        assert_eq!(options(header), None, "{header}");
    }
}

#[test]
fn names_are_of_any_case_and_values_quoted_or_not() {
    let spellings = [
        r#"bearer ERROR="insufficient_user_authentication", ACR_Values="a", Max_Age="5""#,
        "Bearer error=insufficient_user_authentication, acr_values=a, max_age=5",
        "Bearer error=insufficient_user_authentication,acr_values=a,max_age=5",
        "Bearer\terror = \"insufficient_user_authentication\" ,\tacr_values = a , max_age = 5 ",
        "Bearer max_age=5, acr_values=a, , error=insufficient_user_authentication",
    ];
    for header in spellings {
        assert_eq!(options(header), Some(json!({ "acrValues": "a", "maxAge": 5 })), "{header}");
    }
}

#[test]
fn commas_equals_signs_and_escapes_in_quotes_are_part_of_the_value() {
    let header = "Bearer realm=\"a, max_age=\\\"7\\\", b\", \
         error=\"insufficient_user_authentication\", acr_values=\"a=b,\\\"c\\\\\\\"\", max_age=\"5\"";
    let step_up = StepUp::parse(header).unwrap();
    assert_eq!(step_up.acr_values.as_deref(), Some(r#"a=b,"c\""#));
    assert_eq!(step_up.max_age, Some(5));
}

#[test]
fn the_challenge_is_found_among_several() {
    let wanted = r#"Bearer error="insufficient_user_authentication", max_age="5""#;
    let others =
        [r#"Basic realm="a, b""#, "Negotiate YWJj==", "Negotiate", r#"DPoP algs="ES256 PS256""#];
    for other in others {
        for header in [format!("{other}, {wanted}"), format!("{wanted}, {other}")] {
            assert_eq!(options(&header), Some(json!({ "maxAge": 5 })), "{header}");
        }
    }
}

#[test]
fn what_another_challenge_says_is_not_mixed_in() {
    let wanted = r#"Bearer error="insufficient_user_authentication", max_age="5""#;
    let other = r#"DPoP error="invalid_token", acr_values="a", max_age="7""#;
    for header in [format!("{other}, {wanted}"), format!("{wanted}, {other}")] {
        assert_eq!(options(&header), Some(json!({ "maxAge": 5 })), "{header}");
    }
    let twice = "Bearer error=\"insufficient_user_authentication\", acr_values=\"first\", \
         DPoP error=\"insufficient_user_authentication\", acr_values=\"second\", max_age=\"1\"";
    assert_eq!(options(twice), Some(json!({ "acrValues": "first" })));
}

#[test]
fn an_age_that_is_no_number_is_not_asked_for() {
    for age in ["soon", "-1", "5.5", "", "99999999999999999999999"] {
        let header = format!(r#"Bearer error="insufficient_user_authentication", max_age="{age}""#);
        assert_eq!(options(&header), Some(json!({})), "{age}");
    }
}

#[test]
fn a_quote_that_never_ends_is_read_to_the_end() {
    let header = r#"Bearer error="insufficient_user_authentication", acr_values="a, max_age=5"#;
    assert_eq!(options(header), Some(json!({ "acrValues": "a, max_age=5" })));
}
