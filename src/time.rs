//! Points in time, as arguments: the core has no clock.

use serde::Serialize;

/// The furthest that a device's clock may be off and still be corrected: a day, as after a wrong
/// time zone. Whoever is off by more sees that the clock is wrong.
const MOST_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// By how much two offsets of one clock may differ: other clocks show seconds, and take their time.
const UNSURE_MILLIS: u64 = 5_000;

/// By how much a device's clock is off.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ClockOffset(i64);

impl ClockOffset {
    /// Learns it from another clock; `None` when that is out of bounds.
    ///
    /// The other clock must not be the provider's, whose tokens are to be held against it: an
    /// expired one would come with the time that it is good for.
    pub fn between(device: Timestamp, other: Timestamp) -> Option<Self> {
        let millis = i64::try_from(other.0).ok()?.checked_sub(i64::try_from(device.0).ok()?)?;
        (millis.saturating_abs() <= MOST_MILLIS).then_some(Self(millis))
    }

    /// Whether a clock that is off by so much was taken for another.
    pub fn is_news_to(self, former: Self) -> bool {
        self.0.abs_diff(former.0) > UNSURE_MILLIS
    }

    /// The right time, when the device's clock shows this one.
    pub fn correct(self, device: Timestamp) -> Timestamp {
        Timestamp(device.0.saturating_add_signed(self.0))
    }

    /// What the device's clock shows at this time.
    pub(crate) fn on_device(self, right: Timestamp) -> Timestamp {
        Timestamp(right.0.saturating_add_signed(self.0.saturating_neg()))
    }
}

/// Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// From milliseconds since the Unix epoch, as `Date.now()` gives them.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// From a `NumericDate`: RFC 7519 §2.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// This point in time and so many seconds more.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    pub(crate) const fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// When it was, by a clock that shows `now`, that the same clock showed `then`. It may have been set
    /// back since: another that nobody sets has ticked for so many milliseconds, but stood still, perhaps,
    /// while the device slept.
    #[must_use]
    pub fn since(then: Self, now: Self, ticked_millis: u64) -> Self {
        Self(now.0.saturating_sub(now.millis_since(then).max(ticked_millis)))
    }

    /// How many milliseconds it is after another point in time; none when it is before.
    pub(crate) const fn millis_since(self, other: Self) -> u64 {
        self.0.saturating_sub(other.0)
    }
}
