//! A device whose clock is wrong: what is refused, and what a third clock puts right.
#![allow(clippy::unwrap_used, reason = "test helpers")]

mod common;

use common::{NOW, NOW_SECONDS, World, code, json_answer, keys::verify, with};
use pkce_wasm::{
    error::{Code, Result},
    refresh::{Refresh, Renewal},
    session::Session,
    time::{ClockOffset, Timestamp},
    unverified::Unverified,
};
use serde_json::{Value, json};

const HOUR: u64 = 60 * 60;
const DAY_MILLIS: u64 = 24 * 60 * 60 * 1000;

/// What a device's clock shows when it is `NOW`.
#[derive(Clone, Copy, Debug)]
struct Device(Timestamp);

const AHEAD: Device = Device(Timestamp::from_seconds(NOW_SECONDS + HOUR));
const BEHIND: Device = Device(Timestamp::from_seconds(NOW_SECONDS - HOUR));
const RIGHT: Device = Device(NOW);

impl Device {
    fn offset(self) -> ClockOffset {
        ClockOffset::between(self.0, NOW).unwrap()
    }

    /// What its clock shows so many seconds from `NOW`.
    fn in_seconds(self, seconds: u64) -> Timestamp {
        self.0.plus_seconds(seconds)
    }

    /// The tokens of a sign-in that are about these claims.
    fn unverified(self, world: &World, claims: &Value) -> Unverified {
        world.exchange().finish(world.token_response(claims), self.0).unwrap()
    }

    fn verify(self, world: &World, unverified: Unverified) -> Result<Session> {
        let verdict = verify(&unverified, &world.signer.key_set());
        unverified.verify_with(verdict, self.0)
    }

    /// The session when nothing is known of the clock.
    fn trusting(self, world: &World, claims: &Value) -> Result<Session> {
        self.verify(world, self.unverified(world, claims))
    }

    /// The session when a third clock has been asked.
    fn corrected(self, world: &World, claims: &Value) -> Result<Session> {
        let unverified = self.unverified(world, claims).with_clock_offset(self.offset());
        self.verify(world, unverified)
    }
}

/// An ID token that was issued just now and is good for five minutes, as Cognito's may be.
fn fresh(world: &World) -> Value {
    with(world.claims(), json!({ "iat": NOW_SECONDS, "exp": NOW_SECONDS + 300 }))
}

/// One that expired before the tolerance began.
fn expired(world: &World) -> Value {
    with(world.claims(), json!({ "iat": NOW_SECONDS - 600, "exp": NOW_SECONDS - 60 }))
}

#[test]
fn a_clock_an_hour_ahead_takes_a_fresh_token_for_an_expired_one() {
    let world = World::standard();
    assert!(AHEAD.unverified(&world, &fresh(&world)).is_untimely(AHEAD.0));
    assert_eq!(code(AHEAD.trusting(&world, &fresh(&world))), Code::IdTokenExpired);
}

#[test]
fn a_clock_an_hour_behind_takes_a_fresh_token_for_one_from_the_future() {
    let world = World::standard();
    assert!(BEHIND.unverified(&world, &fresh(&world)).is_untimely(BEHIND.0));
    assert_eq!(code(BEHIND.trusting(&world, &fresh(&world))), Code::IdTokenIssuedAt);
}

#[test]
fn a_right_clock_is_not_in_doubt() {
    let world = World::standard();
    assert!(!RIGHT.unverified(&world, &fresh(&world)).is_untimely(NOW));
    assert!(RIGHT.trusting(&world, &fresh(&world)).is_ok());
}

#[test]
fn a_clock_within_the_tolerance_is_not_in_doubt() {
    let world = World::standard();
    let unverified = RIGHT.unverified(&world, &fresh(&world));
    for (seconds, untimely) in [(-61, true), (-60, false), (299, false), (300, true), (360, true)] {
        let now = Timestamp::from_seconds(NOW_SECONDS.saturating_add_signed(seconds));
        assert_eq!(unverified.is_untimely(now), untimely, "{seconds}");
    }
}

#[test]
fn a_token_that_is_not_yet_good_puts_the_clock_in_doubt() {
    let world = World::standard();
    let claims = with(fresh(&world), json!({ "nbf": NOW_SECONDS + 61 }));
    assert!(RIGHT.unverified(&world, &claims).is_untimely(NOW));
}

#[test]
fn with_the_learned_offset_a_fresh_token_is_accepted() {
    let world = World::standard();
    for device in [AHEAD, BEHIND, RIGHT] {
        assert!(!device.unverified(&world, &fresh(&world)).is_untimely(NOW));
        assert_eq!(device.offset().correct(device.0), NOW);
        let session = device.corrected(&world, &fresh(&world));
        assert!(session.is_ok(), "{device:?}: {:?}", session.err());
    }
}

#[test]
fn the_sessions_times_are_those_of_the_device() {
    let world = World::standard();
    for device in [AHEAD, BEHIND, RIGHT] {
        let session = device.corrected(&world, &fresh(&world)).unwrap();
        assert_eq!(session.id_token_expires_at(), device.in_seconds(300), "{device:?}");
        assert_eq!(session.expires_at(), device.in_seconds(3600), "{device:?}");
        assert_eq!(session.refresh_at(), device.in_seconds(270), "{device:?}");
    }
}

#[test]
fn the_id_tokens_time_stands_in_for_the_access_tokens_on_the_device() {
    let world = World::standard();
    let tokens = World::tokens(&world.signer.sign(&fresh(&world)));
    let response = json_answer(200, &with(tokens, json!({ "expires_in": null })));
    let unverified = world.exchange().finish(&response, AHEAD.0).unwrap();
    let session = AHEAD.verify(&world, unverified.with_clock_offset(AHEAD.offset())).unwrap();
    assert_eq!(session.expires_at(), AHEAD.in_seconds(300));
}

#[test]
fn an_expired_token_stays_refused_whatever_the_clock() {
    let world = World::standard();
    assert_eq!(code(RIGHT.trusting(&world, &expired(&world))), Code::IdTokenExpired);
    for device in [AHEAD, BEHIND, RIGHT] {
        assert_eq!(code(device.corrected(&world, &expired(&world))), Code::IdTokenExpired);
    }
    let unverified = RIGHT.unverified(&world, &expired(&world));
    let unverified = unverified.with_clock_offset(ClockOffset::default());
    assert_eq!(code(RIGHT.verify(&world, unverified)), Code::IdTokenExpired);
}

#[test]
fn a_token_from_the_future_stays_refused_whatever_the_clock() {
    let world = World::standard();
    let times = json!({ "iat": NOW_SECONDS + 61, "exp": NOW_SECONDS + 300 });
    let claims = with(world.claims(), times);
    for device in [AHEAD, BEHIND, RIGHT] {
        assert_eq!(code(device.corrected(&world, &claims)), Code::IdTokenIssuedAt);
    }
}

#[test]
fn how_long_ago_the_user_authenticated_is_told_by_the_right_time() {
    let world = World::standard().asking(&json!({ "maxAge": 100 }));
    let authenticated = |before: u64| {
        with(fresh(&world), json!({ "auth_time": NOW_SECONDS - before, "exp": NOW_SECONDS + 7200 }))
    };
    // By its own clock, the device would refuse it.
    assert_eq!(code(AHEAD.trusting(&world, &authenticated(160))), Code::IdTokenAuthTime);
    for device in [AHEAD, BEHIND, RIGHT] {
        assert!(device.corrected(&world, &authenticated(160)).is_ok(), "{device:?}");
        let refused = device.corrected(&world, &authenticated(161));
        assert_eq!(code(refused), Code::IdTokenAuthTime, "{device:?}");
    }
}

#[test]
fn a_clock_that_is_off_by_more_than_a_day_is_not_corrected() {
    let right = NOW.as_millis();
    for off in [DAY_MILLIS, DAY_MILLIS + 1] {
        for device in [right - off, right + off] {
            let offset = ClockOffset::between(Timestamp::from_millis(device), NOW);
            assert_eq!(offset.is_some(), off == DAY_MILLIS, "{off}");
        }
    }
}

#[test]
fn a_clock_beyond_all_time_is_not_corrected() {
    let ends = [0, i64::MAX as u64, u64::MAX].map(Timestamp::from_millis);
    for end in ends {
        assert_eq!(ClockOffset::between(NOW, end), None);
        assert_eq!(ClockOffset::between(end, NOW), None);
    }
    let ahead = ClockOffset::between(AHEAD.0, NOW).unwrap();
    assert_eq!(ahead.correct(Timestamp::from_millis(0)), Timestamp::from_millis(0));
    let behind = ClockOffset::between(BEHIND.0, NOW).unwrap();
    assert_eq!(behind.correct(Timestamp::from_millis(u64::MAX)).as_millis(), u64::MAX);
}

#[test]
fn without_a_third_clock_the_device_is_right() {
    assert_eq!(ClockOffset::between(NOW, NOW), Some(ClockOffset::default()));
    assert_eq!(ClockOffset::default().correct(AHEAD.0), AHEAD.0);
}

#[test]
fn the_offset_is_learned_again_for_a_refresh() {
    let world = World::standard();
    for device in [AHEAD, BEHIND] {
        let session = device.corrected(&world, &fresh(&world)).unwrap();
        let refreshed = |offset: ClockOffset| {
            let refresh = Refresh::begin(session.clone(), &world.config).unwrap();
            let response = world.token_response(&fresh(&world));
            match refresh.finish(&response, device.0).unwrap().tokens {
                Renewal::Unverified(unverified) => {
                    device.verify(&world, unverified.with_clock_offset(offset))
                }
                Renewal::Verified(session) => Ok(*session),
            }
        };
        assert!(refreshed(ClockOffset::default()).is_err(), "{device:?}");
        let session = refreshed(device.offset()).unwrap();
        assert_eq!(session.id_token_expires_at(), device.in_seconds(300), "{device:?}");
    }
}

#[test]
fn an_offset_forgives_nothing_but_the_time() {
    let world = World::standard();
    let others = [
        (json!({ "iss": "https://evil.example" }), Code::IdTokenIssuer),
        (json!({ "aud": "other" }), Code::IdTokenAudience),
        (json!({ "nonce": "other" }), Code::IdTokenNonce),
    ];
    for (changes, expected) in others {
        let claims = with(fresh(&world), changes);
        assert_eq!(code(AHEAD.corrected(&world, &claims)), expected);
    }
}

/// What a device's clock shows that is ahead by the token's life and half of the tolerance.
const HALF_A_MINUTE_TOO_FAR: Device = Device(Timestamp::from_seconds(NOW_SECONDS + 330));

#[test]
fn a_token_that_arrives_already_over_puts_the_clock_in_doubt_and_then_lives_as_long_as_it_does() {
    let world = World::standard();
    let device = HALF_A_MINUTE_TOO_FAR;
    assert!(device.unverified(&world, &fresh(&world)).is_untimely(device.0));
    let session = device.corrected(&world, &fresh(&world)).unwrap();
    assert_eq!(session.id_token_expires_at(), device.in_seconds(300));
    assert_eq!(session.refresh_at(), device.in_seconds(270));
}

#[test]
fn where_no_third_clock_tells_a_token_that_arrives_already_over_has_its_whole_life_before_it() {
    let world = World::standard();
    let device = HALF_A_MINUTE_TOO_FAR;
    let session = device.trusting(&world, &fresh(&world)).unwrap();
    assert_eq!(session.id_token_expires_at(), device.in_seconds(300));
    assert_eq!(session.expires_at(), device.in_seconds(3600));
    assert_eq!(session.refresh_at(), device.in_seconds(270));
}

#[test]
fn its_end_stands_in_for_the_access_tokens_as_well() {
    let world = World::standard();
    let device = HALF_A_MINUTE_TOO_FAR;
    let tokens = World::tokens(&world.signer.sign(&fresh(&world)));
    let response = json_answer(200, &with(tokens, json!({ "expires_in": null })));
    let unverified = world.exchange().finish(&response, device.0).unwrap();
    let session = device.verify(&world, unverified).unwrap();
    assert_eq!(session.expires_at(), device.in_seconds(300));
    assert_eq!(session.refresh_at(), device.in_seconds(270));
}

#[test]
fn a_token_that_was_good_when_it_came_ends_when_it_says() {
    // Its keys could be fetched only now.
    let world = World::standard();
    let unverified = RIGHT.unverified(&world, &fresh(&world));
    let verdict = verify(&unverified, &world.signer.key_set());
    let session = unverified.verify_with(verdict, RIGHT.in_seconds(330)).unwrap();
    assert_eq!(session.id_token_expires_at(), RIGHT.in_seconds(300));
}

#[test]
fn a_token_has_used_up_of_its_life_what_passed_since_it_was_asked_for() {
    // The device slept for ten minutes, and so its clock, which is as much behind, seems right.
    let world = World::standard();
    let sent_at = Timestamp::from_seconds(NOW_SECONDS - 600);
    let unverified = world.exchange().finish(world.token_response(&fresh(&world)), sent_at);
    let session = RIGHT.verify(&world, unverified.unwrap()).unwrap();
    assert_eq!(session.obtained_at(), sent_at);
    assert_eq!(session.id_token_expires_at(), sent_at.plus_seconds(300));
    assert_eq!(session.expires_at(), sent_at.plus_seconds(3600));
}

#[test]
fn a_clock_that_was_set_since_tokens_were_asked_for_makes_them_no_younger() {
    let world = World::standard();
    let unverified = AHEAD.unverified(&world, &fresh(&world)).with_sent_at(NOW);
    let session = RIGHT.verify(&world, unverified).unwrap();
    assert_eq!(session.obtained_at(), NOW);
    assert_eq!(session.expires_at(), NOW.plus_seconds(3600));
    assert_eq!(session.id_token_expires_at(), NOW.plus_seconds(300));
    let tokens = World::tokens(&world.signer.sign(&fresh(&world)));
    let response = json_answer(200, &with(tokens, json!({ "expires_in": null })));
    let unverified = world.exchange().finish(&response, AHEAD.0).unwrap().with_sent_at(NOW);
    let session = RIGHT.verify(&world, unverified).unwrap();
    assert_eq!(session.expires_at(), NOW.plus_seconds(300), "as its ID token");
}

#[test]
fn when_something_was_is_told_by_the_clock_that_has_seen_more_time_pass() {
    let seconds = Timestamp::from_seconds;
    for (then, now, ticked, was) in [
        (1_000, 1_030, 30, 1_000), // nobody has set it
        (1_000, 1_630, 30, 1_000), // the device slept
        (1_000, 430, 30, 400),     // it was set back
        (1_000, 10, 30, 0),
    ] {
        assert_eq!(Timestamp::since(seconds(then), seconds(now), ticked * 1000), seconds(was));
    }
}

#[test]
fn a_refreshed_token_has_used_up_of_its_life_what_passed_since_it_was_asked_for() {
    let world = World::standard();
    let sent_at = Timestamp::from_seconds(NOW_SECONDS - 600);
    let session = RIGHT.trusting(&world, &fresh(&world)).unwrap();
    let refresh = Refresh::begin(session, &world.config).unwrap();
    let refreshed = refresh.finish(&world.token_response(&fresh(&world)), sent_at).unwrap();
    let Renewal::Unverified(unverified) = refreshed.tokens else { panic!("it has an ID token") };
    let session = RIGHT.verify(&world, *unverified).unwrap();
    assert_eq!(session.id_token_expires_at(), sent_at.plus_seconds(300));
    assert_eq!(session.expires_at(), sent_at.plus_seconds(3600));
}

#[test]
fn a_token_without_a_life_is_not_replaced_at_once() {
    let world = World::standard();
    let claims = with(fresh(&world), json!({ "exp": NOW_SECONDS }));
    let session = RIGHT.trusting(&world, &claims).unwrap();
    assert_eq!(session.id_token_expires_at(), NOW);
    assert_eq!(session.refresh_at(), RIGHT.in_seconds(3));
}

#[test]
fn a_learned_offset_is_news_when_it_is_off_by_more_than_the_asking_is() {
    let offset = |millis: i64| {
        let other = Timestamp::from_millis(NOW.as_millis().saturating_add_signed(millis));
        ClockOffset::between(NOW, other).unwrap()
    };
    for (former, learned, is_news) in [
        (0, 0, false),
        (0, 5_000, false),
        (0, -5_000, false),
        (0, 5_001, true),
        (0, -600_000, true),
        (-600_000, -599_000, false),
        (-3_000, 3_000, true),
    ] {
        assert_eq!(offset(learned).is_news_to(offset(former)), is_news, "{former} {learned}");
    }
}
