//! The parsers of texts: options, URLs, JSON, tokens and headers.

use oauth2::url::{Url, form_urlencoded};
use pkce_wasm::{
    authorization::SignIn,
    callback::Callback,
    challenge::StepUp,
    code_exchange::CodeExchange,
    config::Config,
    form,
    json::{MAX_BYTES, MAX_DEPTH, MAX_MEMBERS, Value},
    jwt::{Algorithm, Jws},
    uri,
    uri::Uri,
};
use serde_json::Value as Json;

use crate::{
    keys::{decode, encode},
    provider,
    provider::{REDIRECT_URI, json_of, object_of, parameters},
};

pub(crate) fn json(document: &[u8]) {
    let theirs = json_of(document);
    if let Ok(ours) = Value::parse(document) {
        let theirs = theirs.as_ref().expect("serde_json takes it too");
        assert_same(&ours, theirs);
    }
    // What another parser understood, written without repeated names, is understood.
    if let Some(theirs) = theirs.filter(is_within_caps) {
        let written = theirs.to_string();
        if written.len() <= MAX_BYTES {
            let ours = Value::parse(written.as_bytes()).expect("ordinary JSON");
            assert_same(&ours, &theirs);
        }
    }
}

fn is_within_caps(value: &Json) -> bool {
    fn fits(value: &Json, depth: usize) -> bool {
        match value {
            Json::Array(items) => depth > 0 && items.iter().all(|item| fits(item, depth - 1)),
            Json::Object(members) => {
                depth > 0
                    && members.len() <= MAX_MEMBERS
                    && members.values().all(|member| fits(member, depth - 1))
            }
            _ => true,
        }
    }
    fits(value, MAX_DEPTH)
}

/// As many members on both sides, so that none was repeated.
fn assert_same(ours: &Value, theirs: &Json) {
    match (ours, theirs) {
        (Value::Null, Json::Null) => {}
        (Value::Bool(ours), Json::Bool(theirs)) => assert_eq!(ours, theirs),
        (Value::String(ours), Json::String(theirs)) => assert_eq!(ours, theirs),
        (Value::Number(text), Json::Number(theirs)) => {
            assert_eq!(text.parse::<f64>().ok(), theirs.to_string().parse::<f64>().ok());
            if let (Some(whole), Some(number)) = (ours.as_u64(), theirs.as_u64()) {
                assert_eq!(whole, number);
            }
        }
        (Value::Array(ours), Json::Array(theirs)) => {
            assert_eq!(ours.len(), theirs.len());
            ours.iter().zip(theirs).for_each(|(ours, theirs)| assert_same(ours, theirs));
        }
        (Value::Object(ours), Json::Object(theirs)) => {
            assert_eq!(ours.len(), theirs.len());
            ours.iter().for_each(|(name, ours)| assert_same(ours, &theirs[name]));
        }
        _ => panic!("{ours:?} is not {theirs}"),
    }
}

pub(crate) fn uri(input: &[u8]) {
    let Ok(text) = core::str::from_utf8(input) else { return };
    if let Ok(uri) = Uri::parse(text.to_owned()) {
        let url = Url::parse(text).expect("a URL to browsers");
        assert_eq!(uri.as_str(), text);
        assert_eq!(Some(&*uri.host().to_ascii_lowercase()), url.host_str());
        assert_eq!(uri.is_encrypted(), url.scheme() == "https");
        assert_eq!(uri.has_fragment(), url.fragment().is_some());
        assert!(url.username().is_empty() && url.password().is_none());
        let origin = Url::parse(uri.origin()).expect("an origin");
        assert_eq!(origin.origin(), url.origin());
        let path = if uri.path().is_empty() { "/" } else { uri.path() };
        assert_eq!(path, url.path());
    }
    let origin = "https://app.example";
    if let Ok(path) = uri::return_to(text, origin) {
        let base = Url::parse(REDIRECT_URI).unwrap();
        let url = base.join(&path).expect("a path");
        assert_eq!(url.origin(), base.origin(), "{path} leads to {url}");
    }
    if let Some(pairs) = form::parse(text) {
        let theirs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        assert_eq!(pairs, theirs);
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        let written = form::write(&pairs);
        assert!(form::parse(&written).is_some_and(|again| again == theirs));
    }
}

pub(crate) fn config(input: &[u8]) {
    let Ok(config) = Config::parse(input) else { return };
    let options = object_of(input).expect("an object");
    assert!(!options.contains_key("clientSecret") && !options.contains_key("client_secret"));
    assert_eq!(options["clientId"].as_str(), Some(config.client_id.as_str()));
    assert_eq!(options["redirectUri"].as_str(), Some(config.redirect_uri.as_str()));
    assert!(config.scopes.iter().any(|scope| scope == "openid"));
    assert!(config.clock_tolerance_seconds <= 600);
    let asked = options.get("dangerouslyAllowInsecureRequests") == Some(&Json::Bool(true));
    assert_eq!(config.dangerously_allow_insecure_requests, asked);
    assert!(Url::parse(config.issuer.as_str()).is_ok_and(|url| url.query().is_none()));
    let mut uris = vec![&config.issuer, &config.redirect_uri];
    uris.extend(&config.post_logout_redirect_uri);
    if let Some(metadata) = &config.metadata {
        uris.extend([&metadata.authorization_endpoint, &metadata.token_endpoint]);
        uris.push(&metadata.jwks_uri);
        uris.extend(&metadata.userinfo_endpoint);
        uris.extend(&metadata.revocation_endpoint);
        uris.extend(&metadata.end_session_endpoint);
        uris.extend(&metadata.pushed_authorization_request_endpoint);
    }
    for uri in uris {
        assert!(is_secure(uri.as_str()) || asked, "{}", uri.as_str());
    }
}

/// Whether onlookers see nothing of what is sent there.
pub(crate) fn is_secure(url: &str) -> bool {
    let url = Url::parse(url).expect("a URL");
    let host = url.host_str().unwrap_or_default();
    url.scheme() == "https"
        || host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.starts_with("127.")
}

pub(crate) fn sign_in_options(input: &[u8]) {
    let config = provider::config();
    let Ok(sign_in) = SignIn::parse(input, &config) else { return };
    let metadata = provider::metadata(&config);
    let entropy = provider::entropy(1);
    let begun =
        pkce_wasm::authorization::begin(&config, &metadata, sign_in, &entropy, provider::NOW);
    let Ok((url, transaction)) = begun else { return };
    // No option may take the place of what protects the sign-in.
    let challenge = encode(&<sha2::Sha256 as sha2::Digest>::digest(encode(&entropy.code_verifier)));
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", provider::CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("state", transaction.state()),
        ("nonce", &encode(&entropy.nonce)),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(parameters(&url, name), [value], "{name}");
    }
    for name in ["client_secret", "request", "request_uri", "response_mode", "registration"] {
        assert!(parameters(&url, name).is_empty(), "{name}");
    }
    let target = metadata.authorization_endpoint.as_str();
    assert!(url.strip_prefix(target).is_some_and(|query| query.starts_with('?')));
}

pub(crate) fn callback(input: &[u8]) {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let config = provider::config();
    for url in [text.to_owned(), format!("{REDIRECT_URI}?{text}"), format!("{REDIRECT_URI}#{text}")]
    {
        let Ok(Some(callback)) = Callback::parse(&url, &config) else { continue };
        let (rest, fragment) = url.split_once('#').unwrap_or((&url, ""));
        let (location, query) = rest.split_once('?').unwrap_or((rest, ""));
        let origin = REDIRECT_URI.strip_suffix("/callback").expect("its path");
        assert!(location.strip_prefix(origin).is_some_and(|path| path.starts_with('/')), "{url}");
        let in_query = |name| parameters(query_as_form(query).as_str(), name);
        let in_fragment = |name| parameters(query_as_form(fragment).as_str(), name);
        for token in ["access_token", "id_token", "refresh_token"] {
            assert!(in_query(token).is_empty() && in_fragment(token).is_empty(), "{token}");
        }
        let both = |name| [in_query(name), in_fragment(name)].concat();
        if let Some(state) = &callback.state {
            assert!(both("state").contains(state));
        }
        assert!(in_query("state").len() <= 1 && in_query("code").len() <= 1, "{url}");
        // Only an error may come in the fragment, and whoever has a code has it from the query.
        let (_, transaction) = provider::begin(&config);
        if let Ok(exchange) = CodeExchange::begin(transaction, callback, &config, provider::NOW) {
            let (url, _) = provider::begin(&config);
            assert_eq!(in_query("state"), parameters(&url, "state"));
            let form = exchange.request().form.expect("a form");
            assert_eq!(in_query("code"), parameters(&form, "code"));
            assert!(in_query("error").iter().all(String::is_empty));
            // A host may have put a slash or the page's file behind the path, and nothing else.
            let location = location.strip_suffix("/index.html").unwrap_or(location);
            assert_eq!(location.trim_end_matches('/'), REDIRECT_URI);
        }
    }
}

/// A form that holds no `?` and `#` by which it would be taken for a URL.
fn query_as_form(query: &str) -> String {
    query.replace('?', "%3F").replace('#', "%23")
}

pub(crate) fn challenge(input: &[u8]) {
    let Ok(header) = core::str::from_utf8(input) else { return };
    let Some(step_up) = StepUp::parse(header) else { return };
    let unescaped = header.replace('\\', "");
    assert!(unescaped.contains("insufficient_user_authentication"));
    let options = step_up.to_options();
    let written = object_of(options.as_bytes()).expect("options");
    assert_eq!(written.get("acrValues").and_then(Json::as_str), step_up.acr_values.as_deref());
    assert_eq!(written.get("maxAge").and_then(Json::as_u64), step_up.max_age);
    assert!(step_up.max_age.is_none_or(|age| { unescaped.contains(&age.to_string()) }));
}

pub(crate) fn jwt(input: &[u8]) {
    let Ok(token) = core::str::from_utf8(input) else { return };
    // The token as it is, and one whose header and payload are the two lines of the input.
    let (header, payload) = token.split_once('\n').unwrap_or((token, "{}"));
    let made = [&*encode(header.as_bytes()), &encode(payload.as_bytes()), "AAAA"].join(".");
    for token in [token, &made] {
        let Ok(jws) = Jws::parse(token) else { continue };
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3);
        let header = object_of(&decode(parts[0]).expect("base64url")).expect("a header");
        let payload = object_of(&decode(parts[1]).expect("base64url")).expect("claims");
        assert!(decode(parts[2]).is_some());
        assert!(!header.contains_key("crit"));
        let alg = header["alg"].as_str().expect("alg");
        assert!(Algorithm::from_name(alg).is_some());
        assert!(!alg.starts_with("HS") && !alg.eq_ignore_ascii_case("none"));
        assert!(
            header.get("typ").is_none_or(|typ| {
                typ.as_str().is_some_and(|typ| typ.eq_ignore_ascii_case("JWT"))
            })
        );
        assert_same(jws.claims(), &Json::Object(payload));
    }
}

pub(crate) fn base64url(input: &[u8]) {
    let Ok(text) = core::str::from_utf8(input) else { return };
    // The one way in is a part of a token; the claims show what it was taken for.
    let header = encode(br#"{"alg":"RS256"}"#);
    let theirs = decode(text);
    let is_signature = Jws::parse(&[&*header, "e30", text].join(".")).is_ok();
    assert_eq!(is_signature && !text.contains('.'), theirs.is_some() && !text.contains('.'));
    let is_claims = Jws::parse(&[&*header, text, "AAAA"].join(".")).is_ok();
    assert!(!is_claims || theirs.is_some_and(|bytes| object_of(&bytes).is_some()));
    // And back: what one encodes the other decodes to the same bytes.
    let mut document = br#"{"a":""#.to_vec();
    document.extend(text.bytes().filter(|byte| byte.is_ascii_alphanumeric()));
    document.extend(br#""}"#);
    let jws = Jws::parse(&[&*header, &encode(&document), "AAAA"].join(".")).expect("a JWS");
    let expected = json_of(&document).expect("JSON");
    assert_eq!(jws.claims().text("a"), expected["a"].as_str());
}
