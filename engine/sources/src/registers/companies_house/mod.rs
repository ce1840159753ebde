//! Companies House, the register of the United Kingdom: recorded answers and lines of the bulk file are read.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use super::registry::RegisterSpec;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "companies-house",
    title: "Companies House",
    asks: &[],
    base: "https://api.company-information.service.gov.uk",
    by_default: false,
    tells: &[],
    parse: convert::parse,
    build: None,
};
