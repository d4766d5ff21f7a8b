//! What is read back from the browser's storage, where everything may have happened to it.

use oauth2::url::Url;
use pkce_wasm::{
    form,
    logout::{Return, SignOut},
    session::Session,
    time::Timestamp,
    transaction::Stored,
};

use crate::{
    provider,
    provider::{CLIENT_ID, ISSUER, NOW, object_of, parameters},
};

pub(crate) fn records(input: &[u8]) {
    let Ok(record) = core::str::from_utf8(input) else { return };
    let config = provider::config();
    let members = object_of(input).unwrap_or_default();
    let is = |name: &str, value: &str| members.get(name).is_some_and(|member| member == value);
    if let Some(session) = Session::read(record, &config) {
        assert!(is("record", "session/1") && is("client_id", CLIENT_ID) && is("issuer", ISSUER));
        assert!(is("subject", session.subject()));
        assert!(is("access_token", session.access_token().secret()));
        let written = session.to_record();
        let again = Session::read(&written, &config).expect("our own record");
        assert_eq!(again.to_record(), written);
        assert!(Stored::read(record, &config).is_none());
    }
    match Stored::read(record, &config) {
        Some(Stored::Pending(transaction)) => {
            assert!(is("record", "transaction/1") && is("client_id", CLIENT_ID));
            assert!(is("state", transaction.state()));
            assert!(is("redirect_uri", provider::REDIRECT_URI));
            assert_eq!(members["metadata"]["issuer"], ISSUER);
            let written = transaction.to_record();
            let Some(Stored::Pending(again)) = Stored::read(&written, &config) else {
                panic!("our own record is not read")
            };
            assert_eq!(again.to_record(), written);
            let answered = Stored::read(&transaction.to_answered_record(), &config);
            let Some(Stored::Answered { return_to, app_state }) = answered else {
                panic!("our own record is not read")
            };
            assert_stays(return_to);
            let given = members.get("app_state").and_then(|state| state.as_str());
            assert_eq!(app_state.as_deref(), given);
            assert!(Session::read(record, &config).is_none());
        }
        Some(Stored::Answered { return_to, .. }) => {
            assert!(is("record", "answered/1") && is("client_id", CLIENT_ID));
            assert!(is("issuer", ISSUER));
            assert_stays(return_to);
        }
        Some(Stored::Foreign) | None => {}
    }
    if !Stored::is_stale(record, NOW) {
        assert!(members.contains_key("expires_at"));
        let end = Timestamp::from_millis(u64::MAX);
        assert!(Stored::is_stale(record, end) || members["expires_at"].as_f64() > Some(1e18));
    }
}

/// The options of `signOut`, the page that the user comes back to, and the record of the sign-out:
/// the input is one of them, or the query of that page.
pub(crate) fn sign_out(input: &[u8]) {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let config = provider::config();
    let metadata = provider::metadata(&config);
    let honest = || SignOut::parse(b"{}", &config, &[7; 32], NOW).expect("good options");
    if let Ok(sign_out) = SignOut::parse(input, &config, &[7; 32], NOW) {
        let url = sign_out.url(&config, &metadata, None).expect("options").expect("an endpoint");
        assert!(Url::parse(&url).is_ok());
        let back = SignOut::finish(
            &sign_out.to_record(),
            &format!("https://app.example/?{}", form::write(&[("state", &state(&url))])),
            &config,
            NOW,
        );
        let Ok(Return::Back { return_to }) = back else { panic!("not back: {back:?}") };
        assert_stays(return_to);
    }
    let url = honest().url(&config, &metadata, None).expect("options").expect("an endpoint");
    let record = honest().to_record();
    for page in [text.to_owned(), format!("https://app.example/?{text}")] {
        if let Ok(Return::Back { .. }) = SignOut::finish(&record, &page, &config, NOW) {
            let query = page.split('#').next().unwrap_or_default();
            assert_eq!(parameters(query, "state").first(), Some(&state(&url)));
            assert!(page.starts_with("https://app.example"));
        }
    }
    let page = format!("https://app.example/?{}", form::write(&[("state", &state(&url))]));
    if let Ok(Return::Back { return_to }) = SignOut::finish(text, &page, &config, NOW) {
        assert_stays(return_to);
        let members = object_of(input).expect("a record");
        assert_eq!(members["record"], "logout/1");
        assert_eq!(members["client_id"], CLIENT_ID);
        assert_eq!(members["issuer"], ISSUER);
        assert_eq!(members["state"], state(&url));
    }
}

/// Whatever page of the app goes to this path stays at its origin.
fn assert_stays(path: Option<String>) {
    if let Some(path) = path {
        let base = Url::parse("https://app.example/").expect("a URL");
        assert_eq!(base.join(&path).expect("a path").origin(), base.origin(), "{path}");
    }
}

fn state(url: &str) -> String {
    provider::parameter(url, "state").expect("a state")
}
