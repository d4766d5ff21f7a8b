//! RFC 3986 as far as it goes, forms (RFC 6749 App. B), and paths to return to (RFC 9700 §4.11).
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{arbitrary::seeded, code};
use oauth2::url::{Url, form_urlencoded};
use pkce_wasm::{
    error::Code,
    form,
    uri::{Uri, return_to},
};
use proptest::prelude::*;

const ORIGIN: &str = "https://app.example";

fn parse(text: &str) -> Option<Uri> {
    Uri::parse(text.to_owned()).ok()
}

const GOOD: &[&str] = &[
    "https://id.example",
    "https://id.example/",
    "https://id.example?x=1",
    "https://id.example#x",
    "https://id.example/a/b;c=d/e%20f?g=h&i='j'#k",
    "https://id.example:8443/a",
    "https://id.example:443/a",
    "http://localhost:80/a",
    "https://id.example:80",
    "http://localhost:443",
    "https://id.example:0/a",
    "https://login_1.id-2.example/a//b",
    "https://192.168.0.1/a",
    "https://xn--bcher-kva.example/a",
    "https://xn--mnchen-3ya.xn--strae-oqa.example",
    "https://id.xn--p1ai/a",
    "https://xn--fiqs8s",
    "https://xn--zckzah.example",
    "https://xn--11b5bs3a9aj6g.example",
    "https://xn--hgbk6aj7f53bba.example",
    "https://xn--i-7iq.example",
    "https://xn--4gbrim.xn--ngbrx.example",
    "https://a-b--c.xn.-x-.example",
    "http://localhost:9400/us-east-1_Local0001",
    "http://127.0.0.1",
    "http://[::1]:8585/callback",
    "https://id.example/..a/b../.hidden/a.b",
];

#[test]
fn reads_the_parts_as_every_parser_does() {
    for text in GOOD {
        let ours = parse(text).unwrap();
        let theirs = Url::parse(text).unwrap();
        assert_eq!(ours.as_str(), *text);
        assert_eq!(ours.origin(), theirs.origin().ascii_serialization(), "{text}");
        assert_eq!(ours.host(), theirs.host_str().unwrap(), "{text}");
        assert_eq!(if ours.path().is_empty() { "/" } else { ours.path() }, theirs.path(), "{text}");
        assert_eq!(ours.has_fragment(), theirs.fragment().is_some(), "{text}");
        assert_eq!(ours.is_encrypted(), theirs.scheme() == "https", "{text}");
    }
}

#[test]
fn refuses_what_is_no_absolute_http_url() {
    let bad = [
        "",
        "id.example",
        "/path",
        "//id.example",
        "https:id.example",
        "https:/id.example",
        "https://",
        "https:///path",
        "https://:443",
        "https://?x",
        "ftp://id.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "wss://id.example",
        "HTTPS://id.example",
        " https://id.example",
        "https://id.example ",
    ];
    for text in bad {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn refuses_what_parsers_disagree_about() {
    let bad = [
        "https://user@id.example",
        "https://user:password@id.example/",
        "https://id.example@evil.example",
        "https://id.example\\@evil.example",
        "https://id.example\\.evil.example",
        "https://evil.example\t.id.example",
        "https://id.example/\n",
        "https://id.example/\0",
        "https://id.example/a b",
        "https://id.example/ü",
        "https://bücher.example",
        "https://id%2eexample",
        "https://id..example",
        "https://.example",
        "https://id.example.",
        "https://id.example:",
        "https://id.example:x",
        "https://id.example:65536",
        "https://id.example:00",
        "https://id.example:0443",
        "https://id.example:08443/a",
        "https://id.example:80:80",
        "https://id.example:-1",
        "https://1.2.3",
        "https://1.2.3.4.5",
        "https://0x7f.1",
        "https://0177.0.0.1",
        "https://127.1",
        "https://2130706433",
        "https://256.0.0.1",
        "https://1.2.3.04",
        "https://id.example/<script>",
        "https://id.example/\"",
        "https://id.example/{a}",
    ];
    for text in bad {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn refuses_encoded_names_that_stand_for_none() {
    let bad = [
        "xn--",
        "XN--",
        "xn---",
        "xn----",
        "xn--a",
        "xn--0",
        "xn--localhost-",
        "xn--example-",
        "xn---kva",
        "xn--b_cher-kva_",
        "xn--bcher-kv",
        "xn--999999b",
        "xn--bcher-99999999",
        "xn--bcher-zzzzzzzzzzzzzzzz",
        "xn--ls8h-",
    ];
    for name in bad {
        for host in [name.to_owned(), format!("{name}.example"), format!("id.{name}.example")] {
            let text = format!("https://{host}/");
            assert!(Url::parse(&text).is_err(), "{text} is good to others");
            assert_eq!(parse(&text), None, "{text}");
        }
    }
}

proptest! {
    #![proptest_config(seeded())]

    #[test]
    fn takes_every_encoded_name_that_other_parsers_take(
        name in "[a-zß-öø-ÿא-תぁ-んア-ン一-龥가-힣а-я0-9-]{1,12}", junk in "[a-z0-9-]{0,12}",
    ) {
        for text in [format!("https://{name}.example"), format!("https://xn--{junk}.example")] {
            if let Ok(theirs) = Url::parse(&text) {
                let host = theirs.host_str().unwrap();
                let ours = parse(&format!("https://{host}"));
                prop_assert_eq!(ours.as_ref().map(Uri::host), Some(host), "{}", text);
            }
        }
    }
}

#[test]
fn refuses_ipv6_addresses_other_than_loopback() {
    for host in [
        "[]",
        "[:]",
        "[:::]",
        "[1]",
        "[::1",
        "::1]",
        "[1:2:3:4:5:6:7:8:9]",
        "[::12345]",
        "[::1::2]",
        "[0:0:0:0:0:0:0:1]",
        "[2001:db8::7]",
    ] {
        assert_eq!(parse(&format!("https://{host}/")), None, "{host}");
    }
    assert!(parse("https://[::1]/").is_some());
}

#[test]
fn refuses_dot_segments_which_browsers_remove() {
    for path in ["/..", "/../a", "/a/../b", "/./a", "/a/.", "/%2e%2e/a", "/a/.%2E/b", "/%2e/a"] {
        assert_eq!(parse(&format!("https://id.example{path}")), None, "{path}");
    }
    assert!(parse("https://id.example/a?b=/../c").is_some());
}

#[test]
fn loopback_is_this_machine_itself() {
    let loopback = [
        "http://localhost",
        "http://localhost:8585",
        "http://app.localhost",
        "http://127.0.0.1",
        "http://127.255.255.254",
        "http://[::1]",
        "http://[::1]:1",
    ];
    for text in loopback {
        assert!(parse(text).unwrap().is_loopback(), "{text}");
    }
    let elsewhere = [
        "http://localhost.example",
        "http://notlocalhost",
        "http://127.0.0.1.example",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://id.example/localhost",
        "http://id.example?http://localhost",
    ];
    for text in elsewhere {
        assert!(!parse(text).unwrap().is_loopback(), "{text}");
    }
}

#[test]
fn parameters_are_added_to_a_query() {
    let with_query = |text: &str| parse(text).unwrap().with_query(&[("a b", "c&d"), ("e", "")]);
    assert_eq!(with_query("https://id.example"), "https://id.example?a%20b=c%26d&e=");
    assert_eq!(with_query("https://id.example/x?y=z"), "https://id.example/x?y=z&a%20b=c%26d&e=");
    assert_eq!(parse("https://id.example/x").unwrap().with_query(&[]), "https://id.example/x");
}

#[test]
fn forms_make_a_round_trip() {
    let pairs = [
        ("", ""),
        ("a", ""),
        ("", "b"),
        ("a&b=c", "+ %20"),
        ("ü€😀", "\u{0}\n\t"),
        ("a", "again"),
        ("-._~", "!*'()"),
    ];
    let text = form::write(&pairs);
    let owned: Vec<(String, String)> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    assert_eq!(form::parse(&text).unwrap(), owned);
    let theirs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    assert_eq!(theirs, owned);
}

#[test]
fn forms_are_read_as_every_parser_does() {
    for text in
        ["", "&", "&&a", "a", "a=", "=a", "=", "a=b=c", "a+b=c+d", "%41=%5a", "a=1&a=2&", "é=ü"]
    {
        let theirs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        assert_eq!(form::parse(text).unwrap(), theirs, "{text}");
    }
}

#[test]
fn refuses_forms_with_broken_escapes() {
    for text in ["%", "%4", "%zz", "a=%", "a=%g1", "a=%ff", "a=%c3%28", "a=%+1", "a=%ed%a0%80"] {
        assert_eq!(form::parse(text), None, "{text}");
    }
}

#[test]
fn returns_to_paths_of_this_origin() {
    let paths = [
        ("/", "/"),
        ("/settings?tab=2#top", "/settings?tab=2#top"),
        ("/a?next=https://evil.example//x", "/a?next=https://evil.example//x"),
        ("/a#//b", "/a#//b"),
        ("/grün", "/grün"),
        ("/%5Cevil.example", "/%5Cevil.example"),
        ("https://app.example", "/"),
        ("https://app.example/a", "/a"),
    ];
    for (text, path) in paths {
        assert_eq!(return_to(text, ORIGIN).unwrap(), path);
    }
}

/// Ways to leave for `evil.example`, or to run a script, by a path that looks harmless.
const ATTACKS: &[&str] = &[
    "",
    " ",
    "a",
    "a/b",
    "?a",
    "#a",
    ".",
    "..",
    "//",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    "\n/a",
    " /a",
    " //evil.example",
    "/ /evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/a//b",
    "/\u{0}",
    "/a\u{7f}",
    "/a\u{85}b",
    "/\u{2028}a",
    "/\u{a0}a",
    "/\u{3000}/evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http://app.example/",
    "https://app.example.evil.example/",
    "https://app.example@evil.example/",
    "https://app.example:8443/",
    "https://app.example:@evil.example",
    "https://app.example\\@evil.example",
    "https://app.example//evil.example",
    "https://app.example/\\evil.example",
    "HTTPS://app.example/",
    "https://app.examplea",
    "https://app.example?a",
    "https://app.example#a",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "/javascript:alert(1)\n//",
    "data:text/html,x",
    "vbscript:x",
    "blob:https://app.example/x",
    "about:blank",
    "file:///etc/passwd",
    "ftp://app.example/",
];

#[test]
fn refuses_to_return_anywhere_else() {
    for text in ATTACKS {
        assert_eq!(code(return_to(text, ORIGIN)), Code::ReturnToRefused, "{text:?}");
    }
}

#[test]
fn what_may_be_returned_to_is_of_this_origin_for_the_browser_too() {
    let base = Url::parse(ORIGIN).unwrap();
    for text in GOOD.iter().chain(ATTACKS).copied().chain(["/a", "/a?b#c", "/%2F%2Fevil.example"]) {
        if let Ok(path) = return_to(text, ORIGIN) {
            assert_eq!(base.join(&path).unwrap().origin(), base.origin(), "{text:?}");
        }
    }
}

#[test]
fn a_refusal_does_not_repeat_the_address() {
    let error = common::error(return_to("https://evil.example/?token=secret", ORIGIN));
    assert!(!format!("{error} {error:?}").contains("secret"));
}
