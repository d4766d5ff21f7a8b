//! The answers of a provider like Cognito. What signs them is of no concern here: WebCrypto verifies.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use pkce_wasm::{http::Response, time::Timestamp};

const NOW_SECONDS: u64 = 1_800_000_000;
pub const NOW: Timestamp = Timestamp::from_seconds(NOW_SECONDS);

pub const OPTIONS: &str = r#"{
    "issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
    "clientId": "1example23456789",
    "redirectUri": "http://localhost:8585/callback",
    "postLogoutRedirectUri": "http://localhost:8585/",
    "scope": "openid email profile"
}"#;

const METADATA: &str = r#"{
    "authorization_endpoint": "https://example.auth.eu-west-1.amazoncognito.com/oauth2/authorize",
    "end_session_endpoint": "https://example.auth.eu-west-1.amazoncognito.com/logout",
    "id_token_signing_alg_values_supported": ["RS256"],
    "issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
    "jwks_uri": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123/.well-known/jwks.json",
    "response_types_supported": ["code", "token"],
    "revocation_endpoint": "https://example.auth.eu-west-1.amazoncognito.com/oauth2/revoke",
    "scopes_supported": ["openid", "email", "phone", "profile"],
    "subject_types_supported": ["public"],
    "token_endpoint": "https://example.auth.eu-west-1.amazoncognito.com/oauth2/token",
    "userinfo_endpoint": "https://example.auth.eu-west-1.amazoncognito.com/oauth2/userInfo"
}"#;

pub fn metadata() -> Response {
    json(METADATA.into())
}

pub fn callback(state: &str) -> String {
    let code = "1a2b3c4d-5678-90ab-cdef-1234567890ab";
    format!("http://localhost:8585/callback?code={code}&state={state}")
}

/// The `nonce` of an authorization request.
pub fn nonce(url: &str) -> String {
    let (_, rest) = url.split_once("nonce=").expect("a nonce");
    rest.split('&').next().unwrap_or_default().into()
}

/// Two RSA keys of 2048 bits, as Cognito has them.
pub fn key_set() -> Response {
    let key = |kid: &str| {
        let n = base64url(&[0xc5; 256]);
        format!(r#"{{"alg":"RS256","e":"AQAB","kid":"{kid}","kty":"RSA","n":"{n}","use":"sig"}}"#)
    };
    json(format!(r#"{{"keys":[{},{}]}}"#, key("the-first"), key("the-second")))
}

/// Tokens as long as Cognito's. After a refresh, the ID token has no nonce.
pub fn tokens(nonce: Option<&str>) -> Response {
    let nonce = nonce.map(|nonce| format!(r#","nonce":"{nonce}""#)).unwrap_or_default();
    let expiry = NOW_SECONDS + 3600;
    let id_token = token(&format!(
        r#"{{"sub":"a1b2c3d4-5678-90ab-cdef-1234567890ab","email_verified":true,"iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123","cognito:username":"alice","origin_jti":"a1b2c3d4-5678-90ab-cdef-1234567890ab","aud":"1example23456789","event_id":"a1b2c3d4-5678-90ab-cdef-1234567890ab","token_use":"id","auth_time":{NOW_SECONDS},"exp":{expiry},"iat":{NOW_SECONDS},"jti":"a1b2c3d4-5678-90ab-cdef-1234567890ab","email":"alice@example.com"{nonce}}}"#
    ));
    let access_token = token(&"x".repeat(520));
    let refresh_token = "r".repeat(1700);
    json(format!(
        r#"{{"id_token":"{id_token}","access_token":"{access_token}","refresh_token":"{refresh_token}","expires_in":3600,"token_type":"Bearer"}}"#
    ))
}

fn token(payload: &str) -> String {
    let header = base64url(br#"{"kid":"the-second","alg":"RS256"}"#);
    format!("{header}.{}.{}", base64url(payload.as_bytes()), base64url(&[0x5c; 256]))
}

fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn json(body: String) -> Response {
    Response {
        status: 200,
        content_type: Some("application/json".into()),
        body: body.into_bytes(),
        ..Response::default()
    }
}
