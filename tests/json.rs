//! RFC 8259, strictly, with caps; `serde_json` is the oracle.

use pkce_wasm::json::{MAX_BYTES, MAX_DEPTH, MAX_MEMBERS, Value};

fn parse(text: &str) -> Option<Value> {
    Value::parse(text.as_bytes()).ok()
}

/// The value as `serde_json` has it.
fn theirs(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(bool) => (*bool).into(),
        Value::Number(number) => serde_json::from_str(number).unwrap_or_default(),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(theirs).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), theirs(value))).collect()
        }
    }
}

#[test]
fn reads_what_serde_json_reads() {
    let documents = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "7",
        "-7",
        "1.5",
        "1e3",
        "1E+3",
        "1.5e-3",
        "-0.0",
        "18446744073709551615",
        "\"\"",
        "\"a\"",
        "[]",
        "[ ]",
        "[1,2]",
        "{}",
        "{ }",
        " { \"a\" : [ 1 , { \"b\" : null } ] } ",
        "\t\n\r 1 \t\n\r",
        "{\"\":{\"\":[[]]}}",
        r#""\"\\\/\b\f\n\r\t""#,
        r#""é€😀""#,
        r#""\u00e9\u20AC\ud83d\ude00\u0000""#,
        "\"é€😀\"",
        "\"\u{7f}\u{2028}\"",
    ];
    for document in documents {
        let ours = parse(document).map(|value| theirs(&value));
        assert_eq!(ours, serde_json::from_str(document).ok(), "{document}");
        assert!(ours.is_some(), "{document}");
    }
}

#[test]
fn refuses_what_serde_json_refuses() {
    let documents: &[&[u8]] = &[
        b"",
        b" ",
        b"nul",
        b"nulll",
        b"True",
        b"tru",
        b"+1",
        b"01",
        b"-",
        b"-01",
        b"1.",
        b".5",
        b"1e",
        b"1e+",
        b"0x1",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"'a'",
        b"\"",
        b"\"a",
        b"[",
        b"]",
        b"[1",
        b"[1,]",
        b"[,1]",
        b"[1 2]",
        b"{",
        b"}",
        b"{\"a\"}",
        b"{\"a\":}",
        b"{\"a\":1,}",
        b"{a:1}",
        b"{1:1}",
        b"{\"a\" 1}",
        b"{\"a\":1 \"b\":2}",
        b"1 2",
        b"{} {}",
        b"{}x",
        b"// a\n1",
        b"/* a */ 1",
        b"\xef\xbb\xbf1",
        b"\"\n\"",
        b"\"\t\"",
        b"\"\0\"",
        b"\"\\x\"",
        b"\"\\u12\"",
        b"\"\\u12g4\"",
        b"\"\\ud800\"",
        b"\"\\udc00\"",
        b"\"\\ud800\\u0041\"",
        b"\"\xff\"",
        b"\"\xc3\x28\"",
        b"\"\xed\xa0\x80\"",
        b"\xff",
        b"\x0c1",
        b"\xc2\xa01",
    ];
    for document in documents {
        let text = String::from_utf8_lossy(document);
        assert!(serde_json::from_slice::<serde_json::Value>(document).is_err(), "{text}");
        assert!(Value::parse(document).is_err(), "{text}");
    }
}

#[test]
fn refuses_duplicate_keys_however_they_are_written() {
    let documents = [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"a":3}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"[{"b":{"a":null,"a":null}}]"#,
        r#"{"":1,"":2}"#,
    ];
    for document in documents {
        assert_eq!(parse(document), None, "{document}");
    }
    assert!(parse(r#"{"a":1,"A":2,"b":{"a":3}}"#).is_some());
}

#[test]
fn refuses_a_repeated_name_wherever_it_stands_among_many() {
    let names: Vec<String> = (0..MAX_MEMBERS - 1).map(|name| format!("claim_{name}")).collect();
    let document = |names: &[String]| {
        let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":0")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert!(parse(&document(&names)).is_some());
    for at in [0, 1, 500, MAX_MEMBERS - 2] {
        for (place, repeated) in [(0, &names[at]), (names.len(), &names[at])] {
            let mut names = names.clone();
            names.insert(place, repeated.clone());
            assert_eq!(parse(&document(&names)), None, "{repeated} at {place}");
        }
    }
}

#[test]
fn refuses_documents_that_are_too_deep() {
    let arrays = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(&arrays(MAX_DEPTH)).is_some());
    assert_eq!(parse(&arrays(MAX_DEPTH + 1)), None);
    assert_eq!(parse(&arrays(200_000)), None);
    let objects = |depth: usize| r#"{"a":"#.repeat(depth) + "1" + &"}".repeat(depth);
    assert!(parse(&objects(MAX_DEPTH)).is_some());
    assert_eq!(parse(&objects(MAX_DEPTH + 1)), None);
    assert_eq!(parse(&"[".repeat(MAX_BYTES)), None);
}

#[test]
fn refuses_documents_that_are_too_large() {
    let text = |size: usize| format!("\"{}\"", "a".repeat(size - 2));
    assert!(parse(&text(MAX_BYTES)).is_some());
    assert_eq!(parse(&text(MAX_BYTES + 1)), None);
}

#[test]
fn refuses_objects_with_too_many_members() {
    let object = |count: usize| {
        let members: Vec<String> = (0..count).map(|name| format!("\"{name}\":0")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert!(parse(&object(MAX_MEMBERS)).is_some());
    assert_eq!(parse(&object(MAX_MEMBERS + 1)), None);
}

#[test]
fn numbers_keep_their_text() {
    for number in ["0", "-0", "1.0", "1e2", "123456789012345678901234567890", "1e400", "-7"] {
        assert_eq!(parse(number), Some(Value::Number(number.to_owned())));
    }
}

fn whole(number: &str) -> Option<u64> {
    parse(number).and_then(|value| value.as_u64())
}

#[test]
fn whole_numbers_may_have_a_fraction_or_an_exponent() {
    let numbers = [
        ("0", 0),
        ("7", 7),
        ("18446744073709551615", u64::MAX),
        ("1.9", 1),
        ("0.99", 0),
        ("1.8e9", 1_800_000_000),
        ("1800000000.75", 1_800_000_000),
        ("1.8E+9", 1_800_000_000),
        ("18e8", 1_800_000_000),
        ("180e-1", 18),
        ("185e-1", 18),
        ("1e-5", 0),
        ("1.25e1", 12),
        ("1e0", 1),
        ("0e99", 0),
        ("0.0000001e7", 1),
        ("12345e-99", 0),
    ];
    for (number, expected) in numbers {
        assert_eq!(whole(number), Some(expected), "{number}");
    }
}

#[test]
fn whole_numbers_are_neither_negative_nor_too_large() {
    let numbers = [
        "-1",
        "-7.5",
        "-1e3",
        "-12e-1",
        "-12e-3",
        "18446744073709551616",
        "1e20",
        "1e99",
        "1e400",
        "123456789012345678901234567890",
    ];
    for number in numbers {
        assert_eq!(whole(number), None, "{number}");
    }
    for other in ["\"7\"", "null", "true", "[7]", "{}"] {
        assert_eq!(whole(other), None, "{other}");
    }
}

#[test]
fn members_are_found_by_name_in_objects_only() {
    let object = parse(r#"{"a":"text","b":["x","y"],"c":["x",1],"d":1}"#);
    let object = object.as_ref();
    assert_eq!(object.and_then(|value| value.text("a")), Some("text"));
    assert_eq!(object.and_then(|value| value.text("d")), None);
    assert_eq!(object.and_then(|value| value.text("e")), None);
    assert_eq!(object.and_then(|value| value.texts("b")), Some(vec!["x".into(), "y".into()]));
    assert_eq!(object.and_then(|value| value.texts("c")), None);
    assert_eq!(object.and_then(|value| value.texts("a")), None);
    assert_eq!(parse("[\"a\"]").as_ref().and_then(|value| value.member("a")), None);
}

#[test]
fn a_refusal_says_nothing_of_the_document() {
    let shown =
        Value::parse(b"{\"secret\"").map_err(|malformed| format!("{malformed} {malformed:?}"));
    assert_eq!(shown.map_err(|shown| shown.contains("secret")), Err(false));
}
