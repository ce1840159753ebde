//! Reports of large British companies on how they pay their suppliers (check-payment-practices.service.gov.uk): exported
//! files are read.

mod convert;
#[cfg(test)]
mod tests;

use super::registry::RegisterSpec;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "uk-payment-practices",
    title: "UK payment practices",
    asks: &[],
    base: "https://check-payment-practices.service.gov.uk",
    by_default: false,
    tells: &[],
    parse: convert::parse,
    build: None,
};
