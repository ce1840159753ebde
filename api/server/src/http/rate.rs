//! The pace that callers are held to: each key, and each address whose requests carry none.
//!
//! `governor` counts (GCRA: a caller may do its burst at once, and gets a request back at every tick of the pace).

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::App;
use super::auth::Caller;
use super::problem::Refusal;
use super::session::COOKIE;
use crate::configuration::RateLimit;

/// What may be done at once.
pub const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
/// How much of it is left.
pub const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
/// Seconds until all of it is there again.
pub const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
/// The pace.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Callers counted between two looks for those that can be forgotten.
const FORGETTING: u32 = 1_024;

/// Whose requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Whoever holds the key of this name.
    Key(String),
    /// Whoever comes from this address; nothing where it is not known.
    Address(Option<IpAddr>),
}

impl Who {
    /// What is limited, for the measure.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Key(_) => "key",
            Self::Address(_) => "address",
        }
    }
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// Who is counted: of the newer kind of address a household has 2⁶⁴, so that its network counts.
    fn counted(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => IpAddr::from((u128::from(address) & !u128::from(u64::MAX)).to_be_bytes()),
        }
    }
}

/// The counts of every caller.
#[derive(Debug)]
pub struct Pace<C: Clock = DefaultClock> {
    limit: RateLimit,
    limiter: RateLimiter<Who, DefaultKeyedStateStore<Who>, C, StateInformationMiddleware>,
    clock: C,
    counted: AtomicU32,
}

/// What came of counting a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It may go on; so many more may at once.
    Within(u32),
    /// It may not; after so long it may.
    Beyond(Duration),
}

impl Pace {
    /// Begins to count.
    pub fn new(limit: RateLimit) -> Self {
        Self::by_clock(limit, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Pace<C> {
    fn by_clock(limit: RateLimit, clock: C) -> Self {
        let quota = Quota::per_minute(limit.per_minute).allow_burst(limit.burst);
        let store = DefaultKeyedStateStore::<Who>::default();
        let limiter = RateLimiter::new(quota, store, clock.clone());
        Self { limit, limiter, clock, counted: AtomicU32::new(0) }
    }

    /// Counts a request.
    pub fn count(&self, who: &Who) -> Counted {
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGETTING == FORGETTING - 1 {
            // Whoever has its whole burst again is as one that never came.
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(who) {
            Ok(left) => Counted::Within(left.remaining_burst_capacity()),
            Err(refused) => Counted::Beyond(refused.wait_time_from(self.clock.now())),
        }
    }

    /// Tells the caller where it stands.
    fn tell(&self, headers: &mut HeaderMap, counted: Counted) {
        let RateLimit { per_minute, burst } = self.limit;
        let remaining = match counted {
            Counted::Within(remaining) => remaining,
            Counted::Beyond(_) => 0,
        };
        let missing = burst.get().saturating_sub(remaining);
        for (name, value) in [
            (LIMIT, burst.to_string()),
            (REMAINING, remaining.to_string()),
            (RESET, seconds_for(missing, per_minute).to_string()),
            (POLICY, format!("{per_minute};w=60;burst={burst}")),
        ] {
            headers.extend(HeaderValue::try_from(value).ok().map(|value| (name, value)));
        }
    }

    /// The refusal of a caller that is too fast.
    fn refuse(&self, wait: Duration) -> Response {
        let seconds = whole_seconds(wait);
        let RateLimit { per_minute, burst } = self.limit;
        let says = format!(
            "found more than {burst} requests at once and {per_minute} a minute after that; come back in {seconds} s"
        );
        let mut response = Refusal::RateLimited.because(says).into_response();
        self.tell(response.headers_mut(), Counted::Beyond(wait));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        response
    }
}

/// Seconds in which so many requests come back.
fn seconds_for(requests: u32, per_minute: NonZeroU32) -> u64 {
    (u64::from(requests) * 60).div_ceil(u64::from(per_minute.get()))
}

/// The next whole second, one at least.
fn whole_seconds(wait: Duration) -> u64 {
    let begun = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(begun).max(1)
}

/// Middleware, behind the door: holds the holder of a key to its pace.
pub async fn by_key(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(pace) = &app.pace else { return next.run(request).await };
    let Some(caller) = request.extensions().get::<Caller>() else { return next.run(request).await };
    let who = Who::Key(caller.name.clone());
    let counted = pace.count(&who);
    if let Counted::Beyond(wait) = counted {
        app.metrics.limited(who.kind());
        return pace.refuse(wait);
    }
    let mut response = next.run(request).await;
    pace.tell(response.headers_mut(), counted);
    response
}

/// Middleware, before the door: holds an address to the pace, for requests that show neither key nor session, and for
/// those whose key is refused. What a caller with a good key does is not held against its address, which others may share.
pub async fn by_address(State(app): State<App>, request: Request, next: Next) -> Response {
    let pace = app.pace.as_ref().filter(|_| is_counted(request.uri().path()));
    let Some(pace) = pace else { return next.run(request).await };
    let who = Who::Address(request.extensions().get::<Peer>().map(|peer| peer.counted()));
    let beyond = || match pace.count(&who) {
        Counted::Beyond(wait) => {
            app.metrics.limited(who.kind());
            Some(pace.refuse(wait))
        }
        Counted::Within(_) => None,
    };
    if !shows_something(request.headers()) {
        return match beyond() {
            Some(refused) => refused,
            None => next.run(request).await,
        };
    }
    let response = next.run(request).await;
    match response.status() {
        StatusCode::UNAUTHORIZED => beyond().unwrap_or(response),
        _ => response,
    }
}

/// Those who look after the program, and what pages are made of, come as often as they must.
fn is_counted(path: &str) -> bool {
    !["/healthz", "/readyz", "/favicon.ico"].contains(&path) && !path.starts_with("/assets/")
}

fn shows_something(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || super::cookie(headers, COOKIE).is_some()
}

/// The counts that a configuration asks for, if any.
pub fn pace(limit: Option<RateLimit>) -> Option<Arc<Pace>> {
    limit.map(|limit| Arc::new(Pace::new(limit)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn key(name: &str) -> Who {
        Who::Key(name.to_owned())
    }

    fn limit(per_minute: u32, burst: u32) -> RateLimit {
        let [per_minute, burst] = [per_minute, burst].map(|number| NonZeroU32::new(number).unwrap());
        RateLimit { per_minute, burst }
    }

    #[test]
    fn a_burst_passes_and_then_the_pace_holds() {
        let clock = FakeRelativeClock::default();
        let pace = Pace::by_clock(limit(30, 3), clock.clone());
        let counts = [2, 1, 0].map(Counted::Within);
        assert_eq!([0; 3].map(|_| pace.count(&key("a"))), counts);
        assert_eq!(pace.count(&key("a")), Counted::Beyond(Duration::from_secs(2)));
        // Others are not held up, whether by key or by address.
        assert_eq!(pace.count(&key("b")), Counted::Within(2));
        assert_eq!(pace.count(&Who::Address(None)), Counted::Within(2));
        clock.advance(Duration::from_millis(500));
        assert_eq!(pace.count(&key("a")), Counted::Beyond(Duration::from_millis(1_500)));
        clock.advance(Duration::from_millis(1_500));
        assert_eq!(pace.count(&key("a")), Counted::Within(0));
        clock.advance(Duration::from_secs(60));
        assert_eq!([0; 3].map(|_| pace.count(&key("a"))), counts);
    }

    #[test]
    fn who_came_long_ago_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let pace = Pace::by_clock(limit(60, 2), clock.clone());
        for number in 0..FORGETTING - 1 {
            pace.count(&key(&number.to_string()));
        }
        clock.advance(Duration::from_secs(60));
        pace.count(&key("last"));
        assert_eq!(pace.limiter.len(), 1);
    }

    #[test]
    fn a_refusal_says_how_long_to_wait() {
        let pace = Pace::new(limit(30, 3));
        let refused = pace.refuse(Duration::from_millis(1_200));
        let header = |name: &str| refused.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!((header("retry-after"), header("ratelimit-remaining")), (Some("2"), Some("0")));
        assert_eq!((header("ratelimit-limit"), header("ratelimit-reset")), (Some("3"), Some("6")));
        assert_eq!(header("ratelimit-policy"), Some("30;w=60;burst=3"));
    }

    #[test]
    fn a_network_counts_as_one_address() {
        for (address, counted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ] {
            assert_eq!(Peer(address.parse().unwrap()).counted(), counted.parse::<IpAddr>().unwrap());
        }
    }

    #[test]
    fn those_who_look_after_the_program_are_not_counted() {
        for (path, is) in [
            ("/healthz", false),
            ("/readyz", false),
            ("/assets/app.css", false),
            ("/v1/clients", true),
            ("/login", true),
            ("/metrics", true),
        ] {
            assert_eq!(is_counted(path), is, "{path}");
        }
    }
}
