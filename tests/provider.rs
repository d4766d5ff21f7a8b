//! Which family of providers an issuer belongs to, and what follows from it.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{World, options, with, without};
use pkce_wasm::{error::Code, provider::Provider, uri::Uri};
use serde_json::json;

fn family(issuer: &str) -> Provider {
    Provider::of_issuer(&Uri::parse(issuer.to_owned()).unwrap())
}

#[test]
fn recognises_both_forms_of_cognitos_issuer() {
    let issuers = [
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123/",
        "https://cognito-idp.ap-southeast-2.amazonaws.com/ap-southeast-2_9",
    ];
    for issuer in issuers {
        assert_eq!(family(issuer), Provider::Cognito, "{issuer}");
    }
}

#[test]
fn recognises_cognito_in_china_and_govcloud() {
    let issuers = [
        "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbCdEf123",
        "https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_AbCdEf123",
    ];
    for issuer in issuers {
        assert_eq!(family(issuer), Provider::Cognito, "{issuer}");
    }
}

#[test]
fn recognises_an_emulator_by_the_pools_path_on_loopback() {
    for host in ["localhost:9400", "127.0.0.1:5000", "[::1]:9229", "cognito.localhost:4566"] {
        assert_eq!(family(&format!("http://{host}/us-east-1_Local0001")), Provider::Cognito);
    }
    for path in ["", "/", "/realms/local", "/us-east-1", "/us-east-1_", "/_Local0001", "/local_1"] {
        assert_eq!(family(&format!("http://localhost:9400{path}")), Provider::Standard, "{path}");
    }
}

#[test]
fn does_not_take_a_look_alike_for_cognito() {
    let issuers = [
        "https://cognito-idp.eu-west-1.amazonaws.com.evil.test/eu-west-1_AbCdEf123",
        "https://evil-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        "https://cognito-idp.eu-west-1.amazonaws.com.evil/eu-west-1_AbCdEf123",
        "https://cognito-idp.evil.test/eu-west-1_AbCdEf123",
        "https://cognito-idp.eu-west-1.evil.amazonaws.com/eu-west-1_AbCdEf123",
        "https://issuer-issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        "http://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        "https://evil.test/eu-west-1_AbCdEf123",
        "http://192.168.0.7/us-east-1_Local0001",
        "http://localhost.evil.test/us-east-1_Local0001",
    ];
    for issuer in issuers {
        assert_eq!(family(issuer), Provider::Standard, "{issuer}");
    }
}

#[test]
fn a_pool_in_several_regions_is_cognitos_under_each_of_its_names() {
    for host in ["cognito-idp.us-west-2", "issuer-cognito-idp.us-west-2", "cognito-idp.eu-north-1"]
    {
        let issuer = format!("https://{host}.amazonaws.com/us-east-1_AbCdEf123");
        assert_eq!(family(&issuer), Provider::Cognito, "{issuer}");
    }
}

/// The names of a pool, and what is none of them.
const POOL: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123";
const NAMES: &[&str] = &[
    POOL,
    "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123",
    "https://cognito-idp.us-west-2.amazonaws.com/us-east-1_AbC123",
    "https://issuer-cognito-idp.us-west-2.amazonaws.com/us-east-1_AbC123",
];
const STRANGERS: &[&str] = &[
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC124",
    "https://cognito-idp.us-east-1.amazonaws.com/us-west-2_AbC123",
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123/",
    "https://cognito-idp.us-east-1.amazonaws.com.evil.test/us-east-1_AbC123",
    "https://cognito-idp.evil.amazonaws.com/us-east-1_AbC123",
    "http://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123",
    "http://localhost:9400/us-east-1_AbC123",
    "https://evil.test/us-east-1_AbC123",
];

#[test]
fn a_token_may_name_the_same_pool_of_cognito_otherwise() {
    for configured in NAMES {
        let changes = json!({ "issuer": configured });
        let options = with(options(), changes.clone());
        let world = World::of(&options, &with(common::cognito_document(), changes));
        for iss in NAMES {
            assert!(world.sign_in_changing(json!({ "iss": iss })).is_ok(), "{configured} {iss}");
        }
        for iss in STRANGERS {
            let code = common::code(world.sign_in_changing(json!({ "iss": iss })));
            assert_eq!(code, Code::IdTokenIssuer, "{configured} {iss}");
        }
    }
}

#[test]
fn a_pool_whose_issuer_is_no_name_of_cognitos_has_that_one_only() {
    let changes = json!({ "issuer": "https://pool.example/us-east-1_AbC123" });
    let options = with(with(options(), changes.clone()), json!({ "provider": "cognito" }));
    let world = World::of(&options, &with(common::cognito_document(), changes));
    assert!(world.sign_in_changing(json!({})).is_ok());
    let code = common::code(world.sign_in_changing(json!({ "iss": POOL })));
    assert_eq!(code, Code::IdTokenIssuer);
}

#[test]
fn does_not_take_what_has_not_the_form_of_a_pool_for_cognito() {
    let paths = [
        "eu-west-1",
        "eu-west-1_",
        "eu-west-1_Ab/Cd",
        "eu-west-1_Ab-Cd",
        "x/eu-west-1_AbCdEf123",
        "EU-WEST-1_AbCdEf123",
        "eu-west_AbCdEf123",
        "",
    ];
    for path in paths {
        let issuer = format!("https://cognito-idp.eu-west-1.amazonaws.com/{path}");
        assert_eq!(family(&issuer), Provider::Standard, "{issuer}");
    }
}

#[test]
fn names_are_those_of_the_option() {
    assert_eq!(Provider::from_name("cognito"), Some(Provider::Cognito));
    assert_eq!(Provider::from_name("standard"), Some(Provider::Standard));
    assert_eq!(Provider::from_name("COGNITO"), None);
}

/// Revocation, logout and UserInfo, as the metadata has them.
fn optional_endpoints(world: World) -> [Option<String>; 3] {
    let metadata = world.metadata;
    [metadata.revocation_endpoint, metadata.end_session_endpoint, metadata.userinfo_endpoint]
        .map(|endpoint| endpoint.map(String::from))
}

const OPTIONAL: &[&str] = &["revocation_endpoint", "end_session_endpoint", "userinfo_endpoint"];

#[test]
fn derives_the_endpoints_that_older_cognito_documents_leave_out() {
    let document = without(common::cognito_document(), OPTIONAL);
    let world = World::of(&common::cognito_options(), &document);
    let domain = |path: &str| Some(format!("{}{path}", common::COGNITO_DOMAIN));
    let derived = [domain("/oauth2/revoke"), domain("/logout"), domain("/oauth2/userInfo")];
    assert_eq!(optional_endpoints(world), derived);
}

#[test]
fn derives_nothing_for_a_standard_provider() {
    let document = without(common::document(), OPTIONAL);
    assert_eq!(optional_endpoints(World::of(&options(), &document)), [None, None, None]);
}

#[test]
fn keeps_the_endpoints_that_cognito_names() {
    let other = "https://mydomain.auth.us-east-1.amazoncognito.com/other";
    let named = json!({
        "revocation_endpoint": other, "end_session_endpoint": other, "userinfo_endpoint": other,
    });
    let world = World::of(&common::cognito_options(), &with(common::cognito_document(), named));
    assert_eq!(optional_endpoints(world), [other, other, other].map(|uri| Some(uri.to_owned())));
}

#[test]
fn derives_from_a_custom_domain_and_from_explicit_endpoints() {
    let endpoints = json!({
        "issuer": common::COGNITO_ISSUER,
        "authorization": "https://auth.example.com/oauth2/authorize",
        "token": "https://auth.example.com/oauth2/token",
        "jwks": format!("{}/.well-known/jwks.json", common::COGNITO_ISSUER),
    });
    let options = with(without(options(), &["issuer"]), json!({ "endpoints": endpoints }));
    let metadata = common::config(&options).metadata.unwrap();
    let end_session = metadata.end_session_endpoint.map(String::from);
    assert_eq!(end_session.as_deref(), Some("https://auth.example.com/logout"));
}

#[test]
fn only_cognito_is_never_asked_for_offline_access() {
    let scopes = ["openid", "offline_access", "email"].map(str::to_owned);
    assert_eq!(Provider::Cognito.grantable(&scopes), ["openid", "email"]);
    assert_eq!(Provider::Standard.grantable(&scopes), ["openid", "offline_access", "email"]);
}

#[test]
fn only_cognito_refuses_to_be_framed_and_has_a_name_for_its_own_directory() {
    let (cognito, standard) = (Provider::Cognito.rules(), Provider::Standard.rules());
    assert!(standard.allows_frames && !cognito.allows_frames);
    assert_eq!(cognito.own_identity_provider, Some(("identity_provider", "COGNITO")));
    assert_eq!(standard.own_identity_provider, None);
}
