//! RFC 6749 §4.1.1, RFC 7636 §4.3 and OpenID Connect Core §3.1.2.1: the authorization request.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use common::{
    World, code, config, entropy, options, parameters, parse_config, parse_sign_in, values, with,
};
use oauth2::{
    AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope, basic::BasicClient,
};
use pkce_wasm::{
    authorization::{self, SignIn},
    error::Code,
    pkce,
    secret::Secret,
    uri::Uri,
};
use serde_json::{Value, json};

/// The parameters of the request that asks for this.
fn request(sign_in: &Value) -> BTreeMap<String, String> {
    parameters(&World::standard().asking(sign_in).begin().0)
}

/// The code of the refusal of these options of `signIn`.
#[track_caller]
fn refusal(sign_in: &Value) -> Code {
    code(parse_sign_in(sign_in, &World::standard().config))
}

#[test]
fn has_the_parameters_of_a_code_flow_with_pkce_and_no_others() {
    let entropy = entropy(1);
    let challenge = pkce::code_challenge(&pkce::code_verifier(&entropy.code_verifier));
    let expected = [
        ("response_type", "code"),
        ("client_id", "spa"),
        ("redirect_uri", "https://app.example/callback"),
        ("scope", "openid email profile"),
        ("state", &BASE64_URL_SAFE_NO_PAD.encode(entropy.state)),
        ("nonce", &BASE64_URL_SAFE_NO_PAD.encode(entropy.nonce)),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(request(&json!({})), BTreeMap::from(expected));
}

#[test]
fn goes_to_the_authorization_endpoint() {
    let (url, _) = World::standard().begin();
    assert!(url.starts_with("https://id.example/authorize?response_type=code&"), "{url}");
}

#[test]
fn state_nonce_and_challenge_differ_by_entropy() {
    let world = World::standard();
    let request = |seed| {
        let entropy = entropy(seed);
        let sign_in = SignIn::default();
        let begun =
            authorization::begin(&world.config, &world.metadata, sign_in, &entropy, common::NOW);
        parameters(&begun.unwrap().0)
    };
    let (one, other) = (request(1), request(2));
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(one.get(name), other.get(name), "{name}");
        assert_eq!(one.get(name).unwrap().len(), 43, "{name}");
    }
}

#[test]
fn state_nonce_and_verifier_are_independent() {
    let request = request(&json!({}));
    assert_ne!(request.get("state"), request.get("nonce"));
    let verifier = pkce::code_verifier(&entropy(1).code_verifier);
    assert!(!request.values().any(|value| value == verifier.secret()), "the verifier leaves");
}

#[test]
fn the_transaction_is_kept_under_the_state_that_is_sent() {
    let (url, transaction) = World::standard().begin();
    assert_eq!(parameters(&url).get("state").unwrap(), transaction.state());
}

#[test]
fn asks_for_what_the_caller_asks_for() {
    let request = request(&json!({
        "loginHint": "user@example.com",
        "prompt": "login consent",
        "acrValues": ["urn:loa:2", "urn:loa:3"],
        "maxAge": 300,
    }));
    assert_eq!(request.get("login_hint").unwrap(), "user@example.com");
    assert_eq!(request.get("prompt").unwrap(), "login consent");
    assert_eq!(request.get("acr_values").unwrap(), "urn:loa:2 urn:loa:3");
    assert_eq!(request.get("max_age").unwrap(), "300");
}

#[test]
fn max_age_zero_is_sent_and_acr_values_may_be_one_text() {
    let request = request(&json!({ "maxAge": 0, "acrValues": "urn:loa:2 urn:loa:3" }));
    assert_eq!(request.get("max_age").unwrap(), "0");
    assert_eq!(request.get("acr_values").unwrap(), "urn:loa:2 urn:loa:3");
}

#[test]
fn what_is_null_is_not_asked_for() {
    let nothing = json!({
        "loginHint": null, "prompt": null, "acrValues": null, "maxAge": null, "extra": null,
        "returnTo": null, "resource": null, "delivery": null,
    });
    assert_eq!(request(&nothing), request(&json!({})));
}

#[test]
fn refuses_options_of_the_wrong_form() {
    let wrong = [
        json!({ "loginHint": 1 }),
        json!({ "prompt": ["login"] }),
        json!({ "acrValues": [1] }),
        json!({ "maxAge": -1 }),
        json!({ "maxAge": "300" }),
        json!({ "extra": "lang=de" }),
        json!({ "extra": { "lang": 1 } }),
        json!({ "resource": 1 }),
        json!({ "resource": [1] }),
        json!({ "delivery": "window" }),
        json!({ "delivery": 1 }),
        json!({ "proofKey": "thumbprint" }),
        json!({ "dpop_jkt": "thumbprint" }),
        json!({ "login_hint": "user@example.com" }),
        json!([]),
        json!(null),
    ];
    for options in wrong {
        assert_eq!(refusal(&options), Code::InvalidConfig, "{options}");
    }
}

#[test]
fn refuses_options_that_are_no_json() {
    let config = World::standard().config;
    assert_eq!(code(SignIn::parse(b"{", &config)), Code::InvalidConfig);
    assert!(SignIn::parse(b"{}", &config).is_ok());
}

#[test]
fn refuses_to_return_to_another_origin() {
    assert_eq!(refusal(&json!({ "returnTo": "https://evil.example/" })), Code::ReturnToRefused);
    assert_eq!(refusal(&json!({ "returnTo": "//evil.example/" })), Code::ReturnToRefused);
}

#[test]
fn returns_to_a_path_of_the_redirect_uris_origin() {
    let config = World::standard().config;
    for path in ["/settings?tab=2#top", "https://app.example/settings?tab=2#top"] {
        let sign_in = parse_sign_in(&json!({ "returnTo": path }), &config).unwrap();
        assert_eq!(sign_in.return_to.as_deref(), Some("/settings?tab=2#top"));
    }
}

#[test]
fn returns_to_the_page_when_nothing_else_is_said() {
    let config = World::standard().config;
    let return_to = |options: Value| parse_sign_in(&options, &config).unwrap().return_to;
    let page = "https://app.example/inbox";
    assert_eq!(return_to(json!({ "page": page })).as_deref(), Some("/inbox"));
    let both = json!({ "page": page, "returnTo": "/settings" });
    assert_eq!(return_to(both).as_deref(), Some("/settings"));
    assert_eq!(return_to(json!({ "page": "https://app.example//evil.example" })), None);
}

#[test]
fn never_returns_to_where_responses_come_to_unless_told_so() {
    let at = |redirect_uri: &str, options: Value| {
        let own = json!({ "redirectUri": format!("https://app.example{redirect_uri}") });
        let config = World::of(&with(common::options(), own), &common::document()).config;
        parse_sign_in(&options, &config).unwrap().return_to
    };
    for page in ["/callback", "/callback/", "/callback?code=c&state=s", "/callback#/orders/7"] {
        assert_eq!(at("/callback", json!({ "page": page })), None, "{page}");
        let before = json!({ "page": page, "before": "/orders/7" });
        assert_eq!(at("/callback", before).as_deref(), Some("/orders/7"), "{page}");
    }
    assert_eq!(at("/callback", json!({ "returnTo": "/callback" })).as_deref(), Some("/callback"));
    // The page of the callback may be the app's own, with its places in the query or in the fragment.
    for page in ["/#/orders/7", "/?tab=2", "/?tab=2#/orders", "/?encode=1"] {
        for redirect_uri in ["", "/"] {
            let both = json!({ "page": page, "before": "/orders/7" });
            assert_eq!(at(redirect_uri, both).as_deref(), Some(page), "{page}");
        }
    }
    for page in
        ["/", "/?code=c&state=s", "/?state=s&error=e", "/#state=s&error=e", "/?tab=2#code=c"]
    {
        assert_eq!(at("/", json!({ "page": page })), None, "{page}");
    }
    assert_eq!(at("/?tenant=a", json!({ "page": "/?tenant=a" })), None);
    assert_eq!(at("/?tenant=a", json!({ "page": "/orders" })).as_deref(), Some("/orders"));
}

#[test]
fn a_clients_extra_parameters_are_sent_unless_a_sign_in_has_its_own() {
    let extra = json!({ "audience": "https://api.example", "lang": "de" });
    let client = config(&with(options(), json!({ "extra": extra })));
    let sign_in = |options: Value| parse_sign_in(&options, &client).unwrap().extra;
    let sent = |extra: Vec<(String, String)>| extra.into_iter().collect::<BTreeMap<_, _>>();

    let by_default = sent(sign_in(json!({})));
    assert_eq!(by_default["audience"], "https://api.example");
    assert_eq!(by_default["lang"], "de");
    let own = sign_in(json!({ "extra": { "lang": "fr", "hint": "x" } }));
    assert_eq!(own.len(), 3);
    let own = sent(own);
    assert_eq!(own["audience"], "https://api.example");
    assert_eq!(own["lang"], "fr");
    assert_eq!(own["hint"], "x");
}

#[test]
fn a_client_cannot_override_a_parameter_of_the_protocol_either() {
    let with_extra = |extra: Value| parse_config(&with(options(), json!({ "extra": extra })));
    for name in ["state", "client_id", "redirect_uri", "request", "prompt"] {
        let read = with_extra(json!({ name: "x" }));
        assert_eq!(code(read), Code::ParameterRefused, "{name}");
    }
    assert_eq!(code(with_extra(json!("audience=x"))), Code::InvalidConfig);
    assert_eq!(code(with_extra(json!({ "audience": 1 }))), Code::InvalidConfig);
}

#[test]
fn state_of_the_applications_own_is_kept_up_to_16_kib() {
    let longest = format!("\"{}\"", "x".repeat(16 * 1024 - 2));
    let world = World::standard().asking(&json!({ "appState": longest }));
    assert!(world.transaction().to_answered_record().len() > 16 * 1024);
    assert_eq!(refusal(&json!({ "appState": format!("{longest} ") })), Code::InvalidConfig);
    assert_eq!(refusal(&json!({ "appState": { "basket": 1 } })), Code::InvalidConfig);
}

#[test]
fn extra_parameters_are_sent_along() {
    let extra = json!({ "identity_provider": "Google", "lang": "pt-BR", "odd name": "ü & =" });
    let request = request(&json!({ "extra": extra }));
    assert_eq!(request.get("identity_provider").unwrap(), "Google");
    assert_eq!(request.get("lang").unwrap(), "pt-BR");
    assert_eq!(request.get("odd name").unwrap(), "ü & =");
}

#[test]
fn refuses_extra_parameters_that_are_the_protocols_own() {
    let own = [
        "acr_values",
        "client_id",
        "client_secret",
        "code_challenge",
        "code_challenge_method",
        "dpop_jkt",
        "login_hint",
        "max_age",
        "nonce",
        "prompt",
        "redirect_uri",
        "registration",
        "request",
        "request_uri",
        "resource",
        "response_mode",
        "response_type",
        "scope",
        "state",
    ];
    for name in own {
        let mut extra = serde_json::Map::new();
        extra.insert(name.into(), "x".into());
        assert_eq!(refusal(&json!({ "extra": extra })), Code::ParameterRefused, "{name}");
    }
}

#[test]
fn an_endpoint_keeps_its_own_query() {
    let document = with(
        common::document(),
        json!({ "authorization_endpoint": "https://id.example/authorize?tenant=a%20b" }),
    );
    let world = World::of(&common::options(), &document);
    let (url, _) = world.begin();
    assert_eq!(parameters(&url).get("tenant").unwrap(), "a b");
    assert_eq!(parameters(&url).get("client_id").unwrap(), "spa");
}

#[test]
fn refuses_an_endpoint_that_answers_for_the_client() {
    let endpoints = [
        "https://id.example/authorize?state=fixed",
        "https://id.example/authorize?redirect%5Furi=https://evil.example",
        "https://id.example/authorize?x=%zz",
    ];
    for endpoint in endpoints {
        let document = with(common::document(), json!({ "authorization_endpoint": endpoint }));
        let world = World::of(&common::options(), &document);
        let sign_in = SignIn::default();
        let begun =
            authorization::begin(&world.config, &world.metadata, sign_in, &entropy(1), common::NOW);
        assert_eq!(code(begun), Code::ResponseInvalid, "{endpoint}");
    }
}

/// Discovery and the options refuse it as well; a Rust client may have its metadata from elsewhere.
#[test]
fn refuses_an_endpoint_with_a_fragment_for_its_parameters_would_be_lost() {
    let mut world = World::standard();
    let endpoint = Uri::parse("https://id.example/authorize#top".to_owned()).unwrap();
    world.metadata.authorization_endpoint = endpoint;
    let sign_in = SignIn::default();
    let begun =
        authorization::begin(&world.config, &world.metadata, sign_in, &entropy(1), common::NOW);
    assert_eq!(code(begun), Code::ResponseInvalid);
}

#[test]
fn offline_access_is_asked_of_a_standard_provider_but_not_of_cognito() {
    let scope = json!({ "scope": "openid offline_access email" });
    let asked = |options: Value, document: Value| {
        let world = World::of(&with(options, scope.clone()), &document);
        parameters(&world.begin().0).remove("scope").unwrap()
    };
    let standard = asked(common::options(), common::document());
    assert_eq!(standard, "openid offline_access email");
    let cognito = asked(common::cognito_options(), common::cognito_document());
    assert_eq!(cognito, "openid email");
}

#[test]
fn is_the_request_that_the_oauth2_crate_makes() {
    let world = World::standard().asking(&json!({
        "loginHint": "user+tag@example.com",
        "resource": "https://api.example/a?b=c&d=e",
        "extra": { "lang": "de" },
    }));
    let (url, transaction) = world.begin();
    let ours = oauth2::url::Url::parse(&url).unwrap();

    let verifier = pkce::code_verifier(&entropy(1).code_verifier);
    let state = transaction.state().to_owned();
    let authorization_endpoint = world.metadata.authorization_endpoint.as_str().to_owned();
    let (theirs, _) = BasicClient::new(ClientId::new("spa".into()))
        .set_auth_uri(AuthUrl::new(authorization_endpoint).unwrap())
        .set_redirect_uri(RedirectUrl::new("https://app.example/callback".into()).unwrap())
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(["openid", "email", "profile"].map(|scope| Scope::new(scope.into())))
        .add_extra_param("nonce", world.nonce())
        .add_extra_param("login_hint", "user+tag@example.com")
        .add_extra_param("lang", "de")
        .add_extra_param("resource", "https://api.example/a?b=c&d=e")
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .url();

    assert_eq!(parameters(&url), parameters(theirs.as_str()));
    assert_eq!(ours.origin(), theirs.origin());
    assert_eq!(ours.path(), theirs.path());
}

#[test]
fn asks_for_a_token_for_each_resource() {
    // RFC 8707 §2.
    let resources = ["https://api.example/a,b?c=d&e", "urn:example:other"];
    let (url, _) = World::standard().asking(&json!({ "resource": resources })).begin();
    assert_eq!(values(&url, "resource"), resources);
    let (url, _) = World::standard().asking(&json!({ "resource": resources[1] })).begin();
    assert_eq!(values(&url, "resource"), [resources[1]]);
    assert_eq!(values(&World::standard().begin().0, "resource"), [""; 0]);
}

#[test]
fn refuses_a_resource_that_is_no_absolute_uri() {
    let wrong = [
        "https://api.example/#top",
        "/relative",
        "//api.example/a:b",
        "api.example",
        ":",
        "1:a",
        "/a:b",
        "https://api.example/\"a\"",
        "https://api.example/ü",
    ];
    for resource in wrong {
        assert_eq!(refusal(&json!({ "resource": resource })), Code::InvalidConfig, "{resource}");
        let among = ["https://api.example/", resource];
        assert_eq!(refusal(&json!({ "resource": among })), Code::InvalidConfig, "{resource}");
    }
    for among in [["https://api.example/ b"], [""]] {
        assert_eq!(refusal(&json!({ "resource": among })), Code::InvalidConfig, "{among:?}");
    }
}

/// The hint of a sign-in by somebody with this ID token.
fn hint(world: World, sign_in: &Value, id_token: &str) -> Option<String> {
    let mut world = world.asking(sign_in);
    world.sign_in.id_token = Some(Secret::new(id_token.to_owned()));
    let hints = values(&world.begin().0, "id_token_hint");
    assert!(hints.len() <= 1, "{hints:?}");
    hints.into_iter().next()
}

#[test]
fn says_who_the_user_is_where_nobody_else_is_meant() {
    let same_user = [
        json!({ "prompt": "none" }),
        json!({ "acrValues": "mfa" }),
        json!({ "maxAge": 0 }),
        json!({ "acrValues": "mfa", "prompt": "login" }),
    ];
    for sign_in in &same_user {
        let hint = |world| hint(world, sign_in, "the.id.token");
        assert_eq!(hint(World::standard()).as_deref(), Some("the.id.token"), "{sign_in}");
        assert_eq!(hint(World::cognito()), None, "Cognito has no such parameter");
        let world = World::standard().asking(sign_in);
        assert!(values(&world.begin().0, "id_token_hint").is_empty(), "nobody is signed in");
    }
    for sign_in in [
        json!({}),
        json!({ "prompt": "login" }),
        json!({ "prompt": "select_account" }),
        json!({ "prompt": "select_account", "maxAge": 0 }),
    ] {
        assert_eq!(hint(World::standard(), &sign_in, "the.id.token"), None, "{sign_in}");
    }
    let own = json!({ "prompt": "none", "extra": { "id_token_hint": "another" } });
    assert_eq!(hint(World::standard(), &own, "the.id.token").as_deref(), Some("another"));
}

#[test]
fn an_id_token_that_would_make_the_address_too_long_is_no_hint() {
    let silent = json!({ "prompt": "none" });
    let has_hint = |bytes| hint(World::standard(), &silent, &"t".repeat(bytes)).is_some();
    assert!(has_hint(6 * 1024));
    assert!(!has_hint(6 * 1024 + 1));
}

#[test]
fn the_state_tells_how_the_response_is_handed_over() {
    let state =
        |delivery: Value| World::standard().asking(&json!({ "delivery": delivery })).state();
    let plain = state(json!("redirect"));
    assert_eq!(plain.len(), 43);
    assert_eq!(state(json!("popup")), format!("{plain}.popup"));
    assert_eq!(state(json!("frame")), format!("{plain}.frame"));
}

/// What begins when a Cognito client asks for this.
fn begin_at_cognito(sign_in: &Value) -> pkce_wasm::error::Result<String> {
    let World { config, metadata, sign_in, .. } = World::cognito().asking(sign_in);
    authorization::begin(&config, &metadata, sign_in, &entropy(1), common::NOW).map(|begun| begun.0)
}

#[test]
fn cognitos_pages_cannot_be_framed() {
    let frame = json!({ "delivery": "frame", "prompt": "none" });
    assert_eq!(code(begin_at_cognito(&frame)), Code::SilentUnsupported);
    assert!(begin_at_cognito(&json!({ "delivery": "popup" })).is_ok());
    assert!(begin_at_cognito(&json!({ "prompt": "none" })).is_ok());
    let (url, _) = World::standard().asking(&frame).begin();
    assert_eq!(parameters(&url).get("prompt").unwrap(), "none");
}

#[test]
fn cognitos_own_directory_is_not_named_in_a_silent_request() {
    let named = |world: World, prompt: Value, provider: &str| {
        let extra = json!({ "identity_provider": provider, "lang": "de" });
        let (url, _) = world.asking(&json!({ "prompt": prompt, "extra": extra })).begin();
        assert_eq!(values(&url, "lang"), ["de"]);
        values(&url, "identity_provider").pop()
    };
    let (none, login) = (json!("none"), json!("login"));
    let own = Some("COGNITO".to_owned());
    assert_eq!(named(World::cognito(), none.clone(), "COGNITO"), None);
    assert_eq!(named(World::cognito(), login, "COGNITO"), own);
    assert_eq!(named(World::cognito(), json!(null), "COGNITO"), own);
    assert_eq!(named(World::cognito(), none.clone(), "Google").as_deref(), Some("Google"));
    assert_eq!(named(World::standard(), none, "COGNITO"), own);
}
