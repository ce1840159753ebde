//! Takes messages to addresses that somebody else named, and to no machine of our own network unless that is allowed.
//!
//! Whoever may name an address must not be able to make us knock at doors that only we can reach: names are resolved here and
//! every private address is left out before a connection is made, so that a name which changes its mind between check and use
//! (DNS rebinding) gains nothing. Redirects are not followed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Url, redirect};

use crate::error::SourceError;

/// For an answer to stand.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes messages.
#[derive(Clone, Debug)]
pub struct Courier {
    http: reqwest::Client,
    allows_private: bool,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDelivered {
    /// The address cannot be one.
    #[error("{0}")]
    Address(String),
    /// Nobody answered, or not in time.
    #[error("{0}")]
    NoAnswer(&'static str),
    /// The answer was none of those that mean yes.
    #[error("the answer was {0}")]
    Refused(u16),
}

impl Courier {
    /// A courier; one that `allows_private` goes to machines of our own network too.
    ///
    /// # Errors
    /// When no secure connections can be made on this machine.
    pub fn new(allows_private: bool) -> Result<Self, SourceError> {
        let http = super::client::builder()
            .redirect(redirect::Policy::none())
            .dns_resolver(Public { allows_private })
            .timeout(PATIENCE)
            .build();
        let http = http.map_err(|error| {
            let found = error.without_url().to_string();
            SourceError::setting("secure connections", found, "a usable set of certificates")
        })?;
        Ok(Self { http, allows_private })
    }

    /// Whether a message could be taken to an address: `https` (or `http`), no password in it, no private number.
    ///
    /// # Errors
    /// Why not. A name is resolved only when a message is taken.
    pub fn check(&self, address: &str) -> Result<Url, NotDelivered> {
        let refused = |reason: &str| NotDelivered::Address(reason.to_owned());
        let url = Url::parse(address).map_err(|error| NotDelivered::Address(format!("it is no URL: {error}")))?;
        if !["https", "http"].contains(&url.scheme()) {
            return Err(NotDelivered::Address(format!("found `{}:`, allowed are `https:` and `http:`", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("a name or password stands in it, where logs would show it"));
        }
        let number = match url.host() {
            None => return Err(refused("it names no host")),
            Some(url::Host::Ipv4(number)) => Some(IpAddr::V4(number)),
            Some(url::Host::Ipv6(number)) => Some(IpAddr::V6(number)),
            Some(url::Host::Domain(_)) => None,
        };
        match number {
            Some(number) if !self.allows_private && !is_public(number) => Err(refused(PRIVATE)),
            _ => Ok(url),
        }
    }

    /// Takes a message of JSON, and gives the status of the answer.
    ///
    /// # Errors
    /// As [`NotDelivered`] says: any answer but one of 200 to 299 is a refusal.
    pub async fn take(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<u16, NotDelivered> {
        let url = self.check(address)?;
        let mut request = self.http.post(url).header("content-type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let status = request.send().await.map_err(|error| told(&error))?.status();
        if status.is_success() { Ok(status.as_u16()) } else { Err(NotDelivered::Refused(status.as_u16())) }
    }
}

const PRIVATE: &str = "it is an address of a private network, which `[webhooks] allow_private_addresses` would allow";

/// What happened, in words of ours: the library's would show the address.
fn told(error: &reqwest::Error) -> NotDelivered {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(one) = cause {
        if one.is::<OnlyPrivate>() {
            return NotDelivered::Address(PRIVATE.to_owned());
        }
        cause = one.source();
    }
    NotDelivered::NoAnswer(if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    })
}

/// Every address of a name is one of a private network.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private network")]
struct OnlyPrivate;

/// Finds the public addresses of a name.
#[derive(Debug)]
struct Public {
    allows_private: bool,
}

impl Resolve for Public {
    fn resolve(&self, name: Name) -> Resolving {
        let allows_private = self.allows_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let open: Vec<SocketAddr> =
                found.into_iter().filter(|address| allows_private || is_public(address.ip())).collect();
            if open.is_empty() {
                return Err(OnlyPrivate.into());
            }
            let addresses: Addrs = Box::new(open.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is one that the whole internet routes to one machine: not ours, not of this link, nothing reserved (IANA's
/// registries of special-purpose addresses, RFC 6890), and nothing that carries such a number within (mapped, 6to4, NAT64,
/// Teredo).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let special = match (first, second, third) {
        // This network, private, shared by a provider, loopback, of this link.
        (0 | 10 | 127, ..) | (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Assigned for protocols, for documents, for measurements, formerly for 6to4.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        // Groups, reserved, everybody.
        (224.., ..) => true,
        _ => false,
    };
    !special
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only this block is given out; within it some is for protocols (Teredo and others), documents, or has an IPv4 inside.
    let is_given_out = first & 0xe000 == 0x2000;
    let is_special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        || first == 0x2002
        || (first == 0x3fff && second < 0x1000);
    is_given_out && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_world_and_of_ourselves() {
        for (address, expected) in [
            ("93.184.215.14", true),
            ("1.1.1.1", true),
            ("172.32.0.1", true),
            ("100.128.0.1", true),
            ("2606:4700:4700::1111", true),
            ("2a01:e0a::1", true),
            ("127.0.0.1", false),
            ("127.8.9.10", false),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("198.18.0.1", false),
            ("203.0.113.9", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::1", false),
            ("::", false),
            ("fc00::1", false),
            ("fd12:3456::1", false),
            ("fe80::1", false),
            ("ff02::1", false),
            ("::ffff:127.0.0.1", false),
            ("::127.0.0.1", false),
            ("64:ff9b::7f00:1", false),
            ("2002:7f00:1::", false),
            ("2001::1", false),
            ("2001:db8::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn addresses_that_are_refused_before_anybody_knocks() {
        let (strict, lenient) = (Courier::new(false).unwrap(), Courier::new(true).unwrap());
        for (address, by_strict, by_lenient) in [
            ("https://hooks.example/encours", true, true),
            ("http://hooks.example:8080/", true, true),
            ("http://127.0.0.1:9000/", false, true),
            ("http://2130706433/", false, true),
            ("http://0x7f.1/", false, true),
            ("http://[::1]/", false, true),
            ("http://[::ffff:10.0.0.1]/", false, true),
            ("https://name:secret@hooks.example/", false, false),
            ("file:///etc/passwd", false, false),
            ("ftp://hooks.example/", false, false),
            ("hooks.example", false, false),
            ("", false, false),
        ] {
            assert_eq!(strict.check(address).is_ok(), by_strict, "{address}");
            assert_eq!(lenient.check(address).is_ok(), by_lenient, "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_of_our_own_machine_is_not_gone_to() {
        let strict = Courier::new(false).unwrap();
        let found = strict.take("http://localhost:9/", &[], String::new()).await;
        assert_eq!(found, Err(NotDelivered::Address(PRIVATE.to_owned())));
        let lenient = Courier::new(true).unwrap();
        let found = lenient.take("http://localhost:9/", &[], String::new()).await;
        assert_eq!(found, Err(NotDelivered::NoAnswer("no connection")));
    }
}
